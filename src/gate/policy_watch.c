#include "gate/policy_watch.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "event/write/spool.h"
#include "io/file.h"

struct policy_watch {
	struct policy_source *source;
	struct identity *identity;
	struct spool *spool;            /* borrowed; may be NULL */
	int64_t counted_utc;            /* when the unknown were last reported */
};

enum err policy_watch_new(const char *dir, struct str sealed_key, struct str token_key, struct spool *spool,
                          struct policy_watch **out)
{
	assert(dir && out);
	struct policy_source *source;
	TRY(policy_source_open(dir, sealed_key, &source));
	struct policy_watch *w = mem_new(struct policy_watch);
	w->source = source;
	w->spool = spool;
	identity_new(token_key, &w->identity);
	*out = w;
	return OK;
}

void policy_watch_background(struct policy_watch *w)
{
	policy_source_background(w->source);
}

void policy_watch_files(struct policy_watch *w, struct loop *l, timer_fn *fn, void *owner)
{
	static const char *const names[] = { "live.log", "current" };
	for (size_t i = 0; i < ARRAY_N(names); i++) {
		char path[4096];
		enum err e = path_join(path, sizeof path, policy_source_dir(w->source), names[i]);
		if (e == OK)
			e = loop_watch_file(l, path, fn, owner);
		if (e != OK)
			log_line(LOG_WARN, "changes of %s are looked for ten times a second only: %s", names[i], err_text(e));
	}
}

int64_t policy_watch_wait_ms(const struct policy_watch *w)
{
	return policy_source_opening(w->source) ? POLICY_OPENING_MS : POLICY_WATCH_MS;
}

void policy_watch_free(struct policy_watch **w)
{
	if (*w) {
		policy_source_free(&(*w)->source);
		identity_free(&(*w)->identity);
	}
	mem_free(w);
}

static void report(struct policy_watch *w, const struct event *e)
{
	enum err bad = w->spool ? spool_add(w->spool, e) : OK;
	if (bad != OK)
		log_line(LOG_FAIL, "cannot spool %s: %s", event_name(e->kind), err_text(bad));
}

static void report_snapshot(struct policy_watch *w, unsigned change)
{
	const struct policy *p = policy_source_now(w->source);
	if (change & POLICY_SNAPSHOT) {
		log_line(LOG_NOTE, "policy %u taken into use", p ? policy_generation(p) : 0);
		report(w, &(struct event){ .kind = EVENT_SNAPSHOT_LOADED, .count = p ? policy_generation(p) : 0 });
	}
	if (change & (POLICY_REFUSED | POLICY_LIVE_BAD)) {
		const char *why = change & POLICY_REFUSED ? err_text(policy_source_error(w->source))
			: "A live directive does not fit its checksum.";
		log_line(LOG_WARN, "policy refused: %s", why);
		report(w, &(struct event){ .kind = EVENT_SNAPSHOT_REFUSED, .extra = str_z(why),
			.reason = change & POLICY_REFUSED ? STR("snapshot") : STR("live") });
	}
}

static void report_unknown(struct policy_watch *w, int64_t now_utc)
{
	if (now_utc - w->counted_utc < POLICY_UNKNOWN_EVERY_S)
		return;
	w->counted_utc = now_utc;
	uint64_t n = identity_unknown_taken(w->identity);
	if (n)
		report(w, &(struct event){ .kind = EVENT_UNKNOWN_COUNT, .count = n });
}

unsigned policy_watch_tick(struct policy_watch *w, int64_t now_utc)
{
	assert(w);
	unsigned change = policy_source_poll(w->source, now_utc);
	report_snapshot(w, change);
	report_unknown(w, now_utc);
	return change;
}

const struct policy *policy_watch_policy(const struct policy_watch *w)
{
	return policy_source_now(w->source);
}

struct identity *policy_watch_identity(const struct policy_watch *w)
{
	return w->identity;
}
