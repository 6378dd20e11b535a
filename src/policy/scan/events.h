/* events.h - answers that come piece by piece, as assistants send them: text/event-stream (WHATWG HTML 9.2.6), JSON a line
 * (NDJSON, JSON text sequences of RFC 7464), and the lines `0:"word"` of some programs.  Half words arrive, each in
 * a value of its own: {"delta":{"content":"suic"}} {"delta":{"content":"ide"}}.
 *
 * What is read goes two ways: every value by itself, as of any JSON, and what stands under the name of a text
 * (or is no JSON at all) joined to what came before it.  Tolerant and streaming, bounded by this struct. */
#pragma once
#include "policy/scan/typed.h"

enum { EVENTS_KEY = 24, EVENTS_FIELD = 8 };

struct events {
	struct json json;               /* of a value under way */
	uint64_t objects;               /* a bit for each bracket that is open: it is an object's */
	uint8_t depth, line;            /* open brackets, at most 64 counted; where in the line */
	bool in_value, in_key, escaped, key_next, joins;
	bool knew;                      /* a name of a text was met in this body */
	bool talk;                      /* a line is a message of its own: what stands in two values are two words (set by the caller) */
	bool named;                     /* digits and a bracket: the first value is the name of what follows (Socket.IO, 42["chat","hello"]) */
	char key[EVENTS_KEY], field[EVENTS_FIELD];
	uint8_t n_key, n_field;         /* n_key past EVENTS_KEY: too long to be known */
};

/* each: every value, a stop after it; run: what is joined. */
struct events_to { struct typed_to each; void (*run)(void *to, struct str utf8); void *to; };

void events_feed(struct events *e, const struct events_to *to, struct str bytes);
/* The first bytes of a text that is none: `0:"`, `f:{`. */
bool events_look(const uint8_t *first, size_t n);
