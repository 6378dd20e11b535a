#include "house/support/support.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/support/support_inner.h"
#include "house/task/task.h"

enum { YEAR_S = 366 * 86400, FIELDS_MAX = 20 };

#define SUPPORT_ROW_(word, title) { word, title },
const struct support_word SUPPORT_FACTORS[] = { SUPPORT_FACTOR_TABLE(SUPPORT_ROW_) };
const struct support_word SUPPORT_OPEN[] = { SUPPORT_OPEN_TABLE(SUPPORT_ROW_) };
const struct support_word SUPPORT_BLOCK[] = { SUPPORT_BLOCK_TABLE(SUPPORT_ROW_) };
#undef SUPPORT_ROW_
const struct support_word SUPPORT_FORMS[] = { { "early-years", "Early years: pictures, read aloud" }, { "ks1", "Key stage 1: short sentences with pictures" }, { "ks2", "Key stage 2" } };
const size_t N_SUPPORT_FACTORS = ARRAY_N(SUPPORT_FACTORS), N_SUPPORT_OPEN = ARRAY_N(SUPPORT_OPEN), N_SUPPORT_BLOCK = ARRAY_N(SUPPORT_BLOCK), N_SUPPORT_FORMS = ARRAY_N(SUPPORT_FORMS);

/* ---- checks ---- */

static void check_words(struct str words, const struct support_word *known, size_t n, const char *field, struct diag *d)
{
	struct str word;
	while (str_next(&words, ' ', &word)) {
		bool found = !word.n;
		for (size_t i = 0; i < n; i++)
			found = found || str_is(word, known[i].word);
		if (!found)
			diag_add(d, DIAG_ERROR, str_z(field), 0, "Choose from the list.");
	}
}

static bool both(struct str a, struct str b)
{
	struct str word;
	while (str_next(&a, ' ', &word)) {
		struct str other, rest = b;
		while (word.n && str_next(&rest, ' ', &other))
			if (str_eq(word, other))
				return true;
	}
	return false;
}

static enum err check_people(struct store *st, struct arena *a, int64_t school, const struct support_in *in, struct person *child, struct diag *d)
{
	struct person p;
	enum err e = person_get(st->db, a, school, in->child, child);
	if (e != OK || child->kind != KIND_LEARNER || (child->left_utc && child->left_utc <= clock_utc()))
		diag_add(d, DIAG_ERROR, STR("child"), 0, "Choose a pupil of this school.");
	if (e != OK && e != ERR_ABSENT)
		return e;
	const struct { int64_t id; const char *field; bool need; } adults[] = { { in->supported_by, "supported-by", true }, { in->told, "told", false } };
	for (size_t i = 0; i < ARRAY_N(adults); i++) {
		e = adults[i].id ? person_get(st->db, a, school, adults[i].id, &p) : ERR_ABSENT;
		if ((adults[i].id || adults[i].need) && (e != OK || p.kind == KIND_LEARNER || p.kind == KIND_PARENT || p.kind == KIND_VISITOR))
			diag_add(d, DIAG_ERROR, str_z(adults[i].field), 0, "Choose somebody who works here.");
	}
	return OK;
}

static enum err check(struct store *st, struct arena *a, int64_t school, const struct support_in *in, struct person *child, struct diag *d)
{
	size_t before = d->errors;
	int64_t now = clock_utc();
	TRY(check_people(st, a, school, in, child, d));
	check_words(in->factors, SUPPORT_FACTORS, N_SUPPORT_FACTORS, "factors", d);
	check_words(in->open, SUPPORT_OPEN, N_SUPPORT_OPEN, "open", d);
	check_words(in->block, SUPPORT_BLOCK, N_SUPPORT_BLOCK, "block", d);
	check_words(in->form, SUPPORT_FORMS, N_SUPPORT_FORMS, "form", d);
	if (both(in->open, in->block))
		diag_add(d, DIAG_ERROR, STR("open"), 0, "The same is open and closed: choose one of them.");
	if (!str_trim(in->reason).n)
		diag_add(d, DIAG_ERROR, STR("reason"), 0, "Write why the plan is needed.");
	if (!in->until_utc || in->until_utc <= now || in->until_utc > now + YEAR_S)
		diag_add(d, DIAG_ERROR, STR("until"), 0, "Enter the day on which it is looked at again, within a year.");
	if (in->from_utc && in->until_utc && in->from_utc >= in->until_utc)
		diag_add(d, DIAG_ERROR, STR("from"), 0, "The plan begins before it is looked at again.");
	return d->errors > before ? ERR_INVALID : OK;
}

/* ---- writing ---- */

static struct str texted(struct str s) { return s.p ? s : STR(""); }

