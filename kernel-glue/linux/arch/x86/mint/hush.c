// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function that comes with its interrupt line up.
 *
 * One that could not be reset may go on asking for what its last driver never served.
 * Linux switches its INTx on before its new driver can do anything about that, and the
 * other functions on the line get a storm that nobody has work in, until Linux
 * switches the line off for good.  So this OS does not listen to the line until the
 * driver has had a moment; level triggered, nothing gets lost.
 */
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irqnr.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

#include "mint.h"
#include "pci.h"

/* A driver may also hang; shared lines wait longer for an OS than this. */
#define HUSH		(HZ / 4)

/* Linux's number for a line that somebody here has a handler for, or 0. */
static unsigned int find_listener(u32 gsi)
{
	unsigned int virq;
	u32 attr;

	for_each_active_irq(virq)
		if (mint_irq_to_gsi(virq, &attr) == gsi && irq_has_action(virq))
			return virq;
	return 0;
}

static void listen(struct mint_hush *h)
{
	if (xchg(&h->virq_held, 0))
		enable_irq(h->virq);
}

static void listen_again(struct work_struct *work)
{
	listen(container_of(to_delayed_work(work), struct mint_hush, work));
}

/* What was not reset may raise it as soon as it decodes again. */
static bool may_storm(const struct mint_dev *d, u16 status)
{
	return status & PCI_STATUS_INTERRUPT || d->flags & MINT_DEVF_NOT_RESET;
}

void mint_hush_begin(struct mint_hush *h, struct pci_dev *pdev,
		     const struct mint_dev *d)
{
	u16 status;

	INIT_DELAYED_WORK_ONSTACK(&h->work, listen_again);
	h->virq_held = 0;
	h->virq = 0;
	pci_read_config_word(pdev, PCI_STATUS, &status);
	if (status == (u16)~0 || !may_storm(d, status))
		return;
	h->virq = find_listener(d->gsi);
	if (!h->virq)
		return;
	pci_info(pdev, "mint: it was not reset, or has its line up: interrupt %u waits for its driver\n",
		 h->virq);
	disable_irq_nosync(h->virq);
	h->virq_held = 1;
	queue_delayed_work(system_unbound_wq, &h->work, HUSH);
}

void mint_hush_end(struct mint_hush *h)
{
	cancel_delayed_work_sync(&h->work);
	listen(h);
	destroy_delayed_work_on_stack(&h->work);
}
