#include "house/filter/overblock.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"
#include "policy/decide/explain.h"
#include "policy/read/tables.h"

enum { DAY_S = 86400, DUE_S = 20 * 3600, SAYS_MAX = 2000, TASK_DAYS = 7, LOOK_DAYS = 400 };

static const char SITE[] = "overblock-site", RUN[] = "overblock-run";

static struct entry_may watch_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

/* ---- the list ---- */

enum err overblock_begin(struct store *st, const struct act *act, const char *allow_set)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = watch_may(act->school);
	struct conf c;
	int64_t n, id;
	TRY(entry_count(st, &may, &(struct entry_query){ .reg = SITE }, &n));
	if (n)
		return OK;
	TRY(conf_load(&a, allow_set, &d, &c));
	TRY(db_tx_begin(st->db, &tx));
	for (size_t i = 0; i < c.n; i++) {
		const struct conf_block *b = &c.blocks[i];
		struct entry_field f[] = { { STR("title"), conf_get(b, "title") }, { STR("address"), conf_get(b, "address") }, { STR("for"), conf_get(b, "for") } };
		if (str_is(b->kind, "site"))
			TRY(entry_create(st, act, &(struct entry_in){ .reg = SITE, .state = "used", .fields = f, .n_fields = ARRAY_N(f) }, &d, &id));
	}
	return db_tx_commit(&tx);
}

/* ---- asking ---- */

/* Half past ten of a school day in term: the first from tomorrow, or any weekday where no terms are known. */
static int64_t school_morning(const struct policy *p, int64_t now)
{
	int64_t weekday = 0;
	for (int i = 1; i <= LOOK_DAYS; i++) {
		int64_t day = time_uk_midnight(now + (int64_t)i * DAY_S), at = day + 10 * 3600 + 1800;
		if (((day + DAY_S / 2) / DAY_S + 3) % 7 > 4)
			continue;
		if (!weekday)
			weekday = at;
		if (calendar_in_term(&p->calendar, at))
			return at;
	}
	return weekday;
}

/* A signed-in member of the group, in an open class session where it needs one. */
static struct str who_of(struct arena *a, const struct policy *p, struct str group)
{
	uint32_t g = policy_group(p, group);
	return policy_group_flags(p, g) & GROUP_SESSION ? arena_fmt(a, "%.*s:session", STRF(group)) : group;
}

static bool shut(struct arena *a, const struct policy *p, struct str url, struct str who, int64_t at, struct explained *x)
{
	return explain(a, p, url, who, at, x) != OK || x->d.verdict != VERDICT_ALLOW;
}

static struct str because(struct arena *a, const struct explained *x)
{
	if (!x->word || x->d.sealed)
		return STR("a protected rule");
	struct str what = x->category.n ? x->category : x->rule;
	return what.n ? arena_fmt(a, "%s %.*s%s%.*s", x->word, STRF(what), x->list.n ? ", list " : "", STRF(x->list)) : str_z(x->word);
}

struct night { struct store *st; const struct act *act; struct arena *a; const struct policy *p; int64_t at; size_t tried, closed, lost; struct buf cells; };

static void put_text(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_byte(b, s.p[i] == '\t' || s.p[i] == '\n' ? ' ' : s.p[i]);
}

static void one(struct night *x, const struct entry *e, struct str group)
{
	struct explained name = { 0 }, whole = { 0 };
	struct str address = entry_value(e, "address"), host = STR_NONE, who;
	if (policy_group(x->p, group) == GROUP_NONE)
		return;
	who = who_of(x->a, x->p, group);
	x->tried++;
	bool closed = shut(x->a, x->p, address, who, x->at, &whole);
	host = whole.host;
	bool by_name = host.n && shut(x->a, x->p, host, who, x->at, &name);
	if (!closed && !by_name)
		return;
	x->closed++;
	if (x->cells.n > OVERBLOCK_CELLS_MAX - 1200) {
		x->lost++;
		return;
	}
	put_text(&x->cells, str_upto(entry_value(e, "title"), 120));
	buf_z(&x->cells, "\t");
	put_text(&x->cells, str_upto(address, 500));
	buf_fmt(&x->cells, "\t%.*s\t%s\t", STRF(group), by_name ? "name" : "page");
	put_text(&x->cells, str_upto(because(x->a, closed ? &whole : &name), 300));
	buf_z(&x->cells, "\n");
}

