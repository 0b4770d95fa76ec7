// SPDX-License-Identifier: GPL-2.0-only
/*
 * hvc0: a console for each OS that needs no hardware.  Output goes into a ring
 * that any OS may read; input comes through a queue from the one OS that is
 * attached to it.
 */
#include <linux/console.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/spinlock.h>

#include "../../../../drivers/tty/hvc/hvc_console.h"
#include "base/base.h"
#include "io/internal.h"
#include "io/io.h"
#include "io/rings.h"

#define MINT_VTERM	0
/* Room for what the tty layer hands over at once. */
#define OUTBUF_SIZE	1024

/* printk and the tty write without a common lock. */
static DEFINE_RAW_SPINLOCK(out_lock);
/* Input: only read by hvc, under its own lock. */
static struct mint_pipe in;

static ssize_t mint_hvc_put(u32 vtermno, const u8 *buf, size_t count)
{
	struct mint_log_ring *ring = mint_cons_out_of(mint_section(mint_self.os));
	unsigned long flags;

	if (oops_in_progress) {
		/* Better garbled than stuck: the lock's holder may be dead. */
		mint_ring_write(ring, MINT_CONS_SIZE, buf, count);
	} else {
		raw_spin_lock_irqsave(&out_lock, flags);
		mint_ring_write(ring, MINT_CONS_SIZE, buf, count);
		raw_spin_unlock_irqrestore(&out_lock, flags);
	}
	mint_ring_wake(ring, MINT_EV_CONSOLE);
	return count;
}

static void tell_writer(void)
{
	u32 os = READ_ONCE(mint_section(mint_self.os)->console_writer);

	if (os && os <= MINT_MAX_OSES)
		mint_event_send_atomic(os, MINT_EV_CONSOLE);
}

static ssize_t mint_hvc_get(u32 vtermno, u8 *buf, size_t count)
{
	int used = mint_pipe_used(&in);
	u32 n;

	if (used < 0) {
		pr_warn_once("input of hvc0 is broken, dropped some\n");
		/* Start again where the other side says it is. */
		mint_pipe_drop(&in, READ_ONCE(in.fifo->head) - in.mine);
		tell_writer();
		return 0;
	}
	n = min_t(size_t, used, count);
	if (!n)
		return 0;
	mint_pipe_peek(&in, buf, n);
	if (mint_pipe_drop(&in, n))
		tell_writer();
	return n;
}

/* Says that input is announced: khvcd need not look for it now and then. */
static int mint_hvc_open(struct hvc_struct *hp, int data)
{
	hp->irq_requested = 1;
	return 0;
}

static void mint_hvc_close(struct hvc_struct *hp, int data)
{
	hp->irq_requested = 0;
}

static const struct hv_ops mint_hv_ops = {
	.get_chars = mint_hvc_get,
	.put_chars = mint_hvc_put,
	.notifier_add = mint_hvc_open,
	.notifier_del = mint_hvc_close,
	.notifier_hangup = mint_hvc_close,
};

static void input_arrived(u32 events)
{
	hvc_kick();
}

static struct mint_event_handler console_events = {
	.mask	= MINT_EV_CONSOLE,
	.fn_irq	= input_arrived,
};

void mint_console_rejoin(void)
{
	in = mint_cons_in_of(mint_section(mint_self.os));
	in.mine = READ_ONCE(in.fifo->tail);
}

/* Makes hvc0 known to printk, for console=hvc0, as soon as it can print. */
void __init mint_console_start(void)
{
	in = mint_cons_in_of(mint_section(mint_self.os));
	/* Where a former life of this OS has read up to. */
	in.mine = READ_ONCE(in.fifo->tail);
	if (hvc_instantiate(MINT_VTERM, 0, &mint_hv_ops))
		pr_err("hvc0 belongs to somebody else; no console\n");
}

static int __init mint_console_init(void)
{
	struct hvc_struct *hp;

	if (!mint_self.active)
		return 0;
	hp = hvc_alloc(MINT_VTERM, 0, &mint_hv_ops, OUTBUF_SIZE);
	if (IS_ERR(hp)) {
		pr_err("no hvc0 (%ld)\n", PTR_ERR(hp));
		return PTR_ERR(hp);
	}
	mint_event_register(&console_events);
	return 0;
}
device_initcall(mint_console_init);
