/* The policy that the gate watches, as the resolver asks it. */
#include "gate/dns/resolver.h"

static void who_of(void *arg, struct addr from, struct str token, int64_t now_utc, struct who *out)
{
	identity_who(policy_watch_identity(arg), policy_watch_policy(arg), from, token, now_utc, out);
}

static bool device_of(void *arg, struct str token, struct token_hit *out)
{
	return identity_token(policy_watch_identity(arg), policy_watch_policy(arg), token, out);
}

static void decide_by(void *arg, const struct facts *f, struct decision *out) { decide(policy_watch_policy(arg), f, out); }
static const struct policy *watched(void *arg) { return policy_watch_policy(arg); }

struct resolver_policy resolver_policy_of(struct policy_watch *w)
{
	return (struct resolver_policy){ w, who_of, device_of, decide_by, watched };
}
