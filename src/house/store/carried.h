/* carried.h - what was written without a connection and waits, sealed, on the device
 * that it was written on (docs/decisions/0205).
 *
 * A page that is opened by somebody signed in is given a ticket and a key.  The page
 * seals what is written with that key and keeps ticket and box on the device; the key
 * itself stays in the open page and is gone with it.  The ticket holds the key, who
 * opened the page and when, sealed by the school's key: so only the school's server
 * opens a box, whoever carries it there, and what opens was written on that page.
 *
 * ticket: XChaCha20-Poly1305 under a key made from school.key.  box: AES-256-GCM (what
 * browsers have), nonce first, tag last, the ticket's text as additional data.  Both in
 * base64url without padding.  Inside the box: four bytes length, the form as a browser
 * encodes it, zeros up to a full block, so that its size says little. */
#pragma once
#include "base/arena.h"
#include "house/store/seal.h"

enum {
	CARRIED_KEEP_S = 13 * 86400,    /* less than a form's number is remembered: nothing is taken twice */
	CARRIED_TICKET_TEXT = 129,      /* with its NUL */
	CARRIED_KEY_TEXT = 44,
	CARRIED_BOX_MAX = 62 * 1024,    /* base64url letters: ticket and token beside it make one form */
};
struct carried_ticket { char text[CARRIED_TICKET_TEXT], key[CARRIED_KEY_TEXT]; };
void carried_ticket_new(const struct keys *k, int64_t school, int64_t person, int64_t now_utc, struct carried_ticket *out);

struct carried {
	int64_t person;                /* who had opened the page */
	int64_t opened_utc;            /* when */
	struct str form;               /* "words=...": in the arena */
};
/* ERR_CRYPTO: not of this school, or not whole; ERR_STALE: the page was opened more than CARRIED_KEEP_S ago. */
enum err carried_open(const struct keys *k, struct arena *a, int64_t school, int64_t now_utc, struct str ticket, struct str box, struct carried *out);
/* What is inside an opened box: a view of it.  ERR_SYNTAX. */
enum err carried_inside(struct str plain, struct str *form);
