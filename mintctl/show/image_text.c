// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that is known about one image, for people.
 */
#include <stdio.h>

#include "show/format.h"
#include "show/view.h"

static void put_kernel(const struct image_info *image, FILE *out)
{
	char buf[32];

	fprintf(out, "Kernel:      %s", format_size(image->kernel, buf, sizeof(buf)));
	if (image->release[0])
		fprintf(out, ", %s %s", image->release, model_arch(image->arch));
	fprintf(out, "\nInitrd:      %s\n",
		image->initrd ? format_size(image->initrd, buf, sizeof(buf)) : "-");
}

static void put_snapshot(const struct image_info *image, FILE *out)
{
	char buf[32];

	fprintf(out, "Snapshot:    of %s in use", format_size(image->kernel, buf, sizeof(buf)));
	fprintf(out, "\nKernel:      %s\n", image->release[0] ? image->release : "-");
	fprintf(out, "For an OS:   with %s in one piece, and %u core%s\n",
		format_size(image->need, buf, sizeof(buf)), image->nr_cores,
		image->nr_cores == 1 ? "" : "s");
}

void image_view_text(const struct model *m, const struct image_info *image,
		     FILE *out)
{
	char buf[512];

	fprintf(out, "Name:        %s\n", image->name[0] ? image->name : "-");
	fprintf(out, "Number:      %u\n", image->id);
	fprintf(out, "State:       %s", image_info_state(image));
	if (image->loader != MINT_OS_NONE)
		fprintf(out, " (by %s)", model_os_name(m, image->loader, buf));
	fprintf(out, "\nMemory:      %s", format_size(image->size, buf, sizeof(buf)));
	if (!image->hides_address)
		fprintf(out, " at 0x%llx", (unsigned long long)image->base);
	fputc('\n', out);
	if (image->kind == MINT_IMG_SNAPSHOT)
		put_snapshot(image, out);
	else
		put_kernel(image, out);
	if (image->cmdline[0])
		fprintf(out, "Parameters:  %s\n", image->cmdline);
	model_os_names(m, image->users, false, buf, sizeof(buf));
	fprintf(out, "Users:       %s\n", buf[0] ? buf : "-");
}
