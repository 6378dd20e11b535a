/* Every byte of a spool flipped, cut and swapped: reported or refused, never believed. */
#include "event/both/spool_testing.h"
#include "event/segment.h"

enum { EVENTS = 6, MAX_SEG = 3 };

struct pieces { struct rig g; struct buf seg[MAX_SEG + 1]; size_t frame[8], frames; };

static const char *name_of(uint64_t sequence)
{
	static char name[32];
	seg_name(sequence, name);
	return name;
}

/* Three segments of two batches each. */
static struct pieces pieces_new(void)
{
	struct pieces p = { .g = rig_new() };
	for (uint64_t k = 1; k <= MAX_SEG; k++) {
		struct spool *s = rig_writer(&p.g, (struct spool_options){ .reserve_bytes = 4096 });
		CHECK_OK(spool_add_durable(s, visit(2 * k - 1)));
		CHECK_OK(spool_add_durable(s, visit(2 * k)));
		spool_close(&s);
		p.seg[k] = buf_init(1 << 16);
		CHECK_OK(file_read(rig_path(&p.g, name_of(k)), &p.seg[k]));
	}
	size_t at = SEG_HEADER;
	struct rec r;
	do
		p.frame[p.frames++] = at;
	while (rec_next(buf_str(&p.seg[2]), &at, &r) == OK);
	CHECK_INT(p.frames, 4);                          /* two batches, the end mark, the end */
	return p;
}

static void pieces_done(struct pieces *p)
{
	for (int k = 1; k <= MAX_SEG; k++)
		buf_done(&p->seg[k]);
}

static void put(const struct pieces *p, uint64_t k, struct str bytes)
{
	FILE *f = fopen(rig_path(&p->g, name_of(k)), "wb");
	CHECK(f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n && fclose(f) == 0);
}

struct outcome { unsigned seen, findings; bool wrong; enum err last; };

/* Reads everything; an event that was never written, or one twice, is wrong. */
static struct outcome walk(const struct pieces *p)
{
	struct outcome o = { 0 };
	bool had[EVENTS + 1] = { 0 };
	struct spool_reader *r = rig_reader(&p->g, 1, 0);
	struct event e;
	for (int step = 0; step < 100; step++) {
		o.last = spool_reader_next(r, &e, NULL);
		if (o.last == ERR_END || o.last == ERR_CRYPTO || o.last == ERR_VERSION)
			break;
		if (o.last == ERR_CORRUPT) {
			o.findings++;
			CHECK(spool_reader_finding(r)->damage != SPOOL_FINE && spool_reader_finding(r)->text[0]);
			continue;
		}
		const struct event *want = visit(e.count <= EVENTS ? e.count : 0);
		o.wrong = o.wrong || o.last != OK || !event_known(e.kind) || e.count < 1 || e.count > EVENTS || had[e.count] ||
		          e.at_ms != want->at_ms || !str_eq(e.host, want->host);
		if (!o.wrong)
			had[e.count] = true;
		o.seen++;
	}
	spool_reader_free(&r);
	return o;
}

TEST(spool_damage, untouched_there_is_no_finding)
{
	struct pieces p = pieces_new();
	struct outcome o = walk(&p);
	CHECK(o.seen == EVENTS && o.findings == 0 && !o.wrong);
	pieces_done(&p);
}

TEST(spool_damage, every_flipped_byte_is_reported_and_nothing_false_is_believed)
{
	struct pieces p = pieces_new();
	for (uint64_t k = 1; k <= MAX_SEG; k++) {
		for (size_t i = 0; i < p.seg[k].n; i++) {
			p.seg[k].p[i] = (char)(p.seg[k].p[i] ^ (1 << i % 8));
			put(&p, k, buf_str(&p.seg[k]));
			struct outcome o = walk(&p);
			CHECK(o.findings >= 1 && !o.wrong && o.seen >= EVENTS - 2);
			p.seg[k].p[i] = (char)(p.seg[k].p[i] ^ (1 << i % 8));
		}
		put(&p, k, buf_str(&p.seg[k]));
	}
	pieces_done(&p);
}

TEST(spool_damage, a_damaged_batch_does_not_take_its_neighbours_along)
{
	struct pieces p = pieces_new();
	p.seg[2].p[p.frame[0] + REC_HEAD + 20] ^= 1;
	put(&p, 2, buf_str(&p.seg[2]));
	struct outcome o = walk(&p);
	CHECK(o.seen == EVENTS - 1 && o.findings >= 1 && !o.wrong);
	pieces_done(&p);
}

TEST(spool_damage, every_cut_before_the_newest_segment_is_reported)
{
	struct pieces p = pieces_new();
	for (size_t n = 0; n < p.seg[2].n; n++) {
		put(&p, 2, str_upto(buf_str(&p.seg[2]), n));
		struct outcome o = walk(&p);
		CHECK(o.findings >= 1 && !o.wrong && o.seen >= 4);
	}
	pieces_done(&p);
}

