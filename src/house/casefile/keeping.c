#include "house/casefile/keeping.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/keeping_inner.h"

static struct entry_may program(int64_t school) { return (struct entry_may){ .school = school, .classes = ~1u }; }

static int64_t int_of(const struct entry *e, const char *field)
{
	int64_t v;
	return str_i64(entry_value(e, field), &v) == OK ? v : 0;
}

static enum err wrong(struct diag *d, const char *field, const char *says)
{
	diag_add(d, DIAG_ERROR, str_z(field), 0, "%s", says);
	return ERR_INVALID;
}

/* ---- a hold on one entry ---- */

enum err keeping_hold_of(struct store *st, struct arena *a, int64_t school, int64_t entry, struct entry_hold *out)
{
	struct entry_may may = program(school);
	struct entry_page page;
	*out = (struct entry_hold){ 0 };
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "case-keep", .parent = entry, .limit = 1 }, &page));
	if (page.n)
		*out = (struct entry_hold){ .id = page.entries[0].id, .version = page.entries[0].version, .by = page.entries[0].changed_by, .since_utc = page.entries[0].changed_utc,
			.on = str_is(entry_value(&page.entries[0], "hold"), "yes"), .why = entry_value(&page.entries[0], "hold_why") };
	return OK;
}

enum err keeping_hold(struct store *st, const struct act *act, const struct entry *e, bool on, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = program(act->school);
	struct entry_hold now;
	int64_t id;
	if (!str_trim(why).n)
		return wrong(d, "hold_why", on ? "Say who asks that it is kept, and why." : "Say who says that it need not be kept any more.");
	struct entry_field f[] = { { STR("rule"), STR("register") }, { STR("hold"), on ? STR("yes") : STR("no") }, { STR("hold_why"), str_upto(why, KEEPING_TEXT_MAX) } };
	struct entry_in in = { .reg = "case-keep", .class = e->class, .parent = e->id, .fields = f, .n_fields = ARRAY_N(f) };
	TRY(db_tx_begin(st->db, &tx));
	TRY(keeping_hold_of(st, &a, act->school, e->id, &now));
	TRY(now.id ? entry_update(st, act, &may, now.id, now.version, &in, d) : entry_create(st, act, &in, d, &id));
	return db_tx_commit(&tx);
}

/* ---- certificates ---- */

static struct entries_disposal read_one(const struct entry *e)
{
	return (struct entries_disposal){ .id = e->id, .version = e->version, .by = e->made_by, .second = int_of(e, "second"), .at_utc = int_of(e, "second_on"),
		.proposed_utc = e->made_utc, .state = e->state, .reg = entry_value(e, "register"), .entries = entry_value(e, "entries"), .what = entry_value(e, "what"),
		.rule = entry_value(e, "rule"), .why = entry_value(e, "why"), .second_why = entry_value(e, "second_why") };
}

enum err keeping_get(struct store *st, struct arena *a, int64_t school, const struct reg *r, int64_t id, struct entries_disposal *out)
{
	struct entry_may may = program(school);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "disposal-entries") || !str_eq(entry_value(&e, "register"), r->id))
		return ERR_ABSENT;
	*out = read_one(&e);
	return OK;
}

