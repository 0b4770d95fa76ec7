// SPDX-License-Identifier: GPL-2.0-only
/*
 * Partition files: what is read, every mistake by its line, which functions are meant, what
 * a plan is made of, and that what is written is read as the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mint/image.h>

#include "lib/msg.h"
#include "partition/check.h"
#include "partition/journal.h"
#include "partition/plan.h"
#include "partition/write.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* ---- files and messages ---------------------------------------------------------------- */

static char dir[64], conf[96], kernel[96], initrd[96];
static char said[16384];

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

/* What the boot protocol wants to see, and no more. */
static void put_kernel(const char *path)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fseek(out, 0x202, SEEK_SET);
	fputs("HdrS", out);
	fclose(out);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/mint-partition.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(conf, sizeof(conf), "%s/conf", dir);
	snprintf(kernel, sizeof(kernel), "%s/bzImage", dir);
	snprintf(initrd, sizeof(initrd), "%s/initrd", dir);
	put_kernel(kernel);
	put(initrd, "four");
	part_dir = dir;
	return 0;
}

static int clean_up(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

/* What is said from here to heard() is in @said. */
static int former_stderr;
static FILE *ear;

static void hear(void)
{
	fflush(stderr);
	ear = tmpfile();
	assert_non_null(ear);
	former_stderr = dup(STDERR_FILENO);
	dup2(fileno(ear), STDERR_FILENO);
}

static void heard(void)
{
	size_t len;

	fflush(stderr);
	dup2(former_stderr, STDERR_FILENO);
	close(former_stderr);
	rewind(ear);
	len = fread(said, 1, sizeof(said) - 1, ear);
	said[len] = '\0';
	fclose(ear);
}

/* Whether it was said of @line, all of it in one message. */
static void assert_said(unsigned int line, const char *text)
{
	char where[128], *at, *found;

	snprintf(where, sizeof(where), "%s:%u: ", conf, line);
	for (at = strstr(said, where); at; at = strstr(at + 1, where)) {
		found = strstr(at, text);
		if (found && found < at + strcspn(at, "\n"))
			return;
	}
	fail_msg("'%s' was not said of line %u, but:\n%s", text, line, said);
}

static struct partition p;

static int read_text(const char *text)
{
	int mistakes;

	put(conf, text);
	hear();
	mistakes = partition_read(&p, conf);
	heard();
	return mistakes;
}

/* ---- the machine -------------------------------------------------------------------------- */

static struct part_facts f;

static void add_dev(uint32_t sbdf, uint32_t owner, uint32_t class, uint32_t flags)
{
	const struct dev_info dev = {
		.sbdf = sbdf, .owner = owner, .home = 1, .state = MINT_DEV_OWNED,
		.flags = flags, .vendor = 0x8086, .device = 0x10d3,
		.class_rev = class << 16,
	};

	assert_int_equal(model_add_dev(&f.m, &dev), 0);
}

/*
 * os1 with cores 0 and 1 and a bridge; os2, that runs with core 2 and a NIC; four more
 * NICs, two of them in a slot, and a disk.
 */
static void begin_machine(void)
{
	const struct os_info oses[] = {
		{
			.id = 1, .name = "os1", .state = MINT_OS_UP, .self = true,
			.generation = 1, .cores = 0x3, .legacy = 0x1f,
			.on = { MINT_THEN_RESTART, MINT_THEN_STOP, MINT_THEN_STOP },
		}, {
			.id = 2, .name = "os2", .state = MINT_OS_UP, .generation = 7,
			.boot_core = 2, .cores = 0x4, .main = { 1ULL << 32, 256 << 20 },
			.dma = { 1ULL << 30, 64 << 20 },
			.has_image = true, .image = "web",
			.on = { MINT_THEN_RESTART, MINT_THEN_STOP, MINT_THEN_STOP },
		},
	};
	const struct image_info web = {
		.name = "web", .state = MINT_IMG_READY, .users = 1 << 1, .initrd = 4,
	};

	part_facts_release(&f);
	memset(&f, 0, sizeof(f));
	f.m.machine = (struct machine_info){
		.nr_cores = 4, .owner = { 1, 1, 2, 0 }, .pool_size = 1 << 30,
		.primary = 1,
	};
	model_add_os(&f.m, &oses[0]);
	model_add_os(&f.m, &oses[1]);
	add_dev(0x0018, 1, 0x0604, MINT_DEVF_BRIDGE);
	add_dev(0x0100, 1, 0x0200, 0);
	add_dev(0x0200, 2, 0x0200, 0);
	add_dev(0x0300, 1, 0x0106, 0);
	add_dev(0x0400, 1, 0x0200, MINT_DEVF_SIBLINGS);
	add_dev(0x0401, 1, 0x0200, MINT_DEVF_SIBLINGS);
	model_add_image(&f.m, &web);
	f.macs[f.nr_macs++] = (struct part_mac){ 0x0400, 0x525400123456ULL };
}

/* os2 was started by apply. */
static void note_os2(const char *cmdline)
{
	struct part_note *n = &f.notes.list[f.notes.nr++];

	strcpy(n->name, "os2");
	n->generation = 7;
	n->files.cmdline = cmdline ? strdup(cmdline) : NULL;
}

#define WEB	"image web { kernel = %1$s\n initrd = %2$s }\n"
#define OS2	"os os2 { cores = 2\n memory = 256M\n image = web\n"

/* A file with the names of kernel and initrd in place of %1$s and %2$s. */
static const char *with_files(const char *format)
{
	static char text[4096];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), format, kernel, initrd);
#pragma GCC diagnostic pop
	return text;
}

static int check_text(const char *text)
{
	int mistakes = read_text(with_files(text));

	hear();
	mistakes += partition_check(&p, &f);
	heard();
	return mistakes;
}

static struct part_plan plan;

