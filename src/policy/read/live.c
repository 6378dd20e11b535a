#include "policy/read/live.h"

#include "wire/addr.h"
#include <assert.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"

/* Bindings by address and by MAC, found through maps of index + 1; rules in an
 * array that is indexed anew on each change (thousands, so a fraction of a
 * millisecond); sessions in a short array. */
struct bind {
	struct live_binding b;
	char *group;                    /* owned; b.group views it */
	uint8_t addr[16], mac[6];
	bool used;
};

struct session {
	struct live_session s;
	struct rules hosts;             /* RULE_WALL rules; texts owned through `text` */
	char *text[LIVE_HOST_MAX];
};

struct gone { uint8_t half[16]; int64_t until_utc; };

struct live {
	VEC(struct bind) binds;
	VEC(uint32_t) spare;            /* unused places in binds */
	struct map *by_addr, *by_mac;
	size_t n_binds;
	struct rules rules;             /* v has room for rules_cap; each rule's texts are owned */
	size_t rules_cap;
	VEC(struct session) sessions;
	VEC(struct gone) gone;
};

static const uint8_t no_mac[6], no_addr[16];

static struct str key_of(const uint8_t *p, size_t n) { return (struct str){ (const char *)p, n }; }

static struct str text_copy(struct str s)
{
	return s.n ? (struct str){ mem_copy(s.p, s.n), s.n } : STR_NONE;
}

static void text_free(struct str *s)
{
	free((void *)(uintptr_t)s->p);
	*s = STR_NONE;
}

struct live *live_new(void)
{
	struct live *l = mem_new(struct live);
	l->by_addr = map_new();
	l->by_mac = map_new();
	return l;
}

/* ---- bindings */

static void unlink_key(struct map *m, struct str key, size_t index)
{
	uint64_t at;
	if (map_get(m, key, &at) && at == index)
		map_del(m, key);
}

static void bind_drop(struct live *l, size_t i)
{
	struct bind *b = &l->binds.v[i];
	unlink_key(l->by_addr, key_of(b->addr, 16), i);
	unlink_key(l->by_mac, key_of(b->mac, 6), i);
	mem_free(&b->group);
	*b = (struct bind){ 0 };
	*vec_push(&l->spare) = (uint32_t)i;
	l->n_binds--;
}

static void binds_expire(struct live *l, int64_t now_utc)
{
	for (size_t i = 0; i < l->binds.n; i++)
		if (l->binds.v[i].used && l->binds.v[i].b.until_utc <= now_utc)
			bind_drop(l, i);
}

static bool bind_at(const struct live *l, const struct map *m, struct str key, size_t *out)
{
	uint64_t at;
	if (!map_get(m, key, &at))
		return false;
	*out = (size_t)at;
	assert(*out < l->binds.n && l->binds.v[*out].used);
	return true;
}

static size_t bind_place(struct live *l)
{
	if (l->spare.n)
		return l->spare.v[--l->spare.n];
	(void)vec_push(&l->binds);
	return l->binds.n - 1;
}

/* A binding without an address is one of the machine itself. */
static struct map *by_key(const struct live *l, const struct live_record *r)
{
	return memcmp(r->addr, no_addr, 16) ? l->by_addr : l->by_mac;
}

static struct str key_for(const struct live_record *r)
{
	return memcmp(r->addr, no_addr, 16) ? key_of(r->addr, 16) : key_of(r->mac, 6);
}

bool live_is_tester(const uint8_t addr[16])
{
	static const uint8_t net[14] = { [10] = 0xff, [11] = 0xff, [12] = 127, [13] = 66 };
	return memcmp(addr, net, sizeof net) == 0;
}

/* Of nobody else's address is it believed. */
static void asks_as(const struct live_record *r, uint8_t as[16])
{
	struct addr at;
	if (live_is_tester(r->addr) && r->host.n && addr_read(r->host, &at) == OK)
		memcpy(as, at.b, 16);
}

static enum err apply_bind(struct live *l, const struct live_record *r, int64_t now_utc)
{
	size_t old;
	if (bind_at(l, by_key(l, r), key_for(r), &old))
		bind_drop(l, old);
	if (l->n_binds >= LIVE_BIND_MAX)
		binds_expire(l, now_utc);
	if (l->n_binds >= LIVE_BIND_MAX)
		return ERR_LIMIT;
	size_t i = bind_place(l);
	struct bind *b = &l->binds.v[i];
	*b = (struct bind){ .used = true, .group = mem_copy(r->group.p, r->group.n) };
	b->b = (struct live_binding){ r->school, r->person, r->class_id, r->device, r->until_utc,
		{ b->group, r->group.n }, r->standing, r->how, r->sure };
	memcpy(b->addr, r->addr, 16);
	asks_as(r, b->b.as);
	memcpy(b->mac, r->mac, 6);
	l->n_binds++;
	if (memcmp(b->addr, no_addr, 16))
		map_set(l->by_addr, key_of(b->addr, 16), i);
	if (memcmp(b->mac, no_mac, 6))
		map_set(l->by_mac, key_of(b->mac, 6), i);
	return OK;
}

