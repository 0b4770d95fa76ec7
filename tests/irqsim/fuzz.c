// SPDX-License-Identifier: GPL-2.0-only
/*
 * For libFuzzer: the input is a program of library calls by three OSes, with
 * garbage written anywhere into the table between them.  No call may crash or
 * last for ever; in the end every OS repairs, and then the table and the chip must
 * be right and every device served.
 *
 * Without libFuzzer fuzz-main.c makes up the inputs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define NR_OSES		3u
#define MAX_CALLS	400u
#define LEVEL_LOW	(MINT_IRQF_LEVEL | MINT_IRQF_LOW)
#define SHARED_GSI	22u
/* Those of an OS are its number minus 1, modulo NR_OSES. */
#define LEVEL_GSI(os)	(17u + (os))
#define EDGE_GSI(os)	(2u + (os))

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * struct input - what is left of the program
 */
struct input {
	const uint8_t *data;
	size_t size;
};

static uint32_t next(struct input *in, uint32_t bytes)
{
	uint32_t value = 0;

	while (bytes--) {
		value = value << 8 | (in->size ? *in->data : 0);
		in->data += in->size != 0;
		in->size -= in->size != 0;
	}
	return value;
}

static void give_up(struct sim *sim, const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, sim->violation);
	abort();
}

/* The cores take what is pending, as far as it ends. */
static void take_interrupts(struct sim *sim)
{
	uint32_t i, n, more = 1;

	for (n = 0; n < 64 && more; n++) {
		more = 0;
		for (i = 0; i < sim->nr_cores; i++) {
			struct sim_core *core = &sim->core[i];

			if (!core->os || sim->os[core->os].state != SIM_OS_RUNS ||
			    sim_lapic_pending(&core->lapic) < 0)
				continue;
			sim_interrupt(core);
			more = 1;
		}
	}
}

/* Outside coroutines nothing happens by itself. */
static void pass_time(struct sim *sim, uint64_t ns)
{
	uint32_t os;

	sim->now_ns += ns;
	sim_hw_events(sim);
	for (os = 1; os <= NR_OSES; os++)
		if (sim->os[os].state == SIM_OS_RUNS)
			sim_watch(sim->os[os].core[0]);
	take_interrupts(sim);
}

static void add_os(struct sim *sim, uint32_t os)
{
	struct sim_core *core;

	if (sim_add_os(sim, os, 2))
		give_up(sim, "attach");
	core = sim->os[os].core[0];
	sim->os[os].l.lock_timeout_us = 2000;
	sim_add_dev(sim, os, SHARED_GSI, true);
	sim_add_dev(sim, os, LEVEL_GSI(os), true);
	if (sim_request(core, SHARED_GSI, LEVEL_LOW, 0) ||
	    sim_request(core, LEVEL_GSI(os), LEVEL_LOW, 0) ||
	    sim_request(core, EDGE_GSI(os), 0, 0x30 + os))
		give_up(sim, "register");
}

static struct sim *build(void)
{
	struct sim *sim = sim_new(1);
	uint32_t os;

	sim_build(sim);
	irql_hdr(&(struct irql){ .table = sim->table })->timeout_ms = 10;
	for (os = 1; os <= NR_OSES; os++)
		add_os(sim, os);
	sim->may_mix = true;
	return sim;
}

static void *copy_of(const void *from, size_t bytes)
{
	void *to = malloc(bytes);

	if (!to)
		abort();
	return memcpy(to, from, bytes);
}

/* Built once; it points into itself, so it is put back where it was. */
static struct sim *machine(void)
{
	static struct sim *sim, *sim_copy;
	static void *table_copy;

	if (!sim) {
		sim = build();
		sim_copy = copy_of(sim, sizeof(*sim));
		table_copy = copy_of(sim->table, MINT_IRQT_SIZE);
	}
	memcpy(sim, sim_copy, sizeof(*sim));
	memcpy(sim->table, table_copy, MINT_IRQT_SIZE);
	return sim;
}

