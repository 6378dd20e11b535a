/* Prints for a court, and worries that were written on paper. */
#include "house/casefile/casefile_test.h"

static void printed(struct web_school *w)
{
	int64_t id = case_about(w, w->person[ROLE_LEARNER], "cyberbullying", "Violet was unkind");
	const char *court = AT(w, "/case/%lld/court", LL(id));
	CHECK_INT(web_post(w, ROLE_DSL, court, "whom=").status, 422);
	struct web_visit p = web_post(w, ROLE_DSL, court, "whom=The+family+court");
	CHECK_INT(p.status, 200);
	CHECK(p.filename.n && web_says(&p, "Violet was unkind") && web_says(&p, "Index") && web_says(&p, "@page") && web_says(&p, "The family court"));
	ptrdiff_t at = str_find(p.body, STR("<code>"));
	CHECK(at > 0);
	struct str digest = arena_str(w->arena, str_upto(str_from(p.body, (size_t)at + 6), 64));
	const char *verify = AT(w, "/verify-print?digest=%.*s", STRF(digest));
	struct web_visit v = web_get(w, ROLE_HEAD, verify);
	CHECK(v.status == 200 && web_says(&v, "This print is genuine.") && web_says(&v, "still says the same"));
	clock_step(120000);
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/case/%lld/note", LL(id)), "kind=note&text=Later").status, 303);
	v = web_get(w, ROLE_HEAD, verify);
	CHECK(web_says(&v, "still says the same"));                               /* what was added since is no difference */
	v = web_get(w, ROLE_DSL, AT(w, "/verify-print?digest=%.63s0", digest.p));
	CHECK(web_says(&v, "No print of this digest") || digest.p[63] == '0');
	v = web_get(w, ROLE_TECHNICIAN, verify);
	CHECK(!web_says(&v, "genuine."));
	v = web_get(w, ROLE_DSL, AT(w, "/case/%lld", LL(id)));
	CHECK(web_says(&v, "who printed it"));
	for (int r = 0; r <= NOBODY; r = web_next(r))
		if (r != ROLE_DSL && r != ROLE_DEPUTY && r != ROLE_HEAD)
			CHECK(web_get(w, r, court).status != 200 && web_post(w, r, court, "whom=x").status != 200);
}

TEST(court, a_print_can_be_checked_years_later)
{
	school_day();
	ON_EACH_PROFILE(w)
		printed(&w);
	clock_fake(0);
}

TEST(paper, a_sheet_is_entered_as_written_when_it_was_and_by_whom)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/paper");
	CHECK(v.status == 200 && web_says(&v, "999") && web_says(&v, "Signature"));
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/paper").status, 403);
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/paper/enter", "words=x&who=y&day=31+December+2030&time=9:05").status, 422);
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/paper/enter", "words=x&who=y&day=10+September+2026&time=25:00").status, 422);
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/paper/enter", "words=She+was+crying&who=Mr+Puddlefoot&day=10+September+2026&time=2:30pm").status, 303);
	v = web_get(&w, ROLE_DSL, "/cases");
	int64_t id = number_after(&v, "href=\"/case/");
	v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld", LL(id)));
	CHECK(web_says(&v, "Entered from paper. Written 10 September 2026 at 2:30pm by Mr Puddlefoot.") && web_says(&v, "She was crying"));
	clock_fake(0);
}
