// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel parameters that would have a further OS touch what is not its own: ports,
 * memory, buses, interrupt controllers.  The launcher refuses them by name before
 * the OS is started, and that OS leaves them out wherever they come from; see
 * cmdline.c.
 *
 * Not here, as they do nothing in a further OS or something to itself alone:
 * console=ttyS0 (hidden ports, see legacy.c), maxcpus=, nr_cpus=, reboot= (the last
 * OS out alone resets the machine), lapic, tsc=, iommu= (no tables name one), vga=
 * (its screen is what the launcher says), hpet= but for force, ...
 */
#include <mint/abi.h>

#include "launch/params.h"

/* Some characters of a command line. */
struct word {
	const char *s;
	size_t len;
};

/* ---- words ---------------------------------------------------------------- */

/* White space to Linux (also 0xa0) or to the code that unpacks it. */
static bool is_space(char c)
{
	return (unsigned char)c <= ' ' || (unsigned char)c == 0xa0;
}

size_t mint_param_next(const char *line, size_t *pos)
{
	size_t end;

	while (line[*pos] && is_space(line[*pos]))
		(*pos)++;
	for (end = *pos; line[end] && !is_space(line[end]); end++)
		;
	return end - *pos;
}

/* Cuts @w at the first @sep: what is before it, and the rest stays in @w. */
static struct word cut(struct word *w, char sep)
{
	const char *at = memchr(w->s, sep, w->len);
	struct word head = *w;

	if (!at) {
		w->s += w->len;
		w->len = 0;
		return head;
	}
	head.len = at - w->s;
	w->s = at + 1;
	w->len -= head.len + 1;
	return head;
}

/* Linux takes - and _ for the same in names. */
static char plain(char c)
{
	return c == '-' ? '_' : c;
}

/* A * at the end of @name stands for anything. */
static bool is(struct word w, const char *name)
{
	size_t i;

	for (i = 0; name[i] && name[i] != '*'; i++)
		if (i == w.len || plain(w.s[i]) != plain(name[i]))
			return false;
	return name[i] || i == w.len;
}

static bool has_digit(struct word w, size_t i)
{
	return i < w.len && w.s[i] >= '0' && w.s[i] <= '9';
}

/* "115200", "115200n8" */
static bool is_speed(struct word w)
{
	size_t i = 0;

	while (has_digit(w, i))
		i++;
	if (!i || i == w.len)
		return i;
	return strchr("noe", w.s[i]) && (i + 1 == w.len ||
	       (has_digit(w, i + 1) && i + 2 == w.len));
}

/* ---- consoles ------------------------------------------------------------- */

static bool lacks(u32 legacy, int idx, struct mint_param_why *why)
{
	if (legacy & BIT(idx))
		return false;
	why->legacy = idx;
	return true;
}

static int port_named(struct word w)
{
	if (is(w, "ttyS0") || is(w, "0x3f8"))
		return MINT_LEGACY_COM1;
	if (is(w, "ttyS1") || is(w, "0x2f8"))
		return MINT_LEGACY_COM2;
	return -1;
}

/*
 * "serial,ttyS1,115200", "ttyS1", "vga,keep".  "serial" without a port means com1,
 * with a number for a port com1 or com2.  Linux finds its words in the middle of
 * others, too, so nothing that is not known passes.
 */
static bool bad_earlyprintk(struct word val, u32 legacy,
			    struct mint_param_why *why)
{
	bool serial = false, bad = false;

	while (val.len && !bad) {
		struct word w = cut(&val, ',');
		int port = port_named(w);

		if (serial && port < 0) {
			bad = lacks(legacy, MINT_LEGACY_COM1, why) ||
			      (is(w, "1") && lacks(legacy, MINT_LEGACY_COM2, why));
			if (bad)
				break;
		}
		serial = false;
		if (port >= 0)
			bad = lacks(legacy, port, why);
		else if (is(w, "serial"))
			serial = true;
		else if (is(w, "vga"))
			bad = lacks(legacy, MINT_LEGACY_VGA, why);
		else
			bad = !is(w, "keep") && !is_speed(w);
	}
	return bad || (serial && lacks(legacy, MINT_LEGACY_COM1, why));
}

/* "uart8250,io,0x3f8,115200" */
static bool bad_earlycon(struct word val, u32 legacy, struct mint_param_why *why)
{
	struct word name = cut(&val, ','), how = cut(&val, ',');
	int port = port_named(cut(&val, ','));

	if ((!is(name, "uart8250") && !is(name, "uart")) || !is(how, "io") ||
	    port < 0)
		return true;
	return lacks(legacy, port, why);
}

