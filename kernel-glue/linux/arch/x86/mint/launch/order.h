/* SPDX-License-Identifier: GPL-2.0-only */
/* Orders to the loader: see <mint/launch.h>. */
#ifndef MINT_ORDER_H
#define MINT_ORDER_H

#include <linux/netlink.h>
#include <linux/types.h>

#include <mint/abi.h>

struct mint_image_id;
struct mint_image_record;

/*
 * Whether what Mint says, what the image says and @cmdline fit into one command line;
 * 0 or -E2BIG with a text.  @o: a checked copy of the record of the OS.
 */
int mint_order_check_line(const struct mint_os *o,
			  const struct mint_image_record *image,
			  const char *cmdline, struct netlink_ext_ack *extack);
/*
 * Writes the order to start @os from the image @id, whose record is @image, with a command line
 * that was checked.  0 or -ENOMEM.
 */
int mint_order_write(u32 os, const struct mint_os *o, const struct mint_image_id *id,
		     const struct mint_image_record *image, const char *cmdline);
/* The same to make it a copy of this one, see <mint/clone.h>. */
int mint_order_write_clone(u32 os, const struct mint_os *o, u64 frame_paddr);
/* Or to enter the copy that @os is already. */
int mint_order_write_held(u32 os, const struct mint_os *o);
/* What @os is told of the machine, as it is now. */
void mint_order_boot_data(struct mint_boot_data *b, u32 os, const struct mint_os *o);
/* Whether @os is the one that has ACPI and the memory that is not the pool's. */
bool mint_os_has_firmware(u32 os);
/*
 * What became of it, MINT_LOAD_*, in words; NULL: it has not failed.
 */
const char *mint_order_failed(u32 status);

#endif /* MINT_ORDER_H */
