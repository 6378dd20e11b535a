/* Telling, as each person meets it. */
#include "house/page/report.h"

#include "base/clock.h"
#include "base/test.h"
#include "house/store/draft.h"
#include "house/web/jar.h"

static void at(int day, int hour)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = day, .hour = hour }) * 1000);
}

static int64_t newest(struct web_school *w, int role, struct case_view *v)
{
	struct store store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	struct desk k = { .store = &store, .library = w->web->library };
	struct entry_may may = record_may(w->school, w->person[role], ROLE_BIT(role));
	struct case_page page;
	struct case_query q = { 0 };
	int64_t best = 0;
	CHECK_OK(record_cases(&k, w->arena, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		best = page.lines[i].id > best ? page.lines[i].id : best;
	if (best && v)
		CHECK_OK(record_view(&k, w->arena, &may, best, v));
	return best;
}

static int64_t cases(struct web_school *w)
{
	struct store store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	struct entry_may may = { .school = w->school, .classes = ENTRY_BIT(ENTRY_CHILD) | ENTRY_BIT(ENTRY_STAFF) | ENTRY_BIT(ENTRY_CHAIR) };
	struct entry_query q = { .reg = "case" };
	int64_t n;
	CHECK_OK(entry_count(&store, &may, &q, &n));
	return n;
}

TEST(report_page, staff_tell_who_what_where_when_and_the_childs_own_words_as_typed)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct case_view v;
	struct web_visit page = web_get(&w, ROLE_TEACHER, "/report?about=child");
	static const char *const asked[] = { "name=\"whom\"", "name=\"words\"", "name=\"said\"", "name=\"place\"", "name=\"when\"", "value=\"commerce\"",
		"value=\"unknown\" checked", "name=\"body\"", "Take no photograph" };
	for (size_t i = 0; i < ARRAY_N(asked); i++)
		CHECK(web_says(&page, asked[i]));
	CHECK(!web_says(&page, "type=\"file\""));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&whom=Tansy+of+year+4&words=She+cried.%0D%0ATwice++over.&said=%22he+said+%3Cb%3Eugly%3C%2Fb%3E%22"
		"&place=by+the+shed&when=2026-09-13T15%3A30&risk=conduct&body=left-arm&body=back&marks=a+red+mark").status, 303);
	CHECK(newest(&w, ROLE_DSL, &v));
	CHECK_STR(entry_value(&v.entry, "words"), "She cried.\nTwice  over.");
	CHECK_STR(entry_value(&v.entry, "said"), "\"he said <b>ugly</b>\"");
	CHECK_STR(entry_value(&v.entry, "whom"), "Tansy of year 4");
	CHECK_STR(entry_value(&v.entry, "place"), "by the shed");
	CHECK_STR(entry_value(&v.entry, "body"), "Back, Left arm: a red mark");
	CHECK_STR(entry_value(&v.entry, "risk_area"), "conduct");
	CHECK_INT(v.chronology[0].at_utc, time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 13, .hour = 15, .minute = 30 }));
	page = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/case/%lld", (long long)v.line.id).p);
	CHECK(web_says(&page, "&lt;b&gt;ugly") && !web_says(&page, "<b>ugly"));
	CHECK(web_says(&page, "by the shed") && web_says(&page, "a red mark"));
	clock_fake(0);
}

TEST(report_page, the_kind_of_risk_may_wait_and_a_day_to_come_is_refused_with_every_word_kept)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct case_view v;
	struct web_visit page = web_post(&w, ROLE_TEACHER, "/report", "about=child&words=a+zebra&said=hay&place=shed&when=2026-12-01T10:00&risk=contact&body=neck");
	CHECK_INT(page.status, 422);
	static const char *const kept[] = { "a zebra", "hay", "value=\"shed\"", "value=\"contact\" checked", "value=\"neck\" checked", "has not come yet" };
	for (size_t i = 0; i < ARRAY_N(kept); i++)
		CHECK(web_says(&page, kept[i]));
	CHECK_INT(cases(&w), 0);
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&words=a+zebra&risk=unknown").status, 303);
	CHECK(newest(&w, ROLE_DSL, &v));
	CHECK(!entry_value(&v.entry, "risk_area").n);
	clock_fake(0);
}

