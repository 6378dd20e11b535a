/* Courses that people took elsewhere. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/training/inside.h"

static struct course course_of(const struct entry *e)
{
	return (struct course){ .id = e->id, .version = e->version, .state = e->state, .person = entry_i64(e, "person"), .on_utc = entry_utc(e, "on"),
		.title = entry_value(e, "title"), .provider = entry_value(e, "provider"), .hours = entry_value(e, "hours"), .module = entry_value(e, "module"),
		.learned = entry_value(e, "learned"), .note = entry_value(e, "note"), .judged_by = entry_i64(e, "judged-by"), .judged_utc = entry_utc(e, "judged") };
}

/* What a course may count for: something that is for this person, and is given by sessions. */
static bool counts_for(const struct training *t, struct str module)
{
	size_t i = training_module(t, module);
	return i < t->modules.n && !t->modules.v[i].reads.n && !t->modules.v[i].newcomers;
}

enum err course_add(const struct training *t, const struct act *act, const struct course *in, struct diag *d, int64_t *id)
{
	size_t before = d->errors;
	if (!str_trim(in->title).n)
		diag_add(d, DIAG_ERROR, STR("title"), 0, "Write what the course was called.");
	if (!str_trim(in->provider).n)
		diag_add(d, DIAG_ERROR, STR("provider"), 0, "Write who gave it.");
	if (!in->on_utc || in->on_utc > clock_utc())
		diag_add(d, DIAG_ERROR, STR("on"), 0, "Write the day of the course, today or earlier.");
	if (in->module.n && !counts_for(t, in->module))
		diag_add(d, DIAG_ERROR, STR("module"), 0, "Choose from the list, or nothing.");
	if (d->errors > before)
		return ERR_INVALID;
	const struct entry_field f[] = { { STR("person"), arena_id(t->a, in->person) }, { STR("title"), in->title }, { STR("provider"), in->provider },
		{ STR("on"), time_iso_date(t->a, in->on_utc) }, { STR("hours"), training_text(in->hours) }, { STR("module"), training_text(in->module) },
		{ STR("learned"), training_text(in->learned) } };
	struct entry_in e = { .reg = "training-course", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_create(t->store, act, &e, d, id);
}

enum err course_get(const struct training *t, int64_t id, struct course *out)
{
	struct entry e;
	TRY(training_entry(t, "training-course", id, &e));
	*out = course_of(&e);
	return OK;
}

enum err course_list(const struct training *t, int64_t person, const char *state, int64_t offset, int64_t limit, struct course **out, size_t *n, int64_t *total)
{
	struct entry_may may = training_may(t->school);
	struct entry_query q = { .reg = "training-course", .states = { state }, .order_by = "on", .offset = offset, .limit = limit };
	struct entry_page page;
	if (person)
		q.where[q.n_where++] = (struct entry_where){ "person", ENTRY_IS, person, STR_NONE };
	TRY(entry_list(t->store, t->a, &may, &q, &page));
	*out = arena_array(t->a, struct course, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = course_of(&page.entries[i]);
	*n = page.n;
	if (total)
		*total = page.total;
	return OK;
}

enum err course_judge(const struct training *t, const struct act *act, const struct course *c, bool counts, struct str note, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	if (c->person == act->person)
		return ERR_FORBIDDEN;
	if (!str_is(c->state, "said"))
		return ERR_STATE;
	if (!counts && !str_trim(note).n)
		return diag_fail(d, STR("note"), 0, "Write why it does not count: the person reads it.");
	const struct entry_field f[] = { { STR("note"), training_text(note) }, { STR("judged"), time_iso(t->a, clock_utc()) }, { STR("judged-by"), arena_id(t->a, act->person) } };
	TRY(db_tx_begin(t->store->db, &tx));
	TRY(training_change(t, act, c->id, c->version, counts ? "confirmed" : "refused", f, ARRAY_N(f), d));
	if (counts && c->module.n)
		TRY(training_had(t, act, c->person, c->module, c->on_utc, c->id, "course"));
	return db_tx_commit(&tx);
}
