/* What cases had closed for everybody (11.2-15): the gate is held to it, whatever became of its log, until somebody lifts it. */
#include "base/clock.h"
#include "house/keeper/keeper.h"

enum { HELD_S = 60 * 86400, RENEW_S = 30 * 86400 };

/* Numbers that no other rule has: fresh_rule() stays below. */
static const uint32_t EMERGENCY = 0x40000000;

static uint32_t rule_of(const struct case_block *b) { return EMERGENCY | (uint32_t)(b->id & 0x3fffffff); }

static enum err close_one(struct keeper *k, const struct case_block *b)
{
	const struct live_given *g = bindings_rule(&k->bindings, rule_of(b));
	int64_t now = clock_utc();
	if (g && g->until_utc > now + RENEW_S)
		return OK;
	return keeper_live(k, &(struct live_record){ .kind = LIVE_BLOCK, .scope = SCOPE_EVERYONE, .id = rule_of(b), .at_utc = now, .until_utc = now + HELD_S,
		.school = k->school, .host = b->host, .path = b->path, .reason = STR("The safeguarding lead had this closed for everybody.") });
}

static bool still_on(uint32_t rule, const struct case_block *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rule_of(&v[i]) == rule)
			return true;
	return false;
}

static enum err open_again(struct keeper *k, const struct case_block *v, size_t n)
{
	for (size_t i = k->bindings.n_rules; i-- > 0;) {       /* from the end: cancelling takes one out */
		uint32_t rule = i < k->bindings.n_rules ? k->bindings.rules[i].id : 0;
		if (rule & EMERGENCY && !still_on(rule, v, n))
			TRY(keeper_live(k, &(struct live_record){ .kind = LIVE_CANCEL, .id = rule, .at_utc = clock_utc(), .school = k->school }));
	}
	return OK;
}

enum err keeper_emergency(struct keeper *k)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct case_block *v;
	size_t n;
	TRY(record_blocks_on(&k->desk, &a, k->school, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(close_one(k, &v[i]));
	return open_again(k, v, n);
}
