// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resetting a whole bus, for functions of an ended OS that have no reset of
 * their own.
 *
 * It is done only when everything on that bus belonged to ended OSes, as listed and
 * as found, and when nobody takes the loss of the link for an unplugged device.
 * A hot-plug driver does, unless it does the reset itself: so where the bridge
 * is this OS's, Linux's own way is gone, through the slot; where the bridge is
 * nobody's, its registers are written past the filter; and where it is another
 * running OS's and has a hot-plug slot, nothing is done.
 */
#include <linux/delay.h>
#include <linux/lockdep.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "../../../../drivers/pci/pci.h"
#include "base/base.h"
#include "pci/internal.h"
#include "pci/pci.h"

#define LINK_TIMEOUT_MS		1000
#define MAX_ON_BUS		256

/**
 * struct bus_reset - the bus to be reset and what is on it
 * @bridge:	sbdf of the bridge above
 * @first:	its number
 * @last:	highest bus number below the bridge
 * @nr:		entries in @fn
 * @fn:		its functions
 * @fn.d:	copy of the entry
 * @fn.control:	device control register before the reset
 */
struct bus_reset {
	u32 bridge;
	u8 first;
	u8 last;
	u32 nr;
	struct {
		struct mint_dev d;
		u16 control;
	} fn[MAX_ON_BUS];
};

DECLARE_RWSEM(mint_reset_sem);

/* The bridge through which Linux resets a bus for us; under mint_reset_sem. */
static struct pci_dev *resetting;

/* ---- whether it may be done ---------------------------------------------- */

static bool has_hotplug_slot(u32 bridge)
{
	int exp = mint_pci_find_cap(bridge, PCI_CAP_ID_EXP);

	return exp &&
	       mint_pci_raw_read(bridge, exp + PCI_EXP_FLAGS, 2) &
	       PCI_EXP_FLAGS_SLOT &&
	       mint_pci_raw_read(bridge, exp + PCI_EXP_SLTCAP, 4) &
	       PCI_EXP_SLTCAP_HPC;
}

static bool is_bridge(const struct mint_dev *d)
{
	return d->flags & MINT_DEVF_BRIDGE && mint_dev_answers(d) &&
	       (mint_pci_raw_read(d->sbdf, PCI_HEADER_TYPE, 1) &
		PCI_HEADER_TYPE_MASK) == PCI_HEADER_TYPE_BRIDGE;
}

/* Fills in all but the functions. */
static const char *find_bridge(struct bus_reset *bus, const struct mint_dev *d)
{
	struct mint_dev up;
	int idx = mint_dev_find(d->bridge);

	if (d->bridge == ~0u)
		return "no bridge is above it";
	if (idx < 0 || mint_dev_copy(idx, &up) || !is_bridge(&up))
		return "the bridge above is not as listed";
	bus->bridge = up.sbdf;
	bus->first = mint_pci_raw_read(up.sbdf, PCI_SECONDARY_BUS, 1);
	bus->last = mint_pci_raw_read(up.sbdf, PCI_SUBORDINATE_BUS, 1);
	if (bus->first != MINT_SBDF_BUS(d->sbdf) || bus->last < bus->first)
		return "the bridge above leads elsewhere";
	if (up.flags & MINT_DEVF_NO_BUS_RESET)
		return "the bridge above must not reset its bus";
	if (!mint_pci_owns(up.sbdf) && mint_os_alive(up.owner) &&
	    has_hotplug_slot(up.sbdf))
		return "another OS watches its slot";
	return NULL;
}

/*
 * Whether a function is this OS's to reset although it does not own it: it fences
 * it, or its owner is proved stopped.
 */
static bool may_fence(const struct mint_dev *d)
{
	if (d->state == MINT_DEV_FENCE && d->owner == mint_self.os)
		return true;
	return d->owner && mint_os_is_stopped(d->owner);
}

static const char *add_function(struct bus_reset *bus, const struct mint_dev *d)
{
	/* A bridge would lose its bus numbers and windows. */
	if (d->flags & MINT_DEVF_BRIDGE)
		return "a bridge is on its bus";
	if (!may_fence(d) || mint_pci_owns(d->sbdf))
		return "not all on its bus was of the same OS";
	if (d->flags & MINT_DEVF_NO_BUS_RESET)
		return "something on its bus does not survive a reset";
	if (bus->nr == MAX_ON_BUS)
		return "its bus is listed twice";
	bus->fn[bus->nr].d = *d;
	bus->fn[bus->nr++].control = mint_dev_control(d->sbdf);
	return NULL;
}

static const char *find_functions(struct bus_reset *bus)
{
	const char *why = NULL;
	struct mint_dev d;
	u32 i;
	int err;

	for (i = 0; i < MINT_MAX_DEVS && !why; i++) {
		if (READ_ONCE(mint_dev(i)->state) == MINT_DEV_FREE)
			continue;
		err = mint_dev_copy(i, &d);
		if (err == -ETIMEDOUT)
			return "the table is locked";
		/* What makes no sense is found by its absence, see below. */
		if (err || d.state == MINT_DEV_GONE ||
		    !mint_dev_knows(i, d.sbdf) ||
		    MINT_SBDF_BUS(d.sbdf) < bus->first ||
		    MINT_SBDF_BUS(d.sbdf) > bus->last)
			continue;
		why = add_function(bus, &d);
	}
	return why;
}

static bool is_listed(const struct bus_reset *bus, u32 sbdf)
{
	u32 i;

	for (i = 0; i < bus->nr; i++)
		if (bus->fn[i].d.sbdf == sbdf)
			return true;
	return false;
}

