// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mint.h>
#include <string.h>

#include "cmd/cmd.h"
#include "lib/parse.h"
#include "net/nl.h"

#define MAX_DEVS	32

struct create_options {
	const char *name;
	uint64_t cores;
	uint64_t size;
	uint64_t base;
	uint32_t legacy;
	uint32_t sbdf[MAX_DEVS];
	unsigned int nr_devs;
};

static int add_dev(struct create_options *o, const char *word)
{
	unsigned int i;
	uint32_t sbdf;
	int ret = parse_bdf(word, &sbdf);

	if (ret)
		return ret;
	for (i = 0; i < o->nr_devs; i++) {
		if (o->sbdf[i] == sbdf)
			return msg_usage("device '%s': named twice", word);
	}
	if (o->nr_devs == MAX_DEVS)
		return msg_usage("device '%s': more than %d devices; give the OS this one by 'mintctl dev move'",
				 word, MAX_DEVS);
	o->sbdf[o->nr_devs++] = sbdf;
	return MINTCTL_OK;
}

static int take_option(const struct mintctl_cmd *cmd, int c,
		       struct create_options *o)
{
	switch (c) {
	case 'c':
		return parse_cores(optarg, &o->cores);
	case 'm':
		return parse_memory(optarg, &o->size, &o->base);
	case 'd':
		return add_dev(o, optarg);
	case 'l':
		return parse_legacy(optarg, &o->legacy);
	default:
		return cmd_try_help(cmd);
	}
}

static int parse_options(const struct mintctl_cmd *cmd, int argc, char **argv,
			 struct create_options *o)
{
	static const struct option longopts[] = {
		{ "cores", required_argument, NULL, 'c' },
		{ "cpus", required_argument, NULL, 'c' },	/* as it was called */
		{ "memory", required_argument, NULL, 'm' },
		{ "dev", required_argument, NULL, 'd' },
		{ "legacy", required_argument, NULL, 'l' },
		CMD_OPTION_HELP,
		CMD_OPTION_END
	};
	int c, ret;

	while ((c = cmd_getopt(cmd, argc, argv, "", longopts)) != -1) {
		if (c == 'h')
			return cmd_help(cmd);
		ret = take_option(cmd, c, o);
		if (ret)
			return ret;
	}
	ret = cmd_os_name(cmd, argc, argv, &o->name);
	if (ret)
		return ret;
	if (!o->cores || !o->size) {
		msg_usage("os create: %s is missing",
			  o->cores ? "--memory" : "--cores");
		return cmd_try_help(cmd);
	}
	return CMD_GO_ON;
}

static struct nl_msg *create_request(struct mint_nl *nl,
				     const struct create_options *o)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_CREATE, 0);
	unsigned int i;

	if (!msg)
		return NULL;
	nla_put_string(msg, MINT_A_OS_NAME, o->name);
	nla_put(msg, MINT_A_CORES, sizeof(o->cores), &o->cores);
	nla_put_u64(msg, MINT_A_MEM_SIZE, o->size);
	if (o->base)
		nla_put_u64(msg, MINT_A_MEM_BASE, o->base);
	if (o->legacy)
		nla_put_u32(msg, MINT_A_LEGACY, o->legacy);
	for (i = 0; i < o->nr_devs; i++)
		nla_put_u32(msg, MINT_A_DEV_SBDF, o->sbdf[i]);
	return msg;
}

int cmd_os_create(const struct mintctl_cmd *cmd, int argc, char **argv)
{
	struct create_options o = { .name = NULL };
	struct mint_nl *nl;
	int ret = parse_options(cmd, argc, argv, &o);

	if (ret != CMD_GO_ON)
		return ret;
	if (mint_nl_open(&nl))
		return MINTCTL_FAILED;
	ret = mint_nl_call(nl, create_request(nl, &o), o.name, NULL, NULL);
	mint_nl_close(nl);
	return cmd_status(ret);
}
