// SPDX-License-Identifier: GPL-2.0-only
/* From netlink attributes to structures, and what follows from these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/mint.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "model/model.h"
#include "mint_samples.h"

static struct nl_msg *msg;
static struct nlattr *attrs[MINT_A_MAX + 1];

static int set_up(void **state)
{
	(void)state;
	msg = nlmsg_alloc();
	nlmsg_put(msg, 0, 0, 0x20, 0, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	nlmsg_free(msg);
	return 0;
}

/* Makes attrs[] of what was put into msg. */
static void parse(void)
{
	assert_int_equal(nlmsg_parse(nlmsg_hdr(msg), 0, attrs, MINT_A_MAX, NULL), 0);
}

static void test_os_is_decoded(void **state)
{
	const uint64_t cores = 0xc;
	struct os_info os;

	(void)state;
	nla_put_u32(msg, MINT_A_OS_ID, 2);
	nla_put_string(msg, MINT_A_OS_NAME, "os2");
	nla_put_u32(msg, MINT_A_OS_STATE, MINT_OS_UP);
	nla_put_flag(msg, MINT_A_OS_SELF);
	nla_put(msg, MINT_A_CORES, sizeof(cores), &cores);
	nla_put_u64(msg, MINT_A_MEM_BASE, 0x140000000ULL);
	nla_put_u64(msg, MINT_A_MEM_SIZE, 768ULL << 20);
	nla_put_u64(msg, MINT_A_OS_AGE_MS, 5);
	nla_put_string(msg, MINT_A_OS_TEXT, "bad\033[2Jtext\n");
	parse();
	assert_int_equal(os_info_decode(&os, attrs), 0);
	assert_int_equal(os.id, 2);
	assert_string_equal(os.name, "os2");
	assert_true(os.self && os.has_age && os.cores == 0xc);
	assert_true(os.main.base_paddr == 0x140000000ULL);
	assert_true(os.main.size_bytes == 768ULL << 20);
	assert_int_equal(os.dma.size_bytes, 0);
	assert_string_equal(os.text, "bad?[2Jtext");
}

static void put_turns(uint64_t shared)
{
	nla_put_u32(msg, MINT_A_OS_ID, 2);
	nla_put_string(msg, MINT_A_OS_NAME, "os2");
	nla_put(msg, MINT_A_SHARED, sizeof(shared), &shared);
	nla_put_u64(msg, MINT_A_GOT_MS, 1ULL << 40);
	nla_put_u64(msg, MINT_A_STEAL_MS, 77);
	nla_put_u64(msg, MINT_A_TURNS, 5);
	nla_put_u64(msg, MINT_A_LATEST_US, 41000);
}

static void test_turns_are_decoded(void **state)
{
	struct os_info os;

	(void)state;
	put_turns(1ULL << 63 | 4);
	nla_put_u32(msg, MINT_A_SHARE, 30);
	nla_put_u32(msg, MINT_A_SLICE_US, 20000);
	parse();
	assert_int_equal(os_info_decode(&os, attrs), 0);
	assert_true(os.shares && os.shared == (1ULL << 63 | 4));
	assert_int_equal(os.share, 30);
	assert_int_equal(os.slice_us, 20000);
	assert_true(os.got_ms == 1ULL << 40);
	assert_int_equal(os.steal_ms, 77);
	assert_int_equal(os.turns, 5);
	assert_int_equal(os.latest_us, 41000);
	nla_put_u64(msg, MINT_A_SHARE, 30);
	parse();
	assert_int_equal(os_info_decode(&os, attrs), -EPROTO);
}

/* It was there first: it has turns, but the shares are the other one's. */
static void test_turns_of_the_first_are_decoded(void **state)
{
	struct os_info os;

	(void)state;
	put_turns(0);
	parse();
	assert_int_equal(os_info_decode(&os, attrs), 0);
	assert_true(os.shares && !os.shared && !os.share && !os.slice_us);
	assert_int_equal(os.turns, 5);
	assert_int_equal(os.latest_us, 41000);
}

