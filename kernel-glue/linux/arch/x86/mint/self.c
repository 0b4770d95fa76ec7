// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who this OS is, found out before the kernel touches anything that may belong
 * to somebody else.
 *
 * Three cases: booted with mint_pool= (the OS that the boot loader starts and
 * that builds the shared area); started by a launcher (a setup_data node says
 * what the machine is); neither (Mint stays off, this is plain Linux).
 *
 * mint_early_setup() comes before the command line is parsed and finds a launcher's
 * node.  init_hypervisor_platform() is where memory map and command line are known
 * and nothing has been probed: there all is decided.
 */
#include <linux/acpi.h>
#include <linux/clocksource.h>
#include <linux/crc32.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/memblock.h>
#include <linux/sizes.h>
#include <linux/time64.h>

#include <asm/apic.h>
#include <asm/e820/api.h>
#include <asm/hypervisor.h>
#include <asm/i8259.h>
#include <asm/io_apic.h>
#include <asm/irqdomain.h>
#include <linux/mint.h>
#include <asm/setup.h>
#include <asm/tsc.h>
#include <asm/x86_init.h>

#include "clock.h"
#include "faults.h"
#include "launch.h"
#include "mint.h"

struct mint_self mint_self __ro_after_init;
/* init_hypervisor_platform() has asked: mint_self tells the truth. */
static bool decided __ro_after_init;

bool mint_active(void)
{
	return mint_self.active;
}

/* ---- the pool: what the first OS sets aside --------------------------- */

static struct {
	struct mint_range range[MINT_MAX_POOL_RANGES];
	unsigned int nr;
	bool wanted;
} pool __initdata;

/* What is set aside below 4 GiB when the rest of a pool lies above. */
#define POOL_LOW_MAX	SZ_512M
/* An OS's main range starts on such a boundary where the layer may choose. */
#define POOL_ALIGN	SZ_128M

static int __init parse_pool(char *arg)
{
	while (arg && *arg) {
		struct mint_range *r = &pool.range[pool.nr];

		if (pool.nr == MINT_MAX_POOL_RANGES) {
			mint_stay_off("mint_pool=: more than %u ranges",
				      MINT_MAX_POOL_RANGES);
			return -E2BIG;
		}
		r->size_bytes = memparse(arg, &arg);
		r->base_paddr = *arg == '@' ? memparse(arg + 1, &arg) : 0;
		if (!r->size_bytes || !IS_ALIGNED(r->size_bytes, SZ_2M) ||
		    !IS_ALIGNED(r->base_paddr, SZ_2M) ||
		    (*arg && *arg != ',')) {
			mint_stay_off("mint_pool=: expected SIZE[@ADDRESS][,...], multiples of 2M");
			return -EINVAL;
		}
		pool.nr++;
		if (*arg == ',')
			arg++;
	}
	pool.wanted = pool.nr > 0;
	return 0;
}
early_param("mint_pool", parse_pool);

static bool __init range_usable(u64 base, u64 size)
{
	return e820__mapped_all(base, base + size, E820_TYPE_RAM) &&
	       !memblock_is_region_reserved(base, size);
}

/* Highest place for @size bytes in [@from, @to), on a multiple of @align. */
static u64 __init place_range(u64 size, u64 from, u64 to, u64 align)
{
	u64 base;

	if (to < size)
		return 0;
	for (base = ALIGN_DOWN(to - size, align); base >= from && base;
	     base -= min(base, align))
		if (range_usable(base, size))
			return base;
	return 0;
}

/* Lowest place, likewise. */
static u64 __init place_range_low(u64 size, u64 from, u64 to, u64 align)
{
	u64 base;

	for (base = ALIGN(from, align); base + size <= to; base += align)
		if (range_usable(base, size))
			return base;
	return 0;
}

static bool __init take_range(u64 base, u64 size)
{
	struct mint_range *r;

	if (pool.nr == MINT_MAX_POOL_RANGES || !base)
		return false;
	e820__range_update(base, size, E820_TYPE_RAM, E820_TYPE_RESERVED);
	r = &pool.range[pool.nr++];
	r->base_paddr = base;
	r->size_bytes = size;
	return true;
}

static bool __init take_anywhere(u64 size)
{
	u64 end = PFN_PHYS(e820__end_of_ram_pfn());
	u64 low = min_t(u64, ALIGN(size / 4, SZ_2M), POOL_LOW_MAX);
	u64 base;

	low = max_t(u64, low, 2 * MINT_SHM_SIZE);
	/* All of it above 4 GiB but a part for the area and for DMA slices. */
	if (end > SZ_4G && size > low) {
		base = place_range_low(size - low, SZ_4G, end, POOL_ALIGN);
		if (!base)
			base = place_range_low(size - low, SZ_4G, end, SZ_2M);
		if (base) {
			u64 lo = place_range(low, SZ_64M, SZ_4G, SZ_2M);

			return take_range(lo, low) && take_range(base, size - low);
		}
	}
	base = place_range(size, SZ_64M, min_t(u64, end, SZ_4G), POOL_ALIGN);
	if (!base)
		base = place_range(size, SZ_64M, min_t(u64, end, SZ_4G), SZ_2M);
	return take_range(base, size);
}

