#include "base/clock.h"
#include "base/time.h"
#include "house/web/web_test.h"

TEST(calendar_page, the_office_enters_the_year_and_mistakes_get_sentences)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/calendar/year");
	CHECK(v.status == 200 && web_says(&v, "No term has been entered"));
	v = web_post(&w, ROLE_OFFICE, "/calendar/year", "kind=term&name=Odd+term&from=31+June+2026&to=1+July+2026");
	CHECK(v.status == 422 && web_says(&v, "not a day of the calendar") && web_says(&v, "31 June 2026"));
	v = web_post(&w, ROLE_OFFICE, "/calendar/year", "kind=inset&name=&from=next+week&to=");
	CHECK_INT(v.status, 422);
	struct str from = time_date_words(w.arena, clock_utc() - 20 * 86400), to = time_date_words(w.arena, clock_utc() + 40 * 86400);
	v = web_post(&w, ROLE_OFFICE, "/calendar/year", arena_fmt(w.arena, "kind=term&name=This+term&from=%.*s&to=%.*s", STRF(from), STRF(to)).p);
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_TEACHER, "/calendar/year");
	CHECK(web_says(&v, "This term") && !web_says(&v, "Enter a date"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/calendar/year", "kind=inset&name=&from=1/1/2027").status, 403);
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/calendar/year").status, 403);
}
