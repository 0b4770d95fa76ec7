// SPDX-License-Identifier: GPL-2.0-only
/* Tables, JSON and text of a machine that is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/msg.h"
#include "lib/topology.h"
#include "show/format.h"
#include "show/view.h"
#include "mint_samples.h"

static struct model machine;

static int set_up(void **state)
{
	(void)state;
	machine = sample_machine();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	model_release(&machine);
	return 0;
}

/* What @view prints. */
#define CAPTURE(call) ({ \
	static char *text_; \
	size_t size_; \
	FILE *out; \
	free(text_); \
	out = open_memstream(&text_, &size_); \
	call; \
	fclose(out); \
	(const char *)text_; \
})

static const char *oses(const char *columns, bool json, bool noheadings)
{
	const struct table_options o = { columns, json, noheadings, NULL };

	return CAPTURE(assert_int_equal(os_view_table(&machine, NULL, &o, out), 0));
}

static const char *names_sorted(const char *sort)
{
	const struct table_options o = { "NAME", false, true, sort };

	return CAPTURE(assert_int_equal(os_view_table(&machine, NULL, &o, out), 0));
}

static const char *machine_text(const struct topology *topology)
{
	return CAPTURE(assert_int_equal(machine_view_text(&machine, topology, out), 0));
}

static void test_machine_show(void **state)
{
	/* Threads of one core differ in bit 1, packages in bit 2. */
	const struct topology known = { true, 2, 2 }, unknown = { .known = false };
	const char *text;

	(void)state;
	machine.machine.pool_size = 4ULL << 30;
	machine.machine.pool_free = 1536ULL << 20;
	machine.machine.shm_base = 0x7f000000;
	text = machine_text(&known);
	assert_non_null(strstr(text, "Role:        os1 has ACPI, the bridges and their slots; this is it\n"
		"OSes:        5\n"
		"Pool:        4G, 1.5G of it free\n"
		"Shared area: 0x7f000000\n"
		"Images:      web  (42M)\n"
		"             -  (22M)\n"
		"             warm  (62M)\n"
		"Kernel:      6.12.1-mint\n"
		"mintctl:     "));
	assert_non_null(strstr(text, "\n\n"
		"CORE APIC-ID PACKAGE SIBLINGS OWNER BOOTS\n"
		"   0       0       0 1        os1   os1\n"
		"   1       2       0 0        os3   os3\n"
		"   2       4       1 3        os2   os2\n"
		"   3       6       1 2        os2   -\n"));
	/* Who may not see where it is; a processor that says nothing; another OS than the first. */
	machine.machine.shm_base = 0;
	machine.machine.primary = 2;
	machine.machine.owner[3] = MINT_OS_NONE;
	text = machine_text(&unknown);
	assert_null(strstr(text, "Shared area"));
	assert_non_null(strstr(text, "os2 has ACPI, the bridges and their slots; this is os1\n"));
	assert_non_null(strstr(text, "\n   3       6       - -        -     -\n"));
}

static void test_os_list(void **state)
{
	(void)state;
	assert_string_equal(oses(NULL, false, false),
		"NAME STATE    CORES MEMORY DEVS   AGE REASON\n"
		"os1  up       0      1023M    1 2h05m (self)\n"
		"os2  up       2-3     768M    1 1m05s -\n"
		"os3  panicked 1       512M    0   41s sysrq triggered crash\n"
		"os4  hung     -       1.5G    0 4d15h core 7 silent for 12 s\n"
		"os5  created  -       100M    0     - -\n");
}

static void test_os_list_for_scripts(void **state)
{
	(void)state;
	assert_string_equal(oses("name,STATE", false, true),
		"os1  up\nos2  up\nos3  panicked\nos4  hung\nos5  created\n");
	assert_string_equal(oses("legacy,address", false, true),
		"com1,kbd,vga,rtc    0x100000\n"
		"com2             0x140000000\n"
		"-                 0x50000000\n"
		"-                 0x70000000\n"
		"-                 0x90000000\n");
}

static void test_more_columns(void **state)
{
	const char *text = oses("+APIC-IDS", false, false);

	(void)state;
	assert_non_null(strstr(text, "NAME STATE"));
	assert_non_null(strstr(text, "APIC-IDS\n"));
	assert_non_null(strstr(text, " 4,6\n"));
	assert_string_equal(oses("STATE,name,state,NAME", false, true),
		"up       os1\nup       os2\npanicked os3\nhung     os4\ncreated  os5\n");
}

