/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What outlives an apply that is cut off: what was before it, who applies, and the wait for
 * a confirmation.  All of it lies in part_dir.
 */
#ifndef MINTCTL_JOURNAL_H
#define MINTCTL_JOURNAL_H

#include "partition/facts.h"

#define PART_BEFORE	"before.conf"
#define PART_LOG	"apply.log"

/*
 * One apply or teardown at a time in an OS.  A file descriptor, which children inherit and
 * the end of the last of them closes, or -1 with a message that names who has it.
 */
int part_lock(void);
/* From here on this process is the one that is named, with the OS for which it has it, or NULL. */
void part_lock_name(int lock, const char *os);

/* An apply was begun and has not come to its end. */
bool part_is_begun(void);
/*
 * Keeps what is, unless an apply that was cut off has kept what was before it: that is
 * where an undo leads to.  0 or -errno with a message.
 */
int part_begin(const struct part_facts *f);
/* It is done, or undone. */
void part_end(void);

/* Where a confirmation arrives; a file descriptor, or -1 with a message. */
int part_confirm_listen(void);
/*
 * Waits for one until @deadline_ms.  A connection, for part_confirm_answer(); -1: time is
 * over, or a signal came.
 */
int part_confirm_await(int listener, int64_t deadline_ms);
void part_confirm_answer(int connection);
/* Says it; an exit status. */
int part_confirm(void);

#endif /* MINTCTL_JOURNAL_H */