enum err keeping_list(struct store *st, struct arena *a, int64_t school, const struct reg *r, const char *state, int64_t offset, struct entries_disposal **out, size_t *n, int64_t *total)
{
	struct entry_may may = program(school);
	struct entry_page page;
	struct entry_query q = { .reg = "disposal-entries", .states = { state }, .where = { { "register", ENTRY_IS, 0, r->id } }, .n_where = 1, .offset = offset, .limit = KEEPING_PAGE };
	TRY(entry_list(st, a, &may, &q, &page));
	*total = page.total;
	*out = arena_array(a, struct entries_disposal, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = read_one(&page.entries[i]);
	*n = page.n;
	return OK;
}

/* Their numbers in the register, and nothing of what they say. */
static struct str what_they_are(struct arena *a, const struct reg *r, const struct kept_line *v, size_t n)
{
	AUTO(buf_done) struct buf b = buf_init(2000);
	buf_fmt(&b, "%zu of %.*s: number", n, STRF(r->title));
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%lld", i ? ", " : " ", (long long)v[i].number);
	return arena_str(a, buf_str(&b));
}

/* Each of these is due now; into `out` in the order of the numbers given. */
static enum err all_due(struct store *st, struct arena *a, int64_t school, const struct reg *r, const int64_t *ids, size_t n, struct kept_line *out)
{
	for (size_t i = 0; i < n; i++) {
		struct kept_line *one;
		size_t found;
		TRY(keeping_find(st, a, school, r, clock_utc(), ids[i], &one, &found));
		if (!found)
			return ERR_STATE;
		out[i] = one[0];
	}
	return OK;
}

static enum err chosen(struct store *st, struct arena *a, const struct act *act, const struct reg *r, const int64_t *ids, size_t n, struct str why, struct diag *d, struct kept_line *out)
{
	struct entries_disposal *waiting;
	size_t n_waiting;
	int64_t total;
	if (!n || n > KEEPING_PAGE)
		return wrong(d, "entry", "Tick what is to go.");
	if (!str_trim(why).n)
		return wrong(d, "why", "Say why, for the certificate. Name nobody.");
	TRY(keeping_list(st, a, act->school, r, "proposed", 0, &waiting, &n_waiting, &total));
	if (n_waiting)
		return ERR_EXISTS;
	enum err e = all_due(st, a, act->school, r, ids, n, out);
	if (e == ERR_STATE)
		diag_add(d, DIAG_ERROR, STR("entry"), 0, "One of these is not due any more. Look at the list again.");
	return e;
}

enum err keeping_propose(struct store *st, const struct act *act, const struct reg *r, const int64_t *ids, size_t n, struct str why, struct diag *d, int64_t *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf numbers = buf_init(4000);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct kept_line *lines = arena_array(&a, struct kept_line, n + 1);
	TRY(db_tx_begin(st->db, &tx));
	TRY(chosen(st, &a, act, r, ids, n, why, d, lines));
	for (size_t i = 0; i < n; i++)
		buf_fmt(&numbers, "%s%lld", i ? " " : "", (long long)ids[i]);
	TRY(buf_ok(&numbers));
	struct entry_field f[] = { { STR("register"), r->id }, { STR("entries"), buf_str(&numbers) }, { STR("what"), what_they_are(&a, r, lines, n) },
		{ STR("rule"), str_upto(r->retain, 100) }, { STR("why"), str_upto(why, KEEPING_TEXT_MAX) } };
	struct entry_in in = { .reg = "disposal-entries", .class = (enum entry_class)r->class, .state = "proposed", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_create(st, act, &in, d, out));
	return db_tx_commit(&tx);
}

static enum err settle(struct store *st, const struct act *act, struct arena *a, const struct entries_disposal *x, const char *state, struct str why, struct diag *d)
{
	struct entry_may may = program(act->school);
	struct entry_field f[] = { { STR("second"), arena_fmt(a, "%lld", (long long)act->person) }, { STR("second_on"), arena_fmt(a, "%lld", (long long)clock_utc()) },
		{ STR("second_why"), str_upto(why.p ? why : STR(""), KEEPING_TEXT_MAX) } };
	struct entry_in in = { .reg = "disposal-entries", .state = state, .fields = f, .n_fields = ARRAY_N(f) };
	return entry_update(st, act, &may, x->id, x->version, &in, d);
}

static size_t numbers_of(struct str text, int64_t *ids, size_t max)
{
	size_t n = 0;
	for (struct str word; n < max && str_next(&text, ' ', &word);)
		n += str_i64(word, &ids[n]) == OK;
	return n;
}

static enum err waiting(struct store *st, struct arena *a, const struct act *act, const struct reg *r, int64_t id, struct entries_disposal *x)
{
	TRY(keeping_get(st, a, act->school, r, id, x));
	return str_is(x->state, "proposed") ? OK : ERR_STATE;
}

enum err keeping_confirm(struct store *st, const struct act *act, const struct reg *r, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entries_disposal x;
	int64_t ids[KEEPING_PAGE];
	struct kept_line lines[KEEPING_PAGE];
	TRY(db_tx_begin(st->db, &tx));
	TRY(waiting(st, &a, act, r, id, &x));
	if (x.by == act->person)
		return ERR_FORBIDDEN;
	size_t n = numbers_of(x.entries, ids, KEEPING_PAGE);
	if (all_due(st, &a, act->school, r, ids, n, lines) != OK) {
		diag_add(d, DIAG_ERROR, STR("why"), 0, "One of these is not due any more. Refuse this, and propose the others again.");
		return ERR_STATE;
	}
	TRY(settle(st, act, &a, &x, "done", why, d));
	for (size_t i = 0; i < n; i++)
		TRY(entry_erase(st, act, ids[i], id));
	return db_tx_commit(&tx);
}

enum err keeping_refuse(struct store *st, const struct act *act, const struct reg *r, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entries_disposal x;
	TRY(waiting(st, &a, act, r, id, &x));
	if (!str_trim(why).n)
		return wrong(d, "second_why", "Say why they stay.");
	return settle(st, act, &a, &x, "refused", why, d);
}
