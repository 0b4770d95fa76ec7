// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every command prints with --json, held against the schema by json-check; and that
 * json-check refuses what the schema does not allow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "fake_mint_nl.h"
#include "net/sysfile.h"
#include "mint_samples.h"

/* ---- the kernel: what there is in the sample machine ------------------------------ */

static struct model machine;
static bool hides;	/* what it does not tell everybody */
static unsigned int nr_policies;

static void put_range(struct nl_msg *msg, int base, int size,
		      const struct mint_range *range)
{
	if (!range->size_bytes)
		return;
	nla_put_u64(msg, size, range->size_bytes);
	if (!hides)
		nla_put_u64(msg, base, range->base_paddr);
}

static void fill_starts(struct nl_msg *msg, const struct os_info *os)
{
	nla_put_u32(msg, MINT_A_OS_STARTS, os->starts);
	nla_put_u32(msg, MINT_A_OS_TRIES, os->tries);
	nla_put_u32(msg, MINT_A_OS_AT_REBOOT, os->on[MINT_AT_REBOOT]);
	nla_put_u32(msg, MINT_A_OS_AT_CRASH, os->on[MINT_AT_CRASH]);
	nla_put_u32(msg, MINT_A_OS_AT_POWEROFF, os->on[MINT_AT_POWEROFF]);
	if (os->has_image) {
		nla_put_u32(msg, MINT_A_IMAGE_ID, 0);
		nla_put_string(msg, MINT_A_IMAGE_NAME, os->image);
	}
}

static void fill_turns(struct nl_msg *msg, const struct os_info *os)
{
	if (!os->shares)
		return;
	nla_put_u64(msg, MINT_A_SHARED, os->shared);
	nla_put_u64(msg, MINT_A_GOT_MS, os->got_ms);
	nla_put_u64(msg, MINT_A_STEAL_MS, os->steal_ms);
	nla_put_u64(msg, MINT_A_TURNS, os->turns);
	nla_put_u64(msg, MINT_A_LATEST_US, os->latest_us);
	if (!os->shared)
		return;
	nla_put_u32(msg, MINT_A_SHARE, os->share);
	nla_put_u32(msg, MINT_A_SLICE_US, os->slice_us);
}

static void fill_os(struct nl_msg *msg, const void *arg)
{
	const struct os_info *os = arg;

	nla_put_u32(msg, MINT_A_OS_ID, os->id);
	nla_put_string(msg, MINT_A_OS_NAME, os->name);
	nla_put_u32(msg, MINT_A_OS_STATE, os->state);
	nla_put_u32(msg, MINT_A_OS_REASON, os->reason);
	nla_put_u32(msg, MINT_A_OS_CREATOR, os->creator);
	nla_put_u32(msg, MINT_A_OS_GENERATION, os->generation);
	nla_put_u32(msg, MINT_A_OS_BOOT_CORE, os->boot_core);
	nla_put_u32(msg, MINT_A_OS_LEGACY, os->legacy);
	nla_put_string(msg, MINT_A_OS_RELEASE, os->release);
	nla_put_u32(msg, MINT_A_ARCH, os->arch);
	nla_put_string(msg, MINT_A_OS_TEXT, hides ? "" : os->text);
	nla_put_u32(msg, MINT_A_OS_SILENT_MS, os->silent_ms);
	nla_put_u32(msg, MINT_A_OS_SILENT_CORE, os->silent_core);
	nla_put_u64(msg, MINT_A_CORES, os->cores);
	if (os->has_age)
		nla_put_u64(msg, MINT_A_OS_AGE_MS, os->age_ms);
	if (os->self)
		nla_put_flag(msg, MINT_A_OS_SELF);
	put_range(msg, MINT_A_MEM_BASE, MINT_A_MEM_SIZE, &os->main);
	put_range(msg, MINT_A_DMA_BASE, MINT_A_DMA_SIZE, &os->dma);
	put_range(msg, MINT_A_LOW_BASE, MINT_A_LOW_SIZE, &os->low);
	fill_starts(msg, os);
	fill_turns(msg, os);
}

