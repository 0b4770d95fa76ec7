// SPDX-License-Identifier: GPL-2.0-only
/*
 * os create: sets cores, memory and devices aside for a further OS.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/create.h"
#include "lib/parse.h"
#include "net/nl.h"

static const struct mintctl_option options[] = {
	{ "cores", 'c', OPTION_NEEDED, "LIST", NULL,
	  "machine core numbers, such as 1,3-5 (also: --cpus)",
	  "Machine core numbers from 0 to 63, such as\n"
	  ".Li 1,3-5 .\n"
	  "They are fixed when Mint starts and the same in every OS;\n"
	  ".Xr mintctl-os-show 8\n"
	  "prints the APIC ids beside them.\n"
	  "With\n"
	  ".Li :30%\n"
	  "behind it, as in\n"
	  ".Li 2:30% ,\n"
	  "the OS has that core by turns with the one that it belongs to, and 30 % of it at least.\n"
	  ".Fl Fl cpus\n"
	  "is an older name of this option.\n" },
	{ "core-count", 'n', OPTION_OR, "N", NULL,
	  "so many cores, which Mint chooses",
	  "So many cores, which Mint chooses among those that are nobody's or of the OS in which\n"
	  "the command runs, but never its boot core: whole physical cores first, of these\n"
	  "nobody's first, and from the last one down.\n"
	  "It warns when an OS gets one thread of a physical core and another OS keeps another.\n" },
	{ "slice", 's', 0, "TIME", "20ms",
	  "how long one turn on a shared core is, such as 20ms",
	  "How long one turn on a core is that the OS shares, from 1ms to 5000ms; 20ms without it.\n" },
	{ "cpus", 'c', OPTION_OLD_NAME, "LIST", NULL,
	  "",
	  NULL },
	{ "memory", 'm', OPTION_NEEDED, "SIZE[@ADDRESS]", "max",
	  "bytes, with K, M or G; and where, in bytes or 0x...; or max",
	  "Size of the main memory in bytes, with suffix K, M or G for\n"
	  "powers of 1024; a multiple of 2M.\n"
	  "The\n"
	  ".Ar address\n"
	  "in bytes, with a suffix or hexadecimal after\n"
	  ".Li 0x ,\n"
	  "says where it begins; otherwise Mint chooses.\n"
	  "With\n"
	  ".Cm max\n"
	  "the OS gets the largest piece of the pool that is free, but leaves 128M of what is free\n"
	  "for images; what it got is a multiple of 2M, and at most one part in 256 less than could\n"
	  "be had.\n"
	  "An OS that lies wholly above 4 GiB gets a slice below as well, for devices that\n"
	  "reach no further.\n" },
	{ "like", 'L', OPTION_OR, "NAME", "@oses @snapshots",
	  "as much memory and as many cores as this OS or snapshot",
	  "Memory, cores and architecture of that OS, or what an OS needs that goes on from that\n"
	  "snapshot; other options say what shall be different.\n" },
	{ "one-piece", 'p', 0, NULL, NULL,
	  "no slice below 4 GiB; so it can be copied wherever it lies",
	  "Its memory is one piece wherever it lies, on a boundary of 128M where Mint chooses:\n"
	  "no slice below 4 GiB.\n"
	  "So it can be copied, see\n"
	  ".Xr mintctl-os-clone 8 ;\n"
	  "but above 4 GiB a device that reaches no further does not work in it.\n" },
	{ "dev", 'd', OPTION_REPEATS, "BDF", "@devices",
	  "a PCI function, such as 0000:03:00.0; repeatable",
	  "A PCI function, as\n"
	  ".Li 0000:03:00.0\n"
	  "or\n"
	  ".Li 03:00.0 .\n"
	  "May be repeated, up to 32 times.\n" },
	{ "legacy", 'l', OPTION_REPEATS, "NAME", "com1 com2 kbd vga rtc",
	  "com1, com2, kbd, vga or rtc; repeatable, or a list",
	  ".Cm com1 , com2 , kbd , vga\n"
	  "or\n"
	  ".Cm rtc .\n"
	  "May be repeated, or be a list.\n"
	  "Each has one owner.\n"
	  "A PCI function that is such a device as well, as a VGA card is, goes with it: give both.\n" },
	{ "arch", 'a', 0, "BITS", "32 64",
	  "of its kernel, 32 or 64: what the memory must do for",
	  "Of its kernel,\n"
	  ".Cm 32\n"
	  "or\n"
	  ".Cm 64 .\n"
	  "A 32-bit kernel reaches only so much memory: with\n"
	  ".Cm 32\n"
	  "Mint chooses the lowest there is.\n" },
	CMD_OPTION_END
};

static int take_option(const struct mintctl_cmd *cmd, int c,
		       struct create_options *o)
{
	switch (c) {
	case 'c':
		return parse_seats(optarg, &o->cores, &o->shared, &o->share);
	case 's':
		return parse_slice(optarg, &o->slice_us);
	case 'n':
		return create_set_count(o, optarg);
	case 'm':
		o->size_is_max = !strcmp(optarg, "max");
		o->base = o->size = 0;
		return o->size_is_max ? MINTCTL_OK : parse_memory(optarg, &o->size, &o->base);
	case 'L':
		o->like = optarg;
		return parse_os_name(optarg);
	case 'p':
		o->one_piece = true;
		return MINTCTL_OK;
	case 'd':
		return create_add_dev(o, optarg);
	case 'l':
		return parse_legacy(optarg, &o->legacy);
	case 'a':
		return parse_arch(optarg, &o->arch);
	default:
		return cmd_try_help(cmd);
	}
}

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct create_options *o)
{
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv)) != -1) {
		if (c == 'h')
			return cmd_help(cmd);
		ret = take_option(cmd, c, o);
		if (ret)
			return ret;
	}
	ret = cmd_os_name(cmd, argc, argv, &o->name);
	if (ret)
		return ret;
	if (!(o->like && !o->cores && !o->shared) && create_check_cores(o, "os create"))
		return cmd_try_help(cmd);
	if (o->slice_us && !o->shared) {
		msg_usage("os create: --slice is for a core that is shared, such as --cores 2:30%%");
		return cmd_try_help(cmd);
	}
	if (!o->size && !o->size_is_max && !o->like) {
		msg_usage("os create: --memory is missing, or --like");
		return cmd_try_help(cmd);
	}
	return CMD_GO_ON;
}

static int os_create(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct create_options o = { .name = NULL };
	struct mint_nl *nl;
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = o.like ? create_take_like(nl, &o) : MINTCTL_OK;
	if (!ret)
		ret = create_os(nl, &o);
	mint_nl_close(nl);
	return ret;
}

const struct mintctl_cmd cmd_os_create = {
	.object = "os",
	.verb = "create",
	.modifies = true,
	.summary = "Set cores, memory and devices aside for a further OS",
	.operands = "NAME",
	.synopsis = ".Ar name\n",
	.options = options,
	.run = os_create,
};
