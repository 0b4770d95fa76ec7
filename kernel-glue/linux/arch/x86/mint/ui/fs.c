// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file system "mint", to be mounted at /sys/kernel/mint: the machine as a
 * table to read, the same from every OS.  A file system of its own, since a
 * file of sysfs ends after one page.
 *
 * Each file is a snapshot, taken when it is opened: one header line, then rows
 * of columns separated by white space; "-" stands where a column has no meaning.
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/sysfs.h>

#include "base/base.h"
#include "irq/irq.h"
#include "launch/launch.h"
#include "legacy/legacy.h"
#include "pci/pci.h"

#define MINT_FS_MAGIC	0x4d494e54	/* "MINT" */

/* ---- a text that grows ------------------------------------------------ */

struct mint_text {
	char *buf;
	size_t len;
	size_t size;
	int err;
};

static bool text_grow(struct mint_text *t, size_t need)
{
	size_t size = max(2 * t->size, ALIGN(need, PAGE_SIZE));
	char *buf = kvrealloc(t->buf, size, GFP_KERNEL);

	if (!buf) {
		t->err = -ENOMEM;
		return false;
	}
	t->buf = buf;
	t->size = size;
	return true;
}

static __printf(2, 3) void say(struct mint_text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	for (;;) {
		size_t room = t->size - t->len;

		if (t->err)
			return;
		va_start(args, fmt);
		n = vsnprintf(t->buf ? t->buf + t->len : NULL, room, fmt, args);
		va_end(args);
		if (n < room)
			break;
		if (!text_grow(t, t->len + n + 1))
			return;
	}
	t->len += n;
}

/* A column with a number that may have no meaning. */
static void say_number(struct mint_text *t, u32 number)
{
	if (number == ~0u)
		say(t, "- ");
	else
		say(t, "%u ", number);
}

/* A string of another OS as one column: at most @len bytes, perhaps no NUL. */
static void say_word(struct mint_text *t, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && s[i]; i++)
		say(t, "%c", isgraph(s[i]) && isascii(s[i]) ? s[i] : '_');
	if (!i)
		say(t, "-");
}

static void say_range(struct mint_text *t, const struct mint_range *r)
{
	if (!r->size_bytes)
		say(t, " -");
	else
		say(t, " 0x%llx-0x%llx", r->base_paddr,
		    r->base_paddr + r->size_bytes - 1);
}

static const char *word_of(const char * const *words, size_t nr, u32 idx)
{
	return idx < nr && words[idx] ? words[idx] : "?";
}

/* ---- irqtable --------------------------------------------------------- */

static const char * const route_types[] = {
	[MINT_ROUTE_IOAPIC]	= "ioapic",
	[MINT_ROUTE_SHARED]	= "shared",
	[MINT_ROUTE_MSI]	= "msi",
	[MINT_ROUTE_MSIX]	= "msix",
	[MINT_ROUTE_DOORBELL]	= "doorbell",
};

static const char *polarity_of(const struct mint_route *r)
{
	if (r->type != MINT_ROUTE_IOAPIC && r->type != MINT_ROUTE_SHARED)
		return "-";
	return r->flags & MINT_ROUTEF_LOW ? "low" : "high";
}

static const char *state_of(const struct mint_route *r)
{
	if (r->flags & MINT_ROUTEF_EVICTED)
		return "evicted";
	if (r->flags & MINT_ROUTEF_HELD)
		return "held";
	if (r->flags & MINT_ROUTEF_THROTTLED)
		return "throttled";
	return r->flags & MINT_ROUTEF_MASKED ? "masked" : "active";
}

static void say_route(struct mint_text *t, const char *os,
		      const struct mint_route *r)
{
	say_number(t, r->gsi);
	say(t, "%s ", word_of(route_types, ARRAY_SIZE(route_types), r->type));
	say_number(t, r->chip);
	say_number(t, r->pin);
	say(t, "%s %s %s 0x%02x %u %s %llu %llu ",
	    r->flags & MINT_ROUTEF_LEVEL ? "level" : "edge", polarity_of(r),
	    os, r->vector, r->dest, state_of(r), r->count, r->foreign);
	if (r->sbdf == ~0u)
		say_word(t, r->dev, sizeof(r->dev));
	else
		say(t, "%s", mint_bdf(r->sbdf).s);
	say(t, "\n");
}

