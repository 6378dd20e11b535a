#include "policy/read/tokens.h"

#include "base/hash.h"
#include "base/mem.h"
#include "policy/read/table.h"

static int by_digest(const void *a, const void *b)
{
	return memcmp(((const struct token *)a)->digest, ((const struct token *)b)->digest, 32);
}

void token_digest(const uint8_t key[32], enum live_how how, struct str name, uint8_t out[32])
{
	AUTO(buf_done) struct buf b = buf_init(1024);
	buf_z(&b, how == LIVE_HOW_TICKET ? "login:" : "certificate:");
	buf_add(&b, name);
	hash_hmac(key, buf_str(&b), out);
}

/* The digest is an HMAC of what the device sent: how far a comparison got says nothing of a token. */
bool tokens_find(const struct tokens *t, const uint8_t digest[32], struct token_hit *out)
{
	if (!t->n)
		return false;
	struct token key = { 0 };
	memcpy(key.digest, digest, 32);
	const struct token *hit = bsearch(&key, t->v, t->n, sizeof *t->v, by_digest);
	if (hit)
		*out = hit->hit;
	return hit;
}

void tokens_sort(struct tokens *t)
{
	if (t->n > 1)
		qsort(t->v, t->n, sizeof *t->v, by_digest);
}

static void token_read(struct rd *r, struct token *v)
{
	struct str d = rd_bytes(r, 32);
	if (d.n)
		memcpy(v->digest, d.p, 32);
	v->hit.school = (int64_t)rd_u64le(r);
	v->hit.device = (int64_t)rd_u64le(r);
	v->hit.person = (int64_t)rd_u64le(r);
	v->hit.class_id = (int64_t)rd_u64le(r);
	v->hit.group = rd_u32le(r);
}

enum err tokens_read(struct str bytes, struct tokens *out)
{
	struct rd r = rd_over(bytes);
	AUTO(tokens_done) struct tokens t = { 0 };
	t.n = rd_count(&r, 68, TOKENS_MAX);
	t.v = mem_array(struct token, t.n + 1);
	for (size_t i = 0; i < t.n; i++) {
		token_read(&r, &t.v[i]);
		r.bad |= i && by_digest(&t.v[i - 1], &t.v[i]) >= 0;
	}
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	*out = t;
	t = (struct tokens){ 0 };
	return OK;
}

void tokens_write(const struct tokens *t, struct buf *out)
{
	tab_num(out, t->n, 4);
	for (size_t i = 0; i < t->n; i++) {
		const struct token *v = &t->v[i];
		buf_add(out, (struct str){ (const char *)v->digest, 32 });
		tab_num(out, (uint64_t)v->hit.school, 8);
		tab_num(out, (uint64_t)v->hit.device, 8);
		tab_num(out, (uint64_t)v->hit.person, 8);
		tab_num(out, (uint64_t)v->hit.class_id, 8);
		tab_num(out, v->hit.group, 4);
	}
}

void tokens_done(struct tokens *t)
{
	mem_free(&t->v);
	t->n = 0;
}

enum err tokens_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct tokens t;
	TRY(tokens_read(bytes, &t));
	tokens_done(&t);
	return OK;
}
