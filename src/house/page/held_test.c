#include "base/clock.h"
#include "base/time.h"
#include "house/web/web_test.h"

static const char taken[] = "device=A+blue+telephone&reason=imagery&owner=&place=&words=a+zebra";

TEST(held_page, who_takes_it_who_keeps_it_and_what_the_office_reads)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/held");
	CHECK(v.status == 200 && web_says(&v, "The school holds no device."));
	CHECK_INT(web_post(&w, ROLE_DSL, "/held/new", "device=&reason=rules").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, "/held/new", "device=x&reason=").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, "/held/new", "device=x&reason=rules&owner=Nobody+Known").status, 422);
	v = web_post(&w, ROLE_DSL, "/held/new", taken);
	CHECK_INT(v.status, 303);
	char one[100], path[120];
	snprintf(one, sizeof one, "%.*s", STRF(v.location));
	v = web_get(&w, ROLE_OFFICE, one);
	CHECK(v.status == 200 && web_says(&v, "On hold") && !web_says(&v, "picture of a child on it") && !web_says(&v, "zebra"));
	CHECK(!web_says(&v, "Lift the hold") && !web_says(&v, "Hand it to the police"));
	snprintf(path, sizeof path, "%s/hold", one);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path, "on=no&why=x").status, 403);
	CHECK_INT(web_post(&w, ROLE_DSL, path, "on=no&why=").status, 422);
	snprintf(path, sizeof path, "%s/return", one);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path, "parent=1").status, 422);
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, "parent=1").status, 403);
	snprintf(path, sizeof path, "%s/move", one);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path, "from=office&to=").status, 422);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path, "from=office&to=the+safe").status, 303);
	snprintf(path, sizeof path, "%s/police", one);
	CHECK_INT(web_post(&w, ROLE_OFFICE, path, "reference=12").status, 403);
	CHECK_INT(web_post(&w, ROLE_DSL, path, "reference=12%2F345&copied=no").status, 303);
	v = web_get(&w, ROLE_DSL, one);
	CHECK(web_says(&v, "With the police") && !web_says(&v, "/move\""));
	CHECK_INT(web_get(&w, ROLE_LEARNER, one).status, 403);
	clock_fake(0);
}
