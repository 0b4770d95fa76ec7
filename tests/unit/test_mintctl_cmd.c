// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of mintctl against a kernel that the test plays: what they ask for,
 * how they wait, what they return.
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
#include <unistd.h>

#include <mint/abi.h>
#include <mint/launch.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "lib/term.h"
#include "net/sysfile.h"
#include "fake_mint_nl.h"

/* ---- the kernel --------------------------------------------------------- */

#define MAX_REQUESTS	32

static struct {
	uint32_t state;		/* of os2, the only OS; MINT_OS_FREE: there is none */
	uint32_t reason;
	uint32_t generation;
	bool self;
	int cmds[MAX_REQUESTS];	/* that changed something */
	unsigned int nr_cmds;
	int refuse;		/* -errno for these */
	/* What happens at each mint_nl_wait(). */
	uint32_t next_state[8];
	unsigned int nr_next;
	/* The last request that changed something. */
	char name[32];
	uint64_t cores, shared, size, base;
	uint32_t share, slice_us;	/* ~0: it is not said */
	uint64_t pool_free;
	uint64_t largest;	/* no OS can have more */
	uint32_t legacy, sbdf[4], action;
	unsigned int nr_sbdf;
	bool force;
	/* Interrupts. */
	uint64_t count, foreign;	/* of the only route, GSI 20 */
	uint64_t step;			/* more of it at each look */
	unsigned int looks;
	unsigned int last_look;		/* then it fails */
	unsigned int nr_diffs;
	int refuse_verify;
	uint32_t repairs;
	char keys[16];
	char kernel[256], initrd[256], cmdline[256], image[32];
	/* Starts. */
	uint32_t starts;
	unsigned int restart_at;	/* mint_nl_wait() after which there is one more */
	bool in_program;
	uint32_t on[MINT_NR_ENDS];
	bool keeps;
} k;

static void put_stamps(struct nl_msg *msg)
{
	uint64_t ns[MINT_NR_STAMPS];
	unsigned int i;

	for (i = 0; i < MINT_NR_STAMPS; i++)
		ns[i] = i * 1000000;
	nla_put(msg, MINT_A_OS_STAMPS, sizeof(ns), ns);
}

static void fill_os(struct nl_msg *msg, const void *arg)
{
	(void)arg;
	nla_put_u32(msg, MINT_A_OS_ID, 2);
	nla_put_string(msg, MINT_A_OS_NAME, "os2");
	nla_put_u32(msg, MINT_A_OS_STATE, k.state);
	nla_put_u32(msg, MINT_A_OS_REASON, k.reason);
	nla_put_u32(msg, MINT_A_OS_GENERATION, k.generation);
	nla_put_string(msg, MINT_A_OS_TEXT, "it was me");
	nla_put_u32(msg, MINT_A_OS_STARTS, k.starts);
	if (k.in_program)
		put_stamps(msg);
	if (k.self)
		nla_put_flag(msg, MINT_A_OS_SELF);
}

static void fill_machine(struct nl_msg *msg, const void *arg)
{
	/* Far from one another: no processor takes them for threads of one core. */
	const uint32_t apic_ids[] = { 0, 0x100, 0x200, 0x300 }, owners[] = { 2, 1, 0, 2 };

	(void)arg;
	nla_put_u32(msg, MINT_A_NR_CORES, 4);
	nla_put(msg, MINT_A_APIC_IDS, sizeof(apic_ids), apic_ids);
	nla_put(msg, MINT_A_CORE_OWNERS, sizeof(owners), owners);
	nla_put_u64(msg, MINT_A_POOL_FREE, k.pool_free);
}

static void fill_irq(struct nl_msg *msg, const void *arg)
{
	(void)arg;
	nla_put_u32(msg, MINT_A_OS_ID, 2);
	nla_put_u32(msg, MINT_A_IRQ_TYPE, MINT_ROUTE_SHARED);
	nla_put_u32(msg, MINT_A_IRQ_GSI, 20);
	nla_put_u64(msg, MINT_A_IRQ_COUNT, k.count);
	nla_put_u64(msg, MINT_A_IRQ_FOREIGN, k.foreign);
	nla_put_u32(msg, MINT_A_IRQ_SHARERS, 3);
	nla_put_u32(msg, MINT_A_IRQ_TIMEOUT_MS, 1000);
	nla_put_string(msg, MINT_A_IRQ_DEV, "edu");
}

static void fill_diff(struct nl_msg *msg, const void *arg)
{
	(void)arg;
	nla_put_string(msg, MINT_A_IRQ_WHAT, "vector");
	nla_put_u32(msg, MINT_A_IRQ_GSI, 20);
	nla_put_u64(msg, MINT_A_IRQ_IS, 1);
	nla_put_u64(msg, MINT_A_IRQ_SHOULD, 161);
}

static void fill_repairs(struct nl_msg *msg, const void *arg)
{
	(void)arg;
	nla_put_u32(msg, MINT_A_IRQ_REPAIRS, k.repairs);
}

static int answer_irqs(void)
{
	if (k.last_look && k.looks == k.last_look)
		return -EIO;
	k.count += k.looks++ ? k.step : 0;
	return fake_answer(fill_irq, NULL);
}

static int answer_diffs(void)
{
	unsigned int i;

	for (i = 0; i < k.nr_diffs && !k.refuse_verify; i++)
		fake_answer(fill_diff, NULL);
	return k.refuse_verify;
}

static void note_string(struct nlattr *attr, char *to, size_t size)
{
	if (attr)
		nla_strlcpy(to, attr, size);
}

