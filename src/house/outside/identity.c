#include "house/outside/identity.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"

enum { WAIT_DAYS = 30 };

static struct str folded(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

static struct str texted(struct str s) { return s.p ? s : STR(""); }
static struct audit_about about(int64_t person) { return (struct audit_about){ "person", person }; }

/* ---- what the school decided ---- */

static const char *const FIRST[] = { [FIRST_NOBODY] = "no", [FIRST_LEARNERS] = "learners", [FIRST_EVERYBODY] = "everybody" };

static enum err setting(struct db *db, struct arena *a, int64_t school, const char *name, struct str *out)
{
	struct q_outside_setting_row r;
	enum err e = q_outside_setting_one(db, a, &(struct q_outside_setting_args){ .school = school, .name = str_z(name) }, &r);
	if (e == OK)
		*out = r.value;
	return e == ERR_ABSENT ? OK : e;
}

enum err identity_rules_get(struct db *db, int64_t school, struct identity_rules *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str first = STR_NONE, second = STR_NONE;
	struct identity_rules r = { FIRST_NOBODY, false };
	TRY(setting(db, &a, school, "outside.first", &first));
	TRY(setting(db, &a, school, "outside.second", &second));
	for (size_t i = 0; i < ARRAY_N(FIRST); i++)
		if (str_is(first, FIRST[i]))
			r.first = (enum identity_first)i;
	r.second_counts = str_is(second, "yes");
	*out = r;
	return OK;
}

static enum err set(struct db *db, const struct act *act, const char *name, const char *value)
{
	return q_outside_setting_put_do(db, &(struct q_outside_setting_put_args){ .school = act->school, .name = str_z(name), .value = str_z(value),
		.by = act->person, .at = clock_utc() }, NULL);
}

enum err identity_rules_set(struct db *db, const struct act *act, const struct identity_rules *r)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(set(db, act, "outside.first", FIRST[r->first]));
	TRY(set(db, act, "outside.second", r->second_counts ? "yes" : "no"));
	TRY(audit_add(db, act, "sign-in.outside-rules", (struct audit_about){ "setting", 0 }, NULL));
	return db_tx_commit(&tx);
}

/* ---- who is it ---- */

/* The one person whose account fits, or 0. */
static enum err match(struct db *db, struct arena *a, int64_t school, struct str mail, int64_t *out)
{
	struct q_outside_by_mail_row *by_mail;
	struct q_outside_by_name_row by_name;
	size_t n;
	*out = 0;
	TRY(q_outside_by_mail(db, a, &(struct q_outside_by_mail_args){ .school = school, .mail = mail, .now = clock_utc() }, &by_mail, &n));
	struct str local = str_upto(mail, (size_t)str_rchr(mail, '@'));
	enum err e = q_outside_by_name_one(db, a, &(struct q_outside_by_name_args){ .school = school, .sign_in = local, .now = clock_utc() }, &by_name);
	if (e != OK && e != ERR_ABSENT)
		return e;
	bool named = e == OK && (by_name.mail.n == 0 || str_ieq(by_name.mail, mail));
	if (n == 1 && (e == ERR_ABSENT || by_name.id == by_mail[0].id || !named))
		*out = by_mail[0].id;
	else if (n == 0 && named)
		*out = by_name.id;
	return OK;
}

static const char *may_link(const struct rights *rights, const struct identity_rules *r, const struct person *p)
{
	if (r->first == FIRST_NOBODY || (r->first == FIRST_LEARNERS && p->kind != KIND_LEARNER))
		return "Your school account is not linked to anybody here yet. Sign in with your password and link it on your own page, or ask the administrator.";
	if (p->kind == KIND_PARENT || p->kind == KIND_VISITOR || (rights && rights_second_factor(rights, p->roles)))
		return "An account with your duties is linked by yourself, signed in with your password, or by an administrator.";
	return NULL;
}

static enum err wait_for(struct db *db, int64_t school, const struct provider *p, const struct outsider *o, const char *why)
{
	int64_t now = clock_utc();
	TRY(q_outside_wait_put_do(db, &(struct q_outside_wait_put_args){ .school = school, .provider = p->name, .issuer = o->issuer, .subject = o->subject,
		.shown = texted(str_upto(o->user, 100)), .why = str_z(why), .at = now }, NULL));
	return q_outside_wait_sweep_do(db, &(struct q_outside_wait_sweep_args){ .school = school, .before = now - WAIT_DAYS * 86400 }, NULL);
}

static enum err known(struct db *db, struct arena *a, int64_t school, const struct q_outside_find_row *row, struct person *out, const char **why)
{
	TRY(person_get(db, a, school, row->person, out));
	struct q_account_of_row account;
	enum err e = q_account_of_one(db, a, &(struct q_account_of_args){ .school = school, .person = row->person }, &account);
	if (e == ERR_ABSENT || (out->left_utc && out->left_utc <= clock_utc()) || (e == OK && !str_is(account.state, "open"))) {
		*why = "This account is closed. If that is wrong, ask the school office.";
		return ERR_FORBIDDEN;
	}
	TRY(e);
	return q_outside_seen_do(db, &(struct q_outside_seen_args){ .school = school, .id = row->id, .at = clock_utc() }, NULL);
}

