#include "gate/proxy/pool.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"

struct idle { uint64_t key; struct stream *s; int64_t since_ms; };

struct pool {
	struct loop *loop;
	struct idle idle[POOL_MAX];        /* the first n are in use, oldest first */
	size_t n;
	uint8_t sip[SIP_KEY_BYTES];
};

struct pool *pool_new(struct loop *l)
{
	struct pool *p = mem_new(struct pool);
	p->loop = l;
	rnd_bytes(p->sip, sizeof p->sip);
	return p;
}

static struct stream *take_at(struct pool *p, size_t i)
{
	struct stream *s = p->idle[i].s;
	p->n--;
	memmove(&p->idle[i], &p->idle[i + 1], (p->n - i) * sizeof *p->idle);
	return s;
}

static void close_at(struct pool *p, size_t i)
{
	struct stream *s = take_at(p, i);
	stream_free(&s);
}

void pool_free(struct pool **p)
{
	if (!*p)
		return;
	while ((*p)->n)
		close_at(*p, (*p)->n - 1);
	mem_free(p);
}

/* An idle connection says something: the other side closed it, or talks out of turn. */
static void on_idle(void *owner, struct stream *s, unsigned what)
{
	struct pool *p = owner;
	for (size_t i = 0; i < p->n; i++)
		if (p->idle[i].s == s) {
			if (what & STREAM_FAILED || !stream_idle_ok(s))
				close_at(p, i);
			return;
		}
}

struct stream *pool_take(struct pool *p, struct str key)
{
	uint64_t h = hash_sip(p->sip, key);
	for (size_t i = p->n; i-- > 0;) {
		if (p->idle[i].key != h)
			continue;
		struct stream *s = take_at(p, i);
		if (stream_idle_ok(s))
			return s;
		stream_free(&s);
	}
	return NULL;
}

void pool_give(struct pool *p, struct str key, struct stream *s)
{
	uint64_t h = hash_sip(p->sip, key);
	size_t same = 0;
	for (size_t i = 0; i < p->n; i++)
		same += p->idle[i].key == h;
	if (same >= POOL_PER_KEY) {
		stream_free(&s);
		return;
	}
	if (p->n == POOL_MAX)
		close_at(p, 0);
	stream_owner(s, on_idle, p);
	stream_want(s, true);
	p->idle[p->n++] = (struct idle){ h, s, loop_ms(p->loop) };
}

void pool_empty(struct pool *p)
{
	while (p->n)
		close_at(p, p->n - 1);
}

void pool_sweep(struct pool *p)
{
	while (p->n && loop_ms(p->loop) - p->idle[0].since_ms > POOL_IDLE_MS)
		close_at(p, 0);
}
