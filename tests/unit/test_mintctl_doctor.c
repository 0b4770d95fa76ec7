// SPDX-License-Identifier: GPL-2.0-only
/*
 * mintctl doctor on recorded trees: a machine without a fault, and the same with one fault
 * after the other, each of which must be named with its cause and what to do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "lib/msg.h"
#include "fake_mint_nl.h"

/* ---- a tree ------------------------------------------------------------------------ */

static char dir[] = "/tmp/test_mintctl_doctor.XXXXXX";
static char root[64];

static void make_dirs(const char *path)
{
	char part[300];
	const char *end = path;

	while ((end = strchr(end + 1, '/'))) {
		snprintf(part, sizeof(part), "%.*s", (int)(end - path), path);
		assert_true(!mkdir(part, 0700) || errno == EEXIST);
	}
}

static void full_path(char *buf, size_t size, const char *path)
{
	snprintf(buf, size, "%s/%s", root, path);
}

static void put_bytes(const char *path, off_t offset, const void *bytes, size_t size)
{
	char full[300];
	int fd;

	full_path(full, sizeof(full), path);
	make_dirs(full);
	fd = open(full, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, size, offset), size);
	close(fd);
}

static void drop(const char *path)
{
	char full[300], command[400];

	full_path(full, sizeof(full), path);
	if (!unlink(full) || errno == ENOENT)
		return;
	snprintf(command, sizeof(command), "rm -rf '%s'", full);
	assert_int_equal(system(command), 0);
}

static void put(const char *path, const char *text)
{
	drop(path);
	put_bytes(path, 0, text, strlen(text));
}

static void put_link(const char *path, const char *to)
{
	char full[300];

	drop(path);
	full_path(full, sizeof(full), path);
	make_dirs(full);
	assert_int_equal(symlink(to, full), 0);
}

/* ---- parts of a machine -------------------------------------------------------------- */

#define FLAGS_GOOD	"fpu tsc msr apic constant_tsc nonstop_tsc x2apic"

/* Two threads a core. */
static void put_cpus(unsigned int nr, const char *flags)
{
	char text[4096] = "";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		len += snprintf(text + len, sizeof(text) - len,
				"processor\t: %u\napicid\t\t: %u\nflags\t\t: %s\n\n", i, i, flags);
	put("proc/cpuinfo", text);
	snprintf(text, sizeof(text), nr > 1 ? "0-%u\n" : "0\n", nr - 1);
	put("sys/devices/system/cpu/present", text);
	put("cpuid", "CPU 0:\n"
	    "   0x0000000b 0x00: eax=0x00000001 ebx=0x00000002 ecx=0x00000100 edx=0x00000000\n"
	    "   0x0000000b 0x01: eax=0x00000004 ebx=0x00000004 ecx=0x00000201 edx=0x00000000\n");
}

/* Without an answer to @owner all cores are os1's. */
static void put_owners(const char *of_2, const char *of_3)
{
	char text[300];

	snprintf(text, sizeof(text), "core apic owner home state kernel\n"
		 "0 0 os1 os1 running os1\n1 1 os1 os1 running os1\n"
		 "2 2 %s os1 running %s\n3 3 %s os1 running %s\n", of_2, of_2, of_3, of_3);
	put("sys/kernel/mint/cores", text);
}

static void put_memory(unsigned int nr, const char *first, const char *last)
{
	char path[64];

	snprintf(path, sizeof(path), "sys/firmware/memmap/%u/type", nr);
	put(path, "System RAM\n");
	snprintf(path, sizeof(path), "sys/firmware/memmap/%u/start", nr);
	put(path, first);
	snprintf(path, sizeof(path), "sys/firmware/memmap/%u/end", nr);
	put(path, last);
}

/* What a function has. */
#define HAS_PIN		(1U << 0)
#define HAS_MSI		(1U << 1)
#define HAS_FLR		(1U << 2)
#define HAS_PM		(1U << 3)
#define IS_BRIDGE	(1U << 4)
#define HAS_DRIVER	(1U << 5)
#define IS_CUT		(1U << 6)	/* what who is not root sees */
#define HAS_AF		(1U << 7)

