// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of an OS that is taken apart is cleared, so that the next one finds nothing of
 * it.  That is done by its own boot core, in the loader: it takes no time of anybody
 * else, and who starts an OS later need not do it.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "cpu/cpu.h"
#include "neutral/sum.h"
#include "os/internal.h"
#include "os/os.h"

/* Generous, as an emulated machine is slow. */
#define CLEAR_WAIT_MS		5000
#define CLEAR_MS_PER_MIB	20

void mint_clear_range(const struct mint_range *r)
{
	u64 done;
	void *at;

	for (done = 0; done < r->size_bytes; done += SZ_2M) {
		size_t part = min_t(u64, r->size_bytes - done, SZ_2M);

		at = mint_map(r->base_paddr + done, part);
		if (!at) {
			pr_err("memory at 0x%llx is not cleared\n",
			       r->base_paddr + done);
			return;
		}
		memset(at, 0, part);
		memunmap(at);
		cond_resched();
	}
}

static int give_order(u32 os, const struct mint_os *o)
{
	struct mint_order *order = kzalloc(sizeof(*order), GFP_KERNEL);

	if (!order)
		return -ENOMEM;
	order->kind = MINT_ORDER_CLEAR;
	order->os = os;
	order->generation = o->generation;
	order->main = o->main;
	order->dma = o->dma;
	order->low = o->low;
	order->boot.os = os;
	order->boot.boot_core = o->boot_core;
	order->boot.nr_cores = mint_nr_cores();
	order->boot.tsc_khz = tsc_khz;
	order->sum = mint_order_sum(order);
	memcpy(&mint_launch(os)->order, order, sizeof(*order));
	mint_launch(os)->status = MINT_LOAD_NONE;
	kfree(order);
	return mint_core_start(o->boot_core, os);
}

/* Whether all of it was cleared. */
static bool await_cleared(u32 os, const struct mint_os *o)
{
	u64 bytes = o->main.size_bytes + o->dma.size_bytes;
	u64 ms, most = CLEAR_WAIT_MS + (bytes >> 20) * CLEAR_MS_PER_MIB;

	for (ms = 0; ms < most; ms++) {
		if (mint_core_state(o->boot_core) != MINT_CORE_LOADING)
			break;
		usleep_range(1000, 1500);
	}
	return READ_ONCE(mint_launch(os)->status) == MINT_LOAD_CLEARED &&
	       mint_core_await_parked(o->boot_core);
}

static bool clear_by_core(u32 os, const struct mint_os *o)
{
	if (o->boot_core >= mint_nr_seats() ||
	    mint_core_owner(o->boot_core) != os)
		return false;
	if (!give_order(os, o) && await_cleared(os, o))
		return true;
	/* It shall not go on with that later. */
	mint_core_park_offline(o->boot_core);
	return false;
}

void mint_clear_os(u32 os)
{
	struct mint_os o;

	mint_os_peek(os, &o);
	if (!READ_ONCE(mint_launch(os)->starts))
		return;
	if (!mint_os_memory_ok(&o) || !mint_range_is_of(&o.main, os) ||
	    !mint_range_is_of(&o.dma, os)) {
		pr_err("the table is damaged: memory of OS %u is not cleared\n", os);
		return;
	}
	mint_clear_range(&o.low);
	if (clear_by_core(os, &o))
		return;
	mint_clear_range(&o.main);
	mint_clear_range(&o.dma);
}
