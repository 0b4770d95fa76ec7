// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's rings and queues: small ones in every state, large ones at random, and
 * both sides at work at the same time in every order.
 *
 * Copying and barriers are points at which the other side may go on.  Rules that are
 * known to be wrong are tried, too: the search has to find what is wrong with them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mint/abi.h>

static void copy_bytes(void *to, const void *from, size_t nr);
static void barrier_passed(void);

/* A small one makes a small ring, of which there are few states. */
static uint32_t chunk(void);
#undef MINT_RING_CHUNK
#define MINT_RING_CHUNK		chunk()

#define smp_mb()		barrier_passed()
#define smp_rmb()		barrier_passed()
#define smp_wmb()		barrier_passed()
#define memcpy(to, from, nr)	copy_bytes(to, from, nr)
#include "../../kernel-glue/linux/arch/x86/mint/io/rings.h"
#undef memcpy

#include "../irqsim/coro.h"
#include "choices.h"

#define SMALL_SIZE	8u
#define SMALL_CHUNK	2u
#define LARGE_CHUNK	1024u
#define ROUNDS		2000
#define GUARD		0x5a

/* What byte @n of a stream is: another one than those a ring or more away. */
static u8 byte_at(u32 n)
{
	return (u8)(n * 2654435761u >> 24);
}

/* Around these an index wraps, in the ring and in 32 bits. */
static const u32 begins[] = { 0, 1, 5, 1000, 0x7ffffffd, -17u, -9u, -8u, -7u, -3u, -2u, -1u };

/* ---- the other side ---------------------------------------------------------- */

#define STACK_BYTES	32768

enum side { TEST, WRITER, READER, NR_SIDES };

static struct {
	struct coro coro;
	bool done;
	bool asleep;
	bool woken;
	char stack[STACK_BYTES] __attribute__((aligned(16)));
} side_of[NR_SIDES];

/* Who runs; TEST: nobody but the test itself, which has no points. */
static enum side current;

static void point(void)
{
	if (current != TEST)
		coro_leave(&side_of[current].coro);
}

static void copy_bytes(void *to, const void *from, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		((u8 *)to)[i] = ((const u8 *)from)[i];
		point();
	}
}

static void barrier_passed(void)
{
	point();
}

static void begin(enum side side, void (*run)(void *arg))
{
	side_of[side].done = false;
	side_of[side].asleep = false;
	side_of[side].woken = false;
	coro_init(&side_of[side].coro, side_of[side].stack, STACK_BYTES, run, NULL);
}

static void enter(enum side side)
{
	current = side;
	coro_enter(&side_of[side].coro);
	current = TEST;
}

static void end(enum side side)
{
	side_of[side].done = true;
	point();
}

static bool can_go_on(enum side side)
{
	return !side_of[side].done && (!side_of[side].asleep || side_of[side].woken);
}

/* Runs both to their end with at most so many changes that need not be. */
static void run_both(unsigned int preemptions)
{
	enum side side = choose(2) ? READER : WRITER;

	for (;;) {
		enum side other = side == WRITER ? READER : WRITER;

		if (!can_go_on(side)) {
			if (!can_go_on(other))
				return;
			side = other;
		} else if (preemptions && can_go_on(other) && choose(2)) {
			preemptions--;
			side = other;
		}
		enter(side);
	}
}

/* ---- a ring that overwrites its oldest bytes ----------------------------------- */

static struct {
	struct mint_log_ring ring;
	u8 data[MINT_LOG_SIZE];
	u8 guard[64];
} area __attribute__((aligned(64)));

static u32 ring_size;
/* How much is written before the head moves, and what a reader believes of that. */
static u32 chunk_bytes, readers_chunk;
static u8 big_buf[4 * MINT_LOG_SIZE];

static uint32_t chunk(void)
{
	return current == READER ? readers_chunk : chunk_bytes;
}

/* As if all bytes up to @head had been written. */
static void begin_ring(u32 size, u32 chunk_size, u32 head)
{
	u32 i;

	ring_size = size;
	chunk_bytes = chunk_size;
	readers_chunk = chunk_size;
	memset(&area, GUARD, sizeof(area));
	for (i = head - size; i != head; i++)
		area.data[i & (size - 1)] = byte_at(i);
	area.ring.head = head;
}

