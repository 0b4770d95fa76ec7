// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint: the generic netlink family "mint" (see <uapi/linux/mint.h>).
 *
 * Only a front end: requests are checked for their form here and handed to the
 * functions of mint.h, which lock for themselves.  The operations of the family
 * run in parallel, because starting an OS or moving a device takes its time and
 * nobody who only looks shall wait for that.
 *
 * What lies in shared memory is copied once and checked before it is used.
 */
#include <linux/bitops.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/timex.h>

#include <asm/setup.h>
#include <asm/tsc.h>

#include <net/genetlink.h>

#include <uapi/linux/mint.h>

#include <mint/image.h>

#include "base/base.h"
#include "cpu/cpu.h"
#include "launch/launch.h"
#include "neutral/shared.h"
#include "neutral/turns.h"
#include "os/os.h"
#include "ui/netlink.h"

/*
 * What user space was last told, to find out what changed.  Protected by
 * nl_told_mutex.
 */
struct nl_told_os {
	u32 state;
	u32 reason;
	u32 generation;
	char name[MINT_NAME_LEN];
};

static DEFINE_MUTEX(nl_told_mutex);
static struct nl_told_os nl_told_oses[MINT_MAX_OSES];

static u32 nl_cycles_to_ms(u64 cycles)
{
	u32 khz = READ_ONCE(mint_hdr()->tsc_khz);

	return khz ? min_t(u64, div_u64(cycles, khz), U32_MAX) : 0;
}

static u64 nl_age_ms(const struct mint_os *os)
{
	u64 now = rdtsc_ordered();

	return now > os->start_tsc ? nl_cycles_to_ms(now - os->start_tsc) : 0;
}

/* ---- messages ---------------------------------------------------------- */

static bool nl_os_runs(const struct mint_os *os)
{
	return os->state == MINT_OS_STARTING || os->state == MINT_OS_RUNNING ||
	       os->state == MINT_OS_UP || os->state == MINT_OS_RESTARTING;
}

static int nl_put_range(struct sk_buff *skb, const struct mint_range *range,
			int base_attr, int size_attr)
{
	if (!range->size_bytes)
		return 0;
	if (range->base_paddr != NL_HIDDEN &&
	    nla_put_u64_64bit(skb, base_attr, range->base_paddr, MINT_A_PAD))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, size_attr, range->size_bytes,
				 MINT_A_PAD);
}

static int nl_put_os_memory(struct sk_buff *skb, const struct mint_os *os)
{
	return nl_put_range(skb, &os->main, MINT_A_MEM_BASE, MINT_A_MEM_SIZE) ?:
	       nl_put_range(skb, &os->dma, MINT_A_DMA_BASE, MINT_A_DMA_SIZE) ?:
	       nl_put_range(skb, &os->low, MINT_A_LOW_BASE, MINT_A_LOW_SIZE);
}

/* Who could not be started said nothing. */
static const char *nl_end_text(const struct mint_os *os)
{
	return os->state == MINT_OS_ENDED && os->reason == MINT_END_NOT_LOADED ?
	       mint_load_failure(os->id) : os->end_text;
}

static int nl_put_os_life(struct sk_buff *skb, const struct mint_os *os)
{
	u32 core = 0, silent_ms = 0;

	if (nl_os_runs(os))
		silent_ms = mint_os_silence_ms(os->id, &core);
	if (nla_put_u32(skb, MINT_A_OS_STATE, os->state) ||
	    nla_put_u32(skb, MINT_A_OS_REASON, os->reason) ||
	    nla_put_string(skb, MINT_A_OS_RELEASE, os->release) ||
	    nla_put_u32(skb, MINT_A_ARCH, os->arch) ||
	    nla_put_string(skb, MINT_A_OS_TEXT, nl_end_text(os)) ||
	    nla_put_u32(skb, MINT_A_OS_SILENT_MS, silent_ms) ||
	    nla_put_u32(skb, MINT_A_OS_SILENT_CORE, mint_core_of_seat(core)))
		return -EMSGSIZE;
	if (mint_os_waits(os->id) && nla_put_flag(skb, MINT_A_OS_PAUSED))
		return -EMSGSIZE;
	if (!nl_os_runs(os) && os->state != MINT_OS_ENDED)
		return 0;
	return nla_put_u64_64bit(skb, MINT_A_OS_AGE_MS, nl_age_ms(os),
				 MINT_A_PAD);
}