static void test_earlier_names_of_columns(void **state)
{
	const struct table_options o = { "cpu,dest", false, false, NULL };
	const char *text = oses("CPUS,BOOT-CPU,silent-cpu", false, false);

	(void)state;
	assert_int_equal(strncmp(text, "CORES BOOT-CORE SILENT-CORE\n", 28), 0);
	assert_non_null(strstr(oses("cpus", true, false), "\"cores\": ["));
	text = CAPTURE(irq_view_table(&machine, &o, out));
	assert_int_equal(strncmp(text, "CORE DEST\n", 10), 0);
}

static void test_turns(void **state)
{
	(void)state;
	sample_turns(&machine);
	machine.nr_oses = 3;
	assert_string_equal(oses("NAME,CORES,APIC-IDS,SHARED,SHARE,SLICE,GOT,STEAL,TURNS,LATEST", false, false),
		"NAME CORES     APIC-IDS SHARED SHARE SLICE    GOT STEAL TURNS LATEST\n"
		"os1  0         0        -          -     -      -     -     -      -\n"
		"os2  2-3,1:30% 2,4,6    1         30  20ms  95.5s  1.3s  4711 61.5ms\n"
		"os3  1         2        -          -     - 200.0s  0.0s  4712 20.0ms\n");
	/* Only the table of cores has both. */
	assert_non_null(strstr(oses(NULL, false, true), "os2  up       2-3,1:30%"));
	machine.oses[1].slice_us = 1500;
	assert_string_equal(oses("SLICE", false, true), "    -\n1.5ms\n    -\n");
	machine.oses[1].slice_us = 5000000;
	assert_string_equal(oses("SLICE", false, true), "     -\n5000ms\n     -\n");
}

static void test_turns_json(void **state)
{
	(void)state;
	sample_turns(&machine);
	machine.nr_oses = 3;
	assert_string_equal(
		oses("cores,shared,share,slice,got,steal,turns,latest", true, false),
		"{\n"
		"  \"version\": 1,\n"
		"  \"oses\": [\n"
		"    {\n"
		"      \"cores\": [\n"
		"        0\n"
		"      ],\n"
		"      \"shared\": [\n"
		"      ],\n"
		"      \"share\": null,\n"
		"      \"slice\": null,\n"
		"      \"got\": null,\n"
		"      \"steal\": null,\n"
		"      \"turns\": null,\n"
		"      \"latest\": null\n"
		"    },\n"
		"    {\n"
		"      \"cores\": [\n"
		"        2,\n"
		"        3\n"
		"      ],\n"
		"      \"shared\": [\n"
		"        1\n"
		"      ],\n"
		"      \"share\": 30,\n"
		"      \"slice\": 20000,\n"
		"      \"got\": 95549,\n"
		"      \"steal\": 1290,\n"
		"      \"turns\": 4711,\n"
		"      \"latest\": 61500\n"
		"    },\n"
		"    {\n"
		"      \"cores\": [\n"
		"        1\n"
		"      ],\n"
		"      \"shared\": [\n"
		"      ],\n"
		"      \"share\": null,\n"
		"      \"slice\": null,\n"
		"      \"got\": 200000,\n"
		"      \"steal\": 40,\n"
		"      \"turns\": 4712,\n"
		"      \"latest\": 20000\n"
		"    }\n"
		"  ]\n"
		"}\n");
}

static void test_turns_of_one_os(void **state)
{
	(void)state;
	sample_turns(&machine);
	assert_non_null(strstr(CAPTURE(os_view_text(&machine, &machine.oses[1], out)),
		"Cores:       1  (APIC id 2)  by turns, 30 %\n"
		"             2  (APIC id 4)  boots here\n"
		"             3  (APIC id 6)\n"
		"Turns:       4711; had 95.5 s, waited 1.3 s, at most 61.5 ms for one\n"));
	assert_non_null(strstr(CAPTURE(os_view_text(&machine, &machine.oses[2], out)),
		"Cores:       1  (APIC id 2)  boots here\n"
		"Turns:       4712; had 200.0 s, waited 0.0 s, at most 20.0 ms for one\n"));
	assert_null(strstr(CAPTURE(os_view_text(&machine, &machine.oses[0], out)), "Turns"));
}

