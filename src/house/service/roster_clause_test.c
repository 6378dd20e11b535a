/* A platform's accounts beside the people who are here (7.10-03, 7.9.2-07). */
#include "house/account/access_review.h"
#include "house/procedure/library.h"
#include "house/service/clausekit.h"

static struct web_visit compare(struct web_school *w, int64_t id, const char *rows)
{
	return web_post(w, ROLE_ADMIN, arena_fmt(w->arena, "/services/%lld/roster", (long long)id).p, arena_fmt(w->arena, "rows=%s", rows).p);
}

TEST(clause, c7_10_03_accounts_that_match_nobody_here_are_listed)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct act act = { w.school, 0, "test" };
		int64_t id = ck_service(&w, "Learnwell", "platform", "learnwell.test", "ks2 staff", "1 June 2027"), gone = ck_child(&w, "Wren Wentaway");
		ck_child(&w, "Pip Pebbleton");
		CHECK_OK(person_leave(w.db, &act, gone, clock_utc() - 60));
		CHECK_INT(web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/services/%lld/roster", (long long)id).p).status, 403);
		struct web_visit v = compare(&w, id, "Name%2CRole%0APip+Pebbleton%2Cpupil%0AWren+Wentaway%2Cpupil%0ATest+Teacher%2Cteacher%0ATest+Governor%2Cguest%0ASomebody+Unknown%2Cpupil");
		CHECK_INT(v.status, 200);
		CHECK(web_says(&v, "2 of 5 accounts") && web_says(&v, "<strong>Wren Wentaway</strong> matches nobody") && web_says(&v, "<strong>Somebody Unknown</strong> matches nobody") &&
		      web_says(&v, "<strong>Test Governor</strong> matches nobody") && !web_says(&v, "<strong>Pip Pebbleton</strong>"));
		CHECK_INT(compare(&w, id, "Colour%0Ared").status, 422);
	}
	clock_fake(0);
}

/* Lines of this term's access review that say so. */
static size_t flagged(struct web_school *w, const char *words)
{
	struct store st = ck_store(w);
	struct act act = { w->school, 0, "test" };
	struct task t;
	struct task_item *items;
	size_t n, hits = 0;
	bool opened;
	const struct calendar *cal = library_calendar(w->web->library);
	CHECK_OK(access_review_open(&st, &act, cal, clock_utc(), &opened));
	CHECK_OK(task_by_key(&st, w->arena, w->school, access_review_key(w->arena, cal, clock_utc()).p, &t));
	CHECK_OK(task_items(&st, w->arena, w->school, t.id, 0, 500, &items, &n, NULL, NULL));
	for (size_t i = 0; i < n; i++)
		hits += str_find(items[i].label, str_z(words)) >= 0;
	return hits;
}

TEST(clause, c7_9_2_07_an_administrator_whom_the_register_does_not_name_is_flagged)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = ck_service(&w, "Facecall", "videoconference", "facecall.test", "staff", "1 June 2027");
		CHECK_STR(ck_change(&w, id, NULL, "admins", "Test Technician", NULL), "");
		struct web_visit v = web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "/services/%lld", (long long)id).p);
		CHECK(web_says(&v, "Key administrators") && web_says(&v, "Test Technician"));
		v = compare(&w, id, "Name%2CRole%0ATest+Technician%2CAdministrator%0ATest+Teacher%2CAdmin");
		CHECK(web_says(&v, "<strong>Test Teacher</strong> administers it") && !web_says(&v, "<strong>Test Technician</strong> administers"));
		CHECK_INT(flagged(&w, "Test Teacher administers Facecall"), 1);
		CHECK_INT(flagged(&w, "Test Technician administers Facecall"), 0);
		compare(&w, id, "Name%2CRole%0ATest+Technician%2CAdministrator");       /* put right: the next look takes the line back */
		clock_step((int64_t)120 * 86400 * 1000);
		CHECK_INT(flagged(&w, "administers Facecall"), 0);
		ck_monday();
	}
	clock_fake(0);
}
