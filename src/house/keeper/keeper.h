/* keeper.h - the house's one writer of policy: it takes directives from the
 * portal, reads the gate's spool, runs the jobs, and keeps the clocks.  One
 * process, one loop; slow work (fetching, compiling, mail) runs in jobs of its
 * own, started with --job NAME. */
#pragma once
#include <jansson.h>

#include "house/agreement/agreement_store.h"
#include "house/keeper/bindings.h"
#include "house/record/record.h"
#include "io/loop.h"
#include "io/settings.h"

struct live_log;
struct ingest;
struct coverage_watch;
struct app_watch;
struct witness_watch;
struct device_watch;
struct hardware;

struct keeper {
	struct settings settings;
	struct db *db, *activity;
	struct keys *keys;
	struct registers *registers;
	struct library *library;
	struct store store;            /* over the above */
	struct desk desk;              /* likewise */
	struct live_log *live;         /* the writer of live.log */
	struct bindings bindings;
	struct loop *loop;
	int64_t school;
	unsigned portal_uid;           /* who may ask for directives besides this user; its own until known */
	struct keeper_jobs *jobs;
	struct ingest *ingest;         /* open readers of the spool; NULL until the first round */
	enum err ingest_said;          /* the trouble that was logged last, so that it is logged once */
	uint64_t devices_named;        /* a checksum of the devices' own names as last looked at; 0 = not yet */
	struct keeper_loaded { uint32_t generation; int64_t at_utc; /* 0: nothing new */ } loaded;     /* the policy that the gate says it took into use */
	struct witness_watch *witness;         /* devices that show that they are safe; NULL in jobs */
	struct coverage_watch *coverage;       /* what the gate saw, by device, network and group; NULL in jobs */
	struct app_watch *apps;        /* which apps it saw on which devices; NULL in jobs */
	struct hardware *hardware;     /* devices by hardware address; NULL: not asked for */
	struct device_watch *devices;  /* what the gate's events say of the school's devices; NULL in jobs */
	uint64_t compact_at;           /* bytes of live.log before it is written anew again */
	int64_t ingested_ms;           /* when the spool was last read without trouble; UTC */
	int64_t silence_from_ms;       /* since when the keeper runs without having read anything; UTC (silence.h) */
	int64_t ingest_tried_ms, minute_ms, sealed_ms;      /* monotonic: last rounds; of sealed.h: 0 = not yet */
};

/* Opens everything under the prefix; findings to `d`. */
enum err keeper_open(const char *prefix, const char *data_dir, struct diag *d, struct keeper **out);
/* The same for a job: without the live log, which has one writer. */
enum err keeper_open_job(const char *prefix, const char *data_dir, struct diag *d, struct keeper **out);
void keeper_free(struct keeper **k);

/* Reads live.log into the bindings. */
enum err keeper_replay(struct keeper *k);
/* Writes a record to live.log and folds it into the bindings. */
enum err keeper_live(struct keeper *k, struct live_record *r);

/* One directive: a JSON object in, a JSON object out (new reference).  Never fails: a refusal is an answer. */
json_t *keeper_directive(struct keeper *k, const json_t *in);

/* What one event means for people: a concern, a request, an alert; idempotent by `name`. */
struct event;
enum err keeper_concern(void *keeper, const struct event *e, struct str name);

/* Writes the bindings whose standing is no longer what it was; person 0 = everybody's. */
enum err keeper_refresh(struct keeper *k, int64_t person, size_t *changed);

/* Brings the gate in line with what cases had closed for everybody: a step of theirs asks for it at once (the directive
 * "emergency"), the schedule each minute. */
enum err keeper_emergency(struct keeper *k);

/* The schedule: reads the spool, ticks the clocks, starts jobs.  Call about four times a second. */
void keeper_tick(struct keeper *k, int64_t now_ms);
/* Runs one job in this process: "publish", "fetch", "notify", "checkpoint", "retain", "remind". */
enum err keeper_job(const char *prefix, const char *data_dir, const char *name);
/* Has a job started soon; the portal asks for "publish" this way. */
enum err keeper_job_start(struct keeper *k, const char *name);
