/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values as text.  Each writes to @buf, or returns another string.
 */
#ifndef MINTCTL_FORMAT_H
#define MINTCTL_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dev_info;

/* "768M", "1.5G", "3K", "17" */
const char *format_size(uint64_t bytes, char *buf, size_t size);
/* "41s", "3m05s", "2h07m", "5d03h" */
const char *format_age(uint64_t ms, char *buf, size_t size);
/* "1,3-5"; with @each, one number a line. */
const char *format_cores(uint64_t cores, bool each, char *buf, size_t size);
/* Those of an OS, and what it has of others by turns, as --cores takes it: "1,2:30%". */
const char *format_seats(uint64_t cores, uint64_t shared, uint32_t share, char *buf, size_t size);
/* "com1,com2"; with @each, one name a line. */
const char *format_legacy(uint32_t legacy, bool each, char *buf, size_t size);
/* "0x03000000000088a0 (level, ...)": an I/O APIC's redirection table entry */
const char *format_rte(uint64_t rte, char *buf, size_t size);
/* "ioapic", "shared", "msix", ... */
const char *format_route_type(uint32_t type);
/* "Intel Corporation 82574L ..." or "8086:10d3" */
const char *format_device(const struct dev_info *dev, char *buf, size_t size);
/* "Ethernet controller" or "class 0200" */
const char *format_class(const struct dev_info *dev, char *buf, size_t size);
/* "412.345 ms" */
const char *format_ns(uint64_t ns, char *buf, size_t size);

#endif /* MINTCTL_FORMAT_H */
