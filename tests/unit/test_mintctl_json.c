// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the text of a command says its JSON says, too; and what a help text promises
 * is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/dev_cells.h"
#include "show/view.h"
#include "mint_samples.h"

static struct model machine;
static char *text, *json;

static struct dev_info *full_dev(void)
{
	struct dev_info *dev = &machine.devs[1];
	uint32_t i;

	dev->flags |= MINT_DEVF_SIBLINGS | MINT_DEVF_WATCHDOG | MINT_DEVF_NOT_RESET;
	dev->gsi_flags = 3;
	dev->sub_vendor = 0xfff2;
	dev->sub_device = 0x1234;
	dev->class_rev |= 0xa;
	dev->bridge = 0x18;
	dev->eject = 1;
	dev->bar[0] = 0xfebc0000;
	dev->bar_size[0] = 0x20000;
	dev->bar[2] = 0xc001;
	dev->bar_size[2] = 0x20;
	dev->order = 7;
	dev->orderer = 1;
	dev->error = 5;
	strcpy(dev->reason, "it would not");
	for (i = 0; i < MINT_NR_PHASES; i++)
		dev->phase_ns[i] = i < MINT_PHASE_IRQ ? i * 1000 : ~0ULL;
	return dev;
}

static int set_up(void **state)
{
	(void)state;
	machine = sample_machine();
	full_dev();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	model_release(&machine);
	free(text);
	free(json);
	text = json = NULL;
	return 0;
}

#define CAPTURE(to, call) do { \
	size_t size_; \
	FILE *out; \
	free(to); \
	out = open_memstream(&(to), &size_); \
	call; \
	fclose(out); \
} while (0)

/* Which keys say what stands behind a label of the text. */
struct said {
	const char *label;
	const char *keys;
};

static bool next_word(const char **s, char *word)
{
	size_t len = strcspn(*s += strspn(*s, " "), " ");

	memcpy(word, *s, len);
	word[len] = '\0';
	*s += len;
	return len;
}

static void assert_key(const char *label, const char *key)
{
	char quoted[64];
	const char *found;

	snprintf(quoted, sizeof(quoted), "\"%s\": ", key);
	found = strstr(json, quoted);
	if (!found)
		fail_msg("'%s' is in the text, but there is no key %s", label, key);
	if (!strncmp(found + strlen(quoted), "null", 4) ||
	    !strncmp(found + strlen(quoted), "[]", 2))
		fail_msg("'%s' is in the text, but %s is empty", label, key);
}

static void check_label(const struct said *said, const char *label)
{
	const char *keys;
	char key[64];

	for (; said->label && strcmp(said->label, label); said++)
		;
	if (!said->label)
		fail_msg("the text has '%s': which keys say that in JSON?", label);
	for (keys = said->keys; next_word(&keys, key);)
		assert_key(label, key);
}

/* A label is what stands before a colon at the begin of a line, without numbers. */
static void check_text(const struct said *said, unsigned int least)
{
	char copy[8192], label[64], *line, *rest = copy;
	unsigned int nr = 0;
	size_t len;

	assert_true(strlen(text) < sizeof(copy));
	strcpy(copy, text);
	while ((line = strsep(&rest, "\n"))) {
		len = strcspn(line, ":");
		if (!isupper((unsigned char)*line) || line[len] != ':' || len > 20)
			continue;
		while (len && (isdigit((unsigned char)line[len - 1]) || line[len - 1] == ' '))
			len--;
		snprintf(label, sizeof(label), "%.*s", (int)len, line);
		check_label(said, label);
		nr++;
	}
	assert_true(nr >= least);
}

static void test_dev_show(void **state)
{
	static const struct said said[] = {
		{ "Function", "bdf" },
		{ "Name", "name" },
		{ "Class", "class class_name" },
		{ "Ids", "id subsystem revision" },
		{ "Modalias", "modalias" },
		{ "Reset", "reset flags" },
		{ "Watchdog", "flags" },
		{ "Owner", "owner" },
		{ "Driver", "driver" },
		{ "Home", "home" },
		{ "Below", "port" },
		{ "State", "state eject to" },
		{ "Moves", "moves flags" },
		{ "Interrupts", "flags irq" },
		{ "GSI", "gsi trigger polarity" },
		{ "BAR", "bars bar_types bar_addresses bar_sizes" },
		{ "Last order", "order orderer failure phases phase_times phase_ends downtime layer_time" },
		{ NULL, NULL }
	};
	const struct table_options o = { .json = true };
	struct dev_info *dev = &machine.devs[1];

	(void)state;
	dev->state = MINT_DEV_CLAIM;
	dev->to = 3;
	CAPTURE(text, dev_view_text(&machine, dev, out));
	machine.devs[0] = *dev;
	machine.nr_devs = 1;
	CAPTURE(json, dev_view_table(&machine, &o, out));
	check_text(said, 16);
}

