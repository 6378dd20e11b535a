#include "house/store/chain.h"

#include <assert.h>

#include "base/hash.h"
#include "base/wr.h"

/* Pieces for one digest: numbers as 8 bytes, texts behind their length. */
struct pieces {
	struct str v[2 * CHAIN_FIELDS_MAX];
	uint8_t room[CHAIN_FIELDS_MAX][8];
	size_t n, used;
};

static void number(struct pieces *p, int64_t v)
{
	assert(p->used < CHAIN_FIELDS_MAX);
	struct wr w = wr_over(p->room[p->used], 8);
	wr_u64(&w, (uint64_t)v);
	p->v[p->n++] = (struct str){ (const char *)p->room[p->used++], 8 };
}

static void text(struct pieces *p, struct str s)
{
	number(p, (int64_t)s.n);
	p->v[p->n++] = (struct str){ s.p ? s.p : "", s.n };
}

static void done(struct pieces *p, uint8_t out[CHAIN_DIGEST]) { hash_sha256v(p->v, p->n, out); }

void chain_digest(const struct chain_record *r, const uint8_t before[CHAIN_DIGEST], uint8_t out[CHAIN_DIGEST])
{
	struct pieces p = { 0 };
	text(&p, STR("gatehouse audit 1"));
	text(&p, (struct str){ (const char *)before, CHAIN_DIGEST });
	number(&p, r->school);
	number(&p, r->seq);
	number(&p, r->at_utc);
	number(&p, r->person);
	text(&p, r->what);
	text(&p, r->why);
	text(&p, r->about_kind);
	number(&p, r->about);
	text(&p, r->content);
	done(&p, out);
}

void chain_version(const struct chain_version *v, const uint8_t texts[CHAIN_DIGEST], uint8_t out[CHAIN_DIGEST])
{
	struct pieces p = { 0 };
	text(&p, v->said.n ? STR("gatehouse entry 2") : STR("gatehouse entry 1"));
	number(&p, v->school);
	number(&p, v->entry);
	number(&p, v->version);
	number(&p, v->parent);
	number(&p, v->class);
	number(&p, v->by_person);
	number(&p, v->at_utc);
	text(&p, v->reg);
	text(&p, v->state);
	if (v->said.n) {
		text(&p, v->said);
	} else {
		text(&p, v->body);
		text(&p, v->why);
	}
	text(&p, (struct str){ (const char *)texts, CHAIN_DIGEST });
	done(&p, out);
}

void chain_said(struct str salt, struct str body, struct str why, uint8_t out[CHAIN_DIGEST])
{
	struct pieces p = { 0 };
	text(&p, STR("gatehouse said 1"));
	text(&p, salt);
	text(&p, body);
	text(&p, why);
	done(&p, out);
}

void chain_text(uint8_t running[CHAIN_DIGEST], struct str field, int64_t key, struct str sealed)
{
	struct pieces p = { 0 };
	text(&p, (struct str){ (const char *)running, CHAIN_DIGEST });
	text(&p, field);
	number(&p, key);
	text(&p, sealed);
	uint8_t out[CHAIN_DIGEST];
	done(&p, out);
	memcpy(running, out, sizeof out);
}
