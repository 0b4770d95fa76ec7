// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that is known about one image, for people.
 */
#include <stdio.h>

#include "show/format.h"
#include "show/view.h"

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
	fprintf(out, "\nKernel:      %s", format_size(image->kernel, buf, sizeof(buf)));
	if (image->release[0])
		fprintf(out, ", %s %s", image->release, model_arch(image->arch));
	fprintf(out, "\nInitrd:      %s\n",
		image->initrd ? format_size(image->initrd, buf, sizeof(buf)) : "-");
	if (image->cmdline[0])
		fprintf(out, "Parameters:  %s\n", image->cmdline);
	model_os_names(m, image->users, false, buf, sizeof(buf));
	fprintf(out, "Users:       %s\n", buf[0] ? buf : "-");
}
