/* Clauses that are kept on pages: a case's risk assessment beside its steps, no address of the school's network on a public page. */
#include "base/clock.h"
#include "base/time.h"
#include "house/page/desk.h"
#include "house/page/routes.h"
#include "house/web/web_test.h"
#include "wire/addr.h"

static void school_time(void) { clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000); }

static int64_t newest(struct web_school *w, int role)
{
	struct store store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	struct desk k = { .store = &store, .library = w->web->library };
	struct entry_may may = record_may(w->school, w->person[role], ROLE_BIT(role));
	struct case_page page;
	CHECK_OK(record_cases(&k, w->arena, &may, &(struct case_query){ 0 }, &page));
	return page.n ? page.lines[0].id : 0;
}

static const char *at(struct web_school *w, int64_t id, const char *tail) { return arena_fmt(w->arena, "/case/%lld%s", (long long)id, tail).p; }

TEST(clause, c11_2_16_referral_and_parents_show_the_risk_assessment_and_closing_without_it_is_refused)
{
	static const char *const steps[] = { "/step/refer", "/step/parents" };
	school_time();
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=sexting&asked=nobody&child=Test+Learner&words=a+zebra+picture").status, 303);
		int64_t id = newest(&w, ROLE_DSL);
		CHECK_INT(web_post(&w, ROLE_DSL, at(&w, id, "/seen"), "").status, 303);
		for (size_t i = 0; i < ARRAY_N(steps); i++) {
			struct web_visit v = web_get(&w, ROLE_DSL, at(&w, id, steps[i]));
			CHECK(v.status == 200 && web_says(&v, "How vulnerable are the children? - this is not done yet."));
		}
		struct web_visit v = web_post(&w, ROLE_DSL, at(&w, id, "/close"), "");
		CHECK(v.status == 422 && web_says(&v, "How vulnerable are the children?"));
		CHECK_INT(web_post(&w, ROLE_DSL, at(&w, id, "/step/risk"), "child=0&f-assessment=alone+at+home&truth=yes").status, 303);
		for (size_t i = 0; i < ARRAY_N(steps); i++) {
			v = web_get(&w, ROLE_DSL, at(&w, id, steps[i]));
			CHECK(web_says(&v, "How vulnerable are the children? - this is done."));
		}
	}
	clock_fake(0);
}

/* Every page that anybody may read, as nobody. */
static const char *const public_pages[] = {
#define PATH_(method, path, fn, may, flags) ROUTE_IS_##method(path)
#define ROUTE_IS_GET(path) path,
#define ROUTE_IS_POST(path)
	ROUTE_TABLE(PATH_)
#undef PATH_
};

TEST(clause, c7_9_06_no_public_page_holds_an_address_of_the_network_and_none_gets_into_the_policy)
{
	school_time();
	ON_EACH_PROFILE(w) {
		struct addr found;
		size_t read = 0;
		for (size_t i = 0; i < ARRAY_N(public_pages); i++) {
			if (str_chr(str_z(public_pages[i]), ':') >= 0)
				continue;
			struct web_visit v = web_get(&w, NOBODY, public_pages[i]);
			read += v.status == 200;
			CHECK(v.status != 200 || !addr_in_text(v.body, &found));
		}
		CHECK(read >= 10);
		struct web_visit v = web_post(&w, ROLE_DSL, "/policy/versions/new", "title=T&label=L&authors=A&months=12&text=Our+conference+unit+is+at+192.0.2.7.");
		CHECK(v.status == 422 && web_says(&v, "holds a network address"));
		CHECK_INT(web_post(&w, ROLE_DSL, "/policy/versions/new", "title=T&label=L&authors=A&months=12&text=Ring+the+office.").status, 303);
	}
	clock_fake(0);
}
