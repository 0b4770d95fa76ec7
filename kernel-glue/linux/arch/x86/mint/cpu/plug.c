// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cores that ACPI would plug or unplug.
 *
 * The table of cores is made once and every OS has its own copy of it.  A core
 * that comes later is in none of them: it could not be fenced, so it stays offline
 * (see prepare_online() in online.c).  One that goes may be running another OS: its
 * kernel would stop in the middle of anything.  So ejection is switched off for
 * all of them, by the switch that Linux has for that in
 * /sys/firmware/acpi/hotplug/.
 */
#include <linux/acpi.h>
#include <linux/cpu.h>
#include <linux/init.h>

#include "base/base.h"

static int __init mint_cpuplug_init(void)
{
	struct acpi_device *adev;
	struct device *dev;

	if (!mint_self.active || mint_self.further || acpi_disabled)
		return 0;
	dev = get_cpu_device(0);
	adev = dev ? ACPI_COMPANION(dev) : NULL;
	if (!adev || !adev->handler)
		return 0;
	acpi_scan_lock_acquire();
	adev->handler->hotplug.enabled = false;
	acpi_scan_lock_release();
	return 0;
}
late_initcall(mint_cpuplug_init);
