/* live.h - small changes that are true in the gate within a second and need no
 * new snapshot: a sign-in at an address, a teacher's 30-minute allowance, an
 * open class session.  The keeper appends them to P/policy/live.log (the writer
 * is policy/compile/live_write.h); the gate tails the file and folds each record
 * into one `struct live`.  Every directive has an absolute end.
 *
 * The bytes of the log are foreign: a torn tail is left for the next look, a
 * record that does not decode ends the reading of that file and is reported.
 * The overlay is bounded (LIVE_*_MAX); when a table is full, what has expired
 * goes first, then the new record is refused (ERR_LIMIT).
 *
 * Ownership: the overlay copies every text it keeps.  Times: UTC seconds. */
#pragma once
#include "base/buf.h"
#include "base/str.h"
#include "policy/read/rules.h"

enum {
	LIVE_BIND_MAX = 32768,          /* addresses bound at once */
	LIVE_RULE_MAX = 4096,           /* allowances and blocks */
	LIVE_WITHDRAWN_MAX = 1024,      /* certificates withdrawn since the last policies; the policy leaves them out by itself */
	LIVE_SESSION_MAX = 1024,        /* open class sessions */
	LIVE_HOST_MAX = 32,             /* addresses named by one session */
	LIVE_RECORD_MAX = 16 * 1024,    /* bytes of one record */
	LIVE_TEXT_MAX = 512,            /* bytes of one text in a record */
};

/* Whether whoever asks has signed the agreement of their kind. */
enum standing {
	STANDING_UNKNOWN,       /* nobody known: a device without a sign-in */
	STANDING_UNSIGNED,
	STANDING_DECLINED,      /* never punished: an offline equivalent is offered */
	STANDING_GRACE,         /* a new version waits to be signed; the old one still counts */
	STANDING_CURRENT,
	N_STANDING
};

/* How somebody is known; each event says so. */
enum live_how {
	LIVE_HOW_NONE,          /* not known */
	LIVE_HOW_RANGE,         /* by the network's address range: a group, no person */
	LIVE_HOW_PORTAL,        /* signed in at the portal from this address */
	LIVE_HOW_TOKEN,         /* the device's own token */
	LIVE_HOW_CLASS,         /* signed in as a class, by the teacher */
	LIVE_HOW_VISIT,         /* a visitor's sign-in at the desk */
	LIVE_HOW_NETWORK,       /* the account that signed in to the school's wireless (RADIUS) */
	LIVE_HOW_TICKET,        /* a Kerberos ticket of theirs, shown to the proxy on this connection */
	LIVE_HOW_CERT,          /* the device's own certificate, shown on this connection */
	LIVE_HOW_LEASE,         /* the device's hardware address, from the list of leases */
	LIVE_HOW_NEIGHBOUR,     /* the device's hardware address, as the machine's own network sees it */
	N_LIVE_HOW
};

enum live_kind {
	LIVE_GENERATION = 1,    /* first record of a file: directives since this snapshot generation */
	LIVE_BIND, LIVE_UNBIND,
	LIVE_ALLOW, LIVE_BLOCK, LIVE_CANCEL,
	LIVE_SESSION, LIVE_SESSION_END,
	LIVE_WITHDRAW,          /* what a device shows counts no more (policy/read/tokens.h) */
	LIVE_KIND_LAST = LIVE_WITHDRAW
};

