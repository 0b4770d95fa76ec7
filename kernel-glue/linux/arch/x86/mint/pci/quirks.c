// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions that do something to the machine by themselves: watchdogs.
 *
 * What an armed watchdog waits for is an OS; it counts on when that OS is gone, and
 * then resets the machine with all the others in it.  So whoever ends, and whoever
 * makes the functions of an OS safe, stops it.  Here is how, for each kind, and
 * which ones nobody here can stop.
 *
 * All of it goes by configuration space or ports: it must work without a driver, for
 * another OS, and at the end of a panic.  Watchdogs that no PCI function stands for
 * (ISA, super I/O, ACPI WDAT) are not in the table of functions and are not known
 * here.
 */
#include <linux/io.h>
#include <linux/pci.h>

#include "base/base.h"
#include "pci/pci.h"

/**
 * struct quirk - a kind of watchdog
 * @vendor, @first, @last: its ids; @vendor 0: any function of @class
 * @class:	class and subclass; 0: whatever it is
 * @armed:	whether it counts and would reset the machine; NULL: nobody knows
 * @disarm:	stops it; NULL: nobody here can
 * @locked:	whether it stays enabled whatever is written to it: then @disarm has
 *		only taken its output away, and the next driver would connect it again;
 *		NULL: never
 */
struct quirk {
	u16 vendor;
	u16 first;
	u16 last;
	u16 class;
	bool (*armed)(u32 sbdf);
	void (*disarm)(u32 sbdf);
	bool (*locked)(u32 sbdf);
};

/* ---- Intel 6300ESB: data sheet 300641-004, 16.5; as in i6300esb.c ---------- */

#define ESB_CONFIG		0x60	/* 16 bits */
#define ESB_CONFIG_NO_OUTPUT	BIT(5)
#define ESB_CONFIG_NO_INT	0x03
#define ESB_LOCK		0x68	/* 8 bits */
#define ESB_LOCK_LOCKED		BIT(0)	/* until the function is reset */
#define ESB_LOCK_ENABLE		BIT(1)

static bool esb_armed(u32 sbdf)
{
	return mint_pci_raw_read(sbdf, ESB_LOCK, 1) & ESB_LOCK_ENABLE &&
	       !(mint_pci_raw_read(sbdf, ESB_CONFIG, 2) & ESB_CONFIG_NO_OUTPUT);
}

static bool esb_locked(u32 sbdf)
{
	u8 both = ESB_LOCK_LOCKED | ESB_LOCK_ENABLE;

	return (mint_pci_raw_read(sbdf, ESB_LOCK, 1) & both) == both;
}

/*
 * The driver reloads the timer first, by memory; that is to let it stop in peace.
 * Without its output it may run out at any time.
 */
static void esb_disarm(u32 sbdf)
{
	u32 config = mint_pci_raw_read(sbdf, ESB_CONFIG, 2);

	mint_pci_raw_write(sbdf, ESB_CONFIG, 2, config | ESB_CONFIG_NO_OUTPUT |
			   ESB_CONFIG_NO_INT);
	if (!esb_locked(sbdf))
		mint_pci_raw_write(sbdf, ESB_LOCK, 1, 0);
}

/* ---- TCO of Intel's south bridges, up to the 9 series; as in iTCO_wdt.c ---- */

#define LPC_PMBASE		0x40	/* 32 bits */
#define LPC_PMBASE_MASK		0xff80
#define TCO1_CNT		0x68	/* from PMBASE, 16 bits */
#define TCO1_CNT_HALT		BIT(11)

/* Port of the control register, 0 = none. */
static u16 tco_port(u32 sbdf)
{
	u32 base = mint_pci_raw_read(sbdf, LPC_PMBASE, 4);

	if (PCI_POSSIBLE_ERROR(base) || !(base & LPC_PMBASE_MASK))
		return 0;
	return (base & LPC_PMBASE_MASK) + TCO1_CNT;
}

/* It always counts, unless it is halted; whether it may reset is another matter. */
static bool tco_armed(u32 sbdf)
{
	u16 port = tco_port(sbdf);

	return port && !(inw(port) & TCO1_CNT_HALT);
}

static void tco_disarm(u32 sbdf)
{
	u16 port = tco_port(sbdf);

	if (port)
		outw(inw(port) | TCO1_CNT_HALT, port);
}

/* ---- the table -------------------------------------------------------------- */

/* Not in pci_ids.h. */
#define VENDOR_QUICKLOGIC	0x11e3

#define ESB(from, to) { \
	.vendor = PCI_VENDOR_ID_INTEL, .first = from, .last = to, \
	.armed = esb_armed, .disarm = esb_disarm, .locked = esb_locked }
#define TCO(from, to) { \
	.vendor = PCI_VENDOR_ID_INTEL, .first = from, .last = to, \
	.class = PCI_CLASS_BRIDGE_ISA, .armed = tco_armed, .disarm = tco_disarm }
#define UNSTOPPABLE(id, from, to) { .vendor = id, .first = from, .last = to }

