// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of an OS from its order to its kernel, walked by its own boot core.  Nobody
 * else is needed: the OS that gave the order may be gone by now.
 */
#include "internal.h"
#include "neutral/shared.h"

/* Other cores of the OS are on their way out. */
#define OTHERS_MS		3000u

static void tell(const struct load *l, u32 status)
{
	WRITE_ONCE(load_launch(l)->status, status);
}

static void stamp(const struct load *l, u32 what)
{
	WRITE_ONCE(load_launch(l)->stamp[what], load_tsc());
}

/* ---- waits -------------------------------------------------------------------- */

static bool others_run(const struct load *l)
{
	u32 core;

	for (core = 0; core < MINT_MAX_CORES; core++)
		if (core != l->core &&
		    MINT_CORE_KERNEL(READ_ONCE(load_core(l, core)->life)) == l->os)
			return true;
	return false;
}

/* Before a byte is written, no core of the OS may run there any more. */
static u32 await_others(const struct load *l)
{
	u64 start = load_tsc();

	while (others_run(l)) {
		if (load_is_fenced(l))
			return MINT_LOAD_FENCED;
		if (load_tsc() - start > (u64)l->order.boot.tsc_khz * OTHERS_MS)
			return MINT_LOAD_CORES_RUN;
		load_relax();
	}
	return 0;
}

/* What lies too far ahead was not meant: see the limit of the back-off. */
#define LATER_MS		120000u

static u32 await_time(const struct load *l)
{
	u64 when = l->order.not_before_tsc, start = load_tsc();
	u64 most = (u64)l->order.boot.tsc_khz * LATER_MS;

	while (load_tsc() < when && load_tsc() - start < most) {
		if (load_is_fenced(l))
			return MINT_LOAD_FENCED;
		load_relax();
	}
	return 0;
}

/* ---- the steps ------------------------------------------------------------------ */

static u32 await(struct load *l)
{
	return await_others(l) ?: await_time(l);
}

/*
 * What is told before each step, and which time is taken after it.  No table of
 * functions: their addresses would have to be relocated.
 */
static const struct {
	u32 status, stamp;
} steps[] = {
	{ MINT_LOAD_WAITS, MINT_STAMP_CHECKED },
	{ MINT_LOAD_COPIES, MINT_STAMP_KERNEL },
	{ MINT_LOAD_COPIES, MINT_STAMP_INITRD },
	{ MINT_LOAD_DESCRIBES, MINT_STAMP_ENTERED },
};

static u32 step(struct load *l, u32 nr)
{
	switch (nr) {
	case 0:
		return await(l);
	case 1:
		return load_copy_kernel(l);
	case 2:
		return load_copy_initrd(l);
	default:
		return load_describe(l);
	}
}

/* The source waits until it is told that all is copied. */
static u32 start_copy(struct load *l)
{
	u32 why = await(l);

	tell(l, MINT_LOAD_COPIES);
	if (!why)
		why = load_copy_pages(l);
	if (why)
		return why;
	stamp(l, MINT_STAMP_KERNEL);
	tell(l, MINT_LOAD_COPIED);
	why = load_relocate(l);
	stamp(l, MINT_STAMP_ENTERED);
	return why;
}

/* A copy, made now or waiting already. */
static u32 start_clone(struct load *l)
{
	u32 why = l->order.flags & MINT_ORDERF_HELD ? await(l) : start_copy(l);

	if (!why && load_is_fenced(l))
		why = MINT_LOAD_FENCED;
	return why ?: load_make_ready(l);
}

static u32 start(struct load *l)
{
	u32 nr, why;

	for (nr = 0; nr < ARRAY_SIZE(steps); nr++) {
		tell(l, steps[nr].status);
		why = step(l, nr);
		if (why)
			return why;
		stamp(l, steps[nr].stamp);
	}
	return load_is_fenced(l) ? MINT_LOAD_FENCED : 0;
}

/* ---- the ends ------------------------------------------------------------------- */

/* MINT_CORE_LEAVE; not, if the core is not what it was any more. */
static bool leave(const struct load *l)
{
	u32 *life = &load_core(l, l->core)->life;
	u32 word = READ_ONCE(*life), next;

	next = MINT_CORE_WORD(MINT_CORE_RUNNING, l->os, l->os,
			      MINT_CORE_SEQ(word) + 1);
	return MINT_CORE_STATE(word) == MINT_CORE_LOADING &&
	       MINT_CORE_OWNER(word) == l->os &&
	       mint_shared_cas(life, word, next) == word;
}

static void set_state(const struct load *l, u32 from, u32 to)
{
	mint_shared_cas(&load_os(l, l->os)->state, from, to);
}

/* Nothing of the OS runs, and the table says so; the others look there now and then. */
static void give_up(const struct load *l, u32 why)
{
	struct mint_os *os = load_os(l, l->os);
	u32 state = READ_ONCE(os->state);

	tell(l, why);
	if (why == MINT_LOAD_FENCED)
		return;		/* who does that says the rest */
	if (state != MINT_OS_STARTING && state != MINT_OS_RESTARTING)
		return;		/* it is nobody who wants to be started */
	WRITE_ONCE(os->reason, MINT_END_NOT_LOADED);
	WRITE_ONCE(os->end_tsc, load_tsc());
	set_state(l, state, MINT_OS_ENDED);
}

/* Whether the kernel is to be entered. */
static bool enter(const struct load *l)
{
	tell(l, MINT_LOAD_ENTERED);
	set_state(l, MINT_OS_RESTARTING, MINT_OS_STARTING);
	/* Or somebody says meanwhile that it has ended. */
	if (READ_ONCE(load_os(l, l->os)->state) == MINT_OS_STARTING && leave(l))
		return true;
	give_up(l, MINT_LOAD_FENCED);
	return false;
}

/* A copy is complete, and stays as it is until it is started. */
static void hold(struct load *l)
{
	load_keep_frame(l);
	if (mint_shared_cas(&load_os(l, l->os)->state, MINT_OS_STARTING, MINT_OS_CREATED) ==
	    MINT_OS_STARTING)
		tell(l, MINT_LOAD_HELD);
	else
		give_up(l, MINT_LOAD_FENCED);
}

static void clear(struct load *l)
{
	tell(l, MINT_LOAD_CLEARS);
	tell(l, load_clear(l) ?: MINT_LOAD_CLEARED);
}

bool load_run(struct load *l)
{
	u32 why;

	stamp(l, MINT_STAMP_BEGIN);
	tell(l, MINT_LOAD_CHECKS);
	why = load_check(l);
	if (!why && l->order.kind == MINT_ORDER_CLONE)
		why = load_check_frame(l);
	if (!why && l->order.kind == MINT_ORDER_CLEAR) {
		clear(l);
		return false;
	}
	if (!why)
		why = l->order.kind == MINT_ORDER_CLONE ? start_clone(l) : start(l);
	if (!why && l->order.kind == MINT_ORDER_CLONE && l->order.flags & MINT_ORDERF_HOLD) {
		hold(l);
		return false;
	}
	if (!why)
		return enter(l);
	give_up(l, why);
	return false;
}

/* Called by entry.S, on the stack in @work. */
bool load_begin(struct load *l, u64 core, u8 *shm, u8 *work)
{
	memset(l, 0, sizeof(*l));
	l->shm = shm;
	l->core = core;
	l->os = (work - shm - MINT_OFF_WORK) / MINT_WORK_SIZE + 1;
	load_use_tables(l, shm);
	return load_run(l);
}
