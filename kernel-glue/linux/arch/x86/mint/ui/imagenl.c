// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of the netlink family that is about images and starts.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/tsc.h>

#include <net/genetlink.h>

#include <uapi/linux/mint.h>

#include "base/base.h"
#include "clone/clone.h"
#include "launch/launch.h"
#include "launch/snapfile.h"
#include "neutral/shared.h"
#include "ui/netlink.h"

/* ---- images ---------------------------------------------------------------- */

/* What is told of an image: a checked copy. */
struct image_copy {
	u32 idx;
	u32 sees;
	struct mint_image_record m;
};

static int put_sizes(struct sk_buff *skb, const struct image_copy *c)
{
	const struct mint_image_record *m = &c->m;

	if (nla_put_u64_64bit(skb, MINT_A_IMAGE_SIZE, m->mem.size_bytes, MINT_A_PAD) ||
	    nla_put_u64_64bit(skb, MINT_A_IMAGE_KERNEL, m->kernel_bytes, MINT_A_PAD) ||
	    nla_put_u64_64bit(skb, MINT_A_IMAGE_INITRD, m->initrd_bytes, MINT_A_PAD))
		return -EMSGSIZE;
	return !(c->sees & NL_SEES_ADDRESSES) ? 0 :
	       nla_put_u64_64bit(skb, MINT_A_IMAGE_BASE, m->mem.base_paddr,
				 MINT_A_PAD);
}

/* What an OS must have that goes on from a snapshot. */
static int put_needs(struct sk_buff *skb, const struct mint_image_record *m)
{
	if (m->kind != MINT_IMG_SNAPSHOT)
		return 0;
	return nla_put_u64_64bit(skb, MINT_A_IMAGE_NEED, m->need_bytes, MINT_A_PAD) ?:
	       nla_put_u32(skb, MINT_A_IMAGE_CORES, min_t(u64, m->nr_cores, MINT_MAX_CORES));
}

static int put_image(struct sk_buff *skb, const void *what)
{
	const struct image_copy *c = what;
	const struct mint_image_record *m = &c->m;

	if (nla_put_u32(skb, MINT_A_IMAGE_ID, c->idx) ||
	    nla_put_string(skb, MINT_A_IMAGE_NAME, m->name) ||
	    nla_put_u32(skb, MINT_A_IMAGE_STATE, m->state) ||
	    nla_put_u32(skb, MINT_A_IMAGE_USERS, m->users) ||
	    nla_put_u32(skb, MINT_A_IMAGE_LOADER, m->loader) ||
	    nla_put_string(skb, MINT_A_IMAGE_RELEASE, m->release) ||
	    nla_put_u32(skb, MINT_A_ARCH, m->arch) ||
	    nla_put_u32(skb, MINT_A_IMAGE_KIND, m->kind) ||
	    nla_put_string(skb, MINT_A_IMAGE_CMDLINE, m->cmdline))
		return -EMSGSIZE;
	return put_sizes(skb, c) ?: put_needs(skb, m);
}

static void peek(struct image_copy *c, u32 idx)
{
	c->idx = idx;
	mint_shared_copy(&c->m, mint_image(idx), sizeof(c->m));
	c->m.name[sizeof(c->m.name) - 1] = '\0';
	c->m.release[sizeof(c->m.release) - 1] = '\0';
	c->m.cmdline[sizeof(c->m.cmdline) - 1] = '\0';
	c->m.users &= BIT(MINT_MAX_OSES) - 1;
	if (c->m.loader > MINT_MAX_OSES)
		c->m.loader = MINT_OS_NONE;
}

int mint_nl_image_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct image_copy *c = kmalloc(sizeof(*c), GFP_KERNEL);
	const struct nl_content content = { put_image, c };

	if (!c)
		return -ENOMEM;
	c->sees = mint_nl_sees(cb->skb);
	for (; cb->args[0] < MINT_MAX_IMAGES; cb->args[0]++) {
		peek(c, cb->args[0]);
		if (c->m.state != MINT_IMG_FREE &&
		    mint_nl_dump_message(skb, cb, &content))
			break;
	}
	kfree(c);
	return skb->len;
}

static bool path_is_absolute(struct genl_info *info, const char *path)
{
	if (!path || path[0] == '/')
		return true;
	GENL_SET_ERR_MSG_FMT(info, "%.40s: not an absolute path", path);
	return false;
}

