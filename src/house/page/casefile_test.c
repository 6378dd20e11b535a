/* The file of a case, as each role meets it. */
#include "house/casefile/casefile_test.h"
#include "house/casefile/retention.h"
#include "house/page/routes.h"
#include "house/store/audit.h"

static struct web_visit upload(struct web_school *w, int role, int64_t id, const char *file)
{
	return web_post_file(w, role, AT(w, "/case/%lld/documents", LL(id)), "what=Letter+from+the+clinic", file, corpus(w, AT(w, "screen/%s", file)));
}

TEST(casefile, a_document_is_kept_sealed_and_comes_back_as_it_was)
{
	school_day();
	ON_EACH_PROFILE(w) {
		int64_t id = case_about(&w, w.person[ROLE_LEARNER], "cyberbullying", "Somebody was unkind");
		CHECK_INT(upload(&w, ROLE_DSL, id, "letter.pdf").status, 303);
		struct web_visit v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/file", LL(id)));
		CHECK_INT(v.status, 200);
		CHECK(web_says(&v, "Letter from the clinic") && web_says(&v, "letter.pdf"));
		int64_t doc = number_after(&v, AT(&w, "/case/%lld/document/", LL(id)));
		CHECK(doc > 0);
		v = web_get(&w, ROLE_DEPUTY, AT(&w, "/case/%lld/document/%lld", LL(id), LL(doc)));
		CHECK_INT(v.status, 200);
		struct str sent = corpus(&w, "screen/letter.pdf");
		CHECK(str_eq(v.body, sent));
		CHECK(str_eq(v.type, STR("application/pdf")) && str_find(v.filename, STR(".pdf")) > 0);
		v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld", LL(id)));
		CHECK(web_says(&v, "who opened a document of it"));
		/* of another case, and of nobody */
		int64_t other = case_about(&w, w.person[ROLE_LEARNER], "cyberbullying", "Another day");
		CHECK_INT(web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/document/%lld", LL(other), LL(doc))).status, 404);
		for (int r = 0; r <= NOBODY; r = web_next(r)) {
			int got = web_get(&w, r, AT(&w, "/case/%lld/document/%lld", LL(id), LL(doc))).status;
			CHECK(r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD ? got == 200 : got == 404 || got == 403 || got == 303);
		}
	}
	clock_fake(0);
}

TEST(casefile, a_picture_is_refused_with_what_to_do_and_nothing_of_it_is_kept)
{
	static const char *const pictures[] = { "picture.jpg.txt", "picture-inside.docx", "picture.pdf", "picture.odt", "picture-inline.pdf" };
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = case_about(&w, w.person[ROLE_LEARNER], "cyberbullying", "Somebody was unkind");
	for (size_t i = 0; i < ARRAY_N(pictures); i++) {
		struct web_visit v = upload(&w, ROLE_DSL, id, pictures[i]);
		CHECK_INT(v.status, 422);
		CHECK(web_says(&v, "Do not look at it again") || web_says(&v, "do not look at it again"));
		CHECK(web_says(&v, "There are no documents."));
	}
	struct audit_record *all;
	size_t n, refused = 0;
	CHECK_OK(audit_of(w.db, w.arena, w.school, (struct audit_about){ "case-file", id }, &all, &n));
	for (size_t i = 0; i < n; i++)
		refused += str_is(all[i].what, "document.refused");
	CHECK_INT(refused, ARRAY_N(pictures));
	clock_fake(0);
}

/* 11.2-14 11.4-21: "no upload field exists". */
TEST(casefile, a_case_of_pictures_has_no_way_to_attach_anything)
{
	static const char *const topics[] = { "sexting", "csae", "illegal" };
	school_day();
	ON_EACH_PROFILE(w)
		for (size_t i = 0; i < ARRAY_N(topics); i++) {
			int64_t id = case_about(&w, w.person[ROLE_LEARNER], topics[i], "Somebody has a picture");
			struct web_visit v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/file", LL(id)));
			CHECK_INT(v.status, 200);
			CHECK(!web_says(&v, "type=\"file\"") && web_says(&v, "There is no way to attach anything"));
			v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld", LL(id)));
			CHECK(!web_says(&v, "type=\"file\""));
			CHECK_INT(upload(&w, ROLE_DSL, id, "letter.pdf").status, 403);
		}
	clock_fake(0);
}

TEST(casefile, one_put_there_by_mistake_is_taken_away_unless_the_case_is_on_hold)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = case_about(&w, w.person[ROLE_LEARNER], "cyberbullying", "Somebody was unkind");
	CHECK_INT(upload(&w, ROLE_DSL, id, "note.txt").status, 303);
	struct web_visit v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/file", LL(id)));
	int64_t doc = number_after(&v, AT(&w, "/case/%lld/document/", LL(id)));
	const char *hold = AT(&w, "/case/%lld/hold", LL(id)), *away = AT(&w, "/case/%lld/document/%lld/withdraw", LL(id), LL(doc));
	CHECK_INT(web_post(&w, ROLE_DSL, hold, "on=yes").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, hold, "on=yes&hold_why=The+police+ask").status, 303);
	v = web_post(&w, ROLE_DSL, away, "why=wrong+child");
	CHECK(v.status == 422 && web_says(&v, "on hold"));
	CHECK_INT(web_post(&w, ROLE_DSL, hold, "on=no&hold_why=The+police+are+done").status, 303);
	CHECK_INT(web_post(&w, ROLE_DSL, away, "why=").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, away, "why=wrong+child").status, 303);
	CHECK_INT(web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/document/%lld", LL(id), LL(doc))).status, 404);
	v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/file", LL(id)));
	CHECK(web_says(&v, "Taken away") && web_says(&v, "wrong child"));
	clock_fake(0);
}

