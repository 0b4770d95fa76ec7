// SPDX-License-Identifier: GPL-2.0-only
/*
 * A confirmation, said by a socket: who says it hears that it was in time.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/msg.h"
#include "partition/journal.h"

#define SOCKET	"confirm"
#define ANSWER	"confirmed"

static void set_address(struct sockaddr_un *a)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	part_path(SOCKET, a->sun_path, sizeof(a->sun_path));
}

/* Under the lock: what is there was left by one that was killed. */
int part_confirm_listen(void)
{
	struct sockaddr_un a;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	set_address(&a);
	unlink(a.sun_path);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&a, sizeof(a)) && !listen(fd, 1))
		return fd;
	msg_fail(a.sun_path, "%s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

int part_confirm_await(int listener, int64_t deadline_ms)
{
	struct pollfd p = { .fd = listener, .events = POLLIN };
	int64_t left = deadline_ms - mint_now_ms();

	if (left < 0 || poll(&p, 1, left) <= 0)
		return -1;
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

void part_confirm_answer(int connection)
{
	struct sockaddr_un a;

	set_address(&a);
	unlink(a.sun_path);
	/* If nobody is left to hear it, it is confirmed all the same. */
	send(connection, ANSWER, sizeof(ANSWER), MSG_NOSIGNAL);
	close(connection);
}

int part_confirm(void)
{
	char answer[sizeof(ANSWER)] = "";
	struct sockaddr_un a;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), ret;

	set_address(&a);
	if (fd < 0)
		return msg_fail("confirm", "%s", strerror(errno));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		ret = errno == ENOENT || errno == ECONNREFUSED ?
		      msg_fail("confirm", "nothing waits for it in this OS") :
		      msg_fail("confirm", "%s", strerror(errno));
	} else if (recv(fd, answer, sizeof(answer), MSG_WAITALL) != sizeof(answer)) {
		ret = msg_fail("confirm", "it came too late; see 'mintctl plan'");
	} else {
		ret = MINTCTL_OK;
	}
	close(fd);
	return ret;
}
