// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens logs, consoles and streams of /dev/mint and moves their data.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mint.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/msg.h"
#include "net/stream.h"

#define DEVICE	"/dev/mint"

static const char *open_error(int err)
{
	switch (err) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return "Mint is not running in this kernel (booted without mint_pool=?)";
	case EACCES:
	case EPERM:
		return "not permitted; run it as root";
	default:
		return strerror(err);
	}
}

static const char *request_error(unsigned long request, int err)
{
	switch (err) {
	case ENOENT:
		return "no such OS; see 'mintctl os list'";
	case EHOSTDOWN:
		return "does not run; see 'mintctl os list'";
	case EBUSY:
		return "somebody else is attached to its console; try --read-only";
	case ENOSPC:
		return "all its channels are in use; try again when a command has ended";
	case ETIMEDOUT:
		return "its agent does not answer; is mint-agent running there?";
	default:
		break;
	}
	return request == MINT_IOC_CONNECT && err == EINTR ? "interrupted" :
	       strerror(err);
}

int stream_open(const struct os_info *os, unsigned long request, uint32_t flags)
{
	struct mint_ioc_os arg = { .os = os->id, .flags = flags };
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		msg_fail(DEVICE, "%s", open_error(errno));
		return -1;
	}
	if (ioctl(fd, request, &arg)) {
		msg_fail(os->name, "%s", request_error(request, errno));
		close(fd);
		return -1;
	}
	return fd;
}

ssize_t stream_read(int fd, void *buf, size_t size)
{
	ssize_t n;

	do {
		n = read(fd, buf, size);
	} while (n < 0 && errno == EINTR);
	return n;
}

int stream_write(int fd, const void *buf, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = write(fd, (const char *)buf + done, size - done);
		if (n >= 0)
			done += n;
		else if (errno == EAGAIN)
			poll(&p, 1, -1);
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

void stream_clean(char *buf, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		unsigned char c = buf[i];

		if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
			buf[i] = '?';
	}
}

/* Where the last @lines lines of @text begin. */
static size_t tail_start(const char *text, size_t len, unsigned int lines)
{
	size_t pos = len;

	while (pos > 0) {
		/* The last newline ends the last line. */
		if (text[pos - 1] == '\n' && pos != len && lines-- == 1)
			break;
		pos--;
	}
	return pos;
}

void stream_log_tail(const struct os_info *os, unsigned int lines, FILE *out)
{
	int fd = stream_open(os, MINT_IOC_LOG, MINT_IOCF_NOFOLLOW);
	/* It may grow while it is read. */
	size_t size = 2 * MINT_LOG_SIZE, len = 0, start;
	char *text = malloc(size);
	ssize_t n;

	while (fd >= 0 && text && len < size) {
		n = stream_read(fd, text + len, size - len);
		if (n <= 0)
			break;
		len += n;
	}
	if (len) {
		start = tail_start(text, len, lines);
		stream_clean(text + start, len - start);
		fwrite(text + start, 1, len - start, out);
		if (text[len - 1] != '\n')
			fputc('\n', out);
	}
	free(text);
	if (fd >= 0)
		close(fd);
}
