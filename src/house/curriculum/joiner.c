#include "house/curriculum/joiner.h"

#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/task/task.h"

enum { DAY_S = 86400, BEGUN_DAYS = 7, BACK_DAYS = 60, AHEAD_DAYS = 42, DUE_DAYS = 14 };

static const char *const words[] = { "joins", "leaves" };

static const char *key_of(struct arena *a, int64_t child, enum joiner_kind kind) { return arena_fmt(a, "transition/%s/%lld", words[kind], (long long)child).p; }

enum err joiner_of(struct store *st, struct arena *a, int64_t school, int64_t child, enum joiner_kind kind, struct joiner *out)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "transition-session", .n_where = 2, .limit = 5,
		.where = { { "child", ENTRY_IS, child, STR_NONE }, { "kind", ENTRY_IS, 0, str_z(words[kind]) } } };
	struct entry_page page;
	struct task t;
	*out = (struct joiner){ 0 };
	TRY(entry_list(st, a, &may, &q, &page));
	for (size_t i = 0; i < page.n && !out->done; i++)
		out->done = !str_is(page.entries[i].state, REG_UNDONE) && time_read_date(entry_value(&page.entries[i], "on"), &out->on_utc) == OK;
	enum err e = task_by_key(st, a, school, key_of(a, child, kind), &t);
	if (e != OK && e != ERR_ABSENT)
		return e;
	out->task = e == OK && (str_is(t.state, "open") || str_is(t.state, "ready")) ? t.id : 0;
	out->wanted = out->done || out->task;
	return OK;
}

static enum err one(struct store *st, const struct act *act, struct arena *a, int64_t child, enum joiner_kind kind, int64_t at_utc)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct joiner j;
	int64_t id;
	TRY(joiner_of(st, a, act->school, child, kind, &j));
	struct task_in in = { .kind = "transition", .about = child, .for_role = "dsl", .due_utc = at_utc + DUE_DAYS * DAY_S, .key = key_of(a, child, kind),
		.title = kind == JOINER_JOINS ? STR("A session on online safety for somebody who joined") : STR("A session on online safety for somebody who leaves"),
		.link = arena_fmt(a, "/people/%lld", (long long)child).p };
	if (!j.done)
		return task_open_once(st, act, &in, &d, &id, NULL);
	return j.task ? task_done(st, act, j.task, STR("The session is entered."), &d) : OK;
}

enum err joiners_tick(struct store *st, int64_t school, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "children who join or leave" };
	struct q_transition_movers_row *rows;
	size_t n;
	int64_t from = now_utc - BACK_DAYS * DAY_S, upto = now_utc + AHEAD_DAYS * DAY_S;
	TRY(q_transition_movers(st->db, &a, &(struct q_transition_movers_args){ .school = school, .from = from, .upto = upto }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t joined = rows[i].joined_utc, left = rows[i].left_utc;
		if (joined > from && joined <= now_utc && joined > rows[i].first_utc + BEGUN_DAYS * DAY_S && (!left || left > now_utc))
			TRY(one(st, &act, &a, rows[i].id, JOINER_JOINS, joined));
		if (left > from && left <= upto)
			TRY(one(st, &act, &a, rows[i].id, JOINER_LEAVES, now_utc));
	}
	return OK;
}
