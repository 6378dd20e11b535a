/* What a school year still lacks, each gap with the clause that asks for it. */
#include "base/time.h"
#include "house/account/people.h"
#include "house/curriculum/map.h"
#include "house/procedure/profile.h"

struct gaps { struct arena *a; struct plan_gap *v; size_t n; bool fine; };

static void add(struct gaps *g, const char *clause, struct str what)
{
	if (g->n < PLAN_GAPS_MAX)
		g->v[g->n++] = (struct plan_gap){ clause, what, g->fine };
}

static bool any_occasion(const struct teaching *t, uint32_t audiences, const char *kind, const char *tag)
{
	for (size_t i = 0; i < t->n_occasions; i++) {
		const struct occasion *e = &t->occasions[i];
		if ((!audiences || e->audiences & audiences) && (!kind || str_is(e->kind, kind)) && (!tag || words_have(e->tags, str_z(tag))))
			return true;
	}
	return false;
}

static bool any_lesson(const struct teaching *t, const char *kind, int year)
{
	for (size_t i = 0; i < t->n_lessons; i++)
		if ((!kind || str_is(t->lessons[i].kind, kind)) && (year < 0 || t->lessons[i].year == year))
			return true;
	return false;
}

/* Somebody heard of something with this tag: children in a lesson, others at an occasion or by an outcome that it covered. */
static bool tagged(const struct teaching *t, enum audience a, const char *tag)
{
	if (any_occasion(t, AUDIENCE_BIT(a), NULL, tag))
		return true;
	for (size_t i = 0; i < t->c->n_outcomes; i++)
		if (outcome_has(&t->c->outcomes[i], tag) && map_audience(t, &t->c->outcomes[i], a).cover != COVER_GAP)
			return true;
	return false;
}

static const enum audience all_three[] = { AUDIENCE_LEARNERS, AUDIENCE_STAFF, AUDIENCE_PARENTS };

static void audience_gaps(struct gaps *g, const struct teaching *t)
{
	for (size_t i = 0; i < ARRAY_N(all_three); i++) {
		enum audience a = all_three[i];
		bool some = any_occasion(t, AUDIENCE_BIT(a), NULL, NULL) || (a == AUDIENCE_LEARNERS && any_lesson(t, NULL, -1));
		if (!some)
			add(g, "1-09", arena_fmt(g->a, "%s: nothing is planned this year.", audience_title(a)));
		if (!tagged(t, a, "expectations"))
			add(g, "6-10", arena_fmt(g->a, "%s: nothing about how people are expected to behave online.", audience_title(a)));
	}
	if (!any_occasion(t, AUDIENCE_BIT(AUDIENCE_PARENTS), "session", NULL))
		add(g, "5.4-03", STR("Parents and carers: no session is planned."));
}

/* Outcomes that more than the children must hear of. */
static void topic_gaps(struct gaps *g, const struct teaching *t)
{
	for (size_t i = 0; i < t->c->n_outcomes; i++) {
		const struct outcome *o = &t->c->outcomes[i];
		for (int a = 0; a < N_AUDIENCES; a++)
			if (o->audiences != AUDIENCE_BIT(AUDIENCE_LEARNERS) && o->audiences & AUDIENCE_BIT(a) && map_audience(t, o, (enum audience)a).cover == COVER_GAP)
				add(g, arena_z(g->a, str_upto(o->clauses, o->clauses.n && str_chr(o->clauses, ' ') > 0 ? (size_t)str_chr(o->clauses, ' ') : o->clauses.n)),
				    arena_fmt(g->a, "%s: nothing on \"%.*s\".", audience_title((enum audience)a), STRF(o->title)));
	}
}

static void event_gaps(struct gaps *g, const struct teaching *t, const struct profile *p)
{
	if (!any_occasion(t, 0, "national", NULL))
		add(g, "4.2-10", STR("No national day or week, such as Safer Internet Day."));
	if (!any_occasion(t, 0, "local", NULL))
		add(g, "4.2-10", STR("No local event."));
	if (profile_yes(p, "edu.peer_education") && !any_lesson(t, "peer", -1))
		add(g, "5.1-14", STR("Children teach children: nothing is planned."));
	for (int y = 0; y < CURRICULUM_YEARS; y++)
		if (t->years & YEAR_BIT(y) && map_last_of_stage(y) && !any_lesson(t, "transition", y))
			add(g, "5.1-15", arena_fmt(g->a, "%s: no lesson before they move to the next key stage.", year_title(y)));
}

static void strand_gaps(struct gaps *g, const struct teaching *t)
{
	for (size_t s = 0; s < t->c->n_strands; s++)
		for (int y = 0; y < CURRICULUM_YEARS; y++)
			if (t->years & YEAR_BIT(y) && map_strand(t, s, y).cover == COVER_GAP)
				add(g, "4.1-09", arena_fmt(g->a, "%s: nothing in \"%.*s\".", year_title(y), STRF(t->c->strands[s].title)));
}

static void outcome_gaps(struct gaps *g, const struct teaching *t)
{
	for (size_t i = 0; i < t->c->n_outcomes; i++) {
		const struct outcome *o = &t->c->outcomes[i];
		for (int y = 0; y < CURRICULUM_YEARS; y++)
			if (o->clauses.n && t->years & o->years & YEAR_BIT(y) && map_outcome(t, o, y).cover == COVER_GAP)
				add(g, arena_z(g->a, str_upto(o->clauses, str_chr(o->clauses, ' ') > 0 ? (size_t)str_chr(o->clauses, ' ') : o->clauses.n)),
				    arena_fmt(g->a, "%s: nothing on \"%.*s\".", year_title(y), STRF(o->title)));
	}
}

/* Each class has a lesson in each part of the year (7.3.1-12). */
static void term_gaps(struct gaps *g, const struct teaching *t, const struct calendar *cal, int64_t now)
{
	int year = calendar_school_year(now);
	int64_t at = calendar_day(year, 9, 1), end = calendar_day(year + 1, 9, 1);
	while (at < end) {
		struct season_span s = calendar_season(cal, at);
		for (size_t k = 0; k < t->n_classes; k++)
			if (map_span(t, &t->classes[k], s.from_utc, s.to_utc).cover == COVER_GAP)
				add(g, "7.3.1-12", arena_fmt(g->a, "%.*s: no lesson in the %s term.", STRF(t->classes[k].name), season_word(s.season)));
		at = s.to_utc > at ? s.to_utc : end;
	}
}

size_t plan_gaps(struct arena *a, const struct teaching *t, const struct profile *p, const struct calendar *cal, int64_t now_utc, struct plan_gap out[PLAN_GAPS_MAX])
{
	struct gaps g = { a, out, 0, false };
	audience_gaps(&g, t);
	event_gaps(&g, t, p);
	topic_gaps(&g, t);
	term_gaps(&g, t, cal, now_utc);
	g.fine = true;
	strand_gaps(&g, t);
	outcome_gaps(&g, t);
	return g.n;
}
