/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A core that two OSes have by turns, as one of them sees it.  Whose turn it is says
 * loader/turn.c; what a seat is, <mint/abi.h>.  A 32-bit kernel has its cores alone.
 */
#ifndef MINT_SEAT_H
#define MINT_SEAT_H

/*
 * From now on this OS steps aside for others.  Early initcall, before a second CPU runs;
 * 0 or -errno, and then nothing is left of it.
 */
int mint_seat_setup(void);
/* Mint is off after all. */
void mint_seat_undo(void);

#endif /* MINT_SEAT_H */
