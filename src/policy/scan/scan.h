/* scan.h - reads a page or a typed text as it goes by and says whether it may go
 * on: visible text (html.h, typed.h), folded into words (words.h), against the
 * weighted phrases of the policy (match.h).
 *
 *     struct scan *s = scan_new(phrases, limits, SCAN_HTML, content_type, false);
 *     while (bytes come)
 *         if (scan_feed(s, bytes) == SCAN_CUT) ... the page ends here ...
 *     scan_end(s);
 *
 * No byte waits for a later one: what was fed and passed may be sent on at once.
 * Memory is bounded (some 20 KB and what the phrases need), whatever is fed.
 * Where the portions part the bytes never changes the result.  Pure. */
#pragma once
#include "base/arena.h"
#include "policy/read/phrases.h"

enum scan_kind {
	SCAN_NOTHING, SCAN_HTML, SCAN_TEXT, SCAN_JSON, SCAN_FORM, SCAN_PARTS,
	SCAN_EVENTS,                    /* an answer in pieces: events.h */
	SCAN_TALK,                      /* messages: text, or JSON, or some of both */
};
enum scan_verdict { SCAN_PASS, SCAN_CUT };
enum { SCAN_EXCERPT = 400 /* bytes of a typed text around what counted */ };

/* By Content-Type; SCAN_NOTHING for pictures, programs and all that is not read. */
enum scan_kind scan_kind_of(struct str content_type);

struct scan;
/* phrases are held; limits as of phrases_limits().  typed: somebody wrote it here: an excerpt is kept for an alert. */
struct scan *scan_new(struct phrases *p, const int32_t limit[PHRASE_TOPICS], enum scan_kind kind, struct str content_type, bool typed);
void scan_free(struct scan **s);                   /* *s may be NULL; wipes the excerpt */
/* After SCAN_CUT nothing more is read. */
enum scan_verdict scan_feed(struct scan *s, struct str bytes);
/* What waited for its surroundings counts now: the last word may be SCAN_CUT too.  Of SCAN_TALK a message ends, and the next may be
 * fed: what was counted stays counted, and of what is typed a phrase may reach from one message into the next. */
enum scan_verdict scan_end(struct scan *s);

/* What was counted is forgotten, and the excerpt with it. */
void scan_again(struct scan *s);

/* A topic, the most that it stood at, and the number that it reached. */
struct scan_reached {
	struct str topic, title;        /* absent: none */
	int32_t score, from;
	struct str why;                 /* the phrases that counted: "want to die (60), the end (20)"; in the arena */
};
/* Two topics may have been reached, one that closes and another that tells. */
struct scan_found {
	bool cut, alert;
	struct scan_reached closed, told;
	struct str excerpt;             /* of a typed text: well-formed UTF-8; in the arena */
	struct str version;             /* of the phrases (policy/read/phrases.h) */
};
void scan_found(const struct scan *s, struct arena *a, struct scan_found *out);
/* An assistant's answer: in pieces, by its type or its first bytes; or JSON with one of the words under which assistants answer (typed.h). */
bool scan_assistant(const struct scan *s);
/* The last of a typed text, at most SCAN_EXCERPT bytes of well-formed UTF-8; absent of what nobody typed. */
struct str scan_last(const struct scan *s, struct arena *a);

/* One short text at once, such as a search. */
void scan_text(struct arena *a, struct phrases *p, const int32_t limit[PHRASE_TOPICS], struct str utf8, struct scan_found *out);
