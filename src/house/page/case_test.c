/* Reporting and cases as people of every role meet them. */
#include "base/clock.h"
#include "base/test.h"
#include "house/page/desk.h"
#include "house/store/audit.h"
#include "house/web/web_test.h"

static void school_time(void)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
}

/* The newest case that this role finds on its list; 0 = none. */
static int64_t newest(struct web_school *w, int role)
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
	return best;
}

static struct web_visit visit(struct web_school *w, int role, const char *fmt, int64_t id)
{
	char path[100];
	snprintf(path, sizeof path, "/case/%lld%s", (long long)id, fmt);
	return web_get(w, role, path);
}

static struct web_visit act_on(struct web_school *w, int role, const char *what, int64_t id, const char *form)
{
	char path[100];
	snprintf(path, sizeof path, "/case/%lld%s", (long long)id, what);
	return web_post(w, role, path, form);
}

TEST(clause, c10_17_danger_shows_999_before_any_field)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const paths[] = { "/report", "/report?about=child", "/report?about=adult" };
	for (size_t i = 0; i < ARRAY_N(paths); i++) {
		struct web_visit v = web_get(&w, NOBODY, paths[i]);
		CHECK_INT(v.status, 200);
		ptrdiff_t ring = str_find(v.body, STR("999")), field = str_find(v.body, STR("<input"));
		CHECK(ring >= 0 && field > ring);
	}
	clock_fake(0);
}

TEST(clause, c10_02_the_form_offers_the_named_kinds)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/report?about=child");
	static const char *const kinds[] = { "value=\"breach\"", "value=\"sexting\"", "value=\"cyberbullying\"", "value=\"illegal\"" };
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		CHECK(web_says(&v, kinds[i]));
	v = web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=breach&words=a+page+came+through");
	CHECK_INT(v.status, 303);
	int64_t id = newest(&w, ROLE_DSL);
	v = visit(&w, ROLE_DSL, "", id);
	CHECK(web_says(&v, "Filtering breach, version 2"));
	clock_fake(0);
}

TEST(clause, c4_5_08_a_pupil_asks_for_help_and_it_reaches_staff_with_its_time)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post(&w, ROLE_LEARNER, "/report", "about=child&words=somebody+was+a+zebra+to+me");
	CHECK_INT(v.status, 303);
	CHECK_STR(v.location, "/report/received");
	v = web_get(&w, ROLE_LEARNER, "/report/received");
	CHECK(web_says(&v, "0800 1111") && !web_says(&v, "zebra"));
	v = web_get(&w, ROLE_DSL, "/today");
	CHECK(web_says(&v, "zebra") && web_says(&v, "today at "));
	clock_fake(0);
}

TEST(case_page, a_report_is_seen_by_those_it_is_for_in_every_role)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_post(&w, NOBODY, "/report", "about=child&words=a+zebra+was+sent&reporter=me").status, 303);
	int64_t id = newest(&w, ROLE_DSL);
	CHECK(id > 0);
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool sees = r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD;
		static const char *const pages[] = { "", "/print", "/step/danger" };
		for (size_t i = 0; i < ARRAY_N(pages); i++) {
			struct web_visit v = visit(&w, r, pages[i], id);
			CHECK((v.status == 200) == sees);
			CHECK(sees || !web_says(&v, "zebra"));
		}
		struct web_visit list = web_get(&w, r, "/cases?q=zebra");
		CHECK((list.status == 200 && web_says(&list, "a zebra was sent")) == sees);
		static const char *const acts[] = { "/note", "/close", "/reopen", "/hand-over" };
		for (size_t i = 0; i < ARRAY_N(acts) && !sees; i++)
			CHECK(act_on(&w, r, acts[i], id, "text=x&reopen_why=x&to=1").status >= 303);
	}
	clock_fake(0);
}

TEST(case_page, an_allegation_is_the_heads_and_of_the_head_the_chairs)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=adult&words=a+zebra+adult&whom=Test+Designated+safeguarding+lead").status, 303);
	int64_t staff = newest(&w, ROLE_HEAD);
	CHECK_INT(web_post(&w, ROLE_DSL, "/report", "about=head&words=a+zebra+head").status, 303);
	int64_t head = newest(&w, ROLE_CHAIR);
	CHECK(staff > 0 && head > staff);
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		CHECK((visit(&w, r, "", staff).status == 200) == (r == ROLE_HEAD));
		CHECK((visit(&w, r, "", head).status == 200) == (r == ROLE_CHAIR));
		struct web_visit today = web_get(&w, r, "/today");
		CHECK(r == ROLE_HEAD || r == ROLE_CHAIR || !web_says(&today, "zebra"));
	}
	clock_fake(0);
}

