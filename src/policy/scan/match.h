/* match.h - counts the phrases of a text while its words go by.
 *
 * A phrase counts with its weight when it is met first, with a quarter of it the
 * next four times, and no more after that; what was counted fades by half with every MATCH_FADE words,
 * so that a long page is not closed for its length.  A phrase whose set has
 * surroundings waits until those to its right were read.  The state is bounded:
 * it depends on how many phrases there are, not on the text. */
#pragma once
#include "policy/read/phrases.h"
#include "policy/scan/words.h"

enum { MATCH_FADE = 500, MATCH_AGAIN = 4, MATCH_STATES = 24, MATCH_WAITING = 32, MATCH_SHOWN = 16, MATCH_NONE = 0xff };

struct match_hit { uint32_t text; int32_t weight; uint32_t at; };      /* a phrase that counted; at: the word it ended with */

struct match;
/* limit: for each topic, what closes (0: nothing); copied.  Holds the phrases. */
struct match *match_new(struct phrases *p, const int32_t limit[PHRASE_TOPICS]);
struct match *match_like(const struct match *m);        /* another that has read nothing yet */
void match_free(struct match **m);
struct words_to match_words(struct match *m);
void match_end(struct match *m);                       /* what waited for its surroundings is settled */

/* The topic that reached its limit first; MATCH_NONE. */
uint8_t match_over(const struct match *m);
int32_t match_limit(const struct match *m, uint8_t topic);             /* what closes, as it was given */
int32_t match_most(const struct match *m, uint8_t topic);              /* the most that a topic stood at */
/* The topic that came nearest to its alert or passed it most; MATCH_NONE when none reached it. */
uint8_t match_alert(const struct match *m);
/* What counted, first to last; at most MATCH_SHOWN. */
size_t match_hits(const struct match *m, const struct match_hit **out);
const struct phrases *match_phrases(const struct match *m);