static void plan_text(const char *text)
{
	int mistakes = check_text(text);

	if (mistakes)
		fail_msg("%d mistakes:\n%s", mistakes, said);
	part_plan_make(&plan, &p, &f);
}

/* "destroy os2, create os2, ...", for comparing. */
static const char *steps_text(void)
{
	static const char *const names[] = {
		[PART_DESTROY] = "destroy", [PART_LOAD] = "load", [PART_MOVE] = "move",
		[PART_CREATE] = "create", [PART_SET] = "set", [PART_START] = "start",
		[PART_AWAIT] = "await", [PART_POLICY] = "policy", [PART_REMOVE] = "remove",
	};
	static char text[2048];
	unsigned int i, k;
	size_t len = 0;

	text[0] = '\0';
	for (i = 0; i < plan.nr_steps; i++) {
		len += snprintf(text + len, sizeof(text) - len, "%s%s", i ? ", " : "",
				names[plan.steps[i].kind]);
		for (k = 0; k < plan.steps[i].nr; k++)
			len += snprintf(text + len, sizeof(text) - len, " %x",
					plan.steps[i].sbdf[k]);
		len += snprintf(text + len, sizeof(text) - len, " %s",
				plan.steps[i].name[0] ? plan.steps[i].name : "-");
	}
	return text;
}

static void assert_change(const char *name, const char *setting, const char *is,
			  const char *wanted)
{
	unsigned int i;

	for (i = 0; i < plan.nr_changes; i++)
		if (!strcmp(plan.changes[i].name, name) &&
		    !strcmp(plan.changes[i].setting, setting) &&
		    !strcmp(plan.changes[i].is, is) &&
		    !strcmp(plan.changes[i].wanted, wanted))
			return;
	for (i = 0; i < plan.nr_changes; i++)
		print_message("%s %s: '%s' '%s'\n", plan.changes[i].name,
			      plan.changes[i].setting, plan.changes[i].is,
			      plan.changes[i].wanted);
	fail_msg("no change of %s, %s: '%s' to '%s'", name, setting, is, wanted);
}

/* ---- reading -------------------------------------------------------------------------------- */

static void test_all_is_read(void **state)
{
	const struct part_os *os;

	(void)state;
	assert_int_equal(read_text("# a comment\n"
		"image web { kernel = /k initrd = /i cmdline = 'a \"b\"' }\n"
		"os os2 {\n"
		"	cores = \"1,3-5\"\n"
		"	memory = 768M@4G:one-piece\n"
		"	devices = { \"0000:03:00.0\", 52:54:00:12:34:56,\n"
		"		8086:10d3, class:0200 }\n"
		"	legacy = { com1, vga }\n"
		"	image = web\n"
		"	cmdline = \"x y\"\n"
		"	on-reboot = stop\n"
		"	on-crash = restart\n"
		"	hotplug = { class:0108, \"0000:04:00\", \"0000:00:1c.0\" }\n"
		"	wait = 9\n"
		"}\n"
		"start = { os2 }\n"
		"nobody = \"05:00.0\"\n"), 0);
	assert_string_equal(p.images[0].files.cmdline, "a \"b\"");
	os = partition_find_os(&p, "os2");
	assert_non_null(os);
	assert_true(os->cores == 0x3a);
	assert_true(os->size == 768ULL << 20 && os->base == 4ULL << 30 && os->one_piece);
	assert_int_equal(os->nr_devs, 4);
	assert_int_equal(os->devs[0].kind, PART_DEV_BDF);
	assert_true(os->devs[1].kind == PART_DEV_MAC &&
		    os->devs[1].key == 0x525400123456ULL);
	assert_true(os->devs[2].kind == PART_DEV_ID && os->devs[2].key == 0x808610d3);
	assert_true(os->devs[3].kind == PART_DEV_CLASS && os->devs[3].key == 0x200);
	assert_int_equal(os->devs[3].line, 7);
	assert_int_equal(os->legacy, 1 << MINT_LEGACY_COM1 | 1 << MINT_LEGACY_VGA);
	assert_string_equal(os->image, "web");
	assert_int_equal(os->on[MINT_AT_REBOOT], MINT_THEN_STOP);
	assert_int_equal(os->on[MINT_AT_CRASH], MINT_THEN_RESTART);
	assert_int_equal(os->on[MINT_AT_POWEROFF], MINT_THEN_STOP);
	assert_int_equal(os->nr_hotplug, 3);
	assert_int_equal(os->hotplug[1].kind, MINT_POLICY_SLOT);
	assert_int_equal(os->wait_s, 9);
	assert_true(p.has_order && p.nr_order == 1 && p.nr_nobody == 1);
	partition_release(&p);
}

static void test_every_mistake_is_told(void **state)
{
	(void)state;
	assert_int_equal(read_text(
		"os os2 {\n"
		"	cores = 9x\n"				/* 2 */
		"	memory = 3Q\n"
		"	memory = 256M\n"			/* 4: twice */
		"	colour = { red, green }\n"		/* 5: unknown */
		"	devices = { nonsense, \"1:2:3\" }\n"	/* 6: two */
		"	legacy = com9\n"
		"	on-crash = explode\n"
		"	wait = 0\n"
		"	kernel = bzImage\n"			/* 10: not absolute */
		"}\n"
		"os 2x { taste = 3 }\n"				/* 12: two */
		"os os2 { }\n"					/* 13: twice */
		"colour = blue\n"				/* 14: unknown here, too */
		"image web { cores = 2 }\n"			/* 15: of no image */
		"start = { \"4 4\" }\n"), 16);
	assert_said(2, "cores '9x'");
	assert_said(3, "size '3Q'");
	assert_said(4, "twice, also in line 3");
	assert_said(5, "colour: there is no such setting");
	assert_said(6, "device 'nonsense'");
	assert_said(6, "device '1:2:3'");
	assert_said(7, "com9");
	assert_said(8, "explode: 'stop' or 'restart'");
	assert_said(9, "'0': not a number of seconds");
	assert_said(10, "bzImage: not an absolute path");
	assert_said(12, "name '2x'");
	assert_said(12, "taste: there is no such setting");
	assert_said(13, "os2: is described twice");
	assert_said(14, "colour: there is no such setting");
	assert_said(15, "cores: there is no such setting");
	assert_said(16, "name '4 4'");
	partition_release(&p);
}

