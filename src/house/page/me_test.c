#include <archive.h>
#include <archive_entry.h>

#include "base/clock.h"
#include "house/agreement/agreement_store.h"
#include "house/family/family.h"
#include "house/page/desk.h"
#include "house/web/web_test.h"

/* What stands in the file, both parts one after the other. */
static struct str unzipped(struct web_school *w, const struct web_visit *v)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	char room[8192];
	archive_read_support_format_zip(a);
	CHECK(archive_read_open_memory(a, v->body.p, v->body.n) == ARCHIVE_OK);
	while (archive_read_next_header(a, &e) == ARCHIVE_OK)
		for (la_ssize_t n; (n = archive_read_data(a, room, sizeof room)) > 0;)
			buf_add(&b, (struct str){ room, (size_t)n });
	archive_read_free(a);
	return arena_str(w->arena, buf_str(&b));
}

static bool has(struct str s, const char *what) { return str_find(s, str_z(what)) >= 0; }

TEST(me, ones_own_page_says_what_was_given_and_who_changed_what)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, w.person[ROLE_ADMIN], "secret reason" };
	CHECK_OK(role_give(w.db, &act, w.person[ROLE_TEACHER], ROLE_SENCO, 0, 0, &d));
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/me");
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "SENCO") && web_says(&v, "You were given a role") && web_says(&v, "Test Administrator"));
	CHECK(!web_says(&v, "secret reason"));
	v = web_get(&w, ROLE_LEARNER, "/me");
	CHECK(v.status == 200 && web_says(&v, "Ask your teacher"));
}

TEST(me, the_file_has_a_page_and_json_and_is_for_grown_ups)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	struct contact_details own = { .phone = STR("01632 960 001"), .postal = STR("1 Invented Row"), .language = STR("pl") };
	CHECK_OK(family_details_set(w.db, &act, w.person[ROLE_TEACHER], &own, &d));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/training/me", "title=Games+and+gambling&provider=Exampleshire&on=1/9/2020").status, 303);
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/me/data");
	CHECK_INT(v.status, 200);
	CHECK_STR(v.type, "application/zip");
	struct str all = unzipped(&w, &v);
	CHECK(has(all, "<!doctype html>") && has(all, "\"access\"") && has(all, "Test Teacher") && has(all, "\"training\"") && has(all, "Games and gambling"));
	CHECK(has(all, "\"01632 960 001\"") && has(all, "1 Invented Row") && has(all, "\"language\": \"pl\""));
	v = web_get(&w, ROLE_LEARNER, "/me/data");     /* the safeguarding lead looks first */
	CHECK(v.status == 403 && web_says(&v, "href=\"/my-data\""));
	CHECK_INT(web_get(&w, NOBODY, "/me/data").status, 303);
}

/* Each has the list of what is asked of them, and where their agreement stands: pupils in the words of their own agreement. */
TEST(clause, c2_05_learners_and_parents_have_their_obligations_and_where_their_agreement_stands)
{
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(20);
		struct store st = { w.db, w.web->keys, w.web->registers };
		struct act act = { w.school, 0, "test" };
		struct agreement_set set;
		CHECK_OK(agreement_load(w.arena, test_source("data/agreements/en.conf"), &d, &set));
		for (size_t i = 0; i < set.n; i++)
			CHECK_OK(agreement_activate(&st, w.arena, &act, &set.v[i], &d));
		struct person child;
		struct agreement_active g;
		CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_LEARNER], &child));
		CHECK_OK(agreement_in_force(&st, w.arena, w.school, agreement_audience_of(w.db, w.arena, &child), &g));
		struct web_visit v = web_get(&w, ROLE_LEARNER, "/me");
		CHECK(v.status == 200 && g.text.n && web_says(&v, "Read your promise"));
		for (size_t i = 0; i < g.text.n; i++)
			CHECK(web_says(&v, arena_z(w.arena, str_upto(g.text.rules[i].text, strcspn(arena_z(w.arena, g.text.rules[i].text), "'&\"")))));
		v = web_get(&w, ROLE_PARENT, "/me");
		CHECK(v.status == 200 && web_says(&v, "What the policy asks of you") && web_says(&v, "Contribute to developing online safety policies."));
		CHECK(web_says(&v, "Read and sign the agreement") && !web_says(&v, "Join in online safety lessons"));
	}
}

static size_t times(const struct web_visit *v, const char *word)
{
	struct str rest = v->body;
	size_t n = 0;
	for (ptrdiff_t at; (at = str_find(rest, str_z(word))) >= 0; n++)
		rest = str_from(rest, (size_t)at + 1);
	return n;
}

/* The whole of what one may learn of oneself, before and after: not one byte may differ. */
TEST(me, a_case_about_somebody_changes_nothing_that_they_can_see_of_themselves)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct store store = { .db = w.db, .keys = w.web->keys, .registers = w.web->registers };
	struct desk k = { .store = &store, .library = w.web->library };
	struct act act = { w.school, w.person[ROLE_DEPUTY], "test" };
	struct received got;
	static const enum role whom[] = { ROLE_TEACHER, ROLE_HEAD };
	for (size_t i = 0; i < ARRAY_N(whom); i++) {
		struct web_visit v = web_get(&w, whom[i], "/me/data");
		struct str file = unzipped(&w, &v);
		v = web_get(&w, whom[i], "/me/data");    /* the first visit's own sign-in stands in the second */
		file = unzipped(&w, &v);
		struct report r = { .about = ABOUT_ADULT, .origin = ORIGIN_STAFF, .subject = w.person[whom[i]], .author = w.person[ROLE_DEPUTY],
			.words = STR("Shouted at a child."), .happened_utc = clock_utc() };
		struct web_visit earlier = web_get(&w, whom[i], "/me");
		size_t before = times(&earlier, "llegation");
		CHECK_OK(record_report(&k, &act, &r, &d, &got));
		v = web_get(&w, whom[i], "/me/data");
		CHECK(str_eq(unzipped(&w, &v), file));
		v = web_get(&w, whom[i], "/me");
		CHECK(!web_says(&v, "Shouted") && !web_says(&v, "entry."));
		CHECK_INT(times(&v, "llegation"), before);       /* the policy's own list has the word */
	}
	clock_fake(0);
}
