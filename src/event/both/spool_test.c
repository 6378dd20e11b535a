/* The spool's writer and reader together: the ordinary life. */
#include "base/clock.h"
#include "event/both/spool_testing.h"
#include "event/segment.h"

TEST(spool, what_goes_in_comes_out_in_order_with_its_name)
{
	struct rig g = rig_new();
	struct spool *s = rig_writer(&g, (struct spool_options){ 0 });
	for (uint64_t i = 1; i <= 1000; i++)
		CHECK_OK(spool_add(s, visit(i)));
	CHECK_OK(spool_add_durable(s, tell("t1")));
	spool_close(&s);
	struct spool_reader *r = rig_reader(&g, 0, 0);
	struct event e;
	struct spool_cursor at;
	for (uint64_t i = 1; i <= 1000; i++) {
		CHECK_OK(spool_reader_next(r, &e, &at));
		CHECK(e.kind == EVENT_VISIT && e.count == i && str_is(e.host, "allowed.example"));
		CHECK(at.segment == 1 && at.record == i - 1 && at.gate != 0);
	}
	CHECK_OK(spool_reader_next(r, &e, &at));
	CHECK(e.kind == EVENT_TELL && str_is(e.text, "somebody was unkind") && at.record == 1000);
	CHECK_ERR(spool_reader_next(r, &e, &at), ERR_END);
	spool_reader_free(&r);
}

TEST(spool, the_gate_cannot_read_its_own_history)
{
	struct rig g = rig_new();
	struct spool *s = rig_writer(&g, (struct spool_options){ 0 });
	CHECK_OK(spool_add_durable(s, tell("told-by-somebody")));
	spool_close(&s);
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	CHECK_OK(file_read(rig_path(&g, "0000000001.seg"), &b));
	CHECK(str_find(buf_str(&b), STR("unkind")) < 0 && str_find(buf_str(&b), STR("told-by")) < 0);
	struct rig other = rig_new();
	memcpy(g.pub, other.pub, 32);
	memcpy(g.key, other.key, 32);
	struct spool_reader *r = rig_reader(&g, 0, 0);
	struct event e;
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_CRYPTO);
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_CRYPTO);        /* it waits for the right key */
	spool_reader_skip(r);
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_END);
	spool_reader_free(&r);
}

TEST(spool, a_live_tail_is_followed_and_a_cursor_resumes)
{
	struct rig g = rig_new();
	struct spool *s = rig_writer(&g, (struct spool_options){ 0 });
	struct spool_reader *r = rig_reader(&g, 0, 0);
	struct event e;
	struct spool_cursor c;
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_END);
	for (uint64_t i = 1; i <= 20; i++) {
		CHECK_OK(spool_add(s, visit(i)));
		CHECK_OK(spool_flush(s));
		CHECK_OK(spool_reader_next(r, &e, NULL));
		CHECK_INT(e.count, i);
		CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_END);
		if (i % 7)
			continue;
		spool_reader_cursor(r, &c);
		spool_reader_free(&r);
		CHECK_OK(spool_reader_open(g.dir, g.pub, g.key, &c, &r));
		if (i == 14) {
			spool_close(&s);             /* a new segment begins */
			s = rig_writer(&g, (struct spool_options){ 0 });
		}
	}
	spool_reader_free(&r);
	spool_close(&s);
}

TEST(spool, segments_turn_over_and_read_ones_are_removed_but_never_the_newest)
{
	struct rig g = rig_new();
	struct spool *s = rig_writer(&g, (struct spool_options){ .segment_bytes = 1000 });
	for (uint64_t i = 1; i <= 50; i++)
		CHECK_OK(spool_add_durable(s, visit(i)));
	uint64_t last = spool_state(s).segment;
	CHECK(last > 5);
	struct spool_reader *r = rig_reader(&g, 0, 0);
	struct event e;
	struct spool_cursor c;
	for (uint64_t i = 1; i <= 50; i++) {
		CHECK_OK(spool_reader_next(r, &e, NULL));
		CHECK_INT(e.count, i);
	}
	spool_reader_cursor(r, &c);
	size_t removed = 0;
	CHECK_OK(spool_discard_before(g.dir, &c, &removed));
	CHECK_INT(removed, last - 1);
	c.segment += 100;
	CHECK_OK(spool_discard_before(g.dir, &c, &removed));
	CHECK_INT(removed, 0);
	spool_close(&s);
	s = rig_writer(&g, (struct spool_options){ 0 });
	CHECK_OK(spool_add_durable(s, visit(51)));
	CHECK_OK(spool_reader_next(r, &e, &c));
	CHECK(e.count == 51 && c.segment == last + 1);
	spool_reader_free(&r);
	spool_close(&s);
}

