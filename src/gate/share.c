#include "gate/share.h"

#include <string.h>

static size_t slot_of(struct addr a)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < sizeof a.b; i++)
		h = (h ^ a.b[i]) * 16777619u;
	return h % SHARE_SLOTS;
}

void share_begin(struct share *s, struct addr newcomer)
{
	memset(s, 0, sizeof *s);
	s->newcomer = newcomer;
}

void share_count(struct share *s, struct addr of)
{
	uint16_t *n = &s->held[slot_of(of)];
	*n = (uint16_t)(*n + (*n < UINT16_MAX));
}

/* Whether the one offered goes before the best so far. */
static bool before(const struct share *s, uint16_t held, bool resting, int64_t quiet_ms)
{
	if (held != s->best_held)
		return held > s->best_held;
	if (resting != s->best_resting)
		return resting;
	return quiet_ms > s->best_quiet_ms;
}

void share_offer(struct share *s, struct addr of, bool resting, int64_t quiet_ms, void *place)
{
	uint16_t held = s->held[slot_of(of)], mine = s->held[slot_of(s->newcomer)];
	bool much = held / SHARE_MUCH > mine;
	if (!resting && !much && quiet_ms < SHARE_QUIET_MS)
		return;
	if (s->best && !before(s, held, resting, quiet_ms))
		return;
	s->best = place;
	s->best_held = held;
	s->best_resting = resting;
	s->best_quiet_ms = quiet_ms;
}

void *share_victim(const struct share *s)
{
	return s->best;
}
