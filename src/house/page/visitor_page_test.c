/* The visitors' desk, as people of every role meet it. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/agreement/agreement_store.h"
#include "house/page/desk.h"
#include "house/visitor/challenge.h"
#include "house/visitor/visitor.h"
#include "house/web/web_test.h"

struct gate_desk { struct web_school w; struct store st; struct act act; struct diag d; int64_t elm, ash; };

static void in_force(struct gate_desk *k, const char *audience)
{
	struct agreement_set set;
	CHECK_OK(agreement_load(k->w.arena, test_source("data/agreements/en.conf"), &k->d, &set));
	CHECK_OK(agreement_activate(&k->st, k->w.arena, &k->act, agreement_find(&set, str_z(audience), STR("en")), &k->d));
}

static void profile(struct gate_desk *k, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct library *l = (struct library *)(uintptr_t)k->w.web->library;
	CHECK_OK(profile_load(k->w.arena, test_source("data/parameters.conf"), test_source(arena_fmt(k->w.arena, "data/profiles/%s.conf", name).p), &d, &l->profile));
}

static const char *const profiles[] = { "junior", "primary" };

static struct gate_desk gate_desk(void)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 15, .hour = 9 }) * 1000);
	struct gate_desk k = { .w = web_school(), .d = diag_init(20) };
	k.st = (struct store){ k.w.db, k.w.web->keys, k.w.web->registers };
	k.act = (struct act){ k.w.school, k.w.person[ROLE_OFFICE], "test" };
	CHECK_OK(class_add(k.w.db, &k.act, STR("Elm"), 4, STR("ks2"), &k.d, &k.elm));
	CHECK_OK(class_add(k.w.db, &k.act, STR("Ash"), 5, STR("ks2"), &k.d, &k.ash));
	in_force(&k, "visitor");
	in_force(&k, "supply");
	return k;
}

static void gate_desk_done(struct gate_desk *k)
{
	diag_done(&k->d);
	web_school_done(&k->w);
	clock_fake(0);
}

static int64_t newest(struct gate_desk *k)
{
	struct visit *v;
	size_t n;
	CHECK_OK(visit_list(k->w.db, k->w.arena, k->w.school, &(struct visit_query){ .any_state = true, .limit = 1 }, &v, &n, NULL));
	CHECK_INT(n, 1);
	return v->id;
}

static struct visit visit_now(struct gate_desk *k, int64_t id)
{
	struct visit v;
	CHECK_OK(visit_get(k->w.db, k->w.arena, k->w.school, id, &v));
	return v;
}

static const char *path(struct gate_desk *k, int64_t id, const char *more) { return arena_fmt(k->w.arena, "/visitors/%lld%s", (long long)id, more).p; }

static int64_t sign_in(struct gate_desk *k, const char *form)
{
	struct web_visit v = web_post(&k->w, ROLE_OFFICE, "/visitors/new", form);
	CHECK_INT(v.status, 303);
	CHECK(str_ends(v.location, STR("/agree")));
	return newest(k);
}

/* The visitor answers on the tablet; the office takes it back. */
static void answers(struct gate_desk *k, int64_t id, const char *form)
{
	CHECK(str_ends(web_post(&k->w, ROLE_OFFICE, path(k, id, "/agree"), form).location, STR("/thanks")));
	web_unlock(&k->w, ROLE_OFFICE);
}

static const char *answer(struct gate_desk *k, const char *audience, const char *what)
{
	struct agreement_active g;
	char hex[2 * SHA256_BYTES + 1];
	CHECK_OK(agreement_in_force(&k->st, k->w.arena, k->w.school, str_z(audience), &g));
	hex_put(g.text.digest, SHA256_BYTES, hex);
	return arena_fmt(k->w.arena, "answer=%s&digest=%s", what, hex).p;
}

static size_t told(struct gate_desk *k, int role)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(k->w.db, k->w.arena, &(struct q_outbox_of_args){ .school = k->w.school, .person = k->w.person[role] }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, "visitor");
	return hits;
}

