/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room offer each other, besides rings.h: chan.c to file.c.
 */
#ifndef MINT_IO_INTERNAL_H
#define MINT_IO_INTERNAL_H

#include <linux/types.h>

#include <mint/abi.h>

/* Channel @idx, below MINT_MAX_CHANS, that @os serves. */
struct mint_chan *mint_chan_at(u32 os, u32 idx);
/* A free one of @os, for this OS as its client, in state CLAIMED; or NULL. */
struct mint_chan *mint_chan_claim(u32 os);
/* The client gives up a call, unless it was answered: then false. */
bool mint_chan_hang_up(struct mint_chan *ch);
/* One side leaves a channel that is, or was, open. */
void mint_chan_leave(struct mint_chan *ch, bool server);

/* console.c: for mint_io_rejoin(). */
void mint_console_rejoin(void);

#endif /* MINT_IO_INTERNAL_H */
