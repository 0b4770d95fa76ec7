// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words of the command line made values, or refused with the word quoted.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mint/abi.h>
#include <mint/image.h>

#include "lib/libpci.h"
#include "lib/msg.h"
#include "lib/parse.h"

#define MAX_SECONDS	86400
#define MAX_TIMES	1000000

/* ---- numbers ----------------------------------------------------------- */

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* Digits at *@s, at least one; moves *@s behind them.  False on overflow. */
static bool take_digits(const char **s, unsigned int radix, uint64_t *value)
{
	const char *p = *s;
	uint64_t v = 0;

	while ((unsigned int)digit_of(*p) < radix) {
		if (__builtin_mul_overflow(v, (uint64_t)radix, &v) ||
		    __builtin_add_overflow(v, (uint64_t)digit_of(*p), &v))
			return false;
		p++;
	}
	if (p == *s)
		return false;
	*s = p;
	*value = v;
	return true;
}

static int suffix_shift(char c)
{
	switch (c) {
	case 'K':
	case 'k':
		return 10;
	case 'M':
	case 'm':
		return 20;
	case 'G':
	case 'g':
		return 30;
	default:
		return 0;
	}
}

/* Decimal with an optional suffix, or 0x and hexadecimal digits. */
static bool take_amount(const char *s, uint64_t *value)
{
	int shift;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		s += 2;
		return take_digits(&s, 16, value) && *s == '\0';
	}
	if (!take_digits(&s, 10, value))
		return false;
	shift = suffix_shift(*s);
	if (shift)
		s++;
	if (*s != '\0' || *value > UINT64_MAX >> shift)
		return false;
	*value <<= shift;
	return true;
}

int parse_size(const char *word, uint64_t *bytes)
{
	if (!take_amount(word, bytes) || *bytes == 0)
		return msg_usage("size '%s': not a number of bytes; write for example 768M (K, M and G are known)",
				 word);
	return MINTCTL_OK;
}

int parse_memory(const char *word, uint64_t *bytes, uint64_t *base)
{
	const char *at = strchr(word, '@');
	char size[32];

	*base = 0;
	if (!at)
		return parse_size(word, bytes);
	if (!take_amount(at + 1, base) || *base == 0)
		return msg_usage("address '%s': not a number of bytes; write for example 0x40000000 or 4G",
				 at + 1);
	if ((size_t)(at - word) >= sizeof(size))
		return msg_usage("size '%.*s': too long", (int)(at - word), word);
	memcpy(size, word, at - word);
	size[at - word] = '\0';
	return parse_size(size, bytes);
}

/* @what: as in "number of seconds" */
static int parse_from_to(const char *word, const char *what, uint32_t min,
			 uint32_t max, uint32_t *value)
{
	const char *s = word;
	uint64_t v;

	if (!take_digits(&s, 10, &v) || *s != '\0' || v < min || v > max)
		return msg_usage("'%s': not a %s from %u to %u", word, what,
				 min, max);
	*value = v;
	return MINTCTL_OK;
}

int parse_seconds(const char *word, uint32_t *seconds)
{
	return parse_from_to(word, "number of seconds", 1, MAX_SECONDS, seconds);
}

int parse_core_count(const char *word, uint32_t *nr)
{
	return parse_from_to(word, "number of cores", 1, MINT_MAX_CORES, nr);
}

int parse_times(const char *word, uint32_t *times)
{
	return parse_from_to(word, "number", 1, MAX_TIMES, times);
}

int parse_gsi(const char *word, uint32_t *gsi)
{
	return parse_from_to(word, "GSI", 0, MINT_IRQT_MAX_GSIS - 1, gsi);
}

int parse_irq_timeout(const char *word, uint32_t *ms)
{
	return parse_from_to(word, "number of milliseconds",
			     MINT_IRQT_TIMEOUT_MIN, MINT_IRQT_TIMEOUT_MAX, ms);
}

/* ---- cores ------------------------------------------------------------- */

static bool take_core(const char **s, uint64_t *core)
{
	return take_digits(s, 10, core) && *core < MINT_MAX_CORES;
}

/* "3" or "3-5" */
static bool take_core_range(const char **s, uint64_t *first, uint64_t *last)
{
	if (!take_core(s, first))
		return false;
	*last = *first;
	if (**s != '-')
		return true;
	(*s)++;
	return take_core(s, last) && *last >= *first;
}

static int bad_cores(const char *word)
{
	return msg_usage("cores '%s': not a list of core numbers from 0 to %u such as 1,3-5",
			 word, MINT_MAX_CORES - 1);
}

/* "30%" */
static int take_percent(const char **s, uint32_t *percent)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)**s))
		return -1;
	value = strtoul(*s, &end, 10);
	if (*end != '%' || value < 1 || value > 99)
		return -1;
	*percent = value;
	*s = end + 1;
	return 0;
}

/* ":30%", if it is there. */
static int take_share(const char **s, uint32_t *share)
{
	*share = 0;
	if (**s != ':')
		return 0;
	(*s)++;
	return take_percent(s, share);
}

static int take_cores(const char *word, uint64_t first, uint64_t last, uint64_t *named,
		      uint64_t *list)
{
	for (; first <= last; first++) {
		if (*named & (1ULL << first))
			return msg_usage("cores '%s': core %d is named twice", word,
					 (int)first);
		*named |= 1ULL << first;
		*list |= 1ULL << first;
	}
	return MINTCTL_OK;
}

