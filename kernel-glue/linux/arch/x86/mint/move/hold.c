// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions that no driver of this OS shall see for now.
 *
 * Linux offers a function to drivers while it holds the rescan lock.  A driver that
 * never comes back would keep it, and with it whoever moves or plugs anything.  So
 * drivers see a function only when it is set up and no lock is held.
 */
#include <linux/device.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "base/base.h"
#include "move/hold.h"

/* No driver is called so: a function with such an override waits. */
static const char * const names[] = {
	[MINT_HOLD_NEW]		= "mint-hold",
	[MINT_HOLD_GOING]	= "mint-going",
	[MINT_HOLD_COMING]	= "mint-coming",
};

int mint_hold(struct pci_dev *pdev, enum mint_hold why)
{
	return device_set_driver_override(&pdev->dev, names[why]);
}

/* As device_match_driver_override(), whose early return sparse does not follow. */
bool mint_hold_is(struct pci_dev *pdev, enum mint_hold why)
{
	const char *name;
	bool held;

	spin_lock(&pdev->dev.driver_override.lock);
	name = pdev->dev.driver_override.name;
	held = name && !strcmp(name, names[why]);
	spin_unlock(&pdev->dev.driver_override.lock);
	return held;
}

static bool is_held(struct pci_dev *pdev)
{
	unsigned int why;

	for (why = 0; why < ARRAY_SIZE(names); why++)
		if (mint_hold_is(pdev, why))
			return true;
	return false;
}

void mint_hold_end(struct pci_dev *pdev)
{
	if (is_held(pdev))
		device_set_driver_override(&pdev->dev, "");
}

/**
 * struct showing - a function that is to be shown to drivers
 * @pdev:	with a reference
 */
struct showing {
	struct work_struct work;
	struct pci_dev *pdev;
};

static void attach(struct pci_dev *pdev)
{
	if (device_attach(&pdev->dev) < 0)
		pci_warn(pdev, "mint: its driver fails\n");
}

static void attach_work(struct work_struct *work)
{
	struct showing *s = container_of(work, struct showing, work);

	attach(s->pdev);
	pci_dev_put(s->pdev);
	kfree(s);
}

void mint_hold_attach_later(struct pci_dev *pdev)
{
	struct showing *s;

	if (!is_held(pdev))
		return;
	mint_hold_end(pdev);
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s) {
		attach(pdev);
		return;
	}
	s->pdev = pci_dev_get(pdev);
	INIT_WORK(&s->work, attach_work);
	queue_work(system_unbound_wq, &s->work);
}
