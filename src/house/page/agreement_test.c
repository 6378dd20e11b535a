/* Reading and signing, as a child, a parent and a teacher meet it. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/time.h"
#include "house/agreement/roll.h"
#include "house/family/family.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

static void put_all(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_data data;
	struct store st = store_of(w);
	struct act act = { w->school, 0, "test" };
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
	CHECK_OK(agreement_data_load(w->arena, test_source("data"), &w->web->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK_OK(agreement_activate_shipped(&st, w->arena, &act, &data, &data.texts.v[i], &d));
}

static enum standing standing_of(struct web_school *w, int64_t person)
{
	struct store st = store_of(w);
	struct agreement_state s;
	struct person p;
	CHECK_OK(person_get(w->db, w->arena, w->school, person, &p));
	CHECK_OK(agreement_state_of(&st, w->arena, &p, clock_utc(), &s));
	return s.standing;
}

/* The value of the form's hidden digest. */
static const char *digest_on(struct web_school *w, const struct web_visit *v)
{
	ptrdiff_t at = str_find(v->body, STR("name=\"digest\" value=\""));
	CHECK(at > 0);
	return arena_z(w->arena, str_upto(str_from(v->body, (size_t)at + 21), 2 * SHA256_BYTES));
}

static int64_t a_class(struct web_school *w, const char *name, int year, const char *group, int64_t teacher)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	int64_t id;
	CHECK_OK(class_add(w->db, &act, str_z(name), year, str_z(group), &d, &id));
	CHECK_OK(class_staff_set(w->db, &act, id, teacher, true));
	return id;
}

static int64_t a_child(struct web_school *w, const char *name, int year, int64_t class_id)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	struct person_in in = { .kind = KIND_LEARNER, .name = str_z(name), .year = year, .class_id = class_id,
		.username = arena_fmt(w->arena, "kid.%c%d", name[0] | 32, year) };
	int64_t id;
	CHECK_OK(person_add(w->db, &act, &in, &d, &id));
	return id;
}

TEST(agreement_page, a_child_signs_in_urdu_from_right_to_left)
{
	AUTO(web_school_done) struct web_school w = web_school();
	put_all(&w);
	int64_t child = a_child(&w, "Tansy Testerley", 5, 0);
	struct web_visit v = web_get_as(&w, child, "/agreement");
	CHECK(v.status == 200 && web_says(&v, "value=\"ur\" lang=\"ur\" dir=\"rtl\"") && !web_says(&v, "class=\"gh-other\" lang=\"ur\""));
	CHECK_INT(web_post_as(&w, child, "/agreement/language", "language=xx").status, err_status(ERR_INVALID));
	CHECK_INT(web_post_as(&w, child, "/agreement/language", "language=ur").status, 303);
	v = web_get_as(&w, child, "/agreement");
	CHECK(web_says(&v, "lang=\"ur\" dir=\"rtl\"") && web_says(&v, "\xd9\x88\xd8\xb9\xd8\xaf\xdb\x81") && web_says(&v, "Nobody has checked it yet"));
	const char *form = arena_fmt(w.arena, "answer=sign&language=ur&digest=%s", digest_on(&w, &v)).p;
	CHECK_INT(web_post_as(&w, child, "/agreement", form).status, 303);
	CHECK_INT(standing_of(&w, child), STANDING_CURRENT);
	CHECK_INT(web_post_as(&w, child, "/agreement/undo", "").status, 303);
	CHECK_INT(standing_of(&w, child), STANDING_UNSIGNED);
	CHECK_INT(web_post_as(&w, child, "/agreement", arena_fmt(w.arena, "answer=sign&language=&digest=%s", digest_on(&w, &v)).p).status, 303);
	CHECK_INT(standing_of(&w, child), STANDING_UNSIGNED);                /* the digest was of both languages */
}