static size_t fields_of(struct arena *a, const struct support_in *in, struct str base, int64_t from, int64_t revision, struct entry_field f[FIELDS_MAX])
{
	const struct entry_field all[] = {
		{ STR("child"), arena_id(a, in->child) }, { STR("base"), base }, { STR("form"), texted(in->form) }, { STR("open"), texted(in->open) },
		{ STR("block"), texted(in->block) }, { STR("walled"), in->walled ? STR("yes") : STR("no") }, { STR("factors"), texted(in->factors) },
		{ STR("reason"), texted(in->reason) }, { STR("helps"), texted(in->helps) }, { STR("provision"), texted(in->provision) },
		{ STR("supported-by"), arena_id(a, in->supported_by) }, { STR("told"), arena_id(a, in->told) }, { STR("from"), time_iso(a, from) },
		{ STR("until"), time_iso(a, in->until_utc) }, { STR("revision"), arena_id(a, revision) },
	};
	memcpy(f, all, sizeof all);
	return ARRAY_N(all);
}

/* The group by age: of the class, else of the year. */
static struct str base_group(struct store *st, struct arena *a, const struct person *child)
{
	struct person plain = *child;
	struct school_class c;
	plain.group = STR_NONE;
	if (child->class_id && class_get(st->db, a, child->school, child->class_id, &c) == OK && c.group.n)
		return c.group;
	return arena_str(a, str_z(person_group(&plain)));
}

enum err support_open(struct store *st, const struct act *act, const struct support_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_field f[FIELDS_MAX];
	struct entry_person subject = { in->child, ENTRY_SUBJECT };
	struct person child = { 0 };
	struct support there;
	TRY(db_tx_begin(st->db, &tx));
	TRY(check(st, &a, act->school, in, &child, d));
	if (support_of(st, &a, act->school, in->child, &there) == OK) {
		diag_add(d, DIAG_ERROR, STR("child"), 0, "This pupil has a plan: change that one.");
		return ERR_EXISTS;
	}
	size_t n = fields_of(&a, in, base_group(st, &a, &child), in->from_utc ? in->from_utc : clock_utc(), 1, f);
	struct entry_in e = { .reg = "support-plan", .state = "active", .fields = f, .n_fields = n, .people = &subject, .n_people = 1 };
	TRY(entry_create(st, act, &e, d, id));
	return db_tx_commit(&tx);
}

static enum err update(struct store *st, const struct act *act, const struct support *p, const char *state, const struct entry_field *f, size_t n, struct diag *d)
{
	struct entry_may may = support_may(act->school, act->person);
	struct entry_in in = { .reg = "support-plan", .state = state, .fields = f, .n_fields = n };
	return entry_update(st, act, &may, p->id, p->version, &in, d);
}

enum err support_change(struct store *st, const struct act *act, int64_t id, const struct support_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_field f[FIELDS_MAX];
	struct support was;
	struct person child = { 0 };
	struct support_in same = *in;
	TRY(db_tx_begin(st->db, &tx));
	TRY(support_get(st, &a, act->school, act->person, id, &was));
	if (str_is(was.state, "ended"))
		return ERR_STATE;
	same.child = was.child;
	TRY(check(st, &a, act->school, &same, &child, d));
	bool filter = !str_eq(texted(was.open), texted(in->open)) || !str_eq(texted(was.block), texted(in->block)) || was.walled != in->walled || str_is(was.state, "lapsed");
	size_t n = fields_of(&a, &same, base_group(st, &a, &child), was.from_utc, was.revision + filter, f);
	TRY(update(st, act, &was, "active", f, n, d));
	return db_tx_commit(&tx);
}

enum err support_end(struct store *st, const struct act *act, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct support p;
	TRY(support_get(st, &a, act->school, act->person, id, &p));
	if (str_is(p.state, "ended"))
		return ERR_STATE;
	if (!why.n) {
		diag_add(d, DIAG_ERROR, STR("ended-why"), 0, "Write why the plan ends.");
		return ERR_INVALID;
	}
	struct entry_field f[] = { { STR("ended-why"), why } };
	return update(st, act, &p, "ended", f, ARRAY_N(f), d);
}

/* ---- the day has come ---- */

static enum err lapse_one(struct store *st, struct arena *a, const struct act *act, int64_t id, int64_t now)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct support p;
	int64_t task;
	TRY(db_tx_begin(st->db, &tx));
	TRY(support_get(st, a, act->school, 0, id, &p));
	struct entry_field f[] = { { STR("revision"), arena_id(a, p.revision + 1) } };
	TRY(update(st, act, &p, "lapsed", f, ARRAY_N(f), &d));
	struct task_in in = { .kind = "support-plan", .title = STR("A pupil's plan has come to its day: look at it again"), .for_role = "dsl", .private = true,
		.details = STR("What the plan opened is closed again; what it closed stays closed until somebody has looked. Give it a new day, or end it."),
		.link = arena_fmt(a, "/support/%lld", (long long)id).p, .due_utc = now + 7 * 86400,
		.key = arena_fmt(a, "support-plan-%lld-%lld", (long long)p.number, (long long)p.until_utc).p };
	TRY(task_open_once(st, act, &in, &d, &task, NULL));
	return db_tx_commit(&tx);
}

enum err support_lapse(struct store *st, int64_t school, int64_t now_utc, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "the day of the plan has come" };
	struct q_support_due_row *rows;
	TRY(q_support_due(st->db, &a, &(struct q_support_due_args){ .school = school, .now = now_utc }, &rows, n));
	for (size_t i = 0; i < *n; i++)
		TRY(lapse_one(st, &a, &act, rows[i].id, now_utc));
	return OK;
}
