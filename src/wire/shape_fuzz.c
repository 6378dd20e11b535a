#include "base/fuzz.h"
#include "wire/shape.h"

struct seen { uint32_t sum; size_t n; };

static void entry(void *owner, struct str name)
{
	struct seen *x = owner;
	FUZZ_CHECK(name.n && name.n <= SHAPE_NAME_MAX);
	for (size_t i = 0; i < name.n; i++)
		x->sum = x->sum * 31 + (uint8_t)name.p[i];
	x->n++;
}

static uint32_t in_pieces(struct str b, size_t piece, struct seen *x)
{
	struct shape s;
	shape_begin(&s, entry, x);
	for (size_t at = 0; at < b.n; at += piece)
		shape_feed(&s, str_upto(str_from(b, at), piece), false);
	shape_feed(&s, STR_NONE, true);
	FUZZ_CHECK(s.over);
	return s.is;
}

/* However it is cut into pieces, it is the same file with the same entries. */
FUZZ(shape, bytes)
{
	struct seen a = { 0 }, b = { 0 }, c = { 0 };
	uint32_t is = in_pieces(bytes, bytes.n + 1, &a);
	FUZZ_CHECK(in_pieces(bytes, 1, &b) == is && a.sum == b.sum && a.n == b.n);
	FUZZ_CHECK(in_pieces(bytes, 37, &c) == is && a.sum == c.sum && a.n == c.n);
}