static void test_no_turns(void **state)
{
	struct os_info os;

	(void)state;
	nla_put_u32(msg, MINT_A_OS_ID, 2);
	nla_put_string(msg, MINT_A_OS_NAME, "os2");
	parse();
	assert_int_equal(os_info_decode(&os, attrs), 0);
	assert_true(!os.shares && !os.shared && !os.turns);
}

static void test_os_without_name_is_refused(void **state)
{
	struct os_info os;

	(void)state;
	nla_put_u32(msg, MINT_A_OS_ID, 2);
	parse();
	assert_int_equal(os_info_decode(&os, attrs), -EPROTO);
}

static void test_wrong_size_is_refused(void **state)
{
	struct os_info os;

	(void)state;
	nla_put_u32(msg, MINT_A_OS_ID, 2);
	nla_put_string(msg, MINT_A_OS_NAME, "os2");
	nla_put_u32(msg, MINT_A_CORES, 0xc);
	parse();
	assert_int_equal(os_info_decode(&os, attrs), -EPROTO);
}

static void test_strings_are_cut(void **state)
{
	/* Neither short enough nor with a NUL. */
	static const char name[20] = "aaaaaaaaaaaaaaaaaaaa";
	struct os_info os;

	(void)state;
	nla_put_u32(msg, MINT_A_OS_ID, 2);
	nla_put(msg, MINT_A_OS_NAME, sizeof(name), name);
	parse();
	assert_int_equal(os_info_decode(&os, attrs), 0);
	assert_string_equal(os.name, "aaaaaaaaaaaaaaa");
}

static void test_dev_is_decoded(void **state)
{
	struct dev_info dev;

	(void)state;
	parse();
	assert_int_equal(dev_info_decode(&dev, attrs), -EPROTO);
	nla_put_u32(msg, MINT_A_DEV_SBDF, 0x300);
	nla_put_u16(msg, MINT_A_DEV_VENDOR, 0x8086);
	nla_put_string(msg, MINT_A_DEV_DRIVER, "e1000e");
	parse();
	assert_int_equal(dev_info_decode(&dev, attrs), 0);
	assert_int_equal(dev.sbdf, 0x300);
	assert_int_equal(dev.vendor, 0x8086);
	assert_int_equal(dev.gsi, ~0U);
	assert_string_equal(dev.driver, "e1000e");
	nla_put_u32(msg, MINT_A_DEV_DEVICE, 0x10d3);
	parse();
	assert_int_equal(dev_info_decode(&dev, attrs), -EPROTO);
}

static void test_irq_is_decoded(void **state)
{
	struct irq_info irq;

	(void)state;
	nla_put_u32(msg, MINT_A_OS_ID, 1);
	parse();
	assert_int_equal(irq_info_decode(&irq, attrs), -EPROTO);
	nla_put_u32(msg, MINT_A_IRQ_TYPE, MINT_ROUTE_MSI);
	nla_put_u64(msg, MINT_A_IRQ_COUNT, 1ULL << 40);
	parse();
	assert_int_equal(irq_info_decode(&irq, attrs), 0);
	assert_true(irq.count == 1ULL << 40);
	assert_int_equal(irq.sbdf, ~0U);
}

static void test_line_is_decoded(void **state)
{
	struct irq_info irq;

	(void)state;
	nla_put_u32(msg, MINT_A_OS_ID, 1);
	nla_put_u32(msg, MINT_A_IRQ_TYPE, MINT_ROUTE_SHARED);
	parse();
	assert_int_equal(irq_info_decode(&irq, attrs), 0);
	assert_false(irq.has_line);
	nla_put_u32(msg, MINT_A_IRQ_SHARERS, 3);
	nla_put_u32(msg, MINT_A_IRQ_EVICTED, 2);
	nla_put_u32(msg, MINT_A_IRQ_ROUNDS, 77);
	nla_put_u32(msg, MINT_A_IRQ_FORCED, 5);
	nla_put_u32(msg, MINT_A_IRQ_EVICTIONS, 4);
	nla_put_u32(msg, MINT_A_IRQ_TIMEOUT_MS, 1000);
	nla_put_string(msg, MINT_A_IRQ_STRATEGY, "self-ipi");
	parse();
	assert_int_equal(irq_info_decode(&irq, attrs), 0);
	assert_true(irq.has_line);
	assert_int_equal(irq.sharers, 3);
	assert_int_equal(irq.evicted, 2);
	assert_int_equal(irq.rounds, 77);
	assert_int_equal(irq.forced, 5);
	assert_int_equal(irq.evictions, 4);
	assert_int_equal(irq.timeout_ms, 1000);
	assert_string_equal(irq.strategy, "self-ipi");
	nla_put_u64(msg, MINT_A_IRQ_ROUNDS, 77);
	parse();
	assert_int_equal(irq_info_decode(&irq, attrs), -EPROTO);
}