static u64 ms_of_tsc(u64 tsc)
{
	return div_u64(tsc, tsc_khz);
}

static u64 us_of_tsc(u64 tsc)
{
	return mul_u64_u32_div(tsc, USEC_PER_MSEC, tsc_khz);
}

/* Its turns on cores that it shares, with whom it found there or who came. */
static int nl_put_turns(struct sk_buff *skb, const struct mint_os *os, u64 shared)
{
	u64 mine = shared >> mint_nr_cores(), got = 0, stolen = 0, turns = 0;
	u64 latest = 0;
	u32 seat, first = MINT_MAX_CORES;

	for (seat = 0; seat < mint_nr_seats(); seat++) {
		const struct mint_seat *s = mint_seat(seat);

		if (!(os->cores & BIT_ULL(seat)) ||
		    (seat < mint_nr_cores() && !mint_core_is_shared(seat)))
			continue;
		got += mint_shared_load64(&s->got_tsc);
		stolen += mint_shared_load64(&s->stolen_tsc);
		turns += mint_shared_load64(&s->turns);
		latest = max(latest, mint_shared_load64(&s->latest_tsc));
		first = min(first, seat);
	}
	if (first == MINT_MAX_CORES)
		return 0;
	if (nla_put(skb, MINT_A_SHARED, sizeof(mine), &mine) ||
	    nla_put_u64_64bit(skb, MINT_A_GOT_MS, ms_of_tsc(got), MINT_A_PAD) ||
	    nla_put_u64_64bit(skb, MINT_A_STEAL_MS, ms_of_tsc(stolen), MINT_A_PAD) ||
	    nla_put_u64_64bit(skb, MINT_A_TURNS, turns, MINT_A_PAD) ||
	    nla_put_u64_64bit(skb, MINT_A_LATEST_US, us_of_tsc(latest), MINT_A_PAD))
		return -EMSGSIZE;
	if (!shared)
		return 0;
	return nla_put_u32(skb, MINT_A_SHARE, READ_ONCE(mint_seat(__ffs64(shared))->share)) ?:
	       nla_put_u32(skb, MINT_A_SLICE_US,
			   READ_ONCE(mint_seat(__ffs64(shared))->slice_us));
}

static int nl_put_os(struct sk_buff *skb, const void *what)
{
	const struct mint_os *os = what;
	u64 shared = mint_second_seats(os->cores);
	u64 whole = os->cores & ~shared;

	if (nla_put_u32(skb, MINT_A_OS_ID, os->id) ||
	    nla_put_string(skb, MINT_A_OS_NAME, os->name) ||
	    nla_put_u32(skb, MINT_A_OS_CREATOR, os->creator) ||
	    nla_put_u32(skb, MINT_A_OS_GENERATION, os->generation) ||
	    nla_put_u32(skb, MINT_A_OS_BOOT_CORE,
			mint_core_of_seat(os->boot_core)) ||
	    nla_put_u32(skb, MINT_A_OS_LEGACY, os->legacy) ||
	    nla_put(skb, MINT_A_CORES, sizeof(whole), &whole) ||
	    nl_put_turns(skb, os, shared))
		return -EMSGSIZE;
	if (os->id == mint_self.os && nla_put_flag(skb, MINT_A_OS_SELF))
		return -EMSGSIZE;
	return nl_put_os_life(skb, os) ?: nl_put_os_memory(skb, os) ?:
	       mint_nl_put_launch(skb, os->id);
}

static void nl_hide_os(void *what, u32 sees)
{
	struct mint_os *os = what;

	if (!(sees & NL_SEES_ADDRESSES)) {
		os->main.base_paddr = NL_HIDDEN;
		os->dma.base_paddr = NL_HIDDEN;
		os->low.base_paddr = NL_HIDDEN;
	}
	if (!(sees & NL_SEES_TEXTS))
		os->end_text[0] = '\0';
}