TEST(report_page, the_same_report_twice_is_one_case)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit page = web_get(&w, ROLE_TEACHER, "/report?about=child");
	struct str once = jar_between(&page, "name=\"once\" value=\"", "\"");
	CHECK(once.n >= 20);
	const char *form = arena_fmt(w.arena, "once=%.*s&about=child&words=a+zebra", STRF(once)).p;
	struct web_visit first = web_post(&w, ROLE_TEACHER, "/report", form), second = web_post(&w, ROLE_TEACHER, "/report", form);
	CHECK_INT(first.status, 303);
	CHECK_INT(second.status, 303);
	CHECK(str_eq(first.location, second.location));
	CHECK_INT(cases(&w), 1);
	form = arena_fmt(w.arena, "once=%.*s&about=child&words=a+zebra+and+a+lion", STRF(once)).p;      /* "back", and more words */
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", form).status, 303);
	CHECK_INT(cases(&w), 2);
	clock_fake(0);
}

/* Whatever form a page has, it carries its number. */
TEST(report_page, every_form_that_makes_a_case_or_writes_in_one_is_kept_once)
{
	static const char *const paths[] = { "/report", "/danger", "/case/:id/note", "/case/:id/involve", "/case/:id/step/:step", "/case/:id/hand-over",
		"/case/:id/procedure", "/case/:id/reopen" };
	size_t found = 0;
	for (size_t i = 0; i < N_ROUTES; i++)
		for (size_t k = 0; k < ARRAY_N(paths); k++)
			if (ROUTES[i].method == METHOD_POST && strcmp(ROUTES[i].path, paths[k]) == 0) {
				CHECK(ROUTES[i].flags & ROUTE_ONCE);
				found++;
			}
	CHECK_INT(found, ARRAY_N(paths));
}

TEST(report_page, what_is_begun_is_kept_for_its_writer_and_goes_when_it_is_sent)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post(&w, ROLE_TEACHER, "/report/draft", "about=child&words=a+zebra+came&said=hay&risk=contact&body=neck&barred=head&quiet=yes");
	CHECK_INT(v.status, 200);
	CHECK_STR(v.body, "kept");
	v = web_get(&w, ROLE_TEACHER, "/report?about=child");
	static const char *const back[] = { "a zebra came", ">\nhay<", "value=\"contact\" checked", "value=\"neck\" checked", "value=\"head\" checked", "It has not been sent" };
	for (size_t i = 0; i < ARRAY_N(back); i++)
		CHECK(web_says(&v, back[i]));
	v = web_get(&w, ROLE_TEACHER, "/report");
	CHECK(web_says(&v, "/report?about=child") && !web_says(&v, "zebra"));
	v = web_get(&w, ROLE_TEACHER, "/report?about=adult");       /* not carried into a form that others read */
	CHECK(!web_says(&v, "zebra"));
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		v = web_get(&w, r, "/report?about=child");
		CHECK(r == ROLE_TEACHER || !web_says(&v, "zebra"));
	}
	CHECK_INT(cases(&w), 0);
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&words=a+zebra+came").status, 303);
	v = web_get(&w, ROLE_TEACHER, "/report?about=child");
	CHECK(!web_says(&v, "zebra"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report/draft", "about=adult&words=a+lion").status, 303);
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report/draft", "about=adult&words=a+lion&drop=yes").status, 303);
	v = web_get(&w, ROLE_TEACHER, "/report?about=adult");
	CHECK(!web_says(&v, "lion"));
	CHECK_INT(web_post(&w, ROLE_LEARNER, "/report/draft", "about=child&words=a+zebra").status, 403);
	clock_fake(0);
}

TEST(report_page, a_screen_that_locked_itself_loses_nothing_and_is_nobodys_word)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct case_view v;
	struct jar j = jar_new(&w, "10.1.2.3");
	CHECK_INT(jar_sign_in(&j, w.person[ROLE_TEACHER]).status, 303);
	CHECK_INT(jar_get(&j, "/report?about=child").status, 200);
	CHECK_INT(jar_post(&j, "/report/draft", "about=child&words=a+zebra+came&quiet=yes").status, 200);
	clock_step(INT64_C(3600) * 1000);
	CHECK_INT(jar_post(&j, "/report/draft", "about=child&words=a+zebra+came+again&quiet=yes").status, 303);       /* to the lock, not kept */
	CHECK_INT(jar_post(&j, "/report", "about=child&words=a+zebra+came").status, 303);
	CHECK(newest(&w, ROLE_DSL, &v));
	CHECK_STR(entry_value(&v.entry, "words"), "a zebra came");
	CHECK_STR(entry_value(&v.entry, "origin"), "staff");
	CHECK(str_find(entry_value(&v.entry, "reporter"), STR("had locked itself")) > 0);
	CHECK_INT(v.entry.made_by, 0);
	struct web_visit page = web_get(&w, ROLE_TEACHER, "/report?about=child");
	CHECK(!web_says(&page, "zebra"));
	clock_fake(0);
}