static void assert_json_has(const char *part)
{
	char flat[32768], *to = flat;
	const char *from;

	/* Without the white space outside of strings. */
	for (from = json; *from; from++)
		if (*from != '\n' && *from != ' ')
			*to++ = *from;
	*to = '\0';
	if (!strstr(flat, part))
		fail_msg("no '%s' in %s", part, flat);
}

static void test_values_of_dev_show(void **state)
{
	const struct table_options o = { .json = true };

	(void)state;
	CAPTURE(json, dev_view_table(&machine, &o, out));
	assert_json_has("\"subsystem\":\"fff2:1234\",\"revision\":\"0a\"");
	assert_json_has("\"moves\":\"yes\",\"trigger\":\"level\",\"polarity\":\"low\",\"eject\":true");
	assert_json_has("\"bars\":[0,2],\"bar_types\":[\"memory\",\"ports\"]");
	assert_json_has("\"bar_addresses\":[4273733632,49152],\"bar_sizes\":[131072,32]");
	assert_json_has("\"order\":7,\"orderer\":\"os1\",\"failure\":\"itwouldnot\"");
	assert_json_has("\"phases\":[\"unbind\",\"quiesce\",\"reset\",\"release\",\"notify\",\"claim\",\"scan\",\"bind\"]");
	assert_json_has("\"phase_times\":[1000,1000,1000,1000,1000,1000,1000,1000]");
	assert_json_has("\"phase_ends\":[1000,2000,3000,4000,5000,6000,7000,8000]");
	assert_json_has("\"downtime\":8000,\"layer_time\":3000");
	/* One that was never moved. */
	assert_json_has("\"order\":null,\"orderer\":null,\"failure\":null,\"phases\":[]");
}

static void test_os_show(void **state)
{
	static const struct said said[] = {
		{ "Name", "name self" },
		{ "Number", "id generation creator" },
		{ "State", "state reason" },
		{ "Started", "age" },
		{ "Kernel", "release" },
		{ "Silence", "silent silent_core" },
		{ "Image", "image" },
		{ "Starts", "starts tries" },
		{ "When it", "on_reboot on_crash on_poweroff" },
		{ "Cores", "cores apic_ids boot_core shared share" },
		{ "Turns", "turns got steal latest" },
		{ "Memory", "memory address dma dma_address low low_address" },
		{ "Devices", "devices device_names drivers" },
		{ "Legacy", "legacy" },
		{ NULL, NULL }
	};
	const struct table_options o = { .json = true };
	const struct os_info *os = &machine.oses[1];

	(void)state;
	sample_turns(&machine);
	machine.oses[1].silent_ms = 12000;	/* a state with a reason */
	CAPTURE(text, os_view_text(&machine, os, out));
	CAPTURE(json, os_view_table(&machine, os, &o, out));
	check_text(said, 14);
	assert_json_has("\"devices\":[\"0000:03:00.0\"],\"device_names\":[\"fff1:10d3\"],\"drivers\":[\"e1000e\"]");
}

static void test_image_show(void **state)
{
	static const struct said said[] = {
		{ "Name", "name" },
		{ "Number", "id" },
		{ "State", "state loader" },
		{ "Memory", "size address" },
		{ "Kernel", "kernel release" },
		{ "Initrd", "initrd" },
		{ "Parameters", "cmdline" },
		{ "Users", "users" },
		{ NULL, NULL }
	};
	const struct table_options o = { .json = true };
	struct image_info *image = &machine.images[0];

	(void)state;
	image->loader = 2;
	CAPTURE(text, image_view_text(&machine, image, out));
	CAPTURE(json, image_view_table(&machine, image, &o, out));
	check_text(said, 8);
	assert_json_has("\"users\":[\"os2\"]");
}