int mint_nl_image_load(struct sk_buff *skb, struct genl_info *info)
{
	const char *kernel, *initrd;

	if (GENL_REQ_ATTR_CHECK(info, MINT_A_IMAGE_NAME) ||
	    GENL_REQ_ATTR_CHECK(info, MINT_A_KERNEL_PATH))
		return -EINVAL;
	kernel = mint_nl_string(info, MINT_A_KERNEL_PATH);
	initrd = mint_nl_string(info, MINT_A_INITRD_PATH);
	if (!path_is_absolute(info, kernel) || !path_is_absolute(info, initrd))
		return -EINVAL;
	return mint_image_load(mint_nl_string(info, MINT_A_IMAGE_NAME), kernel,
			       initrd, mint_nl_string(info, MINT_A_CMDLINE),
			       info->extack);
}

int mint_nl_image_remove(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, MINT_A_IMAGE_NAME))
		return -EINVAL;
	return mint_image_remove(mint_nl_string(info, MINT_A_IMAGE_NAME),
				 info->extack);
}

/* A file that the caller has open for that; 0: it goes on with @file, to be put. */
static int take_file(struct genl_info *info, fmode_t mode, struct file **file)
{
	if (GENL_REQ_ATTR_CHECK(info, MINT_A_IMAGE_NAME) ||
	    GENL_REQ_ATTR_CHECK(info, MINT_A_FD))
		return -EINVAL;
	*file = fget(nla_get_u32(info->attrs[MINT_A_FD]));
	if (*file && (*file)->f_mode & mode && S_ISREG(file_inode(*file)->i_mode))
		return 0;
	if (*file)
		fput(*file);
	GENL_SET_ERR_MSG_FMT(info, "%.15s: that is no regular file that is open for it",
			     mint_nl_string(info, MINT_A_IMAGE_NAME));
	return -EBADF;
}

int mint_nl_snapshot_save(struct sk_buff *skb, struct genl_info *info)
{
	struct file *file;
	int err = take_file(info, FMODE_WRITE, &file);

	if (err)
		return err;
	err = mint_snapshot_save(mint_nl_string(info, MINT_A_IMAGE_NAME), file, info->extack);
	fput(file);
	return err;
}

int mint_nl_snapshot_load(struct sk_buff *skb, struct genl_info *info)
{
	struct file *file;
	int err = take_file(info, FMODE_READ, &file);

	if (err)
		return err;
	err = mint_snapshot_load(mint_nl_string(info, MINT_A_IMAGE_NAME), file, info->extack);
	fput(file);
	return err;
}

/* ---- what an OS is started from, and how that went ---------------------------- */

/*
 * What another kernel has written: the division must not overflow, whatever that is.
 * Longer than some weeks was no start.
 */
static u64 ns_between(u64 from, u64 to)
{
	if (!to || to < from || (to - from) >> 53)
		return U64_MAX;
	return mul_u64_u32_div(to - from, NSEC_PER_MSEC, tsc_khz);
}

static int put_stamps(struct sk_buff *skb, const struct mint_launch *l)
{
	u64 asked = READ_ONCE(l->stamp[MINT_STAMP_ASKED]), at, ns[MINT_NR_STAMPS];
	u32 i;

	for (i = 0; i < MINT_NR_STAMPS; i++) {
		at = READ_ONCE(l->stamp[i]);
		ns[i] = ns_between(asked, at);
	}
	return nla_put(skb, MINT_A_OS_STAMPS, sizeof(ns), ns);
}

