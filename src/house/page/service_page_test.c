#include "base/clock.h"
#include "base/time.h"
#include "house/page/page_store.h"
#include "house/service/service.h"
#include "house/web/web_test.h"

static const char wish[] = "name=Quizzle&kind=curriculum&hosts=https%3A%2F%2Fquiz.example%2Fstart&purpose=tables&benefit=practice+at+their+own+pace";
static const char answers[] = "groups=ks2&benefit=b&content=c&contact=c&conduct=c&commerce=c&data=d&accounts=a&likelihood=1&impact=2&review=1+June+2027";

static struct web_visit post(struct web_school *w, int role, const char *one, const char *tail, const char *form)
{
	char path[200];
	snprintf(path, sizeof path, "%s%s", one, tail);
	return web_post(w, role, path, form);
}

TEST(service_page, wanted_assessed_signed_by_three_and_open)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 9 }) * 1000);
	ON_EACH_PROFILE(w) {
		CHECK(web_get(&w, ROLE_TEACHER, "/services").status == 200);
		CHECK_INT(web_get(&w, ROLE_LEARNER, "/services").status, 403);
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/services/new", "name=Quizzle&kind=curriculum&hosts=quiz.example&purpose=tables").status, 422);
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/services/new", "name=Q&kind=curriculum&hosts=co.uk&purpose=t&benefit=b").status, 422);
		struct web_visit v = web_post(&w, ROLE_TEACHER, "/services/new", wish);
		CHECK_INT(v.status, 303);
		char one[100];
		snprintf(one, sizeof one, "%.*s", STRF(v.location));
		v = web_get(&w, ROLE_TEACHER, one);
		CHECK(web_says(&v, "Wanted, closed") && web_says(&v, "It is not assessed") && web_says(&v, "quiz.example"));
		CHECK_INT(post(&w, ROLE_TEACHER, one, "/assess", "benefit=b").status, 422);
		CHECK_INT(post(&w, ROLE_TEACHER, one, "/assess", "groups=ks2&benefit=b&review=never").status, 422);
		CHECK_INT(post(&w, ROLE_TEACHER, one, "/assess", "groups=ks2&benefit=b").status, 303);
		CHECK_INT(post(&w, ROLE_TEACHER, one, "/sign", "side=educator").status, 422);
		CHECK_INT(post(&w, ROLE_TEACHER, one, "/assess", answers).status, 303);
		CHECK_INT(post(&w, ROLE_TEACHER, one, "/sign", "side=leader").status, 403);
		CHECK_INT(post(&w, ROLE_TECHNICIAN, one, "/sign", "side=educator").status, 403);
		CHECK_INT(post(&w, ROLE_TEACHER, one, "/sign", "side=educator").status, 303);
		CHECK_INT(post(&w, ROLE_TECHNICIAN, one, "/sign", "side=technician").status, 303);
		v = web_get(&w, ROLE_HEAD, one);
		CHECK(web_says(&v, "Wanted, closed") && web_says(&v, "Leadership has not agreed yet.") && web_says(&v, "Agree for leadership"));
		CHECK_INT(post(&w, ROLE_HEAD, one, "/sign", "side=leader").status, 303);
		v = web_get(&w, ROLE_TEACHER, "/services");
		CHECK(web_says(&v, "Open") && web_says(&v, "Key stage 2") && web_says(&v, "1 June 2027"));
		CHECK_INT(post(&w, ROLE_TECHNICIAN, one, "/back", "why=x").status, 403);
		CHECK_INT(post(&w, ROLE_HEAD, one, "/back", "why=").status, 422);
		CHECK_INT(post(&w, ROLE_HEAD, one, "/back", "why=the+maker+was+sold").status, 303);
		v = web_get(&w, ROLE_TEACHER, one);
		CHECK(web_says(&v, "Wanted, closed"));
		CHECK_INT(post(&w, ROLE_TECHNICIAN, one, "/move", "to=mistake").status, 403);
		CHECK_INT(post(&w, ROLE_TECHNICIAN, one, "/move", "to=assessed").status, 422);
		CHECK_INT(post(&w, ROLE_TECHNICIAN, one, "/edit", "name=Quizzle&kind=curriculum&hosts=&purpose=t&benefit=b").status, 422);
		CHECK_INT(post(&w, ROLE_TECHNICIAN, one, "/move", "to=retired").status, 303);
		v = web_get(&w, ROLE_TEACHER, "/services?state=past");
		CHECK(web_says(&v, "No longer used"));
		v = web_get(&w, ROLE_TEACHER, "/services?csv=1");
		CHECK(v.status == 200);
	}
	clock_fake(0);
}

TEST(service_page, a_list_comes_in_and_what_is_wrong_is_named_by_row)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 9 }) * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/services/import").status, 403);
	CHECK_INT(web_get(&w, ROLE_TECHNICIAN, "/services/import").status, 200);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/services/import", "rows=&day=1+March+2027").status, 422);
	struct web_visit v = web_post(&w, ROLE_TECHNICIAN, "/services/import", "rows=Name%2CWebsite%0AOne%2Cno+site&day=1+March+2027");
	CHECK(v.status == 422 && web_says(&v, "Row 2"));
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/services/import", "rows=Name%2CWebsite%0AReadalong%2Creadalong.example&day=1+March+2026").status, 422);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/services/import", "rows=Name%2CWebsite%0AReadalong%2Creadalong.example&day=1+March+2027").status, 303);
	v = web_get(&w, ROLE_TEACHER, "/services");
	CHECK(web_says(&v, "Readalong") && web_says(&v, "As before") && web_says(&v, "Readalong is in use without a risk assessment."));
	clock_fake(0);
}
