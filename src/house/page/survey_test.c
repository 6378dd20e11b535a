/* Surveys without names, and what the policy promises of asking parents. */
#include "gen_queries.h"
#include "house/family/family.h"
#include "house/page/voice_kit.h"
#include "house/voice/survey.h"

#define QUESTIONS "tell:+I+know+a+grown-up+whom+I+can+tell.%0AI+like+our+rules."

/* An open survey; its id. */
static int64_t survey(struct web_school *w, const char *asked, const char *more)
{
	const char *at = kit_added(w, ROLE_DSL, "consultation", arena_fmt(w->arena, "title=Being+online&how=survey&questions=%s&opens=2026-09-01&closes=2026-10-30&%s&%s",
		QUESTIONS, asked, more).p);
	CHECK_INT(kit_move(w, ROLE_DSL, at, "open").status, 303);
	return kit_id(at);
}

static const char *at(struct web_school *w, const char *head, int64_t id, const char *tail) { return arena_fmt(w->arena, "%s/%lld%s", head, (long long)id, tail).p; }
static void close_it(struct web_school *w, int64_t id) { CHECK_INT(kit_move(w, ROLE_DSL, at(w, "/registers/consultation", id, ""), "closed").status, 303); }

static void family(struct web_school *w, int64_t adult)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	CHECK_OK(family_put(w->db, &act, &(struct contact_in){ .child = w->person[ROLE_LEARNER], .adult = adult, .relation = RELATION_MOTHER, .responsible = true }, &d));
}

TEST(clause, c4_6_08_parents_answer_a_form_and_their_answers_stand_in_the_review)
{
	ON_EACH_MONDAY(w) {
		struct web_visit v = web_post(&w, ROLE_DSL, "/policy/versions/new", "title=Our+policy&label=2026&authors=The+lead&months=12&text=What+we+promise.");
		const char *draft = arena_z(w.arena, v.location);
		int64_t id = survey(&w, "asked=parents", arena_fmt(w.arena, "version=%lld&open-question=What+should+we+change?", (long long)kit_id(draft)).p);
		CHECK(kit_shows(&w, ROLE_DSL, draft, "No parent or carer has been heard."));
		for (int i = 0; i < SURVEY_SMALL; i++) {
			int64_t adult = i ? web_person(&w, ROLE_PARENT, arena_fmt(w.arena, "Tansy Testerley %d", i).p) : w.person[ROLE_PARENT];
			family(&w, adult);
			v = web_get_as(&w, adult, "/family?said=saved");
			CHECK(web_says(&v, at(&w, "href=\"/family/voice", id, "\"")));
			v = web_get_as(&w, adult, at(&w, "/family/voice", id, ""));
			CHECK(v.status == 200 && web_says(&v, "I know a grown-up whom I can tell."));
			v = web_post_as(&w, adult, at(&w, "/family/voice", id, ""), "a1=yes&a2=no");
			CHECK(v.status == 200 && web_says(&v, "What should we change?"));
			v = web_post_as(&w, adult, at(&w, "/family/voice", id, ""), "a1=yes&a2=no&finish=yes&words=Fewer+words");
			CHECK(v.status == 200 && web_says(&v, "Your answers are counted."));
		}
		close_it(&w, id);
		v = web_get(&w, ROLE_DSL, draft);
		CHECK(!web_says(&v, "No parent or carer has been heard.") && web_says(&v, "Being online (Parents and carers)</a>: 5 took part"));
		v = web_get(&w, ROLE_DSL, at(&w, "/voice", id, "/results"));
		CHECK(web_says(&v, "5 took part") && web_says(&v, "Fewer words"));
		CHECK_INT(web_get(&w, ROLE_TEACHER, at(&w, "/family/voice", id, "")).status, 403);
	}
}

