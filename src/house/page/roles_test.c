/* The pages of roles, changes of rights and tasks. */
#include "base/clock.h"
#include "base/time.h"
#include "house/account/appointment.h"
#include "house/account/second.h"
#include "house/task/task.h"
#include "house/web/web_test.h"

enum { DAY_S = 86400 };

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

static const char *person_path(struct web_school *w, int64_t person, const char *what)
{
	return arena_fmt(w->arena, "/people/%lld/%s", (long long)person, what).p;
}

static int64_t newest_change(struct web_school *w)
{
	struct store st = store_of(w);
	struct second *list;
	size_t n;
	CHECK_OK(second_list(&st, w->arena, w->school, true, 0, 10, &list, &n, NULL));
	return n ? list[0].id : 0;
}

static const char *change_path(struct web_school *w, int64_t id, const char *what) { return arena_fmt(w->arena, "/rights/%lld/%s", (long long)id, what).p; }

static bool holds(struct web_school *w, int64_t person, enum role r)
{
	role_set roles;
	CHECK_OK(role_held(w->db, w->school, person, clock_utc(), &roles));
	return roles & ROLE_BIT(r);
}

TEST(roles_page, the_head_proposes_a_deputy_and_the_chair_confirms)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t teacher = w.person[ROLE_TEACHER];
	CHECK_INT(web_get(&w, ROLE_HEAD, person_path(&w, teacher, "role")).status, 200);
	CHECK_INT(web_post(&w, ROLE_HEAD, person_path(&w, teacher, "role"), "role=deputy&duties=Filter+reports+each+week&trained=1/9/2020&why=a+second+deputy").status, 303);
	int64_t id = newest_change(&w);
	CHECK(id > 0 && !holds(&w, teacher, ROLE_DEPUTY));
	struct web_visit v = web_get(&w, ROLE_CHAIR, change_path(&w, id, ""));
	v = web_get(&w, ROLE_CHAIR, arena_fmt(w.arena, "/rights/%lld", (long long)id).p);
	CHECK(v.status == 200 && web_says(&v, "Test Teacher becomes Deputy safeguarding lead") && web_says(&v, "Filter reports each week") && web_says(&v, "Confirm"));
	v = web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "/rights/%lld", (long long)id).p);
	CHECK(web_says(&v, "Somebody else confirms this") && web_says(&v, "Withdraw"));
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool may = r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_CHAIR;
		if (!may)
			CHECK(web_post(&w, r, change_path(&w, id, "confirm"), "x=1").status != 303 || r == NOBODY);
	}
	CHECK(!holds(&w, teacher, ROLE_DEPUTY));
	CHECK_INT(web_post(&w, ROLE_CHAIR, change_path(&w, id, "confirm"), "x=1").status, 303);
	CHECK(holds(&w, teacher, ROLE_DEPUTY));
	v = web_get(&w, ROLE_HEAD, "/roles/history");
	CHECK(web_says(&v, "a second deputy") && web_says(&v, "Test Chair of governors"));
	v = web_get(&w, ROLE_HEAD, "/roles/history?csv=1");
	CHECK(str_starts(v.type, STR("text/csv")) && web_says(&v, "Filter reports each week"));
}

TEST(roles_page, ending_a_role_of_high_rights_waits_too_and_refusing_needs_a_reason)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t deputy = w.person[ROLE_DEPUTY];
	CHECK_INT(web_post(&w, ROLE_HEAD, person_path(&w, deputy, "role-end"), "role=deputy&why=moves+on").status, 303);
	int64_t id = newest_change(&w);
	CHECK(holds(&w, deputy, ROLE_DEPUTY));
	CHECK_INT(web_post(&w, ROLE_DSL, change_path(&w, id, "refuse"), "note=").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, change_path(&w, id, "refuse"), "note=not+yet").status, 303);
	CHECK(holds(&w, deputy, ROLE_DEPUTY));
	CHECK_INT(web_post(&w, ROLE_HEAD, person_path(&w, deputy, "role-end"), "role=deputy&why=moves+on").status, 303);
	CHECK_INT(web_post(&w, ROLE_HEAD, change_path(&w, newest_change(&w), "withdraw"), "x=1").status, 303);
	CHECK(holds(&w, deputy, ROLE_DEPUTY));
	CHECK_INT(web_post(&w, ROLE_HEAD, person_path(&w, w.person[ROLE_SENCO], "role-end"), "role=senco").status, 303);
	CHECK_INT(web_post(&w, ROLE_CHAIR, change_path(&w, newest_change(&w), "confirm"), "x=1").status, 303);
	CHECK(!holds(&w, w.person[ROLE_SENCO], ROLE_SENCO));
}

