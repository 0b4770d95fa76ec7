// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words of a command line that a further OS must not get: each entry of the list, each
 * value that makes a difference, quotes, white space, any place in the line.
 *
 * It takes in the source, whose list has to have the names that are listed here, and no
 * others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../kernel-glue/linux/arch/x86/mint/launch/params.c"

#define COM1	(1U << MINT_LEGACY_COM1)
#define COM2	(1U << MINT_LEGACY_COM2)
#define VGA	(1U << MINT_LEGACY_VGA)
#define ALL	0xffffffffU
/* Refused for another reason than a legacy device; and not refused. */
#define TEXT	(-1)
#define FINE	(-2)

/* Of which something is refused; in the order of the list.  @value: such a value. */
static const struct {
	const char *name;
	const char *value;
} names[] = {
	{ "earlyprintk", "efi" }, { "earlycon", "efifb" }, { "console", "uart,mmio,0xfe000000" },
	{ "8250.probe_rsa*", "" }, { "8250_core.probe_rsa*", "" }, { "virtio_mmio.device", "" },
	{ "isapnp*", "" }, { "ramoops.mem_*", "" }, { "phram.*", "" }, { "slram.*", "" },
	{ "mem", "" }, { "memmap", "" }, { "initrd", "" }, { "initrdmem", "" },
	{ "elfcorehdr", "" }, { "acpi*", "" }, { "pmtmr", "" }, { "pci", "conf1" },
	{ "pcie_*", "" }, { "noapic", "" }, { "pirq", "" }, { "apic_extnmi", "" },
	{ "nox2apic", "" }, { "x2apic_phys", "" }, { "nolapic", "" }, { "disableapic", "" },
	{ "nolapic_timer", "" }, { "noapictimer", "" }, { "apicpmtimer", "" }, { "notsc", "" },
	{ "hpet", "force" }, { "io_delay", "0x80" }, { "alloc_mptable", "" },
	{ "update_mptable", "" }, { "enable_mtrr_cleanup", "" }, { "mtrr_*", "" },
	{ "initcall_blacklist", "mint_init" }, { "bootconfig", "" }, { "mint_pool", "" },
	{ "mint.name", "" },
};

/* What @word comes to: FINE, TEXT, or the legacy device it lacks. */
static int judge(const char *word, size_t len, uint32_t legacy)
{
	struct mint_param_why why = { NULL, 99 };

	if (!mint_param_refused(word, len, legacy, &why))
		return FINE;
	assert_true(why.text && *why.text);
	return why.legacy;
}

static void expect(const char *word, uint32_t legacy, int expected)
{
	int got = judge(word, strlen(word), legacy);

	if (got != expected)
		fail_msg("%s with %#x: %d, not %d", word, legacy, got, expected);
}

/* ---- the list ------------------------------------------------------------------- */

static void the_list_is_this_one(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(ARRAY_SIZE(rules), ARRAY_SIZE(names));
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		assert_string_equal(rules[i].name, names[i].name);
		assert_int_equal(!rules[i].bad, !*names[i].value);
		assert_true(*rules[i].text);
	}
}

/* As it is written in many ways; @with: around the whole, @round: around the value. */
static void write_word(char *buf, size_t size, const char *with, const char *name,
		       const char *round, const char *value)
{
	snprintf(buf, size, "%s%s%s%s%s%s%s", with, name, *round || *value ? "=" : "", round,
		 value, round, with);
}

static void swap_dashes(char *s)
{
	for (; *s && *s != '='; s++)
		*s = *s == '_' ? '-' : *s == '-' ? '_' : *s;
}

static void in_every_writing(const char *name, const char *value)
{
	static const char * const quotes[] = { "", "\"", "\"\"" };
	char word[128];
	size_t with, round;

	for (with = 0; with < ARRAY_SIZE(quotes); with++)
		for (round = 0; round < 2; round++) {
			write_word(word, sizeof(word), quotes[with], name, quotes[round], value);
			expect(word, ALL, TEXT);
			swap_dashes(word);
			expect(word, ALL, TEXT);
		}
	/* A quote that nothing ends, or nothing begins. */
	snprintf(word, sizeof(word), "\"%s=%s", name, value);
	expect(word, ALL, TEXT);
	snprintf(word, sizeof(word), "%s=%s\"", name, value);
	expect(word, ALL, TEXT);
	snprintf(word, sizeof(word), "%s=\"%s", name, value);
	expect(word, ALL, TEXT);
}

