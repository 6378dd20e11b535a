/* Inductions: opened when somebody joins, signed by both (5.3-01, 5.3-07). */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/training/inside.h"

static const struct { const char *by, *on, *items; } parts[] = { { "own-by", "own-on", "own-items" }, { "lead-by", "lead-on", "lead-items" }, { "safe-by", "safe-on", "safe-items" } };

const struct module *induction_module(const struct training *t, enum induction_part part)
{
	size_t i = training_module(t, part == INDUCTION_SAFE ? STR("induction-safeguarding") : STR("induction"));
	return i < t->modules.n ? &t->modules.v[i] : NULL;
}

static struct induction induction_read(const struct training *t, const struct entry *e)
{
	struct induction out = { .id = e->id, .version = e->version, .state = e->state, .person = entry_i64(e, "person"), .due_utc = entry_utc(e, "due"),
		.safe = induction_module(t, INDUCTION_SAFE) != NULL };
	for (size_t i = 0; i < ARRAY_N(parts); i++) {
		out.part[i].by = entry_i64(e, parts[i].by);
		out.part[i].on_utc = entry_utc(e, parts[i].on);
	}
	return out;
}

enum err induction_open(const struct training *t, const struct act *act, int64_t person, int64_t due_utc, int64_t *id)
{
	const struct entry_field f[] = { { STR("person"), arena_id(t->a, person) }, { STR("due"), time_iso(t->a, due_utc) } };
	struct entry_in in = { .reg = "training-induction", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_create(t->store, act, &in, NULL, id);
}

enum err induction_get(const struct training *t, int64_t id, struct induction *out)
{
	struct entry e;
	TRY(training_entry(t, "training-induction", id, &e));
	*out = induction_read(t, &e);
	return OK;
}

static enum err listed(const struct training *t, struct entry_query q, struct induction **out, size_t *n, int64_t *total)
{
	struct entry_may may = training_may(t->school);
	struct entry_page page;
	TRY(entry_list(t->store, t->a, &may, &q, &page));
	*out = arena_array(t->a, struct induction, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = induction_read(t, &page.entries[i]);
	*n = page.n;
	if (total)
		*total = page.total;
	return OK;
}

enum err induction_of(const struct training *t, int64_t person, struct induction *out)
{
	struct induction *v;
	size_t n;
	struct entry_query q = { .reg = "training-induction", .where = { { "person", ENTRY_IS, person, STR_NONE } }, .n_where = 1, .limit = 1 };
	TRY(listed(t, q, &v, &n, NULL));
	if (!n)
		return ERR_ABSENT;
	*out = v[0];
	return OK;
}

enum err induction_list(const struct training *t, bool over, int64_t offset, int64_t limit, struct induction **out, size_t *n, int64_t *total)
{
	struct entry_query q = { .reg = "training-induction", .states = { over ? "done" : "open" }, .order_by = "due", .ascending = !over, .offset = offset, .limit = limit };
	return listed(t, q, out, n, total);
}

/* ---- signing ---- */

static enum err all_ticked(const struct module *m, struct str ticked, struct diag *d)
{
	for (size_t i = 0; i < m->n_items; i++)
		if (!words_have(ticked, m->items[i].id))
			return diag_fail(d, STR("items"), 0, "Not ticked: \"%.*s\". Sign when everything was given and talked about.", STRF(m->items[i].label));
	return OK;
}

/* The module is had once both of its parts are signed. */
static enum err had_now(const struct training *t, const struct act *act, const struct induction *i, enum induction_part now)
{
	bool own = now == INDUCTION_OWN || i->part[INDUCTION_OWN].by, lead = now == INDUCTION_LEAD || i->part[INDUCTION_LEAD].by;
	if (now != INDUCTION_SAFE && own && lead)
		TRY(training_had(t, act, i->person, STR("induction"), time_uk_midnight(clock_utc()), i->id, "induction"));
	if (i->safe && now == INDUCTION_SAFE)
		TRY(training_had(t, act, i->person, STR("induction-safeguarding"), time_uk_midnight(clock_utc()), i->id, "induction"));
	return OK;
}

static bool complete(const struct induction *i, enum induction_part now)
{
	for (int p = INDUCTION_OWN; p <= INDUCTION_SAFE; p++)
		if (p != (int)now && !i->part[p].by && (p != INDUCTION_SAFE || i->safe))
			return false;
	return true;
}

enum err induction_sign(const struct training *t, const struct act *act, const struct induction *i, enum induction_part part, struct str ticked, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	const struct module *m = induction_module(t, part);
	if (!m || (part == INDUCTION_OWN) != (act->person == i->person))
		return ERR_FORBIDDEN;
	if (i->part[part].by)
		return ERR_STATE;
	TRY(all_ticked(m, ticked, d));
	const struct entry_field f[] = { { str_z(parts[part].by), arena_id(t->a, act->person) }, { str_z(parts[part].on), time_iso(t->a, clock_utc()) },
		{ str_z(parts[part].items), ticked } };
	TRY(db_tx_begin(t->store->db, &tx));
	TRY(training_change(t, act, i->id, i->version, complete(i, part) ? "done" : NULL, f, ARRAY_N(f), d));
	TRY(had_now(t, act, i, part));
	return db_tx_commit(&tx);
}