/* One directive.  Fields that its kind does not use are zero or absent. */
struct live_record {
	enum live_kind kind;
	int64_t at_utc;                 /* when it was given */
	int64_t until_utc;              /* absolute end; > at_utc (0 only for UNBIND, CANCEL, SESSION_END) */
	int64_t school;                 /* the school it belongs to */
	uint32_t id;                    /* ALLOW, BLOCK, CANCEL: the rule's number; GENERATION: the generation */
	int64_t person, class_id, device;   /* BIND, SESSION (person: who teaches) */
	uint8_t addr[16];               /* BIND, UNBIND: IPv6, or IPv4 mapped; WITHDRAW: the first half of the keyed digest */
	uint8_t mac[6];                 /* BIND, UNBIND: all zero when unknown */
	struct str group;               /* BIND: the group's name, as in the snapshot */
	enum standing standing;         /* BIND */
	enum live_how how;              /* BIND */
	uint8_t sure;                   /* BIND: 0-100 */
	enum rule_scope scope;          /* ALLOW, BLOCK: group (`group`), class (`class_id`), person (`person`), everyone */
	struct str host, path;          /* ALLOW, BLOCK: normal form; path absent = the whole host.  BIND of one of the tester's own addresses (live_is_tester): host =
	                                 * the address that it asks as, so that it stands in that address's network; else absent */
	struct str reason;              /* ALLOW, BLOCK: one sentence; may be absent */
	bool walled;                    /* SESSION: only `hosts` load (7.1-16) */
	struct str hosts[LIVE_HOST_MAX];    /* SESSION: "host" or "host/path" */
	size_t n_hosts;
};

/* The codec, in the framing of base/frame_rec.h.  live_decode() takes one record
 * off the front: ERR_END when the bytes end before or inside it (a torn tail),
 * ERR_CORRUPT when a checksum does not fit, ERR_SYNTAX when it is whole and not
 * understood.  The record's texts are views of `bytes`.  *used = its bytes. */
enum err live_decode(struct str bytes, struct live_record *out, size_t *used);
enum err live_encode(const struct live_record *r, struct buf *out);
/* Whether the record says something sensible (fields, limits); encode and decode both ask. */
enum err live_valid(const struct live_record *r);

struct live;
struct live *live_new(void);
void live_free(struct live **l);
/* Folds one record in.  ERR_LIMIT: the table is full; nothing changed. */
enum err live_apply(struct live *l, const struct live_record *r, int64_t now_utc);
void live_clear(struct live *l);
/* Counts, for status and tests. */
size_t live_count(const struct live *l, enum live_kind kind);   /* LIVE_BIND, LIVE_ALLOW (rules), LIVE_SESSION, LIVE_WITHDRAW */

/* Who is at an address, by the newest binding that has not ended.  With a MAC
 * (not all zero) that the gate has seen, a binding made with another MAC does
 * not count, and one made with this MAC counts for any address. */
struct live_binding {
	int64_t school, person, class_id, device, until_utc;
	struct str group;               /* name; view of the overlay, until the next live_apply */
	enum standing standing;
	enum live_how how;
	uint8_t sure;
	uint8_t as[16];                 /* the address that the filter's own test asks as; all zero: none */
};
/* An address that only this machine itself can ask from, kept for the filter's own test: 127.66.0.0/16. */
bool live_is_tester(const uint8_t addr[16]);
bool live_who(const struct live *l, const uint8_t addr[16], const uint8_t mac[6] /* may be NULL */,
              int64_t now_utc, struct live_binding *out);

/* The class's open session, if any. */
struct live_session {
	int64_t class_id, person, until_utc;
	bool walled;
};
bool live_session(const struct live *l, int64_t class_id, int64_t now_utc, struct live_session *out);
/* Whether a session's own list names this host (and path, when known). */
bool live_session_has(const struct live *l, int64_t class_id, struct str host, struct str path, int64_t now_utc);

/* Whether what has this keyed digest was withdrawn. */
bool live_withdrawn(const struct live *l, const uint8_t digest[32]);

/* The overlay's own rules, for decide(). */
const struct rules *live_rules(const struct live *l);

/* Tails P/policy/live.log.  Opaque; one a process.  dir_fd: the policy folder,
 * borrowed, must outlive the tail. */
struct live_tail;
struct live_tail *live_tail_new(int dir_fd);
void live_tail_free(struct live_tail **t);
/* Reads what is new and folds it in.  A replaced file (another inode, or
 * shorter) clears the overlay first and is read from its start.  *applied =
 * records folded in.  ERR_CORRUPT: a record in the middle does not fit; what
 * follows it in this file is not believed. */
enum err live_tail_poll(struct live_tail *t, struct live *l, int64_t now_utc, size_t *applied);
