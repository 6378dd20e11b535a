/* wr.h - writes numbers and bytes into a fixed room; overflow sticks. */
#pragma once
#include "base/str.h"

struct wr { uint8_t *p, *start, *end; bool bad; };

static inline struct wr wr_over(void *p, size_t n)
{
	return (struct wr){ p, p, (uint8_t *)p + n, false };
}
static inline size_t wr_len(const struct wr *w) { return (size_t)(w->p - w->start); }
static inline uint8_t *wr_room(struct wr *w, size_t n)
{
	if (w->bad || (size_t)(w->end - w->p) < n) {
		w->bad = true;
		return NULL;
	}
	uint8_t *p = w->p;
	w->p += n;
	__asm__("" : "+r"(p));          /* gcc 12 at -O2 warns of paths that the check above excludes */
	return p;
}
static inline void wr_be(struct wr *w, uint64_t v, size_t n)
{
	uint8_t *p = wr_room(w, n);
	for (size_t i = 0; p && i < n; i++)
		p[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}
static inline void wr_le(struct wr *w, uint64_t v, size_t n)
{
	uint8_t *p = wr_room(w, n);
	for (size_t i = 0; p && i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}
static inline void wr_u8(struct wr *w, uint8_t v) { wr_be(w, v, 1); }
static inline void wr_u16(struct wr *w, uint16_t v) { wr_be(w, v, 2); }          /* network order */
static inline void wr_u32(struct wr *w, uint32_t v) { wr_be(w, v, 4); }
static inline void wr_u64(struct wr *w, uint64_t v) { wr_be(w, v, 8); }
static inline void wr_u16le(struct wr *w, uint16_t v) { wr_le(w, v, 2); }
static inline void wr_u32le(struct wr *w, uint32_t v) { wr_le(w, v, 4); }
static inline void wr_u64le(struct wr *w, uint64_t v) { wr_le(w, v, 8); }
static inline void wr_bytes(struct wr *w, struct str s)
{
	uint8_t *p = wr_room(w, s.n);
	if (p && s.n)
		memcpy(p, s.p, s.n);
}
static inline enum err wr_ok(const struct wr *w) { return w->bad ? ERR_LIMIT : OK; }
