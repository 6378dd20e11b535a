/* By the clock: inductions and tasks are opened, what is done is closed, what is overdue is told. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/curriculum/lesson.h"
#include "house/notify/notify.h"
#include "house/task/task.h"
#include "house/training/inside.h"

enum { DAY = 86400, FIRST_DAYS = 14 /* at least that long from being told to being due */, BEFORE_DAYS = 42, FIRST_SESSION_DAYS = 84, TASKS_MAX = 6000, DETAILS_MAX = 3000 };

struct tick {
	struct training t;
	struct matrix m;
	const struct act *act;
	int64_t now;
	struct task *tasks;            /* open ones of training */
	size_t n_tasks;
};

/* ---- open tasks ---- */

static enum err open_tasks(struct tick *k)
{
	static const char *const kinds[] = { "training", "training-overdue", "training-session", "training-induction" };
	k->tasks = arena_array(k->t.a, struct task, TASKS_MAX);
	for (size_t i = 0; i < ARRAY_N(kinds); i++) {
		struct task_query q = { .which = TASK_OPEN, .everyone = true, .kind = kinds[i], .limit = TASKS_MAX - 1 };
		struct task *v;
		size_t n;
		int64_t total;
		TRY(task_list(k->t.store, k->t.a, k->t.school, &q, &v, &n, &total));
		for (size_t j = 0; j < n && k->n_tasks < TASKS_MAX; j++)
			k->tasks[k->n_tasks++] = v[j];
	}
	return OK;
}

static const struct task *open_task(const struct tick *k, const char *kind, int64_t person, const char *role)
{
	for (size_t i = 0; i < k->n_tasks; i++)
		if (str_is(k->tasks[i].kind, kind) && k->tasks[i].for_person == person && (!role || str_is(k->tasks[i].role, role)))
			return &k->tasks[i];
	return NULL;
}

static enum err close_task(struct tick *k, const struct task *task, struct str outcome)
{
	return task ? task_done(k->t.store, k->act, task->id, outcome, NULL) : OK;
}

/* ---- inductions ---- */

static enum err inducted(struct tick *k, const struct training_person *p, struct stand need)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	AUTO(diag_done) struct diag d = diag_init(5);
	struct induction i;
	int64_t id, task;
	enum err e = induction_of(&k->t, p->id, &i);
	if (e != ERR_ABSENT)
		return e;
	TRY(db_tx_begin(k->t.store->db, &tx));
	TRY(induction_open(&k->t, k->act, p->id, need.due_utc, &id));
	struct task_in in = { .kind = "training-induction", .title = STR("Induction of somebody new: give and talk through the policy and procedures"), .for_role = "dsl",
		.about = p->id, .due_utc = need.due_utc, .link = arena_fmt(k->t.a, "/training/induction/%lld", (long long)id).p, .key = arena_fmt(k->t.a, "induction %lld", (long long)id).p };
	TRY(task_open_once(k->t.store, k->act, &in, &d, &task, NULL));
	return db_tx_commit(&tx);
}

static enum err inductions(struct tick *k)
{
	size_t at = training_module(&k->t, STR("induction"));
	for (size_t i = 0; at < k->t.modules.n && i < k->m.n; i++)
		if (stand_open(matrix_at(&k->t, &k->m, i, at)))
			TRY(inducted(k, &k->m.people[i], matrix_at(&k->t, &k->m, i, at)));
	for (size_t i = 0; i < k->n_tasks; i++) {
		struct induction in;
		if (!str_is(k->tasks[i].kind, "training-induction"))
			continue;
		enum err e = induction_of(&k->t, k->tasks[i].about, &in);
		if (e == OK && str_is(in.state, "done"))
			TRY(close_task(k, &k->tasks[i], STR("Signed by both.")));
		else if (e != OK && e != ERR_ABSENT)
			return e;
	}
	return OK;
}

/* ---- each person's own ---- */

struct mine { int64_t due; size_t n; struct str details; };

