/* A case as a page shows it: its steps as they stand and what happened, oldest first. */
#include "base/clock.h"
#include "house/record/inside.h"

void case_line_of(const struct entry *e, struct case_line *l)
{
	int64_t now = clock_utc();
	*l = (struct case_line){ .id = e->id, .version = e->version, .subject = entry_int(e, "subject"), .reg = e->reg,
		.owner = entry_int(e, "owner"), .opened_utc = e->made_utc, .ack_due_utc = entry_int(e, "ack_due"),
		.ack_utc = entry_int(e, "ack"), .due_utc = entry_int(e, "due"), .state = e->state,
		.title = entry_value(e, "title"), .kind = entry_value(e, "kind"), .origin = entry_value(e, "origin"),
		.category = entry_value(e, "category"), .reference = entry_value(e, "reference"),
		.risk_area = entry_value(e, "risk_area"), .next = entry_value(e, "next"),
		.danger = str_is(entry_value(e, "danger"), "yes") };
	l->acknowledged = l->ack_utc != 0;
	l->overdue = str_is(e->state, "open") && ((l->due_utc && l->due_utc < now - 1800) || (l->ack_due_utc && l->ack_due_utc < now));
}

static struct str latest(const struct run *r, struct str step, struct case_step *out)
{
	for (size_t i = r->n; i-- > 0;)
		if (str_eq(r->facts[i].step, step)) {
			out->entry = r->entries[i].id;
			out->values = entry_value(&r->entries[i], "values");
			out->by = r->entries[i].made_by;
			out->recorded_utc = r->entries[i].made_utc;
			struct str reason = entry_value(&r->entries[i], "reason");
			return reason.n && r->facts[i].what != PROC_DONE ? reason : entry_value(&r->entries[i], "details");
		}
	return STR_NONE;
}

static void put_steps(struct arena *a, const struct run *r, struct case_view *v)
{
	v->steps = arena_array(a, struct case_step, r->p.n + 1);
	v->n_steps = r->p.n;
	for (size_t i = 0; i < r->p.n; i++) {
		v->steps[i] = (struct case_step){ .def = &v->procedure.steps[i], .status = r->status[i] };
		v->steps[i].details = latest(r, v->procedure.steps[i].id, &v->steps[i]);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct case_event *x = a, *y = b;
	if (x->at_utc != y->at_utc)
		return x->at_utc < y->at_utc ? -1 : 1;
	return (x->recorded_utc > y->recorded_utc) - (x->recorded_utc < y->recorded_utc);
}

static struct str note_title(const struct desk *k, struct str kind)
{
	const struct reg *r = registers_find(k->store->registers, STR("case-note"));
	const struct field *f = r ? reg_field(r, STR("kind")) : NULL;
	for (size_t i = 0; f && i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, kind))
			return f->choices[i].label;
	return kind;
}

/* What a step was called by a procedure that led the case before. */
static struct str former_title(const struct procedure *former, size_t n, struct str step)
{
	for (size_t i = 0; i < n; i++) {
		const struct proc_step *s = procedure_step(&former[i], step);
		if (s)
			return s->title;
	}
	return step;
}

enum { FORMER_MAX = 8 };

static size_t former_of(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct procedure *out)
{
	struct str rest = entry_value(e, "former"), word;
	size_t n = 0;
	int64_t text;
	while (n < FORMER_MAX && rest.n && str_next(&rest, ' ', &word))
		if (str_i64(word, &text) == OK && case_text(k, a, school, text, &out[n]) == OK)
			n++;
	return n;
}

/* A later record of the same step, about the same child or adult, corrects it or takes it back. */
static bool replaced(const struct run *r, size_t at)
{
	for (size_t i = at + 1; i < r->n; i++)
		if (str_eq(r->facts[i].step, r->facts[at].step) && r->facts[i].about == r->facts[at].about &&
		    entry_value(&r->entries[i], "reason").n)
			return true;
	return false;
}