static void note_request(struct nlattr **attrs, struct nl_msg *request)
{
	struct nlattr *attr;
	unsigned int i;
	int rem;

	note_string(attrs[MINT_A_OS_NAME], k.name, sizeof(k.name));
	note_string(attrs[MINT_A_KERNEL_PATH], k.kernel, sizeof(k.kernel));
	note_string(attrs[MINT_A_INITRD_PATH], k.initrd, sizeof(k.initrd));
	note_string(attrs[MINT_A_CMDLINE], k.cmdline, sizeof(k.cmdline));
	if (attrs[MINT_A_CORES])
		k.cores = nla_get_u64(attrs[MINT_A_CORES]);
	k.shared = attrs[MINT_A_SHARED] ? nla_get_u64(attrs[MINT_A_SHARED]) : 0;
	k.share = attrs[MINT_A_SHARE] ? nla_get_u32(attrs[MINT_A_SHARE]) : ~0U;
	k.slice_us = attrs[MINT_A_SLICE_US] ? nla_get_u32(attrs[MINT_A_SLICE_US]) : ~0U;
	if (attrs[MINT_A_MEM_SIZE])
		k.size = nla_get_u64(attrs[MINT_A_MEM_SIZE]);
	if (attrs[MINT_A_MEM_BASE])
		k.base = nla_get_u64(attrs[MINT_A_MEM_BASE]);
	if (attrs[MINT_A_LEGACY])
		k.legacy = nla_get_u32(attrs[MINT_A_LEGACY]);
	if (attrs[MINT_A_MACHINE_ACTION])
		k.action = nla_get_u32(attrs[MINT_A_MACHINE_ACTION]);
	k.force = attrs[MINT_A_FORCE];
	k.keeps = attrs[MINT_A_NO_CLEAR];
	note_string(attrs[MINT_A_IMAGE_NAME], k.image, sizeof(k.image));
	for (i = 0; i < MINT_NR_ENDS; i++)
		if (attrs[MINT_A_OS_AT_REBOOT + i])
			k.on[i] = nla_get_u32(attrs[MINT_A_OS_AT_REBOOT + i]);
	nlmsg_for_each_attr(attr, nlmsg_hdr(request), 4, rem) {
		if (nla_type(attr) == MINT_A_DEV_SBDF && k.nr_sbdf < 4)
			k.sbdf[k.nr_sbdf++] = nla_get_u32(attr);
	}
}

static int kernel(int cmd, struct nlattr **attrs, struct nl_msg *request)
{
	switch (cmd) {
	case MINT_CMD_OS_GET:
		if (k.state != MINT_OS_FREE)
			return fake_answer(fill_os, NULL);
		return attrs[MINT_A_OS_NAME] ? -ENOENT : 0;
	case MINT_CMD_MACHINE_GET:
		return fake_answer(fill_machine, NULL);
	case MINT_CMD_DEV_GET:
		return 0;
	case MINT_CMD_IRQ_GET:
		return answer_irqs();
	case MINT_CMD_IRQ_VERIFY:
		return answer_diffs();
	default:
		assert_true(k.nr_cmds < MAX_REQUESTS);
		k.cmds[k.nr_cmds++] = cmd;
		note_request(attrs, request);
		if (cmd == MINT_CMD_IRQ_REPAIR && !k.refuse)
			return fake_answer(fill_repairs, NULL);
		if (cmd == MINT_CMD_OS_CREATE && k.largest && k.size > k.largest)
			return -ENOMEM;
		return k.refuse;
	}
}

/* Something happens, or time goes by until every deadline is over. */
static int wait_for_event(void)
{
	if (!k.nr_next) {
		fake_nl.now_ms += 1000000000;
		return 0;
	}
	k.state = k.next_state[0];
	if (k.restart_at && !--k.restart_at)
		k.starts++;
	k.in_program = k.state == MINT_OS_RUNNING;
	memmove(k.next_state, k.next_state + 1,
		sizeof(k.next_state) - sizeof(k.next_state[0]));
	k.nr_next--;
	return 1;
}

/* The keys that are typed, a second apart; '.': time passes; 'E': the end. */
static int type_key(int64_t deadline_ms)
{
	char key = k.keys[0];

	assert_true(key);
	memmove(k.keys, k.keys + 1, sizeof(k.keys) - 1);
	if (key == 'E')
		return TERM_END;
	if (key == 'R')
		return TERM_RESIZED;
	fake_nl.now_ms = key == '.' ? deadline_ms : fake_nl.now_ms + 1000;
	return key == '.' ? TERM_TIME : key;
}

static void happens(uint32_t state)
{
	k.next_state[k.nr_next++] = state;
}

/* ---- running a command -------------------------------------------------- */

static char errors[16384];
static char output[16384];

static void read_back(int fd, int saved, FILE *f, char *buf, size_t size)
{
	size_t n;

	dup2(saved, fd);
	close(saved);
	rewind(f);
	n = fread(buf, 1, size - 1, f);
	buf[n] = '\0';
	fclose(f);
}

static int mintctl(const char *line)
{
	FILE *out = tmpfile(), *err = tmpfile();
	char copy[512], *argv[40], *save;
	int saved_out, saved_err, ret, argc = 0;

	strcpy(copy, line);
	argv[argc++] = (char *)"mintctl";
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	fflush(NULL);
	saved_out = dup(STDOUT_FILENO);
	saved_err = dup(STDERR_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(err), STDERR_FILENO);
	ret = mintctl_run(argc, argv);
	fflush(NULL);
	read_back(STDOUT_FILENO, saved_out, out, output, sizeof(output));
	read_back(STDERR_FILENO, saved_err, err, errors, sizeof(errors));
	/* Sockets do not leak. */
	assert_int_equal(fake_nl.opened, 0);
	assert_int_equal(fake_nl.listeners, 0);
	assert_int_equal(fake_nl.terminals, 0);
	return ret;
}

static int set_up(void **state)
{
	(void)state;
	fake_nl_reset();
	memset(&k, 0, sizeof(k));
	k.state = MINT_OS_CREATED;
	k.generation = 7;
	fake_nl.kernel = kernel;
	fake_nl.wait = wait_for_event;
	fake_nl.key = type_key;
	return 0;
}

