#include "house/register/tick.h"

#include "base/mem.h"
#include "house/register/names.h"
#include "house/task/task.h"

enum { DAY_S = 86400, TASK_DAYS = 7 };

struct ticking { struct store *st; struct arena *a; int64_t school, now; size_t *n; struct entry_may may; };

static enum err listed(struct ticking *t, const struct entry_query *q, struct entry_page *out)
{
	struct entry_query all = *q;
	all.limit = REGISTERS_TICK_MAX;
	return entry_list(t->st, t->a, &t->may, &all, out);
}

/* The write looks at the conditions itself; nothing else is changed. */
static enum err touch(struct ticking *t, const struct entry *e)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { t->school, 0, "its day is past" };
	enum err done = entry_update(t->st, &act, &t->may, e->id, e->version, &(struct entry_in){ 0 }, &d);
	if (done == OK)
		(*t->n)++;
	return d.errors || done == ERR_STALE ? OK : done;      /* an entry that breaks its rules waits for a person */
}

static enum err past_of(struct ticking *t, const struct reg *r, const struct reg_auto *m, const struct cond *c)
{
	struct entry_page page;
	const struct field *f = reg_field(r, c->field);
	if (c->op != COND_PAST || !f || f->type != FIELD_DATE || !f->index)
		return OK;
	struct entry_query q = { .reg = r->id.p, .states = { m->from.p }, .where = { { f->name.p, ENTRY_UPTO, t->now - DAY_S, STR_NONE } }, .n_where = 1 };
	TRY(listed(t, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		TRY(touch(t, &page.entries[i]));
	return OK;
}

static enum err open_task(struct ticking *t, const struct reg *r, const struct entry *e)
{
	struct act act = { t->school, 0, "a register says that it is due" };
	bool opened = false;
	int64_t id;
	int64_t whom = 0;
	if (str_starts(r->due.role, STR("@")) && str_i64(entry_value(e, r->due.role.p + 1), &whom) != OK)
		return OK;
	struct task_in in = { .kind = "register-due", .for_role = whom ? NULL : r->due.role.p, .for_person = whom, .due_utc = t->now + TASK_DAYS * DAY_S,
		.title = str_upto(arena_fmt(t->a, "%.*s, %.*s: %.*s", STRF(r->title), STRF(names_title(t->st, t->a, t->school, r, e)), STRF(r->due.says)), 200),
		.link = arena_fmt(t->a, "/registers/%.*s/%lld", STRF(r->id), (long long)e->id).p,
		.key = arena_fmt(t->a, "register %.*s %lld %.*s", STRF(str_upto(r->id, 40)), (long long)e->id, STRF(entry_value(e, r->due.field.p))).p };
	TRY(task_open_once(t->st, &act, &in, NULL, &id, &opened));
	*t->n += opened;
	return OK;
}

static enum err due_of(struct ticking *t, const struct reg *r)
{
	struct entry_page page;
	if (!r->due.field.n || !r->due.role.n)
		return OK;
	struct entry_query q = { .reg = r->id.p, .where = { { r->due.field.p, ENTRY_UPTO, t->now - (r->due.days + 1) * (int64_t)DAY_S, STR_NONE } }, .n_where = 1, .states = { r->due.state.n ? r->due.state.p : NULL } };
	TRY(listed(t, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		if (!str_is(page.entries[i].state, REG_UNDONE))
			TRY(open_task(t, r, &page.entries[i]));
	return OK;
}

bool register_due(const struct reg *r, const struct entry *e, int64_t now_utc)
{
	const struct field *f = r->due.field.n ? reg_field(r, r->due.field) : NULL;
	int64_t at;
	return f && !str_is(e->state, REG_UNDONE) && (!r->due.state.n || str_eq(r->due.state, e->state)) && field_number(f, entry_value(e, f->name.p), &at) == OK && at <= now_utc - (r->due.days + 1) * (int64_t)DAY_S;
}

/* The entry that a task of ours is about: "/registers/NAME/ID". */
static const struct reg *task_entry(struct ticking *t, const struct task *task, struct entry *out)
{
	struct str rest = task->link, word;
	int64_t id = 0;
	const struct reg *r = NULL;
	if (!str_starts(rest, STR("/registers/")))
		return NULL;
	rest = str_from(rest, sizeof "/registers/" - 1);
	if (str_next(&rest, '/', &word))
		r = registers_find(t->st->registers, word);
	return r && str_i64(rest, &id) == OK && entry_get(t->st, t->a, &t->may, id, 0, out) == OK ? r : NULL;
}

/* What was mended, taken back, or given another date needs nobody any more. */
static enum err mended(struct ticking *t)
{
	struct task_query q = { .which = TASK_OPEN, .everyone = true, .kind = "register-due", .limit = REGISTERS_TICK_MAX };
	struct act act = { t->school, 0, "it was mended in its register" };
	struct task *v;
	size_t n;
	int64_t total;
	TRY(task_list(t->st, t->a, t->school, &q, &v, &n, &total));
	for (size_t i = 0; i < n; i++) {
		struct entry e;
		const struct reg *r = task_entry(t, &v[i], &e);
		if (!r || register_due(r, &e, t->now))
			continue;
		TRY(task_done(t->st, &act, v[i].id, STR("The register says that it was done."), NULL));
		(*t->n)++;
	}
	return OK;
}

static enum err tick_one(struct ticking *t, const struct reg *r)
{
	for (size_t i = 0; i < r->n_autos; i++)
		for (size_t k = 0; k < r->autos[i].when.n; k++)
			TRY(past_of(t, r, &r->autos[i], &r->autos[i].when.v[k]));
	return due_of(t, r);
}

enum err registers_tick(struct store *st, int64_t school, int64_t now_utc, size_t *n)
{
	size_t done = 0;
	const struct reg *r;
	for (size_t i = 0; (r = registers_at(st->registers, i)) != NULL; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct ticking t = { st, &a, school, now_utc, &done, { .school = school, .classes = ~1u } };
		if (r->page)
			TRY(tick_one(&t, r));
	}
	AUTO(arena_done) struct arena a = arena_init();
	TRY(mended(&(struct ticking){ st, &a, school, now_utc, &done, { .school = school, .classes = ~1u } }));
	*n = done;
	return OK;
}