TEST(clause, c9_4_01_visitor_sign_in_shows_the_device_rules_and_needs_an_answer)
{
	static const struct { const char *profile, *rule; } cases[] = {
		{ "junior", "switched off and put away all day" }, { "primary", "hand their phones in at the office" },
	};
	for (size_t i = 0; i < 2; i++) {
		AUTO(gate_desk_done) struct gate_desk k = gate_desk();
		profile(&k, cases[i].profile);
		int64_t id = sign_in(&k, "name=Pippa+Pipewell&kind=visitor&organisation=Invented+Pipes");
		struct web_visit v = web_get(&k.w, ROLE_OFFICE, path(&k, id, "/agree"));
		CHECK(v.status == 200 && web_says(&v, cases[i].rule) && web_says(&v, "Take no pictures") && web_says(&v, "Pippa Pipewell"));
		CHECK(!web_says(&v, "/people") && !web_says(&v, "Sign out"));        /* the tablet is in a stranger's hands */
		CHECK_INT(web_post(&k.w, ROLE_OFFICE, path(&k, id, "/agree"), "x=1").status, 400);
		web_unlock(&k.w, ROLE_OFFICE);
		CHECK_INT(web_post(&k.w, ROLE_OFFICE, path(&k, id, "/code"), "x=1").status, 409);      /* nothing before the rules */
		CHECK_INT(web_post(&k.w, ROLE_OFFICE, path(&k, id, "/hand"), "x=1").status, 303);
		answers(&k, id, answer(&k, "visitor", "sign"));
		CHECK_INT(visit_now(&k, id).agreed, 1);
		v = web_post(&k.w, ROLE_OFFICE, path(&k, id, "/code"), "x=1");
		CHECK(v.status == 200 && web_says(&v, "Code for the guest network") && web_says(&v, "gh-code"));
		v = web_get(&k.w, ROLE_OFFICE, path(&k, id, ""));
		CHECK(v.status == 200 && !web_says(&v, "gh-code"));          /* shown once */
	}
}

/* Whoever holds the tablet and types another address meets the lock; the office's password opens it. */
TEST(visitor, a_tablet_in_a_visitors_hands_shows_their_rules_and_nothing_else)
{
	AUTO(gate_desk_done) struct gate_desk k = gate_desk();
	int64_t first = sign_in(&k, "name=Pippa+Pipewell&kind=visitor");
	web_unlock(&k.w, ROLE_OFFICE);
	CHECK(str_ends(web_get(&k.w, ROLE_OFFICE, path(&k, first, "/agree")).location, str_z(path(&k, first, ""))));      /* not handed over: nothing to sign */
	clock_fake((clock_utc() + 60) * 1000);
	int64_t id = sign_in(&k, "name=Walter+Wirewick&kind=visitor");
	static const char *const others[] = { "/visitors", "/people", "/home", "/me", "/visitors/now", "/visitors/new" };
	for (size_t i = 0; i < ARRAY_N(others); i++)
		CHECK(str_starts(web_get(&k.w, ROLE_OFFICE, others[i]).location, STR("/unlock")));
	CHECK(str_starts(web_get(&k.w, ROLE_OFFICE, path(&k, first, "/agree")).location, STR("/unlock")));
	CHECK(str_starts(web_post(&k.w, ROLE_OFFICE, path(&k, first, "/agree"), answer(&k, "visitor", "sign")).location, STR("/unlock")));
	CHECK_INT(visit_now(&k, first).agreed, -1);
	CHECK(str_starts(web_post(&k.w, ROLE_OFFICE, path(&k, id, "/code"), "x=1").location, STR("/unlock")));
	CHECK_INT(web_get(&k.w, ROLE_OFFICE, path(&k, id, "/agree")).status, 200);
	CHECK(str_ends(web_post(&k.w, ROLE_OFFICE, path(&k, id, "/agree"), answer(&k, "visitor", "decline")).location, STR("/thanks")));
	struct web_visit v = web_get(&k.w, ROLE_OFFICE, path(&k, id, "/thanks"));
	CHECK(v.status == 200 && web_says(&v, "Please give the tablet back") && !web_says(&v, "Sign out"));
	CHECK(str_starts(web_get(&k.w, ROLE_OFFICE, "/visitors").location, STR("/unlock")));
	web_unlock(&k.w, ROLE_OFFICE);
	CHECK_INT(web_get(&k.w, ROLE_OFFICE, "/visitors").status, 200);
}

