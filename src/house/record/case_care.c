/* Who looks after a case: taken on, handed over, noted in, and who is shut out of it. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/appointment.h"
#include "house/record/inside.h"

/* Whoever acts on a case has seen it: the clock stops and an owner is set. */
enum err case_acknowledge(const struct desk *k, const struct act *act, struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	if (entry_int(e, "ack"))
		return OK;
	fields_int(&a, &f, "ack", clock_utc());
	fields_int(&a, &f, "ack_due", 0);
	if (!entry_int(e, "owner"))
		fields_int(&a, &f, "owner", act->person);
	TRY(case_put(k, act, e, NULL, &f));
	return case_note(k, act, e, "seen", STR_NONE, 0);
}

enum err record_acknowledge(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	bool first = !entry_int(&e, "ack");
	TRY(case_acknowledge(k, act, &e));
	struct procedure p;
	TRY(case_procedure(k, &a, act->school, &e, &p));
	const char *step = procedure_step(&p, STR("safeguarding")) ? "safeguarding" : procedure_step(&p, STR("seen")) ? "seen" : NULL;
	if (first && step) {
		TRY(case_step_auto(k, act, &e, step, NULL, STR_NONE, 0));
		TRY(case_refresh(k, act, &e));
	}
	return db_tx_commit(&tx);
}

enum err record_note(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                     enum note_kind kind, struct str text, int64_t happened_utc, struct diag *d)
{
	static const char *const words[] = { [NOTE_PLAIN] = "note", [NOTE_AMENDMENT] = "amendment", [NOTE_CONTACT] = "contact" };
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_trim(text).n || text.n > RECORD_WORDS_MAX || !str_utf8(text)) {
		diag_add(d, DIAG_ERROR, STR("text"), 0, "Please write something, at most %d characters.", RECORD_WORDS_MAX);
		return ERR_INVALID;
	}
	return case_note(k, act, &e, words[kind], text, happened_utc);
}

enum err record_signpost(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str text)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry e;
	bool limited;
	TRY(case_get(k, &a, may, id, &e, &limited));
	return case_note(k, act, &e, "signpost", text, 0);
}

static bool excluded(const struct entry *e, int64_t person)
{
	return stands_as(e, person, ENTRY_SUBJECT) || stands_as(e, person, ENTRY_BARRED);
}

/* Adds a person to the case and to all that stands under it. */
enum err case_person_add(const struct desk *k, const struct act *act, struct entry *e, int64_t person, enum entry_as as)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct entry_may program = record_program(act->school);
	struct entry_person one = { person, as };
	char reg[40];
	snprintf(reg, sizeof reg, "%.*s", STRF(e->reg));
	struct entry_in in = { .reg = reg, .people = &one, .n_people = 1 };
	TRY(entry_update(k->store, act, &program, e->id, e->version, &in, &d));
	e->version++;
	for (size_t r = 0; r < ARRAY_N(CASE_UNDER); r++) {
		struct entry *list;
		size_t n;
		TRY(case_under(k, &a, act->school, e, CASE_UNDER[r], &list, &n));
		in.reg = CASE_UNDER[r];
		for (size_t i = 0; i < n; i++)
			TRY(entry_update(k->store, act, &program, list[i].id, list[i].version, &in, &d));
	}
	return OK;
}

/* Some cases are worked on by the lead and the deputies alone, whoever else may read them. */
static bool for_leads(const struct desk *k, const struct entry *e)
{
	const struct topic *t = topic_of_procedure(&k->library->topics, entry_value(e, "kind"));
	return t && t->leads;
}

/* The lead's work goes to nobody without current training; back to the lead always. */
static enum err trained_for(const struct desk *k, const struct entry *e, int64_t school, int64_t to, role_set roles, struct diag *d)
{
	if (e->class != ENTRY_CHILD || roles & ROLE_BIT(ROLE_DSL) || appointment_trained_now(k->store->db, school, to))
		return OK;
	diag_add(d, DIAG_ERROR, STR("to"), 0, "This is the safeguarding lead's work: it goes to somebody trained for it within two years. Record the training on their page first.");
	return ERR_INVALID;
}

enum err record_hand_over(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                          int64_t to, role_set to_roles, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct fields f = { 0 };
	struct entry_may theirs = record_may(act->school, to, to_roles);
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	bool reads = (theirs.classes & ENTRY_BIT(e.class)) != 0;
	if (for_leads(k, &e) && !(to_roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY))))
		return ERR_FORBIDDEN;
	if (to <= 0 || excluded(&e, to) || !(reads || (theirs.own & ENTRY_BIT(e.class))))
		return ERR_FORBIDDEN;
	TRY(trained_for(k, &e, act->school, to, to_roles, d));
	if (!reads)
		TRY(case_person_add(k, act, &e, to, ENTRY_ASSIGNED));
	TRY(entry_get(k->store, &a, may, id, 0, &e));
	fields_int(&a, &f, "owner", to);
	TRY(case_put(k, act, &e, NULL, &f));
	TRY(case_note(k, act, &e, "handover", arena_fmt(&a, "%lld %.*s", (long long)to, STRF(why)), 0));
	char link[LINK_MAX];
	snprintf(link, sizeof link, "/case/%lld", (long long)id);
	TRY(notify_add(k->store->db, act, NOTICE_HANDED_OVER, to, link, id, 0));
	return db_tx_commit(&tx);
}

/* Whoever looked after it must not see it any more: it waits anew, and the clock asks the next one at its next turn. */
static enum err orphan(const struct desk *k, const struct act *act, struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	fields_int(&a, &f, "owner", 0);
	fields_int(&a, &f, "ack", 0);
	fields_int(&a, &f, "ack_due", clock_utc());
	return case_put(k, act, e, NULL, &f);
}

enum err record_exclude(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                        int64_t person, enum entry_as as)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (as != ENTRY_SUBJECT && as != ENTRY_BARRED)
		return ERR_INVALID;
	TRY(case_person_add(k, act, &e, person, as));
	TRY(q_outbox_withdraw_do(k->store->db, &(struct q_outbox_withdraw_args){ .school = act->school, .person = person, .entry = id }, NULL));
	if (entry_int(&e, "owner") == person)
		TRY(orphan(k, act, &e));
	return db_tx_commit(&tx);
}