static int nl_put_machine(struct sk_buff *skb, const void *what)
{
	const u32 *sees = what;
	u32 apic_ids[MINT_MAX_CORES], owners[MINT_MAX_CORES];
	u32 nr = mint_nr_cores(), core;

	for (core = 0; core < nr; core++) {
		apic_ids[core] = READ_ONCE(mint_core(core)->apic_id);
		owners[core] = mint_core_owner(core);
	}
	if (nla_put_u32(skb, MINT_A_NR_CORES, nr) ||
	    nla_put(skb, MINT_A_APIC_IDS, nr * sizeof(u32), apic_ids) ||
	    nla_put(skb, MINT_A_CORE_OWNERS, nr * sizeof(u32), owners) ||
	    nla_put_u64_64bit(skb, MINT_A_POOL_SIZE, mint_pool_size(),
			      MINT_A_PAD) ||
	    nla_put_u64_64bit(skb, MINT_A_POOL_FREE, mint_pool_free(),
			      MINT_A_PAD) ||
	    nla_put_u32(skb, MINT_A_PRIMARY, READ_ONCE(mint_hdr()->primary)))
		return -EMSGSIZE;
	return !(*sees & NL_SEES_ADDRESSES) ? 0 :
	       nla_put_u64_64bit(skb, MINT_A_SHM_BASE, mint_self.shm_paddr,
				 MINT_A_PAD);
}

/* ---- commands that look ------------------------------------------------ */

static int nl_machine_get(struct sk_buff *skb, struct genl_info *info)
{
	u32 sees = mint_nl_sees(skb);
	const struct nl_content content = { nl_put_machine, &sees };

	return mint_nl_reply(info, &content);
}

static int nl_os_get(struct sk_buff *skb, struct genl_info *info)
{
	struct mint_os copy;
	const struct nl_content content = { nl_put_os, &copy };
	const char *name;
	u32 os;

	if (GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME))
		return -EINVAL;
	name = nla_data(info->attrs[MINT_A_OS_NAME]);
	os = mint_os_find(name);
	if (os)
		mint_os_peek(os, &copy);
	if (!os || copy.state == MINT_OS_FREE || strcmp(copy.name, name)) {
		GENL_SET_ERR_MSG_FMT(info,
				     "%s: no such OS; see 'mintctl os list'",
				     name);
		return -ENOENT;
	}
	nl_hide_os(&copy, mint_nl_sees(skb));
	return mint_nl_reply(info, &content);
}

static int nl_os_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mint_os copy;
	const struct nl_content content = { nl_put_os, &copy };

	for (; cb->args[0] < MINT_MAX_OSES; cb->args[0]++) {
		mint_os_peek(cb->args[0] + 1, &copy);
		if (copy.state == MINT_OS_FREE)
			continue;
		nl_hide_os(&copy, mint_nl_sees(cb->skb));
		if (mint_nl_dump_message(skb, cb, &content))
			break;
	}
	return skb->len;
}

/* ---- commands that act ------------------------------------------------- */

/*
 * Instead of GENL_ADMIN_PERM: that asks for CAP_NET_ADMIN, which is another right, and
 * says nothing.
 */
static int nl_act_allowed(const struct genl_split_ops *ops,
			  struct sk_buff *skb, struct genl_info *info)
{
	if (netlink_capable(skb, CAP_SYS_ADMIN))
		return 0;
	GENL_SET_ERR_MSG(info, "this needs CAP_SYS_ADMIN; run it as root");
	return -EPERM;
}

static int nl_config_devs(struct genl_info *info, struct mint_os_config *cfg)
{
	struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr_type(attr, MINT_A_DEV_SBDF, info->nlhdr,
				 GENL_HDRLEN, rem) {
		if (cfg->nr_devs == ARRAY_SIZE(cfg->sbdf)) {
			GENL_SET_ERR_MSG_FMT(info,
					     "%s: more than %zu devices; give it the others by 'dev move'",
					     cfg->name, ARRAY_SIZE(cfg->sbdf));
			return -E2BIG;
		}
		cfg->sbdf[cfg->nr_devs++] = nla_get_u32(attr);
	}
	return 0;
}

