#include "base/clock.h"
#include "house/account/find.h"
#include "house/store/fixture.h"
#include "house/web/web_test.h"
#include "io/settings.h"

static int64_t learner(struct web_school *w, const char *name, int year)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, w->person[ROLE_ADMIN], "test" };
	int64_t id = 0;
	CHECK_OK(person_add(w->db, &act, &(struct person_in){ .kind = KIND_LEARNER, .name = str_z(name), .year = year }, &d, &id));
	return id;
}

TEST(people_page, finds_a_child_for_staff_and_for_nobody_else)
{
	AUTO(web_school_done) struct web_school w = web_school();
	learner(&w, "Zo\xc3\xab Inventley", 2);
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/find?q=zoe");
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "Zo\xc3\xab Inventley") && web_says(&v, "Year 2") && !web_says(&v, "/people/"));
	v = web_get(&w, ROLE_OFFICE, "/find?q=inv");
	CHECK(web_says(&v, "/people/"));
	v = web_get(&w, ROLE_TEACHER, "/find?q=zeo");
	CHECK(web_says(&v, "like it"));
	v = web_get(&w, ROLE_TEACHER, "/find?q=qqqq");
	CHECK(web_says(&v, "Nobody was found"));
	static const enum role out[] = { ROLE_LEARNER, ROLE_PARENT, ROLE_VISITOR, ROLE_SUPPLY, ROLE_GOVERNOR };
	for (size_t i = 0; i < ARRAY_N(out); i++)
		CHECK_INT(web_get(&w, out[i], "/find?q=zoe").status, 403);
}

TEST(people_page, the_office_narrows_its_list)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act act = { w.school, w.person[ROLE_ADMIN], "left" };
	int64_t two = learner(&w, "Bo Inventley", 2), four = learner(&w, "Wren Pretendry", 4);
	CHECK_OK(person_leave(w.db, &act, four, 0));
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/people?kind=learner&year=2");
	CHECK(web_says(&v, "Bo Inventley") && !web_says(&v, "Wren Pretendry"));
	v = web_get(&w, ROLE_OFFICE, "/people?q=wren");
	CHECK(web_says(&v, "Nobody was found"));
	v = web_get(&w, ROLE_OFFICE, "/people?state=left");
	CHECK(web_says(&v, "Wren Pretendry") && !web_says(&v, "Bo Inventley"));
	v = web_get(&w, ROLE_OFFICE, "/people?state=all&year=9&kind=nonsense&class=x");
	CHECK(web_says(&v, "Wren Pretendry") && web_says(&v, "Bo Inventley"));
	(void)two;
}

TEST(people_page, the_office_corrects_with_a_reason)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = learner(&w, "Bo Inventley", 2);
	const char *edit = arena_fmt(w.arena, "/people/%lld/edit", (long long)id).p;
	struct web_visit v = web_get(&w, ROLE_OFFICE, edit);
	CHECK(v.status == 200 && web_says(&v, "Bo Inventley"));
	v = web_post(&w, ROLE_OFFICE, edit, "name=Bo+Inventley-Fauxley&year=3&username=&email=&class=");
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "Say why"));
	v = web_post(&w, ROLE_OFFICE, edit, "name=Bo+Inventley-Fauxley&year=3&username=&email=&class=&why=deed+poll");
	CHECK_INT(v.status, 303);
	struct person p;
	CHECK_OK(person_get(w.db, w.arena, w.school, id, &p));
	CHECK_STR(p.name, "Bo Inventley-Fauxley");
	CHECK_INT(p.year, 3);
	CHECK_INT(web_post(&w, ROLE_TEACHER, edit, "name=x&why=y").status, 403);
}

TEST(people_page, a_way_into_a_high_account_is_changed_by_an_administrator_only)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *edit = arena_fmt(w.arena, "/people/%lld/edit", (long long)w.person[ROLE_DSL]).p;
	CHECK_INT(web_get(&w, ROLE_OFFICE, edit).status, 403);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, edit, "name=x&username=mine&why=y").status, 403);
	CHECK_INT(web_get(&w, ROLE_ADMIN, edit).status, 200);
	CHECK_INT(web_get(&w, ROLE_ADMIN, arena_fmt(w.arena, "/people/%lld/edit", (long long)w.person[ROLE_ADMIN]).p).status, 403);
}

TEST(people_page, a_leaving_is_taken_back)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act act = { w.school, w.person[ROLE_ADMIN], "left" };
	int64_t id = learner(&w, "Bo Inventley", 2);
	const char *back = arena_fmt(w.arena, "/people/%lld/return", (long long)id).p;
	CHECK_INT(web_post(&w, ROLE_OFFICE, back, "x=1").status, 409);
	CHECK_OK(person_leave(w.db, &act, id, 0));
	CHECK_INT(web_post(&w, ROLE_OFFICE, back, "x=1").status, 303);
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/people?q=inventley");
	CHECK(web_says(&v, "Bo Inventley"));
}

