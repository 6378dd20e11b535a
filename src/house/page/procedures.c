/* The school's procedures, for everybody to read and to print (clause 10-14). */
#include "house/page/desk.h"
#include "house/page/leans.h"
#include "house/procedure/chart.h"

static const struct procedure *asked(const struct page_ctx *c)
{
	return c->web->library ? library_procedure(c->web->library, page_param(c, "id")) : NULL;
}

static struct str address_of(struct page_ctx *c, const struct procedure *p, const char *more)
{
	return arena_fmt(c->arena, "/procedures/%.*s%s", STRF(p->id), more);
}

enum err procedures_show(struct page_ctx *c)
{
	const struct library *l = c->web->library;
	if (!l)
		return ERR_UNSUPPORTED;
	struct view_procedures_rows *rows = arena_array(c->arena, struct view_procedures_rows, l->n + 1);
	for (size_t i = 0; i < l->n; i++)
		rows[i] = (struct view_procedures_rows){ .href = address_of(c, &l->procedures[i], ""), .title = l->procedures[i].title,
			.about = l->procedures[i].about };
	return page_show(c, procedures, "Procedures", .rows = rows, .n_rows = l->n);
}

static struct str after(struct page_ctx *c, const char *word, const struct proc_step *s)
{
	return arena_fmt(c->arena, "%s %.*s", word, STRF(s->title));
}

static const struct view_procedure_steps *step_rows(struct page_ctx *c, const struct procedure *p)
{
	struct view_procedure_steps *rows = arena_array(c->arena, struct view_procedure_steps, p->n + 1);
	for (size_t i = 0; i < p->n; i++) {
		const struct proc_step *s = &p->steps[i];
		struct str *lines = arena_array(c->arena, struct str, s->n_locks + s->n_needs + s->n_when + 1);
		size_t n = 0;
		for (size_t k = 0; k < s->n_when; k++)
			if (!s->when[k].is_param)
				lines[n++] = after(c, "Depends on:", &p->steps[s->when[k].step]);
		for (size_t k = 0; k < s->n_needs; k++)
			lines[n++] = after(c, "After:", &p->steps[s->needs[k]]);
		for (size_t k = 0; k < s->n_locks; k++)
			lines[n++] = after(c, "Locked until:", &p->steps[s->locks[k].step]);
		rows[i] = (struct view_procedure_steps){ .title = s->title, .text = s->text, .who = page_step_roles(c, s), .after = lines, .n_after = n };
	}
	return rows;
}

enum err procedure_show(struct page_ctx *c)
{
	const struct procedure *p = asked(c);
	if (!p)
		return ERR_ABSENT;
	page_about(c, "procedure", p->id);
	page_about(c, "first-step", STR_NONE);
	return page_show(c, procedure, "A procedure", .title = p->title, .about = p->about, .version = p->version,
		.chart = address_of(c, p, "/chart"), .never = p->never, .n_never = p->n_never, .steps = step_rows(c, p), .n_steps = p->n);
}

enum err procedure_chart_show(struct page_ctx *c)
{
	const struct procedure *p = asked(c);
	if (!p)
		return ERR_ABSENT;
	buf_clear(&c->reply.body);
	procedure_chart(p, &c->web->library->profile, &c->reply.body);
	c->reply.status = 200;
	c->reply.type = STR("image/svg+xml");
	return buf_ok(&c->reply.body);
}
