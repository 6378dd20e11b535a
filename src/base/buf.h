/* buf.h - text that grows up to a limit it is born with.  Past the limit it
 * stops growing and says so once, at the end (buf_ok); nothing is half-written
 * by accident because the caller asks before using it. */
#pragma once
#include "base/str.h"

struct buf {
	char *p;          /* owned; NUL-terminated when n > 0 */
	size_t n;         /* bytes in use */
	size_t cap;       /* bytes allocated */
	size_t max;       /* limit, bytes */
	bool over;        /* something did not fit */
};

static inline struct buf buf_init(size_t max) { return (struct buf){ .max = max }; }
void buf_done(struct buf *b);
void buf_wipe(struct buf *b);                      /* for secrets: wiped, then done */
void buf_clear(struct buf *b);                     /* keeps the memory */
void buf_add(struct buf *b, struct str s);
/* Takes memory for n bytes in all at once (up to the limit). */
void buf_reserve(struct buf *b, size_t n);
void buf_byte(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_cut(struct buf *b, size_t front);         /* drops the first bytes */
static inline void buf_z(struct buf *b, const char *z) { buf_add(b, str_z(z)); }
static inline struct str buf_str(const struct buf *b) { return (struct str){ b->p ? b->p : "", b->n }; }
static inline enum err buf_ok(const struct buf *b) { return b->over ? ERR_LIMIT : OK; }
