#include "house/agreement/taught.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/agreement/inside.h"

enum { LOOKED_AT = 20 };

enum err taught_on(struct store *st, struct arena *a, int64_t school, int64_t person, int64_t now_utc, struct str *out)
{
	struct entry_may may = agreement_may(school);
	struct entry_query q = { .reg = "lesson-taught", .limit = LOOKED_AT, .order_by = "on", .n_where = 2,
		.where = { { "person", ENTRY_IS, person, STR_NONE }, { "kind", ENTRY_IS, 0, STR("internet") } } };
	struct entry_page page;
	*out = STR_NONE;
	TRY(entry_list(st, a, &may, &q, &page));
	for (size_t i = 0; i < page.n && !out->n; i++) {
		int64_t on = entry_utc(&page.entries[i], "on");
		if (on && on <= now_utc && !str_is(page.entries[i].state, REG_UNDONE))
			*out = entry_value(&page.entries[i], "on");
	}
	return OK;
}

static enum err record_one(struct store *st, struct arena *a, const struct act *act, int64_t person, int64_t by, int64_t on_utc)
{
	struct entry_field f[] = { agreement_field("person", arena_i64(a, person)), agreement_field("kind", STR("internet")),
		agreement_field("on", time_iso_date(a, on_utc)), agreement_field("by", arena_i64(a, by)) };
	struct entry_person who[] = { { person, ENTRY_INVOLVED } };
	struct entry_in in = { .reg = "lesson-taught", .fields = f, .n_fields = ARRAY_N(f), .people = who, .n_people = 1 };
	int64_t id;
	return entry_create(st, act, &in, NULL, &id);
}

enum err taught_record(struct store *st, struct arena *a, const struct act *act, const int64_t *people, size_t n_people, int64_t by, int64_t on_utc, size_t *n)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	size_t made = 0;
	if (on_utc > clock_utc())
		return ERR_STATE;
	TRY(db_tx_begin(st->db, &tx));
	for (size_t i = 0; i < n_people; i++) {
		struct str had;
		TRY(taught_on(st, a, act->school, people[i], clock_utc(), &had));
		if (had.n)
			continue;
		TRY(record_one(st, a, act, people[i], by, on_utc));
		made++;
	}
	TRY(db_tx_commit(&tx));
	*n = made;
	return OK;
}