static void test_irq_show(void **state)
{
	static const struct said said[] = {
		{ "GSI", "gsi" },
		{ "Pin", "chip pin" },
		{ "Trigger", "trigger polarity" },
		{ "Vector", "vector" },
		{ "Used by", "sharers type" },
		{ "Evicted", "evicted" },
		{ "Strategy", "strategy" },
		{ "Time-out", "timeout" },
		{ "Rounds", "rounds forced evictions" },
		{ NULL, NULL }
	};
	const struct table_options o = { .json = true };

	(void)state;
	sample_line(&machine);
	model_keep_gsi(&machine, 20);
	CAPTURE(text, assert_int_equal(irq_view_text(&machine, out), 0));
	CAPTURE(json, irq_view_table(&machine, &o, out));
	check_text(said, 9);
	assert_key("OWNER,STATE,DEST,CORE,COUNT,FOREIGN,DEVICE", "owner");
	assert_key("DEST", "dest");
	assert_key("CORE", "core");
}

/* ---- what is promised ----------------------------------------------------------- */

static const char *help_of(const struct table_column *columns, unsigned int nr,
			   const char *name)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(columns[i].name, name))
			return columns[i].help;
	fail_msg("no column %s", name);
	return NULL;
}

/* How often @word stands in the list @list. */
static unsigned int count_word(const char *list, const char *word)
{
	unsigned int nr = 0;
	size_t len;

	for (; *list; list += len) {
		list += strspn(list, ", \n");
		len = strcspn(list, ", \n");
		nr += strlen(word) == len && !strncmp(list, word, len);
	}
	return nr;
}

static unsigned int count_words(const char *list)
{
	unsigned int nr = 0;
	size_t len;

	for (; *(list += strspn(list, ", \n")); list += len, nr++)
		len = strcspn(list, ", \n");
	return nr;
}

static void test_flags_are_those_of_the_help(void **state)
{
	const char *help = help_of(dev_columns, dev_nr_columns, "FLAGS");
	static char cell[TABLE_CELL_BYTES];
	unsigned int bit, printed = 0;

	(void)state;
	for (bit = 0; bit < 32; bit++) {
		cell[0] = '\0';
		dev_flags_cell(1U << bit, true, cell);
		if (!cell[0])
			continue;
		assert_int_equal(count_word(help, cell), 1);
		printed++;
	}
	assert_int_equal(printed, count_words(help));
	cell[0] = '\0';
	assert_string_equal(dev_flags_cell(MINT_DEVF_BRIDGE | MINT_DEVF_SLOT, false, cell),
			    "bridge,slot");
}

/* A flag that abi.h has, up to its last one. */
static void test_every_flag_has_a_name(void **state)
{
	static char cell[TABLE_CELL_BYTES];
	uint32_t flag;

	(void)state;
	for (flag = 1; flag <= MINT_DEVF_SLOT; flag <<= 1) {
		cell[0] = '\0';
		assert_true(dev_flags_cell(flag, true, cell)[0]);
	}
}

static void test_states_are_those_of_the_help(void **state)
{
	const char *help = help_of(os_columns, os_nr_columns, "STATE");
	struct os_info os = { .id = 2 };
	uint32_t reason;

	(void)state;
	for (os.state = MINT_OS_CREATED; os.state <= MINT_OS_BUSY; os.state++) {
		for (reason = MINT_END_POWEROFF; reason <= MINT_END_FENCED; reason++) {
			os.reason = reason;
			if (!strstr(help, os_info_state(&os)))
				fail_msg("the help has no '%s'", os_info_state(&os));
		}
	}
}

static void test_long_lists_are_cut_between_items(void **state)
{
	static char cell[TABLE_CELL_BYTES];
	struct table_list l = { .buf = cell };
	unsigned int i;

	(void)state;
	for (i = 0; i < TABLE_CELL_BYTES; i++)
		table_list_add(&l, "word%u", i);
	assert_true(strlen(cell) < sizeof(cell));
	assert_true(strlen(cell) > sizeof(cell) - 20);
	assert_non_null(strstr(strrchr(cell, ','), "word"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dev_show),
		TEST(test_values_of_dev_show),
		TEST(test_os_show),
		TEST(test_image_show),
		TEST(test_irq_show),
		TEST(test_flags_are_those_of_the_help),
		TEST(test_every_flag_has_a_name),
		TEST(test_states_are_those_of_the_help),
		TEST(test_long_lists_are_cut_between_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
