/* A request for what is kept: gone through entry by entry, and what is withheld is really absent. */
#include "house/casefile/bundle.h"
#include "house/casefile/casefile_test.h"
#include "house/casefile/pack.h"
#include "house/store/activity.h"

static int64_t asked(struct web_school *w, int64_t child)
{
	struct web_visit v = web_post(w, ROLE_OFFICE, AT(w, "/families/child/%lld/data", LL(child)), "who=Her+mother&words=Everything");
	CHECK_INT(v.status, 303);
	v = web_get(w, ROLE_DSL, "/data-requests");
	return number_after(&v, "href=\"/data-requests/");
}

static struct str marked_on(struct web_school *w, const char *path)
{
	struct web_visit v = web_get(w, ROLE_DSL, path);
	CHECK_INT(v.status, 200);
	ptrdiff_t at = str_find(v.body, STR("<textarea")), end = str_find(v.body, STR("</textarea>"));
	CHECK(at > 0 && end > at);
	struct str s = str_upto(v.body, (size_t)end);
	s = str_from(s, (size_t)at);
	return arena_str(w->arena, str_from(s, (size_t)str_chr(s, '>') + 1));
}

static struct str encoded(struct web_school *w, struct str s)
{
	AUTO(buf_done) struct buf b = buf_init(100000);
	form_encode(&b, s);
	return arena_str(w->arena, buf_str(&b));
}

static void go_through(struct web_school *w)
{
	int64_t child = w->person[ROLE_LEARNER];
	web_person(w, ROLE_LEARNER, "Violet Otherchild");
	int64_t id = case_about(w, child, "cyberbullying", "She said that Violet Otherchild took the marmalade"), hidden = case_about(w, child, "cyberbullying", "A secret zebra");
	int64_t r = asked(w, child);
	const char *pack = AT(w, "/data-requests/%lld/pack", LL(r));
	struct web_visit v = web_get(w, ROLE_DSL, pack);
	CHECK(v.status == 200 && web_says(&v, "not reviewed") && web_says(&v, "The account"));
	CHECK_INT(web_post(w, ROLE_DSL, pack, "").status, 422);                     /* nothing before all are reviewed */
	const char *one = AT(w, "/data-requests/%lld/pack/e%lld", LL(r), LL(id));
	struct str marked = marked_on(w, one);
	CHECK(str_find(marked, STR("[[Violet Otherchild]]")) > 0);
	CHECK_INT(web_post(w, ROLE_DSL, one, "verdict=part&marked=nothing").status, 422);
	v = web_post(w, ROLE_DSL, one, AT(w, "verdict=give&marked=%.*s", STRF(encoded(w, marked))));
	CHECK(v.status == 422 && web_says(&v, "There are marks in the words"));
	v = web_post(w, ROLE_DSL, one, "verdict=part&reason=third&marked=Reported%0Asomething+[[else]]");
	CHECK(v.status == 422 && web_says(&v, "The words were changed"));
	CHECK_INT(web_post(w, ROLE_DSL, one, AT(w, "verdict=part&reason=third&marked=%.*s", STRF(encoded(w, marked)))).status, 303);
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/data-requests/%lld/pack/e%lld", LL(r), LL(hidden)), "verdict=withhold&reason=abuse").status, 303);
	for (int guard = 0; guard < 200; guard++) {
		v = web_get(w, ROLE_DSL, pack);
		struct str next = STR("Review the next one");
		ptrdiff_t at = str_find(v.body, next);
		if (at < 0)
			break;
		ptrdiff_t href = str_rchr(str_upto(v.body, (size_t)at), '/');
		struct str key = str_from(v.body, (size_t)href + 1);
		key = str_upto(key, (size_t)str_chr(key, '"'));
		CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/data-requests/%lld/pack/%.*s", LL(r), STRF(key)), "verdict=give").status, 303);
	}
	CHECK_INT(web_post(w, ROLE_DSL, pack, "").status, 303);
	v = web_get(w, ROLE_DSL, pack);
	int64_t doc = number_after(&v, AT(w, "/data-requests/%lld/made/", LL(r)));
	CHECK(doc > 0 && web_says(&v, "SHA-256"));
	v = web_post(w, ROLE_DSL, AT(w, "/data-requests/%lld/made/%lld", LL(r), LL(doc)), "");
	CHECK_INT(v.status, 200);
	AUTO(diag_done) struct diag d = diag_init(5);
	struct bundle_file *files;
	size_t n;
	CHECK_OK(bundle_read(w->arena, v.body, "", &d, &files, &n));
	for (size_t i = 0; i < n; i++)
		CHECK(str_find(files[i].bytes, STR("Violet")) < 0 && str_find(files[i].bytes, STR("zebra")) < 0);
	struct str page = bundle_find(files, n, "index.html")->bytes;
	CHECK(str_find(page, STR("marmalade")) > 0 && str_find(page, STR("[withheld: about somebody else]")) > 0 && str_find(page, STR("Information Commissioner")) > 0);
	/* words added since are reviewed before another pack */
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/case/%lld/note", LL(id)), "kind=note&text=Later+words").status, 303);
	CHECK_INT(web_post(w, ROLE_DSL, pack, "").status, 422);
	for (int role = 0; role <= NOBODY; role = web_next(role))
		if (role != ROLE_DSL && role != ROLE_DEPUTY && role != ROLE_HEAD)
			CHECK(web_get(w, role, pack).status != 200 && web_get(w, role, one).status != 200);
}

