// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waits for the state of an OS: a notification makes it look again.
 */
#include <string.h>

#include "net/fetch.h"
#include "net/wait.h"

/* By way of the whole list, where absence is no error. */
static int look(const struct wait_for *w, struct os_info *os)
{
	struct model m = { .nr_oses = 0 };
	const struct os_info *found;
	int ret = fetch_model(w->nl, FETCH_OSES, &m);

	if (ret)
		return ret;
	found = model_find_os(&m, w->name);
	if (found && found->generation == w->generation) {
		*os = *found;
	} else {
		memset(os, 0, sizeof(*os));
		os->state = MINT_OS_FREE;
		strncpy(os->name, w->name, sizeof(os->name) - 1);
	}
	model_release(&m);
	return 0;
}

int wait_for_os(const struct wait_for *w, wait_done *done, struct os_info *os)
{
	int ret;

	for (;;) {
		ret = look(w, os);
		if (ret)
			return ret;
		if (os->state == MINT_OS_FREE || done(w, os))
			return 1;
		ret = mint_nl_wait(w->events, w->deadline_ms);
		if (ret <= 0)
			return ret;
	}
}
