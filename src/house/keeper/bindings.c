#include "house/keeper/bindings.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"

void bindings_done(struct bindings *b)
{
	vec_done(b);
	mem_free(&b->rules);
	b->n_rules = b->cap_rules = 0;
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

const struct live_given *bindings_rule(const struct bindings *b, uint32_t id)
{
	for (size_t i = 0; i < b->n_rules; i++)
		if (b->rules[i].id == id)
			return &b->rules[i];
	return NULL;
}

static void apply_rule(struct bindings *b, const struct live_record *r)
{
	for (size_t i = b->n_rules; i > 0; i--)
		if (b->rules[i - 1].id == r->id)
			b->rules[i - 1] = b->rules[--b->n_rules];
	if (r->kind == LIVE_CANCEL || b->n_rules >= LIVE_RULE_MAX)
		return;
	b->rules = vec_room(b->rules, b->n_rules, &b->cap_rules, sizeof *b->rules);
	b->rules[b->n_rules++] = (struct live_given){ r->id, r->class_id, r->until_utc };
}

void bindings_apply(struct bindings *b, const struct live_record *r)
{
	if (r->kind == LIVE_ALLOW || r->kind == LIVE_BLOCK || r->kind == LIVE_CANCEL)
		apply_rule(b, r);
	if (r->kind != LIVE_BIND && r->kind != LIVE_UNBIND)
		return;
	forget(b, r->addr);
	if (r->kind == LIVE_UNBIND || b->n >= BINDINGS_MAX)
		return;
	struct binding *x = vec_push(b);
	*x = (struct binding){ .person = r->person, .class_id = r->class_id, .device = r->device, .until_utc = r->until_utc, .standing = r->standing,
		.group = hash_crc32c(0, r->group), .how = r->how, .sure = r->sure };
	memcpy(x->addr, r->addr, 16);
}

void bindings_expire(struct bindings *b, int64_t now_utc)
{
	for (size_t i = b->n; i > 0; i--)
		if (b->v[i - 1].until_utc <= now_utc)
			drop(b, i - 1);
	for (size_t i = b->n_rules; i > 0; i--)
		if (b->rules[i - 1].until_utc <= now_utc)
			b->rules[i - 1] = b->rules[--b->n_rules];
}
