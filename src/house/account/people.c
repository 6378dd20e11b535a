#include "house/account/people.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/appointment.h"
#include "house/account/username.h"
#include "house/account/find.h"
#include "house/store/audit.h"

static const struct { enum person_kind kind; const char *word, *title; } KINDS[] = {
#define KIND_ROW_(name, number, word, title) { name, word, title },
	KIND_TABLE(KIND_ROW_)
#undef KIND_ROW_
};

const char *kind_word(enum person_kind k)
{
	for (size_t i = 0; i < ARRAY_N(KINDS); i++)
		if (KINDS[i].kind == k)
			return KINDS[i].word;
	return "";
}

const char *kind_title(enum person_kind k)
{
	for (size_t i = 0; i < ARRAY_N(KINDS); i++)
		if (KINDS[i].kind == k)
			return KINDS[i].title;
	return "";
}

enum err kind_read(struct str word, enum person_kind *out)
{
	for (size_t i = 0; i < ARRAY_N(KINDS); i++)
		if (str_is(word, KINDS[i].word)) {
			*out = KINDS[i].kind;
			return OK;
		}
	return ERR_ABSENT;
}

const char *year_title(int year)
{
	static const char *const titles[] = { "Reception", "Year 1", "Year 2", "Year 3", "Year 4", "Year 5", "Year 6" };
	return year >= YEAR_RECEPTION && year <= YEAR_LAST ? titles[year] : "";
}

static const char *learner_group(int year)
{
	if (year <= YEAR_RECEPTION)
		return "early-years";
	return year <= 2 ? "ks1" : "ks2";
}

const char *person_group(const struct person *p)
{
	if (p->group.n)
		return p->group.p;               /* rows end with a NUL in their arena */
	switch (p->kind) {
	case KIND_LEARNER:  return learner_group(p->year);
	case KIND_STAFF:
	case KIND_SUPPLY:   return "staff";
	case KIND_GOVERNOR: return "governors";
	default:            return "guests";
	}
}

const char *class_group(const struct school_class *k)
{
	struct person by_year = { .kind = KIND_LEARNER, .year = k->year, .group = k->group };
	return person_group(&by_year);
}

/* What a person of a kind may do from the first day. */
static enum role first_role(enum person_kind k)
{
	switch (k) {
	case KIND_LEARNER:  return ROLE_LEARNER;
	case KIND_STAFF:    return ROLE_STAFF;
	case KIND_GOVERNOR: return ROLE_GOVERNOR;
	case KIND_SUPPLY:   return ROLE_SUPPLY;
	case KIND_PARENT:   return ROLE_PARENT;
	default:            return ROLE_VISITOR;
	}
}

static bool stays_a_while(enum person_kind k) { return k == KIND_VISITOR || k == KIND_SUPPLY || k == KIND_CONTRACTOR; }

/* ---- checks ---- */

static bool name_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return str_trim(s).n >= 1 && s.n <= PERSON_NAME_MAX && str_utf8(s);
}

static bool username_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z') && (i == 0 || (s.p[i] != '.' && s.p[i] != '-' && s.p[i] != '_')))
			return false;
	return s.n >= 2 && s.n <= USERNAME_MAX;
}

static bool group_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '-')
			return false;
	return s.n <= 40;
}

static bool email_good(struct str s)
{
	ptrdiff_t at = str_chr(s, '@');
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f || strchr("<>,;\"", s.p[i]))
			return false;
	return s.n <= 200 && at > 0 && at == str_rchr(s, '@') && (size_t)at + 3 < s.n;
}