/* The first that fits counts. */
static const struct quirk quirks[] = {
	ESB(PCI_DEVICE_ID_INTEL_ESB_9, PCI_DEVICE_ID_INTEL_ESB_9),
	TCO(0x1c41, 0x1c5f),	/* 6 series */
	TCO(0x1d40, 0x1d41),
	TCO(0x1e40, 0x1e5f),	/* 7 series */
	TCO(0x2410, 0x24d0),	/* ICH to ICH5 */
	TCO(0x25a1, 0x25a1),	/* 6300ESB */
	TCO(0x2640, 0x267f),	/* ICH6, 631xESB */
	TCO(0x27b0, 0x27bd),	/* ICH7 */
	TCO(0x2810, 0x2815),	/* ICH8 */
	TCO(0x2912, 0x2919),	/* ICH9 */
	TCO(0x3a14, 0x3a1a),	/* ICH10 */
	TCO(0x3b00, 0x3b16),	/* 5 series */
	TCO(0x8c40, 0x8c5f),	/* 8 series */
	TCO(0x8cc1, 0x8cc6),	/* 9 series */
	TCO(0x8d40, 0x8d5f),
	TCO(0x9c40, 0x9c47),
	TCO(0x9cc1, 0x9cc9),
	/* pcwd_pci, wdt_pci, hpwdt */
	UNSTOPPABLE(VENDOR_QUICKLOGIC, 0x5030, 0x5030),
	UNSTOPPABLE(PCI_VENDOR_ID_ACCESSIO, 0x22c0, 0x22c0),
	UNSTOPPABLE(PCI_VENDOR_ID_COMPAQ, 0xb203, 0xb203),
	UNSTOPPABLE(PCI_VENDOR_ID_HP, 0x3306, 0x3306),
	UNSTOPPABLE(PCI_VENDOR_ID_HP_3PAR, 0x0389, 0x0389),
	/* alim1535_wdt, alim7101_wdt, via_wdt, nv_tco, sp5100_tco: chipsets */
	UNSTOPPABLE(PCI_VENDOR_ID_AL, 0x1533, 0x1535),
	UNSTOPPABLE(PCI_VENDOR_ID_AL, 0x7101, 0x7101),
	UNSTOPPABLE(PCI_VENDOR_ID_VIA, 0x8324, 0x8324),
	UNSTOPPABLE(PCI_VENDOR_ID_VIA, 0x8353, 0x8353),
	UNSTOPPABLE(PCI_VENDOR_ID_VIA, 0x8409, 0x8409),
	UNSTOPPABLE(PCI_VENDOR_ID_NVIDIA, 0x0264, 0x0264),
	UNSTOPPABLE(PCI_VENDOR_ID_NVIDIA, 0x0368, 0x0368),
	UNSTOPPABLE(PCI_VENDOR_ID_NVIDIA, 0x0752, 0x0752),
	UNSTOPPABLE(PCI_VENDOR_ID_NVIDIA, 0x0aa2, 0x0aa2),
	UNSTOPPABLE(PCI_VENDOR_ID_ATI, 0x4385, 0x4385),
	UNSTOPPABLE(PCI_VENDOR_ID_AMD, 0x780b, 0x780b),
	UNSTOPPABLE(PCI_VENDOR_ID_AMD, 0x790b, 0x790b),
	UNSTOPPABLE(PCI_VENDOR_ID_HYGON, 0x790b, 0x790b),
	/* A management controller can do what it likes: ipmi_watchdog. */
	{ .class = 0x0c07 },
};

static bool fits(const struct quirk *q, const struct mint_dev *d)
{
	if (q->vendor && (q->vendor != d->vendor || d->device < q->first ||
			  d->device > q->last))
		return false;
	return !q->class || q->class == d->class_rev >> 16;
}

/* NULL, too, when something else is in that place now. */
static const struct quirk *quirk_of(const struct mint_dev *d)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(quirks); i++)
		if (fits(&quirks[i], d))
			return mint_dev_answers(d) ? &quirks[i] : NULL;
	return NULL;
}

u32 mint_quirk_flags(const struct mint_dev *d)
{
	const struct quirk *q = quirk_of(d);

	if (!q)
		return 0;
	return MINT_DEVF_WATCHDOG | (q->disarm ? 0 : MINT_DEVF_NO_DISARM);
}

bool mint_quirk_armed(const struct mint_dev *d)
{
	const struct quirk *q = quirk_of(d);

	return q && q->armed && q->armed(d->sbdf);
}

bool mint_quirk_locked(const struct mint_dev *d)
{
	const struct quirk *q = quirk_of(d);

	return q && q->locked && q->locked(d->sbdf);
}

void mint_quirk_disarm(const struct mint_dev *d)
{
	const struct quirk *q = quirk_of(d);

	if (!q || !q->disarm || !q->armed(d->sbdf))
		return;
	q->disarm(d->sbdf);
	if (q->armed(d->sbdf))
		pr_err("%s: its watchdog cannot be stopped\n",
		       mint_bdf(d->sbdf).s);
	else
		pr_notice("%s: its watchdog is stopped\n",
			  mint_bdf(d->sbdf).s);
}

void mint_quirk_disarm_own(void)
{
	struct mint_dev d;
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		if (mint_dev_peek_own(i, &d))
			mint_quirk_disarm(&d);
}