TEST(clause, c5_1_10_symbols_and_reading_aloud_where_the_child_needs_them)
{
	ON_EACH_PROFILE(w) {
		put_all(&w);
		int64_t child = a_child(&w, "Fern Samplewick", 5, 0), little = a_child(&w, "Pip Demowick", 0, 0);
		struct act act = { w.school, 0, "test" };
		struct web_visit v = web_get_as(&w, child, "/agreement");
		CHECK(v.status == 200 && !web_says(&v, "gh-single"));
		struct reading r = { .language = STR("en"), .symbols = true };
		CHECK_OK(reading_set(w.db, w.arena, &act, child, &r));
		v = web_get_as(&w, child, "/agreement");
		CHECK(web_says(&v, "gh-single") && web_says(&v, "promise-hand-up.svg") && web_says(&v, "data-read=\"promise-1") && web_says(&v, "/static/read.js"));
		CHECK(!web_says(&v, "id=\"promise-2\"") && web_says(&v, "/agreement?one=2"));
		v = web_get_as(&w, child, "/agreement?one=2");
		CHECK(web_says(&v, "id=\"promise-2\"") && !web_says(&v, "id=\"promise-1\""));
		v = web_get_as(&w, child, "/agreement?one=99");
		CHECK(v.status == 200 && web_says(&v, "id=\"promise-1\""));           /* no such promise: from the start */
		v = web_get_as(&w, little, "/agreement");
		CHECK(web_says(&v, "data-read") && web_says(&v, "promise-heart.svg"));
	}
}

TEST(clause, c5_4_09_a_parents_agreement_waits_for_the_talk_with_the_child)
{
	ON_EACH_PROFILE(w) {
		put_all(&w);
		int64_t parent = w.person[ROLE_PARENT];
		struct web_visit v = web_get_as(&w, parent, "/agreement");
		const char *digest = digest_on(&w, &v);
		CHECK(web_says(&v, "I have talked about this with my child"));
		v = web_post_as(&w, parent, "/agreement", arena_fmt(w.arena, "answer=sign&digest=%s", digest).p);
		CHECK(v.status == 422 && web_says(&v, "talk about it with your child first"));
		CHECK_INT(standing_of(&w, parent), STANDING_UNSIGNED);
		struct store st = store_of(&w);
		struct agreement_active g;
		CHECK_OK(agreement_in_force(&st, w.arena, w.school, STR("parent"), &g));
		struct act act = { w.school, parent, "test" };
		struct sign_in no = { .person = parent, .digest = g.text.digest };
		CHECK_ERR(agreement_sign(&st, w.arena, &act, &no), ERR_INVALID);         /* by no other way either */
		CHECK_INT(web_post_as(&w, parent, "/agreement", arena_fmt(w.arena, "answer=sign&talked=yes&digest=%s", digest).p).status, 303);
		CHECK_INT(standing_of(&w, parent), STANDING_CURRENT);
		struct entry_may may = { .school = w.school, .classes = ENTRY_BIT(ENTRY_PERSONAL) };
		struct entry_query q = { .reg = "signature" };
		struct entry_page page;
		CHECK_OK(entry_list(&st, w.arena, &may, &q, &page));
		CHECK(page.n == 1 && str_is(entry_value(&page.entries[0], "talked"), "yes") && entry_value(&page.entries[0], "signed").n);
	}
}

TEST(agreement_page, an_adult_of_the_class_helps_one_child_and_takes_a_mistake_back)
{
	AUTO(web_school_done) struct web_school w = web_school();
	put_all(&w);
	int64_t acorns = a_class(&w, "Acorns", 0, "early-years", w.person[ROLE_TEACHER]);
	int64_t other = a_class(&w, "Beech", 1, "ks1", w.person[ROLE_DSL]);
	int64_t child = a_child(&w, "Oat Testerley", 0, acorns), elsewhere = a_child(&w, "Rue Placeholt", 1, other);
	const char *path = arena_fmt(w.arena, "/class/%lld/help/%lld", (long long)acorns, (long long)child).p;
	struct web_visit v = web_get(&w, ROLE_TEACHER, path);
	CHECK(v.status == 200 && web_says(&v, "Oat Testerley") && web_says(&v, "promise-heart.svg") && !web_says(&v, "Take it back"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, arena_fmt(w.arena, "/class/%lld/reading/%lld", (long long)acorns, (long long)child).p, "language=ur&symbols=yes").status, 303);
	v = web_get(&w, ROLE_TEACHER, path);
	CHECK(web_says(&v, "dir=\"rtl\""));
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, arena_fmt(w.arena, "answer=sign&language=ur&digest=%s", digest_on(&w, &v)).p).status, 303);
	CHECK_INT(standing_of(&w, child), STANDING_CURRENT);
	v = web_get(&w, ROLE_TEACHER, path);
	CHECK(web_says(&v, "Take it back"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, "answer=undo").status, 303);
	CHECK_INT(standing_of(&w, child), STANDING_UNSIGNED);
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, arena_fmt(w.arena, "answer=decline&language=ur&digest=%s", digest_on(&w, &v)).p).status, 303);
	CHECK_INT(standing_of(&w, child), STANDING_DECLINED);
	CHECK_INT(web_get(&w, ROLE_PARENT, path).status, 403);                /* and not a child of another class through this one */
	CHECK_INT(web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/class/%lld/help/%lld", (long long)acorns, (long long)elsewhere).p).status, 404);
	CHECK_INT(web_post(&w, ROLE_TEACHER, arena_fmt(w.arena, "/class/%lld/reading/%lld", (long long)acorns, (long long)elsewhere).p, "language=ur").status, 404);
}

