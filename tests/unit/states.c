// SPDX-License-Identifier: GPL-2.0-only
/*
 * States that a search has been in: a hash table that grows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "states.h"

static struct state_key *keys;
static size_t nr_keys, nr_seen;

void state_put(struct state_bytes *to, unsigned int value)
{
	assert_true(value < 0x100 && to->nr < sizeof(to->b));
	to->b[to->nr++] = value;
}

struct state_key state_key(const struct state_bytes *bytes)
{
	struct state_key k = { .a = 0xcbf29ce484222325, .b = 0x9e3779b97f4a7c15 };
	size_t i;

	for (i = 0; i < bytes->nr; i++) {
		k.a = (k.a ^ bytes->b[i]) * 0x100000001b3;
		k.b = (k.b + bytes->b[i] + 1) * 0xff51afd7ed558ccd;
		k.b ^= k.b >> 29;
	}
	return k;
}

/* Its place in the table: found, or free. */
static struct state_key *place(const struct state_key *k)
{
	size_t i = (k->a ^ k->b >> 7) & (nr_keys - 1);

	while ((keys[i].a || keys[i].b) && !state_same(&keys[i], k))
		i = (i + 1) & (nr_keys - 1);
	return &keys[i];
}

static void grow(void)
{
	struct state_key *old = keys;
	size_t i, nr = nr_keys;

	nr_keys = nr ? 2 * nr : 1 << 16;
	keys = calloc(nr_keys, sizeof(*keys));
	assert_non_null(keys);
	for (i = 0; i < nr; i++)
		if (old[i].a || old[i].b)
			*place(&old[i]) = old[i];
	free(old);
}

struct state_key *state_find(const struct state_key *key, bool *new)
{
	struct state_key *p;

	if (2 * nr_seen >= nr_keys)
		grow();
	p = place(key);
	*new = !p->a && !p->b;
	if (*new) {
		*p = *key;
		p->open = false;
		nr_seen++;
	}
	return p;
}

size_t states_seen(void)
{
	return nr_seen;
}

void states_forget(void)
{
	free(keys);
	keys = NULL;
	nr_keys = 0;
	nr_seen = 0;
}