TEST(roles_page, cover_shows_as_cover_and_brings_the_page_of_the_role)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t teacher = w.person[ROLE_TEACHER];
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/activity").status, 403);
	const char *form = arena_fmt(w.arena, "cover=dsl:%lld&until=%.*s&trained=%.*s&why=cover", (long long)w.person[ROLE_DSL],
		STRF(time_iso_date(w.arena, clock_utc() + 5 * DAY_S)), STRF(time_iso_date(w.arena, clock_utc() - 30 * DAY_S))).p;
	CHECK_INT(web_get(&w, ROLE_HEAD, person_path(&w, teacher, "cover")).status, 200);
	CHECK_INT(web_post(&w, ROLE_HEAD, person_path(&w, teacher, "cover"), "cover=&until=").status, 422);
	CHECK_INT(web_post(&w, ROLE_HEAD, person_path(&w, teacher, "cover"), form).status, 303);
	CHECK_INT(web_post(&w, ROLE_CHAIR, change_path(&w, newest_change(&w), "confirm"), "x=1").status, 303);
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/roles");
	CHECK(web_says(&v, "Test Teacher") && web_says(&v, "<strong class=\"govuk-tag govuk-tag--purple\">Cover</strong>"));
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/activity").status, 200);
	clock_fake((clock_utc() + 7 * DAY_S) * 1000);
	CHECK(web_get(&w, ROLE_TEACHER, "/activity").status != 200);
	clock_fake(0);
}

TEST(clause, c0_07_the_link_governor_stands_in_the_policy_and_a_vacancy_is_a_warning)
{
	ON_EACH_PROFILE(w) {
		enum role link;
		CHECK_OK(role_read(STR("link-governor"), &link));
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/policy");
		CHECK(web_says(&v, "Safeguarding and online safety link governor") && web_says(&v, "Test Safeguarding and online safety link governor"));
		v = web_get(&w, ROLE_DSL, "/status");
		CHECK(!web_says(&v, "Nobody holds the role of safeguarding and online safety link governor"));
		CHECK_OK(role_end(w.db, &(struct act){ w.school, 0, "test" }, w.person[link], link, 0));
		const char *says = arena_fmt(w.arena, "Nobody holds the role of safeguarding and online safety link governor. It has been vacant since %.*s.",
			STRF(time_date_words(w.arena, clock_utc()))).p;
		static const struct { int role; const char *page; } shown[] = { { ROLE_DSL, "/status" }, { ROLE_DSL, "/today" }, { ROLE_CHAIR, "/governors" }, { ROLE_OFFICE, "/roles" } };
		for (size_t i = 0; i < ARRAY_N(shown); i++) {
			v = web_get(&w, shown[i].role, shown[i].page);
			CHECK(web_says(&v, says));
		}
		v = web_get(&w, ROLE_TEACHER, "/policy");
		CHECK(web_says(&v, "Nobody holds this role."));
	}
}

/* The parameter is on in the primary profile (the school of these tests), off in the junior one. */
TEST(clause, c0_08_an_empty_pshe_lead_is_a_gap_where_the_profile_has_one)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	enum role pshe;
	struct profile junior;
	struct vacancy *v;
	size_t n;
	CHECK_OK(role_read(STR("pshe-lead"), &pshe));
	CHECK_OK(role_end(w.db, &(struct act){ w.school, 0, "test" }, w.person[pshe], pshe, 0));
	struct web_visit page = web_get(&w, ROLE_DSL, "/status");
	CHECK(web_says(&page, "Nobody holds the role of PSHE lead. It has been vacant since"));
	CHECK_OK(profile_load(&a, test_source("data/parameters.conf"), test_source("data/profiles/junior.conf"), &d, &junior));
	CHECK_OK(appointment_vacancies(w.db, &a, w.school, &junior, &v, &n));
	for (size_t i = 0; i < n; i++)
		CHECK(v[i].role != pshe);
}

/* ---- tasks ---- */

static int64_t task(struct web_school *w, const char *role, int64_t person, bool private)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct store st = store_of(w);
	struct task_item_in items[] = { { .label = STR("First line") }, { .label = STR("Second line") } };
	struct task_in in = { .kind = "try-out", .title = STR("Zebra task"), .for_role = role, .for_person = person, .private = private, .due_utc = clock_utc() - DAY_S,
		.answers = "keep end", .items = items, .n_items = 2 };
	int64_t id;
	CHECK_OK(task_open(&st, &(struct act){ w->school, 0, "test" }, &in, &d, &id));
	return id;
}

static const char *task_path_(struct web_school *w, int64_t id, const char *what) { return arena_fmt(w->arena, "/tasks/%lld%s", (long long)id, what).p; }

