/* str.h - text as a view: a pointer and a length, passed by value, owned by
 * somebody else, not NUL-terminated.  An absent text is { NULL, 0 }. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

struct str { const char *p; size_t n; };

#define STR(lit) ((struct str){ "" lit, sizeof(lit) - 1 })
#define STRF(s) (int)(s).n, (s).p                  /* for "%.*s" */
#define STR_NONE ((struct str){ NULL, 0 })

struct str str_z(const char *z);                   /* of a C string; NULL gives STR_NONE */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);          /* equals a C string */
bool str_ieq(struct str a, struct str b);          /* ASCII case folded */
int  str_cmp(struct str a, struct str b);          /* bytewise, for sorting */
bool str_starts(struct str s, struct str head);
bool str_ends(struct str s, struct str tail);
struct str str_from(struct str s, size_t at);      /* without the first `at` bytes (clamped) */
struct str str_upto(struct str s, size_t n);       /* the first n bytes (clamped) */
struct str str_trim(struct str s);                 /* without ASCII white space at both ends */
ptrdiff_t str_find(struct str s, struct str what); /* byte offset, or -1 */
ptrdiff_t str_chr(struct str s, char c);
ptrdiff_t str_rchr(struct str s, char c);
/* Takes the piece before the next `sep` from *rest; false when *rest is used up. */
bool str_next(struct str *rest, char sep, struct str *piece);
/* Decimal, whole text, no sign, no overflow. */
enum err str_u64(struct str s, uint64_t *out);
enum err str_i64(struct str s, int64_t *out);      /* an optional leading minus */
bool str_utf8(struct str s);                       /* well formed, no NUL */
/* Lower case of hex digits, 2 a byte; out has room for 2n+1. */
void hex_put(const void *bytes, size_t n, char *out);
enum err hex_get(struct str s, void *out, size_t n);
static inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static inline bool ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static inline bool ascii_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_alpha(char c) { c = ascii_lower(c); return c >= 'a' && c <= 'z'; }
