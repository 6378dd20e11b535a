/* The matrix of what was seen, out of events. */
#include "house/filter/coverage_seen.h"

#include "base/clock.h"
#include "base/time.h"
#include "house/service/gatekit.h"
#include "house/web/web_test.h"

static void met(struct coverage_watch *w, enum event_kind kind, const char *group, const char *host, const char *path, const char *device)
{
	struct event e = { .kind = kind, .at_ms = clock_ms(), .group = str_z(group), .host = str_z(host), .path = str_z(path), .count = 3, .addr = { [10] = 0xff, 0xff, 127, 3, 3, 3 } };
	coverage_watch_event(w, &e, device, true);
}

TEST(coverage_seen, each_kind_network_and_group_says_by_which_way_how_much_and_when)
{
	ON_EACH_PROFILE(w) {
		struct store st = { w.db, w.web->keys, w.web->registers };
		struct act act = { w.school, 0, "test" };
		struct web_visit v = web_get(&w, ROLE_DSL, "/status/seen");
		CHECK(v.status == 200 && web_says(&v, "Nothing has been seen yet"));
		struct coverage_watch *c = coverage_watch_new();
		met(c, EVENT_VISIT, "ks2", "news.test", "/a", "tablet");
		met(c, EVENT_DNS_REFUSED, "ks2", "closed.test", "", "tablet");
		met(c, EVENT_VISIT, "ks1", "app.unlisted.test", "", NULL);
		met(c, EVENT_STARTED, "ks1", "", "", NULL);
		CHECK_OK(coverage_watch_flush(c, &st, &act, clock_utc()));
		met(c, EVENT_VISIT, "ks1", "app.unlisted.test", "", NULL);
		CHECK_OK(coverage_watch_flush(c, &st, &act, clock_utc()));      /* the same day: nothing new is written */
		struct coverage_line *l;
		size_t n;
		CHECK_OK(coverage_lines(&st, w.arena, w.school, clock_utc(), &l, &n));
		CHECK_INT(n, 2);
		for (size_t i = 0; i < n; i++) {
			bool tablet = str_is(l[i].kind, "tablet");
			CHECK(str_is(l[i].group, tablet ? "ks2" : "ks1") && str_is(l[i].network, "outside the school's networks"));
			CHECK(l[i].limited == !tablet && !l[i].old);
			CHECK((l[i].seen_utc[WAY_PAGES] > 0) == tablet && (l[i].seen_utc[WAY_NAMES] > 0) == tablet && (l[i].seen_utc[WAY_HOSTS] > 0) == !tablet);
		}
		CHECK_OK(coverage_lines(&st, w.arena, w.school, clock_utc() + 20 * 86400, &l, &n));
		CHECK(n == 2 && l[0].old && l[1].old);
		struct str hosts;
		CHECK_OK(coverage_hosts(&st, w.arena, w.school, &hosts));
		CHECK(str_find(hosts, STR("app.unlisted.test  3  not in the register")) >= 0);
		v = web_get(&w, ROLE_DSL, "/status/seen");
		CHECK(v.status == 200 && web_says(&v, "Tablets") && web_says(&v, "Limited view") && web_says(&v, "app.unlisted.test") && web_says(&v, "Not in the register"));
		struct entry_may may = { .school = w.school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
		struct entry_page kept;
		clock_fake(clock_ms() + 86400000);
		met(c, EVENT_VISIT, "ks2", "news.test", "/a", "tablet");
		CHECK_OK(coverage_watch_flush(c, &st, &act, clock_utc()));      /* the next day: the same places, written on */
		CHECK_OK(entry_list(&st, w.arena, &may, &(struct entry_query){ .reg = "coverage-cell", .limit = ENTRY_PAGE_MAX }, &kept));
		CHECK_INT(kept.n, 3);
		clock_fake(0);
		coverage_watch_free(&c);
	}
}

TEST(coverage_seen, without_named_logging_no_name_of_a_site_is_kept)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = { w.db, w.web->keys, w.web->registers };
	struct act act = { w.school, 0, "test" };
	struct coverage_watch *c = coverage_watch_new();
	struct event e = { .kind = EVENT_VISIT, .at_ms = clock_ms(), .group = STR("ks2"), .host = STR("private.test") };
	struct str hosts;
	coverage_watch_event(c, &e, NULL, false);
	CHECK_OK(coverage_watch_flush(c, &st, &act, clock_utc()));
	CHECK_OK(coverage_hosts(&st, w.arena, w.school, &hosts));
	CHECK(!hosts.n);
	coverage_watch_free(&c);
}