static void fill_image(struct nl_msg *msg, const void *arg)
{
	const struct image_info *image = arg;

	nla_put_u32(msg, MINT_A_IMAGE_ID, image->id);
	nla_put_string(msg, MINT_A_IMAGE_NAME, image->name);
	nla_put_u32(msg, MINT_A_IMAGE_STATE, image->state);
	nla_put_u32(msg, MINT_A_IMAGE_USERS, image->users);
	nla_put_u32(msg, MINT_A_IMAGE_LOADER, image->loader);
	nla_put_u64(msg, MINT_A_IMAGE_SIZE, image->size);
	nla_put_u64(msg, MINT_A_IMAGE_KERNEL, image->kernel);
	nla_put_u64(msg, MINT_A_IMAGE_INITRD, image->initrd);
	nla_put_string(msg, MINT_A_IMAGE_RELEASE, image->release);
	nla_put_u32(msg, MINT_A_ARCH, image->arch);
	nla_put_u32(msg, MINT_A_IMAGE_KIND, image->kind);
	if (image->kind == MINT_IMG_SNAPSHOT) {
		nla_put_u64(msg, MINT_A_IMAGE_NEED, image->need);
		nla_put_u32(msg, MINT_A_IMAGE_CORES, image->nr_cores);
	}
	nla_put_string(msg, MINT_A_IMAGE_CMDLINE, image->cmdline);
	if (!hides)
		nla_put_u64(msg, MINT_A_IMAGE_BASE, image->base);
}

static void fill_order(struct nl_msg *msg, const struct dev_info *dev)
{
	nla_put_u32(msg, MINT_A_DEV_TO, dev->to);
	nla_put_u32(msg, MINT_A_DEV_BACK, dev->back);
	nla_put_u32(msg, MINT_A_DEV_FROM, dev->from);
	nla_put_u32(msg, MINT_A_DEV_ORDER, dev->order);
	nla_put_u32(msg, MINT_A_DEV_ORDERER, dev->orderer);
	nla_put_u32(msg, MINT_A_DEV_ORDER_OPTIONS, dev->options);
	nla_put_u32(msg, MINT_A_DEV_ERROR, dev->error);
	nla_put_string(msg, MINT_A_DEV_REASON, dev->reason);
	nla_put(msg, MINT_A_DEV_PHASES, sizeof(dev->phase_ns), dev->phase_ns);
}

static void fill_dev(struct nl_msg *msg, const void *arg)
{
	const struct dev_info *dev = arg;

	nla_put_u32(msg, MINT_A_DEV_SBDF, dev->sbdf);
	nla_put_u32(msg, MINT_A_DEV_OWNER, dev->owner);
	nla_put_u32(msg, MINT_A_DEV_HOME, dev->home);
	nla_put_u32(msg, MINT_A_DEV_STATE, dev->state);
	nla_put_u32(msg, MINT_A_DEV_FLAGS, dev->flags);
	nla_put_u16(msg, MINT_A_DEV_VENDOR, dev->vendor);
	nla_put_u16(msg, MINT_A_DEV_DEVICE, dev->device);
	nla_put_u16(msg, MINT_A_DEV_SUB_VENDOR, dev->sub_vendor);
	nla_put_u16(msg, MINT_A_DEV_SUB_DEVICE, dev->sub_device);
	nla_put_u32(msg, MINT_A_DEV_CLASS, dev->class_rev);
	nla_put_u32(msg, MINT_A_DEV_GSI, dev->gsi);
	nla_put_u32(msg, MINT_A_DEV_GSI_FLAGS, dev->gsi_flags);
	nla_put_u32(msg, MINT_A_DEV_BRIDGE, dev->bridge);
	nla_put_u32(msg, MINT_A_DEV_EJECT, dev->eject);
	nla_put_string(msg, MINT_A_DEV_DRIVER, dev->driver);
	nla_put(msg, MINT_A_DEV_BAR_SIZES, sizeof(dev->bar_size), dev->bar_size);
	if (!hides)
		nla_put(msg, MINT_A_DEV_BAR_ADDRS, sizeof(dev->bar), dev->bar);
	if (dev->order)
		fill_order(msg, dev);
}

