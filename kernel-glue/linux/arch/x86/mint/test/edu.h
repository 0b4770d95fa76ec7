/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Driver for QEMU's "edu" device: what edu.c and edu_irq.c share.
 */
#ifndef MINT_EDU_H
#define MINT_EDU_H

#include <linux/atomic.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/sysfs.h>
#include <linux/types.h>
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

/* Delays below 2 << EDU_SUB_BITS are counted exactly, others within 0.1 %. */
#define EDU_SUB_BITS		10
#define EDU_MAX_SHIFT		30
#define EDU_BUCKETS		((EDU_MAX_SHIFT + 2) << EDU_SUB_BITS)

enum edu_mode { EDU_MSI, EDU_INTX, EDU_THREADED, EDU_NO_IRQ };

enum edu_conduct { EDU_SERVE, EDU_SLOW, EDU_IGNORE, EDU_HANG };

/**
 * struct edu_delays - from the raise to the handler, in TSC cycles
 * @bucket:	EDU_BUCKETS of them: how often
 * @count:	sum over all
 * @largest:	of all
 *
 * Written by the handler alone.
 */
struct edu_delays {
	u32 *bucket;
	u32 count;
	u64 largest;
};

/**
 * struct edu - one device
 * @pdev:	its PCI function
 * @regs:	its registers
 * @lock:	one test at a time
 * @copied:	round trips that compared equal
 * @buf:	NULL when there is no memory that the device can reach
 * @buf_dma:	the same for the device
 * @mode:	how it interrupts; changes under @mode_lock
 * @mode_lock:	see there
 * @virq:	number of its interrupt, while @mode is not EDU_NO_IRQ
 * @conduct:	what the handler does: enum edu_conduct
 * @slow_us:	EDU_SLOW: how long it takes
 * @slow_left:	EDU_SLOW: how many times, then it serves again
 * @raised:	interrupts raised; written by who holds @lock
 * @raised_at:	TSC at the last one
 * @served:	interrupts served; written by the handler
 * @waitq:	woken by the handler
 * @foreign:	handler calls at which the device wanted nothing
 * @delays:	of those served
 */
struct edu {
	struct pci_dev *pdev;
	void __iomem *regs;
	struct mutex lock;	/* one test at a time */
	unsigned int copied;
	u8 *buf;
	dma_addr_t buf_dma;

	enum edu_mode mode;
	struct mutex mode_lock;	/* for @mode and @virq */
	int virq;
	enum edu_conduct conduct;
	unsigned int slow_us;
	unsigned int slow_left;
	u32 raised;
	u64 raised_at;
	u32 served;
	wait_queue_head_t waitq;
	u32 foreign;
	struct edu_delays delays;
};

int edu_irq_init(struct edu *edu);
void edu_irq_exit(struct edu *edu);

extern const struct attribute_group edu_irq_group;

#endif /* MINT_EDU_H */