static void say_irqtable(struct mint_text *t)
{
	struct mint_route *routes;
	char os_name[MINT_NAME_LEN];
	u32 os, i, nr;

	routes = kvmalloc_array(MINT_IRQT_MAX_ROUTES, sizeof(*routes), GFP_KERNEL);
	if (!routes) {
		t->err = -ENOMEM;
		return;
	}
	say(t, "gsi type chip pin trigger polarity os vector dest state count foreign dev\n");
	mint_routes_refresh();
	for (os = 1; os <= MINT_MAX_OSES; os++) {
		if (!mint_os_alive(os))
			continue;
		mint_os_name(os, os_name);
		nr = mint_routes_copy(os, routes, MINT_IRQT_MAX_ROUTES);
		for (i = 0; i < nr; i++)
			say_route(t, os_name, &routes[i]);
	}
	kvfree(routes);
}

/* ---- irqstat ------------------------------------------------------------ */

/* What each OS has written to I/O APICs, by its own count. */
static void say_irqstat(struct mint_text *t)
{
	char name[MINT_NAME_LEN];
	u64 writes[3];
	u32 os;

	say(t, "os index data eoi\n");
	mint_routes_refresh();
	for (os = 1; os <= MINT_MAX_OSES; os++) {
		if (!mint_os_alive(os))
			continue;
		mint_irq_writes(os, writes);
		say(t, "%s %llu %llu %llu\n", mint_os_name(os, name), writes[0],
		    writes[1], writes[2]);
	}
}

/* ---- devices ---------------------------------------------------------- */

static const char * const dev_states[] = {
	[MINT_DEV_OWNED]	= "owned",
	[MINT_DEV_RELEASE]	= "release",
	[MINT_DEV_CLAIM]	= "claim",
	[MINT_DEV_GONE]		= "gone",
	[MINT_DEV_FENCE]	= "fence",
};

static void say_dev(struct mint_text *t, const struct mint_dev *dev)
{
	char owner[MINT_NAME_LEN], home[MINT_NAME_LEN];

	say(t, "%s %06x %04x %04x %s %s %s ",
	    mint_bdf(dev->sbdf).s, dev->class_rev >> 8, dev->vendor,
	    dev->device, mint_os_name(dev->owner, owner),
	    mint_os_name(dev->home, home),
	    dev->owner == MINT_OS_NONE && dev->state == MINT_DEV_OWNED ?
	    "free" : word_of(dev_states, ARRAY_SIZE(dev_states), dev->state));
	say_number(t, dev->gsi);
	if (dev->flags & MINT_DEVF_DRIVER)
		say_word(t, dev->driver, sizeof(dev->driver));
	else
		say(t, "-");
	say(t, "\n");
}

static void say_devices(struct mint_text *t)
{
	struct mint_dev dev;
	u32 i;

	say(t, "bdf class vendor device owner home state gsi driver\n");
	for (i = 0; i < MINT_MAX_DEVS; i++) {
		mint_dev_peek(i, &dev);
		/* As every command, it has what there is. */
		if (dev.state != MINT_DEV_FREE && dev.state != MINT_DEV_GONE)
			say_dev(t, &dev);
	}
}

/* ---- oses ------------------------------------------------------------- */

static const char * const os_states[] = {
	[MINT_OS_CREATED]	= "created",
	[MINT_OS_STARTING]	= "starting",
	[MINT_OS_RUNNING]	= "running",
	[MINT_OS_UP]		= "up",
	[MINT_OS_ENDED]		= "ended",
	[MINT_OS_BUSY]		= "busy",
	[MINT_OS_RESTARTING]	= "restarting",
};

static const char * const end_reasons[] = {
	[MINT_END_NONE]		= "-",
	[MINT_END_POWEROFF]	= "poweroff",
	[MINT_END_REBOOT]	= "reboot",
	[MINT_END_HALT]		= "halt",
	[MINT_END_PANIC]	= "panic",
	[MINT_END_FENCED]	= "fenced",
	[MINT_END_NOT_LOADED]	= "not-loaded",
	[MINT_END_FAILED]	= "failed",
};

