/* Risk assessments: a draft, its signatures, the signed one. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/service/inner.h"

enum { FIELDS_MAX = 60 };

static enum err newest(struct store *st, struct arena *a, int64_t school, int64_t service, const char *state, struct entry *out)
{
	struct entry_may may = service_may(school);
	struct entry_query q = { .reg = "assessment", .states = { state }, .limit = 1, .n_where = 1,
		.where = { { .key = "service", .op = ENTRY_IS, .i = service } } };
	struct entry_page page;
	*out = (struct entry){ 0 };
	TRY(entry_list(st, a, &may, &q, &page));
	if (!page.n)
		return ERR_ABSENT;
	*out = page.entries[0];
	return OK;
}

enum err assess_draft(struct store *st, struct arena *a, int64_t school, int64_t service, struct entry *out)
{
	return newest(st, a, school, service, "draft", out);
}

enum err assess_signed(struct store *st, struct arena *a, int64_t school, int64_t service, struct entry *out)
{
	return newest(st, a, school, service, "signed", out);
}

static struct str field(const struct entry_field *f, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(f[i].name, name))
			return f[i].value;
	return STR_NONE;
}

static bool for_learners(const struct entry_field *f, size_t n)
{
	struct str groups = field(f, n, "groups");
	return str_find(groups, STR("ks")) >= 0 || str_find(groups, STR("early-years")) >= 0 || field(f, n, "learner").n;
}

static struct str risk_of(struct arena *a, const struct entry_field *f, size_t n)
{
	int64_t likely, bad;
	if (str_i64(field(f, n, "likelihood"), &likely) != OK || str_i64(field(f, n, "impact"), &bad) != OK)
		return STR("");
	return arena_i64(a, likely * bad);
}

/* A look ahead of at most a year: one more would be for nobody in particular. */
static enum err review_fits(struct str review, struct diag *d)
{
	int64_t day;
	if (!review.n)
		return OK;
	if (time_read_date(review, &day) != OK)
		return diag_fail(d, STR("review"), 0, "Write the day like 12 March 2027.");
	struct civil then = time_uk(clock_utc());
	then.month += REVIEW_MONTHS_MAX % 12;
	then.year += REVIEW_MONTHS_MAX / 12;
	return day <= time_from_uk(then) ? OK : diag_fail(d, STR("review"), 0, "Look at it again within %d months.", REVIEW_MONTHS_MAX);
}

enum err assess_save(struct store *st, const struct act *act, const struct entry *service, const struct entry_field *f, size_t n, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = service_may(act->school);
	struct entry_field all[FIELDS_MAX + 12];
	struct entry draft;
	if (n > FIELDS_MAX)
		return ERR_LIMIT;
	TRY(review_fits(field(f, n, "review"), d));
	memcpy(all, f, n * sizeof *f);
	const struct entry_field own[] = {
		{ STR("service"), arena_i64(&a, service->id) }, { STR("kind"), entry_value(service, "kind") },
		{ STR("hosts"), entry_value(service, "hosts") }, { STR("learners"), for_learners(f, n) ? STR("yes") : STR("no") },
		{ STR("risk"), risk_of(&a, f, n) }, { STR("educator"), STR("") }, { STR("educator-on"), STR("") }, { STR("technician"), STR("") },
		{ STR("technician-on"), STR("") }, { STR("leader"), STR("") }, { STR("leader-on"), STR("") },
	};
	memcpy(all + n, own, sizeof own);
	struct entry_in in = { .reg = "assessment", .fields = all, .n_fields = n + ARRAY_N(own) };
	enum err e = assess_draft(st, &a, act->school, service->id, &draft);
	*id = draft.id;
	if (e == ERR_ABSENT)
		return entry_create(st, act, &in, d, id);
	TRY(e);
	return entry_update(st, act, &may, draft.id, draft.version, &in, d);
}

/* ---- signatures ---- */

static const struct { const char *who, *on; } sides[] = {
	[SIDE_EDUCATOR] = { "educator", "educator-on" }, [SIDE_TECHNICIAN] = { "technician", "technician-on" }, [SIDE_LEADER] = { "leader", "leader-on" },
};