#define assert_says(text)	assert_non_null(strstr(errors, text))

/* ---- all commands ------------------------------------------------------- */

static void test_every_command_has_help(void **state)
{
	char line[64];
	unsigned int i;

	(void)state;
	for (i = 0; mintctl_cmds[i]; i++) {
		const struct mintctl_cmd *cmd = mintctl_cmds[i];

		snprintf(line, sizeof(line), "%s %s --help", cmd->object, cmd->verb);
		assert_int_equal(mintctl(line), MINTCTL_OK);
		assert_non_null(strstr(output, cmd->summary));
		assert_non_null(strstr(output, "usage: mintctl "));
		snprintf(line, sizeof(line), "help %s %s", cmd->object, cmd->verb);
		assert_int_equal(mintctl(line), MINTCTL_OK);
		assert_non_null(strstr(output, cmd->summary));
	}
	assert_int_equal(mintctl("--help"), MINTCTL_OK);
	assert_int_equal(mintctl("os --help"), MINTCTL_OK);
	assert_int_equal(mintctl("help os"), MINTCTL_OK);
	assert_int_equal(mintctl("--version"), MINTCTL_OK);
	assert_int_equal(strncmp(output, "mintctl ", 8), 0);
	assert_int_equal(k.nr_cmds, 0);
}

static void test_every_command_has_a_manual_page(void **state)
{
	char path[4096];
	unsigned int i;

	(void)state;
	for (i = 0; mintctl_cmds[i]; i++) {
		snprintf(path, sizeof(path), MANUAL_DIR "/mintctl-%s%s%s.8",
			 mintctl_cmds[i]->object, *mintctl_cmds[i]->verb ? "-" : "",
			 mintctl_cmds[i]->verb);
		if (access(path, R_OK))
			fail_msg("there is no %s", path);
	}
}

static void test_wrong_usage(void **state)
{
	static const char *const bad[] = {
		"", "foo", "os", "os foo", "help foo", "help os foo", "-x",
		"os list extra", "os list --foo", "os list --jso", "os list -x",
		"os list -o NOPE", "os show", "os show os2 os3", "os show 2x",
		"os create", "os create os2", "os create os2 --cpus 1",
		"os create os2 --memory 1G", "os create --cpus 1 --memory 1G",
		"os create os2 --cpus x --memory 1G",
		"os create os2 --cpus 1 --memory 1X",
		"os create os2 --cpus 1 --memory 1G --dev 3",
		"os create os2 --cpus 1 --memory 1G --dev 3:0.0 --dev 0000:03:00.0",
		"os create os2 --cpus 1 --memory 1G --legacy com9",
		"os create os2 --cpu 1 --memory 1G", "os create os2 --cpus",
		"os create os2 --cores", "os create os2 --core 1 --memory 1G",
		"os create os2 --cores 1:0% --memory 1G",
		"os create os2 --cores 1:30 --memory 1G",
		"os create os2 --cores 1:30%,2:40% --memory 1G",
		"os create os2 --cores 1:30% --slice 20 --memory 1G",
		"os create os2 --cores 1:30% --slice 6s --memory 1G",
		"os start --kernel /x", "os start os2 --kernel", "os start",
		"os start os2 --kernel /x --wait 0", "os start os2 --initrd /x",
		"os start os2 --image web --kernel /x", "os start os2 --image 2x",
		"os start os2 --image web --initrd /x",
		"os restart", "os restart os2 --kernel /x", "os restart os2 --image",
		"os restart os2 --timeout 0", "os restart os2 --wait x",
		"os set", "os set os2", "os set os2 --on-crash", "os set --on-crash stop",
		"os set os2 --on-crash reboot", "os set os2 --on-reboot 1",
		"os set os2 --on-poweroff never", "os set os2 --image x/y",
		"os set os2 --share 30", "os set os2 --share 100%", "os set os2 --share",
		"os set os2 --slice 0ms", "os set os2 --slice 1s", "os set --share 30%",
		"os clone os3 os2 --cores 2:30%",
		"image", "image load", "image load web", "image load --kernel /x",
		"image load 2x --kernel /x", "image load web --kernel",
		"image show", "image show a b", "image list web", "image remove",
		"image remove web --force",
		"os stop", "os stop os2 --timeout x", "os stop os2 --force",
		"os destroy", "os log", "os log os2 x", "os console",
		"dev move", "dev move 03:00.0", "dev move --to os2",
		"dev move nic --to os2", "dev move 03:00.0 --to 2",
		"dev move 03:00.0 3:0.0 --to os2", "dev move 03:00.0 --to os2 --timeout 0",
		"dev release", "dev release 03:00.0 --to os2",
		"dev release 03:00.0 --allow-no-driver", "dev show", "dev show x",
		"dev show 03:00.0 04:00.0", "dev tree 03:00.0", "dev policy x",
		"dev policy class:2 os2", "dev policy class:02000 os2",
		"dev policy class:02g0 os2", "dev policy 03:00.0 2x",
		"dev policy 03:00.0 os2 os3", "monitor foo", "monitor --foo",
		"dev list x", "irq list --json x", "irq show", "irq show x",
		"irq show 240", "irq show 4 5", "irq show 3:0", "irq show doorbells", "irq show 4 -o GSI",
		"irq verify x", "irq verify --fix", "irq repair 4",
		"irq repair x", "irq timeout 20 --json", "irq timeout 5", "irq timeout 60001",
		"irq timeout 1s", "irq timeout 100 200", "irq top x",
		"irq top --delay 0", "irq top --delay 1.5", "irq top -n 0",
		"irq top --number", "irq top --on", "machine", "machine halt",
		"machine poweroff now",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(mintctl(bad[i]), MINTCTL_USAGE);
		assert_string_not_equal(errors, "");
		assert_string_equal(output, "");
	}
	assert_int_equal(k.nr_cmds, 0);
}

