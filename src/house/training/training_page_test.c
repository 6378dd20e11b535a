/* Who sees and does what on the pages of training; the code at the door; corrections; what the school adds itself. */
#include "base/mem.h"
#include "gen_queries.h"
#include "house/training/training_kit.h"

static struct training opened(struct web_school *w, struct store *st)
{
	struct training t;
	*st = kit_store(w);
	CHECK_OK(training_open(st, w->web->library, w->arena, w->school, &t));
	return t;
}

TEST(training_page, governors_see_numbers_teachers_their_own_children_nothing)
{
	struct web_school w = training_school("primary");
	int64_t teacher = w.person[ROLE_TEACHER];
	kit_hold(&w, "1+September+2026", "yearly", ROLE_DSL, &teacher, 1);
	struct web_visit v = web_get(&w, ROLE_GOVERNOR, "/training");
	CHECK(v.status == 200 && web_says(&v, "No names stand here") && !web_says(&v, "Test Teacher"));
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/training").status, 303);
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/training").status, 403);
	CHECK_INT(web_get(&w, ROLE_PARENT, "/training/me").status, 403);
	CHECK_INT(web_get(&w, ROLE_VISITOR, "/training/sessions").status, 403);
	CHECK_INT(web_get(&w, ROLE_STAFF, arena_fmt(w.arena, "/training/person/%lld", (long long)teacher).p).status, 403);
	CHECK_INT(web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "/training/person/%lld", (long long)teacher).p).status, 200);
	CHECK_INT(web_get(&w, ROLE_STAFF, "/training/courses").status, 403);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/training/certificate/1").status, 200);
	CHECK_INT(web_get(&w, ROLE_STAFF, "/training/certificate/1").status, 403);
	v = web_get(&w, ROLE_DSL, "/training?csv=1");
	CHECK(v.status == 200 && web_says(&v, "2026-09-01") && web_says(&v, "Test Teacher"));
	training_school_end(&w);
}

static struct web_visit here(struct web_school *w, enum role r, const char *token)
{
	return web_post(w, r, arena_fmt(w->arena, "/training/here/%s", token).p, "");
}

TEST(training_page, the_code_at_the_door_is_good_for_minutes_and_for_whoever_works_here)
{
	struct web_school w = training_school("primary");
	struct store st;
	struct training t = opened(&w, &st);
	int64_t id = kit_plan(&w, "1+September+2026", "yearly", ROLE_DSL), now = clock_utc();
	char token[DOOR_TOKEN_TEXT], old[DOOR_TOKEN_TEXT], screen[DOOR_TOKEN_TEXT];
	door_token(&t, id, now, token);
	door_token(&t, id, now - DOOR_SLOTS * DOOR_SLOT_S, old);
	door_screen(&t, id, screen);
	struct web_visit v = here(&w, ROLE_STAFF, old);
	CHECK(v.status == 200 && web_says(&v, "This code is too old"));
	CHECK_INT(here(&w, ROLE_STAFF, screen).status, 404);           /* the screen's address is no code */
	CHECK_INT(here(&w, ROLE_LEARNER, token).status, 403);
	CHECK_INT(here(&w, ROLE_TEACHER, token).status, 303);
	CHECK_INT(here(&w, ROLE_TEACHER, token).status, 303);          /* again is once */
	token[strlen(token) - 1] ^= 1;
	CHECK_INT(here(&w, ROLE_STAFF, token).status, 404);
	v = web_get(&w, NOBODY, arena_fmt(w.arena, "/training/screen/%s", screen).p);
	CHECK(v.status == 200 && web_says(&v, "1 of ") && !web_says(&v, "Test Teacher"));
	CHECK_INT(web_get(&w, NOBODY, arena_fmt(w.arena, "/training/screen/%s", old).p).status, 404);
	v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/training/sessions/%lld", (long long)id).p);
	CHECK(web_says(&v, "1 scanned the code") && web_says(&v, "(scanned)"));
	int64_t both[] = { w.person[ROLE_TEACHER], w.person[ROLE_STAFF] };
	CHECK_INT(kit_close(&w, id, both, 2, NULL).status, 303);
	v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/training/person/%lld", (long long)both[0]).p);
	CHECK(web_says(&v, "Seen here") && web_says(&v, "scanned the code at the door"));
	v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/training/person/%lld", (long long)both[1]).p);
	CHECK(web_says(&v, "Said") && web_says(&v, "on the leader&#39;s list"));
	kit_later(&w, web_now(2026, 9, 2, 9));
	CHECK_INT(web_get(&w, NOBODY, arena_fmt(w.arena, "/training/screen/%s", screen).p).status, 404);
	training_school_end(&w);
}

