#include "house/casefile/retention.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/record/record.h"
#include "house/store/audit.h"

static struct entry_may program(int64_t school) { return (struct entry_may){ .school = school, .classes = ~0u & ~1u }; }

static int64_t int_of(const struct entry *e, const char *field)
{
	int64_t v;
	return str_i64(entry_value(e, field), &v) == OK ? v : 0;
}

/* ---- one case ---- */

static int64_t born(const struct desk *k, struct arena *a, int64_t school, int64_t person)
{
	struct q_person_born_row row;
	int64_t day = 0;
	if (!person || q_person_born_one(k->store->db, a, &(struct q_person_born_args){ .school = school, .id = person }, &row) != OK)
		return 0;
	return time_read_date(row.born, &day) == OK ? day : 0;
}

static int64_t event_of(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, enum retention_from from)
{
	struct person p;
	int64_t who = int_of(e, "subject");
	switch (from) {
	case RETAIN_BIRTH:  return born(k, a, school, who);
	case RETAIN_CLOSED: return int_of(e, "closed");
	case RETAIN_LEFT:   return who && person_get(k->store->db, a, school, who, &p) == OK ? p.left_utc : 0;
	default:            return 0;
	}
}

enum err retention_of(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct case_keep *out)
{
	struct entry_may may = program(school);
	struct entry_page page;
	struct case_keep keep = { 0 };
	TRY(entry_list(k->store, a, &may, &(struct entry_query){ .reg = "case-keep", .parent = e->id, .limit = 1 }, &page));
	if (page.n) {
		const struct entry *x = &page.entries[0];
		keep = (struct case_keep){ .id = x->id, .version = x->version, .due_utc = int_of(x, "due"), .rule = entry_value(x, "rule"),
			.hold = str_is(entry_value(x, "hold"), "yes"), .hold_why = entry_value(x, "hold_why"), .disposed = str_is(x->state, "disposed"),
			.held_by = x->changed_by, .held_utc = x->changed_utc };
	}
	const struct retention_rule *rule = keep.rule.n ? retention_find(&k->library->retention, keep.rule) : retention_for(&k->library->retention, e->reg);
	if (rule && !keep.rule.n)
		keep.rule = rule->id;
	if (rule && !keep.disposed)
		keep.due_utc = retention_due(rule, event_of(k, a, school, e, rule->from));
	*out = keep;
	return OK;
}

bool retention_held(const struct desk *k, int64_t school, const struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct case_keep keep;
	return retention_of(k, &a, school, e, &keep) != OK || keep.hold;      /* in doubt it is held */
}

static enum err put(const struct desk *k, const struct act *act, struct arena *a, const struct entry *e, const struct case_keep *now, struct str rule,
                    const char *hold, struct str why, const char *state, struct diag *d)
{
	struct entry_may may = program(act->school);
	const struct retention_rule *r = retention_find(&k->library->retention, rule);
	int64_t id, due = r ? retention_due(r, event_of(k, a, act->school, e, r->from)) : 0;
	struct entry_field f[] = { { STR("rule"), rule }, { STR("due"), due ? arena_fmt(a, "%lld", (long long)due) : STR("") }, { STR("hold"), str_z(hold) },
		{ STR("hold_why"), why.n ? why : now->hold_why.p ? now->hold_why : STR("") } };
	struct entry_in in = { .reg = "case-keep", .class = e->class, .state = state, .parent = e->id, .fields = f, .n_fields = ARRAY_N(f) };
	if (now->id)
		return entry_update(k->store, act, &may, now->id, now->version, &in, d);
	return entry_create(k->store, act, &in, d, &id);
}

enum err retention_set(const struct desk *k, const struct act *act, const struct entry *e, struct str rule, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct case_keep now;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(retention_of(k, &a, act->school, e, &now));
	if (now.disposed)
		return ERR_STATE;
	if (!retention_find(&k->library->retention, rule)) {
		diag_add(d, DIAG_ERROR, STR("rule"), 0, "Choose how long it is kept.");
		return ERR_INVALID;
	}
	TRY(put(k, act, &a, e, &now, rule, now.hold ? "yes" : "no", STR_NONE, NULL, d));
	return db_tx_commit(&tx);
}

enum err retention_hold(const struct desk *k, const struct act *act, const struct entry *e, bool on, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct case_keep now;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(retention_of(k, &a, act->school, e, &now));
	if (now.disposed)
		return ERR_STATE;
	if (!str_trim(why).n) {
		diag_add(d, DIAG_ERROR, STR("hold_why"), 0, "%s", on ? "Say who asks that it is not destroyed, and why." : "Say who says that it may be destroyed again.");
		return ERR_INVALID;
	}
	TRY(put(k, act, &a, e, &now, now.rule, on ? "yes" : "no", why, NULL, d));
	return db_tx_commit(&tx);
}

