#include "house/notify/notify.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"

static const struct { const char *word, *text; } notices[NOTICE_N] = {
#define NOTICE_ROW_(name, word, text) { word, text },
	NOTICE_TABLE(NOTICE_ROW_)
#undef NOTICE_ROW_
};

const char *notice_word(enum notice n) { return notices[n].word; }
const char *notice_text(enum notice n) { return notices[n].text; }

bool notice_of(struct str word, enum notice *out)
{
	for (size_t i = 0; i < NOTICE_N; i++)
		if (str_is(word, notices[i].word)) {
			*out = (enum notice)i;
			return true;
		}
	return false;
}

enum err notify_holders(struct db *db, struct arena *a, int64_t school, struct str role, int64_t **out, size_t *n)
{
	struct q_role_holders_row *rows;
	size_t found;
	TRY(q_role_holders(db, a, &(struct q_role_holders_args){ .school = school, .role = role, .now = clock_utc() }, &rows, &found));
	int64_t *people = arena_array(a, int64_t, found + 1);
	for (size_t i = 0; i < found; i++)
		people[i] = rows[i].person;
	*out = people;
	*n = found;
	return OK;
}

enum err notify_add(struct db *db, const struct act *act, enum notice what, int64_t person, const char *link,
                    int64_t about, int64_t due_utc)
{
	int64_t now = clock_utc();
	return q_outbox_put_do(db, &(struct q_outbox_put_args){ .school = act->school, .kind = str_z(notice_word(what)),
		.person = person, .link = str_z(link), .entry = about, .now = now, .due = due_utc ? due_utc : now }, NULL);
}