/* Linux takes console=uart... for earlycon=, if it is the name of one. */
static bool bad_console(struct word val, u32 legacy, struct mint_param_why *why)
{
	struct word rest = val, how;

	cut(&rest, ',');
	how = cut(&rest, ',');
	return (is(val, "uart*") || is(val, "ns16550*") || is(how, "io") ||
		is(how, "mmio*") || is(how, "0x*")) &&
	       bad_earlycon(val, legacy, why);
}

/* ---- others with a value ---------------------------------------------------- */

static bool bad_io_delay(struct word val, u32 legacy, struct mint_param_why *why)
{
	return !is(val, "none") && !is(val, "udelay");
}

static bool bad_hpet(struct word val, u32 legacy, struct mint_param_why *why)
{
	return is(val, "force*");
}

/* What concerns a function alone, or nothing that is here. */
static bool bad_pci(struct word val, u32 legacy, struct mint_param_why *why)
{
	static const char * const fine[] = {
		"nomsi", "noats", "noaer", "noari", "noacpi", "earlydump", "",
	};
	unsigned int i;

	while (val.len) {
		struct word w = cut(&val, ',');

		for (i = 0; i < ARRAY_SIZE(fine) && !is(w, fine[i]); i++)
			;
		if (i == ARRAY_SIZE(fine))
			return true;
	}
	return false;
}

/* What keeps the OS to its own is in initcalls as well. */
static bool bad_blacklist(struct word val, u32 legacy, struct mint_param_why *why)
{
	while (val.len) {
		struct word w = cut(&val, ',');

		if (is(w, "mint_*") || is(w, "\"mint_*"))
			return true;
	}
	return false;
}

/* ---- the list ----------------------------------------------------------------- */

#define MEMORY	"its memory is what os create gave it"
#define ACPI	"ACPI runs in the first OS only"
#define BUSES	"buses and bridges stay as they are"
#define TIMER	"it has no other timer"
#define PICS	"the interrupt controllers are shared"
#define LOW	"its low memory is needed otherwise"
#define CACHES	"caches are set up for all OSes"
#define PLACES	"nobody gave it these addresses"

/* @bad: of which values; NULL = of all */
static const struct rule {
	const char *name;
	const char *text;
	bool (*bad)(struct word val, u32 legacy, struct mint_param_why *why);
} rules[] = {
	{ "earlyprintk", "only to com1, com2, vga of its own", bad_earlyprintk },
	{ "earlycon", "only to an io port of its own", bad_earlycon },
	{ "console", "only to an io port of its own", bad_console },
	{ "8250.probe_rsa*", PLACES },
	{ "8250_core.probe_rsa*", PLACES },
	{ "virtio_mmio.device", PLACES },
	{ "isapnp*", PLACES },
	{ "ramoops.mem_*", PLACES },
	{ "phram.*", PLACES },
	{ "slram.*", PLACES },
	{ "mem", MEMORY },
	{ "memmap", MEMORY },
	{ "initrd", "say it by os start --initrd" },
	{ "initrdmem", "say it by os start --initrd" },
	{ "elfcorehdr", "no dump of another kernel is here" },
	{ "acpi*", ACPI },
	{ "pmtmr", ACPI },
	{ "pci", BUSES, bad_pci },
	{ "pcie_*", BUSES },
	{ "noapic", PICS },
	{ "pirq", PICS },
	{ "apic_extnmi", PICS },
	{ "nox2apic", PICS },
	{ "x2apic_phys", PICS },
	{ "nolapic", TIMER },
	{ "disableapic", TIMER },
	{ "nolapic_timer", TIMER },
	{ "noapictimer", TIMER },
	{ "apicpmtimer", TIMER },
	{ "notsc", TIMER },
	{ "hpet", "the HPET is the first OS's", bad_hpet },
	{ "io_delay", "ports 0x80 and 0xed are not its own", bad_io_delay },
	{ "alloc_mptable", LOW },
	{ "update_mptable", LOW },
	{ "enable_mtrr_cleanup", CACHES },
	{ "mtrr_*", CACHES },
	{ "initcall_blacklist", "Mint's own are needed", bad_blacklist },
	{ "bootconfig", "nobody checks what the initrd adds" },
	{ "mint_pool", "only the first OS sets memory aside" },
	{ "mint.name", "os start writes that itself" },
};

bool mint_param_refused(const char *word, size_t len, u32 legacy,
			struct mint_param_why *why)
{
	struct word val = { word, len }, name;
	unsigned int i;

	/* Quotes round the whole of it, or round the value, are not part of it. */
	while (val.len && *val.s == '"') {
		val.s++;
		val.len--;
	}
	while (val.len && val.s[val.len - 1] == '"')
		val.len--;
	name = cut(&val, '=');
	if (val.len && *val.s == '"') {
		val.s++;
		val.len--;
	}
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		why->text = rules[i].text;
		why->legacy = -1;
		if (is(name, rules[i].name) &&
		    (!rules[i].bad || rules[i].bad(val, legacy, why)))
			return true;
	}
	return false;
}