TEST(clause, c9_4_04_any_member_of_staff_writes_a_challenge_in_one_form)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(gate_desk_done) struct gate_desk k = gate_desk();
		profile(&k, profiles[at]);
		static const int staff[] = { ROLE_TEACHER, ROLE_STAFF, ROLE_OFFICE, ROLE_SUPPLY, ROLE_DSL, ROLE_HEAD, ROLE_TECHNICIAN, ROLE_SENCO, ROLE_BUSINESS };
		const char *form = "kind=unknown&where=corridor&who=a+man+in+a+red+cap&what=asked+him+for+his+badge&outcome=settled";
		for (size_t i = 0; i < sizeof staff / sizeof *staff; i++) {
			CHECK_INT(web_get(&k.w, staff[i], "/visitors/challenge").status, 200);
			CHECK_INT(web_post(&k.w, staff[i], "/visitors/challenge", form).status, 303);
		}
		static const int others[] = { ROLE_LEARNER, ROLE_PARENT, ROLE_VISITOR };
		for (size_t i = 0; i < sizeof others / sizeof *others; i++)
			CHECK_INT(web_post(&k.w, others[i], "/visitors/challenge", form).status, 403);
		struct web_visit v = web_get(&k.w, ROLE_DSL, "/visitors/challenges");
		CHECK(v.status == 200 && web_says(&v, "a man in a red cap") && web_says(&v, "they explained") && told(&k, ROLE_DSL) == 0);
		v = web_post(&k.w, ROLE_TEACHER, "/visitors/challenge", "kind=unknown");
		CHECK(v.status == 422 && web_says(&v, "Say in a line or two") && web_says(&v, "Choose how it ended"));
		CHECK_INT(web_get(&k.w, ROLE_TEACHER, "/visitors/challenges").status, 403);
	}
}

TEST(clause, c9_4_05_a_visitors_breach_is_told_at_once_to_those_whom_the_profile_names)
{
	for (size_t i = 0; i < 2; i++) {
		AUTO(gate_desk_done) struct gate_desk k = gate_desk();
		profile(&k, profiles[i]);
		CHECK_INT(web_post(&k.w, ROLE_STAFF, "/visitors/challenge", "kind=device&what=filmed+in+the+hall&outcome=settled").status, 303);
		CHECK(told(&k, ROLE_DSL) == 1 && told(&k, ROLE_DEPUTY) == 1 && told(&k, ROLE_HEAD) == 1 && told(&k, ROLE_TECHNICIAN) == 0);
		struct web_visit v = web_get(&k.w, ROLE_HEAD, "/visitors/challenges");
		CHECK(web_says(&v, "filmed in the hall") && web_says(&v, "Waits"));
		struct entry_page page;
		struct entry_may may = { .school = k.w.school, .person = k.w.person[ROLE_DSL], .classes = ENTRY_BIT(ENTRY_GENERAL) };
		CHECK_OK(entry_list(&k.st, k.w.arena, &may, &(struct entry_query){ .reg = "visitor-challenge" }, &page));
		const char *close = arena_fmt(k.w.arena, "/visitors/challenges/%lld", (long long)page.entries[0].id).p;
		CHECK_INT(web_post(&k.w, ROLE_OFFICE, close, "came=x").status, 403);
		CHECK_INT(web_post(&k.w, ROLE_HEAD, close, "came=film+deleted+in+front+of+us").status, 303);
		v = web_get(&k.w, ROLE_HEAD, "/visitors/challenges");
		CHECK(web_says(&v, "film deleted in front of us") && web_says(&v, "Closed"));
	}
}

TEST(clause, c7_10_17_a_visitor_is_invited_onto_the_platform_by_leadership_only)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(gate_desk_done) struct gate_desk k = gate_desk();
		profile(&k, profiles[at]);
		int64_t id = sign_in(&k, "name=Pippa+Pipewell&kind=visitor");
		const char *form = "platform=Learning+place&focus=science+day";
		web_unlock(&k.w, ROLE_OFFICE);
		for (int r = 0; r <= NOBODY; r = web_next(r)) {
			struct web_visit v = web_post(&k.w, r, path(&k, id, "/invite"), form);
			bool may = r == ROLE_HEAD || r == ROLE_LEADERSHIP;
			CHECK((v.status == 303 && str_is(v.location, path(&k, id, ""))) == may);
		}
		struct web_visit v = web_get(&k.w, ROLE_OFFICE, path(&k, id, ""));
		CHECK(web_says(&v, "Learning place; for: science day") && !web_says(&v, "name=\"platform\""));
	}
}

