// SPDX-License-Identifier: GPL-2.0-only
/*
 * An OS does not touch what it does not own, whatever its command line says.
 *
 * Three lines of defence: the launcher refuses what params.c names, before anything
 * is started; that is all that keeps the code which unpacks the kernel from a serial
 * port.  A further OS leaves the same words out before it parses the first of them,
 * also of what was built in (CONFIG_CMDLINE), and reads no boot configuration from
 * its initrd.  And drivers that look for something at fixed addresses find these
 * taken.
 */
#include <linux/acpi_pmtmr.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/sizes.h>

#include <asm/setup.h>

#include "base/base.h"
#include "launch/launch.h"
#include "launch/params.h"
#include "legacy/legacy.h"

/* As in arch/x86/kernel/io_delay.c */
#define IO_DELAY_NONE	3

/* ---- the launcher's part -------------------------------------------------- */

int mint_cmdline_check(const char *line, u32 legacy,
		       struct netlink_ext_ack *extack)
{
	char name[MINT_NAME_LEN];
	struct mint_param_why why;
	size_t pos = 0, len;
	u32 owner;

	for (; (len = mint_param_next(line, &pos)); pos += len) {
		int shown = min_t(size_t, len, 28);

		if (!mint_param_refused(line + pos, len, legacy, &why))
			continue;
		owner = why.legacy < 0 ? MINT_OS_NONE :
			READ_ONCE(mint_hdr()->legacy_owner[why.legacy]);
		if (why.legacy < 0)
			NL_SET_ERR_MSG_FMT(extack, "--cmdline: %.*s: %s", shown,
					   line + pos, why.text);
		else
			NL_SET_ERR_MSG_FMT(extack, "--cmdline: %.*s: %s belongs to %s",
					   shown, line + pos,
					   mint_legacy_name(why.legacy),
					   owner ? mint_os_name(owner, name) :
						   "no OS");
		return -EINVAL;
	}
	return 0;
}

/* ---- a further OS's part -------------------------------------------------- */

/* Quotes stay: another one may end what this one begins. */
static void __init blank(char *s, size_t len)
{
	for (; len--; s++)
		if (*s != '"')
			*s = ' ';
}

static void __init leave_out(char *line, bool say)
{
	u32 legacy = mint_self.boot.legacy;
	struct mint_param_why why;
	size_t pos = 0, len;

	for (; (len = mint_param_next(line, &pos)); pos += len) {
		bool ours = len > 10 && !strncmp(line + pos, "mint.name=", 10);

		/* The launcher's own word. */
		if (ours || !mint_param_refused(line + pos, len, legacy, &why))
			continue;
		if (say && why.legacy < 0)
			pr_warn("left out: %.*s: %s\n", (int)len, line + pos,
				why.text);
		else if (say)
			pr_warn("left out: %.*s: %s is not this OS's\n",
				(int)len, line + pos,
				mint_legacy_name(why.legacy));
		blank(line + pos, len);
	}
}

void __init mint_cmdline_clean(char *command_line)
{
	/* Also without the launcher's io_delay=none: port 0x80 is not ours. */
	io_delay_type = IO_DELAY_NONE;
	leave_out(boot_command_line, true);
	leave_out(command_line, false);
}

/* ---- fixed addresses ------------------------------------------------------ */

/* Ports of legacy devices, in rising order. */
static const struct {
	u32 legacy;
	u16 first, last;
} known_ports[] = {
	{ MINT_LEGACY_KBD, 0x60, 0x60 },
	{ MINT_LEGACY_KBD, 0x64, 0x64 },
	{ MINT_LEGACY_RTC, 0x70, 0x77 },
	{ MINT_LEGACY_COM2, 0x2f8, 0x2ff },
	{ MINT_LEGACY_VGA, 0x3b0, 0x3df },
	{ MINT_LEGACY_COM1, 0x3f8, 0x3ff },
};

/*
 * Below this no firmware places a PCI function that could be given away: the old
 * devices' ports, the chipset's and those of configuration space.
 */
#define FIXED_PORTS_END		0xd00
/* HPET, TPM and others of the chipset */
#define FIXED_MEM		0xfed00000
#define FIXED_MEM_SIZE		SZ_1M
#define VGA_MEM			0xa0000
#define VGA_MEM_SIZE		SZ_128K

static void __init take_ports(u32 from, u32 to)
{
	if (from < to && !request_region(from, to - from, "not of this OS"))
		pr_warn("ports 0x%x-0x%x are in use already\n", from, to - 1);
}

static void __init take_mem(u64 base, u64 size)
{
	if (!request_mem_region(base, size, "not of this OS"))
		pr_warn("addresses 0x%llx+0x%llx are in use already\n", base, size);
}

/* Before the first driver comes. */
static int __init mint_take_fixed(void)
{
	u32 legacy = mint_self.boot.legacy, from = 0;
	unsigned int i;

	if (!mint_self.further)
		return 0;
	for (i = 0; i < ARRAY_SIZE(known_ports); i++) {
		if (!(legacy & BIT(known_ports[i].legacy)))
			continue;
		take_ports(from, known_ports[i].first);
		from = known_ports[i].last + 1;
	}
	take_ports(from, FIXED_PORTS_END);
	take_mem(FIXED_MEM, FIXED_MEM_SIZE);
	if (!(legacy & BIT(MINT_LEGACY_VGA)))
		take_mem(VGA_MEM, VGA_MEM_SIZE);
#ifdef CONFIG_X86_PM_TIMER
	pmtmr_ioport = 0;
#endif
	return 0;
}
core_initcall(mint_take_fixed);
