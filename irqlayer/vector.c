// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block of vectors for level pins.  Under the table's lock.
 *
 * A GSI has a vector when its control word names it and the vector's word names
 * the GSI; each is checked against the other.  A bitmap in the header finds a free
 * one at the same cost however many are in use.
 */
#include "vector.h"

bool irql_vector_in_block(u32 vector)
{
	return vector - MINT_IRQT_VECTOR_FIRST < MINT_IRQT_NR_VECTORS;
}

bool irql_vector_ok(struct irql *l, u32 gsi, u32 vector)
{
	return irql_vector_in_block(vector) &&
	       irql_load(irql_vector(l, vector - MINT_IRQT_VECTOR_FIRST)) ==
	       gsi + 1;
}

/* Whether the word of vector number @i belongs to a GSI that agrees. */
static bool taken(struct irql *l, u32 i)
{
	u32 gsi = irql_load(irql_vector(l, i)) - 1;

	return gsi < MINT_IRQT_MAX_GSIS &&
	       irql_load(&irql_gsi(l, gsi)->vector) ==
	       MINT_IRQT_VECTOR_FIRST + i;
}

static void mark(struct irql *l, u32 i, bool used)
{
	u32 *word = &irql_hdr(l)->vectors_used[i / 32];
	u32 bit = 1u << (i % 32), old = irql_load(word);

	irql_put(word, used ? old | bit : old & ~bit);
}

static void give(struct irql *l, u32 gsi, u32 i)
{
	mark(l, i, true);
	irql_store(irql_vector(l, i), gsi + 1);
	irql_store(&irql_gsi(l, gsi)->vector, MINT_IRQT_VECTOR_FIRST + i);
}

/* A free vector by the bitmap, from that of @gsi's own on; or NR_VECTORS. */
static u32 find_marked(struct irql *l, u32 gsi)
{
	u32 first = gsi % MINT_IRQT_NR_VECTORS, half, n, free;

	for (n = 0; n <= MINT_IRQT_NR_VECTORS / 32; n++) {
		half = (first / 32 + n) % (MINT_IRQT_NR_VECTORS / 32);
		free = ~irql_load(&irql_hdr(l)->vectors_used[half]);
		if (!n)
			free &= ~0u << (first % 32);
		if (free)
			return 32 * half + (u32)__builtin_ctz(free);
	}
	return MINT_IRQT_NR_VECTORS;
}

/* If the bitmap is wrong: whatever is free. */
static u32 find_free(struct irql *l, u32 gsi)
{
	u32 i = find_marked(l, gsi);

	if (i < MINT_IRQT_NR_VECTORS && !taken(l, i))
		return i;
	for (i = 0; i < MINT_IRQT_NR_VECTORS; i++)
		if (!taken(l, i))
			break;
	return i;
}

u32 irql_vector_get(struct irql *l, u32 gsi)
{
	u32 vector = irql_load(&irql_gsi(l, gsi)->vector);
	u32 i;

	if (irql_vector_ok(l, gsi, vector))
		return vector;
	i = find_free(l, gsi);
	if (i == MINT_IRQT_NR_VECTORS)
		return 0;
	give(l, gsi, i);
	return MINT_IRQT_VECTOR_FIRST + i;
}

void irql_vector_put(struct irql *l, u32 gsi)
{
	u32 *vector = &irql_gsi(l, gsi)->vector;
	u32 had = irql_load(vector);

	if (irql_vector_ok(l, gsi, had)) {
		irql_store(irql_vector(l, had - MINT_IRQT_VECTOR_FIRST), 0);
		mark(l, had - MINT_IRQT_VECTOR_FIRST, false);
	}
	irql_put(vector, 0);
}

static bool claim_vector(struct irql *l, u32 gsi, u32 vector)
{
	u32 i = vector - MINT_IRQT_VECTOR_FIRST;

	if (!irql_vector_in_block(vector))
		return false;
	if (irql_load(irql_vector(l, i)) != gsi + 1 && taken(l, i))
		return false;
	give(l, gsi, i);
	return true;
}

u32 irql_vector_settle(struct irql *l, u32 gsi, u32 sharers)
{
	u32 vector = irql_load(&irql_gsi(l, gsi)->vector);
	u32 os, mine = 0;

	if (sharers & irql_bit(l->os))
		mine = irql_load(&l->mine[gsi].vector);
	if (irql_vector_ok(l, gsi, vector) && (!mine || vector == mine))
		return 0;
	if (irql_vector_ok(l, gsi, vector))
		irql_vector_put(l, gsi);
	if (claim_vector(l, gsi, mine))
		return 1;
	while (irql_next_os(&sharers, &os))
		if (os != l->os &&
		    claim_vector(l, gsi,
				 irql_load(&irql_route(l, os, gsi)->vector)))
			return 1;
	irql_vector_get(l, gsi);
	return 1;
}

u32 irql_vectors_clean(struct irql *l)
{
	u32 i, wrong = 0;

	for (i = 0; i < MINT_IRQT_NR_VECTORS; i++) {
		if (!taken(l, i))
			wrong += irql_put(irql_vector(l, i), 0);
		mark(l, i, taken(l, i));
	}
	return wrong;
}
