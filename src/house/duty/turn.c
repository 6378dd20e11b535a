/* Reading turns, statements, wording, periods. */
#include "house/duty/turn.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/duty/turn_inner.h"
#include "house/task/task.h"

enum { PAGE = 50, MINE_MAX = 4000 };

struct duty_turn duty_turn_read(const struct entry *e)
{
	struct duty_turn t = { .id = e->id, .version = e->version, .person = entry_i64(e, "person"), .done_by = entry_i64(e, "done-by"), .duty = entry_value(e, "duty"),
		.key = entry_value(e, "turn"), .title = entry_value(e, "title"), .state = e->state, .roles = entry_value(e, "roles"), .evidence = entry_value(e, "evidence"),
		.opened_utc = e->made_utc, .due_utc = entry_utc(e, "due"), .done_utc = entry_utc(e, "done-on"), .wording = entry_i64(e, "wording") };
	t.late = str_is(t.state, "open") ? clock_utc() >= t.due_utc : str_is(entry_value(e, "late"), "yes");
	return t;
}

enum err duty_turn_get(const struct duty_desk *k, struct arena *a, int64_t school, int64_t id, struct duty_turn *out)
{
	struct entry_may may = duty_may(school);
	struct entry e;
	TRY(entry_get(k->store, a, &may, id, 0, &e));
	if (!str_is(e.reg, "duty-turn"))
		return ERR_ABSENT;
	*out = duty_turn_read(&e);
	return OK;
}

bool duty_group_has(struct str group, role_set roles, bool works_here)
{
	struct str word, rest = group;
	enum role r;
	while (str_next(&rest, '/', &word))
		if ((str_is(word, "staff") && works_here) || (role_read(word, &r) == OK && roles & ROLE_BIT(r)))
			return true;
	return false;
}

bool duty_is_of(const struct duty *d, role_set roles, bool works_here)
{
	for (size_t i = 0; i < d->n_who; i++)
		if (duty_group_has(d->who[i], roles, works_here))
			return true;
	return false;
}

static struct entry_query query_of(const struct duty_query *q)
{
	struct entry_query e = { .reg = "duty-turn", .order_by = "due", .ascending = q->which != DUTY_ENDED };
	if (q->which == DUTY_ENDED) {
		static const char *const ended[] = { "done", "declined", "missed", "dropped" };
		for (size_t i = 0; i < ARRAY_N(ended); i++)
			e.states[i] = ended[i];
	} else
		e.states[0] = "open";
	if (q->which == DUTY_OVERDUE)
		e.where[e.n_where++] = (struct entry_where){ "due", ENTRY_UPTO, clock_utc(), STR_NONE };
	if (q->duty)
		e.where[e.n_where++] = (struct entry_where){ "duty", ENTRY_IS, 0, str_z(q->duty) };
	return e;
}

