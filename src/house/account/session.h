/* session.h - who is signed in, where.  The token is in the cookie only; the
 * database holds its digest.  A session is locked after an idle time and asks for
 * the password again; it ends at a fixed time, at sign-out, when the person leaves,
 * or when the password changes. */
#pragma once
#include "house/account/people.h"
#include "wire/addr.h"

enum { SESSION_TOKEN_BYTES = 32, SESSION_TOKEN_TEXT = 44, CSRF_TEXT = 41 };

/* The form token that belongs to a cookie's token. */
void session_form_token(struct str token, char out[CSRF_TEXT]);

/* How a session began. */
#define SESSION_HOW_TABLE(X) \
	X(HOW_PASSWORD, "password", "With a password") \
	X(HOW_PASSKEY,  "passkey",  "With a passkey") \
	X(HOW_OUTSIDE,  "outside",  "Through the school's other sign-in") \
	X(HOW_CARD,     "card",     "With a card") \
	X(HOW_GLASS,    "glass",    "Break-glass, opened by two people")
enum session_how {
#define SESSION_HOW_ENUM_(name, word, title) name,
	SESSION_HOW_TABLE(SESSION_HOW_ENUM_)
#undef SESSION_HOW_ENUM_
	N_SESSION_HOW
};
const char *session_how_title(enum session_how how);

struct account_rules;
struct session {
	int64_t id;                    /* names it in lists: made of the digest, says nothing of the token */
	int64_t school, person;
	int64_t began_utc, seen_utc, until_utc;
	struct addr peer;              /* where it began */
	struct str agent;              /* the browser's own words, cut */
	char csrf[CSRF_TEXT];          /* the form token: made of the token, stored nowhere */
	uint8_t token_hash[32];        /* the row */
	bool second;                   /* the second factor was given */
	bool has_factor;               /* the person has one set up */
	bool half;                     /* waits for the second factor: set by the server, by rights and rules */
	bool locked;                   /* idle too long, or handed over: waits for the password */
	int64_t handed;                /* the visit whose visitor holds the device now; 0: nobody but its owner */
	bool must_change;              /* the password, before anything else */
	enum session_how how;
	bool fresh;                    /* a password or passkey was given in the last account_rules.fresh_s */
	bool current;                  /* in a list: the one that asks */
};

enum err session_begin(struct db *db, const struct account_rules *r, const struct person *p,
                       struct addr peer, struct str agent, char token[SESSION_TOKEN_TEXT], struct session *out);
/* The same for whoever was proved in another way.  `second`: that way was two factors by itself (a passkey with
 * its owner verified, a provider that asserts it).  A break-glass session ends after an hour. */
enum { GLASS_SESSION_S = 3600 };
enum err session_begin_known(struct db *db, const struct account_rules *r, const struct person *p, enum session_how how, bool second,
                             struct addr peer, struct str agent, char token[SESSION_TOKEN_TEXT], struct session *out);
/* ERR_SIGNIN: no such session, or it ended.  Counts as activity when `touch`. */
enum err session_find(struct db *db, struct arena *a, const struct account_rules *r, int64_t school, struct str token,
                      bool touch, struct session *out);
enum err session_full(struct db *db, struct session *s);       /* the second factor was right */
enum err session_unlock(struct db *db, struct session *s);     /* the password was right again: fresh, and unlocked */
/* The device goes into a visitor's hands: locked for all but that visit's rules until it is unlocked (9.4-01). */
enum err session_hand(struct db *db, struct session *s, int64_t visit);
/* A new token for the same session, at each step up (CWE-384): whoever knew the old one knows nothing.  `id` changes with it. */
enum err session_renew(struct db *db, struct session *s, char token[SESSION_TOKEN_TEXT]);
enum err session_end(struct db *db, int64_t school, int64_t person, int64_t id);       /* only the person's own */
enum err session_end_all(struct db *db, int64_t school, int64_t person, int64_t but /* 0: none kept */);
enum err session_list(struct db *db, struct arena *a, const struct account_rules *r, int64_t school, int64_t person,
                      struct session **out, size_t *n);
