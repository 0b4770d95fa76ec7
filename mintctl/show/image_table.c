// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images as a table.
 */
#include <stdio.h>

#include "show/format.h"
#include "show/view.h"

enum {
	COL_NAME, COL_ID, COL_STATE, COL_SIZE, COL_ADDRESS, COL_KERNEL, COL_INITRD,
	COL_RELEASE, COL_ARCH, COL_KIND, COL_USERS, COL_LOADER, COL_CMDLINE,
};

const struct table_column image_columns[] = {
	[COL_NAME] = { "NAME", TABLE_STRING, true, "name; without one it goes with its last user" },
	[COL_ID] = { "ID", TABLE_NUMBER, false, "number" },
	[COL_STATE] = { "STATE", TABLE_STRING, true, "loading, ready, leaving (it is being cleared)" },
	[COL_SIZE] = { "SIZE", TABLE_NUMBER, true, "memory that it takes from the pool" },
	[COL_ADDRESS] = { "ADDRESS", TABLE_NUMBER, false, "where that begins" },
	[COL_KERNEL] = { "KERNEL", TABLE_NUMBER, true, "size of the kernel, as it lies in memory; of a snapshot, of what was in use" },
	[COL_INITRD] = { "INITRD", TABLE_NUMBER, true, "size of the initrd; of a snapshot, of its map" },
	[COL_RELEASE] = { "RELEASE", TABLE_STRING, true, "kernel release" },
	[COL_ARCH] = { "ARCH", TABLE_STRING, false, "of the kernel: x86_64, i386" },
	[COL_KIND] = { "KIND", TABLE_STRING, false, "kernel, or snapshot: an OS that stands still" },
	[COL_USERS] = { "USERS", TABLE_STRINGS, true, "OSes that start from it" },
	[COL_LOADER] = { "LOADER", TABLE_STRING, false, "OS that loads it at this moment" },
	[COL_CMDLINE] = { "CMDLINE", TABLE_STRING, false, "parameters in front of those of each start" },
};

const unsigned int image_nr_columns = sizeof(image_columns) / sizeof(image_columns[0]);

/* What cell functions need. */
struct image_table {
	const struct model *m;
	const struct image_info *images;
};

static const char *address_cell(const struct image_info *image, bool json,
				char *buf)
{
	if (image->hides_address)
		return NULL;
	return table_address(image->base, json, buf);
}

static const char *loader_cell(const struct model *m,
			       const struct image_info *image, char *buf)
{
	return image->loader == MINT_OS_NONE ? NULL :
	       model_os_name(m, image->loader, buf);
}

static const char *image_cell(const void *data, unsigned int row,
			      unsigned int column, bool json, char *buf)
{
	const struct image_table *t = data;
	const struct image_info *image = &t->images[row];

	switch (column) {
	case COL_NAME:
		return image->name;
	case COL_ID:
		return table_number(image->id, buf);
	case COL_STATE:
		return image_info_state(image);
	case COL_SIZE:
		return table_size(image->size, json, buf);
	case COL_ADDRESS:
		return address_cell(image, json, buf);
	case COL_KERNEL:
		return table_size(image->kernel, json, buf);
	case COL_INITRD:
		return table_size(image->initrd, json, buf);
	case COL_RELEASE:
		return image->release;
	case COL_ARCH:
		return model_arch(image->arch);
	case COL_KIND:
		return image_info_kind(image);
	case COL_USERS:
		return model_os_names(t->m, image->users, json, buf,
				      TABLE_CELL_BYTES);
	case COL_LOADER:
		return loader_cell(t->m, image, buf);
	default:
		return image->cmdline;
	}
}

int image_view_table(const struct model *m, const struct image_info *only,
		     const struct table_options *o, FILE *out)
{
	const struct image_table data = { m, only ? only : m->images };
	const struct table t = {
		.name = "images",
		.columns = image_columns,
		.nr_columns = image_nr_columns,
		.nr_rows = only ? 1 : m->nr_images,
		.cell = image_cell,
		.data = &data,
	};

	return table_print(&t, o, out);
}
