#include "house/keeper/silence.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/keeper/keeper.h"
#include "house/notify/notify.h"
#include "house/procedure/calendar.h"
#include "house/procedure/library.h"
#include "house/store/activity.h"
#include "house/task/task.h"

enum { SILENCE_MINUTES = 60 };

struct stop { const char *word, *title, *details; int64_t since_ms; };

/* What has stopped; false: nothing. */
static enum err look(struct keeper *k, int64_t now_ms, struct stop *out, bool *is)
{
	int64_t minutes = profile_number(&k->library->profile, "monitoring.silence_minutes", SILENCE_MINUTES), newest = 0, limit = minutes * 60000;
	const struct calendar *cal = library_calendar(k->library);
	if (!k->silence_from_ms)
		k->silence_from_ms = now_ms;
	int64_t read = k->ingested_ms ? k->ingested_ms : k->silence_from_ms;
	*out = (struct stop){ "reading", "Logging has stopped: what the gate writes is not read", "The gate goes on filtering, and its events wait in the spool. See the keeper's log.", read };
	*is = now_ms - read >= limit;
	if (*is)
		return OK;
	TRY(activity_newest_ms(k->activity, k->school, &newest));
	bool open = calendar_in_hours(cal, now_ms / 1000) && calendar_in_hours(cal, (now_ms - limit) / 1000) && calendar_is_school_day(cal, now_ms / 1000);
	*out = (struct stop){ "gate", "Logging has stopped: the gate tells nothing", "The school is open and nothing was recorded. See whether the gate runs, whether its disk is full, and whether devices still go through it.", newest };
	*is = open && newest && now_ms - newest >= limit;
	return OK;
}

static enum err tell(struct keeper *k, const struct act *act, struct arena *a, const struct stop *s, const char *role)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id, *people;
	size_t n;
	bool opened = false;
	struct task_in in = { .kind = "logging", .title = str_z(s->title), .details = arena_fmt(a, "Since %.*s. %s", STRF(time_words(a, s->since_ms / 1000)), s->details), .link = "/status",
		.for_role = role, .due_utc = clock_utc(), .key = arena_fmt(a, "logging/%s/%s/%lld", s->word, role, (long long)s->since_ms).p };
	TRY(task_open_once(&k->store, act, &in, &d, &id, &opened));
	if (!opened)
		return OK;
	TRY(notify_holders(k->db, a, k->school, str_z(role), &people, &n));
	for (size_t i = 0; i < n; i++)
		TRY(notify_add(k->db, act, NOTICE_TECHNICAL, people[i], "/status", id, 0));
	return OK;
}

enum err keeper_silence(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { k->school, 0, "logging stopped" };
	struct stop s;
	bool is = false;
	TRY(look(k, clock_ms(), &s, &is));
	if (!is)
		return OK;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(k->db, &tx));
	TRY(tell(k, &act, &a, &s, "dsl"));
	TRY(tell(k, &act, &a, &s, "technician"));
	return db_tx_commit(&tx);
}
