#include "house/account/second.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"

static const struct { const char *word; second_fn *fn; } WHAT[SECOND_N] = {
#define SECOND_ROW_(name, word, fn) [name] = { word, fn },
	SECOND_TABLE(SECOND_ROW_)
#undef SECOND_ROW_
};

static struct entry_may all(int64_t school, int64_t person)
{
	return (struct entry_may){ .school = school, .person = person, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

/* ---- reading ---- */

static struct second second_from(const struct entry *e)
{
	struct second s = { .id = e->id, .version = e->version, .what = SECOND_N, .state = e->state, .title = entry_value(e, "title"),
		.terms = entry_value(e, "terms"), .why = entry_value(e, "why"), .note = entry_value(e, "note"), .about = entry_i64(e, "about"),
		.by = e->made_by, .opened_utc = e->made_utc, .until_utc = entry_utc(e, "until"), .decided_by = entry_i64(e, "decided-by"),
		.decided_utc = entry_utc(e, "decided-on") };
	for (int i = 0; i < SECOND_N; i++)
		if (str_is(entry_value(e, "what"), WHAT[i].word))
			s.what = (enum second_what)i;
	if (str_is(s.state, "waiting") && s.until_utc <= clock_utc())
		s.state = STR("expired");
	return s;
}

enum err second_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct second *out)
{
	struct entry_may may = all(school, 0);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "rights-change"))
		return ERR_ABSENT;
	*out = second_from(&e);
	return OK;
}

static enum err list(struct store *st, struct arena *a, int64_t school, const struct entry_query *q, struct second **out, size_t *n, int64_t *total)
{
	struct entry_may may = all(school, 0);
	struct entry_page page;
	TRY(entry_list(st, a, &may, q, &page));
	struct second *s = arena_array(a, struct second, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		s[i] = second_from(&page.entries[i]);
	*out = s;
	*n = page.n;
	if (total)
		*total = page.total;
	return OK;
}

enum err second_list(struct store *st, struct arena *a, int64_t school, bool waiting, int64_t offset, int64_t limit,
                     struct second **out, size_t *n, int64_t *total)
{
	struct entry_query q = { .reg = "rights-change", .offset = offset, .limit = limit };
	if (waiting)
		q.states[0] = "waiting";
	else
		memcpy(q.states, (const char *[ENTRY_STATES_MAX]){ "confirmed", "refused", "withdrawn", "expired" }, sizeof q.states);
	return list(st, a, school, &q, out, n, total);
}

enum err second_of(struct store *st, struct arena *a, int64_t school, int64_t about, struct second **out, size_t *n)
{
	struct entry_query q = { .reg = "rights-change", .states = { "waiting" }, .where = { { "about", ENTRY_IS, about, STR_NONE } }, .n_where = 1, .limit = 20 };
	return list(st, a, school, &q, out, n, NULL);
}

struct str second_term(const struct second *s, const char *key)
{
	struct str line, rest = s->terms;
	while (str_next(&rest, '\n', &line)) {
		ptrdiff_t eq = str_chr(line, '=');
		if (eq > 0 && str_is(str_trim(str_upto(line, (size_t)eq)), key))
			return str_trim(str_from(line, (size_t)eq + 1));
	}
	return STR_NONE;
}

/* ---- who ---- */

bool second_may(const struct second *s, int64_t person, role_set roles)
{
	if (!person || person == s->by || person == s->about)
		return false;
	for (int r = 0; r < role_count(); r++)
		if (roles & ROLE_BIT(r) && role_facts((enum role)r)->confirms)
			return true;
	return false;
}

/* Everybody who could confirm: neither who proposes nor whose rights they are. */
static enum err others(struct store *st, struct arena *a, int64_t school, int64_t by, int64_t about, int64_t **out, size_t *n)
{
	int64_t *people = arena_array(a, int64_t, 200);
	*n = 0;
	for (int r = 0; r < role_count(); r++) {
		int64_t *holders;
		size_t found;
		if (!role_facts((enum role)r)->confirms)
			continue;
		TRY(notify_holders(st->db, a, school, str_z(role_word((enum role)r)), &holders, &found));
		for (size_t i = 0; i < found && *n < 200; i++) {
			bool there = holders[i] == by || holders[i] == about;
			for (size_t k = 0; k < *n; k++)
				there = there || people[k] == holders[i];
			if (!there)
				people[(*n)++] = holders[i];
		}
	}
	*out = people;
	return OK;
}

/* ---- proposing ---- */

static enum err keep(struct store *st, struct arena *a, const struct act *act, const struct second_in *in, struct diag *d, int64_t *id)
{
	struct entry_field f[] = {
		{ STR("what"), str_z(WHAT[in->what].word) }, { STR("title"), in->title }, { STR("about"), arena_i64(a, in->about) }, { STR("terms"), in->terms },
		{ STR("why"), in->why }, { STR("until"), time_iso(a, clock_utc() + SECOND_DAYS * 86400) },
	};
	struct entry_in e = { .reg = "rights-change", .state = "waiting", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_create(st, act, &e, d, id));
	return audit_add(st->db, act, "rights.proposed", (struct audit_about){ "person", in->about }, NULL);
}

static enum err same_waits(struct store *st, struct arena *a, int64_t school, const struct second_in *in, struct diag *d)
{
	struct second *s;
	size_t n;
	TRY(second_of(st, a, school, in->about, &s, &n));
	for (size_t i = 0; i < n; i++)
		if (s[i].what == in->what && str_eq(s[i].terms, in->terms) && str_is(s[i].state, "waiting")) {
			diag_add(d, DIAG_ERROR, STR("role"), 0, "The same change waits for a second person already.");
			return ERR_EXISTS;
		}
	return OK;
}

static enum err decide(struct store *st, struct arena *a, const struct act *act, const struct second *s, const char *state, int64_t by, struct str note, struct diag *d)
{
	struct entry_may may = all(act->school, act->person);
	struct entry_field f[] = {
		{ STR("decided-by"), by ? arena_i64(a, by) : STR("") }, { STR("decided-on"), time_iso(a, clock_utc()) }, { STR("note"), note },
	};
	struct entry_in in = { .reg = "rights-change", .state = state, .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_update(st, act, &may, s->id, s->version, &in, d));
	return audit_add(st->db, act, arena_fmt(a, "rights.%s", state).p, (struct audit_about){ "person", s->about }, NULL);
}

/* What would run is tried and undone: its findings belong to whoever proposes. */
static enum err try_out(struct store *st, const struct act *act, const struct second *s, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	return WHAT[s->what].fn(st, act, s, d);
}

enum err second_propose(struct store *st, const struct act *act, const struct second_in *in, struct diag *d, int64_t *id, bool *at_once)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct second s = { .what = in->what, .about = in->about, .by = act->person, .terms = in->terms, .title = in->title, .why = in->why };
	int64_t *people, made;
	size_t n;
	if (in->about == act->person)
		return ERR_FORBIDDEN;
	if (!in->why.n) {
		diag_add(d, DIAG_ERROR, STR("why"), 0, "Say why.");
		return ERR_INVALID;
	}
	TRY(same_waits(st, &a, act->school, in, d));
	TRY(try_out(st, act, &s, d));
	TRY(others(st, &a, act->school, act->person, in->about, &people, &n));
	TRY(db_tx_begin(st->db, &tx));
	TRY(keep(st, &a, act, in, d, &made));
	if (n == 0) {
		TRY(second_get(st, &a, act->school, made, &s));
		TRY(decide(st, &a, act, &s, "confirmed", 0, STR("Nobody else in the school could confirm it yet."), d));
		TRY(WHAT[in->what].fn(st, act, &s, d));
	}
	for (size_t i = 0; i < n; i++)
		TRY(notify_add(st->db, act, NOTICE_RIGHTS, people[i], arena_fmt(&a, "/rights/%lld", (long long)made).p, made, 0));
	TRY(db_tx_commit(&tx));
	*id = made;
	*at_once = n == 0;
	return OK;
}

