/* passkey.h - passkeys: registered, named, removed, and signed in by (W3C Web
 * Authentication Level 2; reading and judging of the answers: webauthn.h).
 *
 * A question (challenge) is made by us: its time, random bytes, and a MAC that binds it to a purpose and to the
 * browser's own cookie (its form token), so that nothing is stored until it is answered.  It is good for 5 minutes and for
 * one answer, right or wrong.  The RP id is the host of public_url; a browser takes only a host name there, not an
 * address, and `localhost` for trying out. */
#pragma once
#include "house/account/webauthn.h"
#include "house/store/act.h"
#include "house/store/seal.h"

enum { PASSKEY_NAME_MAX = 60, PASSKEY_MOST = 20, CHALLENGE_TEXT = 55, CHALLENGE_S = 300, HANDLE_TEXT = 44 };

struct passkey_site { struct str rp_id, origin; };
/* ERR_UNSUPPORTED: not https, or its host is an address: then no passkeys are offered. */
enum err passkey_site_of(struct arena *a, const char *public_url, struct passkey_site *out);

/* What a question is for: an answer to one is none to another. */
enum passkey_purpose { PASSKEY_ADD = 'a', PASSKEY_SECOND = 's', PASSKEY_IN = 'i', PASSKEY_PROVE = 'p' };
void passkey_challenge(const struct keys *k, enum passkey_purpose purpose, struct str binding, char out[CHALLENGE_TEXT]);
/* The person's handle, which an authenticator keeps: says nothing of who it is. */
void passkey_handle(const struct keys *k, int64_t school, int64_t person, char out[HANDLE_TEXT]);

/* What the browser sent, each in base64url as text. */
struct passkey_answer { struct str client, data, signature, credential, handle; };

/* What all below need. */
struct passkey_ask {
	struct db *db;
	const struct keys *keys;
	struct passkey_site site;
	int64_t school;
	struct str binding;            /* the form token of this browser */
	enum passkey_purpose purpose;
};
/* ERR_FORBIDDEN with *fault when the answer is refused; the refusal is in the audit when it is known whose it is.
 * A new one is told to its owner. */
enum err passkey_add(const struct passkey_ask *q, int64_t person, struct str name, const struct passkey_answer *answer, enum webauthn_fault *fault);
/* `person` 0: whoever the passkey belongs to.  Then, and for PASSKEY_PROVE (a key may stay in a computer that somebody
 * left), its user must have been verified.  A counter that went back is refused,
 * and the head is told. */
enum err passkey_check(const struct passkey_ask *q, int64_t person, const struct passkey_answer *answer, int64_t *who, enum webauthn_fault *fault);

struct passkey { int64_t id, made_utc, used_utc; struct str name, credential; };       /* used_utc 0: never */
enum err passkey_list(struct db *db, struct arena *a, int64_t school, int64_t person, struct passkey **out, size_t *n);
enum err passkey_remove(struct db *db, const struct act *act, int64_t person, int64_t id);
/* Bytes as base64url, in the arena. */
struct str passkey_text(struct arena *a, struct str bytes);