TEST(training_page, whoever_was_listed_by_mistake_loses_it_and_those_who_missed_it_are_offered_the_next)
{
	struct web_school w = training_school("junior");
	struct q_outbox_of_row *told;
	size_t n_told;
	int64_t both[] = { w.person[ROLE_TEACHER], w.person[ROLE_STAFF] }, id = kit_plan(&w, "1+September+2026", "conduct", ROLE_DSL);
	CHECK_INT(kit_close(&w, id, both, 2, NULL).status, 303);
	CHECK_INT(kit_stand(&w, both[1], "conduct").state, STAND_DONE);
	CHECK_INT(kit_close(&w, id, both, 1, NULL).status, 303);       /* corrected */
	CHECK_INT(kit_stand(&w, both[0], "conduct").state, STAND_DONE);
	CHECK(kit_stand(&w, both[1], "conduct").state != STAND_DONE);
	struct web_visit v = web_post(&w, ROLE_DSL, arena_fmt(w.arena, "/training/sessions/%lld/again", (long long)id).p, "again=8/9/2026&again-place=Library");
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_STAFF, "/training/me");
	CHECK(web_says(&v, "8 September 2026") && web_says(&v, "Library"));
	v = web_get(&w, ROLE_TEACHER, "/training/me");
	CHECK(!web_says(&v, "8 September 2026"));
	CHECK_OK(q_outbox_of(w.db, w.arena, &(struct q_outbox_of_args){ .school = w.school, .person = both[1] }, &told, &n_told));
	bool offered = false;
	for (size_t i = 0; i < n_told; i++)
		offered = offered || str_is(told[i].kind, "training-offer");
	CHECK(offered);
	training_school_end(&w);
}

TEST(training_page, what_lies_ahead_is_not_closed_and_a_course_is_confirmed_by_another)
{
	struct web_school w = training_school("junior");
	int64_t lead = w.person[ROLE_DSL], id = kit_plan(&w, "8+September+2026", "conduct", ROLE_DSL);
	struct web_visit v = kit_close(&w, id, &lead, 1, NULL);
	CHECK(v.status == 422 && web_says(&v, "has not come yet"));
	CHECK_INT(web_post(&w, ROLE_DSL, "/training/me", "title=Leads+together&provider=Exampleshire&on=1/9/2026&module=dsl").status, 303);
	v = web_get(&w, ROLE_DEPUTY, "/training/courses");
	ptrdiff_t at = str_find(v.body, STR("action=\"/training/courses/"));
	CHECK(at > 0);
	struct str rest = str_from(v.body, (size_t)at + 8), path;
	CHECK(str_next(&rest, '"', &path));
	CHECK_INT(web_post(&w, ROLE_DSL, arena_z(w.arena, path), "answer=yes").status, 403);      /* nobody confirms their own */
	CHECK(kit_stand(&w, lead, "dsl").state != STAND_DONE);
	CHECK_INT(web_post(&w, ROLE_DEPUTY, arena_z(w.arena, path), "answer=yes").status, 303);
	CHECK_INT(kit_stand(&w, lead, "dsl").state, STAND_DONE);
	struct q_role_trained_row trained;
	CHECK_OK(q_role_trained_one(w.db, w.arena, &(struct q_role_trained_args){ .school = w.school, .person = lead }, &trained));
	CHECK_INT(trained.at, web_now(2026, 9, 1, 0));                 /* work of the lead may be theirs (4-02) */
	training_school_end(&w);
}

TEST(training_page, a_training_of_the_schools_own_is_a_column_like_any_other)
{
	struct web_school w = training_school("primary");
	int64_t teacher = w.person[ROLE_TEACHER];
	CHECK_INT(web_post(&w, ROLE_DSL, "/registers/training-module/new", "title=First+aid&who=staff&every=36+months").status, 303);
	struct web_visit v = web_get(&w, ROLE_DSL, "/training");
	CHECK(web_says(&v, "First aid"));
	kit_hold(&w, "1+September+2026", "own-1", ROLE_DSL, &teacher, 1);
	CHECK_INT(kit_stand(&w, teacher, "own-1").due_utc, web_now(2029, 9, 1, 0));
	training_school_end(&w);
}

TEST(training, a_file_with_a_mistake_is_refused_with_its_line)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "[module a]\ntitle = A\nwho = staff\nevery = 24 months\nlongest = 12 months\n", "longer than the 12 months" },
		{ "[module a]\ntitle = A\nwho = staff\nevery = often\n", "is not a time" }, { "[module a]\ntitle = A\n", "does not say for whom" },
		{ "[module a]\nwho = staff\n", "a title" }, { "[module a]\ntitle = A\nwho = staff\nitem = x\n", "a short word, a bar" },
		{ "[module a]\ntitle = A\nwho = staff\n[module a]\ntitle = B\nwho = staff\n", "stands twice" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(10);
		struct modules m;
		CHECK_ERR(modules_read(&a, STR("t.conf"), str_z(bad[i].text), &d, &m), ERR_INVALID);
		CHECK(d.n && str_find(d.items[0].text, str_z(bad[i].says)) >= 0);
	}
}

TEST(training, the_shipped_modules_name_roles_that_there_are_and_29_february_comes_round)
{
	struct web_school w = training_school("primary");
	const struct modules *m = &w.web->library->training;
	for (size_t i = 0; i < m->n; i++)
		CHECK(m->v[i].staff || m->v[i].volunteers || m->v[i].governors || module_roles(m->v[i].who));
	CHECK_INT(months_on(web_now(2028, 2, 29, 0), 12), web_now(2029, 2, 28, 0));
	CHECK_INT(months_on(web_now(2026, 12, 31, 0), 6), web_now(2027, 6, 30, 0));
	training_school_end(&w);
}