static void test_turns_are_read(void **state)
{
	(void)state;
	assert_int_equal(read_text(
		"os os2 { cores = \"1,4-5:30%\" memory = 2M slice = 5ms }\n"
		"os os3 { cores = 2:99% memory = 2M }\n"
		"os os4 { cores = { 2:1%, 3, 4:1% } memory = 2M }\n"), 0);
	assert_true(p.oses[0].cores == 0x2 && p.oses[0].shared == 0x30);
	assert_int_equal(p.oses[0].share, 30);
	assert_int_equal(p.oses[0].slice_us, 5000);
	assert_true(p.oses[1].cores == 0 && p.oses[1].shared == 0x4);
	assert_int_equal(p.oses[1].share, 99);
	assert_int_equal(p.oses[1].slice_us, PART_SLICE_US);
	assert_true(p.oses[2].cores == 0x8 && p.oses[2].shared == 0x14);
	assert_int_equal(p.oses[2].share, 1);
	partition_release(&p);
	assert_int_equal(read_text(
		"os os2 {\n"
		"	cores = { 2:30%,\n"
		"		2,\n"				/* 3: whole as well */
		"		3:40%,\n"			/* 4: another share */
		"		4:100%,\n"			/* 5: all of it */
		"		5:0%, \"6,6:30%\" }\n"	/* 6: none; both */
		"	slice = 5001ms\n"
		"}\n"
		"os os3 {\n"
		"	slice = 5\n"				/* 10: of what? */
		"	cores = \"2:30%,3:40%\"\n"
		"	share = 30%\n"				/* 12: it is said of the core */
		"}\n"), 9);
	assert_said(3, "core 2 is named twice");
	assert_said(4, "3:40%: an OS has the same share of all cores that it shares, and of others it has 30%");
	assert_said(5, "cores '4:100%': after a colon comes what the OS has of a shared core, 1% to 99%");
	assert_said(6, "cores '5:0%': after a colon");
	assert_said(6, "core 6 is named twice");
	assert_said(7, "slice '5001ms': not 1ms to 5000ms");
	assert_said(10, "slice '5': not 1ms to 5000ms");
	assert_said(11, "an OS has the same share of all cores");
	assert_said(12, "share: there is no such setting");
	partition_release(&p);
}

/* A list begins anew when it is given again, whatever stands between, and in whatever form. */
static void test_set_twice(void **state)
{
	(void)state;
	assert_int_equal(read_text(
		"os os2 {\n"
		"	cores = 2\n"
		"	memory = 2M\n"
		"	cores = 3\n"				/* 4 */
		"	devices = \"0000:01:00.0\"\n"
		"	devices = \"0000:02:00.0\"\n"		/* 6 */
		"	legacy = { com1, com2 }\n"
		"	legacy = com1\n"			/* 8 */
		"}\n"
		"os os3 { cores = 3 memory = 2M }\n"
		"start = { os2 }\n"
		"start = { os3 }\n"				/* 12 */
		"nobody = class:0200\n"
		"nobody = class:0106\n"), 5);			/* 14 */
	assert_said(4, "cores: is set twice, also in line 2");
	assert_said(6, "devices: is set twice, also in line 5");
	assert_said(8, "legacy: is set twice, also in line 7");
	assert_said(12, "start: is set twice, also in line 11");
	assert_said(14, "nobody: is set twice, also in line 13");
	partition_release(&p);
	/* What is in several lines is one list, as is what is added to it. */
	assert_int_equal(read_text("os os2 { cores = { 1,\n2 \n}\n cores += 3\n }\n"), 0);
	assert_int_equal(p.oses[0].cores, 0xe);
	partition_release(&p);
}

static void test_names_too_long(void **state)
{
	char text[512];

	(void)state;
	snprintf(text, sizeof(text), "os os2 {\n %0100d = 1\n}\n", 0);
	assert_int_equal(read_text(text), 1);
	assert_said(2, "no such option '000");
	assert_true(p.cut_off);
	partition_release(&p);
	snprintf(text, sizeof(text), "os os2 {\n %050d = 1\n}\n", 0);
	assert_int_equal(read_text(text), 1);
	assert_said(2, "there is no such setting of an os");
	assert_false(p.cut_off);
	partition_release(&p);
}

static void test_form(void **state)
{
	(void)state;
	assert_int_equal(read_text("os os2 {\n\tcores = 1x\n\tmemory = }\n"), 2);
	assert_true(p.cut_off);
	assert_said(2, "cores '1x'");
	assert_said(3, "not read further");
	/* What is no section is told as such, not by an equal sign that it lacks. */
	assert_int_equal(read_text("# first\ngroup front {\n\tcores = 2\n}\n"), 1);
	assert_true(p.cut_off);
	assert_said(2, "group: there is no such section or setting; see partition.conf(5); the file is not read further");
	partition_release(&p);
	assert_int_equal(read_text("os os2 {\n\tcores = 1x\n\tnet {\n\t}\n}\n"), 2);
	assert_said(2, "cores '1x'");
	assert_said(3, "net: there is no such section or setting of an os");
	partition_release(&p);
	assert_int_equal(read_text("image web {\n\tos os2 { }\n}\n"), 1);
	assert_said(2, "os: there is no such section or setting of an image");
	partition_release(&p);
	assert_int_equal(read_text("colour = red\nos os2 {\n\tmemory 2M\n}\n"), 2);
	assert_said(1, "colour: there is no such setting; see");
	assert_said(3, "missing equal sign after option 'memory'");
	partition_release(&p);
	/* Of which libconfuse says nothing. */
	assert_int_equal(read_text("os os2 {\n\tcores = 1 # }\n\n"), 1);
	assert_true(p.cut_off);
	assert_non_null(strstr(said, "a closing brace is missing"));
	partition_release(&p);
	/* Comments of any kind count as the lines that they are. */
	assert_int_equal(read_text("# {\n/* \n } */ // x\nos os2 { cores = '#/*' } # \"\nx = 1\n"), 2);
	assert_said(4, "cores '#/*'");
	assert_said(5, "x: there is no such setting");
	partition_release(&p);
	assert_int_equal(read_text(""), 0);
	assert_false(p.cut_off);
	hear();
	assert_int_equal(partition_read(&p, "/nowhere/at/all"), -1);
	heard();
	assert_non_null(strstr(said, "/nowhere/at/all: No such file"));
}

