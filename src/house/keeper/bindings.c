#include "house/keeper/bindings.h"

#include "base/mem.h"
#include "base/vec.h"

void bindings_done(struct bindings *b)
{
	vec_done(b);
}

static void drop(struct bindings *b, size_t i)
{
	b->v[i] = b->v[--b->n];
}

static void forget(struct bindings *b, const uint8_t addr[16])
{
	for (size_t i = b->n; i > 0; i--)
		if (memcmp(b->v[i - 1].addr, addr, 16) == 0)
			drop(b, i - 1);
}

void bindings_apply(struct bindings *b, const struct live_record *r)
{
	if (r->kind != LIVE_BIND && r->kind != LIVE_UNBIND)
		return;
	forget(b, r->addr);
	if (r->kind == LIVE_UNBIND || b->n >= BINDINGS_MAX)
		return;
	struct binding *x = vec_push(b);
	*x = (struct binding){ .person = r->person, .class_id = r->class_id, .until_utc = r->until_utc, .standing = r->standing };
	memcpy(x->addr, r->addr, 16);
}

void bindings_expire(struct bindings *b, int64_t now_utc)
{
	for (size_t i = b->n; i > 0; i--)
		if (b->v[i - 1].until_utc <= now_utc)
			drop(b, i - 1);
}
