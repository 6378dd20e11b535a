/* Who is told first of a report: one table, the profile's (spec of the router: the topic's recipients, then oversight). */
#include "base/mem.h"
#include "house/record/inside.h"

static const struct param *recipients_of(const struct desk *k, struct str procedure)
{
	const struct topic *t = topic_of_procedure(&k->library->topics, procedure);
	return profile_param(&k->library->profile, t ? t->recipients : STR("safeguarding.recipients"));
}

bool record_teacher_told(const struct desk *k, struct str procedure)
{
	const struct param *p = recipients_of(k, procedure);
	for (size_t i = 0; p && i < p->n_values; i++)
		if (str_is(p->values[i], "teacher"))
			return true;
	return false;
}

static enum err tell_child_case(struct circle *c, const struct report *r, struct str procedure)
{
	enum notice what = r->danger ? NOTICE_DANGER : NOTICE_CONCERN_NEW;
	const struct param *p = recipients_of(c->k, procedure);
	for (size_t i = 0; p && i < p->n_values; i++) {
		bool technician = str_is(p->values[i], "technician");
		if (technician && (r->words.n || r->said.n || r->pictures.n || r->n_barred || r->origin == ORIGIN_TELL))
			continue;         /* a child's words and wishes are not for technical staff */
		if (str_is(p->values[i], "teacher"))
			continue;         /* any teacher may be told: the one whom the reporter chose, never all of them */
		TRY(circle_role(c, p->values[i], technician ? NOTICE_TECHNICAL : what));
	}
	if (record_teacher_told(c->k, procedure) && r->teacher)
		TRY(circle_person(c, r->teacher, what));
	for (size_t i = 0; i < r->n_team; i++)
		TRY(circle_person(c, r->team[i], what));
	size_t before = c->n_told;
	TRY(circle_param(c, "oversight.recipients", r->danger ? NOTICE_DANGER : NOTICE_OVERSIGHT));
	if (c->n_told == before)          /* oversight fell to somebody who is told already: a deputy joins */
		TRY(circle_role(c, STR("deputy"), NOTICE_OVERSIGHT));
	return OK;
}

/* Nobody of those named may see it: the next ones, up to the chair, who is then given the case. */
static enum err tell_fallback(struct circle *c)
{
	static const char *const next[] = { "dsl", "deputy", "head" };
	for (size_t i = 0; i < ARRAY_N(next) && !c->n_told; i++)
		TRY(circle_role(c, str_z(next[i]), NOTICE_CONCERN_NEW));
	if (!c->n_told) {
		TRY(circle_role(c, STR("chair"), NOTICE_CONCERN_NEW));
		c->chair = c->n_told ? c->told[0] : 0;
	}
	return OK;
}

enum err circle_report(struct circle *c, const struct report *r, struct str procedure, enum entry_class class)
{
	enum notice what = r->danger ? NOTICE_DANGER : NOTICE_CONCERN_NEW;
	if (class == ENTRY_CHAIR)
		return circle_role(c, STR("chair"), what);
	if (class == ENTRY_STAFF)
		return circle_role(c, STR("head"), what);
	TRY(tell_child_case(c, r, procedure));
	return tell_fallback(c);
}
