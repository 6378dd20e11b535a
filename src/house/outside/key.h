/* key.h - the keys that a provider publishes (RFC 7517), and whether a token was signed with
 * one.  RS256 (2048 bits or more) and ES256 only: a key is used for the algorithm that its own
 * kind gives, never for the one that a token asks for. */
#pragma once
#include "house/outside/jwt.h"

enum key_alg { KEY_NONE, KEY_RS256, KEY_ES256 };
enum { JWKS_MAX_BYTES = 128 * 1024, JWKS_MAX_KEYS = 40 };

struct outside_key { enum key_alg alg; struct str kid, one, two; };    /* RSA: n, e; EC: x, y; decoded */
struct outside_keys { struct outside_key *keys; size_t n; };

/* Keys of other kinds or for encryption are passed over.  Pure; in the arena. */
enum err keys_read(struct arena *a, struct str bytes, struct outside_keys *out);
enum key_alg key_alg_read(struct str word);             /* "RS256", "ES256"; anything else is KEY_NONE */
/* The key by its name; a token without a name finds the only key of its kind.  NULL: none. */
const struct outside_key *keys_find(const struct outside_keys *k, enum key_alg alg, struct str kid);
/* OK, or ERR_CRYPTO: not signed with this key, or the key is too weak or none. */
enum err key_verify(const struct outside_key *k, const struct jwt *j);
