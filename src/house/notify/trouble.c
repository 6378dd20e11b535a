#include "house/notify/trouble.h"

#include "base/clock.h"
#include "gen_queries.h"

static const char *const words[] = { [TROUBLE_SEND] = "send", [TROUBLE_FETCH] = "fetch", [TROUBLE_ADDRESS] = "address" };

enum err trouble_note(struct db *db, int64_t school, enum trouble_what what, int64_t person, struct str why)
{
	return q_trouble_put_do(db, &(struct q_trouble_put_args){ .school = school, .what = str_z(words[what]), .person = person, .why = why,
		.now = clock_utc() }, NULL);
}

enum err trouble_clear(struct db *db, int64_t school, enum trouble_what what, int64_t person)
{
	return q_trouble_drop_do(db, &(struct q_trouble_drop_args){ .school = school, .what = str_z(words[what]), .person = person }, NULL);
}

enum err notify_trouble(struct db *db, struct arena *a, int64_t school, struct trouble **out, size_t *n)
{
	struct q_trouble_all_row *rows;
	TRY(q_trouble_all(db, a, &(struct q_trouble_all_args){ .school = school }, &rows, n));
	struct trouble *t = arena_array(a, struct trouble, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		t[i] = (struct trouble){ .person = rows[i].person, .since_utc = rows[i].since_utc, .last_utc = rows[i].last_utc, .why = rows[i].why };
		for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
			if (str_is(rows[i].what, words[w]))
				t[i].what = (enum trouble_what)w;
	}
	*out = t;
	return OK;
}