static void parent_of(struct web_school *w, int64_t adult, int64_t child)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	struct contact_in in = { .adult = adult, .child = child, .relation = RELATION_MOTHER, .responsible = true };
	CHECK_OK(family_put(w->db, &act, &in, &d));
}

TEST(clause, c5_4_08_families_without_a_receipt_are_listed_and_reminded_of_it)
{
	ON_EACH_PROFILE(w) {
		struct store st = store_of(&w);
		size_t n = 0;
		put_all(&w);
		int64_t child = a_child(&w, "Tansy Testerley", 4, a_class(&w, "Elm", 4, "ks2", w.person[ROLE_TEACHER]));
		int64_t bad = web_person(&w, ROLE_PARENT, "Mr Thorn Testerley");
		parent_of(&w, w.person[ROLE_PARENT], child);
		parent_of(&w, bad, child);
		struct act lead = { w.school, w.person[ROLE_DSL], "test" };
		AUTO(diag_done) struct diag d = diag_init(5);
		CHECK_OK(family_bar(&st, &lead, bad, child, true, STR("a court order"), &d));
		struct web_visit v = web_get(&w, ROLE_OFFICE, "/agreements/unsigned?kind=parent");
		CHECK(v.status == 200 && web_says(&v, "Parent or carer") && web_says(&v, "Mr Thorn Testerley") && !web_says(&v, ">Tansy Testerley<"));
		CHECK_OK(agreement_remind(&st, w.school, clock_utc(), &n));
		CHECK(n > 0);
		v = web_get(&w, ROLE_OFFICE, arena_fmt(w.arena, "/agreements/reminders?person=%lld", (long long)child).p);
		CHECK(web_says(&v, "(teacher)") && web_says(&v, "(family)") && !web_says(&v, "Thorn"));
		v = web_get(&w, ROLE_OFFICE, arena_fmt(w.arena, "/agreements/reminders?person=%lld", (long long)bad).p);
		CHECK(web_says(&v, "Nobody was reminded yet."));                       /* who is barred is not even asked */
		CHECK_OK(agreement_remind(&st, w.school, clock_utc() + 86400, &n));
		CHECK_INT(n, 0);                                                       /* not every day */
		clock_fake((clock_utc() + 7 * 86400) * 1000);
		CHECK_OK(agreement_remind(&st, w.school, clock_utc(), &n));
		CHECK(n > 0);
		struct agreement_active g;
		CHECK_OK(agreement_in_force(&st, w.arena, w.school, STR("ks2"), &g));
		struct act own = { w.school, child, "test" };
		struct sign_in in = { .person = child, .digest = g.text.digest };
		CHECK_OK(agreement_sign(&st, w.arena, &own, &in));
		clock_fake((clock_utc() + 7 * 86400) * 1000);
		CHECK_OK(agreement_remind(&st, w.school, clock_utc(), &n));
		clock_fake(0);
		struct reminder *r;
		size_t k;
		int64_t total = 0;
		CHECK_OK(agreement_reminders(&st, w.arena, w.school, child, 0, 10, &r, &k, &total));
		CHECK_INT(total, 2);                                                   /* signing ended it */
	}
}

