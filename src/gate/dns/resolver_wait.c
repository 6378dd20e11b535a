/* Who waits for an answer, and who makes room when everybody waits. */
#include "gate/dns/resolver_inner.h"
#include "gate/share.h"

enum { STALE_WAIT_MS = 1800 /* RFC 8767 5 */, ROOM_MS = 500 /* what a resolver has not answered by then may make room for others */, ROOM_BATCH = 64 };

static struct waiter *waiter_take(struct resolver *r)
{
	uint32_t i = r->free_waiter;
	if (i) {
		r->free_waiter = r->waiter[i - 1].next;
		return &r->waiter[i - 1];
	}
	return r->high < WAITERS ? &r->waiter[r->high++] : NULL;
}

static void waiter_put(struct resolver *r, struct waiter *w)
{
	w->waits = false;
	w->next = r->free_waiter;
	r->free_waiter = (uint32_t)(w - r->waiter) + 1;
}

static void answer_waiter(struct resolver *r, struct waiter *w)
{
	static uint8_t out[DNS_MSG_MAX];
	struct turn t = { .r = r, .from = &w->from, .ask = &w->ask, .last = true };
	t.reply = (struct reply){ &w->ask, { (char *)w->question, w->ask.question_end - DNS_HEADER }, out, w->from.tcp ? DNS_MSG_MAX : DNS_UDP_MAX };
	w->waits = false;
	size_t n = resolver_answer(&t);
	if (n)
		r->io.reply(r->io.arg, &w->from, (struct str){ (char *)out, n });
}

void resolver_wait_over(struct resolver *r, uint32_t flight)
{
	uint32_t i = r->first[flight];
	r->first[flight] = 0;
	while (i) {
		struct waiter *w = &r->waiter[i - 1];
		i = w->next;
		if (w->waits)
			answer_waiter(r, w);
		waiter_put(r, w);
	}
}

/* Every place is taken: names that nobody answers (one device can ask for thousands) make room for names that are answered.
 * The oldest of whoever waits for most go first, some at a time, and are told so. */
static struct waiter *who_waits_for_most(struct resolver *r, struct addr newcomer)
{
	struct share s;
	share_begin(&s, newcomer);
	for (uint32_t i = 0; i < r->high; i++)
		if (r->waiter[i].waits)
			share_count(&s, r->waiter[i].from.addr);
	for (uint32_t i = 0; i < r->high; i++) {
		int64_t ms = r->now_ms - r->waiter[i].since_ms;
		if (r->waiter[i].waits)
			share_offer(&s, r->waiter[i].from.addr, ms >= ROOM_MS, ms, &r->waiter[i]);
	}
	return share_victim(&s);
}

/* Told that nobody answers; the question goes when nobody else waits for it. */
static void give_up(struct resolver *r, struct waiter *w)
{
	uint32_t flight = w->flight;
	r->counts.crowded++;
	answer_waiter(r, w);
	for (uint32_t i = r->first[flight]; i; i = r->waiter[i - 1].next)
		if (r->waiter[i - 1].waits)
			return;
	forward_drop(r->forward, flight);
	resolver_wait_over(r, flight);
}

static bool make_room(struct resolver *r, struct addr newcomer)
{
	struct waiter *most = who_waits_for_most(r, newcomer);
	if (!most)
		return false;
	struct addr from = most->from.addr;
	int64_t before = r->now_ms - (r->now_ms - most->since_ms) / 2;
	for (uint32_t i = 0, n = 0; i < r->high && n < ROOM_BATCH; i++) {
		struct waiter *w = &r->waiter[i];
		if (w->waits && w->since_ms <= before && addr_same(w->from.addr, from)) {
			give_up(r, w);
			n++;
		}
	}
	return true;
}

static bool wait_in(struct turn *t, const struct dns_name *name, bool stale, bool crowded)
{
	struct resolver *r = t->r;
	struct forward_question q = { .name = *name, .type = t->ask->type };
	uint32_t flight;
	q.bits = (uint8_t)((t->ask->dnssec_ok ? DNS_KEY_DO : 0) | (t->ask->flags & DNS_CD ? DNS_KEY_CD : 0));
	struct waiter *w = waiter_take(r);
	if (!w)
		return !crowded && make_room(r, t->from->addr) && wait_in(t, name, stale, true);
	enum err e = forward_ask(r->forward, &q, r->now_ms, &flight);
	if (e != OK) {
		waiter_put(r, w);
		return e == ERR_BUSY && !crowded && make_room(r, t->from->addr) && wait_in(t, name, stale, true);
	}
	r->counts.forwarded++;
	w->waits = true;
	w->stale_at_ms = stale ? r->now_ms + STALE_WAIT_MS : 0;
	w->flight = flight;
	w->since_ms = r->now_ms;
	w->from = *t->from;
	w->ask = *t->ask;
	memcpy(w->question, t->reply.question.p, t->reply.question.n);
	w->next = r->first[flight];
	r->first[flight] = (uint32_t)(w - r->waiter) + 1;
	return true;
}

bool resolver_wait_for(struct turn *t, const struct dns_name *name, bool stale) { return wait_in(t, name, stale, false); }

void resolver_wait_tick(struct resolver *r)
{
	for (uint32_t i = 0; forward_count(r->forward) && i < r->high; i++) {
		struct waiter *w = &r->waiter[i];
		if (w->waits && w->stale_at_ms && w->stale_at_ms <= r->now_ms)
			answer_waiter(r, w);
	}
}
