// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults at named points, for the system tests.
 *
 * The boot parameter mint_fault=, and the file mint_fault in debugfs, take
 * NAME[:NUMBER]; several may be in force, and "none" forgets them all.
 *
 *	what fails, once, the NUMBER'th time:
 *	  apic			the first OS: the look where the local APICs are
 *	  map, build, park, guard, irq	that stage of its set-up, see boot.c
 *	  irq-half		the take-over of one interrupt
 *	  dies			a further OS, before it has mapped the shared area
 *	  create		a create, when all was given
 *	  clone-frame, clone-tables, clone-core
 *				that stage of a copy, see clone/source.c
 *	  arrive		a core on its way from one OS to another
 *	  any-cmdline		the check of a command line, by os start
 *	where the CPU dies that comes there, 1: of a panic, 2: hangs with interrupts off;
 *	or, any other NUMBER, sits so long there with interrupts off, ms:
 *	  seat-begin, seat-lapic, seat-saved, seat-gates, seat-msrs, seat-back
 *				it steps aside, out and back: see seat/
 *	what is left out, NUMBER times:
 *	  ring			the interrupt of an event that was noted
 *	what waits, NUMBER ms, once:
 *	  park			a core that goes offline has reported that it is dead,
 *				but has not reached the park page
 *	  online		a core is about to be sent INIT and SIPI
 *	  hand-over		a core is offline and about to change hands
 *	  image			an image is in the pool, but not said to be there
 *	what waits, NUMBER ms, each time:
 *	  end, look, claim	an OS that ends: before it says so, before it looks
 *				for others, before it takes the machine
 *	  repaired		a repair of the interrupt table is done, but not counted
 *	  unmake		a destroy: all went home, the slot is not free yet
 *	  poll			if not 0, events that nobody rang for are not found
 *	  slow-reset		a function answers only so long after its reset
 *	  again			an OS that starts again in vain waits, at first
 *	  clone-begin, clone-late	a source that stands still begins, and looks how far
 *				the loader is
 *	  clone-copy, clone-wait	so long the source, and who asked for a copy or
 *				a snapshot, have patience
 *	  patience		after so long an OS without a sign of life is dead
 *	and no time:
 *	  reach			a 32-bit kernel can map only so many GiB
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "base/faults.h"

#define NR_ORDERS	4

/**
 * struct order - one of the words that were written
 * @name:	empty: none
 * @number:	what followed it
 * @left:	how many times until it fails, or how often it is left out
 */
static struct order {
	char name[16];
	u32 number;
	atomic_t left;
} orders[NR_ORDERS];

static struct order *find_order(const char *what)
{
	unsigned int i;

	for (i = 0; i < NR_ORDERS; i++)
		if (!strcmp(orders[i].name, what))
			return &orders[i];
	return NULL;
}

static void spin_ms(u32 ms)
{
	u64 end = rdtsc() + (u64)ms * tsc_khz;

	while (rdtsc() < end)
		cpu_relax();
}

void mint_fault_step(const char *step)
{
	struct order *o = find_order(step);

	if (o)
		spin_ms(READ_ONCE(o->number));
}

void mint_fault_once(const char *step)
{
	struct order *o = find_order(step);
	u32 ms = o ? xchg(&o->number, 0) : 0;

	if (!ms)
		return;
	if (irqs_disabled() || is_idle_task(current))
		spin_ms(ms);
	else
		msleep(ms);
}

bool mint_fault(const char *what)
{
	struct order *o = find_order(what);

	if (!o)
		return false;
	if (!strcmp(what, "ring"))
		return atomic_dec_if_positive(&o->left) >= 0;
	return atomic_dec_return(&o->left) == 0;
}

enum { DIE_BY_PANIC = 1, DIE_BY_HANG };

void mint_fault_die(const char *step)
{
	struct order *o = find_order(step);
	u32 how = o ? xchg(&o->number, 0) : 0;

	if (!how)
		return;
	if (how == DIE_BY_PANIC)
		panic("dies at %s, as ordered", step);
	do
		spin_ms(how);
	while (how == DIE_BY_HANG);
}

u32 mint_fault_ms(const char *what, u32 ms)
{
	struct order *o = find_order(what);

	return o ? READ_ONCE(o->number) : ms;
}

static void forget_orders(void)
{
	unsigned int i;

	for (i = 0; i < NR_ORDERS; i++)
		orders[i].name[0] = '\0';
}

/* A word is looked at by others while it changes: tests do not mind. */
static int order(char *word)
{
	char *colon = strchr(word, ':');
	struct order *o;
	u32 n = 1;

	if (colon) {
		*colon = '\0';
		if (kstrtou32(colon + 1, 0, &n))
			return -EINVAL;
	}
	if (!strcmp(word, "none")) {
		forget_orders();
		return 0;
	}
	o = find_order(word) ?: find_order("");
	if (!o)
		return -ENOSPC;
	WRITE_ONCE(o->number, n);
	atomic_set(&o->left, n);
	return strscpy(o->name, word, sizeof(o->name)) < 0 ? -EINVAL : 0;
}

static int __init from_boot(char *arg)
{
	char word[24];

	return arg && strscpy(word, arg, sizeof(word)) > 0 ? order(word) : -EINVAL;
}
early_param("mint_fault", from_boot);

static ssize_t fault_write(struct file *file, const char __user *ubuf,
			   size_t count, loff_t *ppos)
{
	char word[24];
	ssize_t len = simple_write_to_buffer(word, sizeof(word) - 1, ppos, ubuf,
					     count);
	int err;

	if (len < 0)
		return len;
	word[len] = '\0';
	err = order(strim(word));
	return err ?: (ssize_t)count;
}

static const struct file_operations fault_fops = {
	.open	= simple_open,
	.write	= fault_write,
};

static int __init mint_faults_init(void)
{
	if (mint_self.active)
		debugfs_create_file("mint_fault", 0200, NULL, NULL, &fault_fops);
	return 0;
}
device_initcall(mint_faults_init);
