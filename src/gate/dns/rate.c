#include "gate/dns/rate.h"

static uint64_t net_of(struct addr a)
{
	uint64_t n = 0;
	size_t from = addr_is4(a) ? 8 : 0, bytes = addr_is4(a) ? 8 : 7;
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | a.b[from + i];
	return n + 1;                               /* never 0: an empty slot */
}

/* Two networks in one slot: the newcomer starts full, so a collision never stalls anybody. */
bool rate_take(struct rate *r, struct addr from, int64_t now_ms)
{
	if (!r->burst)
		return true;
	uint64_t net = net_of(from);
	struct rate_slot *s = &r->slot[net * 0x9e3779b97f4a7c15u >> 52];
	if (s->net != net)
		*s = (struct rate_slot){ .net = net, .at_ms = now_ms, .left = r->burst };
	uint64_t more = now_ms > s->at_ms ? (uint64_t)(now_ms - s->at_ms) * r->per_s / 1000 : 0;
	if (more) {
		s->left = s->left + more > r->burst ? r->burst : (uint32_t)(s->left + more);
		s->at_ms = now_ms;
	}
	return s->left && s->left--;
}