static unsigned int add_cap(uint8_t *config, unsigned int *last, uint8_t id)
{
	unsigned int at = *last == PCI_CAPABILITY_LIST ? 0x40 : *last + 0x1f;

	config[*last] = at;
	config[at] = id;
	config[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	*last = at + 1;
	return at;
}

static void fill_config(uint8_t *config, unsigned int has)
{
	unsigned int last = PCI_CAPABILITY_LIST, at;

	if (has & IS_BRIDGE)
		config[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_BRIDGE;
	if (has & HAS_PIN)
		config[PCI_INTERRUPT_PIN] = 1;
	if (has & HAS_MSI)
		add_cap(config, &last, PCI_CAP_ID_MSI);
	if (has & HAS_FLR) {
		at = add_cap(config, &last, PCI_CAP_ID_EXP);
		config[at + PCI_EXP_DEVCAP + 3] = PCI_EXP_DEVCAP_FLR >> 24;
	}
	if (has & HAS_AF) {
		at = add_cap(config, &last, PCI_CAP_ID_AF);
		config[at + PCI_AF_CAP] = PCI_AF_CAP_TP | PCI_AF_CAP_FLR;
	}
	if (has & HAS_PM)
		add_cap(config, &last, PCI_CAP_ID_PM);
}

static void path_of(char path[200], const char *above, const char *bdf, const char *file)
{
	snprintf(path, 200, "sys/devices/pci0000:00/%s%s/%s", above, bdf, file);
}

static void put_file_of(const char *above, const char *bdf, const char *file, const char *text)
{
	char path[200];

	path_of(path, above, bdf, file);
	put(path, text);
}

/* @above: names of bridges, each with a slash, or "" */
static void put_function(const char *above, const char *bdf, const char *class,
			 unsigned int has, unsigned int irq)
{
	char path[200], to[200], number[16];
	uint8_t config[256] = { 0 };

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", bdf);
	snprintf(to, sizeof(to), "../../../devices/pci0000:00/%s%s", above, bdf);
	put_link(path, to);
	put_file_of(above, bdf, "class", class);
	put_file_of(above, bdf, "vendor", "0xfff1\n");
	put_file_of(above, bdf, "device", "0x0001\n");
	snprintf(number, sizeof(number), "%u\n", irq);
	put_file_of(above, bdf, "irq", number);
	fill_config(config, has);
	path_of(path, above, bdf, "config");
	drop(path);
	put_bytes(path, 0, config, has & IS_CUT ? 64 : sizeof(config));
	path_of(path, above, bdf, "driver");
	drop(path);
	if (has & HAS_DRIVER)
		put_link(path, "../../../bus/pci/drivers/some");
}

static void put_interrupts(const char *rows)
{
	char text[1000];

	snprintf(text, sizeof(text), "           CPU0       CPU1       \n"
		 "  4:         10          0  IO-APIC   4-edge      ttyS0\n%s"
		 "LOC:       1000       1000   Local timer interrupts\n", rows);
	put("proc/interrupts", text);
}

/* A table MCFG or DMAR: the header, and what follows it. */
static void put_table(const char *name, const void *rest, size_t len)
{
	char path[64], header[36] = { 0 };

	snprintf(path, sizeof(path), "sys/firmware/acpi/tables/%s", name);
	drop(path);
	put_bytes(path, 0, header, sizeof(header));
	put_bytes(path, sizeof(header), rest, len);
}

static void put_mcfg(uint16_t segment)
{
	uint8_t rest[8 + 16] = { 0 };

	memcpy(rest + 8 + 8, &segment, sizeof(segment));
	put_table("MCFG", rest, sizeof(rest));
}

/* One without a fault, on which Mint runs. */
static void good_machine(void)
{
	drop("");
	put_cpus(4, FLAGS_GOOD);
	put_owners("os1", "os1");
	put("proc/cmdline", "root=/dev/sda1 mint_pool=4G quiet\n");
	put("sys/firmware/acpi/tables/APIC", "APIC");
	put_mcfg(0);
	put("proc/iomem", "00001000-0009fbff : System RAM\n"
	    "b0000000-bfffffff : PCI ECAM 0000 [bus 00-ff]\n");
	put_memory(0, "0x0\n", "0x9fbff\n");
	put_memory(1, "0x100000\n", "0xafffffff\n");
	put_memory(2, "0x100000000\n", "0x25fffffff\n");
	put_interrupts("");
	put_function("", "0000:00:00.0", "0x060000\n", 0, 0);
	put_function("", "0000:00:03.0", "0x060400\n", IS_BRIDGE | HAS_MSI, 24);
	put_function("0000:00:03.0/", "0000:01:00.0", "0x020000\n", HAS_PIN | HAS_MSI | HAS_DRIVER,
		     30);
	put_function("", "0000:00:04.0", "0x020000\n", HAS_MSI | HAS_FLR, 0);
}

/* The same before Mint: @symbol: it is a Mint kernel. */
static void before_mint(bool symbol)
{
	drop("sys/kernel/mint");
	put("proc/cmdline", "root=/dev/sda1 quiet\n");
	put("proc/kallsyms", symbol ? "0 T start\n0 T mint_os_create\n0 T end\n" :
	    "0 T start\n0 T mint_os_create_not\n");
}

/* ---- the doctor ------------------------------------------------------------------------ */

static char said[65536];

static int doctor(const char *option, const char *value)
{
	char *argv[] = { (char *)"mintctl", (char *)"doctor", (char *)"--root", root,
			 (char *)option, (char *)value, NULL };
	int argc = option ? value ? 6 : 5 : 4, saved, saved_err, ret;
	FILE *out = tmpfile();
	size_t len;

	assert_non_null(out);
	fflush(NULL);
	saved = dup(STDOUT_FILENO);
	saved_err = dup(STDERR_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(out), STDERR_FILENO);
	ret = mintctl_run(argc, argv);
	fflush(NULL);
	dup2(saved, STDOUT_FILENO);
	dup2(saved_err, STDERR_FILENO);
	close(saved);
	close(saved_err);
	rewind(out);
	len = fread(said, 1, sizeof(said) - 1, out);
	said[len] = '\0';
	fclose(out);
	return ret;
}

/* Lines of which a test has asked for a part, for the last one. */
static FILE *asked_for;

static void note_lines(const char *text, size_t len)
{
	const char *begin = text + strspn(text, "\n"), *end = strchr(text + len - 1, '\n');

	while (begin > said && begin[-1] != '\n')
		begin--;
	if (end > begin)
		fprintf(asked_for, "%.*s\n", (int)(end - begin), begin);
}

static void says(const char *text)
{
	const char *found = strstr(said, text);

	if (!found)
		fail_msg("it does not say '%s', but: %s", text, said);
	else
		note_lines(found, strlen(text));
}

static void says_not(const char *text)
{
	if (strstr(said, text))
		fail_msg("it says '%s': %s", text, said);
}

/* The only finding begins with @finding, and its advice with @advice. */
static void finds(const char *finding, const char *advice)
{
	int ret = doctor(NULL, NULL);
	const char *end;

	says(finding);
	end = strchr(strstr(said, finding), '\n');
	if (!strncmp(end, "\n    ", 5) != !!*advice ||
	    (*advice && strncmp(end + 5, advice, strlen(advice))))
		fail_msg("the advice is not '%s': %s", advice, said);
	if (*advice)
		note_lines(end + 5, strlen(advice));
	assert_int_equal(ret, strncmp(finding, "error", 5) ? MINTCTL_OK : MINTCTL_FAILED);
	says(!strncmp(finding, "error", 5) ? "\n1 error, 0 warnings, 0 notes\n" :
	     !strncmp(finding, "warning", 7) ? "\n0 errors, 1 warning, 0 notes\n" :
	     "\n0 errors, 0 warnings, 1 note\n");
}

static int set_up(void **state)
{
	(void)state;
	fake_nl_reset();
	good_machine();
	return 0;
}

/* ---- the tests ----------------------------------------------------------------------- */

static void test_no_fault(void **state)
{
	(void)state;
	assert_int_equal(doctor(NULL, NULL), MINTCTL_OK);
	assert_string_equal(said, "\nA proposal:\n"
		"    # A first further OS: half the cores, half the pool.\n"
		"    mintctl os create os2 --cores 2-3 --memory 1984M --dev 0000:01:00.0\n"
		"\n0 errors, 0 warnings, 0 notes\n");
	says("# A first further OS");
}

static void test_cores(void **state)
{
	(void)state;
	before_mint(true);
	put_cpus(1, FLAGS_GOOD);
	put("proc/cmdline", "mint_pool=1G\n");
	put("sys/kernel/mint/cores", "core apic owner home state kernel\n0 0 os1 os1 running os1\n");
	finds("error: processor: there is one core", "Switch on");
	put("sys/devices/system/cpu/present", "0-79,96\n");
	drop("sys/kernel/mint");
	doctor(NULL, NULL);
	says("warning: processor: there are 81 cores; Mint uses the first 64\n    Count on");
	drop("sys/devices/system/cpu");
	doctor(NULL, NULL);
	says("warning: processor: how many cores there are cannot be read\n    Mount sysfs");
}

static void test_clock(void **state)
{
	(void)state;
	put_cpus(4, "fpu tsc apic constant_tsc");
	finds("error: TSC: it is not invariant (no nonstop_tsc)", "Switch off deep sleep");
	put_cpus(4, "fpu tsc apic");
	finds("error: TSC: it is not invariant (no constant_tsc)", "Switch off deep sleep");
	put_cpus(4, "fpu tsc apic hypervisor");
	finds("warning: TSC: it is not invariant (no constant_tsc)", "Have the host pass it on");
	put_cpus(4, "fpu apic");
	finds("error: TSC: the processor has none", "Switch off deep sleep");
}

static void test_local_apics(void **state)
{
	uint64_t x2apic = 0xfee00d00, xapic = 0xfee00900;

	(void)state;
	put_bytes("dev/cpu/0/msr", 0x1b, &x2apic, sizeof(x2apic));
	finds("warning: local APICs: they are in x2APIC mode; the Mint kernel knows xAPIC mode only\n",
	      "If the kernel log says");
	put_bytes("dev/cpu/0/msr", 0x1b, &xapic, sizeof(xapic));
	doctor(NULL, NULL);
	says_not("local APICs");
	drop("dev");
	put_interrupts(" 16:         10          0  IR-IO-APIC  16-fasteoi   ehci\n");
	finds("warning: local APICs: they may be in x2APIC mode, as interrupts are remapped; the Mint kernel knows xAPIC mode only (an estimate)\n",
	      "If the kernel log says");
	put_interrupts("");
	put_cpus(4, "fpu tsc constant_tsc nonstop_tsc");
	finds("error: local APICs: this kernel does not use them", "Switch x2APIC off");
	put_cpus(4, FLAGS_GOOD);
	put("sys/kernel/mint/cores", "core apic owner home state kernel\n"
	    "0 0 os1 os1 running os1\n1 300 os1 os1 running os1\n");
	finds("error: local APICs: core 1 has APIC id 300", "Switch off cores");
}

static void test_threads(void **state)
{
	(void)state;
	put_owners("os1", "os2");
	finds("warning: cores 2 and 3: they are threads of one physical core, and belong to os1 and os2",
	      "Create OSes of whole physical cores");
	says_not("A proposal");
	put_owners("-", "os2");
	doctor(NULL, NULL);
	says("0 warnings");
	put_owners("os2", "os2");
	doctor(NULL, NULL);
	says("0 warnings");
}

static void test_mint(void **state)
{
	(void)state;
	before_mint(true);
	finds("error: mint_pool=: the boot parameter is missing, so Mint is off", "Add it");
	before_mint(false);
	finds("warning: kernel: the kernel that runs has no Mint", "Boot the Mint kernel, with");
	put("proc/cmdline", "mint_pool=1G\n");
	finds("warning: kernel: the kernel that runs has no Mint", "mint_pool= is on");
	put("sys/kernel/mint_off", "mint_pool=: no 9000M in one piece\n");
	finds("error: mint_pool=: Mint is off: mint_pool=: no 9000M in one piece\n", "The kernel log");
	drop("sys/kernel/mint_off");
	put("sys/kernel/mint/.mounted", "");
	finds("note: /sys/kernel/mint: Mint runs, but its tables cannot be read", "Run it as root");
}

static void test_further_os(void **state)
{
	(void)state;
	drop("sys/firmware");
	put("proc/iomem", "");
	finds("note: firmware: this OS was started by another one", "Run it in the OS that");
	says_not("A proposal");
}

static void test_parameters(void **state)
{
	static const char *const words[] = {
		"noapic", "nolapic", "nosmp", "acpi=off", "pci=nommconf", "pci=noacpi",
		"pci=nomsi",
	};
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(text, sizeof(text), "mint_pool=1G %s\n", words[i]);
		put("proc/cmdline", text);
		snprintf(text, sizeof(text), "warning: %s: this boot parameter means", words[i]);
		finds(text, "Take it from");
	}
	put("proc/cmdline", "mint_pool=1G noapic_not x.nosmp\n");
	doctor(NULL, NULL);
	says("0 warnings");
}

static void test_tables(void **state)
{
	(void)state;
	drop("sys/firmware/acpi/tables/APIC");
	finds("error: MADT: the firmware has no table APIC", "Switch the APIC mode on");
	good_machine();
	drop("sys/firmware/acpi/tables/MCFG");
	finds("error: MCFG: the firmware has no such table", "Look for MMCONFIG");
	put_mcfg(1);
	finds("error: MCFG: the table has no window for PCI segment 0", "Update");
	put_mcfg(0);
	put("proc/iomem", "00001000-0009fbff : System RAM\n");
	finds("error: ECAM: this kernel has not taken the window", "Take pci=nommconf");
	put("proc/iomem", "b0000000-bfffffff : PCI MMCONFIG 0000 [bus 00-ff]\n");
	doctor(NULL, NULL);
	says("0 errors");
	put("sys/firmware/acpi/tables/WDAT", "");
	finds("warning: WDAT: the firmware has a watchdog of its own", "Do not load wdat_wdt");
	good_machine();
	before_mint(true);
	drop("sys/firmware/acpi");
	doctor(NULL, NULL);
	says("error: ACPI: this kernel has no ACPI tables");
	says("\n    Take acpi=off");
	says_not("MCFG:");
}

/* One region, for 0000:00:14.0. */
static void put_dmar(void)
{
	static const uint8_t rest[12 + 24 + 8] = {
		[12] = 1, [14] = 24 + 8,
		[12 + 8] = 0x00, 0x10, 0x00, 0x7a, [12 + 16] = 0xff, 0x1f, 0x00, 0x7a,
		[12 + 24] = 1, [12 + 25] = 8, [12 + 24 + 6] = 0x14,
	};

	put_table("DMAR", rest, sizeof(rest));
}

static void test_iommu(void **state)
{
	(void)state;
	put("sys/firmware/acpi/tables/IVRS", "");
	finds("note: IVRS: the machine has an IOMMU", "If devices fail");
	drop("sys/firmware/acpi/tables/IVRS");
	put("sys/firmware/acpi/tables/DMAR", "");
	finds("note: DMAR: the machine has an IOMMU", "If devices fail");
	put("sys/class/iommu/dmar0/x", "");
	put("sys/class/iommu/dmar1/x", "");
	finds("warning: dmar0: the IOMMU is active in this kernel (2 in all)", "Switch VT-d");
	drop("sys/class/iommu");
	put_dmar();
	doctor(NULL, NULL);
	says("warning: 0000:00:14.0: the firmware uses it, too, by memory at 0x7a001000-0x7a001fff");
	says("\n    Leave it to the first OS");
}

static void test_memory(void **state)
{
	(void)state;
	put_memory(0, "0x0\n", "0x2ffff\n");
	finds("warning: memory below 1 MiB: there is room for 2 further OSes, not 15", "Switch off");
	put_memory(0, "0x0\n", "0xffff\n");
	finds("error: memory below 1 MiB: no 96 KiB", "Switch off");
	good_machine();
	before_mint(false);
	drop("sys/firmware/memmap");
	doctor(NULL, NULL);
	says("error: memory: the machine has 635K");	/* by iomem */
	says_not("below 1 MiB:");
	put("proc/iomem", "00000000-00000000 : System RAM\n"
	    "00000000-00000000 : PCI ECAM 0000 [bus 00-ff]\n");
	doctor(NULL, NULL);
	says("note: memory map: it cannot be read, so nothing is said of the room for the pool\n    Run it as root.");
	says_not("A proposal");
}

static void test_pool(void **state)
{
	(void)state;
	before_mint(true);
	doctor(NULL, NULL);
	says("    kernel parameter   mint_pool=4096M\n");
	says("--memory 1984M");
	/* Below 4 GiB there is a hole in the way. */
	drop("sys/firmware/memmap/2");
	put_memory(1, "0x100000\n", "0x3fffffff\n");
	put_memory(3, "0x80000000\n", "0xafffffff\n");
	doctor(NULL, NULL);
	says("    kernel parameter   mint_pool=768M\n");
	put_memory(1, "0x100000\n", "0x7ffffff\n");
	drop("sys/firmware/memmap/3");
	put_memory(2, "0x100000000\n", "0x13fffffff\n");
	doctor(NULL, NULL);
	says("error: memory map: there is no free piece of memory below 4 GiB for a pool");
	says("\n    Give the machine more memory, or");
	drop("sys/firmware/memmap/2");
	put_memory(1, "0x100000\n", "0xfffffff\n");
	doctor(NULL, NULL);
	says("error: memory: the machine has 255");
	says("two OSes need 512M at least\n    Give the machine more memory.");
}

static void test_resets(void **state)
{
	(void)state;
	put_function("", "0000:00:05.0", "0x010601\n", HAS_MSI, 0);
	finds("warning: 0000:00:05.0: fff1:0001 has no way to be reset", "Leave it to one OS");
	put_function("", "0000:00:05.0", "0x010601\n", HAS_MSI | HAS_PM, 0);
	doctor(NULL, NULL);
	says("0 warnings");
	put_function("", "0000:00:05.0", "0x010601\n", HAS_MSI | HAS_AF, 0);
	doctor(NULL, NULL);
	says("0 warnings");
	/* Of the chipset: it stays anyway. */
	put_function("", "0000:00:1f.0", "0x060100\n", 0, 0);
	put_function("", "0000:00:1f.2", "0x010601\n", HAS_MSI, 0);
	doctor(NULL, NULL);
	says("0 warnings, 0 notes");
}

/* Who is not root sees what Linux says of resets. */
static void test_plain_user(void **state)
{
	(void)state;
	put_function("", "0000:00:05.0", "0x010601\n", HAS_PIN | IS_CUT, 0);
	put("sys/devices/pci0000:00/0000:00:05.0/reset_method", "af_flr pm\n");
	finds("note: PCI: who is not root sees no capabilities", "Run it as root.");
	put("sys/devices/pci0000:00/0000:00:05.0/reset_method", "device_specific\n");
	doctor(NULL, NULL);
	says("has no way to be reset");
	says("gets it (an estimate)\n");
}

static void test_what_goes_together(void **state)
{
	(void)state;
	put_function("0000:00:03.0/", "0000:01:00.1", "0x020000\n", HAS_MSI, 0);
	put_function("0000:00:03.0/", "0000:01:00.2", "0x020000\n", HAS_MSI, 0);
	finds("note: 0000:01:00.0, .1, .2: these functions share a slot", "Name all of them");
	good_machine();
	put_function("", "0000:00:05.0", "0x030000\n", HAS_MSI | HAS_FLR, 0);
	finds("note: 0000:00:05.0: this VGA card", "Give both: os create --dev 0000:00:05.0 --legacy vga.");
	put_function("", "0000:00:05.0", "0x018080\n", HAS_MSI | HAS_FLR, 0);
	doctor(NULL, NULL);
	says("0 notes");
	put_function("", "0000:00:05.0", "0x010180\n", HAS_PIN, 0);
	finds("note: 0000:00:05.0: this IDE controller is at the fixed ports", "Switch it to AHCI");
	put_function("", "0000:00:05.0", "0x010185\n", HAS_MSI | HAS_FLR, 0);
	doctor(NULL, NULL);
	says("0 notes");
}

static void test_virtual_functions(void **state)
{
	(void)state;
	put_function("0000:00:03.0/", "0000:01:00.1", "0x020000\n", HAS_MSI, 0);
	put_link("sys/devices/pci0000:00/0000:00:03.0/0000:01:00.1/physfn", "../0000:01:00.0");
	put("sys/devices/pci0000:00/0000:00:03.0/0000:01:00.0/x", "");
	doctor(NULL, NULL);
	says("0 notes");
	put_function("", "10000:e1:00.0", "0x010802\n", HAS_MSI, 0);
	finds("note: PCI segments: 1 function is in other segments than 0", "Plug what");
}

static void test_too_many_functions(void **state)
{
	char bdf[16];
	int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		snprintf(bdf, sizeof(bdf), "0000:%02x:%02x.0", 2 + i / 32, i % 32);
		put_function("", bdf, "0x020000\n", HAS_MSI | HAS_FLR, 0);
	}
	finds("warning: PCI: there are 260 functions, and Mint's table has room for 256",
	      "Have fewer");
}

