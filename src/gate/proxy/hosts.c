#include "gate/proxy/hosts.h"

#include "base/map.h"
#include "base/mem.h"
#include "gate/proxy/h2_up.h"

struct link { struct link *next; struct host *host; struct h2_up *up; };
struct wait { struct wait *next; uint64_t ticket; const struct host *host; hosts_fn *fn; void *owner; };

struct host {
	struct hosts *all;
	struct link *links;                     /* open connections of HTTP/2 */
	bool plain;                             /* HTTP/1.1 was spoken: nobody waits for a dial */
	bool shy;                               /* HTTP/2 failed there: it is not offered */
	bool led;                               /* somebody dials */
};

struct hosts {
	struct proxy *p;
	struct map *map;                        /* key -> struct host *, owned */
	struct wait *waits;
	uint64_t tickets;
};

struct hosts *hosts_new(struct proxy *p)
{
	struct hosts *h = mem_new(struct hosts);
	h->p = p;
	h->map = map_new();
	return h;
}

static struct host *known(const struct hosts *h, struct str key)
{
	uint64_t v;
	return map_get(h->map, key, &v) ? (struct host *)(uintptr_t)v : NULL;
}

static bool waited_for(const struct hosts *h, const struct host *o)
{
	for (const struct wait *w = h->waits; w; w = w->next)
		if (w->host == o)
			return true;
	return false;
}

/* What is only memory goes; a host asked for again is learnt again. */
static void forget_idle(struct hosts *h)
{
	struct map *left = map_new();
	struct str key;
	uint64_t v;
	for (size_t at = 0; map_each(h->map, &at, &key, &v);) {
		struct host *o = (struct host *)(uintptr_t)v;
		if (o->links || o->led || waited_for(h, o))
			map_set(left, key, v);
		else
			mem_free(&o);
	}
	map_free(&h->map);
	h->map = left;
}

static struct host *host_of(struct hosts *h, struct str key)
{
	struct host *o = known(h, key);
	if (o)
		return o;
	if (map_count(h->map) >= HOSTS_MAX)
		forget_idle(h);
	o = mem_new(struct host);
	o->all = h;
	map_set(h->map, key, (uint64_t)(uintptr_t)o);
	return o;
}

void hosts_free(struct hosts **hp)
{
	struct hosts *h = *hp;
	struct str key;
	uint64_t v;
	if (!h)
		return;
	for (size_t at = 0; map_each(h->map, &at, &key, &v);) {
		struct host *o = (struct host *)(uintptr_t)v;
		while (o->links)
			h2_up_close(o->links->up);
		mem_free(&o);
	}
	assert(!h->waits);
	map_free(&h->map);
	mem_free(hp);
}

static void on_gone(void *owner, struct h2_up *u, bool shy)
{
	struct link *l = owner;
	struct host *o = l->host;
	o->shy |= shy;
	for (struct link **at = &o->links; *at; at = &(*at)->next)
		if (*at == l) {
			*at = l->next;
			break;
		}
	mem_free(&l);
}

static struct h2_up *with_room(struct host *o)
{
	for (const struct link *l = o->links; l; l = l->next) {
		o->shy |= h2_up_shy(l->up);
		if (h2_up_room(l->up))
			return l->up;
	}
	return NULL;
}

enum hosts_say hosts_ask(struct hosts *h, struct str key, bool wait, hosts_fn *fn, void *owner, uint64_t *ticket, struct stream **up)
{
	struct host *o = host_of(h, key);
	struct h2_up *u = with_room(o);
	*ticket = 0;
	if (u) {
		*up = h2_up_open(u);
		return HOSTS_STREAM;
	}
	if (o->plain || o->shy)
		return HOSTS_DIAL;
	if (!o->led) {
		o->led = true;
		return HOSTS_LEAD;
	}
	if (!wait)
		return HOSTS_DIAL;
	struct wait *w = mem_new(struct wait);
	*w = (struct wait){ h->waits, ++h->tickets, o, fn, owner };
	h->waits = w;
	*ticket = w->ticket;
	return HOSTS_WAIT;
}

static bool take_wait(struct hosts *h, const struct host *o, uint64_t ticket, struct wait *out)
{
	for (struct wait **at = &h->waits; *at; at = &(*at)->next) {
		struct wait *w = *at;
		if (o ? w->host != o : w->ticket != ticket)
			continue;
		*at = w->next;
		*out = *w;
		mem_free(&w);
		return true;
	}
	return false;
}

void hosts_forget(struct hosts *h, uint64_t ticket)
{
	struct wait w;
	if (ticket)
		(void)take_wait(h, NULL, ticket, &w);            /* called already: nothing to forget */
}

/* Who is called may ask again, but waits no more: this ends. */
static void wake(struct hosts *h, const struct host *o)
{
	struct wait w;
	while (take_wait(h, o, 0, &w))
		w.fn(w.owner);
}

void hosts_settle(struct hosts *h, struct str key, bool plain)
{
	struct host *o = host_of(h, key);
	o->led = false;
	o->plain = plain;
	wake(h, o);
}

struct stream *hosts_join(struct hosts *h, struct str key, struct stream *s)
{
	struct host *o = host_of(h, key);
	struct link *l = mem_new(struct link);
	l->host = o;
	l->up = h2_up_new(h->p, s, on_gone, l);
	l->next = o->links;
	o->links = l;
	o->led = o->plain = false;
	struct stream *pipe = h2_up_open(l->up);
	wake(h, o);
	return pipe;
}

bool hosts_may_h2(struct hosts *h, struct str key)
{
	return !host_of(h, key)->shy;
}

static void each_up(struct hosts *h, void (*fn)(struct h2_up *u))
{
	struct str key;
	uint64_t v;
	for (size_t at = 0; map_each(h->map, &at, &key, &v);)
		for (struct link *l = ((struct host *)(uintptr_t)v)->links, *next; l; l = next) {
			next = l->next;
			fn(l->up);
		}
}

void hosts_sweep(struct hosts *h)
{
	each_up(h, h2_up_sweep);
}

static void spare(struct h2_up *u)
{
	if (h2_up_idle(u))
		h2_up_close(u);
}

void hosts_spare(struct hosts *h)
{
	each_up(h, spare);
}
