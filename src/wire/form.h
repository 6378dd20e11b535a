/* form.h - urlencoded forms and queries (WHATWG URL 5.1) and cookie headers
 * (RFC 6265 4.2), read strictly: a bad percent sign, a byte that is not UTF-8,
 * a NUL or too many fields refuse the whole.  Pure. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

enum { FORM_MAX_BYTES = 64 * 1024, FORM_MAX_FIELDS = 512, FORM_MAX_NAME = 128, COOKIE_MAX_BYTES = 8 * 1024 };

struct form_field { struct str name, value; };
struct form { struct form_field *fields; size_t n; };      /* in the arena, in order */

enum err form_read(struct arena *a, struct str bytes, struct form *out);
enum err cookie_read(struct arena *a, struct str header, struct form *out);   /* values as they stand */
struct str form_get(const struct form *f, const char *name);                  /* the first; STR_NONE when absent */
bool form_has(const struct form *f, const char *name);
/* Walks the values of a repeated name (check boxes): *at = 0 first; false at the end. */
bool form_each(const struct form *f, const char *name, size_t *at, struct str *value);
/* name=value&..., percent-encoded: what we print, form_read reads back. */
void form_add(struct buf *o, struct str name, struct str value);
void form_encode(struct buf *o, struct str s);
