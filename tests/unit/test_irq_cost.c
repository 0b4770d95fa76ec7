// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the library's operations cost, in instructions: a child is stepped through
 * each of them and counted, which is exact and the same every time.  The cost must
 * not depend on how many routes and OSes there are, and grow with the sharers of
 * the one GSI.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../irqlayer/irqlayer.h"
#include "irq_stubs.h"

#define NR_PINS		120u
#define LEVEL_LOW	(MINT_IRQF_LEVEL | MINT_IRQF_LOW)
#define GSI		20u
/* Most vectors near the first that it may have are taken, if there are many pins. */
#define CROWDED_GSI	90u
/* What 16 and 1000 routes, 2 and 16 OSes may differ by, in percent. */
#define TOLERANCE	10u
#define APIC_ID(os)	(0x08u * (os))

/* A platform whose own cost is always the same. */
struct world {
	void *table;
	uint32_t reg[0x100];
	uint64_t now;
	struct irql l[MINT_IRQT_MAX_OSES + 1];
};

static u32 plat_chip_read(struct irql *l, u32 chip, u32 reg)
{
	(void)chip;
	return ((struct world *)l->plat_data)->reg[reg & 0xff];
}

static void plat_chip_write(struct irql *l, u32 chip, u32 reg, u32 value)
{
	(void)chip;
	((struct world *)l->plat_data)->reg[reg & 0xff] = value;
}

static void plat_chip_eoi(struct irql *l, u32 chip, u32 vector)
{
	(void)l;
	(void)chip;
	(void)vector;
}

static void plat_lapic_eoi(struct irql *l)
{
	(void)l;
}

static bool plat_lapic_tmr(struct irql *l, u32 vector)
{
	(void)l;
	(void)vector;
	return true;
}

static void plat_self_ipi(struct irql *l, u32 vector)
{
	(void)l;
	(void)vector;
}

static void plat_ipi(struct irql *l, u32 apic_id, u32 vector)
{
	(void)l;
	(void)apic_id;
	(void)vector;
}

static u32 plat_core(struct irql *l)
{
	return l->os;
}

static u64 plat_now_us(struct irql *l)
{
	return ++((struct world *)l->plat_data)->now;
}

static void plat_relax(struct irql *l)
{
	(void)l;
}

static bool plat_holder_gone(struct irql *l, u32 word)
{
	(void)l;
	(void)word;
	return false;
}

static bool plat_dest_ok(struct irql *l, u32 os, u32 apic_id)
{
	(void)l;
	return apic_id / 8 == os;
}

static const struct irql_platform platform = {
	.chip_read = plat_chip_read,
	.chip_write = plat_chip_write,
	.chip_eoi = plat_chip_eoi,
	.lapic_eoi = plat_lapic_eoi,
	.lapic_tmr = plat_lapic_tmr,
	.self_ipi = plat_self_ipi,
	.ipi = plat_ipi,
	.core = plat_core,
	.now_us = plat_now_us,
	.relax = plat_relax,
	.irq_save = stub_irq_save,
	.irq_restore = stub_irq_restore,
	.holder_gone = plat_holder_gone,
	.dest_ok = plat_dest_ok,
	.quiet_intx = stub_quiet_intx,
};

/* ---- counting ------------------------------------------------------------------------ */

typedef void operation(struct world *w);

static void nothing(struct world *w)
{
	(void)w;
}

static void child(operation *op, struct world *w)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(3);
	raise(SIGSTOP);
	op(w);
	raise(SIGSTOP);
	_exit(0);
}

/* Steps from one SIGSTOP to the next. */
static long count_steps(pid_t pid)
{
	long steps = 0;
	int status;

	for (;;) {
		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return -1;
		if (WSTOPSIG(status) == SIGSTOP)
			return steps;
		if (WSTOPSIG(status) != SIGTRAP)
			return -1;
		steps++;
	}
}

/* Instructions that @op takes, or -1: a child cannot be traced here. */
static long count(operation *op, struct world *w)
{
	pid_t pid = fork();
	long steps;
	int status;

	assert_true(pid >= 0);
	if (!pid)
		child(op, w);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	steps = WIFSTOPPED(status) ? count_steps(pid) : -1;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return steps;
}

static long cost(operation *op, struct world *w)
{
	static long overhead;
	long steps = count(op, w);

	if (!overhead)
		overhead = count(nothing, w);
	if (steps < 0 || overhead < 0)
		fail_msg("instructions cannot be counted: this process may trace no other (ptrace)");
	return steps - overhead;
}

/* ---- machines ---------------------------------------------------------------------------- */

static void add_messages(struct world *w, uint32_t os, uint32_t nr)
{
	struct irql_msg msg = {
		.type = MINT_IRQ_MSIX, .vector = 0x40, .dest = APIC_ID(os),
	};

	while (nr--)
		assert_true(irql_add_msg(&w->l[os], &msg) > 0);
}

static void add_pin(struct world *w, uint32_t os, uint32_t gsi)
{
	struct irql_pin pin = { .flags = LEVEL_LOW, .dest = APIC_ID(os) };
	uint32_t vector;

	assert_int_equal(irql_route_pin(&w->l[os], gsi, &pin, &vector), 0);
}

static const struct mint_irqt_machine hardware = {
	.nr_chips = 1,
	.chip = { { .version = 0x20, .nr_pins = NR_PINS } },
	.isa_gsi = { [0 ... 15] = MINT_IRQT_NONE },
};

/* @nr_routes in all; as many of them as possible are pins, others' level pins. */
static struct world *machine(uint32_t nr_oses, uint32_t nr_routes)
{
	struct world *w = calloc(1, sizeof(*w));
	uint32_t nr_pins = nr_routes < 100 ? 8 : 60;
	uint32_t os, i;