TEST(casefile, linked_cases_show_from_both_sides_and_only_to_who_may_see_both)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t a = case_about(&w, w.person[ROLE_LEARNER], "cyberbullying", "Violet was unkind"), b = case_about(&w, 0, "cyberbullying", "Marmalade was taken");
	const char *link = AT(&w, "/case/%lld/link", LL(a));
	CHECK_INT(web_post(&w, ROLE_DSL, link, "other=&reason=").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, link, AT(&w, "other=%lld&reason=itself", LL(a))).status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, link, AT(&w, "other=%lld&reason=The+same+group+of+children", LL(b))).status, 303);
	CHECK_INT(web_post(&w, ROLE_DSL, link, AT(&w, "other=%lld&reason=again", LL(b))).status, 422);
	for (int side = 0; side < 2; side++) {
		struct web_visit v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/file", LL(side ? b : a)));
		CHECK(web_says(&v, "The same group of children") && web_says(&v, AT(&w, "/case/%lld\"", LL(side ? a : b))));
	}
	/* a deputy who must not see one of them finds no link from the other */
	struct store st = store_of(&w);
	struct desk k = { &st, w.web->library };
	struct act act = { w.school, w.person[ROLE_DSL], "test" };
	struct entry_may may = record_may(w.school, w.person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
	CHECK_OK(record_exclude(&k, &act, &may, b, w.person[ROLE_DEPUTY], ENTRY_BARRED));
	struct web_visit v = web_get(&w, ROLE_DEPUTY, AT(&w, "/case/%lld/file", LL(a)));
	CHECK(v.status == 200 && !web_says(&v, "The same group") && web_says(&v, "No case is linked"));
	v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/file", LL(a)));
	int64_t tie = number_after(&v, AT(&w, "/case/%lld/link/", LL(a)));
	CHECK_INT(web_post(&w, ROLE_DEPUTY, AT(&w, "/case/%lld/link/%lld/end", LL(a), LL(tie)), "ended_why=x").status, 404);
	CHECK_INT(web_post(&w, ROLE_DSL, AT(&w, "/case/%lld/link/%lld/end", LL(a), LL(tie)), "ended_why=mistaken").status, 303);
	v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld/file", LL(b)));
	CHECK(web_says(&v, "No case is linked"));
	clock_fake(0);
}

