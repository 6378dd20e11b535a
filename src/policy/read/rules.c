#include "policy/read/rules.h"

#include "base/mem.h"
#include "policy/read/table.h"
#include "policy/read/times.h"

/* Multiplied from the end of the name backwards, so that one pass gives the
 * hash of every suffix.  Not keyed: rules come from the school, and a chain
 * holds only rules of one host. */
static uint32_t hash_step(uint32_t h, char c)
{
	return (h ^ (uint8_t)c) * 16777619u;
}

static uint32_t hash_mix(uint32_t h)
{
	h ^= h >> 15;
	h *= 0x85ebca6bu;
	return h ^ h >> 13;
}

static uint32_t hash_host(struct str host)
{
	uint32_t h = 2166136261u;
	for (size_t i = host.n; i > 0; i--)
		h = hash_step(h, host.p[i - 1]);
	return hash_mix(h);
}

/* The slot that holds this host, or the empty one where it belongs. */
static uint32_t *slot_of(const struct rules *r, struct str host, uint32_t hash)
{
	for (size_t i = hash & (r->n_slots - 1);; i = (i + 1) & (r->n_slots - 1))
		if (!r->slots[i] || str_eq(r->v[r->slots[i] - 1].host, host))
			return &r->slots[i];
}

void rules_index(struct rules *r)
{
	mem_free(&r->slots);
	mem_free(&r->next);
	for (r->n_slots = 16; r->n_slots < 2 * r->n; r->n_slots *= 2)
		;
	r->slots = mem_array(uint32_t, r->n_slots);
	r->next = mem_array(uint32_t, r->n + 1);
	for (size_t i = r->n; i > 0; i--) {             /* backwards: chains keep the order of the source */
		uint32_t *slot = slot_of(r, r->v[i - 1].host, hash_host(r->v[i - 1].host));
		r->next[i - 1] = *slot;
		*slot = (uint32_t)i;
	}
}

void rules_done(struct rules *r)
{
	mem_free(&r->v);
	mem_free(&r->slots);
	mem_free(&r->next);
	mem_free(&r->times);
	*r = (struct rules){ 0 };
}

void rule_walk_begin(struct rule_walk *w, const struct rules *r, struct str host)
{
	w->r = r;
	w->host = host;
	w->n = w->i = 0;
	w->next = 0;
	if (!r || !r->n || host.n > 255)
		return;
	uint32_t h = 2166136261u;
	for (size_t i = host.n; i > 0 && w->n < RULE_LABELS_MAX; i--) {
		h = hash_step(h, host.p[i - 1]);
		if (i == 1 || host.p[i - 2] == '.') {
			w->hash[w->n] = hash_mix(h);
			w->at[w->n++] = (uint8_t)(i - 1);
		}
	}
	w->i = w->n;
}

const struct rule *rule_walk_next(struct rule_walk *w)
{
	while (!w->next && w->i > 0) {
		w->i--;
		w->next = *slot_of(w->r, str_from(w->host, w->at[w->i]), w->hash[w->i]);
	}
	if (!w->next)
		return NULL;
	const struct rule *rule = &w->r->v[w->next - 1];
	w->next = w->r->next[w->next - 1];
	return rule;
}

bool rule_path_covers(struct str rule_path, struct str path)
{
	if (!str_starts(path, rule_path))
		return false;
	if (path.n == rule_path.n || (rule_path.n && rule_path.p[rule_path.n - 1] == '/'))
		return true;
	char c = path.p[rule_path.n];
	return c == '/' || c == '?' || c == '#';
}

void rule_split(struct str text, struct str *host, struct str *path)
{
	ptrdiff_t at = str_chr(text, '/');
	*host = at < 0 ? text : str_upto(text, (size_t)at);
	*path = at < 0 ? STR_NONE : str_from(text, (size_t)at);
	if (str_is(*path, "/"))
		*path = STR_NONE;
}

static void rule_read(struct rd *r, struct rule *v)
{
	v->id = rd_u32le(r);
	uint8_t kind = rd_u8(r), scope = rd_u8(r);
	r->bad |= kind >= N_RULE_KIND || scope >= N_RULE_SCOPE;
	v->kind = r->bad ? RULE_BLOCK : (enum rule_kind)kind;
	v->scope = r->bad ? SCOPE_EVERYONE : (enum rule_scope)scope;
	v->who = (int64_t)rd_u64le(r);
	v->until_utc = (int64_t)rd_u64le(r);
	v->host = rd_text(r);
	v->path = rd_text(r);
	v->name = rd_text(r);
	v->reason = rd_text(r);
	r->bad |= !v->host.n || v->host.n > 253 || (v->path.n && v->path.p[0] != '/');
}

enum err rules_read(struct str bytes, struct rules *out)
{
	struct rd r = rd_over(bytes);
	AUTO(rules_done) struct rules t = { 0 };
	t.n = rd_count(&r, 30, RULES_MAX);
	t.v = mem_array(struct rule, t.n + 1);
	for (size_t i = 0; i < t.n && !r.bad; i++)
		rule_read(&r, &t.v[i]);
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	rules_index(&t);
	*out = t;
	t = (struct rules){ 0 };
	return OK;
}

void rules_write(const struct rule *v, size_t n, struct buf *out)
{
	tab_num(out, n, 4);
	for (size_t i = 0; i < n; i++) {
		tab_num(out, v[i].id, 4);
		tab_num(out, v[i].kind, 1);
		tab_num(out, v[i].scope, 1);
		tab_num(out, (uint64_t)v[i].who, 8);
		tab_num(out, (uint64_t)v[i].until_utc, 8);
		tab_text(out, v[i].host);
		tab_text(out, v[i].path);
		tab_text(out, v[i].name);
		tab_text(out, v[i].reason);
	}
}

enum err rules_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct rules t;
	TRY(rules_read(bytes, &t));
	rules_done(&t);
	return OK;
}
