/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The set of states that a test which explores a model has been in: a state is
 * packed into bytes, and known by a hash of 128 bits over them.
 */
#ifndef STATES_H
#define STATES_H

#include <stdbool.h>
#include <stddef.h>

struct state_bytes {
	unsigned char b[128];
	size_t nr;
};

/* Appends @value, which must be below 256. */
void state_put(struct state_bytes *to, unsigned int value);

struct state_key {
	unsigned long long a, b;	/* 0, 0: free */
	bool open;			/* on the way that is being explored */
};

struct state_key state_key(const struct state_bytes *bytes);
static inline bool state_same(const struct state_key *a, const struct state_key *b)
{
	return a->a == b->a && a->b == b->b;
}

/*
 * The entry of @key: a new one, if *@new.  Valid until the next call.
 */
struct state_key *state_find(const struct state_key *key, bool *new);
/* How many there are; forgets them. */
size_t states_seen(void);
void states_forget(void);

#endif /* STATES_H */
