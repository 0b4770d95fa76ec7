// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec, and what it forbids: it would take the machine from other OSes; but who may
 * not load a kernel by it may not start an OS either.
 */
#include <linux/kexec.h>
#include <linux/mint.h>
#include <linux/sched.h>

#include "base/base.h"
#include "os/os.h"

/* The task that asks for kexec's rules on behalf of os start, which is no kexec. */
static struct task_struct *asking;

bool mint_load_permitted(void)
{
	bool permitted;

	/* Under mint_ops_mutex: one at a time. */
	WRITE_ONCE(asking, current);
	permitted = kexec_load_permitted(KEXEC_TYPE_DEFAULT);
	WRITE_ONCE(asking, NULL);
	return permitted;
}

bool mint_forbids_kexec(void)
{
	if (!mint_self.active || READ_ONCE(asking) == current)
		return false;
	if (mint_self.further) {
		pr_err("kexec refused: use mintctl os start to start this OS again\n");
		return true;
	}
	if (!mint_others_exist())
		return false;
	pr_err("kexec refused: there are other OSes on this machine; destroy them first\n");
	return true;
}