/* Not to be taken for what the command returns. */
static void test_own_failures_of_exec(void **state)
{
	static const char *const bad[] = {
		"os exec", "os exec os2", "os exec os2 --", "os exec -x os2 ls",
		"os exec 2x ls", "os exec nobody ls",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(mintctl(bad[i]), 125);
		assert_string_not_equal(errors, "");
	}
	assert_int_equal(mintctl("os exec --help"), MINTCTL_OK);
}

static void test_without_mint(void **state)
{
	(void)state;
	fake_nl.no_family = true;
	assert_int_equal(mintctl("os list"), MINTCTL_FAILED);
	assert_int_equal(mintctl("os create os2 --cpus 1 --memory 1G"),
			 MINTCTL_FAILED);
	assert_int_equal(mintctl("os start os2 --kernel /proc/version --wait 3"),
			 MINTCTL_FAILED);
	assert_int_equal(mintctl("os exec os2 ls"), 125);
	assert_int_equal(mintctl("machine reboot"), MINTCTL_FAILED);
	assert_says("Mint is not running");
}

/* ---- create ------------------------------------------------------------- */

static void test_create(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os create os2 --cores 1,3 --memory=768M@0x40000000 --dev 03:00.0 --dev 0000:04:00.1 --legacy com2,kbd --legacy rtc"),
			 MINTCTL_OK);
	assert_int_equal(k.nr_cmds, 1);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_CREATE);
	assert_string_equal(k.name, "os2");
	assert_true(k.cores == 0xa && k.size == 768ULL << 20);
	assert_true(k.base == 0x40000000);
	assert_int_equal(k.legacy, 0x16);
	assert_int_equal(k.nr_sbdf, 2);
	assert_int_equal(k.sbdf[0], 0x300);
	assert_int_equal(k.sbdf[1], 0x401);
	assert_string_equal(output, "");
	assert_string_equal(errors, "");
}

static void test_create_by_turns(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os create os2 --cores 1,2-3:30% --slice 5ms --memory 1G"), MINTCTL_OK);
	assert_true(k.cores == 0x2 && k.shared == 0xc);
	assert_int_equal(k.share, 30);
	assert_int_equal(k.slice_us, 5000);
	/* Nothing but shared cores, and the kernel says how long a turn is. */
	assert_int_equal(mintctl("os create os2 --cores 2:99% --memory 1G"), MINTCTL_OK);
	assert_true(k.cores == 0 && k.shared == 0x4);
	assert_int_equal(k.share, 99);
	assert_int_equal(k.slice_us, ~0U);
	/* The last word counts. */
	assert_int_equal(mintctl("os create os2 --cores 2:99% --cores 1 --memory 1G"), MINTCTL_OK);
	assert_true(k.cores == 0x2 && k.shared == 0);
	assert_int_equal(k.share, ~0U);
	assert_int_equal(mintctl("os create os3 --core-count 1 --cores 1:50% --memory 1G"), MINTCTL_USAGE);
	assert_says("exclude each other");
	assert_int_equal(mintctl("os create os3 --cores 1 --slice 5ms --memory 1G"), MINTCTL_USAGE);
	assert_says("--slice is for a core that is shared, such as --cores 2:30%");
}

static void test_create_takes_the_earlier_option(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os create os2 --cpus 2-3 --memory 1G"), MINTCTL_OK);
	assert_true(k.cores == 0xc);
}

static void test_create_chooses_cores(void **state)
{
	(void)state;
	k.self = true;
	assert_int_equal(mintctl("os create os3 --core-count 1 --memory 1G"), MINTCTL_OK);
	assert_true(k.cores == 0x4);
	assert_int_equal(mintctl("os create os3 --core-count 2 --memory 1G"), MINTCTL_OK);
	assert_true(k.cores == 0xc);
	assert_string_equal(errors, "");
	assert_int_equal(k.nr_cmds, 2);
	assert_int_equal(mintctl("os create os3 --core-count 3 --memory 1G"), MINTCTL_FAILED);
	assert_says("mintctl: os3: --core-count 3 is more than the 2 that can be had: ");
	assert_int_equal(k.nr_cmds, 2);
	assert_int_equal(mintctl("os create os3 --core-count 1 --cores 1 --memory 1G"), MINTCTL_USAGE);
	assert_says("--cores and --core-count exclude each other");
	assert_int_equal(mintctl("os clone os2 os3"), MINTCTL_USAGE);
	assert_says("--cores is missing, or --core-count");
}

static void test_create_takes_all_memory(void **state)
{
	(void)state;
	k.pool_free = 1ULL << 30;
	assert_int_equal(mintctl("os create os3 --cores 1 --memory max"), MINTCTL_OK);
	assert_true(k.size == 896ULL << 20);
	assert_int_equal(k.nr_cmds, 1);
	/* In pieces: less and less, without a word. */
	k.nr_cmds = 0;
	k.largest = 801ULL << 20;
	assert_int_equal(mintctl("os create os3 --cores 1 --memory max"), MINTCTL_OK);
	assert_true(k.size <= k.largest && k.size > k.largest - (4ULL << 20));
	assert_string_equal(errors, "");
	/* None: the kernel's reason, once. */
	k.nr_cmds = 0;
	k.pool_free = 200ULL << 20;
	k.largest = 1;
	assert_int_equal(mintctl("os create os3 --cores 1 --memory max"), MINTCTL_FAILED);
	assert_says("mintctl: os3: 200M of the pool are free, and of that no piece of 64M or more");
	k.nr_cmds = 0;
	k.pool_free = 100ULL << 20;
	assert_int_equal(mintctl("os create os3 --cores 1 --memory max"), MINTCTL_FAILED);
	assert_int_equal(k.nr_cmds, 0);
	/* Another reason ends it at once. */
	k.nr_cmds = 0;
	k.largest = 0;
	k.refuse = -EBUSY;
	k.pool_free = 1ULL << 30;
	assert_int_equal(mintctl("os create os3 --cores 1 --memory max"), MINTCTL_FAILED);
	assert_int_equal(k.nr_cmds, 1);
}

