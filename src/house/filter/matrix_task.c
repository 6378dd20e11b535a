#include "house/filter/matrix_task.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"

enum { DAY_S = 86400, TASK_DAYS = 7, LISTED = 12, SAYS_MAX = 1900, TASKS = 50 };

static const char KIND[] = "filter-stale";

struct stale { size_t n; int64_t newest_utc /* of those, the one tried last */; struct str says; };

static void add(struct arena *a, struct stale *s, const struct matrix_row *r, size_t place)
{
	const struct cell *c = r->at[place].cell;
	if (s->n++ < LISTED) {
		struct str day = time_date_words(a, c->tried_utc);
		s->says = arena_fmt(a, "%.*s%.*s as %.*s, %s: last on %.*s\n", STRF(s->says), STRF(r->network), STRF(r->group), place ? CELL_KINDS[place - 1].one : "the filter itself", STRF(day));
	}
	if (c->tried_utc > s->newest_utc)
		s->newest_utc = c->tried_utc;
}

static struct stale count(struct arena *a, const struct matrix *m)
{
	struct stale s = { .says = STR_NONE };
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < MATRIX_PLACES; k++)
			if (m->v[i].at[k].state == MATRIX_STALE)
				add(a, &s, &m->v[i], k);
	if (s.n > LISTED)
		s.says = arena_fmt(a, "%.*sand %zu more.\n", STRF(s.says), s.n - LISTED);
	return s;
}

static enum err open_ones(struct store *st, struct arena *a, int64_t school, struct task **v, size_t *n)
{
	int64_t total;
	return task_list(st, a, school, &(struct task_query){ .which = TASK_OPEN, .everyone = true, .kind = KIND, .limit = TASKS }, v, n, &total);
}

/* Somebody who closed it without a look is asked again when one more place has grown old. */
static enum err ask(struct store *st, struct arena *a, const struct act *act, const struct stale *s, int64_t now_utc)
{
	int64_t id;
	struct task_in in = { .kind = KIND, .for_role = "technician", .due_utc = now_utc + TASK_DAYS * DAY_S, .link = "/status/filter-matrix",
		.title = STR("The filter was not tried everywhere in its time"), .details = str_upto(s->says, SAYS_MAX), .key = arena_fmt(a, "filter-stale %lld", (long long)s->newest_utc).p };
	return task_open_once(st, act, &in, NULL, &id, NULL);
}

enum err matrix_task(struct store *st, const struct act *act, const struct matrix *m, int64_t now_utc, size_t *stale)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct stale s = count(&a, m);
	struct task *v;
	size_t n;
	if (stale)
		*stale = s.n;
	TRY(db_tx_begin(st->db, &tx));
	TRY(open_ones(st, &a, act->school, &v, &n));
	if (s.n && !n)
		TRY(ask(st, &a, act, &s, now_utc));
	for (size_t i = 0; !s.n && i < n; i++)
		TRY(task_done(st, act, v[i].id, STR("Each place was tried again."), NULL));
	return db_tx_commit(&tx);
}