TEST(report_page, staff_see_whom_to_find_and_that_it_was_received_but_not_what_was_decided)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post(&w, ROLE_TEACHER, "/report", "about=child&words=a+zebra");
	v = web_get(&w, ROLE_TEACHER, arena_z(w.arena, v.location));
	CHECK(web_says(&v, "Test Designated safeguarding lead") && web_says(&v, "in person") && !web_says(&v, "zebra"));
	v = web_get(&w, ROLE_TEACHER, "/report/mine");
	CHECK(web_says(&v, "It has been received.") && !web_says(&v, "zebra") && !web_says(&v, "/case/"));
	char path[60];
	snprintf(path, sizeof path, "/case/%lld/seen", (long long)newest(&w, ROLE_DSL, NULL));
	CHECK_INT(web_post(&w, ROLE_DSL, path, "").status, 303);
	v = web_get(&w, ROLE_TEACHER, "/report/mine");
	CHECK(web_says(&v, "Somebody is looking at it."));
	v = web_post(&w, ROLE_TEACHER, "/report", "about=adult&words=he+shouted&whom=Mr+Inkwell");
	v = web_get(&w, ROLE_TEACHER, arena_z(w.arena, v.location));
	CHECK(web_says(&v, "Test Headteacher"));
	v = web_post(&w, ROLE_TEACHER, "/report", "about=head&words=he+shouted");
	v = web_get(&w, ROLE_TEACHER, arena_z(w.arena, v.location));
	CHECK(!web_says(&v, "Test Headteacher") && web_says(&v, "Test Chair"));
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/report/mine").status, 404);
	v = web_post(&w, ROLE_TEACHER, "/report", "about=child&words=not+for+the+lead&barred=dsl");
	v = web_get(&w, ROLE_TEACHER, arena_z(w.arena, v.location));
	CHECK(!web_says(&v, "in person"));
	clock_fake(0);
}

TEST(report_page, a_child_has_pictures_and_is_told_first_when_it_is_read)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct case_view v;
	struct web_visit page = web_get(&w, ROLE_LEARNER, "/report");
	CHECK(web_says(&page, "/static/worry-sad.svg") && web_says(&page, "today, by 4:00pm") && web_says(&page, "Tick them"));
	ptrdiff_t told = str_find(page.body, STR("today, by")), form = str_find(page.body, STR("action=\"/report\""));
	CHECK(told > 0 && form > told);
	CHECK_INT(web_post(&w, ROLE_LEARNER, "/report", "about=child&feel=scared&place-is=home&who-is=grown-up").status, 303);
	CHECK(newest(&w, ROLE_DSL, &v));
	CHECK_STR(entry_value(&v.entry, "pictures"), "Scared; At home; A grown-up");
	CHECK_INT(v.line.subject, w.person[ROLE_LEARNER]);
	CHECK_INT(web_post(&w, ROLE_LEARNER, "/report", "about=child").status, 422);
	at(18, 17);                                      /* a Friday evening */
	page = web_get_as(&w, web_person(&w, ROLE_LEARNER, "Alder Testerley"), "/report");
	CHECK(web_says(&page, "School is closed now") && web_says(&page, "on Monday 21 September 2026") && web_says(&page, "tel:08001111") && web_says(&page, "tel:999"));
	clock_fake(0);
}