static void test_lines(void **state)
{
	(void)state;
	put_function("", "0000:00:05.0", "0x0c0300\n", HAS_PIN | HAS_PM | HAS_DRIVER, 16);
	put_interrupts(" 16:         10          0  IO-APIC  23-fasteoi   uhci_hcd\n");
	finds("note: 0000:00:05.0: it interrupts by a line only (INTx), level triggered input 23 of the I/O APIC, which no other function uses now (an estimate)",
	      "");
	put_interrupts(" 16:         10          0  IO-APIC  23-edge   uhci_hcd\n");
	finds("note: 0000:00:05.0: it interrupts by a line only (INTx), edge triggered input 23",
	      "Such a line has one OS");
	put_function("", "0000:00:06.0", "0x040300\n", HAS_PIN | HAS_MSI | HAS_FLR, 16);
	finds("warning: 0000:00:05.0: it interrupts by a line only (INTx), input 23 of the I/O APIC, which others use, too: 0000:00:06.0 (an estimate)",
	      "The line is edge triggered");
	put_interrupts(" 16:         10          0  IO-APIC  23-fasteoi   uhci_hcd, snd\n");
	finds("warning: 0000:00:05.0: it interrupts by a line only (INTx), input 23 of the I/O APIC, which others use, too: 0000:00:06.0 (an estimate)",
	      "Give all of them to one OS");
	put_interrupts("");
	finds("note: 0000:00:05.0: it interrupts by a line only (INTx), and which one cannot be seen in /proc/interrupts (an estimate)",
	      "When Mint runs");
	drop("sys/devices/pci0000:00/0000:00:05.0/driver");
	finds("note: 0000:00:05.0: it interrupts by a line only (INTx), and which one is not known while no driver has it (an estimate)",
	      "When Mint runs");
}

