/* table.h - how the small sections of a snapshot are written: little-endian
 * numbers, texts with a 16-bit length.  Read through base/rd.h. */
#pragma once
#include "base/buf.h"
#include "base/rd.h"

static inline void tab_num(struct buf *b, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		buf_byte(b, (char)(uint8_t)(v >> (8 * i)));
}
/* Longer than 65535 bytes is cut: whoever compiles has limited it before. */
static inline void tab_text(struct buf *b, struct str s)
{
	s = str_upto(s, 65535);
	tab_num(b, s.n, 2);
	buf_add(b, s);
}
/* A text as a view; empty reads back as absent. */
static inline struct str rd_text(struct rd *r)
{
	struct str s = rd_bytes(r, rd_u16le(r));
	return s.n ? s : STR_NONE;
}
/* A count of things that take at least `least` bytes each: more than can be there is bad. */
static inline uint32_t rd_count(struct rd *r, size_t least, size_t max)
{
	uint32_t n = rd_u32le(r);
	if (n > max || (uint64_t)n * least > rd_left(r))
		r->bad = true;
	return r->bad ? 0 : n;
}
