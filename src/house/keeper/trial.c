/* The filter's own test as the keeper makes it: addresses are bound, a job asks the gate, the results are kept. */
#include "house/keeper/trial.h"

#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/filter/trial_here.h"
#include "house/keeper/jobs.h"

enum { SETTLE_MS = 3000 /* until every worker of the gate has read the bindings */, LOOK_MS = 300 };

static enum err policy_here(struct keeper *k, struct policy **out)
{
	const char *path = settings_path(&k->settings, "policy/current");
	return policy_open(path, STR_NONE, out);
}

/* ---- the keeper's part ---- */

enum err keeper_trial_bind(struct keeper *k, const struct policy *p, int64_t run)
{
	for (size_t g = 0; g < trial_groups(); g++) {
		uint32_t at = policy_group(p, str_z(TRIAL_GROUPS[g]));
		struct live_record r = { .kind = LIVE_BIND, .group = str_z(TRIAL_GROUPS[g]), .standing = STANDING_CURRENT, .how = LIVE_HOW_RANGE, .until_utc = clock_utc() + TRIAL_BOUND_S };
		if (at == GROUP_NONE)
			continue;
		trial_addr(run, g, r.addr);
		TRY(keeper_live(k, &r));
	}
	return OK;
}

/* And one for each group in each network. */
static enum err bind_nets(struct keeper *k, const struct policy *p, int64_t run)
{
	struct trial_net nets[TRIAL_NETS_MAX];
	size_t n = trial_nets(p, nets);
	for (size_t i = 0; i < n; i++)
		for (size_t g = 0; g < nets[i].n_groups; g++) {
			struct live_record r = { .kind = LIVE_BIND, .group = policy_group_name(p, nets[i].groups[g]), .standing = STANDING_CURRENT, .how = LIVE_HOW_RANGE, .host = str_z(nets[i].as),
				.until_utc = clock_utc() + TRIAL_BOUND_S };
			trial_net_addr(run, i, g, r.addr);
			TRY(keeper_live(k, &r));
		}
	return OK;
}

enum err keeper_trial(struct keeper *k, int64_t by)
{
	AUTO(policy_free) struct policy *p = NULL;
	struct act act = { k->school, by, "the filter tries itself" };
	int64_t run;
	TRY(policy_here(k, &p));
	TRY(trial_begin(&k->store, &act, clock_utc(), &run));
	TRY(keeper_trial_bind(k, p, run));
	TRY(bind_nets(k, p, run));
	return keeper_job_start(k, "trial");
}

enum err keeper_trial_tick(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	bool due = false;
	int64_t hour = time_uk(clock_utc()).hour;
	if (!k->live || !k->jobs || hour < 6 || hour > 7)          /* before lessons, when somebody can still look */
		return OK;
	TRY(trial_due(&k->store, &a, k->school, clock_utc(), &due));
	enum err e = due ? keeper_trial(k, 0) : OK;
	return e == ERR_BUSY || e == ERR_ABSENT || e == (enum err)-ENOENT ? OK : e;
}

/* ---- the job's part ---- */

struct waiting { struct trial_here here; int64_t until_ms; };

static void pause_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
	(void)nanosleep(&t, NULL);           /* woken early: then sooner */
}

static enum trial_got ask(void *ctx, enum trial_way way, const uint8_t from[16], struct str host) { return trial_here_ask(&((struct waiting *)ctx)->here, way, from, host); }

static bool wait(void *ctx)
{
	pause_ms(LOOK_MS);
	return clock_mono_ms() < ((struct waiting *)ctx)->until_ms;
}

static enum err make_with(struct keeper *k, const struct act *act, int64_t run, struct waiting *w)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(policy_free) struct policy *p = NULL;
	struct trial_net nets[TRIAL_NETS_MAX];
	struct trial t = { .st = &k->store, .activity = k->activity, .act = *act, .run = run, .ask = ask, .wait = wait, .ctx = w, .ways = w->here.ways };
	size_t failed;
	if (!t.ways)
		return ERR_ABSENT;
	TRY(policy_here(k, &p));
	t.policy = p;
	t.nets = nets;
	t.n_nets = trial_nets(p, nets);
	trial_nets_own(p, nets, t.n_nets);
	TRY(trial_names(&k->store, &a, k->school, arena_fmt(&a, "%s/categories.conf", cli_data()).p, &t.names));
	pause_ms(SETTLE_MS);
	TRY(trial_run(&t, &failed));
	log_line(failed ? LOG_FAIL : LOG_NOTE, "the filter's own test: %zu not as they should be", failed);
	return OK;
}

static enum err make(struct keeper *k, const struct act *act, int64_t run)
{
	struct waiting w = { .until_ms = clock_mono_ms() + (int64_t)TRIAL_WAIT_S * 1000 };
	trial_here_of(&k->settings, &w.here);
	enum err e = make_with(k, act, run, &w);
	trial_here_done(&w.here);
	return e;
}

enum err keeper_trial_job(struct keeper *k)
{
	struct act act = { k->school, 0, "the filter tries itself" };
	int64_t run;
	TRY(trial_running(&k->store, &act, clock_utc(), &run));
	if (!run)
		return OK;
	enum err e = make(k, &act, run);
	return e == OK ? OK : trial_fail(&k->store, &act, run, err_text(e));
}