TEST(clause, c4_6_01_a_parent_sees_the_receipt_or_the_reminder)
{
	ON_EACH_PROFILE(w) {
		struct store st = store_of(&w);
		size_t n = 0;
		put_all(&w);
		int64_t parent = w.person[ROLE_PARENT];
		parent_of(&w, parent, a_child(&w, "Fern Samplewick", 4, 0));
		CHECK_OK(agreement_remind(&st, w.school, clock_utc(), &n));
		struct web_visit v = web_get_as(&w, parent, "/agreement");
		CHECK(web_says(&v, "This waits for you. You were last reminded on"));
		CHECK_INT(web_post_as(&w, parent, "/agreement", arena_fmt(w.arena, "answer=sign&talked=yes&digest=%s", digest_on(&w, &v)).p).status, 303);
		v = web_get_as(&w, parent, "/agreement");
		CHECK(web_says(&v, "You have signed this.") && web_says(&v, " 20") && !web_says(&v, "This waits for you"));
	}
}

TEST(agreement_page, the_office_enters_paper_and_it_counts)
{
	AUTO(web_school_done) struct web_school w = web_school();
	put_all(&w);
	int64_t child = a_child(&w, "Wren Placeholt", 4, 0);
	const char *path = arena_fmt(w.arena, "/agreements/enter/%lld", (long long)child).p;
	struct web_visit v = web_get(&w, ROLE_OFFICE, path);
	CHECK(v.status == 200 && web_says(&v, "Wren Placeholt"));
	const char *digest = digest_on(&w, &v);
	v = web_post(&w, ROLE_OFFICE, path, arena_fmt(w.arena, "digest=%s", digest).p);
	CHECK(v.status == 422 && web_says(&v, "Say how it was signed.") && web_says(&v, "Write the day"));
	v = web_post(&w, ROLE_OFFICE, path, arena_fmt(w.arena, "digest=%s&how=paper&answer=sign&day=01/09/2019", digest).p);
	CHECK(v.status == 422 && web_says(&v, "older than the agreement in force"));
	v = web_post(&w, ROLE_OFFICE, path, arena_fmt(w.arena, "digest=%s&how=paper&answer=sign&day=01/09/2199", digest).p);
	CHECK(v.status == 422 && web_says(&v, "not come yet"));
	const char *today = arena_z(w.arena, time_iso_date(w.arena, clock_utc()));
	CHECK_INT(web_post(&w, ROLE_OFFICE, path, arena_fmt(w.arena, "digest=%s&how=paper&answer=sign&day=%s&note=folder+3", digest, today).p).status, 303);
	CHECK_INT(standing_of(&w, child), STANDING_CURRENT);
	CHECK_INT(web_get(&w, ROLE_TEACHER, path).status, 403);
	CHECK_INT(web_get(&w, ROLE_OFFICE, arena_fmt(w.arena, "/agreements/enter/%lld", (long long)w.person[ROLE_PARENT]).p).status, 404);
}

TEST(agreement_page, counts_are_by_kind_and_class)
{
	AUTO(web_school_done) struct web_school w = web_school();
	put_all(&w);
	int64_t elm = a_class(&w, "Elm", 4, "ks2", w.person[ROLE_TEACHER]), child = a_child(&w, "Zinnia Mockford", 4, elm);
	(void)a_child(&w, "Quill Dummerby", 4, elm);           /* only counted */
	struct web_visit v = web_get_as(&w, child, "/agreement");
	CHECK_INT(web_post_as(&w, child, "/agreement", arena_fmt(w.arena, "answer=sign&digest=%s", digest_on(&w, &v)).p).status, 303);
	v = web_get(&w, ROLE_OFFICE, "/agreements/unsigned?print=1");
	CHECK(v.status == 200 && web_says(&v, "Quill Dummerby") && !web_says(&v, "Zinnia Mockford"));
	v = web_get(&w, ROLE_OFFICE, "/agreements/unsigned");
	CHECK(web_says(&v, ">Elm</a>") && web_says(&v, ">50%<"));
	v = web_get(&w, ROLE_OFFICE, "/agreements/unsigned?standing=declined");
	CHECK(web_says(&v, "Everybody has signed."));
}

static const char *standing_word(const struct page_ctx *c, int64_t person)
{
	static const char *const words[] = { "unknown", "unsigned", "declined", "grace", "current" };
	struct store st = { c->db, c->web->keys, c->web->registers };
	struct agreement_state s;
	struct person p;
	CHECK_OK(person_get(c->db, c->arena, c->school, person, &p));
	CHECK_OK(agreement_state_of(&st, c->arena, &p, clock_utc(), &s));
	return words[s.in_force ? s.standing : STANDING_UNKNOWN];
}