static struct mine mine_of(struct tick *k, size_t person)
{
	AUTO(buf_done) struct buf b = buf_init(DETAILS_MAX);
	struct mine out = { 0 };
	for (size_t i = 0; i < k->t.modules.n; i++) {
		struct stand n = matrix_at(&k->t, &k->m, person, i);
		if (!stand_open(n) || n.due_utc > k->now + (int64_t)BEFORE_DAYS * DAY)
			continue;
		out.due = !out.due || n.due_utc < out.due ? n.due_utc : out.due;
		buf_fmt(&b, "%.*s: by %.*s\n", STRF(k->t.modules.v[i].title), STRF(time_date_words(k->t.a, n.due_utc)));
		out.n++;
	}
	out.details = arena_str(k->t.a, buf_str(&b));
	return out;
}

static enum err one_person(struct tick *k, size_t i)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	const struct training_person *p = &k->m.people[i];
	const struct task *is = open_task(k, "training", p->id, NULL);
	struct mine mine = mine_of(k, i);
	int64_t id, soonest = k->now + (int64_t)FIRST_DAYS * DAY;
	if (!mine.n)
		return close_task(k, is, STR("The training is recorded."));
	if (is)
		return OK;
	struct task_in in = { .kind = "training", .title = mine.n == 1 ? STR("Training: one thing of yours is due") : arena_fmt(k->t.a, "Training: %zu things of yours are due", mine.n),
		.details = mine.details, .for_person = p->id, .due_utc = mine.due > soonest ? mine.due : soonest, .link = "/training/me",
		.key = arena_fmt(k->t.a, "training %lld %.*s", (long long)p->id, STRF(time_iso(k->t.a, k->now))).p };
	return task_open_once(k->t.store, k->act, &in, &d, &id, NULL);
}

/* ---- what is overdue ---- */

static size_t overdue(const struct tick *k, role_set of)
{
	size_t n = 0;
	for (size_t i = 0; i < k->m.n; i++)
		for (size_t m = 0; m < k->t.modules.n; m++)
			if ((!of || k->m.people[i].roles & of) && stand_red(matrix_at(&k->t, &k->m, i, m))) {
				n++;
				break;
			}
	return n;
}

static enum err tell_leadership(struct tick *k, int64_t task)
{
	static const char *const roles[] = { "head", "leadership" };
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		int64_t *people;
		size_t n;
		TRY(notify_holders(k->t.store->db, k->t.a, k->t.school, str_z(roles[i]), &people, &n));
		for (size_t j = 0; j < n; j++)
			TRY(notify_add(k->t.store->db, k->act, NOTICE_TRAINING, people[j], "/training?state=red", task, 0));
	}
	return OK;
}

/* One task for a role while anybody is overdue: the matrix says who. */
static enum err overdue_for(struct tick *k, const char *role, role_set of, const char *title)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	const struct task *is = open_task(k, "training-overdue", 0, role);
	int64_t id;
	if (!overdue(k, of))
		return close_task(k, is, STR("Nobody is overdue any more."));
	if (is)
		return OK;
	struct task_in in = { .kind = "training-overdue", .title = str_z(title), .for_role = role, .due_utc = k->now + (int64_t)FIRST_DAYS * DAY, .link = "/training?state=red",
		.key = arena_fmt(k->t.a, "training-overdue %s %.*s", role, STRF(time_iso(k->t.a, k->now))).p };
	TRY(db_tx_begin(k->t.store->db, &tx));
	TRY(task_open_once(k->t.store, k->act, &in, &d, &id, NULL));
	TRY(tell_leadership(k, id));
	return db_tx_commit(&tx);
}

/* The safeguarding lead's own training is the headteacher's to see as well (4.2-06). */
static enum err overdue_all(struct tick *k)
{
	TRY(overdue_for(k, "dsl", 0, "Training is overdue: see who, and plan a session"));
	return overdue_for(k, "head", ROLE_BIT(ROLE_DSL), "Training of the safeguarding lead is overdue");
}

/* ---- sessions for children and parents ---- */

