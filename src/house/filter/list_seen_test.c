/* Which version of a list was in use when. */
#include "house/filter/list_seen.h"

#include "house/web/web_test.h"
#include "policy/compile/policy_world.h"

/* A policy of these lists; "category version" each. */
static struct policy *of_lists(size_t n, const char *const (*lists)[2])
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct lists *l;
	struct policy_built built;
	struct policy *p;
	const char *dir = arena_z(&a, str_z(test_dir())), *snap = arena_fmt(&a, "%s/lists.snap", dir).p;
	CHECK_OK(lists_new(&(struct lists_opts){ .categories = test_source("data/categories.conf"), .sealed_key = world_key }, &d, &l));
	for (size_t i = 0; i < n; i++)
		CHECK_OK(lists_read_bytes(l, arena_fmt(&a, "test/%s", lists[i][0]), str_z(lists[i][0]), str_z(lists[i][1]), STR("test"), STR("a.listed.test\n"), FORMAT_DOMAINS));
	struct snapshot_out out = snapshot_out_init();
	CHECK_OK(lists_build(l, &out));
	CHECK_OK(snapshot_out_file(&out, snap, 0));
	lists_free(&l);
	struct policy_opts o = { .data = test_source("data"), .profile = "primary", .lists = snap, .now_utc = WORLD_NOON, .dir = dir, .sealed_key = { (const char *)world_key, 32 } };
	CHECK_OK(policy_publish(&o, &d, &built));
	CHECK_OK(policy_open(arena_fmt(&a, "%s/current", dir).p, STR_NONE, &p));
	return p;
}

static size_t seen(struct web_school *w, size_t n, const char *const (*lists)[2], int64_t at)
{
	struct policy *p = of_lists(n, lists);
	size_t changed = 99;
	CHECK_OK(list_seen(w->db, w->school, p, at, &changed));
	policy_free(&p);
	return changed;
}

static struct str at(struct web_school *w, struct arena *a, const char *list, int64_t when)
{
	struct str v = STR_NONE;
	enum err e = list_version_at(w->db, a, w->school, str_z(list), when, &v);
	CHECK(e == OK || e == ERR_ABSENT);
	return e == OK ? v : STR("none");
}

TEST(list_seen, a_time_of_the_past_leads_to_the_version_that_was_in_use)
{
	static const char *const first[][2] = { { "gaming", "2026-11-20" }, { "gambling", "2026-11-19" }, { "iwf", "2026-11-23" } };
	static const char *const second[][2] = { { "gaming", "2026-11-21" }, { "iwf", "2026-11-24" } };
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(arena_done) struct arena a = arena_init();
	CHECK_INT(seen(&w, 3, first, 1000), 2);          /* the protected one is left out */
	CHECK_INT(seen(&w, 3, first, 2000), 0);
	CHECK_INT(seen(&w, 2, second, 3000), 2);         /* one newer, one gone */
	CHECK_STR(at(&w, &a, "test/gaming", 999), "none");
	CHECK_STR(at(&w, &a, "test/gaming", 1000), "2026-11-20");
	CHECK_STR(at(&w, &a, "test/gaming", 2999), "2026-11-20");
	CHECK_STR(at(&w, &a, "test/gaming", 3000), "2026-11-21");
	CHECK_STR(at(&w, &a, "test/gambling", 2999), "2026-11-19");
	CHECK_STR(at(&w, &a, "test/gambling", 3000), "none");
	CHECK_STR(at(&w, &a, "test/iwf", 3000), "none");
	CHECK_INT(seen(&w, 3, first, 4000), 2);          /* an older one again, and the other back */
	CHECK_STR(at(&w, &a, "test/gaming", 5000), "2026-11-20");
	CHECK_STR(at(&w, &a, "test/gambling", 5000), "2026-11-19");
}

TEST(list_seen, what_was_replaced_long_ago_goes_and_what_is_in_use_stays)
{
	static const char *const first[][2] = { { "gaming", "1" }, { "gambling", "1" } }, *const second[][2] = { { "gaming", "2" }, { "gambling", "1" } },
		*const third[][2] = { { "gaming", "3" }, { "gambling", "1" } };
	const int64_t late = 3000 + (int64_t)LIST_SEEN_DAYS * 86400;
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(arena_done) struct arena a = arena_init();
	seen(&w, 2, first, 1000);
	seen(&w, 2, second, 2000);
	CHECK_INT(seen(&w, 2, third, late), 1);
	CHECK_STR(at(&w, &a, "test/gaming", 1500), "none");
	CHECK_STR(at(&w, &a, "test/gaming", 2500), "2");        /* still in use when the time of keeping began */
	CHECK_STR(at(&w, &a, "test/gambling", 1500), "1");
	CHECK_STR(at(&w, &a, "test/gaming", late), "3");
}
