#include "house/keeper/neighbours.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"
#include "wire/neighbour.h"

enum { ROOM = 64 * 1024, ANSWERS = 2000, WAIT_MS = 1000 };

static enum err ask(int fd, uint32_t serial)
{
	uint8_t q[NEIGHBOUR_ASK];
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	size_t n = neighbour_ask(serial, q);
	return sendto(fd, q, n, 0, (struct sockaddr *)&kernel, sizeof kernel) == (ssize_t)n ? OK : err_sys();
}

/* One datagram; from the kernel alone (its port is 0). */
static enum err hear(int fd, char *room, struct str *out)
{
	struct sockaddr_nl from = { 0 };
	socklen_t n = sizeof from;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	if (poll(&p, 1, WAIT_MS) <= 0)
		return ERR_TIMEOUT;
	ssize_t got = recvfrom(fd, room, ROOM, MSG_DONTWAIT, (struct sockaddr *)&from, &n);
	if (got < 0)
		return err_sys();
	*out = from.nl_pid ? STR_NONE : (struct str){ room, (size_t)got };
	return OK;
}

enum err neighbours_each(void (*fn)(void *owner, const struct lease *l), void *owner)
{
	static char room[ROOM];
	static uint32_t serial;
	AUTO(fd_close) int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool done = false;
	struct lease l;
	struct str rest;
	if (fd < 0)
		return err_sys();
	TRY(ask(fd, ++serial));
	for (int i = 0; !done && i < ANSWERS; i++) {
		TRY(hear(fd, room, &rest));
		enum err e;
		while ((e = neighbour_next(&rest, serial, &l, &done)) == OK)
			fn(owner, &l);
		if (e != ERR_END)
			return e;
	}
	return OK;
}
