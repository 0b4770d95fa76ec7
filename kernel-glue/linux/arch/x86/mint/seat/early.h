/* SPDX-License-Identifier: GPL-2.0-only */
/* The other OS of the core that this one starts on. */
#ifndef MINT_SEAT_EARLY_H
#define MINT_SEAT_EARLY_H

/* What comes for it is kept from the first interrupt on; init_IRQ() time, a further OS. */
void mint_seat_watch_early(void);

#endif /* MINT_SEAT_EARLY_H */
