/* words.h - search over sealed text.  Words are folded (case, accents) and kept
 * as keyed tokens, per class of entry: HMAC(index key, school, class, word), 16
 * bytes.  Whoever has the database alone learns how often an unknown word occurs
 * and which cases share one, no more (threat model).  A search names the classes
 * that the asker may see; tokens of other classes are not even computed. */
#pragma once
#include "house/store/db.h"
#include "house/store/seal.h"

enum { WORD_TOKEN = 16, WORD_MAX = 64, WORDS_TEXT_MAX = 20000, WORDS_QUERY_MAX = 8 };  /* bytes; bytes; words a text; words a search */

/* A value as it is indexed and compared: case folded, trimmed, 200 bytes at most; in the arena. */
struct str words_key(struct arena *a, struct str value);
/* Words of a text as they are compared: lower case, no accents, letters and digits only; in the arena. */
size_t words_fold(struct arena *a, struct str text, struct str *out, size_t max);
void words_token(const struct keys *k, int64_t school, int class, struct str folded, uint8_t out[WORD_TOKEN]);
/* Adds the words of a text to an entry's tokens (repeats are kept once). */
enum err words_add(struct db *db, const struct keys *k, int64_t school, int class, int64_t entry, struct str text);
