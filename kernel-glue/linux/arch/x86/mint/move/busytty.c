// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a terminal or an input device of a PCI function is in use: somebody has it
 * open, or the kernel writes its messages there.
 */
#include <linux/console.h>
#include <linux/device.h>
#include <linux/input.h>
#include <linux/rculist.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "move/busy.h"

/* ---- terminals ------------------------------------------------------------------ */

static int ask_tty(const struct mint_question *q, const struct tty_struct *tty)
{
	if (!tty || !tty->count || !mint_is_below(tty->dev, q->dev))
		return 0;
	snprintf(q->text, q->size, "%s is open", tty->name);
	return -EBUSY;
}

/* A driver without a table of its own has no device either. */
static int ask_ttys(const struct mint_question *q)
{
	struct tty_driver *drv;
	unsigned int i;
	int busy = 0;

	mutex_lock(&tty_mutex);
	list_for_each_entry(drv, &tty_drivers, tty_drivers)
		for (i = 0; drv->ttys && i < drv->num && !busy; i++)
			busy = ask_tty(q, drv->ttys[i]);
	mutex_unlock(&tty_mutex);
	return busy;
}

static int ask_console(const struct mint_question *q, struct console *con)
{
	struct tty_driver *drv;
	struct device *dev;
	int index, busy = 0;

	drv = con->device ? con->device(con, &index) : NULL;
	if (!drv)
		return 0;
	dev = class_find_device_by_devt(&tty_class,
					MKDEV(drv->major, drv->minor_start) +
					index);
	if (dev && mint_is_below(dev, q->dev)) {
		snprintf(q->text, q->size, "%s is a console of the kernel",
			 dev_name(dev));
		busy = -EBUSY;
	}
	put_device(dev);
	return busy;
}

static int ask_consoles(const struct mint_question *q)
{
	struct console *con;
	int busy = 0;

	console_list_lock();
	for_each_console(con)
		busy = busy ?: ask_console(q, con);
	console_list_unlock();
	return busy;
}

int mint_ask_terminals(const struct mint_question *q)
{
	return ask_ttys(q) ?: ask_consoles(q);
}

/* ---- input ----------------------------------------------------------------------- */

#if IS_BUILTIN(CONFIG_INPUT)
/* What programs open; the keyboard of the text console is always open. */
static bool is_open(struct input_dev *input)
{
	struct input_handle *handle;
	bool found = false;

	rcu_read_lock();
	list_for_each_entry_rcu(handle, &input->h_list, d_node)
		if (handle->handler->legacy_minors && READ_ONCE(handle->open))
			found = true;
	rcu_read_unlock();
	return found;
}

/* Of the same class are the files through which it is read. */
static int ask_input(struct device *dev, void *data)
{
	const struct mint_question *q = data;

	if (!str_has_prefix(dev_name(dev), "input") ||
	    !mint_is_below(dev, q->dev) || !is_open(to_input_dev(dev)))
		return 0;
	snprintf(q->text, q->size, "%s is open", dev_name(dev));
	return -EBUSY;
}

int mint_ask_input(const struct mint_question *q)
{
	return class_for_each_device(&input_class, NULL, (void *)q, ask_input);
}
#else
int mint_ask_input(const struct mint_question *q)
{
	return 0;
}
#endif
