/* What is kept about an adult: asked for by them, gone through by the headteacher (by the chair about the headteacher), never by the one it is about; and a
 * locked copy of what was said about them. */
#include "house/casefile/bundle.h"
#include "house/casefile/casefile_test.h"

static int64_t own_request(struct web_school *w, int role, int decides)
{
	CHECK_INT(web_get(w, role, "/my-data").status, 200);
	CHECK_INT(web_post(w, role, "/my-data", "words=").status, 422);
	CHECK_INT(web_post(w, role, "/my-data", "words=All+about+me").status, 303);
	struct web_visit v = web_get(w, role, "/my-data");
	CHECK(v.status == 200 && web_says(&v, "You have an answer by") && !web_says(&v, "All about me"));
	v = web_get(w, decides, "/data-requests");
	CHECK_INT(v.status, 200);
	return number_after(&v, "href=\"/data-requests/");
}

static void review_all(struct web_school *w, int role, const char *pack)
{
	for (int guard = 0; guard < 200; guard++) {
		struct web_visit v = web_get(w, role, pack);
		ptrdiff_t at = str_find(v.body, STR("Review the next one"));
		if (at < 0)
			return;
		ptrdiff_t href = str_rchr(str_upto(v.body, (size_t)at), '/');
		struct str key = str_from(v.body, (size_t)href + 1);
		key = str_upto(key, (size_t)str_chr(key, '"'));
		CHECK_INT(web_post(w, role, AT(w, "%s/%.*s", pack, STRF(key)), "verdict=give").status, 303);
	}
	CHECK(false);
}

static void by_the_head(struct web_school *w)
{
	CHECK_INT(web_post(w, ROLE_HEAD, "/adult-concerns", "whom=Test+Teacher&words=a+zebra+joke+at+lunch").status, 303);
	CHECK_INT(web_post(w, ROLE_HEAD, "/adult-concerns", "whom=Test+School+office&words=a+giraffe+joke").status, 303);
	case_about(w, w->person[ROLE_LEARNER], "cyberbullying", "A marmalade matter");
	int64_t r = own_request(w, ROLE_TEACHER, ROLE_HEAD);
	const char *one = AT(w, "/data-requests/%lld", LL(r)), *pack = AT(w, "%s/pack", one);
	static const int never[] = { ROLE_DSL, ROLE_DEPUTY, ROLE_OFFICE, ROLE_ADMIN, ROLE_TEACHER, ROLE_CHAIR, ROLE_LEARNER, NOBODY };
	for (size_t i = 0; i < ARRAY_N(never); i++) {
		CHECK(web_get(w, never[i], one).status != 200 && web_get(w, never[i], pack).status != 200);
		CHECK(web_post(w, never[i], AT(w, "%s/decide", one), "decision=given&third=none").status != 303 || never[i] == NOBODY);
		struct web_visit v = web_get(w, never[i], "/data-requests");
		CHECK(!web_says(&v, one));
	}
	struct web_visit v = web_get(w, ROLE_HEAD, one);
	CHECK(web_says(&v, "All about me"));
	v = web_get(w, ROLE_HEAD, pack);
	CHECK(v.status == 200 && web_says(&v, "The account"));
	review_all(w, ROLE_HEAD, pack);
	CHECK_INT(web_post(w, ROLE_HEAD, pack, "").status, 303);
	v = web_get(w, ROLE_HEAD, pack);
	int64_t doc = number_after(&v, AT(w, "%s/made/", one));
	v = web_post(w, ROLE_HEAD, AT(w, "%s/made/%lld", one, LL(doc)), "");
	CHECK_INT(v.status, 200);
	AUTO(diag_done) struct diag d = diag_init(5);
	struct bundle_file *files;
	size_t n;
	CHECK_OK(bundle_read(w->arena, v.body, "", &d, &files, &n));
	struct str page = bundle_find(files, n, "index.html")->bytes;
	CHECK(str_find(page, STR("zebra")) > 0 && str_find(page, STR("giraffe")) < 0 && str_find(page, STR("marmalade")) < 0);
	CHECK_INT(web_post(w, ROLE_HEAD, AT(w, "%s/decide", one), "decision=given&third=none").status, 303);
	v = web_get(w, ROLE_TEACHER, "/my-data");
	CHECK(web_says(&v, "It is ready to be given to you") && !web_says(&v, "You have an answer by"));
	CHECK_INT(web_post(w, ROLE_HEAD, AT(w, "%s/handed", one), "").status, 303);
	v = web_get(w, ROLE_TEACHER, "/my-data");
	CHECK(web_says(&v, "It was given to you on"));
	v = web_get(w, ROLE_HEAD, "/my-data");
	CHECK(!web_says(&v, "You asked on"));                  /* somebody else's is not theirs */
}

