/* authenticator.h - for tests: an authenticator of our own, that can also lie. */
#pragma once
#include "house/account/passkey.h"

struct authenticator { void *key; int alg; uint8_t id[16]; uint32_t counter; struct str handle; };
struct authenticator authenticator_new(int alg);               /* COSE_ES256, COSE_EDDSA, COSE_RS256 */
void authenticator_done(struct authenticator *k);

/* What it is asked, and how it deviates from a good answer. */
struct authenticator_ask {
	const char *challenge, *origin, *rp_id;
	const char *type;              /* NULL: the right one */
	const char *more;              /* put into the client data, ",\"x\":1" */
	int flags;                     /* 0: present and verified */
	bool same_counter, spoil;      /* the counter stands; the signature is changed */
};
struct passkey_answer authenticator_create(struct arena *a, struct authenticator *k, const struct authenticator_ask *q);
struct passkey_answer authenticator_get(struct arena *a, struct authenticator *k, const struct authenticator_ask *q);
/* The fields of the form. */
struct str authenticator_form(struct arena *a, const struct passkey_answer *answer);