static void test_create_is_refused(void **state)
{
	(void)state;
	k.refuse = -EBUSY;
	assert_int_equal(mintctl("os create os2 --cpus 1 --memory 1G"),
			 MINTCTL_FAILED);
	assert_says("mintctl: os2: ");
}

/* ---- start -------------------------------------------------------------- */

static void test_start(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os start os2 --kernel /proc/../proc/version --initrd /proc/meminfo --cmdline --quiet"),
			 MINTCTL_OK);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_START);
	assert_string_equal(k.kernel, "/proc/version");
	assert_string_equal(k.initrd, "/proc/meminfo");
	assert_string_equal(k.cmdline, "--quiet");
}

static void test_start_with_bad_files(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os start os2 --kernel /no/such/file"),
			 MINTCTL_FAILED);
	assert_says("mintctl: /no/such/file: ");
	assert_int_equal(mintctl("os start os2 --kernel /proc"), MINTCTL_FAILED);
	assert_says("mintctl: /proc: not a regular file");
	assert_int_equal(mintctl("os start os2 --kernel /proc/version --initrd /nope"),
			 MINTCTL_FAILED);
	assert_says("mintctl: /nope: ");
	assert_int_equal(k.nr_cmds, 0);
}

#define START_AND_WAIT	"os start os2 --kernel /proc/version --wait 60"

static void test_wait_until_up(void **state)
{
	(void)state;
	happens(MINT_OS_STARTING);
	happens(MINT_OS_RUNNING);
	happens(MINT_OS_RUNNING);
	happens(MINT_OS_UP);
	assert_int_equal(mintctl(START_AND_WAIT), MINTCTL_OK);
	assert_int_equal(k.nr_next, 0);
}

static void test_wait_until_it_panics(void **state)
{
	(void)state;
	k.reason = MINT_END_PANIC;
	happens(MINT_OS_STARTING);
	happens(MINT_OS_ENDED);
	happens(MINT_OS_UP);	/* not waited for */
	assert_int_equal(mintctl(START_AND_WAIT), MINTCTL_FAILED);
	assert_int_equal(k.nr_next, 1);
	assert_says("mintctl: os2: panicked before it was up: it was me; the end of its log:");
}

static void test_wait_in_vain(void **state)
{
	(void)state;
	happens(MINT_OS_RUNNING);
	assert_int_equal(mintctl(START_AND_WAIT), MINTCTL_FAILED);
	assert_says("mintctl: os2: not up after 60 s, but still running");
}

static void test_wait_for_one_that_is_destroyed(void **state)
{
	(void)state;
	happens(MINT_OS_FREE);
	assert_int_equal(mintctl(START_AND_WAIT), MINTCTL_FAILED);
	assert_says("destroyed before it was up");
}

static void test_start_refused_does_not_wait(void **state)
{
	(void)state;
	k.refuse = -EINVAL;
	happens(MINT_OS_UP);
	assert_int_equal(mintctl(START_AND_WAIT), MINTCTL_FAILED);
	assert_int_equal(k.nr_next, 1);
}

static void test_start_from_an_image(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os start os2 --image web --cmdline x"), MINTCTL_OK);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_START);
	assert_string_equal(k.image, "web");
	assert_string_equal(k.cmdline, "x");
	assert_string_equal(k.kernel, "");
	/* Or from the one that it has. */
	memset(k.image, 0, sizeof(k.image));
	assert_int_equal(mintctl("os start os2"), MINTCTL_OK);
	assert_string_equal(k.image, "");
	assert_string_equal(output, "");
}

static void test_timings(void **state)
{
	(void)state;
	happens(MINT_OS_STARTING);
	happens(MINT_OS_RUNNING);
	happens(MINT_OS_UP);	/* not waited for */
	assert_int_equal(mintctl("os start os2 --image web --timings"), MINTCTL_OK);
	assert_int_equal(k.nr_next, 1);
	assert_non_null(strstr(output, "first program          1.000 ms      11.000 ms\n"));
	/* It ends before. */
	k.in_program = false;
	k.nr_next = 0;
	k.reason = MINT_END_NOT_LOADED;
	happens(MINT_OS_ENDED);
	assert_int_equal(mintctl("os start os2 --image web --timings"), MINTCTL_FAILED);
	assert_says("not loaded before it was in its first program: it was me");
	assert_string_equal(output, "");
}

/* ---- restart, set ------------------------------------------------------- */

static void test_restart(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	k.starts = 1;
	k.restart_at = 2;
	happens(MINT_OS_UP);
	happens(MINT_OS_RESTARTING);
	happens(MINT_OS_STARTING);
	happens(MINT_OS_UP);	/* not waited for */
	assert_int_equal(mintctl("os restart os2 --image web"), MINTCTL_OK);
	assert_int_equal(k.nr_cmds, 1);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_RESTART);
	assert_string_equal(k.image, "web");
	assert_false(k.force);
	assert_int_equal(k.nr_next, 1);
}

static void test_restart_until_up(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	k.restart_at = 1;
	happens(MINT_OS_RESTARTING);
	happens(MINT_OS_STARTING);
	happens(MINT_OS_RUNNING);
	happens(MINT_OS_UP);
	assert_int_equal(mintctl("os restart os2 --force --wait 5"), MINTCTL_OK);
	assert_true(k.force);
	assert_int_equal(k.nr_next, 0);
}