TEST(tasks_page, every_role_sees_its_own_and_leaders_see_what_is_not_private)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t open = task(&w, "senco", 0, false), private = task(&w, "senco", 0, true);
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool lead = r == ROLE_HEAD || r == ROLE_LEADERSHIP || r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_CHAIR || r == ROLE_ADMIN, own = r == ROLE_SENCO;
		CHECK((web_get(&w, r, task_path_(&w, open, "")).status == 200) == (lead || own));
		CHECK((web_get(&w, r, task_path_(&w, private, "")).status == 200) == own);
		struct web_visit all = web_get(&w, r, "/tasks?which=all"), mine = web_get(&w, r, "/tasks");
		CHECK(web_says(&all, "Zebra") == (lead || own) && web_says(&mine, "Zebra") == own);
		if (!own) {
			CHECK(web_post(&w, r, task_path_(&w, open, "/done"), "outcome=x").status != 303 || r == NOBODY);
			CHECK(web_post(&w, r, task_path_(&w, open, "/drop"), "why=x").status != 303 || r == NOBODY);
		}
	}
	struct web_visit home = web_get(&w, ROLE_SENCO, "/home");
	CHECK(web_says(&home, "Tasks for you: 2") && web_says(&home, "Overdue: 2"));
}

TEST(tasks_page, leaders_open_a_task_for_anybody_and_everybody_else_for_themselves)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *day = arena_fmt(w.arena, "due=%.*s", STRF(time_date_words(w.arena, clock_utc() + 3 * 86400))).p;
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool lead = r == ROLE_HEAD || r == ROLE_LEADERSHIP || r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_CHAIR || r == ROLE_ADMIN;
		const char *senco = arena_fmt(w.arena, "what=Zebra+crossing&whom=senco&%s", day).p, *me = arena_fmt(w.arena, "what=Zebra+crossing&whom=me&%s", day).p;
		bool works = web_get(&w, r, "/tasks/new").status == 200;
		if (r != ROLE_SENCO)
			CHECK_INT(web_post(&w, r, "/tasks/new", senco).status == 303 && r != NOBODY, lead);
		CHECK_INT(web_post(&w, r, "/tasks/new", me).status == 303 && r != NOBODY, works);
		CHECK(!lead || works);
	}
	CHECK_INT(web_get(&w, ROLE_PARENT, "/tasks/new").status, 403);
	struct web_visit v = web_get(&w, ROLE_SENCO, "/tasks");
	CHECK(web_says(&v, "Zebra crossing"));
	static const struct { const char *form, *says; } bad[] = {
		{ "what=&whom=me&due=1/1/2090", "Say in a few words" }, { "what=Zebra&whom=me&due=", "Say by which day" },
		{ "what=Zebra&whom=me&due=31/2/2090", "Write the day as" }, { "what=Zebra&whom=me&due=1/1/2020", "That day is over" },
		{ "what=Zebra&whom=999999&due=1/1/2090", "Choose whom" }, { "what=Zebra&whom=learner&due=1/1/2090", "Choose whom" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		v = web_post(&w, ROLE_HEAD, "/tasks/new", bad[i].form);
		CHECK(v.status == 422 && web_says(&v, bad[i].says));
	}
}

TEST(tasks_page, lines_are_answered_one_by_one_and_late_shows_as_late)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = store_of(&w);
	struct task_item *items;
	size_t n;
	int64_t id = task(&w, "senco", 0, false), other = task(&w, "senco", 0, false);
	CHECK_OK(task_items(&st, w.arena, w.school, id, 0, 10, &items, &n, NULL, NULL));
	const char *first = arena_fmt(w.arena, "item=%lld&answer=keep", (long long)items[0].id).p;
	CHECK_INT(web_post(&w, ROLE_SENCO, task_path_(&w, other, "/item"), first).status, 404);       /* a line of another task */
	CHECK_INT(web_post(&w, ROLE_SENCO, task_path_(&w, id, "/item"), first).status, 303);
	CHECK_INT(web_post(&w, ROLE_SENCO, task_path_(&w, id, "/done"), "outcome=all+looked+at").status, 422);
	const char *second = arena_fmt(w.arena, "item=%lld&answer=end", (long long)items[1].id).p;
	CHECK_INT(web_post(&w, ROLE_SENCO, task_path_(&w, id, "/item"), second).status, 422);         /* an end says why */
	CHECK_INT(web_post(&w, ROLE_SENCO, task_path_(&w, id, "/item"), arena_fmt(w.arena, "%s&note=moved+on", second).p).status, 303);
	CHECK_INT(web_post(&w, ROLE_SENCO, task_path_(&w, id, "/done"), "outcome=all+looked+at").status, 303);
	struct web_visit v = web_get(&w, ROLE_HEAD, "/tasks?which=done");
	CHECK(web_says(&v, "Done late"));
	v = web_get(&w, ROLE_SENCO, task_path_(&w, id, ""));
	CHECK(web_says(&v, "moved on") && web_says(&v, "all looked at") && web_says(&v, "Test SENCO"));
	CHECK_INT(web_post(&w, ROLE_HEAD, task_path_(&w, id, "/reopen"), "again=one+was+missed").status, 303);
	v = web_get(&w, ROLE_SENCO, task_path_(&w, id, ""));
	CHECK(!web_says(&v, "Done late") && web_says(&v, "one was missed"));
}