static void write_ring(u32 len)
{
	u32 i, head = area.ring.head;

	assert_true(len <= sizeof(big_buf));
	for (i = 0; i < len; i++)
		big_buf[i] = byte_at(head + i);
	mint_ring_write(&area.ring, ring_size, big_buf, len);
}

static bool is_stream(const u8 *buf, u32 from, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (buf[i] != byte_at(from + i))
			return false;
	return true;
}

static void nothing_beyond_the_ring(void)
{
	u32 i;

	assert_int_equal(area.ring.armed, 0x5a5a5a5a);
	for (i = ring_size; i < sizeof(area.data) + sizeof(area.guard) &&
	     i < ring_size + 64; i++)
		assert_int_equal(area.data[i], GUARD);
}

/* Reads at *@pos and checks what comes; nobody writes meanwhile. */
static void read_ring(u32 *pos, u32 max)
{
	static u8 buf[MINT_LOG_SIZE + 1];
	u32 head = area.ring.head, keep = ring_size - chunk_bytes;
	u32 from = *pos, n, want;

	/* Who was lapped goes on with the oldest that is surely there. */
	if (head - from > keep)
		from = head > keep ? head - keep : 0;
	want = head - from < max ? head - from : max;
	buf[want] = GUARD;
	n = mint_ring_read(&area.ring, ring_size, pos, buf, max);
	assert_int_equal(n, want);
	assert_int_equal(*pos, (u32)(from + n));
	assert_true(is_stream(buf, from, n));
	assert_int_equal(buf[want], GUARD);
}

static void small_rings_in_every_state(void **state)
{
	u32 pos, ahead, max, len;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(begins); i++)
		for (len = 0; len <= 2 * SMALL_SIZE + 1; len++)
			for (ahead = 0; ahead < 3 * SMALL_SIZE; ahead++)
				for (max = 0; max <= SMALL_SIZE; max++) {
					begin_ring(SMALL_SIZE, SMALL_CHUNK, begins[i]);
					/* also a reader that is before the writer */
					pos = begins[i] + len + SMALL_SIZE - ahead;
					write_ring(len);
					assert_int_equal(area.ring.head,
							 (u32)(begins[i] + len));
					read_ring(&pos, max);
					read_ring(&pos, max);
					nothing_beyond_the_ring();
				}
}

static void nothing_is_lost_on_a_reader_in_time(void **state)
{
	u32 pos, head, size = SMALL_SIZE, lag;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(begins); i++)
		for (lag = 0; lag <= size - SMALL_CHUNK; lag++) {
			begin_ring(size, SMALL_CHUNK, begins[i]);
			pos = begins[i];
			write_ring(lag);
			head = area.ring.head;
			assert_true(mint_ring_keeps(head, size, pos));
			read_ring(&pos, size);
			assert_int_equal(pos, head);
			pos = begins[i] - (size - SMALL_CHUNK - lag) - 1;
			assert_false(mint_ring_keeps(head, size, pos));
		}
}

/* Readers that come at times of their own, some of them too late. */
static void large_rings_at_random(void **state)
{
	static const u32 sizes[] = { 2 * LARGE_CHUNK, MINT_CONS_SIZE, MINT_LOG_SIZE };
	u32 pos[3], size, reader, round;
	size_t i;

	(void)state;
	srandom(1);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		size = sizes[i];
		begin_ring(size, LARGE_CHUNK, -3 * size);
		for (reader = 0; reader < ARRAY_SIZE(pos); reader++)
			pos[reader] = area.ring.head;
		for (round = 0; round < ROUNDS; round++) {
			bool flood = !(random() % 16);

			write_ring((u32)random() % (flood ? 3 * size : size / 8));
			for (reader = 0; reader < ARRAY_SIZE(pos); reader++)
				if (!((u32)random() % (1 + 4 * reader)))
					read_ring(&pos[reader],
						  (u32)random() % (size + 1));
		}
		nothing_beyond_the_ring();
	}
}