TEST(pack, what_is_withheld_is_not_in_what_is_given)
{
	school_day();
	ON_EACH_PROFILE(w)
		go_through(&w);
	clock_fake(0);
}

TEST(pack, marks_must_pair)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str out;
	CHECK_OK(pack_redact(&a, STR("a [[b]] c [[d]]"), STR("r"), &out));
	CHECK_STR(out, "a [withheld: r] c [withheld: r]");
	CHECK(pack_redact(&a, STR("a [[b"), STR("r"), &out) != OK);
	CHECK(pack_redact(&a, STR("a ]] b"), STR("r"), &out) != OK);
	CHECK(pack_redact(&a, STR("a [[b [[c]]"), STR("r"), &out) != OK);
}

/* What was browsed before the months that are kept is gone after the keeper's job; what is due of cases is listed. */
static void erased_by_schedule(struct web_school *w)
{
	int64_t now = clock_utc(), dropped = 0;
	struct activity_item items[2] = {
		{ .segment = 1, .record = 1, .e = { .at_ms = (now - 200 * INT64_C(86400)) * 1000, .school = w->school, .person = w->person[ROLE_LEARNER], .kind = 1, .host = STR("old.example"), .group = STR("ks2"), .category = STR("news") } },
		{ .segment = 1, .record = 2, .e = { .at_ms = now * 1000, .school = w->school, .person = w->person[ROLE_LEARNER], .kind = 1, .host = STR("new.example"), .group = STR("ks2"), .category = STR("news") } } };
	struct activity_cursor upto = { STR("g"), 0, 1, 2 };
	CHECK_OK(activity_ingest(w->activity, &upto, items, 2, NULL));
	CHECK_OK(activity_retain(w->activity, w->db, 90, now, &dropped));
	CHECK_INT(dropped, 1);
	struct act act = { w->school, w->person[ROLE_DSL], "a worry was reported" };
	struct activity_view v = { 0 };
	struct activity_row *rows;
	size_t n;
	bool more;
	CHECK_OK(activity_open_view(w->db, &act, w->person[ROLE_LEARNER], 0, now - 400 * INT64_C(86400), now + 86400, &v));
	CHECK_OK(activity_search(w->activity, w->arena, &v, &(struct activity_query){ 0 }, &rows, &n, &more));
	CHECK(n == 1 && str_is(rows[0].host, "new.example"));
}

/* A pack of one child holds nothing of another's cases, account or signatures. */
static void only_that_person(struct web_school *w)
{
	struct store st = store_of(w);
	struct desk k = { &st, w->web->library };
	struct entry_may may = record_may(w->school, w->person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
	int64_t child = w->person[ROLE_LEARNER], other = web_person(w, ROLE_LEARNER, "Bryony Otherchild");
	case_about(w, child, "cyberbullying", "About the marmalade");
	case_about(w, other, "cyberbullying", "About a zebra");
	case_about(w, 0, "hate", "About nobody, a giraffe");
	struct pack p;
	CHECK_OK(pack_read(&k, w->arena, &may, asked(w, child), &p));
	bool found = false;
	for (size_t i = 0; i < p.n; i++) {
		found = found || str_find(p.v[i].text, STR("marmalade")) >= 0;
		CHECK(str_find(p.v[i].text, STR("zebra")) < 0 && str_find(p.v[i].text, STR("giraffe")) < 0 && str_find(p.v[i].text, STR("Bryony")) < 0);
	}
	CHECK(found);
}

TEST(clause, c7_4_01_what_is_past_retention_goes_and_an_export_holds_that_person_only)
{
	school_day();
	ON_EACH_PROFILE(w) {
		erased_by_schedule(&w);
		only_that_person(&w);
	}
	clock_fake(0);
}