static void test_watchdogs(void **state)
{
	(void)state;
	put_link("sys/class/watchdog/watchdog0/device", "../../../0000:00:06.0");
	finds("warning: watchdog0 (0000:00:06.0): whether this watchdog is set the kernel does not say; when its OS hangs it resets the machine, with all OSes\n",
	      "Leave it off");
	put("sys/class/watchdog/watchdog0/state", "inactive\n");
	finds("note: watchdog0 (0000:00:06.0): this watchdog is not set", "Leave it off");
	put("sys/class/watchdog/watchdog0/state", "active\n");
	finds("warning: watchdog0 (0000:00:06.0): this watchdog is set", "Leave it off");
	put_link("sys/class/watchdog/watchdog0/device", "../../../iTCO_wdt.1.auto");
	doctor(NULL, NULL);
	says_not("no PCI function");
	put_link("sys/class/watchdog/watchdog0/device", "../../../wdat_wdt");
	finds("warning: watchdog0 (wdat_wdt): this watchdog is set; when its OS hangs it resets the machine, with all OSes; it is no PCI function, so Mint does not stop it when its OS ends either\n",
	      "Leave it off");
	drop("sys/class/watchdog/watchdog0/device");
	finds("warning: watchdog0: this watchdog is set; when its OS hangs it resets the machine, with all OSes; unless it is a PCI function that Mint knows",
	      "Leave it off");
	drop("sys/class/watchdog");
	put_function("", "0000:00:05.0", "0x0c0701\n", HAS_MSI | HAS_FLR, 0);
	finds("warning: 0000:00:05.0: this management controller (IPMI) has a watchdog", "Do not load");
}