enum err person_check(const struct person_in *in, struct diag *d)
{
	size_t before = d->errors;
	if (!*kind_word(in->kind))
		diag_add(d, DIAG_ERROR, STR("kind"), 0, "Choose what kind of person this is.");
	if (!name_good(in->name))
		diag_add(d, DIAG_ERROR, STR("name"), 0, "Enter a name of at most %d letters.", PERSON_NAME_MAX);
	if (in->username.n && !username_good(in->username))
		diag_add(d, DIAG_ERROR, STR("username"), 0, "A sign-in name has 2 to %d small letters, digits, dots or dashes.", USERNAME_MAX);
	if (in->email.n && !email_good(in->email))
		diag_add(d, DIAG_ERROR, STR("email"), 0, "Enter an email address like name@example.org.");
	if (!group_good(in->group))
		diag_add(d, DIAG_ERROR, STR("group"), 0, "A group is written in small letters, digits and dashes.");
	if (in->kind == KIND_LEARNER && (in->year < YEAR_RECEPTION || in->year > YEAR_LAST))
		diag_add(d, DIAG_ERROR, STR("year"), 0, "Choose the year, Reception to Year 6.");
	if (stays_a_while(in->kind) && in->until_utc <= clock_utc())
		diag_add(d, DIAG_ERROR, STR("until"), 0, "Enter the last day, today or later.");
	return d->errors > before ? ERR_INVALID : OK;
}

/* Folded for sorting and searching. */
static struct str folded(struct arena *a, struct str s)
{
	struct str out = arena_str(a, str_trim(s));
	char *p = arena_alloc(a, out.n + 1);
	for (size_t i = 0; i < out.n; i++)
		p[i] = ascii_lower(out.p[i]);
	return (struct str){ p, out.n };
}

static struct str texted(struct str s) { return s.p ? s : STR(""); }

/* ---- reading ---- */

static struct person person_of(struct arena *a, int64_t school, const struct q_person_rows_row *r)
{
	struct person p = {
		.id = r->id, .school = school, .name = r->name, .username = r->sign_in, .year = (int)r->year,
		.group = r->group_name.n ? arena_str(a, r->group_name) : STR_NONE, .email = r->mail, .class_id = r->class_id,
		.joined_utc = r->from_utc, .left_utc = r->upto_utc, .has_password = r->has_password, .has_factor = r->has_factor,
	};
	if (kind_read(r->kind, &p.kind) != OK)
		p.kind = KIND_VISITOR;           /* an unknown kind has the fewest rights */
	return p;
}

enum err role_held(struct db *db, int64_t school, int64_t person, int64_t at_utc, role_set *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_role_now_row *rows;
	size_t n;
	TRY(q_role_now(db, &a, &(struct q_role_now_args){ .school = school, .person = person, .at = at_utc }, &rows, &n));
	role_set roles = 0;
	for (size_t i = 0; i < n; i++) {
		enum role r;
		if (role_read(rows[i].role, &r) == OK)
			roles |= ROLE_BIT(r);
	}
	*out = roles;
	return OK;
}

enum err person_get(struct db *db, struct arena *a, int64_t school, int64_t id, struct person *out)
{
	struct q_person_row_row r;
	TRY(q_person_row_one(db, a, &(struct q_person_row_args){ .school = school, .id = id }, &r));
	struct q_person_rows_row same = {
		r.id, r.kind, r.name, r.year, r.group_name, r.mail, r.from_utc, r.upto_utc, r.sign_in, r.has_password, r.has_factor, r.class_id,
	};
	struct person p = person_of(a, school, &same);
	TRY(role_held(db, school, id, clock_utc(), &p.roles));
	*out = p;
	return OK;
}

enum err person_by_username(struct db *db, struct arena *a, int64_t school, struct str username, struct person *out)
{
	struct q_account_row_row r;
	TRY(q_account_row_one(db, a, &(struct q_account_row_args){ .school = school, .sign_in = folded(a, username) }, &r));
	return person_get(db, a, school, r.person, out);
}

struct str person_name(struct db *db, struct arena *a, int64_t school, int64_t id)
{
	struct q_person_named_row r;
	if (id > 0 && q_person_named_one(db, a, &(struct q_person_named_args){ .school = school, .id = id }, &r) == OK)
		return r.name;
	return id == 0 ? STR("Gatehouse") : STR("somebody");
}

