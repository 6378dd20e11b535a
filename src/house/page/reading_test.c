/* The policy and required reading: who has read it, who has not. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/time.h"
#include "house/agreement/agreement_store.h"
#include "house/agreement/reading_list.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

static void junior(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct library *l = arena_new(w->arena, struct library);
	*l = *w->web->library;
	CHECK_OK(profile_load(w->arena, test_source("data/parameters.conf"), test_source("data/profiles/junior.conf"), &d, &l->profile));
	w->web->library = l;
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
}

static void policy_in_force(struct web_school *w, const char *label, const char *text)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct store st = store_of(w);
	struct act act = { w->school, w->person[ROLE_DSL], "test" };
	struct document_in in = { .title = STR("Our policy"), .label = str_z(label), .authors = STR("The lead"), .months = STR("12"), .text = str_z(text) };
	struct document_approval ok = { STR("1 September 2026"), STR("Governing body"), STR("12") };
	int64_t id;
	CHECK_OK(document_create(&st, &act, &in, &d, &id));
	CHECK_OK(document_approve(&st, &w->web->library->profile, &act, id, &ok, &d));
	CHECK_OK(document_activate(&st, &act, id, &d));
}

static void read_policy(struct web_school *w, int role)
{
	struct web_visit v = web_get(w, role, "/policy/read");
	ptrdiff_t at = str_find(v.body, STR("name=\"digest\" value=\""));
	CHECK(v.status == 200 && at > 0);
	struct str digest = str_upto(str_from(v.body, (size_t)at + 21), 64);
	CHECK_INT(web_post(w, role, "/policy/read", arena_fmt(w->arena, "digest=%.*s", STRF(digest)).p).status, 303);
}

TEST(clause, c4_3_02_a_new_version_asks_again_and_names_are_for_leadership)
{
	AUTO(web_school_done) struct web_school w = web_school();
	junior(&w);
	policy_in_force(&w, "V1", "All of it");
	(void)web_person(&w, ROLE_TEACHER, "Ms Larkspur Pretendry");            /* who never reads */
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/home");
	CHECK(web_says(&v, "Read the online safety policy"));
	read_policy(&w, ROLE_TEACHER);
	v = web_get(&w, ROLE_TEACHER, "/policy/read");
	CHECK(web_says(&v, "You read this on"));
	v = web_get(&w, ROLE_TEACHER, "/home");
	CHECK(!web_says(&v, "Read the online safety policy"));
	v = web_get(&w, ROLE_HEAD, "/policy/receipts");
	CHECK(v.status == 200 && web_says(&v, "Ms Larkspur Pretendry"));
	v = web_get(&w, ROLE_GOVERNOR, "/policy/receipts");
	CHECK(v.status == 200 && !web_says(&v, "Ms Larkspur Pretendry") && web_says(&v, "Names are shown to leadership only"));
	CHECK_INT(web_get(&w, ROLE_GOVERNOR, "/policy/receipts?csv=1").status, 403);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/policy/receipts").status, 403);
	policy_in_force(&w, "V2", "All of it, and more");
	v = web_get(&w, ROLE_TEACHER, "/home");
	CHECK(web_says(&v, "Read the online safety policy"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/policy/read", "digest=00").status, 303);
	v = web_get(&w, ROLE_TEACHER, "/policy/read");
	CHECK(!web_says(&v, "You read this on"));
}

TEST(clause, c6_07_coverage_of_staff_learners_and_families_is_shown_as_percentages)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_data data;
	struct store st = store_of(&w);
	struct act act = { w.school, w.person[ROLE_LEARNER], "test" };
	junior(&w);
	CHECK_OK(agreement_data_load(w.arena, test_source("data"), &w.web->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK_OK(agreement_activate_shipped(&st, w.arena, &act, &data, &data.texts.v[i], &d));
	const struct agreement *g = agreement_find(&data.texts, STR("ks2"), STR("en"));
	struct web_visit v = web_get(&w, ROLE_HEAD, "/policy/receipts");
	CHECK(web_says(&v, ">Pupils</th><td class=\"govuk-table__cell\">0% (0 of 1)") && web_says(&v, "Parents and carers") && web_says(&v, ">Staff</th>"));
	struct sign_in in = { .person = w.person[ROLE_LEARNER], .digest = g->digest };
	CHECK_OK(agreement_sign(&st, w.arena, &act, &in));
	v = web_get(&w, ROLE_HEAD, "/policy/receipts");
	CHECK(web_says(&v, ">Pupils</th><td class=\"govuk-table__cell\">100% (1 of 1)") && web_says(&v, "0% (0 of 1)"));
}

TEST(reading, part_one_is_read_with_questions_each_year)
{
	AUTO(web_school_done) struct web_school w = web_school();
	junior(&w);
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/reading");
	CHECK(v.status == 200 && web_says(&v, "Keeping children safe in education") && web_says(&v, "https://www.gov.uk/"));
	v = web_post(&w, ROLE_TEACHER, "/reading", "");
	CHECK(v.status == 422 && web_says(&v, "Please choose an answer.") && web_says(&v, "Please read Part one first"));
	v = web_post(&w, ROLE_TEACHER, "/reading", "read=yes&silence=1&unsure=1&away=3&children=2&colleague=1");
	CHECK(v.status == 422 && web_says(&v, "Not quite. A promise of silence cannot be kept"));
	v = web_get(&w, ROLE_HEAD, "/policy/receipts?csv=1");
	CHECK(web_says(&v, "x"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/reading", "read=yes&silence=2&unsure=1&away=3&children=2&colleague=1").status, 303);
	v = web_get(&w, ROLE_TEACHER, "/reading");
	CHECK(web_says(&v, "You read this on") && web_says(&v, "5 of 5") && !web_says(&v, "These are my answers"));
	v = web_get(&w, ROLE_TEACHER, "/home");
	CHECK(!web_says(&v, "Read Keeping children safe"));
	CHECK_INT(web_get(&w, NOBODY, "/reading").status, 303);
}

TEST(reading, a_school_year_begins_in_september)
{
	int64_t at, start;
	CHECK_OK(time_read_iso(STR("2026-11-22T10:00"), &at));
	CHECK_OK(time_read_iso(STR("2026-09-01T00:00"), &start));
	CHECK_INT(reading_year_start(at), start);
	CHECK_INT(reading_year_start(start), start);
	CHECK(reading_year_start(start - 1) < start - 300 * 86400);
}

TEST(reading, the_shipped_reading_is_whole)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct reading_text r;
	CHECK_OK(reading_text_load(&a, test_source("data"), "kcsie-part-1", &d, &r));
	CHECK(r.yearly && r.n_points >= 5 && r.n_questions == 5 && r.edition.n && r.address.n);
	for (size_t i = 0; i < r.n_questions; i++)
		CHECK(r.questions[i].right >= 1 && r.questions[i].right <= (int64_t)r.questions[i].n);
}
