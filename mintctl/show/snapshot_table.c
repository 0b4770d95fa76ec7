// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots as a table: images of OSes that stand still.
 */
#include <stdio.h>

#include "show/format.h"
#include "show/view.h"

enum {
	COL_NAME, COL_ID, COL_STATE, COL_SIZE, COL_ADDRESS, COL_USED, COL_MEMORY, COL_CORES,
	COL_RELEASE, COL_USERS, COL_LOADER,
};

const struct table_column snapshot_columns[] = {
	[COL_NAME] = { "NAME", TABLE_STRING, true, "name" },
	[COL_ID] = { "ID", TABLE_NUMBER, false, "number" },
	[COL_STATE] = { "STATE", TABLE_STRING, true, "loading, ready, leaving (it is being cleared)" },
	[COL_SIZE] = { "SIZE", TABLE_NUMBER, true, "memory that it takes from the pool" },
	[COL_ADDRESS] = { "ADDRESS", TABLE_NUMBER, false, "where that begins" },
	[COL_USED] = { "USED", TABLE_NUMBER, false, "memory that was in use in the OS" },
	[COL_MEMORY] = { "MEMORY", TABLE_NUMBER, true, "memory of an OS that is started from it" },
	[COL_CORES] = { "CORES", TABLE_NUMBER, true, "how many cores such an OS has" },
	[COL_RELEASE] = { "RELEASE", TABLE_STRING, true, "release of its kernel" },
	[COL_USERS] = { "USERS", TABLE_STRINGS, true, "OSes that were started from it" },
	[COL_LOADER] = { "LOADER", TABLE_STRING, false, "OS that loads it at this moment" },
};

const unsigned int snapshot_nr_columns = sizeof(snapshot_columns) / sizeof(snapshot_columns[0]);

/* What cell functions need. */
struct snapshot_table {
	const struct model *m;
	const struct image_info *images;
};

static const char *own_cell(const struct model *m, const struct image_info *image,
			    unsigned int column, bool json, char *buf)
{
	switch (column) {
	case COL_ADDRESS:
		return image->hides_address ? NULL : table_address(image->base, json, buf);
	case COL_USERS:
		return model_os_names(m, image->users, json, buf, TABLE_CELL_BYTES);
	default:
		return image->loader == MINT_OS_NONE ? NULL :
		       model_os_name(m, image->loader, buf);
	}
}

static const char *snapshot_cell(const void *data, unsigned int row, unsigned int column,
				 bool json, char *buf)
{
	const struct snapshot_table *t = data;
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
	case COL_USED:
		return table_size(image->kernel, json, buf);
	case COL_MEMORY:
		return table_size(image->need, json, buf);
	case COL_CORES:
		return table_number(image->nr_cores, buf);
	case COL_RELEASE:
		return image->release;
	default:
		return own_cell(t->m, image, column, json, buf);
	}
}

int snapshot_view_table(const struct model *m, const struct image_info *only,
			const struct table_options *o, FILE *out)
{
	const struct snapshot_table data = { m, only ? only : m->images };
	const struct table t = {
		.name = "snapshots",
		.columns = snapshot_columns,
		.nr_columns = snapshot_nr_columns,
		.nr_rows = only ? 1 : m->nr_images,
		.cell = snapshot_cell,
		.data = &data,
	};

	return table_print(&t, o, out);
}
