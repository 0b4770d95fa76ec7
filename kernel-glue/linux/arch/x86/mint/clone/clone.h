/* SPDX-License-Identifier: GPL-2.0-only */
/* An OS becomes a copy of another one that runs. */
#ifndef MINT_CLONE_ROOM_H
#define MINT_CLONE_ROOM_H

#include <linux/netlink.h>
#include <linux/types.h>

/**
 * struct mint_clone - what is to be copied
 * @from:	the OS
 * @name:	what becomes its copy: an OS that was created and never started
 * @hostname:	of the copy; NULL: @name
 * @hold:	the copy is made, but runs only when it is started
 */
struct mint_clone {
	const char *from;
	const char *name;
	const char *hostname;
	bool hold;
};

/*
 * Returns when the copy runs, or waits: 0, or -errno with a text, and the source goes on
 * unharmed.  Process context, sleeps; takes mint_ops_mutex.
 */
int mint_os_clone(const struct mint_clone *want, struct netlink_ext_ack *extack);

/*
 * What @from is at this moment goes into the pool, as an image @name from which OSes are
 * started; @from goes on.  0, or -errno with a text, and then nothing is left of it.  As above.
 */
int mint_os_snapshot(const char *from, const char *name, struct netlink_ext_ack *extack);

/*
 * Whether @paddr is in what an OS keeps of the last copy that it made, or was made by: that has
 * addresses of the source.  For the test of copies; any context.
 */
bool mint_clone_is_plan(u64 paddr);

#endif /* MINT_CLONE_ROOM_H */