static void write_garbage(struct sim *sim, struct input *in, bool near)
{
	uint32_t at = next(in, 3), bytes = 1 + next(in, 1) % 64;
	uint8_t *p = sim->table;

	/* The control words and the first slots are most of what is in use. */
	if (near)
		at %= MINT_IRQT_OFF_GSIS + 24 * sizeof(struct mint_irqt_gsi);
	else if (at & 1)
		at = MINT_IRQT_OFF_SECTIONS + at % NR_OSES * MINT_IRQT_SECTION_SIZE +
		     MINT_IRQT_SEC_ROUTES + at / 8 % (24 * 64);
	for (at %= MINT_IRQT_SIZE; bytes-- && at < MINT_IRQT_SIZE; at++)
		p[at] = (uint8_t)next(in, 1);
}

static void pins(struct sim *sim, struct input *in, struct sim_core *core)
{
	uint32_t gsi = next(in, 1) % 26, kind = next(in, 1);
	struct sim_os *os = &sim->os[core->os];

	switch (kind % 6) {
	case 0:
		/*
		 * Whose route is damaged may lose a pin to another OS, and nobody
		 * could say who is right: so each asks for pins of its own.
		 */
		if (gsi == SHARED_GSI)
			sim_request(core, gsi, LEVEL_LOW, 0);
		else if (gsi % NR_OSES == core->os - 1)
			sim_request(core, gsi, kind / 8 & 7, 0x20 + kind);
		break;
	case 1:
		if (gsi != SHARED_GSI && gsi != LEVEL_GSI(core->os))
			sim_release(core, gsi);
		break;
	case 2:
		if (os->line[gsi].registered)
			sim_disable(core, gsi);
		break;
	case 3:
		if (os->line[gsi].registered)
			sim_enable(core, gsi);
		break;
	case 4:
		sim_move(core, gsi, os->core[kind / 8 % 2]->lapic.apic_id);
		break;
	case 5:
		irql_in_service(&os->l, gsi);
		break;
	}
}

static void messages(struct input *in, struct irql *l, uint32_t apic_id)
{
	struct irql_msg msg = {
		.type = next(in, 1) % 7,
		.vector = next(in, 1) * 2,
		.dest = next(in, 1) % 4 ? apic_id : 0x20,
	};
	uint32_t kind = next(in, 1);

	memset(msg.name, 0x41, sizeof(msg.name));
	if (kind % 3 == 0)
		irql_add_msg(l, &msg);
	else if (kind % 3 == 1)
		irql_set_msg(l, MINT_IRQT_FIRST_MSG + kind % 16, &msg);
	else
		irql_del_msg(l, MINT_IRQT_FIRST_MSG + kind % 16);
}

static void raise_some(struct sim *sim, struct input *in)
{
	uint32_t which = next(in, 1), i;

	for (i = 0; i < sim->nr_devs; i++)
		if (which & 1u << i % 8)
			sim_raise(sim, &sim->dev[i]);
}

/* os3 is killed, and begins again. */
static void die(struct sim *sim, struct input *in)
{
	uint32_t i;

	sim_kill(sim, 3);
	sim_fence(sim, 3);
	irql_os_gone(&sim->os[1 + next(in, 1) % 2].l, 3);
	/* Who begins believes the header, so it must be right. */
	irql_repair(&sim->os[1].l);
	for (i = 0; i < sim->nr_devs; i++)
		if (sim->dev[i].os == 3)
			sim->dev[i].waiting = 0;
	if (sim_restart_os(sim, 3))
		return;
	sim->os[3].l.lock_timeout_us = 2000;
	sim_request(sim->os[3].core[0], SHARED_GSI, LEVEL_LOW, 0);
	sim_request(sim->os[3].core[0], LEVEL_GSI(3), LEVEL_LOW, 0);
}

static void call(struct sim *sim, struct input *in)
{
	uint32_t what = next(in, 1), os = 1 + what / 16 % NR_OSES;
	struct sim_core *core = sim->os[os].core[0];
	struct irql *l = &sim->os[os].l;
	struct irql_rte rte;

	if (what % 16 < 4) {
		write_garbage(sim, in, what % 16 < 3);
		return;
	}
	if (sim->os[os].state != SIM_OS_RUNS)
		return;
	switch (what % 16) {
	case 4:
	case 5:
	case 6:
		pins(sim, in, core);
		break;
	case 7:
		messages(in, l, core->lapic.apic_id);
		break;
	case 8:
	case 9:
		raise_some(sim, in);
		break;
	case 10:
		irql_verify(l, NULL, NULL);
		break;
	case 11:
		irql_repair(l);
		break;
	case 12:
		irql_resolve(l, next(in, 1) % MINT_IRQT_MAX_GSIS, &rte);
		break;
	case 13:
		die(sim, in);
		break;
	default:
		pass_time(sim, (1 + next(in, 1)) * 100000ull);
		break;
	}
	take_interrupts(sim);
}

