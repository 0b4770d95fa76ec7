// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library in real threads, under ThreadSanitizer: each OS has a thread that
 * takes interrupts, one that changes routes and messages, and a watch.  Chips and
 * local APICs are behind one mutex, register access by register access; all else
 * that OSes share is the table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <mint/abi.h>

#include "../../irqlayer/irqlayer.h"
#include "../irqsim/chip.h"
#include "../irqsim/lapic.h"
#include "irq_stubs.h"

#define NR_OSES		3u
#define NR_PINS		24u
#define SHARED_GSI	20u
#define LEVEL_LOW	(MINT_IRQF_LEVEL | MINT_IRQF_LOW)
/* The receiving core, the task's and the watch's. */
#define CORES_PER_OS	3u
#define APIC_ID(os)	(0x10u + (os))
#define ROUNDS		6000u
#define CHANGES		1500u
#define PATIENCE_S	60

struct machine;

struct os {
	struct machine *machine;
	struct irql l;
	uint32_t id;
	struct sim_lapic lapic;
	pthread_mutex_t desc[NR_PINS];
	bool asserted;
	uint64_t raised;
	uint64_t served;
	uint32_t vector;
};

struct machine {
	void *table;
	pthread_mutex_t bus;
	pthread_cond_t changed;
	struct sim_chip chip;
	struct os os[NR_OSES + 1];
	bool stop;
	uint64_t mixed;
};

static __thread uint32_t this_core;

static struct os *os_of(struct irql *l)
{
	return l->plat_data;
}

/* ---- hardware, with the bus held ---------------------------------------------------- */

static void bus_lock(struct machine *m)
{
	pthread_mutex_lock(&m->bus);
}

static void bus_unlock(struct machine *m)
{
	pthread_cond_broadcast(&m->changed);
	pthread_mutex_unlock(&m->bus);
}

static void send(void *arg, const struct sim_msg *msg)
{
	struct machine *m = arg;
	uint32_t os;

	for (os = 1; os <= NR_OSES; os++)
		if (sim_lapic_is_dest(&m->os[os].lapic, msg))
			sim_lapic_accept(&m->os[os].lapic, msg->vector, msg->level);
}

static void update_line(struct machine *m)
{
	bool high = false;
	uint32_t os;

	for (os = 1; os <= NR_OSES; os++)
		high |= m->os[os].asserted;
	sim_chip_line(&m->chip, SHARED_GSI, high);
	if (m->chip.delayed)
		sim_chip_resume(&m->chip);
}

static void raise_device(struct os *os)
{
	bus_lock(os->machine);
	os->asserted = true;
	os->raised++;
	update_line(os->machine);
	bus_unlock(os->machine);
}

static bool serve_device(struct os *os)
{
	bool had;

	bus_lock(os->machine);
	had = os->asserted;
	os->asserted = false;
	os->served = os->raised;
	update_line(os->machine);
	bus_unlock(os->machine);
	return had;
}

/* ---- the platform ---------------------------------------------------------------------- */

static void select_register(struct irql *l, u32 reg)
{
	struct machine *m = os_of(l)->machine;

	__atomic_fetch_add(&l->mmio_index, 1, __ATOMIC_RELAXED);
	bus_lock(m);
	sim_chip_write(&m->chip, SIM_IOAPIC_INDEX, reg);
	bus_unlock(m);
}

/* With the bus held: another core's index shows that the lock does not work. */
static void check_selected(struct machine *m, u32 reg)
{
	m->mixed += sim_chip_read(&m->chip, SIM_IOAPIC_INDEX) != reg;
}

static u32 plat_chip_read(struct irql *l, u32 chip, u32 reg)
{
	struct machine *m = os_of(l)->machine;
	u32 value;

	(void)chip;
	select_register(l, reg);
	bus_lock(m);
	check_selected(m, reg);
	value = sim_chip_read(&m->chip, SIM_IOAPIC_DATA);
	bus_unlock(m);
	return value;
}

static void plat_chip_write(struct irql *l, u32 chip, u32 reg, u32 value)
{
	struct machine *m = os_of(l)->machine;

	(void)chip;
	select_register(l, reg);
	__atomic_fetch_add(&l->mmio_data, 1, __ATOMIC_RELAXED);
	bus_lock(m);
	check_selected(m, reg);
	sim_chip_write(&m->chip, SIM_IOAPIC_DATA, value);
	bus_unlock(m);
}

static void plat_chip_eoi(struct irql *l, u32 chip, u32 vector)
{
	struct machine *m = os_of(l)->machine;

	(void)chip;
	__atomic_fetch_add(&l->mmio_eoi, 1, __ATOMIC_RELAXED);
	bus_lock(m);
	sim_chip_write(&m->chip, SIM_IOAPIC_EOI, vector);
	if (m->chip.delayed)
		sim_chip_resume(&m->chip);
	bus_unlock(m);
}

