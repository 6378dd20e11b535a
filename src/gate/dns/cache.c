#include "gate/dns/cache.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"

enum { UNIT = 16, WAYS = 8, MIN_UNITS = 4096 };

/* Stands in the ring: this, the name, the TTL places, the aliases, the body. */
struct record {
	uint64_t hash;
	int64_t stored_s;
	uint32_t life_s, bytes;                         /* bytes: the whole record, in units rounded up */
	uint16_t type, flags, ttls, n[DNS_SECTIONS], body_n, aliases_n;
	uint8_t bits, name_n;
	bool private_;
};

/* A slot is a position (48 bits, units since start) over a tag of 16 bits; 0 is empty. */
struct bucket { uint64_t slot[WAYS]; };

struct dns_cache {
	uint8_t *ring;                                  /* owned */
	struct bucket *index;                           /* owned, aligned to 64 */
	uint64_t units, buckets;                        /* sizes; buckets is a power of two */
	uint64_t head;                                  /* units written since start; begins at `units` */
	uint8_t key[SIP_KEY_BYTES];
};

struct dns_cache *dns_cache_new(size_t bytes)
{
	struct dns_cache *c = mem_new(struct dns_cache);
	c->units = bytes / UNIT < MIN_UNITS ? MIN_UNITS : bytes / UNIT;
	c->buckets = 64;
	while (c->buckets * WAYS * 24 < c->units)       /* records are 400 bytes and more: room to spare */
		c->buckets *= 2;
	c->ring = mem_zero(c->units, UNIT);
	c->index = aligned_alloc(64, c->buckets * sizeof *c->index);
	if (!c->index)
		abort();
	rnd_bytes(c->key, sizeof c->key);
	dns_cache_clear(c);
	return c;
}

void dns_cache_free(struct dns_cache **c)
{
	if (*c) {
		mem_free(&(*c)->ring);
		free((*c)->index);
	}
	mem_free(c);
}

void dns_cache_clear(struct dns_cache *c)
{
	memset(c->index, 0, c->buckets * sizeof *c->index);
	c->head = c->units;
}

