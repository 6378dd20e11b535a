#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 16 * 1024, ALIGN = 16 };

struct arena_block {
	struct arena_block *next;
	size_t used, cap;
	_Alignas(ALIGN) unsigned char bytes[];
};

static struct arena_block *block_add(struct arena *a, size_t need)
{
	size_t cap = need > BLOCK_BYTES ? need : BLOCK_BYTES;
	struct arena_block *b = mem_grow(NULL, sizeof *b + cap);     /* zeroed as it is handed out: most blocks stay half empty */
	b->used = 0;
	b->cap = cap;
	b->next = a->head;
	a->head = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	size_t need = (bytes + ALIGN - 1) / ALIGN * ALIGN;
	if (need < bytes)
		abort();
	struct arena_block *b = a->head;
	if (!b || b->cap - b->used < need)
		b = block_add(a, need);
	void *p = memset(b->bytes + b->used, 0, need);
	b->used += need;
	a->used += need;
	return p;
}

void arena_done(struct arena *a)
{
	while (a->head) {
		struct arena_block *b = a->head;
		a->head = b->next;
		mem_free(&b);
	}
	a->used = 0;
}

struct str arena_str(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

const char *arena_z(struct arena *a, struct str s)
{
	return arena_str(a, s).p;
}

struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	char *p = arena_alloc(a, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, fmt, again);  /* same arguments, known length */
	va_end(again);
	return (struct str){ p, (size_t)n };
}

struct str arena_i64(struct arena *a, int64_t n) { return arena_fmt(a, "%lld", (long long)n); }
struct str arena_id(struct arena *a, int64_t id) { return id ? arena_i64(a, id) : STR(""); }
