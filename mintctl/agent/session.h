/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINT_AGENT_SESSION_H
#define MINT_AGENT_SESSION_H

/*
 * Serves one client on the stream @fd until its command has ended or the
 * client is gone.  Closes @fd.  Expects SIGPIPE to be ignored and SIGCHLD to
 * have its default action.
 */
void session_serve(int fd);

#endif /* MINT_AGENT_SESSION_H */
