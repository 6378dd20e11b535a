#include "house/keeper/keeper.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/account/rights.h"
#include "house/duty/duty.h"
#include "house/duty/year.h"
#include "house/filter/app_seen.h"
#include "house/filter/coverage_seen.h"
#include "house/filter/witness.h"
#include "house/filter/device_seen.h"
#include "house/keeper/hardware.h"
#include "house/keeper/ingest.h"
#include "house/keeper/jobs.h"
#include "io/file.h"
#include "policy/compile/live_write.h"

static enum err open_store(struct keeper *k, struct diag *d, const char *data_dir)
{
	char registers[4096], roles[4096], activity[4096];
	TRY(path_join(registers, sizeof registers, data_dir, "registers"));
	TRY(registers_load_own(registers, settings_path(&k->settings, "registers"), d, &k->registers));
	TRY(path_join(roles, sizeof roles, data_dir, "roles.conf"));
	TRY(roles_load(roles, d));
	TRY(keys_load(settings_path(&k->settings, "keys"), &k->keys));
	TRY(db_open(k->settings.database, &k->db));
	TRY(db_migrated(k->db, DB_HOUSE));
	TRY(db_activity_where(k->settings.database, activity, sizeof activity));
	TRY(db_open(activity, &k->activity));
	TRY(db_migrated(k->activity, DB_ACTIVITY));
	TRY(library_load(data_dir, k->settings.profile, d, &k->library));
	registers_set_profile(k->registers, &k->library->profile);
	duties_own(k->library->duties, settings_path(&k->settings, "duties"));
	k->store = (struct store){ k->db, k->keys, k->registers };
	k->desk = (struct desk){ &k->store, k->library };
	return year_load(&k->store, k->school, k->library);
}

/* What jobs need too: everything but the log's one writer. */
enum err keeper_open_job(const char *prefix, const char *data_dir, struct diag *d, struct keeper **out)
{
	AUTO(keeper_free) struct keeper *k = mem_new(struct keeper);
	k->school = 1;
	TRY(settings_load(prefix, d, &k->settings));
	TRY(open_store(k, d, data_dir));
	*out = TAKE(k);
	return OK;
}

enum err keeper_open(const char *prefix, const char *data_dir, struct diag *d, struct keeper **out)
{
	AUTO(keeper_free) struct keeper *k = NULL;
	bool damaged = false;
	TRY(keeper_open_job(prefix, data_dir, d, &k));
	TRY(live_log_open(settings_path(&k->settings, "policy"), &k->live, &damaged));
	if (damaged)
		log_line(LOG_FAIL, "live.log was damaged; what could not be read is kept beside it as live.log.bad");
	TRY(keeper_replay(k));
	bindings_expire(&k->bindings, clock_utc());
	TRY(hardware_new(&k->settings, d, &k->hardware));
	k->jobs = keeper_jobs_new(prefix, data_dir);
	k->devices = device_watch_new();
	k->coverage = coverage_watch_new();
	k->apps = app_watch_new(k->library ? &k->library->apps : NULL);
	k->witness = witness_watch_new();
	*out = TAKE(k);
	return OK;
}

void keeper_free(struct keeper **k)
{
	if (!*k)
		return;
	keeper_jobs_free(&(*k)->jobs);
	live_log_close(&(*k)->live);
	bindings_done(&(*k)->bindings);
	if ((*k)->ingest)
		ingest_done((*k)->ingest);
	mem_free(&(*k)->ingest);
	device_watch_free(&(*k)->devices);
	coverage_watch_free(&(*k)->coverage);
	app_watch_free(&(*k)->apps);
	witness_watch_free(&(*k)->witness);
	hardware_free(&(*k)->hardware);
	library_free(&(*k)->library);
	registers_free(&(*k)->registers);
	db_free(&(*k)->activity);
	db_free(&(*k)->db);
	keys_free(&(*k)->keys);
	settings_done(&(*k)->settings);
	mem_free(k);
}

enum err keeper_live(struct keeper *k, struct live_record *r)
{
	r->at_utc = clock_utc();
	r->school = k->school;
	TRY(live_log_add(k->live, r));
	bindings_apply(&k->bindings, r);
	if (live_log_bytes(k->live) < LIVE_LOG_COMPACT_BYTES || live_log_bytes(k->live) < k->compact_at)
		return OK;
	enum err e = live_log_compact(k->live, r->at_utc);
	k->compact_at = 2 * live_log_bytes(k->live);          /* what all holds still is not worth writing at every record */
	if (e != OK)
		log_line(LOG_WARN, "live.log could not be written anew and goes on growing: %s", err_text(e));
	return OK;
}

/* Writes a binding again with what is true now; a person who left loses it. */
static enum err rebind(struct keeper *k, const struct binding *b, size_t *changed)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	struct agreement_state s;
	int64_t now = clock_utc();
	struct live_record r = { .kind = LIVE_BIND, .person = b->person, .class_id = b->class_id, .device = b->device, .until_utc = b->until_utc,
		.how = b->how, .sure = b->sure };
	memcpy(r.addr, b->addr, 16);
	enum err known = person_get(k->db, &a, k->school, b->person, &p);
	if (known != ERR_ABSENT)
		TRY(known);
	if (known == ERR_ABSENT || (p.left_utc && p.left_utc <= now)) {
		r = (struct live_record){ .kind = LIVE_UNBIND };
		memcpy(r.addr, b->addr, 16);
	} else {
		TRY(agreement_state_of(&k->store, &a, &p, now, &s));
		r.group = agreement_group(k->db, &a, &p);
		r.class_id = p.kind == KIND_LEARNER ? p.class_id : 0;
		r.standing = agreement_let_on(&s);
		if (r.standing == b->standing && r.class_id == b->class_id && hash_crc32c(0, r.group) == b->group)
			return OK;
	}
	(*changed)++;
	return keeper_live(k, &r);
}

enum err keeper_refresh(struct keeper *k, int64_t person, size_t *changed)
{
	bindings_expire(&k->bindings, clock_utc());
	/* From the back: writing one again puts it at the end. */
	for (size_t i = k->bindings.n; i > 0; i--) {
		struct binding b = k->bindings.v[i - 1];
		if (hardware_how(b.how) && !b.person)
			continue;                       /* a device, nobody's: hardware.h keeps it */
		if (!person || b.person == person)
			TRY(rebind(k, &b, changed));
	}
	return OK;
}