static void each_name_in_every_writing(void **state)
{
	char name[64], word[128];
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		bool any_end = strchr(names[i].name, '*');

		snprintf(name, sizeof(name), "%s", names[i].name);
		len = strcspn(name, "*");
		name[len] = '\0';
		in_every_writing(name, names[i].value);
		if (!*names[i].value) {
			in_every_writing(name, "1");
			in_every_writing(name, "a=b,c");
		}
		snprintf(word, sizeof(word), "%sx=%s", name, names[i].value);
		expect(word, ALL, any_end ? TEXT : FINE);
		snprintf(word, sizeof(word), "x%s=%s", name, names[i].value);
		expect(word, ALL, FINE);
		snprintf(word, sizeof(word), "%.*s=%s", (int)len - 1, name, names[i].value);
		expect(word, ALL, FINE);
		snprintf(word, sizeof(word), "%.1s\"%s=%s", name, name + 1, names[i].value);
		expect(word, ALL, FINE);
		/* Letters are not the same in another case. */
		snprintf(word, sizeof(word), "%s=%s", name, names[i].value);
		word[len - 1] ^= 0x20;
		expect(word, ALL, FINE);
	}
}

/* What is behind the word is not looked at, whatever it makes of it. */
static void only_as_long_as_it_is(void **state)
{
	(void)state;
	assert_int_equal(judge("memory", 3, ALL), TEXT);
	assert_int_equal(judge("mem", 2, ALL), FINE);
	assert_int_equal(judge("pci=conf1", 3, ALL), FINE);
	assert_int_equal(judge("hpet=force", 9, ALL), FINE);
	assert_int_equal(judge("earlyprintk=ttyS01", 17, COM1), FINE);
	assert_int_equal(judge("earlyprintk=115200n8", 19, 0), FINE);
	assert_int_equal(judge("mem\"", 4, ALL), TEXT);
	assert_int_equal(judge("mem", 0, ALL), FINE);
	assert_int_equal(judge("\"\"\"", 3, ALL), FINE);
	assert_int_equal(judge("=", 1, ALL), FINE);
}

/* ---- consoles -------------------------------------------------------------------- */

