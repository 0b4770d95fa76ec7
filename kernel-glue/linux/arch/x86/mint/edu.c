// SPDX-License-Identifier: GPL-2.0-only
/*
 * Driver for QEMU's "edu" device (1234:11e8): raises interrupts and does DMA
 * when told to, and counts.  It shows whether a PCI function that went from one
 * OS to another really works there.
 *
 * In the directory of the device in sysfs:
 *
 *	raise	write N: raise N interrupts one by one, each must arrive
 *	served	interrupts served so far
 *	dma	write N: N times a page to the device and back, compared
 *	copied	round trips that compared equal so far
 *	irq_mode "msi" or "intx"
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/random.h>
#include <linux/sysfs.h>
#include <linux/wait.h>

#define EDU_ID			0x00
#define EDU_ID_MASK		0xff
#define EDU_ID_VALUE		0xed
#define EDU_LIVE		0x04	/* reads back inverted */
#define EDU_IRQ_STATUS		0x24
#define EDU_IRQ_RAISE		0x60
#define EDU_IRQ_ACK		0x64
#define EDU_DMA_SRC		0x80
#define EDU_DMA_DST		0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_CMD		0x98
#define EDU_DMA_START		BIT(0)
#define EDU_DMA_TO_RAM		BIT(1)
#define EDU_BUFFER		0x40000	/* its memory, as its DMA sees it */
#define EDU_BUFFER_SIZE		4096
#define EDU_HALF		(EDU_BUFFER_SIZE / 2)

#define EDU_TIMEOUT		(2 * HZ)
#define EDU_MAX_ROUNDS		100000

/*
 * The device cuts off the address bits that it does not have and then writes
 * somewhere else, and it does not tell how many it has.
 */
static unsigned int dma_bits = 28;
module_param(dma_bits, uint, 0444);
MODULE_PARM_DESC(dma_bits, "address bits of the device (QEMU: edu,dma_mask=)");

/**
 * struct edu - one device
 * @pdev:	its PCI function
 * @regs:	its registers
 * @lock:	one test at a time
 * @waitq:	woken by the handler
 * @served:	interrupts served; written by the handler
 * @copied:	round trips that compared equal
 * @buf:	NULL when there is no memory that the device can reach
 * @buf_dma:	the same for the device
 */
struct edu {
	struct pci_dev *pdev;
	void __iomem *regs;
	struct mutex lock;	/* one test at a time */
	wait_queue_head_t waitq;
	atomic_t served;
	unsigned int copied;
	u8 *buf;
	dma_addr_t buf_dma;
};

static irqreturn_t edu_irq(int irq, void *data)
{
	struct edu *edu = data;
	u32 status = readl(edu->regs + EDU_IRQ_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, edu->regs + EDU_IRQ_ACK);
	atomic_inc(&edu->served);
	wake_up(&edu->waitq);
	return IRQ_HANDLED;
}

/* ---- tests ---------------------------------------------------------------- */

static int edu_raise(struct edu *edu)
{
	int before = atomic_read(&edu->served);

	writel(1, edu->regs + EDU_IRQ_RAISE);
	if (!wait_event_timeout(edu->waitq, atomic_read(&edu->served) != before,
				EDU_TIMEOUT))
		return -ETIMEDOUT;
	return 0;
}

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

static ssize_t edu_repeat(struct device *dev, const char *arg, size_t size,
			  int (*test)(struct edu *edu))
{
	struct edu *edu = dev_get_drvdata(dev);
	unsigned int rounds;
	int err = kstrtouint(arg, 0, &rounds);

	if (err)
		return err;
	if (rounds > EDU_MAX_ROUNDS)
		return -ERANGE;
	mutex_lock(&edu->lock);
	while (!err && rounds--)
		err = signal_pending(current) ? -EINTR : test(edu);
	mutex_unlock(&edu->lock);
	return err ?: size;
}

static ssize_t raise_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t size)
{
	return edu_repeat(dev, buf, size, edu_raise);
}
static DEVICE_ATTR_WO(raise);

static ssize_t dma_store(struct device *dev, struct device_attribute *attr,
			 const char *buf, size_t size)
{
	return edu_repeat(dev, buf, size, edu_copy);
}
static DEVICE_ATTR_WO(dma);

static ssize_t served_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", atomic_read(&edu->served));
}
static DEVICE_ATTR_RO(served);

static ssize_t copied_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(edu->copied));
}
static DEVICE_ATTR_RO(copied);

static ssize_t irq_mode_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%s\n", pci_dev_msi_enabled(to_pci_dev(dev)) ?
			  "msi" : "intx");
}
static DEVICE_ATTR_RO(irq_mode);

static struct attribute *edu_attrs[] = {
	&dev_attr_raise.attr,
	&dev_attr_served.attr,
	&dev_attr_dma.attr,
	&dev_attr_copied.attr,
	&dev_attr_irq_mode.attr,
	NULL
};
ATTRIBUTE_GROUPS(edu);

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

static int edu_setup_irq(struct edu *edu)
{
	int err = pci_alloc_irq_vectors(edu->pdev, 1, 1,
					PCI_IRQ_MSI | PCI_IRQ_INTX);

	if (err < 0)
		return err;
	writel(~0, edu->regs + EDU_IRQ_ACK);	/* of a former life */
	err = request_irq(pci_irq_vector(edu->pdev, 0), edu_irq, IRQF_SHARED,
			  "edu", edu);
	if (err)
		pci_free_irq_vectors(edu->pdev);
	return err;
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *edu = devm_kzalloc(&pdev->dev, sizeof(*edu), GFP_KERNEL);
	int err;

	if (!edu)
		return -ENOMEM;
	edu->pdev = pdev;
	mutex_init(&edu->lock);
	init_waitqueue_head(&edu->waitq);
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
	err = edu_setup_irq(edu);
	if (err)
		return dev_err_probe(&pdev->dev, err, "no interrupt\n");
	return 0;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	pci_clear_master(pdev);
	free_irq(pci_irq_vector(pdev, 0), edu);
	pci_free_irq_vectors(pdev);
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
