// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order to start an OS: all that the loader will need, so that nobody need be there
 * any more when it does its work.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include <asm/bootparam.h>
#include <asm/setup.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "irq/irq.h"
#include "launch/launch.h"
#include "launch/order.h"
#include "launch/store.h"
#include "neutral/sum.h"
#include "os/os.h"

void mint_order_boot_data(struct mint_boot_data *b, u32 os,
			  const struct mint_os *o)
{
	struct mint_header *hdr = mint_hdr();
	u32 core;

	memset(b, 0, sizeof(*b));
	b->magic = MINT_BOOT_MAGIC;
	b->revision = MINT_BOOT_REVISION;
	b->size_bytes = sizeof(*b);
	b->flags = mint_os_has_firmware(os) ? MINT_BOOTF_FIRMWARE : 0;
	b->os = os;
	b->generation = o->generation;
	b->shm_paddr = mint_self.shm_paddr;
	b->tsc_khz = tsc_khz;
	b->lapic_timer_khz = hdr->lapic_timer_khz;
	b->nr_cores = mint_nr_cores();
	b->boot_core = o->boot_core;
	b->bsp_apic_id = hdr->bsp_apic_id;
	b->legacy = o->legacy;
	b->cores = o->cores;
	b->wall_ns = ktime_get_real_ns();
	b->wall_tsc = rdtsc();
	b->mmcfg_paddr = hdr->mmcfg_paddr;
	b->mmcfg_bus_end = hdr->mmcfg_bus_end;
	b->nr_root_buses = min(hdr->nr_root_buses, MINT_MAX_ROOT_BUSES);
	memcpy(b->root_bus, hdr->root_bus, sizeof(b->root_bus));
	for (core = 0; core < b->nr_cores; core++)
		b->apic_id[core] = mint_core_apic(core);
	b->irq.nr_chips = mint_irql.nr_chips;
	memcpy(b->irq.chip, mint_irql.chip, sizeof(b->irq.chip));
	memcpy(b->irq.isa_gsi, mint_irql.isa_gsi, sizeof(b->irq.isa_gsi));
	memcpy(b->irq.isa_attr, mint_irql.isa_attr, sizeof(b->irq.isa_attr));
	mint_boot_data_seal(b);
}

/* What Mint puts in front; its length.  The OS with the firmware has its own line. */
static size_t own_words(const struct mint_os *o, char *line, size_t size)
{
	/* Bounce buffers shall not use up all of a small DMA slice. */
	const char *swiotlb = o->dma.size_bytes ? "swiotlb=16384 " : "";

	*line = '\0';
	if (mint_os_has_firmware(o->id))
		return 0;
	/*
	 * No writes to port 0x80 for delays: it is not ours.  Microcode is
	 * looked for before the kernel knows who it is, see machine.c.  Lock
	 * prefixes stay on one core, too: patching them out takes longer than
	 * anything else of a start.
	 */
	return scnprintf(line, size,
			 "mint.name=%s io_delay=none dis_ucode_ldr noreplace-smp %sconsole=hvc0 ",
			 o->name, swiotlb);
}

int mint_order_check_line(const struct mint_os *o,
			  const struct mint_image_record *image,
			  const char *cmdline, struct netlink_ext_ack *extack)
{
	const struct setup_header *hdr = (const void *)image->hdr;
	char own[160];
	size_t len = own_words(o, own, sizeof(own)) + strlen(cmdline) +
		     strnlen(image->cmdline, sizeof(image->cmdline)) + 1;

	if (len < min_t(u32, MINT_CMDLINE_SIZE, hdr->cmdline_size))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "the command line is too long: %zu bytes with Mint's own",
			   len);
	return -E2BIG;
}

static void fill_cmdline(struct mint_order *order, const struct mint_os *o,
			 const char *cmdline)
{
	order->cmdline_at = own_words(o, order->cmdline, sizeof(order->cmdline));
	strscpy(order->cmdline + order->cmdline_at, cmdline,
		MINT_CMDLINE_SIZE - order->cmdline_at);
}

static void fill_order(struct mint_order *order, u32 kind, u32 os, const struct mint_os *o,
		       const char *cmdline)
{
	static_assert(sizeof(struct screen_info) == sizeof(order->screen));
	order->kind = kind;
	order->flags |= mint_os_has_firmware(os) ? MINT_ORDERF_FIRMWARE : 0;
	order->os = os;
	order->generation = o->generation;
	order->main = o->main;
	order->dma = o->dma;
	order->low = o->low;
	fill_cmdline(order, o, cmdline);
	mint_order_boot_data(&order->boot, os, o);
	if (o->legacy & BIT(MINT_LEGACY_VGA))
		memcpy(order->screen, &boot_params.screen_info,
		       sizeof(order->screen));
	order->sum = mint_order_sum(order);
	get_random_bytes(order->seed, sizeof(order->seed));
}