static void test_the_example(void **state)
{
	(void)state;
	assert_int_equal(partition_read(&p, MINT_EXAMPLE), 0);
	assert_int_equal(p.nr_oses, 3);
	assert_int_equal(p.nr_order, 2);
	partition_release(&p);
}

/* ---- checking --------------------------------------------------------------------------------- */

static void test_by_itself(void **state)
{
	(void)state;
	begin_machine();
	note_os2(NULL);
	assert_int_equal(check_text(
		"os os1 { cores = 1 }\n"			/* 1: the first OS */
		"os os2 { cores = 2\n"
		" image = web\n"				/* 3: no such image */
		" hotplug = class:0200\n"
		"}\n"						/* 5: no memory */
		"os os3 { cores = 2\n"				/* 6: that of os2 */
		" memory = 256M\n"
		" initrd = %2$s\n"				/* 8: no kernel */
		" hotplug = class:0200 }\n"			/* 9: twice; no source */
		"os os4 { cores = 3 memory = 256M\n"
		" kernel = /nowhere\n"				/* 11: not there */
		"}\n"
		"start = { os2, os3, os5,\n"			/* 13: os5 */
		" os2 }\n"), 10);				/* 14: again */
	assert_said(1, "os1: cores: it is the first OS");
	assert_said(3, "image web: the file does not describe it");
	assert_said(5, "os2: memory is missing");
	assert_said(6, "core 2 is that of os2 as well");
	assert_said(8, "initrd goes with kernel");
	assert_said(9, "os3: there is nothing to start it from");
	assert_said(9, "goes to os2, by line 4");
	assert_said(11, "/nowhere: No such file");
	assert_said(13, "os5: the file does not describe it");
	assert_said(14, "os2 is named twice");
	partition_release(&p);
}

static void test_against_the_machine(void **state)
{
	(void)state;
	begin_machine();
	note_os2(NULL);
	assert_int_equal(check_text(
		"image web { kernel = %1$s\n cmdline = other }\n"	/* 2: another one */
		"image none { }\n"				/* 3: of what? */
		OS2						/* 4 to 6 */
		" devices = { \"0000:09:00.0\",\n"		/* 7: there is none */
		" \"0000:00:03.0\",\n"				/* 8: a bridge */
		" class:0300, 52:54:00:00:00:01 }\n"		/* 9: none; none */
		"}\n"
		"os os3 { cores = \"0,3-4\"\n"			/* 11: boot core; none */
		" memory = 1G\n"				/* 12: more than there is */
		" devices = \"0000:04:00.1\"\n"			/* 13: and its sibling? */
		" image = web }\n"
		/* 15: with what there is above it would be nothing */
		"os os4 { cores = 3\n memory = 17179869183G\n image = web }\n"), 12);
	assert_said(2, "web: image: it was loaded from other files");
	assert_said(3, "none: image: it is not loaded");
	assert_said(7, "there is no device 0000:09:00.0");
	assert_said(8, "0000:00:03.0 is part of the chipset, a bridge");
	assert_said(9, "no device is left that is class:0300");
	assert_said(9, "no network interface of this OS has the address 52:54:00:00:00:01");
	assert_said(11, "core 0 is the boot core of os1");
	assert_said(11, "core 4 does not exist: the machine has cores 0-3");
	assert_said(12, "the pool is 1G");
	assert_said(13, "0000:04:00.1 and 0000:04:00.0 share a slot");
	assert_said(15, "core 3 is that of os3 as well");
	assert_said(16, "the pool is 1G");
	partition_release(&p);
}

static void test_turns_by_themselves(void **state)
{
	(void)state;
	begin_machine();
	note_os2(NULL);
	assert_int_equal(check_text(WEB				/* 1 and 2 */
		"os os1 { slice = 5ms }\n"			/* 3: the first OS */
		"os os2 { cores = 2 memory = 256M image = web slice = 5ms }\n"	/* 4 */
		"os os3 { cores = \"3,2:30%%\" memory = 2M image = web }\n"
		"os os4 { cores = 2:30%% memory = 2M image = web }\n"	/* 6: a third one */
		"os os5 { cores = 3:30%% memory = 2M image = web }\n"	/* 7: os3 has turns */
		), 4);
	assert_said(3, "os1: slice: it is the first OS");
	assert_said(4, "os2: slice: it shares no core");
	assert_said(6, "os4: core 2 is shared already, by os3");
	assert_said(7, "os5: core 3 cannot be shared: os3, which has it, shares another OS's core");
	partition_release(&p);
	/* Whichever stands first. */
	assert_int_equal(check_text(WEB
		"os os5 { cores = 3:30%% memory = 2M image = web }\n"	/* 3 */
		"os os3 { cores = \"3,2:30%%\" memory = 2M image = web }\n"), 1);
	assert_said(3, "os5: core 3 cannot be shared");
	partition_release(&p);
	/* What was told is not told again as a core that is missing. */
	assert_int_equal(check_text(WEB
		"os os3 { cores = 3:0%% memory = 2M image = web slice = 5ms }\n"), 1);
	partition_release(&p);
}

