// SPDX-License-Identifier: GPL-2.0-only
/*
 * Legacy devices: those at fixed ports that no bus enumerates.  Each belongs
 * to exactly one OS.
 *
 * An OS lets go of one by unbinding its Linux driver; a further OS that was
 * not given one never probes it.
 */
#include <linux/bitops.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/pnp.h>
#include <linux/serial_8250.h>
#include <linux/serial_core.h>
#include <linux/vgaarb.h>
#include <linux/vt_kern.h>
#include <linux/workqueue.h>
#include <linux/console.h>

#include <asm/setup.h>
#include <asm/x86_init.h>

#include "base/base.h"
#include "base/life.h"
#include "irq/irq.h"
#include "legacy/legacy.h"

static const struct legacy {
	const char *name;
	u16 port;		/* its first I/O port */
	u16 nr_ports;		/* to be kept from drivers; 0: they are told otherwise */
	u16 isa;		/* its ISA interrupts, a bit for each */
	const char *platform;	/* platform device, if not PNP */
} legacy[MINT_NR_LEGACY] = {
	[MINT_LEGACY_COM1] = { "com1", 0x3f8, 8, BIT(4) },
	[MINT_LEGACY_COM2] = { "com2", 0x2f8, 8, BIT(3) },
	[MINT_LEGACY_KBD] = { "kbd", 0x60, 0, BIT(1) | BIT(12), "i8042" },
	[MINT_LEGACY_VGA] = { "vga", 0x3c0 },
	[MINT_LEGACY_RTC] = { "rtc", 0x70, 8, BIT(8), "rtc_cmos" },
};

const char *mint_legacy_name(u32 idx)
{
	return idx < MINT_NR_LEGACY ? legacy[idx].name : "unknown";
}

static struct device *find_platform(const struct legacy *l)
{
	return l->platform ?
		bus_find_device_by_name(&platform_bus_type, NULL, l->platform) :
		NULL;
}

/* PNP devices are never removed on a PC: no lock is needed to walk the list. */
static struct device *find_pnp(const struct legacy *l)
{
	struct pnp_dev *pnp;

	pnp_for_each_dev(pnp) {
		struct resource *res = pnp_get_resource(pnp, IORESOURCE_IO, 0);

		if (res && res->start == l->port)
			return get_device(&pnp->dev);
	}
	return NULL;
}

/* The device whose driver drives @l, with a reference, or NULL. */
static struct device *find_driven(const struct legacy *l)
{
	struct device *dev = find_platform(l);

	if (dev && dev->driver)
		return dev;
	put_device(dev);
	return find_pnp(l);
}

/*
 * earlyprintk= and earlycon= drive a port with no driver, and go on for ever where
 * "keep" or keep_bootcon says so.  On which port is their secret.
 */
static bool is_early(const struct console *con, u32 idx)
{
	if (idx == MINT_LEGACY_VGA)
		return !strcmp(con->name, "earlyvga");
	return (idx == MINT_LEGACY_COM1 || idx == MINT_LEGACY_COM2) &&
	       (!strcmp(con->name, "earlyser") || !strcmp(con->name, "uart"));
}

static struct console *find_early(u32 idx)
{
	struct console *con, *found = NULL;

	console_list_lock();
	for_each_console(con)
		if (is_early(con, idx))
			found = con;
	console_list_unlock();
	return found;
}

static void end_early_consoles(u32 idx)
{
	struct console *con;

	while ((con = find_early(idx))) {
		pr_info("the early console %s%d ends: %s is given away\n",
			con->name, con->index, legacy[idx].name);
		if (unregister_console(con))
			return;
	}
}

#ifdef CONFIG_VGA_CONSOLE
static bool text_console_ended;

/* Its driver is no device's, and cannot be unbound: another one takes its place. */
static int end_text_console(struct netlink_ext_ack *extack)
{
	int err = 0;

	console_lock();
	if (con_is_bound(&vga_con)) {
		err = do_take_over_console(&dummy_con, 0, MAX_NR_CONSOLES - 1, 1);
		text_console_ended = !err;
	}
	console_unlock();
	if (err)
		NL_SET_ERR_MSG_FMT(extack, "vga stays the text console of this OS (%d)",
				   err);
	return err;
}

static bool card_is_untouched(void)
{
	u16 need = PCI_COMMAND_IO | PCI_COMMAND_MEMORY, command = 0;
	struct pci_dev *card = vga_default_device();

	if (card)
		pci_read_config_word(card, PCI_COMMAND, &command);
	return (command & need) == need;
}

