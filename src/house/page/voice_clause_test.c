/* What the policy promises of listening to people: each test is its acceptance, on both profiles. */
#include "house/page/duty_web.h"
#include "house/page/voice_kit.h"

static const char *draft(struct web_school *w)
{
	static int n;
	struct web_visit v = web_post(w, ROLE_DSL, "/policy/versions/new", arena_fmt(w->arena, "title=Our+policy&label=Draft+%d&authors=The+lead&months=12&text=What+we+promise.", ++n).p);
	CHECK_INT(v.status, 303);
	return arena_z(w->arena, v.location);
}

static void comment(struct web_school *w, int role, const char *draft_path, const char *said)
{
	CHECK_INT(web_post(w, role, arena_fmt(w->arena, "%s/comment", draft_path).p, arena_fmt(w->arena, "said=%s", said).p).status, 303);
}

static const char *enter(struct web_school *w, const char *draft_path, const char *group, const char *how, const char *said)
{
	return kit_added(w, ROLE_DSL, "contribution", arena_fmt(w->arena, "about=policy&version=%lld&group=%s&how=%s&said=%s&on=2026-09-10",
		(long long)kit_id(draft_path), group, how, said).p);
}

static void approved(struct web_school *w, const char *path)
{
	struct web_visit v = web_get(w, ROLE_HEAD, path);
	struct str digest = jar_between(&v, "Digest of the text ", "<");
	(void)web_post(w, ROLE_HEAD, arena_fmt(w->arena, "%s/sign", path).p, arena_fmt(w->arena, "as=impact&digest=%.*s", STRF(str_upto(digest, 64))).p);
	CHECK_INT(web_post(w, ROLE_CHAIR, arena_fmt(w->arena, "%s/approve", path).p, "approved=2026-09-12&body=Governing+body&minute=12").status, 303);
}

TEST(clause, c1_01_the_page_of_approval_lists_contributions_by_group_and_warns_of_an_empty_one)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w);
		struct web_visit v = web_get(&w, ROLE_CHAIR, p);
		CHECK(web_says(&v, "No member of staff has been heard.") && web_says(&v, "No pupil has been heard.") && web_says(&v, "No parent or carer has been heard."));
		comment(&w, ROLE_TEACHER, p, "Say+more+about+tablets.");
		(void)enter(&w, p, "learners", "council", "We+like+the+new+words.");
		v = web_get(&w, ROLE_CHAIR, p);
		CHECK(!web_says(&v, "No member of staff has been heard.") && !web_says(&v, "No pupil has been heard.") && web_says(&v, "No parent or carer has been heard."));
		CHECK(web_says(&v, "Staff: 1") && web_says(&v, "Pupils: 1") && web_says(&v, "14 September 2026") && web_says(&v, "10 September 2026"));
		(void)enter(&w, p, "parents", "meeting", "Please+send+it+in+two+languages.");
		CHECK(!kit_shows(&w, ROLE_CHAIR, p, "No parent or carer has been heard."));
	}
}

TEST(clause, c4_2_20_a_review_to_which_nobody_contributed_does_not_close)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w);
		approved(&w, p);
		struct web_visit v = web_post(&w, ROLE_CHAIR, arena_fmt(w.arena, "%s/activate", p).p, "x=1");
		CHECK(v.status == 422 && web_says(&v, "Nobody was heard on this version"));
		(void)enter(&w, p, "cic", "none", "No+child+in+care+is+at+school.");
		CHECK_INT(web_post(&w, ROLE_CHAIR, arena_fmt(w.arena, "%s/activate", p).p, "x=1").status, 422);      /* a reason is no contribution */
		comment(&w, ROLE_TEACHER, p, "Good.");
		CHECK_INT(web_post(&w, ROLE_CHAIR, arena_fmt(w.arena, "%s/activate", p).p, "x=1").status, 303);
		kit_later(&w, 2027, 7, 1, 9);
		web_duties_at(&w, web_now(2027, 7, 1, 9));
		struct duty_turn t = web_turn(&w, "policy-review", 0);
		const char *form = web_duty_form(&w, "policy-review", w.person[ROLE_DSL], "answer=yes");
		v = web_post(&w, ROLE_DSL, web_turn_path(&w, &t), form);
		CHECK(v.status == 422 && web_says(&v, "What people said: contributions"));
		(void)enter(&w, p, "parents", "survey", "Shorter,+please.");
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), form).status, 303);
	}
}

TEST(clause, c4_3_01_a_member_of_staff_comments_on_a_draft_and_it_stands_in_the_review)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w);
		CHECK_INT(web_post(&w, ROLE_STAFF, arena_fmt(w.arena, "%s/comment", p).p, "said=").status, 422);
		comment(&w, ROLE_STAFF, p, "The+part+about+email+is+too+long.");
		CHECK(kit_shows(&w, ROLE_DSL, p, "The part about email is too long.") && kit_shows(&w, ROLE_STAFF, p, "The part about email is too long."));
		CHECK(!kit_shows(&w, ROLE_TEACHER, p, "The part about email is too long."));      /* colleagues see their own */
		CHECK_INT(web_post(&w, ROLE_LEARNER, arena_fmt(w.arena, "%s/comment", p).p, "said=x").status, 403);
	}
}

