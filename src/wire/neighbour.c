#include "wire/neighbour.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

enum { AF_4 = 2, AF_6 = 10, GOOD = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT };

size_t neighbour_ask(uint32_t serial, uint8_t out[NEIGHBOUR_ASK])
{
	struct { struct nlmsghdr h; struct ndmsg n; } q = { .h = { .nlmsg_len = sizeof q, .nlmsg_type = RTM_GETNEIGH, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = serial } };
	static_assert(sizeof q <= NEIGHBOUR_ASK, "it fits");
	memcpy(out, &q, sizeof q);
	return sizeof q;
}

static bool address(uint8_t family, struct str v, struct addr *out)
{
	if (family == AF_4 && v.n == 4)
		*out = addr_of4((const uint8_t *)v.p);
	else if (family == AF_6 && v.n == 16)
		memcpy(out->b, v.p, 16);
	else
		return false;
	return true;
}

/* The attributes of one neighbour. */
static bool one(struct str body, struct lease *out)
{
	struct ndmsg n;
	struct rtattr a;
	bool has_addr = false, has_mac = false;
	*out = (struct lease){ 0 };
	if (body.n < sizeof n)
		return false;
	memcpy(&n, body.p, sizeof n);
	for (body = str_from(body, NLMSG_ALIGN(sizeof n)); body.n >= sizeof a; body = str_from(body, RTA_ALIGN(a.rta_len))) {
		memcpy(&a, body.p, sizeof a);
		if (a.rta_len < sizeof a || a.rta_len > body.n)
			return false;
		struct str v = { body.p + sizeof a, a.rta_len - sizeof a };
		if (a.rta_type == NDA_DST)
			has_addr = address(n.ndm_family, v, &out->addr);
		if (a.rta_type == NDA_LLADDR && v.n == 6 && !(v.p[0] & 1)) {
			memcpy(out->mac, v.p, 6);
			has_mac = memcmp(out->mac, (const uint8_t[6]){ 0 }, 6) != 0;
		}
	}
	return has_addr && has_mac && n.ndm_state & GOOD;
}

enum err neighbour_next(struct str *rest, uint32_t serial, struct lease *out, bool *done)
{
	*done = false;
	while (rest->n) {
		struct nlmsghdr h;
		if (rest->n < sizeof h)
			return ERR_SYNTAX;
		memcpy(&h, rest->p, sizeof h);
		if (h.nlmsg_len < sizeof h || h.nlmsg_len > rest->n)
			return ERR_SYNTAX;
		struct str body = { rest->p + sizeof h, h.nlmsg_len - sizeof h };
		*rest = str_from(*rest, NLMSG_ALIGN(h.nlmsg_len));
		if (h.nlmsg_seq != serial)
			continue;
		*done = h.nlmsg_type == NLMSG_DONE || h.nlmsg_type == NLMSG_ERROR;
		if (*done)
			return ERR_END;
		if (h.nlmsg_type == RTM_NEWNEIGH && one(body, out))
			return OK;
	}
	return ERR_END;
}
