/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that say what a machine is: its own, or a recorded tree of another one.  Nothing
 * outside of the tree is read, wherever its links lead.  What is read can be copied, to be
 * looked at elsewhere.
 *
 * Paths have no slash in front; a file that cannot be read is one that is not there.
 */
#ifndef MINTCTL_TREE_H
#define MINTCTL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TREE_PATH	256

struct tree {
	int root;		/* a directory */
	int copy;		/* one that gets what is read; -1: none */
	bool live;		/* it is this machine */
	bool copy_failed;
};

/*
 * @root: NULL is this machine.  @copy: made if it is not there; NULL: no copy.
 * MINTCTL_OK, or MINTCTL_FAILED with a message.
 */
int tree_open(struct tree *t, const char *root, const char *copy);
/* MINTCTL_OK, or MINTCTL_FAILED with a message when the copy is not complete. */
int tree_close(struct tree *t);

bool tree_has(struct tree *t, const char *path);
/* At most @size bytes from @offset; how many, -1 if there are none to be had. */
ssize_t tree_bytes(struct tree *t, const char *path, off_t offset, void *buf, size_t size);
/* All of a file, with a NUL behind; NULL if there is none.  The caller frees it. */
char *tree_text(struct tree *t, const char *path, size_t *len);
/* The first line, printable, without its end; "" and false if there is none. */
bool tree_line(struct tree *t, const char *path, char *buf, size_t size);
/* A number in any notation of C. */
bool tree_number(struct tree *t, const char *path, uint64_t *value);
/* Where a symbolic link leads. */
bool tree_link(struct tree *t, const char *path, char *buf, size_t size);
/* Whether a line of a (long) file ends with @end; only that line is copied. */
bool tree_line_ends(struct tree *t, const char *path, const char *end);
/*
 * Calls @fn with each name in a directory, in order.  False if there is no such directory.
 */
bool tree_each(struct tree *t, const char *path,
	       void (*fn)(void *arg, const char *name), void *arg);

/* Whatever is no printable ASCII becomes '?'. */
void tree_make_printable(char *text);

#endif /* MINTCTL_TREE_H */
