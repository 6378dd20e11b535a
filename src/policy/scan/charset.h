/* charset.h - which characters the bytes of a page stand for (WHATWG Encoding,
 * the part that school pages meet): UTF-8, UTF-16 in both orders, and the
 * single-byte sets.  Where a page does not say, bytes are read as UTF-8 and those
 * that are none as windows-1252.  East Asian multi-byte sets other than Unicode
 * are read that way too: their Latin text is seen, the rest is not. */
#pragma once
#include "base/str.h"

struct charset {
	const uint16_t *high;       /* what 0x80 to 0xff mean (0: nothing); NULL: UTF-8 */
	uint8_t wide;               /* 0; 1: UTF-16 little-endian; 2: big-endian */
};

/* A label as in `charset=...`; unknown ones give UTF-8. */
struct charset charset_of(struct str label);
/* Of a Content-Type; false when it names none. */
bool charset_in(struct str content_type, struct charset *out);
/* What a byte means that is no UTF-8. */
uint32_t charset_1252(uint8_t byte);