static bool __init take_pool(void)
{
	struct mint_range want[MINT_MAX_POOL_RANGES];
	unsigned int i, nr = pool.nr;

	memcpy(want, pool.range, sizeof(want));
	memset(pool.range, 0, sizeof(pool.range));
	pool.nr = 0;
	for (i = 0; i < nr; i++) {
		u64 base = want[i].base_paddr, size = want[i].size_bytes;
		bool ok;

		if (base)
			ok = range_usable(base, size) && take_range(base, size);
		else
			ok = take_anywhere(size);
		if (!ok) {
			mint_stay_off("mint_pool=: no %lluM of free memory%s at 0x%llx",
				      size >> 20,
				      base ? "" : " anywhere, tried", base);
			return false;
		}
	}
	return true;
}

/* The shared area: the end of the first range below 4 GiB. */
static bool __init place_shm(void)
{
	unsigned int i;

	for (i = 0; i < pool.nr; i++) {
		struct mint_range *r = &pool.range[i];
		u64 end = r->base_paddr + r->size_bytes;

		if (end <= SZ_4G && r->size_bytes > MINT_SHM_SIZE) {
			mint_self.shm_paddr = end - MINT_SHM_SIZE;
			return true;
		}
	}
	mint_stay_off("mint_pool=: %uM of it must lie below 4 GiB",
		      MINT_SHM_SIZE >> 20);
	return false;
}

const struct mint_range * __init mint_boot_pool(unsigned int *nr)
{
	*nr = pool.nr;
	return pool.range;
}

/* Mint stays off: Linux has that memory. */
static void __init drop_pool(void)
{
	while (pool.nr--)
		e820__range_update(pool.range[pool.nr].base_paddr,
				   pool.range[pool.nr].size_bytes,
				   E820_TYPE_RESERVED, E820_TYPE_RAM);
	pool.nr = 0;
}

/* The parked write there, whoever they were, and so do further OSes. */
static bool __init apic_in_place(void)
{
	u64 base;

	rdmsrl(MSR_IA32_APICBASE, base);
	base &= GENMASK_ULL(51, 12);
	if (base == APIC_DEFAULT_PHYS_BASE && !mint_fault("apic"))
		return true;
	mint_stay_off("the firmware has moved the local APICs to 0x%llx", base);
	return false;
}

void __init mint_self_undo(void)
{
	mint_self.active = false;
	mint_power_undo();
}

static void __init init_first(void)
{
	if (!apic_in_place() || mint_low_find())
		return;
	if (!take_pool() || !place_shm()) {
		drop_pool();
		return;
	}
	mint_low_set_aside();
	e820__update_table(e820_table);
	mint_self.os = 1;
	mint_self.generation = 1;
	mint_self.active = true;
	mint_power_setup();
	pr_info("this OS sets aside memory for others; shared area at %pa\n",
		&mint_self.shm_paddr);
}

/* ---- a further OS ----------------------------------------------------- */

static u64 __init find_boot_data(u32 *len)
{
	u64 paddr = boot_params.hdr.setup_data;
	struct setup_data *sd, hdr;

	while (paddr) {
		sd = early_memremap(paddr, sizeof(*sd));
		hdr = *sd;
		early_memunmap(sd, sizeof(*sd));
		if (hdr.type == MINT_SETUP_DATA) {
			*len = hdr.len;
			return paddr + sizeof(*sd);
		}
		paddr = hdr.next;
	}
	return 0;
}

static bool __init boot_data_ok(struct mint_boot_data *b)
{
	u32 crc = b->crc32, mine;

	b->crc32 = 0;
	mine = crc32_le(~0, (void *)b, sizeof(*b)) ^ ~0;
	b->crc32 = crc;
	return b->magic == MINT_BOOT_MAGIC &&
	       b->revision == MINT_BOOT_REVISION &&
	       b->size_bytes == sizeof(*b) && crc == mine &&
	       b->os && b->os <= MINT_MAX_OSES &&
	       b->nr_cores && b->nr_cores <= MINT_MAX_CORES &&
	       b->boot_core < b->nr_cores &&
	       (b->cores & BIT_ULL(b->boot_core)) &&
	       b->nr_root_buses <= MINT_MAX_ROOT_BUSES &&
	       b->irq.nr_chips <= MINT_IRQT_MAX_CHIPS;
}

static void __init load_boot_data(u64 paddr, u32 len)
{
	struct mint_boot_data *map;

	if (len == sizeof(*map)) {
		map = early_memremap(paddr, sizeof(*map));
		mint_self.boot = *map;
		early_memunmap(map, sizeof(*map));
	}
	/*
	 * Who does not know what is his has nothing, not even a console: stop
	 * here, before anything was touched.
	 */
	if (len != sizeof(*map) || !boot_data_ok(&mint_self.boot))
		panic("mint: damaged boot data at 0x%llx", paddr);
}

