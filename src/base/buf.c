#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

/* Room for n more bytes and a NUL, or false when the limit forbids it. */
static bool room(struct buf *b, size_t n)
{
	if (b->over || n > b->max - b->n) {
		b->over = true;
		return false;
	}
	if (b->n + n + 1 > b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 256;
		while (cap < b->n + n + 1)
			cap *= 2;
		b->p = mem_grow(b->p, cap);
		b->cap = cap;
	}
	return true;
}

void buf_done(struct buf *b)
{
	mem_free(&b->p);
	b->n = b->cap = 0;
}

void buf_wipe(struct buf *b)
{
	mem_wipe(b->p, b->cap);
	buf_done(b);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->over = false;
}

void buf_add(struct buf *b, struct str s)
{
	if (!room(b, s.n))
		return;
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void buf_reserve(struct buf *b, size_t n)
{
	size_t cap = n < b->max ? n + 1 : b->max + 1;
	if (cap > b->cap) {
		b->p = mem_grow(b->p, cap);
		b->cap = cap;
		b->p[b->n] = '\0';
	}
}

void buf_byte(struct buf *b, char c)
{
	buf_add(b, (struct str){ &c, 1 });
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	if (!room(b, 0))
		return;
	va_start(ap, fmt);
	va_copy(again, ap);
	size_t left = b->cap - b->n;
	int n = vsnprintf(b->p + b->n, left, fmt, ap);       /* mostly there is room */
	va_end(ap);
	if (n < 0 || !room(b, (size_t)n))
		n = 0;
	else if ((size_t)n >= left)
		(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);     /* length is known */
	b->n += (size_t)n;
	b->p[b->n] = '\0';
	va_end(again);
}

void buf_cut(struct buf *b, size_t front)
{
	if (front >= b->n) {
		b->n = 0;
		return;
	}
	memmove(b->p, b->p + front, b->n - front + 1);
	b->n -= front;
}
