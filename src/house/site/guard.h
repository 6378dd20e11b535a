/* guard.h - what must not stand on the public website (7.6-05, 7.6-06, 7.9-07): names of people at the school, addresses of homes,
 * e-mail addresses, telephone numbers and ways into a video conference, but for what is allowed.  Pure: text in, findings out.
 *
 * It reads past what hides a thing from a machine and not from a person: capitals, accents, letters of another width or alphabet
 * that look alike, characters of no width, "(at)", spaces between digits.  It cannot know a name that nobody registered, nor read a
 * picture: a second person reads each page before it goes out. */
#pragma once
#include "base/arena.h"

/*        what         as said to whoever wrote it                           the mend */
#define GUARD_TABLE(X) \
	X(GUARD_NAME,       "the name of somebody at the school",                "Write the office (the safeguarding lead), not the name.") \
	X(GUARD_EMAIL,      "an e-mail address",                                 "Leave it out: the page shows the school's own address by itself.") \
	X(GUARD_PHONE,      "a telephone number",                                "Leave it out: the page shows the school's own number by itself.") \
	X(GUARD_HOME,       "what looks like the address of a home",             "Leave it out: the page shows the school's own address by itself.") \
	X(GUARD_POSTCODE,   "a postcode",                                        "Leave it out: the page shows the school's own address by itself.") \
	X(GUARD_CONFERENCE, "a way into a video conference",                     "Leave it out: give it to those who take part, never to the public.")
enum guard_what {
#define GUARD_ENUM_(what, is, mend) what,
	GUARD_TABLE(GUARD_ENUM_)
#undef GUARD_ENUM_
	N_GUARD
};
const char *guard_is(enum guard_what w);
const char *guard_mend(enum guard_what w);

struct guard_texts { struct str *v; size_t n; };
/* What is known; texts are views that live as long as this does. */
struct guard_known {
	struct guard_texts names;          /* full names of everybody who is or was at the school */
	struct guard_texts conference;     /* numbers, links and identities of the school's video conferences; at least 4 bytes count */
	struct guard_texts allowed;        /* exact words that may stand there: the school's own address, number, e-mail; help lines; what a leader listed */
};
struct guard;                              /* `known`, made ready to be searched */
struct guard *guard_new(struct arena *a, const struct guard_known *known);

enum { GUARD_TEXT_MAX = 100000 };          /* bytes; what is longer is ERR_LIMIT */
struct guard_finding {
	enum guard_what what;
	size_t at, n;                      /* bytes of the text as given */
	long line;                         /* from 1 */
	struct str words;                  /* a view of the text */
};
/* In the order of the text, at most `max`; n: how many were kept. */
enum err guard_scan(const struct guard *g, struct arena *a, struct str text, struct guard_finding *out, size_t max, size_t *n);