/* @core is named as a whole one, or as one that it has by turns, or as both. */
static int nl_check_core(u32 core, bool whole, bool shared, struct netlink_ext_ack *extack)
{
	u32 nr = mint_nr_cores();

	if (core >= nr)
		NL_SET_ERR_MSG_FMT(extack, "core %u does not exist: the machine has cores 0-%u",
				   core, nr - 1);
	else if (whole && shared)
		NL_SET_ERR_MSG_FMT(extack, "core %u is named as a whole and as shared", core);
	else if (shared && nr + core >= mint_nr_seats())
		NL_SET_ERR_MSG_FMT(extack, "core %u cannot be shared: only cores 0-%u can",
				   core, mint_nr_seats() - nr - 1);
	else
		return 0;
	return -EINVAL;
}

/* Cores that it has by turns: their second seats. */
static int nl_config_cores(struct genl_info *info, struct mint_os_config *cfg)
{
	struct nlattr **attrs = info->attrs;
	u64 shared = attrs[MINT_A_SHARED] ? nla_get_u64(attrs[MINT_A_SHARED]) : 0;
	u64 whole = nla_get_u64(attrs[MINT_A_CORES]);
	u32 core;
	int ret;

	for (core = 0; core < MINT_MAX_CORES; core++) {
		if (!((whole | shared) & BIT_ULL(core)))
			continue;
		ret = nl_check_core(core, whole & BIT_ULL(core), shared & BIT_ULL(core),
				    info->extack);
		if (ret)
			return ret;
	}
	if (!shared && (attrs[MINT_A_SHARE] || attrs[MINT_A_SLICE_US])) {
		NL_SET_ERR_MSG(info->extack, "a share or a turn, but no core that is shared");
		return -EINVAL;
	}
	cfg->cores = whole | shared << mint_nr_cores();
	cfg->share = attrs[MINT_A_SHARE] ? nla_get_u32(attrs[MINT_A_SHARE]) : MINT_SHARE;
	cfg->slice_us = attrs[MINT_A_SLICE_US] ? nla_get_u32(attrs[MINT_A_SLICE_US]) :
			MINT_TURN_US;
	return 0;
}

static int nl_os_create(struct sk_buff *skb, struct genl_info *info)
{
	struct mint_os_config cfg = {};
	struct nlattr **attrs = info->attrs;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME) ||
	    GENL_REQ_ATTR_CHECK(info, MINT_A_CORES) ||
	    GENL_REQ_ATTR_CHECK(info, MINT_A_MEM_SIZE))
		return -EINVAL;
	ret = nl_config_cores(info, &cfg);
	if (ret)
		return ret;
	nla_strscpy(cfg.name, attrs[MINT_A_OS_NAME], sizeof(cfg.name));
	cfg.mem_size = nla_get_u64(attrs[MINT_A_MEM_SIZE]);
	if (attrs[MINT_A_MEM_BASE])
		cfg.mem_base = nla_get_u64(attrs[MINT_A_MEM_BASE]);
	cfg.one_piece = nla_get_flag(attrs[MINT_A_MEM_ONE_PIECE]);
	if (attrs[MINT_A_LEGACY])
		cfg.legacy = nla_get_u32(attrs[MINT_A_LEGACY]);
	if (attrs[MINT_A_ARCH])
		cfg.arch = nla_get_u32(attrs[MINT_A_ARCH]);
	ret = nl_config_devs(info, &cfg);
	if (ret)
		return ret;
	return mint_os_create(&cfg, info->extack);
}

static int nl_os_stop(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME))
		return -EINVAL;
	return mint_os_stop(mint_nl_string(info, MINT_A_OS_NAME), info->extack);
}

static int nl_os_destroy(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME))
		return -EINVAL;
	return mint_os_destroy(mint_nl_string(info, MINT_A_OS_NAME),
			       nla_get_flag(info->attrs[MINT_A_FORCE]),
			       !nla_get_flag(info->attrs[MINT_A_NO_CLEAR]),
			       info->extack);
}

static int nl_machine_end(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, MINT_A_MACHINE_ACTION))
		return -EINVAL;
	return mint_machine_end(nla_get_u32(info->attrs[MINT_A_MACHINE_ACTION]),
				info->extack);
}

/* ---- the family -------------------------------------------------------- */

#define NL_POLICY_NAME	{ .type = NLA_NUL_STRING, .len = MINT_NAME_LEN - 1 }
#define NL_POLICY_PATH	{ .type = NLA_NUL_STRING, .len = PATH_MAX - 1 }