TEST(survey, a_pupil_answers_one_question_a_page_goes_back_and_counts_once)
{
	kit_at(2026, 9, 14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = survey(&w, "asked=young&asked=older", "open-question=Anything+else?");
	const char *ask = at(&w, "/voice", id, "");
	CHECK(kit_shows(&w, ROLE_LEARNER, "/welcome", "/voice"));
	struct web_visit v = web_get(&w, ROLE_LEARNER, ask);
	CHECK(v.status == 200 && web_says(&v, "promise-tell.svg") && web_says(&v, "Question 1 of 2") && !web_says(&v, "I like our rules."));
	v = web_post(&w, ROLE_LEARNER, ask, "a1=yes");
	CHECK(web_says(&v, "I like our rules.") && web_says(&v, "Question 2 of 2"));
	v = web_post(&w, ROLE_LEARNER, ask, "a1=yes&back=yes");
	CHECK(web_says(&v, "Question 1 of 2"));
	v = web_post(&w, ROLE_LEARNER, ask, "a1=perhaps&a2=no");
	CHECK(web_says(&v, "Question 1 of 2"));
	v = web_post(&w, ROLE_LEARNER, ask, "a1=yes&a2=no&finish=yes");
	CHECK(web_says(&v, "Thank you"));
	v = web_post(&w, ROLE_LEARNER, ask, "a1=no&a2=no&finish=yes");
	CHECK(web_says(&v, "You have answered this already."));
	CHECK_INT(web_get(&w, ROLE_TEACHER, ask).status, 404);                 /* not asked of staff */
	CHECK_INT(web_get(&w, ROLE_LEARNER, at(&w, "/voice", id, "/results")).status, 403);
	clock_fake(0);
}

TEST(survey, nothing_is_told_while_it_is_open_and_few_are_never_told)
{
	kit_at(2026, 9, 14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = survey(&w, "asked=staff&asked=governors", "open-question=Anything+else?");
	for (int i = 0; i < SURVEY_SMALL; i++) {
		int64_t who = i ? web_person(&w, ROLE_STAFF, arena_fmt(w.arena, "Bramble Testerley %d", i).p) : w.person[ROLE_STAFF];
		CHECK_INT(web_post_as(&w, who, at(&w, "/voice", id, ""), "a1=yes&a2=unsure&finish=yes&words=").status, 200);
	}
	CHECK_INT(web_post(&w, ROLE_GOVERNOR, at(&w, "/voice", id, ""), "a1=no&a2=no&finish=yes&words=Only+I+would+write+this").status, 200);
	CHECK_INT(web_get(&w, ROLE_DSL, at(&w, "/voice", id, "/results")).status, 409);
	close_it(&w, id);
	struct web_visit v = web_get(&w, ROLE_DSL, at(&w, "/voice", id, "/results"));
	CHECK(v.status == 200 && web_says(&v, "5 took part") && web_says(&v, "Fewer than five answers: not shown.") && !web_says(&v, "Only I would write this"));
	clock_fake(0);
}

TEST(survey, hands_of_a_class_are_counted_question_by_question_and_again)
{
	kit_at(2026, 9, 14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t class_id;
	CHECK_OK(class_add(w.db, &act, STR("Wren"), 1, STR_NONE, &d, &class_id));
	CHECK_OK(class_staff_set(w.db, &act, class_id, w.person[ROLE_TEACHER], true));
	int64_t id = survey(&w, "asked=young", "");
	const char *ask = arena_fmt(w.arena, "/class/%lld/voice/%lld", (long long)class_id, (long long)id).p;
	CHECK(kit_shows(&w, ROLE_TEACHER, "/voice", ask));
	CHECK(kit_shows(&w, ROLE_TEACHER, ask, "Count the hands for each face"));
	struct web_visit v = web_post(&w, ROLE_TEACHER, ask, "h1-yes=many&h1-unsure=&h1-no=");
	CHECK(v.status == 422 && web_says(&v, "Write whole numbers up to 60."));
	v = web_post(&w, ROLE_TEACHER, ask, "h1-yes=20&h1-unsure=3&h1-no=2");
	CHECK(v.status == 200 && web_says(&v, "I like our rules."));
	const char *whole = "h1-yes=20&h1-unsure=3&h1-no=2&h2-yes=9&h2-unsure=9&h2-no=7";
	CHECK_INT(web_post(&w, ROLE_TEACHER, ask, whole).status, 303);
	CHECK_INT(web_post(&w, ROLE_TEACHER, ask, whole).status, 303);         /* counted again: not twice */
	close_it(&w, id);
	v = web_get(&w, ROLE_DSL, at(&w, "/voice", id, "/results"));
	CHECK(web_says(&v, "Wren (hands counted in class)") && web_says(&v, "25 took part") && web_says(&v, ">20<") && !web_says(&v, ">40<"));
	clock_fake(0);
}

TEST(survey, what_was_done_is_told_to_everybody_who_was_asked)
{
	kit_at(2026, 9, 14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = survey(&w, "asked=older&asked=young", "");
	const char *entry = at(&w, "/registers/consultation", id, "");
	close_it(&w, id);
	CHECK_INT(kit_move(&w, ROLE_DSL, entry, "told").status, 422);          /* nothing written yet */
	CHECK_INT(kit_edit(&w, ROLE_DSL, entry, "title=Being+online&how=survey&asked=older&asked=young&questions=" QUESTIONS
		"&opens=2026-09-01&closes=2026-10-30&heard=Most+know+whom+to+tell.&changed=A+poster+in+each+room.").status, 303);
	CHECK_INT(kit_move(&w, ROLE_DSL, entry, "told").status, 303);
	CHECK(kit_shows(&w, ROLE_LEARNER, "/voice", "A poster in each room.") && kit_shows(&w, ROLE_TEACHER, "/voice", "Most know whom to tell."));
	clock_fake(0);
}
