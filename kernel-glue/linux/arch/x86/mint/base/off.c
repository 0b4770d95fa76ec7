// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint was asked for, and is off: why.
 *
 * The kernel goes on as one without Mint.  The reason is in its log, and in the file
 * /sys/kernel/mint_off, which exists only then; mintctl shows it.
 */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include <linux/sysfs.h>

#include "base/base.h"
#include "base/boot.h"

static char reason[128] __ro_after_init;

void __init mint_stay_off(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vscnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	pr_err("%s; Mint stays off\n", reason);
}

static ssize_t mint_off_show(struct kobject *kobj, struct kobj_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%s\n", reason);
}

static const struct kobj_attribute off_attr = __ATTR_RO(mint_off);

static int __init mint_off_init(void)
{
	return reason[0] ? sysfs_create_file(kernel_kobj, &off_attr.attr) : 0;
}
device_initcall(mint_off_init);
