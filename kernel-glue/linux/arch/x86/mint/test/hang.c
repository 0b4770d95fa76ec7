// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no program can do to its kernel, for the system tests.
 *
 * A word written to the file mint_test in debugfs makes the core that writes it
 * hang:
 *
 *	spin		with interrupts off
 *	spin-nmi	the same, in the handler of an NMI: it takes no other one
 *	spin-lock	with interrupts off, holding the lock of the shared table
 *	hold NAME	all cores of this OS, with interrupts off, until the OS NAME has
 *			started again; a minute at most
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/nmi.h>
#include <linux/stop_machine.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <asm/apic.h>
#include <asm/tsc.h>

#include "base/base.h"

static bool spin_in_nmi;

static void __noreturn spin(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static int spin_nmi(unsigned int cmd, struct pt_regs *regs)
{
	if (READ_ONCE(spin_in_nmi))
		spin();
	return NMI_DONE;
}

static int hang_in_nmi(void)
{
	int err = register_nmi_handler(NMI_LOCAL, spin_nmi, 0, "mint_test");

	if (err)
		return err;
	WRITE_ONCE(spin_in_nmi, true);
	local_irq_disable();
	__apic_send_IPI(raw_smp_processor_id(), NMI_VECTOR);
	spin();
}

static int hang_with_lock(void)
{
	unsigned long flags;
	int err = mint_shm_lock(&flags);

	if (err)
		return err;
	spin();
}

/* @os runs, but not as it did when the others began to wait for that. */
struct hold {
	u32 os;
	u32 starts;
	u64 end_tsc;
};

static bool has_started_again(const struct hold *h)
{
	u32 state = READ_ONCE(mint_os(h->os)->state);

	return READ_ONCE(mint_launch(h->os)->starts) != h->starts &&
	       (state == MINT_OS_RUNNING || state == MINT_OS_UP);
}

static int hold_cores(void *data)
{
	const struct hold *h = data;

	while (!has_started_again(h) && rdtsc() < h->end_tsc) {
		touch_nmi_watchdog();
		cpu_relax();
	}
	return has_started_again(h) ? 0 : -ETIMEDOUT;
}

static int hold(char *name)
{
	struct hold h = { .os = mint_os_find(strim(name)) };

	if (!h.os)
		return -ENOENT;
	h.starts = READ_ONCE(mint_launch(h.os)->starts);
	h.end_tsc = rdtsc() + tsc_khz * 60000ULL;
	return stop_machine(hold_cores, &h, cpu_online_mask);
}

static ssize_t test_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *ppos)
{
	char word[32];
	ssize_t len = simple_write_to_buffer(word, sizeof(word) - 1, ppos, ubuf,
					     count);
	int err = -EINVAL;

	if (len < 0)
		return len;
	word[len] = '\0';
	if (sysfs_streq(word, "spin"))
		spin();
	else if (sysfs_streq(word, "spin-nmi"))
		err = hang_in_nmi();
	else if (sysfs_streq(word, "spin-lock"))
		err = hang_with_lock();
	else if (str_has_prefix(word, "hold "))
		err = hold(word + strlen("hold "));
	return err ?: len;
}

static const struct file_operations test_fops = {
	.open	= simple_open,
	.write	= test_write,
};

static int __init mint_test_init(void)
{
	if (mint_self.active)
		debugfs_create_file("mint_test", 0200, NULL, NULL, &test_fops);
	return 0;
}
device_initcall(mint_test_init);
