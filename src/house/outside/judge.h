/* judge.h - whether a signed token speaks of somebody whom this school may let in (OpenID Connect
 * Core 3.1.3.7).  Pure: no socket, no clock.  Every refusal is one plain sentence. */
#pragma once
#include "house/outside/key.h"
#include "house/outside/provider.h"

enum { JUDGE_SKEW_S = 60, JUDGE_OLDEST_S = 600 };

/* Somebody, as the outside says it.  Texts are views of what was read. */
struct outsider {
	struct str issuer, subject;    /* together: one person, for good */
	struct str user;               /* the name they sign in with there, to show */
	struct str mail;               /* only a mail name that is verified and the school's own; else absent */
	bool second;                   /* a second factor was given there */
};

/* The whole way from the token to the person.  ERR_FORBIDDEN with a sentence; ERR_ABSENT when the key that
 * it names is not among `keys`: fetch them once more and ask again. */
enum err judge_token(struct arena *a, const struct provider *p, const struct outside_keys *keys, struct str token, struct str nonce,
                     int64_t now_utc, struct outsider *out, const char **why);

/* What a provider says of itself (OpenID Connect Discovery 4).  Addresses are good (provider_url_good). */
struct discovery { struct str issuer, authorize, token, keys; bool says_issuer; /* RFC 9207 */ };
enum { DISCOVERY_MAX_BYTES = 64 * 1024 };
enum err discovery_read(struct arena *a, struct str bytes, struct discovery *out);