/* A LIKE pattern that finds the words anywhere. */
struct str person_like(struct arena *a, struct str words)
{
	struct str f = folded(a, texted(words));
	AUTO(buf_done) struct buf b = buf_init(3 * 1024);
	buf_byte(&b, '%');
	for (size_t i = 0; i < f.n; i++) {
		if (strchr("!%_", f.p[i]))
			buf_byte(&b, '!');
		buf_byte(&b, f.p[i]);
	}
	buf_byte(&b, '%');
	return arena_str(a, buf_str(&b));
}

static enum err with_roles(struct db *db, struct arena *a, int64_t school, const struct q_person_rows_row *rows, size_t n,
                           struct person **out)
{
	struct person *p = arena_array(a, struct person, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		p[i] = person_of(a, school, &rows[i]);
		TRY(role_held(db, school, p[i].id, clock_utc(), &p[i].roles));
	}
	*out = p;
	return OK;
}

enum err person_list(struct db *db, struct arena *a, int64_t school, const struct person_query *q,
                     struct person **out, size_t *n, int64_t *total)
{
	struct str words = person_like(a, str_upto(q->words, 200)), kind = str_z(q->kind ? kind_word(q->kind) : "");
	int64_t now = clock_utc(), year = q->by_year ? q->year : -1, left = q->only_left ? 2 : q->with_left;
	struct q_person_total_row t;
	TRY(q_person_total_one(db, a, &(struct q_person_total_args){ .school = school, .words = words, .kind = kind,
		.class = q->class_id, .year = year, .with_left = left, .now = now }, &t));
	struct q_person_rows_row *rows;
	size_t found;
	TRY(q_person_rows(db, a, &(struct q_person_rows_args){ .school = school, .words = words, .kind = kind, .class = q->class_id,
		.year = year, .with_left = left, .now = now, .limit = q->limit ? q->limit : 50, .offset = q->offset }, &rows, &found));
	TRY(with_roles(db, a, school, rows, found, out));
	*n = found;
	if (total)
		*total = t.n;
	return OK;
}

static enum err persons_of(struct db *db, struct arena *a, int64_t school, const int64_t *ids, size_t n, struct person **out)
{
	struct person *p = arena_array(a, struct person, n ? n : 1);
	for (size_t i = 0; i < n; i++)
		TRY(person_get(db, a, school, ids[i], &p[i]));
	*out = p;
	return OK;
}

enum err person_of_role(struct db *db, struct arena *a, int64_t school, enum role r, struct person **out, size_t *n)
{
	struct q_person_by_role_row *rows;
	size_t found;
	TRY(q_person_by_role(db, a, &(struct q_person_by_role_args){ .school = school, .role = str_z(role_word(r)), .now = clock_utc() }, &rows, &found));
	int64_t *ids = arena_array(a, int64_t, found + 1);
	for (size_t i = 0; i < found; i++)
		ids[i] = rows[i].id;
	TRY(persons_of(db, a, school, ids, found, out));
	*n = found;
	return OK;
}

/* ---- writing ---- */

static struct str why_of(const struct act *act) { return act->why ? str_z(act->why) : STR(""); }

static enum err grant_add(struct db *db, const struct act *act, int64_t person, struct str what, int64_t from, int64_t upto)
{
	return q_grant_put_do(db, &(struct q_grant_put_args){ .school = act->school, .person = person, .what = what, .from = from,
		.upto = upto, .by = act->person, .why = why_of(act) }, NULL);
}

static enum err name_free(struct db *db, struct arena *a, const struct act *act, int64_t person, const struct person_in *in, struct diag *d)
{
	enum err e = username_free(db, act->school, in->username, person);
	if (e != ERR_EXISTS)
		return e;
	struct str other = STR("another");
	(void)username_suggest(db, a, act->school, in->kind, in->kind == KIND_LEARNER ? in->name : in->username, &other);      /* a hint only */
	diag_add(d, DIAG_ERROR, STR("username"), 0, "Somebody has, or had, this sign-in name. Try %.*s.", STRF(other));
	return ERR_EXISTS;
}

