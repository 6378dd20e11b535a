#include "house/account/appointment.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/store/audit.h"

static struct str texted(struct str s) { return s.p ? s : STR(""); }
static struct str why_of(const struct act *act) { return act->why ? str_z(act->why) : STR(""); }

/* ---- making ---- */

enum err appointment_put(struct db *db, const struct act *act, const struct appointment_in *in)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_role_put_row id;
	struct str title = str_z(role_title(in->role));
	TRY(q_role_put_one(db, &a, &(struct q_role_put_args){ .school = act->school, .person = in->person, .role = str_z(role_word(in->role)),
		.from = in->from_utc, .upto = in->until_utc, .by = act->person, .why = why_of(act), .cover_of = in->cover_of, .duties = texted(in->duties),
		.trained = in->trained_utc, .confirmed_by = in->confirmed_by }, &id));
	return q_grant_put_do(db, &(struct q_grant_put_args){ .school = act->school, .person = in->person,
		.what = in->cover_of ? arena_fmt(&a, "%.*s (cover)", STRF(title)) : title, .from = in->from_utc, .upto = in->until_utc, .by = act->person,
		.why = why_of(act) }, NULL);
}

/* The one holder that a role may have. */
static enum err check_sole(struct db *db, struct arena *a, int64_t school, const struct appointment_in *in, struct diag *d)
{
	struct q_role_overlap_row lead;
	if (in->cover_of || !role_facts(in->role)->sole)
		return OK;
	enum err e = q_role_overlap_one(db, a, &(struct q_role_overlap_args){ .school = school, .role = str_z(role_word(in->role)),
		.from = in->from_utc ? in->from_utc : clock_utc(), .upto = in->until_utc ? in->until_utc : INT64_MAX, .but = 0 }, &lead);
	if (e != OK)
		return e == ERR_ABSENT ? OK : e;
	if (in->role == ROLE_DSL)
		diag_add(d, DIAG_ERROR, STR("role"), 0, "%.*s is the safeguarding lead. There is exactly one: end that appointment first, or appoint a deputy.", STRF(lead.name));
	else
		diag_add(d, DIAG_ERROR, STR("role"), 0, "%.*s holds this role, which one person holds at a time: end that appointment first, or arrange cover.", STRF(lead.name));
	return ERR_EXISTS;
}

static void check_kind(const struct person *p, enum role r, struct diag *d)
{
	if (r != ROLE_LEARNER && p->kind == KIND_LEARNER)
		diag_add(d, DIAG_ERROR, STR("role"), 0, "A pupil cannot hold this role.");
	if (r == ROLE_LEARNER && p->kind != KIND_LEARNER)
		diag_add(d, DIAG_ERROR, STR("role"), 0, "Only a pupil can hold this role.");
	if (p->left_utc && p->left_utc <= clock_utc())
		diag_add(d, DIAG_ERROR, STR("role"), 0, "This person has left.");
}

static void check_dates(const struct appointment_in *in, struct diag *d)
{
	int64_t now = clock_utc(), from = in->from_utc ? in->from_utc : now;
	if (in->until_utc && in->until_utc <= from)
		diag_add(d, DIAG_ERROR, STR("until"), 0, "The last day comes after the first.");
	if (in->cover_of && (!in->until_utc || in->until_utc - from > COVER_MAX_S))
		diag_add(d, DIAG_ERROR, STR("until"), 0, "Cover ends by itself: enter its last day, within a year.");
	if (in->trained_utc > now)
		diag_add(d, DIAG_ERROR, STR("trained"), 0, "The day of the training lies ahead.");
}

static bool holds(struct db *db, int64_t school, int64_t person, enum role r)
{
	role_set roles = 0;
	return person > 0 && role_held(db, school, person, clock_utc(), &roles) == OK && roles & ROLE_BIT(r);
}