/* Everything bound at the address, and everything bound with the MAC. */
static void apply_unbind(struct live *l, const struct live_record *r)
{
	size_t i;
	if (memcmp(r->addr, no_addr, 16) && bind_at(l, l->by_addr, key_of(r->addr, 16), &i))
		bind_drop(l, i);
	if (!memcmp(r->mac, no_mac, 6))
		return;
	for (i = 0; i < l->binds.n; i++)
		if (l->binds.v[i].used && !memcmp(l->binds.v[i].mac, r->mac, 6))
			bind_drop(l, i);
}

bool live_who(const struct live *l, const uint8_t addr[16], const uint8_t mac[6], int64_t now_utc, struct live_binding *out)
{
	size_t i;
	bool seen = mac && memcmp(mac, no_mac, 6);
	bool found = bind_at(l, l->by_addr, key_of(addr, 16), &i);
	if (found && seen && memcmp(l->binds.v[i].mac, no_mac, 6) && memcmp(l->binds.v[i].mac, mac, 6))
		found = false;                  /* the address has moved to another machine */
	if (!found && seen)
		found = bind_at(l, l->by_mac, key_of(mac, 6), &i);
	if (!found || l->binds.v[i].b.until_utc <= now_utc)
		return false;
	*out = l->binds.v[i].b;
	return true;
}

/* ---- rules */

static void rule_free(struct rule *v)
{
	text_free(&v->host);
	text_free(&v->path);
	text_free(&v->reason);
	text_free(&v->group);
}

/* Order does not matter among live rules: a block stands before every allowance. */
static void rule_drop(struct live *l, size_t i)
{
	rule_free(&l->rules.v[i]);
	l->rules.v[i] = l->rules.v[--l->rules.n];
}

static void rules_expire(struct live *l, int64_t now_utc)
{
	for (size_t i = l->rules.n; i > 0; i--)
		if (l->rules.v[i - 1].until_utc <= now_utc)
			rule_drop(l, i - 1);
}

static bool apply_cancel(struct live *l, int64_t school, uint32_t id)
{
	size_t before = l->rules.n;
	for (size_t i = l->rules.n; i > 0; i--)
		if (l->rules.v[i - 1].id == id && l->rules.v[i - 1].school == school)
			rule_drop(l, i - 1);
	return l->rules.n != before;
}

static void rule_add(struct live *l, const struct live_record *r)
{
	if (l->rules.n == l->rules_cap) {
		l->rules_cap = l->rules_cap ? 2 * l->rules_cap : 16;
		l->rules.v = mem_grow(l->rules.v, l->rules_cap * sizeof *l->rules.v);
	}
	l->rules.v[l->rules.n++] = (struct rule){
		.id = r->id, .kind = r->kind == LIVE_ALLOW ? RULE_ALLOW : RULE_BLOCK, .scope = r->scope,
		.who = r->scope == SCOPE_CLASS ? r->class_id : r->scope == SCOPE_PERSON ? r->person : 0,
		.host = text_copy(r->host), .path = text_copy(r->path), .reason = text_copy(r->reason),
		.until_utc = r->until_utc, .school = r->school, .group = text_copy(r->group),
	};
}

static enum err apply_rule(struct live *l, const struct live_record *r, int64_t now_utc)
{
	apply_cancel(l, r->school, r->id);
	if (l->rules.n >= LIVE_RULE_MAX)
		rules_expire(l, now_utc);
	enum err e = l->rules.n >= LIVE_RULE_MAX ? ERR_LIMIT : OK;
	if (e == OK)
		rule_add(l, r);
	rules_index(&l->rules);
	return e;
}

/* ---- class sessions */

static void session_done(struct session *s)
{
	for (size_t i = 0; i < LIVE_HOST_MAX; i++)
		mem_free(&s->text[i]);
	rules_done(&s->hosts);
}

static void session_drop(struct live *l, size_t i)
{
	session_done(&l->sessions.v[i]);
	l->sessions.v[i] = l->sessions.v[--l->sessions.n];
}

static void session_end(struct live *l, int64_t class_id)
{
	for (size_t i = l->sessions.n; i > 0; i--)
		if (l->sessions.v[i - 1].s.class_id == class_id)
			session_drop(l, i - 1);
}

static void sessions_expire(struct live *l, int64_t now_utc)
{
	for (size_t i = l->sessions.n; i > 0; i--)
		if (l->sessions.v[i - 1].s.until_utc <= now_utc)
			session_drop(l, i - 1);
}

static void session_hosts(struct session *s, const struct live_record *r)
{
	s->hosts.v = mem_array(struct rule, r->n_hosts + 1);
	for (size_t i = 0; i < r->n_hosts; i++) {
		s->text[i] = mem_copy(r->hosts[i].p, r->hosts[i].n);
		struct rule *v = &s->hosts.v[s->hosts.n++];
		v->kind = RULE_WALL;
		rule_split((struct str){ s->text[i], r->hosts[i].n }, &v->host, &v->path);
	}
	rules_index(&s->hosts);
}

