/* The first byte says which reader the rest is for. */
#include "base/fuzz.h"
#include "house/account/webauthn.h"

static void attested(struct str bytes)
{
	struct str auth;
	struct webauthn_auth a;
	struct webauthn_key k;
	if (webauthn_attestation_read(bytes, &auth) != OK || webauthn_auth_read(auth, &a) != OK || !(a.flags & WEBAUTHN_HAS_KEY))
		return;
	if (webauthn_key_read(a.key, &k) == OK)
		(void)webauthn_signed(&k, auth, bytes, a.credential);      /* never fits: that it ends is all that is asked */
}

FUZZ(webauthn, bytes)
{
	struct arena a = arena_init();
	struct webauthn_client c;
	struct webauthn_auth auth;
	struct webauthn_key k;
	struct str rest = str_from(bytes, 1);
	switch (bytes.n ? bytes.p[0] : 0) {
	case 'c': (void)webauthn_client_read(&a, rest, &c); break;
	case 'a': (void)webauthn_auth_read(rest, &auth); break;
	case 'k':
		if (webauthn_key_read(rest, &k) == OK)
			(void)webauthn_signed(&k, rest, rest, str_upto(rest, 70));
		break;
	default:  attested(rest);
	}
	arena_done(&a);
}
