#include "house/notify/notify.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
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

/* What can wait for the morning: everything else goes at once. */
static bool routine(enum notice n)
{
	static const enum notice all[] = { NOTICE_TASK_NEW, NOTICE_TASK_DUE, NOTICE_TASK_READY, NOTICE_AGREEMENT, NOTICE_FAMILY, NOTICE_FAMILY_NO };
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (all[i] == n)
			return true;
	return false;
}

int64_t notify_quiet_until(const struct smtp_settings *s, enum notice what, int64_t now_utc)
{
	struct civil t = time_uk(now_utc);
	int minute = t.hour * 60 + t.minute, from = s->quiet_from_minute, until = s->quiet_until_minute;
	bool over_midnight = from > until, quiet = over_midnight ? minute >= from || minute < until : minute >= from && minute < until;
	if (from == until || !quiet || !routine(what))
		return 0;
	int64_t day = time_uk_midnight(now_utc) + (over_midnight && minute >= from ? 26 * 3600 : 3600);       /* safely within the day it ends on */
	struct civil end = time_uk(day);
	return time_from_uk((struct civil){ .year = end.year, .month = end.month, .day = end.day, .hour = until / 60, .minute = until % 60 });
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
