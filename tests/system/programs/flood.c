// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: flood INTERFACE
 *
 * Sends broadcast frames full of FLOOD_WORD as fast as it can, until killed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "flood.h"

#define FRAME_BYTES	1514
#define ETHERTYPE_LOCAL	0x88b5		/* IEEE 802: for local experiments */

static void fill(unsigned char *frame)
{
	const unsigned long word = FLOOD_WORD;
	unsigned int i;

	memset(frame, 0xff, 6);
	frame[6] = 0x02;		/* locally administered sender */
	frame[12] = ETHERTYPE_LOCAL >> 8;
	frame[13] = ETHERTYPE_LOCAL & 0xff;
	for (i = ETH_HLEN; i + sizeof(word) <= FRAME_BYTES; i += sizeof(word))
		memcpy(frame + i, &word, sizeof(word));
}

int main(int argc, char **argv)
{
	static unsigned char frame[FRAME_BYTES];
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = 6 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	to.sll_ifindex = argc == 2 ? if_nametoindex(argv[1]) : 0;
	if (fd < 0 || !to.sll_ifindex) {
		fputs("usage: flood INTERFACE\n", stderr);
		return 2;
	}
	fill(frame);
	for (;;) {
		if (sendto(fd, frame, sizeof(frame), 0, (void *)&to, sizeof(to)) >= 0)
			continue;
		if (errno != ENOBUFS && errno != ENETDOWN && errno != EAGAIN) {
			perror("flood");
			return 1;
		}
		usleep(1000);
	}
}