static enum err apply_session(struct live *l, const struct live_record *r, int64_t now_utc)
{
	session_end(l, r->class_id);
	if (l->sessions.n >= LIVE_SESSION_MAX)
		sessions_expire(l, now_utc);
	if (l->sessions.n >= LIVE_SESSION_MAX)
		return ERR_LIMIT;
	struct session *s = vec_push(&l->sessions);
	s->s = (struct live_session){ r->class_id, r->person, r->until_utc, r->walled };
	session_hosts(s, r);
	return OK;
}

static const struct session *session_of(const struct live *l, int64_t class_id, int64_t now_utc)
{
	for (size_t i = 0; class_id > 0 && i < l->sessions.n; i++)
		if (l->sessions.v[i].s.class_id == class_id && l->sessions.v[i].s.until_utc > now_utc)
			return &l->sessions.v[i];
	return NULL;
}

bool live_session(const struct live *l, int64_t class_id, int64_t now_utc, struct live_session *out)
{
	const struct session *s = session_of(l, class_id, now_utc);
	if (s)
		*out = s->s;
	return s;
}

bool live_session_has(const struct live *l, int64_t class_id, struct str host, struct str path, int64_t now_utc)
{
	const struct session *s = session_of(l, class_id, now_utc);
	struct rule_walk w;
	if (!s)
		return false;
	rule_walk_begin(&w, &s->hosts, host);
	for (const struct rule *r; (r = rule_walk_next(&w));)
		if (!r->path.n || !path.p || rule_path_covers(r->path, path))
			return true;
	return false;
}

/* ---- what was withdrawn: a handful, since the next policy leaves it out */

static void gone_expire(struct live *l, int64_t now_utc)
{
	for (size_t i = l->gone.n; i > 0; i--)
		if (l->gone.v[i - 1].until_utc <= now_utc)
			l->gone.v[i - 1] = l->gone.v[--l->gone.n];
}

static enum err apply_withdraw(struct live *l, const struct live_record *r, int64_t now_utc)
{
	gone_expire(l, now_utc);
	size_t i = 0;
	while (i < l->gone.n && memcmp(l->gone.v[i].half, r->addr, sizeof r->addr))
		i++;
	if (i >= LIVE_WITHDRAWN_MAX)
		return ERR_LIMIT;
	struct gone *g = i < l->gone.n ? &l->gone.v[i] : vec_push(&l->gone);
	g->until_utc = r->until_utc;
	memcpy(g->half, r->addr, sizeof g->half);
	return OK;
}

bool live_withdrawn(const struct live *l, const uint8_t digest[32])
{
	for (size_t i = 0; i < l->gone.n; i++)
		if (!memcmp(l->gone.v[i].half, digest, sizeof l->gone.v[i].half))
			return true;
	return false;
}

/* ---- the whole */

enum err live_apply(struct live *l, const struct live_record *r, int64_t now_utc)
{
	if (r->until_utc && r->until_utc <= now_utc && r->kind != LIVE_BIND && r->kind != LIVE_SESSION)
		return OK;                      /* over before it came; a binding or session still replaces the older one */
	switch (r->kind) {
	case LIVE_GENERATION:  return OK;
	case LIVE_BIND:        return apply_bind(l, r, now_utc);
	case LIVE_UNBIND:      apply_unbind(l, r); return OK;
	case LIVE_ALLOW:
	case LIVE_BLOCK:       return apply_rule(l, r, now_utc);
	case LIVE_CANCEL:
		if (apply_cancel(l, r->school, r->id))
			rules_index(&l->rules);
		return OK;
	case LIVE_SESSION:     return apply_session(l, r, now_utc);
	case LIVE_SESSION_END: session_end(l, r->class_id); return OK;
	case LIVE_WITHDRAW:    return apply_withdraw(l, r, now_utc);
	}
	return ERR_SYNTAX;
}

void live_clear(struct live *l)
{
	for (size_t i = 0; i < l->binds.n; i++)
		if (l->binds.v[i].used)
			bind_drop(l, i);
	l->binds.n = l->spare.n = 0;
	while (l->rules.n)
		rule_drop(l, l->rules.n - 1);
	rules_index(&l->rules);
	while (l->sessions.n)
		session_drop(l, l->sessions.n - 1);
	l->gone.n = 0;
}

void live_free(struct live **lp)
{
	struct live *l = *lp;
	if (!l)
		return;
	live_clear(l);
	vec_done(&l->binds);
	vec_done(&l->spare);
	vec_done(&l->sessions);
	vec_done(&l->gone);
	rules_done(&l->rules);
	map_free(&l->by_addr);
	map_free(&l->by_mac);
	mem_free(lp);
}

size_t live_count(const struct live *l, enum live_kind kind)
{
	switch (kind) {
	case LIVE_BIND:    return l->n_binds;
	case LIVE_ALLOW:
	case LIVE_BLOCK:   return l->rules.n;
	case LIVE_SESSION: return l->sessions.n;
	case LIVE_WITHDRAW: return l->gone.n;
	default:           return 0;
	}
}

const struct rules *live_rules(const struct live *l)
{
	return &l->rules;
}
