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
	struct task_in in = { .kind = "register-due", .for_role = r->due.role.p, .due_utc = t->now + TASK_DAYS * DAY_S,
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
	struct entry_query q = { .reg = r->id.p, .where = { { r->due.field.p, ENTRY_UPTO, t->now - (r->due.days + 1) * (int64_t)DAY_S, STR_NONE } }, .n_where = 1 };
	TRY(listed(t, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		if (!str_is(page.entries[i].state, REG_UNDONE))
			TRY(open_task(t, r, &page.entries[i]));
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
	*n = done;
	return OK;
}
