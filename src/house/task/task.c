#include "house/task/task.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/appointment.h"
#include "house/task/task_inner.h"

static const struct { const char *word, *title; } ANSWERS[] = {
#define ANSWER_ROW_(word, title) { word, title },
	TASK_ANSWER_TABLE(ANSWER_ROW_)
#undef ANSWER_ROW_
};

const char *task_answer_title(struct str word)
{
	for (size_t i = 0; i < ARRAY_N(ANSWERS); i++)
		if (str_is(word, ANSWERS[i].word))
			return ANSWERS[i].title;
	return "";
}

static struct str zed(const char *s) { return s ? str_z(s) : STR_NONE; }

static size_t put(struct entry_field *f, size_t n, const char *name, struct str value)
{
	if (value.n)
		f[n++] = (struct entry_field){ str_z(name), value };
	return n;
}

/* ---- opening ---- */

static enum err item_open(struct store *st, struct arena *a, const struct act *act, int64_t task, size_t order, const struct task_item_in *in, struct diag *d)
{
	struct entry_field f[5];
	int64_t id;
	size_t n = put(f, 0, "label", in->label);
	n = put(f, n, "details", in->details);
	n = put(f, n, "about", arena_id(a, in->about));
	n = put(f, n, "key", in->key);
	n = put(f, n, "order", arena_id(a, (int64_t)order + 1));
	struct entry_in e = { .reg = "task-item", .parent = task, .fields = f, .n_fields = n };
	return entry_create(st, act, &e, d, &id);
}

static enum err open_entry(struct store *st, struct arena *a, const struct act *act, const struct task_in *in, struct diag *d, int64_t *id)
{
	struct entry_field f[12];
	const char *role = in->for_role ? in->for_role : in->for_person ? NULL : "dsl";      /* 4-01 */
	size_t n = put(f, 0, "kind", zed(in->kind));
	n = put(f, n, "title", in->title);
	n = put(f, n, "details", in->details);
	n = put(f, n, "link", zed(in->link));
	n = put(f, n, "about", arena_id(a, in->about));
	n = put(f, n, "for", arena_id(a, in->for_person));
	n = put(f, n, "role", zed(role));
	n = put(f, n, "due", time_iso(a, in->due_utc));
	n = put(f, n, "key", zed(in->key));
	n = put(f, n, "answers", zed(in->answers));
	n = put(f, n, "private", in->private ? STR("yes") : STR_NONE);
	struct entry_in e = { .reg = "task", .state = "open", .fields = f, .n_fields = n };
	return entry_create(st, act, &e, d, id);
}

enum err task_open(struct store *st, const struct act *act, const struct task_in *in, struct diag *d, int64_t *id)
{
	assert(in->kind && in->due_utc > 0);
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t made;
	struct task t;
	if (in->n_items > TASK_ITEMS_MAX)
		return ERR_LIMIT;
	TRY(db_tx_begin(st->db, &tx));
	TRY(open_entry(st, &a, act, in, d, &made));
	for (size_t i = 0; i < in->n_items; i++)
		TRY(item_open(st, &a, act, made, i, &in->items[i], d));
	TRY(task_get(st, &a, act->school, made, &t));
	TRY(task_tell(st, &a, act, &t, NOTICE_TASK_NEW));
	TRY(db_tx_commit(&tx));
	*id = made;
	return OK;
}

enum err task_open_once(struct store *st, const struct act *act, const struct task_in *in, struct diag *d, int64_t *id, bool *opened)
{
	assert(in->key);
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct task there;
	TRY(db_tx_begin(st->db, &tx));
	enum err e = task_by_key(st, &a, act->school, in->key, &there);
	if (opened)
		*opened = e == ERR_ABSENT;
	if (e == OK)
		*id = there.id;
	if (e != ERR_ABSENT)
		return e;
	TRY(task_open(st, act, in, d, id));
	return db_tx_commit(&tx);
}

/* ---- changing ---- */

static enum err change(struct store *st, const struct act *act, const struct task *t, const char *state, const struct entry_field *f, size_t n, struct diag *d)
{
	struct entry_may may = task_may(act->school, act->person);
	struct entry_in in = { .reg = "task", .state = state, .fields = f, .n_fields = n };
	return entry_update(st, act, &may, t->id, t->version, &in, d);
}

static bool over(const struct task *t) { return str_is(t->state, "done") || str_is(t->state, "dropped"); }

static struct str need(struct str text, const char *field, const char *words, struct diag *d)
{
	if (!text.n)
		diag_add(d, DIAG_ERROR, str_z(field), 0, "%s", words);
	return text;
}

static enum err nothing_left(struct store *st, struct arena *a, int64_t school, int64_t id, struct diag *d)
{
	struct task_item *items;
	size_t n;
	int64_t total, left;
	TRY(task_items(st, a, school, id, 0, 1, &items, &n, &total, &left));
	if (!left)
		return OK;
	diag_add(d, DIAG_ERROR, STR("outcome"), 0, "%lld of the %lld lines of the list still %s an answer.", (long long)left, (long long)total, left == 1 ? "needs" : "need");
	return ERR_STATE;
}

/* Finished by the one it was handed to: those it is for sign it off (4-03). */
static enum err hand_back(struct store *st, struct arena *a, const struct act *act, const struct task *t, struct str outcome, struct diag *d)
{
	struct entry_field f[] = { { STR("outcome"), outcome } };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(change(st, act, t, "ready", f, ARRAY_N(f), d));
	struct task owner = *t;
	owner.delegate = 0;
	TRY(task_tell(st, a, act, &owner, NOTICE_TASK_READY));
	return db_tx_commit(&tx);
}

