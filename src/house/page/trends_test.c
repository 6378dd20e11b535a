#include "base/clock.h"
#include "base/time.h"
#include "house/page/desk.h"
#include "house/record/trends.h"
#include "house/web/web_test.h"

static void concern(struct web_school *w, int64_t child, const char *place, const char *risk, int64_t barred)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct store st = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	struct desk k = { &st, w->web->library };
	struct act act = { w->school, w->person[ROLE_TEACHER], "test" };
	struct received got;
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = child, .author = w->person[ROLE_TEACHER], .danger = true,
		.words = STR("Somebody asked for my zebra picture"), .place = str_z(place), .risk_area = str_z(risk), .barred = { barred }, .n_barred = barred ? 1 : 0 };
	CHECK_OK(record_report(&k, &act, &r, &d, &got));
}

static void seed(struct web_school *w)
{
	int64_t child = web_person(w, ROLE_LEARNER, "Tansy Testerley");
	for (int i = 0; i < 7; i++)
		concern(w, child, "Behind the kiln of Tansy Testerley", "contact", 0);
	for (int i = 0; i < 2; i++)
		concern(w, child, "Library", "commerce", 0);
}

TEST(trends_page, the_lead_sees_them_as_table_picture_and_spreadsheet)
{
	ON_EACH_PROFILE(w) {
		seed(&w);
		struct web_visit v = web_get(&w, ROLE_DSL, "/trends");
		CHECK_INT(v.status, 200);
		CHECK(web_says(&v, "Commerce") && web_says(&v, "<svg") && web_says(&v, "kiln") && web_says(&v, "<strong>9</strong>"));
		v = web_get(&w, ROLE_DSL, "/trends?csv=1");
		CHECK(web_says(&v, "\"Commerce\",2") || web_says(&v, "Commerce,2") || web_says(&v, "\"Commerce\",\"2\""));
		v = web_get(&w, ROLE_DSL, "/trends?from=1+January+2020&upto=1+January+2026");
		CHECK(v.status == 422 && web_says(&v, "at most two years"));
		v = web_get(&w, ROLE_DSL, "/trends?from=31+February+2026");
		CHECK(web_says(&v, "Write a date"));
		CHECK_INT(web_get(&w, ROLE_TEACHER, "/trends").status, 403);
		CHECK(web_get(&w, ROLE_LEARNER, "/trends").status != 200 && web_get(&w, NOBODY, "/trends").status != 200);
	}
}

/* What a governor reads, and what goes with them as a file. */
static void governors_read_no_more(struct web_school *w, const char *path)
{
	struct web_visit v = web_get(w, ROLE_GOVERNOR, path);
	CHECK_INT(v.status, 200);
	CHECK(!web_says(&v, "Testerley,") && !web_says(&v, "Tansy") && !web_says(&v, "kiln") && !web_says(&v, "zebra") && !web_says(&v, "Test Teacher"));
	CHECK(!web_says(&v, ">2<") && !web_says(&v, ",2,") && !web_says(&v, "\"2\"") && !web_says(&v, ">7<") && !web_says(&v, "\"7\""));
}

static void governors_report(void)
{
	ON_EACH_PROFILE(w) {
		seed(&w);
		governors_read_no_more(&w, "/governors/counts");
		governors_read_no_more(&w, "/governors/counts?csv=1");
		struct web_visit v = web_get(&w, ROLE_GOVERNOR, "/governors/counts");
		CHECK(web_says(&v, "<strong>9</strong>") && web_says(&v, "How it stands") && web_says(&v, "Still open"));
		CHECK_INT(web_get(&w, ROLE_GOVERNOR, "/governors/counts?back=3").status, 200);
		CHECK(web_get(&w, ROLE_TEACHER, "/governors/counts").status != 200);
	}
}

TEST(clause, c4_2_18_the_governors_summary_has_counts_and_how_they_stand_and_nobodys_name) { governors_report(); }
TEST(clause, c3_09_the_report_for_the_governing_body_has_figures_and_outcomes_without_identities) { governors_report(); }

TEST(trends_page, whoever_a_case_is_kept_from_reads_the_same_numbers_as_before)
{
	AUTO(web_school_done) struct web_school w = web_school();
	seed(&w);
	struct web_visit before = web_get(&w, ROLE_DEPUTY, "/trends"), governor = web_get(&w, ROLE_GOVERNOR, "/governors/counts");
	concern(&w, 0, "Library", "contact", w.person[ROLE_DEPUTY]);
	concern(&w, 0, "Library", "contact", w.person[ROLE_GOVERNOR]);
	struct web_visit after = web_get(&w, ROLE_DEPUTY, "/trends");
	CHECK(web_says(&before, "<strong>9</strong>") && web_says(&after, "<strong>10</strong>"));
	after = web_get(&w, ROLE_GOVERNOR, "/governors/counts");
	CHECK(web_says(&governor, "<strong>9</strong>") && web_says(&after, "<strong>10</strong>"));
}
