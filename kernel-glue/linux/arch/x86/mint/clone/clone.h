/* SPDX-License-Identifier: GPL-2.0-only */
/* An OS becomes a copy of another one that runs. */
#ifndef MINT_CLONE_ROOM_H
#define MINT_CLONE_ROOM_H

#include <linux/netlink.h>

/*
 * @name, an OS that was created and never started, becomes a copy of @from.  Returns when
 * the copy runs: 0, or -errno with a text, and @from goes on unharmed.  Process context,
 * sleeps; takes mint_ops_mutex.  @hostname: NULL: that of the copy is @name.
 */
int mint_os_clone(const char *from, const char *name, const char *hostname,
		  struct netlink_ext_ack *extack);

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