/* A sign-in name of one's own: taken is a finding, with one that is free. */
static enum err account_open(struct db *db, const struct act *act, int64_t person, const struct person_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_account_put_row id;
	TRY(name_free(db, &a, act, person, in, d));
	TRY(q_account_put_one(db, &a, &(struct q_account_put_args){ .school = act->school, .person = person,
		.sign_in = in->username, .at = clock_utc() }, &id));
	return grant_add(db, act, person, STR("account"), clock_utc(), in->until_utc);
}

/* The old name stays theirs: nobody else ever gets it. */
static enum err account_rename(struct db *db, const struct act *act, const struct person *was, const struct person_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	TRY(name_free(db, &a, act, was->id, in, d));
	TRY(q_username_past_put_do(db, &(struct q_username_past_put_args){ .school = act->school, .sign_in = was->username, .person = was->id }, NULL));
	return q_account_rename_do(db, &(struct q_account_rename_args){ .school = act->school, .person = was->id,
		.sign_in = in->username, .at = clock_utc() }, NULL);
}

static enum err class_join(struct db *db, const struct act *act, int64_t person, int64_t class_id)
{
	TRY(q_member_leave_do(db, &(struct q_member_leave_args){ .school = act->school, .person = person }, NULL));
	if (class_id == 0)
		return OK;
	AUTO(arena_done) struct arena a = arena_init();
	struct school_class c;
	TRY(class_get(db, &a, act->school, class_id, &c));
	return q_member_put_do(db, &(struct q_member_put_args){ .school = act->school, .class = class_id, .person = person, .teaches = 0 }, NULL);
}

enum err person_add(struct db *db, const struct act *act, const struct person_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	TRY(person_check(in, d));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	struct q_person_put_row row;
	TRY(q_person_put_one(db, &a, &(struct q_person_put_args){ .school = act->school, .kind = str_z(kind_word(in->kind)), .name = str_trim(in->name),
		.sort_name = folded(&a, in->name), .year = in->year, .has_year = in->kind == KIND_LEARNER, .group = texted(in->group),
		.mail = in->email, .from = clock_utc(), .upto = in->until_utc }, &row));
	TRY(appointment_put(db, act, &(struct appointment_in){ .person = row.id, .role = first_role(in->kind), .from_utc = clock_utc(), .until_utc = in->until_utc }));
	if (in->username.n)
		TRY(account_open(db, act, row.id, in, d));
	if (in->kind == KIND_LEARNER)
		TRY(class_join(db, act, row.id, in->class_id));
	TRY(find_index(db, act->school, row.id, in->name, in->username, true));
	TRY(audit_add(db, act, "person.added", (struct audit_about){ "person", row.id }, NULL));
	TRY(db_tx_commit(&tx));
	*id = row.id;
	return OK;
}

enum err person_change(struct db *db, const struct act *act, int64_t id, const struct person_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	TRY(person_check(in, d));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	struct person was;
	TRY(person_get(db, &a, act->school, id, &was));
	TRY(q_person_set_do(db, &(struct q_person_set_args){ .school = act->school, .id = id, .kind = str_z(kind_word(in->kind)),
		.name = str_trim(in->name), .sort_name = folded(&a, in->name), .year = in->year, .has_year = in->kind == KIND_LEARNER,
		.group = texted(in->group), .mail = in->email, .upto = in->until_utc ? in->until_utc : was.left_utc }, NULL));
	if (in->username.n && !str_eq(in->username, was.username)) {
		if (was.username.n)
			TRY(account_rename(db, act, &was, in, d));
		else
			TRY(account_open(db, act, id, in, d));
	}
	if (in->kind == KIND_LEARNER && in->class_id != was.class_id)
		TRY(class_join(db, act, id, in->class_id));
	TRY(find_index(db, act->school, id, in->name, in->username.n ? in->username : was.username, false));
	TRY(audit_add(db, act, "person.changed", (struct audit_about){ "person", id }, NULL));
	return db_tx_commit(&tx);
}