enum err retention_tick(const struct desk *k, int64_t school, int64_t most, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_cases_without_keep_row *rows;
	struct entry_may may = program(school);
	struct act act = { school, 0, "closed: how long it is kept" };
	size_t have;
	*n = 0;
	TRY(q_cases_without_keep(k->store->db, &a, &(struct q_cases_without_keep_args){ .school = school, .most = most }, &rows, &have));
	for (size_t i = 0; i < have; i++) {
		AUTO(arena_done) struct arena one = arena_init();
		struct entry e;
		TRY(entry_get(k->store, &one, &may, rows[i].id, 0, &e));
		const struct retention_rule *rule = retention_for(&k->library->retention, e.reg);
		if (!rule || e.destroyed)
			continue;
		TRY(put(k, &act, &one, &e, &(struct case_keep){ 0 }, rule->id, "no", STR_NONE, "kept", NULL));
		++*n;
	}
	return OK;
}

/* ---- what is due, what is held ---- */

static enum err proposal_of(const struct desk *k, struct arena *a, int64_t school, int64_t id, int64_t *out)
{
	struct entry_may may = program(school);
	struct entry_page page;
	struct entry_query q = { .reg = "disposal", .states = { "proposed" }, .where = { { "case", ENTRY_IS, id, STR_NONE } }, .n_where = 1, .limit = 1, .bare = true };
	TRY(entry_list(k->store, a, &may, &q, &page));
	*out = page.n ? page.entries[0].id : 0;
	return OK;
}

static enum err line_of(const struct desk *k, struct arena *a, const struct entry_may *may, const struct entry *keep, struct due_line *out)
{
	struct entry e;
	TRY(record_file(k, a, may, keep->parent, &e));
	*out = (struct due_line){ .id = e.id, .number = e.number, .due_utc = int_of(keep, "due"), .reg = e.reg, .rule = entry_value(keep, "rule"), .state = e.state };
	return proposal_of(k, a, may->school, e.id, &out->proposal);
}

enum err retention_list(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t upto_utc, bool held, int64_t offset,
                        struct due_line **out, size_t *n, int64_t *total)
{
	struct entry_page page;
	struct entry_query q = { .reg = "case-keep", .states = { "kept" }, .offset = offset, .limit = RETENTION_PAGE,
		.where = { { "hold", ENTRY_IS, 0, held ? STR("yes") : STR("no") }, { "due", ENTRY_UPTO, upto_utc, STR_NONE } }, .n_where = held ? 1 : 2 };
	if (!held) {
		q.order_by = "due";
		q.ascending = true;
	}
	TRY(entry_list(k->store, a, may, &q, &page));
	struct due_line *list = arena_array(a, struct due_line, page.n + 1);
	size_t kept = 0;
	for (size_t i = 0; i < page.n; i++) {
		enum err e = line_of(k, a, may, &page.entries[i], &list[kept]);
		if (e == OK && (held || str_is(list[kept].state, "closed")))
			kept++;
		else if (e != OK && e != ERR_ABSENT)
			return e;
	}
	*out = list;
	*n = kept;
	*total = page.total;
	return OK;
}

/* ---- disposal ---- */

static enum err stands_against(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct case_keep *keep, struct diag *d)
{
	const char *why = NULL;
	TRY(retention_of(k, a, school, e, keep));
	if (keep->hold)
		why = "This case must not be destroyed: it is on hold. The hold stands above every rule.";
	else if (keep->disposed || e->destroyed)
		why = "It was disposed of before.";
	else if (!str_is(e->state, "closed"))
		why = "This case is still open.";
	else if (!keep->due_utc || keep->due_utc > clock_utc())
		why = "It is not due yet. Check the rule by which it is kept; for a child's file the date of birth must be known.";
	if (!why)
		return OK;
	diag_add(d, DIAG_ERROR, STR("dispose_why"), 0, "%s", why);
	return ERR_STATE;
}

static struct disposal read_disposal(const struct entry *e)
{
	return (struct disposal){ .id = e->id, .version = e->version, .case_id = int_of(e, "case"), .by = e->made_by, .second = int_of(e, "second"),
		.at_utc = int_of(e, "second_on"), .proposed_utc = e->made_utc, .state = e->state, .what = entry_value(e, "what"), .rule = entry_value(e, "rule"),
		.due = entry_value(e, "due"), .why = entry_value(e, "why"), .second_why = entry_value(e, "second_why") };
}