static void a_new_ring_begins_at_its_beginning(void **state)
{
	u32 pos;

	(void)state;
	begin_ring(SMALL_SIZE, SMALL_CHUNK, 0);
	assert_int_equal(mint_ring_oldest(area.ring.head, SMALL_SIZE), 0);
	write_ring(5);
	pos = mint_ring_oldest(area.ring.head, SMALL_SIZE);
	assert_int_equal(pos, 0);
	read_ring(&pos, SMALL_SIZE);
	assert_int_equal(pos, 5);
	write_ring(4);
	assert_int_equal(mint_ring_oldest(area.ring.head, SMALL_SIZE), 3);
}

/* ---- a ring that is read while it is written ---------------------------------- */

static u32 read_from, reads_that_got, bad_reads, lapped;

static void write_some(void *arg)
{
	(void)arg;
	write_ring(3);
	write_ring(7);
	end(WRITER);
}

static void read_some(void *arg)
{
	u8 buf[SMALL_SIZE];
	u32 pos = read_from, before, n, i;

	(void)arg;
	for (i = 0; i < 2; i++) {
		before = pos;
		n = mint_ring_read(&area.ring, SMALL_SIZE, &pos, buf, 4);
		bad_reads += !is_stream(buf, pos - n, n) || n > 4;
		/* It never goes back. */
		bad_reads += pos - n - before > ring_size + 10;
		reads_that_got += n > 0;
		lapped += pos - n != before;
	}
	end(READER);
}

static void run_ring(u32 head, u32 lag, u32 believed)
{
	begin_ring(SMALL_SIZE, SMALL_CHUNK, head);
	readers_chunk = believed;
	read_from = head - lag;
	begin(WRITER, write_some);
	begin(READER, read_some);
	run_both(3);
	assert_true(side_of[WRITER].done && side_of[READER].done);
	assert_int_equal(area.ring.head, (u32)(head + 10));
}

static u32 explore_ring(u32 head, u32 believed)
{
	u32 lag, runs = 0;

	reads_that_got = 0;
	bad_reads = 0;
	lapped = 0;
	for (lag = 0; lag <= SMALL_SIZE; lag++) {
		choices_first();
		do {
			run_ring(head, lag, believed);
			runs++;
		} while (choices_next());
	}
	print_message("%u orders, %u reads, %u of them lapped, %u wrong\n", runs,
		      reads_that_got, lapped, bad_reads);
	return runs;
}

static void what_is_read_was_written(void **state)
{
	(void)state;
	assert_true(explore_ring(1000, SMALL_CHUNK) > 10000);
	assert_int_equal(bad_reads, 0);
	assert_true(reads_that_got && lapped);
	/* The same while 32 bits wrap. */
	explore_ring(-5u, SMALL_CHUNK);
	assert_int_equal(bad_reads, 0);
}

/* The search finds what is wrong. */
static void to_trust_what_is_being_written_is_wrong(void **state)
{
	(void)state;
	explore_ring(1000, SMALL_CHUNK - 1);
	assert_true(bad_reads > 0);
}

/* ---- a queue whose other side has gone mad -------------------------------------- */

static struct {
	struct mint_fifo fifo;
	u8 data[64];
	u8 guard[64];
} queue __attribute__((aligned(64)));

static struct mint_pipe pipe_of(u32 size, u32 mine)
{
	return (struct mint_pipe){
		.fifo = &queue.fifo,
		.data = queue.data,
		.size = size,
		.mine = mine,
	};
}

static void begin_queue(u32 tail, u32 head)
{
	memset(&queue, GUARD, sizeof(queue));
	queue.fifo.tail = tail;
	queue.fifo.head = head;
}

static void an_index_that_makes_no_sense(u32 size, u32 mine, u32 others)
{
	struct mint_pipe p = pipe_of(size, mine);

	begin_queue(others, others);
	if (others - mine <= size)
		assert_int_equal(mint_pipe_used(&p), others - mine);
	else
		assert_int_equal(mint_pipe_used(&p), -EIO);
	if (mine - others <= size)
		assert_int_equal(mint_pipe_space(&p), size - (mine - others));
	else
		assert_int_equal(mint_pipe_space(&p), -EIO);
	assert_int_equal(p.mine, mine);
}

