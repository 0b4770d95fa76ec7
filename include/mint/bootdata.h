/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the launcher tells a further OS about its machine: one setup_data node
 * (x86 boot protocol 2.09) of type MINT_SETUP_DATA.
 *
 * A kernel that finds no such node is the first OS or plain Linux.  A node
 * that is damaged makes the kernel stop: an OS that does not know its
 * possessions has none.
 */
#ifndef MINT_BOOTDATA_H
#define MINT_BOOTDATA_H

#include <mint/abi.h>

#define MINT_SETUP_DATA		0x4d494e54u	/* setup_data type "MINT" */
#define MINT_BOOT_MAGIC		0x544f4f42u	/* "BOOT" */
/* Raised with every change of the struct; <mint/image.h> says what a kernel knows. */
#define MINT_BOOT_REVISION	3u

/* mint_boot_data.flags */
#define MINT_BOOTF_FIRMWARE	(1u << 0)	/* it has ACPI and the machine's memory */

/**
 * struct mint_boot_data - payload of the node
 * @magic:	MINT_BOOT_MAGIC
 * @revision:	MINT_BOOT_REVISION; differs: the kernel stops
 * @size_bytes:	sizeof(struct mint_boot_data)
 * @crc32:	CRC-32 (little endian, as zlib) of the node with this field 0
 * @flags:	MINT_BOOTF_*
 * @os:		OS id, 1..MINT_MAX_OSES
 * @generation:	its generation; must equal mint_os.generation
 * @shm_paddr:	physical address of the shared area
 * @tsc_khz, @lapic_timer_khz: frequencies, not to be measured again
 * @nr_cores:	entries in @apic_id
 * @boot_core:	machine core number the OS is started on
 * @bsp_apic_id: APIC id of the machine's boot core
 * @legacy:	bits 1 << MINT_LEGACY_* that it owns
 * @cores:	bitmap of machine core numbers it owns
 * @wall_ns, @wall_tsc: wall clock (UTC, ns since 1970) at that TSC value
 * @apic_id:	APIC id of every core of the machine
 * @mmcfg_paddr, @mmcfg_bus_end: ECAM of segment 0
 * @nr_root_buses, @root_bus: host bridges of segment 0
 * @irq:	the I/O APICs: what the interrupt table must say, too
 */
struct mint_boot_data {
	__u32 magic;
	__u32 revision;
	__u32 size_bytes;
	__u32 crc32;
	__u32 os;
	__u32 generation;
	__u32 flags;
	__u32 reserved;
	__u64 shm_paddr;
	__u32 tsc_khz;
	__u32 lapic_timer_khz;
	__u32 nr_cores;
	__u32 boot_core;
	__u32 bsp_apic_id;
	__u32 legacy;
	__u64 cores;
	__u64 wall_ns;
	__u64 wall_tsc;
	__u64 mmcfg_paddr;
	__u32 mmcfg_bus_end;
	__u32 nr_root_buses;
	__u8  root_bus[MINT_MAX_ROOT_BUSES];
	__u32 apic_id[MINT_MAX_CORES];
	struct mint_irqt_machine irq;
};

#endif /* MINT_BOOTDATA_H */
