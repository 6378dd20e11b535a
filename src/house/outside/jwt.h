/* jwt.h - a signed token as it comes from outside (RFC 7515 compact form, RFC 7519 claims): taken
 * apart and read, not believed.  Pure; results are copies in the arena.  A token that a
 * signature (key.h) and the judge (judge.h) have not passed says nothing about anybody. */
#pragma once
#include "base/arena.h"

enum { JWT_MAX = 16 * 1024, JWT_TEXT_MAX = 1000, JWT_AUD_MAX = 8 };

struct jwt {
	struct str covered;            /* "header.payload", the bytes under the signature: a view of the token */
	struct str payload, signature; /* decoded */
	struct str alg, kid;           /* of the header; kid may be absent */
};
/* ERR_LIMIT, ERR_SYNTAX; ERR_UNSUPPORTED for an extension that must be understood (`crit`). */
enum err jwt_read(struct arena *a, struct str token, struct jwt *out);

/* What the payload says.  Texts are at most JWT_TEXT_MAX bytes; absent when not there. */
struct claims {
	struct str iss, sub, azp, nonce, tid, hd, oid, email, username /* preferred_username */;
	struct str aud[JWT_AUD_MAX];
	size_t n_aud;
	int64_t exp_utc, iat_utc, nbf_utc;     /* 0: not there */
	bool email_verified, amr_mfa;          /* amr names "mfa" (RFC 8176) */
};
enum err claims_read(struct arena *a, struct str payload, struct claims *out);

/* RFC 4648 5, without padding: strict, no spaces, no stray bits. */
enum err base64url_read(struct arena *a, struct str text, struct str *out);
