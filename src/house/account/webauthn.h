/* webauthn.h - what an authenticator says, read and judged (W3C Web Authentication
 * Level 2).  Pure: bytes in, values out; no database, no clock.  Views point into the
 * bytes given.
 *
 * Attestation is not asked for and what comes of it is skipped (7.1 step 19, "none"): a school trusts the person
 * who registers, in a session of their own, not the maker of the key.  Keys: ES256, EdDSA (Ed25519), RS256 (2048
 * to 4096 bits); RFC 9053, RFC 8812. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

enum {
	WEBAUTHN_CLIENT_MAX = 2048, WEBAUTHN_DATA_MAX = 4096, WEBAUTHN_SIGNATURE_MAX = 600,      /* bytes taken */
	WEBAUTHN_CREDENTIAL_MAX = 1023, WEBAUTHN_CHALLENGE_MAX = 64,
};

/* Why an answer is refused. */
#define WEBAUTHN_FAULT_TABLE(X) \
	X(FAULT_NONE,      "",          "") \
	X(FAULT_FORM,      "form",      "What the passkey answered cannot be read.") \
	X(FAULT_TYPE,      "type",      "The passkey answered another kind of question.") \
	X(FAULT_CHALLENGE, "challenge", "The passkey answered too late, or twice. Please try again.") \
	X(FAULT_ORIGIN,    "origin",    "The passkey was used on another website than this one. If you did not do that, tell the technician.") \
	X(FAULT_SITE,      "site",      "The passkey belongs to another website.") \
	X(FAULT_PRESENCE,  "presence",  "The passkey says that nobody was there to use it.") \
	X(FAULT_VERIFIED,  "verified",  "The passkey did not check that it is you. Use its fingerprint, face or PIN, or sign in with your password.") \
	X(FAULT_KEY,       "key",       "This passkey is of a kind that is not accepted here.") \
	X(FAULT_SIGNATURE, "signature", "The passkey's signature does not fit.") \
	X(FAULT_COUNTER,   "counter",   "The passkey answered out of turn: it may have been copied. It is refused, and the headteacher is told.") \
	X(FAULT_UNKNOWN,   "unknown",   "This passkey is not known here. Sign in with your password.") \
	X(FAULT_KNOWN,     "known",     "This passkey is registered already.") \
	X(FAULT_MANY,      "many",      "You have as many passkeys as anybody may have. Remove one first.")
enum webauthn_fault {
#define WEBAUTHN_FAULT_ENUM_(name, word, text) name,
	WEBAUTHN_FAULT_TABLE(WEBAUTHN_FAULT_ENUM_)
#undef WEBAUTHN_FAULT_ENUM_
};
const char *webauthn_fault_word(enum webauthn_fault f);
const char *webauthn_fault_text(enum webauthn_fault f);        /* for whoever holds the passkey */

/* 5.8.1 clientDataJSON: strict JSON, no name twice. */
enum webauthn_type { WEBAUTHN_CREATE = 1, WEBAUTHN_GET };
struct webauthn_client {
	enum webauthn_type type;
	uint8_t challenge[WEBAUTHN_CHALLENGE_MAX];
	size_t challenge_n;
	struct str origin;             /* in the arena */
	bool cross;                    /* asked from within another website's frame */
};
enum err webauthn_client_read(struct arena *a, struct str json, struct webauthn_client *out);

/* 6.1 authenticator data. */
enum { WEBAUTHN_PRESENT = 1, WEBAUTHN_VERIFIED = 4, WEBAUTHN_COPYABLE = 8, WEBAUTHN_COPIED = 16, WEBAUTHN_HAS_KEY = 64, WEBAUTHN_EXTENDED = 128 };
struct webauthn_auth {
	struct str site;               /* SHA-256 of the RP id */
	uint8_t flags;
	uint32_t counter;
	struct str credential, key;    /* with WEBAUTHN_HAS_KEY: its id, and the COSE_Key as written */
};
enum err webauthn_auth_read(struct str bytes, struct webauthn_auth *out);
/* 6.5.4 attestation object: the authenticator data in it. */
enum err webauthn_attestation_read(struct str bytes, struct str *auth_data);

/* A COSE_Key (RFC 9052 7) of a kind that is accepted: ERR_UNSUPPORTED for others. */
enum { COSE_ES256 = -7, COSE_EDDSA = -8, COSE_RS256 = -257 };
struct webauthn_key { int64_t alg; struct str x, y, n, e; };
enum err webauthn_key_read(struct str cose, struct webauthn_key *out);

/* What we expect of an answer. */
struct webauthn_expect {
	enum webauthn_type type;
	struct str origin;             /* https://portal.example:8443, as public_url says */
	struct str rp_id;              /* portal.example */
	bool verified;                 /* the authenticator must have checked who it is */
};
/* Everything but challenge, signature and counter (7.1 steps 7-15, 7.2 steps 11-17). */
enum webauthn_fault webauthn_judge(const struct webauthn_expect *x, const struct webauthn_client *c, const struct webauthn_auth *a);
/* 7.2 step 20: over the authenticator data and the digest of the client data.  ERR_CRYPTO: it does not fit. */
enum err webauthn_signed(const struct webauthn_key *key, struct str auth_data, struct str client_json, struct str signature);
