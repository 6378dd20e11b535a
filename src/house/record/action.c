/* Steps that somebody adds to a case.  The procedure's own steps are not theirs to take away. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/record/inside.h"

enum { TITLE_MAX = 200, WORDS_MAX = 2000 };

static struct case_action action_of(const struct entry *e)
{
	struct case_action x = { .id = e->id, .owner = entry_int(e, "owner"), .due_utc = entry_int(e, "due"), .made_by = e->made_by,
		.made_utc = e->made_utc, .ended_utc = entry_int(e, "ended"), .state = e->state, .title = entry_value(e, "title"),
		.why = entry_value(e, "why"), .outcome = entry_value(e, "outcome") };
	x.overdue = str_is(x.state, "open") && x.due_utc < clock_utc();
	return x;
}

static int by_due(const void *a, const void *b)
{
	const struct case_action *x = a, *y = b;
	bool ox = str_is(x->state, "open"), oy = str_is(y->state, "open");
	if (ox != oy)
		return ox ? -1 : 1;
	return (x->due_utc > y->due_utc) - (x->due_utc < y->due_utc);
}

enum err case_actions(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct case_action **out, size_t *n)
{
	struct entry *all;
	TRY(case_under(k, a, school, e, "case-action", &all, n));
	struct case_action *list = arena_array(a, struct case_action, *n + 1);
	for (size_t i = 0; i < *n; i++)
		list[i] = action_of(&all[i]);
	if (*n)
		qsort(list, *n, sizeof *list, by_due);
	*out = list;
	return OK;
}

static void need_text(struct str v, const char *field, size_t max, const char *ask, struct diag *d)
{
	if (!str_trim(v).n || v.n > max || !str_utf8(v))
		diag_add(d, DIAG_ERROR, str_z(field), 0, "%s At most %zu characters.", ask, max);
}

/* Somebody who reads the case, and is not kept from it. */
static bool may_own(const struct entry *e, int64_t school, const struct action_in *in)
{
	struct entry_may theirs = record_may(school, in->owner, in->owner_roles);
	if (in->owner <= 0 || stands_as(e, in->owner, ENTRY_SUBJECT) || stands_as(e, in->owner, ENTRY_BARRED))
		return false;
	return (theirs.classes & ENTRY_BIT(e->class)) || stands_as(e, in->owner, ENTRY_ASSIGNED);
}

static enum err check(const struct entry *e, int64_t school, const struct action_in *in, struct diag *d)
{
	size_t before = d->errors;
	need_text(in->title, "action_title", TITLE_MAX, "Say what is to be done.", d);
	need_text(in->why, "action_why", WORDS_MAX, "Say why.", d);
	if (!may_own(e, school, in))
		diag_add(d, DIAG_ERROR, STR("action_owner"), 0, "Choose somebody who may read this case.");
	if (in->due_utc <= 0 || in->due_utc < time_uk_midnight(clock_utc()))
		diag_add(d, DIAG_ERROR, STR("action_due"), 0, "Say until when: a day from today on.");
	return d->errors > before ? ERR_INVALID : OK;
}

static enum err keep(const struct desk *k, const struct act *act, const struct entry *e, const struct action_in *in, struct diag *d,
                     int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	struct entry_person people[64];
	fields_text(&f, "title", str_trim(in->title));
	fields_text(&f, "why", in->why);
	fields_int(&a, &f, "owner", in->owner);
	fields_int(&a, &f, "due", in->due_utc);
	struct entry_in entry = { .reg = "case-action", .class = e->class, .state = "open", .parent = e->id, .fields = f.v, .n_fields = f.n,
		.people = people, .n_people = case_heirs(e, people, ARRAY_N(people)) };
	return entry_create(k->store, act, &entry, d, id);
}

enum err record_action_add(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                           const struct action_in *in, struct diag *d, int64_t *action)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	char link[LINK_MAX];
	int64_t made;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "open"))
		return ERR_STATE;
	TRY(check(&e, act->school, in, d));
	TRY(keep(k, act, &e, in, d, &made));
	TRY(case_note(k, act, &e, "action", arena_fmt(&a, "%.*s\nWhy: %.*s", STRF(str_trim(in->title)), STRF(in->why)), 0));
	snprintf(link, sizeof link, "/case/%lld", (long long)id);
	if (in->owner != act->person)
		TRY(notify_add(k->store->db, act, NOTICE_CASE_ACTION, in->owner, link, id, 0));
	TRY(case_acknowledge(k, act, &e));
	TRY(case_refresh(k, act, &e));
	TRY(db_tx_commit(&tx));
	*action = made;
	return OK;
}

enum err record_action_end(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                           int64_t action, bool done, struct str outcome, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e, x;
	struct fields f = { 0 };
	size_t before = d->errors;
	struct entry_may program = record_program(act->school);
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	TRY(entry_get(k->store, &a, &program, action, 0, &x));
	if (!str_is(x.reg, "case-action") || x.parent != id)
		return ERR_ABSENT;
	if (!str_is(x.state, "open") || !str_is(e.state, "open"))
		return ERR_STATE;
	need_text(outcome, "action_outcome", WORDS_MAX, done ? "Say what came of it." : "Say why it is dropped.", d);
	if (d->errors > before)
		return ERR_INVALID;
	fields_text(&f, "outcome", outcome);
	fields_int(&a, &f, "ended", clock_utc());
	struct entry_in in = { .reg = "case-action", .state = done ? "done" : "dropped", .fields = f.v, .n_fields = f.n };
	TRY(entry_update(k->store, act, &program, x.id, x.version, &in, d));
	TRY(case_note(k, act, &e, "action-end", arena_fmt(&a, "%.*s: %s. %.*s", STRF(entry_value(&x, "title")), done ? "done" : "dropped",
	                                                  STRF(outcome)), 0));
	TRY(case_refresh(k, act, &e));
	return db_tx_commit(&tx);
}