/* A copy of what is read says the same; links lead nowhere else. */
static void test_record(void **state)
{
	char copy[64], first[sizeof(said)], kept[64];

	(void)state;
	put_function("", "0000:00:05.0", "0x0c0300\n", HAS_PIN | HAS_DRIVER, 16);
	put_link("sys/class/watchdog/watchdog0/device", "../../../0000:00:06.0");
	put("sys/class/watchdog/watchdog1/dev", "");
	before_mint(true);
	snprintf(copy, sizeof(copy), "%s/copy", dir);
	assert_int_equal(doctor("--record", copy), MINTCTL_FAILED);
	strcpy(first, said);
	/* cpuid is no file of the machine itself, but of a recorded tree. */
	strcpy(kept, root);
	strcpy(root, copy);
	assert_int_equal(doctor(NULL, NULL), MINTCTL_FAILED);
	assert_string_equal(said, first);
	strcpy(root, kept);
	put_link("proc/cmdline", "/etc/passwd");
	put("etc/passwd", "mint_pool=1G nosmp\n");
	doctor(NULL, NULL);
	says("warning: nosmp:");
}

static void test_json(void **state)
{
	char command[256], path[64];
	FILE *out;

	(void)state;
	put_function("", "0000:00:05.0", "0x0c0300\n", HAS_PIN | HAS_DRIVER, 16);
	before_mint(true);
	assert_int_equal(doctor("--json", NULL), MINTCTL_FAILED);
	says("\"severity\": \"error\"");
	says("\"mint_pool\": \"4096M\"");
	snprintf(path, sizeof(path), "%s/json", dir);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(said, out);
	fclose(out);
	snprintf(command, sizeof(command), "%s/tests/tools/json-check --all-keys %s", MINT_TOP, path);
	assert_int_equal(system(command), 0);
}

