#include "house/visitor/visitor.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/store/audit.h"
#include "house/visitor/hour.h"

static const char *const words[VISIT_N] = { [VISIT_BOOKED] = "booked", [VISIT_IN] = "in", [VISIT_OUT] = "out", [VISIT_CANCELLED] = "cancelled" };
const char *visit_state_word(enum visit_state s) { return words[s]; }

enum { EARLY_S = 1800, DAY_S = 86400, DAY_M = 1440 };
static const int64_t FAR = INT64_C(1) << 40;

int visit_closing_minute(struct str day_close)
{
	int minute;
	if (!day_close.n || hour_read(day_close, &minute) != OK)
		return VISIT_CLOSING_M;
	return minute + VISIT_AFTER_M < DAY_M ? minute + VISIT_AFTER_M : DAY_M - 1;
}

int64_t visit_closing(int64_t now_utc, int minute)
{
	int m = minute ? minute : VISIT_CLOSING_M;
	struct civil t = time_uk(now_utc);
	t.hour = m / 60;
	t.minute = m % 60;
	t.second = 0;
	int64_t at = time_from_uk(t);
	return at > now_utc + EARLY_S ? at : time_uk_midnight(now_utc + DAY_S) - 1;
}

static bool comes_and_goes(enum person_kind k)
{
	return k == KIND_VISITOR || k == KIND_SUPPLY || k == KIND_CONTRACTOR || k == KIND_VOLUNTEER;
}

/* ---- reading ---- */

static struct visit visit_of(const struct q_visit_rows_row *r)
{
	struct visit v = { .id = r->id, .person = r->person, .host = r->host, .name = r->name, .organisation = r->organisation, .host_name = r->host_name,
		.purpose = r->purpose, .car = r->car, .badge = r->badge, .note = r->note, .due_utc = r->due_utc, .until_utc = r->until_utc,
		.in_utc = r->in_utc, .out_utc = r->out_utc, .in_by = r->in_by, .out_by = r->out_by, .agreed = (int)r->agreed, .network = r->network };
	if (kind_read(r->kind, &v.kind) != OK)
		v.kind = KIND_VISITOR;
	for (int s = 0; s < VISIT_N; s++)
		if (str_is(r->state, words[s]))
			v.state = (enum visit_state)s;
	return v;
}

enum err visit_get(struct db *db, struct arena *a, int64_t school, int64_t id, struct visit *out)
{
	struct q_visit_rows_row r;
	if (id <= 0)
		return ERR_ABSENT;
	TRY(q_visit_rows_one(db, a, &(struct q_visit_rows_args){ .school = school, .id = id, .words = STR("%"), .state = STR(""), .upto = FAR, .limit = 1 }, &r));
	*out = visit_of(&r);
	return OK;
}

enum err visit_list(struct db *db, struct arena *a, int64_t school, const struct visit_query *q, struct visit **out, size_t *n, int64_t *total)
{
	struct str like = person_like(a, str_upto(q->words, VISIT_TEXT_MAX)), state = str_z(q->any_state ? "" : words[q->state]);
	int64_t upto = q->upto_utc ? q->upto_utc : FAR;
	struct q_visit_total_row t;
	struct q_visit_rows_row *rows;
	TRY(q_visit_total_one(db, a, &(struct q_visit_total_args){ .school = school, .person = q->person, .words = like, .state = state,
		.from = q->from_utc, .upto = upto }, &t));
	TRY(q_visit_rows(db, a, &(struct q_visit_rows_args){ .school = school, .person = q->person, .words = like, .state = state, .from = q->from_utc,
		.upto = upto, .ascending = q->oldest_first, .limit = q->limit ? q->limit : 50, .offset = q->offset }, &rows, n));
	struct visit *list = arena_array(a, struct visit, *n + 1);
	for (size_t i = 0; i < *n; i++)
		list[i] = visit_of(&rows[i]);
	*out = list;
	if (total)
		*total = t.n;
	return OK;
}

enum err visit_known(struct db *db, struct arena *a, int64_t school, struct str letters, struct visit **out, size_t *n)
{
	struct q_visit_known_row *rows;
	TRY(q_visit_known(db, a, &(struct q_visit_known_args){ .school = school, .words = person_like(a, str_upto(letters, VISIT_TEXT_MAX)) }, &rows, n));
	struct visit *list = arena_array(a, struct visit, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		list[i] = (struct visit){ .person = rows[i].person, .name = rows[i].name, .organisation = rows[i].organisation, .due_utc = rows[i].due_utc };
		if (kind_read(rows[i].kind, &list[i].kind) != OK)
			list[i].kind = KIND_VISITOR;
	}
	*out = list;
	return OK;
}

/* ---- checks ---- */

static void short_text(struct diag *d, const char *field, struct str s)
{
	bool good = s.n <= VISIT_TEXT_MAX && (!s.n || str_utf8(s));
	for (size_t i = 0; i < s.n; i++)
		good = good && (unsigned char)s.p[i] >= ' ';
	if (!good)
		diag_add(d, DIAG_ERROR, str_z(field), 0, "Write at most %d letters on one line.", VISIT_TEXT_MAX);
}

