#include "house/visitor/challenge.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"
#include "house/visitor/visitor.h"

static enum err tell(struct db *db, struct arena *a, const struct act *act, struct str role, size_t *told)
{
	int64_t *people;
	size_t n;
	TRY(notify_holders(db, a, act->school, role, &people, &n));
	for (size_t i = 0; i < n; i++)
		TRY(notify_add(db, act, NOTICE_VISITOR, people[i], "/visitors/challenges", 0, 0));
	*told += n;
	return OK;
}

static enum err tell_all(struct db *db, struct arena *a, const struct library *l, const struct act *act)
{
	const struct param *p = l ? profile_param(&l->profile, STR("visitor_device.recipients")) : NULL;
	size_t told = 0;
	for (size_t i = 0; p && i < p->n_values; i++)
		TRY(tell(db, a, act, p->values[i], &told));
	return told ? OK : tell(db, a, act, STR("head"), &told);
}

enum err challenge_write(struct store *st, const struct library *l, const struct act *act, const struct challenge_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_field f[] = {
		{ STR("kind"), in->kind }, { STR("what"), in->what }, { STR("outcome"), in->outcome }, { STR("happened"), time_iso(&a, clock_utc()) },
		{ STR("by"), arena_fmt(&a, "%lld", (long long)act->person) }, { STR("where"), in->where.p ? in->where : STR("") },
		{ STR("who"), in->who.p ? in->who : STR("") },
	};
	struct entry_in e = { .reg = "visitor-challenge", .state = str_is(in->outcome, "open") || !str_is(in->kind, "unknown") ? "waiting" : "closed",
		.fields = f, .n_fields = ARRAY_N(f) };
	TRY(db_tx_begin(st->db, &tx));
	TRY(entry_create(st, act, &e, d, id));
	if (str_is(str_z(e.state), "waiting"))
		TRY(tell_all(st->db, &a, l, act));
	return db_tx_commit(&tx);
}

enum err challenge_close(struct store *st, const struct act *act, int64_t id, struct str came, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = { .school = act->school, .person = act->person, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_field f[] = { { STR("came"), came } };
	struct entry_in in = { .reg = "visitor-challenge", .state = "closed", .fields = f, .n_fields = 1 };
	struct entry e;
	if (!str_trim(came).n)
		return diag_fail(d, STR("came"), 0, "Say what came of it.");
	TRY(entry_get(st, &a, &may, id, 0, &e));
	if (!str_is(e.reg, "visitor-challenge"))
		return ERR_ABSENT;
	return str_is(e.state, "closed") ? ERR_STATE : entry_update(st, act, &may, id, e.version, &in, d);
}

/* ---- the learning platform ---- */

static enum err leaders_only(struct db *db, const struct act *act)
{
	role_set roles = 0;
	if (act->person <= 0)
		return ERR_FORBIDDEN;
	TRY(role_held(db, act->school, act->person, clock_utc(), &roles));
	return roles & (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP)) ? OK : ERR_FORBIDDEN;
}

static enum err check(const struct visit_invite *in, const struct visit *v, struct diag *d)
{
	size_t before = d->errors;
	if (!in->platform.n || in->platform.n > VISIT_TEXT_MAX)
		diag_add(d, DIAG_ERROR, STR("platform"), 0, "Name the platform.");
	if (in->focus.n > VISIT_TEXT_MAX)
		diag_add(d, DIAG_ERROR, STR("focus"), 0, "Write at most %d letters.", VISIT_TEXT_MAX);
	if (!in->focus.n && !in->until_utc)
		diag_add(d, DIAG_ERROR, STR("focus"), 0, "Say what it is for, or until when.");
	if (in->until_utc && (in->until_utc <= clock_utc() || in->until_utc > v->until_utc))
		diag_add(d, DIAG_ERROR, STR("ends"), 0, "It ends before the visit does.");
	return d->errors > before ? ERR_INVALID : OK;
}

enum err visit_invite(struct db *db, const struct act *act, int64_t visit, const struct visit_invite *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct visit v;
	TRY(leaders_only(db, act));
	TRY(db_tx_begin(db, &tx));
	TRY(visit_get(db, &a, act->school, visit, &v));
	if (v.state != VISIT_IN || v.until_utc <= clock_utc())
		return ERR_STATE;
	TRY(check(in, &v, d));
	struct str what = arena_fmt(&a, "Platform: %.*s; for: %.*s", STRF(in->platform), STRF(in->focus.n ? in->focus : STR("this time only")));
	TRY(q_grant_put_do(db, &(struct q_grant_put_args){ .school = act->school, .person = v.person, .what = what, .from = clock_utc(),
		.upto = in->until_utc ? in->until_utc : v.until_utc, .by = act->person, .why = STR("a visitor, by leadership") }, NULL));
	TRY(audit_add(db, act, "visit.invited", (struct audit_about){ "person", v.person }, NULL));
	return db_tx_commit(&tx);
}

enum err visit_invitations(struct db *db, struct arena *a, int64_t school, int64_t person, struct str **out, size_t *n)
{
	struct grant *g;
	size_t found;
	TRY(grant_list(db, a, school, person, &g, &found));
	struct str *list = arena_array(a, struct str, found + 1);
	*n = 0;
	for (size_t i = 0; i < found; i++)
		if (str_starts(g[i].what, STR("Platform: ")) && g[i].until_utc > clock_utc())
			list[(*n)++] = arena_fmt(a, "%.*s, until %.*s", STRF(str_from(g[i].what, strlen("Platform: "))), STRF(time_clock_words(a, g[i].until_utc)));
	*out = list;
	return OK;
}