static void test_turns_against_the_machine(void **state)
{
	(void)state;
	begin_machine();
	note_os2(NULL);
	/* That of the first OS, of os2 who goes, of nobody. */
	assert_int_equal(check_text(WEB "os os3 { cores = \"1-3:30%%\" memory = 2M image = web }\n"), 0);
	partition_release(&p);
	/* By turns it may be whose it is, also where that OS is not asked. */
	f.m.oses[0].self = false;
	f.m.oses[1].self = true;
	assert_int_equal(check_text(WEB OS2 "}\n"
		"os os3 { cores = \"1:30%%\" memory = 2M image = web }\n"), 0);
	partition_release(&p);
	assert_int_equal(check_text(WEB				/* 1 and 2 */
		"os os3 { cores = \"0:30%%\"\n"		/* 3: of the first OS */
		" memory = 2M image = web }\n"
		"os os4 { cores = \"4:30%%\" memory = 2M image = web }\n"), 2);
	assert_said(3, "os3: core 0 cannot be shared: the machine booted on it");
	assert_said(5, "os4: core 4 does not exist");
	partition_release(&p);
	/* There is no number for a second one who has it. */
	f.m.machine.nr_cores = 62;
	assert_int_equal(check_text(WEB
		"os os3 { cores = \"1:30%%\" memory = 2M image = web }\n"
		"os os4 { cores = \"2:30%%\" memory = 2M image = web }\n"), 1);
	assert_said(4, "os4: core 2 cannot be shared: of 62 cores only the first 2 can");
	partition_release(&p);
	f.m.machine.nr_cores = 4;
	/* Of both that have the core, and of nobody else. */
	f.m.images[0].arch = MINT_IMAGE_X86_32;
	assert_int_equal(check_text(WEB
		"os os2 { cores = 2 memory = 2M\n image = web }\n"		/* 4 */
		"os os3 { cores = \"2:30%%\" memory = 2M\n image = web }\n"	/* 6 */
		"os os4 { cores = 3 memory = 2M\n image = web }\n"), 2);
	assert_said(4, "os2: image web has a 32-bit kernel, which cannot share a core");
	assert_said(6, "os3: image web has a 32-bit kernel");
	partition_release(&p);
}

/* ---- which functions --------------------------------------------------------------------------- */

static void test_functions(void **state)
{
	struct part_os *os2, *os3;

	(void)state;
	begin_machine();
	note_os2(NULL);
	/* os2 keeps its NIC; os3 gets the lowest that is left. */
	assert_int_equal(check_text(WEB
		"os os3 { cores = 3 memory = 256M image = web devices = class:0200 }\n"
		OS2 "devices = class:0200 }\n"), 0);
	os2 = partition_find_os(&p, "os2");
	os3 = partition_find_os(&p, "os3");
	assert_int_equal(os2->devs[0].sbdf, 0x200);
	assert_int_equal(os3->devs[0].sbdf, 0x100);
	partition_release(&p);
	/* Who is more exact chooses first, wherever it stands. */
	assert_int_equal(check_text(WEB
		"os os3 { cores = 3 memory = 256M image = web devices = { class:0106, 8086:10d3 } }\n"
		OS2 "devices = \"0000:01:00.0\" }\n"), 0);
	os3 = partition_find_os(&p, "os3");
	assert_int_equal(os3->devs[1].sbdf, 0x200);
	assert_int_equal(os3->devs[0].sbdf, 0x300);
	partition_release(&p);
	/* A slot whose second function goes with it. */
	assert_int_equal(check_text(WEB OS2
		"devices = { 52:54:00:12:34:56, \"0000:04:00.1\" } }\n"), 0);
	assert_int_equal(p.oses[0].devs[0].sbdf, 0x400);
	partition_release(&p);
	/* The same twice. */
	assert_int_equal(check_text(WEB OS2
		"devices = { 02:00.0, \"0000:02:00.0\" } }\n"), 1);
	assert_non_null(strstr(said, "0000:02:00.0 is named twice"));
	partition_release(&p);
}

/* ---- plans --------------------------------------------------------------------------------------- */

static void test_nothing_to_do(void **state)
{
	(void)state;
	begin_machine();
	plan_text(WEB OS2 "devices = class:0200 }\n");
	assert_string_equal(steps_text(), "");
	assert_int_equal(plan.nr_changes, 0);
	partition_release(&p);
	/* Also by the view of os2 itself. */
	f.m.oses[0].self = false;
	f.m.oses[1].self = true;
	plan_text(WEB OS2 "devices = class:0200 }\n");
	assert_string_equal(steps_text(), "");
	partition_release(&p);
	/* What was not noted is taken for the same. */
	plan_text(WEB OS2 "devices = class:0200 cmdline = \"who knows\" }\n");
	assert_string_equal(steps_text(), "");
	partition_release(&p);
}

static void test_order_of_steps(void **state)
{
	(void)state;
	begin_machine();
	/* The NIC of os2 goes by way of os1; the disk is here already. */
	plan_text(WEB "image new { kernel = %1$s }\n"
		"os os4 { cores = 3 memory = 2M }\n"
		"os os3 { cores = 1 memory = 512M image = new wait = 5 on-crash = restart\n"
		" devices = { \"0000:02:00.0\", 0000:03:00.0 } hotplug = \"0000:00:03.0\" }\n"
		OS2 "}\n"
		"start = { os3, os2 }\n");
	assert_string_equal(steps_text(),
			    "load new, move 200 os1, create os4, create os3, set os3, start os3, await os3, policy os3");
	assert_change("os3", "", "", "cores 1, 512M, 0000:02:00.0,0000:03:00.0, running");
	assert_change("0000:02:00.0", "owner", "os2", "os3");
	assert_change("new", "", "", kernel);
	assert_change("0000:00:03.0", "owner", "", "os3");
	assert_int_equal(plan.steps[plan.nr_steps - 1].policy.kind, MINT_POLICY_PORT);
	partition_release(&p);
}