static void one_chronology(struct web_school *w)
{
	int64_t child = w->person[ROLE_LEARNER], a = case_about(w, child, "cyberbullying", "Violet was unkind");
	clock_step(3600000);
	case_about(w, child, "hate", "Words about her family");
	case_about(w, 0, "cyberbullying", "About somebody else");
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/case/%lld/note", LL(a)), "kind=note&text=Spoke+with+her+grandmother").status, 303);
	CHECK_INT(upload(w, ROLE_DSL, a, "letter.docx").status, 303);
	const char *path = AT(w, "/people/%lld/chronology", LL(child));
	struct web_visit v = web_get(w, ROLE_DSL, path);
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "Violet was unkind") && web_says(&v, "Words about her family") && web_says(&v, "grandmother") && web_says(&v, "Letter from the clinic"));
	CHECK(!web_says(&v, "About somebody else"));
	v = web_get(w, ROLE_DSL, AT(w, "%s?type=document", path));
	CHECK(!web_says(&v, "Violet was unkind") && web_says(&v, "Letter from the clinic"));
	v = web_get(w, ROLE_DSL, AT(w, "%s?theme=hate", path));
	CHECK(!web_says(&v, "Violet was unkind") && web_says(&v, "Words about her family"));
	v = web_get(w, ROLE_DSL, AT(w, "%s?from=15+September+2026", path));
	CHECK(!web_says(&v, "Violet was unkind"));
	v = web_get(w, ROLE_DSL, AT(w, "%s?print=yes", path));
	CHECK(str_find(v.body, STR("Violet was unkind")) < str_find(v.body, STR("Words about her family")));
	v = web_get(w, ROLE_DSL, AT(w, "/case/%lld", LL(a)));
	CHECK(web_says(&v, "in the child&#39;s chronology") || web_says(&v, "in the child's chronology"));
	CHECK(web_says(&v, "who printed it"));
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		int got = web_get(w, r, path).status;
		CHECK(r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD ? got == 200 : got == 404 || got == 403 || got == 303);
	}
}

/* An online concern stands in the one chronology with everything else. */
TEST(clause, c2_01_an_online_concern_stands_in_the_childs_safeguarding_chronology)
{
	school_day();
	ON_EACH_PROFILE(w)
		one_chronology(&w);
	clock_fake(0);
}

/* ---- how long ---- */

static void born_on(struct web_school *w, int64_t person, const char *day)
{
	static const struct db_stmt st = { "born", "", "UPDATE person SET born = $1 WHERE school = $2 AND id = $3", 1, false };
	struct db_val v[] = { DB_T(str_z(day)), DB_I(w->school), DB_I(person) };
	CHECK_OK(db_run(w->db, &st, v, 3, NULL, NULL, NULL));
}

static void close_by_force(struct web_school *w, int64_t id)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct store st = store_of(w);
	struct entry_may all = { .school = w->school, .classes = ~0u & ~1u };
	struct act act = { w->school, w->person[ROLE_DSL], "test" };
	struct entry e;
	CHECK_OK(entry_get(&st, w->arena, &all, id, 0, &e));
	struct entry_field f[] = { { STR("closed"), arena_fmt(w->arena, "%lld", LL(clock_utc())) } };
	struct entry_in in = { .reg = "case", .state = "closed", .fields = f, .n_fields = 1 };
	CHECK_OK(entry_update(&st, &act, &all, id, e.version, &in, &d));
}

static int64_t ready_to_go(struct web_school *w)
{
	struct store st = store_of(w);
	struct desk k = { &st, w->web->library };
	size_t n;
	born_on(w, w->person[ROLE_LEARNER], "2000-02-29");
	int64_t id = case_about(w, w->person[ROLE_LEARNER], "cyberbullying", "Long ago a zebra");
	CHECK_INT(upload(w, ROLE_DSL, id, "letter.pdf").status, 303);
	close_by_force(w, id);
	CHECK_OK(retention_tick(&k, w->school, 10, &n));
	CHECK_INT(n, 1);
	CHECK_OK(retention_tick(&k, w->school, 10, &n));
	CHECK_INT(n, 0);
	return id;
}

/* How many rows some entry of this register can be found by. */
static int64_t found_by(struct web_school *w, const char *reg, const char *field)
{
	struct store st = { w->db, w->web->keys, w->web->registers };
	struct entry_may all = { .school = w->school, .classes = ENTRY_BIT(ENTRY_CHILD) };
	struct entry_query q = { .reg = reg, .order_by = field, .where = { { field, ENTRY_FROM, 0, STR_NONE } }, .n_where = 1 }, word = { .reg = reg,
		.where = { { field, ENTRY_STARTS, 0, STR("c") } }, .n_where = 1 };
	int64_t n = 0, m = 0;
	CHECK_OK(entry_count(&st, &all, strcmp(field, "kind") == 0 ? &word : &q, &n));
	CHECK_OK(entry_count(&st, &all, &(struct entry_query){ .reg = reg }, &m));
	CHECK(m > 0);
	return n;
}

