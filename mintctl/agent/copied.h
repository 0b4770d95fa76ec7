/* SPDX-License-Identifier: GPL-2.0-only */
/* What user space does when the OS has become a copy of another one. */
#ifndef MINT_AGENT_COPIED_H
#define MINT_AGENT_COPIED_H

/*
 * Gives this OS a machine-id of its own, if it has one, and runs what is in
 * /etc/mint/clone.d, in the order of the names. Whatever fails is said, and the rest done.
 */
void copied(void);

#endif /* MINT_AGENT_COPIED_H */
