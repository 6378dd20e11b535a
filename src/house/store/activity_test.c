#include "house/store/activity.h"

#include "house/store/activity_inner.h"
#include "house/store/audit.h"
#include "house/store/fixture.h"

enum { NOVEMBER = 1795219200 };        /* 21 November 2026 */

static struct activity_item item(const struct fixture *f, int64_t record, int64_t at_utc, int64_t person, const char *host)
{
	return (struct activity_item){ .segment = 1, .record = record, .e = { .at_ms = at_utc * 1000, .school = f->school, .person = person,
		.class_id = 9, .kind = 1, .host = str_z(host), .group = STR("ks2"), .category = STR("news") } };
}

static const struct activity_query any;

static struct activity_view view_of(struct fixture *f, int64_t person)
{
	struct act act = { f->school, 77, "a worry was reported" };
	struct activity_view v = { 0 };
	CHECK_OK(activity_open_view(f->db, &act, person, 0, NOVEMBER - 400 * 86400, NOVEMBER + 86400, &v));
	return v;
}

static size_t found(struct fixture *f, const struct activity_view *v, const struct activity_query *q)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct activity_row *rows;
	size_t n = 0;
	bool more;
	CHECK_OK(activity_search(f->activity, &a, v, q, &rows, &n, &more));
	return n;
}

TEST(activity, a_batch_read_twice_is_kept_once)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		clock_fake(NOVEMBER * 1000LL);
		struct activity_item items[10];
		for (int i = 0; i < 10; i++)
			items[i] = item(&fx, i, NOVEMBER - i, 5, "bbc.example");
		struct activity_cursor upto = { STR("gate-1"), 0, 1, 6 }, at;
		int64_t kept = -1;
		CHECK_OK(activity_cursor_get(fx.activity, &a, STR("gate-1"), 0, &at));
		CHECK_INT(at.segment, 0);
		CHECK_OK(activity_ingest(fx.activity, &upto, items, 7, &kept));
		CHECK_INT(kept, 7);
		upto.record = 9;
		CHECK_OK(activity_ingest(fx.activity, &upto, items, 10, &kept));
		CHECK_INT(kept, 3);
		CHECK_OK(activity_ingest(fx.activity, &upto, items, 10, &kept));
		CHECK_INT(kept, 0);
		CHECK_OK(activity_cursor_get(fx.activity, &a, STR("gate-1"), 0, &at));
		CHECK(at.segment == 1 && at.record == 9);
		struct activity_view v = view_of(&fx, 5);
		CHECK_INT(found(&fx, &v, &any), 10);
		struct activity_count *c;
		size_t n;
		CHECK_OK(activity_counts(fx.activity, &a, fx.school, 0, 99999, &c, &n));
		int64_t sum = 0;
		for (size_t i = 0; i < n; i++)
			sum += c[i].n;
		CHECK_INT(sum, 10);
		clock_fake(0);
	}
}

