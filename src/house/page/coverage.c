/* Who is protected how: every active person's filter profile, way to report, and agreement (1-08). */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/agreement/roll.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"

enum { SHOWN_MAX = 200 };

/* Signed in they report by name; a pupil without a sign-in tells the teacher of the class, a family the office. */
static bool reports(const struct roll_row *r)
{
	return r->p.username.n || r->p.email.n || r->p.class_id || r->p.kind == KIND_PARENT || r->p.kind == KIND_VISITOR;
}

static struct str gaps_of(struct page_ctx *c, const struct roll_row *r)
{
	struct str group = agreement_group(c->db, c->arena, &r->p);
	return arena_fmt(c->arena, "%s%s%s", group.n ? "" : "No filter profile. ", reports(r) ? "" : "No way to report. ", r->in_force ? "" : "No agreement is in force for them. ");
}

static struct str standing_words(const struct roll_row *r)
{
	switch (r->standing) {
	case STANDING_CURRENT: return STR("signed");
	case STANDING_GRACE: return STR("days of grace");
	case STANDING_DECLINED: return STR("said no for now: filtered, not let on");
	default: return STR("not signed: filtered, not let on");
	}
}

static void count(struct page_ctx *c, const struct roll_row *r, struct view_coverage *v, struct view_coverage_groups *groups)
{
	struct str kind = str_z(kind_title(r->p.kind)), group = agreement_group(c->db, c->arena, &r->p);
	struct str name = arena_fmt(c->arena, "%.*s, filtered as %.*s, %.*s", STRF(kind), STRF(group.n ? filter_group_title(group) : STR("nobody")), STRF(standing_words(r)));
	for (size_t i = 0; i < v->n_groups; i++)
		if (str_eq(groups[i].name, name)) {
			groups[i].n++;
			return;
		}
	if (v->n_groups < SHOWN_MAX)
		groups[v->n_groups++] = (struct view_coverage_groups){ name, 1 };
}

enum err coverage_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct roll_row *r;
	size_t n;
	TRY(agreement_roll(&st, c->arena, c->school, clock_utc(), &r, &n));
	struct view_coverage v = { .people = (int64_t)n };
	struct view_coverage_groups *groups = arena_array(c->arena, struct view_coverage_groups, SHOWN_MAX);
	struct view_coverage_rows *rows = arena_array(c->arena, struct view_coverage_rows, SHOWN_MAX);
	for (size_t i = 0; i < n; i++) {
		struct str gaps = gaps_of(c, &r[i]);
		count(c, &r[i], &v, groups);
		v.uncovered += gaps.n > 0;
		if (gaps.n && v.n_rows < SHOWN_MAX)
			rows[v.n_rows++] = (struct view_coverage_rows){ arena_fmt(c->arena, "/people/%lld", (long long)r[i].p.id), r[i].p.name, gaps };
	}
	v.groups = groups;
	v.rows = rows;
	page_begin(c, "Who is protected, and how");
	view_coverage_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