/* OS_GET (do), OS_STOP */
static const struct nla_policy nl_name_policy[MINT_A_OS_NAME + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
};

#define NL_POLICY_SHARE		NLA_POLICY_RANGE(NLA_U32, MINT_SHARE_MIN, MINT_SHARE_MAX)
#define NL_POLICY_SLICE		NLA_POLICY_FULL_RANGE(NLA_U32, &nl_slice_range)

static const struct netlink_range_validation nl_slice_range = {
	.min = MINT_TURN_MIN_US,
	.max = MINT_TURN_MAX_US,
};

static const struct nla_policy nl_os_create_policy[MINT_A_MEM_ONE_PIECE + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
	[MINT_A_CORES] = NLA_POLICY_EXACT_LEN(sizeof(u64)),
	[MINT_A_MEM_BASE] = { .type = NLA_U64 },
	[MINT_A_MEM_SIZE] = { .type = NLA_U64 },
	[MINT_A_LEGACY] = NLA_POLICY_MASK(NLA_U32, BIT(MINT_NR_LEGACY) - 1),
	[MINT_A_DEV_SBDF] = { .type = NLA_U32 },
	[MINT_A_ARCH] = NLA_POLICY_RANGE(NLA_U32, MINT_IMAGE_X86_64, MINT_IMAGE_X86_32),
	[MINT_A_SHARED] = NLA_POLICY_EXACT_LEN(sizeof(u64)),
	[MINT_A_SHARE] = NL_POLICY_SHARE,
	[MINT_A_SLICE_US] = NL_POLICY_SLICE,
	[MINT_A_MEM_ONE_PIECE] = { .type = NLA_FLAG },
};

#define NL_POLICY_CMDLINE	{ .type = NLA_NUL_STRING, .len = COMMAND_LINE_SIZE - 1 }

/* OS_START, OS_RESTART */
static const struct nla_policy nl_os_start_policy[MINT_A_IMAGE_NAME + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
	[MINT_A_KERNEL_PATH] = NL_POLICY_PATH,
	[MINT_A_INITRD_PATH] = NL_POLICY_PATH,
	[MINT_A_CMDLINE] = NL_POLICY_CMDLINE,
	[MINT_A_FORCE] = { .type = NLA_FLAG },
	[MINT_A_IMAGE_NAME] = NL_POLICY_NAME,
};

static const struct nla_policy nl_image_load_policy[MINT_A_IMAGE_NAME + 1] = {
	[MINT_A_IMAGE_NAME] = NL_POLICY_NAME,
	[MINT_A_KERNEL_PATH] = NL_POLICY_PATH,
	[MINT_A_INITRD_PATH] = NL_POLICY_PATH,
	[MINT_A_CMDLINE] = NL_POLICY_CMDLINE,
};

static const struct nla_policy nl_image_name_policy[MINT_A_IMAGE_NAME + 1] = {
	[MINT_A_IMAGE_NAME] = NL_POLICY_NAME,
};

#define NL_POLICY_THEN	\
	NLA_POLICY_RANGE(NLA_U32, MINT_THEN_STOP, MINT_THEN_RESTART)

static const struct nla_policy nl_os_set_policy[MINT_A_SLICE_US + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
	[MINT_A_IMAGE_NAME] = NL_POLICY_NAME,
	[MINT_A_OS_AT_REBOOT] = NL_POLICY_THEN,
	[MINT_A_OS_AT_CRASH] = NL_POLICY_THEN,
	[MINT_A_OS_AT_POWEROFF] = NL_POLICY_THEN,
	[MINT_A_SHARE] = NL_POLICY_SHARE,
	[MINT_A_SLICE_US] = NL_POLICY_SLICE,
};

static const struct nla_policy nl_os_clone_policy[MINT_A_OS_PAUSED + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
	[MINT_A_OS_FROM] = NL_POLICY_NAME,
	[MINT_A_HOSTNAME] = { .type = NLA_NUL_STRING, .len = MINT_HOSTNAME_LEN - 1 },
	[MINT_A_OS_PAUSED] = { .type = NLA_FLAG },
};

static const struct nla_policy nl_os_snapshot_policy[MINT_A_IMAGE_NAME + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
	[MINT_A_IMAGE_NAME] = NL_POLICY_NAME,
};

