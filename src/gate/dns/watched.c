/* The policy that the gate watches, as the resolver asks it. */
#include "gate/dns/resolver.h"

/* True: it is a certificate's fingerprint, not a name with a secret in it. */
static bool certificate(void *arg, struct str token, struct shown *s)
{
	static const struct str by = { DNS_BY_CERTIFICATE, sizeof DNS_BY_CERTIFICATE - 1 };
	*s = (struct shown){ 0 };
	if (!str_starts(token, by))
		return false;
	identity_show(policy_watch_identity(arg), LIVE_HOW_CERT, str_from(token, by.n), s);
	return true;
}

static void who_of(void *arg, struct addr from, struct str token, int64_t now_utc, struct who *out)
{
	struct shown s;
	bool shown = token.n && certificate(arg, token, &s);
	identity_who_shown(policy_watch_identity(arg), policy_watch_policy(arg), from, shown ? STR_NONE : token, shown ? &s : NULL, now_utc, out);
}

static bool device_of(void *arg, struct str token, struct token_hit *out)
{
	struct shown s;
	if (certificate(arg, token, &s))
		return identity_shown(policy_watch_policy(arg), &s, LIVE_HOW_CERT, out);
	return identity_token(policy_watch_identity(arg), policy_watch_policy(arg), token, out);
}

static void decide_by(void *arg, const struct facts *f, struct decision *out) { decide(policy_watch_policy(arg), f, out); }
static const struct policy *watched(void *arg) { return policy_watch_policy(arg); }

struct resolver_policy resolver_policy_of(struct policy_watch *w)
{
	return (struct resolver_policy){ w, who_of, device_of, decide_by, watched };
}
