// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of the firmware that Mint needs, configuration space in memory (ECAM), and a
 * watchdog that only the firmware knows.
 */
#include <stdlib.h>
#include <string.h>

#include "doctor/internal.h"

static bool has_table(struct patient *p, const char *name)
{
	char path[TREE_PATH];

	snprintf(path, sizeof(path), ACPI_TABLES "/%s", name);
	return tree_has(p->tree, path);
}

static void check_acpi(struct patient *p)
{
	struct finding *f;

	if (!tree_has(p->tree, ACPI_TABLES)) {
		f = report_add(p->report, FINDING_ERROR, "acpi", "ACPI");
		finding_cause(f, "this kernel has no ACPI tables; by them Mint knows cores, interrupt lines and configuration space");
		finding_advice(f, "Take acpi=off from the command line; boot by a firmware that has ACPI.");
	} else if (!has_table(p, "APIC")) {
		f = report_add(p->report, FINDING_ERROR, "acpi", "MADT");
		finding_cause(f, "the firmware has no table APIC, which lists cores and I/O APICs");
		finding_advice(f, "Switch the APIC mode on in the firmware's setup.");
	}
}

/* ---- ECAM -------------------------------------------------------------------------- */

/* ACPI header, 8 bytes, then entries: address, segment, first and last bus. */
#define MCFG_ENTRIES	44
#define MCFG_ENTRY	16
#define MCFG_SEGMENT	8

/* An MCFG that cannot be read (by who is not root) says nothing. */
static bool mcfg_lacks_segment_0(struct patient *p)
{
	uint16_t segment;
	bool lacks;
	size_t len, at;
	char *mcfg = tree_text(p->tree, ACPI_TABLES "/MCFG", &len);

	if (!mcfg)
		return false;
	lacks = len >= MCFG_ENTRIES;
	for (at = MCFG_ENTRIES; at + MCFG_ENTRY <= len; at += MCFG_ENTRY) {
		memcpy(&segment, mcfg + at + MCFG_SEGMENT, sizeof(segment));
		lacks = lacks && segment;
	}
	free(mcfg);
	return lacks;
}

/* How Linux calls the window of segment 0, since 6.8 and before. */
static bool is_mapped(struct patient *p)
{
	char *iomem = tree_text(p->tree, "proc/iomem", NULL);
	bool found = !iomem || strstr(iomem, "PCI ECAM 0000 ") ||
		     strstr(iomem, "PCI MMCONFIG 0000 ");

	free(iomem);
	return found;
}

static const char ecam_means[] = "no function can be given to another OS";

static void check_ecam(struct patient *p)
{
	struct finding *f;

	if (!tree_has(p->tree, ACPI_TABLES))
		return;
	if (!has_table(p, "MCFG")) {
		f = report_add(p->report, FINDING_ERROR, "ecam", "MCFG");
		finding_cause(f, "the firmware has no such table, so PCI configuration space is not mapped in memory (ECAM): %s",
			      ecam_means);
		finding_advice(f, "Look for MMCONFIG or PCI Express in the firmware's setup; give a virtual machine the type q35.");
	} else if (mcfg_lacks_segment_0(p)) {
		f = report_add(p->report, FINDING_ERROR, "ecam", "MCFG");
		finding_cause(f, "the table has no window for PCI segment 0: %s", ecam_means);
		finding_advice(f, "Update the firmware.");
	} else if (!is_mapped(p)) {
		f = report_add(p->report, FINDING_ERROR, "ecam", "ECAM");
		finding_cause(f, "this kernel has not taken the window that MCFG tells of: %s",
			      ecam_means);
		finding_advice(f, "Take pci=nommconf from the command line; if it is not there the kernel log says why, at MMCONFIG or ECAM.");
	}
}

static void check_wdat(struct patient *p)
{
	struct finding *f;

	if (!has_table(p, "WDAT"))
		return;
	f = report_add(p->report, FINDING_WARNING, "watchdog", "WDAT");
	finding_cause(f, "the firmware has a watchdog of its own that Mint does not know: once set, it resets the machine when its OS ends");
	finding_advice(f, "Do not load wdat_wdt; switch the watchdog off in the firmware's setup.");
}

void check_firmware(struct patient *p)
{
	check_acpi(p);
	check_ecam(p);
	check_wdat(p);
}
