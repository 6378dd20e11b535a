#include "house/keeper/overblock.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/keeper/jobs.h"

enum err keeper_overblock_tick(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	bool due = false;
	int64_t hour = time_uk(clock_utc()).hour;
	if (!k->live || !k->jobs || hour < 2 || hour > 4)
		return OK;
	TRY(overblock_due(&k->store, &a, k->school, clock_utc(), &due));
	enum err e = due ? keeper_job_start(k, "overblock") : OK;
	return e == ERR_BUSY ? OK : e;
}

enum err keeper_overblock_job(struct keeper *k, const char *data_dir)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(policy_free) struct policy *p = NULL;
	struct act act = { k->school, 0, "the over-block watch" };
	size_t closed = 0;
	enum err e = policy_open(settings_path(&k->settings, "policy/current"), STR_NONE, &p);
	if (e == OK)
		e = overblock_begin(&k->store, &act, arena_fmt(&a, "%s/allow-set.conf", data_dir).p);
	if (e == OK)
		e = overblock_run(&k->store, &act, p, clock_utc(), &closed);
	if (e != OK)
		return overblock_fail(&k->store, &act, err_text(e));
	log_line(closed ? LOG_WARN : LOG_NOTE, "the over-block watch: %zu places closed that lessons need", closed);
	return OK;
}