static struct str what_is(struct arena *a, const struct entry *e)
{
	const char *words = str_is(e->reg, "case") ? "Safeguarding case" : str_is(e->reg, "allegation") ? "Allegation" : "Allegation against the headteacher";
	return arena_fmt(a, "%s number %lld, opened %.*s", words, (long long)e->number, STRF(time_date_words(a, e->made_utc)));
}

enum err disposal_propose(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d, int64_t *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct case_keep keep;
	int64_t before;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(record_file(k, &a, may, id, &e));
	if (!str_trim(why).n) {
		diag_add(d, DIAG_ERROR, STR("dispose_why"), 0, "Say why, for the certificate. Name nobody.");
		return ERR_INVALID;
	}
	TRY(stands_against(k, &a, act->school, &e, &keep, d));
	TRY(proposal_of(k, &a, act->school, id, &before));
	if (before)
		return ERR_EXISTS;
	struct entry_field f[] = { { STR("case"), arena_fmt(&a, "%lld", (long long)id) }, { STR("what"), what_is(&a, &e) }, { STR("rule"), keep.rule },
		{ STR("due"), time_date_words(&a, keep.due_utc) }, { STR("why"), str_upto(why, RETENTION_TEXT_MAX) } };
	struct entry_in in = { .reg = "disposal", .class = e.class, .state = "proposed", .parent = id, .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_create(k->store, act, &in, d, out));
	return db_tx_commit(&tx);
}

static enum err waiting(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct disposal *out, struct entry *e)
{
	TRY(disposal_get(k, a, may, id, out));
	if (!str_is(out->state, "proposed"))
		return ERR_STATE;
	return record_file(k, a, may, out->case_id, e);
}

static enum err settle(const struct desk *k, const struct act *act, struct arena *a, const struct disposal *x, const char *state, struct str why, struct diag *d)
{
	struct entry_may may = program(act->school);
	struct entry_field f[] = { { STR("second"), arena_fmt(a, "%lld", (long long)act->person) }, { STR("second_on"), arena_fmt(a, "%lld", (long long)clock_utc()) },
		{ STR("second_why"), str_upto(why.p ? why : STR(""), RETENTION_TEXT_MAX) } };
	struct entry_in in = { .reg = "disposal", .state = state, .fields = f, .n_fields = ARRAY_N(f) };
	return entry_update(k->store, act, &may, x->id, x->version, &in, d);
}

enum err disposal_confirm(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct disposal x;
	struct entry e;
	struct case_keep keep;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(waiting(k, &a, may, id, &x, &e));
	if (x.by == act->person)
		return ERR_FORBIDDEN;
	TRY(stands_against(k, &a, act->school, &e, &keep, d));
	TRY(settle(k, act, &a, &x, "done", why, d));
	TRY(put(k, act, &a, &e, &keep, keep.rule, "no", STR_NONE, "disposed", d));
	TRY(entry_erase(k->store, act, e.id, x.id));
	TRY(audit_add(k->store->db, act, "case.disposed", (struct audit_about){ "case-file", e.id }, NULL));
	return db_tx_commit(&tx);
}

enum err disposal_refuse(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct disposal x;
	struct entry e;
	TRY(waiting(k, &a, may, id, &x, &e));
	if (!str_trim(why).n) {
		diag_add(d, DIAG_ERROR, STR("second_why"), 0, "Say why it stays.");
		return ERR_INVALID;
	}
	return settle(k, act, &a, &x, "refused", why, d);
}

enum err disposal_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct disposal *out)
{
	struct entry e;
	TRY(entry_get(k->store, a, may, id, 0, &e));
	if (!str_is(e.reg, "disposal"))
		return ERR_ABSENT;
	*out = read_disposal(&e);
	return OK;
}

enum err disposal_of(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t case_id, int64_t *out)
{
	struct entry_page page;
	struct entry_query q = { .reg = "disposal", .states = { "done" }, .where = { { "case", ENTRY_IS, case_id, STR_NONE } }, .n_where = 1, .limit = 1, .bare = true };
	TRY(entry_list(k->store, a, may, &q, &page));
	*out = page.n ? page.entries[0].id : 0;
	return OK;
}

enum err disposal_list(const struct desk *k, struct arena *a, const struct entry_may *may, const char *state, int64_t offset,
                       struct disposal **out, size_t *n, int64_t *total)
{
	struct entry_page page;
	TRY(entry_list(k->store, a, may, &(struct entry_query){ .reg = "disposal", .states = { state }, .offset = offset, .limit = RETENTION_PAGE }, &page));
	struct disposal *list = arena_array(a, struct disposal, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = read_disposal(&page.entries[i]);
	*out = list;
	*n = page.n;
	*total = page.total;
	return OK;
}