TEST(activity, pages_newest_first_across_months_without_a_gap)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		clock_fake(NOVEMBER * 1000LL);
		struct activity_item items[100];
		for (int i = 0; i < 100; i++)
			items[i] = item(&fx, i, NOVEMBER - (i / 2) * 86400LL * 2, i % 2 ? 5 : 6, i % 10 ? "one.example" : "two_%.example");
		struct activity_cursor upto = { STR("g"), 0, 1, 99 };
		CHECK_OK(activity_ingest(fx.activity, &upto, items, 100, NULL));
		struct activity_view v = view_of(&fx, 5);
		struct activity_query q = { .limit = 7 };
		struct activity_row *rows;
		size_t n, total = 0;
		bool more = true;
		int64_t last = INT64_MAX;
		while (more) {
			CHECK_OK(activity_search(fx.activity, &a, &v, &q, &rows, &n, &more));
			for (size_t i = 0; i < n; i++, total++) {
				CHECK(rows[i].at_ms <= last && rows[i].person == 5);
				last = rows[i].at_ms;
			}
			q.before_ms = n ? rows[n - 1].at_ms : 0;
			q.before_id = n ? rows[n - 1].id : 0;
			CHECK(total <= 50);
		}
		CHECK_INT(total, 50);
		struct activity_view all = view_of(&fx, 0);
		CHECK_INT(found(&fx, &all, &(struct activity_query){ .text = STR("TWO_"), .limit = 100 }), 10);
		CHECK_INT(found(&fx, &all, &(struct activity_query){ .text = STR("_%."), .limit = 100 }), 10);
		CHECK_INT(found(&fx, &all, &(struct activity_query){ .text = STR("example"), .limit = 100 }), 100);
		CHECK_INT(found(&fx, &all, &(struct activity_query){ .kind = 4 }), 0);
		CHECK_INT(found(&fx, &all, &(struct activity_query){ .category = STR("news"), .limit = 500 }), 100);
		CHECK_INT(found(&fx, &all, &(struct activity_query){ .refused_only = true }), 0);
		int64_t newest = 0;
		CHECK_OK(activity_newest_ms(fx.activity, fx.school, &newest));
		CHECK_INT(newest, NOVEMBER * 1000LL);
		clock_fake(0);
	}
}

TEST(activity, a_text_that_many_hosts_carry_is_found_among_one_persons_rows)
{
	ON_EACH_ENGINE(fx) {
		clock_fake(NOVEMBER * 1000LL);
		struct activity_item items[120];
		char hosts[120][24];
		for (int i = 0; i < 120; i++) {
			snprintf(hosts[i], sizeof hosts[i], "%s%d.example", i < 100 ? "place" : "other", i);
			items[i] = item(&fx, i, NOVEMBER - i * 86400LL / 2, i % 4 ? 5 : 6, hosts[i]);
		}
		struct activity_cursor upto = { STR("g"), 0, 1, 119 };
		CHECK_OK(activity_ingest(fx.activity, &upto, items, 120, NULL));
		struct activity_view five = view_of(&fx, 5), six = view_of(&fx, 6), all = view_of(&fx, 0);
		struct activity_query q = { .text = STR("place"), .limit = 200 };
		CHECK_INT(found(&fx, &five, &q), 75);
		CHECK_INT(found(&fx, &six, &q), 25);
		CHECK_INT(found(&fx, &all, &q), 100);
		q.text = STR("place_");
		CHECK_INT(found(&fx, &five, &q), 0);
		clock_fake(0);
	}
}

TEST(activity, nobodys_opens_without_a_reason_and_each_opening_is_kept)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct activity_view v = { 0 };
		struct activity_row *rows;
		size_t n;
		bool more;
		struct act no_reason = { fx.school, 77, "  " }, nobody = { fx.school, 0, "a good reason" }, good = { fx.school, 77, "a good reason" };
		CHECK_ERR(activity_open_view(fx.db, &no_reason, 5, 0, 0, 1, &v), ERR_INVALID);
		CHECK_ERR(activity_open_view(fx.db, &nobody, 5, 0, 0, 1, &v), ERR_INVALID);
		CHECK_ERR(activity_search(fx.activity, &a, &v, &any, &rows, &n, &more), ERR_FORBIDDEN);
		CHECK_OK(activity_open_view(fx.db, &good, 5, 0, 0, 1, &v));
		CHECK_OK(activity_search(fx.activity, &a, &v, &any, &rows, &n, &more));
		struct activity_viewed *seen;
		CHECK_OK(activity_views(fx.db, &a, fx.school, 5, 0, 10, &seen, &n));
		CHECK(n == 1 && seen[0].viewer == 77);
		CHECK_STR(seen[0].why, "a good reason");
		struct audit_record *r;
		CHECK_OK(audit_of(fx.db, &a, fx.school, (struct audit_about){ "person", 5 }, &r, &n));
		CHECK(n == 1 && str_is(r[0].what, "activity.opened"));
	}
}