/* Nonsense is no reason to fail, or to print what is no text. */
static void test_nonsense(void **state)
{
	static const char *const files[] = {
		"proc/cpuinfo", "proc/iomem", "proc/interrupts", "proc/cmdline", "cpuid",
		"sys/kernel/mint/cores", "sys/firmware/acpi/tables/MCFG",
		"sys/firmware/acpi/tables/DMAR", "sys/devices/system/cpu/present",
		"sys/firmware/memmap/1/end", "sys/devices/pci0000:00/0000:00:04.0/config",
		"sys/devices/pci0000:00/0000:00:04.0/class", "sys/class/watchdog/watchdog0/state",
	};
	unsigned char junk[512];
	unsigned int seed = 1, i, k;
	size_t f;

	(void)state;
	for (k = 0; k < 20; k++) {
		for (f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
			for (i = 0; i < sizeof(junk); i++)
				junk[i] = (seed = seed * 1103515245 + 12345) >> 16;
			drop(files[f]);
			put_bytes(files[f], 0, junk, sizeof(junk));
		}
		assert_in_range(doctor(NULL, NULL), MINTCTL_OK, MINTCTL_FAILED);
		for (i = 0; said[i]; i++)
			assert_true(said[i] == '\n' || (said[i] >= ' ' && said[i] <= '~'));
	}
}

