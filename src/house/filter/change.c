#include "house/filter/change.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"

enum { FIELDS_MAX = 12 };

bool change_weakens(const struct entry *e) { return !str_is(entry_value(e, "change"), "block"); }

enum err change_propose(struct store *st, struct arena *a, const struct act *act, const struct change_in *in, struct diag *d, int64_t *id)
{
	struct entry_field f[FIELDS_MAX];
	size_t n = 0;
	f[n++] = (struct entry_field){ STR("host"), in->host };
	f[n++] = (struct entry_field){ STR("change"), in->change };
	f[n++] = (struct entry_field){ STR("group"), in->group };
	f[n++] = (struct entry_field){ STR("purpose"), in->purpose };
	f[n++] = (struct entry_field){ STR("weakens"), str_is(in->change, "block") ? STR("no") : STR("yes") };
	if (in->path.n > 1)
		f[n++] = (struct entry_field){ STR("path"), in->path };
	if (in->risk.n)
		f[n++] = (struct entry_field){ STR("risk"), in->risk };
	if (in->request)
		f[n++] = (struct entry_field){ STR("request"), arena_i64(a, in->request) };
	struct entry_in e = { .reg = "filter-change", .state = "proposed", .fields = f, .n_fields = n };
	return entry_create(st, act, &e, d, id);
}

static bool over(const struct entry *e)
{
	return str_is(e->state, "ended") || str_is(e->state, "refused") || str_is(e->state, "withdrawn");
}

uint32_t change_waits(const struct entry *e)
{
	uint32_t w = 0;
	if (over(e))
		return 0;
	w |= entry_i64(e, "technical-by") ? 0 : WAIT_TECHNICAL;
	w |= entry_i64(e, "educational-by") ? 0 : WAIT_EDUCATIONAL;
	w |= entry_i64(e, "consent-by") ? 0 : WAIT_CONSENT;
	return w;
}

bool change_in_force(const struct entry *e, int64_t now_utc)
{
	int64_t until;
	struct str s = entry_value(e, "until");
	return str_is(e->state, "live") && (!s.n || (time_read_iso(s, &until) == OK && until > now_utc));
}

static enum err put(struct store *st, const struct act *act, const struct entry_may *may, const struct entry *e, const char *state,
                    const struct entry_field *f, size_t n, struct diag *d)
{
	struct entry_in in = { .reg = "filter-change", .state = state, .fields = f, .n_fields = n };
	return entry_update(st, act, may, e->id, e->version, &in, d);
}

enum err change_assess(struct store *st, struct arena *a, const struct act *act, const struct entry_may *may, const struct entry *e,
                       enum change_side side, struct str found, struct diag *d)
{
	bool technical = side == SIDE_TECHNICAL;
	uint32_t mine = technical ? WAIT_TECHNICAL : WAIT_EDUCATIONAL, waits = change_waits(e);
	if (!(waits & mine))
		return ERR_STATE;
	if (entry_i64(e, technical ? "educational-by" : "technical-by") == act->person)
		return ERR_EXISTS;
	struct entry_field f[] = {
		{ technical ? STR("technical") : STR("educational"), found },
		{ technical ? STR("technical-by") : STR("educational-by"), arena_i64(a, act->person) },
	};
	bool both = !(waits & ~mine & (WAIT_TECHNICAL | WAIT_EDUCATIONAL));
	return put(st, act, may, e, both && str_is(e->state, "proposed") ? "assessed" : NULL, f, ARRAY_N(f), d);
}

enum err change_consent(struct store *st, struct arena *a, const struct act *act, const struct entry_may *may, const struct entry *e, struct diag *d)
{
	if (change_waits(e) != WAIT_CONSENT)
		return ERR_STATE;
	if (entry_i64(e, "technical-by") == act->person || entry_i64(e, "educational-by") == act->person)
		return ERR_EXISTS;
	struct entry_field f[] = {
		{ STR("consent-by"), arena_i64(a, act->person) }, { STR("consent-on"), time_iso(a, clock_utc()) }, { STR("until"), STR("") },
	};
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	if (!str_is(e->state, "live"))
		TRY(put(st, act, may, e, "consented", f, ARRAY_N(f), d));
	struct entry now = *e;
	struct act live = { act->school, act->person, "put in force after consent" };
	now.version += str_is(e->state, "live") ? 0 : 1;
	TRY(put(st, &live, may, &now, "live", f, ARRAY_N(f), d));
	return db_tx_commit(&tx);
}

enum err change_stop_now(struct store *st, struct arena *a, const struct act *act, const struct entry_may *may, const struct entry *e, struct diag *d)
{
	if (change_weakens(e))
		return ERR_FORBIDDEN;
	if (over(e) || str_is(e->state, "live"))
		return ERR_STATE;
	struct entry_field f[] = { { STR("until"), time_iso(a, clock_utc() + STOP_DAYS * 86400) } };
	return put(st, act, may, e, "live", f, ARRAY_N(f), d);
}

enum err change_close(struct store *st, struct arena *a, const struct act *act, const struct entry_may *may, const struct entry *e,
                      enum change_close how, struct diag *d)
{
	static const char *const states[] = { [CLOSE_REFUSED] = "refused", [CLOSE_WITHDRAWN] = "withdrawn", [CLOSE_ENDED] = "ended" };
	bool live = str_is(e->state, "live");
	if (over(e) || (how == CLOSE_ENDED) != live)
		return ERR_STATE;
	if (how == CLOSE_WITHDRAWN && e->made_by != act->person)
		return ERR_FORBIDDEN;
	return put(st, act, may, e, states[how], NULL, 0, d);
}