/* SNAPSHOT_SAVE, SNAPSHOT_LOAD */
static const struct nla_policy nl_snapshot_file_policy[MINT_A_FD + 1] = {
	[MINT_A_IMAGE_NAME] = NL_POLICY_NAME,
	[MINT_A_FD] = { .type = NLA_U32 },
};

static const struct nla_policy nl_os_destroy_policy[MINT_A_NO_CLEAR + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
	[MINT_A_FORCE] = { .type = NLA_FLAG },
	[MINT_A_NO_CLEAR] = { .type = NLA_FLAG },
};

#define NL_ORDER_OPTIONS	(MINT_ORDER_FORCE | MINT_ORDER_NO_DRIVER | \
				 MINT_ORDER_DRY_RUN)

/* DEV_MOVE, DEV_RELEASE */
static const struct nla_policy
nl_dev_move_policy[MINT_A_DEV_WITH_SIBLINGS + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
	[MINT_A_DEV_SBDF] = { .type = NLA_U32 },
	[MINT_A_DEV_ORDER_OPTIONS] = NLA_POLICY_MASK(NLA_U32, NL_ORDER_OPTIONS),
	[MINT_A_DEV_TIMEOUT_MS] = NLA_POLICY_MIN(NLA_U32, 1),
	[MINT_A_DEV_WITH_SIBLINGS] = { .type = NLA_FLAG },
};

static const struct nla_policy nl_policy_policy[MINT_A_POLICY_KEY + 1] = {
	[MINT_A_OS_NAME] = NL_POLICY_NAME,
	[MINT_A_POLICY_KIND] = NLA_POLICY_RANGE(NLA_U32, MINT_POLICY_BDF,
						MINT_POLICY_SLOT),
	[MINT_A_POLICY_KEY] = { .type = NLA_U32 },
};

static const struct nla_policy
nl_machine_end_policy[MINT_A_MACHINE_ACTION + 1] = {
	[MINT_A_MACHINE_ACTION] = NLA_POLICY_RANGE(NLA_U32,
						   MINT_MACHINE_POWEROFF,
						   MINT_MACHINE_REBOOT),
};

/* Sorted by command, do before dump. */
static const struct genl_split_ops mint_nl_ops[] = {
	{
		.cmd		= MINT_CMD_MACHINE_GET,
		.doit		= nl_machine_get,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_GET,
		.doit		= nl_os_get,
		.policy		= nl_name_policy,
		.maxattr	= MINT_A_OS_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_GET,
		.dumpit		= nl_os_dump,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MINT_CMD_OS_CREATE,
		.pre_doit	= nl_act_allowed,
		.doit		= nl_os_create,
		.policy		= nl_os_create_policy,
		.maxattr	= MINT_A_MEM_ONE_PIECE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_START,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_os_start,
		.policy		= nl_os_start_policy,
		.maxattr	= MINT_A_IMAGE_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_STOP,
		.pre_doit	= nl_act_allowed,
		.doit		= nl_os_stop,
		.policy		= nl_name_policy,
		.maxattr	= MINT_A_OS_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_DESTROY,
		.pre_doit	= nl_act_allowed,
		.doit		= nl_os_destroy,
		.policy		= nl_os_destroy_policy,
		.maxattr	= MINT_A_NO_CLEAR,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_DEV_GET,
		.dumpit		= mint_nl_dev_dump,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MINT_CMD_DEV_MOVE,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_dev_move,
		.policy		= nl_dev_move_policy,
		.maxattr	= MINT_A_DEV_WITH_SIBLINGS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_IRQ_GET,
		.start		= mint_nl_irq_dump_start,
		.dumpit		= mint_nl_irq_dump,
		.done		= mint_nl_irq_done,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MINT_CMD_MACHINE_END,
		.pre_doit	= nl_act_allowed,
		.doit		= nl_machine_end,
		.policy		= nl_machine_end_policy,
		.maxattr	= MINT_A_MACHINE_ACTION,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_IRQ_VERIFY,
		.start		= mint_nl_irq_verify_start,
		.dumpit		= mint_nl_irq_verify,
		.done		= mint_nl_irq_done,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MINT_CMD_IRQ_REPAIR,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_irq_repair,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_DEV_RELEASE,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_dev_move,
		.policy		= nl_dev_move_policy,
		.maxattr	= MINT_A_DEV_WITH_SIBLINGS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_POLICY_GET,
		.dumpit		= mint_nl_policy_dump,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MINT_CMD_POLICY_SET,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_policy_set,
		.policy		= nl_policy_policy,
		.maxattr	= MINT_A_POLICY_KEY,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_IMAGE_GET,
		.dumpit		= mint_nl_image_dump,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= MINT_CMD_IMAGE_LOAD,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_image_load,
		.policy		= nl_image_load_policy,
		.maxattr	= MINT_A_IMAGE_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_IMAGE_REMOVE,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_image_remove,
		.policy		= nl_image_name_policy,
		.maxattr	= MINT_A_IMAGE_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_RESTART,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_os_restart,
		.policy		= nl_os_start_policy,
		.maxattr	= MINT_A_IMAGE_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_SET,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_os_set,
		.policy		= nl_os_set_policy,
		.maxattr	= MINT_A_SLICE_US,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_CLONE,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_os_clone,
		.policy		= nl_os_clone_policy,
		.maxattr	= MINT_A_OS_PAUSED,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_OS_SNAPSHOT,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_os_snapshot,
		.policy		= nl_os_snapshot_policy,
		.maxattr	= MINT_A_IMAGE_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_SNAPSHOT_SAVE,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_snapshot_save,
		.policy		= nl_snapshot_file_policy,
		.maxattr	= MINT_A_FD,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= MINT_CMD_SNAPSHOT_LOAD,
		.pre_doit	= nl_act_allowed,
		.doit		= mint_nl_snapshot_load,
		.policy		= nl_snapshot_file_policy,
		.maxattr	= MINT_A_FD,
		.flags		= GENL_CMD_CAP_DO,
	},
};

