// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where this room gets its hooks in Linux, all on one CPU; and lets go of them.
 */
#include <linux/init.h>

#include "seat/internal.h"
#include "seat/seat.h"

int __init mint_seat_setup(void)
{
	int err = seat_make_turns();

	if (err)
		return err;
	seat_take_stop();
	seat_take_wake();
	seat_take_ipis();
	seat_begin_turns();
	return 0;
}

void __init mint_seat_undo(void)
{
	seat_end_turns();
	seat_give_ipis();
	seat_give_wake();
	seat_give_stop();
	seat_forget_turns();
}
