/* A case is closed when nothing is missing, and opened again with all that it had. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/appointment.h"
#include "house/record/inside.h"

/* Steps of one's own that are not done, and questions to others without an answer. */
static enum err still_open(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct diag *d, size_t *n)
{
	struct case_action *actions;
	struct case_referral *asked;
	size_t have;
	TRY(case_actions(k, a, school, e, &actions, &have));
	for (size_t i = 0; i < have; i++)
		if (str_is(actions[i].state, "open")) {
			diag_add(d, DIAG_ERROR, STR("actions"), 0, "Still to do: %.*s", STRF(actions[i].title));
			*n += 1;
		}
	TRY(case_referrals(k, a, school, e, &asked, &have));
	for (size_t i = 0; i < have; i++)
		if (str_is(asked[i].state, "waiting")) {
			diag_add(d, DIAG_ERROR, STR("referrals"), 0, "Waits for an answer: %.*s. Record it, or end the wait with the reason.", STRF(asked[i].agency));
			*n += 1;
		}
	return OK;
}

enum err record_close(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct run r = { 0 };
	struct fields f = { 0 };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "open"))
		return ERR_STATE;
	TRY(case_run(k, &a, act->school, &e, &r));
	size_t *missing = arena_array(&a, size_t, r.p.n + 1);
	size_t n = procedure_missing(&r.p, r.status, missing);
	for (size_t i = 0; i < n; i++)
		diag_add(d, DIAG_ERROR, r.p.steps[missing[i]].id, 0, "Still missing: %.*s", STRF(r.p.steps[missing[i]].title));
	TRY(still_open(k, &a, act->school, &e, d, &n));
	if (n)
		return ERR_INVALID;
	fields_int(&a, &f, "closed", clock_utc());
	fields_int(&a, &f, "due", 0);
	fields_int(&a, &f, "ack_due", 0);
	TRY(case_put(k, act, &e, "closed", &f));
	TRY(case_note(k, act, &e, "closed", STR_NONE, 0));
	return db_tx_commit(&tx);
}

enum err record_reopen(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct fields f = { 0 };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "closed"))
		return ERR_STATE;
	if (!str_trim(why).n)
		return ERR_INVALID;
	fields_int(&a, &f, "closed", 0);
	TRY(case_put(k, act, &e, "open", &f));
	TRY(case_note(k, act, &e, "reopened", why, 0));
	TRY(case_refresh(k, act, &e));
	return db_tx_commit(&tx);
}
