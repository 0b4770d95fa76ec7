// SPDX-License-Identifier: GPL-2.0-only
/*
 * When the first interrupt of a function came after it was bound to a driver: the
 * last phase of a move, and the proof that its interrupts come here.
 *
 * Nobody has to be told of it in time, so the counters that Linux keeps anyway are
 * looked at every few milliseconds, for a while; the path of interrupts is left
 * alone.
 */
#include <linux/kernel_stat.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

#include <asm/tsc.h>

#include "base/base.h"
#include "move/internal.h"
#include "pci/pci.h"

#define WATCH_PERIOD	1
#define WATCH_TIME	(10 * HZ)

/**
 * struct watch - one function that waits for its first interrupt
 * @work:	looks at the counters
 * @sbdf:	which function
 * @base:	what its line counted before; MSIs begin at 0
 * @end:	when to stop, in jiffies
 */
struct watch {
	struct delayed_work work;
	u32 sbdf;
	u64 base;
	unsigned long end;
};

static struct watch watches[MINT_MAX_DEVS];

static u64 count_messages(struct pci_dev *pdev)
{
	struct msi_desc *desc;
	u64 sum = 0;

	msi_lock_descs(&pdev->dev);
	msi_for_each_desc(desc, &pdev->dev, MSI_DESC_ASSOCIATED)
		sum += kstat_irqs_usr(desc->irq);
	msi_unlock_descs(&pdev->dev);
	return sum;
}

static u64 count_line(struct pci_dev *pdev)
{
	return pdev->pin && pdev->irq ? kstat_irqs_usr(pdev->irq) : 0;
}

/* Whether it came, or will never come. */
static bool is_over(struct watch *w, bool *came)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(0,
			MINT_SBDF_BUS(w->sbdf), MINT_SBDF_DEVFN(w->sbdf));
	bool over = time_after(jiffies, w->end);

	if (!pdev)
		return true;
	if (pci_dev_msi_enabled(pdev))
		*came = count_messages(pdev) > 0;
	else
		*came = count_line(pdev) > w->base;
	over |= !READ_ONCE(pdev->dev.driver);
	pci_dev_put(pdev);
	return over || *came;
}

static void watch_work(struct work_struct *work)
{
	struct watch *w = container_of(to_delayed_work(work), struct watch, work);
	struct mint_dev *e = mint_dev(w - watches);
	bool came = false;

	if (!is_over(w, &came)) {
		schedule_delayed_work(&w->work, WATCH_PERIOD);
		return;
	}
	if (!came)
		return;
	WRITE_ONCE(e->phase_tsc[MINT_PHASE_IRQ], rdtsc());
	WRITE_ONCE(e->phase, MINT_PHASE_IRQ);
	mint_event_send_all(MINT_EV_PHASE);
}

void mint_first_irq_watch(u32 idx, u32 sbdf)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(0,
				MINT_SBDF_BUS(sbdf), MINT_SBDF_DEVFN(sbdf));
	struct watch *w = &watches[idx];

	if (!pdev)
		return;
	cancel_delayed_work_sync(&w->work);
	w->sbdf = sbdf;
	w->base = count_line(pdev);
	w->end = jiffies + WATCH_TIME;
	pci_dev_put(pdev);
	schedule_delayed_work(&w->work, 0);
}

static int __init mint_first_irq_init(void)
{
	u32 i;

	for (i = 0; i < MINT_MAX_DEVS; i++)
		INIT_DELAYED_WORK(&watches[i].work, watch_work);
	return 0;
}
core_initcall(mint_first_irq_init);
