#include "house/procedure/combine.h"

#include "base/buf.h"
#include "base/mem.h"

static void keep_step(const struct procedure *p, size_t i, bool *kept)
{
	const struct proc_step *s = &p->steps[i];
	if (kept[i])
		return;
	kept[i] = true;
	for (size_t k = 0; k < s->n_needs; k++)
		keep_step(p, s->needs[k], kept);
	for (size_t k = 0; k < s->n_locks; k++)
		keep_step(p, s->locks[k].step, kept);
	for (size_t k = 0; k < s->n_when; k++)
		if (!s->when[k].is_param)
			keep_step(p, s->when[k].step, kept);
}

/* A value of several lines is written as conf reads it: continued lines are indented. */
static void put_pair(struct buf *b, const struct conf_pair *p)
{
	struct str rest = p->value, line;
	buf_fmt(b, "%.*s = ", STRF(p->key));
	for (bool first = true; rest.n && str_next(&rest, '\n', &line); first = false)
		buf_fmt(b, "%s%.*s\n", first ? "" : "  ", STRF(line));
}

static void put_step(struct buf *b, const struct conf_block *s)
{
	buf_fmt(b, "\n[step %.*s]\n", STRF(s->id));
	for (size_t i = 0; i < s->n; i++)
		if (!str_is(s->pairs[i].key, "place"))
			put_pair(b, &s->pairs[i]);
}

static bool says(const struct procedure *p, struct str never)
{
	for (size_t i = 0; i < p->n_never; i++)
		if (str_eq(p->never[i], never))
			return true;
	return false;
}

static void put_nevers(struct buf *b, const struct procedure *before, const struct procedure *next)
{
	for (size_t i = 0; i < before->n_never; i++)
		if (!says(next, before->never[i]))
			buf_fmt(b, "never = %.*s\n", STRF(before->never[i]));
}

static void put_steps(struct buf *b, const struct conf *c, const struct procedure *before, const struct procedure *next)
{
	bool kept[PROC_STEPS_MAX] = { false };
	for (size_t i = 0; i < before->n; i++)
		if (before->steps[i].n_locks)
			keep_step(before, i, kept);
	for (size_t i = 0; i < before->n; i++) {
		/* a procedure's own steps stand before those of its frame */
		const struct conf_block *s = kept[i] && procedure_find(next, before->steps[i].id) < 0 ? conf_find(c, "step", before->steps[i].id) : NULL;
		if (s)
			put_step(b, s);
	}
}

/* Where the text of `next` goes on after its head: the line of its first step. */
static size_t head_end(struct str source)
{
	ptrdiff_t at = str_find(source, STR("\n[step "));
	return at < 0 ? source.n : (size_t)at + 1;
}

enum err procedure_combine(struct arena *a, const struct procedure *before, const struct procedure *next, struct diag *d,
                           struct procedure *out)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES / 2);
	struct conf c;
	size_t end = head_end(next->source);
	TRY(conf_parse(a, before->id, before->source, d, &c));
	buf_add(&b, str_upto(next->source, end));
	if (before->no_uploads && !next->no_uploads)
		buf_z(&b, "uploads = no\n");
	put_nevers(&b, before, next);
	put_steps(&b, &c, before, next);
	buf_z(&b, "\n");
	buf_add(&b, str_from(next->source, end));
	TRY(buf_ok(&b));
	return procedure_read(a, next->id, arena_str(a, buf_str(&b)), d, out);
}
