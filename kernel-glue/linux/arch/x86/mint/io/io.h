/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel log, the console and the channels of an OS, in the shared area.  Others
 * hear of them by events and by /dev/mint; what the files here share is in rings.h.
 */
#ifndef MINT_IO_H
#define MINT_IO_H

/* Early log: usable from init_platform on (shared area not mapped yet). */
void mint_log_early(void);
/* The shared area is there: logs into that, and hvc0 is known to printk; early initcall. */
void mint_log_start(void);
void mint_console_start(void);
/* This OS is a copy: from now on in a section of its own.  Interrupts off, one CPU. */
void mint_io_rejoin(void);
/* And its agent is told so, once: MINT_IOC_ACCEPT. */
void mint_io_tell_copied(void);
/* A parking or panicking kernel has written its last line. */
void mint_log_flush(void);

#endif /* MINT_IO_H */
