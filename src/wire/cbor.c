#include "wire/cbor.h"

enum cbor_kind cbor_next(const struct rd *r)
{
	return r->bad || rd_left(r) == 0 ? CBOR_TAG : (enum cbor_kind)(*r->p >> 5);
}

static uint64_t fail(struct rd *r)
{
	r->bad = true;
	return 0;
}

/* RFC 8949 3, 4.2.1: the number of an item's head, in its shortest form. */
static uint64_t head(struct rd *r, enum cbor_kind want)
{
	static const uint64_t least[] = { 24, 0x100, 0x10000, 0x100000000 };
	uint8_t first = rd_u8(r), low = first & 31;
	if (r->bad || first >> 5 != want || low > 27)
		return fail(r);
	if (low < 24)
		return low;
	uint64_t n = rd_be(r, (size_t)1 << (low - 24));
	return n < least[low - 24] ? fail(r) : n;
}

int64_t cbor_int(struct rd *r)
{
	enum cbor_kind kind = cbor_next(r);
	if (kind != CBOR_UINT && kind != CBOR_NINT)
		return (int64_t)fail(r);
	uint64_t n = head(r, kind);
	if (n > INT64_MAX)
		return (int64_t)fail(r);
	return kind == CBOR_UINT ? (int64_t)n : -1 - (int64_t)n;
}

static struct str piece(struct rd *r, enum cbor_kind kind)
{
	uint64_t n = head(r, kind);
	if (n > rd_left(r)) {
		r->bad = true;
		return STR_NONE;
	}
	return rd_bytes(r, (size_t)n);
}

struct str cbor_bytes(struct rd *r) { return piece(r, CBOR_BYTES); }

struct str cbor_text(struct rd *r)
{
	struct str s = piece(r, CBOR_TEXT);
	if (s.n && !str_utf8(s))
		r->bad = true;
	return s;
}

size_t cbor_map(struct rd *r)
{
	uint64_t n = head(r, CBOR_MAP);
	return n > CBOR_ITEMS_MAX ? (size_t)fail(r) : (size_t)n;
}

static void skip(struct rd *r, int depth);

static void skip_items(struct rd *r, enum cbor_kind kind, int depth)
{
	uint64_t n = head(r, kind);
	if (n > CBOR_ITEMS_MAX || depth == 0)
		r->bad = true;
	for (uint64_t i = 0; !r->bad && i < (kind == CBOR_MAP ? 2 * n : n); i++)
		skip(r, depth - 1);
}

static void skip(struct rd *r, int depth)
{
	switch (cbor_next(r)) {
	case CBOR_UINT:
	case CBOR_NINT:   (void)cbor_int(r); break;
	case CBOR_BYTES:  (void)cbor_bytes(r); break;
	case CBOR_TEXT:   (void)cbor_text(r); break;
	case CBOR_ARRAY:  skip_items(r, CBOR_ARRAY, depth); break;
	case CBOR_MAP:    skip_items(r, CBOR_MAP, depth); break;
	case CBOR_SIMPLE:                        /* false, true, null */
		if (head(r, CBOR_SIMPLE) - 20 > 2)
			r->bad = true;
		break;
	default:          r->bad = true;
	}
}

void cbor_skip(struct rd *r) { skip(r, CBOR_DEPTH); }