/* Numbers as such, in ms and microseconds, whatever the text has. */
static void test_turns_sorted(void **state)
{
	(void)state;
	sample_turns(&machine);
	machine.nr_oses = 3;
	assert_string_equal(names_sorted("GOT"), "os2\nos3\nos1\n");
	assert_string_equal(names_sorted("-GOT"), "os3\nos2\nos1\n");
	assert_string_equal(names_sorted("STEAL"), "os3\nos2\nos1\n");
	assert_string_equal(names_sorted("TURNS"), "os2\nos3\nos1\n");
	assert_string_equal(names_sorted("SHARE"), "os2\nos1\nos3\n");
}

static void test_os_json(void **state)
{
	(void)state;
	assert_string_equal(
		oses("name,self,cpus,memory,devices,age,reason", true, false),
		"{\n"
		"  \"version\": 1,\n"
		"  \"oses\": [\n"
		"    {\n"
		"      \"name\": \"os1\",\n"
		"      \"self\": true,\n"
		"      \"cores\": [\n"
		"        0\n"
		"      ],\n"
		"      \"memory\": 1072693248,\n"
		"      \"devices\": [\n"
		"        \"0000:00:00.0\"\n"
		"      ],\n"
		"      \"age\": 7500000,\n"
		"      \"reason\": null\n"
		"    },\n"
		"    {\n"
		"      \"name\": \"os2\",\n"
		"      \"self\": false,\n"
		"      \"cores\": [\n"
		"        2,\n"
		"        3\n"
		"      ],\n"
		"      \"memory\": 805306368,\n"
		"      \"devices\": [\n"
		"        \"0000:03:00.0\"\n"
		"      ],\n"
		"      \"age\": 65000,\n"
		"      \"reason\": null\n"
		"    },\n"
		"    {\n"
		"      \"name\": \"os3\",\n"
		"      \"self\": false,\n"
		"      \"cores\": [\n"
		"        1\n"
		"      ],\n"
		"      \"memory\": 536870912,\n"
		"      \"devices\": [\n"
		"      ],\n"
		"      \"age\": 41000,\n"
		"      \"reason\": \"sysrq triggered crash\"\n"
		"    },\n"
		"    {\n"
		"      \"name\": \"os4\",\n"
		"      \"self\": false,\n"
		"      \"cores\": [\n"
		"      ],\n"
		"      \"memory\": 1610612736,\n"
		"      \"devices\": [\n"
		"      ],\n"
		"      \"age\": 400000000,\n"
		"      \"reason\": \"core 7 silent for 12 s\"\n"
		"    },\n"
		"    {\n"
		"      \"name\": \"os5\",\n"
		"      \"self\": false,\n"
		"      \"cores\": [\n"
		"      ],\n"
		"      \"memory\": 104857600,\n"
		"      \"devices\": [\n"
		"      ],\n"
		"      \"age\": null,\n"
		"      \"reason\": null\n"
		"    }\n"
		"  ]\n"
		"}\n");
}

static void test_json_escapes_what_others_wrote(void **state)
{
	const char *text;

	(void)state;
	strcpy(machine.oses[2].text, "a\"b\\c [ null ]");
	text = oses("reason", true, false);
	assert_non_null(strstr(text, "\"a\\\"b\\\\c [ null ]\""));
}

static void test_empty_list(void **state)
{
	(void)state;
	machine.nr_oses = 0;
	assert_string_equal(oses(NULL, true, false), "{\n  \"version\": 1,\n  \"oses\": [\n  ]\n}\n");
	assert_string_equal(oses("NAME,STATE", false, false), "NAME STATE\n");
	assert_string_equal(oses("NAME,STATE", false, true), "");
}

static const char *devices_sorted(const char *sort)
{
	const struct table_options o = { "BDF", false, true, sort };

	return CAPTURE(assert_int_equal(dev_view_table(&machine, &o, out), 0));
}

