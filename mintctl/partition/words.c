// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words of a partition file: names of settings, functions, places of hot-plug.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/msg.h"
#include "lib/parse.h"
#include "partition/partition.h"

const char *part_setting_name(enum part_setting setting)
{
	static const char *const names[PART_NR_SETTINGS] = {
		[PART_CORES] = "cores",
		[PART_SLICE] = "slice",
		[PART_MEMORY] = "memory",
		[PART_DEVICES] = "devices",
		[PART_LEGACY] = "legacy",
		[PART_IMAGE] = "image",
		[PART_KERNEL] = "kernel",
		[PART_INITRD] = "initrd",
		[PART_CMDLINE] = "cmdline",
		[PART_ON_REBOOT] = "on-reboot",
		[PART_ON_CRASH] = "on-crash",
		[PART_ON_POWEROFF] = "on-poweroff",
		[PART_HOTPLUG] = "hotplug",
		[PART_WAIT] = "wait",
	};

	return names[setting];
}

/*
 * Whether @word is as @form has it, where x is a hexadecimal digit; *@key is made of
 * these.
 */
static bool take_form(const char *word, const char *form, uint64_t *key)
{
	*key = 0;
	for (; *form; form++, word++) {
		if (*form != 'x' && *form != *word)
			return false;
		if (*form != 'x')
			continue;
		if (!isxdigit((unsigned char)*word))
			return false;
		*key = *key << 4 | strtoul((char[]){ *word, '\0' }, NULL, 16);
	}
	return !*word;
}

static bool take_bdf(const char *word, uint64_t *key)
{
	uint32_t sbdf;

	if (!strchr(word, '.') || parse_bdf(word, &sbdf))
		return false;
	*key = sbdf;
	return true;
}

int part_parse_dev(const char *word, struct part_dev *dev)
{
	dev->sbdf = PART_NO_SBDF;
	snprintf(dev->word, sizeof(dev->word), "%s", word);
	if (take_form(word, "xx:xx:xx:xx:xx:xx", &dev->key))
		dev->kind = PART_DEV_MAC;
	else if (take_form(word, "xxxx:xxxx", &dev->key))
		dev->kind = PART_DEV_ID;
	else if (take_form(word, "class:xxxx", &dev->key))
		dev->kind = PART_DEV_CLASS;
	else if (take_bdf(word, &dev->key))
		dev->kind = PART_DEV_BDF;
	else if (strchr(word, '.'))
		return MINTCTL_USAGE;	/* parse_bdf() has said it */
	else
		return msg_usage("device '%s': write an address (0000:03:00.0), a MAC (52:54:00:12:34:56), vendor:device (8086:10d3) or class:CCSS (class:0200)",
				 word);
	return MINTCTL_OK;
}

int part_parse_policy(const char *word, struct part_policy *policy)
{
	char bdf[32];
	uint64_t key;
	int ret;

	snprintf(policy->word, sizeof(policy->word), "%s", word);
	if (take_form(word, "class:xxxx", &key)) {
		policy->kind = MINT_POLICY_CLASS;
		policy->key = key;
		return MINTCTL_OK;
	}
	policy->kind = strchr(word, '.') ? MINT_POLICY_BDF : MINT_POLICY_SLOT;
	snprintf(bdf, sizeof(bdf), "%.24s%s", word,
		 policy->kind == MINT_POLICY_SLOT ? ".0" : "");
	ret = parse_bdf(bdf, &policy->key);
	if (ret)
		return ret;
	return MINTCTL_OK;
}

const char *part_format_policy(uint32_t kind, uint32_t key, char buf[24])
{
	char bdf[BDF_LEN];

	if (kind == MINT_POLICY_CLASS) {
		snprintf(buf, 24, "class:%04x", key);
		return buf;
	}
	snprintf(buf, 24, "%s", format_bdf(key, bdf));
	if (kind == MINT_POLICY_SLOT)
		*strchr(buf, '.') = '\0';
	return buf;
}

int part_parse_then(const char *word, uint32_t *then)
{
	if (!strcmp(word, then_name(MINT_THEN_STOP)))
		*then = MINT_THEN_STOP;
	else if (!strcmp(word, then_name(MINT_THEN_RESTART)))
		*then = MINT_THEN_RESTART;
	else
		return msg_usage("%s: 'stop' or 'restart' is needed here", word);
	return MINTCTL_OK;
}
