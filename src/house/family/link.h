/* link.h - one adult's own way in, without a password: a link that is opened once.
 *
 * The token has 160 random bits; the store keeps its digest only.  By mail it is made at the
 * moment of sending (the outbox says that one is due, and holds none); on paper at the moment
 * of printing.  Opening it (a press of a button: mail programs that look at links open nothing)
 * gives that one browser a cookie for LINK_OPEN_S; then it is used up.  A link dies when its adult is barred
 * from any child, leaves, or is given a new one. */
#pragma once
#include "house/family/family.h"

enum {
	LINK_TOKEN_BYTES = 20, LINK_TOKEN_TEXT = 28,   /* base64url with its end */
	LINK_MAIL_S = 14 * 86400, LINK_LETTER_S = 28 * 86400, LINK_OPEN_S = 4 * 3600,
	LINK_ASK_DAY_MAX = 3,                          /* new links that one adult gets a day by asking */
};
enum link_how { LINK_MAIL, LINK_LETTER };

/* Why an adult cannot be given one now: a sentence for the office; NULL when they can. */
const char *link_refusal(struct db *db, struct arena *a, int64_t school, int64_t adult);
/* A mail is due to this adult: one row of the outbox (house/notify), no token yet.  ERR_FORBIDDEN: link_refusal() says why. */
enum err link_invite(struct db *db, const struct act *act, int64_t adult);
/* Makes one, ending those before it.  `token` is for the letter or the mail and is wiped by the caller. */
enum err link_make(struct db *db, const struct act *act, int64_t adult, enum link_how how, char token[LINK_TOKEN_TEXT]);

/* The path for a mail (struct smtp_settings, family_path): "/family/open/TOKEN" of a link made now. */
enum err link_mail_path(struct db *db, int64_t school, int64_t adult, char *out, size_t room);

enum link_state { LINK_GOOD, LINK_UNKNOWN, LINK_USED, LINK_OVER, LINK_ENDED };
/* What a link is worth, without opening it. */
enum err link_look(struct db *db, int64_t school, struct str token, enum link_state *out);
/* Opens it, once: two browsers at the same moment, one gets in.  `cookie` lives in that browser. */
enum err link_open(struct db *db, int64_t school, struct str token, char cookie[LINK_TOKEN_TEXT], enum link_state *state, int64_t *adult);
/* Whose browser this is; ERR_SIGNIN when it is nobody's (any more). */
enum err link_adult(struct db *db, int64_t school, struct str cookie, int64_t *adult, int64_t *until_utc);
enum err link_close(struct db *db, int64_t school, struct str cookie);
/* Ends every link of an adult: within whatever transaction is open. */
enum err link_end_all(struct db *db, int64_t school, int64_t adult, const char *why);

/* An adult asks for a new one, giving a mail address.  The answer is the same whoever asks: a mail goes only to the
 * address on file, to adults who may have one, at most LINK_ASK_DAY_MAX a day. */
enum err link_ask(struct db *db, int64_t school, struct str mail);
struct family_link { int64_t id, made_utc, expires_utc, used_utc, ended_utc; enum link_how how; struct str ended_why; };
enum err link_list(struct db *db, struct arena *a, int64_t school, int64_t adult, struct family_link **out, size_t *n);
