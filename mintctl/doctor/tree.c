// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the files of a machine, its own or recorded ones; see tree.h.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "doctor/copy.h"
#include "doctor/tree.h"
#include "lib/msg.h"

/* More than any file that is read as a whole. */
#define MAX_TEXT	(4U << 20)

int tree_open(struct tree *t, const char *root, const char *copy)
{
	t->live = !root;
	t->copy = -1;
	t->copy_failed = false;
	t->root = open(root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->root < 0)
		return msg_fail(root, "cannot read it: %s", strerror(errno));
	if (!copy)
		return MINTCTL_OK;
	if (mkdir(copy, 0777) && errno != EEXIST)
		return msg_fail(copy, "cannot make it: %s", strerror(errno));
	t->copy = open(copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return t->copy < 0 ? msg_fail(copy, "cannot write there: %s", strerror(errno)) :
	       MINTCTL_OK;
}

int tree_close(struct tree *t)
{
	close(t->root);
	if (t->copy >= 0)
		close(t->copy);
	return t->copy_failed ? msg_fail(NULL, "the copy is not complete: cannot write all of it") :
	       MINTCTL_OK;
}

static void note(struct tree *t, int err)
{
	if (err)
		t->copy_failed = true;
}

/* Links of a recorded tree must not lead to files of this machine. */
static int open_in(struct tree *t, const char *path, int flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};

	return syscall(SYS_openat2, t->root, path, &how, sizeof(how));
}

bool tree_has(struct tree *t, const char *path)
{
	struct stat st;
	int fd = open_in(t, path, O_PATH);
	bool is_dir;

	if (fd < 0)
		return false;
	is_dir = !fstat(fd, &st) && S_ISDIR(st.st_mode);
	close(fd);
	if (t->copy >= 0)
		note(t, is_dir ? copy_dir(t->copy, path) :
				 copy_bytes(t->copy, path, 0, "", 0));
	return true;
}

/* A file may give less than it was asked for. */
static size_t read_all(int fd, off_t offset, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = pread(fd, buf + len, size - len, offset + len);
		if (n <= 0)
			break;
		len += n;
	}
	return len;
}

ssize_t tree_bytes(struct tree *t, const char *path, off_t offset, void *buf, size_t size)
{
	int fd = open_in(t, path, O_RDONLY);
	size_t len;

	if (fd < 0)
		return -1;
	len = read_all(fd, offset, buf, size);
	close(fd);
	if (!len)
		return -1;
	if (t->copy >= 0)
		note(t, copy_bytes(t->copy, path, offset, buf, len));
	return len;
}

char *tree_text(struct tree *t, const char *path, size_t *len)
{
	char *text = malloc(MAX_TEXT + 1), *fits;
	ssize_t n = text ? tree_bytes(t, path, 0, text, MAX_TEXT) : -1;

	if (n < 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	if (len)
		*len = n;
	fits = realloc(text, n + 1);
	return fits ? fits : text;
}

void tree_make_printable(char *text)
{
	for (; *text; text++) {
		if (!isascii((unsigned char)*text) || !isprint((unsigned char)*text))
			*text = '?';
	}
}

bool tree_line(struct tree *t, const char *path, char *buf, size_t size)
{
	ssize_t n = tree_bytes(t, path, 0, buf, size - 1);

	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	tree_make_printable(buf);
	return n > 0;
}

bool tree_number(struct tree *t, const char *path, uint64_t *value)
{
	char text[32], *end;

	if (!tree_line(t, path, text, sizeof(text)))
		return false;
	*value = strtoull(text, &end, 0);
	return end != text && !*end;
}

bool tree_link(struct tree *t, const char *path, char *buf, size_t size)
{
	int fd = open_in(t, path, O_PATH | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return false;
	n = readlinkat(fd, "", buf, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	buf[n] = '\0';
	if (t->copy >= 0)
		note(t, copy_link(t->copy, path, buf));
	tree_make_printable(buf);
	return true;
}

bool tree_line_ends(struct tree *t, const char *path, const char *end)
{
	int fd = open_in(t, path, O_RDONLY);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	bool found = false;
	char *line = NULL;
	size_t size = 0;
	ssize_t n = 0;

	if (!f)
		return false;
	while (!found && (n = getline(&line, &size, f)) >= 0) {
		size_t len = strcspn(line, "\n"), tail = strlen(end);

		found = len >= tail && !strncmp(line + len - tail, end, tail);
	}
	if (found && t->copy >= 0)
		note(t, copy_bytes(t->copy, path, 0, line, n));
	free(line);
	fclose(f);
	return found;
}

static int is_name(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* A name of which nothing was read counts, too. */
static void note_name(struct tree *t, const char *path, const char *name)
{
	char full[2 * TREE_PATH];

	snprintf(full, sizeof(full), "%s/%s", path, name);
	if (t->copy >= 0)
		note(t, copy_dir(t->copy, full));
}

bool tree_each(struct tree *t, const char *path,
	       void (*fn)(void *arg, const char *name), void *arg)
{
	int fd = open_in(t, path, O_RDONLY | O_DIRECTORY), i, nr;
	struct dirent **list;

	if (fd < 0)
		return false;
	nr = scandirat(fd, ".", &list, is_name, alphasort);
	close(fd);
	if (t->copy >= 0)
		note(t, copy_dir(t->copy, path));
	for (i = 0; i < nr; i++) {
		fn(arg, list[i]->d_name);
		note_name(t, path, list[i]->d_name);
		free(list[i]);
	}
	if (nr >= 0)
		free(list);
	return nr >= 0;
}