int parse_seats(const char *word, uint64_t *cores, uint64_t *shared, uint32_t *share)
{
	uint64_t first, last, named = 0;
	const char *s = word;
	uint32_t this;
	int ret;

	*cores = *shared = 0;
	*share = 0;
	do {
		if (s != word)
			s++;
		if (!take_core_range(&s, &first, &last))
			return bad_cores(word);
		if (take_share(&s, &this))
			return msg_usage("cores '%s': after a colon comes what the OS has of a shared core, 1%% to 99%%, as in 2:30%%",
					 word);
		if (*s != '\0' && *s != ',')
			return bad_cores(word);
		if (this && *share && this != *share)
			return msg_usage("cores '%s': an OS has the same share of all cores that it shares",
					 word);
		*share = this ?: *share;
		ret = take_cores(word, first, last, &named, this ? shared : cores);
		if (ret)
			return ret;
	} while (*s == ',');
	return MINTCTL_OK;
}

int parse_cores(const char *word, uint64_t *cores)
{
	uint64_t shared;
	uint32_t share;
	int ret = parse_seats(word, cores, &shared, &share);

	if (!ret && shared)
		return msg_usage("cores '%s': whole cores only", word);
	return ret;
}

int parse_share(const char *word, uint32_t *percent)
{
	const char *s = word;

	if (take_percent(&s, percent) || *s)
		return msg_usage("share '%s': not 1%% to 99%% of a core", word);
	return MINTCTL_OK;
}

int parse_slice(const char *word, uint32_t *us)
{
	unsigned long value = 0;
	char *end = NULL;

	if (isdigit((unsigned char)*word))
		value = strtoul(word, &end, 10);
	if (!end || strcmp(end, "ms") || value < 1 || value > 5000)
		return msg_usage("slice '%s': not 1ms to 5000ms", word);
	*us = value * 1000;
	return MINTCTL_OK;
}

/* ---- devices ----------------------------------------------------------- */

static int bad_bdf(const char *word)
{
	return msg_usage("device '%s': not the address of a PCI function; write for example 0000:03:00.0",
			 word);
}

int parse_bdf(const char *word, uint32_t *sbdf)
{
	const struct libpci *lib = libpci();
	struct pci_filter filter;
	char copy[24];

	/* libpci takes wildcards, signs and blanks as well. */
	if (strlen(word) >= sizeof(copy) ||
	    strspn(word, "0123456789abcdefABCDEF:.") != strlen(word) ||
	    word[0] == ':')
		return bad_bdf(word);
	if (!lib)
		return msg_fail(word, "libpci, which reads such addresses, is not installed");
	strcpy(copy, word);
	lib->filter_init(NULL, &filter);
	if (lib->filter_parse_slot(&filter, copy) || filter.bus < 0 ||
	    filter.slot < 0 || filter.func < 0 || filter.domain > 0xffff)
		return bad_bdf(word);
	if (filter.domain < 0)
		filter.domain = 0;
	*sbdf = (uint32_t)filter.domain << 16 | filter.bus << 8 |
		filter.slot << 3 | filter.func;
	return MINTCTL_OK;
}

const char *format_bdf(uint32_t sbdf, char buf[BDF_LEN])
{
	snprintf(buf, BDF_LEN, "%04x:%02x:%02x.%x", sbdf >> 16,
		 (sbdf >> 8) & 0xff, (sbdf >> 3) & 0x1f, sbdf & 7);
	return buf;
}

static const char *const legacy_names[MINT_NR_LEGACY] = {
	[MINT_LEGACY_COM1] = "com1",
	[MINT_LEGACY_COM2] = "com2",
	[MINT_LEGACY_KBD] = "kbd",
	[MINT_LEGACY_VGA] = "vga",
	[MINT_LEGACY_RTC] = "rtc",
};

const char *legacy_name(uint32_t index)
{
	return index < MINT_NR_LEGACY ? legacy_names[index] : NULL;
}

static bool add_legacy(const char *name, size_t len, uint32_t *legacy)
{
	uint32_t i;

	for (i = 0; i < MINT_NR_LEGACY; i++) {
		if (strlen(legacy_names[i]) == len &&
		    memcmp(legacy_names[i], name, len) == 0) {
			*legacy |= 1U << i;
			return true;
		}
	}
	return false;
}

int parse_legacy(const char *word, uint32_t *legacy)
{
	const char *s = word;
	size_t len;

	for (;;) {
		len = strcspn(s, ",");
		if (!add_legacy(s, len, legacy))
			return msg_usage("legacy device '%.*s': unknown; there are com1, com2, kbd, vga and rtc",
					 (int)len, s);
		if (s[len] == '\0')
			return MINTCTL_OK;
		s += len + 1;
	}
}

/* ---- architectures ----------------------------------------------------------- */

int parse_arch(const char *word, uint32_t *arch)
{
	if (strcmp(word, "32") == 0)
		*arch = MINT_IMAGE_X86_32;
	else if (strcmp(word, "64") == 0)
		*arch = MINT_IMAGE_X86_64;
	else
		return msg_usage("architecture '%s': unknown; there are 32 and 64", word);
	return MINTCTL_OK;
}

/* ---- names ------------------------------------------------------------- */

static int parse_name(const char *word, const char *of)
{
	const char *p;

	for (p = word; isalnum((unsigned char)*p) || (*p && strchr("_.-", *p)); p++)
		;
	if (*p != '\0' || !isalpha((unsigned char)word[0]) ||
	    p - word >= (int)MINT_NAME_LEN)
		return msg_usage("name '%s': not the name of an %s (1 to %u of a-z A-Z 0-9 _ . -, first a letter)",
				 word, of, MINT_NAME_LEN - 1);
	return MINTCTL_OK;
}

int parse_os_name(const char *word)
{
	return parse_name(word, "OS");
}

int parse_image_name(const char *word)
{
	return parse_name(word, "image");
}
