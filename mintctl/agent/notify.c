// SPDX-License-Identifier: GPL-2.0-only
/*
 * The protocol of sd_notify(3), without its library: the agent is static.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/notify.h"

#define SOCKET	"NOTIFY_SOCKET"

/* 0, or -1 and errno. */
static int send_to(const char *path, const char *text)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	ssize_t sent;
	int fd;

	if (len > sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, len);
	/* An abstract one, whose name begins with a zero byte. */
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
		      offsetof(struct sockaddr_un, sun_path) + len);
	close(fd);
	return sent < 0 ? -1 : 0;
}

void notify_ready(void)
{
	const char *path = getenv(SOCKET);

	if (path && send_to(path, "READY=1"))
		fprintf(stderr, "mint-agent: %s: %s\n", path, strerror(errno));
	unsetenv(SOCKET);
}
