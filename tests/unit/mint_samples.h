/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine for the tests of mintctl: 4 cores, os1 (the one mintctl runs in),
 * os2 that is up, os3 that panicked, os4 that hangs, some devices and images.
 */
#ifndef MINT_SAMPLES_H
#define MINT_SAMPLES_H

#include <mint/image.h>

#include "model/model.h"

static inline void sample_oses(struct model *m)
{
	const struct os_info oses[] = {
		{
			.id = 1, .name = "os1", .state = MINT_OS_UP, .self = true,
			.generation = 1, .legacy = 0x1d, .release = "6.12.1-mint", .arch = MINT_IMAGE_X86_64,
			.silent_ms = 3, .has_age = true, .age_ms = 7500000,
			.cores = 0x1,
			.main = { 0x100000, 1023ULL << 20 },
		}, {
			.id = 2, .name = "os2", .state = MINT_OS_UP, .creator = 1,
			.generation = 2, .boot_core = 2, .legacy = 0x2,
			.release = "6.12.1-mint", .arch = MINT_IMAGE_X86_64, .silent_ms = 4, .silent_core = 2,
			.has_age = true, .age_ms = 65000, .cores = 0xc,
			.main = { 0x140000000, 768ULL << 20 },
			.dma = { 0x44000000, 64ULL << 20 },
			.low = { 0x17000, 24 << 10 },
			.has_image = true, .image = "web", .starts = 3,
			.tries = 1,
			.on = { MINT_THEN_RESTART, MINT_THEN_RESTART,
				MINT_THEN_STOP },
		}, {
			.id = 3, .name = "os3", .state = MINT_OS_ENDED,
			.reason = MINT_END_PANIC, .creator = 1, .generation = 3,
			.boot_core = 1, .has_age = true, .age_ms = 41000,
			.text = "sysrq triggered crash", .cores = 0x2,
			.has_image = true, .starts = 1,
			.main = { 0x50000000, 512ULL << 20 },
		}, {
			.id = 4, .name = "os4", .state = MINT_OS_RUNNING,
			.creator = 2, .generation = 4, .has_age = true,
			.age_ms = 400000000, .silent_ms = 12345, .silent_core = 7,
			.main = { 0x70000000, 1536ULL << 20 },
		}, {
			.id = 5, .name = "os5", .state = MINT_OS_CREATED,
			.creator = 1, .generation = 5,
			.main = { 0x90000000, 100ULL << 20 },
		},
	};
	unsigned int i;

	for (i = 0; i < sizeof(oses) / sizeof(oses[0]); i++)
		model_add_os(m, &oses[i]);
}

/* os2 has the core of os3, too, by turns; and came second. */
static inline void sample_turns(struct model *m)
{
	struct os_info *os2 = &m->oses[1], *os3 = &m->oses[2];

	os2->shares = os3->shares = true;
	os2->shared = 0x2;
	os2->share = 30;
	os2->slice_us = 20000;
	os2->got_ms = 95549;
	os2->steal_ms = 1290;
	os2->turns = 4711;
	os2->latest_us = 61500;
	os3->got_ms = 200000;
	os3->steal_ms = 40;
	os3->turns = 4712;
	os3->latest_us = 20000;
}

static inline void sample_devs(struct model *m)
{
	const struct dev_info devs[] = {
		{
			.sbdf = 0x0, .owner = 1, .home = 1, .state = MINT_DEV_OWNED,
			.flags = MINT_DEVF_CHIPSET, .vendor = 0xfff1,
			.device = 0x29c0, .class_rev = 0x06000000, .gsi = ~0U,
		}, {
			.sbdf = 0x300, .owner = 2, .home = 1, .state = MINT_DEV_OWNED,
			.flags = MINT_DEVF_MSI | MINT_DEVF_MSIX | MINT_DEVF_INTX |
				 MINT_DEVF_FLR | MINT_DEVF_DRIVER,
			.vendor = 0xfff1, .device = 0x10d3,
			.class_rev = 0x02000000, .gsi = 22, .driver = "e1000e",
		}, {
			.sbdf = 0x308, .owner = 0, .state = MINT_DEV_OWNED,
			.flags = MINT_DEVF_INTX, .vendor = 0xfff1, .device = 0x1,
			.class_rev = 0x00ff0000, .gsi = 23,
		},
	};
	unsigned int i;

	for (i = 0; i < sizeof(devs) / sizeof(devs[0]); i++)
		model_add_dev(m, &devs[i]);
}