static void test_sorted(void **state)
{
	const struct table_options json = { "NAME", true, false, "-NAME" };
	const struct table_options bad = { NULL, false, false, "-NAMES" };
	const char *text;

	(void)state;
	/* Numbers as such, in bytes and ms, whatever the text has; equal ones stay. */
	assert_string_equal(names_sorted("memory"), "os5\nos3\nos2\nos1\nos4\n");
	assert_string_equal(names_sorted("-MEMORY"), "os4\nos1\nos2\nos3\nos5\n");
	assert_string_equal(names_sorted("STATE"), "os5\nos4\nos3\nos1\nos2\n");
	/* What has no value comes last, in either order. */
	assert_string_equal(names_sorted("AGE"), "os3\nos2\nos1\nos4\nos5\n");
	assert_string_equal(names_sorted("-AGE"), "os4\nos1\nos2\nos3\nos5\n");
	/* A list by its first number, strings with the numbers in them. */
	assert_string_equal(names_sorted("CORES"), "os1\nos3\nos2\nos4\nos5\n");
	strcpy(machine.oses[0].name, "os10");
	assert_string_equal(names_sorted("NAME"), "os2\nos3\nos4\nos5\nos10\n");
	assert_string_equal(devices_sorted("-GSI"), "0000:03:01.0\n0000:03:00.0\n0000:00:00.0\n");
	text = CAPTURE(assert_int_equal(os_view_table(&machine, &machine.oses[1], &json, out), 0));
	assert_non_null(strstr(text, "\"os2\""));
	assert_int_equal(table_check(os_columns, os_nr_columns, &bad), MINTCTL_USAGE);
	assert_int_equal(os_view_table(&machine, NULL, &bad, stdout), MINTCTL_USAGE);
}

static void test_bad_columns_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "+", "NAM", "NAMES", "NAME,", ",NAME", "NAME,,STATE", "NAME STATE",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct table_options o = { .columns = bad[i] };

		assert_int_equal(table_check(os_columns, os_nr_columns, &o),
				 MINTCTL_USAGE);
	}
}

static void test_os_show(void **state)
{
	(void)state;
	assert_string_equal(
		CAPTURE(os_view_text(&machine, &machine.oses[1], out)),
		"Name:        os2\n"
		"Number:      2, generation 2, created by os1\n"
		"State:       up\n"
		"Started:     1m05s ago\n"
		"Kernel:      6.12.1-mint x86_64\n"
		"Silence:     4 ms (core 2)\n"
		"Image:       web\n"
		"Starts:      3, the last 1 by itself and in vain\n"
		"When it:     reboots: restart, panics: restart, powers off: stop\n"
		"Cores:       2  (APIC id 4)  boots here\n"
		"             3  (APIC id 6)\n"
		"Memory:      0x140000000-0x16fffffff  (768M)\n"
		"             0x44000000-0x47ffffff  (64M below 4 GiB for devices)\n"
		"             0x17000-0x1cfff  (24K below 1 MiB to start cores)\n"
		"Devices:     0000:03:00.0  fff1:10d3, driver e1000e\n"
		"Legacy:      com2\n");
	assert_non_null(strstr(
		CAPTURE(os_view_text(&machine, &machine.oses[2], out)),
		"State:       panicked: sysrq triggered crash\n"));
	assert_non_null(strstr(
		CAPTURE(os_view_text(&machine, &machine.oses[2], out)),
		"Image:       its own, without a name\nStarts:      1\n"));
}

static void test_start_timings(void **state)
{
	struct os_info *os = &machine.oses[1];

	(void)state;
	memset(os->stamp_ns, 0xff, sizeof(os->stamp_ns));
	os->stamp_ns[MINT_STAMP_ASKED] = 0;
	os->stamp_ns[MINT_STAMP_IMAGE] = 1500000;
	os->stamp_ns[MINT_STAMP_ORDER] = 2000000;
	os->stamp_ns[MINT_STAMP_BEGIN] = 1000000;	/* nonsense */
	os->stamp_ns[MINT_STAMP_KERNEL] = 152000000;
	assert_string_equal(CAPTURE(start_timings_print(os, out)),
		"os2\n"
		"UNTIL                      TOOK          AFTER\n"
		"image                  1.500 ms       1.500 ms\n"
		"order                  0.500 ms       2.000 ms\n"
		"boot core                     -              -\n"
		"checks                        -              -\n"
		"kernel copied        150.000 ms     152.000 ms\n"
		"initrd copied                 -              -\n"
		"kernel entered                -              -\n"
		"memory known                  -              -\n"
		"kernel_init                   -              -\n"
		"initcalls                     -              -\n"
		"first program                 -              -\n");
}

static void test_image_list(void **state)
{
	const struct table_options o = { .json = false };

	(void)state;
	assert_string_equal(CAPTURE(image_view_table(&machine, NULL, &o, out)),
		"NAME STATE   SIZE KERNEL INITRD RELEASE     USERS\n"
		"web  ready    42M    21M    20M 6.12.1-mint os2\n"
		"-    loading  22M    21M      - 6.12.1-mint os3\n"
		"warm ready    62M    57M     8K 6.12.1-mint -\n");
}

