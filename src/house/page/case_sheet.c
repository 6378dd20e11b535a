/* A sheet for whoever outside the school is turned to: who asks, about whom, what was seen and what was agreed, from what the case says.
 * For the agency's own form, or in its place; Prevent and Channel among them. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/page/case.h"

static const struct case_step *recorded(const struct case_view *v, const struct proc_step *s)
{
	for (size_t i = 0; i < v->n_steps; i++)
		if (str_eq(v->steps[i].def->id, s->id) && v->steps[i].details.n)
			return &v->steps[i];
	return NULL;
}

/* What was recorded in this step and in those that come before it, the oldest first. */
static void gather(struct page_ctx *c, const struct case_view *v, const struct proc_step *s, struct view_case_sheet_facts *rows, size_t *n, uint64_t *seen)
{
	size_t at = (size_t)(s - v->procedure.steps);
	if (at >= v->procedure.n || at >= 64 || *seen & (UINT64_C(1) << at))
		return;
	*seen |= UINT64_C(1) << at;
	for (size_t i = 0; i < s->n_needs; i++)
		gather(c, v, &v->procedure.steps[s->needs[i]], rows, n, seen);
	const struct case_step *x = recorded(v, s);
	if (x)
		rows[(*n)++] = (struct view_case_sheet_facts){ .title = s->title, .text = x->details, .when = page_when(c, x->recorded_utc) };
}

static struct str agencies(struct page_ctx *c, const struct proc_step *s)
{
	struct str all = STR_NONE;
	for (size_t i = 0; i < s->n_contacts; i++) {
		const struct contact *x = contact_find(&c->web->library->contacts, s->contacts[i]);
		if (!x)
			continue;
		struct str phone = str_find(x->title, x->phone) < 0 ? x->phone : STR_NONE;      /* "Police, 999" says it already */
		all = arena_fmt(c->arena, "%.*s%s%.*s%s%.*s%s%.*s", STRF(all), all.n ? "\n" : "", STRF(x->title), phone.n ? ", " : "", STRF(phone),
		                x->web.n ? ", " : "", STRF(x->web));
	}
	return all;
}

static struct part_summary head_of(struct page_ctx *c, const struct case_view *v, const struct proc_step *s)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 8 + v->n_learners);
	size_t n = 0, n_family;
	const struct str *family = page_case_family(c, v, &n_family);
	struct str to = agencies(c, s);
	if (to.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_sheet_to), .value = to };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_sheet_from), .value = arena_fmt(c->arena, "%s\n%.*s", c->web->school_name, STRF(c->person->name)) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_sheet_when), .value = page_when(c, clock_utc()) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_cases_reference), .value = v->line.reference };
	for (size_t i = 0; i < v->n_learners; i++)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_sheet_child), .value = page_case_person(c, v, v->learners[i]) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_sheet_born), .value = page_text(TEXT_sheet_blank) };
	if (n_family)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_sheet_family), .value = page_join(c->arena, family, n_family, "\n") };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

enum err case_sheet_show(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id;
	uint64_t seen = 0;
	size_t n = 0;
	struct act act = page_act(c, "a sheet for a referral");
	TRY(case_open_whole(c, &k, &id, &v));
	const struct proc_step *s = procedure_step(&v.procedure, page_param(c, "step"));
	if (!s || !s->n_contacts)
		return ERR_ABSENT;
	TRY(record_looked_how(&k.desk, &act, id, LOOK_PRINT));
	struct view_case_sheet_facts *facts = arena_array(c->arena, struct view_case_sheet_facts, v.procedure.n + 1);
	gather(c, &v, s, facts, &n, &seen);
	return page_show(c, case_sheet, "A sheet for a referral", .id = id, .step = s->id, .title = s->title, .head = head_of(c, &v, s), .facts = facts, .n_facts = n,
		.words = entry_value(&v.entry, "words"), .said = entry_value(&v.entry, "said"));
}
