/* cut.h - text made shorter without cutting a character of UTF-8 in two. */
#pragma once
#include "base/str.h"

/* The first `max` bytes at most, fewer when a character would be cut. */
static inline struct str str_cut(struct str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;
	while (n < s.n && n > 0 && ((uint8_t)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_upto(s, n);
}