TEST(clause, c7_2_01_the_register_is_searched_by_name_state_and_day_and_exported_without_formulas)
{
	clock_fake(INT64_C(1795219200) * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	struct act act = { w.school, w.person[ROLE_ADMIN], "=HYPERLINK(\"x\")" };
	int64_t id = learner(&w, "=cmd|' /C calc'!A0", 2);
	clock_step(10 * 86400 * 1000LL);
	CHECK_OK(person_leave(w.db, &act, id, 0));
	clock_step(86400 * 1000LL);
	struct web_visit v = web_get(&w, ROLE_ADMIN, "/access-register?q=calc");
	CHECK(web_says(&v, "Pupil") && web_says(&v, "ended"));
	CHECK(!web_says(&v, "Test Teacher"));
	v = web_get(&w, ROLE_ADMIN, "/access-register?q=calc&state=now");
	CHECK(web_says(&v, "Nothing was found"));
	v = web_get(&w, ROLE_ADMIN, "/access-register?q=calc&state=past");
	CHECK(web_says(&v, "Pupil"));
	v = web_get(&w, ROLE_ADMIN, "/access-register?q=calc&on=22%2F11%2F2026");      /* held on that day */
	CHECK(web_says(&v, "Pupil"));
	v = web_get(&w, ROLE_ADMIN, "/access-register?q=calc&on=20%2F11%2F2026");      /* the day before */
	CHECK(web_says(&v, "Nothing was found"));
	v = web_get(&w, ROLE_ADMIN, "/access-register?on=someday");
	CHECK_INT(v.status, 422);
	v = web_get(&w, ROLE_ADMIN, "/access-register?csv=1");
	CHECK(web_says(&v, "\"'=cmd|") && !web_says(&v, "\"=cmd"));
	CHECK(web_says(&v, "Test Teacher") && web_says(&v, "Ended by"));
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/access-register").status, 403);
	clock_fake(0);
}

TEST(clause, c7_2_01_a_past_grant_cannot_be_deleted)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { fx.school, 0, "left" };
		struct grant *g;
		size_t before, n;
		int64_t id = 0;
		CHECK_OK(person_add(fx.db, &act, &(struct person_in){ .kind = KIND_STAFF, .name = STR("Tansy Testerley"), .username = STR("tansy"), .year = YEAR_NONE }, &d, &id));
		CHECK_OK(person_leave(fx.db, &act, id, 0));
		CHECK_OK(grant_list(fx.db, &a, fx.school, id, &g, &before));
		CHECK(before >= 2 && g[0].until_utc > 0);
		CHECK(db_script(fx.db, "DELETE FROM access_grant") != OK);        /* whoever has the database, by whatever statement */
		CHECK_OK(grant_list(fx.db, &a, fx.school, id, &g, &n));
		CHECK_INT(n, before);
	}
}

TEST(clause, c9_5_01_whoever_writes_to_families_without_a_school_address_is_a_gap)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(settings_done) struct settings s = { 0 };
	CHECK_OK(settings_parse("/nowhere", STR("gatehouse.conf"), STR("[school]\nname = Test\nmail_domain = larkmoor.example\n"), &d, &s));
	w.web->settings = &s;
	const char *edit = arena_fmt(w.arena, "/people/%lld/edit", (long long)w.person[ROLE_TEACHER]).p;
	struct web_visit v = web_get(&w, ROLE_ADMIN, "/people");
	CHECK(!web_says(&v, "no email address of the school"));          /* nobody is marked */
	struct person p;
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_TEACHER], &p));
	static const struct { const char *mail; bool gap; } turns[] = { { "", true }, { "teacher%40private.example", true }, { "teacher%40larkmoor.example", false } };
	for (size_t i = 0; i < ARRAY_N(turns); i++) {
		const char *form = arena_fmt(w.arena, "name=%s&username=%s&email=%s&contacts=yes&why=new+post", "Test+Teacher", p.username.p, turns[i].mail).p;
		CHECK_INT(web_post(&w, ROLE_ADMIN, edit, form).status, 303);
		v = web_get(&w, ROLE_ADMIN, "/people?q=nobody-at-all");
		CHECK(web_says(&v, "no email address of the school") == turns[i].gap);
		CHECK(web_says(&v, "Test Teacher") == turns[i].gap);
	}
	w.web->settings = NULL;
}
