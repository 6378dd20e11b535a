/* What the policy promises of working with families: each test is its acceptance, on both profiles. */
#include "house/family/family.h"
#include "house/page/duty_web.h"
#include "house/page/voice_kit.h"

#define OUT "audience=parents&language=English&issued=2026-09-10&words=Plain+words."

/* A parent who has a child here, so that their page opens. */
static void family(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	CHECK_OK(family_put(w->db, &act, &(struct contact_in){ .child = w->person[ROLE_LEARNER], .adult = w->person[ROLE_PARENT], .relation = RELATION_MOTHER, .responsible = true }, &d));
}

static const char *message(struct web_school *w, const char *topic, const char *channel, const char *title)
{
	const char *at = kit_added(w, ROLE_DSL, "family-message", arena_fmt(w->arena, "title=%s&topic=%s&channel=%s&" OUT, title, topic, channel).p);
	CHECK_INT(kit_move(w, ROLE_DSL, at, "sent").status, 303);
	return at;
}

/* The text of one line of the page about working with families. */
static bool line_says(struct web_school *w, const char *name, const char *what)
{
	struct web_visit v = web_get(w, ROLE_DSL, "/families/engagement");
	CHECK_INT(v.status, 200);
	struct str line = jar_between(&v, arena_fmt(w->arena, "<dt class=\"govuk-summary-list__key\">%s</dt>", name).p, "</dd>");
	return str_find(line, str_z(what)) >= 0;
}

TEST(clause, c4_1_11_the_parents_page_shows_where_to_find_advice_and_each_mailing_is_kept)
{
	ON_EACH_MONDAY(w) {
		family(&w);
		struct web_visit v = web_get(&w, ROLE_PARENT, "/family?said=saved"), open = web_get(&w, NOBODY, "/for-families");
		size_t n = 0;
		for (size_t i = 0; i < w.web->library->contacts.n; i++) {
			const struct contact *x = &w.web->library->contacts.v[i];
			if (!(x->audience & FOR_PARENTS) || !x->web.n || x->state != CONTACT_LIVE)
				continue;
			n++;
			CHECK(web_says(&v, arena_z(w.arena, x->web)) && web_says(&open, arena_z(w.arena, x->web)));
		}
		CHECK(n > 3);
		const char *at = message(&w, "advice", "newsletter", "Where+to+look");
		CHECK(kit_shows(&w, ROLE_GOVERNOR, "/registers/family-message", "Where to look") && kit_shows(&w, ROLE_DSL, at, "10 September 2026"));
		CHECK(kit_shows(&w, ROLE_PARENT, "/family?said=saved", "Where to look"));
	}
}

TEST(clause, c4_2_09_a_development_to_be_shared_stays_open_until_a_message_has_gone_out)
{
	ON_EACH_MONDAY(w) {
		const char *at = kit_added(&w, ROLE_DSL, "horizon", "what=A+new+app&source=A+journal&on=2026-09-10");
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "share").status, 303);
		struct web_visit v = kit_move(&w, ROLE_DSL, at, "shared");
		CHECK(v.status == 422 && web_says(&v, "Nobody was told yet"));
		CHECK(kit_shows(&w, ROLE_DSL, "/families/engagement", "A new app"));
		const char *form = arena_fmt(w.arena, "title=About+it&topic=development&channel=letter&scan=%lld&" OUT, (long long)kit_id(at)).p;
		const char *m = kit_added(&w, ROLE_DSL, "family-message", form);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "shared").status, 422);              /* written is not sent */
		CHECK_INT(kit_move(&w, ROLE_DSL, m, "sent").status, 303);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "shared").status, 303);
		CHECK(!kit_shows(&w, ROLE_DSL, "/families/engagement", "A new app"));
	}
}

TEST(clause, c4_2_11_two_ways_in_a_term_or_a_gap)
{
	ON_EACH_MONDAY(w) {
		CHECK(line_says(&w, "Forms used this term", "missing"));
		(void)message(&w, "advice", "newsletter", "One");
		(void)message(&w, "advice", "newsletter", "Two");
		CHECK(line_says(&w, "Forms used this term", "missing") && line_says(&w, "Forms used this term", "Newsletter: 2"));
		(void)message(&w, "advice", "website", "Three");
		CHECK(line_says(&w, "Forms used this term", "in place") && line_says(&w, "Forms used this term", "Website: 1"));
		kit_later(&w, 2027, 2, 1, 9);
		CHECK(line_says(&w, "Forms used this term", "missing"));
		CHECK(kit_shows(&w, ROLE_DSL, "/registers/family-message/map", "Newsletter"));
	}
}

TEST(clause, c4_6_06_parents_read_warning_signs_beside_a_button_to_tell)
{
	ON_EACH_MONDAY(w) {
		family(&w);
		static const char *const pages[] = { "/family?said=saved", "/for-families" };
		for (size_t i = 0; i < ARRAY_N(pages); i++) {
			struct web_visit v = web_get(&w, i ? NOBODY : ROLE_PARENT, pages[i]);
			struct str sheet = jar_between(&v, "aria-labelledby=\"signs\"", "</section>");
			CHECK(str_find(sheet, STR("sleeps badly")) >= 0 && str_find(sheet, STR("href=\"/report\"")) >= 0);
		}
		CHECK_INT(web_get(&w, NOBODY, "/report").status, 200);
	}
}

TEST(clause, c4_6_11_each_term_something_about_new_technology_goes_out_or_a_gap_is_shown)
{
	ON_EACH_MONDAY(w) {
		CHECK(line_says(&w, "New technology", "missing"));
		(void)message(&w, "technology", "newsletter", "Talking+toys");
		CHECK(line_says(&w, "New technology", "in place"));
		kit_later(&w, 2027, 4, 8, 9);
		CHECK(line_says(&w, "New technology", "missing"));
		web_duties_at(&w, web_now(2027, 4, 8, 9));
		CHECK(web_turn(&w, "family-ways", 0).id);
	}
}