static void test_difference_is_decoded(void **state)
{
	struct diff_info diff;

	(void)state;
	nla_put_u64(msg, MINT_A_IRQ_IS, 1ULL << 40);
	nla_put_u64(msg, MINT_A_IRQ_SHOULD, 2);
	parse();
	assert_int_equal(diff_info_decode(&diff, attrs), -EPROTO);
	nla_put_string(msg, MINT_A_IRQ_WHAT, "rte");
	parse();
	assert_int_equal(diff_info_decode(&diff, attrs), 0);
	assert_string_equal(diff.what, "rte");
	assert_int_equal(diff.gsi, ~0U);
	assert_int_equal(diff.os, MINT_OS_NONE);
	assert_true(diff.is == 1ULL << 40 && diff.should == 2);
	nla_put_u32(msg, MINT_A_IRQ_GSI, 16);
	nla_put_u32(msg, MINT_A_IRQ_IS, 1);
	parse();
	assert_int_equal(diff_info_decode(&diff, attrs), -EPROTO);
}

static void test_route_states(void **state)
{
	static const struct {
		uint32_t flags;
		const char *name;
	} cases[] = {
		{ 0, "active" }, { MINT_ROUTEF_LEVEL | MINT_ROUTEF_LOW, "active" },
		{ MINT_ROUTEF_MASKED, "masked" }, { MINT_ROUTEF_HELD, "held" },
		{ MINT_ROUTEF_HELD | MINT_ROUTEF_MASKED, "held" },
		{ MINT_ROUTEF_THROTTLED | MINT_ROUTEF_HELD, "held" },
		{ MINT_ROUTEF_THROTTLED | MINT_ROUTEF_MASKED, "throttled" },
		{ ~0U, "evicted" }, { 1U << 31, "active" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct irq_info irq = { .flags = cases[i].flags };

		assert_string_equal(irq_info_state(&irq), cases[i].name);
	}
}

static void test_names_of_a_set(void **state)
{
	struct model m = sample_machine();
	char buf[64], tiny[6];

	(void)state;
	assert_string_equal(model_os_names(&m, 0, false, buf, sizeof(buf)), "");
	assert_string_equal(model_os_names(&m, 0x103, false, buf, sizeof(buf)),
			    "os1,os2,#9");
	assert_string_equal(model_os_names(&m, 0x5, true, buf, sizeof(buf)),
			    "os1\nos3");
	assert_string_equal(model_os_names(&m, ~0U, false, tiny, sizeof(tiny)),
			    "os1,o");
	model_release(&m);
}

static void test_one_gsi(void **state)
{
	struct model m = sample_machine();

	(void)state;
	sample_line(&m);
	model_keep_gsi(&m, 20);
	assert_int_equal(m.nr_irqs, 3);
	assert_int_equal(m.irqs[2].os, 3);
	model_keep_gsi(&m, 21);
	assert_int_equal(m.nr_irqs, 0);
	model_release(&m);
}

static void test_machine_is_decoded(void **state)
{
	const uint32_t ids[2] = { 0, 8 };
	struct machine_info machine;

	(void)state;
	nla_put_u32(msg, MINT_A_NR_CORES, 2);
	nla_put(msg, MINT_A_APIC_IDS, sizeof(ids), ids);
	parse();
	assert_int_equal(machine_info_decode(&machine, attrs), 0);
	assert_int_equal(machine.apic_id[1], 8);
}

static void test_machine_with_odd_numbers_is_refused(void **state)
{
	const uint32_t ids[3] = { 0, 8, 9 };
	struct machine_info machine;

	(void)state;
	nla_put_u32(msg, MINT_A_NR_CORES, MINT_MAX_CORES + 1);
	parse();
	assert_int_equal(machine_info_decode(&machine, attrs), -EPROTO);
	nla_put_u32(msg, MINT_A_NR_CORES, 2);
	nla_put(msg, MINT_A_APIC_IDS, sizeof(ids), ids);
	parse();
	assert_int_equal(machine_info_decode(&machine, attrs), -EPROTO);
}

static void test_state_names(void **state)
{
	static const struct {
		uint32_t state, reason, silent_ms;
		const char *name;
	} cases[] = {
		{ MINT_OS_FREE, 0, 0, "destroyed" },
		{ MINT_OS_CREATED, 0, 9000, "created" },
		{ MINT_OS_STARTING, 0, 9000, "starting" },
		{ MINT_OS_RUNNING, 0, 0, "running" },
		{ MINT_OS_UP, 0, MODEL_HUNG_MS, "up" },
		{ MINT_OS_UP, 0, MODEL_HUNG_MS + 1, "hung" },
		{ MINT_OS_RUNNING, 0, 9000, "hung" },
		{ MINT_OS_ENDED, MINT_END_PANIC, 9000, "panicked" },
		{ MINT_OS_ENDED, MINT_END_POWEROFF, 0, "powered off" },
		{ MINT_OS_ENDED, MINT_END_REBOOT, 0, "rebooted" },
		{ MINT_OS_ENDED, MINT_END_HALT, 0, "halted" },
		{ MINT_OS_ENDED, MINT_END_FENCED, 0, "stopped by force" },
		{ MINT_OS_ENDED, MINT_END_NONE, 0, "ended" },
		{ MINT_OS_ENDED, 99, 0, "ended" },
		{ MINT_OS_BUSY, 0, 0, "busy" },
		{ 99, 0, 0, "unknown" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct os_info os = {
			.state = cases[i].state,
			.reason = cases[i].reason,
			.silent_ms = cases[i].silent_ms,
		};

		assert_string_equal(os_info_state(&os), cases[i].name);
	}
}

static void test_lists(void **state)
{
	struct model m = sample_machine();
	struct dev_info dev = { .owner = 7 };
	char buf[MINT_NAME_LEN];
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_int_equal(model_add_dev(&m, &dev), 0);
	assert_int_equal(model_count_devs(&m, 7), 100);
	assert_int_equal(model_count_devs(&m, 2), 1);
	assert_int_equal(model_find_os(&m, "os3")->id, 3);
	assert_null(model_find_os(&m, "os"));
	assert_string_equal(model_os_name(&m, 2, buf), "os2");
	assert_string_equal(model_os_name(&m, 0, buf), "-");
	assert_string_equal(model_os_name(&m, 12, buf), "#12");
	model_release(&m);
	for (i = 0; i < MINT_MAX_OSES; i++)
		assert_int_equal(model_add_os(&m, &(struct os_info){ .id = i }), 0);
	assert_int_equal(model_add_os(&m, &(struct os_info){ .id = i }), -ENOMEM);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_os_is_decoded),
		TEST(test_turns_are_decoded),
		TEST(test_turns_of_the_first_are_decoded),
		TEST(test_no_turns),
		TEST(test_os_without_name_is_refused),
		TEST(test_wrong_size_is_refused),
		TEST(test_strings_are_cut),
		TEST(test_dev_is_decoded),
		TEST(test_irq_is_decoded),
		TEST(test_line_is_decoded),
		TEST(test_difference_is_decoded),
		TEST(test_route_states),
		TEST(test_names_of_a_set),
		TEST(test_one_gsi),
		TEST(test_machine_is_decoded),
		TEST(test_machine_with_odd_numbers_is_refused),
		TEST(test_state_names),
		TEST(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
