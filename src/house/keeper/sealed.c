/* The protected lists, hour by hour: test names are asked for, gaps begin and end, old places of the matrix become a task. */
#include "house/keeper/sealed.h"

#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/filter/matrix_task.h"
#include "house/filter/sealed_watch.h"
#include "house/filter/trial_here.h"
#include "house/filter/upstream_ask.h"
#include "house/keeper/jobs.h"
#include "house/keeper/trial.h"
#include "house/procedure/library.h"

enum { EVERY_MS = 3600 * 1000, FIRST_MS = 120 * 1000, SETTLE_MS = 3000 /* until every worker of the gate has read the bindings */, RUN = 0 /* no run of the weekly test */ };

static const char WHY[] = "the protected lists are tested";

static enum err policy_here(struct keeper *k, struct policy **out)
{
	enum err e = policy_open(settings_path(&k->settings, "policy/current"), STR_NONE, out);
	return e == (enum err)-ENOENT ? ERR_ABSENT : e;
}

/* ---- the keeper's part ---- */

enum err keeper_sealed(struct keeper *k)
{
	AUTO(policy_free) struct policy *p = NULL;
	if (!k->live || !k->jobs)
		return ERR_STATE;
	enum err e = policy_here(k, &p);
	if (e == OK && sealed_facts_of(p).entries)
		TRY(keeper_trial_bind(k, p, RUN));
	TRY(e == ERR_ABSENT ? OK : e);
	return keeper_job_start(k, "sealed");
}

enum err keeper_sealed_tick(struct keeper *k)
{
	int64_t now = clock_mono_ms();
	if (!k->live || !k->jobs)
		return OK;
	if (!k->sealed_ms)
		k->sealed_ms = now - EVERY_MS + FIRST_MS;
	if (now - k->sealed_ms < EVERY_MS)
		return OK;
	k->sealed_ms = now;
	return keeper_sealed(k);
}

/* ---- the job's part ---- */

static enum trial_got ask_here(void *ctx, enum trial_way way, const uint8_t from[16], struct str host) { return trial_here_ask(ctx, way, from, host); }

/* The gate's own listeners, for the names of what is loaded.  While the weekly test runs, that one keeps what comes of it. */
static enum err own_with(struct keeper *k, const struct act *act, const struct policy *p, struct trial_here *here)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct timespec settle = { SETTLE_MS / 1000, 0 };
	struct trial t = { .st = &k->store, .activity = k->activity, .act = *act, .run = RUN, .policy = p, .ways = here->ways, .ask = ask_here, .ctx = here };
	struct sealed_sum sum;
	int64_t running;
	TRY(trial_running(&k->store, act, clock_utc(), &running));
	if (!here->ways || running)
		return OK;
	TRY(trial_names(&k->store, &a, k->school, arena_fmt(&a, "%s/categories.conf", cli_data()).p, &t.names));
	(void)nanosleep(&settle, NULL);          /* woken early: then sooner */
	trial_sealed(&t, &a, &sum);
	return sealed_keep(&k->store, act, ASKED_OWN, &sum, clock_utc());
}

static enum err own(struct keeper *k, const struct act *act, const struct policy *p)
{
	struct trial_here here;
	trial_here_of(&k->settings, &here);
	enum err e = own_with(k, act, p, &here);
	trial_here_done(&here);
	return e;
}

static enum trial_got ask_out(void *ctx, const struct upstream_name *name) { return upstream_ask(ctx, name); }

/* The supplier's filter, by the gate's own way out. */
static enum err upstream(struct keeper *k, const struct act *act)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct upstream_way way = { k->settings.upstream, k->settings.upstreams };
	struct upstream_name *v;
	struct sealed_sum sum;
	size_t n;
	TRY(upstream_names(&k->store, &a, k->school, &v, &n));
	upstream_ask_all(&a, v, n, ask_out, &way, &sum);
	if (sum.open)
		log_line(LOG_FAIL, "the supplier's filter in front let %zu of %zu test names of the protected lists through", sum.open, sum.asked);
	return sealed_keep(&k->store, act, ASKED_UPSTREAM, &sum, clock_utc());
}

static enum err places(struct keeper *k, const struct act *act, const struct policy *p)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct matrix m;
	int64_t days = k->library ? profile_number(&k->library->profile, "filter.witness_days", CELL_STALE_DAYS) : CELL_STALE_DAYS;
	TRY(matrix_read(&k->store, &a, k->school, p, clock_utc(), days, &m));
	return matrix_task(&k->store, act, &m, clock_utc(), NULL);
}

enum err keeper_sealed_job(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(policy_free) struct policy *p = NULL;
	struct act act = { k->school, 0, WHY };
	enum err e = policy_here(k, &p);
	if (e == ERR_ABSENT)
		return OK;                       /* nothing was ever published: the school is being set up */
	TRY(e);
	struct sealed_facts f = sealed_facts_of(p);
	TRY(sealed_evidence(&k->store, &a, k->school, &f));
	if (sealed_own_due(&f, clock_utc()))
		TRY(own(k, &act, p));
	TRY(upstream(k, &act));
	TRY(sealed_evidence(&k->store, &a, k->school, &f));
	TRY(sealed_look(&k->store, &act, &f, clock_utc()));
	return places(k, &act, p);
}
