/* The filter's own test as the keeper makes it: addresses are bound, a job asks the gate, the results are kept. */
#include "house/keeper/trial.h"

#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/filter/trial_ask.h"
#include "house/filter/trial_web.h"
#include "io/ca_ask.h"
#include "house/keeper/jobs.h"

enum { SETTLE_MS = 3000 /* until every worker of the gate has read the bindings */, LOOK_MS = 300 };

static enum err policy_here(struct keeper *k, struct policy **out)
{
	const char *path = settings_path(&k->settings, "policy/current");
	return policy_open(path, STR_NONE, out);
}

/* ---- the keeper's part ---- */

static enum err bind_groups(struct keeper *k, const struct policy *p, int64_t run)
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

enum err keeper_trial(struct keeper *k, int64_t by)
{
	AUTO(policy_free) struct policy *p = NULL;
	struct act act = { k->school, by, "the filter tries itself" };
	int64_t run;
	TRY(policy_here(k, &p));
	TRY(trial_begin(&k->store, &act, clock_utc(), &run));
	TRY(bind_groups(k, p, run));
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

struct waiting { const struct sock_addr *names, *proxy; int64_t until_ms; };

static void pause_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
	(void)nanosleep(&t, NULL);           /* woken early: then sooner */
}

static enum trial_got ask(void *ctx, enum trial_way way, const uint8_t from[16], struct str host)
{
	struct waiting *w = ctx;
	return way == WAY_DNS ? trial_ask_dns(w->names, from, host) : trial_ask_web(way, w->proxy, from, host);
}

/* What devices of this school have: names, a proxy, and the school's certificate when there is a CA in use. */
static unsigned ways_here(struct keeper *k)
{
	AUTO(buf_done) struct buf room = buf_init(CA_ANSWER_MAX);
	struct ca_list cas = { .n = 0 };
	unsigned ways = k->settings.dns_listens ? 1u << WAY_DNS : 0;
	if (k->settings.proxy_listens)
		ways |= 1u << WAY_HTTP | 1u << WAY_HTTPS;
	enum err e = ca_ask(settings_path(&k->settings, "run/signer.sock"), &(struct ca_question){ .op = CA_SHOW }, &room, &cas);
	for (size_t i = 0; e == OK && i < cas.n; i++)
		if (cas.v[i].state == CA_USED && k->settings.proxy_listens)
			ways |= 1u << WAY_INSIDE;
	return ways;
}

static bool wait(void *ctx)
{
	pause_ms(LOOK_MS);
	return clock_mono_ms() < ((struct waiting *)ctx)->until_ms;
}

static enum err make(struct keeper *k, const struct act *act, int64_t run)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(policy_free) struct policy *p = NULL;
	struct waiting w = { &k->settings.dns_listen[0], &k->settings.proxy_listen[0], clock_mono_ms() + (int64_t)TRIAL_WAIT_S * 1000 };
	struct trial t = { .st = &k->store, .activity = k->activity, .act = *act, .run = run, .ask = ask, .wait = wait, .ctx = &w, .ways = ways_here(k) };
	size_t failed;
	if (!t.ways)
		return ERR_ABSENT;
	TRY(policy_here(k, &p));
	t.policy = p;
	TRY(trial_names(&k->store, &a, k->school, arena_fmt(&a, "%s/categories.conf", cli_data()).p, &t.names));
	pause_ms(SETTLE_MS);
	TRY(trial_run(&t, &failed));
	log_line(failed ? LOG_FAIL : LOG_NOTE, "the filter's own test: %zu not as they should be", failed);
	return OK;
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