/* Only if the card never left: else nobody knows the mode that it is in. */
static void resume_text_console(void)
{
	if (!text_console_ended)
		return;
	text_console_ended = false;
	if (!card_is_untouched()) {
		pr_info("vga came back in a mode of its own; no text console on it\n");
		return;
	}
	console_lock();
	if (do_take_over_console(&vga_con, 0, MAX_NR_CONSOLES - 1, 1))
		pr_warn("no text console on vga any more\n");
	console_unlock();
}
#else
static int end_text_console(struct netlink_ext_ack *extack)
{
	return 0;
}

static void resume_text_console(void)
{
}
#endif

static int release_one(u32 idx, struct netlink_ext_ack *extack)
{
	struct device *dev;
	int err = idx == MINT_LEGACY_VGA ? end_text_console(extack) : 0;

	if (err)
		return err;
	end_early_consoles(idx);
	dev = find_driven(&legacy[idx]);
	if (!dev)
		return 0;
	device_release_driver(dev);
	put_device(dev);
	return 0;
}

/* What this OS released: that, and nothing else, it takes again. */
static u32 released;

int mint_legacy_release(u32 mask, struct netlink_ext_ack *extack)
{
	u32 idx;
	int err;

	for (idx = 0; idx < MINT_NR_LEGACY; idx++) {
		err = mask & BIT(idx) ? release_one(idx, extack) : 0;
		if (err) {
			mint_legacy_take(mask & (BIT(idx) - 1));
			return err;
		}
	}
	released |= mask;
	return 0;
}

/* ---- the first OS, started again while others had some of them ----------- */

/* Their ports: a driver that looks finds them in use. */
static struct resource kept[MINT_NR_LEGACY];

/* Bits of those that drivers are not told of, from the start on. */
static u32 hidden;

static void __init keep(u32 idx)
{
	const struct legacy *l = &legacy[idx];

	/* What a former life released comes home as if this one had. */
	if (READ_ONCE(mint_hdr()->legacy_home[idx]) == mint_self.os)
		released |= BIT(idx);
	if (!l->nr_ports)
		return;
	kept[idx] = DEFINE_RES_IO_NAMED(l->port, l->nr_ports, "not of this OS");
	kept[idx].flags |= IORESOURCE_BUSY;
	if (request_resource(&ioport_resource, &kept[idx]))
		pr_warn("the ports of %s are in use already\n", l->name);
}

/* Before the first driver comes. */
static int __init keep_foreign(void)
{
	u32 idx;

	if (!mint_is_first_again())
		return 0;
	for (idx = 0; idx < MINT_NR_LEGACY; idx++)
		if (!(mint_self.boot.legacy & BIT(idx)))
			keep(idx);
	return 0;
}
core_initcall(keep_foreign);

/* A driver that came in vain comes once more. */
static void stop_keeping(u32 idx)
{
	struct device *dev;

	if (!kept[idx].parent)
		return;
	hidden &= ~BIT(idx);
	release_resource(&kept[idx]);
	dev = find_driven(&legacy[idx]);
	if (dev && dev->driver)
		device_release_driver(dev);
	put_device(dev);
}

void mint_legacy_take(u32 mask)
{
	struct device *dev;
	u32 idx;

	released &= ~mask;
	for (idx = 0; idx < MINT_NR_LEGACY; idx++) {
		if (!(mask & BIT(idx)))
			continue;
		if (idx == MINT_LEGACY_VGA)
			resume_text_console();
		stop_keeping(idx);
		dev = find_driven(&legacy[idx]);
		if (dev && !dev->driver && device_attach(dev) < 0)
			pr_warn("%s: no driver takes it again\n", legacy[idx].name);
		put_device(dev);
	}
}

/* ---- whose they are ------------------------------------------------------ */

/* Under the table lock. */
static void move_legacy(u32 idx, u32 to)
{
	u32 from = mint_hdr()->legacy_owner[idx];

	mint_hdr()->legacy_owner[idx] = to;
	if (from && from <= MINT_MAX_OSES)
		mint_os(from)->legacy &= ~BIT(idx);
	if (to)
		mint_os(to)->legacy |= BIT(idx);
}

void mint_legacy_set_owner(u32 mask, u32 owner)
{
	unsigned long flags;
	u32 idx;

	if (mint_shm_lock(&flags))
		return;
	for (idx = 0; idx < MINT_NR_LEGACY; idx++)
		if (mask & BIT(idx))
			move_legacy(idx, owner);
	mint_shm_unlock(flags);
}

