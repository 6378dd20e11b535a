/* A segment of foreign bytes.  First byte 0: the bytes as they are.  Else: a sound
 * header, and the rest cut into frames with fitting checksums, so that the fuzzer
 * gets behind them; byte 2 seals the body as a batch for this place. */
#include "base/fuzz.h"
#include "event/read/seg_read.h"
#include "event/record.h"

static uint8_t room[300000], plain[SEG_INNER_HEAD + SEG_BATCH_MAX];

static void keys_make(struct seg_keys *k)
{
	static const uint8_t seed[crypto_box_SEEDBYTES] = { 1 };
	FUZZ_CHECK(sodium_init() >= 0 && crypto_box_seed_keypair(k->pub, k->key, seed) == 0);
}

static struct str sealed(struct str inner, uint32_t first, const struct seg_keys *k, uint8_t *out)
{
	static uint8_t m[SEG_INNER_HEAD + 4096];
	struct wr w = wr_over(m, sizeof m), h = wr_over(out, SEG_BATCH_HEAD);
	inner = str_upto(inner, 4096);
	wr_u64le(&w, 7);
	wr_u64le(&w, 3);
	wr_u32le(&w, first);
	rec_put(&w, EVENT_VISIT, 1, inner);
	if (w.bad)
		return STR("");
	wr_u32le(&h, first);
	wr_u16le(&h, 1);
	FUZZ_CHECK(crypto_box_seal(out + SEG_BATCH_HEAD, m, wr_len(&w), k->pub) == 0);
	return (struct str){ (char *)out, SEG_BATCH_HEAD + SEG_SEAL + wr_len(&w) };
}

static struct str made_of(struct str script, const struct seg_keys *k)
{
	static uint8_t box[8192];
	struct seg_header h = { .gate = 7, .sequence = 3, .worker = "dns-1" };
	struct wr w = wr_over(room, sizeof room);
	struct rd r = rd_over(script);
	memcpy(h.key_id, k->key_id, sizeof h.key_id);
	seg_header_put(wr_room(&w, SEG_HEADER), &h);
	while (!r.bad && rd_left(&r)) {
		uint8_t kind = rd_u8(&r), n = rd_u8(&r);
		struct str body = rd_bytes(&r, n);
		rec_put(&w, kind & 3, 1, kind & 4 ? sealed(body, n % 8, k, box) : body);
	}
	return (struct str){ (char *)room, wr_len(&w) };
}

FUZZ(segment_read, bytes)
{
	struct seg_keys k = { 0 };
	struct seg_in s;
	struct seg_damage d;
	struct rec rec;
	struct event e;
	uint32_t number, last = 0;
	keys_make(&k);
	struct str rest = str_from(bytes, 1), seg = bytes.n && bytes.p[0] ? made_of(rest, &k) : rest;
	if (seg_in_begin(&s, seg, plain) != OK)
		return;
	for (size_t steps = 0;; steps++) {
		FUZZ_CHECK(steps <= 3 * seg.n + 10);         /* it always comes to an end */
		enum seg_step step = seg_in_step(&s, seg, 0, &k, &d);
		if (step == SEG_STEP_TAIL || step == SEG_STEP_DONE)
			break;
		if (step == SEG_STEP_DAMAGE)
			FUZZ_CHECK(d.damage != SPOOL_FINE && d.offset <= seg.n);
		while (step == SEG_STEP_BATCH && seg_in_record(&s, &rec, &number) == OK) {
			FUZZ_CHECK(number >= last);
			last = number + 1;
			(void)event_get(&rec, &e);       /* must not crash */
		}
	}
}
