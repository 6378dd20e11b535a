/* rd.h - a cursor over foreign bytes whose first error sticks, so that a
 * parser is straight-line code with one check at the end (rd_ok or rd_end).
 * After an error every read gives zero. */
#pragma once
#include "base/str.h"

struct rd { const uint8_t *p, *end; bool bad; };

static inline struct rd rd_over(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;
	return (struct rd){ p, s.n ? p + s.n : p, false };      /* nothing may be added to an absent text */
}
static inline size_t rd_left(const struct rd *r) { return (size_t)(r->end - r->p); }
static inline const uint8_t *rd_take(struct rd *r, size_t n)
{
	if (r->bad || rd_left(r) < n) {
		r->bad = true;
		return NULL;
	}
	const uint8_t *p = r->p;
	r->p = n ? p + n : p;
	return p;
}
static inline uint64_t rd_be(struct rd *r, size_t n)
{
	const uint8_t *p = rd_take(r, n);
	uint64_t v = 0;
	for (size_t i = 0; p && i < n; i++)
		v = v << 8 | p[i];
	return v;
}
static inline uint64_t rd_le(struct rd *r, size_t n)
{
	const uint8_t *p = rd_take(r, n);
	uint64_t v = 0;
	for (size_t i = n; p && i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}
static inline uint8_t  rd_u8(struct rd *r) { return (uint8_t)rd_be(r, 1); }
static inline uint16_t rd_u16(struct rd *r) { return (uint16_t)rd_be(r, 2); }   /* network order */
static inline uint32_t rd_u32(struct rd *r) { return (uint32_t)rd_be(r, 4); }
static inline uint64_t rd_u64(struct rd *r) { return rd_be(r, 8); }
static inline uint16_t rd_u16le(struct rd *r) { return (uint16_t)rd_le(r, 2); }
static inline uint32_t rd_u32le(struct rd *r) { return (uint32_t)rd_le(r, 4); }
static inline uint64_t rd_u64le(struct rd *r) { return rd_le(r, 8); }
static inline struct str rd_bytes(struct rd *r, size_t n)
{
	const uint8_t *p = rd_take(r, n);
	return p ? (struct str){ (const char *)p, n } : STR_NONE;
}
static inline enum err rd_ok(const struct rd *r) { return r->bad ? ERR_SYNTAX : OK; }
/* The same, and everything has been read. */
static inline enum err rd_end(const struct rd *r) { return r->bad || rd_left(r) ? ERR_SYNTAX : OK; }