TEST(clause, c7_10_18_a_visitors_platform_access_has_a_purpose_or_a_time_and_ends)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(gate_desk_done) struct gate_desk k = gate_desk();
		profile(&k, profiles[at]);
		struct str *held;
		size_t n;
		int64_t id = sign_in(&k, "name=Pippa+Pipewell&kind=visitor&until=3pm");
		struct web_visit v = web_post(&k.w, ROLE_HEAD, path(&k, id, "/invite"), "platform=Learning+place");
		CHECK(v.status == 422 && web_says(&v, "Say what it is for, or until when."));
		v = web_post(&k.w, ROLE_HEAD, path(&k, id, "/invite"), "platform=Learning+place&ends=5pm");
		CHECK(v.status == 422 && web_says(&v, "It ends before the visit does."));
		CHECK_INT(web_post(&k.w, ROLE_HEAD, path(&k, id, "/invite"), "platform=Learning+place&ends=11am").status, 303);
		CHECK_OK(visit_invitations(k.w.db, k.w.arena, k.w.school, visit_now(&k, id).person, &held, &n));
		CHECK(n == 1 && str_ends(held[0], STR("until 11:00am")));
		clock_step(2 * 3600 * 1000LL);
		CHECK_OK(visit_invitations(k.w.db, k.w.arena, k.w.school, visit_now(&k, id).person, &held, &n));
		CHECK_INT(n, 0);
	}
}

TEST(visitor_page, the_desk_is_kept_by_the_office_and_leaders_only)
{
	AUTO(gate_desk_done) struct gate_desk k = gate_desk();
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool desk = r == ROLE_OFFICE || r == ROLE_ADMIN || r == ROLE_TECHNICIAN || r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD || r == ROLE_LEADERSHIP;
		CHECK((web_get(&k.w, r, "/visitors/now").status == 200) == desk);
		CHECK((web_get(&k.w, r, "/visitors/history").status == 200) == desk);
		CHECK((web_get(&k.w, r, "/visitors").status == 200) == desk);
	}
}

TEST(visitor_page, who_is_in_who_was_and_a_file_of_it)
{
	AUTO(gate_desk_done) struct gate_desk k = gate_desk();
	int64_t host = k.w.person[ROLE_TEACHER];
	int64_t id = sign_in(&k, arena_fmt(k.w.arena, "name=Pippa+Pipewell&kind=visitor&organisation=Invented+Pipes&car=TE57+ING&badge=7&host=%lld", (long long)host).p);
	web_unlock(&k.w, ROLE_OFFICE);
	struct web_visit v = web_get(&k.w, ROLE_OFFICE, "/visitors");
	CHECK(web_says(&v, "Pippa Pipewell") && web_says(&v, "Has not been asked yet") && web_says(&v, "5:00pm"));       /* day.close and an hour */
	v = web_get(&k.w, ROLE_OFFICE, "/visitors/now");
	CHECK(web_says(&v, "Pippa Pipewell") && web_says(&v, "TE57 ING") && web_says(&v, ">7</td>"));
	v = web_post(&k.w, ROLE_OFFICE, "/visitors/new", "name=Bad+Timely&kind=visitor&until=teatime");
	CHECK(v.status == 422 && web_says(&v, "Enter a time like 3pm") && web_says(&v, "Bad Timely"));
	CHECK_INT(web_post(&k.w, ROLE_OFFICE, path(&k, id, "/out"), "x=1").status, 303);
	v = web_get(&k.w, ROLE_OFFICE, "/visitors");
	CHECK(web_says(&v, "Nobody is signed in."));
	v = web_get(&k.w, ROLE_OFFICE, "/visitors/new?q=pipew");
	CHECK(web_says(&v, "Sign in Pippa Pipewell") && web_says(&v, "Invented Pipes"));
	v = web_get(&k.w, ROLE_OFFICE, "/visitors/history?q=pipes&from=15/09/2026&upto=15/09/2026");
	CHECK(web_says(&v, "Pippa Pipewell"));
	v = web_get(&k.w, ROLE_OFFICE, "/visitors/history?from=16/09/2026");
	CHECK(!web_says(&v, "Pippa Pipewell") && web_says(&v, "No visits found."));
	v = web_get(&k.w, ROLE_OFFICE, "/visitors/history?csv=1");
	CHECK(web_says(&v, "\"Pippa Pipewell\",\"Visitor\",\"Invented Pipes\""));
	CHECK_INT(web_get(&k.w, ROLE_OFFICE, "/visitors/history?from=yesterday").status, 422);
}

