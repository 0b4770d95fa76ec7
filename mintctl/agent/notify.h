/* SPDX-License-Identifier: GPL-2.0-only */
/* What systemd is told of the agent. */
#ifndef MINT_AGENT_NOTIFY_H
#define MINT_AGENT_NOTIFY_H

/*
 * Tells who has started this process as a service that it is ready, if he wants to know
 * (Type=notify). What it starts is no part of that.
 */
void notify_ready(void);

#endif /* MINT_AGENT_NOTIFY_H */