int mint_order_write(u32 os, const struct mint_os *o, const struct mint_image_id *id,
		     const struct mint_image_record *image, const char *cmdline)
{
	bool is_snapshot = image->kind == MINT_IMG_SNAPSHOT;
	struct mint_order *order = kzalloc(sizeof(*order), GFP_KERNEL);

	if (!order)
		return -ENOMEM;
	order->image = id->idx;
	order->image_serial = id->serial;
	if (is_snapshot && image->flags & MINT_IMGF_FROM_FILE)
		order->flags |= MINT_ORDERF_OLD;
	fill_order(order, is_snapshot ? MINT_ORDER_CLONE : MINT_ORDER_START, os, o, cmdline);
	memcpy(&mint_launch(os)->order, order, sizeof(*order));
	kfree_sensitive(order);
	return 0;
}

int mint_order_write_held(u32 os, const struct mint_os *o)
{
	const struct mint_order *former = &mint_launch(os)->order;
	struct mint_order *order = kzalloc(sizeof(*order), GFP_KERNEL);

	if (!order)
		return -ENOMEM;
	order->flags = MINT_ORDERF_HELD;
	order->from = READ_ONCE(former->from);
	order->frame_paddr = READ_ONCE(former->frame_paddr);
	fill_order(order, MINT_ORDER_CLONE, os, o, "");
	memcpy(&mint_launch(os)->order, order, sizeof(*order));
	kfree_sensitive(order);
	return 0;
}

int mint_order_write_clone(u32 os, const struct mint_os *o, u64 frame_paddr)
{
	struct mint_order *order = kzalloc(sizeof(*order), GFP_KERNEL);

	if (!order)
		return -ENOMEM;
	order->from = mint_self.os;
	order->flags = READ_ONCE(mint_launch(os)->hold) ? MINT_ORDERF_HOLD : 0;
	order->frame_paddr = frame_paddr;
	fill_order(order, MINT_ORDER_CLONE, os, o, "");
	memset(order->seed, 0, sizeof(order->seed));
	memcpy(&mint_launch(os)->order, order, sizeof(*order));
	kfree(order);
	return 0;
}

/* ---- the first OS ------------------------------------------------------------- */

bool mint_os_has_firmware(u32 os)
{
	return READ_ONCE(mint_shared_map()->os) == os;
}

/*
 * By which it can start again beside others, as one that was started by the loader can
 * by the order that it was started by.
 */
static int __init mint_offer_first(void)
{
	struct mint_order *order;
	struct mint_os self;

	if (!mint_self.active || mint_self.joined || !mint_map_main()->size_bytes)
		return 0;
	/* It would look for what is its own by ports, which are everybody's. */
	if (!mint_hdr()->mmcfg_paddr) {
		pr_info("this OS ends for good when it ends beside others: configuration space is not memory mapped\n");
		return 0;
	}
	order = kzalloc(sizeof(*order), GFP_KERNEL);
	if (!order)
		return -ENOMEM;
	mint_map_publish();
	mint_os_peek(mint_self.os, &self);
	self.main = *mint_map_main();
	fill_order(order, MINT_ORDER_START, mint_self.os, &self, boot_command_line);
	memcpy(&mint_launch(mint_self.os)->order, order, sizeof(*order));
	mint_restart_offer(order);
	kfree_sensitive(order);
	return 0;
}
late_initcall(mint_offer_first);

/* ---- what became of it -------------------------------------------------------- */

static const char * const failures[] = {
	[MINT_LOAD_BAD_ORDER - MINT_LOAD_FAILED]  = "its order in the table is damaged",
	[MINT_LOAD_BAD_MEMORY - MINT_LOAD_FAILED] = "its memory in the table is damaged",
	[MINT_LOAD_BAD_RECORD - MINT_LOAD_FAILED] = "the record of its image is damaged",
	[MINT_LOAD_NO_IMAGE - MINT_LOAD_FAILED]	  = "its image is gone",
	[MINT_LOAD_TOO_SMALL - MINT_LOAD_FAILED]  = "its image does not fit into its memory",
	[MINT_LOAD_BAD_KERNEL - MINT_LOAD_FAILED] = "the kernel in its image is damaged",
	[MINT_LOAD_BAD_INITRD - MINT_LOAD_FAILED] = "the initrd in its image is damaged",
	[MINT_LOAD_CORES_RUN - MINT_LOAD_FAILED]  = "another core of it does not stop",
	[MINT_LOAD_FENCED - MINT_LOAD_FAILED]	  = "another OS stopped it",
	[MINT_LOAD_BAD_FRAME - MINT_LOAD_FAILED]  = "what its source says of itself is damaged",
	[MINT_LOAD_BAD_TABLES - MINT_LOAD_FAILED] = "the page tables of its source are damaged",
	[MINT_LOAD_BAD_SNAPSHOT - MINT_LOAD_FAILED] = "its snapshot is damaged",
};

const char *mint_order_failed(u32 status)
{
	if (status < MINT_LOAD_FAILED)
		return NULL;
	status -= MINT_LOAD_FAILED;
	return status < ARRAY_SIZE(failures) && failures[status] ?
	       failures[status] : "the loader ended for an unknown reason";
}

bool mint_os_waits(u32 os)
{
	return READ_ONCE(mint_os(os)->state) == MINT_OS_CREATED &&
	       READ_ONCE(mint_launch(os)->status) == MINT_LOAD_HELD;
}

const char *mint_load_failure(u32 os)
{
	return mint_order_failed(READ_ONCE(mint_launch(os)->status)) ?: "";
}