TEST(clause, c5_4_01_the_years_plan_has_an_owner_and_activities)
{
	ON_EACH_MONDAY(w) {
		web_duties_at(&w, web_now(2026, 9, 14, 9));
		struct duty_turn t = web_turn(&w, "family-plan", 0);
		CHECK(t.id && str_is(t.state, "open") && line_says(&w, "Plan of the year", "There is no plan for this school year."));
		CHECK_INT(kit_add(&w, ROLE_DSL, "engagement-plan", "year=2026/27&aim=Every+family&owner=&activities=").status, 422);
		(void)kit_added(&w, ROLE_DSL, "engagement-plan", "year=2026/27&aim=Every+family+is+reached&owner=deputy&activities=A+coffee+morning+each+term");
		CHECK(line_says(&w, "Plan of the year", "Every family is reached") && line_says(&w, "Plan of the year", "Deputy safeguarding lead") && line_says(&w, "Plan of the year", "coffee morning"));
		web_duties_at(&w, web_now(2026, 9, 14, 10));
		web_fresh(&w);
		CHECK(str_is(web_turn(&w, "family-plan", 0).state, "done"));
		kit_later(&w, 2027, 9, 14, 9);
		CHECK(line_says(&w, "Plan of the year", "There is no plan for this school year."));
	}
}

TEST(clause, c5_4_02_guidance_is_there_in_two_forms_or_a_gap_is_shown)
{
	ON_EACH_MONDAY(w) {
		family(&w);
		(void)message(&w, "signs", "letter", "What+to+look+for");
		CHECK(line_says(&w, "Forms of guidance that families can read now", "missing"));
		(void)message(&w, "signs", "video", "What+to+look+for");
		CHECK(line_says(&w, "Forms of guidance that families can read now", "in place"));
		struct web_visit v = web_get(&w, ROLE_PARENT, "/family?said=saved");
		CHECK(web_says(&v, "What to look for (Letter, English)") && web_says(&v, "What to look for (Video or recording, English)"));
	}
}

TEST(clause, c5_4_05_a_new_version_asks_for_a_newsletter_until_its_day_is_given)
{
	ON_EACH_MONDAY(w) {
		struct web_visit v = web_post(&w, ROLE_DSL, "/policy/versions/new", "title=Our+policy&label=2026&authors=The+lead&months=12&text=What+we+promise.");
		const char *p = arena_z(w.arena, v.location);
		CHECK_INT(web_post(&w, ROLE_TEACHER, arena_fmt(w.arena, "%s/comment", p).p, "said=Good.").status, 303);
		v = web_get(&w, ROLE_HEAD, p);
		(void)web_post(&w, ROLE_HEAD, arena_fmt(w.arena, "%s/sign", p).p, arena_fmt(w.arena, "as=impact&digest=%.*s", STRF(str_upto(jar_between(&v, "Digest of the text ", "<"), 64))).p);
		CHECK_INT(web_post(&w, ROLE_CHAIR, arena_fmt(w.arena, "%s/approve", p).p, "approved=2026-09-12&body=Governing+body&minute=12").status, 303);
		CHECK(!web_turn(&w, "policy-newsletter", 0).id);
		CHECK_INT(web_post(&w, ROLE_CHAIR, arena_fmt(w.arena, "%s/activate", p).p, "x=1").status, 303);
		web_duties_at(&w, web_now(2026, 9, 14, 10));
		web_fresh(&w);
		struct duty_turn t = web_turn(&w, "policy-newsletter", 0);
		CHECK(t.id && str_is(t.state, "open") && line_says(&w, "The policy", "No newsletter or letter has told families"));
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), "field-issued=&field-where=September").status, 422);
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), "field-issued=18+September+2026&field-where=September+newsletter").status, 303);
		CHECK(str_is(web_turn(&w, "policy-newsletter", 0).state, "done") && kit_shows(&w, ROLE_DSL, web_turn_path(&w, &t), "18 September 2026"));
		const char *m = kit_added(&w, ROLE_DSL, "family-message", arena_fmt(w.arena, "title=News&topic=policy&channel=newsletter&version=%lld&" OUT, (long long)kit_id(p)).p);
		CHECK_INT(kit_move(&w, ROLE_DSL, m, "sent").status, 303);
		CHECK(line_says(&w, "The policy", "Families were told of the version in force."));
	}
}

TEST(clause, c9_3_07_parents_read_that_they_reach_their_child_through_the_office)
{
	ON_EACH_MONDAY(w) {
		family(&w);
		CHECK(kit_shows(&w, ROLE_PARENT, "/family?said=saved", "Please ring or visit the school office"));
		CHECK(kit_shows(&w, NOBODY, "/parent-pack", "Please ring or visit the school office"));
		CHECK(line_says(&w, "Reaching a child through the office", "missing"));
		(void)message(&w, "contact", "letter", "Ring+the+office");
		CHECK(line_says(&w, "Reaching a child through the office", "in place") && kit_shows(&w, ROLE_DSL, "/registers/family-message", "10 September 2026"));
	}
}

TEST(clause, c10_04_cyber_choices_is_made_known_to_everybody_where_the_policy_says_so)
{
	ON_EACH_MONDAY(w) {
		family(&w);
		CHECK(kit_shows(&w, ROLE_PARENT, "/family?said=saved", "id=\"cyber\"") == IS_PRIMARY);
		CHECK(kit_shows(&w, ROLE_LEARNER, "/welcome", "Cyber Choices") == IS_PRIMARY);
	}
}