static void test_no_tree(void **state)
{
	char kept[64], copy[64];

	(void)state;
	strcpy(kept, root);
	strcpy(root, "/nowhere/at/all");
	assert_int_equal(doctor(NULL, NULL), MINTCTL_USAGE);
	says("mintctl: /nowhere/at/all: cannot read it: No such file");
	strcpy(root, kept);
	assert_int_equal(doctor("--record", "/proc/nowhere"), MINTCTL_USAGE);
	says("mintctl: /proc/nowhere: cannot make it: ");
	snprintf(copy, sizeof(copy), "%s/in_the_way", dir);
	fclose(fopen(copy, "w"));
	assert_int_equal(doctor("--record", copy), MINTCTL_USAGE);
	says("in_the_way: cannot write there: ");
	/* One directory of it is not. */
	snprintf(copy, sizeof(copy), "%s/part/proc", dir);
	make_dirs(copy);
	fclose(fopen(copy, "w"));
	*strrchr(copy, '/') = '\0';
	assert_int_equal(doctor("--record", copy), MINTCTL_USAGE);
	says("mintctl: the copy is not complete: cannot write all of it");
	says_not("0 notes");
	assert_int_equal(doctor("--nonsense", NULL), MINTCTL_USAGE);
	assert_int_equal(doctor("word", NULL), MINTCTL_USAGE);
}

