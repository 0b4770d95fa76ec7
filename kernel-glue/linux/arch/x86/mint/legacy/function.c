// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions that are a legacy device as well: a VGA card answers at its BARs and
 * at the fixed addresses of every VGA card.  Who has the one has the other, or two
 * OSes use one device.  They go together, when an OS is created, and come home
 * together, when it is destroyed; a move takes functions only, so it takes none of
 * these away from their legacy device.
 */
#include <linux/pci.h>

#include "base/base.h"
#include "legacy/legacy.h"
#include "pci/pci.h"

/* Fixed I/O ports of legacy devices; a function may be placed there. */
static const struct {
	u32 legacy;
	u16 first, last;
} ports[] = {
	{ MINT_LEGACY_COM1, 0x3f8, 0x3ff },
	{ MINT_LEGACY_COM2, 0x2f8, 0x2ff },
	{ MINT_LEGACY_KBD, 0x60, 0x64 },
	{ MINT_LEGACY_VGA, 0x3b0, 0x3df },
	{ MINT_LEGACY_RTC, 0x70, 0x71 },
};

/* Programming interface of an IDE controller: a channel is not at fixed ports. */
#define IDE_FIRST_NATIVE	BIT(0)
#define IDE_SECOND_NATIVE	BIT(2)

static u32 class_of(const struct mint_dev *d)
{
	return d->class_rev >> 16;
}

/* Whether the bridges above @d pass on what is for a VGA card. */
static bool gets_vga(const struct mint_dev *d)
{
	struct mint_dev up = *d;
	unsigned int depth;
	int idx;

	for (depth = 0; depth < 256 && !(up.bridge >> 16); depth++) {
		if (!(mint_pci_raw_read(up.bridge, PCI_BRIDGE_CONTROL, 2) &
		      PCI_BRIDGE_CTL_VGA))
			return false;
		idx = mint_dev_find(up.bridge);
		if (idx < 0 || mint_dev_copy(idx, &up))
			break;
	}
	return true;
}

static u32 legacy_at(u64 bar, u64 size)
{
	u64 first = bar & ~3ULL;
	u32 mask = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ports); i++)
		if (size && (bar & PCI_BASE_ADDRESS_SPACE_IO) &&
		    first <= ports[i].last && ports[i].first < first + size)
			mask |= BIT(ports[i].legacy);
	return mask;
}

/* The legacy devices that @d is, bits 1 << MINT_LEGACY_*. */
static u32 legacy_of(const struct mint_dev *d)
{
	bool vga = class_of(d) == PCI_CLASS_DISPLAY_VGA ||
		   class_of(d) == PCI_CLASS_NOT_DEFINED_VGA;
	u32 mask = 0;
	unsigned int i;

	if (d->flags & (MINT_DEVF_BRIDGE | MINT_DEVF_CHIPSET))
		return 0;
	/* Not what it decodes now: its driver will switch that on. */
	if (vga && gets_vga(d))
		mask |= BIT(MINT_LEGACY_VGA);
	for (i = 0; i < MINT_NR_BARS; i++)
		mask |= legacy_at(d->bar_paddr[i], d->bar_size[i]);
	return mask;
}

/* Nobody can be given the ports and the ISA interrupts of IDE disks. */
static int check_ide(const struct mint_dev *d, struct netlink_ext_ack *extack)
{
	u8 native = d->class_rev >> 8 & (IDE_FIRST_NATIVE | IDE_SECOND_NATIVE);

	if (class_of(d) != PCI_CLASS_STORAGE_IDE ||
	    native == (IDE_FIRST_NATIVE | IDE_SECOND_NATIVE))
		return 0;
	mint_dev_err(extack, "%s uses the fixed ports of IDE disks; it stays where it is",
		     mint_bdf(d->sbdf).s);
	return -EOPNOTSUPP;
}

int mint_legacydev_check_move(const struct mint_dev *d, u32 to,
			      struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	u32 mask = legacy_of(d), idx, owner;

	for (idx = 0; idx < MINT_NR_LEGACY; idx++) {
		owner = READ_ONCE(mint_hdr()->legacy_owner[idx]);
		if (!(mask & BIT(idx)) || owner == to)
			continue;
		mint_dev_err(extack, "%s is the %s of %s; os create --legacy %s takes both",
			     mint_bdf(d->sbdf).s, mint_legacy_name(idx),
			     mint_os_name(owner, name), mint_legacy_name(idx));
		return -EBUSY;
	}
	return check_ide(d, extack);
}

/**
 * struct wish - what an OS is to be created with
 * @legacy:	bits 1 << MINT_LEGACY_*
 * @sbdf, @nr:	functions
 */
struct wish {
	u32 legacy;
	const u32 *sbdf;
	u32 nr;
};

static bool is_given(const struct wish *w, u32 sbdf)
{
	u32 i;

	for (i = 0; i < w->nr; i++)
		if (w->sbdf[i] == sbdf)
			return true;
	return false;
}

/* @d against what is asked for: both or none. */
static int check_one(const struct wish *w, const struct mint_dev *d,
		     struct netlink_ext_ack *extack)
{
	bool given = is_given(w, d->sbdf);
	u32 mask = legacy_of(d), idx;

	for (idx = 0; idx < MINT_NR_LEGACY; idx++) {
		if (!(mask & BIT(idx)) || given == !!(w->legacy & BIT(idx)))
			continue;
		if (given)
			mint_dev_err(extack, "%s is also the machine's %s: add --legacy %s",
				     mint_bdf(d->sbdf).s, mint_legacy_name(idx),
				     mint_legacy_name(idx));
		else
			mint_dev_err(extack, "%s is also the function %s: add --dev %s",
				     mint_legacy_name(idx), mint_bdf(d->sbdf).s,
				     mint_bdf(d->sbdf).s);
		return -EBUSY;
	}
	return given ? check_ide(d, extack) : 0;
}

int mint_legacydev_check_create(u32 legacy, const u32 *sbdf, u32 nr,
				struct netlink_ext_ack *extack)
{
	const struct wish w = { .legacy = legacy, .sbdf = sbdf, .nr = nr };
	struct mint_dev d;
	int err = 0;
	u32 i;

	if (!legacy && !nr)
		return 0;
	for (i = 0; !err && i < MINT_MAX_DEVS; i++)
		if (READ_ONCE(mint_dev(i)->state) != MINT_DEV_FREE &&
		    !mint_dev_copy(i, &d) && d.state != MINT_DEV_GONE)
			err = check_one(&w, &d, extack);
	return err;
}