TEST(spool_damage, the_newest_segment_cut_short_gives_only_what_is_whole)
{
	struct pieces p = pieces_new();
	for (size_t n = 0; n < p.seg[3].n; n++) {
		put(&p, 3, str_upto(buf_str(&p.seg[3]), n));
		struct outcome o = walk(&p);
		unsigned whole = n >= p.frame[2] ? 6 : n >= p.frame[1] ? 5 : 4;
		CHECK(!o.wrong && o.seen == whole);
	}
	pieces_done(&p);
}

TEST(spool_damage, a_spool_shorter_than_the_cursor_is_reported)
{
	struct pieces p = pieces_new();
	struct event e;
	put(&p, 3, str_upto(buf_str(&p.seg[3]), p.frame[1]));
	struct spool *s = rig_writer(&p.g, (struct spool_options){ .reserve_bytes = 4096 });
	CHECK_OK(spool_add_durable(s, visit(1)));
	struct spool_reader *r = rig_reader(&p.g, 3, 2);
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_CORRUPT);
	CHECK_INT(spool_reader_finding(r)->damage, SPOOL_BAD_BACK);
	CHECK_INT(spool_reader_finding(r)->missing, 1);
	CHECK_OK(spool_reader_next(r, &e, NULL));
	spool_reader_free(&r);
	r = rig_reader(&p.g, 30, 0);
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_CORRUPT);
	CHECK_INT(spool_reader_finding(r)->damage, SPOOL_BAD_BACK);
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_END);
	spool_reader_free(&r);
	spool_close(&s);
	pieces_done(&p);
}

TEST(spool_damage, a_missing_segment_is_a_gap)
{
	struct pieces p = pieces_new();
	struct event e;
	CHECK_OK(file_remove(rig_path(&p.g, name_of(2))));
	struct spool_reader *r = rig_reader(&p.g, 1, 0);
	CHECK_OK(spool_reader_next(r, &e, NULL));
	CHECK_OK(spool_reader_next(r, &e, NULL));
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_CORRUPT);
	CHECK(spool_reader_finding(r)->damage == SPOOL_BAD_GAP && spool_reader_finding(r)->missing == 1);
	CHECK_OK(spool_reader_next(r, &e, NULL));
	CHECK_INT(e.count, 5);
	spool_reader_free(&r);
	pieces_done(&p);
}

TEST(spool_damage, swapped_segments_and_swapped_batches_are_reported)
{
	struct pieces p = pieces_new();
	put(&p, 2, buf_str(&p.seg[1]));
	put(&p, 1, buf_str(&p.seg[2]));
	struct outcome o = walk(&p);
	CHECK(o.findings >= 2 && !o.wrong && o.seen == 2);
	put(&p, 1, buf_str(&p.seg[1]));
	AUTO(buf_done) struct buf b = buf_init(1 << 16);
	struct str s = buf_str(&p.seg[2]);
	buf_add(&b, str_upto(s, p.frame[0]));
	buf_add(&b, str_upto(str_from(s, p.frame[1]), p.frame[2] - p.frame[1]));
	buf_add(&b, str_upto(str_from(s, p.frame[0]), p.frame[1] - p.frame[0]));
	buf_add(&b, str_from(s, p.frame[2]));
	put(&p, 2, buf_str(&b));
	o = walk(&p);
	CHECK(o.findings >= 2 && !o.wrong);
	pieces_done(&p);
}

TEST(spool_damage, a_batch_from_elsewhere_is_not_believed_and_a_doubled_one_counts_once)
{
	struct pieces p = pieces_new();
	AUTO(buf_done) struct buf b = buf_init(1 << 16);
	struct str s = buf_str(&p.seg[2]), other = buf_str(&p.seg[1]);
	buf_add(&b, str_upto(s, p.frame[0]));
	buf_add(&b, str_upto(str_from(other, p.frame[0]), p.frame[1] - p.frame[0]));
	buf_add(&b, str_from(s, p.frame[1]));
	put(&p, 2, buf_str(&b));
	struct outcome o = walk(&p);
	CHECK(o.findings >= 1 && !o.wrong && o.seen == EVENTS - 1);
	buf_clear(&b);
	buf_add(&b, str_upto(s, p.frame[1]));
	buf_add(&b, str_from(s, p.frame[0]));
	put(&p, 2, buf_str(&b));
	o = walk(&p);
	CHECK(o.findings >= 1 && !o.wrong && o.seen == EVENTS);
	pieces_done(&p);
}

TEST(spool_damage, bytes_behind_the_end_mark_are_reported)
{
	struct pieces p = pieces_new();
	buf_add(&p.seg[2], STR("x"));
	put(&p, 2, buf_str(&p.seg[2]));
	struct outcome o = walk(&p);
	CHECK(o.findings >= 1 && !o.wrong && o.seen == EVENTS);
	pieces_done(&p);
}
