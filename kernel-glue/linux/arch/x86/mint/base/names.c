// SPDX-License-Identifier: GPL-2.0-only
/*
 * The OSes of the machine by id and by name, and which of them live, as the table
 * says.  What is read here may change at any time; nothing is locked.
 */
#include <linux/ctype.h>
#include <linux/string.h>

#include "base/base.h"
#include "neutral/shared.h"

bool mint_os_alive(u32 os)
{
	u32 state;

	if (!os || os > MINT_MAX_OSES)
		return false;
	state = READ_ONCE(mint_os(os)->state);
	return state == MINT_OS_STARTING || state == MINT_OS_RUNNING ||
	       state == MINT_OS_UP;
}

bool mint_os_stays(u32 os)
{
	return mint_os_alive(os) ||
	       (os && os <= MINT_MAX_OSES &&
		READ_ONCE(mint_os(os)->state) == MINT_OS_RESTARTING);
}

bool mint_others_stay(void)
{
	u32 os;

	if (!mint_shm)
		return false;
	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os && mint_os_stays(os))
			return true;
	return false;
}

bool mint_others_exist(void)
{
	u32 os;

	if (!mint_shm)
		return false;
	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os &&
		    READ_ONCE(mint_os(os)->state) != MINT_OS_FREE)
			return true;
	return false;
}

u32 mint_os_find(const char *name)
{
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (READ_ONCE(mint_os(os)->state) != MINT_OS_FREE &&
		    !strncmp(mint_os(os)->name, name, MINT_NAME_LEN))
			return os;
	return MINT_OS_NONE;
}

const char *mint_os_name(u32 os, char *buf)
{
	char *p;

	if (!os || os > MINT_MAX_OSES ||
	    READ_ONCE(mint_os(os)->state) == MINT_OS_FREE) {
		strscpy(buf, "-", MINT_NAME_LEN);
		return buf;
	}
	memcpy(buf, mint_os(os)->name, MINT_NAME_LEN);
	buf[MINT_NAME_LEN - 1] = '\0';
	for (p = buf; *p; p++)
		if (!isascii(*p) || !isgraph(*p))
			*p = '?';
	return buf;
}

/* Who ended has published that before its last core was parked. */
bool mint_os_cores_parked(u32 os)
{
	u32 core;

	for (core = 0; core < mint_nr_seats(); core++)
		if (mint_core_runs(core, os))
			return false;
	return true;
}

bool mint_os_is_stopped(u32 os)
{
	u32 state = READ_ONCE(mint_os(os)->state);

	if (os == mint_self.os || mint_os_stays(os) ||
	    state == MINT_OS_CREATED || state == MINT_OS_BUSY)
		return false;
	return state == MINT_OS_FREE || mint_os_cores_parked(os);
}

void mint_os_peek(u32 os, struct mint_os *copy)
{
	const struct mint_os *shared = mint_os(os);
	int tries = 4;

	do {
		mint_shared_copy(copy, shared, sizeof(*copy));
	} while ((READ_ONCE(shared->state) != copy->state ||
		  READ_ONCE(shared->generation) != copy->generation) &&
		 --tries);

	copy->id = os;
	copy->name[sizeof(copy->name) - 1] = '\0';
	copy->release[sizeof(copy->release) - 1] = '\0';
	copy->end_text[sizeof(copy->end_text) - 1] = '\0';
	copy->cores &= GENMASK_ULL(mint_nr_seats() - 1, 0);
	copy->legacy &= BIT(MINT_NR_LEGACY) - 1;
	if (copy->state > MINT_OS_RESTARTING)
		copy->state = MINT_OS_BUSY;
}