TEST(clause, c4_4_01_technical_advice_has_its_place_and_an_empty_one_warns_at_closing)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w);
		CHECK(kit_shows(&w, ROLE_DSL, p, "Technical staff have given no advice."));
		kit_later(&w, 2027, 7, 1, 9);
		web_duties_at(&w, web_now(2027, 7, 1, 9));
		struct duty_turn t = web_turn(&w, "policy-review", 0);
		CHECK(kit_shows(&w, ROLE_DSL, web_turn_path(&w, &t), "Warning: Technical staff have given no advice."));
		comment(&w, ROLE_TECHNICIAN, p, "Name+the+second+filter.");
		CHECK(kit_shows(&w, ROLE_DSL, p, "Technical staff: 1") && !kit_shows(&w, ROLE_DSL, p, "have given no advice"));
		CHECK(!kit_shows(&w, ROLE_DSL, web_turn_path(&w, &t), "have given no advice"));
	}
}

TEST(clause, c4_5_03_what_the_pupils_council_said_is_attached_to_a_review)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w);
		const char *at = enter(&w, p, "learners", "council", "Tell+us+what+happens+after+we+tell.");
		CHECK(kit_shows(&w, ROLE_DSL, p, "Tell us what happens after we tell.") && kit_shows(&w, ROLE_DSL, p, "10 September 2026"));
		CHECK(kit_shows(&w, ROLE_DSL, at, "council"));
	}
}

TEST(clause, c5_1_17_the_review_counts_pupils_and_warns_of_none)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w);
		CHECK(kit_shows(&w, ROLE_HEAD, p, "No pupil has been heard."));
		(void)enter(&w, p, "learners", "survey", "Most+know+whom+to+tell.");
		(void)enter(&w, p, "learners", "talk", "Year+2+want+pictures.");
		CHECK(kit_shows(&w, ROLE_HEAD, p, "Pupils: 2") && !kit_shows(&w, ROLE_HEAD, p, "No pupil has been heard."));
	}
}

TEST(clause, c5_2_06_the_senco_has_a_place_in_both_reviews_and_an_empty_one_warns)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w);
		CHECK(kit_shows(&w, ROLE_DSL, p, "The SENCO has not been heard.") && kit_shows(&w, ROLE_DSL, "/curriculum", "The SENCO has not been heard."));
		kit_later(&w, 2027, 7, 1, 9);
		web_duties_at(&w, web_now(2027, 7, 1, 9));
		struct duty_turn policy = web_turn(&w, "policy-review", 0), taught = web_turn(&w, "curriculum-review", 0);
		CHECK(kit_shows(&w, ROLE_DSL, web_turn_path(&w, &policy), "Warning: The SENCO has not been heard."));
		CHECK(kit_shows(&w, ROLE_DSL, web_turn_path(&w, &taught), "Warning: The SENCO has not been heard."));
		comment(&w, ROLE_SENCO, p, "Add+pictures.");
		CHECK_INT(web_post(&w, ROLE_SENCO, "/curriculum/comment", "said=Slower+in+Year+3.").status, 303);
		CHECK(kit_shows(&w, ROLE_DSL, p, "The SENCO: 1") && kit_shows(&w, ROLE_DSL, "/curriculum", "Slower in Year 3."));
		CHECK(!kit_shows(&w, ROLE_DSL, web_turn_path(&w, &policy), "SENCO has not been heard") && !kit_shows(&w, ROLE_DSL, web_turn_path(&w, &taught), "SENCO has not been heard"));
	}
}

TEST(clause, c5_2_07_the_designated_teacher_is_heard_or_a_reason_is_recorded)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w), *q = draft(&w);
		CHECK(kit_shows(&w, ROLE_DSL, p, "The designated teacher has not been heard, and no reason is recorded."));
		(void)enter(&w, p, "cic", "none", "No+child+in+care+is+at+school.");
		CHECK(kit_shows(&w, ROLE_DSL, p, "a reason is recorded") && !kit_shows(&w, ROLE_DSL, p, "The designated teacher has not been heard"));
		CHECK(kit_shows(&w, ROLE_DSL, q, "The designated teacher has not been heard"));
		(void)enter(&w, q, "cic", "comment", "Think+of+contact+with+families.");
		CHECK(kit_shows(&w, ROLE_DSL, q, "children in care: 1"));
	}
}

TEST(clause, c5_3_12_each_suggestion_has_an_outcome_that_its_author_reads)
{
	ON_EACH_MONDAY(w) {
		const char *p = draft(&w);
		comment(&w, ROLE_TEACHER, p, "Let+us+book+the+tablets.");
		struct web_visit v = web_get(&w, ROLE_DSL, p);
		const char *answer = arena_fmt(w.arena, "/voices/%.*s", STRF(jar_between(&v, "action=\"/voices/", "\""))).p;
		CHECK_INT(web_post(&w, ROLE_TEACHER, answer, "turn=adopted&outcome=x").status, 403);
		CHECK_INT(web_post(&w, ROLE_DSL, answer, "turn=adopted&outcome=").status, 303);
		CHECK(kit_shows(&w, ROLE_TEACHER, p, "No answer yet"));                          /* nothing without words */
		CHECK_INT(web_post(&w, ROLE_DSL, answer, "turn=declined&outcome=The+tablets+belong+to+classes.").status, 303);
		CHECK(kit_shows(&w, ROLE_TEACHER, p, "The tablets belong to classes.") && kit_shows(&w, ROLE_TEACHER, p, "Not taken up"));
		CHECK(kit_shows(&w, ROLE_TEACHER, "/registers/contribution", "Let us book the tablets."));
		CHECK_INT(web_post(&w, ROLE_HEAD, answer, "turn=adopted&outcome=again").status, 409);
	}
}
