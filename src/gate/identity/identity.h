/* identity.h - who stands behind an address.  Three things can tell, the surest
 * first: a per-device token shown over the TLS proxy, a live binding (somebody
 * signed in there, or a teacher opened a session), the address range of the
 * snapshot (a network: "guest wireless").  An address that nothing knows gets
 * the snapshot's strictest group, and is counted.
 *
 * An identity is a view of a policy: it owns nothing but its token table, reads
 * the policy that it was made of, and must be made again when the snapshot
 * changes (gate/policy_watch does).  Live bindings are read through the policy
 * at each question, so a sign-in counts at once and an expiry at its second. */
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
	enum standing standing;    /* agreement state; STANDING_UNKNOWN where nothing is known */
	bool session_open;         /* a class session is open for them now */
	bool named;                /* their name may be written into events (7.3.4-06, -07): otherwise person is 0 there */
	enum known_how how;        /* how it is known */
	uint8_t sure;              /* how surely, per cent */
	int64_t until_utc;         /* ask again from then on; 0: no end known */
};

/* p outlives the identity. */
void identity_new(const struct policy *p, struct identity **out);
void identity_free(struct identity **id);          /* *id may be NULL */

/* device_token: "device:secret" as shown to the TLS proxy, or STR_NONE.  A token
 * that does not fit counts as none.  Always answers; *out is whole. */
void identity_who(const struct identity *id, struct addr from, struct str device_token, int64_t now_utc, struct who *out);

/* Whether "device:secret" fits a device of the snapshot; *device is its id. */
bool identity_token(const struct identity *id, struct str device_token, int64_t *device);

/* Questions that ended with the strictest group because nothing was known,
 * since the last call (which sets it back to 0). */
uint64_t identity_unknown_taken(struct identity *id);
