/* phrase.h - what a child of four to seven can remember: three pictures in order.
 * Each picture has a short word, so the same secret can be pointed at or typed:
 * "sun boat key".  Pictures are our own drawings, ui/static/pic-WORD.svg, of things that
 * differ in outline and not only in colour; the animals among them are badges, which say
 * who is who and are no secret.
 *
 * A child chooses from a grid of twelve: its own three and nine others, the same ones in
 * the same places each time, so that looking twice gives nothing away.  1320 orders: enough
 * only because five wrong guesses wait for the teacher (card.h). */
#pragma once
#include "base/arena.h"

enum { PHRASE_LEN = 3, PHRASE_GRID = 12, PHRASE_PICTURES = 32, BADGE_ANIMALS = 12, BADGE_COLOURS = 6, BADGES = BADGE_ANIMALS * BADGE_COLOURS };

struct phrase { uint8_t pick[PHRASE_LEN]; };           /* numbers of pictures, all different */

const char *phrase_word(int picture);                  /* "boat"; "" outside 0 .. PHRASE_PICTURES - 1 */
int phrase_picture(struct str word);                   /* small letters or capitals; -1: none */
struct phrase phrase_new(void);
/* Words with anything between them: "Sun, boat - KEY".  ERR_SYNTAX: not three words that have pictures. */
enum err phrase_read(struct str typed, struct phrase *out);
struct str phrase_text(struct arena *a, const struct phrase *p);       /* "sun boat key" */
bool phrase_same(const struct phrase *a, const struct phrase *b);      /* constant time */
/* The twelve that this person chooses from: always the same for the same key, person and phrase. */
void phrase_grid(const uint8_t key[32], int64_t person, const struct phrase *p, uint8_t out[PHRASE_GRID]);

const char *badge_word(int badge);                     /* "cat" */
int badge_colour(int badge);                           /* 1 .. BADGE_COLOURS */