static void test_snapshot_list(void **state)
{
	const struct table_options o = { .json = false };

	(void)state;
	model_keep_snapshots(&machine);
	assert_string_equal(CAPTURE(snapshot_view_table(&machine, NULL, &o, out)),
		"NAME STATE SIZE MEMORY CORES RELEASE     USERS\n"
		"warm ready  62M   256M     2 6.12.1-mint -\n");
	assert_string_equal(CAPTURE(image_view_text(&machine, &machine.images[0], out)),
		"Name:        warm\n"
		"Number:      4\n"
		"State:       ready\n"
		"Memory:      62M at 0x7a000000\n"
		"Snapshot:    of 57M in use\n"
		"Kernel:      6.12.1-mint\n"
		"For an OS:   with 256M in one piece, and 2 cores\n"
		"Users:       -\n");
}

static void test_image_show(void **state)
{
	(void)state;
	assert_string_equal(
		CAPTURE(image_view_text(&machine, &machine.images[1], out)),
		"Name:        -\n"
		"Number:      3\n"
		"State:       loading (by os3)\n"
		"Memory:      22M at 0x78000000\n"
		"Kernel:      21M, 6.12.1-mint x86_64\n"
		"Initrd:      -\n"
		"Users:       os3\n");
}

static void test_hidden_addresses(void **state)
{
	struct os_info *os = &machine.oses[1];
	struct dev_info *dev = &machine.devs[1];
	const char *text;

	(void)state;
	os->hides_addresses = dev->hides_addresses = true;
	os->main.base_paddr = os->dma.base_paddr = os->low.base_paddr = 0;
	dev->bar_size[0] = 0x20000;
	text = CAPTURE(os_view_text(&machine, os, out));
	assert_non_null(strstr(text, "Memory:      -  (768M)\n"));
	assert_null(strstr(text, "0x"));
	text = CAPTURE(dev_view_text(&machine, dev, out));
	assert_non_null(strstr(text, "BAR 0:       -  (128K)\n"));
	assert_null(strstr(text, "0x"));
	text = CAPTURE(os_view_table(&machine, os, &(const struct table_options){
		"address,memory", true, false, NULL }, out));
	assert_non_null(strstr(text, "\"address\": null"));
	text = CAPTURE(dev_view_table(&machine, &(const struct table_options){
		"bdf,bar-addresses,bar-sizes", false, true, NULL }, out));
	assert_non_null(strstr(text, " 128K\n"));
	assert_null(strstr(text, "0x"));
}

static void test_os_show_json_has_one(void **state)
{
	const struct table_options o = { .json = true };
	const char *text = CAPTURE(os_view_table(&machine, &machine.oses[2], &o, out));

	(void)state;
	assert_non_null(strstr(text, "\"name\": \"os3\""));
	assert_null(strstr(text, "\"name\": \"os2\""));
}

static void test_dev_list(void **state)
{
	const struct table_options o = { .json = false };
	const struct table_options j = { "bdf,owner,gsi,flags", true, false, NULL };
	const char *json;

	(void)state;
	assert_string_equal(CAPTURE(dev_view_table(&machine, &o, out)),
		"BDF          OWNER DRIVER IRQ  GSI NAME\n"
		"0000:00:00.0 os1   -      -      - fff1:29c0\n"
		"0000:03:00.0 os2   e1000e msix  22 fff1:10d3\n"
		"0000:03:01.0 -     -      intx  23 fff1:0001\n");
	json = CAPTURE(dev_view_table(&machine, &j, out));
	assert_non_null(strstr(json, "\"gsi\": null"));
	assert_non_null(strstr(json, "\"msi\",\n        \"msix\",\n        \"intx\",\n        \"flr\",\n        \"driver\""));
	assert_non_null(strstr(json, "\"owner\": null"));
}

static void test_irq_list(void **state)
{
	const struct table_options o = { .json = false };
	const struct table_options all = { "CORE,CHIP,PIN,POLARITY,FOREIGN", false, true, NULL };

	(void)state;
	assert_string_equal(CAPTURE(irq_view_table(&machine, &o, out)),
		"GSI TYPE    TRIGGER OWNER VECTOR DEST STATE       COUNT FOREIGN DEVICE\n"
		"  4 ioapic  edge    os1       33    0 active       1234       0 ttyS0\n"
		"  - msix    edge    os2       34    6 masked 5000000000       0 0000:03:00.0\n"
		" 16 unknown level   #9        48   99 active          0       2 -\n");
	assert_string_equal(CAPTURE(irq_view_table(&machine, &all, out)),
		"   0    0   4 high           0\n"
		"   3    -   - -              0\n"
		"   -    1   2 -              2\n");
}

