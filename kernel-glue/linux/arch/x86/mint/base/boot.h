/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What boot.c, and nobody else, calls in this room, all of it __init; besides
 * mint_stay_off(), which is for whoever finds at start that Mint cannot be on.
 */
#ifndef MINT_BASE_BOOT_H
#define MINT_BASE_BOOT_H

#include <linux/types.h>

#include <mint/abi.h>

/* ---- off.c ----------------------------------------------------------------- */

/*
 * Mint was asked for and is off: says why in the log, and to mintctl.  Until the early
 * initcalls; a later reason takes the place of an earlier one.
 */
__printf(1, 2)
void mint_stay_off(const char *fmt, ...);

/* ---- pool.c: init_platform time, first OS ----------------------------------- */

/* mint_pool= was given. */
bool mint_pool_wanted(void);
/* Sets its memory aside, and mint_self.shm_paddr; 0, or -ENOMEM and nothing is. */
int mint_pool_take(void);
/* The ranges that were taken. */
const struct mint_range *mint_boot_pool(unsigned int *nr);

/* ---- memmap.c: init_platform time --------------------------------------------- */

/* The OS with the firmware: keeps what it is told of its memory. */
void mint_map_note(void);

/* ---- bootdata.c: a further OS ------------------------------------------------ */

/* Physical address and @len in bytes of a launcher's boot data, or 0. */
u64 mint_boot_data_find(u32 *len);
/* Copies it to mint_self.boot, or panics. */
void mint_boot_data_load(u64 paddr, u32 len);
/* Whether there is any; from the first line of setup_arch() on. */
bool mint_boot_data_is_there(void);

/* ---- area.c: early initcall, in this order ------------------------------------ */

/* 0 or -ENOMEM. */
int mint_area_map(void);
void mint_area_unmap(void);
/* First OS. */
void mint_area_build(void);
/* First OS: from now on others may find it; or none shall any more. */
void mint_area_publish(void);
void mint_area_withdraw(void);
/* A further OS: panics if it is not what boot data says. */
void mint_area_join(void);

/* ---- cores.c ------------------------------------------------------------------ */

/* The next core of the machine has this local APIC id. */
void mint_cores_know(u32 apic_id);

/* ---- low.c -------------------------------------------------------------------- */

/* First OS: finds the places; init_platform time, as the next.  0 or -ENOMEM. */
int mint_low_find(void);
/* First OS: takes them out of Linux's memory. */
void mint_low_set_aside(void);
/* The places by number; false: there are no more. */
bool mint_low_place(u32 nr, u32 *base, u32 *size);
/* First OS: writes them into the header. */
void mint_low_publish(struct mint_header *hdr);
/* A further OS: takes them from the header, once.  0, or -EINVAL: nonsense. */
int mint_low_learn(const struct mint_header *hdr);

#endif /* MINT_BASE_BOOT_H */
