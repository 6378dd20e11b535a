/* letter.h - the head of a letter (RFC 5322), with encoded words (RFC 2047); and
 * the few fields that tell whether a person wrote it (RFC 3834 2).
 *
 * What comes out is good UTF-8 on one line, without control characters, and short. */
#pragma once
#include "base/arena.h"

enum { LETTER_HEAD_MAX = 65536, LETTER_WORDS_MAX = 400 };     /* bytes read; longest text of a field given out */

struct letter_head {
	struct str from_name, from_mail;     /* as the letter says: no proof of anything.  Absent: none that could be an address */
	struct str subject;
	struct str message_id;               /* "<...>" or absent */
	struct str date;                     /* as written */
	bool automatic;                      /* not written by a person, or to many: never answered */
	bool returned;                       /* its envelope had no sender: a bounce */
};
/* Takes whatever is there: fields that are broken are absent. */
void letter_head_read(struct arena *a, struct str bytes, struct letter_head *out);

/* An address that can be written to: something @ something, no spaces, brackets or letters beyond ASCII. */
bool letter_address(struct str mail);
/* The next block of fields (up to an empty line), unfolded; false: no more. */
bool letter_block(struct arena *a, struct str *rest, struct str *block);
/* The next field of a block; lines that are none are passed over. */
bool letter_field(struct str *block, struct str *name, struct str *value);
/* Encoded words made readable. */
struct str letter_words(struct arena *a, struct str value);
