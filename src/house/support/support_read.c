/* Reading plans, and what the policy makes of them. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/support/support_inner.h"

enum { LAPSED_HOLDS_S = 400 * 86400 };

static struct support support_from(const struct entry *e)
{
	return (struct support){ .id = e->id, .number = e->number, .version = e->version, .child = entry_i64(e, "child"), .supported_by = entry_i64(e, "supported-by"),
		.told = entry_i64(e, "told"), .from_utc = entry_utc(e, "from"), .until_utc = entry_utc(e, "until"), .revision = entry_i64(e, "revision"),
		.made_by = e->made_by, .changed_utc = e->changed_utc, .state = e->state, .base = entry_value(e, "base"), .form = entry_value(e, "form"),
		.open = entry_value(e, "open"), .block = entry_value(e, "block"), .factors = entry_value(e, "factors"), .reason = entry_value(e, "reason"),
		.helps = entry_value(e, "helps"), .provision = entry_value(e, "provision"), .ended_why = entry_value(e, "ended-why"),
		.walled = str_is(entry_value(e, "walled"), "yes") };
}

enum err support_get(struct store *st, struct arena *a, int64_t school, int64_t viewer, int64_t id, struct support *out)
{
	struct entry_may may = support_may(school, viewer);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "support-plan"))
		return ERR_ABSENT;
	*out = support_from(&e);
	return OK;
}

enum err support_list(struct store *st, struct arena *a, int64_t school, int64_t viewer, bool ended, int64_t offset, int64_t limit,
                      struct support **out, size_t *n, int64_t *total)
{
	struct entry_may may = support_may(school, viewer);
	struct entry_query q = { .reg = "support-plan", .order_by = "until", .ascending = true, .offset = offset, .limit = limit };
	struct entry_page page;
	memcpy(q.states, ended ? (const char *[ENTRY_STATES_MAX]){ "ended" } : (const char *[ENTRY_STATES_MAX]){ "active", "lapsed" }, sizeof q.states);
	TRY(entry_list(st, a, &may, &q, &page));
	struct support *list = arena_array(a, struct support, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = support_from(&page.entries[i]);
	*out = list;
	*n = page.n;
	if (total)
		*total = page.total;
	return OK;
}

static enum err held(struct db *db, struct arena *a, int64_t school, int64_t child, struct q_support_of_row *row)
{
	return q_support_of_one(db, a, &(struct q_support_of_args){ .school = school, .person = child, .now = clock_utc() }, row);
}

enum err support_of(struct store *st, struct arena *a, int64_t school, int64_t child, struct support *out)
{
	struct q_support_of_row row;
	TRY(held(st->db, a, school, child, &row));
	return support_get(st, a, school, 0, row.id, out);
}

enum err support_group(struct db *db, struct arena *a, int64_t school, int64_t child, struct str *group, struct str *form)
{
	struct q_support_of_row row;
	TRY(held(db, a, school, child, &row));
	*group = arena_fmt(a, "plan-%lld", (long long)row.number);
	*form = row.form;
	return OK;
}

/* ---- the policy ---- */

static bool listed(struct str words, struct str word)
{
	struct str w;
	while (str_next(&words, ' ', &w))
		if (w.n && str_eq(w, word))
			return true;
	return false;
}

/* Only words of the tables go into a policy, whatever stands in the store. */
static void word_line(struct buf *b, const char *key, struct str chosen, const struct support_word *known, size_t n)
{
	bool any = false;
	for (size_t i = 0; i < n; i++)
		if (listed(chosen, str_z(known[i].word))) {
			buf_fmt(b, any ? " %s" : "%s = %s", any ? known[i].word : key, known[i].word);
			any = true;
		}
	if (any)
		buf_byte(b, '\n');
}

static bool base_known(struct str base) { return str_is(base, "early-years") || str_is(base, "ks1") || str_is(base, "ks2"); }

static void group(struct arena *a, struct buf *b, const struct support *p, int64_t now)
{
	bool active = str_is(p->state, "active") && p->until_utc > now;
	buf_fmt(b, "\n[group plan-%lld]\ntitle = A plan of one's own\nlike = %.*s\n", (long long)p->number, STRF(base_known(p->base) ? p->base : STR("early-years")));
	if (p->walled)
		buf_z(b, "mode = walled\n");
	word_line(b, "block", p->block, SUPPORT_BLOCK, N_SUPPORT_BLOCK);
	if (active)
		word_line(b, "open", p->open, SUPPORT_OPEN, N_SUPPORT_OPEN);
	buf_fmt(b, "reason = Agreed for one pupil.\nuntil = %.*s\n", STRF(time_iso(a, active && p->open.n && !p->block.n && !p->walled ? p->until_utc : now + LAPSED_HOLDS_S)));
}

enum err support_policy(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct buf *out)
{
	struct support *list;
	size_t n = ENTRY_PAGE_MAX;
	for (int64_t from = 0; n == ENTRY_PAGE_MAX; from += ENTRY_PAGE_MAX) {
		TRY(support_list(st, a, school, 0, false, from, ENTRY_PAGE_MAX, &list, &n, NULL));
		for (size_t i = 0; i < n; i++)
			group(a, out, &list[i], now_utc);
	}
	return buf_ok(out);
}