static void note_diff(void *arg, const struct irql_diff *d)
{
	struct sim *sim = arg;

	sim_violation(sim, "wrong %d, GSI %d, os %u, is %llx should be %llx", (int)d->what,
		      (int)d->gsi, d->os, (unsigned long long)d->is,
		      (unsigned long long)d->should);
}

static void check_repaired(struct sim *sim)
{
	uint32_t os, n;

	for (n = 0; n < 2; n++)
		for (os = 1; os <= NR_OSES; os++)
			if (sim->os[os].state == SIM_OS_RUNS &&
			    irql_repair(&sim->os[os].l) < 0)
				give_up(sim, "repair");
	for (os = 1; os <= NR_OSES; os++)
		if (sim->os[os].state == SIM_OS_RUNS &&
		    irql_verify(&sim->os[os].l, note_diff, sim))
			give_up(sim, "after the repair");
}

/* Those with a driver that is not switched off. */
static bool is_expected(struct sim *sim, struct sim_dev *dev)
{
	struct sim_line *line = &sim->os[dev->os].line[dev->gsi];

	return sim->os[dev->os].state == SIM_OS_RUNS && line->registered &&
	       line->level && !line->disabled;
}

static void check_served(struct sim *sim)
{
	uint32_t i, n;

	/* Any value within its bounds is right, but 60 s are long. */
	irql_hdr(&sim->os[1].l)->timeout_ms = 10;
	for (i = 0; i < sim->nr_devs; i++) {
		/* It would storm. */
		sim->dev[i].silent = !is_expected(sim, &sim->dev[i]);
		sim_update_line(sim, sim->dev[i].gsi);
		sim_raise(sim, &sim->dev[i]);
	}
	for (n = 0; n < 16; n++)
		pass_time(sim, 4000000);
	for (i = 0; i < sim->nr_devs; i++)
		if (is_expected(sim, &sim->dev[i]) && sim->dev[i].waiting) {
			sim_violation(sim, "os%u GSI %u rte %llx round %x evicted %x%s",
				      sim->dev[i].os, sim->dev[i].gsi,
				      (unsigned long long)sim_rte(sim, sim->dev[i].gsi),
				      irql_gsi(&sim->os[1].l, sim->dev[i].gsi)->round,
				      irql_gsi(&sim->os[1].l, sim->dev[i].gsi)->evicted,
				      sim->dev[i].quieted ? " INTx off" : "");
			give_up(sim, "not served");
		}
}

/* libFuzzer's own words, for who runs it without any: as a test. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char seconds[40], prefix[300];
	static char *words[] = { NULL, seconds, prefix, (char *)"-max_len=2000",
				 (char *)"-timeout=30", (char *)"-print_final_stats=1",
				 (char *)"-verbosity=0", NULL };
	const char *time = getenv("MINT_FUZZ_SECONDS"), *dir = getenv("MINT_TEST_DIR");

	if (*argc != 1)
		return 0;
	snprintf(seconds, sizeof(seconds), "-max_total_time=%d", time ? atoi(time) : 5);
	snprintf(prefix, sizeof(prefix), "-artifact_prefix=%s/", dir ? dir : ".");
	words[0] = **argv;
	*argv = words;
	*argc = sizeof(words) / sizeof(*words) - 1;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct sim *sim = machine();
	uint32_t n;

	for (n = 0; n < MAX_CALLS && in.size; n++)
		call(sim, &in);
	if (sim->violation[0])
		give_up(sim, "meanwhile");
	check_repaired(sim);
	check_served(sim);
	if (sim->violation[0])
		give_up(sim, "in the end");
	return 0;
}
