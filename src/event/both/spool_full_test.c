/* The spool with too little room: what goes, what stays, and that the loss is told. */
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "event/both/spool_testing.h"

struct seen { uint64_t visits, refused, tells, lost_events, lost; struct str words; char room[1100]; };

static struct seen read_all(const struct rig *g)
{
	struct seen n = { 0 };
	struct spool_reader *r = rig_reader(g, 0, 0);
	struct event e;
	enum err got;
	while ((got = spool_reader_next(r, &e, NULL)) == OK) {
		n.visits += e.kind == EVENT_VISIT;
		n.refused += e.kind == EVENT_REFUSED;
		n.tells += e.kind == EVENT_TELL;
		n.lost_events += e.kind == EVENT_LOST;
		n.lost += e.kind == EVENT_LOST ? e.count : 0;
		if (e.kind == EVENT_LOST)
			snprintf(n.room, sizeof n.room, "%.*s", STRF(e.extra));
	}
	CHECK_INT(got, ERR_END);
	spool_reader_free(&r);
	return n;
}

static const struct event *refused(void)
{
	return event_room((struct event){ .kind = EVENT_REFUSED, .school = 1, .host = STR("refused.example"), .reason = STR("category") });
}

static void pass(struct spool *s, int64_t ms)
{
	clock_step(ms);
	(void)spool_tick(s, clock_ms());         /* the disk may be full: the test looks at the state */
}

TEST(spool, over_quota_the_least_important_go_first_and_the_loss_is_told)
{
	struct rig g = rig_new();
	clock_fake(1764000000000);
	struct spool *s = rig_writer(&g, (struct spool_options){ .quota_bytes = 40000, .segment_bytes = 5000, .reserve_bytes = 20000 });
	uint64_t sent = 0;
	while (spool_state(s).lost < 10 && sent < 10000) {
		CHECK_OK(spool_add(s, visit(++sent)));
		CHECK_OK(spool_flush(s));
	}
	CHECK(spool_state(s).lost == 10 && !spool_state(s).full);
	CHECK_OK(spool_add(s, refused()));
	CHECK_OK(spool_flush(s));
	CHECK_INT(spool_state(s).lost, 10);                      /* more important: kept */
	while (!spool_state(s).full) {
		CHECK_OK(spool_add(s, refused()));
		CHECK_OK(spool_flush(s));
	}
	uint64_t lost = spool_state(s).lost;
	CHECK_OK(spool_add(s, refused()));
	CHECK_INT(spool_state(s).lost, lost + 1);
	CHECK_OK(spool_add_durable(s, tell("still")));
	struct seen before = read_all(&g);
	CHECK(before.tells == 1);
	struct spool_cursor c = { .worker = "dns-1", .segment = spool_state(s).segment };
	size_t removed;
	CHECK_OK(spool_discard_before(g.dir, &c, &removed));
	CHECK(removed > 0);
	pass(s, 11000);
	pass(s, 11000);
	CHECK(spool_state(s).lost == 0 && !spool_state(s).full);
	struct spool_reader *r = rig_reader(&g, c.segment, 0);
	struct event e;
	uint64_t told = 0;
	while (spool_reader_next(r, &e, NULL) == OK)
		told += e.kind == EVENT_LOST ? e.count : 0;
	CHECK(told >= 1);
	spool_reader_free(&r);
	spool_close(&s);
	clock_fake(0);
}

/* The life on a full disk, for an injected fault and for a real one alike. */
static void full_disk(const struct rig *g, struct spool *s, void (*fill)(const struct rig *), void (*drain)(const struct rig *))
{
	CHECK_OK(spool_add(s, visit(1)));
	CHECK_OK(spool_flush(s));
	CHECK(spool_state(s).reserve_ready);
	fill(g);
	for (uint64_t i = 0; i < 300; i++) {
		CHECK_OK(spool_add(s, visit(i)));
		CHECK_OK(spool_add(s, refused()));
		pass(s, 100);
	}
	CHECK(spool_state(s).full && spool_state(s).lost > 500);
	uint64_t kept = 0;
	enum err e = OK;
	for (; kept < 10000 && (e = spool_add_durable(s, tell("in the reserve"))) == OK; kept++)
		CHECK(spool_state(s).reserve_in_use);
	CHECK_INT(e, -ENOSPC);                                   /* and the page says so */
	CHECK(kept > 50);
	struct seen n = read_all(g);
	CHECK(n.tells == kept && n.lost_events > 0);
	drain(g);
	pass(s, 3000);
	pass(s, 11000);
	CHECK(!spool_state(s).full && spool_state(s).reserve_ready && spool_state(s).lost == 0);
	CHECK_OK(spool_add_durable(s, tell("after")));
	CHECK_OK(spool_add(s, visit(2)));
	spool_close(&s);
	n = read_all(g);
	CHECK_INT(n.tells, kept + 1);
	CHECK_INT(n.visits + n.refused + n.lost, 1 + 600 + 1);   /* every one kept or counted */
}

static void fault_on(const struct rig *g)
{
	(void)g;
	spool_fault(ENOSPC, 100);
}

static void fault_off(const struct rig *g)
{
	(void)g;
	spool_fault(0, 0);
}

TEST(spool, full_disk_concerns_use_the_reserve_and_the_loss_is_counted)
{
	struct rig g = rig_new();
	clock_fake(1764000000000);
	full_disk(&g, rig_writer(&g, (struct spool_options){ .reserve_bytes = 64 << 10 }), fault_on, fault_off);
	clock_fake(0);
}

TEST(spool, the_count_of_the_lost_outlives_a_crash)
{
	struct rig g = rig_new();
	struct spool *s = rig_writer(&g, (struct spool_options){ .reserve_bytes = 64 << 10 });
	CHECK_OK(spool_add_durable(s, visit(1)));
	pid_t child = fork();
	if (child == 0) {
		spool_fault(ENOSPC, 0);
		for (int i = 0; i < 7; i++)
			if (spool_add(s, visit(2)) != OK)
				_exit(1);
		(void)spool_flush(s);            /* gives the seven up */
		_exit(spool_state(s).lost == 7 ? 0 : 2);
	}
	int status;
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	spool_close(&s);
	s = rig_writer(&g, (struct spool_options){ .reserve_bytes = 64 << 10 });
	spool_close(&s);
	struct seen n = read_all(&g);
	CHECK(n.lost == 7 && n.lost_events == 1);
	CHECK_STR(str_z(n.room), "VISIT=7");
}

static void fill_disk(const struct rig *g)
{
	static char block[65536];
	char path[1024];
	memset(block, 'x', sizeof block);
	snprintf(path, sizeof path, "%s/filler", g->dir);
	for (size_t n = sizeof block; n; n /= 2)
		while (file_append(path, (struct str){ block, n }, 0600) == OK)
			;
}

static void free_disk(const struct rig *g)
{
	char path[1024];
	snprintf(path, sizeof path, "%s/filler", g->dir);
	CHECK_OK(file_remove(path));
}

TEST(spool, full_disk_for_real_on_a_small_file_system)
{
	struct rig g = rig_new();
	if (mount("tmpfs", g.dir, "tmpfs", 0, "size=1m") < 0)
		SKIP("mounting is not permitted here: the injected fault above stands for it");
	clock_fake(1764000000000);
	full_disk(&g, rig_writer(&g, (struct spool_options){ .reserve_bytes = 64 << 10 }), fill_disk, free_disk);
	clock_fake(0);
	CHECK(umount(g.dir) == 0);
}