TEST(case_page, whom_a_child_ticks_finds_nothing)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_post(&w, ROLE_LEARNER, "/report", "about=child&words=a+zebra+secret&barred=head").status, 303);
	int64_t id = newest(&w, ROLE_DSL);
	CHECK(id > 0);
	CHECK_INT(newest(&w, ROLE_HEAD), 0);
	CHECK_INT(visit(&w, ROLE_HEAD, "", id).status, 404);
	struct web_visit v = web_get(&w, ROLE_HEAD, "/today");
	CHECK(v.status == 200 && !web_says(&v, "zebra"));
	v = visit(&w, ROLE_DSL, "", id);
	char value[40];
	snprintf(value, sizeof value, "<option value=\"%lld\"", (long long)w.person[ROLE_HEAD]);
	CHECK(!web_says(&v, value));                              /* and is not offered it by hand-over */
	clock_fake(0);
}

TEST(case_page, steps_are_recorded_and_closing_names_what_is_missing)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&words=a+worry").status, 303);
	int64_t id = newest(&w, ROLE_DSL);
	CHECK_INT(act_on(&w, ROLE_DSL, "/seen", id, "").status, 303);
	struct web_visit v = visit(&w, ROLE_DSL, "/step/dsl-decision", id);
	CHECK(v.status == 200 && web_says(&v, "What did you decide, and why?") && web_says(&v, "10.1-02"));
	v = act_on(&w, ROLE_DSL, "/step/dsl-decision", id, "answer=safeguarding");
	CHECK_INT(v.status, 422);                                 /* the reason is missing */
	CHECK(web_says(&v, "Please answer: What did you decide, and why?"));
	v = act_on(&w, ROLE_DSL, "/step/dsl-decision", id, "answer=safeguarding&f-reason=a+zebra+reason");
	CHECK_INT(v.status, 303);
	v = visit(&w, ROLE_DSL, "", id);
	CHECK(web_says(&v, "a zebra reason") && web_says(&v, "Before it can be closed:"));
	v = act_on(&w, ROLE_DSL, "/close", id, "");
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "Still missing: Could telling the family harm the child or an investigation?"));
	v = act_on(&w, ROLE_DSL, "/step/outside-contact", id, "f-whom=x&f-spoken=2026-09-14T08:00&f-what=y");
	CHECK_INT(v.status, 422);                                 /* it waits for its decision */
	clock_fake(0);
}

TEST(clause, c4_1_13_every_channel_reaches_the_desk)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	static const int who[] = { NOBODY, ROLE_PARENT, ROLE_LEARNER, ROLE_TEACHER, ROLE_OFFICE, ROLE_GOVERNOR, ROLE_VISITOR, ROLE_SUPPLY };
	int64_t last = 0;
	for (size_t i = 0; i < ARRAY_N(who); i++) {
		CHECK_INT(web_post(&w, who[i], "/report", "about=child&words=a+worry").status, 303);
		int64_t id = newest(&w, ROLE_DSL);
		CHECK(id > last);
		last = id;
	}
	clock_fake(0);
}

TEST(case_page, out_of_hours_it_says_so_before_writing)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 19, .hour = 9 }) * 1000);      /* a Saturday */
	struct web_visit v = web_get(&w, NOBODY, "/report?about=child");
	ptrdiff_t said = str_find(v.body, STR("Nobody reads this until school opens again")), field = str_find(v.body, STR("<textarea"));
	CHECK(said >= 0 && field > said && web_says(&v, "0800 1111"));
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 21, .hour = 9 }) * 1000);
	v = web_get(&w, NOBODY, "/report?about=child");
	CHECK(!web_says(&v, "Nobody reads this until"));
	clock_fake(0);
}

TEST(case_page, no_form_takes_a_file)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, NOBODY, "/report?about=child");
	CHECK(!web_says(&v, "type=\"file\"") && !web_says(&v, "multipart/form-data"));
	CHECK(web_says(&v, "Pictures and files cannot be sent here."));
	clock_fake(0);
}

TEST(case_page, a_reference_says_where_it_stands_and_nothing_else)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post(&w, NOBODY, "/report", "about=child&words=a+zebra");
	CHECK(str_starts(v.location, STR("/report/received?reference=")));
	struct str ref = str_from(v.location, sizeof "/report/received?reference=" - 1);
	char form[80];
	snprintf(form, sizeof form, "reference=%.*s", STRF(ref));
	v = web_post(&w, NOBODY, "/report/status", form);
	CHECK(web_says(&v, "It has been received.") && !web_says(&v, "zebra"));
	v = web_post(&w, NOBODY, "/report/status", "reference=2222-2222");
	CHECK(web_says(&v, "There is no report with this reference."));
	clock_fake(0);
}