/* Plugged just now, or when the table was full. */
static const char *find_unlisted(const struct bus_reset *bus)
{
	u32 sbdf = bus->first << 8, end = sbdf + MAX_ON_BUS;

	for (; sbdf < end; sbdf++)
		if (!PCI_POSSIBLE_ERROR(mint_pci_raw_read(sbdf, PCI_VENDOR_ID, 4)) &&
		    !is_listed(bus, sbdf))
			return "something on its bus is not listed";
	return NULL;
}

/* ---- doing it -------------------------------------------------------------- */

static bool is_downstream_port(u32 bridge, int exp)
{
	u16 type = mint_pci_raw_read(bridge, exp + PCI_EXP_FLAGS, 2) &
		   PCI_EXP_FLAGS_TYPE;

	return type == PCI_EXP_TYPE_ROOT_PORT << 4 ||
	       type == PCI_EXP_TYPE_DOWNSTREAM << 4;
}

/* Not every port reports it that says so: QEMU's has none with ACPI hot-plug. */
static bool reports_link(u32 bridge, int exp)
{
	return mint_pci_raw_read(bridge, exp + PCI_EXP_LNKCAP, 4) &
	       PCI_EXP_LNKCAP_DLLLARC &&
	       mint_pci_raw_read(bridge, exp + PCI_EXP_LNKSTA, 2) &
	       PCI_EXP_LNKSTA_DLLLA;
}

static void wait_for_link(u32 bridge, int exp)
{
	int ms;

	for (ms = 0; !reports_link(bridge, exp); ms += 10) {
		if (ms >= LINK_TIMEOUT_MS) {
			pr_warn("the link below %s does not come back\n",
				mint_bdf(bridge).s);
			return;
		}
		fsleep(10 * USEC_PER_MSEC);
	}
}

static void pulse(u32 bridge)
{
	int exp = mint_pci_find_cap(bridge, PCI_CAP_ID_EXP);
	u16 ctl = mint_pci_raw_read(bridge, PCI_BRIDGE_CONTROL, 2);
	bool pcie = exp && is_downstream_port(bridge, exp);
	bool had_link = pcie && reports_link(bridge, exp);

	mint_pci_raw_write(bridge, PCI_BRIDGE_CONTROL, 2,
			   ctl | PCI_BRIDGE_CTL_BUS_RESET);
	fsleep(2 * USEC_PER_MSEC);	/* at least 1 ms: PCIe 6.6.1, PCI Trst */
	mint_pci_raw_write(bridge, PCI_BRIDGE_CONTROL, 2,
			   ctl & ~PCI_BRIDGE_CTL_BUS_RESET);
	if (had_link)
		wait_for_link(bridge, exp);
	/* Until functions may be read: PCIe 6.6.1, PCI Trhfa and Tpvrh. */
	msleep(pcie ? 100 : 1100);
}

/*
 * Linux waits for the functions that it knows below @bridge.  It does not know
 * those of an ended OS; without waiting the hot-plug driver would see their link
 * come up when it looks again.  The filter would drop these writes as well.
 */
void pcibios_reset_secondary_bus(struct pci_dev *bridge)
{
	if (bridge == READ_ONCE(resetting))
		pulse(mint_pci_sbdf(bridge));
	else
		pci_reset_secondary_bus(bridge);
}

/* By way of the slot, if the bridge has one. */
static int reset_by_linux(u32 sbdf)
{
	struct pci_dev *bridge = pci_get_domain_bus_and_slot(0,
				MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf));
	int err;

	if (!bridge)
		return -ENODEV;
	WRITE_ONCE(resetting, bridge);
	err = pci_bus_error_reset(bridge);
	WRITE_ONCE(resetting, NULL);
	pci_dev_put(bridge);
	return err;
}

/* Stopped before, all of them: one that is at work would not like it. */
static const char *reset_bus(const struct bus_reset *bus, unsigned long *reset)
{
	unsigned long deadline;
	int err = 0, idx;
	u32 i;

	for (i = 0; i < bus->nr; i++)
		mint_dev_stop(&bus->fn[i].d);
	if (mint_pci_owns(bus->bridge))
		err = reset_by_linux(bus->bridge);
	else
		pulse(bus->bridge);
	/* Whoever is at work on a single function elsewhere need not wait for these. */
	downgrade_write(&mint_reset_sem);
	deadline = mint_dev_ready_deadline();
	/* After a failure, too: nobody knows how far it got. */
	for (i = 0; i < bus->nr; i++) {
		if (mint_dev_after_reset(&bus->fn[i].d, bus->fn[i].control,
					 deadline) || err)
			continue;
		idx = mint_dev_find(bus->fn[i].d.sbdf);
		if (idx >= 0)
			set_bit(idx, reset);
	}
	return err ? "the reset of its bus failed" : NULL;
}

const char *mint_bus_reset(const struct mint_dev *d, unsigned long *reset)
{
	struct bus_reset *bus = kvzalloc(sizeof(*bus), GFP_KERNEL);
	const char *why;

	lockdep_assert_held_write(&mint_reset_sem);
	if (!bus) {
		downgrade_write(&mint_reset_sem);
		return "there is no memory to reset its bus";
	}
	why = find_bridge(bus, d) ?: find_functions(bus) ?: find_unlisted(bus);
	if (why)
		downgrade_write(&mint_reset_sem);
	else
		why = reset_bus(bus, reset);
	kvfree(bus);
	return why;
}