static const struct value {
	const char *word;
	uint32_t legacy;
	int expected;
} values[] = {
	/* of the first line of each: all that it needs; then what it lacks */
	{ "earlyprintk", 0, FINE },
	{ "earlyprintk=keep", 0, FINE },
	{ "earlyprintk=serial", COM1, FINE },
	{ "earlyprintk=serial", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "earlyprintk=serial,keep", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "earlyprintk=serial,115200", COM1, FINE },
	{ "earlyprintk=serial,115200", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "earlyprintk=serial,0", COM1, FINE },
	{ "earlyprintk=serial,1", COM1 | COM2, FINE },
	{ "earlyprintk=serial,1", COM1, MINT_LEGACY_COM2 },
	{ "earlyprintk=serial,1", COM2, MINT_LEGACY_COM1 },
	{ "earlyprintk=serial,ttyS0,115200", COM1, FINE },
	{ "earlyprintk=serial,ttyS0,115200", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "earlyprintk=serial,ttyS1,115200", COM2, FINE },
	{ "earlyprintk=serial,ttyS1,115200", ALL & ~COM2, MINT_LEGACY_COM2 },
	{ "earlyprintk=serial,0x3f8", COM1, FINE },
	{ "earlyprintk=serial,0x3f8", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "earlyprintk=serial,0x2f8,9600", COM2, FINE },
	{ "earlyprintk=serial,0x2f8,9600", ALL & ~COM2, MINT_LEGACY_COM2 },
	{ "earlyprintk=serial,0x3e8", ALL, TEXT },
	{ "earlyprintk=serial,ttyS2", ALL, TEXT },
	{ "earlyprintk=serial,serial", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "earlyprintk=ttyS0", COM1, FINE },
	{ "earlyprintk=ttyS0", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "earlyprintk=ttyS1,keep", COM2, FINE },
	{ "earlyprintk=ttyS1,keep", ALL & ~COM2, MINT_LEGACY_COM2 },
	{ "earlyprintk=ttyS0,ttyS1", COM1, MINT_LEGACY_COM2 },
	{ "earlyprintk=vga", VGA, FINE },
	{ "earlyprintk=vga,keep", VGA, FINE },
	{ "earlyprintk=vga", ALL & ~VGA, MINT_LEGACY_VGA },
	{ "earlyprintk=keep,vga", ALL & ~VGA, MINT_LEGACY_VGA },
	{ "earlyprintk=vga,serial", VGA, MINT_LEGACY_COM1 },
	{ "earlyprintk=115200", 0, FINE },
	{ "earlyprintk=115200n", 0, FINE },
	{ "earlyprintk=115200o7", 0, FINE },
	{ "earlyprintk=115200e8", 0, FINE },
	{ "earlyprintk=115200x8", ALL, TEXT },
	{ "earlyprintk=115200n88", ALL, TEXT },
	{ "earlyprintk=115200nn", ALL, TEXT },
	{ "earlyprintk=n8", ALL, TEXT },
	{ "earlyprintk=,keep", ALL, TEXT },
	{ "earlyprintk=keep,", 0, FINE },
	{ "earlyprintk=dbgp0", ALL, TEXT },
	{ "earlyprintk=xdbc", ALL, TEXT },
	{ "earlyprintk=efi,keep", ALL, TEXT },
	{ "earlyprintk=pciserial,0:0.0", ALL, TEXT },
	{ "earlyprintk=mmio32,0xfe000000", ALL, TEXT },
	{ "earlyprintk=vgakeep", ALL, TEXT },
	{ "earlyprintk=xserial", ALL, TEXT },
	{ "earlyprintk=\"serial\"", ALL & ~COM1, MINT_LEGACY_COM1 },

	{ "earlycon", ALL, TEXT },
	{ "earlycon=", ALL, TEXT },
	{ "earlycon=uart8250,io,0x3f8,115200", COM1, FINE },
	{ "earlycon=uart8250,io,0x3f8,115200", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "earlycon=uart,io,0x2f8", COM2, FINE },
	{ "earlycon=uart,io,0x2f8", ALL & ~COM2, MINT_LEGACY_COM2 },
	{ "earlycon=uart8250,io,ttyS0", COM1, FINE },
	{ "earlycon=uart8250,io,0x3e8", ALL, TEXT },
	{ "earlycon=uart8250,io", ALL, TEXT },
	{ "earlycon=uart8250,0x3f8", ALL, TEXT },
	{ "earlycon=uart8250,mmio,0x3f8", ALL, TEXT },
	{ "earlycon=uart8250,mmio32,0xfe000000", ALL, TEXT },
	{ "earlycon=ns16550,io,0x3f8", ALL, TEXT },

	{ "console", 0, FINE },
	{ "console=", 0, FINE },
	{ "console=hvc0", 0, FINE },
	{ "console=ttyS0,115200n8", 0, FINE },
	{ "console=tty0", 0, FINE },
	{ "console=uart8250,io,0x3f8,115200", COM1, FINE },
	{ "console=uart8250,io,0x3f8,115200", ALL & ~COM1, MINT_LEGACY_COM1 },
	{ "console=uart,io,0x2f8", COM2, FINE },
	{ "console=uart,io,0x2f8", ALL & ~COM2, MINT_LEGACY_COM2 },
	{ "console=uart8250,mmio32,0xfe000000", ALL, TEXT },
	{ "console=uart", ALL, TEXT },
	{ "console=ns16550a,115200", ALL, TEXT },
	{ "console=pl011,mmio,0xfe000000", ALL, TEXT },
	{ "console=pl011,mmio32,0xfe000000", ALL, TEXT },
	{ "console=pl011,io,0x3f8", ALL, TEXT },
	{ "console=pl011,0xfe000000", ALL, TEXT },
	{ "console=pl011,115200,0xfe000000", 0, FINE },

	{ "io_delay=none", 0, FINE },
	{ "io_delay=udelay", 0, FINE },
	{ "io_delay=0x80", ALL, TEXT },
	{ "io_delay=0xed", ALL, TEXT },
	{ "io_delay=nonex", ALL, TEXT },
	{ "io_delay", ALL, TEXT },

	{ "hpet", 0, FINE },
	{ "hpet=disable", 0, FINE },
	{ "hpet=verbose", 0, FINE },
	{ "hpet=force", ALL, TEXT },
	{ "hpet=force,verbose", ALL, TEXT },

	{ "pci", 0, FINE },
	{ "pci=", 0, FINE },
	{ "pci=,", 0, FINE },
	{ "pci=nomsi", 0, FINE },
	{ "pci=nomsi,noats,noaer,noari,noacpi,earlydump", 0, FINE },
	{ "pci=nomsi,", 0, FINE },
	{ "pci=nomsi,conf1", ALL, TEXT },
	{ "pci=realloc", ALL, TEXT },
	{ "pci=assign-busses,nomsi", ALL, TEXT },
	{ "pci=nomsix", ALL, TEXT },
	{ "pci=nom", ALL, TEXT },

	{ "initcall_blacklist", 0, FINE },
	{ "initcall_blacklist=foo", 0, FINE },
	{ "initcall_blacklist=foo_mint_x", 0, FINE },
	{ "initcall_blacklist=mint", 0, FINE },
	{ "initcall_blacklist=mint_", ALL, TEXT },
	{ "initcall_blacklist=foo,mint_pci_init", ALL, TEXT },
	{ "initcall_blacklist=foo,mint_pci_init,bar", ALL, TEXT },
	{ "initcall_blacklist=foo,\"mint_pci_init\"", ALL, TEXT },

	/* what an OS may be told */
	{ "quiet", 0, FINE },
	{ "root=/dev/vda", 0, FINE },
	{ "maxcpus=1", 0, FINE },
	{ "reboot=force", 0, FINE },
	{ "lapic", 0, FINE },
	{ "tsc=reliable", 0, FINE },
	{ "mint.debug=1", 0, FINE },
	{ "memtest=4", 0, FINE },
	{ "root=mem=1G", 0, FINE },
	{ "--", 0, FINE },
	{ "ACPI=off", 0, FINE },
};

