/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "mintctl os exec" and mint-agent say to each other, over a two-way byte
 * stream of /dev/mint.
 *
 * Every message is a frame: a header and @len bytes of payload.  The client
 * sends HELLO, ARG once per word of the command, TERM if it has one, SIZE if the
 * command is to have a terminal, and RUN; then STDIN frames and one STDIN_EOF, SIZE
 * whenever its own terminal has changed.  The agent sends STDOUT and STDERR
 * frames and closes with EXIT, or at any time with REFUSED.
 *
 * A side that is gone is noticed by the end of the stream.  When the client
 * goes, the agent ends the command.  A client that takes nothing of what is there
 * for it counts as gone after a while, unless it says that it is only held up
 * itself: by an empty STDIN, or STDIN_EOF once more if that was sent.
 *
 * Both sides are little endian; neither trusts the other.
 */
#ifndef MINTCTL_FRAME_H
#define MINTCTL_FRAME_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MAGIC		0x3158544dU	/* "MTX1": also the version */
#define FRAME_MAX_BYTES		32768U		/* of payload */
#define FRAME_CHUNK_BYTES	8192U		/* of payload of the data frames */
#define FRAME_MAX_ARGS		1024U
#define FRAME_MAX_ARGS_BYTES	131072U		/* of all words together */

enum frame_type {
	FRAME_HELLO = 1,	/* u32 FRAME_MAGIC */
	FRAME_ARG,		/* one word, without a NUL */
	FRAME_TERM,		/* value of $TERM, without a NUL */
	FRAME_RUN,		/* empty */
	FRAME_STDIN,		/* data */
	FRAME_STDIN_EOF,	/* empty */
	FRAME_STDOUT,		/* data */
	FRAME_STDERR,		/* data */
	FRAME_EXIT,		/* struct frame_exit */
	FRAME_REFUSED,		/* text for people */
	FRAME_SIZE,		/* struct frame_size: before RUN, the command gets a
				 * terminal of this size; after it, that is its new size
				 */
	FRAME_TYPE_END
};

struct frame_header {
	uint8_t type;
	uint8_t zero[3];
	uint32_t len;
};

/* frame_exit.how; what @value is */
#define FRAME_EXITED	0U	/* exit status */
#define FRAME_SIGNALLED	1U	/* number of the signal */
#define FRAME_NOT_RUN	2U	/* errno of the exec */

struct frame_exit {
	uint32_t how;
	uint32_t value;
};

struct frame_size {
	uint16_t rows;
	uint16_t columns;
};

struct frame {
	enum frame_type type;
	const unsigned char *data;
	uint32_t len;
};

/* A frame that is arriving. */
struct frame_reader {
	unsigned char buf[sizeof(struct frame_header) + FRAME_MAX_BYTES];
	size_t have;
	size_t used;		/* bytes of the frame handed out last */
};

/* A frame that is being sent. */
struct frame_writer {
	unsigned char buf[sizeof(struct frame_header) + FRAME_MAX_BYTES];
	size_t len;
	size_t done;
};

/*
 * Drops the frame handed out last and gives the next one, which stays valid
 * until the next call.  1, 0 if it has not all arrived, or -EPROTO.
 */
static inline int frame_next(struct frame_reader *r, struct frame *f)
{
	struct frame_header h;

	memmove(r->buf, r->buf + r->used, r->have - r->used);
	r->have -= r->used;
	r->used = 0;
	if (r->have < sizeof(h))
		return 0;
	memcpy(&h, r->buf, sizeof(h));
	if (h.type == 0 || h.type >= FRAME_TYPE_END ||
	    h.zero[0] || h.zero[1] || h.zero[2] || h.len > FRAME_MAX_BYTES)
		return -EPROTO;
	if (r->have < sizeof(h) + h.len)
		return 0;
	f->type = h.type;
	f->data = r->buf + sizeof(h);
	f->len = h.len;
	r->used = sizeof(h) + h.len;
	return 1;
}

/*
 * Reads what there is; call it when frame_next() gave 0.  Bytes read, 0 at the
 * end of the stream, -EAGAIN or another -errno.
 */
static inline ssize_t frame_fill(struct frame_reader *r, int fd)
{
	ssize_t n;

	do {
		n = read(fd, r->buf + r->have, sizeof(r->buf) - r->have);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	r->have += n;
	return n;
}

static inline bool frame_pending(const struct frame_writer *w)
{
	return w->done < w->len;
}

/* Where to put up to FRAME_MAX_BYTES of payload before frame_put(). */
static inline unsigned char *frame_room(struct frame_writer *w)
{
	return w->buf + sizeof(struct frame_header);
}

/*
 * Makes a frame ready to be sent; nothing may be pending.  @data: NULL if the
 * payload is in frame_room() already.
 */
static inline void frame_put(struct frame_writer *w, enum frame_type type,
			     const void *data, uint32_t len)
{
	const struct frame_header h = { .type = type, .len = len };

	memcpy(w->buf, &h, sizeof(h));
	if (data && len)
		memcpy(frame_room(w), data, len);
	w->len = sizeof(h) + len;
	w->done = 0;
}

/* 0 when all is sent, -EAGAIN if the rest has to wait, or another -errno. */
static inline int frame_flush(struct frame_writer *w, int fd)
{
	ssize_t n;

	while (frame_pending(w)) {
		n = write(fd, w->buf + w->done, w->len - w->done);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			w->done += n;
	}
	return 0;
}

#endif /* MINTCTL_FRAME_H */