static void test_made_again(void **state)
{
	(void)state;
	begin_machine();
	note_os2("one");
	plan_text(WEB "os os2 { cores = 2-3 memory = 256M image = web cmdline = one\n"
		"devices = class:0200 }\n");
	assert_string_equal(steps_text(), "destroy os2, create os2, start os2");
	assert_change("os2", "cores", "2", "2-3");
	partition_release(&p);
	plan_text(WEB OS2 "cmdline = two devices = class:0200 }\n");
	assert_string_equal(steps_text(), "destroy os2, create os2, start os2");
	assert_change("os2", "cmdline", "one", "two");
	partition_release(&p);
	plan_text(WEB OS2 "cmdline = one devices = class:0200 }\nstart = { }\n");
	assert_string_equal(steps_text(), "destroy os2, create os2");
	assert_change("os2", "state", "up", "created");
	partition_release(&p);
	/* Its memory is one piece below 4 GiB in any case. */
	f.m.oses[1].main.base_paddr = 2ULL << 30;
	f.m.oses[1].dma.size_bytes = 0;
	plan_text(WEB "os os2 { cores = 2 memory = 256M:one-piece image = web cmdline = one devices = class:0200 }\n");
	assert_string_equal(steps_text(), "");
	partition_release(&p);
	f.m.oses[1].main.base_paddr = 4ULL << 30;
	f.m.oses[1].dma.size_bytes = 64 << 20;
	plan_text(WEB "os os2 { cores = 2 memory = 256M:one-piece image = web cmdline = one devices = class:0200 }\n");
	assert_string_equal(steps_text(), "destroy os2, create os2, start os2");
	assert_change("os2", "memory", "256M", "256M:one-piece");
	partition_release(&p);
	f.m.oses[1].dma.size_bytes = 0;
	plan_text(WEB OS2 "cmdline = one devices = class:0200 }\n");
	assert_change("os2", "memory", "256M:one-piece", "256M");
	partition_release(&p);
	/* What was half made. */
	f.m.oses[1].state = MINT_OS_BUSY;
	plan_text(WEB OS2 "devices = class:0200 }\n");
	assert_string_equal(steps_text(), "destroy os2, create os2, start os2");
	partition_release(&p);
}

#define OS3(cores)	"os os3 { cores = " cores " memory = 2M\n image = web "

/* os3 has core 2 by turns, for 30 %, in turns of 5 ms. */
static void add_os3(void)
{
	const struct os_info os3 = {
		.id = 3, .name = "os3", .state = MINT_OS_UP, .generation = 2,
		.boot_core = 2, .shares = true, .shared = 0x4, .share = 30,
		.slice_us = 5000, .main = { 1ULL << 30, 2 << 20 }, .has_image = true,
		.image = "web",
		.on = { MINT_THEN_RESTART, MINT_THEN_STOP, MINT_THEN_STOP },
	};

	assert_int_equal(model_add_os(&f.m, &os3), 0);
}

static void test_turns_are_settings(void **state)
{
	(void)state;
	begin_machine();
	add_os3();
	plan_text(WEB OS2 "devices = class:0200 }\n" OS3("2:30%%") "slice = 5ms }\n");
	assert_string_equal(steps_text(), "");
	assert_int_equal(plan.nr_changes, 0);
	partition_release(&p);
	plan_text(WEB OS2 "devices = class:0200 }\n" OS3("2:40%%") "slice = 5ms }\n");
	assert_string_equal(steps_text(), "set os3");
	assert_change("os3", "share", "30%", "40%");
	assert_int_equal(plan.nr_changes, 1);
	partition_release(&p);
	/* Without one it is as if it had been given at the start. */
	plan_text(WEB OS2 "devices = class:0200 }\n" OS3("2:30%%") "}\n");
	assert_string_equal(steps_text(), "set os3");
	assert_change("os3", "slice", "5ms", "20ms");
	assert_int_equal(plan.nr_changes, 1);
	partition_release(&p);
	/* It is the same to one that does not run. */
	f.m.oses[2].state = MINT_OS_CREATED;
	plan_text(WEB OS2 "devices = class:0200 }\n" OS3("2:40%%") "}\nstart = os2\n");
	assert_string_equal(steps_text(), "set os3");
	partition_release(&p);
}

static void test_turns_made_again(void **state)
{
	(void)state;
	begin_machine();
	add_os3();
	/* Another core, with another share: made with it, and not set. */
	plan_text(WEB OS2 "devices = class:0200 }\n" OS3("\"1:40%%\"") "}\n");
	assert_string_equal(steps_text(), "destroy os3, create os3, start os3");
	assert_change("os3", "cores", "2:30%", "1:40%");
	partition_release(&p);
	/* A whole one is another one. */
	plan_text(WEB OS3("2") "}\n" "os os2 { cores = 2:30%% memory = 256M image = web devices = class:0200 }\n");
	assert_string_equal(steps_text(),
			    "destroy os3, destroy os2, create os3, create os2, start os3, start os2");
	assert_change("os3", "cores", "2:30%", "2");
	assert_change("os2", "cores", "2", "2:30%");
	partition_release(&p);
	/* Who has the core is made again, or goes: who has turns on it goes on. */
	plan_text(WEB "os os2 { cores = 2 memory = 128M image = web devices = class:0200 }\n"
		OS3("2:30%%") "slice = 5ms }\n");
	assert_string_equal(steps_text(), "destroy os2, create os2, start os2");
	partition_release(&p);
	plan_text(WEB OS3("2:30%%") "slice = 5ms }\n");
	assert_string_equal(steps_text(), "destroy os2");
	partition_release(&p);
	/* Who has turns goes first, if both run. */
	plan_text("");
	assert_string_equal(steps_text(), "destroy os3, destroy os2");
	partition_release(&p);
}

