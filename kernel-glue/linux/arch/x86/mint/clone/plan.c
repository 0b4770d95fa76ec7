// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the source writes down before it stands still, and its copy finds.
 */
#include "clone/clone.h"
#include "clone/internal.h"

struct clone_plan mint_clone_plan;

/* For entry.S. */
unsigned long mint_clone_stack;
struct desc_ptr mint_clone_gdt, mint_clone_idt;
u64 mint_clone_gs, mint_clone_cr3;
void (*mint_clone_at_arrival)(void);

bool mint_clone_is_plan(u64 paddr)
{
	return paddr - __pa_symbol(&mint_clone_plan) < sizeof(mint_clone_plan);
}
