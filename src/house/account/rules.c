#include "house/account/rules.h"

#include "base/mem.h"
#include "house/procedure/profile.h"
#include "io/settings.h"

/* [portal] of gatehouse.conf, in minutes: nobody sets a lock that never locks. */
static const struct { const char *key; size_t at; int min, max; } MINUTES[] = {
	{ "idle_lock",       offsetof(struct account_rules, idle_lock_s),       1, 60 },
	{ "session",         offsetof(struct account_rules, session_s),         30, 24 * 60 },
	{ "learner_session", offsetof(struct account_rules, learner_session_s), 10, 8 * 60 },
	{ "ask_again",       offsetof(struct account_rules, fresh_s),           1, 60 },
};

struct account_rules account_rules_default(void)
{
	return (struct account_rules){
		.idle_lock_s = 600, .session_s = 12 * 3600, .learner_session_s = 90 * 60, .fresh_s = 600,
		.guesses = 10, .guess_window_s = 300, .second_factor = true, .sign_first = true, .rotation = ROTATION_NONE,
	};
}

static enum err read_block(const struct conf *c, const struct conf_block *b, struct diag *d, struct account_rules *r)
{
	static const char *const known[] = { "second_factor", "sign_first", "idle_lock", "session", "learner_session", "ask_again", NULL };
	TRY(conf_only(c, "portal", known, d));
	TRY(conf_bool(c, b, "second_factor", r->second_factor, d, &r->second_factor));
	TRY(conf_bool(c, b, "sign_first", r->sign_first, d, &r->sign_first));
	for (size_t i = 0; i < ARRAY_N(MINUTES); i++) {
		int *field = (int *)(void *)((char *)r + MINUTES[i].at);
		int64_t minutes;
		TRY(conf_int(c, b, MINUTES[i].key, *field / 60, MINUTES[i].min, MINUTES[i].max, d, &minutes));
		*field = (int)minutes * 60;
	}
	return OK;
}

enum err account_rules_load(const struct settings *s, const struct profile *profile, struct diag *d, struct account_rules *out)
{
	struct account_rules r = account_rules_default();
	const struct conf_block *portal = conf_find(&s->conf, "portal", STR(""));
	if (profile)
		account_rules_of(profile, &r);
	if (portal)
		TRY(read_block(&s->conf, portal, d, &r));
	*out = r;
	return OK;
}
