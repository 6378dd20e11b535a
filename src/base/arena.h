/* arena.h - memory that dies with a unit of work (a query, a page view, a
 * compile).  Nothing in it is freed alone. */
#pragma once
#include "base/str.h"

struct arena {
	struct arena_block *head;   /* owned; newest first */
	size_t used;                /* bytes handed out, for limits and tests */
};

static inline struct arena arena_init(void) { return (struct arena){ 0 }; }
void  arena_done(struct arena *a);              /* wipes nothing: no secrets in an arena */
void *arena_alloc(struct arena *a, size_t bytes);               /* zeroed, aligned to 16 */
#define arena_new(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_alloc((a), sizeof(T) * (n)))

struct str arena_str(struct arena *a, struct str s);            /* a copy, NUL-terminated */
const char *arena_z(struct arena *a, struct str s);             /* the same, as a C string */
struct str arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str arena_i64(struct arena *a, int64_t n);   /* its decimal digits */
struct str arena_id(struct arena *a, int64_t id);   /* the same; "" for 0, which is nobody and nothing */