static void test_irq_list_of_a_line(void **state)
{
	const struct table_options o = { .noheadings = true };
	const struct table_options line = {
		"owner,sharers,evicted,rounds,forced,evictions,strategy,timeout",
		false, true, NULL
	};
	const struct table_options j = { .json = true };
	const char *json;

	(void)state;
	sample_line(&machine);
	assert_string_equal(CAPTURE(irq_view_table(&machine, &line, out)),
		"os1   -           -            -      -         - -              -\n"
		"os2   -           -            -      -         - -              -\n"
		"#9    -           -            -      -         - -              -\n"
		"os1   os1,os2,os3 os3       1203      2         1 self-ipi    1000\n"
		"os2   os1,os2,os3 os3       1203      2         1 self-ipi    1000\n"
		"os3   os1,os2,os3 os3       1203      2         1 self-ipi    1000\n");
	model_keep_gsi(&machine, 20);
	assert_string_equal(CAPTURE(irq_view_table(&machine, &o, out)),
		" 20 shared level   os1      161    0 active   1200       3 0000:03:01.0\n"
		" 20 shared level   os2      161    4 held     1100     900 0000:04:00.0\n"
		" 20 shared level   os3      161    2 evicted     7       0 0000:04:01.0\n");
	json = CAPTURE(irq_view_table(&machine, &j, out));
	assert_non_null(strstr(json, "\"rounds\": 1203,"));
	assert_non_null(strstr(json, "\"timeout\": 1000,"));
	assert_non_null(strstr(json, "\"os1\",\n        \"os2\",\n        \"os3\""));
}

static void test_irq_show(void **state)
{
	(void)state;
	sample_line(&machine);
	model_keep_gsi(&machine, 20);
	assert_string_equal(CAPTURE(irq_view_text(&machine, out)),
		"GSI:         20\n"
		"Pin:         chip 0, pin 20\n"
		"Trigger:     level, active low\n"
		"Vector:      161 (0xa1)\n"
		"Used by:     os1,os2,os3 (shared)\n"
		"Evicted:     os3\n"
		"Strategy:    self-ipi\n"
		"Time-out:    1000 ms\n"
		"Rounds:      1203, of these forced 2; evictions 1\n"
		"\n"
		"OWNER STATE   DEST CORE COUNT FOREIGN DEVICE\n"
		"os1   active     0    0  1200       3 0000:03:01.0\n"
		"os2   held       4    2  1100     900 0000:04:00.0\n"
		"os3   evicted    2    1     7       0 0000:04:01.0\n");
}

static void test_irq_show_of_one_owner(void **state)
{
	(void)state;
	model_keep_gsi(&machine, 4);
	machine.irqs[0].has_line = true;
	machine.irqs[0].sharers = 1;
	machine.irqs[0].timeout_ms = 500;
	assert_string_equal(CAPTURE(irq_view_text(&machine, out)),
		"GSI:         4\n"
		"Pin:         chip 0, pin 4\n"
		"Trigger:     edge, active high\n"
		"Vector:      33 (0x21)\n"
		"Used by:     os1\n"
		"Time-out:    500 ms\n"
		"Rounds:      0, of these forced 0; evictions 0\n"
		"\n"
		"OWNER STATE  DEST CORE COUNT FOREIGN DEVICE\n"
		"os1   active    0    0  1234       0 ttyS0\n");
}

static void test_irq_show_of_a_function(void **state)
{
	(void)state;
	assert_true(model_has_messages(&machine, 0x300));
	model_keep_messages(&machine, 0x300);
	assert_string_equal(CAPTURE(irq_view_function(&machine, &machine.devs[1], out)),
		"Function:    0000:03:00.0\n"
		"Name:        fff1:10d3\n"
		"Owner:       os2\n"
		"Driver:      e1000e\n"
		"Interrupts:  1 message (msix), arrived 5000000000 times\n"
		"\n"
		"OWNER VECTOR DEST CORE STATE       COUNT\n"
		"os2       34    6    3 masked 5000000000\n");
}

