/* card.h - the card of a young child, which the teacher keeps: three pictures in
 * order (phrase.h) and a code to scan (FIELD B3).  Cards sign nobody in by themselves: the
 * page asks for an opened lesson of the child's class first (lesson.h).
 *
 * The pictures are kept sealed and not hashed, because the teacher must be able to
 * read them to a child who forgot, and because with 1320 orders a hash would hide nothing;
 * the key lies outside the database.  The code is 128 random bits and kept as a keyed
 * hash: nobody needs to read it again, a card that is printed anew gets a new one, and the
 * old card stops working.  Guesses: CARD_WRONG_MAX in a row, then a teacher of the class
 * unlocks.  Every print, renewal, end and unlocking is in the audit with who did it. */
#pragma once
#include "house/account/phrase.h"
#include "house/store/act.h"
#include "house/store/seal.h"

enum { CARD_CODE_BYTES = 16, CARD_CODE_TEXT = 24, CARD_WRONG_MAX = 5, CARD_GRACE_S = 14 * 86400 };

struct card {
	int64_t person;
	int badge;
	bool usable;                   /* not ended */
	bool has_code;
	struct phrase phrase;
	int64_t made_utc, printed_utc, made_by;
	int wrong;                     /* guesses in a row */
	bool locked;                   /* too many: a teacher unlocks */
};

/* ERR_ABSENT: this person never had one. */
enum err card_get(struct db *db, const struct keys *k, int64_t school, int64_t person, struct card *out);
/* Makes the card, or prints it anew: always a new code (`code`, shown once), new pictures when `fresh` or when there are none. */
enum err card_print(struct db *db, const struct keys *k, const struct act *act, int64_t person, int64_t class_id, bool fresh,
                    char code[CARD_CODE_TEXT], struct card *out);
enum err card_end(struct db *db, const struct act *act, int64_t person);       /* no pictures, no code any more */
enum err card_unlock(struct db *db, const struct act *act, int64_t person);
/* One guess at the pictures.  ERR_SIGNIN: wrong, or no card (told alike); ERR_BUSY: the teacher unlocks first. */
enum err card_try(struct db *db, const struct keys *k, int64_t school, int64_t person, const struct phrase *guess);
/* Whose card this code is on.  ERR_SIGNIN: nobody's. */
enum err card_by_code(struct db *db, const struct keys *k, int64_t school, struct str code, int64_t *person);
/* The twelve pictures shown for a person, also for one without a card. */
void card_grid(const struct keys *k, int64_t school, int64_t person, const struct card *c /* or NULL */, uint8_t out[PHRASE_GRID]);