static enum err put_chronology(const struct desk *k, struct arena *a, int64_t school, const struct run *r,
                               struct case_view *v)
{
	struct entry *notes;
	size_t n, at = 0;
	struct procedure *former = arena_array(a, struct procedure, FORMER_MAX);
	size_t n_former = former_of(k, a, school, &v->entry, former);
	TRY(case_under(k, a, school, &v->entry, "case-note", &notes, &n));
	v->chronology = arena_array(a, struct case_event, n + r->n + 1);
	int64_t happened = entry_int(&v->entry, "happened");
	v->chronology[at++] = (struct case_event){ .at_utc = happened ? happened : v->entry.made_utc,
		.recorded_utc = v->entry.made_utc, .by = v->entry.made_by, .title = STR("Reported"),
		.text = entry_value(&v->entry, "words") };
	for (size_t i = 0; i < r->n; i++) {
		ptrdiff_t s = procedure_find(&v->procedure, r->facts[i].step);
		struct str reason = entry_value(&r->entries[i], "reason"), details = entry_value(&r->entries[i], "details");
		v->chronology[at++] = (struct case_event){ .at_utc = r->facts[i].happened_utc, .recorded_utc = r->entries[i].made_utc,
			.by = r->entries[i].made_by, .title = s < 0 ? former_title(former, n_former, r->facts[i].step) : v->procedure.steps[s].title,
			.text = !reason.n ? details : details.n ? arena_fmt(a, "%.*sWhy: %.*s", STRF(details), STRF(reason)) : reason,
			.replaced = replaced(r, i),
			.out_of_order = s >= 0 && r->status[s].out_of_order && r->status[s].done_utc == r->facts[i].happened_utc };
	}
	for (size_t i = 0; i < n; i++)
		v->chronology[at++] = (struct case_event){ .at_utc = entry_int(&notes[i], "happened"), .recorded_utc = notes[i].made_utc,
			.by = notes[i].made_by, .title = note_title(k, entry_value(&notes[i], "kind")),
			.text = entry_value(&notes[i], "text") };
	v->n_chronology = at;
	qsort(v->chronology, at, sizeof *v->chronology, by_time);
	return OK;
}

/* An answer that was given shuts the case for documents. */
static bool answered_shut(const struct run *r)
{
	for (size_t i = 0; i < r->p.n; i++)
		for (size_t k = 0; k < r->p.steps[i].n_answers; k++)
			if (r->p.steps[i].answers[k].no_uploads && r->status[i].state == STATE_DONE &&
			    str_eq(r->status[i].answer, r->p.steps[i].answers[k].id))
				return true;
	return false;
}

enum err record_uploads(const struct desk *k, const struct entry_may *may, int64_t id, bool *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	struct run r = { 0 };
	struct procedure former[FORMER_MAX];
	TRY(case_for_work(k, &a, may, id, &e));
	TRY(case_run(k, &a, may->school, &e, &r));
	const struct procedure *now = library_procedure(k->library, r.p.id);
	bool ok = procedure_uploads(&r.p) && (!now || procedure_uploads(now)) && !answered_shut(&r);
	size_t n = former_of(k, &a, may->school, &e, former);
	for (size_t i = 0; i < n; i++) {
		const struct procedure *p = library_procedure(k->library, former[i].id);
		ok = ok && procedure_uploads(&former[i]) && (!p || procedure_uploads(p));
	}
	*out = ok;
	return OK;
}

enum err record_view(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_view *out)
{
	struct case_view v = { 0 };
	struct run r = { 0 };
	TRY(case_get(k, a, may, id, &v.entry, &v.limited));
	case_line_of(&v.entry, &v.line);
	v.limited = v.limited || v.entry.destroyed;      /* nothing of it is left to lead it by */
	if (!v.limited) {
		TRY(case_run(k, a, may->school, &v.entry, &r));
		v.procedure = r.p;
		put_steps(a, &r, &v);
		TRY(put_chronology(k, a, may->school, &r, &v));
		v.learners = r.learners;
		v.n_learners = r.n_learners;
		v.adults = r.adults;
		v.n_adults = r.n_adults;
		v.facts = r.given;
		TRY(case_actions(k, a, may->school, &v.entry, &v.actions, &v.n_actions));
		TRY(case_referrals(k, a, may->school, &v.entry, &v.referrals, &v.n_referrals));
		v.missing = arena_array(a, size_t, r.p.n + 1);
		v.n_missing = procedure_missing(&r.p, r.status, v.missing);
	}
	*out = v;
	return OK;
}
