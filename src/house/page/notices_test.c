/* What everybody is told, where it hangs, and who has read it. */
#include <stdlib.h>

#include "base/clock.h"
#include "house/account/rules.h"
#include "house/agreement/agreement_store.h"
#include "house/agreement/signs.h"
#include "house/agreement/board.h"
#include "house/procedure/library.h"
#include "house/visitor/visitor.h"
#include "house/web/web_test.h"

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

static void profile_is(struct web_school *w, const char *profile)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct library *l = arena_new(w->arena, struct library);
	*l = *w->web->library;
	CHECK_OK(profile_load(w->arena, test_source("data/parameters.conf"), arena_fmt(w->arena, "%s/profiles/%s.conf", test_source("data"), profile).p, &d, &l->profile));
	w->web->library = l;
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
}

static void put_agreements(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_data data;
	struct store st = store_of(w);
	struct act act = { w->school, 0, "test" };
	CHECK_OK(agreement_data_load(w->arena, test_source("data"), &w->web->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK_OK(agreement_activate_shipped(&st, w->arena, &act, &data, &data.texts.v[i], &d));
}

static const char *hidden(struct web_school *w, const struct web_visit *v, const char *name, const char *after)
{
	ptrdiff_t from = str_find(v->body, str_z(after));
	CHECK(from >= 0);
	struct str rest = str_from(v->body, (size_t)from), mark = arena_fmt(w->arena, "name=\"%s\" value=\"", name);
	ptrdiff_t at = str_find(rest, mark);
	CHECK(at >= 0);
	rest = str_from(rest, (size_t)at + mark.n);
	return arena_z(w->arena, str_upto(rest, (size_t)str_chr(rest, '"')));
}

static int64_t receipts(struct web_school *w, int64_t person, const char *what)
{
	struct store st = store_of(w);
	struct entry_may may = { .school = w->school, .classes = ENTRY_BIT(ENTRY_PERSONAL) };
	struct entry_query q = { .reg = "receipt", .n_where = 2, .where = { { "person", ENTRY_IS, person, STR_NONE }, { "what", ENTRY_IS, 0, str_z(what) } }, .bare = true };
	int64_t n = 0;
	CHECK_OK(entry_count(&st, &may, &q, &n));
	return n;
}

static struct web_visit know(struct web_school *w, int64_t person, const char *home, const char *notice)
{
	struct web_visit v = web_get_as(w, person, home);
	const char *digest = hidden(w, &v, "digest", arena_fmt(w->arena, "value=\"%s\"", notice).p);
	return web_post_as(w, person, "/rules", arena_fmt(w->arena, "notice=%s&digest=%s&next=%s", notice, digest, home).p);
}

static const char *const profiles[] = { "junior", "primary" };

TEST(clause, c5_1_12_a_learner_first_meets_the_monitoring_notice_and_acknowledges_it)
{
	for (size_t i = 0; i < ARRAY_N(profiles); i++) {
		AUTO(web_school_done) struct web_school w = web_school();
		profile_is(&w, profiles[i]);
		int64_t child = w.person[ROLE_LEARNER];
		struct web_visit v = web_get_as(&w, child, "/welcome");
		CHECK(v.status == 200 && web_says(&v, "The school can see what you do online here") && web_says(&v, "I know"));
		CHECK_INT(receipts(&w, child, "monitoring-learner"), 0);
		CHECK_INT(know(&w, child, "/welcome", "monitoring-learner").status, 303);
		CHECK_INT(receipts(&w, child, "monitoring-learner"), 1);
		v = web_get_as(&w, child, "/welcome");
		CHECK(!web_says(&v, "The school can see what you do online here"));
		v = web_get_as(&w, child, "/rules");
		CHECK(web_says(&v, "You read this on"));
	}
}

TEST(clause, c5_3_13_staff_are_told_at_sign_in_and_acknowledge_each_version)
{
	ON_EACH_PROFILE(w) {
		struct store st = store_of(&w);
		int64_t teacher = w.person[ROLE_TEACHER];
		struct web_visit v = web_get(&w, NOBODY, "/sign-in");
		CHECK(web_says(&v, "is monitored") && web_says(&v, "traced to the person"));
		v = web_get(&w, ROLE_TEACHER, "/home");
		CHECK(web_says(&v, "can be traced to the person who signed in") && web_says(&v, "I understand that my use is monitored"));
		uint8_t older[SHA256_BYTES] = { 7 };
		struct act act = { w.school, teacher, "read" };
		CHECK_OK(receipt_put(&st, w.arena, &act, "monitoring-adult", older, STR("an older version"), STR_NONE));
		v = web_get(&w, ROLE_TEACHER, "/home");
		CHECK(web_says(&v, "I understand that my use is monitored"));          /* that receipt was for other words */
		CHECK_INT(know(&w, teacher, "/home", "monitoring-adult").status, 303);
		v = web_get(&w, ROLE_TEACHER, "/home");
		CHECK(!web_says(&v, "I understand that my use is monitored"));
		CHECK_INT(receipts(&w, teacher, "monitoring-adult"), 2);
		v = web_post(&w, ROLE_TEACHER, "/rules", "notice=monitoring-adult&digest=00&next=/home");
		CHECK_INT(receipts(&w, teacher, "monitoring-adult"), 2);
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/rules", "notice=monitoring-learner&digest=00").status, 404);
	}
}

TEST(clause, c4_04_each_member_of_staff_sees_what_they_look_after_and_receipts_are_kept)
{
	for (size_t i = 0; i < ARRAY_N(profiles); i++) {
		AUTO(web_school_done) struct web_school w = web_school();
		profile_is(&w, profiles[i]);
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/rules");
		CHECK(web_says(&v, "every member of staff") && !web_says(&v, "as safeguarding lead or deputy") && !web_says(&v, "as technician"));
		v = web_get(&w, ROLE_DSL, "/rules");
		CHECK(web_says(&v, "every member of staff") && web_says(&v, "as safeguarding lead or deputy"));
		v = web_get(&w, ROLE_TECHNICIAN, "/rules");
		CHECK(web_says(&v, "as technician") && !web_says(&v, "as safeguarding lead"));
		CHECK_INT(know(&w, w.person[ROLE_TEACHER], "/rules", "responsibilities-all").status, 303);
		CHECK_INT(receipts(&w, w.person[ROLE_TEACHER], "responsibilities-all"), 1);
	}
}

TEST(clause, c4_05_children_and_families_see_theirs_where_the_whole_community_is_meant)
{
	AUTO(web_school_done) struct web_school w = web_school();
	profile_is(&w, "primary");
	struct web_visit child = web_get(&w, ROLE_LEARNER, "/welcome"), parent = web_get(&w, ROLE_PARENT, "/home"), visitor = web_get(&w, ROLE_VISITOR, "/home");
	CHECK(web_says(&child, "What I look after") && web_says(&parent, "What families look after") && web_says(&visitor, "What visitors look after"));
	profile_is(&w, "junior");
	child = web_get(&w, ROLE_LEARNER, "/welcome");
	parent = web_get(&w, ROLE_PARENT, "/home");
	CHECK(!web_says(&child, "What I look after") && !web_says(&parent, "What families look after"));
}

TEST(clause, c8_1_01_expectations_for_staff_children_and_families_with_receipts)
{
	static const struct { enum role role; const char *id, *words; } v[] = {
		{ ROLE_TEACHER, "expectations-staff", "Teach remotely only" }, { ROLE_LEARNER, "expectations-learner", "When we learn from home" },
		{ ROLE_PARENT, "expectations-parent", "do not record lessons" } };
	for (size_t i = 0; i < ARRAY_N(profiles); i++) {
		AUTO(web_school_done) struct web_school w = web_school();
		profile_is(&w, profiles[i]);
		for (size_t k = 0; k < ARRAY_N(v); k++) {
			struct web_visit page = web_get(&w, (int)v[k].role, "/rules");
			CHECK(web_says(&page, v[k].words));
			CHECK_INT(know(&w, w.person[v[k].role], "/rules", v[k].id).status, 303);
			page = web_get(&w, (int)v[k].role, "/rules");
			CHECK(web_says(&page, "You read this on"));
		}
	}
}

TEST(clause, c10_06_the_form_of_a_report_speaks_of_confidence_where_the_community_is_meant)
{
	AUTO(web_school_done) struct web_school w = web_school();
	profile_is(&w, "primary");
	static const int roles[] = { ROLE_LEARNER, ROLE_PARENT, NOBODY };
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		struct web_visit v = web_get(&w, roles[i], "/report?about=child");
		CHECK(v.status == 200 && web_says(&v, "Please keep what you know about a worry") && web_says(&v, "href=\"/our-policy\""));
	}
	CHECK_INT(know(&w, w.person[ROLE_PARENT], "/rules", "confidentiality-community").status, 303);
	CHECK_INT(receipts(&w, w.person[ROLE_PARENT], "confidentiality-community"), 1);
	profile_is(&w, "junior");
	struct web_visit v = web_get(&w, ROLE_PARENT, "/report?about=child");
	CHECK(!web_says(&v, "Please keep what you know about a worry"));
	v = web_get(&w, ROLE_TEACHER, "/report?about=child");
	CHECK(web_says(&v, "stays with those who must know"));
}

TEST(clause, c9_1_01_the_device_rules_are_shown_for_staff_learners_and_visitors)
{
	AUTO(web_school_done) struct web_school w = web_school();
	profile_is(&w, "junior");
	struct web_visit v = web_get(&w, NOBODY, "/device-rules");
	CHECK(v.status == 200 && web_says(&v, "devices: pupils") && web_says(&v, "devices: staff") && web_says(&v, "devices: visitors"));
	CHECK(web_says(&v, "in a safe place all day") && !web_says(&v, "hand it in at the office") && !web_says(&v, "withdrawn"));
	profile_is(&w, "primary");
	v = web_get(&w, NOBODY, "/device-rules");
	CHECK(web_says(&v, "hand it in at the office") && web_says(&v, "withdrawn from that test or from all of them") && !web_says(&v, "in a safe place all day"));
}

TEST(clause, c9_3_11_the_notice_for_tests_warns_where_the_exam_rule_is_on)
{
	AUTO(web_school_done) struct web_school w = web_school();
	profile_is(&w, "primary");
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/signs/sheet/exam");
	CHECK(v.status == 200 && web_says(&v, "withdrawn from that test, or from all tests"));
	profile_is(&w, "junior");
	CHECK_INT(web_get(&w, ROLE_OFFICE, "/signs/sheet/exam").status, 404);
}

static const char *add_place(struct web_school *w, const char *place, const char *what)
{
	struct store st = store_of(w);
	struct sign_place *s;
	size_t n;
	CHECK_INT(web_post(w, ROLE_OFFICE, "/signs", arena_fmt(w->arena, "place=%s&what=%s&internet=yes", place, what).p).status, 303);
	CHECK_OK(signs_list(&st, w->arena, w->school, &s, &n));
	for (size_t i = 0; i < n; i++)
		if (str_is(s[i].place, place))
			return arena_fmt(w->arena, "/signs/%lld", (long long)s[i].id).p;
	return NULL;
}

TEST(clause, c5_1_11_a_room_with_internet_and_no_check_this_term_is_a_gap_and_posters_print)
{
	AUTO(web_school_done) struct web_school w = web_school();
	profile_is(&w, "primary");
	put_agreements(&w);
	const char *room = add_place(&w, "Library", "ks2");
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/signs");
	CHECK(web_says(&v, "Library") && web_says(&v, "Nobody has looked yet") && web_says(&v, "internet access"));
	struct account_rules terms = *w.web->account;
	terms.rotation = ROTATION_TERMLY;
	int64_t term = account_term_start(&terms, clock_utc());
	CHECK(term > 0);
	struct store st = store_of(&w);
	struct act act = { w.school, w.person[ROLE_OFFICE], "test" };
	int64_t id = 0;
	CHECK_OK(str_i64(str_from(str_z(room), 7), &id));
	clock_fake((term - 86400) * 1000);
	CHECK_OK(signs_check(&st, w.arena, &act, id, "right", STR("version 2"), STR_NONE));
	clock_fake(0);
	v = web_get(&w, ROLE_OFFICE, "/signs");
	CHECK(web_says(&v, "Nobody has looked this term"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, room, "found=right").status, 303);
	v = web_get(&w, ROLE_OFFICE, "/signs");
	CHECK(!web_says(&v, "Nobody has looked") && web_says(&v, "All right") && web_says(&v, "version 2"));
	v = web_get(&w, ROLE_OFFICE, "/signs/sheet/ks2?size=a3");
	CHECK(v.status == 200 && web_says(&v, "gh-poster--big") && web_says(&v, "promise-heart.svg") && web_says(&v, "version 2"));
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/signs").status, 403);
}

TEST(clause, c9_4_02_the_list_of_signs_prints_current_notices_and_shows_gaps)
{
	AUTO(web_school_done) struct web_school w = web_school();
	profile_is(&w, "junior");
	struct store st = store_of(&w);
	struct act act = { w.school, w.person[ROLE_OFFICE], "test" };
	const char *door = add_place(&w, "Entrance", "devices-visitor");
	int64_t id = 0;
	CHECK_OK(str_i64(str_from(str_z(door), 7), &id));
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/signs");
	CHECK(web_says(&v, "To be looked at:") && web_says(&v, "/signs/sheet/devices-visitor"));
	v = web_get(&w, ROLE_OFFICE, "/signs/sheet/devices-visitor");
	CHECK(v.status == 200 && web_says(&v, "out of sight of pupils"));
	CHECK_OK(signs_check(&st, w.arena, &act, id, "right", STR("0ld0ld00"), STR_NONE));
	v = web_get(&w, ROLE_OFFICE, "/signs");
	CHECK(web_says(&v, "An old version hangs there"));
	CHECK_INT(web_post(&w, ROLE_OFFICE, door, "found=right").status, 303);       /* looking does not make it new */
	v = web_get(&w, ROLE_OFFICE, "/signs");
	CHECK(web_says(&v, "An old version hangs there"));
	CHECK_INT(web_post(&w, ROLE_OFFICE, door, "found=replaced").status, 303);
	v = web_get(&w, ROLE_OFFICE, "/signs");
	CHECK(!web_says(&v, "To be looked at:") && web_says(&v, "All right"));
	CHECK_INT(web_post(&w, ROLE_OFFICE, door, "found=missing").status, 303);
	v = web_get(&w, ROLE_OFFICE, "/signs?csv=1");
	CHECK(web_says(&v, "It was missing or could not be read"));
	CHECK_INT(web_post(&w, ROLE_OFFICE, door, "found=down").status, 303);
	CHECK_INT(web_post(&w, ROLE_OFFICE, door, "found=right").status, 404);
	v = web_post(&w, ROLE_OFFICE, "/signs", "place=&what=nothing");
	CHECK(v.status == 422 && web_says(&v, "Say where it hangs") && web_says(&v, "Choose what hangs there"));
}

static void pass_carries(struct web_school *w, const char *kind, const struct board_notice *n)
{
	CHECK_INT(web_post(w, ROLE_OFFICE, "/visitors/new", arena_fmt(w->arena, "name=Pippa+Pipewell+%s&kind=%s", kind, kind).p).status, 303);
	web_unlock(w, ROLE_OFFICE);
	struct visit *v;
	size_t found;
	CHECK_OK(visit_list(w->db, w->arena, w->school, &(struct visit_query){ .any_state = true, .words = str_z(kind), .limit = 1 }, &v, &found, NULL));
	CHECK_INT(found, 1);
	struct web_visit page = web_get(w, ROLE_OFFICE, arena_fmt(w->arena, "/visitors/%lld", (long long)v->id).p);
	CHECK(page.status == 200 && web_says(&page, n->version) && web_says(&page, arena_z(w->arena, n->lines[0])));
}

TEST(clause, c9_4_03_the_visitors_pass_and_the_parents_pack_carry_the_current_device_rules)
{
	for (size_t i = 0; i < ARRAY_N(profiles); i++) {
		AUTO(web_school_done) struct web_school w = web_school();
		AUTO(diag_done) struct diag d = diag_init(5);
		struct board b;
		profile_is(&w, profiles[i]);
		put_agreements(&w);
		CHECK_OK(board_load(w.arena, test_source("data"), &w.web->library->profile, &d, &b));
		const struct board_notice *n = board_find(&b, STR("devices-visitor")), *kids = board_find(&b, STR("devices-learner")),
			*staff = board_find(&b, STR("devices-staff"));
		CHECK(n && kids && staff);
		struct web_visit v = web_get(&w, NOBODY, "/parent-pack");
		CHECK(v.status == 200 && web_says(&v, n->version) && web_says(&v, kids->version) && web_says(&v, "Home and school: the internet"));
		pass_carries(&w, "visitor", n);
		pass_carries(&w, "supply", staff);
	}
}
