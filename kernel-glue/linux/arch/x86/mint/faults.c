// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults at named points, for the system tests.
 *
 * The boot parameter mint_fault=, and the file mint_fault in debugfs, take
 * NAME[:NUMBER]; there is one at a time, and "none" forgets it.
 *
 *	what fails, once, the NUMBER'th time:
 *	  apic			the first OS: the look where the local APICs are
 *	  map, build, park, guard, irq	that stage of its set-up, see shm.c
 *	  irq-half		the take-over of one interrupt
 *	  dies			a further OS, before it has mapped the shared area
 *	  create		a create, when all was given
 *	  arrive		a core on its way from one OS to another
 *	what is left out, NUMBER times:
 *	  ring			the interrupt of an event that was noted
 *	what waits, NUMBER ms, each time:
 *	  end, look, claim	an OS that ends: before it says so, before it looks
 *				for others, before it takes the machine
 *	  unmake		a destroy: all went home, the slot is not free yet
 *	  poll			if not 0, events that nobody rang for are not found
 *	  patience		after so long an OS without a sign of life is dead
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <asm/tsc.h>

#include "faults.h"
#include "mint.h"

static char name[16];
static u32 number;
static atomic_t left;

static bool is_ordered(const char *what)
{
	return !strcmp(name, what);
}

void mint_fault_step(const char *step)
{
	u64 end;

	if (!is_ordered(step))
		return;
	end = rdtsc() + (u64)READ_ONCE(number) * tsc_khz;
	while (rdtsc() < end)
		cpu_relax();
}

bool mint_fault(const char *what)
{
	if (!is_ordered(what))
		return false;
	if (!strcmp(what, "ring"))
		return atomic_dec_if_positive(&left) >= 0;
	return atomic_dec_return(&left) == 0;
}

u32 mint_fault_ms(const char *what, u32 ms)
{
	return is_ordered(what) ? READ_ONCE(number) : ms;
}

/* One word at a time is looked at by others while it changes: tests do not mind. */
static int order(char *word)
{
	char *colon = strchr(word, ':');
	u32 n = 1;

	if (colon) {
		*colon = '\0';
		if (kstrtou32(colon + 1, 0, &n))
			return -EINVAL;
	}
	name[0] = '\0';
	WRITE_ONCE(number, n);
	atomic_set(&left, n);
	return strscpy(name, word, sizeof(name)) < 0 ? -EINVAL : 0;
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
