/* Agreements kept or not, who is protected, what no filter can do: each test is its acceptance, on both profiles. */
#include "house/agreement/agreement_store.h"
#include "house/page/duty_web.h"
#include "house/page/voice_kit.h"

static struct agreement_data agreements(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_data data;
	struct store st = kit_store(w);
	struct act act = { w->school, 0, "test" };
	CHECK_OK(agreement_data_load(w->arena, test_source("data"), &w->web->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK_OK(agreement_activate_shipped(&st, w->arena, &act, &data, &data.texts.v[i], &d));
	return data;
}

static void sign(struct web_school *w, int64_t person)
{
	struct store st = kit_store(w);
	struct act act = { w->school, person, "test" };
	struct agreement_shown shown;
	struct person p;
	CHECK_OK(person_get(w->db, w->arena, w->school, person, &p));
	CHECK_OK(agreement_show_of(&st, w->arena, w->school, agreement_audience_of(w->db, w->arena, &p), STR("en"), &shown));
	CHECK_OK(agreement_sign(&st, w->arena, &act, &(struct sign_in){ .person = person, .digest = shown.digest }));
}

static const char *breach_of(struct web_school *w, int64_t person) { return arena_fmt(w->arena, "/people/%lld/breach", (long long)person).p; }

/* The first rule that the page offers: its id and words. */
static struct str first_rule(struct web_school *w, int role, const char *page, struct str *text)
{
	struct web_visit v = web_get(w, role, page);
	CHECK_INT(v.status, 200);
	struct str id = jar_between(&v, "name=\"rule\" type=\"radio\" value=\"", "\"");
	if (!id.n)
		id = jar_between(&v, "id=\"rule\" name=\"rule\" type=\"radio\" value=\"", "\"");
	CHECK(id.n > 0);
	*text = str_trim(jar_between(&v, "for=\"rule\">", "</label>"));
	return id;
}

TEST(clause, c4_3_04_adherence_is_stated_each_year_and_a_breach_names_the_signed_version)
{
	ON_EACH_MONDAY(w) {
		int64_t teacher = w.person[ROLE_TEACHER];
		web_duties_at(&w, web_now(2026, 9, 14, 9));
		struct duty_turn t = web_turn(&w, "staff-conduct", teacher);
		CHECK_INT(web_post(&w, ROLE_TEACHER, web_turn_path(&w, &t), web_duty_form(&w, "staff-conduct", teacher, "answer=yes")).status, 303);
		(void)agreements(&w);
		sign(&w, teacher);
		struct str words, rule = first_rule(&w, ROLE_HEAD, breach_of(&w, teacher), &words);
		const char *form = arena_fmt(w.arena, "rule=%.*s&on=14/9/2026&what=Used+a+private+account.", STRF(rule)).p;
		CHECK_INT(web_get(&w, ROLE_STAFF, breach_of(&w, teacher)).status, 403);
		CHECK_INT(web_get(&w, ROLE_TEACHER, breach_of(&w, teacher)).status, 403);
		CHECK_INT(web_post(&w, ROLE_HEAD, breach_of(&w, teacher), "rule=&on=1/1/2030&what=").status, 422);
		CHECK_INT(web_post(&w, ROLE_HEAD, breach_of(&w, teacher), form).status, 303);
		struct web_visit v = web_get(&w, ROLE_HEAD, breach_of(&w, teacher));
		CHECK(web_says(&v, "signed version 1") || web_says(&v, "signed version 2"));
		CHECK(web_says(&v, "Used a private account."));
		const char *at = arena_fmt(w.arena, "/registers/agreement-breach/%.*s", STRF(jar_between(&v, "/registers/agreement-breach/", "\""))).p;
		CHECK(kit_shows(&w, ROLE_HEAD, at, "Their signature") && kit_shows(&w, ROLE_HEAD, at, "Which version had they signed?"));
		web_duties_at(&w, web_now(2027, 9, 15, 10));
		CHECK(web_turn(&w, "staff-conduct", teacher).id != t.id);              /* and again the next year */
	}
}

TEST(clause, c4_5_05_a_breach_cites_the_rule_and_stands_in_the_pupils_record)
{
	ON_EACH_MONDAY(w) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { w.school, 0, "test" };
		int64_t class_id, pupil;
		CHECK_OK(class_add(w.db, &act, STR("Heron"), 4, STR_NONE, &d, &class_id));
		CHECK_OK(class_staff_set(w.db, &act, class_id, w.person[ROLE_TEACHER], true));
		CHECK_OK(person_add(w.db, &act, &(struct person_in){ .kind = KIND_LEARNER, .name = STR("Pip Pebbleton"), .year = 4, .class_id = class_id }, &d, &pupil));
		(void)agreements(&w);
		sign(&w, pupil);
		struct str words, rule = first_rule(&w, ROLE_TEACHER, breach_of(&w, pupil), &words);
		CHECK_INT(web_post(&w, ROLE_TEACHER, breach_of(&w, pupil), arena_fmt(w.arena, "rule=%.*s&on=14/9/2026&what=Opened+a+game.", STRF(rule)).p).status, 303);
		struct web_visit v = web_get(&w, ROLE_DSL, breach_of(&w, pupil));
		CHECK(web_says(&v, arena_z(w.arena, words)) && web_says(&v, "Opened a game.") && web_says(&v, "14 September 2026"));
		CHECK(kit_shows(&w, ROLE_DSL, arena_fmt(w.arena, "/people/%lld", (long long)pupil).p, breach_of(&w, pupil)));
		CHECK_INT(web_get(&w, ROLE_STAFF, breach_of(&w, pupil)).status, 403);      /* not their class */
		CHECK_INT(web_get(&w, ROLE_LEARNER, breach_of(&w, pupil)).status, 403);
	}
}

TEST(clause, c6_06_the_policy_and_every_agreement_say_that_no_filter_stops_everything)
{
	static const char *const all[] = { "early-years", "ks1", "ks2", "staff", "supply", "volunteer", "governor", "visitor", "parent" };
	ON_EACH_MONDAY(w) {
		struct agreement_data data = agreements(&w);
		for (size_t i = 0; i < ARRAY_N(all); i++) {
			const struct agreement *g = agreement_find(&data.texts, str_z(all[i]), STR("en"));
			bool found = !g && !IS_PRIMARY;                        /* a junior school has no younger pupils */
			for (size_t k = 0; g && k < g->n; k++)
				found |= agreement_has_tag(&g->rules[k], STR("limits"));
			CHECK(found);
		}
		CHECK(kit_shows(&w, NOBODY, "/our-policy", "nobody can promise that it never appears") && kit_shows(&w, ROLE_TEACHER, "/policy", "nobody can promise that it never appears"));
	}
}

TEST(clause, c1_08_the_report_lists_nobody_without_filter_profile_way_to_report_and_agreement)
{
	ON_EACH_MONDAY(w) {
		CHECK(kit_shows(&w, ROLE_DSL, "/status/coverage", "No agreement is in force for them."));
		(void)agreements(&w);
		struct web_visit v = web_get(&w, ROLE_DSL, "/status/coverage");
		CHECK(web_says(&v, "0 without.") && !web_says(&v, "No agreement is in force") && web_says(&v, "not signed: filtered, not let on"));
		sign(&w, w.person[ROLE_TEACHER]);
		CHECK(kit_shows(&w, ROLE_DSL, "/status/coverage", ", signed: 1"));
		CHECK_INT(web_get(&w, ROLE_TEACHER, "/status/coverage").status, 403);
	}
}

/* In the school whose policy asks for it (primary), a measure without its sources is refused, field by field. */
TEST(clause, c4_4_05_a_measure_cites_the_agreement_and_the_clause_of_section_seven)
{
	static const char look[] = "measure=virus&standing=yes&how=On+every+device&checked=2026-09-10&by=Test+Technician";
	ON_EACH_MONDAY(w) {
		const char *aup = kit_policy(&w, "aup", "");
		const long long number = (long long)kit_id(aup);
		CHECK_INT(kit_add(&w, ROLE_TECHNICIAN, "security-measure", arena_fmt(w.arena, "%s&policy=%lld", look, number).p).status, IS_PRIMARY ? 422 : 303);
		CHECK_INT(kit_add(&w, ROLE_TECHNICIAN, "security-measure", arena_fmt(w.arena, "%s&clause=7.5-02", look).p).status, IS_PRIMARY ? 422 : 303);
		const char *at = kit_added(&w, ROLE_TECHNICIAN, "security-measure", arena_fmt(w.arena, "measure=virus&standing=yes&how=On+every+device&checked=2026-09-10&by=Test+Technician"
			"&policy=%lld&place=page+4&clause=7.5-02", (long long)kit_id(aup)).p);
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, at);
		CHECK(v.status == 200 && (web_says(&v, "Our aup") && web_says(&v, "page 4") && web_says(&v, "7.5-02")) == IS_PRIMARY);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, "/registers/security-measure", "href=\"/our-policies/aup\"") == IS_PRIMARY);
	}
}

TEST(clause, c7_5_14_the_pages_of_security_name_the_document_that_says_more)
{
	ON_EACH_MONDAY(w) {
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, "/status", "Acceptable use of ICT") == IS_PRIMARY);
		if (IS_PRIMARY)
			CHECK(kit_shows(&w, ROLE_TECHNICIAN, "/registers/security-measure", "Acceptable use of ICT"));
	}
}