static void test_irq_show_of_a_function_with_a_line(void **state)
{
	const char *text;

	(void)state;
	sample_line(&machine);
	assert_false(model_has_messages(&machine, 0x308));
	model_keep_gsi(&machine, 20);
	text = CAPTURE(irq_view_function(&machine, &machine.devs[2], out));
	assert_non_null(strstr(text, "Function:    0000:03:01.0\n"));
	assert_non_null(strstr(text, "\nInterrupts:  by its line\nGSI:         20\n"));
}

static void test_irq_show_of_doorbells(void **state)
{
	static const struct irq_info doors[] = {
		{ .os = 1, .gsi = ~0U, .chip = ~0U, .pin = ~0U, .sbdf = ~0U, .type = MINT_ROUTE_DOORBELL,
		  .vector = 247, .dest = 0, .count = 30, .dev = "doorbell" },
		{ .os = 2, .gsi = ~0U, .chip = ~0U, .pin = ~0U, .sbdf = ~0U, .type = MINT_ROUTE_DOORBELL,
		  .vector = 247, .dest = 4, .count = 12, .dev = "doorbell" },
	};

	(void)state;
	model_add_irq(&machine, &doors[0]);
	model_add_irq(&machine, &doors[1]);
	model_keep_doorbells(&machine);
	assert_string_equal(CAPTURE(irq_view_doorbells(&machine, out)),
		"Doorbell:    vector 247 (0xf7) in every OS: others have news for it\n"
		"Arrived:     42 times\n"
		"\n"
		"OWNER VECTOR DEST CORE STATE  COUNT\n"
		"os1      247    0    0 active    30\n"
		"os2      247    4    2 active    12\n");
}

static void sample_diffs(void)
{
	static const struct diff_info diffs[] = {
		{ "rte", 20, 0, 0x01000000000180a1ULL, 0x030000000000a8a1ULL },
		{ "route", 20, 2, 77, MINT_IRQ_FREE },
		{ "own", 4, 1, MINT_IRQ_FREE, MINT_IRQ_PIN },
		{ "own", 5, 1, MINT_IRQ_PIN, MINT_IRQ_PIN },
		{ "sharers", 20, 0, 0x3, 0 },
		{ "round", 20, 0, MINT_ROUND(3, 2), MINT_ROUND(1, 1) },
		{ "vector", 20, 0, 0, 0xa1 },
		{ "route", ~0U, 2, 245, 245 },
		{ "vector", ~0U, 0, 300, 0 },
		{ "os", ~0U, 3, 4ULL << 32 | 2, 1 },
		{ "header", ~0U, 0, 0, 0 },
		{ "news", ~0U, 9, 1, 2 },
	};
	size_t i;

	for (i = 0; i < sizeof(diffs) / sizeof(diffs[0]); i++)
		assert_int_equal(model_add_diff(&machine, &diffs[i]), 0);
}

static void test_differences(void **state)
{
	(void)state;
	sample_diffs();
	assert_string_equal(CAPTURE(diff_view_text(&machine, out)),
		"GSI 20: the redirection entry is 0x01000000000180a1 (masked, level, active high, vector 161 to APIC id 1), should be 0x030000000000a8a1 (level, active low, vector 161 to logical ids 0x3)\n"
		"GSI 20, os2: the record of its route is of type 77, should be free\n"
		"GSI 4, os1: the record of its route is free, should be a pin\n"
		"GSI 5, os1: the record of its route is damaged (a pin)\n"
		"GSI 20: the set of those who use it is os1,os2, should be nobody\n"
		"GSI 20: the round is os1,os2 in it, os2 to acknowledge, should be os1 in it, os1 to acknowledge\n"
		"GSI 20: the vector is 0 (0x0), should be 161 (0xa1)\n"
		"os2: the record of a message is damaged (slot 245)\n"
		"interrupt table: the owner of a vector of the block is 300 (0x12c), should be 0 (0x0)\n"
		"os3: the place in shared lines is logical id 0x2 at APIC id 4, should be logical id 0x1\n"
		"interrupt table: the header is damaged\n"
		"#9: news is 1 (0x1), should be 2 (0x2)\n");
}

static void test_differences_as_json(void **state)
{
	const char *json;

	(void)state;
	assert_string_equal(CAPTURE(diff_view_json(&machine, out)),
			    "{\n  \"version\": 1,\n  \"differences\": [\n  ]\n}\n");
	sample_diffs();
	json = CAPTURE(diff_view_json(&machine, out));
	assert_non_null(strstr(json,
		"    },\n"
		"    {\n"
		"      \"what\": \"route\",\n"
		"      \"name\": \"the record of its route\",\n"
		"      \"gsi\": 20,\n"
		"      \"os\": \"os2\",\n"
		"      \"is\": 77,\n"
		"      \"should\": 0,\n"
		"      \"is_text\": \"of type 77\",\n"
		"      \"should_text\": \"free\"\n"
		"    }"));
	assert_non_null(strstr(json,
		"      \"what\": \"header\",\n"
		"      \"name\": \"the header\",\n"
		"      \"gsi\": null,\n"
		"      \"os\": null,\n"));
}

