/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages for people, on stderr: "mintctl: OBJECT: cause; next step".
 */
#ifndef MINTCTL_MSG_H
#define MINTCTL_MSG_H

#include <stdbool.h>

/* The exit status of mintctl. */
enum {
	MINTCTL_OK = 0,
	MINTCTL_FAILED = 1,
	MINTCTL_USAGE = 2,
};

/* Prints "mintctl: OBJECT: text" (OBJECT may be NULL); returns MINTCTL_FAILED. */
int msg_fail(const char *object, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Prints "mintctl: OBJECT: warning: text": it was done, and there is something to know. */
void msg_warn(const char *object, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* As msg_fail() for a mistake on the command line; returns MINTCTL_USAGE. */
int msg_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
/*
 * From here on messages are about that line of a file, and begin with it; without a file
 * they are not.
 */
void msg_at(const char *file, unsigned int line);
/* Whether messages are swallowed: something is tried that will be done again. */
void msg_quiet(bool on);
/*
 * Prints @text, which may name @object itself, as the kernel's texts may;
 * returns MINTCTL_FAILED.
 */
int msg_fail_text(const char *object, const char *text);

#endif /* MINTCTL_MSG_H */
