/* Which entries of a register have come to the end of their time. */
#include "base/buf.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/keeping_inner.h"
#include "house/register/may.h"
#include "house/task/task.h"

enum { TASK_DAYS = 30, DAY_S = 86400 };

/* A day so many months on; the 31st of a month that has none is its last. */
static int64_t months_on(int64_t utc, int months)
{
	struct civil t = time_uk(utc);
	int at = t.year * 12 + t.month - 1 + months;
	t.year = at / 12;
	t.month = at % 12 + 1;
	while (!time_valid(t))
		t.day--;
	return time_from_uk(t);
}

/* $1 school, $2 register, $3 the latest day, $4 the date field: from when it counts, and that this is long enough ago. */
struct since { const char *word, *column, *from, *over; };
static const struct since SINCE[] = {
	{ "entry", "e.made_utc", "", " AND e.made_utc <= $3" },
	{ "change", "e.changed_utc", "", " AND e.changed_utc <= $3" },
	/* nobody who is named in it is still here, or left later */
	{ "leaving", "(SELECT max(p.active_upto) FROM entry_person w JOIN person p ON p.school = w.school AND p.id = w.person WHERE w.school = $1 AND w.entry = e.id AND w.stands_as IN (1,5))", "",
	  " AND EXISTS (SELECT 1 FROM entry_person w WHERE w.school = $1 AND w.entry = e.id AND w.stands_as IN (1,5)) AND NOT EXISTS (SELECT 1 FROM entry_person w"
	  " JOIN person p ON p.school = w.school AND p.id = w.person WHERE w.school = $1 AND w.entry = e.id AND w.stands_as IN (1,5) AND (p.active_upto IS NULL OR p.active_upto > $3))" },
	{ "", "i.number", " JOIN entry_index i ON i.school = e.school AND i.entry = e.id AND i.register = e.register", " AND i.field = $4 AND i.number <= $3" },
};

static const char free_of_holds[] =
	" AND NOT EXISTS (SELECT 1 FROM entry k JOIN entry_index h ON h.school = k.school AND h.entry = k.id AND h.field = 'hold' AND h.word = 'yes'"
	" WHERE k.school = $1 AND k.parent = e.id AND k.register = 'case-keep')"
	" AND NOT EXISTS (SELECT 1 FROM entry_person p JOIN entry_person s ON s.school = p.school AND s.person = p.person AND s.stands_as IN (1,5)"
	" JOIN entry k ON k.school = s.school AND k.parent = s.entry AND k.register = 'case-keep'"
	" JOIN entry_index h ON h.school = k.school AND h.entry = k.id AND h.field = 'hold' AND h.word = 'yes' WHERE p.school = $1 AND p.entry = e.id)";

static const struct since *since_of(const struct reg *r)
{
	for (size_t i = 0; i + 1 < ARRAY_N(SINCE); i++)
		if (str_is(r->retain_after, SINCE[i].word))
			return &SINCE[i];
	return &SINCE[ARRAY_N(SINCE) - 1];
}

struct lines { struct arena *a; struct kept_line *v; size_t n, max; int months; };

static enum err line(void *ctx, const struct db_val *c, size_t n)
{
	struct lines *l = ctx;
	if (l->n == l->max)
		return ERR_LIMIT;
	l->v[l->n++] = (struct kept_line){ .id = c[0].i, .number = c[1].i, .made_utc = c[2].i, .due_utc = l->months ? months_on(c[3].i, l->months) : 0, .state = arena_str(l->a, c[4].s) };
	return n ? OK : ERR_DB;
}

static enum err number_row(void *ctx, const struct db_val *c, size_t n)
{
	*(int64_t *)ctx = c[0].i;
	return n ? OK : ERR_DB;
}

struct asking { struct db_val v[5]; size_t n; struct buf sql; };

/* id: of this one entry; 0: of all, from `offset`. */
static void ask(struct asking *q, int64_t school, const struct reg *r, int64_t now, int64_t id, int64_t offset, bool count)
{
	const struct since *s = since_of(r);
	*q = (struct asking){ .v = { DB_I(school), DB_T(r->id), DB_I(months_on(now, -r->retain_months)) }, .n = 3, .sql = buf_init(4000) };
	if (!*s->word)
		q->v[q->n++] = DB_T(r->retain_after);
	if (count)
		buf_z(&q->sql, "SELECT count(*)");
	else
		buf_fmt(&q->sql, "SELECT e.id, e.number, e.made_utc, %s, e.state", s->column);
	buf_fmt(&q->sql, " FROM entry e%s WHERE e.school = $1 AND e.register = $2 AND e.state <> 'erased'%s%s", s->from, s->over, free_of_holds);
	if (id) {
		q->v[q->n++] = DB_I(id);
		buf_fmt(&q->sql, " AND e.id = $%zu", q->n);
	}
	if (!count)
		buf_fmt(&q->sql, " ORDER BY 4, 1 LIMIT %d OFFSET %lld", KEEPING_PAGE, (long long)offset);
}

