// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of this kernel to its first program, as points in time in the shared area, for
 * "mintctl os start --timings"; the launcher and the loader write those before.
 */
#include <linux/binfmts.h>
#include <linux/init.h>
#include <linux/sched.h>
#include <linux/task_work.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "os/os.h"

/* Until there is an area. */
static u64 early[MINT_NR_STAMPS];

void mint_stamp(u32 what)
{
	if (mint_shm)
		WRITE_ONCE(mint_launch(mint_self.os)->stamp[what], rdtsc());
	else
		early[what] = rdtsc();
}

void __init mint_stamps_publish(void)
{
	u32 i;

	for (i = 0; i < MINT_NR_STAMPS; i++)
		if (early[i])
			WRITE_ONCE(mint_launch(mint_self.os)->stamp[i], early[i]);
}

/* ---- the first program --------------------------------------------------------- */

static void first_program(struct callback_head *head)
{
	mint_stamp(MINT_STAMP_INIT);
	mint_event_send_all(MINT_EV_STATE);
}

static struct callback_head at_return;
static atomic_t seen;

static int see_exec(struct linux_binprm *bprm)
{
	if (!atomic_read(&seen) && is_global_init(current) &&
	    !atomic_xchg(&seen, 1)) {
		init_task_work(&at_return, first_program);
		task_work_add(current, &at_return, TWA_RESUME);
	}
	return -ENOEXEC;
}

/*
 * Linux has no hook where init begins.  A format of programs that knows none is asked
 * about every exec(); the first one of init ends with a return to user space, before
 * which task works are done.  It stays: nothing holds a format that is asked at this
 * moment, but that of a module.
 */
static struct linux_binfmt first_exec = {
	.load_binary = see_exec,
};

void __init mint_stamp_first_program(void)
{
	insert_binfmt(&first_exec);
}