static void get_wallclock(struct timespec64 *now)
{
	u64 ns = mint_self.boot.wall_ns;
	u64 cycles = rdtsc() - mint_self.boot.wall_tsc;

	ns += mul_u64_u32_div(cycles, NSEC_PER_MSEC, mint_self.boot.tsc_khz);
	*now = ns_to_timespec64(ns);
}

static int set_wallclock(const struct timespec64 *now)
{
	return -ENODEV;
}

static unsigned long get_tsc_khz(void)
{
	return mint_self.boot.tsc_khz;
}

static unsigned char get_nmi_reason(void)
{
	return 0;	/* port 0x61 is the primary OS's */
}

static void __init timer_init(void)
{
	lapic_timer_period = mint_ticks_of_khz(mint_self.boot.lapic_timer_khz, HZ);
}

static void __init parse_smp_cfg(void)
{
	const struct mint_boot_data *b = &mint_self.boot;
	unsigned int core;

	register_lapic_address(APIC_DEFAULT_PHYS_BASE);
	/*
	 * The machine's boot core first, as the firmware would name it: that
	 * tells the topology code not to take our boot core for a crash kernel
	 * that must do with one CPU, and never to send INIT to that core.
	 */
	topology_register_apic(b->bsp_apic_id, CPU_ACPIID_INVALID,
			       boot_cpu_physical_apicid == b->bsp_apic_id);
	for (core = 0; core < b->nr_cores; core++) {
		bool own = b->cores & BIT_ULL(core);

		if (b->apic_id[core] != b->bsp_apic_id)
			topology_register_apic(b->apic_id[core],
					       CPU_ACPIID_INVALID, own);
	}
	smp_found_config = 1;
}

/*
 * Called by setup_arch() before the first parameter is parsed: some of them reach
 * ports at once.
 */
void __init mint_early_setup(char *command_line)
{
	u32 len;
	u64 paddr = find_boot_data(&len);

	if (!paddr)
		return;
	mint_power_setup();
	load_boot_data(paddr, len);
	mint_self.further = true;
	mint_cmdline_clean(command_line);
}

static void __init init_further(void)
{
	mint_self.os = mint_self.boot.os;
	mint_self.generation = mint_self.boot.generation;
	mint_self.shm_paddr = mint_self.boot.shm_paddr;
	mint_self.active = true;
	mint_log_early();
	if (mint_fault("dies"))
		panic("mint: before the shared area is mapped, as the test wants it");

	x86_init.resources.probe_roms		= x86_init_noop;
	x86_init.resources.reserve_resources	= x86_init_noop;
	x86_init.irqs.pre_vector_init		= x86_init_noop;
	x86_init.timers.timer_init		= timer_init;
	x86_init.timers.wallclock_init		= x86_init_noop;
	x86_init.mpparse.find_mptable		= x86_init_noop;
	x86_init.mpparse.early_parse_smp_cfg	= x86_init_noop;
	x86_init.mpparse.parse_smp_cfg		= parse_smp_cfg;

	x86_platform.calibrate_cpu		= get_tsc_khz;
	x86_platform.calibrate_tsc		= get_tsc_khz;
	x86_platform.get_wallclock		= get_wallclock;
	x86_platform.set_wallclock		= set_wallclock;
	x86_platform.get_nmi_reason		= get_nmi_reason;
	/* Warm reset would write CMOS and the BIOS data area: not ours. */
	x86_platform.legacy.warm_reset		= 0;
	legacy_pic				= &null_legacy_pic;
	/* Keeps the numbers of the pins free for them. */
	gsi_top					= mint_irq_gsi_top();

	setup_force_cpu_cap(X86_FEATURE_TSC_KNOWN_FREQ);
	/* There is no other clock to check it against. */
	setup_force_cpu_cap(X86_FEATURE_TSC_RELIABLE);

	mint_machine_setup_further();
	/* The tables describe a machine that is not ours; no AML runs here. */
	disable_acpi();
	mint_legacy_setup_further(mint_self.boot.legacy);
	mint_pci_setup_further();
	pr_info("this is OS %u, started by another one\n", mint_self.os);
}

/*
 * Before init_hypervisor_platform(), which is before the direct map is made:
 * the early page fault handler maps what is looked at.
 */
static bool started_by_launcher(void)
{
	u64 paddr = boot_params.hdr.setup_data;
	const struct setup_data *sd;

	for (; paddr; paddr = sd->next) {
		sd = phys_to_virt(paddr);
		if (sd->type == MINT_SETUP_DATA)
			return true;
	}
	return false;
}

bool mint_forbids_pci_ports(void)
{
	return decided ? mint_self.further : started_by_launcher();
}

/* ---- entry in the table of init_hypervisor_platform() ----------------- */

static u32 __init detect(void)
{
	decided = true;
	return pool.wanted || mint_self.further ? U32_MAX : 0;
}

static void __init init_platform(void)
{
	if (mint_self.further)
		init_further();
	else
		init_first();
}

const struct hypervisor_x86 x86_hyper_mint __refconst = {
	.name			= "none (Mint)",
	.detect			= detect,
	.type			= X86_HYPER_NATIVE,
	.init.init_platform	= init_platform,
	.ignore_nopv		= true,
};