TEST(own_data, an_adult_asks_and_the_headteacher_alone_goes_through_it)
{
	school_day();
	ON_EACH_PROFILE(w)
		by_the_head(&w);
	clock_fake(0);
}

TEST(own_data, the_headteachers_own_goes_to_the_chair)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t r = own_request(&w, ROLE_HEAD, ROLE_CHAIR);
	const char *one = AT(&w, "/data-requests/%lld", LL(r)), *decide = AT(&w, "%s/decide", one);
	CHECK(web_get(&w, ROLE_HEAD, one).status != 200 && web_get(&w, ROLE_HEAD, AT(&w, "%s/pack", one)).status != 200);
	CHECK(web_post(&w, ROLE_HEAD, decide, "decision=given&third=none").status != 303);
	CHECK_INT(web_get(&w, ROLE_CHAIR, AT(&w, "%s/pack", one)).status, 200);
	CHECK_INT(web_post(&w, ROLE_CHAIR, decide, "decision=given&third=none").status, 303);
	int64_t child = own_request(&w, ROLE_LEARNER, ROLE_DSL);
	CHECK(web_get(&w, ROLE_CHAIR, AT(&w, "/data-requests/%lld", LL(child))).status != 200);      /* a child's is not the chair's */
	clock_fake(0);
}

/* ---- a locked copy of what was said about an adult ---- */

static struct str copy_of(struct web_school *w, int role, int64_t person, struct str *phrase)
{
	const char *path = AT(w, "/adult-concerns/%lld/copy", LL(person));
	struct web_visit v = web_get(w, role, path);
	CHECK_INT(v.status, 200);
	ptrdiff_t at = str_find(v.body, STR("name=\"phrase\" value=\""));
	CHECK(at > 0);
	*phrase = arena_str(w->arena, str_upto(str_from(v.body, (size_t)at + 21), 23));
	CHECK_INT(web_post(w, role, path, "phrase=password").status, 422);                       /* no passphrase of a person's own making */
	v = web_post(w, role, path, AT(w, "phrase=%.*s", STRF(*phrase)));
	CHECK_INT(v.status, 200);
	return v.body;
}

TEST(adultfile, is_made_by_who_may_read_it_locked_and_read_without_gatehouse)
{
	school_day();
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct bundle_file *files;
		size_t n, found = 0;
		struct str phrase;
		int64_t teacher = w.person[ROLE_TEACHER];
		CHECK_INT(web_post(&w, ROLE_HEAD, "/adult-concerns", "whom=Test+Teacher&words=a+zebra+joke+at+lunch").status, 303);
		CHECK_INT(web_post(&w, ROLE_HEAD, "/adult-concerns", "whom=Test+School+office&words=a+giraffe+joke").status, 303);
		for (int role = 0; role <= NOBODY; role = web_next(role))
			if (role != ROLE_HEAD)
				CHECK(web_get(&w, role, AT(&w, "/adult-concerns/%lld/copy", LL(teacher))).status != 200);
		struct str bytes = copy_of(&w, ROLE_HEAD, teacher, &phrase);
		CHECK(str_find(bytes, STR("zebra")) < 0 && bundle_read(w.arena, bytes, "aaaaa-aaaaa-aaaaa-aaaaa", &d, &files, &n) != OK);
		CHECK_OK(bundle_read(w.arena, bytes, arena_z(w.arena, phrase), &d, &files, &n));
		for (size_t i = 0; i < n; i++) {
			found += str_find(files[i].bytes, STR("a zebra joke at lunch")) >= 0;
			CHECK(str_find(files[i].bytes, STR("giraffe")) < 0);
		}
		CHECK_INT((int64_t)found, 2);                                                      /* the page and the same for programs */
		CHECK_INT(web_get(&w, ROLE_HEAD, "/adult-concerns/999999/copy").status, 404);
	}
	clock_fake(0);
}
