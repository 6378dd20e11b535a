/* One case: reading it, what stands under it, and the procedure that it began with. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/appointment.h"
#include "house/record/inside.h"

/* ---- small helpers ---- */

void fields_text(struct fields *f, const char *name, struct str value)
{
	assert(f->n < FIELDS_MAX);
	if (value.n)
		f->v[f->n++] = (struct entry_field){ str_z(name), value };
}

void fields_int(struct arena *a, struct fields *f, const char *name, int64_t value)
{
	fields_text(f, name, arena_fmt(a, "%lld", (long long)value));
}

int64_t entry_int(const struct entry *e, const char *field)
{
	int64_t v;
	return str_i64(entry_value(e, field), &v) == OK ? v : 0;
}

bool is_case_register(struct str reg)
{
	return str_is(reg, "case") || str_is(reg, "allegation") || str_is(reg, "allegation-head");
}

bool stands_as(const struct entry *e, int64_t person, enum entry_as as)
{
	for (size_t i = 0; i < e->n_people; i++)
		if (e->people[i].person == person && e->people[i].as == as)
			return true;
	return false;
}

enum err case_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *out,
                  bool *limited)
{
	struct entry e;
	TRY(entry_get(k->store, a, may, id, 0, &e));
	if (!is_case_register(e.reg))
		return ERR_ABSENT;
	*limited = !(may->classes & ENTRY_BIT(e.class)) && !stands_as(&e, may->person, ENTRY_ASSIGNED);
	*out = e;
	return OK;
}

enum err case_for_work(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *out)
{
	bool limited;
	struct entry e;
	TRY(case_get(k, a, may, id, &e, &limited));
	if (limited)
		return ERR_ABSENT;
	*out = e;
	return OK;
}

enum err case_put(const struct desk *k, const struct act *act, struct entry *e, const char *state, const struct fields *f)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct entry_may program = record_program(act->school);
	struct entry_in in = { .reg = NULL, .state = state, .fields = f->v, .n_fields = f->n };
	char reg[40];
	snprintf(reg, sizeof reg, "%.*s", STRF(e->reg));
	in.reg = reg;
	TRY(entry_update(k->store, act, &program, e->id, e->version, &in, &d));
	e->version++;
	return OK;
}

const char *const CASE_UNDER[5] = { "case-step", "case-note", "case-action", "referral", "case-block" };

/* What follows a case into its steps and notes: whoever must not see it, and whoever works on it. */
size_t case_heirs(const struct entry *e, struct entry_person *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < e->n_people && n < max; i++)
		if (e->people[i].as != ENTRY_AUTHOR)
			out[n++] = e->people[i];
	return n;
}

enum err case_child(const struct desk *k, const struct act *act, const struct entry *e, const char *reg,
                    const struct fields *f, struct diag *d)
{
	struct entry_person people[64];
	int64_t id;
	struct entry_in in = { .reg = reg, .class = e->class, .parent = e->id, .fields = f->v, .n_fields = f->n, .people = people };
	in.n_people = case_heirs(e, people, ARRAY_N(people));
	return entry_create(k->store, act, &in, d, &id);
}

enum err case_note_of(const struct desk *k, const struct act *act, const struct entry *e, const char *kind, struct str text,
                      int64_t happened_utc, struct str event_key)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct fields f = { 0 };
	fields_text(&f, "kind", str_z(kind));
	fields_text(&f, "text", text);
	fields_int(&a, &f, "happened", happened_utc ? happened_utc : clock_utc());
	fields_text(&f, "event_key", event_key);
	return case_child(k, act, e, "case-note", &f, &d);
}

enum err case_note(const struct desk *k, const struct act *act, const struct entry *e, const char *kind, struct str text,
                   int64_t happened_utc)
{
	return case_note_of(k, act, e, kind, text, happened_utc, STR_NONE);
}

/* ---- the procedure of a case ---- */

enum err procedure_keep(const struct desk *k, const struct act *act, const struct procedure *p, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct entry_may program = record_program(act->school);
	struct entry_query q = { .reg = "procedure-text", .where = { { "digest", ENTRY_IS, 0, p->digest } }, .n_where = 1,
		.bare = true };
	struct entry_page page;
	TRY(entry_list(k->store, &a, &program, &q, &page));
	if (page.n) {
		*id = page.entries[0].id;
		return OK;
	}
	struct fields f = { 0 };
	fields_text(&f, "procedure", p->id);
	fields_int(&a, &f, "version", p->version);
	fields_text(&f, "digest", p->digest);
	fields_text(&f, "source", p->source);
	struct entry_in in = { .reg = "procedure-text", .fields = f.v, .n_fields = f.n };
	return entry_create(k->store, act, &in, &d, id);
}

enum err case_text(const struct desk *k, struct arena *a, int64_t school, int64_t text, struct procedure *out)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct entry_may program = record_program(school);
	struct entry e;
	TRY(entry_get(k->store, a, &program, text, 0, &e));
	return procedure_read(a, STR("kept"), entry_value(&e, "source"), &d, out);
}

enum err case_procedure(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct procedure *out)
{
	return case_text(k, a, school, entry_int(e, "procedure_text"), out);
}

static int by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

/* All entries of one register under a case, oldest first. */
enum err case_under(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, const char *reg,
                      struct entry **out, size_t *n)
{
	struct entry_may program = record_program(school);
	struct entry *all = NULL;
	size_t have = 0;
	for (int64_t total = 1; (int64_t)have < total && have < PROC_ENTRIES_MAX;) {
		struct entry_query q = { .reg = reg, .parent = e->id, .offset = (int64_t)have, .limit = ENTRY_PAGE_MAX };
		struct entry_page page;
		TRY(entry_list(k->store, a, &program, &q, &page));
		struct entry *more = arena_array(a, struct entry, have + page.n + 1);
		if (have)
			memcpy(more, all, sizeof *all * have);
		if (page.n)
			memcpy(more + have, page.entries, sizeof *all * page.n);
		all = more;
		have += page.n;
		total = page.n ? page.total : 0;
	}
	if (have)
		qsort(all, have, sizeof *all, by_id);
	*out = all;
	*n = have;
	return OK;
}

static enum proc_what what_of(struct str word)
{
	return str_is(word, "undone") ? PROC_UNDONE : str_is(word, "skipped") ? PROC_SKIPPED : PROC_DONE;
}

enum err case_entries(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct proc_entry **out,
                      struct entry **entries, size_t *n)
{
	TRY(case_under(k, a, school, e, "case-step", entries, n));
	struct proc_entry *list = arena_array(a, struct proc_entry, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		const struct entry *x = &(*entries)[i];
		list[i] = (struct proc_entry){ .step = entry_value(x, "step"), .what = what_of(entry_value(x, "what")),
			.answer = entry_value(x, "answer"), .about = entry_int(x, "about"), .happened_utc = entry_int(x, "happened"), .recorded_utc = x->made_utc };
	}
	*out = list;
	return OK;
}