/* ---- deciding ---- */

static enum err waiting(struct store *st, struct arena *a, int64_t school, int64_t id, struct second *s)
{
	TRY(second_get(st, a, school, id, s));
	return str_is(s->state, "waiting") ? OK : ERR_STATE;
}

enum err second_confirm(struct store *st, const struct act *act, role_set roles, int64_t id, struct str note, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct second s;
	TRY(db_tx_begin(st->db, &tx));
	TRY(waiting(st, &a, act->school, id, &s));
	if (!second_may(&s, act->person, roles))
		return ERR_FORBIDDEN;
	s.decided_by = act->person;
	struct act proposer = { act->school, s.by, arena_z(&a, s.why) };
	TRY(decide(st, &a, act, &s, "confirmed", act->person, note, d));
	TRY(WHAT[s.what].fn(st, &proposer, &s, d));
	return db_tx_commit(&tx);
}

enum err second_refuse(struct store *st, const struct act *act, role_set roles, int64_t id, struct str note, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct second s;
	TRY(db_tx_begin(st->db, &tx));
	TRY(waiting(st, &a, act->school, id, &s));
	if (!second_may(&s, act->person, roles))
		return ERR_FORBIDDEN;
	TRY(decide(st, &a, act, &s, "refused", act->person, note, d));
	return db_tx_commit(&tx);
}

enum err second_withdraw(struct store *st, const struct act *act, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct second s;
	TRY(db_tx_begin(st->db, &tx));
	TRY(waiting(st, &a, act->school, id, &s));
	if (s.by != act->person)
		return ERR_FORBIDDEN;
	TRY(decide(st, &a, act, &s, "withdrawn", act->person, STR(""), &d));
	return db_tx_commit(&tx);
}

enum err second_lapse(struct store *st, int64_t school, int64_t now_utc, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { school, 0, "nobody answered" };
	struct entry_query q = { .reg = "rights-change", .states = { "waiting" }, .where = { { "until", ENTRY_UPTO, now_utc, STR_NONE } }, .n_where = 1, .limit = 200 };
	struct second *s;
	TRY(list(st, &a, school, &q, &s, n, NULL));
	for (size_t i = 0; i < *n; i++)
		TRY(decide(st, &a, &act, &s[i], "expired", 0, STR(""), &d));
	return OK;
}
