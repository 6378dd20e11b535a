#include "house/roll/sync.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/glass.h"
#include "house/account/people.h"
#include "house/roll/directory.h"
#include "house/store/audit.h"
#include "house/task/task.h"

static const struct { const char *word, *title; } OUTCOMES[SYNC_OUTCOMES] = {
#define SYNC_ROW_(name, word, title) [name] = { word, title },
	SYNC_OUTCOME_TABLE(SYNC_ROW_)
#undef SYNC_ROW_
};

const char *sync_title(struct str word)
{
	for (size_t i = 0; i < SYNC_OUTCOMES; i++)
		if (str_is(word, OUTCOMES[i].word))
			return OUTCOMES[i].title;
	return "";
}

/* ---- what somebody agreed to ---- */

static struct str setting_name(struct arena *a, struct str source) { return arena_fmt(a, "roll.directory.%.*s", STRF(source)); }

enum err sync_state_get(struct db *db, struct arena *a, int64_t school, struct str source, struct sync_state *out)
{
	struct q_roll_shape_get_row row;
	*out = (struct sync_state){ 0 };
	enum err e = q_roll_shape_get_one(db, a, &(struct q_roll_shape_get_args){ .school = school, .name = setting_name(a, source) }, &row);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	out->agreed = str_starts(row.value, STR("agreed "));
	out->stopped = str_is(row.value, "stopped");
	out->shape = out->agreed ? str_from(row.value, 7) : STR_NONE;
	return OK;
}

static enum err state_put(struct db *db, const struct act *act, struct str source, struct str value, const char *what)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_roll_shape_put_do(db, &(struct q_roll_shape_put_args){ .school = act->school, .name = setting_name(&a, source), .value = value, .by = act->person, .now = clock_utc() }, NULL));
	TRY(audit_add(db, act, what, (struct audit_about){ "roll", 0 }, NULL));
	return db_tx_commit(&tx);
}

enum err sync_agree(struct db *db, const struct act *act, struct str source, struct str shape)
{
	AUTO(arena_done) struct arena a = arena_init();
	return state_put(db, act, source, arena_fmt(&a, "agreed %.*s", STRF(shape)), "directory.agreed");
}

enum err sync_stop(struct db *db, const struct act *act, struct str source) { return state_put(db, act, source, STR("stopped"), "directory.stopped"); }

/* ---- writing down ---- */

static enum err last_of(struct store *st, struct arena *a, int64_t school, struct str source, struct entry *out)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	return entry_first(st, a, &may, &(struct entry_query){ .reg = "roll-sync", .limit = 1, .n_where = 1, .where = { { "source", ENTRY_IS, 0, source } } }, out);
}

static enum err ask_somebody(struct store *st, struct arena *a, const struct act *act, struct str source, enum sync_outcome o, struct str text)
{
	int64_t id, now = clock_utc();
	AUTO(diag_done) struct diag d = diag_init(4);
	struct task_in in = { .kind = "directory", .title = o == SYNC_FAILED ? STR("The directory could not be read for the people of the school") : STR("The directory would change more than it may by itself: look at it"),
		.details = arena_fmt(a, "%.*s: %.*s", STRF(source), STRF(text)), .link = "/directory", .for_role = o == SYNC_FAILED ? "technician" : "admin", .due_utc = now + 86400,
		.key = arena_fmt(a, "directory/%.*s/%s/%lld", STRF(source), OUTCOMES[o].word, (long long)now).p };
	return task_open_once(st, act, &in, &d, &id, NULL);
}

enum err sync_note(struct store *st, struct arena *a, const struct act *act, struct str source, enum sync_outcome outcome, struct str text)
{
	struct entry last = { 0 };
	int64_t id;
	AUTO(diag_done) struct diag d = diag_init(4);
	struct str says = str_upto(text, 600), word = str_z(OUTCOMES[outcome].word);
	enum err e = last_of(st, a, act->school, source, &last);
	if (e != OK && e != ERR_ABSENT)
		return e;
	bool same = e == OK && str_eq(entry_value(&last, "outcome"), word);
	if (same && outcome != SYNC_APPLIED && str_eq(entry_value(&last, "says"), says) && time_uk_midnight(last.made_utc) == time_uk_midnight(clock_utc()))
		return OK;
	const struct entry_field fields[] = { { STR("source"), source }, { STR("outcome"), word }, { STR("says"), says } };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(entry_create(st, act, &(struct entry_in){ .reg = "roll-sync", .fields = fields, .n_fields = ARRAY_N(fields) }, &d, &id));
	if (!same && (outcome == SYNC_ASKS || outcome == SYNC_FAILED))
		TRY(ask_somebody(st, a, act, source, outcome, text));
	return db_tx_commit(&tx);
}

/* ---- one run ---- */

struct running {
	struct store *st;
	struct arena *a;
	const struct act *act;
	const struct library *lib;
	struct str source, bytes;
	struct roll_directory dir;
	struct diag found;
	struct sync_said *out;
};

static void running_done(struct running *r) { diag_done(&r->found); }

static enum err say(struct running *r, enum sync_outcome o, struct str text)
{
	r->out->outcome = o;
	r->out->text = text;
	return sync_note(r->st, r->a, r->act, r->source, o, text);
}

