// SPDX-License-Identifier: GPL-2.0-only
/*
 * Driver for QEMU's "edu" device (1234:11e8): raises interrupts and does DMA
 * when told to, and counts.  It shows whether a PCI function that went from one
 * OS to another really works there.
 *
 * In the directory of the device in sysfs:
 *
 *	dma	write N: N times a page to the device and back, compared
 *	copied	round trips that compared equal so far
 *
 * and what edu_irq.c has for interrupts.
 *
 * Parameters of the module say what the driver does when it comes and goes:
 *
 *	hang	"probe", "remove": it does not come back from that, until told "no"
 *	defer	1: probe wants to be tried again, when something else has changed
 */
#include <linux/delay.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "test/edu.h"

#define EDU_TIMEOUT		(2 * HZ)
#define EDU_MAX_ROUNDS		100000

/*
 * The device cuts off the address bits that it does not have and then writes
 * somewhere else, and it does not tell how many it has.
 */
static unsigned int dma_bits = 28;
module_param(dma_bits, uint, 0444);
MODULE_PARM_DESC(dma_bits, "address bits of the device (QEMU: edu,dma_mask=)");

/* ---- bad manners ----------------------------------------------------------- */

static char hang[8] = "no";
module_param_string(hang, hang, sizeof(hang), 0644);
MODULE_PARM_DESC(hang, "probe, remove: do not come back from that; no");

static bool defer;
module_param(defer, bool, 0644);
MODULE_PARM_DESC(defer, "let probe be tried again later");

/* The parameter has no lock; a word half-way to another one is neither. */
static void edu_hang(struct pci_dev *pdev, const char *what)
{
	if (!sysfs_streq(hang, what))
		return;
	pci_info(pdev, "edu: hangs in %s\n", what);
	while (sysfs_streq(hang, what))
		msleep(20);
}

/* ---- tests ---------------------------------------------------------------- */

static int edu_transfer(struct edu *edu, u64 src, u64 dst, u32 cmd)
{
	unsigned long end = jiffies + EDU_TIMEOUT;

	writeq(src, edu->regs + EDU_DMA_SRC);
	writeq(dst, edu->regs + EDU_DMA_DST);
	writeq(EDU_HALF, edu->regs + EDU_DMA_COUNT);
	writeq(cmd | EDU_DMA_START, edu->regs + EDU_DMA_CMD);
	while (readq(edu->regs + EDU_DMA_CMD) & EDU_DMA_START) {
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		msleep(20);
	}
	return 0;
}

/* The first half of our page to the device, and back into the second half. */
static int edu_copy(struct edu *edu)
{
	int err;

	if (!edu->buf)
		return -ENXIO;
	get_random_bytes(edu->buf, EDU_HALF);
	memset(edu->buf + EDU_HALF, 0, EDU_HALF);
	err = edu_transfer(edu, edu->buf_dma, EDU_BUFFER, 0);
	if (!err)
		err = edu_transfer(edu, EDU_BUFFER, edu->buf_dma + EDU_HALF,
				   EDU_DMA_TO_RAM);
	if (err)
		return err;
	if (memcmp(edu->buf, edu->buf + EDU_HALF, EDU_HALF))
		return -EIO;
	edu->copied++;
	return 0;
}

static ssize_t dma_store(struct device *dev, struct device_attribute *attr,
			 const char *buf, size_t size)
{
	struct edu *edu = dev_get_drvdata(dev);
	unsigned int rounds;
	int err = kstrtouint(buf, 0, &rounds);

	if (err)
		return err;
	if (rounds > EDU_MAX_ROUNDS)
		return -ERANGE;
	mutex_lock(&edu->lock);
	while (!err && rounds--)
		err = signal_pending(current) ? -EINTR : edu_copy(edu);
	mutex_unlock(&edu->lock);
	return err ?: size;
}
static DEVICE_ATTR_WO(dma);

static ssize_t copied_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(edu->copied));
}
static DEVICE_ATTR_RO(copied);

static struct attribute *edu_attrs[] = {
	&dev_attr_dma.attr,
	&dev_attr_copied.attr,
	NULL
};

static const struct attribute_group edu_group = {
	.attrs = edu_attrs,
};

static const struct attribute_group *edu_groups[] = {
	&edu_group,
	&edu_irq_group,
	NULL
};

/* ---- coming and going -------------------------------------------------------- */

static int edu_check(struct edu *edu)
{
	u32 word = get_random_u32();

	if ((readl(edu->regs + EDU_ID) & EDU_ID_MASK) != EDU_ID_VALUE)
		return -ENODEV;
	writel(word, edu->regs + EDU_LIVE);
	return readl(edu->regs + EDU_LIVE) == ~word ? 0 : -EIO;
}

static void edu_setup_dma(struct edu *edu)
{
	struct device *dev = &edu->pdev->dev;

	if (dma_bits && dma_bits <= 64 &&
	    !dma_set_mask_and_coherent(dev, DMA_BIT_MASK(dma_bits)))
		edu->buf = dmam_alloc_coherent(dev, EDU_BUFFER_SIZE,
					       &edu->buf_dma, GFP_KERNEL |
					       __GFP_NOWARN);
	if (!edu->buf)
		dev_info(dev, "no memory within %u address bits, no DMA test\n",
			 dma_bits);
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *edu = devm_kzalloc(&pdev->dev, sizeof(*edu), GFP_KERNEL);
	int err;

	if (!edu)
		return -ENOMEM;
	edu_hang(pdev, "probe");
	if (defer)
		return -EPROBE_DEFER;
	edu->pdev = pdev;
	mutex_init(&edu->lock);
	err = pcim_enable_device(pdev);
	if (err)
		return err;
	edu->regs = pcim_iomap_region(pdev, 0, "edu");
	if (IS_ERR(edu->regs))
		return PTR_ERR(edu->regs);
	err = edu_check(edu);
	if (err)
		return dev_err_probe(&pdev->dev, err, "does not answer\n");
	edu_setup_dma(edu);
	pci_set_master(pdev);
	pci_set_drvdata(pdev, edu);
	err = edu_irq_init(edu);
	if (err)
		return dev_err_probe(&pdev->dev, err, "no interrupt\n");
	return 0;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	edu_hang(pdev, "remove");
	pci_clear_master(pdev);
	edu_irq_exit(edu);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
	.dev_groups = edu_groups,
};
module_pci_driver(edu_driver);

MODULE_DESCRIPTION("Test driver for QEMU's edu device");
MODULE_LICENSE("GPL");
