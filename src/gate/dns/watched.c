/* The policy that the gate watches, as the resolver asks it. */
#include "gate/dns/resolver.h"

static void who_of(void *arg, struct addr from, int64_t now_utc, struct who *out)
{
	identity_who(policy_watch_identity(arg), policy_watch_policy(arg), from, STR_NONE, now_utc, out);
}

static void decide_by(void *arg, const struct facts *f, struct decision *out) { decide(policy_watch_policy(arg), f, out); }
static const struct policy *watched(void *arg) { return policy_watch_policy(arg); }

struct resolver_policy resolver_policy_of(struct policy_watch *w)
{
	return (struct resolver_policy){ w, who_of, decide_by, watched };
}
