#include "policy/compile/live_write.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/test.h"
#include "io/file.h"

struct fixture { const char *dir, *path; int dir_fd; struct arena a; struct live_log *log; struct live *live; struct live_tail *tail; };

static void begin(struct fixture *f)
{
	bool damaged;
	*f = (struct fixture){ .dir = test_dir(), .a = arena_init() };
	f->path = arena_fmt(&f->a, "%s/live.log", f->dir).p;
	f->dir_fd = open(f->dir, O_RDONLY | O_DIRECTORY);
	CHECK(f->dir_fd >= 0);
	CHECK_OK(live_log_open(f->dir, &f->log, &damaged));
	CHECK(!damaged);
	f->live = live_new();
	f->tail = live_tail_new(f->dir_fd);
}

static void end(struct fixture *f)
{
	live_log_close(&f->log);
	live_tail_free(&f->tail);
	live_free(&f->live);
	close(f->dir_fd);
	arena_done(&f->a);
}

static size_t poll(struct fixture *f)
{
	size_t applied;
	CHECK_OK(live_tail_poll(f->tail, f->live, 100, &applied));
	return applied;
}

static struct live_record allow(uint32_t id, int64_t until)
{
	return (struct live_record){ .kind = LIVE_ALLOW, .at_utc = 50, .until_utc = until, .id = id, .host = STR("a.test") };
}

static struct live_record session(int64_t class_id)
{
	return (struct live_record){ .kind = LIVE_SESSION, .at_utc = 50, .until_utc = 500, .class_id = class_id };
}

TEST(live_log, what_is_added_is_in_the_gate_at_its_next_look)
{
	struct fixture f;
	struct live_record r = allow(1, 500), bad = allow(0, 500);
	begin(&f);
	CHECK_INT(poll(&f), 0);
	CHECK_OK(live_log_add(f.log, &r));
	CHECK_ERR(live_log_add(f.log, &bad), ERR_SYNTAX);
	CHECK_INT(poll(&f), 1);
	CHECK_INT(poll(&f), 0);
	CHECK_INT(live_count(f.live, LIVE_ALLOW), 1);
	end(&f);
}

TEST(live_log, there_is_one_writer)
{
	struct fixture f;
	struct live_log *second = NULL;
	bool damaged;
	begin(&f);
	CHECK_ERR(live_log_open(f.dir, &second, &damaged), ERR_BUSY);
	end(&f);
}

TEST(live_log, a_torn_tail_waits_and_is_cut_off_by_the_next_writer)
{
	struct fixture f;
	AUTO(buf_done) struct buf b = buf_init(4096);
	struct live_record r = allow(1, 500), next = allow(2, 500);
	bool damaged;
	begin(&f);
	CHECK_OK(live_log_add(f.log, &r));
	CHECK_OK(live_encode(&next, &b));
	CHECK_OK(file_append(f.path, str_upto(buf_str(&b), b.n - 3), 0600));
	CHECK_INT(poll(&f), 1);
	CHECK_OK(file_append(f.path, str_from(buf_str(&b), b.n - 3), 0600));
	CHECK_INT(poll(&f), 1);                 /* the rest came */
	CHECK_OK(file_append(f.path, str_upto(buf_str(&b), 9), 0600));
	live_log_close(&f.log);
	CHECK_OK(live_log_open(f.dir, &f.log, &damaged));
	CHECK(!damaged);
	CHECK_OK(live_log_add(f.log, &next));
	CHECK_INT(poll(&f), 3);                 /* a new file: all of it again, from nothing */
	CHECK_INT(live_count(f.live, LIVE_ALLOW), 2);
	end(&f);
}

TEST(live_log, a_damaged_record_stops_belief_and_is_set_aside)
{
	struct fixture f;
	AUTO(buf_done) struct buf b = buf_init(65536);
	struct live_record r = allow(1, 500), two = allow(2, 500), three = allow(3, 500);
	size_t applied;
	bool damaged;
	begin(&f);
	CHECK_OK(live_log_add(f.log, &r));
	uint64_t first = live_log_bytes(f.log);
	CHECK_OK(live_log_add(f.log, &two));
	CHECK_OK(live_log_add(f.log, &three));
	CHECK_OK(file_read(f.path, &b));
	b.p[first + 30] ^= 1;
	CHECK_OK(file_replace(f.path, buf_str(&b), 0600));
	CHECK_ERR(live_tail_poll(f.tail, f.live, 100, &applied), ERR_CORRUPT);
	CHECK_INT(live_count(f.live, LIVE_ALLOW), 1);
	CHECK_INT(poll(&f), 0);                 /* said once */
	live_log_close(&f.log);
	CHECK_OK(live_log_open(f.dir, &f.log, &damaged));
	CHECK(damaged && file_exists(arena_fmt(&f.a, "%s/live.log.bad", f.dir).p));
	CHECK_INT(poll(&f), 1);
	end(&f);
}

TEST(live_log, compacting_keeps_what_holds_and_the_gate_sees_no_gap)
{
	struct fixture f;
	struct live_record all[] = { allow(1, 500), allow(2, 90), allow(3, 500), allow(1, 600), session(4), session(5),
		{ .kind = LIVE_CANCEL, .at_utc = 60, .id = 3 }, { .kind = LIVE_SESSION_END, .at_utc = 60, .class_id = 4 },
		{ .kind = LIVE_BIND, .at_utc = 50, .until_utc = 500, .addr = { 1 }, .mac = { 1 }, .group = STR("ks2") },
		{ .kind = LIVE_BIND, .at_utc = 50, .until_utc = 500, .addr = { 2 }, .mac = { 2 }, .group = STR("ks2") },
		{ .kind = LIVE_UNBIND, .at_utc = 60, .mac = { 1 } } };
	begin(&f);
	CHECK_OK(live_log_add_all(f.log, all, ARRAY_N(all)));
	CHECK(poll(&f) > 0);
	uint64_t before = live_log_bytes(f.log);
	CHECK_OK(live_log_compact(f.log, 100));
	CHECK(live_log_bytes(f.log) < before);
	CHECK_INT(poll(&f), 3);
	CHECK_INT(live_count(f.live, LIVE_ALLOW), 1);
	CHECK_INT(live_count(f.live, LIVE_SESSION), 1);
	CHECK_INT(live_count(f.live, LIVE_BIND), 1);
	struct live_record more = allow(9, 500);
	CHECK_OK(live_log_add(f.log, &more));
	CHECK_INT(poll(&f), 1);
	end(&f);
}
