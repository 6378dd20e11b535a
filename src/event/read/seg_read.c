#include "event/read/seg_read.h"

#include "base/hash.h"

enum err seg_in_begin(struct seg_in *s, struct str bytes, uint8_t *plain)
{
	struct seg_header h;
	TRY(seg_header_get(bytes, &h));
	*s = (struct seg_in){ .header = h, .at = SEG_HEADER, .plain = plain };
	crypto_hash_sha256_init(&s->digest);
	crypto_hash_sha256_update(&s->digest, (const unsigned char *)bytes.p, SEG_HEADER);
	return OK;
}

void seg_in_digest(const struct seg_in *s, uint8_t out[SEG_DIGEST])
{
	crypto_hash_sha256_state copy = s->digest;
	crypto_hash_sha256_final(&copy, out);
}

static enum seg_step harm(struct seg_in *s, struct seg_damage *out, enum spool_damage d, uint64_t offset, uint64_t missing)
{
	*out = (struct seg_damage){ d, offset, missing };
	s->damaged = true;
	return SEG_STEP_DAMAGE;
}

/* Opens the box; true when it was made for this place. */
static bool unseal(struct seg_in *s, struct str box, uint32_t first, const struct seg_keys *k)
{
	if (box.n < SEG_SEAL + SEG_INNER_HEAD || box.n > SEG_SEAL + SEG_INNER_HEAD + SEG_BATCH_MAX)
		return false;
	if (crypto_box_seal_open(s->plain, (const unsigned char *)box.p, box.n, k->pub, k->key))
		return false;
	struct rd r = rd_over((struct str){ (char *)s->plain, box.n - SEG_SEAL });
	bool here = rd_u64le(&r) == s->header.gate;
	here = rd_u64le(&r) == s->header.sequence && here;
	here = rd_u32le(&r) == first && here;
	s->inner = (struct str){ (const char *)r.p, rd_left(&r) };
	return here;
}

static void open_batch(struct seg_in *s, uint32_t first, uint32_t count)
{
	s->inner_at = 0;
	s->inner_record = first;
	s->inner_end = first + count;
	s->records = s->inner_end;
}

/* The frame at s->at is a whole batch; s->at moves past it. */
static enum seg_step step_batch(struct seg_in *s, const struct rec *f, size_t from, uint32_t skip,
                                const struct seg_keys *k, struct seg_damage *out)
{
	struct rd r = rd_over(f->body);
	uint32_t first = rd_u32le(&r), count = rd_u16le(&r);
	struct str box = { (const char *)r.p, rd_left(&r) };
	if (r.bad || count == 0 || first > UINT32_MAX - count || first < s->records)
		return harm(s, out, SPOOL_BAD_ORDER, from, 0);
	if (first > s->records) {                      /* report what is missing, then read this batch */
		uint64_t missing = first - s->records;
		s->records = first;
		s->at = from;
		return harm(s, out, SPOOL_BAD_ORDER, from, missing);
	}
	if (first + count <= skip) {
		s->records = first + count;
		return SEG_STEP_TAIL;                  /* the caller goes on: see seg_in_step */
	}
	if (!unseal(s, box, first, k)) {
		s->records = first + count;
		return harm(s, out, SPOOL_BAD_SEAL, from, count);
	}
	open_batch(s, first, count);
	return SEG_STEP_BATCH;
}

static enum seg_step step_end(struct seg_in *s, const struct rec *f, size_t from, struct str bytes, const uint8_t before[SEG_DIGEST],
                              struct seg_damage *out)
{
	struct rd r = rd_over(f->body);
	uint32_t records = rd_u32le(&r);
	struct str digest = rd_bytes(&r, SEG_DIGEST);
	if (rd_end(&r) != OK || records < s->records)
		return harm(s, out, SPOOL_BAD_END, from, 0);
	s->ended = true;
	if (records > s->records)
		return harm(s, out, SPOOL_BAD_ORDER, from, records - s->records);
	if (s->damaged)                                /* reported already; the digest cannot fit */
		return SEG_STEP_DONE;
	struct rec more;
	size_t past = s->at;
	if (!hash_same(digest.p, before, SEG_DIGEST) || rec_next(bytes, &past, &more) != ERR_END)
		return harm(s, out, SPOOL_BAD_END, from, 0);
	return SEG_STEP_DONE;
}

static void take(struct seg_in *s, struct str bytes, size_t from)
{
	crypto_hash_sha256_update(&s->digest, (const unsigned char *)bytes.p + from, s->at - from);
}

/* After damage: the next place where a whole frame stands; false when there is none (yet). */
static bool search(struct seg_in *s, struct str bytes, struct rec *f)
{
	for (size_t at = s->at; at + REC_HEAD <= bytes.n; at++) {
		size_t past = at;
		if (rec_plausible(bytes, at) && rec_next(bytes, &past, f) == OK && (f->kind == SEG_BATCH || f->kind == SEG_END)) {
			s->at = at;
			return true;
		}
	}
	return false;
}

enum seg_step seg_in_step(struct seg_in *s, struct str bytes, uint32_t skip, const struct seg_keys *k, struct seg_damage *out)
{
	struct rec f;
	while (!s->ended) {
		if (s->searching && !search(s, bytes, &f))
			return SEG_STEP_TAIL;
		size_t from = s->at;
		enum err e = rec_next(bytes, &s->at, &f);
		if (e == ERR_CORRUPT) {
			s->searching = true;
			return harm(s, out, SPOOL_BAD_RECORD, from, 0);
		}
		if (e != OK)
			return SEG_STEP_TAIL;
		s->searching = false;
		uint8_t before[SEG_DIGEST];
		seg_in_digest(s, before);
		if (f.kind == SEG_END) {
			take(s, bytes, from);
			return step_end(s, &f, from, bytes, before, out);
		}
		enum seg_step step = f.kind == SEG_BATCH ? step_batch(s, &f, from, skip, k, out) : SEG_STEP_TAIL;
		if (s->at > from)
			take(s, bytes, from);
		if (step != SEG_STEP_TAIL)
			return step;
	}
	return SEG_STEP_DONE;
}

enum err seg_in_record(struct seg_in *s, struct rec *out, uint32_t *number)
{
	if (s->inner_record == s->inner_end)
		return s->inner_at == s->inner.n ? ERR_END : ERR_CORRUPT;
	TRY(rec_next(s->inner, &s->inner_at, out) == OK ? OK : ERR_CORRUPT);
	*number = s->inner_record++;
	return OK;
}
