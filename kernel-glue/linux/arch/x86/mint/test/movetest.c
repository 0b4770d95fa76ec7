// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stopping an OS in the middle of a move, for the system tests.
 *
 * Words written to the file mint_move_test in debugfs say what this OS does at the
 * end of a phase of its next move:
 *
 *	stall N	goes no further with it, until it is told "go"
 *	die N	panics
 *	off	nothing
 *
 * N is a MINT_PHASE_*.  Reading tells "idle", "armed" or "stalled".
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "base/base.h"
#include "move/move.h"

#define NO_PHASE	(~0u)

static DECLARE_WAIT_QUEUE_HEAD(go_waitq);
static u32 test_phase = NO_PHASE;
static bool test_dies;
static bool stalled;

static void test_phase_ended(u32 phase)
{
	if (cmpxchg(&test_phase, phase, NO_PHASE) != phase)
		return;
	if (READ_ONCE(test_dies))
		panic("end of phase %u of a move, as the test wants it", phase);
	WRITE_ONCE(stalled, true);
	wait_event_idle(go_waitq, !READ_ONCE(stalled));
}

static int arm(const char *number, bool dies)
{
	u32 phase;
	int err = kstrtou32(number, 10, &phase);

	if (err || phase >= MINT_NR_PHASES)
		return err ?: -ERANGE;
	WRITE_ONCE(test_dies, dies);
	WRITE_ONCE(test_phase, phase);
	return 0;
}

static int obey(char *word)
{
	if (str_has_prefix(word, "stall "))
		return arm(word + 6, false);
	if (str_has_prefix(word, "die "))
		return arm(word + 4, true);
	if (sysfs_streq(word, "off")) {
		WRITE_ONCE(test_phase, NO_PHASE);
	} else if (sysfs_streq(word, "go")) {
		WRITE_ONCE(stalled, false);
		wake_up_all(&go_waitq);
	} else {
		return -EINVAL;
	}
	return 0;
}

static ssize_t test_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *ppos)
{
	char word[16];
	ssize_t len = simple_write_to_buffer(word, sizeof(word) - 1, ppos, ubuf,
					     count);

	if (len < 0)
		return len;
	word[len] = '\0';
	return obey(strim(word)) ?: count;
}

static ssize_t test_read(struct file *file, char __user *ubuf, size_t count,
			 loff_t *ppos)
{
	const char *text = READ_ONCE(stalled) ? "stalled\n" :
			   READ_ONCE(test_phase) != NO_PHASE ? "armed\n" : "idle\n";

	return simple_read_from_buffer(ubuf, count, ppos, text, strlen(text));
}

static const struct file_operations test_fops = {
	.open	= simple_open,
	.read	= test_read,
	.write	= test_write,
};

static int __init mint_move_test_init(void)
{
	if (!mint_self.active)
		return 0;
	WRITE_ONCE(mint_move_test, test_phase_ended);
	debugfs_create_file("mint_move_test", 0600, NULL, NULL, &test_fops);
	return 0;
}
device_initcall(mint_move_test_init);
