// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU, which Mint does not use, and the memory that the firmware keeps for devices.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/internal.h"
#include "lib/parse.h"

struct iommus {
	char first[64];
	unsigned int nr;
};

static void take_iommu(void *arg, const char *name)
{
	struct iommus *i = arg;

	if (!i->nr++)
		snprintf(i->first, sizeof(i->first), "%s", name);
}

static void say_active(struct patient *p, const struct iommus *found)
{
	struct finding *f = report_add(p->report, FINDING_WARNING, "iommu", found->first);

	finding_cause(f, "the IOMMU is active in this kernel (%u in all); the Mint kernel has no driver for it and leaves it as the firmware has it",
		      found->nr);
	finding_advice(f, "Switch VT-d (AMD-Vi), or DMA protection before boot at least, off in the firmware's setup: else DMA may fail under Mint. Nothing then keeps a device from any OS's memory.");
}

static void say_there(struct patient *p, const char *table)
{
	struct finding *f = report_add(p->report, FINDING_NOTE, "iommu", table);

	finding_cause(f, "the machine has an IOMMU, which Mint does not use: a device reaches the memory of every OS");
	finding_advice(f, "If devices fail under Mint, switch DMA protection before boot off in the firmware's setup.");
}

/* ---- reserved memory regions: VT-d specification, 8.4 --------------------------------- */

#define DMAR_FIRST	48	/* ACPI header, width, flags, reserved */
#define DMAR_RMRR	1
#define RMRR_BASE	8
#define RMRR_SCOPES	24
#define SCOPE_BUS	5
#define SCOPE_PATH	6

static uint16_t u16_at(const char *s)
{
	uint16_t v;

	memcpy(&v, s, sizeof(v));
	return v;
}

static uint64_t u64_at(const char *s)
{
	uint64_t v;

	memcpy(&v, s, sizeof(v));
	return v;
}

/* @scope: a device on its bus; deeper ones are told by the bridge where their path begins. */
static void say_region(struct patient *p, const char *region, const char *scope)
{
	uint32_t sbdf = (uint8_t)scope[SCOPE_BUS] << 8 |
			(scope[SCOPE_PATH] & 0x1f) << 3 | (scope[SCOPE_PATH + 1] & 7);
	struct finding *f;
	char bdf[BDF_LEN];

	f = report_add(p->report, FINDING_WARNING, "firmware", format_bdf(sbdf, bdf));
	finding_cause(f, "the firmware uses it, too, by memory at 0x%llx-0x%llx (such as for USB keyboards, or a management console)",
		      (unsigned long long)u64_at(region + RMRR_BASE),
		      (unsigned long long)u64_at(region + RMRR_BASE + 8));
	finding_advice(f, "Leave it to the first OS, or switch that use off in the firmware's setup (USB legacy support).");
}

static void take_scopes(struct patient *p, const char *region, size_t len)
{
	size_t at = RMRR_SCOPES;

	while (at + SCOPE_PATH + 2 <= len) {
		size_t size = (uint8_t)region[at + 1];

		if (size < SCOPE_PATH + 2 || size > len - at)
			return;
		say_region(p, region, region + at);
		at += size;
	}
}

static void check_regions(struct patient *p)
{
	size_t len = 0, at = DMAR_FIRST, size;
	char *dmar = tree_text(p->tree, ACPI_TABLES "/DMAR", &len);

	while (dmar && at + RMRR_SCOPES <= len) {
		size = u16_at(dmar + at + 2);
		if (size < 4 || size > len - at)
			break;
		if (u16_at(dmar + at) == DMAR_RMRR)
			take_scopes(p, dmar + at, size);
		at += size;
	}
	free(dmar);
}

void check_iommu(struct patient *p)
{
	struct iommus found = { .nr = 0 };

	tree_each(p->tree, "sys/class/iommu", take_iommu, &found);
	if (found.nr)
		say_active(p, &found);
	else if (tree_has(p->tree, ACPI_TABLES "/DMAR"))
		say_there(p, "DMAR");
	else if (tree_has(p->tree, ACPI_TABLES "/IVRS"))
		say_there(p, "IVRS");
	check_regions(p);
}
