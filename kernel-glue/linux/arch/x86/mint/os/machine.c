// SPDX-License-Identifier: GPL-2.0-only
/*
 * What belongs to the machine as a whole and reaches, or is reached from, every
 * core: it is the business of the OS that has the primary role.  The further ones
 * mask it or leave it alone; docs/design/overview.md has the table.
 *
 * Whatever the command line of a further OS says: all this is done after it has
 * been read.
 */
#include <linux/acpi.h>
#include <linux/cpufeature.h>
#include <linux/init.h>
#include <linux/pci.h>
#include <linux/proc_fs.h>

#include <asm/apic.h>
#include <asm/pci_x86.h>

#include "base/base.h"
#include "os/os.h"

/*
 * External NMIs arrive at LINT1 of every local APIC: a button, SERR, IOCHK.  Linux
 * lets its boot CPU have them, that is, each kernel would.
 */
static char options[] __initdata = "apic_extnmi=none";

void __init mint_machine_setup_further(void)
{
	parse_early_options(options);
	/*
	 * Thermal events of the package reach all cores that do not mask them,
	 * and the thresholds are in registers of the package.
	 */
	setup_clear_cpu_cap(X86_FEATURE_ACC);
	setup_clear_cpu_cap(X86_FEATURE_PTS);
}

/*
 * LINT0 brings the interrupts of the 8259, which is the first OS's.  Linux opens it
 * for its boot CPU when it has no I/O APIC, or finds it open.
 */
void mint_machine_mask_pins(void)
{
	apic_write(APIC_LVT0, APIC_DM_EXTINT | APIC_LVT_MASKED);
	apic_write(APIC_LVT1, APIC_DM_NMI | APIC_LVT_MASKED);
}

static int __init mask_local_pins(void)
{
	if (mint_self.further)
		mint_machine_mask_pins();
	return 0;
}
early_initcall(mask_local_pins);

#if defined(CONFIG_MTRR) && defined(CONFIG_PROC_FS)
/*
 * The memory types must be the same on all cores of the machine (SDM 3A, 12.11.8);
 * a kernel can change them on its own cores only.  They stay what the firmware made
 * them.
 */
static int __init hide_mtrr(void)
{
	if (mint_self.active)
		remove_proc_subtree("mtrr", NULL);
	return 0;
}
late_initcall(hide_mtrr);
#endif

/* ---- for those who have no ACPI ------------------------------------------- */

static void __init publish_power(struct mint_header *hdr)
{
	u8 a, b;

	if (acpi_disabled ||
	    ACPI_FAILURE(acpi_get_sleep_type_data(ACPI_STATE_S5, &a, &b)))
		return;
	hdr->pm1a_cnt = acpi_gbl_FADT.xpm1a_control_block.address;
	hdr->pm1b_cnt = acpi_gbl_FADT.xpm1b_control_block.address;
	hdr->s5_typ_a = a;
	hdr->s5_typ_b = b;
}

/* What only the OS with ACPI can find out, for those that have none. */
static int __init mint_publish_machine(void)
{
	struct mint_header *hdr = mint_hdr();
	struct pci_mmcfg_region *cfg;
	struct pci_bus *bus;

	if (!mint_self.active || mint_self.joined)
		return 0;
	list_for_each_entry(cfg, &pci_mmcfg_list, list) {
		if (cfg->segment)
			continue;
		hdr->mmcfg_paddr = cfg->address;
		hdr->mmcfg_bus_end = cfg->end_bus;
	}
	list_for_each_entry(bus, &pci_root_buses, node)
		if (!pci_domain_nr(bus) &&
		    hdr->nr_root_buses < MINT_MAX_ROOT_BUSES)
			hdr->root_bus[hdr->nr_root_buses++] = bus->number;
	publish_power(hdr);
	return 0;
}
device_initcall_sync(mint_publish_machine);
