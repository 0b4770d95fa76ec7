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
 *
 * "delay POINT MS" makes whoever passes a point in this OS wait there, once:
 *
 *	park		a core that goes offline has reported that it is dead, but
 *			has not reached the park page
 *	online		a core is about to be sent INIT and SIPI
 *	hand-over	a core is offline and about to change hands
 *
 * Or it has os start pass on any command line:
 *
 *	any-cmdline
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/nmi.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <asm/apic.h>

#include "launch.h"
#include "mint.h"
#include "shared.h"
#include "test.h"

bool mint_test_any_cmdline;
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

/* Milliseconds for each point. */
static u32 delays[MINT_NR_TEST_POINTS];

static const char * const points[MINT_NR_TEST_POINTS] = {
	[MINT_TEST_PARK] = "park",
	[MINT_TEST_ONLINE] = "online",
	[MINT_TEST_HAND_OVER] = "hand-over",
};

void mint_test_point(enum mint_test_point point)
{
	u32 ms = xchg(&delays[point], 0);

	if (point != MINT_TEST_PARK) {
		msleep(ms);
		return;
	}
	while (ms--)
		mdelay(1);
}

static int set_delay(char *words)
{
	char *point = strsep(&words, " ");
	int i = match_string(points, MINT_NR_TEST_POINTS, point);

	if (i < 0 || !words)
		return -EINVAL;
	return kstrtou32(strim(words), 0, &delays[i]);
}

static int pass_any_cmdline(int len)
{
	mint_test_any_cmdline = true;
	return len;
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
	else if (strstarts(word, "delay "))
		err = set_delay(word + strlen("delay ")) ?: count;
	else if (sysfs_streq(word, "any-cmdline"))
		err = pass_any_cmdline(len);
	return err;
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