static void hostile_indices_are_refused(void **state)
{
	u32 size, i, off;

	(void)state;
	srandom(2);
	for (size = 1; size <= MINT_LOG_SIZE; size *= 2)
		for (i = 0; i < ARRAY_SIZE(begins); i++) {
			for (off = 0; off <= 40; off++) {
				an_index_that_makes_no_sense(size, begins[i],
							     begins[i] + off - 20);
				an_index_that_makes_no_sense(size, begins[i],
							     begins[i] + size + off - 20);
				an_index_that_makes_no_sense(size, begins[i],
							     begins[i] - size + off - 20);
			}
			for (off = 0; off < 1000; off++)
				an_index_that_makes_no_sense(size, begins[i],
							     (u32)random() * 2 +
							     (u32)random() % 2);
		}
}

/* A consumer of a queue that was damaged takes out all that is said to be there. */
static void a_damaged_queue_can_be_emptied(void **state)
{
	struct mint_pipe p = pipe_of(8, 100);

	(void)state;
	begin_queue(100, 100 + 0x80000000u);
	assert_int_equal(mint_pipe_used(&p), -EIO);
	mint_pipe_drop(&p, queue.fifo.head - p.mine);
	assert_int_equal(mint_pipe_used(&p), 0);
	assert_int_equal(queue.fifo.tail, queue.fifo.head);
}

/* ---- a queue, one side at a time ------------------------------------------------ */

/* Puts @put where there are @used bytes, then takes @take. */
static void put_and_take(u32 size, u32 tail, u32 used, u32 put, u32 take)
{
	struct mint_pipe in = pipe_of(size, tail), out = pipe_of(size, tail + used);
	u8 buf[64];
	u32 i;

	begin_queue(tail, tail + used);
	for (i = 0; i < used; i++)
		queue.data[(tail + i) & (size - 1)] = byte_at(tail + i);
	for (i = 0; i < put; i++)
		buf[i] = byte_at(tail + used + i);
	assert_int_equal(mint_pipe_space(&out), size - used);
	/* Whom nothing was left for may sleep. */
	assert_int_equal(mint_pipe_put(&out, buf, put), !used);
	assert_int_equal(mint_pipe_used(&in), used + put);
	mint_pipe_peek(&in, buf, take);
	assert_true(is_stream(buf, tail, take));
	assert_int_equal(mint_pipe_used(&in), used + put);
	/* So may who had no room. */
	assert_int_equal(mint_pipe_drop(&in, take), used + put == size);
	assert_int_equal(mint_pipe_space(&out), size - used - put + take);
	for (i = size; i < sizeof(queue.data); i++)
		assert_int_equal(queue.data[i], GUARD);
}

static void small_queues_in_every_state(void **state)
{
	u32 size, used, put, take;
	size_t i;

	(void)state;
	for (size = 1; size <= 16; size *= 2)
		for (i = 0; i < ARRAY_SIZE(begins); i++)
			for (used = 0; used <= size; used++)
				for (put = 0; put <= size - used; put++)
					for (take = 0; take <= used + put; take++)
						put_and_take(size, begins[i], used,
							     put, take);
}

static void places_in_a_section(void **state)
{
	static u8 section[MINT_SECTION_SIZE];
	struct mint_section *sec = (void *)section;
	struct mint_pipe in = mint_cons_in_of(sec);

	(void)state;
	assert_ptr_equal(mint_log_of(sec), section + MINT_SEC_LOG);
	assert_ptr_equal(mint_cons_out_of(sec), section + MINT_SEC_CONS_OUT);
	assert_ptr_equal(in.fifo, section + MINT_SEC_CONS_IN);
	assert_ptr_equal(in.data, in.fifo + 1);
	assert_int_equal(in.size, MINT_CONS_IN_SIZE);
	assert_int_equal(in.size & (in.size - 1), 0);
	assert_in_range(in.data + in.size - section, 1, MINT_SEC_CHANS);
}

/* ---- a queue with both sides at work ---------------------------------------------- */

