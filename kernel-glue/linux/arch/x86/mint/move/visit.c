// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drivers that do not come back.
 *
 * Probe and remove of a driver take as long as they like, or for ever.  Meanwhile
 * somebody here looks on, and says in the table, for whoever waits for the function,
 * which driver it is that hangs.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

#include "base/base.h"
#include "move/internal.h"
#include "pci/pci.h"

/* When a visit counts as long, and how often its length is said anew. */
#define LOOK_PERIOD		(HZ / 2)
/* When it is worth a line in the log. */
#define LOG_AFTER		(5 * HZ)

/**
 * struct visit - a function that is in the hands of a driver
 * @work:	looks on
 * @pdev:	with a reference
 * @idx:	index in the table
 * @what:	"probe" or "remove"
 * @driver:	its name, as far as it is known
 * @since:	jiffies
 * @told:	it is in the table
 * @logged:	it is in the log
 *
 * Written by the function's worker, while @work does not run, and by @work.
 */
struct visit {
	struct delayed_work work;
	struct pci_dev *pdev;
	u32 idx;
	const char *what;
	char driver[24];
	unsigned long since;
	bool told;
	bool logged;
};

static struct visit visits[MINT_MAX_DEVS];

/* The driver is pinned by what it is about to do, or not to end. */
static void note_driver_name(struct visit *v)
{
	const struct device_driver *drv = READ_ONCE(v->pdev->dev.driver);

	if (drv)
		strscpy(v->driver, drv->name, sizeof(v->driver));
}

static void look_on(struct work_struct *work)
{
	struct visit *v = container_of(to_delayed_work(work), struct visit, work);
	unsigned long spent = jiffies - v->since;
	char text[MINT_REASON_LEN];

	note_driver_name(v);
	snprintf(text, sizeof(text), "driver %.16s hangs in %s for %lu s",
		 v->driver, v->what, spent / HZ);
	mint_dev_say_on_way(v->idx, text);
	v->told = true;
	if (spent >= LOG_AFTER && !v->logged) {
		pci_warn(v->pdev, "mint: %s\n", text);
		v->logged = true;
	}
	queue_delayed_work(system_unbound_wq, &v->work, LOOK_PERIOD);
}

void mint_visit_begin(u32 idx, struct pci_dev *pdev, const char *what)
{
	struct visit *v = &visits[idx];

	v->pdev = pdev;
	v->what = what;
	strscpy(v->driver, "-", sizeof(v->driver));
	note_driver_name(v);
	v->since = jiffies;
	v->told = false;
	v->logged = false;
	queue_delayed_work(system_unbound_wq, &v->work, LOOK_PERIOD);
}

void mint_visit_end(u32 idx)
{
	struct visit *v = &visits[idx];

	cancel_delayed_work_sync(&v->work);
	if (v->told)
		mint_dev_say_on_way(idx, "");
	if (v->logged)
		pci_info(v->pdev, "mint: driver %s came back from %s after %lu s\n",
			 v->driver, v->what, (jiffies - v->since) / HZ);
	v->pdev = NULL;
}

static int __init mint_visit_init(void)
{
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++) {
		visits[i].idx = i;
		INIT_DELAYED_WORK(&visits[i].work, look_on);
	}
	return 0;
}
core_initcall(mint_visit_init);