/* All of them, by the sources: a new message needs a tree that has the fault. */
static void test_each_message(void **state)
{
	char command[300];

	(void)state;
	assert_int_equal(fflush(asked_for), 0);
	snprintf(command, sizeof(command), "%s/tests/tools/doctor-messages %s/asked", MINT_TOP,
		 dir);
	assert_int_equal(system(command), 0);
}

static int make_dir(void **state)
{
	char path[64];

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(root, sizeof(root), "%s/root", dir);
	snprintf(path, sizeof(path), "%s/asked", dir);
	asked_for = fopen(path, "w");
	return asked_for ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[64];

	(void)state;
	fclose(asked_for);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

#define TEST(name)	cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_fault),
		TEST(test_cores),
		TEST(test_clock),
		TEST(test_local_apics),
		TEST(test_threads),
		TEST(test_mint),
		TEST(test_further_os),
		TEST(test_parameters),
		TEST(test_tables),
		TEST(test_iommu),
		TEST(test_memory),
		TEST(test_pool),
		TEST(test_resets),
		TEST(test_plain_user),
		TEST(test_what_goes_together),
		TEST(test_virtual_functions),
		TEST(test_too_many_functions),
		TEST(test_lines),
		TEST(test_watchdogs),
		TEST(test_record),
		TEST(test_json),
		TEST(test_nonsense),
		TEST(test_no_tree),
		/* The last one: it looks at what the others have asked for. */
		TEST(test_each_message),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
