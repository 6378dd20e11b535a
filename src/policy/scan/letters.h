/* letters.h - what a character is read as when texts are compared with phrases:
 * without case, accents and width, and look-alikes of other scripts as the Latin
 * letter that they imitate (Unicode NFKD and UTS 39).  Pure; the same for a
 * phrase and for a text, so two letters that are read alike never part them. */
#pragma once
#include <stdint.h>

enum letter_kind {
	LETTER_GAP,          /* parts words */
	LETTER_PART,         /* belongs to a word */
	LETTER_ALONE,        /* a word by itself: Chinese, Japanese, Thai, picture characters */
	LETTER_NOTHING,      /* passed over: marks, zero width, soft hyphen, apostrophes */
};

struct letter { enum letter_kind kind; uint32_t a, b; /* what it is read as; b: a second letter, or 0 */ };

/* cp: any code point of 0x80 and above. */
struct letter letter_of(uint32_t cp);
