/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/mint: logs, consoles and streams of the other OSes.
 */
#ifndef MINTCTL_STREAM_H
#define MINTCTL_STREAM_H

#include <stdio.h>
#include <stdint.h>
#include <sys/types.h>

#include "model/model.h"

/*
 * Opens the log, the console or a stream (@request: MINT_IOC_LOG, _CONSOLE,
 * _CONNECT; @flags: MINT_IOCF_*) of @os.  A file descriptor, or -1 with a
 * message.
 */
int stream_open(const struct os_info *os, unsigned long request, uint32_t flags);
/* read() that is not interrupted. */
ssize_t stream_read(int fd, void *buf, size_t size);
/* Writes all of it, waiting if it must; 0 or -errno. */
int stream_write(int fd, const void *buf, size_t size);
/* Makes what could confuse a terminal harmless. */
void stream_clean(char *buf, size_t size);
/* The last @lines lines of the log of @os. */
void stream_log_tail(const struct os_info *os, unsigned int lines, FILE *out);

#endif /* MINTCTL_STREAM_H */