struct str sync_numbers(struct arena *a, const struct roll_plan *p)
{
	AUTO(buf_done) struct buf b = buf_init(400);
	static const struct { enum roll_what what; const char *word; } all[] = { { ROLL_JOINS, "new" }, { ROLL_RETURNS, "back again" }, { ROLL_MOVES, "moved" }, { ROLL_CHANGES, "changed" },
		{ ROLL_LEAVES, "left" } };
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (p->counts[all[i].what])
			buf_fmt(&b, "%s%lld %s", b.n ? ", " : "", (long long)p->counts[all[i].what], all[i].word);
	return arena_str(a, buf_str(&b));
}

static struct str in_numbers(struct running *r)
{
	const struct roll_plan *p = &r->out->plan;
	AUTO(buf_done) struct buf b = buf_init(600);
	struct str changes = sync_numbers(r->a, p);
	buf_fmt(&b, "%.*s%s%zu people in the directory", STRF(changes), changes.n ? "; " : "", r->dir.roll.n);
	if (p->refused)
		buf_fmt(&b, "; %zu could not be taken: look at what would change", p->refused);
	return arena_str(r->a, buf_str(&b));
}

static bool leaves(const struct roll_plan *p, int64_t person)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].what == ROLL_LEAVES && p->steps[i].person == person)
			return true;
	return false;
}

/* Everybody in this role would go. */
static enum err role_empties(struct running *r, enum role role, bool *out)
{
	struct person *list;
	size_t n, before = 0, after = 0;
	TRY(person_of_role(r->st->db, r->a, r->act->school, role, &list, &n));
	for (size_t i = 0; i < n; i++) {
		if (str_is(list[i].username, GLASS_USERNAME))
			continue;
		before++;
		after += !leaves(&r->out->plan, list[i].id);
	}
	*out = before > 0 && after == 0;
	return OK;
}

static bool too_many(const struct running *r, int64_t leave, int64_t present)
{
	int64_t percent = profile_number(&r->lib->profile, "directory.leavers_percent", 10);
	return leave > SYNC_LEAST && leave * 100 > percent * present;
}

/* Why a person must look; absent: it may be applied. */
static enum err must_ask(struct running *r, struct str *why)
{
	const struct roll_plan *p = &r->out->plan;
	bool admin, lead;
	TRY(role_empties(r, ROLE_ADMIN, &admin));
	TRY(role_empties(r, ROLE_DSL, &lead));
	*why = STR_NONE;
	if (too_many(r, p->pupils_leave, p->pupils) || too_many(r, p->staff_leave, p->staff))
		*why = arena_fmt(r->a, "%lld pupils and %lld staff would leave at once. Nothing was applied. If that is right, look at what would change and agree; if not, mend the groups in the directory.",
			(long long)p->pupils_leave, (long long)p->staff_leave);
	else if (admin || lead)
		*why = arena_fmt(r->a, "The last %s would leave. Nothing was applied. Name another one first, then look at what would change and agree.", admin ? "administrator" : "safeguarding lead");
	return OK;
}

static enum err apply(struct running *r)
{
	uint8_t digest[SHA256_BYTES];
	char plan[65];
	hash_sha256(r->bytes, digest);
	snprintf(plan, sizeof plan, "%s", r->out->plan.digest);
	struct roll_options o = { .alone = true };
	struct roll_applying how = { .digest = plan, .typed = r->out->plan.counts[ROLL_LEAVES], .file = arena_fmt(r->a, "The directory %.*s", STRF(r->source)), .file_digest = digest,
		.platforms = &r->lib->platforms };
	enum err e = roll_apply(r->st, r->a, r->act, &r->dir.roll, &o, &how, &r->found, &r->out->plan, &r->out->done);
	if (e == ERR_STALE)
		return say(r, SYNC_SAME, STR("Somebody changed the people of the school meanwhile: it is tried again with the next run."));
	if (e == ERR_INVALID || e == ERR_EXISTS || e == ERR_SYNTAX || e == ERR_STATE || e == ERR_LIMIT)
		return say(r, SYNC_FAILED, STR("One of the changes cannot be kept, so none was. Look at what would change: applying it there says which."));
	TRY(e);
	return say(r, SYNC_APPLIED, in_numbers(r));
}

static enum err run(struct running *r)
{
	struct roll_options o = { .alone = true };
	struct sync_state state;
	struct str why;
	TRY(sync_state_get(r->st->db, r->a, r->act->school, r->source, &state));
	if (!state.agreed)
		return ERR_STATE;
	if (roll_directory_read(r->a, r->source, r->bytes, &r->found, &r->dir) != OK)
		return say(r, SYNC_FAILED, roll_directory_why(r->a, r->source, &r->found));
	if (!str_eq(state.shape, r->dir.shape))
		return say(r, SYNC_ASKS, STR("The settings of the directory were changed. Look at what would change, and agree again."));
	TRY(roll_plan(r->st->db, r->a, r->act->school, &r->dir.roll, &o, &r->found, &r->out->plan));
	if (r->out->plan.n == (size_t)r->out->plan.counts[ROLL_SAME])
		return say(r, SYNC_SAME, in_numbers(r));
	TRY(must_ask(r, &why));
	return why.n ? say(r, SYNC_ASKS, why) : apply(r);
}

enum err sync_run(struct store *st, struct arena *a, const struct act *act, const struct library *lib, struct str source, struct str bytes, struct sync_said *out)
{
	*out = (struct sync_said){ 0 };
	AUTO(running_done) struct running r = { .st = st, .a = a, .act = act, .lib = lib, .source = source, .bytes = bytes, .found = diag_init(ROLL_FINDINGS_MAX), .out = out };
	return run(&r);
}