static void plat_lapic_eoi(struct irql *l)
{
	struct os *os = os_of(l);
	int vector;

	bus_lock(os->machine);
	vector = sim_lapic_eoi(&os->lapic);
	if (vector >= 0)
		sim_chip_eoi(&os->machine->chip, (uint32_t)vector);
	if (os->machine->chip.delayed)
		sim_chip_resume(&os->machine->chip);
	bus_unlock(os->machine);
}

static bool plat_lapic_tmr(struct irql *l, u32 vector)
{
	struct os *os = os_of(l);
	bool tmr;

	bus_lock(os->machine);
	tmr = sim_lapic_tmr(&os->lapic, vector);
	bus_unlock(os->machine);
	return tmr;
}

static void accept(struct os *os, u32 vector)
{
	bus_lock(os->machine);
	sim_lapic_accept(&os->lapic, vector, false);
	bus_unlock(os->machine);
}

static void plat_self_ipi(struct irql *l, u32 vector)
{
	accept(os_of(l), vector);
}

static void plat_ipi(struct irql *l, u32 apic_id, u32 vector)
{
	u32 os;

	for (os = 1; os <= NR_OSES; os++)
		if (apic_id == APIC_ID(os))
			accept(&os_of(l)->machine->os[os], vector);
}

static u32 plat_core(struct irql *l)
{
	(void)l;
	return this_core;
}

static u64 plat_now_us(struct irql *l)
{
	struct timespec ts;

	(void)l;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000 + (u64)ts.tv_nsec / 1000;
}

static void plat_relax(struct irql *l)
{
	(void)l;
	sched_yield();
}

static bool plat_holder_gone(struct irql *l, u32 word)
{
	u32 os = MINT_LOCK_OS(word), core = MINT_LOCK_CORE(word);

	(void)l;
	return !os || os > NR_OSES || core / CORES_PER_OS != os;
}

