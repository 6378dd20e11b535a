#include "house/keeper/people.h"

#include "base/log.h"
#include "base/mem.h"
#include "house/outside/door_ask.h"
#include "house/outside/people.h"
#include "house/roll/sync.h"

/* The gate hears of leavers and movers with the minute that follows (keeper_refresh). */
static enum err one(struct keeper *k, struct arena *a, struct str source)
{
	AUTO(buf_wipe) struct buf bytes = buf_init(PEOPLE_BYTES_MAX + 1024);
	struct act act = { k->school, 0, "the school's directory" };
	struct sync_state state;
	struct sync_said out;
	TRY(sync_state_get(k->db, a, k->school, source, &state));
	if (!state.agreed)
		return OK;
	enum err e = door_people(settings_path(&k->settings, "run/outside.sock"), source, &bytes);
	if (e != OK)
		return sync_note(&k->store, a, &act, source, SYNC_FAILED, STR("The program gatehouse-outside, which asks the directory, does not run or does not answer. Start it."));
	TRY(sync_run(&k->store, a, &act, k->library, source, buf_str(&bytes), &out));
	log_line(out.outcome == SYNC_SAME || out.outcome == SYNC_APPLIED ? LOG_NOTE : LOG_WARN, "directory %.*s: %.*s", STRF(source), STRF(out.text));
	return OK;
}

enum err keeper_people_job(struct keeper *k, const char *data_dir)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct providers *providers = arena_new(&a, struct providers);
	struct people_sources *sources = arena_new(&a, struct people_sources);
	enum err worst = OK;
	(void)data_dir;
	if (providers_read(&a, &k->settings.conf, &d, providers) != OK || people_rules_read(&a, &k->settings.conf, providers, &d, sources) != OK) {
		log_line(LOG_FAIL, "the directory is not read: %.*s", STRF(d.n ? d.items[0].text : STR("its settings have a mistake")));
		return ERR_INVALID;
	}
	for (size_t i = 0; i < sources->n; i++) {
		enum err e = one(k, &a, sources->list[i].provider->name);
		worst = e != OK ? e : worst;
	}
	return worst;
}
