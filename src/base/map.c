#include "base/map.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"

struct slot { char *key; size_t n; uint64_t hash, value; };   /* key NULL: free */

struct map {
	struct slot *slots;
	size_t cap, count;            /* cap is a power of two */
	uint8_t seed[16];
};

struct map *map_new(void)
{
	struct map *m = mem_new(struct map);
	m->cap = 16;
	m->slots = mem_array(struct slot, m->cap);
	rnd_bytes(m->seed, sizeof m->seed);
	return m;
}

void map_free(struct map **m)
{
	if (!*m)
		return;
	for (size_t i = 0; i < (*m)->cap; i++)
		mem_free(&(*m)->slots[i].key);
	mem_free(&(*m)->slots);
	mem_free(m);
}

static struct slot *find(const struct map *m, struct str key, uint64_t hash)
{
	size_t i = hash & (m->cap - 1);
	while (m->slots[i].key) {
		struct slot *s = &m->slots[i];
		if (s->hash == hash && str_eq((struct str){ s->key, s->n }, key))
			return s;
		i = (i + 1) & (m->cap - 1);
	}
	return &m->slots[i];
}

static void put(struct map *m, struct slot moved)
{
	size_t i = moved.hash & (m->cap - 1);
	while (m->slots[i].key)
		i = (i + 1) & (m->cap - 1);
	m->slots[i] = moved;
}

static void grow(struct map *m)
{
	struct slot *old = m->slots;
	size_t n = m->cap;
	m->cap *= 2;
	m->slots = mem_array(struct slot, m->cap);
	for (size_t i = 0; i < n; i++)
		if (old[i].key)
			put(m, old[i]);
	mem_free(&old);
}

void map_set(struct map *m, struct str key, uint64_t value)
{
	if ((m->count + 1) * 4 > m->cap * 3)
		grow(m);
	uint64_t hash = hash_sip(m->seed, key);
	struct slot *s = find(m, key, hash);
	if (!s->key) {
		char *copy = mem_zero(1, key.n + 1);
		if (key.n)
			memcpy(copy, key.p, key.n);
		*s = (struct slot){ copy, key.n, hash, 0 };
		m->count++;
	}
	s->value = value;
}

bool map_get(const struct map *m, struct str key, uint64_t *value)
{
	const struct slot *s = find(m, key, hash_sip(m->seed, key));
	if (!s->key)
		return false;
	if (value)
		*value = s->value;
	return true;
}

/* Deletion moves the run behind the hole, so that no marker is needed. */
bool map_del(struct map *m, struct str key)
{
	struct slot *s = find(m, key, hash_sip(m->seed, key));
	if (!s->key)
		return false;
	mem_free(&s->key);
	*s = (struct slot){ 0 };
	m->count--;
	size_t i = (size_t)(s - m->slots);
	for (i = (i + 1) & (m->cap - 1); m->slots[i].key; i = (i + 1) & (m->cap - 1)) {
		struct slot moved = m->slots[i];
		m->slots[i] = (struct slot){ 0 };
		put(m, moved);
	}
	return true;
}

size_t map_count(const struct map *m)
{
	return m->count;
}

bool map_each(const struct map *m, size_t *at, struct str *key, uint64_t *value)
{
	for (; *at < m->cap; (*at)++) {
		const struct slot *s = &m->slots[*at];
		if (!s->key)
			continue;
		*key = (struct str){ s->key, s->n };
		*value = s->value;
		(*at)++;
		return true;
	}
	return false;
}
