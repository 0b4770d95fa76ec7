// SPDX-License-Identifier: GPL-2.0-only
/* Rates from two looks at a machine whose routes come, go and move. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/msg.h"
#include "model/top.h"
#include "show/view.h"
#include "mint_samples.h"

static struct top top;
static struct model m;

static int set_up(void **state)
{
	(void)state;
	memset(&top, 0, sizeof(top));
	m = sample_machine();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	top_release(&top);
	model_release(&m);
	return 0;
}

/* A second look after @ms, at what @m is now. */
static void look_after(int64_t ms)
{
	assert_int_equal(top_look(&top, &m, top.now_ms + ms), 0);
	assert_int_equal(m.nr_irqs, 0);
	m = sample_machine();
}

static void add_messages(unsigned int nr, uint64_t count)
{
	struct irq_info irq = {
		.os = 2, .gsi = ~0U, .chip = ~0U, .pin = ~0U,
		.type = MINT_ROUTE_MSIX, .sbdf = 0x500, .vector = 0x40,
	};

	for (; nr; nr--) {
		irq.count = count++;
		irq.vector++;
		model_add_irq(&m, &irq);
	}
}

static void test_first_look_knows_no_rates(void **state)
{
	unsigned int i;

	(void)state;
	look_after(1000);
	for (i = 0; i < top.now.nr_irqs; i++)
		assert_false(top.rates[i].known);
	assert_int_equal(top.nr_looks, 1);
}

static void test_rates(void **state)
{
	(void)state;
	look_after(1000);
	m.irqs[0].count += 5;
	m.irqs[2].count += 300;
	m.irqs[2].foreign += 100;
	look_after(2000);
	assert_true(top.rates[0].known && top.rates[0].rate == 2.5);
	assert_true(top.rates[1].known && top.rates[1].rate == 0);
	assert_true(top.rates[2].known && top.rates[2].rate == 150);
	assert_true(top.rates[2].foreign_rate == 50);
	assert_int_equal(top.nr_looks, 2);
	look_after(0);
	assert_false(top.rates[0].known);
}

static void test_a_route_that_moves_is_the_same(void **state)
{
	(void)state;
	sample_line(&m);
	look_after(1000);
	/* Other core; and the pin is shared no more; and listed elsewhere. */
	sample_line(&m);
	m.irqs[1].vector = 99;
	m.irqs[1].dest = 4;
	m.irqs[1].count += 7;
	m.irqs[3].type = MINT_ROUTE_IOAPIC;
	m.irqs[3].count += 8;
	m.irqs[5] = m.irqs[0];
	m.irqs[0] = m.irqs[3];
	m.nr_irqs = 3;
	look_after(1000);
	assert_true(top.rates[0].known && top.rates[0].rate == 8);
	assert_true(top.rates[1].known && top.rates[1].rate == 7);
}

static void test_equal_routes_are_taken_in_order(void **state)
{
	(void)state;
	add_messages(3, 100);
	look_after(1000);
	add_messages(3, 100);
	m.irqs[4].count += 11;
	look_after(1000);
	assert_true(top.rates[3].known && top.rates[3].rate == 0);
	assert_true(top.rates[4].known && top.rates[4].rate == 11);
	assert_true(top.rates[5].known && top.rates[5].rate == 0);
	/* One of them went. */
	add_messages(2, 200);
	look_after(1000);
	assert_false(top.rates[3].known || top.rates[4].known);
	assert_true(top.rates[0].known);
	/* All came again. */
	look_after(1000);
	add_messages(2, 200);
	look_after(1000);
	assert_false(top.rates[3].known || top.rates[4].known);
}

static void test_counters_of_somebody_else(void **state)
{
	(void)state;
	look_after(1000);
	m.irqs[0].count -= 1;
	m.irqs[2].foreign -= 1;
	m.oses[1].generation++;
	look_after(1000);
	assert_false(top.rates[0].known);
	assert_false(top.rates[1].known);
	assert_false(top.rates[2].known);
}

/* Time does not grow with the square of the routes. */
static void test_many_routes(void **state)
{
	const struct irq_info irq = { .os = 1, .type = MINT_ROUTE_MSI };
	unsigned int i, round;

	(void)state;
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 16384; i++) {
			model_add_irq(&m, &irq);
			m.irqs[m.nr_irqs - 1].sbdf = i;
			m.irqs[m.nr_irqs - 1].gsi = ~0U;
			m.irqs[m.nr_irqs - 1].count = round * i;
		}
		look_after(1000);
	}
	assert_true(top.rates[3 + 16383].known);
	assert_true(top.rates[3 + 16383].rate == 16383);
}

static char *print(void)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(top_view_text(&top, out), MINTCTL_OK);
	fclose(out);
	return text;
}

static void test_print(void **state)
{
	char *text;

	(void)state;
	sample_line(&m);
	look_after(1000);
	sample_line(&m);
	m.irqs[0].count += 15;
	m.irqs[1].count += 1000;
	m.irqs[4].count += 100;
	m.irqs[4].foreign += 55;
	m.irqs[5].count -= 1;
	look_after(10000);
	text = print();
	assert_string_equal(text,
		"OS    ROUTES RATE/s FOREIGN/s      COUNT\n"
		"os1        2    1.5       0.0       2449\n"
		"os2        2  110.0       5.5 5000002200\n"
		"os3        1    0.0       0.0          6\n"
		"os4        0    0.0       0.0          0\n"
		"os5        0    0.0       0.0          0\n"
		"total      6  111.5       5.5 5000004655\n"
		"\n"
		"RATE/s FOREIGN/s      COUNT OWNER GSI TYPE    STATE   DEVICE\n"
		" 100.0       0.0 5000001000 os2     - msix    masked  0000:03:00.0\n"
		"  10.0       5.5       1200 os2    20 shared  held    0000:04:00.0\n"
		"   1.5       0.0       1249 os1     4 ioapic  active  ttyS0\n"
		"   0.0       0.0       1200 os1    20 shared  active  0000:03:01.0\n"
		"     -         -          6 os3    20 shared  evicted 0000:04:01.0\n"
		"   0.0       0.0          0 #9     16 unknown active  -\n");
	free(text);
}

static void test_print_the_first_look(void **state)
{
	char *text;

	(void)state;
	m.nr_oses = 1;
	m.nr_irqs = 1;
	look_after(1000);
	text = print();
	assert_string_equal(text,
		"OS    ROUTES RATE/s FOREIGN/s COUNT\n"
		"os1        1      -         -  1234\n"
		"total      1      -         -  1234\n"
		"\n"
		"RATE/s FOREIGN/s COUNT OWNER GSI TYPE   STATE  DEVICE\n"
		"     -         -  1234 os1     4 ioapic active ttyS0\n");
	free(text);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first_look_knows_no_rates),
		TEST(test_rates),
		TEST(test_a_route_that_moves_is_the_same),
		TEST(test_equal_routes_are_taken_in_order),
		TEST(test_counters_of_somebody_else),
		TEST(test_many_routes),
		TEST(test_print),
		TEST(test_print_the_first_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
