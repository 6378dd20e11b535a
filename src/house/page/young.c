/* A child has signed in: where, and whether it is somewhere else as well. */
#include "house/page/young.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/whereabouts.h"
#include "house/notify/notify.h"
#include "house/page/page_store.h"
#include "house/store/audit.h"
#include "house/web/directive.h"

/* The first places end, as the teacher chose. */
static enum err end_others(struct page_ctx *c, const struct person *p, const struct session *s, const struct whereabout *w)
{
	struct act act = { c->school, p->id, "signed in on a second device" };
	struct whereabout gone;
	enum err e = whereabouts_end(c->db, c->arena, &act, w->class_id, w->id, &gone);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	struct page_ctx as = *c;
	struct session mine = *s;
	as.session = &mine;              /* the gate takes it from the child itself */
	if (directive_unbind(&as, gone.peer) != OK)
		log_line(LOG_WARN, "portal: the gate was not told that a child's first device is signed out");
	return OK;
}

static enum err tell_teachers(struct page_ctx *c, const struct person *p)
{
	struct q_class_taught_by_row *rows;
	size_t n, n_tech = 0;
	int64_t *tech = NULL;
	struct act act = { c->school, p->id, "signed in on two devices" };
	struct str link = arena_fmt(c->arena, "/class/%lld/session", (long long)p->class_id);
	TRY(q_class_taught_by(c->db, c->arena, &(struct q_class_taught_by_args){ .school = c->school, .class = p->class_id }, &rows, &n));
	if (n == 0)
		TRY(notify_holders(c->db, c->arena, c->school, STR("technician"), &tech, &n_tech));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	for (size_t i = 0; i < n; i++)
		TRY(notify_add(c->db, &act, NOTICE_TWO_PLACES, rows[i].person, link.p, 0, 0));
	for (size_t i = 0; i < n_tech; i++)
		TRY(notify_add(c->db, &act, NOTICE_TWO_PLACES, tech[i], "/people", 0, 0));
	TRY(audit_add(c->db, &act, "sign-in.two-places", (struct audit_about){ "person", p->id }, NULL));
	return db_tx_commit(&tx);
}

enum err young_arrived(struct page_ctx *c, const struct person *p, const struct session *s, const struct lesson *l, const char *how)
{
	struct whereabout *in;
	size_t n;
	bool others = false;
	TRY(whereabouts_note(c->db, p, s, l && s->how == HOW_CARD ? l->id : 0, how));
	TRY(whereabouts_of_person(c->db, c->arena, c->school, p->id, &in, &n));
	for (size_t i = 0; i < n; i++) {
		if (addr_same(in[i].peer, s->peer))
			continue;
		if (l && l->alone)
			TRY(end_others(c, p, s, &in[i]));
		else
			others = true;
	}
	return others ? tell_teachers(c, p) : OK;
}

enum err young_arrived_otherwise(struct page_ctx *c, const struct person *p, const struct session *s)
{
	struct store st = page_store(c);
	struct lesson l;
	enum err e = p->class_id && c->web->registers ? lesson_of(&st, c->arena, c->school, p->class_id, &l) : ERR_ABSENT;
	if (e != ERR_ABSENT)
		TRY(e);
	return young_arrived(c, p, s, e == OK ? &l : NULL, s->how == HOW_OUTSIDE ? "outside" : "password");
}

int64_t young_seen_before(struct page_ctx *c, int64_t person)
{
	struct q_account_seen_utc_row r;
	enum err e = q_account_seen_utc_one(c->db, c->arena, &(struct q_account_seen_utc_args){ .school = c->school, .person = person }, &r);
	return e == OK && r.at ? r.at : clock_utc();
}

/* In words for a child or a grown-up, after the name of who did it. */
static const char *change_words(enum person_kind kind, struct str what)
{
	if (str_starts(what, STR("card.")))
		return " made you a new card.";
	if (str_is(what, "sign-in.code-made"))
		return " made a one-time code for your account since you were here last. If you did not ask for it, tell the technician.";
	return kind == KIND_LEARNER ? " made you a new password." : " set a new password for you since you were here last. If you did not ask for it, tell the technician.";
}

enum err young_tell_changes(struct page_ctx *c, const struct person *p, const struct session *s, int64_t since_utc)
{
	struct q_account_changes_row *rows;
	size_t n;
	TRY(q_account_changes(c->db, c->arena, &(struct q_account_changes_args){ .school = c->school, .person = p->id, .since = since_utc }, &rows, &n));
	if (n == 0)
		return OK;
	struct page_ctx as = *c;
	struct session mine = *s;
	as.session = &mine;
	struct str who = person_name(c->db, c->arena, c->school, rows[0].by);
	page_flash(&as, p->kind == KIND_LEARNER ? FLASH_NOTE : FLASH_WARNING, "%.*s%s", STRF(who), change_words(p->kind, rows[0].what));
	return OK;
}
