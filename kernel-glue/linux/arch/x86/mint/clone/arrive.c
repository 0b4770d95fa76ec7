// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first things that a copy does: it becomes the OS that it is, and lets go of what
 * was its source's.
 */
#include <linux/dma-direct.h>
#include <linux/init.h>
#include <linux/nmi.h>
#include <linux/panic.h>
#include <linux/pci.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

#include <asm/apic.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "clone/internal.h"
#include "cpu/cpu.h"
#include "io/io.h"
#include "irq/irq.h"
#include "move/move.h"
#include "neutral/shared.h"
#include "os/os.h"
#include "pci/pci.h"

#include "../../../../kernel/time/timekeeping.h"

/* ---- who it is ------------------------------------------------------------------- */

static void take_identity(void)
{
	const struct mint_order *o = mint_clone_plan.order;

	mint_self.os = o->os;
	mint_self.generation = o->generation;
	mint_self.boot = o->boot;
}

/* Called by entry.S.  Only what the stack, the page tables and plain words are for. */
void mint_clone_arrive(void)
{
	mint_clone_move_memory();
	mint_clone_move_cores();
	take_identity();
}

/*
 * The TSC of this machine may be behind where the snapshot saw it: time goes on from there
 * all the same.  As after a sleep that took no time; what time it is comes later.
 */
static void renew_clock(void)
{
	if (!(mint_clone_plan.order->flags & MINT_ORDERF_OLD))
		return;
	timekeeping_suspend();
	timekeeping_resume();
}

static void set_clock(void)
{
	struct timespec64 now;

	if (!(mint_clone_plan.order->flags & MINT_ORDERF_OLD))
		return;
	read_persistent_clock64(&now);
	do_settimeofday64(&now);
}

/* On the CPU, when Linux has its registers: interrupts of this OS, and of nobody else. */
void mint_clone_join(void)
{
	struct mint_os *o;

	/* A snapshot may be old. */
	rcu_cpu_stall_reset();
	touch_nmi_watchdog();
	apic_ap_setup();
	mint_machine_mask_pins();
	mint_io_rejoin();
	if (mint_irq_rejoin())
		panic("mint: a copy cannot join the interrupt table");
	o = mint_os(mint_self.os);
	mint_name_kernel(o);
	mint_shared_store64(&o->running_tsc, rdtsc());
	mint_beat(mint_self.boot.boot_core);
	WRITE_ONCE(o->doorbell_apic, boot_cpu_physical_apicid);
	mint_shared_cas(&o->state, MINT_OS_STARTING, MINT_OS_RUNNING);
	renew_clock();
}

/* ---- devices of the source ---------------------------------------------------------- */

/*
 * What drivers had mapped for them has moved; the addresses that they were told have not.
 * The driver core frees this.
 */
static void translate_dma(struct device *dev)
{
	struct bus_dma_region *map = kcalloc(2, sizeof(*map), GFP_KERNEL);

	if (!map || dev->dma_range_map) {
		kfree(map);
		return;
	}
	map[0].cpu_start = mint_clone_plan.order->main.base_paddr;
	map[0].dma_start = mint_clone_plan.from.base_paddr;
	map[0].size = mint_clone_plan.from.size_bytes;
	dev->dma_range_map = map;
}

static struct pci_dev *find_foreign(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		if (!pdev->subordinate && !mint_pci_owns(mint_pci_sbdf(pdev)))
			return pdev;
	return NULL;
}

/* As if all of them were pulled out at the same time. */
static void remove_devices(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) {
		if (pdev->subordinate || mint_pci_owns(mint_pci_sbdf(pdev)))
			continue;
		pdev->error_state = pci_channel_io_perm_failure;
		translate_dma(&pdev->dev);
	}
	while ((pdev = find_foreign())) {
		pci_stop_and_remove_bus_device_locked(pdev);
		pci_dev_put(pdev);
	}
}

/* ---- the rest ------------------------------------------------------------------------- */

/* Nobody has drawn a random number yet. */
static void reseed(void)
{
	struct {
		u64 tsc;
		u32 os;
		u32 generation;
		u8 seed[MINT_SEED_BYTES];
	} unique = { rdtsc(), mint_self.os, mint_self.generation };

	/* Of who started it from a snapshot. */
	memcpy(unique.seed, mint_clone_plan.order->seed, sizeof(unique.seed));
	add_vmfork_randomness(&unique, sizeof(unique));
	memzero_explicit(&unique, sizeof(unique));
}

static void take_name(void)
{
	char hostname[sizeof_field(struct mint_launch, hostname)];
	char name[MINT_NAME_LEN];

	mint_shared_copy(hostname, mint_launch(mint_self.os)->hostname, sizeof(hostname));
	hostname[sizeof(hostname) - 1] = '\0';
	down_write(&uts_sem);
	strscpy(init_uts_ns.name.nodename,
		hostname[0] ? hostname : mint_os_name(mint_self.os, name),
		sizeof(init_uts_ns.name.nodename));
	up_write(&uts_sem);
}

void mint_clone_settle(void)
{
	reseed();
	set_clock();
	mint_restart_forget();
	mint_pci_rejoin();
	take_name();
	if (mint_clone_move_trampoline())
		pr_err("no way in for further CPUs: this OS has one\n");
}

void mint_clone_let_go(void)
{
	remove_devices();
	mint_move_take_owned();
}
