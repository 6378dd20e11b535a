/* The steps of a case as its page shows them: what to do now, what waits, what is settled. */
#include "base/mem.h"
#include "house/page/case.h"
#include "house/page/leans.h"

static const char *colour_of(const struct step_status *s)
{
	switch (s->state) {
	case STATE_OPEN:   return "blue";
	case STATE_LOCKED: return "yellow";
	case STATE_DONE:   return "green";
	default:           return "grey";
	}
}

static struct str why_of(struct page_ctx *c, const struct case_step *s)
{
	const struct step_status *t = &s->status;
	if (t->state == STATE_WAITING && t->why.n)
		return arena_fmt(c->arena, "After: %.*s", STRF(t->why));
	return t->why;
}

static struct str answer_label(const struct proc_step *s, const struct proc_entry *e)
{
	for (size_t i = 0; i < s->n_answers; i++)
		if (str_eq(s->answers[i].id, e->answer))
			return s->answers[i].label;
	return e->what == PROC_SKIPPED ? STR("does not apply") : STR("done");
}

struct str page_case_person(struct page_ctx *c, const struct case_view *v, int64_t person)
{
	for (size_t i = 0; i < v->n_adults; i++)
		if (v->adults[i].person == person)
			return arena_fmt(c->arena, "%.*s (%.*s)", STRF(v->adults[i].name), STRF(v->adults[i].relation));
	return page_who(c, person);
}

/* One line for each child or adult of the step; none when nobody is named, or one child is meant anyway. */
static struct part_case_step_people *people_of(struct page_ctx *c, const struct case_view *v, const struct proc_step *s, struct str href,
                                               size_t *n)
{
	const int64_t *all = s->each == EACH_ADULT ? v->facts.adults : v->facts.learners;
	*n = s->each == EACH_ADULT ? v->facts.n_adults : s->each == EACH_LEARNER && v->facts.n_learners > 1 ? v->facts.n_learners : 0;
	struct part_case_step_people *list = arena_array(c->arena, struct part_case_step_people, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const struct proc_entry *e = procedure_entry_for(s, &v->facts, all[i]);
		list[i] = (struct part_case_step_people){ .name = page_case_person(c, v, all[i]), .state = e ? answer_label(s, e) : STR_NONE,
			.href = href.n ? arena_fmt(c->arena, "%.*s?who=%lld", STRF(href), (long long)all[i]) : STR_NONE,
			.go = page_text(e ? TEXT_case_correct : TEXT_case_fill_in) };
	}
	return list;
}

/* A print says the day, and nothing in it is pressed. */
static struct part_case_step row_of(struct page_ctx *c, const struct case_view *v, const struct case_step *s, bool paper)
{
	const struct step_status *t = &s->status;
	bool open = str_is(v->line.state, "open") && !paper, blocked = !t->never_locked && (t->state == STATE_LOCKED || t->state == STATE_WAITING);
	bool settled = t->state == STATE_DONE || t->state == STATE_SKIPPED;
	struct str page = arena_fmt(c->arena, "/case/%lld/step/%.*s", (long long)v->line.id, STRF(s->def->id));
	struct str href = open && (t->state == STATE_OPEN || settled || (t->never_locked && t->state == STATE_WAITING)) ? page : STR_NONE;
	struct part_case_step row = { .title = s->def->title, .text = t->state == STATE_OPEN ? s->def->text : STR_NONE,
		.who = page_step_roles(c, s->def), .state = str_z(step_state_words(t->state)), .colour = str_z(colour_of(t)),
		.due = t->state == STATE_OPEN && t->due_utc ? arena_fmt(c->arena, "Due %.*s", STRF(paper ? page_when(c, t->due_utc) : page_due(c, t->due_utc))) : STR_NONE,
		.why = why_of(c, s), .details = s->details, .overdue = t->overdue, .late = t->late, .disorder = t->out_of_order,
		.by = s->recorded_utc ? arena_fmt(c->arena, "Recorded by %.*s on %.*s", STRF(page_who(c, s->by)),
		                                  STRF(page_when(c, s->recorded_utc))) : STR_NONE,
		.truth = open && blocked ? arena_fmt(c->arena, "%.*s?truth=yes", STRF(page)) : STR_NONE,
		.clauses = page_join(c->arena, s->def->clauses, s->def->n_clauses, ", ") };
	row.people = people_of(c, v, s->def, href, &row.n_people);
	row.href = row.n_people ? STR_NONE : href;
	row.go = page_text(!settled ? TEXT_case_fill_in : s->def->repeats ? TEXT_case_again : TEXT_case_correct);
	return row;
}

static int group_of(const struct step_status *s)
{
	return s->state == STATE_OPEN ? 0 : s->state == STATE_LOCKED || s->state == STATE_WAITING ? 1 : 2;
}

/* What is overdue stands first, then by the time it is due, then as the procedure has it. */
static bool sooner(const struct step_status *x, const struct step_status *y)
{
	if (x->overdue != y->overdue)
		return x->overdue;
	if ((x->due_utc != 0) != (y->due_utc != 0))
		return x->due_utc != 0;
	return x->due_utc < y->due_utc;
}

struct part_case_step *page_case_steps(struct page_ctx *c, const struct case_view *v, int group, size_t *n)
{
	struct part_case_step *rows = arena_array(c->arena, struct part_case_step, v->n_steps + 1);
	size_t *order = arena_array(c->arena, size_t, v->n_steps + 1), at = 0;
	for (size_t i = 0; i < v->n_steps; i++)
		if (group < 0 || group_of(&v->steps[i].status) == group) {
			size_t k = at++;
			for (; group == 0 && k > 0 && sooner(&v->steps[i].status, &v->steps[order[k - 1]].status); k--)
				order[k] = order[k - 1];
			order[k] = i;
		}
	for (size_t i = 0; i < at; i++) {
		rows[i] = row_of(c, v, &v->steps[order[i]], group < 0);
		rows[i].first = group == 0 && i == 0;
		if (group == 0 && i > 0 && !rows[i].overdue)
			rows[i].text = STR_NONE;          /* its own page says it: the list stays short */
	}
	*n = at;
	return rows;
}

void page_case_about(struct page_ctx *c, const struct case_view *v, const struct proc_step *s)
{
	c->leans_utc = v->line.opened_utc;
	if (v->limited)
		return;
	page_about(c, "procedure", v->procedure.id);
	if (!s)
		return;
	page_about(c, "step", s->id);
	if (v->n_steps && str_eq(v->steps[0].def->id, s->id))
		page_about(c, "first-step", STR_NONE);
}
