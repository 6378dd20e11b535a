/* Lines about the policies that the online safety policy leans on (4.1-03, 4.1-04, 11.7-02). */
#include "base/mem.h"
#include "house/page/leans.h"
#include "house/page/status_lines.h"

enum { NAMED = 3 };       /* the page behind the line names them all */

static struct evidence *line(struct status_lines *l, const char *name, int64_t now)
{
	assert(l->n < STATUS_LINES_MAX);
	l->v[l->n] = (struct status_line){ .name = str_z(name), .href = "/our-policies", .cap = CAP_POLICY_TEXT, .e = { .served = true, .at_utc = now } };      /* reported: what people entered */
	return &l->v[l->n++].e;
}

static void all(struct page_ctx *c, const struct linked_now *v, size_t n, int64_t now, struct status_lines *l)
{
	AUTO(buf_done) struct buf missing = buf_init(2000), overdue = buf_init(2000);
	size_t n_missing = 0;
	for (size_t i = 0; i < n; i++) {
		struct buf *b = !v[i].in_force ? &missing : v[i].overdue ? &overdue : NULL;
		n_missing += !v[i].in_force;
		if (b == &missing && n_missing > NAMED)
			continue;
		if (b)
			buf_fmt(b, "%s%.*s", b->n ? "; " : "", STRF(v[i].title));
	}
	struct evidence *e = line(l, "Policies that belong together", now);
	e->status = missing.n + overdue.n ? STATUS_RED : STATUS_GREEN;
	e->text = STR("All are registered, and none is past its review date.");
	if (n_missing > NAMED)
		buf_fmt(&missing, "; and %zu more", n_missing - NAMED);
	if (missing.n + overdue.n)
		e->text = arena_fmt(c->arena, "%s%.*s%s%s%.*s%s", overdue.n ? "Past the review date: " : "", STRF(buf_str(&overdue)), overdue.n ? ". " : "",
		                    missing.n ? "Not entered yet: " : "", STRF(buf_str(&missing)), missing.n ? "." : "");
}

static void conduct(const struct linked_now *v, size_t n, int64_t now, struct status_lines *l)
{
	const struct linked_now *x = linked_of(v, n, STR("conduct"));
	struct evidence *e = line(l, "Code of conduct for staff", now);
	bool good = x && x->in_force && x->technology;
	e->status = good ? STATUS_GREEN : STATUS_RED;
	e->text = good ? STR("A code of conduct is in force, and covers the use of technology.")
	          : x && x->in_force ? STR("Nobody has said that the code of conduct covers the use of technology.") : STR("No current code of conduct is registered.");
}

static void extremism(struct page_ctx *c, const struct linked_now *v, size_t n, int64_t now, struct status_lines *l)
{
	struct str word = linked_extremism(&c->web->library->profile, v, n);
	struct evidence *e = line(l, "Extremism and radicalisation policy", now);
	e->status = str_is(word, "adopted") ? STATUS_GREEN : word.n ? STATUS_AMBER : STATUS_RED;
	e->text = str_is(word, "adopted") ? STR("Adopted.") : word.n ? STR("Not adopted.") : page_text(TEXT_linked_extremism_gap);
}

enum err status_linked(struct page_ctx *c, int64_t now, struct status_lines *l)
{
	struct linked_now *v;
	size_t n;
	TRY(page_linked(c, &v, &n));
	all(c, v, n, now, l);
	conduct(v, n, now, l);
	extremism(c, v, n, now, l);
	return OK;
}