TEST(activity, what_may_not_be_named_is_counted_only)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct activity_item it = item(&fx, 1, clock_utc(), 5, "helpline.example");
		it.e.unnamed = true;
		it.e.count = 12;
		struct activity_cursor upto = { STR("g"), 0, 1, 1 };
		int64_t kept = -1;
		CHECK_OK(activity_ingest(fx.activity, &upto, &it, 1, &kept));
		CHECK_INT(kept, 0);
		struct activity_count *c;
		size_t n;
		CHECK_OK(activity_counts(fx.activity, &a, fx.school, 0, 99999, &c, &n));
		CHECK(n == 1 && c[0].n == 12);
		struct q_activity_hosts_like_row *w;
		CHECK_OK(q_activity_hosts_like(fx.activity, &a, &(struct q_activity_hosts_like_args){ fx.school, STR("%"), 10 }, &w, &n));
		CHECK_INT(n, 0);
	}
}

TEST(activity, hostile_bytes_and_clocks_are_kept_in_bounds)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		clock_fake(NOVEMBER * 1000LL);
		char big[2000];
		memset(big, 'x', sizeof big);
		struct activity_item items[3] = { item(&fx, 1, 5, 5, "old.example"), item(&fx, 2, NOVEMBER * 100LL, 5, "x"), item(&fx, 3, NOVEMBER, 5, "x") };
		items[1].e.host = (struct str){ "\xff\0\xfe", 3 };
		items[1].e.path = (struct str){ big, sizeof big };
		items[2].e.count = UINT64_MAX;
		struct activity_cursor upto = { STR("g"), 0, 1, 3 };
		CHECK_OK(activity_ingest(fx.activity, &upto, items, 3, NULL));
		int64_t *months;
		size_t n;
		CHECK_OK(month_list(fx.activity, &a, &months, &n));
		CHECK_INT(n, 2);
		struct activity_view v = view_of(&fx, 5);
		CHECK_INT(found(&fx, &v, &(struct activity_query){ .text = STR("???") }), 1);
		clock_fake(0);
	}
}

TEST(activity, names_past_retention_are_erased_and_counts_remain)       /* half of 7.4-01 */
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		clock_fake(NOVEMBER * 1000LL);
		struct activity_item items[3] = { item(&fx, 1, NOVEMBER - 150 * 86400LL, 5, "old.example"), item(&fx, 2, NOVEMBER - 95 * 86400LL, 5, "mid.example"),
			item(&fx, 3, NOVEMBER, 5, "new.example") };
		struct activity_cursor upto = { STR("g"), 0, 1, 3 };
		CHECK_OK(activity_ingest(fx.activity, &upto, items, 3, NULL));
		int64_t dropped = -1, kept = -1;
		CHECK_OK(activity_retain(fx.activity, fx.db, 90, NOVEMBER, &dropped));
		CHECK_INT(dropped, 1);         /* June; of August the last days are still within ninety */
		struct activity_view v = view_of(&fx, 5);
		CHECK_INT(found(&fx, &v, &any), 2);
		struct activity_count *c;
		size_t n;
		CHECK_OK(activity_counts(fx.activity, &a, fx.school, 0, 99999, &c, &n));
		CHECK_INT(n, 3);
		struct q_activity_hosts_like_row *w;
		CHECK_OK(q_activity_hosts_like(fx.activity, &a, &(struct q_activity_hosts_like_args){ fx.school, STR("old.example"), 10 }, &w, &n));
		CHECK_INT(n, 0);
		CHECK_OK(activity_retain(fx.activity, fx.db, 90, NOVEMBER, &dropped));
		CHECK_INT(dropped, 0);
		struct audit_head h;
		CHECK_OK(audit_head(fx.db, fx.school, &h));
		CHECK_INT(h.seq, 2);           /* the drop and the view */
		/* What comes late for a month that is gone is counted, not named. */
		upto.record = 4;
		items[0].record = 4;
		CHECK_OK(activity_ingest(fx.activity, &upto, items, 1, &kept));
		CHECK_INT(kept, 0);
		clock_fake(0);
	}
}