static enum err try_all(struct night *x)
{
	struct entry_may may = watch_may(x->act->school);
	struct entry_query q = { .reg = SITE, .states = { "used" }, .limit = OVERBLOCK_SITES_MAX, .order_by = "title", .ascending = true };
	struct entry_page page;
	TRY(entry_list(x->st, x->a, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		struct str groups = entry_value(&page.entries[i], "for"), group;
		while (str_next(&groups, ' ', &group))
			if (group.n)
				one(x, &page.entries[i], group);
	}
	return OK;
}

bool overblock_next(struct str *cells, struct overblock_cell *out)
{
	struct str line, way;
	if (!str_next(cells, '\n', &line) || !line.n)
		return false;
	*out = (struct overblock_cell){ 0 };
	bool whole = str_next(&line, '\t', &out->title) && str_next(&line, '\t', &out->address) && str_next(&line, '\t', &out->group) && str_next(&line, '\t', &way) &&
	             str_next(&line, '\t', &out->because);
	out->by_name = whole && str_is(way, "name");
	return whole;
}

/* ---- keeping ---- */

static bool has(struct str cells, const struct overblock_cell *c)
{
	struct overblock_cell x;
	while (overblock_next(&cells, &x))
		if (str_eq(x.address, c->address) && str_eq(x.group, c->group))
			return true;
	return false;
}

/* What is closed now and was not the night before; everything, on the first. */
static size_t news(struct night *x, struct str before, struct buf *says)
{
	struct str cells = buf_str(&x->cells);
	struct overblock_cell c;
	size_t n = 0;
	while (overblock_next(&cells, &c))
		if (!has(before, &c)) {
			n++;
			if (says->n < SAYS_MAX - 400)
				buf_fmt(says, "%.*s is closed for %.*s: %.*s\n", STRF(c.title), STRF(c.group), STRF(str_upto(c.because, 200)));
		}
	return n;
}

static enum err review(struct night *x, int64_t run, struct str says, size_t n)
{
	static const char *const roles[] = { "leadership", "technician" };
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		int64_t id;
		struct task_in in = { .kind = "overblock", .for_role = roles[i], .due_utc = clock_utc() + TASK_DAYS * DAY_S, .link = "/status/overblock",
			.title = arena_fmt(x->a, n == 1 ? "The filter closes a place that lessons need" : "The filter closes %zu places that lessons need", n), .details = says,
			.key = arena_fmt(x->a, "overblock %lld %s", (long long)run, roles[i]).p };
		TRY(task_open_once(x->st, x->act, &in, NULL, &id, NULL));
	}
	return OK;
}

static enum err keep(struct night *x)
{
	AUTO(buf_done) struct buf says = buf_init(SAYS_MAX + 1000);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct overblock_night *last;
	size_t n_last;
	int64_t id;
	TRY(overblock_nights(x->st, x->a, x->act->school, 5, &last, &n_last));
	struct str before = STR_NONE;
	for (size_t i = n_last; i-- > 0;)
		if (!last[i].failed)
			before = last[i].cells;
	size_t fresh = news(x, before, &says);
	if (x->lost)
		buf_fmt(&says, "And %zu more.\n", x->lost);
	if (!x->tried)
		buf_z(&says, "Nothing stands in the list of places, so nothing was tried.\n");
	struct str text = says.n ? arena_str(x->a, str_upto(buf_str(&says), SAYS_MAX)) : x->closed ? STR("The same places are closed as the night before.") : STR("Everything that lessons need is open.");
	struct entry_field f[] = { { STR("tried"), arena_fmt(x->a, "%zu", x->tried) }, { STR("closed"), arena_fmt(x->a, "%zu", x->closed) },
		{ STR("rate"), arena_fmt(x->a, "%zu", x->tried ? (x->closed * 1000 + x->tried / 2) / x->tried : 0) }, { STR("policy"), arena_fmt(x->a, "%u", policy_generation(x->p)) },
		{ STR("cells"), buf_str(&x->cells) }, { STR("says"), text } };
	TRY(db_tx_begin(x->st->db, &tx));
	TRY(entry_create(x->st, x->act, &(struct entry_in){ .reg = RUN, .state = x->closed ? "blocked" : "clear", .fields = f, .n_fields = ARRAY_N(f) }, NULL, &id));
	if (fresh)
		TRY(review(x, id, text, fresh));
	return db_tx_commit(&tx);
}

enum err overblock_run(struct store *st, const struct act *act, const struct policy *p, int64_t now_utc, size_t *closed)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct night x = { .st = st, .act = act, .a = &a, .p = p, .at = school_morning(p, now_utc), .cells = buf_init(OVERBLOCK_CELLS_MAX) };
	enum err e = try_all(&x);
	if (e == OK)
		e = keep(&x);
	*closed = x.closed;
	buf_done(&x.cells);
	return e;
}

enum err overblock_fail(struct store *st, const struct act *act, const char *why)
{
	int64_t id;
	struct entry_field f[] = { { STR("says"), str_upto(str_z(why), SAYS_MAX) } };
	return entry_create(st, act, &(struct entry_in){ .reg = RUN, .state = "failed", .fields = f, .n_fields = 1 }, NULL, &id);
}

static int64_t number(const struct entry *e, const char *field)
{
	int64_t n = 0;
	return str_i64(entry_value(e, field), &n) == OK ? n : 0;
}

enum err overblock_nights(struct store *st, struct arena *a, int64_t school, size_t most, struct overblock_night **out, size_t *n)
{
	struct entry_may may = watch_may(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = RUN, .limit = (int64_t)most }, &page));
	*out = arena_array(a, struct overblock_night, page.n + 1);
	*n = page.n;
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		(*out)[i] = (struct overblock_night){ e->id, e->made_utc, e->made_by, number(e, "tried"), number(e, "closed"), number(e, "rate"), str_is(e->state, "failed"),
			entry_value(e, "says"), entry_value(e, "cells") };
	}
	return OK;
}

enum err overblock_due(struct store *st, struct arena *a, int64_t school, int64_t now_utc, bool *due)
{
	struct overblock_night *v;
	size_t n;
	TRY(overblock_nights(st, a, school, 1, &v, &n));
	*due = !n || now_utc - v[0].at_utc >= DUE_S;
	return OK;
}
