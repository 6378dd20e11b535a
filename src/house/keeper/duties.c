#include "house/keeper/duties.h"

#include "base/clock.h"
#include "base/log.h"
#include "house/account/access_review.h"
#include "house/account/second.h"
#include "house/duty/turn.h"
#include "house/duty/year.h"
#include "house/cli/cli.h"
#include "house/filter/app_seen.h"
#include "house/filter/attempt.h"
#include "house/filter/coverage_seen.h"
#include "house/filter/device_seen.h"
#include "house/filter/rules_file.h"
#include "house/casefile/keeping.h"
#include "house/casefile/retention.h"
#include "house/casefile/transfer.h"
#include "house/checkin/checkin.h"
#include "house/curriculum/joiner.h"
#include "house/keeper/keeper.h"
#include "house/keeper/overblock.h"
#include "house/keeper/sealed.h"
#include "house/keeper/trial.h"
#include "house/keeper/silence.h"
#include "house/linked/linked.h"
#include "house/procedure/library.h"
#include "house/register/reindex.h"
#include "house/register/tick.h"
#include "house/service/service.h"
#include "house/store/draft.h"
#include "house/support/support.h"
#include "house/task/task.h"
#include "house/training/training.h"
#include "house/web/once.h"

enum { REINDEX_MS = 2000 };

static enum err remind(struct keeper *k)
{
	size_t n = 0;
	return task_remind(&k->store, k->school, clock_utc(), &n);
}

static enum err lapse(struct keeper *k)
{
	size_t n = 0;
	return second_lapse(&k->store, k->school, clock_utc(), &n);
}

/* A plan past its day: the policy is built again without what it opened. */
static enum err plans(struct keeper *k)
{
	size_t n = 0;
	TRY(support_lapse(&k->store, k->school, clock_utc(), &n));
	return n && k->jobs ? keeper_job_start(k, "publish") : OK;
}

/* The register of services begins with what the filter lets through; a service past its grace closes (the policy carries the
 * moment itself; it is built again so that it says why). */
static enum err services(struct keeper *k)
{
	size_t begun = 0, closed = 0;
	enum err e = service_begin(&k->store, k->school, settings_path(&k->settings, "policy/current"), clock_utc(), &begun);
	if (e != OK && e != ERR_ABSENT && e != (enum err)-ENOENT)
		return e;
	TRY(service_tick(&k->store, k->school, clock_utc(), &closed));
	return begun + closed && k->jobs ? keeper_job_start(k, "publish") : OK;
}

static enum err review(struct keeper *k)
{
	struct act act = { k->school, 0, "the term has begun" };
	bool opened;
	return access_review_open(&k->store, &act, k->library ? library_calendar(k->library) : NULL, clock_utc(), &opened);
}

/* What the office entered since; the portal is another process. */
static enum err year(struct keeper *k) { return k->library ? year_load(&k->store, k->school, k->library) : OK; }

/* Closed cases get the rule by which they are kept: a few at a time, now and then. */
static enum err keeping(struct keeper *k)
{
	size_t n = 0;
	return k->library && clock_utc() / 60 % 10 == 0 ? retention_tick(&k->desk, k->school, 100, &n) : OK;
}

/* Entries of registers whose time is over: those who keep them are told, once a month. */
static enum err outlived(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(rights_free) struct rights *rights = NULL;
	AUTO(diag_done) struct diag d = diag_init(5);
	size_t n = 0;
	if (clock_utc() / 60 % 360 != 17)
		return OK;
	TRY(rights_load(arena_fmt(&a, "%s/roles.conf", cli_data()).p, &d, &rights));
	return keeping_tick(&k->store, rights, k->school, clock_utc(), &n);
}

/* Whoever left, whatever way: their file has five school days. */
static enum err transfers(struct keeper *k)
{
	size_t n = 0;
	return k->library ? transfer_tick(&k->desk, k->school, &n) : OK;
}

static enum err unsent(struct keeper *k)
{
	size_t n = 0;
	TRY(draft_sweep(&k->store, k->school, clock_utc(), &n));
	return once_sweep(k->db, k->school, clock_utc());
}

/* Duties whose files changed are taken up, what falls due is opened. */
static enum err due(struct keeper *k)
{
	if (!k->library || !k->library->duties)
		return OK;
	duties_refresh(k->library->duties, NULL);
	struct act act = { k->school, 0, "a duty falls due" };
	struct duty_desk desk = { &k->store, k->library, duties_now(k->library->duties) };
	return duty_run(&desk, &act, clock_utc(), NULL);
}

/* Pupils' devices that nobody fetched. */
static enum err devices(struct keeper *k) { return k->library ? checkin_day_end(&k->store, k->library, k->school, clock_utc()) : OK; }

