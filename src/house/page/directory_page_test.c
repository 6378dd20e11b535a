/* The page of the directory: who sees it, who may do what, what it says when there is none. */
#include "house/web/web_test.h"

TEST(directory_page, whoever_keeps_accounts_sees_it_and_nobody_else)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_ADMIN, "/directory");
	CHECK(v.status == 200 && web_says(&v, "No directory is set up") && web_says(&v, "It was not read yet"));
	CHECK_INT(web_get(&w, ROLE_OFFICE, "/directory").status, 200);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/directory").status, 403);
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/directory").status, 403);
	CHECK_INT(web_get(&w, NOBODY, "/directory").status, 303);
	v = web_get(&w, ROLE_OFFICE, "/roll");
	CHECK(web_says(&v, "/directory"));
}

TEST(directory_page, testing_and_stopping_are_for_those_who_set_up_signing_in)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_post(&w, ROLE_OFFICE, "/directory/school/test", "").status, 403);
	CHECK_INT(web_post(&w, ROLE_OFFICE, "/directory/school/stop", "").status, 403);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/directory/school/test", "").status, 404);
	CHECK_INT(web_post(&w, ROLE_ADMIN, "/directory/school/stop", "").status, 404);
	CHECK_INT(web_post(&w, ROLE_OFFICE, "/directory/school/look", "").status, 404);
	CHECK_INT(web_post(&w, ROLE_DSL, "/directory/school/look", "").status, 403);
}