static void fill_irq(struct nl_msg *msg, const void *arg)
{
	const struct irq_info *irq = arg;

	nla_put_u32(msg, MINT_A_OS_ID, irq->os);
	nla_put_u32(msg, MINT_A_IRQ_GSI, irq->gsi);
	nla_put_u32(msg, MINT_A_IRQ_TYPE, irq->type);
	nla_put_u32(msg, MINT_A_IRQ_CHIP, irq->chip);
	nla_put_u32(msg, MINT_A_IRQ_PIN, irq->pin);
	nla_put_u32(msg, MINT_A_IRQ_FLAGS, irq->flags);
	nla_put_u32(msg, MINT_A_IRQ_VECTOR, irq->vector);
	nla_put_u32(msg, MINT_A_IRQ_DEST, irq->dest);
	nla_put_u32(msg, MINT_A_DEV_SBDF, irq->sbdf);
	nla_put_u64(msg, MINT_A_IRQ_COUNT, irq->count);
	nla_put_u64(msg, MINT_A_IRQ_FOREIGN, irq->foreign);
	nla_put_string(msg, MINT_A_IRQ_DEV, irq->dev);
	if (!irq->has_line)
		return;
	nla_put_u32(msg, MINT_A_IRQ_SHARERS, irq->sharers);
	nla_put_u32(msg, MINT_A_IRQ_EVICTED, irq->evicted);
	nla_put_u32(msg, MINT_A_IRQ_ROUNDS, irq->rounds);
	nla_put_u32(msg, MINT_A_IRQ_FORCED, irq->forced);
	nla_put_u32(msg, MINT_A_IRQ_EVICTIONS, irq->evictions);
	nla_put_u32(msg, MINT_A_IRQ_TIMEOUT_MS, irq->timeout_ms);
	nla_put_string(msg, MINT_A_IRQ_STRATEGY, irq->strategy);
}

static void fill_machine(struct nl_msg *msg, const void *arg)
{
	const struct machine_info *m = arg;

	nla_put_u32(msg, MINT_A_NR_CORES, m->nr_cores);
	nla_put(msg, MINT_A_APIC_IDS, m->nr_cores * sizeof(uint32_t), m->apic_id);
	nla_put(msg, MINT_A_CORE_OWNERS, m->nr_cores * sizeof(uint32_t), m->owner);
	nla_put_u64(msg, MINT_A_POOL_SIZE, m->pool_size);
}

static void fill_diff(struct nl_msg *msg, const void *arg)
{
	const struct diff_info *diff = arg;

	nla_put_string(msg, MINT_A_IRQ_WHAT, diff->what);
	if (diff->gsi != ~0U)
		nla_put_u32(msg, MINT_A_IRQ_GSI, diff->gsi);
	if (diff->os)
		nla_put_u32(msg, MINT_A_OS_ID, diff->os);
	nla_put_u64(msg, MINT_A_IRQ_IS, diff->is);
	nla_put_u64(msg, MINT_A_IRQ_SHOULD, diff->should);
}

static const struct policy_info policies[] = {
	{ MINT_POLICY_BDF, 0x300, "os2" },
	{ MINT_POLICY_SLOT, 0x308, "os2" },
	{ MINT_POLICY_PORT, 0x10, "os3" },
	{ MINT_POLICY_CLASS, 0x0200, "os3" },
};

static void fill_policy(struct nl_msg *msg, const void *arg)
{
	const struct policy_info *p = arg;

	nla_put_u32(msg, MINT_A_POLICY_KIND, p->kind);
	nla_put_u32(msg, MINT_A_POLICY_KEY, p->key);
	nla_put_string(msg, MINT_A_OS_NAME, p->os);
}

static void fill_repairs(struct nl_msg *msg, const void *arg)
{
	(void)arg;
	nla_put_u32(msg, MINT_A_IRQ_REPAIRS, 3);
}

