/* typed.h - the text inside what a browser or an app sends and is sent besides
 * pages: the strings of JSON (RFC 8259), messages that may be JSON, the values of a form (WHATWG URL 5.1),
 * the text parts of a form with files (RFC 7578).  Tolerant and streaming, for
 * reading only: names, numbers and files are passed over. */
#pragma once
#include "policy/scan/words.h"

enum { PARTS_BOUNDARY = 72, PARTS_LINE = 256 };

/* Where the text goes: to the words, and to whoever keeps the last of it; either may be NULL. */
struct typed_to { struct words *words; void (*kept)(void *to, struct str utf8); void *to; };

enum { JSON_OUT, JSON_STRING, JSON_ESCAPE, JSON_HEX, JSON_WORD = 20 };
struct json {
	bool all;                               /* what stands outside of strings is text too */
	bool assistant;                         /* a whole string was a word of the answers of assistants: "assistant", "finish_reason" ... */
	uint8_t state, digits, n_word;          /* n_word past JSON_WORD: too long to be one */
	char word[JSON_WORD];                   /* the string under way */
	uint32_t cp, high;
};
struct form_text { uint8_t state, pct; };
struct parts {
	char boundary[PARTS_BOUNDARY + 2];      /* with its two dashes */
	size_t n_boundary, matched;
	uint8_t state;
	bool text;                              /* the part at hand is text without a file name */
	char line[PARTS_LINE];
	size_t n_line;
};

void typed_say(const struct typed_to *to, struct str bytes);
void typed_char(const struct typed_to *to, uint32_t cp);
void typed_stop(const struct typed_to *to);
size_t typed_utf8(uint32_t cp, char *out);         /* at most 4 bytes; gives how many */

void json_feed(struct json *j, const struct typed_to *to, struct str bytes);
void form_feed(struct form_text *f, const struct typed_to *to, struct str bytes);
/* content_type: with its boundary; without one nothing is read. */
void parts_begin(struct parts *p, struct str content_type);
void parts_feed(struct parts *p, const struct typed_to *to, struct str bytes);
