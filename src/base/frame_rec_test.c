#include "base/frame_rec.h"
#include "base/test.h"

static struct str two_records(uint8_t *room, size_t cap)
{
	struct wr w = wr_over(room, cap);
	rec_put(&w, 7, 1, STR("first"));
	rec_put(&w, 8, 2, STR(""));
	CHECK_OK(wr_ok(&w));
	return (struct str){ (char *)room, wr_len(&w) };
}

TEST(frame_rec, reads_back_what_was_written)
{
	uint8_t room[128];
	struct str s = two_records(room, sizeof room);
	size_t at = 0;
	struct rec r;
	CHECK_OK(rec_next(s, &at, &r));
	CHECK(r.kind == 7 && r.version == 1 && str_is(r.body, "first"));
	CHECK_OK(rec_next(s, &at, &r));
	CHECK(r.kind == 8 && r.version == 2 && r.body.n == 0);
	CHECK_ERR(rec_next(s, &at, &r), ERR_END);
	CHECK_INT(at, s.n);
}

TEST(frame_rec, every_cut_is_a_torn_tail)
{
	uint8_t room[128];
	struct str s = two_records(room, sizeof room);
	for (size_t n = 1; n < REC_HEAD + 5; n++) {
		size_t at = 0;
		struct rec r;
		CHECK_ERR(rec_next(str_upto(s, n), &at, &r), ERR_SYNTAX);
		CHECK_INT(at, 0);
	}
}

TEST(frame_rec, every_flipped_bit_is_corrupt)
{
	uint8_t room[128];
	struct str s = two_records(room, sizeof room);
	for (size_t bit = 0; bit < (REC_HEAD + 5) * 8; bit++) {
		size_t at = 0;
		struct rec r;
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_ERR(rec_next(s, &at, &r), ERR_CORRUPT);
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

TEST(frame_rec, zero_bytes_end_a_preallocated_file)
{
	uint8_t room[128] = { 0 };
	struct str s = two_records(room, sizeof room);
	size_t at = s.n;
	struct rec r;
	CHECK_ERR(rec_next((struct str){ (char *)room, sizeof room }, &at, &r), ERR_END);
}

TEST(frame_rec, refuses_a_body_past_the_limit)
{
	static char big[REC_MAX + 1];
	static uint8_t room[REC_MAX + 64];
	struct wr w = wr_over(room, sizeof room);
	rec_put(&w, 1, 1, (struct str){ big, sizeof big });
	CHECK_ERR(wr_ok(&w), ERR_LIMIT);
}