TEST(visitor_page, a_booked_visitor_comes)
{
	AUTO(gate_desk_done) struct gate_desk k = gate_desk();
	CHECK_INT(web_post(&k.w, ROLE_OFFICE, "/visitors/book", "name=Nurse+Inventley&kind=visitor&due=15/09/2026&time=11am&purpose=hearing").status, 303);
	int64_t id = newest(&k);
	struct web_visit v = web_get(&k.w, ROLE_OFFICE, "/visitors");
	CHECK(web_says(&v, "Nurse Inventley") && web_says(&v, "15 September 2026 at 11:00am"));
	v = web_get(&k.w, ROLE_OFFICE, arena_fmt(k.w.arena, "/visitors/new?booked=%lld", (long long)id).p);
	CHECK(v.status == 200 && web_says(&v, "value=\"hearing\""));
	CHECK_INT(sign_in(&k, arena_fmt(k.w.arena, "booked=%lld&purpose=hearing", (long long)id).p), id);
	web_unlock(&k.w, ROLE_OFFICE);
	CHECK_INT(visit_now(&k, id).state, VISIT_IN);
	CHECK_INT(web_post(&k.w, ROLE_OFFICE, "/visitors/book", "name=No+Dayley&kind=visitor").status, 422);
}

/* Today's classes, no history; a concern can be reported; tomorrow nothing. */
TEST(visitor_page, supply_sees_todays_classes_and_no_history_and_is_out_tomorrow)
{
	AUTO(gate_desk_done) struct gate_desk k = gate_desk();
	in_force(&k, "ks2");
	int64_t id = sign_in(&k, "name=Sunny+Supplyton&kind=supply"), who = visit_now(&k, id).person;
	answers(&k, id, answer(&k, "supply", "sign"));
	CHECK_INT(web_post(&k.w, ROLE_OFFICE, path(&k, id, "/classes"), arena_fmt(k.w.arena, "class=%lld", (long long)k.elm).p).status, 303);
	struct web_visit v = web_get_as(&k.w, who, "/classes");
	CHECK(v.status == 200 && web_says(&v, "Elm") && !web_says(&v, "Ash"));
	const char *elm = arena_fmt(k.w.arena, "/class/%lld", (long long)k.elm).p, *ash = arena_fmt(k.w.arena, "/class/%lld", (long long)k.ash).p;
	static const char *const pages[] = { "session", "sign", "allow" };
	for (size_t i = 0; i < 3; i++) {
		CHECK_INT(web_get_as(&k.w, who, arena_fmt(k.w.arena, "%s/%s", elm, pages[i]).p).status, 200);
		v = web_get_as(&k.w, who, arena_fmt(k.w.arena, "%s/%s", ash, pages[i]).p);
		CHECK(v.status == 303 && str_find(v.location, STR("/cover")) > 0);      /* another class only for a reason that is kept */
	}
	static const char *const closed[] = { "/activity", "/activity/staff", "/people", "/governors", "/visitors/now", "/access-register" };
	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
		CHECK_INT(web_get_as(&k.w, who, closed[i]).status, 403);
	CHECK_INT(web_get_as(&k.w, who, arena_fmt(k.w.arena, "%s/summary", elm).p).status, 403);
	CHECK_INT(web_get_as(&k.w, who, "/report").status, 200);
	CHECK_INT(web_post_as(&k.w, who, "/report", "about=child&words=she+was+crying").status, 303);
	v = web_post(&k.w, ROLE_OFFICE, path(&k, id, "/phrase"), "x=1");
	CHECK(v.status == 200 && web_says(&v, "sunny.supplyton") && web_says(&v, "gh-code"));
	clock_step(86400 * 1000LL);
	size_t n;
	CHECK_OK(visit_sweep(k.w.db, k.w.school, &n));
	CHECK(!class_has_staff(k.w.db, k.w.school, k.elm, who));
}

TEST(visitor_page, a_guests_code_is_tried_a_few_times_only)
{
	AUTO(gate_desk_done) struct gate_desk k = gate_desk();
	CHECK_INT(web_get(&k.w, NOBODY, "/guest").status, 200);
	struct web_visit v = { 0 };
	for (int i = 0; i < 10; i++) {
		v = web_post(&k.w, NOBODY, "/guest", "code=2222-2222");
		CHECK(v.status == 422 && web_says(&v, "does not open the network"));
	}
	v = web_post(&k.w, NOBODY, "/guest", "code=2222-2222");
	CHECK(v.status == 422 && web_says(&v, "Too many codes"));
}
