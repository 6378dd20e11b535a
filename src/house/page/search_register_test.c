/* Searches of pupils: nothing that the record must say can be left out, and the headteacher signs. */
#include "base/clock.h"
#include "base/time.h"
#include "house/web/jar.h"

#define WHO "pupil=Test+Pupil&searcher=Test+Teacher&allowed=Test+Headteacher&"
#define TIME "day=2026-11-20&at=10:15,+the+office&told-by=2026-11-20&"
#define WHY "what=bag&for=knife&grounds=A+friend+saw+it&consent=yes&same-sex=yes&force=no&"
#define AFTER "found=nothing&lead-told=at+once&after=calm&"

static struct web_visit add(struct web_school *w, int role, const char *form)
{
	return web_post(w, role, "/registers/pupil-search/new", form);
}

static struct web_visit move(struct web_school *w, int role, const char *at, const char *to)
{
	struct web_visit v = web_get(w, role, at);
	struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
	return web_post(w, role, arena_fmt(w->arena, "%s/move", at).p, arena_fmt(w->arena, "seen=%.*s&to=%s&why=read", STRF(seen), to).p);
}

TEST(pupil_search, nothing_that_the_record_must_say_can_be_left_out)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 20, .hour = 11 }) * 1000);
	ON_EACH_PROFILE(w) {
		static const char *const missing[] = {
			TIME WHY AFTER "witness=Test+Deputy+DSL", WHO WHY AFTER "witness=Test+Deputy+DSL", WHO TIME AFTER "witness=Test+Deputy+DSL",
			WHO TIME WHY "witness=Test+Deputy+DSL", WHO TIME WHY AFTER, WHO TIME WHY AFTER "witness=Test+Teacher",
		};
		for (size_t i = 0; i < ARRAY_N(missing); i++)
			CHECK_INT(add(&w, ROLE_HEAD, missing[i]).status, 422);
		struct web_visit v = add(&w, ROLE_HEAD, WHO TIME WHY "witness=Test+Leadership+team&found=taken&lead-told=x&after=x");
		CHECK(v.status == 422);                               /* what was taken, and where is it? */
		CHECK_INT(add(&w, ROLE_PARENT, WHO TIME WHY AFTER "witness=Test+Headteacher").status, 403);
	}
	clock_fake(0);
}

TEST(pupil_search, parents_are_told_and_the_headteacher_signs_it_off)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 20, .hour = 11 }) * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = add(&w, ROLE_TEACHER, WHO TIME WHY AFTER "witness=Test+Headteacher");
	CHECK_INT(v.status, 303);
	const char *at = arena_z(w.arena, v.location);
	v = web_get(&w, ROLE_OFFICE, at);
	CHECK(v.status == 404);
	v = web_get(&w, ROLE_HEAD, at);
	CHECK(v.status == 200 && web_says(&v, "A friend saw it") && web_says(&v, "Parents not yet told"));
	CHECK(move(&w, ROLE_HEAD, at, "signed").status != 303);
	CHECK_INT(move(&w, ROLE_HEAD, at, "told").status, 422);       /* who was told? */
	struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
	CHECK_INT(web_post(&w, ROLE_DSL, arena_fmt(w.arena, "%s/edit", at).p, arena_fmt(w.arena, "seen=%.*s&why=told&" WHO TIME WHY AFTER "witness=Test+Headteacher&parents=Ms+Testerley,+at+noon", STRF(seen)).p).status, 303);
	CHECK_INT(move(&w, ROLE_DSL, at, "told").status, 303);
	CHECK(move(&w, ROLE_TEACHER, at, "signed").status != 303);
	CHECK_INT(move(&w, ROLE_HEAD, at, "signed").status, 303);
	v = web_get(&w, ROLE_HEAD, at);
	CHECK(web_says(&v, "Signed off") && web_says(&v, "Test Headteacher"));
	clock_fake(0);
}