enum err person_leave(struct db *db, const struct act *act, int64_t id, int64_t at_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t now = clock_utc(), at = at_utc ? at_utc : now, school = act->school;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	struct person p;
	TRY(person_get(db, &a, school, id, &p));
	TRY(q_person_left_do(db, &(struct q_person_left_args){ .school = school, .id = id, .at = at }, NULL));
	TRY(q_role_stop_all_do(db, &(struct q_role_stop_all_args){ .school = school, .person = id, .at = at, .by = act->person, .why = STR("left") }, NULL));
	TRY(q_grant_stop_do(db, &(struct q_grant_stop_args){ .school = school, .person = id, .what = STR(""), .at = at, .by = act->person }, NULL));
	if (at <= now) {
		TRY(q_account_close_do(db, &(struct q_account_close_args){ .school = school, .person = id, .at = now }, NULL));
		TRY(q_session_drop_all_do(db, &(struct q_session_drop_all_args){ .school = school, .person = id, .but = STR("") }, NULL));
		TRY(q_member_leave_do(db, &(struct q_member_leave_args){ .school = school, .person = id }, NULL));
	}
	TRY(audit_add(db, act, "person.left", (struct audit_about){ "person", id }, NULL));
	return db_tx_commit(&tx);
}

/* Everything that leaving ended begins anew; the name to sign in with is kept, its secrets are not. */
enum err person_return(struct db *db, const struct act *act, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	struct person p;
	int64_t now = clock_utc();
	TRY(person_get(db, &a, act->school, id, &p));
	if (!p.left_utc)
		return ERR_STATE;
	if (p.left_utc > now)                            /* their time was limited: nothing of it ends any more */
		TRY(q_role_stop_all_do(db, &(struct q_role_stop_all_args){ .school = act->school, .person = id, .at = now }, NULL));
	TRY(q_person_back_do(db, &(struct q_person_back_args){ .school = act->school, .id = id }, NULL));
	TRY(appointment_put(db, act, &(struct appointment_in){ .person = id, .role = first_role(p.kind), .from_utc = now }));
	if (p.username.n && p.left_utc <= now) {
		TRY(q_account_reopen_do(db, &(struct q_account_reopen_args){ .school = act->school, .person = id, .at = now }, NULL));
		TRY(grant_add(db, act, id, STR("account"), now, 0));
	}
	TRY(audit_add(db, act, "person.returned", (struct audit_about){ "person", id }, NULL));
	return db_tx_commit(&tx);
}

enum err person_suggest_username(struct db *db, struct arena *a, int64_t school, struct str name, struct str *out)
{
	return username_suggest(db, a, school, KIND_STAFF, name, out);
}

/* ---- grants ---- */

enum err grant_end(struct db *db, const struct act *act, int64_t person, int64_t id)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_grant_stop_one_do(db, &(struct q_grant_stop_one_args){ .school = act->school, .person = person, .id = id, .at = clock_utc(), .by = act->person }, NULL));
	TRY(audit_add(db, act, "grant.ended", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

enum err grant_list(struct db *db, struct arena *a, int64_t school, int64_t person, struct grant **out, size_t *n)
{
	struct q_grant_rows_row *rows;
	size_t found;
	TRY(q_grant_rows(db, a, &(struct q_grant_rows_args){ .school = school, .person = person }, &rows, &found));
	struct grant *list = arena_array(a, struct grant, found + 1);
	for (size_t i = 0; i < found; i++)
		list[i] = (struct grant){ .id = rows[i].id, .person = rows[i].person, .from_utc = rows[i].from_utc, .until_utc = rows[i].upto_utc,
			.given_by = rows[i].given_by, .name = rows[i].name, .what = rows[i].what, .why = rows[i].why };
	*out = list;
	*n = found;
	return OK;
}