static void check_terms(struct db *db, int64_t school, const struct appointment_in *in, struct diag *d)
{
	const struct role_facts *f = role_facts(in->role);
	if (f->duties && !in->cover_of && !str_trim(in->duties).n)
		diag_add(d, DIAG_ERROR, STR("duties"), 0, "Write what the appointment comprises, online safety among it.");
	if (in->duties.n > DUTIES_MAX)
		diag_add(d, DIAG_ERROR, STR("duties"), 0, "Write at most %d letters.", DUTIES_MAX);
	bool trained = in->trained_utc > clock_utc() - TRAINED_S || appointment_trained_now(db, school, in->person);
	if (f->trained && in->cover_of && !trained)
		diag_add(d, DIAG_ERROR, STR("trained"), 0, "Whoever stands in for this role was trained for it within two years: enter the day of the training.");
	if (f->trained_first && !in->cover_of && !trained)
		diag_add(d, DIAG_ERROR, STR("trained"), 0, "Nobody joins without training within two years: enter the day of the training.");
	if (in->cover_of == in->person)
		diag_add(d, DIAG_ERROR, STR("cover"), 0, "Nobody stands in for themselves.");
	else if (in->cover_of && !holds(db, school, in->cover_of, in->role))
		diag_add(d, DIAG_ERROR, STR("cover"), 0, "Choose the person who holds the role.");
}

enum err appointment_check(struct db *db, int64_t school, const struct appointment_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	size_t before = d->errors;
	struct person p;
	TRY(person_get(db, &a, school, in->person, &p));
	if (p.roles & ROLE_BIT(in->role))
		diag_add(d, DIAG_ERROR, STR("role"), 0, "%.*s holds this role already.", STRF(p.name));
	check_kind(&p, in->role, d);
	check_dates(in, d);
	check_terms(db, school, in, d);
	TRY(check_sole(db, &a, school, in, d));
	return d->errors > before ? ERR_INVALID : OK;
}

static enum err make(struct db *db, const struct act *act, const struct appointment_in *in)
{
	struct appointment_in now = *in;
	if (!now.from_utc)
		now.from_utc = clock_utc();
	TRY(appointment_put(db, act, &now));
	return audit_add(db, act, in->cover_of ? "role.covered" : "role.given", (struct audit_about){ "person", in->person }, NULL);
}

enum err appointment_make(struct db *db, const struct act *act, const struct appointment_in *in, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(appointment_check(db, act->school, in, d));
	TRY(make(db, act, in));
	return db_tx_commit(&tx);
}

/* As the program gives it (a load, a school's first day): the standard duties of the role, no training recorded yet. */
enum err role_give(struct db *db, const struct act *act, int64_t person, enum role r, int64_t from_utc, int64_t until_utc, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct appointment_in in = { .person = person, .role = r, .from_utc = from_utc, .until_utc = until_utc };
	size_t before = d->errors;
	struct person p;
	TRY(db_tx_begin(db, &tx));
	TRY(person_get(db, &a, act->school, person, &p));
	if (p.roles & ROLE_BIT(r))
		return OK;                       /* holds it already */
	if (r != ROLE_LEARNER)
		check_kind(&p, r, d);
	if (d->errors > before)
		return ERR_INVALID;
	if (r == ROLE_DSL)
		TRY(check_sole(db, &a, act->school, &in, d));
	in.duties = role_facts(r)->duties ? str_z(role_facts(r)->accountable) : STR("");
	TRY(make(db, act, &in));
	return db_tx_commit(&tx);
}

