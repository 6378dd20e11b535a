#include "wire/registry.h"

#include "base/mem.h"
#include "base/vec.h"
#include "wire/host.h"

enum { SLOTS_MIN = 1024, RULE = 1, WILD = 2, EXCEPTION = 4, BELOW = 8 /* a last label: there are rules below it */ };

struct name { uint32_t at; uint8_t n, flags; };              /* n 0: free */

struct registry {
	VEC(char) text;                                      /* the names, one behind the other */
	struct name *slots;                                  /* a power of two of them, at most half of them taken */
	size_t slots_n, names, rules;
};

static uint64_t hash_of(struct str s)
{
	uint64_t h = s.n, word;
	for (; s.n >= 8; s = str_from(s, 8)) {
		memcpy(&word, s.p, 8);
		h = (h ^ word) * 0x9fb21c651e98df25u;
		h ^= h >> 29;
	}
	for (word = 0; s.n > 0; s.n--)
		word = word << 8 | (uint8_t)s.p[s.n - 1];
	h = (h ^ word) * 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

static bool same(const struct registry *p, const struct name *k, struct str name)
{
	return k->n == name.n && memcmp(p->text.v + k->at, name.p, name.n) == 0;
}

static struct name *slot_of(const struct registry *p, struct str name)
{
	size_t at = hash_of(name) & (p->slots_n - 1);
	while (p->slots[at].n && !same(p, &p->slots[at], name))
		at = (at + 1) & (p->slots_n - 1);
	return &p->slots[at];
}

static void grow(struct registry *p)
{
	struct name *old = p->slots;
	size_t n = p->slots_n;
	p->slots_n = n ? 2 * n : SLOTS_MIN;
	p->slots = mem_array(struct name, p->slots_n);
	for (size_t i = 0; i < n; i++)
		if (old[i].n)
			*slot_of(p, (struct str){ p->text.v + old[i].at, old[i].n }) = old[i];
	free(old);
}

static void add(struct registry *p, struct str name, uint8_t flags)
{
	if (p->names >= p->slots_n / 2)
		grow(p);
	struct name *k = slot_of(p, name);
	if (!k->n) {
		*k = (struct name){ .at = (uint32_t)p->text.n, .n = (uint8_t)name.n };
		for (size_t i = 0; i < name.n; i++)
			*vec_push(&p->text) = name.p[i];
		p->names++;
	}
	k->flags |= flags;
}

static struct str last_label(struct str host)
{
	size_t at = host.n;
	while (at > 0 && host.p[at - 1] != '.')
		at--;
	return str_from(host, at);
}

static enum err add_rule(struct registry *p, struct str rule)
{
	char name[HOST_MAX + 1];
	size_t n;
	uint8_t flags = str_starts(rule, STR("*.")) ? WILD : str_starts(rule, STR("!")) ? EXCEPTION : RULE;
	TRY(host_norm(str_from(rule, flags == WILD ? 2 : flags == EXCEPTION ? 1 : 0), name, &n));
	struct str host = { name, n }, last = last_label(host);
	if (++p->rules > REGISTRY_RULES_MAX)
		return ERR_LIMIT;
	add(p, host, flags);
	if (last.n < n || flags == WILD)
		add(p, last, BELOW);
	return OK;
}

enum err registry_read(struct str text, struct registry **out)
{
	AUTO(registry_free) struct registry *p = mem_new(struct registry);
	bool registries = false, seen = false;
	struct str line;
	if (text.n > REGISTRY_TEXT_MAX)
		return ERR_LIMIT;
	grow(p);
	while (str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (str_starts(line, STR("//"))) {
			registries = str_find(line, STR("===BEGIN ICANN DOMAINS===")) >= 0 || (registries && str_find(line, STR("===END ICANN DOMAINS===")) < 0);
			seen |= registries;
		} else if (line.n > 0 && registries) {
			TRY(add_rule(p, line));
		}
	}
	if (!seen || registries)
		return ERR_SYNTAX;                           /* not this list, or cut short */
	*out = TAKE(p);
	return OK;
}

void registry_free(struct registry **p)
{
	if (*p) {
		vec_done(&(*p)->text);
		free((*p)->slots);
	}
	mem_free(p);
}

size_t registry_count(const struct registry *p) { return p->rules; }

bool registry_suffix(const struct registry *p, struct str host)
{
	struct str last = last_label(host);
	if (last.n == host.n)
		return host.n > 0;
	if (!(slot_of(p, last)->flags & BELOW))
		return false;
	uint8_t own = slot_of(p, host)->flags;
	return own & (RULE | WILD) || (!(own & EXCEPTION) && slot_of(p, host_parent(host))->flags & WILD);
}