/* The name of its image; nothing, when that is gone. */
static int put_image_of(struct sk_buff *skb, const struct mint_launch *l)
{
	u32 idx = READ_ONCE(l->image), serial = READ_ONCE(l->image_serial);
	char name[MINT_NAME_LEN];

	if (!serial || idx >= MINT_MAX_IMAGES ||
	    READ_ONCE(mint_image(idx)->serial) != serial)
		return 0;
	memcpy(name, mint_image(idx)->name, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	return nla_put_u32(skb, MINT_A_IMAGE_ID, idx) ?:
	       nla_put_string(skb, MINT_A_IMAGE_NAME, name);
}

int mint_nl_put_launch(struct sk_buff *skb, u32 os)
{
	const struct mint_launch *l = mint_launch(os);

	if (nla_put_u32(skb, MINT_A_OS_STARTS, READ_ONCE(l->starts)) ||
	    nla_put_u32(skb, MINT_A_OS_TRIES, READ_ONCE(l->tries)) ||
	    nla_put_u32(skb, MINT_A_OS_AT_REBOOT, mint_then(l, MINT_AT_REBOOT)) ||
	    nla_put_u32(skb, MINT_A_OS_AT_CRASH, mint_then(l, MINT_AT_CRASH)) ||
	    nla_put_u32(skb, MINT_A_OS_AT_POWEROFF,
			mint_then(l, MINT_AT_POWEROFF)))
		return -EMSGSIZE;
	return put_image_of(skb, l) ?: put_stamps(skb, l);
}

static int take_start(struct genl_info *info, struct mint_start *want)
{
	*want = (struct mint_start) {
		.name = mint_nl_string(info, MINT_A_OS_NAME),
		.image = mint_nl_string(info, MINT_A_IMAGE_NAME),
		.kernel = mint_nl_string(info, MINT_A_KERNEL_PATH),
		.initrd = mint_nl_string(info, MINT_A_INITRD_PATH),
		.cmdline = mint_nl_string(info, MINT_A_CMDLINE),
		.force = nla_get_flag(info->attrs[MINT_A_FORCE]),
	};
	if (GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME) ||
	    (want->initrd && GENL_REQ_ATTR_CHECK(info, MINT_A_KERNEL_PATH)))
		return -EINVAL;
	if (want->image && (want->kernel || want->initrd)) {
		GENL_SET_ERR_MSG(info, "an image has its kernel and initrd; give one or the other");
		return -EINVAL;
	}
	return path_is_absolute(info, want->kernel) &&
	       path_is_absolute(info, want->initrd) ? 0 : -EINVAL;
}

int mint_nl_os_start(struct sk_buff *skb, struct genl_info *info)
{
	struct mint_start want;

	return take_start(info, &want) ?: mint_os_start(&want, info->extack);
}

int mint_nl_os_restart(struct sk_buff *skb, struct genl_info *info)
{
	struct mint_start want;

	return take_start(info, &want) ?: mint_os_restart(&want, info->extack);
}

/* Of a setting that is not there: 0, as it is (MINT_THEN_DEFAULT). */
static u32 take_number(struct genl_info *info, int attr)
{
	return info->attrs[attr] ? nla_get_u32(info->attrs[attr]) : 0;
}

int mint_nl_os_set(struct sk_buff *skb, struct genl_info *info)
{
	const struct mint_os_settings want = {
		.name = mint_nl_string(info, MINT_A_OS_NAME),
		.image = mint_nl_string(info, MINT_A_IMAGE_NAME),
		.on = {
			[MINT_AT_REBOOT] = take_number(info, MINT_A_OS_AT_REBOOT),
			[MINT_AT_CRASH] = take_number(info, MINT_A_OS_AT_CRASH),
			[MINT_AT_POWEROFF] = take_number(info, MINT_A_OS_AT_POWEROFF),
		},
		.share = take_number(info, MINT_A_SHARE),
		.slice_us = take_number(info, MINT_A_SLICE_US),
	};

	if (GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME))
		return -EINVAL;
	return mint_os_set(&want, info->extack);
}

int mint_nl_os_clone(struct sk_buff *skb, struct genl_info *info)
{
	const struct mint_clone want = {
		.from = mint_nl_string(info, MINT_A_OS_FROM),
		.name = mint_nl_string(info, MINT_A_OS_NAME),
		.hostname = mint_nl_string(info, MINT_A_HOSTNAME),
		.hold = nla_get_flag(info->attrs[MINT_A_OS_PAUSED]),
	};

	if (GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME) ||
	    GENL_REQ_ATTR_CHECK(info, MINT_A_OS_FROM))
		return -EINVAL;
	return mint_os_clone(&want, info->extack);
}

int mint_nl_os_snapshot(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, MINT_A_OS_NAME) ||
	    GENL_REQ_ATTR_CHECK(info, MINT_A_IMAGE_NAME))
		return -EINVAL;
	return mint_os_snapshot(mint_nl_string(info, MINT_A_OS_NAME),
				mint_nl_string(info, MINT_A_IMAGE_NAME), info->extack);
}
