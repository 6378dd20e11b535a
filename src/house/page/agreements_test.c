/* Keeping agreements, as people of every role meet it. */
#include <stdlib.h>

#include "base/clock.h"
#include "house/agreement/agreement_store.h"
#include "house/web/web_test.h"

static void put(struct web_school *w, const char *audience)
{
	CHECK_INT(web_post(w, ROLE_DSL, "/agreements", arena_fmt(w->arena, "audience=%s", audience).p).status, 303);
}

TEST(agreements_page, a_text_is_put_in_force_by_those_who_keep_the_policy)
{
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_DSL, "/agreements");
	CHECK(v.status == 200 && web_says(&v, "they cannot be let on") && web_says(&v, "<li>ks2</li>") && web_says(&v, "name=\"audience\" value=\"ks2\""));
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool may = r == ROLE_ADMIN || r == ROLE_DSL;
		v = web_post(&w, r, "/agreements", "audience=ks2");
		CHECK((v.status == 303 && str_is(v.location, "/agreements")) == may);
	}
	v = web_get(&w, ROLE_DSL, "/agreements");
	CHECK(!web_says(&v, "<li>ks2</li>") && !web_says(&v, "name=\"audience\" value=\"ks2\"") && web_says(&v, "In force"));
	CHECK_INT(web_post(&w, ROLE_DSL, "/agreements", "audience=nobody").status, 404);
	v = web_get(&w, ROLE_OFFICE, "/agreements");
	CHECK(v.status == 200 && !web_says(&v, "Put this version in force"));
	v = web_get(&w, ROLE_OFFICE, "/agreements/text/ks2");
	CHECK(v.status == 200 && web_says(&v, "<ol"));
	CHECK_INT(web_get(&w, ROLE_OFFICE, "/agreements/text/ks1").status, 404);
}

TEST(agreements_page, who_has_not_signed_is_found_by_class_and_kind)
{
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t badgers = 0, kid = web_person(&w, ROLE_LEARNER, "Tansy Testerley");
	CHECK_OK(class_add(w.db, &act, STR("Badgers"), 4, STR("ks2"), &d, &badgers));
	for (int i = 0; i < 60; i++)
		(void)web_person(&w, ROLE_LEARNER, arena_fmt(w.arena, "Pupil Nr %02d", i).p);      /* only their number matters */
	put(&w, "ks2");
	struct web_visit v = web_get(&w, ROLE_DEPUTY, "/agreements/unsigned?kind=learner");
	CHECK(v.status == 200 && web_says(&v, "Pupil Nr 00") && web_says(&v, "Not signed") && web_says(&v, "rel=\"next\"") && !web_says(&v, "Tansy"));
	v = web_get(&w, ROLE_DEPUTY, "/agreements/unsigned?kind=learner&page=2");
	CHECK(web_says(&v, "Tansy Testerley") && !web_says(&v, "Pupil Nr 00") && !web_says(&v, "rel=\"next\""));
	v = web_get(&w, ROLE_DEPUTY, "/agreements/unsigned?kind=learner&csv=1");
	CHECK(web_says(&v, "\"Tansy Testerley\"") && web_says(&v, "\"Pupil Nr 59\""));

	struct store st = { w.db, w.web->keys, w.web->registers };
	struct agreement_active g;
	CHECK_OK(agreement_in_force(&st, w.arena, w.school, STR("ks2"), &g));
	struct sign_in in = { .person = kid, .how = SIGN_SELF, .digest = g.text.digest };
	struct act own = { w.school, kid, "signed" };
	CHECK_OK(agreement_sign(&st, w.arena, &own, &in));
	v = web_get(&w, ROLE_DEPUTY, "/agreements/unsigned?q=tansy");
	CHECK(web_says(&v, "Everybody has signed."));
	v = web_get(&w, ROLE_DEPUTY, arena_fmt(w.arena, "/agreements/unsigned?class=%lld", (long long)badgers).p);
	CHECK(web_says(&v, "Everybody has signed.") && web_says(&v, "Badgers"));
	CHECK_INT(web_get(&w, ROLE_GOVERNOR, "/agreements/unsigned").status, 403);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/agreements/unsigned").status, 403);
}