static void test_restart_in_vain(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	assert_int_equal(mintctl("os restart os2 --timeout 5"), MINTCTL_FAILED);
	assert_says("mintctl: os2: still up after 5 s; ");
	assert_says("restart --force os2");
	/* It ends, and that was all. */
	k.reason = MINT_END_FAILED;
	happens(MINT_OS_ENDED);
	assert_int_equal(mintctl("os restart os2"), MINTCTL_FAILED);
	assert_says("failed, and did not start again: it was me");
	/* The loader finds something wrong. */
	k.state = MINT_OS_UP;
	k.reason = MINT_END_NOT_LOADED;
	k.restart_at = 1;
	happens(MINT_OS_RESTARTING);
	happens(MINT_OS_ENDED);
	assert_int_equal(mintctl("os restart os2"), MINTCTL_FAILED);
	assert_says("not loaded, and did not start again: it was me");
	k.state = MINT_OS_UP;
	happens(MINT_OS_FREE);
	assert_int_equal(mintctl("os restart os2"), MINTCTL_FAILED);
	assert_says("destroyed before it started again");
}

static void test_restart_of_this_os(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	k.self = true;
	assert_int_equal(mintctl("os restart os2"), MINTCTL_FAILED);
	assert_says("os2: is this OS");
	assert_int_equal(k.nr_cmds, 0);
}

static void test_set(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os set os2 --image web --on-reboot stop --on-crash restart"), MINTCTL_OK);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_SET);
	assert_string_equal(k.name, "os2");
	assert_string_equal(k.image, "web");
	assert_int_equal(k.on[MINT_AT_REBOOT], MINT_THEN_STOP);
	assert_int_equal(k.on[MINT_AT_CRASH], MINT_THEN_RESTART);
	assert_int_equal(k.on[MINT_AT_POWEROFF], MINT_THEN_DEFAULT);
	assert_int_equal(mintctl("os set os2 --on-poweroff restart"), MINTCTL_OK);
	assert_int_equal(k.on[MINT_AT_POWEROFF], MINT_THEN_RESTART);
}

static void test_set_turns(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os set os2 --share 40%"), MINTCTL_OK);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_SET);
	assert_int_equal(k.share, 40);
	assert_int_equal(k.slice_us, ~0U);
	assert_int_equal(mintctl("os set os2 --slice 50ms"), MINTCTL_OK);
	assert_int_equal(k.share, ~0U);
	assert_int_equal(k.slice_us, 50000);
	assert_int_equal(mintctl("os set os2 --image web"), MINTCTL_OK);
	assert_true(k.share == ~0U && k.slice_us == ~0U);
}

/* ---- images ------------------------------------------------------------- */

static void test_image_load(void **state)
{
	(void)state;
	assert_int_equal(mintctl("image load web --kernel /proc/version --initrd /proc/meminfo --cmdline quiet"),
			 MINTCTL_OK);
	assert_int_equal(k.cmds[0], MINT_CMD_IMAGE_LOAD);
	assert_string_equal(k.image, "web");
	assert_string_equal(k.kernel, "/proc/version");
	assert_string_equal(k.initrd, "/proc/meminfo");
	assert_string_equal(k.cmdline, "quiet");
	assert_int_equal(mintctl("image load web --kernel /no/such/file"), MINTCTL_FAILED);
	assert_says("mintctl: /no/such/file: ");
	assert_int_equal(k.nr_cmds, 1);
}

static void test_image_remove(void **state)
{
	(void)state;
	assert_int_equal(mintctl("image remove web"), MINTCTL_OK);
	assert_int_equal(k.cmds[0], MINT_CMD_IMAGE_REMOVE);
	assert_string_equal(k.image, "web");
	k.refuse = -EBUSY;
	assert_int_equal(mintctl("image remove web"), MINTCTL_FAILED);
	assert_says("mintctl: web: ");
}

/* ---- stop, destroy ------------------------------------------------------ */

static void test_stop(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	happens(MINT_OS_UP);
	happens(MINT_OS_ENDED);
	assert_int_equal(mintctl("os stop os2"), MINTCTL_OK);
	assert_int_equal(k.nr_cmds, 1);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_STOP);
	/* It has ended already. */
	assert_int_equal(mintctl("os stop os2"), MINTCTL_OK);
	assert_int_equal(k.nr_cmds, 1);
}

static void test_stop_in_vain(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	assert_int_equal(mintctl("os stop os2 --timeout 5"), MINTCTL_FAILED);
	assert_says("mintctl: os2: still up after 5 s; ");
	assert_says("destroy --force os2");
}

static void test_stop_of_nobody(void **state)
{
	(void)state;
	k.state = MINT_OS_FREE;
	assert_int_equal(mintctl("os stop os2"), MINTCTL_FAILED);
	assert_int_equal(k.nr_cmds, 0);
}

static void test_destroy_stops_first(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	happens(MINT_OS_ENDED);
	assert_int_equal(mintctl("os destroy os2"), MINTCTL_OK);
	assert_int_equal(k.nr_cmds, 2);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_STOP);
	assert_int_equal(k.cmds[1], MINT_CMD_OS_DESTROY);
	assert_false(k.force);
	assert_false(k.keeps);
	assert_int_equal(mintctl("os destroy os2 --no-clear"), MINTCTL_OK);
	assert_true(k.keeps);
}

static void test_destroy_of_one_that_will_not_stop(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	assert_int_equal(mintctl("os destroy os2"), MINTCTL_FAILED);
	assert_int_equal(k.nr_cmds, 1);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_STOP);
}

static void test_destroy_by_force(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	assert_int_equal(mintctl("os destroy --force os2"), MINTCTL_OK);
	assert_int_equal(k.nr_cmds, 1);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_DESTROY);
	assert_true(k.force);
}

static void test_destroy_of_what_does_not_run(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os destroy os2"), MINTCTL_OK);
	assert_int_equal(k.nr_cmds, 1);
	assert_int_equal(k.cmds[0], MINT_CMD_OS_DESTROY);
}

static void test_destroy_of_oneself(void **state)
{
	(void)state;
	k.state = MINT_OS_UP;
	k.self = true;
	assert_int_equal(mintctl("os destroy os2"), MINTCTL_FAILED);
	assert_int_equal(k.nr_cmds, 0);
}