/* Wherever they stand in the file. */
static void test_turns_come_last(void **state)
{
	(void)state;
	begin_machine();
	plan_text(WEB OS3("3:30%%") "slice = 5ms }\n"
		"os os4 { cores = 3 memory = 2M image = web }\n"
		OS2 "devices = class:0200 }\n");
	assert_string_equal(steps_text(), "create os4, create os3, start os3, start os4");
	assert_change("os3", "", "", "cores 3:30%, 2M, running");
	assert_int_equal(plan.steps[1].os->slice_us, 5000);
	partition_release(&p);
}

static void test_one_that_does_not_run(void **state)
{
	(void)state;
	begin_machine();
	f.m.oses[1].state = MINT_OS_ENDED;
	plan_text(WEB OS2 "devices = class:0200 }\n");
	assert_string_equal(steps_text(), "start os2");
	partition_release(&p);
	/* It cannot take or give a function where it is. */
	plan_text(WEB OS2 "devices = { class:0200, class:0106 } }\n");
	assert_string_equal(steps_text(), "destroy os2, create os2, start os2");
	assert_change("0000:03:00.0", "owner", "os1", "os2");
	partition_release(&p);
	plan_text(WEB OS2 "devices = class:0200 }\nstart = { }\n");
	assert_string_equal(steps_text(), "");
	partition_release(&p);
}

static void test_moves(void **state)
{
	(void)state;
	begin_machine();
	plan_text(WEB OS2 "devices = { \"0000:04:00.0\", \"0000:04:00.1\" } }\n"
		"nobody = \"0000:03:00.0\"\n");
	/* Functions of a slot in one order. */
	assert_string_equal(steps_text(), "move 200 os1, move 300 -, move 400 401 os2");
	partition_release(&p);
	/* From nobody to one that runs. */
	f.m.devs[3].owner = 0;
	plan_text(WEB OS2 "devices = { class:0200, class:0106 } }\n");
	assert_string_equal(steps_text(), "move 300 os2");
	partition_release(&p);
	/* Nobody's stays nobody's. */
	plan_text(WEB OS2 "devices = class:0200 }\n");
	assert_string_equal(steps_text(), "");
	partition_release(&p);
}

static void test_what_is_not_named_goes(void **state)
{
	struct part_note *n;

	(void)state;
	begin_machine();
	note_os2(NULL);
	f.m.policies[f.m.nr_policies++] =
		(struct policy_info){ MINT_POLICY_CLASS, 0x0108, "os2" };
	plan_text("");
	assert_string_equal(steps_text(), "destroy os2, policy -");
	assert_change("0000:02:00.0", "owner", "os2", "os1");
	assert_change("class:0108", "owner", "os2", "");
	partition_release(&p);
	/* An image goes when it can come back. */
	n = &f.notes.list[f.notes.nr++];
	strcpy(n->name, "web");
	plan_text("");
	assert_string_equal(steps_text(), "destroy os2, policy -, remove web");
	partition_release(&p);
	f.m.images[0].users = 1 << 0;
	plan_text("");
	assert_string_equal(steps_text(), "destroy os2, policy -");
	partition_release(&p);
}

static void test_what_could_not_be_undone(void **state)
{
	(void)state;
	begin_machine();
	plan_text("\n");
	hear();
	assert_int_equal(part_check_fates(&plan), 1);
	heard();
	assert_said(1, "os2: runs, would have to be destroyed");
	partition_release(&p);
	/* Nothing is lost with one that does not run. */
	f.m.oses[1].state = MINT_OS_ENDED;
	plan_text("\n");
	assert_int_equal(part_check_fates(&plan), 0);
	partition_release(&p);
	/* Not the one that we are in. */
	note_os2(NULL);
	f.m.oses[1].self = true;
	plan_text("\n");
	hear();
	assert_int_equal(part_check_fates(&plan), 1);
	heard();
	assert_said(1, "os2: is this OS");
	partition_release(&p);
}

/* ---- there and back ------------------------------------------------------------------------------- */

static int write_what_is(FILE *out, const void *arg)
{
	return part_write(out, arg, false);
}

static void test_what_is_written_is_the_same(void **state)
{
	struct part_note *n;

	(void)state;
	begin_machine();
	note_os2("a \"b\" 'c' \\d ${HOME} # e");
	f.m.oses[1].on[MINT_AT_CRASH] = MINT_THEN_RESTART;
	f.m.oses[0].legacy &= ~(1U << MINT_LEGACY_COM2);
	f.m.oses[1].legacy = 1U << MINT_LEGACY_COM2;
	f.m.devs[3].owner = 0;
	f.m.policies[f.m.nr_policies++] =
		(struct policy_info){ MINT_POLICY_PORT, 0x0018, "os2" };
	f.m.policies[f.m.nr_policies++] =
		(struct policy_info){ MINT_POLICY_SLOT, 0x0500, "os1" };
	n = &f.notes.list[f.notes.nr++];
	strcpy(n->name, "web");
	n->files.kernel = strdup(kernel);
	n->files.initrd = strdup(initrd);
	assert_int_equal(part_store("conf", write_what_is, &f), 0);
	hear();
	assert_int_equal(partition_read(&p, conf), 0);
	assert_int_equal(partition_check(&p, &f), 0);
	heard();
	part_plan_make(&plan, &p, &f);
	assert_string_equal(steps_text(), "");
	assert_int_equal(plan.nr_changes, 0);
	assert_string_equal(partition_find_os(&p, "os2")->files.cmdline,
			    "a \"b\" 'c' \\d ${HOME} # e");
	partition_release(&p);
}