TEST(spool, a_second_writer_is_kept_out)
{
	struct rig g = rig_new();
	struct spool *s = rig_writer(&g, (struct spool_options){ 0 }), *t = NULL;
	CHECK_ERR(spool_open(g.dir, "dns-1", g.pub, &t), ERR_BUSY);
	CHECK_OK(spool_open(g.dir, "dns-2", g.pub, &t));
	CHECK_ERR(spool_open(g.dir, "../x", g.pub, &t), ERR_INVALID);
	spool_close(&t);
	spool_close(&s);
	AUTO(arena_done) struct arena a = arena_init();
	struct str *names;
	size_t n;
	CHECK_OK(spool_workers(&a, g.dir, &names, &n));
	CHECK(n == 2 && str_is(names[0], "dns-1") && str_is(names[1], "dns-2"));
}

TEST(spool, an_event_waits_half_a_second_at_most)
{
	struct rig g = rig_new();
	clock_fake(1764000000000);
	struct spool *s = rig_writer(&g, (struct spool_options){ 0 });
	struct spool_reader *r = rig_reader(&g, 0, 0);
	struct event e;
	CHECK_OK(spool_add(s, visit(1)));
	CHECK_OK(spool_tick(s, clock_ms()));
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_END);
	clock_step(500);
	CHECK_OK(spool_tick(s, clock_ms()));
	CHECK_OK(spool_reader_next(r, &e, NULL));
	CHECK_OK(spool_add(s, visit(2)));
	clock_step(-5000);                       /* the clock is set back: no longer wait */
	CHECK_OK(spool_tick(s, clock_ms()));
	CHECK_OK(spool_reader_next(r, &e, NULL));
	spool_reader_free(&r);
	spool_close(&s);
	clock_fake(0);
}

TEST(spool, a_torn_tail_is_cut_off_and_nothing_acknowledged_is_lost)
{
	for (size_t cut = 1; cut < 80; cut++) {
		struct rig g = rig_new();
		struct spool *s = rig_writer(&g, (struct spool_options){ .reserve_bytes = 4096 });
		CHECK_OK(spool_add_durable(s, tell("one")));
		AUTO(buf_done) struct buf b = buf_init(1 << 20);
		CHECK_OK(file_read(rig_path(&g, "0000000001.seg"), &b));
		size_t whole = b.n;
		CHECK_OK(spool_add_durable(s, tell("two")));
		spool_close(&s);
		buf_clear(&b);
		CHECK_OK(file_read(rig_path(&g, "0000000001.seg"), &b));
		CHECK_OK(file_replace(rig_path(&g, "0000000001.seg"), str_upto(buf_str(&b), whole + cut), 0640));
		s = rig_writer(&g, (struct spool_options){ .reserve_bytes = 4096 });
		CHECK_OK(spool_add_durable(s, tell("three")));
		struct spool_reader *r = rig_reader(&g, 0, 0);
		struct event e;
		CHECK_OK(spool_reader_next(r, &e, NULL));
		CHECK_STR(e.ref, "one");
		CHECK_OK(spool_reader_next(r, &e, NULL));        /* no finding: a crash is not an edit */
		CHECK_STR(e.ref, "three");
		CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_END);
		spool_reader_free(&r);
		spool_close(&s);
	}
}

TEST(spool, a_segment_that_was_never_born_is_no_gap)
{
	struct rig g = rig_new();
	struct spool *s = rig_writer(&g, (struct spool_options){ 0 });
	CHECK_OK(spool_add_durable(s, visit(1)));
	spool_close(&s);
	CHECK_OK(file_create(rig_path(&g, "0000000002.seg"), STR("GHSPOOL"), 0640));
	struct spool_reader *r = rig_reader(&g, 0, 0);
	struct event e;
	CHECK_OK(spool_reader_next(r, &e, NULL));
	CHECK_ERR(spool_reader_next(r, &e, NULL), ERR_END);
	s = rig_writer(&g, (struct spool_options){ 0 });
	CHECK_OK(spool_add_durable(s, visit(2)));
	CHECK_OK(spool_reader_next(r, &e, NULL));
	CHECK_INT(e.count, 2);
	spool_reader_free(&r);
	spool_close(&s);
}
