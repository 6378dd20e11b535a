#include "house/procedure/calendar_now.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"

struct calendar_now {
	struct arena arena;                          /* owns every calendar that was in force; under `lock` */
	pthread_mutex_t lock;                        /* of those who replace it */
	_Atomic(const struct calendar *) now;
};

struct calendar_now *calendar_now_new(const struct calendar *first)
{
	struct calendar_now *n = mem_new(struct calendar_now);
	struct calendar *c = arena_new(&n->arena, struct calendar);
	*c = *first;
	pthread_mutex_init(&n->lock, NULL);
	atomic_store(&n->now, c);
	return n;
}

void calendar_now_free(struct calendar_now **n)
{
	if (!*n)
		return;
	pthread_mutex_destroy(&(*n)->lock);
	arena_done(&(*n)->arena);
	mem_free(n);
}

const struct calendar *calendar_now(const struct calendar_now *n) { return atomic_load(&n->now); }

static bool same_ranges(const struct day_range *a, size_t n, const struct day_range *b, size_t m)
{
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++)
		if (a[i].from_utc != b[i].from_utc || a[i].to_utc != b[i].to_utc)
			return false;
	return true;
}

static bool same_terms(const struct calendar *a, const struct calendar *b)
{
	if (a->n_terms != b->n_terms)
		return false;
	for (size_t i = 0; i < a->n_terms; i++)
		if (a->terms[i].from_utc != b->terms[i].from_utc || a->terms[i].to_utc != b->terms[i].to_utc || !str_eq(a->terms[i].name, b->terms[i].name))
			return false;
	return true;
}

static const struct day_range *ranges(struct arena *a, const struct day_range *r, size_t n)
{
	struct day_range *out = arena_array(a, struct day_range, n + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = r[i];
	return out;
}

static const struct school_term *terms(struct arena *a, const struct school_term *t, size_t n)
{
	struct school_term *out = arena_array(a, struct school_term, n + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct school_term){ t[i].from_utc, t[i].to_utc, arena_str(a, t[i].name) };
	return out;
}

void calendar_now_take(struct calendar_now *n, const struct calendar *c)
{
	pthread_mutex_lock(&n->lock);
	const struct calendar *was = atomic_load(&n->now);
	if (!same_terms(was, c) || !same_ranges(was->closed, was->n_closed, c->closed, c->n_closed) ||
	    !same_ranges(was->inset, was->n_inset, c->inset, c->n_inset)) {
		struct calendar *new = arena_new(&n->arena, struct calendar);
		*new = *was;
		new->closed = ranges(&n->arena, c->closed, new->n_closed = c->n_closed);
		new->inset = ranges(&n->arena, c->inset, new->n_inset = c->n_inset);
		new->terms = terms(&n->arena, c->terms, new->n_terms = c->n_terms);
		atomic_store(&n->now, new);
	}
	pthread_mutex_unlock(&n->lock);
}