/* ---- the others --------------------------------------------------------- */

static void test_move(void **state)
{
	(void)state;
	assert_int_equal(mintctl("dev move 0000:03:00.0 --to os2"), MINTCTL_OK);
	assert_int_equal(k.cmds[0], MINT_CMD_DEV_MOVE);
	assert_int_equal(k.sbdf[0], 0x300);
	assert_string_equal(k.name, "os2");
	k.refuse = -EBUSY;
	assert_int_equal(mintctl("dev move 3:0.0 --to os2"), MINTCTL_FAILED);
	assert_says("mintctl: 0000:03:00.0: ");
}

static void test_machine_end(void **state)
{
	(void)state;
	assert_int_equal(mintctl("machine poweroff"), MINTCTL_OK);
	assert_int_equal(k.action, MINT_MACHINE_POWEROFF);
	assert_int_equal(mintctl("machine reboot"), MINTCTL_OK);
	assert_int_equal(k.action, MINT_MACHINE_REBOOT);
}

static void test_lists(void **state)
{
	(void)state;
	assert_int_equal(mintctl("os list --noheadings -o NAME,STATE"), MINTCTL_OK);
	assert_string_equal(output, "os2  created\n");
	assert_int_equal(mintctl("os list --json --output=NAME"), MINTCTL_OK);
	assert_non_null(strstr(output, "\"name\": \"os2\""));
	assert_int_equal(mintctl("os show os2"), MINTCTL_OK);
	assert_int_equal(mintctl("os show os2 --json"), MINTCTL_OK);
	assert_int_equal(mintctl("os show os9"), MINTCTL_FAILED);
	assert_says("mintctl: os9: no such OS");
	assert_int_equal(mintctl("dev list --json"), MINTCTL_OK);
	assert_int_equal(mintctl("irq list"), MINTCTL_OK);
	assert_int_equal(mintctl("irq list -o GSI,NOPE"), MINTCTL_USAGE);
	assert_says("mintctl: column 'NOPE': unknown; there are GSI, TYPE, ");
	assert_says(", DEVICE\n");
}

/* ---- interrupts --------------------------------------------------------- */

static void test_irq_show(void **state)
{
	(void)state;
	assert_int_equal(mintctl("irq show 20"), MINTCTL_OK);
	assert_non_null(strstr(output, "GSI:         20\n"));
	assert_non_null(strstr(output, "\nos2   active "));
	assert_int_equal(mintctl("irq show 20 --json"), MINTCTL_OK);
	assert_non_null(strstr(output, "\"gsi\": 20,"));
	assert_int_equal(mintctl("irq show 21"), MINTCTL_FAILED);
	assert_says("mintctl: GSI 21: no OS uses it; see 'mintctl irq list'");
	assert_int_equal(mintctl("irq show 03:00.0"), MINTCTL_FAILED);
	assert_says("mintctl: 0000:03:00.0: no such PCI function; see 'mintctl dev list'");
	assert_int_equal(mintctl("irq show doorbell"), MINTCTL_FAILED);
	assert_says("mintctl: doorbell: no OS has one; see 'mintctl irq list'");
	assert_string_equal(output, "");
}

static void test_irq_verify(void **state)
{
	(void)state;
	assert_int_equal(mintctl("irq verify"), MINTCTL_OK);
	assert_string_equal(output, "table and hardware agree\n");
	assert_string_equal(errors, "");
	assert_int_equal(mintctl("irq verify --json"), MINTCTL_OK);
	assert_string_equal(output, 
		"{\n  \"version\": 1,\n  \"differences\": [\n  ]\n}\n");
	k.nr_diffs = 1;
	assert_int_equal(mintctl("irq verify"), MINTCTL_FAILED);
	assert_string_equal(output,
		"GSI 20: the vector is 1 (0x1), should be 161 (0xa1)\n");
	assert_string_equal(errors,
		"mintctl: interrupt table: 1 difference; run 'mintctl irq repair'\n");
	k.nr_diffs = 3;
	assert_int_equal(mintctl("irq verify --json"), MINTCTL_FAILED);
	assert_non_null(strstr(output, "\"should\": 161"));
	assert_says("interrupt table: 3 differences; run 'mintctl irq repair'");
	/* Not to be taken for a difference. */
	k.refuse_verify = -ETIMEDOUT;
	assert_int_equal(mintctl("irq verify"), 2);
	assert_string_equal(output, "");
	assert_says("mintctl: interrupt table: ");
}

static void test_irq_repair(void **state)
{
	(void)state;
	assert_int_equal(mintctl("irq repair"), MINTCTL_OK);
	assert_string_equal(output, "nothing had to be restored\n");
	assert_int_equal(k.nr_cmds, 1);
	assert_int_equal(k.cmds[0], MINT_CMD_IRQ_REPAIR);
	k.nr_diffs = 1;
	k.repairs = 2;
	assert_int_equal(mintctl("irq repair"), MINTCTL_OK);
	assert_string_equal(output,
		"GSI 20: the vector is 1 (0x1), should be 161 (0xa1)\n"
		"2 things restored; 'mintctl irq verify' says whether all is well\n");
	assert_string_equal(errors, "");
}