static int64_t last_held(const struct occasion *v, size_t n, enum audience a, int64_t now)
{
	int64_t last = 0;
	for (size_t i = 0; i < n; i++)
		if (str_is(v[i].state, "held") && str_is(v[i].kind, "session") && v[i].audiences & AUDIENCE_BIT(a) && v[i].on_utc <= now && v[i].on_utc > last)
			last = v[i].on_utc;
	return last;
}

enum err training_sessions_due(const struct training *t, int64_t now_utc, struct session_due out[2], size_t *n)
{
	static const enum audience audiences[] = { AUDIENCE_LEARNERS, AUDIENCE_PARENTS };
	struct occasion *v;
	size_t found;
	bool confirmed;
	int months = training_sessions_months(t, &confirmed);
	TRY(occasion_list(t->store, t->a, t->school, months_on(now_utc, -MODULE_MONTHS_MAX), now_utc + DAY, &v, &found));
	*n = 0;
	for (size_t i = 0; i < ARRAY_N(audiences); i++) {
		struct str word = str_z(audience_word(audiences[i]));
		int64_t last = last_held(v, found, audiences[i], now_utc);
		if (profile_has(&t->library->profile, STR("training.online_sessions"), word))
			out[(*n)++] = (struct session_due){ word, last, last ? months_on(last, months) : time_uk_midnight((t->begun_utc ? t->begun_utc : now_utc) + (int64_t)FIRST_SESSION_DAYS * DAY) };
	}
	return OK;
}

static const struct task *session_task(const struct tick *k, struct str audience)
{
	for (size_t i = 0; i < k->n_tasks; i++)
		if (str_is(k->tasks[i].kind, "training-session") && str_starts(k->tasks[i].key, arena_fmt(k->t.a, "training-session %.*s ", STRF(audience))))
			return &k->tasks[i];
	return NULL;
}

static enum err sessions(struct tick *k)
{
	struct session_due due[2];
	size_t n;
	TRY(training_sessions_due(&k->t, k->now, due, &n));
	for (size_t i = 0; i < n; i++) {
		AUTO(diag_done) struct diag d = diag_init(5);
		const struct task *is = session_task(k, due[i].audience);
		struct str day = time_iso_date(k->t.a, due[i].due_utc), key = arena_fmt(k->t.a, "training-session %.*s %.*s", STRF(due[i].audience), STRF(day));
		int64_t id;
		if (is && !str_eq(is->key, key))         /* one was held, or the interval was changed */
			TRY(close_task(k, is, STR("Held, or its day has changed.")));
		if (due[i].due_utc > k->now + (int64_t)BEFORE_DAYS * DAY)
			continue;
		struct task_in in = { .kind = "training-session", .title = str_is(due[i].audience, "parents") ? STR("Hold an online safety session for parents") : STR("Hold an online safety session for pupils"),
			.for_role = "dsl", .due_utc = due[i].due_utc, .link = "/occasions", .key = key.p };
		TRY(task_open_once(k->t.store, k->act, &in, &d, &id, NULL));
	}
	return OK;
}

/* ---- all of it ---- */

static enum err begin(struct tick *k)
{
	const struct entry_field f[] = { { STR("key"), STR("begun") } };
	struct entry_in in = { .reg = "training-setting", .fields = f, .n_fields = 1 };
	int64_t id;
	if (k->t.begun_utc)
		return OK;
	TRY(entry_create(k->t.store, k->act, &in, NULL, &id));
	k->t.begun_utc = k->now;
	return OK;
}

enum err training_tick(struct store *st, const struct library *l, int64_t school, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "training falls due" };
	struct tick k = { .act = &act, .now = now_utc };
	if (!registers_find(st->registers, STR("training-setting")))
		return OK;
	TRY(training_open(st, l, &a, school, &k.t));
	TRY(begin(&k));
	TRY(matrix_load(&k.t, 0, now_utc, &k.m));
	TRY(open_tasks(&k));
	TRY(inductions(&k));
	for (size_t i = 0; i < k.m.n; i++)
		TRY(one_person(&k, i));
	TRY(overdue_all(&k));
	return sessions(&k);
}