static enum err check(struct db *db, struct arena *a, const struct act *act, const struct visit_in *in, int64_t now, int64_t until, struct diag *d)
{
	size_t before = d->errors;
	struct person p;
	short_text(d, "organisation", in->organisation);
	short_text(d, "purpose", in->purpose);
	short_text(d, "car", in->car);
	short_text(d, "badge", in->badge);
	if (!in->person && !str_trim(in->name).n)
		diag_add(d, DIAG_ERROR, STR("name"), 0, "Enter the visitor's name.");
	if (!in->person && !comes_and_goes(in->kind))
		diag_add(d, DIAG_ERROR, STR("kind"), 0, "Choose what kind of visitor this is.");
	if (in->person && (person_get(db, a, act->school, in->person, &p) != OK || !comes_and_goes(p.kind)))
		diag_add(d, DIAG_ERROR, STR("name"), 0, "This is not somebody who visits: enter them as a new visitor.");
	if (in->host && (person_get(db, a, act->school, in->host, &p) != OK || p.kind == KIND_LEARNER || (p.left_utc && p.left_utc <= now)))
		diag_add(d, DIAG_ERROR, STR("host"), 0, "Choose somebody who works here, or nobody.");
	if (until <= now || until >= time_uk_midnight(time_uk_midnight(now) + DAY_S + DAY_S / 8))
		diag_add(d, DIAG_ERROR, STR("until"), 0, "A visit ends later the same day.");
	return d->errors > before ? ERR_INVALID : OK;
}

static struct str texted(struct str s) { return s.p ? s : STR(""); }

/* ---- coming ---- */

static enum role role_of(enum person_kind k) { return k == KIND_SUPPLY ? ROLE_SUPPLY : ROLE_VISITOR; }

/* Somebody who was here before: their access begins again and ends with this visit; one that reaches further stays as it is. */
static enum err back(struct db *db, const struct act *act, int64_t person, int64_t until, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	TRY(person_get(db, &a, act->school, person, &p));
	if (!p.left_utc || p.left_utc >= until)
		return OK;
	TRY(q_visitor_back_do(db, &(struct q_visitor_back_args){ .school = act->school, .id = person, .upto = until }, NULL));
	TRY(q_visitor_account_back_do(db, &(struct q_visitor_account_back_args){ .school = act->school, .person = person, .at = clock_utc() }, NULL));
	TRY(role_give(db, act, person, role_of(p.kind), 0, until, d));
	return audit_add(db, act, "person.back", (struct audit_about){ "person", person }, NULL);
}

static enum err newcomer(struct db *db, const struct act *act, const struct visit_in *in, int64_t until, struct diag *d, int64_t *person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person_in p = { .kind = in->kind, .name = in->name, .year = YEAR_NONE, .until_utc = until };
	if (in->kind == KIND_SUPPLY)
		TRY(person_suggest_username(db, &a, act->school, in->name, &p.username));
	return person_add(db, act, &p, d, person);
}

static enum err who_comes(struct db *db, const struct act *act, const struct visit_in *in, int64_t until, struct diag *d, int64_t *person)
{
	*person = in->person;
	return in->person ? back(db, act, in->person, until, d) : newcomer(db, act, in, until, d, person);
}

static enum err not_in_already(struct db *db, struct arena *a, const struct act *act, int64_t person, struct diag *d)
{
	struct visit *v;
	size_t n;
	struct visit_query q = { .state = VISIT_IN, .person = person, .limit = 1 };
	if (!person)
		return OK;
	TRY(visit_list(db, a, act->school, &q, &v, &n, NULL));
	if (!n)
		return OK;
	diag_add(d, DIAG_ERROR, STR("name"), 0, "%.*s is signed in already, since %.*s.", STRF(v->name), STRF(time_clock_words(a, v->in_utc)));
	return ERR_EXISTS;
}

enum err visit_book(struct db *db, const struct act *act, const struct visit_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t person, until = in->until_utc ? in->until_utc : visit_closing(in->due_utc, in->closing_minute);
	struct q_visit_put_row row;
	TRY(db_tx_begin(db, &tx));
	if (in->due_utc < time_uk_midnight(clock_utc())) {
		diag_add(d, DIAG_ERROR, STR("due"), 0, "Enter a day that lies ahead.");
		return ERR_INVALID;
	}
	TRY(check(db, &a, act, in, in->due_utc, until, d));
	TRY(who_comes(db, act, in, until, d, &person));
	TRY(q_visit_put_one(db, &a, &(struct q_visit_put_args){ .school = act->school, .person = person, .organisation = texted(in->organisation),
		.host = in->host, .purpose = texted(in->purpose), .car = texted(in->car), .badge = texted(in->badge), .state = STR("booked"),
		.due = in->due_utc, .until = until, .booked_by = act->person }, &row));
	TRY(audit_add(db, act, "visit.booked", (struct audit_about){ "person", person }, NULL));
	TRY(db_tx_commit(&tx));
	*id = row.id;
	return OK;
}