static inline void sample_irqs(struct model *m)
{
	const struct irq_info irqs[] = {
		{
			.os = 1, .gsi = 4, .type = MINT_ROUTE_IOAPIC, .chip = 0,
			.pin = 4, .vector = 0x21, .dest = 0, .sbdf = ~0U,
			.count = 1234, .dev = "ttyS0",
		}, {
			.os = 2, .gsi = ~0U, .type = MINT_ROUTE_MSIX, .chip = ~0U,
			.pin = ~0U, .vector = 0x22, .dest = 6, .sbdf = 0x300,
			.count = 5000000000ULL, .flags = MINT_ROUTEF_MASKED,
		}, {
			.os = 9, .gsi = 16, .type = 77, .chip = 1, .pin = 2,
			.flags = MINT_ROUTEF_LEVEL | MINT_ROUTEF_LOW,
			.vector = 0x30, .dest = 99, .sbdf = ~0U, .foreign = 2,
		},
	};
	unsigned int i;

	for (i = 0; i < sizeof(irqs) / sizeof(irqs[0]); i++)
		model_add_irq(m, &irqs[i]);
}

/* GSI 20, shared by os1, os2 and os3; os3 was evicted. */
static inline void sample_line(struct model *m)
{
	static const struct {
		uint32_t os, flags, dest, sbdf;
		uint64_t count, foreign;
	} sharers[] = {
		{ 1, 0, 0, 0x308, 1200, 3 },
		{ 2, MINT_ROUTEF_HELD | MINT_ROUTEF_MASKED, 4, 0x400, 1100, 900 },
		{ 3, MINT_ROUTEF_EVICTED | MINT_ROUTEF_MASKED, 2, 0x408, 7, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(sharers) / sizeof(sharers[0]); i++) {
		const struct irq_info irq = {
			.os = sharers[i].os, .gsi = 20, .chip = 0, .pin = 20,
			.type = MINT_ROUTE_SHARED, .vector = 0xa1,
			.flags = MINT_ROUTEF_LEVEL | MINT_ROUTEF_LOW |
				 sharers[i].flags,
			.dest = sharers[i].dest, .sbdf = sharers[i].sbdf,
			.count = sharers[i].count, .foreign = sharers[i].foreign,
			.has_line = true, .sharers = 0x7, .evicted = 0x4,
			.rounds = 1203, .forced = 2, .evictions = 1,
			.timeout_ms = 1000, .strategy = "self-ipi",
		};

		model_add_irq(m, &irq);
	}
}

/* That of os2, and one that goes with os3. */
static inline void sample_images(struct model *m)
{
	const struct image_info images[] = {
		{
			.id = 0, .name = "web", .state = MINT_IMG_READY,
			.users = 1U << 1, .size = 42 << 20, .base = 0x74600000,
			.kernel = 21 << 20, .initrd = 20 << 20,
			.release = "6.12.1-mint",
			.kind = MINT_IMG_KERNEL, .arch = MINT_IMAGE_X86_32, .cmdline = "quiet",
		}, {
			.id = 3, .state = MINT_IMG_LOADING, .loader = 3,
			.users = 1U << 2, .size = 22 << 20, .base = 0x78000000,
			.kernel = 21 << 20, .release = "6.12.1-mint", .arch = MINT_IMAGE_X86_64,
			.kind = MINT_IMG_KERNEL,
		}, {
			.id = 4, .name = "warm", .state = MINT_IMG_READY, .kind = MINT_IMG_SNAPSHOT,
			.size = 62 << 20, .base = 0x7a000000, .kernel = 57 << 20, .initrd = 8 << 10,
			.need = 256 << 20, .nr_cores = 2,
			.release = "6.12.1-mint", .arch = MINT_IMAGE_X86_64,
		},
	};
	unsigned int i;

	for (i = 0; i < sizeof(images) / sizeof(images[0]); i++)
		model_add_image(m, &images[i]);
}

static inline struct model sample_machine(void)
{
	struct model m = {
		.machine = {
			.nr_cores = 4,
			.apic_id = { 0, 2, 4, 6 },
			.owner = { 1, 3, 2, 2 },
			.primary = 1,
		},
	};

	sample_oses(&m);
	sample_devs(&m);
	sample_irqs(&m);
	sample_images(&m);
	return m;
}

#endif /* MINT_SAMPLES_H */
