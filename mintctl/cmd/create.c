// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making an OS: the request, and what is left to Mint of it, which cores and how much memory.
 */
#include <errno.h>
#include <linux/mint.h>

#include "cmd/cmd.h"
#include "cmd/create.h"
#include "lib/parse.h"
#include "lib/topology.h"
#include "model/pick.h"
#include "net/fetch.h"
#include "net/nl.h"
#include "show/format.h"

#define MIB		(1024 * 1024ULL)
/* What the largest OS leaves, as it needs an image to start from. */
#define FOR_IMAGES	(128 * MIB)
/* Less is no use to an OS. */
#define LEAST		(64 * MIB)

int create_add_dev(struct create_options *o, const char *word)
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

int create_set_count(struct create_options *o, const char *word)
{
	return parse_core_count(word, &o->nr_cores);
}

int create_check_cores(const struct create_options *o, const char *cmd)
{
	if ((o->cores || o->shared) && o->nr_cores)
		return msg_usage("%s: --cores and --core-count exclude each other", cmd);
	if (!o->cores && !o->shared && !o->nr_cores)
		return msg_usage("%s: --cores is missing, or --core-count", cmd);
	return MINTCTL_OK;
}

/* ---- which cores ------------------------------------------------------------------- */

static void warn_split(const struct model *m, const struct topology *t,
		       const struct create_options *o)
{
	int core = pick_find_split(m, t, o->cores);

	if (core >= 0)
		msg_warn(o->name, "core %d is one thread of a physical core whose other threads it does not get; see 'mintctl machine show'",
			 core);
}

static int choose_from(const struct model *m, struct create_options *o)
{
	struct topology t;
	unsigned int there;

	topology_of_machine(&t);
	there = pick_cores(m, &t, o->nr_cores, &o->cores);
	if (there < o->nr_cores)
		return msg_fail(o->name, "--core-count %u is more than the %u that can be had: nobody's, and those of this OS but its boot core; see 'mintctl machine show'",
				o->nr_cores, there);
	warn_split(m, &t, o);
	return MINTCTL_OK;
}

static int choose_cores(struct mint_nl *nl, struct create_options *o)
{
	struct model m = { .nr_oses = 0 };
	int ret = fetch_model(nl, FETCH_OSES | FETCH_MACHINE, &m);

	ret = ret ? MINTCTL_FAILED : choose_from(&m, o);
	model_release(&m);
	return ret;
}

/* ---- like another one ---------------------------------------------------------------- */

static void be_like_os(struct create_options *o, const struct os_info *os)
{
	if (!o->size && !o->size_is_max)
		o->size = os->main.size_bytes;
	if (!o->cores && !o->shared && !o->nr_cores)
		o->nr_cores = __builtin_popcountll(os->cores) + __builtin_popcountll(os->shared);
	if (!o->arch)
		o->arch = os->arch;
	o->one_piece |= !os->dma.size_bytes;
}

static void be_like_snapshot(struct create_options *o, const struct image_info *image)
{
	o->size = image->need;
	o->size_is_max = false;
	if (!o->cores && !o->shared && !o->nr_cores)
		o->nr_cores = image->nr_cores;
	o->one_piece = true;
}

/* @m has the OSes and images. */
static int be_like(const struct model *m, struct create_options *o)
{
	const struct image_info *image = model_find_image(m, o->like);
	const struct os_info *os = model_find_os(m, o->like);

	if (image && image->kind == MINT_IMG_SNAPSHOT)
		be_like_snapshot(o, image);
	else if (!os)
		return msg_fail(o->like, "is neither an OS nor a snapshot; see 'mintctl os list', 'mintctl snapshot list'");
	else if (!os->main.size_bytes)
		return msg_fail(o->like, "has the firmware and the chipset: no other OS can be like it");
	else
		be_like_os(o, os);
	return MINTCTL_OK;
}

int create_take_like(struct mint_nl *nl, struct create_options *o)
{
	struct model m = { .nr_oses = 0 };
	int ret = fetch_model(nl, FETCH_OSES | FETCH_IMAGES, &m);

	ret = ret ? MINTCTL_FAILED : be_like(&m, o);
	model_release(&m);
	return ret;
}

/* ---- the request ------------------------------------------------------------------- */

static struct nl_msg *create_request(struct mint_nl *nl,
				     const struct create_options *o)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_CREATE, 0);
	unsigned int i;

	if (!msg)
		return NULL;
	nla_put_string(msg, MINT_A_OS_NAME, o->name);
	nla_put(msg, MINT_A_CORES, sizeof(o->cores), &o->cores);
	if (o->shared) {
		nla_put(msg, MINT_A_SHARED, sizeof(o->shared), &o->shared);
		nla_put_u32(msg, MINT_A_SHARE, o->share);
	}
	if (o->slice_us)
		nla_put_u32(msg, MINT_A_SLICE_US, o->slice_us);
	nla_put_u64(msg, MINT_A_MEM_SIZE, o->size);
	if (o->base)
		nla_put_u64(msg, MINT_A_MEM_BASE, o->base);
	if (o->one_piece)
		nla_put_flag(msg, MINT_A_MEM_ONE_PIECE);
	if (o->legacy)
		nla_put_u32(msg, MINT_A_LEGACY, o->legacy);
	if (o->arch)
		nla_put_u32(msg, MINT_A_ARCH, o->arch);
	for (i = 0; i < o->nr_devs; i++)
		nla_put_u32(msg, MINT_A_DEV_SBDF, o->sbdf[i]);
	return msg;
}

/* A multiple of what the kernel takes. */
static uint64_t round_down(uint64_t size)
{
	return size / (2 * MIB) * (2 * MIB);
}

/*
 * The kernel tells how much is free, not in which pieces; but it refuses what has no place
 * before it changes anything.  So ask for less and less.
 */
static int create_largest(struct mint_nl *nl, struct create_options *o)
{
	struct model m = { .nr_oses = 0 };
	uint64_t left, step;
	char size[32];
	int ret;

	if (fetch_model(nl, FETCH_MACHINE, &m))
		return MINTCTL_FAILED;
	left = m.machine.pool_free;
	left = round_down(left > FOR_IMAGES ? left - FOR_IMAGES : 0);
	step = round_down(left / 256) + 2 * MIB;
	for (o->size = left; o->size >= LEAST && o->size <= left; o->size -= step) {
		ret = mint_nl_try(nl, create_request(nl, o), o->name, -ENOMEM);
		if (ret != -ENOMEM)
			return cmd_status(ret);
	}
	return msg_fail(o->name, "%s of the pool are free, and of that no piece of 64M or more beside what images need; give a size, or destroy an OS",
			format_size(m.machine.pool_free, size, sizeof(size)));
}

int create_os(struct mint_nl *nl, const struct create_options *asked)
{
	struct create_options o = *asked;
	int ret = o.cores || o.shared ? MINTCTL_OK : choose_cores(nl, &o);

	if (ret)
		return ret;
	if (o.size_is_max)
		return create_largest(nl, &o);
	return cmd_status(mint_nl_call(nl, create_request(nl, &o), o.name, NULL, NULL));
}