static enum err come_new(struct db *db, struct arena *a, const struct act *act, const struct visit_in *in, int64_t person, int64_t now, int64_t until, int64_t *id)
{
	struct q_visit_put_row row;
	TRY(q_visit_put_one(db, a, &(struct q_visit_put_args){ .school = act->school, .person = person, .organisation = texted(in->organisation),
		.host = in->host, .purpose = texted(in->purpose), .car = texted(in->car), .badge = texted(in->badge), .state = STR("in"),
		.due = now, .until = until, .in = now, .in_by = act->person }, &row));
	*id = row.id;
	return OK;
}

static enum err come_booked(struct db *db, const struct act *act, const struct visit_in *in, int64_t booked, int64_t now, int64_t until, int64_t *id)
{
	int64_t changed = 0;
	TRY(q_visit_come_do(db, &(struct q_visit_come_args){ .school = act->school, .id = booked, .organisation = texted(in->organisation),
		.host = in->host, .purpose = texted(in->purpose), .car = texted(in->car), .badge = texted(in->badge), .until = until, .now = now,
		.by = act->person }, &changed));
	*id = booked;
	return changed ? OK : ERR_STATE;
}

enum err visit_arrive(struct db *db, const struct act *act, int64_t booked, const struct visit_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t person, now = clock_utc(), until = in->until_utc ? in->until_utc : visit_closing(now, in->closing_minute);
	struct visit_in come = *in;
	struct visit v;
	TRY(db_tx_begin(db, &tx));
	if (booked) {
		TRY(visit_get(db, &a, act->school, booked, &v));
		come.person = v.person;
	}
	TRY(check(db, &a, act, &come, now, until, d));
	TRY(not_in_already(db, &a, act, come.person, d));
	TRY(who_comes(db, act, &come, until, d, &person));
	TRY(booked ? come_booked(db, act, &come, booked, now, until, id) : come_new(db, &a, act, &come, person, now, until, id));
	TRY(audit_add(db, act, "visit.in", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

/* ---- going ---- */

static enum err no_classes(struct db *db, const struct act *act, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct school_class *k;
	size_t n;
	TRY(class_of_staff(db, &a, act->school, person, &k, &n));
	for (size_t i = 0; i < n; i++)
		TRY(class_staff_set(db, act, k[i].id, person, false));
	return OK;
}

/* What the visit gave goes with it; access that was given for longer (a contractor of the month) stays. */
static enum err access_ends(struct db *db, const struct act *act, const struct visit *v)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	TRY(q_visit_code_end_do(db, &(struct q_visit_code_end_args){ .school = act->school, .visit = v->id, .now = clock_utc() }, NULL));
	TRY(person_get(db, &a, act->school, v->person, &p));
	if (p.kind == KIND_SUPPLY)
		TRY(no_classes(db, act, v->person));
	return p.left_utc && p.left_utc <= v->until_utc ? person_leave(db, act, v->person, 0) : OK;
}

enum err visit_leave(struct db *db, const struct act *act, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct visit v;
	int64_t changed = 0;
	TRY(db_tx_begin(db, &tx));
	TRY(visit_get(db, &a, act->school, id, &v));
	TRY(q_visit_go_do(db, &(struct q_visit_go_args){ .school = act->school, .id = id, .now = clock_utc(), .by = act->person }, &changed));
	if (!changed)
		return ERR_STATE;
	TRY(access_ends(db, act, &v));
	TRY(audit_add(db, act, "visit.out", (struct audit_about){ "person", v.person }, NULL));
	return db_tx_commit(&tx);
}

static enum err drop(struct db *db, const struct act *act, int64_t id, struct str note)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct visit v;
	int64_t changed = 0;
	TRY(db_tx_begin(db, &tx));
	TRY(visit_get(db, &a, act->school, id, &v));
	TRY(q_visit_drop_do(db, &(struct q_visit_drop_args){ .school = act->school, .id = id, .note = note }, &changed));
	if (!changed)
		return ERR_STATE;
	TRY(access_ends(db, act, &v));
	TRY(audit_add(db, act, "visit.cancelled", (struct audit_about){ "person", v.person }, NULL));
	return db_tx_commit(&tx);
}

enum err visit_cancel(struct db *db, const struct act *act, int64_t id) { return drop(db, act, id, STR("")); }

enum err visit_sweep(struct db *db, int64_t school, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "the time of the visit was over" };
	struct q_visit_over_row *rows;
	int64_t now = clock_utc();
	TRY(q_visit_over(db, &a, &(struct q_visit_over_args){ .school = school, .now = now, .day = time_uk_midnight(now) }, &rows, n));
	for (size_t i = 0; i < *n; i++)
		TRY(str_is(rows[i].state, "in") ? visit_leave(db, &act, rows[i].id) : drop(db, &act, rows[i].id, STR("did not come")));
	return OK;
}
