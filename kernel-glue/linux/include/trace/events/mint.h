/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mint

#if !defined(_TRACE_MINT_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_MINT_H

#include <linux/tracepoint.h>

/* enum irql_event of arch/x86/mint/irqlayer/platform.h, from FORCE on */
#define show_mint_event(event)				\
	__print_symbolic(event,				\
			 { 7, "force" },		\
			 { 8, "evict" },		\
			 { 9, "readmit" },		\
			 { 10, "throttle" },		\
			 { 11, "repair" })

TRACE_EVENT(mint_register,
	    TP_PROTO(u32 gsi, u32 os, u32 vector, bool registered),
	    TP_ARGS(gsi, os, vector, registered),
	    TP_STRUCT__entry(__field(u32, gsi)
			     __field(u32, os)
			     __field(u32, vector)
			     __field(bool, registered)),
	    TP_fast_assign(__entry->gsi = gsi;
			   __entry->os = os;
			   __entry->vector = vector;
			   __entry->registered = registered;),
	    TP_printk("slot=%u os=%u vector=0x%02x %s",
		      __entry->gsi, __entry->os, __entry->vector,
		      __entry->registered ? "registered" : "withdrawn"));

DECLARE_EVENT_CLASS(mint_rte,
		    TP_PROTO(u32 gsi, u32 lo, u32 hi),
		    TP_ARGS(gsi, lo, hi),
		    TP_STRUCT__entry(__field(u32, gsi)
				     __field(u32, lo)
				     __field(u32, hi)),
		    TP_fast_assign(__entry->gsi = gsi;
				   __entry->lo = lo;
				   __entry->hi = hi;),
		    TP_printk("gsi=%u rte=%08x_%08x",
			      __entry->gsi, __entry->hi, __entry->lo));

DEFINE_EVENT(mint_rte, mint_resolve,
	     TP_PROTO(u32 gsi, u32 lo, u32 hi),
	     TP_ARGS(gsi, lo, hi));

DEFINE_EVENT(mint_rte, mint_apply,
	     TP_PROTO(u32 gsi, u32 lo, u32 hi),
	     TP_ARGS(gsi, lo, hi));

TRACE_EVENT(mint_round_start,
	    TP_PROTO(u32 gsi, u32 live, u32 pending),
	    TP_ARGS(gsi, live, pending),
	    TP_STRUCT__entry(__field(u32, gsi)
			     __field(u32, live)
			     __field(u32, pending)),
	    TP_fast_assign(__entry->gsi = gsi;
			   __entry->live = live;
			   __entry->pending = pending;),
	    TP_printk("gsi=%u live=%04x pending=%04x",
		      __entry->gsi, __entry->live, __entry->pending));

TRACE_EVENT(mint_round_ack,
	    TP_PROTO(u32 gsi, u32 os, u32 pending),
	    TP_ARGS(gsi, os, pending),
	    TP_STRUCT__entry(__field(u32, gsi)
			     __field(u32, os)
			     __field(u32, pending)),
	    TP_fast_assign(__entry->gsi = gsi;
			   __entry->os = os;
			   __entry->pending = pending;),
	    TP_printk("gsi=%u os=%u pending=%04x",
		      __entry->gsi, __entry->os, __entry->pending));

TRACE_EVENT(mint_round_end,
	    TP_PROTO(u32 gsi, u32 live, u32 rounds),
	    TP_ARGS(gsi, live, rounds),
	    TP_STRUCT__entry(__field(u32, gsi)
			     __field(u32, live)
			     __field(u32, rounds)),
	    TP_fast_assign(__entry->gsi = gsi;
			   __entry->live = live;
			   __entry->rounds = rounds;),
	    TP_printk("gsi=%u live=%04x rounds=%u",
		      __entry->gsi, __entry->live, __entry->rounds));

/* Evictions, and whatever else is done about an OS or a line that misbehaves. */
TRACE_EVENT(mint_evict,
	    TP_PROTO(u32 event, u32 gsi, u32 a, u32 b),
	    TP_ARGS(event, gsi, a, b),
	    TP_STRUCT__entry(__field(u32, event)
			     __field(u32, gsi)
			     __field(u32, a)
			     __field(u32, b)),
	    TP_fast_assign(__entry->event = event;
			   __entry->gsi = gsi;
			   __entry->a = a;
			   __entry->b = b;),
	    TP_printk("%s gsi=%d %u %04x",
		      show_mint_event(__entry->event), (int)__entry->gsi,
		      __entry->a, __entry->b));

#endif /* _TRACE_MINT_H */

#include <trace/define_trace.h>