enum err role_end(struct db *db, const struct act *act, int64_t person, enum role r, int64_t at_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t at = at_utc ? at_utc : clock_utc(), ended = 0;
	struct str what[] = { str_z(role_title(r)), arena_fmt(&a, "%s (cover)", role_title(r)) };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_role_stop_do(db, &(struct q_role_stop_args){ .school = act->school, .person = person, .role = str_z(role_word(r)), .at = at,
		.by = act->person, .why = why_of(act) }, &ended));
	if (ended == 0)
		return ERR_ABSENT;
	for (size_t i = 0; i < ARRAY_N(what); i++)
		TRY(q_grant_stop_do(db, &(struct q_grant_stop_args){ .school = act->school, .person = person, .what = what[i], .at = at, .by = act->person }, NULL));
	TRY(audit_add(db, act, "role.ended", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

/* ---- reading ---- */

enum err role_history(struct db *db, struct arena *a, int64_t school, int64_t person, struct appointment **out, size_t *n)
{
	struct q_role_rows_row *rows;
	size_t found, kept = 0;
	TRY(q_role_rows(db, a, &(struct q_role_rows_args){ .school = school, .person = person }, &rows, &found));
	struct appointment *list = arena_array(a, struct appointment, found + 1);
	for (size_t i = 0; i < found; i++) {
		struct appointment *p = &list[kept];
		*p = (struct appointment){ .id = rows[i].id, .person = rows[i].person, .from_utc = rows[i].from_utc, .until_utc = rows[i].upto_utc,
			.given_by = rows[i].given_by, .name = rows[i].name, .cover_of = rows[i].cover_of, .trained_utc = rows[i].trained_utc,
			.confirmed_by = rows[i].confirmed_by, .ended_by = rows[i].ended_by, .why = rows[i].why, .duties = rows[i].duties, .ended_why = rows[i].ended_why };
		kept += role_read(rows[i].role, &p->role) == OK;
	}
	*out = list;
	*n = kept;
	return OK;
}

bool appointment_holds_now(const struct appointment *p, int64_t now_utc)
{
	return p->from_utc <= now_utc && (p->until_utc == 0 || p->until_utc > now_utc);
}

enum err appointment_trained(struct db *db, int64_t school, int64_t person, int64_t *utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_role_trained_row row;
	TRY(q_role_trained_one(db, &a, &(struct q_role_trained_args){ .school = school, .person = person }, &row));
	*utc = row.at;
	return OK;
}

bool appointment_trained_now(struct db *db, int64_t school, int64_t person)
{
	int64_t at = 0;
	return appointment_trained(db, school, person, &at) == OK && at && at > clock_utc() - TRAINED_S;
}

enum err appointment_trained_set(struct db *db, const struct act *act, int64_t person, enum role r, int64_t utc)
{
	int64_t changed = 0;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_role_trained_set_do(db, &(struct q_role_trained_set_args){ .school = act->school, .person = person, .role = str_z(role_word(r)), .at = utc,
		.now = clock_utc() }, &changed));
	if (!changed)
		return ERR_ABSENT;
	TRY(audit_add(db, act, "role.trained", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

/* ---- vacancies ---- */

static bool needed(const struct profile *p, const struct role_facts *f)
{
	return strcmp(f->needed, "yes") == 0 || (f->needed[0] && p && profile_yes(p, f->needed));
}

static enum err filled(struct db *db, struct arena *a, int64_t school, enum role r, int64_t now, bool *out)
{
	struct q_role_overlap_row row;
	enum err e = q_role_overlap_one(db, a, &(struct q_role_overlap_args){ .school = school, .role = str_z(role_word(r)), .from = now, .upto = now + 1, .but = 0 }, &row);
	*out = e == OK;
	return e == ERR_ABSENT ? OK : e;
}

enum err appointment_vacancies(struct db *db, struct arena *a, int64_t school, const struct profile *p, struct vacancy **out, size_t *n)
{
	int64_t now = clock_utc();
	struct vacancy *v = arena_array(a, struct vacancy, ROLES_MAX);
	size_t found = 0;
	for (int r = 0; r < role_count(); r++) {
		struct q_role_vacant_since_row since;
		bool is_filled = true;
		if (needed(p, role_facts((enum role)r)))
			TRY(filled(db, a, school, (enum role)r, now, &is_filled));
		if (is_filled)
			continue;
		TRY(q_role_vacant_since_one(db, a, &(struct q_role_vacant_since_args){ .school = school, .role = str_z(role_word((enum role)r)), .now = now }, &since));
		v[found++] = (struct vacancy){ (enum role)r, since.since };
	}
	*out = v;
	*n = found;
	return OK;
}

/* "Designated ..." in the middle of a sentence; "SENCO" and "PSHE lead" stay. */
static struct str small(struct arena *a, const char *title)
{
	struct str s = arena_str(a, str_z(title));
	bool word = s.n > 1 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'a' && s.p[1] <= 'z';
	return word ? arena_fmt(a, "%c%.*s", ascii_lower(s.p[0]), (int)s.n - 1, s.p + 1) : s;
}

struct str vacancy_words(struct arena *a, const struct vacancy *v)
{
	struct str title = small(a, role_title(v->role));
	if (!v->since_utc)
		return arena_fmt(a, "Nobody holds the role of %.*s. Nobody has been appointed yet.", STRF(title));
	return arena_fmt(a, "Nobody holds the role of %.*s. It has been vacant since %.*s.", STRF(title), STRF(time_date_words(a, v->since_utc)));
}