static void say(const struct gate_answer *g, struct diag *d)
{
	for (size_t i = 0; i < g->n; i++)
		diag_add(d, DIAG_ERROR, STR("gate"), 0, "%.*s", STRF(g->missing[i].says));
}

static enum err may_sign(struct store *st, struct arena *a, const struct act *act, const struct entry *service, const struct entry *draft,
                         enum assess_side side, struct diag *d)
{
	struct gate_answer ready;
	if (entry_i64(draft, sides[side].who)) {
		diag_add(d, DIAG_ERROR, STR("gate"), 0, "This side has signed already.");
		return ERR_STATE;
	}
	for (size_t i = 0; i < ARRAY_N(sides); i++)
		if (entry_i64(draft, sides[i].who) == act->person)
			return ERR_EXISTS;
	if (!str_eq(entry_value(service, "hosts"), entry_value(draft, "hosts")) || !str_eq(entry_value(service, "kind"), entry_value(draft, "kind"))) {
		diag_add(d, DIAG_ERROR, STR("gate"), 0, "The service has changed since the assessment was written. Save the assessment again first.");
		return ERR_STATE;
	}
	TRY(gate_open(st, a, act->school, "ready", draft, clock_utc(), &ready));
	say(&ready, d);
	return ready.open ? OK : ERR_STATE;
}

/* The one before it ends; the service is assessed. */
static enum err take_effect(struct store *st, struct arena *a, const struct act *act, const struct entry *service, const struct entry *draft, struct diag *d)
{
	struct entry_may may = service_may(act->school);
	struct entry old;
	struct entry_in signs = { .reg = "assessment", .state = "signed" }, ends = { .reg = "assessment", .state = "ended" },
		assessed = { .reg = "service", .state = "assessed" };
	enum err e = assess_signed(st, a, act->school, service->id, &old);
	if (e == OK)
		TRY(entry_update(st, act, &may, old.id, old.version, &ends, d));
	else if (e != ERR_ABSENT)
		return e;
	TRY(entry_update(st, act, &may, draft->id, draft->version, &signs, d));
	return str_is(service->state, "assessed") ? OK : entry_update(st, act, &may, service->id, service->version, &assessed, d);
}

enum err assess_sign(struct store *st, const struct act *act, const struct entry *service, enum assess_side side, struct diag *d, bool *opened)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = service_may(act->school);
	struct gate_answer g;
	struct entry draft;
	*opened = false;
	TRY(db_tx_begin(st->db, &tx));
	TRY(assess_draft(st, &a, act->school, service->id, &draft));
	TRY(may_sign(st, &a, act, service, &draft, side, d));
	struct entry_field f[] = { { str_z(sides[side].who), arena_i64(&a, act->person) }, { str_z(sides[side].on), time_iso(&a, clock_utc()) } };
	struct entry_in in = { .reg = "assessment", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_update(st, act, &may, draft.id, draft.version, &in, d));
	TRY(entry_get(st, &a, &may, draft.id, 0, &draft));
	TRY(gate_open(st, &a, act->school, "sign", &draft, clock_utc(), &g));
	if (g.open)
		TRY(take_effect(st, &a, act, service, &draft, d));
	TRY(db_tx_commit(&tx));
	*opened = g.open;
	return OK;
}

enum err assess_call_back(struct store *st, const struct act *act, const struct entry *service, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = service_may(act->school);
	struct entry signed_one;
	if (!why.n)
		return diag_fail(d, STR("why"), 0, "Say why.");
	TRY(db_tx_begin(st->db, &tx));
	TRY(assess_signed(st, &a, act->school, service->id, &signed_one));
	struct entry_field f[] = { { STR("ended-why"), why } };
	struct entry_in ends = { .reg = "assessment", .state = "ended", .fields = f, .n_fields = 1 }, wanted = { .reg = "service", .state = "wanted" };
	TRY(entry_update(st, act, &may, signed_one.id, signed_one.version, &ends, d));
	TRY(entry_update(st, act, &may, service->id, service->version, &wanted, d));
	return db_tx_commit(&tx);
}
