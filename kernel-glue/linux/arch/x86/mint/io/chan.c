// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels: two-way byte streams between OSes, in the section of the OS that serves
 * them.  One passes
 *
 *	FREE -> CLAIMED -> CALLING -> OPEN -> CLOSING -> FREE
 *
 * The client takes it as far as CALLING, the server opens it, the first to
 * leave makes it CLOSING, and the second, who finds the first one's GONE flag,
 * makes it FREE.  Which of them is second is decided by one atomic operation.
 * For an OS that died bury() leaves.
 */
#include <linux/init.h>
#include <linux/string.h>

#include "base/base.h"
#include "base/life.h"
#include "io/internal.h"
#include "io/rings.h"
#include "neutral/shared.h"

struct mint_chan *mint_chan_at(u32 os, u32 idx)
{
	return (void *)mint_section(os) + MINT_SEC_CHANS +
	       idx * MINT_CHAN_STRIDE;
}

/* The second to leave gives the channel back; twice does no harm. */
static void chan_free(struct mint_chan *ch)
{
	if (mint_shared_cas(&ch->state, MINT_CHAN_CLOSING,
			    MINT_CHAN_FREE) == MINT_CHAN_CLOSING)
		mint_shared_store(&ch->client, MINT_OS_NONE);
}

void mint_chan_leave(struct mint_chan *ch, bool server)
{
	u32 mine = server ? MINT_CHANF_SERVER_GONE : MINT_CHANF_CLIENT_GONE;
	u32 other = server ? MINT_CHANF_CLIENT_GONE : MINT_CHANF_SERVER_GONE;

	mint_shared_cas(&ch->state, MINT_CHAN_OPEN, MINT_CHAN_CLOSING);
	if (mint_shared_or(&ch->flags, mine) & other)
		chan_free(ch);
}

bool mint_chan_hang_up(struct mint_chan *ch)
{
	if (mint_shared_cas(&ch->state, MINT_CHAN_CALLING,
			    MINT_CHAN_FREE) != MINT_CHAN_CALLING)
		return false;
	mint_shared_store(&ch->client, MINT_OS_NONE);
	return true;
}

static void fifo_empty(struct mint_fifo *fifo)
{
	WRITE_ONCE(fifo->head, 0);
	WRITE_ONCE(fifo->tail, 0);
}

struct mint_chan *mint_chan_claim(u32 os)
{
	u32 i;

	for (i = 0; i < MINT_MAX_CHANS; i++) {
		struct mint_chan *ch = mint_chan_at(os, i);

		if (mint_shared_cas(&ch->client, MINT_OS_NONE, mint_self.os))
			continue;
		WRITE_ONCE(ch->state, MINT_CHAN_CLAIMED);
		WRITE_ONCE(ch->client_generation, mint_self.generation);
		WRITE_ONCE(ch->flags, 0);
		WRITE_ONCE(ch->serial, READ_ONCE(ch->serial) + 1);
		fifo_empty(&ch->to_server);
		fifo_empty(&ch->to_client);
		return ch;
	}
	return NULL;
}

/* ---- for the life of an OS -------------------------------------------- */

/* Leaves for a dead OS, which may have died while it was leaving. */
static void chan_bury(struct mint_chan *ch, bool server)
{
	u32 both = MINT_CHANF_CLIENT_GONE | MINT_CHANF_SERVER_GONE;

	mint_chan_leave(ch, server);
	if ((READ_ONCE(ch->flags) & both) == both)
		chan_free(ch);
}

static void chan_bury_server(struct mint_chan *ch)
{
	u32 state = READ_ONCE(ch->state);

	/* Until it is open the client gives it back. */
	if (state == MINT_CHAN_OPEN || state == MINT_CHAN_CLOSING)
		chan_bury(ch, true);
}

static void chan_bury_client(struct mint_chan *ch, u32 client)
{
	/* Nobody else touches it in these two states. */
	if (READ_ONCE(ch->state) == MINT_CHAN_CLAIMED)
		WRITE_ONCE(ch->state, MINT_CHAN_FREE);
	if (READ_ONCE(ch->state) == MINT_CHAN_FREE)
		mint_shared_cas(&ch->client, client, MINT_OS_NONE);
	else if (!mint_chan_hang_up(ch))
		chan_bury(ch, false);
}

static int release_os(u32 os, struct netlink_ext_ack *extack)
{
	u32 server, i;

	for (server = 1; server <= MINT_MAX_OSES; server++) {
		mint_shared_cas(&mint_section(server)->console_writer, os,
				MINT_OS_NONE);
		for (i = 0; i < MINT_MAX_CHANS; i++) {
			struct mint_chan *ch = mint_chan_at(server, i);

			if (server == os)
				chan_bury_server(ch);
			if (READ_ONCE(ch->client) == os)
				chan_bury_client(ch, os);
		}
	}
	mint_event_send_all(MINT_EV_CHAN | MINT_EV_CONSOLE);
	return 0;
}

static void chan_reset(struct mint_chan *ch)
{
	/* Whoever still holds an end sees that it is not his any more. */
	WRITE_ONCE(ch->serial, READ_ONCE(ch->serial) + 1);
	WRITE_ONCE(ch->state, MINT_CHAN_FREE);
	WRITE_ONCE(ch->flags, 0);
	fifo_empty(&ch->to_server);
	fifo_empty(&ch->to_client);
	mint_shared_store(&ch->client, MINT_OS_NONE);
}

/* Readers stay armed: they are told of the new OS's first line. */
static void ring_reset(struct mint_log_ring *ring, u32 size)
{
	WRITE_ONCE(ring->head, 0);
	memset((u8 *)ring + MINT_LOG_DATA_OFF, 0, size);
}

static void reset_section(u32 os)
{
	struct mint_section *sec = mint_section(os);
	u32 writer = READ_ONCE(sec->console_writer);
	u32 i;

	ring_reset(mint_log_of(sec), MINT_LOG_SIZE);
	ring_reset(mint_cons_out_of(sec), MINT_CONS_SIZE);
	fifo_empty(mint_cons_in_of(sec).fifo);
	/* Somebody may have attached already. */
	if (!mint_os_alive(writer))
		mint_shared_cas(&sec->console_writer, writer, MINT_OS_NONE);
	for (i = 0; i < MINT_MAX_CHANS; i++)
		chan_reset(mint_chan_at(os, i));
}

static struct mint_life chan_life = {
	.order	= MINT_LIFE_CHANNELS,
	.restart = reset_section,
	.silence = release_os,
	.renew	= release_os,
};

static int __init mint_chan_init(void)
{
	if (mint_self.active)
		mint_life_register(&chan_life);
	return 0;
}
core_initcall(mint_chan_init);
