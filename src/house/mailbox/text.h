/* text.h - the bytes of a part of a letter made into words: transfer encoding
 * (RFC 2045 6), character set, HTML.  Whatever comes in, good UTF-8 without control
 * characters comes out, at most as long as asked. */
#pragma once
#include "base/arena.h"

struct text_how { struct str encoding, charset; bool html; size_t max; };
struct str text_of_part(struct arena *a, struct str bytes, const struct text_how *how);

/* The pieces of it, for heads. */
struct str text_base64(struct arena *a, struct str s);                 /* what is no letter of it is passed over */
struct str text_quoted(struct arena *a, struct str s, bool word);      /* word: "_" is a space (RFC 2047 4.2) */
/* Unknown character sets are read as UTF-8; what is not readable becomes U+FFFD. */
struct str text_utf8(struct arena *a, struct str bytes, struct str charset);
/* Line ends \n, at most two empty lines, no control characters, no turning of the direction of writing; cut at a character. */
struct str text_clean(struct arena *a, struct str s, size_t max);
/* Tags, scripts, styles and comments away, blocks on lines of their own, entities resolved.  Addresses of links are not kept. */
struct str text_html(struct arena *a, struct str s);