static enum err answer(struct store *st, struct arena *a, struct asking *q, db_row_fn *row, void *ctx)
{
	enum err e = buf_ok(&q->sql);
	struct db_stmt stmt = { "keeping", "", arena_z(a, buf_str(&q->sql)), 0, true };
	buf_done(&q->sql);
	TRY(e);
	return db_run(st->db, &stmt, q->v, q->n, row, ctx, NULL);
}

static enum err find(struct store *st, struct arena *a, int64_t school, const struct reg *r, int64_t now_utc, int64_t id, int64_t offset, struct kept_line **out, size_t *n)
{
	struct lines l = { a, arena_array(a, struct kept_line, KEEPING_PAGE + 1), 0, KEEPING_PAGE, r->retain_months };
	struct asking q;
	if (r->page && r->retain_months) {
		ask(&q, school, r, now_utc, id, offset, false);
		TRY(answer(st, a, &q, line, &l));
	}
	*out = l.v;
	*n = l.n;
	return OK;
}

enum err keeping_find(struct store *st, struct arena *a, int64_t school, const struct reg *r, int64_t now_utc, int64_t id, struct kept_line **out, size_t *n)
{
	return find(st, a, school, r, now_utc, id, 0, out, n);
}

enum err keeping_due(struct store *st, struct arena *a, int64_t school, const struct reg *r, int64_t now_utc, int64_t offset, struct kept_line **out, size_t *n)
{
	return find(st, a, school, r, now_utc, 0, offset, out, n);
}

enum err keeping_count(struct store *st, int64_t school, const struct reg *r, int64_t now_utc, int64_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct asking q;
	*n = 0;
	if (!r->page || !r->retain_months)
		return OK;
	ask(&q, school, r, now_utc, 0, 0, true);
	return answer(st, &a, &q, number_row, n);
}

enum err keeping_held(struct store *st, struct arena *a, int64_t school, const struct reg *r, struct kept_line **out, size_t *n)
{
	struct lines l = { a, arena_array(a, struct kept_line, KEEPING_PAGE + 1), 0, KEEPING_PAGE, 0 };
	struct asking q = { .v = { DB_I(school), DB_T(r->id) }, .n = 2, .sql = buf_init(1000) };
	buf_fmt(&q.sql, "SELECT e.id, e.number, e.made_utc, k.made_utc, e.state FROM entry e JOIN entry k ON k.school = e.school AND k.parent = e.id AND k.register = 'case-keep'"
	        " JOIN entry_index h ON h.school = k.school AND h.entry = k.id AND h.field = 'hold' AND h.word = 'yes'"
	        " WHERE e.school = $1 AND e.register = $2 ORDER BY e.id LIMIT %d", KEEPING_PAGE);
	TRY(answer(st, a, &q, line, &l));
	*out = l.v;
	*n = l.n;
	return OK;
}

/* ---- told to those who keep it ---- */

/* The first role of the file that sees the whole register and changes it. */
static const char *keeper_of(const struct rights *rights, const struct reg *r)
{
	for (int role = 0; role < role_count(); role++) {
		struct reg_may may = reg_may_of(rights, ROLE_BIT(role), r);
		if (may.see && may.change && may.approve)
			return role_word((enum role)role);
	}
	return NULL;
}

static enum err tell(struct store *st, struct arena *a, const char *role, int64_t school, const struct reg *r, int64_t now, int64_t due, size_t *n)
{
	struct act act = { school, 0, "the time of entries is over" };
	struct civil t = time_uk(now);
	bool opened = false;
	int64_t id;
	struct task_in in = { .kind = "register-keeping", .for_role = role, .due_utc = now + TASK_DAYS * DAY_S,
		.title = arena_fmt(a, "%.*s: %lld have come to the end of their time. Look at them, then let two people decide.", STRF(str_upto(r->title, 80)), (long long)due),
		.link = arena_fmt(a, "/registers/%.*s/keeping", STRF(r->id)).p, .key = arena_fmt(a, "keeping %.*s %04d-%02d", STRF(str_upto(r->id, 60)), t.year, t.month).p };
	TRY(task_open_once(st, &act, &in, NULL, &id, &opened));
	*n += opened;
	return OK;
}

enum err keeping_tick(struct store *st, const struct rights *rights, int64_t school, int64_t now_utc, size_t *n)
{
	const struct reg *r;
	*n = 0;
	for (size_t i = 0; (r = registers_at(st->registers, i)) != NULL; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		const char *role = r->page && r->retain_months ? keeper_of(rights, r) : NULL;
		int64_t due = 0;
		if (role)
			TRY(keeping_count(st, school, r, now_utc, &due));
		if (due)
			TRY(tell(st, &a, role, school, r, now_utc, due, n));
	}
	return OK;
}