/* Nobody's yet: linked to whom it fits when the school allows that, else it waits. */
static enum err newcomer(struct db *db, struct arena *a, int64_t school, const struct rights *rights, const struct provider *p,
                         const struct outsider *o, struct person *out, const char **why)
{
	struct identity_rules rules;
	int64_t id = 0;
	TRY(identity_rules_get(db, school, &rules));
	if (o->mail.n)
		TRY(match(db, a, school, folded(a, o->mail), &id));
	*why = "Nobody here is known by this account. Ask the administrator to link it.";
	if (id)
		TRY(person_get(db, a, school, id, out));
	if (id)
		*why = may_link(rights, &rules, out);
	if (!*why) {
		struct act act = { school, id, "first sign-in from outside" };
		enum err e = identity_add(db, &act, p->name, o, id);
		if (e != ERR_EXISTS)
			return e;
		*why = "Your account here is linked to another outside account already. Ask the administrator.";
	}
	TRY(wait_for(db, school, p, o, *why));
	return ERR_ABSENT;
}

enum err identity_person(struct db *db, struct arena *a, int64_t school, const struct rights *rights, const struct provider *p,
                     const struct outsider *o, struct person *out, const char **why)
{
	struct q_outside_find_row row;
	if (o->subject.n == 0 || o->subject.n > 255 || o->issuer.n == 0)
		return ERR_SYNTAX;
	enum err e = q_outside_find_one(db, a, &(struct q_outside_find_args){ .school = school, .issuer = o->issuer, .subject = o->subject }, &row);
	if (e == ERR_ABSENT)
		return newcomer(db, a, school, rights, p, o, out, why);
	TRY(e);
	return known(db, a, school, &row, out, why);
}

/* ---- linking ---- */

/* Whoever's account it is, whoever did it; pupils are not, as with a new browser. */
static enum err tell(struct db *db, const struct act *act, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	TRY(person_get(db, &a, act->school, person, &p));
	return p.kind == KIND_LEARNER ? OK : notify_add(db, act, NOTICE_FACTOR, person, "/me/outside", 0, 0);
}

enum err identity_add(struct db *db, const struct act *act, struct str provider, const struct outsider *o, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_outside_find_row there;
	struct q_outside_put_row row;
	TRY(db_tx_begin(db, &tx));
	enum err e = q_outside_find_one(db, &a, &(struct q_outside_find_args){ .school = act->school, .issuer = o->issuer, .subject = o->subject }, &there);
	if (e == OK)
		return there.person == person ? OK : ERR_EXISTS;
	if (e != ERR_ABSENT)
		return e;
	TRY(q_outside_put_one(db, &a, &(struct q_outside_put_args){ .school = act->school, .provider = provider, .issuer = o->issuer,
		.subject = o->subject, .person = person, .shown = texted(str_upto(o->user, 100)), .at = clock_utc(), .by = act->person }, &row));
	TRY(q_outside_wait_drop_do(db, &(struct q_outside_wait_drop_args){ .school = act->school, .issuer = o->issuer, .subject = o->subject }, NULL));
	TRY(tell(db, act, person));
	TRY(audit_add(db, act, "sign-in.outside-linked", about(person), NULL));
	return db_tx_commit(&tx);
}

enum err identity_drop(struct db *db, const struct act *act, int64_t person, int64_t id)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t gone = 0;
	TRY(db_tx_begin(db, &tx));
	TRY(q_outside_drop_do(db, &(struct q_outside_drop_args){ .school = act->school, .person = person, .id = id }, &gone));
	if (gone == 0)
		return ERR_ABSENT;
	TRY(tell(db, act, person));
	TRY(audit_add(db, act, "sign-in.outside-unlinked", about(person), NULL));
	return db_tx_commit(&tx);
}

enum err identity_list(struct db *db, struct arena *a, int64_t school, int64_t person, struct identity **out, size_t *n)
{
	struct q_outside_of_row *rows;
	TRY(q_outside_of(db, a, &(struct q_outside_of_args){ .school = school, .person = person }, &rows, n));
	struct identity *list = arena_array(a, struct identity, *n + 1);
	for (size_t i = 0; i < *n; i++)
		list[i] = (struct identity){ rows[i].id, rows[i].made_utc, rows[i].made_by, rows[i].seen_utc, rows[i].provider, rows[i].issuer, rows[i].shown };
	*out = list;
	return OK;
}

enum err identity_waiting(struct db *db, struct arena *a, int64_t school, struct waiting **out, size_t *n)
{
	struct q_outside_wait_rows_row *rows;
	TRY(q_outside_wait_rows(db, a, &(struct q_outside_wait_rows_args){ .school = school }, &rows, n));
	struct waiting *list = arena_array(a, struct waiting, *n + 1);
	for (size_t i = 0; i < *n; i++)
		list[i] = (struct waiting){ rows[i].id, rows[i].seen_utc, rows[i].provider, rows[i].issuer, rows[i].subject, rows[i].shown, rows[i].why };
	*out = list;
	return OK;
}

enum err identity_settle(struct db *db, const struct act *act, int64_t waiting, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_outside_wait_row_row w;
	TRY(db_tx_begin(db, &tx));
	TRY(q_outside_wait_row_one(db, &a, &(struct q_outside_wait_row_args){ .school = act->school, .id = waiting }, &w));
	struct outsider o = { .issuer = w.issuer, .subject = w.subject, .user = w.shown };
	if (person) {
		TRY(identity_add(db, act, w.provider, &o, person));
	} else {
		TRY(q_outside_wait_drop_id_do(db, &(struct q_outside_wait_drop_id_args){ .school = act->school, .id = waiting }, NULL));
		TRY(audit_add(db, act, "sign-in.outside-forgotten", (struct audit_about){ "setting", 0 }, NULL));
	}
	return db_tx_commit(&tx);
}

enum err identity_note(struct db *db, int64_t school, int64_t person, const char *why)
{
	return audit_add(db, &(struct act){ school, 0, why }, "sign-in.outside-refused", about(person), NULL);
}