#define QUEUE_SIZE	2u
#define NR_BYTES	5u

static u32 queue_begin;
static u32 bad_takes;
static bool wakes_too_early;

static void wake(enum side side)
{
	side_of[side].woken = true;
}

/* As wait_event() does: asks again once it can be woken, and then sleeps. */
static void sleep_until(int (*ready)(const struct mint_pipe *p), const struct mint_pipe *p)
{
	for (;;) {
		side_of[current].woken = false;
		point();
		if (ready(p))
			return;
		side_of[current].asleep = true;
		point();
		side_of[current].asleep = false;
	}
}

/* The wrong way: looks whether the consumer has all, then puts. */
static bool put_too_early(struct mint_pipe *p, const void *buf, u32 len)
{
	bool empty = READ_ONCE(p->fifo->tail) == p->mine;

	point();
	mint_pipe_put(p, buf, len);
	return empty;
}

static void produce(void *arg)
{
	struct mint_pipe p = pipe_of(QUEUE_SIZE, queue_begin);
	u32 done = 0, n, i;
	u8 buf[NR_BYTES];

	(void)arg;
	for (i = 0; i < NR_BYTES; i++)
		buf[i] = byte_at(queue_begin + i);
	while (done < NR_BYTES) {
		sleep_until(mint_pipe_space, &p);
		n = min((u32)mint_pipe_space(&p), NR_BYTES - done);
		if (wakes_too_early ? put_too_early(&p, buf + done, n) :
				      mint_pipe_put(&p, buf + done, n))
			wake(READER);
		done += n;
	}
	end(WRITER);
}

static void consume(void *arg)
{
	struct mint_pipe p = pipe_of(QUEUE_SIZE, queue_begin);
	u32 done = 0, n;
	u8 buf[QUEUE_SIZE];

	(void)arg;
	while (done < NR_BYTES) {
		sleep_until(mint_pipe_used, &p);
		/* Now and then less than there is. */
		n = min((u32)mint_pipe_used(&p), 1 + done % 2);
		mint_pipe_peek(&p, buf, n);
		bad_takes += !is_stream(buf, queue_begin + done, n);
		if (mint_pipe_drop(&p, n))
			wake(WRITER);
		done += n;
	}
	end(READER);
}

/* How often one of them slept for ever. */
static u32 explore_queue(u32 at, bool too_early)
{
	u32 runs = 0, stuck = 0;

	queue_begin = at;
	wakes_too_early = too_early;
	bad_takes = 0;
	choices_first();
	do {
		begin_queue(at, at);
		begin(WRITER, produce);
		begin(READER, consume);
		run_both(5);
		runs++;
		stuck += !side_of[WRITER].done || !side_of[READER].done;
	} while (choices_next());
	print_message("%u orders, in %u somebody sleeps for ever\n", runs, stuck);
	assert_true(runs > 10000);
	return stuck;
}

static void all_arrives_and_nobody_sleeps_for_ever(void **state)
{
	(void)state;
	assert_int_equal(explore_queue(40, false), 0);
	assert_int_equal(bad_takes, 0);
	assert_int_equal(explore_queue(-3u, false), 0);
	assert_int_equal(bad_takes, 0);
}

/* The search finds what is wrong. */
static void to_look_before_one_puts_is_wrong(void **state)
{
	(void)state;
	assert_true(explore_queue(40, true) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_rings_in_every_state),
		cmocka_unit_test(nothing_is_lost_on_a_reader_in_time),
		cmocka_unit_test(large_rings_at_random),
		cmocka_unit_test(a_new_ring_begins_at_its_beginning),
		cmocka_unit_test(what_is_read_was_written),
		cmocka_unit_test(to_trust_what_is_being_written_is_wrong),
		cmocka_unit_test(hostile_indices_are_refused),
		cmocka_unit_test(a_damaged_queue_can_be_emptied),
		cmocka_unit_test(small_queues_in_every_state),
		cmocka_unit_test(places_in_a_section),
		cmocka_unit_test(all_arrives_and_nobody_sleeps_for_ever),
		cmocka_unit_test(to_look_before_one_puts_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
