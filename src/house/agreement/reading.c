/* How somebody reads: kept with the person, each change in the audit. */
#include "base/mem.h"
#include "gen_queries.h"
#include "house/agreement/agreement_store.h"
#include "house/store/audit.h"

static bool has(struct str words, const char *w)
{
	struct agreement_rule r = { .tag = words };
	return agreement_has_tag(&r, str_z(w));
}

enum err reading_get(struct db *db, struct arena *a, int64_t school, int64_t person, struct reading *out)
{
	struct q_reading_row_row row;
	TRY(q_reading_row_one(db, a, &(struct q_reading_row_args){ .school = school, .person = person }, &row));
	*out = (struct reading){ .language = row.language.n ? row.language : STR("en"), .symbols = has(row.needs, "symbols"), .aloud = has(row.needs, "aloud") };
	return OK;
}

/* The other words of `needs` stay. */
static struct str needs_of(struct arena *a, struct str before, const struct reading *r)
{
	AUTO(buf_done) struct buf b = buf_init(2000);
	struct str w;
	while (str_next(&before, ' ', &w))
		if (w.n && !str_is(w, "symbols") && !str_is(w, "aloud"))
			buf_fmt(&b, "%.*s ", STRF(w));
	buf_z(&b, r->symbols ? "symbols " : "");
	buf_z(&b, r->aloud ? "aloud" : "");
	return arena_str(a, str_trim(buf_str(&b)));
}

enum err reading_set(struct db *db, struct arena *a, const struct act *act, int64_t person, const struct reading *r)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_reading_row_row row;
	TRY(db_tx_begin(db, &tx));
	TRY(q_reading_row_one(db, a, &(struct q_reading_row_args){ .school = act->school, .person = person }, &row));
	struct q_reading_set_args set = { .school = act->school, .person = person, .language = r->language, .needs = needs_of(a, row.needs, r) };
	TRY(q_reading_set_do(db, &set, NULL));
	TRY(audit_add(db, act, "person.reading", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}
