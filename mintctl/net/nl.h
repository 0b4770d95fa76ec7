/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The netlink family "mint": sockets, requests, notifications.
 *
 * Functions that can fail return 0 or -errno and have said why on stderr,
 * unless it is noted otherwise.
 */
#ifndef MINTCTL_NL_H
#define MINTCTL_NL_H

#include <stdint.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

struct mint_nl;

/* Called with the attributes (index MINT_A_*) of each answer; 0 or -errno. */
typedef int (*mint_nl_answer)(struct nlattr **attrs, struct nl_msg *msg,
			      void *arg);

int mint_nl_open(struct mint_nl **nl);
void mint_nl_close(struct mint_nl *nl);

/* A request; NULL without memory.  @flags: NLM_F_DUMP or 0. */
struct nl_msg *mint_nl_request(struct mint_nl *nl, int cmd, int flags);
/*
 * Sends @msg (and frees it; NULL is -ENOMEM), passes answers to @fn, which may
 * be NULL, and waits for the end.  @object: whom a message on stderr is about.
 */
int mint_nl_call(struct mint_nl *nl, struct nl_msg *msg, const char *object,
		 mint_nl_answer fn, void *arg);
/* The same without answers, and without a word about the error @expected. */
int mint_nl_try(struct mint_nl *nl, struct nl_msg *msg, const char *object, int expected);
/* A request that has only the name of an OS. */
int mint_nl_call_os(struct mint_nl *nl, int cmd, const char *name);

struct mint_nl_events;

/* From here on no change of an OS or a function is missed. */
int mint_nl_listen(struct mint_nl_events **ev);
/* Nor one of routes and lines of interrupts. */
int mint_nl_listen_irqs(struct mint_nl_events *ev);
void mint_nl_unlisten(struct mint_nl_events *ev);
/*
 * Waits for a change of anything, at most until @deadline_ms of
 * mint_now_ms().  1 there was one (or more were lost), 0 time is over.
 */
int mint_nl_wait(struct mint_nl_events *ev, int64_t deadline_ms);

/* Called with each notification: its command, its attributes; 0 or -errno. */
typedef int (*mint_nl_event)(int cmd, struct nlattr **attrs, void *arg);

/*
 * Waits like mint_nl_wait(), and passes on what came.  1 something came, 0 time is
 * over, -ENOBUFS some was lost before this, or what @fn returned.
 */
int mint_nl_next(struct mint_nl_events *ev, int64_t deadline_ms,
		 mint_nl_event fn, void *arg);
/* mint_nl_call(), passing on to @event what comes meanwhile. */
int mint_nl_call_watching(struct mint_nl *nl, struct nl_msg *msg,
			  const char *object, struct mint_nl_events *ev,
			  mint_nl_event event, void *arg);

#endif /* MINTCTL_NL_H */
