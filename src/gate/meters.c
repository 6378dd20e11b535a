#include "gate/meters.h"

void meters_tick(struct meter_page *m, const struct spool *spool, const struct policy_watch *watch, int64_t now_ms)
{
	struct spool_state s = spool_state(spool);
	const struct policy *p = policy_watch_policy(watch);
	struct identity_counts who = identity_counts(policy_watch_identity(watch));
	meter_set(m, METER_who_asked, who.asked);
	meter_set(m, METER_who_unnamed, who.unnamed);
	meter_set(m, METER_who_unknown, who.unknown);
	meter_set(m, METER_events_lost, s.lost);
	meter_set(m, METER_spool_bytes, s.used_bytes);
	meter_set(m, METER_policy_generation, p ? policy_generation(p) : 0);
	meter_beat(m, now_ms);
}
