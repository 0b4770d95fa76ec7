// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stopping the cores of another OS: hotplug/fence.h with real NMIs and INITs; and
 * what a core of ours does when it is stopped.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/nmi.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include <asm/apic.h>
#include <asm/tsc.h>

#include "cpu/cpu.h"
#include "hotplug/core.h"
#include "hotplug/fence.h"
#include "neutral/shared.h"

/*
 * A held core waits so long for what becomes of it; a fencer that lives has decided
 * long before.
 */
#define HOLD_MS			10000

/* ---- the OS that stops another -------------------------------------------- */

static u32 op_word(void *env)
{
	const struct mint_fence *f = env;

	return READ_ONCE(mint_os(f->os)->fence);
}

static bool op_word_cas(void *env, u32 old, u32 new)
{
	const struct mint_fence *f = env;

	return mint_shared_cas(&mint_os(f->os)->fence, old, new) == old;
}

static u32 op_core(void *env, u32 core)
{
	return mint_core_word(core);
}

static bool op_core_cas(void *env, u32 core, u32 old, u32 new)
{
	return mint_core_cas(core, old, new);
}

static bool op_alive(void *env, u32 os)
{
	return mint_os_alive(os);
}

/* On a core that two OSes have, only what is on it now; see is_present(). */
static bool op_takes_init(void *env, u32 core)
{
	const struct mint_fence *f = env;

	return mint_core_takes_init(core) &&
	       (!mint_core_is_shared(core) ||
		(mint_core_runs(core, f->os) && !mint_core_is_away(core)));
}

static bool op_shared(void *env, u32 core)
{
	return mint_core_is_shared(core);
}

/*
 * A kernel that starts has no handler for NMIs yet, or no IDT at all: an NMI
 * would reset the machine.  INIT works at any time, but not for the boot core.
 */
static bool op_takes_nmi(void *env, u32 core)
{
	const struct mint_fence *f = env;

	return READ_ONCE(mint_os(f->os)->state) != MINT_OS_STARTING ||
	       !mint_core_takes_init(core);
}

static void op_nmi(void *env, u32 core)
{
	mint_core_nmi(core);
}

/* A kernel steps aside no more while it is fenced, but may have been about to. */
#define SETTLE_MS		300

/* Whether it is that OS that INIT would stop, and not the other one of a shared core. */
static bool is_present(u32 core)
{
	u32 word = mint_core_word(core);

	if (!mint_core_is_shared(core))
		return true;
	usleep_range(SETTLE_MS * 1000, SETTLE_MS * 1000 + 1000);
	return mint_core_word(core) == word;
}

static void op_init(void *env, u32 core)
{
	const struct mint_fence *f = env;

	if (!is_present(core))
		return;
	if (mint_core_state(core) == MINT_CORE_RUNNING &&
	    READ_ONCE(mint_os(f->os)->state) != MINT_OS_STARTING)
		pr_warn("core %u does not take NMIs: sending INIT\n", core);
	mint_core_init(core);
}

static const struct mint_fence_ops fence_ops = {
	.word		= op_word,
	.word_cas	= op_word_cas,
	.core		= op_core,
	.core_cas	= op_core_cas,
	.alive		= op_alive,
	.takes_nmi	= op_takes_nmi,
	.takes_init	= op_takes_init,
	.shared		= op_shared,
	.nmi		= op_nmi,
	.init		= op_init,
};

int mint_fence_cores(u32 os, u32 *core)
{
	struct mint_fence *f = kmalloc(sizeof(*f), GFP_KERNEL);
	enum mint_fence_step step;
	int err;

	*core = mint_nr_seats();
	if (!f)
		return -ENOMEM;
	mint_fence_init(f, mint_self.os, os,
			READ_ONCE(mint_os(os)->generation), mint_nr_seats());
	do {
		step = mint_fence_step(f, &fence_ops, f);
		if (step == MINT_FENCE_WAIT)
			usleep_range(1000, 1500);
	} while (step != MINT_FENCE_DONE);
	*core = f->core;
	err = f->result;
	kfree(f);
	return err;
}

void mint_fence_explain(u32 os, u32 core, int err,
			struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];

	mint_os_name(os, name);
	if (err == -ENOMEM)
		NL_SET_ERR_MSG_FMT(extack, "no memory to stop %s with", name);
	else if (err == -EBUSY && core >= mint_nr_seats())
		NL_SET_ERR_MSG_FMT(extack, "another OS is stopping %s; try again",
				   name);
	else if (err == -EBUSY)
		NL_SET_ERR_MSG_FMT(extack,
				   "core %u of %s cannot be stopped; everything stays as it is",
				   mint_core_of_seat(core), name);
	else if (core >= mint_nr_seats())
		NL_SET_ERR_MSG_FMT(extack, "the cores of %s do not come to rest; try again",
				   name);
	else
		NL_SET_ERR_MSG_FMT(extack,
				   "core %u of %s does not stop, other cores of it have; try again",
				   mint_core_of_seat(core), name);
}

/* ---- the OS that is stopped ------------------------------------------------ */

/* An NMI that was sent while this core was held comes when it goes on. */
static DEFINE_PER_CPU(bool, stale_nmi);

/* Of a core that two OSes have by turns. */
static bool (*stray)(void);

void __init mint_fence_set_stray(bool (*fn)(void))
{
	stray = fn;
}

static enum mint_fence_ask asked(u32 *word)
{
	*word = READ_ONCE(mint_os(mint_self.os)->fence);
	return mint_fence_asks(*word, mint_self.generation);
}

/* Who fences us may have died before he decided: then nobody shall have. */
static enum mint_fence_ask stand_still(int core)
{
	u64 end = rdtsc() + (u64)tsc_khz * HOLD_MS;
	enum mint_fence_ask ask;
	u32 word;

	if (core >= 0)
		mint_core_change(core, MINT_CORE_HOLD, mint_self.os);
	while ((ask = asked(&word)) == MINT_FENCE_STAND) {
		cpu_relax();
		if (rdtsc() > end)
			mint_shared_cas(&mint_os(mint_self.os)->fence, word, 0);
	}
	return ask;
}

static int fence_nmi(unsigned int cmd, struct pt_regs *regs)
{
	int core = mint_core_of_cpu(raw_smp_processor_id());
	enum mint_fence_ask ask;
	u32 word;

	ask = asked(&word);
	if (ask == MINT_FENCE_GO_ON) {
		if (stray && stray())
			return NMI_HANDLED;
		if (!this_cpu_read(stale_nmi))
			return NMI_DONE;
		this_cpu_write(stale_nmi, false);
		return NMI_HANDLED;
	}
	if (ask == MINT_FENCE_STAND)
		ask = stand_still(core);
	if (ask == MINT_FENCE_PARK)
		mint_park_self();
	if (core >= 0)
		mint_core_change(core, MINT_CORE_RESUME, mint_self.os);
	this_cpu_write(stale_nmi, true);
	return NMI_HANDLED;
}

/* It may take as long as another OS's turn, and Linux need not tell of that. */
static struct nmiaction fence_action = {
	.list = LIST_HEAD_INIT(fence_action.list),
	.handler = fence_nmi,
	.name = "mint_fence",
	.flags = NMI_FLAG_FIRST,
	.max_duration = U64_MAX,
};

int __init mint_fence_setup(void)
{
	return __register_nmi_handler(NMI_LOCAL, &fence_action);
}

void __init mint_fence_undo(void)
{
	unregister_nmi_handler(NMI_LOCAL, "mint_fence");
}
