/* Reading tasks, and who they are for. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/task/task_inner.h"

const char *task_path(struct arena *a, int64_t id) { return arena_fmt(a, "/tasks/%lld", (long long)id).p; }

static bool yes(const struct entry *e, const char *field) { return str_is(entry_value(e, field), "yes"); }

static struct task task_of(struct arena *a, const struct entry *e)
{
	struct task t = {
		.id = e->id, .number = e->number, .version = e->version, .state = e->state, .kind = entry_value(e, "kind"), .title = entry_value(e, "title"),
		.details = entry_value(e, "details"), .link = entry_value(e, "link"), .role = entry_value(e, "role"), .key = entry_value(e, "key"),
		.answers = entry_value(e, "answers"), .outcome = entry_value(e, "outcome"), .about = entry_i64(e, "about"), .for_person = entry_i64(e, "for"),
		.delegate = entry_i64(e, "delegate"), .opened_by = e->made_by, .done_by = entry_i64(e, "done-by"), .reminders = entry_i64(e, "reminders"),
		.opened_utc = e->made_utc, .due_utc = entry_utc(e, "due"), .done_utc = entry_utc(e, "done-on"), .reminded_utc = entry_utc(e, "reminded-on"),
		.private = yes(e, "private"),
	};
	bool open = str_is(t.state, "open") || str_is(t.state, "ready");
	t.late = open ? clock_utc() >= t.due_utc : yes(e, "late");
	return t;
}

enum err task_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct task *out)
{
	struct entry_may may = task_may(school, 0);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "task"))
		return ERR_ABSENT;
	*out = task_of(a, &e);
	return OK;
}

bool task_is_for(const struct task *t, int64_t person, role_set roles)
{
	enum role r;
	if (person && (t->for_person == person || t->delegate == person))
		return true;
	return t->role.n && role_read(t->role, &r) == OK && roles & ROLE_BIT(r);
}

enum err task_by_key(struct store *st, struct arena *a, int64_t school, const char *key, struct task *out)
{
	struct entry_may may = task_may(school, 0);
	struct entry_query q = { .reg = "task", .where = { { "key", ENTRY_IS, 0, str_z(key) } }, .n_where = 1 };
	struct entry e;
	TRY(entry_first(st, a, &may, &q, &e));
	*out = task_of(a, &e);
	return OK;
}

/* ",dsl,head,": for a LIKE. */
static struct str roles_text(struct arena *a, role_set roles)
{
	AUTO(buf_done) struct buf b = buf_init(2000);
	buf_byte(&b, ',');
	for (int r = 0; r < role_count(); r++)
		if (roles & ROLE_BIT(r))
			buf_fmt(&b, "%s,", role_word((enum role)r));
	return arena_str(a, buf_str(&b));
}

static struct q_task_total_args args_of(struct arena *a, int64_t school, const struct task_query *q)
{
	return (struct q_task_total_args){ .school = school, .open = q->which != TASK_ENDED, .before = q->which == TASK_OVERDUE ? clock_utc() : 0,
		.person = q->person ? q->person : -1, .roles = roles_text(a, q->roles), .everyone = q->everyone, .kind = str_z(q->kind ? q->kind : "") };
}

enum err task_count(struct store *st, int64_t school, const struct task_query *q, int64_t *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_task_total_args args = args_of(&a, school, q);
	struct q_task_total_row row;
	TRY(q_task_total_one(st->db, &a, &args, &row));
	*out = row.n;
	return OK;
}

enum err task_list(struct store *st, struct arena *a, int64_t school, const struct task_query *q, struct task **out, size_t *n, int64_t *total)
{
	struct q_task_total_args t = args_of(a, school, q);
	struct q_task_ids_row *rows;
	size_t found;
	TRY(q_task_ids(st->db, a, &(struct q_task_ids_args){ .school = school, .open = t.open, .before = t.before, .person = t.person, .roles = t.roles,
		.everyone = t.everyone, .kind = t.kind, .limit = q->limit ? q->limit : TASK_PAGE, .offset = q->offset }, &rows, &found));
	struct task *tasks = arena_array(a, struct task, found + 1);
	for (size_t i = 0; i < found; i++)
		TRY(task_get(st, a, school, rows[i].id, &tasks[i]));
	if (total)
		TRY(task_count(st, school, q, total));
	*out = tasks;
	*n = found;
	return OK;
}

/* ---- the list of one ---- */

static struct task_item item_of(const struct entry *e)
{
	return (struct task_item){ .id = e->id, .version = e->version, .about = entry_i64(e, "about"), .by = entry_i64(e, "by"),
		.on_utc = entry_utc(e, "on"), .label = entry_value(e, "label"), .details = entry_value(e, "details"), .key = entry_value(e, "key"),
		.answer = entry_value(e, "answer"), .note = entry_value(e, "note") };
}

enum err task_items(struct store *st, struct arena *a, int64_t school, int64_t task, int64_t offset, int64_t limit,
                    struct task_item **out, size_t *n, int64_t *total, int64_t *left)
{
	struct entry_may may = task_may(school, 0);
	struct entry_query q = { .reg = "task-item", .parent = task, .order_by = "order", .ascending = true, .offset = offset, .limit = limit };
	struct entry_query waiting = { .reg = "task-item", .parent = task, .states = { "open" }, .bare = true };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	struct task_item *items = arena_array(a, struct task_item, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		items[i] = item_of(&page.entries[i]);
	if (left)
		TRY(entry_count(st, &may, &waiting, left));
	if (total)
		*total = page.total;
	*out = items;
	*n = page.n;
	return OK;
}

/* ---- who is told ---- */

static enum err holders(struct store *st, struct arena *a, int64_t school, struct str role, int64_t **out, size_t *n)
{
	static const char *const instead[] = { "head", "chair", "admin" };
	TRY(notify_holders(st->db, a, school, role, out, n));
	for (size_t i = 0; *n == 0 && i < ARRAY_N(instead); i++)
		TRY(notify_holders(st->db, a, school, str_z(instead[i]), out, n));
	return OK;
}

enum err task_tell(struct store *st, struct arena *a, const struct act *act, const struct task *t, enum notice what)
{
	int64_t *people = NULL;
	size_t n = 0;
	const char *path = task_path(a, t->id);
	if (t->for_person)
		TRY(notify_add(st->db, act, what, t->for_person, path, t->id, 0));
	if (t->delegate && t->delegate != t->for_person)
		TRY(notify_add(st->db, act, what, t->delegate, path, t->id, 0));
	if (t->role.n)
		TRY(holders(st, a, act->school, t->role, &people, &n));
	for (size_t i = 0; i < n; i++)
		TRY(notify_add(st->db, act, what, people[i], path, t->id, 0));
	return OK;
}
