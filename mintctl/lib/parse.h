/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words of the command line.  Every parser returns MINTCTL_OK, or says what is
 * wrong, quoting the word, and returns MINTCTL_USAGE.
 */
#ifndef MINTCTL_PARSE_H
#define MINTCTL_PARSE_H

#include <stdint.h>

/* Bytes, with a suffix K, M or G if that is wanted; not 0. */
int parse_size(const char *word, uint64_t *bytes);
/* "768M" or "768M@0x40000000"; *base is 0 without an address. */
int parse_memory(const char *word, uint64_t *bytes, uint64_t *base);
/* "1,3-5": machine core numbers. */
int parse_cores(const char *word, uint64_t *cores);
/*
 * The same, with cores that are had by turns, "1,3:30%": in @shared, and for which @share,
 * percent; all for the same.
 */
int parse_seats(const char *word, uint64_t *cores, uint64_t *shared, uint32_t *share);
/* Percent of a core, "30%"; one turn, "20ms", in microseconds. */
int parse_share(const char *word, uint32_t *percent);
int parse_slice(const char *word, uint32_t *us);
/* How many cores: 1 to MINT_MAX_CORES. */
int parse_core_count(const char *word, uint32_t *nr);
/* "0000:03:00.0" or "03:00.0" */
int parse_bdf(const char *word, uint32_t *sbdf);
/* "com1,com2": adds to *legacy the bits 1 << MINT_LEGACY_*. */
int parse_legacy(const char *word, uint32_t *legacy);
/* "32" or "64": MINT_IMAGE_X86_*. */
int parse_arch(const char *word, uint32_t *arch);
/* The name of an OS. */
int parse_os_name(const char *word);
/* The name of an image. */
int parse_image_name(const char *word);
/* A whole number of seconds, 1 to 86400. */
int parse_seconds(const char *word, uint32_t *seconds);
/* How often: 1 to 1000000. */
int parse_times(const char *word, uint32_t *times);
/* A GSI. */
int parse_gsi(const char *word, uint32_t *gsi);
/* How long a sharer may owe an acknowledgement, milliseconds. */
int parse_irq_timeout(const char *word, uint32_t *ms);

#define BDF_LEN	16
/* "0000:03:00.0" */
const char *format_bdf(uint32_t sbdf, char buf[BDF_LEN]);
/* "com1", or NULL for an index that has no name */
const char *legacy_name(uint32_t index);

#endif /* MINTCTL_PARSE_H */