/* It is done though nobody can say what is wrong. */
static void test_irq_repair_of_what_cannot_be_verified(void **state)
{
	(void)state;
	k.refuse_verify = -EIO;
	k.repairs = 1;
	assert_int_equal(mintctl("irq repair"), MINTCTL_OK);
	assert_string_equal(output,
		"1 thing restored; 'mintctl irq verify' says whether all is well\n");
	k.refuse = -ETIMEDOUT;
	assert_int_equal(mintctl("irq repair"), MINTCTL_FAILED);
	assert_says("mintctl: interrupt table: ");
	k.nr_cmds = 0;
	k.refuse_verify = -EPERM;
	assert_int_equal(mintctl("irq repair"), MINTCTL_FAILED);
	assert_int_equal(k.nr_cmds, 0);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void test_irq_timeout(void **state)
{
	char dir[] = "/tmp/mintctl-test.XXXXXX", path[64], text[16] = "";
	const char *normal = sysfile_dir;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/irq_timeout_ms", dir);
	sysfile_dir = dir;
	assert_int_equal(mintctl("irq timeout"), MINTCTL_FAILED);
	assert_says("irq_timeout_ms: not there; mount it: mount -t mint mint /");
	write_file(path, "1000\n");
	assert_int_equal(mintctl("irq timeout"), MINTCTL_OK);
	assert_string_equal(output, "1000\n");
	/* A file of the kernel forgets what was there. */
	write_file(path, "");
	assert_int_equal(mintctl("irq timeout 250"), MINTCTL_OK);
	assert_string_equal(output, "");
	f = fopen(path, "r");
	assert_int_equal(fread(text, 1, sizeof(text) - 1, f), 4);
	fclose(f);
	assert_string_equal(text, "250\n");
	write_file(path, "soon\n");
	assert_int_equal(mintctl("irq timeout"), MINTCTL_FAILED);
	assert_says("not a number");
	fake_nl.no_family = true;
	assert_int_equal(mintctl("irq timeout"), MINTCTL_FAILED);
	assert_says("Mint is not running");
	unlink(path);
	rmdir(dir);
	sysfile_dir = normal;
}

/* How often @text is in what was printed. */
static unsigned int times_printed(const char *text)
{
	const char *p = output;
	unsigned int nr = 0;

	for (; (p = strstr(p, text)); p++)
		nr++;
	return nr;
}

static void test_irq_top_for_scripts(void **state)
{
	(void)state;
	k.step = 30;
	assert_int_equal(mintctl("irq top --once"), MINTCTL_OK);
	assert_int_equal(k.looks, 2);
	assert_int_equal(times_printed("measured 3.0 s\n"), 1);
	assert_int_equal(times_printed("10.0       0.0    30 os2    20 shared active edu\n"), 1);
	assert_int_equal(times_printed("os2        1   10.0       0.0    30\n"), 1);
	assert_int_equal(times_printed("total      1   10.0       0.0    30\n"), 1);
	/* Without a terminal, until it is stopped or the kernel says no more. */
	k.last_look = k.looks + 6;
	assert_int_equal(mintctl("irq top"), MINTCTL_FAILED);
	assert_int_equal(times_printed("measured"), 5);
	k.last_look = 0;
	fake_nl.has_terminal = true;
	assert_int_equal(mintctl("irq top -d 2 -n 4"), MINTCTL_OK);
	assert_int_equal(times_printed("measured 2.0 s\n"), 4);
	assert_int_equal(times_printed("15.0 "), 8 + 4);
	assert_int_equal(fake_nl.drawn, 0);
}

static void test_irq_top_on_a_terminal(void **state)
{
	(void)state;
	fake_nl.has_terminal = true;
	k.step = 30;
	strcpy(k.keys, ".x. q");
	assert_int_equal(mintctl("irq top --delay 5"), MINTCTL_OK);
	/* At once without rates; twice when it was time; and when space was hit. */
	assert_int_equal(fake_nl.drawn, 4);
	assert_int_equal(times_printed("measuring 5 s (space: now, q: end)\n"), 1);
	assert_int_equal(times_printed("measured 5.0 s (space: now, q: end)\n"), 2);
	assert_int_equal(times_printed("measured 1.0 s (space: now, q: end)\n"), 1);
	assert_int_equal(times_printed("30.0 "), 3);
	assert_string_equal(k.keys, "");
	/* A new size needs no new look. */
	k.looks = 0;
	fake_nl.drawn = 0;
	strcpy(k.keys, "RE");
	assert_int_equal(mintctl("irq top"), MINTCTL_OK);
	assert_int_equal(k.looks, 1);
	assert_int_equal(fake_nl.drawn, 2);
}

#define TEST(f)	cmocka_unit_test_setup(f, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_command_has_help),
		TEST(test_every_command_has_a_manual_page),
		TEST(test_wrong_usage),
		TEST(test_own_failures_of_exec),
		TEST(test_without_mint),
		TEST(test_create),
		TEST(test_create_by_turns),
		TEST(test_create_takes_the_earlier_option),
		TEST(test_create_chooses_cores),
		TEST(test_create_takes_all_memory),
		TEST(test_create_is_refused),
		TEST(test_start),
		TEST(test_start_with_bad_files),
		TEST(test_wait_until_up),
		TEST(test_wait_until_it_panics),
		TEST(test_wait_in_vain),
		TEST(test_wait_for_one_that_is_destroyed),
		TEST(test_start_refused_does_not_wait),
		TEST(test_start_from_an_image),
		TEST(test_timings),
		TEST(test_restart),
		TEST(test_restart_until_up),
		TEST(test_restart_in_vain),
		TEST(test_restart_of_this_os),
		TEST(test_set),
		TEST(test_set_turns),
		TEST(test_image_load),
		TEST(test_image_remove),
		TEST(test_stop),
		TEST(test_stop_in_vain),
		TEST(test_stop_of_nobody),
		TEST(test_destroy_stops_first),
		TEST(test_destroy_of_one_that_will_not_stop),
		TEST(test_destroy_by_force),
		TEST(test_destroy_of_what_does_not_run),
		TEST(test_destroy_of_oneself),
		TEST(test_move),
		TEST(test_machine_end),
		TEST(test_lists),
		TEST(test_irq_show),
		TEST(test_irq_verify),
		TEST(test_irq_repair),
		TEST(test_irq_repair_of_what_cannot_be_verified),
		TEST(test_irq_timeout),
		TEST(test_irq_top_for_scripts),
		TEST(test_irq_top_on_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
