#include "gate/dns/tunnel.h"

#include "wire/host.h"

static uint64_t mix(uint64_t h, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 1099511628211u;
	return h;
}

static void refill(struct tunnel_slot *s, int64_t now_ms)
{
	uint64_t back = now_ms > s->at_ms ? (uint64_t)(now_ms - s->at_ms) / TUNNEL_REFILL_MS : 0;
	if (back) {
		s->used = back >= s->used ? 0 : s->used - (uint32_t)back;
		s->at_ms = now_ms;
	}
}

/* Two in one slot: the newcomer starts anew, so a collision never stalls anybody. */
bool tunnel_take(struct tunnel *t, struct addr from, struct str host, int64_t now_ms, struct str *domain)
{
	*domain = STR_NONE;
	if (!t->names || host.n < TUNNEL_LABELS + 4)
		return true;
	struct str base = host_registrable(host);
	if (!base.n || host.n < base.n + 1 + TUNNEL_LABELS)
		return true;
	*domain = base;
	uint64_t what = mix(mix(14695981039346656037u, (struct str){ (const char *)from.b, addr_is4(from) ? 16 : 8 }), base) | 1;
	struct tunnel_slot *s = &t->slot[what >> 32 & (TUNNEL_SLOTS - 1)];
	if (s->what != what)
		*s = (struct tunnel_slot){ .what = what, .at_ms = now_ms };
	refill(s, now_ms);
	if (s->used >= t->names)
		return false;
	s->used++;
	return true;
}