enum err task_done(struct store *st, const struct act *act, int64_t id, struct str outcome, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct task t;
	int64_t now = clock_utc();
	TRY(task_get(st, &a, act->school, id, &t));
	if (over(&t))
		return ERR_STATE;
	TRY(nothing_left(st, &a, act->school, id, d));
	if (t.delegate && t.delegate == act->person)
		return str_is(t.state, "ready") ? ERR_STATE : hand_back(st, &a, act, &t, outcome, d);
	struct entry_field f[] = {
		{ STR("outcome"), outcome.n ? outcome : t.outcome }, { STR("done-on"), time_iso(&a, now) }, { STR("done-by"), arena_id(&a, act->person) },
		{ STR("late"), now >= t.due_utc ? STR("yes") : STR("no") },
	};
	return change(st, act, &t, "done", f, ARRAY_N(f), d);
}

enum err task_drop(struct store *st, const struct act *act, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct task t;
	TRY(task_get(st, &a, act->school, id, &t));
	if (over(&t))
		return ERR_STATE;
	struct entry_field f[] = {
		{ STR("outcome"), need(why, "outcome", "Say why it is not needed any more.", d) }, { STR("done-on"), time_iso(&a, clock_utc()) },
		{ STR("done-by"), arena_id(&a, act->person) },
	};
	return why.n ? change(st, act, &t, "dropped", f, ARRAY_N(f), d) : ERR_INVALID;
}

enum err task_reopen(struct store *st, const struct act *act, int64_t id, struct str why, int64_t due_utc, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct task t;
	TRY(task_get(st, &a, act->school, id, &t));
	if (str_is(t.state, "open"))
		return ERR_STATE;
	struct entry_field f[] = {
		{ STR("outcome"), need(why, "outcome", "Say why it is opened again.", d) }, { STR("done-on"), STR("") }, { STR("done-by"), STR("") },
		{ STR("late"), STR("") }, { STR("reminded-on"), STR("") }, { STR("due"), time_iso(&a, due_utc) },
	};
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	if (!why.n)
		return ERR_INVALID;
	TRY(db_tx_begin(st->db, &tx));
	TRY(change(st, act, &t, "open", f, ARRAY_N(f), d));
	TRY(task_tell(st, &a, act, &t, NOTICE_TASK_NEW));
	return db_tx_commit(&tx);
}

enum err task_delegate(struct store *st, const struct act *act, int64_t id, int64_t to, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct task t;
	TRY(task_get(st, &a, act->school, id, &t));
	if (over(&t))
		return ERR_STATE;
	if (to && str_is(t.role, "dsl") && !appointment_trained_now(st->db, act->school, to)) {
		diag_add(d, DIAG_ERROR, STR("to"), 0, "This is the safeguarding lead's work: it goes to somebody trained for it within two years. Record the training on their page first.");
		return ERR_INVALID;
	}
	struct entry_field f[] = { { STR("delegate"), to ? arena_id(&a, to) : STR("") } };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(change(st, act, &t, "open", f, ARRAY_N(f), d));
	if (to)
		TRY(notify_add(st->db, act, NOTICE_TASK_NEW, to, task_path(&a, id), id, 0));
	return db_tx_commit(&tx);
}

/* ---- the list ---- */

static bool takes(const struct task *t, struct str answer)
{
	struct str word, rest = t->answers.n ? t->answers : STR("yes");
	while (str_next(&rest, ' ', &word))
		if (word.n && str_eq(word, answer))
			return true;
	return false;
}

enum err task_answer(struct store *st, const struct act *act, int64_t task, int64_t item, struct str answer, struct str note, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = task_may(act->school, act->person);
	struct entry e;
	struct task t;
	TRY(entry_get(st, &a, &may, item, 0, &e));
	if (!str_is(e.reg, "task-item") || e.parent != task)
		return ERR_ABSENT;
	TRY(task_get(st, &a, act->school, e.parent, &t));
	if (over(&t))
		return ERR_STATE;
	if (!takes(&t, answer)) {
		diag_add(d, DIAG_ERROR, STR("answer"), 0, "Choose an answer for this line.");
		return ERR_INVALID;
	}
	struct entry_field f[] = {
		{ STR("answer"), answer }, { STR("note"), note }, { STR("by"), arena_id(&a, act->person) }, { STR("on"), time_iso(&a, clock_utc()) },
	};
	struct entry_in in = { .reg = "task-item", .state = "answered", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_update(st, act, &may, item, e.version, &in, d);
}

/* ---- reminders ---- */

static enum err remind_one(struct store *st, struct arena *a, const struct act *act, int64_t id, int64_t now)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct task t;
	TRY(db_tx_begin(st->db, &tx));
	TRY(task_get(st, a, act->school, id, &t));
	struct entry_field f[] = { { STR("reminded-on"), time_iso(a, now) }, { STR("reminders"), arena_id(a, t.reminders + 1) } };
	TRY(change(st, act, &t, NULL, f, ARRAY_N(f), &d));
	TRY(task_tell(st, a, act, &t, NOTICE_TASK_DUE));
	return db_tx_commit(&tx);
}

enum err task_remind(struct store *st, int64_t school, int64_t now_utc, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "due and not done" };
	struct q_task_due_row *rows;
	size_t found;
	TRY(q_task_due(st->db, &a, &(struct q_task_due_args){ .school = school, .now = now_utc, .stale = now_utc - TASK_REMIND_S }, &rows, &found));
	for (size_t i = 0; i < found; i++)
		TRY(remind_one(st, &a, &act, rows[i].id, now_utc));
	*n = found;
	return OK;
}
