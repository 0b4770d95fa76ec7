// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who in this OS uses a PCI function, by itself or by what hangs below it (a disk at
 * an USB host): what an operator would lose without a word.  Its driver alone is no
 * user.  This file knows of disks.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/device/class.h>
#include <linux/fs.h>
#include <linux/pci.h>

#include "base/base.h"
#include "move/busy.h"
#include "move/internal.h"
#include "pci/pci.h"

/* Whoever looks at a new disk has it open for a moment. */
#define OPEN_TRIES		10
#define OPEN_PERIOD_MS		50

bool mint_is_below(const struct device *dev, const struct device *ancestor)
{
	for (; dev; dev = dev->parent)
		if (dev == ancestor)
			return true;
	return false;
}

/* ---- disks: who has claimed them --------------------------------------------- */

static void say_holder(const struct mint_question *q, struct block_device *bdev)
{
	const struct super_block *sb = bdev->bd_holder;

	if (bdev->bd_holder_ops == &fs_holder_ops)
		snprintf(q->text, q->size, "%pg is mounted (%s)", bdev,
			 sb->s_type->name);
	else
		snprintf(q->text, q->size, "%pg is in use (swap, a volume or a raid)",
			 bdev);
}

static int ask_holder(const struct mint_question *q, struct block_device *bdev)
{
	int busy = 0;

	mutex_lock(&bdev->bd_holder_lock);
	if (bdev->bd_holder) {
		say_holder(q, bdev);
		busy = -EBUSY;
	}
	mutex_unlock(&bdev->bd_holder_lock);
	return busy;
}

/* A loop device, or a program that works on the raw disk, claims nothing. */
static int ask_opener(const struct mint_question *q, struct block_device *bdev)
{
	if (!atomic_read(&bdev->bd_openers))
		return 0;
	snprintf(q->text, q->size, "%pg is open", bdev);
	return -EBUSY;
}

/* ---- disks: which ----------------------------------------------------------------- */

/**
 * struct disk_question - what is asked of which disks
 * @q:		about whom
 * @ask:	what
 * @partitions:	partitions, or whole disks
 */
struct disk_question {
	const struct mint_question *q;
	int (*ask)(const struct mint_question *q, struct block_device *bdev);
	bool partitions;
};

static int ask_disk(struct device *dev, void *data)
{
	const struct disk_question *d = data;
	struct block_device *bdev = dev_to_bdev(dev);

	if (bdev_is_partition(bdev) != d->partitions ||
	    !mint_is_below(dev, d->q->dev))
		return 0;
	return d->ask(d->q, bdev);
}

/*
 * Partitions first: when one is held, the whole disk is, too, but nobody could say
 * by whom.
 */
static int ask_all_disks(const struct mint_question *q,
			 int (*ask)(const struct mint_question *q,
				    struct block_device *bdev))
{
	struct disk_question parts = { .q = q, .ask = ask, .partitions = true };
	struct disk_question disks = { .q = q, .ask = ask };

	return class_for_each_device(&block_class, NULL, &parts, ask_disk) ?:
	       class_for_each_device(&block_class, NULL, &disks, ask_disk);
}

static int ask_disks(const struct mint_question *q)
{
	int busy = ask_all_disks(q, ask_holder), tries;

	if (busy)
		return busy;
	busy = ask_all_disks(q, ask_opener);
	for (tries = 0; busy && tries < OPEN_TRIES; tries++) {
		msleep(OPEN_PERIOD_MS);
		busy = ask_all_disks(q, ask_opener);
	}
	if (!busy)
		q->text[0] = '\0';
	return busy;
}

int mint_func_busy(u32 sbdf, char *text, size_t size)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(0,
				MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf));
	struct mint_question q = { .text = text, .size = size };
	int busy;

	if (!pdev)
		return 0;
	q.dev = &pdev->dev;
	busy = mint_ask_interfaces(&q) ?: mint_ask_terminals(&q) ?:
	       mint_ask_input(&q) ?: ask_disks(&q);
	pci_dev_put(pdev);
	return busy;
}