static void disposed_by_two(struct web_school *w)
{
	int64_t id = ready_to_go(w);
	struct web_visit v = web_get(w, ROLE_HEAD, "/retention");
	CHECK(v.status == 200 && web_says(&v, AT(w, "/case/%lld/file", LL(id))) && web_says(&v, "28 February 2025"));
	const char *dispose = AT(w, "/case/%lld/dispose", LL(id));
	/* the hold stands above the rule */
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/case/%lld/hold", LL(id)), "on=yes&hold_why=An+inquiry").status, 303);
	v = web_post(w, ROLE_DSL, dispose, "dispose_why=Its+time+is+over");
	CHECK(v.status == 422 && web_says(&v, "on hold"));
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/case/%lld/hold", LL(id)), "on=no&hold_why=The+inquiry+is+over").status, 303);
	CHECK_INT(web_post(w, ROLE_DSL, dispose, "dispose_why=").status, 422);
	CHECK_INT(web_post(w, ROLE_DSL, dispose, "dispose_why=Its+time+is+over").status, 303);
	v = web_get(w, ROLE_DSL, "/retention");
	int64_t x = number_after(&v, "href=\"/retention/");
	CHECK(x > 0);
	const char *confirm = AT(w, "/retention/%lld/confirm", LL(x));
	CHECK_INT(web_post(w, ROLE_DSL, confirm, "why=").status, 403);             /* who proposed it */
	CHECK_INT(web_post(w, ROLE_TEACHER, confirm, "why=").status, 403);
	v = web_get(w, ROLE_DSL, AT(w, "/case/%lld", LL(id)));
	CHECK(web_says(&v, "zebra"));                                               /* nothing has happened yet */
	CHECK(found_by(w, "case", "kind") == 1 && found_by(w, "case", "subject") == 1);
	CHECK_INT(web_post(w, ROLE_HEAD, confirm, "why=").status, 303);
	v = web_get(w, ROLE_DSL, AT(w, "/case/%lld", LL(id)));
	CHECK(!web_says(&v, "zebra") && v.status == 200 && web_says(&v, "Disposed of"));
	static const char *const others[] = { "/cases?state=closed", "/cases?state=", "/today", "/trends", "/retention" };
	for (size_t i = 0; i < ARRAY_N(others); i++)
		CHECK_INT(web_get(w, ROLE_DSL, others[i]).status, 200);
	CHECK_INT(found_by(w, "case", "kind"), 0);                                   /* what it was about is not counted any more */
	CHECK_INT(found_by(w, "case", "subject"), 0);
	v = web_get(w, ROLE_DEPUTY, AT(w, "/retention/%lld", LL(x)));
	CHECK(v.status == 200 && web_says(&v, "Certificate of disposal") && web_says(&v, "Its time is over") && !web_says(&v, "zebra"));
	CHECK_INT(web_post(w, ROLE_HEAD, confirm, "why=").status, 409);
	v = web_get(w, ROLE_DSL, AT(w, "/case/%lld/file", LL(id)));
	CHECK(v.status == 200 && !web_says(&v, "letter.pdf"));
}

TEST(casefile, what_is_due_is_disposed_of_by_two_people_and_leaves_a_certificate)
{
	school_day();
	ON_EACH_PROFILE(w)
		disposed_by_two(&w);
	clock_fake(0);
}

TEST(casefile, retention_pages_are_for_those_who_lead)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = ready_to_go(&w);
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool leads = r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD;
		struct web_visit v = web_get(&w, r, "/retention");
		CHECK(leads || r == ROLE_CHAIR ? v.status == 200 : v.status == 403 || v.status == 303);
		CHECK(leads == web_says(&v, AT(&w, "/case/%lld/file", LL(id))));
		if (!leads)
			CHECK(web_post(&w, r, AT(&w, "/case/%lld/dispose", LL(id)), "dispose_why=x").status >= 400 || r == NOBODY);
	}
	clock_fake(0);
}

TEST(retention, a_year_is_counted_from_its_event_and_29_february_is_the_28th)
{
	struct retention_rule rule = { .from = RETAIN_BIRTH, .years = 25 };
	int64_t day;
	CHECK_OK(time_read_date(STR("2000-02-29"), &day));
	struct civil t = time_uk(retention_due(&rule, day));
	CHECK(t.year == 2025 && t.month == 2 && t.day == 28);
	CHECK_INT(retention_due(&rule, 0), 0);
	rule.from = RETAIN_NEVER;
	CHECK_INT(retention_due(&rule, day), 0);
}

TEST(retention, a_rule_without_a_reason_is_refused_with_its_line)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct retention r;
	CHECK_OK(retention_load(&a, test_source("data/retention.conf"), &d, &r));
	CHECK(r.n >= 4 && str_is(retention_for(&r, STR("case"))->id, "child") && str_is(retention_for(&r, STR("allegation"))->id, "staff"));
}
