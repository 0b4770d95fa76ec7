// SPDX-License-Identifier: GPL-2.0-only
/*
 * For measurements: the points in time that a kernel passes at its start and at its end, as TSC
 * in its log, with and without Mint.  Only with the boot parameter mint_way.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/notifier.h>
#include <linux/reboot.h>

#include <asm/tsc.h>

static bool wanted;

/* Also with "quiet". */
static void say(const char *what)
{
	if (wanted)
		pr_emerg("way: %s %llu\n", what, rdtsc());
}

/* Parameters are parsed when the memory map is known. */
static int __init parse_way(char *arg)
{
	wanted = true;
	say("setup");
	return 0;
}
early_param("mint_way", parse_way);

static int ends(struct notifier_block *nb, unsigned long event, void *cmd)
{
	say("ends");
	return NOTIFY_DONE;
}

static struct notifier_block ends_nb = {
	.notifier_call = ends,
	.priority = INT_MAX,
};

/* kexec calls these when devices and other CPUs are shut down. */
static void devices_are_shut(struct kmsg_dumper *dumper, struct kmsg_dump_detail *detail)
{
	say("devices");
}

static struct kmsg_dumper shut_dumper = {
	.dump = devices_are_shut,
	.max_reason = KMSG_DUMP_SHUTDOWN,
};

static int __init mint_way_init(void)
{
	say("kernel_init");
	if (wanted) {
		register_reboot_notifier(&ends_nb);
		kmsg_dump_register(&shut_dumper);
	}
	return 0;
}
early_initcall(mint_way_init);