TEST(report_page, a_child_tells_from_home_with_pictures_and_hears_what_happens_next)
{
	at(18, 19);                                      /* a Friday evening, signed out */
	AUTO(web_school_done) struct web_school w = web_school();
	struct case_view v;
	struct web_visit page = web_get(&w, NOBODY, "/");
	CHECK(web_says(&page, "href=\"/worry\""));
	page = web_get(&w, NOBODY, "/sign-in/pupil");
	CHECK(web_says(&page, "href=\"/worry\""));
	page = web_get(&w, NOBODY, "/worry");
	CHECK(page.status == 200 && web_says(&page, "/static/worry-sad.svg") && web_says(&page, "School is closed now") && web_says(&page, "tel:08001111") && web_says(&page, "What is your name?"));
	CHECK(!web_says(&page, "data-keep") && !web_says(&page, "carry.js") && !web_says(&page, "type=\"file\""));
	CHECK_INT(web_post(&w, NOBODY, "/report", "about=child&by=child").status, 422);
	page = web_post(&w, NOBODY, "/report", "about=child&by=child&feel=scared&place-is=home&words=he+shouts&reporter=Pip+of+Oak");
	CHECK_INT(page.status, 303);
	CHECK(str_find(page.location, STR("reference")) < 0);
	page = web_get(&w, NOBODY, arena_z(w.arena, page.location));
	CHECK(web_says(&page, "If you wrote your name, they will find you") && !web_says(&page, "he shouts"));
	CHECK(newest(&w, ROLE_DSL, &v));
	CHECK_STR(entry_value(&v.entry, "origin"), "learner");
	CHECK_STR(entry_value(&v.entry, "pictures"), "Scared; At home");
	CHECK_STR(entry_value(&v.entry, "reporter"), "Pip of Oak");
	CHECK_INT(v.entry.made_by, 0);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/worry").status, 303);
	page = web_get(&w, ROLE_LEARNER, "/worry");
	CHECK(page.status == 200 && !web_says(&page, "What is your name?"));
	clock_fake(0);
}

TEST(report_page, danger_is_one_touch_from_every_page_and_is_told_at_any_hour)
{
	at(19, 23);
	AUTO(web_school_done) struct web_school w = web_school();
	struct case_view v;
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		struct web_visit page = web_get(&w, r, r == NOBODY ? "/" : r == ROLE_LEARNER ? "/report" : "/report/status");
		CHECK(web_says(&page, "href=\"/danger\""));
		page = web_get(&w, r, "/danger");
		CHECK(page.status == 200 && web_says(&page, "href=\"tel:999\""));
	}
	struct web_visit told = web_post(&w, ROLE_TEACHER, "/danger", "place=the+gate");
	CHECK_INT(told.status, 303);
	told = web_get(&w, ROLE_TEACHER, arena_z(w.arena, told.location));
	CHECK(web_says(&told, "They have been told now") && !web_says(&told, "Nobody reads this until"));
	CHECK(newest(&w, ROLE_DSL, &v));
	CHECK(v.line.danger);
	CHECK_INT(v.line.ack_due_utc, clock_utc() + 15 * 60);
	CHECK_STR(entry_value(&v.entry, "place"), "the gate");
	clock_fake(0);
}

TEST(report_page, without_a_name_is_never_called_untraceable)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, NOBODY, "/report?about=child");
	CHECK(web_says(&v, "You need not say who you are") && web_says(&v, "we cannot promise") && !web_says(&v, "anonymous"));
	CHECK_INT(web_post(&w, NOBODY, "/report", "about=child&words=a+zebra").status, 303);
	CHECK_INT(cases(&w), 1);
}

TEST(desk_page, today_has_each_list_with_its_count_and_the_way_to_all_of_it)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	for (int i = 0; i < 7; i++)
		CHECK_INT(web_post(&w, NOBODY, "/report", arena_fmt(w.arena, "about=child&words=zebra+number+%d", i).p).status, 303);
	struct web_visit v = web_get(&w, ROLE_DSL, "/today");
	static const char *const words[] = { "new", "overdue", "due", "mine", "waiting", "parents" };
	for (size_t i = 0; i < ARRAY_N(words); i++) {
		CHECK(web_says(&v, arena_fmt(w.arena, "href=\"/cases?list=%s\"", words[i]).p));
		CHECK_INT(web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/cases?list=%s", words[i]).p).status, 200);
	}
	CHECK(web_says(&v, "<strong>7</strong><span>New: not taken on yet") && web_says(&v, "See all 7") && web_says(&v, "Devices held"));
	v = web_get(&w, ROLE_DSL, "/cases?list=new");
	for (int i = 0; i < 7; i++)
		CHECK(web_says(&v, arena_fmt(w.arena, "zebra number %d", i).p));
	v = web_get(&w, ROLE_TEACHER, "/today");
	CHECK(!web_says(&v, "zebra") && !web_says(&v, "<strong>7</strong>"));
	clock_fake(0);
}
