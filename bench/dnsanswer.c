/* dnsanswer - answers every question for A with 192.0.2.1 (or the address given) for a day, and all others with nothing: the resolver
 * behind the servers measured, and what UDP alone costs on this machine.  dnsanswer PORT [ADDRESS [MANY]].  Loopback only.
 * MANY (up to 250): by the name one of so many addresses from ADDRESS on: hosts that have an address each, as hosts do. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, ROOM = 1500 };

static uint32_t address, many = 1;   /* in network order; how many follow it */

/* In place; 0: not a question that can be answered. */
static size_t answer(uint8_t *p, size_t n)
{
	uint8_t record[16] = { 0xc0, 12, 0, 1, 0, 1, 0, 1, 0x51, 0x80, 0, 4, 0, 0, 0, 0 };
	size_t i = 12;
	uint32_t sum = 0;
	while (i < n && p[i])
		i += p[i] + 1u;
	for (size_t k = 12; k < i && k < n; k++)
		sum = sum * 31 + p[k];
	uint32_t mine = htonl(ntohl(address) + sum % many);
	memcpy(record + 12, &mine, 4);
	if (i + 5 > n || i + 5 + sizeof record > ROOM)
		return 0;
	int is_a = p[i + 1] == 0 && p[i + 2] == 1;
	i += 5;
	p[2] = (uint8_t)(0x80 | (p[2] & 1));
	p[3] = 0x80;
	memset(p + 6, 0, 6);
	if (is_a) {
		p[7] = 1;
		memcpy(p + i, record, sizeof record);
		i += sizeof record;
	}
	return i;
}

int main(int argc, char **argv)
{
	static uint8_t room[BATCH][ROOM];
	static struct sockaddr_in peer[BATCH];
	struct mmsghdr m[BATCH] = { 0 };
	struct iovec v[BATCH];
	if (argc < 2 || inet_pton(AF_INET, argc > 2 ? argv[2] : "192.0.2.1", &address) != 1)
		return 2;
	many = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1;
	if (!many || many > 250)
		return 2;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), bytes = 4 << 20;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	if (bind(fd, (struct sockaddr *)&at, sizeof at)) {
		perror("dnsanswer");
		return 1;
	}
	for (;;) {
		for (int i = 0; i < BATCH; i++) {
			v[i] = (struct iovec){ room[i], ROOM };
			m[i].msg_hdr = (struct msghdr){ .msg_name = &peer[i], .msg_namelen = sizeof peer[i], .msg_iov = &v[i], .msg_iovlen = 1 };
		}
		int n = recvmmsg(fd, m, BATCH, MSG_WAITFORONE, NULL);
		for (int i = 0; i < n; i++)
			v[i].iov_len = answer(room[i], m[i].msg_len);
		for (int sent = 0; sent < n;) {
			int k = sendmmsg(fd, m + sent, (unsigned)(n - sent), 0);
			if (k <= 0)
				break;
			sent += k;
		}
	}
}
