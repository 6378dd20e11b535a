#include "house/agreement/reading_list.h"

#include "base/mem.h"
#include "base/time.h"

static void digest(struct reading_text *r)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES);
	buf_fmt(&b, "%.*s\n%.*s\n", STRF(r->id), STRF(r->edition));
	for (size_t i = 0; i < r->n_points; i++)
		buf_fmt(&b, "%zu:%.*s\n", r->points[i].n, STRF(r->points[i]));
	for (size_t i = 0; i < r->n_questions; i++)
		buf_fmt(&b, "%zu:%.*s\n", r->questions[i].text.n, STRF(r->questions[i].text));
	hash_sha256(buf_str(&b), r->digest);
}

static enum err question_read(const struct conf *c, const struct conf_block *b, struct diag *d, struct question *q)
{
	size_t at = 0;
	const struct conf_pair *p;
	*q = (struct question){ .id = b->id, .text = conf_get(b, "text"), .why = conf_get(b, "why") };
	while ((p = conf_each(b, "choice", &at)) && q->n < READING_CHOICES)
		q->choices[q->n++] = p->value;
	TRY(conf_int(c, b, "right", 0, 1, (int64_t)q->n, d, &q->right));
	return q->text.n && q->why.n && q->n > 1 && q->right ? OK :
		diag_fail(d, c->file, b->line, "The question \"%.*s\" needs text, why, two choices and which one is right.", STRF(b->id));
}

enum err reading_text_load(struct arena *a, const char *data_dir, const char *name, struct diag *d, struct reading_text *out)
{
	struct conf c;
	TRY(conf_load(a, arena_fmt(a, "%s/reading/%s.conf", data_dir, name).p, d, &c));
	if (c.n < 2 || !str_is(c.blocks[1].kind, "reading"))
		return diag_fail(d, c.file, 1, "A reading begins with [reading ID].");
	const struct conf_block *b = &c.blocks[1];
	struct reading_text r = { .id = b->id, .title = conf_get(b, "title"), .edition = conf_get(b, "edition"), .address = conf_get(b, "address"),
		.audiences = conf_get(b, "for"), .lead = conf_get(b, "lead"), .yearly = str_is(conf_get(b, "yearly"), "yes"),
		.points = arena_array(a, struct str, c.n), .questions = arena_array(a, struct question, READING_QUESTIONS) };
	for (size_t i = 2; i < c.n; i++) {
		if (str_is(c.blocks[i].kind, "point"))
			r.points[r.n_points++] = conf_get(&c.blocks[i], "text");
		else if (r.n_questions < READING_QUESTIONS)
			TRY(question_read(&c, &c.blocks[i], d, &r.questions[r.n_questions++]));
	}
	digest(&r);
	*out = r;
	return OK;
}

int64_t reading_year_start(int64_t now_utc)
{
	struct civil c = time_uk(now_utc);
	return time_from_uk((struct civil){ .year = c.month >= 9 ? c.year : c.year - 1, .month = 9, .day = 1 });
}

enum err reading_policy(struct store *st, struct arena *a, int64_t school, struct document *doc, uint8_t digest_[SHA256_BYTES])
{
	TRY(document_active(st, a, school, doc));
	return hex_get(str_z(doc->digest), digest_, SHA256_BYTES);
}
