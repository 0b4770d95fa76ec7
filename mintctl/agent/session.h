/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One client of the agent: its command, data both ways.
 */
#ifndef MINT_AGENT_SESSION_H
#define MINT_AGENT_SESSION_H

/**
 * struct session_limits - how patient the agent is; milliseconds, from 1
 * @request_ms:	until the whole command must have come
 * @stall_ms:	how long a client may leave alone what is there for it
 */
struct session_limits {
	int request_ms;
	int stall_ms;
};

/*
 * Serves one client on the stream @fd until its command has ended or the
 * client is gone.  Closes @fd.  Expects SIGPIPE to be ignored and SIGCHLD to
 * have its default action.
 */
void session_serve(int fd, const struct session_limits *limits);

#endif /* MINT_AGENT_SESSION_H */
