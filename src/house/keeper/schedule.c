/* What the keeper does by the clock. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/devcert/devcert.h"
#include "house/evidence/monitoring.h"
#include "house/filter/app_seen.h"
#include "house/filter/coverage_seen.h"
#include "house/filter/device_seen.h"
#include "house/filter/list_seen.h"
#include "house/filter/witness.h"
#include "house/keeper/duties.h"
#include "house/filter/software.h"
#include "house/keeper/hardware.h"
#include "house/keeper/house_rules.h"
#include "house/keeper/ingest.h"
#include "house/keeper/jobs.h"
#include "house/keeper/keeper.h"
#include "house/visitor/visitor.h"
#include "io/file.h"

enum { INGEST_MS = 500, MINUTE_MS = 60000 };

static void event_seen(void *ctx, const struct event *e)
{
	struct keeper *k = ctx;
	if (e->kind == EVENT_SNAPSHOT_LOADED)
		k->loaded = (struct keeper_loaded){ .generation = (uint32_t)e->count, .at_utc = e->at_ms / 1000 };
	if (k->devices)
		device_watch_event(k->devices, e);
	if (k->witness && k->devices)
		witness_watch_event(k->witness, e, device_watch_system(k->devices, e));
	if (k->coverage && k->devices)
		coverage_watch_event(k->coverage, e, device_watch_kind(k->devices, e), k->ingest && k->ingest->named);
	if (k->apps && k->devices && k->coverage)
		app_watch_event(k->apps, e, device_watch_entry(k->devices, e), coverage_watch_network(k->coverage, e->addr), k->ingest && k->ingest->named);
}

static enum err ingest_ready(struct keeper *k)
{
	if (k->ingest)
		return OK;
	uint8_t pub[32], key[32];
	TRY(file_read_exact(settings_path(&k->settings, "keys/spool.pub"), pub, 32));
	TRY(file_read_exact(settings_path(&k->settings, "keys/spool.key"), key, 32));
	k->ingest = mem_new(struct ingest);
	*k->ingest = (struct ingest){ .activity = k->activity, .spool_dir = settings_path(&k->settings, "spool"),
		.concern = keeper_concern, .seen = event_seen, .ctx = k };
	memcpy(k->ingest->pub, pub, 32);
	memcpy(k->ingest->key, key, 32);
	mem_wipe(key, sizeof key);
	return OK;
}

/* Devices that were opened as witnesses: seldom, so the policy is opened for them alone. */
static void witnesses(struct keeper *k)
{
	AUTO(policy_free) struct policy *p = NULL;
	struct act act = { k->school, 0, "a device showed what the filter does" };
	if (!k->witness || !witness_watch_ready(k->witness, clock_utc()) || policy_open(settings_path(&k->settings, "policy/current"), STR_NONE, &p) != OK)
		return;
	enum err e = witness_watch_flush(k->witness, &k->store, &act, p, clock_utc());
	if (e != OK)
		log_line(LOG_FAIL, "what a device showed could not be kept: %s", err_text(e));
}

/* Which version of each list is in use, once the gate has said so.  A newer policy than the one it told of will be told of too. */
static void lists(struct keeper *k)
{
	AUTO(policy_free) struct policy *p = NULL;
	struct keeper_loaded loaded = k->loaded;
	if (!loaded.at_utc || policy_open(settings_path(&k->settings, "policy/current"), STR_NONE, &p) != OK)
		return;
	enum err e = policy_generation(p) == loaded.generation ? list_seen(k->db, k->school, p, loaded.at_utc, NULL) : OK;
	if (e != OK)
		log_line(LOG_FAIL, "which lists the filter uses could not be kept: %s", err_text(e));
	k->loaded.at_utc = 0;
}

static void ingest(struct keeper *k, int64_t now)
{
	struct ingest_result r;
	enum err e = ingest_ready(k);
	if (e == OK) {
		k->ingest->named = monitoring_named(&k->store, k->school);    /* 7.3.4-06, -07; may change at any time */
		e = ingest_run(k->ingest, &r);
	}
	if (e == OK)
		k->ingested_ms = now;
	witnesses(k);
	lists(k);
	if (e != OK && e != k->ingest_said)
		log_line(LOG_FAIL, "reading the gate's spool: %s", err_text(e));
	if (e == OK && k->ingest_said != OK)
		log_line(LOG_NOTE, "the gate's spool is read again");
	k->ingest_said = e;
}

/* Register files that were dropped in or changed (the portal looks each second). */
static void registers_again(struct keeper *k)
{
	bool changed = false;
	enum err e = registers_refresh(k->registers, &changed);
	if (e != OK)
		log_line(LOG_FAIL, "reading the registers again: %s", err_text(e));
	if (changed && keeper_job_start(k, "publish") != OK)         /* a gate of theirs may open or close a service */
		log_line(LOG_FAIL, "the policy could not be built again after a register changed");
}

/* A device that was lent, came back, or whose holder no longer stands, software that was approved or is no more, a login that came or went: the policy says so within a minute. */
static void devices_again(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	enum err e = house_known(k, &a, &b);
	if (e == OK)
		e = software_policy(&k->store, &a, k->school, clock_utc(), &b);
	uint64_t now = UINT64_C(1) << 32 | hash_crc32c(0, buf_str(&b));
	bool changed = e == OK && k->devices_named && k->devices_named != now;
	if (e == OK)
		k->devices_named = now;
	if (e != OK || (changed && keeper_job_start(k, "publish") != OK))
		log_line(LOG_FAIL, "the policy could not be built again after devices' names or software changed: %s", err_text(e));
}

static void minute(struct keeper *k)
{
	size_t n = 0;
	registers_again(k);
	enum err gone = devcert_gone(&k->store, k->school, 0, 0, &n);      /* a device that came out of use by another way than its page */
	if (gone != OK)
		log_line(LOG_FAIL, "withdrawing the certificates of devices that are lost or not used: %s", err_text(gone));
	devices_again(k);
	enum err e = record_tick(&k->desk, k->school, &n);
	if (e != OK)
		log_line(LOG_FAIL, "escalating what nobody answered: %s", err_text(e));
	n = 0;
	e = visit_sweep(k->db, k->school, &n);           /* before the gate looks again: whose visit is over has nothing */
	if (e != OK)
		log_line(LOG_FAIL, "ending visits whose time is over: %s", err_text(e));
	e = keeper_emergency(k);
	if (e != OK)
		log_line(LOG_FAIL, "holding the gate to what cases had closed: %s", err_text(e));
	n = 0;
	e = keeper_refresh(k, 0, &n);
	if (e != OK)
		log_line(LOG_FAIL, "looking at agreements again: %s", err_text(e));
	keeper_duties(k);
}

void keeper_tick(struct keeper *k, int64_t now_ms)
{
	if (now_ms - k->ingest_tried_ms >= INGEST_MS) {
		k->ingest_tried_ms = now_ms;
		ingest(k, clock_ms());
	}
	keeper_hardware(k, now_ms);
	if (now_ms - k->minute_ms >= MINUTE_MS) {
		k->minute_ms = now_ms;
		minute(k);
	}
	if (keeper_jobs_tick(k->jobs, now_ms))
		log_line(LOG_NOTE, "a new policy is published");
}

enum err keeper_job_start(struct keeper *k, const char *name)
{
	return keeper_jobs_ask(k->jobs, name);
}