static void each_value_that_matters(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(values); i++)
		expect(values[i].word, values[i].legacy, values[i].expected);
}

/* What it has besides makes no difference. */
static void other_devices_make_no_difference(void **state)
{
	uint32_t others;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		if (values[i].expected != FINE)
			continue;
		for (others = 0; others < 32; others++)
			expect(values[i].word, values[i].legacy | others, FINE);
	}
}

/* ---- words in a line ----------------------------------------------------------------- */

/* Where the first refused word begins, or -1; as all who use it do. */
static int first_refused(const char *line)
{
	size_t pos = 0, len;

	for (; (len = mint_param_next(line, &pos)); pos += len)
		if (judge(line + pos, len, 0) != FINE)
			return (int)pos;
	return -1;
}

static void anywhere_in_a_line(void **state)
{
	(void)state;
	assert_int_equal(first_refused(""), -1);
	assert_int_equal(first_refused("   \t\n"), -1);
	assert_int_equal(first_refused("quiet"), -1);
	assert_int_equal(first_refused("mem=1G"), 0);
	assert_int_equal(first_refused("  mem=1G"), 2);
	assert_int_equal(first_refused("mem=1G quiet"), 0);
	assert_int_equal(first_refused("quiet mem=1G"), 6);
	assert_int_equal(first_refused("quiet mem=1G "), 6);
	assert_int_equal(first_refused("quiet mem=1G mem=1G"), 6);
	assert_int_equal(first_refused("console=hvc0 console=uart,io,0x3f8"), 13);
	assert_int_equal(first_refused("hpet=disable hpet=force hpet=disable"), 13);
	/* Who unpacks the kernel knows of no quotes, so they hide nothing. */
	assert_int_equal(first_refused("x=\"quiet mem=1G\""), 9);
	assert_int_equal(first_refused("x=\" mem=1G \""), 4);
	assert_int_equal(first_refused("-- mem=1G"), 3);
}

/* All bytes: which of them end a word. */
static void what_is_white_space(void **state)
{
	char line[] = "ab?cd";
	size_t pos, len;
	int c;

	(void)state;
	for (c = 1; c < 256; c++) {
		bool space = c <= ' ' || c == 0xa0;

		line[2] = (char)c;
		pos = 0;
		len = mint_param_next(line, &pos);
		assert_int_equal(pos, 0);
		assert_int_equal(len, space ? 2 : 5);
		pos = 2;
		len = mint_param_next(line, &pos);
		assert_int_equal(pos, space ? 3 : 2);
		assert_int_equal(len, space ? 2 : 3);
	}
}

static void the_ends_of_a_line(void **state)
{
	size_t pos = 0;

	(void)state;
	assert_int_equal(mint_param_next("", &pos), 0);
	assert_int_equal(pos, 0);
	assert_int_equal(mint_param_next("  ", &pos), 0);
	assert_int_equal(pos, 2);
	pos = 0;
	assert_int_equal(mint_param_next(" a", &pos), 1);
	assert_int_equal(pos, 1);
	pos = 2;
	assert_int_equal(mint_param_next(" a", &pos), 0);
	assert_int_equal(pos, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_is_this_one),
		cmocka_unit_test(each_name_in_every_writing),
		cmocka_unit_test(only_as_long_as_it_is),
		cmocka_unit_test(each_value_that_matters),
		cmocka_unit_test(other_devices_make_no_difference),
		cmocka_unit_test(anywhere_in_a_line),
		cmocka_unit_test(what_is_white_space),
		cmocka_unit_test(the_ends_of_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
