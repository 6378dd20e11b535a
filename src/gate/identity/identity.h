/* identity.h - who stands behind an address.  These can tell, the surest first:
 * what the connection itself showed (a Kerberos ticket: whose; a per-device token or
 * certificate: which device), a live binding (somebody signed in there, or a class
 * was signed in), the address range of the snapshot (a network: "guest wireless").  An address that nothing knows gets the
 * strictest group, and is counted.
 *
 * Everything is asked of the policy at each question, so that a sign-in counts
 * at once and an expiry at its second; the identity itself holds a key and a count. */
#pragma once
#include "event/event.h"
#include "policy/decide/decide.h"
#include "wire/addr.h"

struct identity;

struct who {
	int64_t school;            /* 0: unknown */
	int64_t person;            /* 0: nobody in particular */
	int64_t class_id, device;  /* 0: none */
	uint32_t group;            /* index in the snapshot; the strictest where unknown */
	uint32_t network;          /* 1 + the group of the address range that it stands in, whoever signs in there; 0: none */
	enum standing standing;    /* agreement state; STANDING_UNKNOWN where nothing is known */
	bool session_open;         /* a class session is open for them now */
	bool named;                /* events may carry the person: named logging is on (7.3.4-06, -07) */
	enum live_how how;         /* how it is known */
	uint8_t sure;              /* how surely, per cent */
	int64_t until_utc;         /* ask again from then on; 0: no end known */
};

enum { IDENTITY_TOKEN_MAX = 256,                   /* bytes of "device:secret" */
       IDENTITY_SHOWN = 6 };

/* What a connection showed: keyed digests, looked up in the policy at each question, so that whoever leaves, or a device
 * whose certificate is taken back, counts no longer at once.  Begin with zero. */
struct shown { struct { enum live_how how; uint8_t digest[32]; } v[IDENTITY_SHOWN]; size_t n; };

/* token_key: 32 bytes of P/keys/token.key, copied; absent: no token fits. */
void identity_new(struct str token_key, struct identity **out);
void identity_free(struct identity **id);          /* *id may be NULL; wipes the key */

/* device_token: "device:secret" as shown to the TLS proxy, or STR_NONE; one that
 * does not fit counts as none.  p may be NULL (no policy).  Always answers, *out whole. */
void identity_who(struct identity *id, const struct policy *p, struct addr from, struct str device_token,
                  int64_t now_utc, struct who *out);

/* Adds `name` of a kind: LIVE_HOW_TICKET (a login, lower case) or LIVE_HOW_CERT (its fingerprint as 64 hex digits, or a name in
 * it that a CA vouches for).  Nothing without a key, or when it is full. */
void identity_show(const struct identity *id, enum live_how how, struct str name, struct shown *s);
/* Whether something shown of this kind is in the policy. */
bool identity_shown(const struct policy *p, const struct shown *s, enum live_how how, struct token_hit *out);
/* identity_who with it: the ticket says who, before an address does (only a class session is surer, being later and on
 * purpose); the certificate says which device, as a token does, and one that is not (any more) in the policy makes whoever
 * shows nothing better a stranger, whatever the address says. */
void identity_who_shown(struct identity *id, const struct policy *p, struct addr from, struct str device_token,
                        const struct shown *shown, int64_t now_utc, struct who *out);

/* Whether "device:secret" fits a device of the snapshot. */
bool identity_token(const struct identity *id, const struct policy *p, struct str device_token, struct token_hit *out);

/* Questions answered with the strictest group because nothing was known, since
 * the last call (which sets it back to 0). */
uint64_t identity_unknown_taken(struct identity *id);

/* Since the start: how often it was asked; of those, how often nobody in particular was known (a device, a network), and how often nothing. */
struct identity_counts { uint64_t asked, unnamed, unknown; };
struct identity_counts identity_counts(const struct identity *id);

/* How somebody is known, in the words of events. */
enum known_how identity_known(enum live_how how);

/* The facts that a decision needs, but for host and path. */
struct facts identity_facts(const struct who *who, int64_t now_utc);