static int answer_diffs(void)
{
	static const struct diff_info diffs[] = {
		{ "rte", 20, 0, 0xff000000000180a1ULL, 0x030000000000a8a1ULL },
		{ "own", 4, 1, MINT_IRQ_FREE, MINT_IRQ_PIN },
		{ "os", ~0U, 3, 4ULL << 32 | 2, 1 },
		{ "header", ~0U, 0, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(diffs) / sizeof(diffs[0]); i++)
		fake_answer(fill_diff, &diffs[i]);
	return 0;
}

static int kernel(int cmd, struct nlattr **attrs, struct nl_msg *request)
{
	unsigned int i;

	(void)attrs;
	(void)request;
	switch (cmd) {
	case MINT_CMD_OS_GET:
		for (i = 0; i < machine.nr_oses; i++)
			assert_int_equal(fake_answer(fill_os, &machine.oses[i]), 0);
		return 0;
	case MINT_CMD_DEV_GET:
		for (i = 0; i < machine.nr_devs; i++)
			assert_int_equal(fake_answer(fill_dev, &machine.devs[i]), 0);
		return 0;
	case MINT_CMD_IRQ_GET:
		for (i = 0; i < machine.nr_irqs; i++)
			assert_int_equal(fake_answer(fill_irq, &machine.irqs[i]), 0);
		return 0;
	case MINT_CMD_IMAGE_GET:
		for (i = 0; i < machine.nr_images; i++)
			assert_int_equal(fake_answer(fill_image, &machine.images[i]), 0);
		return 0;
	case MINT_CMD_MACHINE_GET:
		return fake_answer(fill_machine, &machine.machine);
	case MINT_CMD_POLICY_GET:
		for (i = 0; i < nr_policies; i++)
			assert_int_equal(fake_answer(fill_policy, &policies[i]), 0);
		return 0;
	case MINT_CMD_IRQ_REPAIR:
		return fake_answer(fill_repairs, NULL);
	case MINT_CMD_IRQ_VERIFY:
		return answer_diffs();
	default:
		return -EOPNOTSUPP;
	}
}

/* A function that has everything, ordered away and back. */
static void move_a_dev(struct dev_info *dev)
{
	uint32_t i;

	dev->order = 7;
	dev->orderer = 1;
	dev->bar[0] = 0xfebc0000;
	dev->bar_size[0] = 0x20000;
	dev->bar[2] = 0xc001;
	dev->bar_size[2] = 0x20;
	dev->flags = ~0U;
	dev->sub_vendor = 0xfff2;
	dev->gsi_flags = 3;
	for (i = 0; i < MINT_NR_PHASES; i++)
		dev->phase_ns[i] = i * 1000;
}

static void happen_to_interrupts(void)
{
	static const struct irq_news news[] = {
		{ "registered", 2, 20, ~0U, "" }, { "changed", 2, ~0U, 0x300, "" },
		{ "withdrawn", 9, ~0U, ~0U, "doorbell" }, { "shared", 0, 20, ~0U, "" },
		{ "exclusive", 0, 20, ~0U, "" }, { "evicted", 2, 20, ~0U, "" },
		{ "readmitted", 2, 20, ~0U, "" }, { "throttled", 0, 20, ~0U, "" },
		{ "repaired", 1, ~0U, ~0U, "" },
	};
	size_t i;

	for (i = 0; i < sizeof(news) / sizeof(news[0]); i++)
		fake_irq_event(&news[i]);
}

/* Everything that can happen, then the socket fails: there is no other end. */
static int happen(void)
{
	struct dev_info dev = machine.devs[1];
	struct os_info os = machine.oses[1];

	os.state = MINT_OS_ENDED;
	os.reason = MINT_END_PANIC;
	strcpy(os.text, "a \"text\"\\");
	fake_event(MINT_CMD_OS_NTF, fill_os, &os);
	dev.eject = 1;
	dev.driver[0] = '\0';
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	dev.order++;
	dev.state = MINT_DEV_CLAIM;
	dev.to = 3;
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	dev.state = MINT_DEV_OWNED;
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	dev.order++;
	dev.error = EBUSY;
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	dev.order++;
	dev.options = MINT_ORDER_RETURN;
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	dev.order++;
	dev.owner = 0;
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	dev.state = MINT_DEV_GONE;
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	dev.state = MINT_DEV_OWNED;
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	happen_to_interrupts();
	return -EIO;
}

/* ---- running a command, and the check ------------------------------------------------ */

static char settings[128];
static char dir[] = "/tmp/test_mintctl_schema.XXXXXX";

/* The output goes to file @name of @dir. */
static int mintctl(const char *line, const char *name)
{
	char copy[128], path[128], *argv[16], *save;
	int saved, ret, argc = 0;

	snprintf(copy, sizeof(copy), "mintctl %s", line);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	fflush(NULL);
	saved = dup(STDOUT_FILENO);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_non_null(freopen(path, "w", stdout));
	ret = mintctl_run(argc, argv);
	fflush(NULL);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	return ret;
}

/* Takes the files of @dir away; 0: they were as the schema says, 1: not. */
static int json_check(const char *options)
{
	char command[512];

	snprintf(command, sizeof(command),
		 "%s/tests/tools/json-check %s %s/*; ret=$?; rm -f %s/*; exit $ret",
		 MINT_TOP, options, dir, dir);
	return WEXITSTATUS(system(command));
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static int set_up(void **state)
{
	const struct irq_info door = {
		.os = 1, .gsi = ~0U, .chip = ~0U, .pin = ~0U, .sbdf = ~0U,
		.type = MINT_ROUTE_DOORBELL, .vector = 247, .dev = "doorbell",
	};

	(void)state;
	fake_nl_reset();
	fake_nl.kernel = kernel;
	fake_nl.wait = happen;
	hides = false;
	nr_policies = sizeof(policies) / sizeof(policies[0]);
	machine = sample_machine();
	sample_turns(&machine);
	sample_line(&machine);
	machine.irqs[2].type = MINT_ROUTE_IOAPIC;
	model_add_irq(&machine, &door);
	move_a_dev(&machine.devs[1]);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	model_release(&machine);
	return 0;
}

/* ---- the tests ------------------------------------------------------------------------- */

/* For json-check. */
#define ALL_KEYS	"--all-keys"
#define SOME_KEYS	""
#define A_LINE_EACH	"--lines"

/**
 * struct line - a command line and how its output is checked
 * @differs:	it fails, since it shows a difference, or has no other end
 */
struct line {
	const char *words;
	const char *check;
	bool differs;
};

static const struct line lines[] = {
	{ "os list --json", ALL_KEYS, false },
	{ "os list --json -o NAME,AGE", SOME_KEYS, false },
	{ "os show os3 --json", ALL_KEYS, false },
	{ "image list --json", ALL_KEYS, false },
	{ "image show web --json", ALL_KEYS, false },
	{ "snapshot list --json", ALL_KEYS, false },
	{ "snapshot show warm --json", ALL_KEYS, false },
	{ "dev list --json", ALL_KEYS, false },
	{ "dev show 03:00.0 --json", ALL_KEYS, false },
	{ "dev tree --json", ALL_KEYS, false },
	{ "dev policy --json", ALL_KEYS, false },
	{ "dev policy class:0200 --json", ALL_KEYS, false },
	{ "irq list --json", ALL_KEYS, false },
	{ "irq show 20 --json", ALL_KEYS, false },
	{ "irq show 03:00.0 --json", ALL_KEYS, false },
	{ "irq show doorbell --json", ALL_KEYS, false },
	{ "irq verify --json", ALL_KEYS, true },
	{ "irq repair --json", ALL_KEYS, false },
	{ "irq timeout --json", ALL_KEYS, false },
	{ "irq top --json -n 2 -d 1", A_LINE_EACH, false },
	{ "machine show --json", ALL_KEYS, false },
	/* A tree that has nothing of a machine. */
	{ "doctor --root /etc --json", ALL_KEYS, true },
	{ "monitor --json", A_LINE_EACH, true },
	{ "monitor --json --routes", A_LINE_EACH, true },
};

#define NR_LINES	(sizeof(lines) / sizeof(lines[0]))

static void check_lines(const char *check)
{
	char name[16];
	size_t i;
	int ret;

	for (i = 0; i < NR_LINES; i++) {
		if (strcmp(lines[i].check, check))
			continue;
		snprintf(name, sizeof(name), "line%zu", i);
		ret = mintctl(lines[i].words, name);
		if (ret != (lines[i].differs ? MINTCTL_FAILED : MINTCTL_OK))
			fail_msg("'%s' returned %d", lines[i].words, ret);
	}
	assert_int_equal(json_check(check), 0);
}

static void check_all_lines(void)
{
	check_lines(ALL_KEYS);
	check_lines(SOME_KEYS);
	check_lines(A_LINE_EACH);
}

static void test_output_is_as_the_schema_says(void **state)
{
	(void)state;
	check_all_lines();
}

static void test_output_for_who_may_not_see_all(void **state)
{
	(void)state;
	hides = true;
	check_all_lines();
}

static void test_output_of_an_empty_machine(void **state)
{
	(void)state;
	machine.nr_oses = machine.nr_devs = machine.nr_irqs = machine.nr_images = 0;
	assert_int_equal(mintctl("os list --json", "oses"), MINTCTL_OK);
	assert_int_equal(mintctl("image list --json", "images"), MINTCTL_OK);
	assert_int_equal(mintctl("snapshot list --json", "snapshots"), MINTCTL_OK);
	assert_int_equal(mintctl("dev list --json", "devices"), MINTCTL_OK);
	assert_int_equal(mintctl("irq list --json", "irqs"), MINTCTL_OK);
	assert_int_equal(json_check(""), 0);
}

/* Without what runs and is in the way, or is on its way. */
static void test_plan(void **state)
{
	char words[128];
	char *file = words + strlen("plan ");

	(void)state;
	machine.nr_oses = 3;
	nr_policies = 0;
	machine.nr_images = 1;
	/* os2 shares a core, which a 32-bit kernel cannot. */
	machine.images[0].arch = MINT_IMAGE_X86_64;
	machine.machine.pool_size = 4ULL << 30;
	write_file("conf", "image web { }\n"
		"os os2 { cores = \"2-3,1:40%\" memory = 768M legacy = com2 image = web on-crash = restart }\n");
	snprintf(words, sizeof(words), "plan %s/conf --json", dir);
	assert_int_equal(mintctl(words, "plan"), MINTCTL_OK);
	*strrchr(words, ' ') = '\0';
	assert_int_equal(remove(file), 0);
	assert_int_equal(json_check(ALL_KEYS), 0);
}

static bool has_option(const struct mintctl_cmd *cmd, const char *name)
{
	const struct mintctl_option *o;

	for (o = cmd->options; o->name || o->value; o++) {
		if (o->name && !strcmp(o->name, name))
			return true;
	}
	return false;
}

static void test_every_command_is_checked(void **state)
{
	const struct mintctl_cmd *const *cmd;
	unsigned int nr = 0;
	char words[32];
	size_t i;

	(void)state;
	for (cmd = mintctl_cmds; *cmd; cmd++) {
		if (!has_option(*cmd, "json"))
			continue;
		snprintf(words, sizeof(words), "%s %s", (*cmd)->object, (*cmd)->verb);
		nr++;
		/* By test_plan(). */
		if (!strcmp((*cmd)->object, "plan"))
			continue;
		for (i = 0; i < NR_LINES; i++) {
			if (!strncmp(lines[i].words, words, strlen(words)))
				break;
		}
		if (i == NR_LINES)
			fail_msg("'%s' has --json and is not checked", words);
	}
	assert_int_equal(nr, 20);
}

/* What only shows has JSON, but for a file that apply reads. */
static void test_what_shows_has_json(void **state)
{
	const struct mintctl_cmd *const *cmd;

	(void)state;
	for (cmd = mintctl_cmds; *cmd; cmd++) {
		if ((*cmd)->modifies || !strcmp((*cmd)->object, "export"))
			continue;
		if (!has_option(*cmd, "json"))
			fail_msg("'%s %s' has no --json", (*cmd)->object, (*cmd)->verb);
	}
}

/* What shows or sets has it when it shows. */
static void test_setting_has_no_json(void **state)
{
	(void)state;
	assert_int_equal(mintctl("irq timeout 20 --json", "out"), MINTCTL_USAGE);
	assert_int_equal(mintctl("dev policy class:0200 os2 --json", "out"), MINTCTL_USAGE);
	assert_int_equal(json_check("2> /dev/null"), 1);
}

/* All kinds, so that one that is no more seen is noticed. */
static void test_monitor_tells_of_everything(void **state)
{
	static const char *const kinds[] = {
		"os", "added", "removed", "eject", "ordered", "phase", "moved",
		"returned", "kept", "parked", "driver", "irq",
	};
	char text[65536], event[32];
	size_t i, len;
	FILE *in;

	(void)state;
	mintctl("monitor --json", "events");
	snprintf(text, sizeof(text), "%s/events", dir);
	in = fopen(text, "r");
	remove(text);
	assert_non_null(in);
	len = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[len] = '\0';
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(event, sizeof(event), "\"event\": \"%s\"", kinds[i]);
		if (!strstr(text, event))
			fail_msg("no event '%s'", kinds[i]);
	}
}

static void test_what_is_refused(void **state)
{
	static const char *const bad[] = {
		"{", "[]", "{}", "{ \"oses\": [] }",
		"{ \"version\": 2, \"oses\": [] }",
		"{ \"version\": \"1\", \"oses\": [] }",
		"{ \"version\": 1 }",
		"{ \"version\": 1, \"oses\": [], \"devices\": [] }",
		"{ \"version\": 1, \"version\": 1, \"oses\": [] }",
		"{ \"version\": 1, \"oses\": [ { \"boot-core\": 1 } ] }",
		"{ \"version\": 1, \"oses\": [ { \"id\": \"1\" } ] }",
		"{ \"version\": 1, \"oses\": [ { \"memory\": -1 } ] }",
		"{ \"version\": 1, \"oses\": [ { \"shared\": 2 } ] }",
		"{ \"version\": 1, \"oses\": [ { \"share\": \"30%\" } ] }",
		"{ \"version\": 1, \"oses\": [ { \"slice\": 1.5 } ] }",
		"{ \"version\": 1, \"oses\": [ { \"state\": \"well\" } ] }",
		"{ \"version\": 1, \"devices\": [ { \"flags\": [ \"new\" ] } ] }",
		"{ \"version\": 1, \"devices\": [ { \"bdf\": \"03:00.0\" } ] }",
		"{ \"version\": 1, \"time\": 1.5, \"event\": \"os\", \"name\": \"os2\" }",
		"{ \"version\": 1, \"time\": 1.5, \"event\": \"irq\", \"change\": \"evicted\", \"os\": \"os2\" }",
		"{ \"version\": 1, \"time\": 1.5, \"event\": \"irq\", \"change\": \"lost\", \"os\": null, \"gsi\": 3, \"device\": null }",
		"{ \"version\": 1, \"time\": 1.5, \"event\": \"news\", \"bdf\": \"0000:03:00.0\", \"owner\": null }",
	};
	char text[4096] = "";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(strlen(text) + strlen(bad[i]) + 2 < sizeof(text));
		strcat(text, bad[i]);
		strcat(text, "\n");
	}
	write_file("bad", text);
	assert_int_equal(json_check("--lines --refused"), 0);
	/* And what is right is not. */
	write_file("good", "{ \"version\": 1, \"oses\": [] }\n");
	assert_int_equal(json_check("--lines --refused 2> /dev/null"), 1);
	write_file("empty", "");
	assert_int_equal(json_check("--lines 2> /dev/null"), 1);
}