static enum err all(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty_query *q, struct duty_turn **out, size_t *n, int64_t *total)
{
	struct entry_may may = duty_may(school);
	struct entry_query e = query_of(q);
	struct entry_page page;
	e.offset = q->offset;
	e.limit = q->limit ? q->limit : PAGE;
	TRY(entry_list(k->store, a, &may, &e, &page));
	*out = arena_array(a, struct duty_turn, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = duty_turn_read(&page.entries[i]);
	*n = page.n;
	*total = page.total;
	return OK;
}

struct gathering { struct duty_turn *v; size_t n; };

static bool mine(const struct duty_desk *k, const struct duty_turn *t, const struct duty_query *q)
{
	const struct duty *d = duty_find(k->duties, t->duty);
	return t->person ? t->person == q->person : d ? duty_is_of(d, q->roles, q->works_here) : duty_group_has(t->roles, q->roles, q->works_here);
}

static enum err gather(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty_query *q, struct str whose, struct gathering *g)
{
	struct entry_may may = duty_may(school);
	struct entry_query e = query_of(q);
	struct entry_page page;
	e.where[e.n_where++] = (struct entry_where){ "whose", ENTRY_IS, 0, whose };
	e.limit = ENTRY_PAGE_MAX;
	do {
		TRY(entry_list(k->store, a, &may, &e, &page));
		for (size_t i = 0; i < page.n && g->n < MINE_MAX; i++) {
			g->v[g->n] = duty_turn_read(&page.entries[i]);
			g->n += mine(k, &g->v[g->n], q);
		}
		e.offset += ENTRY_PAGE_MAX;
	} while (page.n == ENTRY_PAGE_MAX && g->n < MINE_MAX);
	return OK;
}

static int by_due(const void *a, const void *b)
{
	const struct duty_turn *x = a, *y = b;
	return x->due_utc != y->due_utc ? (x->due_utc > y->due_utc) - (x->due_utc < y->due_utc) : (x->id > y->id) - (x->id < y->id);
}

static int by_due_back(const void *a, const void *b) { return by_due(b, a); }

enum err duty_turns(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty_query *q, struct duty_turn **out, size_t *n, int64_t *total)
{
	int64_t whole;
	if (!total)
		total = &whole;
	if (q->everyone)
		return all(k, a, school, q, out, n, total);
	struct gathering g = { arena_array(a, struct duty_turn, MINE_MAX + 1), 0 };
	TRY(gather(k, a, school, q, arena_fmt(a, "p%lld", (long long)q->person), &g));
	TRY(gather(k, a, school, q, STR("role"), &g));
	qsort(g.v, g.n, sizeof *g.v, q->which == DUTY_ENDED ? by_due_back : by_due);
	size_t from = (size_t)q->offset < g.n ? (size_t)q->offset : g.n, limit = (size_t)(q->limit ? q->limit : PAGE);
	*out = g.v + from;
	*n = g.n - from < limit ? g.n - from : limit;
	*total = (int64_t)g.n;
	return OK;
}

enum err duty_turns_of(const struct duty_desk *k, struct arena *a, int64_t school, int64_t entry, struct duty_turn **out, size_t *n)
{
	struct entry_may may = duty_may(school);
	struct entry_query q = { .reg = "duty-turn", .where = { { "turn", ENTRY_IS, 0, arena_fmt(a, "entry %lld", (long long)entry) } }, .n_where = 1, .limit = 10 };
	struct entry_page page;
	TRY(entry_list(k->store, a, &may, &q, &page));
	*out = arena_array(a, struct duty_turn, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = duty_turn_read(&page.entries[i]);
	*n = page.n;
	return OK;
}

/* ---- later this year ---- */

enum { AHEAD_MAX = 2000 };

static int by_time(const void *a, const void *b)
{
	const struct duty_ahead *x = a, *y = b;
	return (x->at.due_utc > y->at.due_utc) - (x->at.due_utc < y->at.due_utc);
}

enum err duty_ahead(const struct duty_desk *k, struct arena *a, int64_t school, int64_t from_utc, int64_t to_utc, struct duty_ahead **out, size_t *n)
{
	struct duty_ahead *v = arena_array(a, struct duty_ahead, AHEAD_MAX);
	*n = 0;
	for (size_t i = 0; i < k->duties->n; i++) {
		const struct duty *d = &k->duties->v[i];
		struct duty_time t;
		bool confirmed;
		if (!duty_applies(d, &k->library->profile) || d->on == ON_JOINING || d->on == ON_ENTRY)
			continue;
		struct duty_every e = duty_every_now(k, a, school, d, &confirmed);
		for (int64_t at = from_utc; at < to_utc && *n < AHEAD_MAX; at = t.to_utc > at ? t.to_utc : to_utc)
			if (duty_time_at(d, e, library_calendar(k->library), a, at, &t) && t.opens_utc > from_utc && t.due_utc < to_utc)
				v[(*n)++] = (struct duty_ahead){ d, t };
	}
	qsort(v, *n, sizeof *v, by_time);
	*out = v;
	return OK;
}

/* ---- wording ---- */

struct str duty_words(struct arena *a, const struct duty *d)
{
	AUTO(buf_done) struct buf b = buf_init(20000);
	buf_add(&b, d->ask.n ? d->ask : d->title);
	for (size_t i = 0; i < d->n_lines; i++)
		buf_fmt(&b, "\n- %.*s", STRF(d->lines[i].text));
	return arena_str(a, buf_str(&b));
}

enum err duty_text(const struct duty_desk *k, struct arena *a, const struct act *act, const struct duty *d, struct duty_text *out)
{
	struct entry_may may = duty_may(act->school);
	struct entry_query q = { .reg = "duty-text", .where = { { "duty", ENTRY_IS, 0, d->id } }, .n_where = 1, .order_by = "number", .limit = 1 };
	struct entry_page page;
	int64_t id;
	*out = (struct duty_text){ .number = 1, .since_utc = clock_utc(), .words = duty_words(a, d) };
	TRY(entry_list(k->store, a, &may, &q, &page));
	if (page.n && str_eq(entry_value(&page.entries[0], "words"), out->words)) {
		out->number = entry_i64(&page.entries[0], "number");
		out->since_utc = page.entries[0].made_utc;
		return OK;
	}
	if (page.n)
		out->number = entry_i64(&page.entries[0], "number") + 1;
	struct entry_field f[] = { { STR("duty"), d->id }, { STR("number"), arena_id(a, out->number) }, { STR("words"), out->words } };
	struct entry_in in = { .reg = "duty-text", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_create(k->store, act, &in, NULL, &id);
}

/* ---- periods ---- */

static enum err setting_entry(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty *d, struct entry_page *page)
{
	struct entry_may may = duty_may(school);
	struct entry_query q = { .reg = "duty-period", .where = { { "duty", ENTRY_IS, 0, d->id } }, .n_where = 1, .limit = 1 };
	return entry_list(k->store, a, &may, &q, page);
}

enum err duty_setting(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty *d, struct duty_setting *out)
{
	struct entry_page page;
	*out = (struct duty_setting){ 0 };
	TRY(setting_entry(k, a, school, d, &page));
	if (page.n && duty_every_read(entry_value(&page.entries[0], "every"), &out->every) == OK) {
		out->by = page.entries[0].changed_by;
		out->at_utc = page.entries[0].changed_utc;
		out->why = entry_value(&page.entries[0], "why");
	}
	return OK;
}

struct duty_every duty_every_now(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty *d, bool *confirmed)
{
	struct duty_setting s = { 0 };
	if (d->on == ON_PERIOD && duty_setting(k, a, school, d, &s) != OK)
		s.every.unit = EVERY_NONE;
	return duty_period(d, &k->library->profile, s.every, confirmed);
}

enum err duty_set(const struct duty_desk *k, const struct act *act, const struct duty *d, struct str every, struct str why, struct diag *diag)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = duty_may(act->school);
	struct entry_page page;
	struct duty_every e;
	int64_t id;
	if (d->on != ON_PERIOD || duty_every_read(every, &e) != OK)
		diag_add(diag, DIAG_ERROR, STR("every"), 0, "Choose how often, such as every half-term.");
	else if (d->longest.unit && duty_every_days(e) > duty_every_days(d->longest))
		diag_add(diag, DIAG_ERROR, STR("every"), 0, "The policy allows no longer than every %.*s.", STRF(duty_every_text(&a, d->longest)));
	else {
		struct entry_field f[] = { { STR("duty"), d->id }, { STR("every"), duty_every_text(&a, e) }, { STR("why"), why } };
		struct entry_in in = { .reg = "duty-period", .state = "current", .fields = f, .n_fields = why.n ? 3 : 2 };
		TRY(setting_entry(k, &a, act->school, d, &page));
		return page.n ? entry_update(k->store, act, &may, page.entries[0].id, page.entries[0].version, &in, diag) : entry_create(k->store, act, &in, diag, &id);
	}
	return ERR_INVALID;
}