TEST(case_page, another_child_and_another_procedure_are_named_on_the_page)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	web_person(&w, ROLE_LEARNER, "Oriel Larkmoor");
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=cyberbullying&words=a+zebra+group").status, 303);
	int64_t id = newest(&w, ROLE_DSL);
	CHECK_INT(act_on(&w, ROLE_DSL, "/seen", id, "").status, 303);
	CHECK_INT(act_on(&w, ROLE_TEACHER, "/involve", id, "child=Oriel+Larkmoor&part=saw+it").status, 404);
	CHECK_INT(act_on(&w, ROLE_DSL, "/involve", id, "child=Nobody+Known&part=saw+it").status, 422);
	CHECK_INT(act_on(&w, ROLE_DSL, "/involve", id, "child=Oriel+Larkmoor&part=").status, 422);
	CHECK_INT(act_on(&w, ROLE_DSL, "/involve", id, "child=oriel+larkmoor&part=saw+it").status, 303);
	struct web_visit v = visit(&w, ROLE_DSL, "", id);
	CHECK(web_says(&v, "<li>Oriel Larkmoor</li>") && web_says(&v, "To do now"));
	CHECK_INT(act_on(&w, ROLE_DSL, "/step/nature", id, "answer=hate&f-why=words").status, 303);
	v = visit(&w, ROLE_DSL, "", id);
	CHECK(web_says(&v, "this procedure leads better: Hate online"));
	CHECK_INT(act_on(&w, ROLE_TEACHER, "/procedure", id, "procedure=hate&change_why=x").status, 404);
	CHECK_INT(act_on(&w, ROLE_DSL, "/procedure", id, "procedure=hate&change_why=").status, 422);
	CHECK_INT(act_on(&w, ROLE_DSL, "/procedure", id, "procedure=hate&change_why=it+is+hate").status, 303);
	v = visit(&w, ROLE_DSL, "", id);
	CHECK(web_says(&v, "Hate online, version 2"));
	clock_fake(0);
}

TEST(clause, c10_14_the_flow_chart_is_of_the_current_version_and_is_reached_from_the_report_page)
{
	school_time();
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, NOBODY, "/report?about=child");
	CHECK(web_says(&v, "href=\"/procedures\""));
	v = web_get(&w, NOBODY, "/procedures");
	CHECK(v.status == 200 && web_says(&v, "/procedures/sexting"));
	for (size_t i = 0; i < w.web->library->n; i++) {
		const struct procedure *p = &w.web->library->procedures[i];
		char path[100], version[32];
		snprintf(path, sizeof path, "/procedures/%.*s", STRF(p->id));
		v = web_get(&w, NOBODY, path);
		CHECK(v.status == 200 && web_says(&v, "/chart\""));
		snprintf(path, sizeof path, "/procedures/%.*s/chart", STRF(p->id));
		snprintf(version, sizeof version, ", version %lld", (long long)p->version);
		v = web_get(&w, NOBODY, path);
		CHECK_INT(v.status, 200);
		CHECK_STR(v.type, "image/svg+xml");
		CHECK(str_starts(v.body, STR("<svg ")) && str_ends(v.body, STR("</svg>\n")) && web_says(&v, version));
		size_t boxes = 0;
		for (ptrdiff_t at = 0, from = 0; (at = str_find(str_from(v.body, (size_t)from), STR("<rect "))) >= 0; from += at + 6)
			boxes++;
		CHECK(boxes > 8);                                     /* a box for each step and the ground */
	}
	CHECK_INT(web_get(&w, NOBODY, "/procedures/no-such").status, 404);
	CHECK_INT(web_get(&w, NOBODY, "/procedures/no-such/chart").status, 404);
	clock_fake(0);
}

TEST(clause, c10_05_staff_see_what_they_raised_and_every_view_is_logged)
{
	school_time();
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&words=a+zebra").status, 303);
		int64_t id = newest(&w, ROLE_DSL);
		int64_t other = web_person(&w, ROLE_TEACHER, "Mr Pondskater");
		char path[64];
		snprintf(path, sizeof path, "/case/%lld", (long long)id);
		struct web_visit v = web_get(&w, ROLE_TEACHER, path);
		CHECK(v.status == 200 && web_says(&v, "You raised this") && !web_says(&v, "Who looked at this case"));
		CHECK_INT(web_get_as(&w, other, path).status, 404);
		CHECK_INT(web_get(&w, ROLE_DSL, path).status, 200);
		v = web_get(&w, ROLE_DSL, path);
		CHECK(web_says(&v, "Who looked at this case") && web_says(&v, "Mr Pondskater, who may not, and was refused"));
	}
	clock_fake(0);
}

TEST(clause, c7_5_1_03_a_teacher_opening_what_they_did_not_raise_is_refused_and_logged)
{
	school_time();
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, NOBODY, "/report", "about=child&words=a+zebra").status, 303);
		int64_t id = newest(&w, ROLE_DSL);
		struct audit_record *r;
		size_t n;
		CHECK_INT(visit(&w, ROLE_TEACHER, "", id).status, 404);
		CHECK_INT(visit(&w, ROLE_TEACHER, "", id + 99999).status, 404);      /* no such case: the same answer, and nothing to keep */
		CHECK_OK(audit_of(w.db, w.arena, w.school, (struct audit_about){ "case-file", id }, &r, &n));
		CHECK_INT(n, 1);
		CHECK(r[0].person == w.person[ROLE_TEACHER] && str_is(r[0].what, "case.refused"));
		CHECK_OK(audit_of(w.db, w.arena, w.school, (struct audit_about){ "case-file", id + 99999 }, &r, &n));
		CHECK_INT(n, 0);
	}
	clock_fake(0);
}