/* Which is right with -o only. */
static void test_a_key_is_missing(void **state)
{
	static const char text[] = "{ \"version\": 1, \"oses\": [ { \"name\": \"os2\" } ] }\n";

	(void)state;
	write_file("os", text);
	assert_int_equal(json_check(SOME_KEYS), 0);
	write_file("os", text);
	assert_int_equal(json_check(ALL_KEYS " --refused"), 0);
}

/* Where "irq timeout" looks. */
static int make_settings(void)
{
	static char path[64];
	FILE *out;

	snprintf(path, sizeof(path), "%s.sys", dir);
	sysfile_dir = path;
	if (mkdir(path, 0700))
		return -1;
	snprintf(settings, sizeof(settings), "%s/irq_timeout_ms", path);
	out = fopen(settings, "w");
	if (!out)
		return -1;
	fputs("1000\n", out);
	return fclose(out);
}

static void remove_settings(void)
{
	remove(settings);
	rmdir(sysfile_dir);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_output_is_as_the_schema_says),
		TEST(test_output_for_who_may_not_see_all),
		TEST(test_output_of_an_empty_machine),
		TEST(test_plan),
		TEST(test_every_command_is_checked),
		TEST(test_what_shows_has_json),
		TEST(test_setting_has_no_json),
		TEST(test_monitor_tells_of_everything),
		TEST(test_what_is_refused),
		TEST(test_a_key_is_missing),
	};
	int ret;

	if (!mkdtemp(dir) || make_settings())
		return 1;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	remove_settings();
	rmdir(dir);
	return ret;
}