static uint64_t key_hash(const struct dns_cache *c, struct dns_key k)
{
	uint64_t h = hash_sip(c->key, (struct str){ (const char *)k.name->b, k.name->n });
	h ^= ((uint64_t)k.type << 2 | k.bits) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static uint16_t tag_of(uint64_t hash) { return (uint16_t)(hash >> 48) ? (uint16_t)(hash >> 48) : 1; }
static struct bucket *bucket_of(const struct dns_cache *c, uint64_t hash) { return &c->index[hash & (c->buckets - 1)]; }

/* The record a slot points to, if the ring has not yet run over it. */
static const struct record *at_slot(const struct dns_cache *c, uint64_t slot, uint64_t hash)
{
	uint64_t at = slot >> 16;
	if ((uint16_t)slot != tag_of(hash) || at + c->units < c->head)
		return NULL;
	const struct record *r = (const void *)(c->ring + at % c->units * UNIT);
	return r->hash == hash ? r : NULL;
}

static const uint8_t *name_at(const struct record *r) { return (const uint8_t *)(r + 1); }
static size_t even(size_t n) { return n + (n & 1); }
static const uint16_t *ttls_at(const struct record *r) { return (const void *)(name_at(r) + even(r->name_n)); }

static bool is_key(const struct record *r, struct dns_key k)
{
	return r->type == k.type && r->bits == k.bits && r->name_n == k.name->n && memcmp(name_at(r), k.name->b, k.name->n) == 0;
}

static void view(const struct record *r, int64_t now_s, struct dns_entry *out)
{
	const char *after = (const char *)(ttls_at(r) + r->ttls);
	*out = (struct dns_entry){
		.flags = r->flags, .n = { r->n[0], r->n[1], r->n[2] }, .life_s = r->life_s, .ttls = r->ttls, .ttl_at = ttls_at(r),
		.aliases = { after, r->aliases_n }, .body = { after + r->aliases_n, r->body_n }, .private_ = r->private_,
		.stored_s = r->stored_s, .stale = now_s >= r->stored_s + r->life_s,
	};
}

bool dns_cache_get(const struct dns_cache *c, struct dns_key k, int64_t now_s, struct dns_entry *out)
{
	uint64_t hash = key_hash(c, k);
	const struct bucket *b = bucket_of(c, hash);
	for (int i = 0; i < WAYS; i++) {
		const struct record *r = at_slot(c, b->slot[i], hash);
		if (!r || !is_key(r, k))
			continue;
		if (now_s >= r->stored_s + r->life_s + DNS_STALE_S)
			return false;
		view(r, now_s, out);
		return true;
	}
	return false;
}

/* The slot of the same hash, or an empty one, or the oldest. */
static uint64_t *slot_for(struct dns_cache *c, uint64_t hash)
{
	struct bucket *b = bucket_of(c, hash);
	uint64_t *best = &b->slot[0];
	for (int i = 0; i < WAYS; i++) {
		if (at_slot(c, b->slot[i], hash))
			return &b->slot[i];
		if (b->slot[i] >> 16 < *best >> 16)
			best = &b->slot[i];
	}
	return best;
}

/* A record never wraps: the rest of the ring is skipped. */
static struct record *take_room(struct dns_cache *c, uint64_t units)
{
	if (c->head % c->units + units > c->units)
		c->head += c->units - c->head % c->units;
	struct record *r = (void *)(c->ring + c->head % c->units * UNIT);
	c->head += units;
	return r;
}

static void put_bytes(uint8_t **p, const void *from, size_t n)
{
	if (n)
		memcpy(*p, from, n);
	*p += n;
}

void dns_cache_put(struct dns_cache *c, struct dns_key k, int64_t now_s, const struct dns_entry *e)
{
	size_t bytes = sizeof(struct record) + even(k.name->n) + 2u * e->ttls + e->aliases.n + e->body.n;
	uint64_t units = (bytes + UNIT - 1) / UNIT, hash = key_hash(c, k);
	if (units > c->units / 8 || e->body.n > UINT16_MAX || e->aliases.n > UINT16_MAX)
		return;
	struct record *r = take_room(c, units);
	*r = (struct record){
		.hash = hash, .stored_s = now_s, .life_s = e->life_s ? e->life_s : 1, .bytes = (uint32_t)bytes, .type = k.type,
		.flags = e->flags, .ttls = e->ttls, .n = { e->n[0], e->n[1], e->n[2] }, .body_n = (uint16_t)e->body.n,
		.aliases_n = (uint16_t)e->aliases.n, .bits = k.bits, .name_n = k.name->n, .private_ = e->private_,
	};
	uint8_t *p = (uint8_t *)(r + 1);
	put_bytes(&p, k.name->b, k.name->n);
	p += even(k.name->n) - k.name->n;
	put_bytes(&p, e->ttl_at, 2u * e->ttls);
	put_bytes(&p, e->aliases.p, e->aliases.n);
	put_bytes(&p, e->body.p, e->body.n);
	*slot_for(c, hash) = (c->head - units) << 16 | tag_of(hash);
}

static void skip_name(struct rd *r)
{
	for (uint8_t n = rd_u8(r); n && !r->bad; n = rd_u8(r)) {
		if (n >= 0xc0) {
			(void)rd_u8(r);
			return;
		}
		(void)rd_take(r, n);
	}
}

void dns_entry_of(struct str printed, uint16_t *ttl_at, struct dns_entry *out)
{
	struct rd r = rd_over(printed);
	struct dns_entry e = { .life_s = 1, .ttl_at = ttl_at };
	(void)rd_u16(&r);
	e.flags = rd_u16(&r) & (DNS_RCODE | DNS_TC);
	(void)rd_u16(&r);
	for (int s = 0; s < DNS_SECTIONS; s++)
		e.n[s] = rd_u16(&r);
	skip_name(&r);
	(void)rd_u32(&r);
	const uint8_t *start = r.p;
	for (size_t i = (size_t)e.n[0] + e.n[1] + e.n[2]; i > 0; i--) {
		skip_name(&r);
		(void)rd_u32(&r);
		ttl_at[e.ttls++] = (uint16_t)(r.p - start);
		(void)rd_u32(&r);
		(void)rd_bytes(&r, rd_u16(&r));
	}
	assert(!r.bad && rd_left(&r) == 0);             /* we printed it */
	e.body = (struct str){ (const char *)start, (size_t)(r.p - start) };
	*out = e;
}