/* The gate's half is e2e.staff_without_a_signature_cannot_browse. */
TEST(clause, c7_2_02_staff_without_a_signature_get_only_the_signing_page)
{
	static const char *const closed[] = { "/home", "/classes", "/people", "/today", "/activity" }, *const open[] = { "/agreement", "/report", "/rules", "/device-rules" };
	ON_EACH_PROFILE(w) {
		w.web->standing = standing_word;
		CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 200);             /* nothing is in force yet: nothing to sign */
		put_all(&w);
		for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
			struct web_visit v = web_get(&w, ROLE_DSL, closed[i]);
			CHECK((v.status == 303 && str_is(v.location, "/agreement")) || v.status == 403);
		}
		struct web_visit v = web_post(&w, ROLE_TEACHER, "/requests/new", "host=x");
		CHECK(v.status == 303 && str_is(v.location, "/agreement"));
		for (size_t i = 0; i < sizeof open / sizeof *open; i++)
			CHECK_INT(web_get(&w, ROLE_TEACHER, open[i]).status, 200);
		v = web_get(&w, ROLE_TEACHER, "/agreement");
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/agreement", arena_fmt(w.arena, "answer=sign&digest=%s", digest_on(&w, &v)).p).status, 303);
		CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 200);
		CHECK_INT(web_get(&w, ROLE_DSL, "/home").status, 303);                 /* each signs for themselves */
	}
}

/* Years 2 and 3 in one room: each child signs the words of their age, in two rounds; no child by the other's words. */
TEST(agreement_page, a_class_of_two_ages_signs_each_text_with_the_children_it_is_for)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	put_all(&w);
	int64_t class_id = a_class(&w, "Cedar", 3, "", w.person[ROLE_TEACHER]), older = a_child(&w, "Sorrel Inventley", 3, class_id), younger;
	struct person_in in = { .kind = KIND_LEARNER, .name = STR("Ember Samplewick"), .year = 2, .class_id = class_id, .group = STR("ks1"), .username = STR("kid.ember") };
	CHECK_OK(person_add(w.db, &act, &in, &d, &younger));
	const char *path = arena_fmt(w.arena, "/class/%lld/sign", (long long)class_id).p;
	struct web_visit v = web_get(&w, ROLE_TEACHER, path);
	CHECK(web_says(&v, "name=\"text\" value=\"ks2\"") && web_says(&v, "Sorrel") && !web_says(&v, "Ember") && web_says(&v, "?text=ks1"));
	const char *both = arena_fmt(w.arena, "text=ks2&digest=%s&child=%lld&child=%lld", digest_on(&w, &v), (long long)older, (long long)younger).p;
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, both).status, 303);
	CHECK_INT(standing_of(&w, older), STANDING_CURRENT);
	CHECK_INT(standing_of(&w, younger), STANDING_UNSIGNED);
	v = web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "%s?text=ks1", path).p);
	CHECK(web_says(&v, "Ember") && !web_says(&v, "Sorrel"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, arena_fmt(w.arena, "text=ks1&digest=%s&child=%lld", digest_on(&w, &v), (long long)younger).p).status, 303);
	CHECK_INT(standing_of(&w, younger), STANDING_CURRENT);
}

TEST(agreement_page, a_class_whose_group_follows_its_year_signs_the_text_of_that_year)
{
	AUTO(web_school_done) struct web_school w = web_school();
	put_all(&w);
	static const char *const groups[] = { "", "ks1" };
	for (size_t i = 0; i < ARRAY_N(groups); i++) {
		int64_t class_id = a_class(&w, i ? "Oak" : "Cedar", 2, groups[i], w.person[ROLE_TEACHER]);
		int64_t child = a_child(&w, i ? "Ember Samplewick" : "Sorrel Inventley", 2, class_id);
		char path[60];
		snprintf(path, sizeof path, "/class/%lld/sign", (long long)class_id);
		struct web_visit v = web_get(&w, ROLE_TEACHER, path);
		const char *form = arena_fmt(w.arena, "digest=%s&child=%lld", digest_on(&w, &v), (long long)child).p;
		CHECK_INT(web_post(&w, ROLE_TEACHER, path, form).status, 303);
		CHECK_INT(standing_of(&w, child), STANDING_CURRENT);
	}
}
