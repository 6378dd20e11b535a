/* Reading and signing, as a child, a parent and a teacher meet it. */
#include <stdlib.h>

#include "base/clock.h"
#include "house/agreement/agreement_store.h"
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
	AUTO(web_school_done) struct web_school w = web_school();
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

TEST(clause, c5_4_09_a_parents_agreement_waits_for_the_talk_with_the_child)
{
	AUTO(web_school_done) struct web_school w = web_school();
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
