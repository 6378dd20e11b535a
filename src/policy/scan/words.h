/* words.h - from the bytes of a text to its words, as phrases are compared with
 * them: letters folded (letters.h), apostrophes and marks left out.  A word is
 * given in several forms when it was written oddly:
 *
 *   su1c1de $uicide  digits and signs read as the letters that they imitate
 *   suiiiicide       runs of three letters and more shortened to two, and to one
 *   s*icide          one star read as each vowel
 *   s u i c i d e, s.u.i.c.i.d.e, sui-cide   the pieces, and then all of it joined
 *
 * Feeding a text in other portions never changes what comes out.  Bounded
 * memory (this struct), no allocation. */
#pragma once
#include "base/str.h"
#include "policy/scan/charset.h"

enum { WORD_BYTES = 40, WORD_FORMS = 12 };

struct word {
	uint64_t form[WORD_FORMS];      /* word_hash of each; the first is as written */
	uint8_t n;                      /* forms; 0: nothing that can stand in a phrase (too long) */
	bool begins;                    /* a joined word may follow that begins with this piece */
	bool joined;                    /* the pieces since the last that `begins`, read as one */
};

struct words_to {
	void (*word)(void *to, const struct word *w);
	void (*stop)(void *to);         /* no phrase reaches across this place */
	void *to;
};

enum { WORD_DIGIT = 1, WORD_LETTER = 2, WORD_SIGN = 4, WORD_RUN = 8, WORD_STAR = 16, WORD_LONG = 32 };

/* What was written of one word, or of joined pieces. */
struct word_text { char b[WORD_BYTES]; uint8_t n, flags, units; };

struct words {
	struct words_to out;
	struct charset set;
	struct word_text now, chain;
	uint8_t pieces;                 /* of the chain */
	bool singles;                   /* all pieces are single characters */
	uint8_t link;                   /* how the next word would hang on the chain: 0 not, 1 by a sign, 2 by a space */
	uint8_t run;                    /* how often the last character stood there */
	char last, sign;                /* the last byte of `now`; a sign that waits for a letter */
	uint32_t cp;                    /* UTF-8 under way */
	uint8_t need, got, seen[4];
};

void words_begin(struct words *w, struct words_to out, struct charset set);
/* Bytes of the character set, up to the first `<` or `&` when `marked`; hands back what is left. */
struct str words_feed(struct words *w, struct str bytes, bool marked);
void words_char(struct words *w, uint32_t cp);         /* of an entity or an escape */
void words_gap(struct words *w);                       /* a word ends here */
void words_stop(struct words *w);                      /* and no phrase goes on */

/* Of a folded word, as the compiler and the reader both know it. */
uint64_t word_hash(const char *p, size_t n);