static void test_redirection_entries(void **state)
{
	static const struct {
		uint64_t rte;
		const char *text;
	} cases[] = {
		{ 0, "0x0000000000000000 (edge, active high, vector 0 to APIC id 0)" },
		{ 0xff0000000000e731ULL,
		  "0xff0000000000e731 (level, active low, ExtINT vector 49 to APIC id 255, Remote IRR)" },
		{ 0x10430, "0x0000000000010430 (masked, edge, active high, NMI vector 48 to APIC id 0)" },
		{ 0x0300000000000931ULL,
		  "0x0300000000000931 (edge, active high, lowest priority vector 49 to logical ids 0x3)" },
	};
	char buf[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(format_rte(cases[i].rte, buf, sizeof(buf)),
				    cases[i].text);
}

static void test_formats(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0" }, { 1023, "1023" }, { 1024, "1K" }, { 1536, "1.5K" },
		{ 768ULL << 20, "768M" }, { 6ULL << 30, "6G" },
		{ 1ULL << 40, "1T" }, { 1ULL << 60, "1048576T" },
	};
	char buf[TABLE_CELL_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		assert_string_equal(format_size(sizes[i].bytes, buf, sizeof(buf)),
				    sizes[i].text);
	assert_string_equal(format_age(59999, buf, sizeof(buf)), "59s");
	assert_string_equal(format_age(60000, buf, sizeof(buf)), "1m00s");
	assert_string_equal(format_age(86400000, buf, sizeof(buf)), "1d00h");
	assert_string_equal(format_cores(UINT64_MAX, false, buf, sizeof(buf)), "0-63");
	assert_string_equal(format_cores(0x8000000000000003ULL, false, buf,
					 sizeof(buf)), "0-1,63");
	assert_string_equal(format_cores(0xa, true, buf, sizeof(buf)), "1\n3");
	/* As --cores takes them: each with its share. */
	assert_string_equal(format_seats(0, 0, 0, buf, sizeof(buf)), "");
	assert_string_equal(format_seats(0x4, 0, 0, buf, sizeof(buf)), "2");
	assert_string_equal(format_seats(0, 0x4, 30, buf, sizeof(buf)), "2:30%");
	assert_string_equal(format_seats(0x3, 0x1c, 7, buf, sizeof(buf)), "0-1,2-4:7%");
	assert_string_equal(format_seats(0x1, 0x14, 30, buf, sizeof(buf)), "0,2:30%,4:30%");
	assert_string_equal(format_legacy(~0U, false, buf, sizeof(buf)),
			    "com1,com2,kbd,vga,rtc");
	/* What does not fit is cut, not written. */
	assert_string_equal(format_cores(0x5555, false, buf, 6), "0,2,4");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_machine_show, set_up, tear_down),
		TEST(test_os_list),
		TEST(test_os_list_for_scripts),
		TEST(test_more_columns),
		TEST(test_earlier_names_of_columns),
		TEST(test_turns),
		TEST(test_turns_json),
		TEST(test_turns_of_one_os),
		TEST(test_turns_sorted),
		TEST(test_os_json),
		TEST(test_json_escapes_what_others_wrote),
		TEST(test_empty_list),
		TEST(test_sorted),
		TEST(test_bad_columns_are_refused),
		TEST(test_os_show),
		TEST(test_hidden_addresses),
		TEST(test_os_show_json_has_one),
		TEST(test_start_timings),
		TEST(test_image_list),
		TEST(test_snapshot_list),
		TEST(test_image_show),
		TEST(test_dev_list),
		TEST(test_irq_list),
		TEST(test_irq_list_of_a_line),
		TEST(test_irq_show),
		TEST(test_irq_show_of_one_owner),
		TEST(test_irq_show_of_a_function),
		TEST(test_irq_show_of_a_function_with_a_line),
		TEST(test_irq_show_of_doorbells),
		TEST(test_differences),
		TEST(test_differences_as_json),
		TEST(test_redirection_entries),
		TEST(test_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
