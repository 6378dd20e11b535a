/* Taught before let on (5.1-02), logins confirmed by their holders (7.9.2-09), looking out for others (4.5-07): each test is its acceptance. */
#include "house/agreement/agreement_store.h"
#include "house/agreement/taught.h"
#include "house/page/voice_kit.h"
#include "house/register/tick.h"
#include "house/service/clausekit.h"

static void activate_all(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct store st = kit_store(w);
	struct act act = { w->school, 0, "test" };
	struct agreement_data data;
	CHECK_OK(agreement_data_load(w->arena, test_source("data"), &w->web->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK_OK(agreement_activate(&st, w->arena, &act, &data.texts.v[i], &d));
}

static struct agreement_state state_of(struct web_school *w, int64_t child)
{
	struct store st = kit_store(w);
	struct agreement_state s;
	struct person p;
	CHECK_OK(person_get(w->db, w->arena, w->school, child, &p));
	CHECK_OK(agreement_state_of(&st, w->arena, &p, clock_utc(), &s));
	return s;
}

static enum standing let_on(struct web_school *w, int64_t child)
{
	struct agreement_state s = state_of(w, child);
	return agreement_let_on(&s);
}

static void signs(struct web_school *w, int64_t child)
{
	struct store st = kit_store(w);
	struct act act = { w->school, 0, "test" };
	struct agreement_active g;
	struct agreement_state s = state_of(w, child);
	CHECK_OK(agreement_in_force(&st, w->arena, w->school, s.audience, &g));
	CHECK_OK(agreement_sign(&st, w->arena, &act, &(struct sign_in){ .person = child, .digest = g.text.digest }));
}

/* A class of this year taught by the teacher, with two children. */
struct room { int64_t class_id, here, away; };
static struct room room(struct web_school *w, int year)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	struct room r;
	CHECK_OK(class_add(w->db, &act, STR("Heron"), year, STR_NONE, &d, &r.class_id));
	CHECK_OK(class_staff_set(w->db, &act, r.class_id, w->person[ROLE_TEACHER], true));
	CHECK_OK(person_add(w->db, &act, &(struct person_in){ .kind = KIND_LEARNER, .name = STR("Fern Samplewick"), .username = STR("fern.fox"), .year = year, .class_id = r.class_id }, &d, &r.here));
	CHECK_OK(person_add(w->db, &act, &(struct person_in){ .kind = KIND_LEARNER, .name = STR("Pip Pebbleton"), .username = STR("pip.owl"), .year = year, .class_id = r.class_id }, &d, &r.away));
	return r;
}

static const char *path_of(struct web_school *w, const struct room *r, const char *what) { return arena_fmt(w->arena, "/class/%lld/%s", (long long)r->class_id, what).p; }

TEST(clause, c5_1_02_a_child_without_the_lesson_is_not_let_on_and_reads_why_and_one_entry_lets_them_on)
{
	ON_EACH_MONDAY(w) {
		struct room r = room(&w, 4);
		activate_all(&w);
		signs(&w, r.here);
		signs(&w, r.away);
		CHECK(state_of(&w, r.here).standing == STANDING_CURRENT);
		CHECK(let_on(&w, r.here) == STANDING_UNSIGNED && let_on(&w, r.away) == STANDING_UNSIGNED);      /* signed, and still nothing opens */
		struct web_visit v = web_get_as(&w, r.away, "/agreement");
		CHECK(v.status == 200 && web_says(&v, "First you have a lesson about being safe online"));
		CHECK(kit_shows(&w, ROLE_TEACHER, "/classes", path_of(&w, &r, "taught")));
		CHECK_INT(web_post(&w, ROLE_TEACHER, path_of(&w, &r, "taught"), "on=14+September+2026").status, 422);
		CHECK_INT(web_post(&w, ROLE_TEACHER, path_of(&w, &r, "taught"), arena_fmt(w.arena, "child=%lld&on=15/9/2026", (long long)r.here).p).status, 422);    /* still to come */
		CHECK_INT(web_post(&w, ROLE_TEACHER, path_of(&w, &r, "taught"), arena_fmt(w.arena, "child=%lld&on=14/9/2026", (long long)r.here).p).status, 303);
		CHECK(let_on(&w, r.here) == STANDING_CURRENT && let_on(&w, r.away) == STANDING_UNSIGNED);
		const char *at = kit_added(&w, ROLE_TEACHER, "lesson-taught", "person=Pip+Pebbleton&kind=internet&on=14/9/2026&by=Test+Teacher");
		CHECK(let_on(&w, r.away) == STANDING_CURRENT);                       /* who was away is caught up by one entry */
		v = web_get_as(&w, r.away, "/agreement");
		CHECK(!web_says(&v, "First you have a lesson"));
		v = web_get(&w, ROLE_TEACHER, at);
		CHECK_INT(web_post(&w, ROLE_TEACHER, arena_fmt(w.arena, "%s/undo", at).p, arena_fmt(w.arena, "seen=%.*s&why=wrong+child", STRF(jar_between(&v, "name=\"seen\" value=\"", "\""))).p).status, 303);
		CHECK(let_on(&w, r.away) == STANDING_UNSIGNED);                      /* entered by mistake counts no more */
	}
}

TEST(taught, the_page_lists_who_waits_and_who_had_it_and_is_the_teachers)
{
	ON_EACH_MONDAY(w) {
		struct room r = room(&w, 4);
		CHECK_INT(web_get(&w, ROLE_LEARNER, path_of(&w, &r, "taught")).status, 403);
		CHECK_INT(web_post(&w, ROLE_TEACHER, path_of(&w, &r, "taught"), arena_fmt(w.arena, "child=%lld&child=%lld&child=999999&on=1/9/2026", (long long)r.here, (long long)r.away).p).status, 303);
		struct web_visit v = web_get(&w, ROLE_TEACHER, path_of(&w, &r, "taught"));
		CHECK(web_says(&v, "Everybody here has had the lesson") && web_says(&v, "1 September 2026"));
		struct store st = kit_store(&w);
		struct act act = { w.school, 0, "test" };
		size_t n;
		CHECK_OK(taught_record(&st, w.arena, &act, &r.here, 1, w.person[ROLE_TEACHER], clock_utc(), &n));
		CHECK_INT(n, 0);                                                     /* once is enough */
		CHECK_ERR(taught_record(&st, w.arena, &act, &r.here, 1, w.person[ROLE_TEACHER], clock_utc() + 90000, &n), ERR_STATE);
	}
}

TEST(clause, c4_5_07_every_pupils_agreement_has_the_rule_and_the_teacher_sees_the_day_it_was_signed)
{
	static const struct { const char *audience; int year; } all[] = { { "early-years", 0 }, { "ks1", 1 }, { "ks2", 4 } };
	ON_EACH_MONDAY(w) {
		AUTO(diag_done) struct diag d = diag_init(20);
		struct agreement_data data;
		CHECK_OK(agreement_data_load(w.arena, test_source("data"), &w.web->library->profile, &d, &data));
		for (size_t i = 0; i < ARRAY_N(all); i++) {
			const struct agreement *g = agreement_find(&data.texts, str_z(all[i].audience), STR("en"));
			bool found = !g && !IS_PRIMARY;
			for (size_t k = 0; g && k < g->n; k++)
				found |= agreement_has_tag(&g->rules[k], STR("lookout")) && g->rules[k].picture.n;
			CHECK(found);
		}
		struct room r = room(&w, 4);
		activate_all(&w);
		struct web_visit v = web_get_as(&w, r.here, "/agreement");
		CHECK(web_says(&v, "I look out for my friends"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, path_of(&w, &r, "sign"), "signed 14 September 2026"));
		signs(&w, r.here);
		CHECK(kit_shows(&w, ROLE_TEACHER, path_of(&w, &r, "sign"), "signed 14 September 2026"));
	}
}

/* How often the register has asked somebody whose turn is open now. */
static bool asked(struct web_school *w, enum role r)
{
	struct store st = kit_store(w);
	size_t n;
	CHECK_OK(registers_tick(&st, w->school, clock_utc(), &n));
	return kit_task(w, r, "Confirm that you keep it safe");
}

TEST(clause, c7_9_2_09_a_login_waits_for_its_holders_confirmation_and_again_at_each_review)
{
	ON_EACH_MONDAY(w) {
		int64_t service = ck_service(&w, "Facecall", "videoconference", "facecall.test", "staff", "1 June 2027");
		int64_t id = ck_put(&w, NULL, "video-login", NULL, "person", ck_id(&w, w.person[ROLE_TEACHER]), "service", ck_id(&w, service), "on", "2026-09-14", NULL);
		const char *at = arena_fmt(w.arena, "/registers/video-login/%lld", (long long)id).p;
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "Not confirmed by its holder"));
		CHECK(asked(&w, ROLE_TEACHER) && !asked(&w, ROLE_TECHNICIAN));
		CHECK_INT(kit_move(&w, ROLE_TECHNICIAN, at, "issued").status, 403);      /* nobody confirms for somebody else */
		CHECK_INT(kit_move(&w, ROLE_HEAD, at, "issued").status, 403);
		CHECK_INT(kit_move(&w, ROLE_TEACHER, at, "issued").status, 303);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "Confirmed by its holder") && !asked(&w, ROLE_TEACHER));
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, at);
		CHECK(web_says(&v, "14 September 2026") && web_says(&v, "12 January 2027"));
		CHECK(web_says(&v, "cannot change in this state") && !web_says(&v, "/edit\""));     /* no link to a form that is refused */
		kit_later(&w, 2027, 1, 14, 9);
		CHECK(asked(&w, ROLE_TEACHER));                                       /* its review is past: the holder is asked again */
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "Not confirmed by its holder"));
		CHECK_INT(kit_move(&w, ROLE_TEACHER, at, "issued").status, 303);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "14 May 2027") && !asked(&w, ROLE_TEACHER));
	}
}