static void test_turns_are_written(void **state)
{
	static const uint32_t slices_us[] = { 5000, PART_SLICE_US };
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(slices_us); i++) {
		begin_machine();
		add_os3();
		f.m.oses[2].cores = 0x8;
		f.m.oses[2].shared = 0x6;
		f.m.oses[2].slice_us = slices_us[i];
		assert_int_equal(part_store("conf", write_what_is, &f), 0);
		hear();
		assert_int_equal(partition_read(&p, conf), 0);
		assert_int_equal(partition_check(&p, &f), 0);
		heard();
		part_plan_make(&plan, &p, &f);
		assert_string_equal(steps_text(), "");
		assert_int_equal(plan.nr_changes, 0);
		assert_int_equal(!!partition_find_os(&p, "os3")->at[PART_SLICE],
				 slices_us[i] != PART_SLICE_US);
		partition_release(&p);
	}
}

/* Each OS can write to the table that they come from. */
static void test_turns_that_make_no_sense(void **state)
{
	static const struct { uint32_t share, slice_us, as, as_us; } of[] = {
		{ 0, 0, 1, 1000 }, { 200, 99000000, 99, 5000000 }, { 30, 1500, 30, 1000 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < COUNT(of); i++) {
		begin_machine();
		add_os3();
		f.m.oses[2].share = of[i].share;
		f.m.oses[2].slice_us = of[i].slice_us;
		assert_int_equal(part_store("conf", write_what_is, &f), 0);
		hear();
		assert_int_equal(partition_read(&p, conf), 0);
		assert_int_equal(partition_check(&p, &f), 0);
		heard();
		assert_int_equal(partition_find_os(&p, "os3")->share, of[i].as);
		assert_int_equal(partition_find_os(&p, "os3")->slice_us, of[i].as_us);
		/* What could be is as it is. */
		part_plan_make(&plan, &p, &f);
		assert_int_equal(plan.nr_changes == 0, of[i].as == of[i].share);
		partition_release(&p);
	}
}

static void test_notes(void **state)
{
	struct part_files files = { kernel, initrd, (char *)"x 'y'" };
	const struct part_mac mac = { 0x100, 0x525400000001ULL };
	struct part_notes notes;
	const struct part_note *n;

	(void)state;
	part_note("os2", 3, &files);
	part_note("web", 0, &files);
	part_note_macs(&mac, 1);
	files = (struct part_files){ .cmdline = NULL };
	part_note("os2", 4, &files);
	part_notes_read(&notes);
	/* The last start of an OS is the one that counts. */
	assert_null(part_find_note(&notes, "os2", 3));
	n = part_find_note(&notes, "os2", 4);
	assert_true(n && !n->files.kernel && !n->files.cmdline);
	n = part_find_note(&notes, "web", 0);
	assert_non_null(n);
	assert_string_equal(n->files.kernel, kernel);
	assert_string_equal(n->files.cmdline, "x 'y'");
	assert_true(notes.nr_macs == 1 && notes.macs[0].mac == mac.mac);
	part_notes_release(&notes);
	/* What cannot be understood is as if it were not there. */
	put(part_path("notes", said, sizeof(said)), "note { name = ");
	part_notes_read(&notes);
	assert_int_equal(notes.nr, 0);
	/* Without a place to keep them there are none. */
	part_dir = NULL;
	part_note("os2", 5, &files);
	part_notes_read(&notes);
	assert_int_equal(notes.nr, 0);
	part_dir = dir;
}

static void test_journal(void **state)
{
	int fd;

	(void)state;
	begin_machine();
	assert_false(part_is_begun());
	assert_int_equal(part_begin(&f), 0);
	assert_true(part_is_begun());
	/* What was before the first of them stays. */
	f.m.nr_oses = 1;
	assert_int_equal(part_begin(&f), 0);
	assert_int_equal(partition_read(&p, part_path(PART_BEFORE, said, sizeof(said))), 0);
	assert_int_equal(p.nr_oses, 2);
	partition_release(&p);
	part_end();
	assert_false(part_is_begun());
	/* One at a time. */
	fd = part_lock();
	assert_true(fd >= 0);
	hear();
	assert_int_equal(part_lock(), -1);
	heard();
	assert_non_null(strstr(said, "another one is at work"));
	close(fd);
	fd = part_lock();
	assert_true(fd >= 0);
	close(fd);
	hear();
	assert_int_equal(part_confirm(), MINTCTL_FAILED);
	heard();
	assert_non_null(strstr(said, "nothing waits"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_is_read),
		cmocka_unit_test(test_every_mistake_is_told),
		cmocka_unit_test(test_turns_are_read),
		cmocka_unit_test(test_set_twice),
		cmocka_unit_test(test_names_too_long),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_the_example),
		cmocka_unit_test(test_by_itself),
		cmocka_unit_test(test_against_the_machine),
		cmocka_unit_test(test_turns_by_themselves),
		cmocka_unit_test(test_turns_against_the_machine),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_nothing_to_do),
		cmocka_unit_test(test_order_of_steps),
		cmocka_unit_test(test_made_again),
		cmocka_unit_test(test_turns_are_settings),
		cmocka_unit_test(test_turns_made_again),
		cmocka_unit_test(test_turns_come_last),
		cmocka_unit_test(test_one_that_does_not_run),
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_what_is_not_named_goes),
		cmocka_unit_test(test_what_could_not_be_undone),
		cmocka_unit_test(test_what_is_written_is_the_same),
		cmocka_unit_test(test_turns_are_written),
		cmocka_unit_test(test_turns_that_make_no_sense),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_journal),
	};

	return cmocka_run_group_tests(tests, set_up, clean_up);
}