static void say_legacy(struct mint_text *t, u32 legacy)
{
	unsigned long left = legacy;
	const char *sep = " ";
	unsigned int bit;

	for_each_set_bit(bit, &left, MINT_NR_LEGACY) {
		say(t, "%s%s", sep, mint_legacy_name(bit));
		sep = ",";
	}
	if (sep[0] == ' ')
		say(t, " -");
}

static void say_cores(struct mint_text *t, u64 cores)
{
	DECLARE_BITMAP(map, MINT_MAX_CORES);

	bitmap_from_u64(map, cores);
	if (cores)
		say(t, " %*pbl", MINT_MAX_CORES, map);
	else
		say(t, " -");
}

static void say_os(struct mint_text *t, u32 id)
{
	char name[MINT_NAME_LEN], creator[MINT_NAME_LEN];
	struct mint_os os;

	mint_os_peek(id, &os);
	if (os.state == MINT_OS_FREE)
		return;
	say(t, "%u %s %s %s", id, mint_os_name(id, name),
	    mint_os_waits(id) ? "paused" : word_of(os_states, ARRAY_SIZE(os_states), os.state),
	    os.state == MINT_OS_ENDED ?
	    word_of(end_reasons, ARRAY_SIZE(end_reasons), os.reason) : "-");
	say_cores(t, os.cores);
	say_range(t, &os.main);
	say_range(t, &os.dma);
	say_range(t, &os.low);
	say_legacy(t, os.legacy);
	say(t, " %s ", mint_os_name(os.creator, creator));
	say_word(t, os.release, sizeof(os.release));
	say(t, "\n");
}

static void say_oses(struct mint_text *t)
{
	u32 id;

	say(t, "id name state reason cores memory dma low legacy creator release\n");
	for (id = 1; id <= MINT_MAX_OSES; id++)
		say_os(t, id);
}

static const char * const core_states[] = {
	[MINT_CORE_ABSENT] = "absent",
	[MINT_CORE_PARKED] = "parked",
	[MINT_CORE_STARTING] = "starting",
	[MINT_CORE_RUNNING] = "running",
	[MINT_CORE_ENTERING] = "entering",
	[MINT_CORE_HELD] = "held",
	[MINT_CORE_LOADING] = "loading",
	[MINT_CORE_AWAY] = "away",
	[MINT_CORE_FROZEN] = "frozen",
	[MINT_CORE_CALLED] = "called",
};

static void say_cores_file(struct mint_text *t)
{
	char owner[MINT_NAME_LEN], home[MINT_NAME_LEN], kernel[MINT_NAME_LEN];
	u32 core, word;

	say(t, "core apic owner home state kernel\n");
	for (core = 0; core < mint_nr_seats(); core++) {
		word = mint_core_word(core);
		/* A second seat, unless it is nobody's. */
		if (core >= mint_nr_cores() && !MINT_CORE_OWNER(word))
			continue;
		say(t, "%u %u %s %s %s %s\n", mint_core_of_seat(core), mint_core_apic(core),
		    mint_os_name(MINT_CORE_OWNER(word), owner),
		    mint_os_name(READ_ONCE(mint_core(core)->home), home),
		    word_of(core_states, ARRAY_SIZE(core_states),
			    MINT_CORE_STATE(word)),
		    mint_os_name(MINT_CORE_KERNEL(word), kernel));
	}
}

/* ---- the files -------------------------------------------------------- */

static int open_text(struct file *file, void (*fill)(struct mint_text *t))
{
	struct mint_text *t = kzalloc(sizeof(*t), GFP_KERNEL);
	int err;

	if (!t)
		return -ENOMEM;
	fill(t);
	if (t->err) {
		err = t->err;
		kvfree(t->buf);
		kfree(t);
		return err;
	}
	file->private_data = t;
	return 0;
}

static int irqtable_open(struct inode *inode, struct file *file)
{
	return open_text(file, say_irqtable);
}