static bool plat_dest_ok(struct irql *l, u32 os, u32 apic_id)
{
	(void)l;
	return apic_id == APIC_ID(os);
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

/* ---- threads ------------------------------------------------------------------------------ */

static bool stopped(struct machine *m)
{
	return __atomic_load_n(&m->stop, __ATOMIC_RELAXED);
}

/* The next interrupt of @os, or false: it is over. */
static bool next_interrupt(struct os *os)
{
	struct machine *m = os->machine;

	pthread_mutex_lock(&m->bus);
	while (!stopped(m) && sim_lapic_pending(&os->lapic) < 0)
		pthread_cond_wait(&m->changed, &m->bus);
	if (!stopped(m))
		sim_lapic_take(&os->lapic);
	pthread_mutex_unlock(&m->bus);
	return !stopped(m);
}

/* As tests/irqsim/os.c does it. */
static void handle(struct os *os)
{
	bool shared, taken;

	pthread_mutex_lock(&os->desc[SHARED_GSI]);
	shared = irql_shared(&os->l, SHARED_GSI);
	if (shared && !irql_round_begin(&os->l, SHARED_GSI)) {
		pthread_mutex_unlock(&os->desc[SHARED_GSI]);
		return;
	}
	pthread_mutex_unlock(&os->desc[SHARED_GSI]);
	taken = serve_device(os);
	pthread_mutex_lock(&os->desc[SHARED_GSI]);
	if (shared)
		irql_round_end(&os->l, SHARED_GSI, taken);
	else
		irql_eoi(&os->l, SHARED_GSI);
	pthread_mutex_unlock(&os->desc[SHARED_GSI]);
}

static void *receiver(void *arg)
{
	struct os *os = arg;

	this_core = os->id * CORES_PER_OS;
	while (next_interrupt(os))
		handle(os);
	return NULL;
}

static void change_pin(struct os *os, uint32_t gsi)
{
	struct irql_pin pin = { .flags = LEVEL_LOW, .dest = APIC_ID(os->id) };
	uint32_t vector;

	pthread_mutex_lock(&os->desc[gsi]);
	if (!irql_route_pin(&os->l, gsi, &pin, &vector)) {
		irql_mask(&os->l, gsi);
		irql_set_dest(&os->l, gsi, pin.dest, 0);
		irql_unmask(&os->l, gsi);
		irql_unroute_pin(&os->l, gsi);
	}
	pthread_mutex_unlock(&os->desc[gsi]);
}

static void change_message(struct os *os)
{
	struct irql_msg msg = {
		.type = MINT_IRQ_MSIX, .vector = 0x40, .dest = APIC_ID(os->id),
	};
	int slot = irql_add_msg(&os->l, &msg);

	if (slot < 0)
		return;
	msg.vector = 0x41;
	irql_set_msg(&os->l, (u32)slot, &msg);
	irql_count(&os->l, (u32)slot, 1, 0);
	if (slot % 2)
		irql_del_msg(&os->l, (u32)slot);
}

/* Pins of its own and, from time to time, one that all three want. */
static void *task(void *arg)
{
	struct os *os = arg;
	uint32_t i;

	this_core = os->id * CORES_PER_OS + 1;
	for (i = 0; i < CHANGES; i++) {
		change_pin(os, i % 4 ? 4 * os->id + i % 4 : 17);
		change_message(os);
		if (i % 32 == 0)
			irql_verify(&os->l, NULL, NULL);
	}
	return NULL;
}

static void *watch(void *arg)
{
	struct os *os = arg;

	this_core = os->id * CORES_PER_OS + 2;
	while (!stopped(os->machine)) {
		irql_watch(&os->l);
		usleep(5000);
	}
	return NULL;
}

/* ---- the test ------------------------------------------------------------------------------ */

static const struct mint_irqt_machine hardware = {
	.nr_chips = 1,
	.chip = { { .version = 0x20, .nr_pins = NR_PINS } },
	.isa_gsi = { [0 ... 15] = MINT_IRQT_NONE },
};

static void add_os(struct machine *m, uint32_t id)
{
	struct irql_pin pin = { .flags = LEVEL_LOW, .dest = APIC_ID(id) };
	struct os *os = &m->os[id];
	uint32_t i;

	os->machine = m;
	os->id = id;
	os->lapic.apic_id = APIC_ID(id);
	for (i = 0; i < NR_PINS; i++)
		pthread_mutex_init(&os->desc[i], NULL);
	this_core = id * CORES_PER_OS;
	assert_int_equal(irql_attach(&os->l, m->table, &hardware, id, 1, APIC_ID(id),
				     &platform, os), 0);
	os->lapic.logical = os->l.logical;
	assert_int_equal(irql_route_pin(&os->l, SHARED_GSI, &pin, &os->vector), 0);
}

static struct machine *new_machine(uint32_t rearm)
{
	struct machine *m = calloc(1, sizeof(*m));
	uint32_t os;

	m->table = calloc(1, MINT_IRQT_SIZE);
	pthread_mutex_init(&m->bus, NULL);
	pthread_cond_init(&m->changed, NULL);
	m->chip.version = hardware.chip[0].version;
	m->chip.nr_pins = hardware.chip[0].nr_pins;
	m->chip.send = send;
	m->chip.arg = m;
	sim_chip_reset(&m->chip);
	assert_int_equal(irql_build(m->table, &hardware), 0);
	((struct mint_irqt_header *)m->table)->rearm = rearm;
	for (os = 1; os <= NR_OSES; os++)
		add_os(m, os);
	return m;
}

static bool all_served(struct machine *m)
{
	bool served = true;
	uint32_t os;

	bus_lock(m);
	for (os = 1; os <= NR_OSES; os++)
		served &= !m->os[os].asserted;
	bus_unlock(m);
	return served;
}

static void wait_until_served(struct machine *m)
{
	time_t end = time(NULL) + PATIENCE_S;

	while (!all_served(m)) {
		if (time(NULL) > end)
			fail_msg("not served within %d s", PATIENCE_S);
		sched_yield();
	}
}

static void run(uint32_t rearm)
{
	struct machine *m = new_machine(rearm);
	pthread_t threads[NR_OSES][3];
	uint32_t os, i;

	for (os = 1; os <= NR_OSES; os++) {
		assert_int_equal(pthread_create(&threads[os - 1][0], NULL, receiver, &m->os[os]), 0);
		assert_int_equal(pthread_create(&threads[os - 1][1], NULL, task, &m->os[os]), 0);
		assert_int_equal(pthread_create(&threads[os - 1][2], NULL, watch, &m->os[os]), 0);
	}
	for (i = 0; i < ROUNDS; i++) {
		raise_device(&m->os[1 + i % NR_OSES]);
		if (i % 3 == 0)
			wait_until_served(m);
	}
	wait_until_served(m);
	for (os = 1; os <= NR_OSES; os++)
		pthread_join(threads[os - 1][1], NULL);
	wait_until_served(m);
	__atomic_store_n(&m->stop, true, __ATOMIC_RELAXED);
	bus_lock(m);
	bus_unlock(m);
	for (os = 1; os <= NR_OSES; os++) {
		pthread_join(threads[os - 1][0], NULL);
		pthread_join(threads[os - 1][2], NULL);
	}
	assert_int_equal(m->mixed, 0);
	for (os = 1; os <= NR_OSES; os++)
		assert_int_equal(irql_verify(&m->os[os].l, NULL, NULL), 0);
	free(m->table);
	free(m);
}

static void test_self_ipi(void **state)
{
	(void)state;
	run(MINT_REARM_SELF_IPI);
}

static void test_mask(void **state)
{
	(void)state;
	run(MINT_REARM_MASK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_self_ipi),
		cmocka_unit_test(test_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
