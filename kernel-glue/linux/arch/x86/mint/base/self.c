// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who this OS is, and where the shared area is mapped.
 */
#include <linux/cache.h>
#include <linux/mint.h>
#include <linux/string.h>
#include <linux/utsname.h>

#include "base/base.h"

struct mint_self mint_self __ro_after_init;
bool mint_ends_machine;
void *mint_shm;

bool mint_active(void)
{
	return mint_self.active;
}

void mint_name_kernel(struct mint_os *o)
{
	o->arch = mint_arch();
	strscpy(o->release, init_utsname()->release, sizeof(o->release));
}