static int irqstat_open(struct inode *inode, struct file *file)
{
	return open_text(file, say_irqstat);
}

static int devices_open(struct inode *inode, struct file *file)
{
	return open_text(file, say_devices);
}

static int oses_open(struct inode *inode, struct file *file)
{
	return open_text(file, say_oses);
}

static int cores_open(struct inode *inode, struct file *file)
{
	return open_text(file, say_cores_file);
}

static ssize_t text_read(struct file *file, char __user *ubuf, size_t count,
			 loff_t *ppos)
{
	struct mint_text *t = file->private_data;

	return simple_read_from_buffer(ubuf, count, ppos, t->buf, t->len);
}

static loff_t text_llseek(struct file *file, loff_t offset, int whence)
{
	struct mint_text *t = file->private_data;

	return fixed_size_llseek(file, offset, whence, t->len);
}

static int text_release(struct inode *inode, struct file *file)
{
	struct mint_text *t = file->private_data;

	kvfree(t->buf);
	kfree(t);
	return 0;
}

#define MINT_TEXT_FOPS(name)				\
static const struct file_operations name##_fops = {	\
	.owner		= THIS_MODULE,			\
	.open		= name##_open,			\
	.read		= text_read,			\
	.llseek		= text_llseek,			\
	.release	= text_release,			\
}

MINT_TEXT_FOPS(irqtable);
MINT_TEXT_FOPS(irqstat);
MINT_TEXT_FOPS(devices);
MINT_TEXT_FOPS(oses);
MINT_TEXT_FOPS(cores);

/* ---- irq_timeout_ms ----------------------------------------------------- */

static ssize_t timeout_read(struct file *file, char __user *ubuf, size_t count,
			    loff_t *ppos)
{
	char word[16];
	int len = scnprintf(word, sizeof(word), "%u\n", mint_irq_timeout_ms());

	return simple_read_from_buffer(ubuf, count, ppos, word, len);
}

static ssize_t timeout_write(struct file *file, const char __user *ubuf,
			     size_t count, loff_t *ppos)
{
	u32 ms;
	int err = kstrtou32_from_user(ubuf, count, 0, &ms);

	if (!err)
		err = mint_irq_set_timeout_ms(ms);
	return err ?: count;
}

static const struct file_operations timeout_fops = {
	.owner	= THIS_MODULE,
	.read	= timeout_read,
	.write	= timeout_write,
	.llseek	= default_llseek,
};

/* ---- the file system -------------------------------------------------- */

static int mint_fill_super(struct super_block *sb, struct fs_context *fc)
{
	/* Places are inode numbers; 0 and 1 are taken. */
	static const struct tree_descr files[] = {
		[2] = { "irqtable", &irqtable_fops, 0400 },
		[3] = { "devices", &devices_fops, 0400 },
		[4] = { "oses", &oses_fops, 0400 },
		[5] = { "irqstat", &irqstat_fops, 0400 },
		[6] = { "irq_timeout_ms", &timeout_fops, 0600 },
		[7] = { "cores", &cores_fops, 0400 },
		{ "" },
	};

	return simple_fill_super(sb, MINT_FS_MAGIC, files);
}

static int mint_get_tree(struct fs_context *fc)
{
	return get_tree_single(fc, mint_fill_super);
}

static const struct fs_context_operations mint_context_ops = {
	.get_tree	= mint_get_tree,
};

static int mint_init_fs_context(struct fs_context *fc)
{
	fc->ops = &mint_context_ops;
	return 0;
}

static struct file_system_type mint_fs_type = {
	.owner			= THIS_MODULE,
	.name			= "mint",
	.init_fs_context	= mint_init_fs_context,
	.kill_sb		= kill_litter_super,
};

/* Where Mint is off there is neither: mounting fails with ENODEV. */
static int __init mint_fs_init(void)
{
	int err;

	if (!mint_self.active)
		return 0;
	err = sysfs_create_mount_point(kernel_kobj, "mint");
	if (err)
		return err;
	err = register_filesystem(&mint_fs_type);
	if (err)
		sysfs_remove_mount_point(kernel_kobj, "mint");
	return err;
}
device_initcall(mint_fs_init);