static const struct genl_multicast_group nl_groups[] = {
	[NL_GROUP_EVENTS] = { .name = MINT_GENL_MCGRP_EVENTS },
	[NL_GROUP_IRQ] = { .name = MINT_GENL_MCGRP_IRQ },
};

static struct genl_family mint_nl_family __ro_after_init = {
	.name		= MINT_GENL_NAME,
	.version	= MINT_GENL_VERSION,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= mint_nl_ops,
	.n_split_ops	= ARRAY_SIZE(mint_nl_ops),
	.mcgrps		= nl_groups,
	.n_mcgrps	= ARRAY_SIZE(nl_groups),
};

/* ---- notifications ----------------------------------------------------- */

static void nl_note_os(u32 os)
{
	struct nl_told_os *told = &nl_told_oses[os - 1];
	struct mint_os copy;
	const struct nl_content content = { nl_put_os, &copy, nl_hide_os };

	lockdep_assert_held(&nl_told_mutex);
	mint_os_peek(os, &copy);
	if (told->state == copy.state && told->reason == copy.reason &&
	    told->generation == copy.generation)
		return;

	/* The last message about a destroyed OS still says its name. */
	if (copy.state == MINT_OS_FREE)
		memcpy(copy.name, told->name, sizeof(copy.name));
	told->state = copy.state;
	told->reason = copy.reason;
	told->generation = copy.generation;
	memcpy(told->name, copy.name, sizeof(told->name));
	mint_nl_notify(MINT_CMD_OS_NTF, NL_GROUP_EVENTS, &content);
}

static void nl_event(u32 events)
{
	u32 i;

	guard(mutex)(&nl_told_mutex);
	for (i = 1; i <= MINT_MAX_OSES; i++)
		nl_note_os(i);
}

static struct mint_event_handler nl_event_handler = {
	.mask = MINT_EV_STATE,
	.fn = nl_event,
};

static int __init mint_netlink_init(void)
{
	int ret;

	if (!mint_self.active)
		return 0;
	mint_nl_use(&mint_nl_family);
	ret = genl_register_family(&mint_nl_family);
	if (ret) {
		pr_err("netlink: cannot register the family: %d\n", ret);
		return ret;
	}
	mint_event_register(&nl_event_handler);
	nl_event(MINT_EV_STATE);	/* what there is already */
	mint_nl_dev_init();
	mint_nl_irq_init();
	return 0;
}
device_initcall(mint_netlink_init);