/* Dates of registers that have passed. */
static enum err registers(struct keeper *k)
{
	size_t n = 0;
	TRY(registers_reindex(&k->store, k->school, REINDEX_MS, &n));
	n = 0;
	return clock_utc() / 60 % 5 == 0 ? registers_tick(&k->store, k->school, clock_utc(), &n) : OK;
}

/* Policies that the online safety policy leans on and nobody has entered: they stand in the register as wanted. */
static enum err policies(struct keeper *k)
{
	size_t n = 0;
	return k->library ? linked_begin(&k->store, k->school, &k->library->linked, &k->library->profile, clock_utc(), &n) : OK;
}

/* Files of rules that somebody changed by hand (7.3.1-07). */
static enum err rules_files(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { k->school, 0, "the filter's rules files" };
	const char *data = cli_data();
	struct rules_place places[] = {
		{ settings_path(&k->settings, "policy.d"), "policy.d" }, { arena_fmt(&a, "%s/policy/base", data).p, "data/policy/base" },
		{ arena_fmt(&a, "%s/policy/%s", data, k->settings.profile).p, "data/policy/profile" }, { arena_fmt(&a, "%s/categories.conf", data).p, "data/categories.conf" },
	};
	return k->settings.prefix ? rules_files_look(&k->store, &act, places, sizeof places / sizeof *places, NULL) : OK;
}

/* What the gate saw, by device, network and group; each hour it hears which networks there are. */
static enum err coverage(struct keeper *k)
{
	AUTO(policy_free) struct policy *p = NULL;
	struct act act = { k->school, 0, "the filter saw it" };
	if ((clock_utc() / 60 % 60 == 23 || !coverage_watch_knows(k->coverage)) && k->settings.prefix && policy_open(settings_path(&k->settings, "policy/current"), STR_NONE, &p) == OK)
		coverage_watch_networks(k->coverage, p);
	return coverage_watch_flush(k->coverage, &k->store, &act, clock_utc());
}

/* What the gate saw of the school's devices; each hour, what it did not see. */
static enum err devices_seen(struct keeper *k)
{
	struct act act = { k->school, 0, "the filter saw it" };
	bool told;
	if (k->devices)
		TRY(device_watch_flush(k->devices, &k->store, &act));
	if (k->coverage)
		TRY(coverage(k));
	if (k->apps)
		TRY(app_watch_flush(k->apps, &k->store, &act, clock_utc()));
	return k->library && clock_utc() / 60 % 60 == 7 ? device_seen_tick(&k->store, k->library, k->school, clock_utc(), &told) : OK;
}

/* The attempts report of an open audit, each hour. */
static enum err attempts(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { k->school, 0, "the audit of access and activity" };
	if (!k->library || !k->library->duties || !k->activity || clock_utc() / 60 % 60 != 11)
		return OK;
	struct duty_desk desk = { &k->store, k->library, duties_now(k->library->duties) };
	return attempt_collect(&desk, k->activity, arena_fmt(&a, "%s/categories.conf", cli_data()).p, &act, clock_utc(), NULL);
}

/* Training that falls due; inductions of those who joined. */
static enum err training(struct keeper *k) { return k->library ? training_tick(&k->store, k->library, k->school, clock_utc()) : OK; }

/* 5.1-16 */
static enum err joiners(struct keeper *k) { return joiners_tick(&k->store, k->school, clock_utc()); }

void keeper_duties(struct keeper *k)
{
	static const struct { enum err (*run)(struct keeper *k); const char *what; } parts[] = {
		{ keeper_silence, "whether logging goes on" }, { joiners, "children who join or leave" },
		{ year, "reading the school's terms and holidays" },
		{ remind, "reminding of tasks" }, { lapse, "changes of rights that nobody confirmed" },
		{ keeping, "how long closed cases are kept" }, { outlived, "entries whose time is over" }, { transfers, "files of pupils who left" },
		{ plans, "plans of pupils that have come to their day" }, { review, "opening the access review" }, { devices, "devices that were not fetched" },
		{ unsent, "wiping what was begun and not sent" },
		{ services, "the days of services" },
		{ policies, "policies that belong together" },
		{ due, "duties that fall due" },
		{ rules_files, "the filter's rules files" }, { devices_seen, "what the filter saw of the devices" }, { attempts, "the attempts report" },
		{ training, "training that falls due" },
		{ keeper_trial_tick, "the filter's own test" }, { keeper_overblock_tick, "the over-block watch" },
		{ keeper_sealed_tick, "the proof that the protected lists are applied" },
		{ registers, "registers with dates that have passed" },
	};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		enum err e = parts[i].run(k);
		if (e != OK)
			log_line(LOG_FAIL, "%s: %s", parts[i].what, err_text(e));
	}
}
