#include "base/frame_rec.h"

#include "base/hash.h"

static void put_le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static struct str view(const uint8_t *p, size_t n)
{
	return (struct str){ (const char *)p, n };
}

void rec_head(uint8_t out[REC_HEAD], uint16_t kind, uint16_t version, struct str body)
{
	put_le(out, body.n, 4);
	put_le(out + 4, kind, 2);
	put_le(out + 6, version, 2);
	uint32_t head = hash_crc32c(0, view(out, 8));
	put_le(out + 8, head, 4);
	put_le(out + 12, hash_crc32c(head, body), 4);
}

void rec_put(struct wr *w, uint16_t kind, uint16_t version, struct str body)
{
	uint8_t head[REC_HEAD];
	if (body.n > REC_MAX || w->bad || (size_t)(w->end - w->p) < REC_HEAD + body.n) {
		w->bad = true;
		return;
	}
	rec_head(head, kind, version, body);
	wr_bytes(w, view(head, REC_HEAD));
	wr_bytes(w, body);
}

static bool all_zero(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			return false;
	return true;
}

enum err rec_next(struct str bytes, size_t *at, struct rec *out)
{
	struct str rest = str_from(bytes, *at);
	if (rest.n == 0)
		return ERR_END;
	if (rest.n < REC_HEAD)
		return all_zero(rest) ? ERR_END : ERR_SYNTAX;
	struct rd r = rd_over(rest);
	uint32_t n = rd_u32le(&r);
	struct rec got = { .kind = rd_u16le(&r), .version = rd_u16le(&r) };
	uint32_t head = rd_u32le(&r), whole = rd_u32le(&r);
	if (head != hash_crc32c(0, str_upto(rest, 8)))
		return all_zero(rest) ? ERR_END : ERR_CORRUPT;
	if (n > REC_MAX)
		return ERR_CORRUPT;
	if (rd_left(&r) < n)
		return ERR_SYNTAX;
	got.body = str_upto(str_from(rest, REC_HEAD), n);
	if (whole != hash_crc32c(head, got.body))
		return ERR_CORRUPT;
	*at += REC_HEAD + n;
	*out = got;
	return OK;
}

bool rec_plausible(struct str bytes, size_t at)
{
	struct str rest = str_from(bytes, at);
	if (rest.n < REC_HEAD)
		return false;
	struct rd r = rd_over(str_from(rest, 8));
	return rd_u32le(&r) == hash_crc32c(0, str_upto(rest, 8));
}
