/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rings and queues in the shared area, and atomic operations on it.
 *
 * Pure functions over memory: the other side may be any kernel, running, dead
 * or gone mad.  Its indices are loaded once and checked before they are used.
 */
#ifndef MINT_RINGS_H
#define MINT_RINGS_H

#include <mint/abi.h>

#include "neutral/portable.h"
#include "neutral/shared.h"

/* Copies into and out of a ring; @size is a power of two, @len at most that. */
static inline void mint_copy_in(u8 *ring, u32 size, u32 pos, const void *buf,
				u32 len)
{
	u32 off = pos & (size - 1);
	u32 first = min(len, size - off);

	memcpy(ring + off, buf, first);
	memcpy(ring, buf + first, len - first);
}

static inline void mint_copy_out(const u8 *ring, u32 size, u32 pos, void *buf,
				 u32 len)
{
	u32 off = pos & (size - 1);
	u32 first = min(len, size - off);

	memcpy(buf, ring + off, first);
	memcpy(buf + first, ring, len - first);
}

/* ---- a ring that overwrites its oldest bytes -------------------------- */

/**
 * mint_ring_write() - append to a ring, overwriting what is oldest
 * @ring:	head of the ring; the caller is its only writer
 * @size:	bytes of data in the ring
 * @buf:	what to append
 * @len:	bytes of it
 */
static inline void mint_ring_write(struct mint_log_ring *ring, u32 size,
				   const void *buf, size_t len)
{
	u8 *data = (u8 *)ring + MINT_LOG_DATA_OFF;
	u32 head = READ_ONCE(ring->head);

	while (len) {
		u32 n = min_t(size_t, len, MINT_RING_CHUNK);

		mint_copy_in(data, size, head, buf, n);
		head += n;
		mint_shared_store(&ring->head, head);
		smp_wmb();	/* readers see this head before newer bytes */
		buf += n;
		len -= n;
	}
}

/* Whether a reader at @pos can still have all bytes up to @head. */
static inline bool mint_ring_keeps(u32 head, u32 size, u32 pos)
{
	return head - pos <= size - MINT_RING_CHUNK;
}

/* Where a reader starts that wants all there is. */
static inline u32 mint_ring_oldest(u32 head, u32 size)
{
	u32 keep = size - MINT_RING_CHUNK;

	return head > keep ? head - keep : 0;
}

/**
 * mint_ring_read() - copy from a ring, skipping what was overwritten
 * @ring:	head of the ring
 * @size:	bytes of data in the ring
 * @pos:	where the reader is; moved past what was read and skipped
 * @buf:	where to copy to
 * @max:	room there
 *
 * Return: number of bytes copied; 0 when there is nothing new.
 */
static inline u32 mint_ring_read(struct mint_log_ring *ring, u32 size,
				 u32 *pos, void *buf, u32 max)
{
	const u8 *data = (u8 *)ring + MINT_LOG_DATA_OFF;
	u32 head = mint_shared_load(&ring->head);
	unsigned int tries;

	/* A writer that laps us time and again is not worth waiting for. */
	for (tries = 0; tries < 4; tries++) {
		u32 n;

		if (!mint_ring_keeps(head, size, *pos))
			*pos = mint_ring_oldest(head, size);
		n = min(head - *pos, max);
		mint_copy_out(data, size, *pos, buf, n);
		smp_rmb();	/* the bytes before the head that proves them */
		head = READ_ONCE(ring->head);
		if (mint_ring_keeps(head, size, *pos)) {
			*pos += n;
			return n;
		}
	}
	return 0;
}

/* ---- a queue between two sides ---------------------------------------- */

/**
 * struct mint_pipe - one side's view of a byte queue
 * @fifo:	its indices in the shared area
 * @data:	its bytes in the shared area
 * @size:	how many (a power of two)
 * @mine:	the index that is ours: head of a producer, tail of a consumer
 */
struct mint_pipe {
	struct mint_fifo *fifo;
	u8 *data;
	u32 size;
	u32 mine;
};

/* Consumer: bytes to take, or -EIO when the producer's index makes no sense. */
static inline int mint_pipe_used(const struct mint_pipe *p)
{
	u32 used = mint_shared_load(&p->fifo->head) - p->mine;

	return used <= p->size ? (int)used : -EIO;
}

/* Producer: room, or -EIO when the consumer's index makes no sense. */
static inline int mint_pipe_space(const struct mint_pipe *p)
{
	u32 used = p->mine - mint_shared_load(&p->fifo->tail);

	return used <= p->size ? (int)(p->size - used) : -EIO;
}

/**
 * mint_pipe_put() - put bytes for which there is room
 * @p:		producer's view
 * @buf:	the bytes
 * @len:	at most mint_pipe_space()
 *
 * Return: whether the consumer may sleep on the empty queue and must be told.
 */
static inline bool mint_pipe_put(struct mint_pipe *p, const void *buf, u32 len)
{
	u32 before = p->mine;

	mint_copy_in(p->data, p->size, p->mine, buf, len);
	p->mine += len;
	mint_shared_store(&p->fifo->head, p->mine);
	smp_mb();	/* the consumer looks at the head before it sleeps */
	return READ_ONCE(p->fifo->tail) == before;
}

/* Consumer: copies @len bytes, at most mint_pipe_used(), and leaves them there. */
static inline void mint_pipe_peek(const struct mint_pipe *p, void *buf, u32 len)
{
	mint_copy_out(p->data, p->size, p->mine, buf, len);
}

/**
 * mint_pipe_drop() - take bytes that were peeked at out of the queue
 * @p:		consumer's view
 * @len:	at most mint_pipe_used()
 *
 * Return: whether the producer may sleep on the full queue and must be told.
 */
static inline bool mint_pipe_drop(struct mint_pipe *p, u32 len)
{
	u32 before = p->mine;

	p->mine += len;
	mint_shared_store(&p->fifo->tail, p->mine);
	smp_mb();	/* the producer looks at the tail before it sleeps */
	return READ_ONCE(p->fifo->head) - before >= p->size;
}

/* ---- log.c, console.c: for each other and for chan.c ------------------ */

/* As mint_event_send(), also under locks that the local handlers may take. */
void mint_event_send_atomic(u32 os, u32 event);
/* Tells the OSes that wait for @ring to grow; any context. */
void mint_ring_wake(struct mint_log_ring *ring, u32 event);

struct mint_section;

static inline struct mint_log_ring *mint_log_of(struct mint_section *sec)
{
	return (void *)sec + MINT_SEC_LOG;
}

static inline struct mint_log_ring *mint_cons_out_of(struct mint_section *sec)
{
	return (void *)sec + MINT_SEC_CONS_OUT;
}

/* Console input, as seen by whichever side; @mine is left to the caller. */
static inline struct mint_pipe mint_cons_in_of(struct mint_section *sec)
{
	struct mint_fifo *fifo = (void *)sec + MINT_SEC_CONS_IN;

	return (struct mint_pipe){
		.fifo = fifo,
		.data = (u8 *)(fifo + 1),
		.size = MINT_CONS_IN_SIZE,
	};
}

#endif /* MINT_RINGS_H */