	w->table = calloc(1, MINT_IRQT_SIZE);
	for (i = 0x10; i < 0x100; i += 2)
		w->reg[i] = IRQL_RTE_MASK;
	assert_int_equal(irql_build(w->table, &hardware), 0);
	for (os = 1; os <= nr_oses; os++)
		assert_int_equal(irql_attach(&w->l[os], w->table, &hardware, os, 1,
					     APIC_ID(os), &platform, w), 0);
	for (i = 0; i < nr_pins; i++)
		add_pin(w, 1 + i % nr_oses, 24 + i);
	add_messages(w, 1, (nr_routes - nr_pins) / 2);
	add_messages(w, 2, (nr_routes - nr_pins) / 2);
	return w;
}

static void end(struct world *w)
{
	free(w->table);
	free(w);
}

/* ---- operations --------------------------------------------------------------------------- */

static void route_and_unroute(struct world *w, uint32_t gsi)
{
	struct irql_pin pin = { .flags = LEVEL_LOW, .dest = APIC_ID(1) };
	uint32_t vector;

	irql_route_pin(&w->l[1], gsi, &pin, &vector);
	irql_unroute_pin(&w->l[1], gsi);
}

static void register_and_free(struct world *w)
{
	route_and_unroute(w, GSI);
}

static void register_crowded(struct world *w)
{
	route_and_unroute(w, CROWDED_GSI);
}

static void message_and_free(struct world *w)
{
	struct irql_msg msg = { .type = MINT_IRQ_MSI, .vector = 0x50, .dest = APIC_ID(1) };

	irql_del_msg(&w->l[1], (u32)irql_add_msg(&w->l[1], &msg));
}

static void resolve(struct world *w)
{
	struct irql_rte rte;

	irql_resolve(&w->l[1], GSI, &rte);
}

static void apply(struct world *w)
{
	unsigned long flags;

	irql_lock(&w->l[1], &flags);
	irql_apply(&w->l[1], GSI);
	irql_unlock(&w->l[1], flags);
}

static void one_round(struct world *w)
{
	if (irql_round_begin(&w->l[1], GSI))
		irql_round_end(&w->l[1], GSI, true);
	irql_round_begin(&w->l[1], GSI);
}

static void exclusive(struct world *w)
{
	if (!irql_shared(&w->l[1], GSI))
		irql_eoi(&w->l[1], GSI);
}

static const struct {
	const char *name;
	operation *run;
	uint32_t sharers;
} operations[] = {
	{ "register and free", register_and_free, 0 },
	{ "register and free, vector taken", register_crowded, 0 },
	{ "register and free, second sharer", register_and_free, 1 },
	{ "message and free", message_and_free, 0 },
	{ "resolve, exclusive", resolve, 1 },
	{ "resolve, two sharers", resolve, 2 },
	{ "apply, exclusive", apply, 1 },
	{ "apply, two sharers", apply, 2 },
	{ "round, two sharers", one_round, 2 },
	{ "interrupt, exclusive", exclusive, 1 },
};

#define NR_OPERATIONS	(sizeof(operations) / sizeof(*operations))

/* Sharers are the OSes from 2 down, so that os1 is a new one if it registers. */
static void share(struct world *w, uint32_t sharers)
{
	uint32_t os;

	for (os = 2; sharers--; os--)
		add_pin(w, os, GSI);
}

static long measure(uint32_t i, uint32_t nr_oses, uint32_t nr_routes)
{
	struct world *w = machine(nr_oses, nr_routes);
	long steps;

	/* Exclusive pins are os1's, unless it is to be the second one. */
	if (operations[i].sharers == 1 && operations[i].run != register_and_free)
		add_pin(w, 1, GSI);
	else
		share(w, operations[i].sharers);
	steps = cost(operations[i].run, w);
	end(w);
	return steps;
}

static void test_routes_and_oses(void **state)
{
	static const struct {
		uint32_t oses;
		uint32_t routes;
	} sizes[] = { { 2, 16 }, { 2, 1000 }, { 16, 16 }, { 16, 1000 } };
	long steps[4], least, most;
	uint32_t i, k;

	(void)state;
	for (i = 0; i < NR_OPERATIONS; i++) {
		for (k = 0; k < 4; k++)
			steps[k] = measure(i, sizes[k].oses, sizes[k].routes);
		least = most = steps[0];
		for (k = 1; k < 4; k++) {
			least = steps[k] < least ? steps[k] : least;
			most = steps[k] > most ? steps[k] : most;
		}
		print_message("%-34s %6ld %6ld %6ld %6ld instructions\n",
			      operations[i].name, steps[0], steps[1], steps[2], steps[3]);
		assert_true(least > 0);
		if (most * 100 > least * (100 + TOLERANCE))
			fail_msg("%s: %ld to %ld instructions", operations[i].name,
				 least, most);
	}
}

/* With its sharers it may grow, and not faster than they do. */
static void test_sharers(void **state)
{
	long steps[8];
	struct world *w;
	uint32_t n, os;

	(void)state;
	for (n = 1; n <= 7; n++) {
		w = machine(16, 1000);
		for (os = 1; os <= n; os++)
			add_pin(w, os, GSI);
		steps[n] = cost(resolve, w);
		end(w);
	}
	print_message("resolve with 1, 2, 4, 7 sharers: %ld %ld %ld %ld\n", steps[1],
		      steps[2], steps[4], steps[7]);
	assert_true(steps[4] > steps[2]);
	assert_in_range(steps[7] - steps[4], 1, 2 * (steps[4] - steps[1]));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routes_and_oses),
		cmocka_unit_test(test_sharers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