static void return_legacy(u32 idx)
{
	u32 home = READ_ONCE(mint_hdr()->legacy_home[idx]);

	if (home != mint_self.os && !mint_os_alive(home))
		home = MINT_OS_NONE;
	mint_legacy_set_owner(BIT(idx), home);
	if (home == mint_self.os)
		mint_legacy_take(BIT(idx));
	else if (home)
		mint_event_send(home, MINT_EV_CORE);
}

static void return_all(u32 os)
{
	u32 idx;

	for (idx = 0; idx < MINT_NR_LEGACY; idx++)
		if (READ_ONCE(mint_hdr()->legacy_owner[idx]) == os)
			return_legacy(idx);
}

static void forget_in_legacy(u32 os)
{
	struct mint_header *hdr = mint_hdr();
	u32 idx;

	for (idx = 0; idx < MINT_NR_LEGACY; idx++) {
		mint_forget_id(&hdr->legacy_owner[idx], os);
		mint_forget_id(&hdr->legacy_home[idx], os);
	}
}

static struct mint_life legacy_life = {
	.order	= MINT_LIFE_LEGACY,
	.reclaim = return_all,
	.forget	= forget_in_legacy,
};

/* Another OS sent some of what this OS had released home. */
static void came_home(struct work_struct *work)
{
	u32 idx, mask = 0;

	mutex_lock(&mint_ops_mutex);
	for (idx = 0; idx < MINT_NR_LEGACY; idx++)
		if ((released & BIT(idx)) &&
		    READ_ONCE(mint_hdr()->legacy_owner[idx]) == mint_self.os)
			mask |= BIT(idx);
	if (mask)
		mint_legacy_take(mask);
	mutex_unlock(&mint_ops_mutex);
}

static DECLARE_WORK(home_work, came_home);

/* Not in the event worker: who holds mint_ops_mutex may wait for an event. */
static void home_event(u32 events)
{
	schedule_work(&home_work);
}

static struct mint_event_handler home_events = {
	.mask = MINT_EV_CORE,
	.fn = home_event,
};

static int __init mint_legacy_init(void)
{
	if (!mint_self.active)
		return 0;
	mint_life_register(&legacy_life);
	mint_event_register(&home_events);
	return 0;
}
core_initcall_sync(mint_legacy_init);

/* ---- one that was started by the loader ---------------------------------- */

#ifdef CONFIG_SERIAL_8250
/*
 * Hides the ports of others, and the two that nobody owns and that are looked for
 * where a PC has them.  Linux asks about cards, too, which are somewhere else.
 */
static void serial_fixup(int port, struct uart_port *up, u32 *capabilities)
{
	switch (up->iobase) {
	case 0x3f8:
		if (!(hidden & BIT(MINT_LEGACY_COM1)))
			return;
		break;
	case 0x2f8:
		if (!(hidden & BIT(MINT_LEGACY_COM2)))
			return;
		break;
	case 0x3e8:
	case 0x2e8:
		break;
	default:
		return;
	}
	up->iobase = 0;
}
#endif

void __init mint_legacy_setup_joined(u32 mask)
{
	hidden = ~mask;
	x86_platform.legacy.rtc = !!(mask & BIT(MINT_LEGACY_RTC));
	x86_platform.legacy.i8042 = mask & BIT(MINT_LEGACY_KBD) ?
		X86_LEGACY_I8042_EXPECTED_PRESENT :
		X86_LEGACY_I8042_PLATFORM_ABSENT;
	x86_platform.legacy.no_vga = !(mask & BIT(MINT_LEGACY_VGA));
#ifdef CONFIG_SERIAL_8250
	serial8250_set_isa_configurator(serial_fixup);
#endif
}

/*
 * The drivers of these devices know their interrupts by number, so ISA interrupt n
 * must be Linux's n.
 */
static int __init mint_map_isa(void)
{
	unsigned int idx, isa;
	unsigned long isas;
	int virq;

	if (!mint_self.further)
		return 0;
	for (idx = 0; idx < MINT_NR_LEGACY; idx++) {
		if (!(mint_self.boot.legacy & BIT(idx)))
			continue;
		isas = legacy[idx].isa;
		for_each_set_bit(isa, &isas, 16) {
			virq = mint_isa_map(isa);
			if (virq != isa)
				pr_err("%s: no interrupt %u here (%d)\n",
				       legacy[idx].name, isa, virq);
		}
	}
	return 0;
}
core_initcall(mint_map_isa);
