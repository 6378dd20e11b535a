#include "gate/certificate.h"

static bool wanted(void *owner)
{
	const struct policy *p = policy_watch_policy(owner);
	return p && str_is(policy_text(p, "device.certificates"), "yes");
}

static bool counts(void *owner, const uint8_t print[TLS_PRINT])
{
	char name[CERTIFICATE_NAME + 1];
	struct shown s = { 0 };
	struct token_hit hit;
	hex_put(print, TLS_PRINT, name);
	identity_show(policy_watch_identity(owner), LIVE_HOW_CERT, str_z(name), &s);
	return identity_shown(policy_watch_policy(owner), &s, LIVE_HOW_CERT, &hit);
}

struct tls_asks certificate_asks(struct policy_watch *w) { return (struct tls_asks){ w, wanted, counts }; }

enum tls_shown certificate_shown(const struct tls *t, char name[CERTIFICATE_NAME + 1], int64_t *until_utc)
{
	uint8_t print[TLS_PRINT];
	enum tls_shown s = t ? tls_shown(t, print, until_utc) : TLS_SHOWN_NOTHING;
	name[0] = 0;
	if (s == TLS_SHOWN_GOOD)
		hex_put(print, TLS_PRINT, name);
	return s;
}

const char *certificate_why(enum tls_shown s)
{
	static const char *const words[] = { [TLS_SHOWN_NOTHING] = "no certificate", [TLS_SHOWN_GOOD] = "certificate withdrawn", [TLS_SHOWN_EXPIRED] = "certificate out of its time",
		[TLS_SHOWN_WITHDRAWN] = "certificate withdrawn", [TLS_SHOWN_FOREIGN] = "certificate of somebody else" };
	return words[s];
}
