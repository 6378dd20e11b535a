/* What was written without a connection: it arrives once, as its writer's, whoever carries it. */
#include "house/page/report.h"

#include "base/clock.h"
#include "house/store/carried_kit.h"
#include "house/web/jar.h"

static void at(int day, int hour)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = day, .hour = hour }) * 1000);
}

struct form_page { struct carried_ticket t; struct str once; };

/* The form as a teacher has it open. */
static struct form_page open_form(struct web_school *w)
{
	struct form_page f = { 0 };
	struct web_visit v = web_get(w, ROLE_TEACHER, "/report?about=child");
	struct str ticket = jar_between(&v, "data-ticket=\"", "\""), lock = jar_between(&v, "data-lock=\"", "\"");
	CHECK(ticket.n == CARRIED_TICKET_TEXT - 1 && lock.n == CARRIED_KEY_TEXT - 1);
	memcpy(f.t.text, ticket.p, ticket.n);
	memcpy(f.t.key, lock.p, lock.n);
	f.once = jar_between(&v, "name=\"once\" value=\"", "\"");
	return f;
}

/* What the device carries. */
static const char *carried(struct web_school *w, const struct form_page *f, const char *fields, const char *late)
{
	struct str form = arena_fmt(w->arena, "token=old&once=%.*s&%s&late=%s", STRF(f->once), fields, late);
	return arena_fmt(w->arena, "ticket=%s&box=%.*s", f->t.text, STRF(carried_seal(w->arena, &f->t, form))).p;
}

static struct case_page cases(struct web_school *w, struct case_view *first)
{
	struct store store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	struct desk k = { .store = &store, .library = w->web->library };
	struct entry_may may = record_may(w->school, w->person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
	struct case_page page;
	struct case_query q = { 0 };
	CHECK_OK(record_cases(&k, w->arena, &may, &q, &page));
	if (first && page.n)
		CHECK_OK(record_view(&k, w->arena, &may, page.lines[0].id, first));
	return page;
}

TEST(report_late, is_the_writers_report_once_whoever_carries_it)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct case_view v;
	struct form_page f = open_form(&w);
	const char *letter = carried(&w, &f, "about=child&whom=Tansy&words=a+zebra%0D%0Acame", "send");
	CHECK(!strstr(letter, "zebra"));
	static const int carriers[] = { NOBODY, ROLE_LEARNER, ROLE_PARENT, ROLE_TEACHER };
	clock_step(INT64_C(7200) * 1000);
	for (size_t i = 0; i < ARRAY_N(carriers); i++) {
		struct web_visit page = web_post(&w, carriers[i], "/report/late", letter);
		CHECK_INT(page.status, 200);
		CHECK_STR(page.body, "sent");                /* and neither whose it is nor a reference */
	}
	CHECK_INT(cases(&w, &v).n, 1);
	CHECK_STR(entry_value(&v.entry, "words"), "a zebra\ncame");
	CHECK_STR(entry_value(&v.entry, "origin"), "staff");
	CHECK_INT(v.entry.made_by, w.person[ROLE_TEACHER]);
	CHECK(str_find(entry_value(&v.entry, "reporter"), STR("without a connection, on a page that Test Teacher opened on 14 September 2026 at 9:00am")) >= 0);
	web_anew(&w);
	struct web_visit mine = web_get(&w, ROLE_TEACHER, "/report/mine");
	CHECK(web_says(&mine, "It has been received."));
	clock_fake(0);
}

TEST(report_late, a_report_whose_answer_was_lost_is_not_made_again)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct form_page f = open_form(&w);
	const char *fields = "about=child&words=a+zebra";
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", arena_fmt(w.arena, "once=%.*s&%s", STRF(f.once), fields).p).status, 303);
	CHECK_STR(web_post(&w, NOBODY, "/report/late", carried(&w, &f, fields, "send")).body, "sent");
	CHECK_INT(cases(&w, NULL).n, 1);
	clock_fake(0);
}

TEST(report_late, what_was_not_sent_or_cannot_be_taken_is_the_writers_draft_with_a_task)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct form_page f = open_form(&w), g = open_form(&w);
	CHECK_STR(web_post(&w, ROLE_LEARNER, "/report/late", carried(&w, &f, "about=child&words=a+zebra", "keep")).body, "kept");
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/report?about=child");
	CHECK(web_says(&v, ">\na zebra<") && web_says(&v, "It has not been sent"));
	v = web_get(&w, ROLE_TEACHER, "/tasks");
	CHECK(web_says(&v, "Finish a report that you began without a connection"));
	v = web_get(&w, ROLE_HEAD, "/tasks");
	CHECK(!web_says(&v, "without a connection"));
	v = web_get(&w, ROLE_DSL, "/report?about=child");
	CHECK(!web_says(&v, "zebra"));
	/* written on, an older state of it, and something else altogether: with a day that has not come, so it cannot be sent */
	CHECK_STR(web_post(&w, NOBODY, "/report/late", carried(&w, &f, "about=child&words=a+zebra+came", "keep")).body, "kept");
	CHECK_STR(web_post(&w, NOBODY, "/report/late", carried(&w, &f, "about=child&words=a+zebra", "keep")).body, "kept");
	CHECK_STR(web_post(&w, NOBODY, "/report/late", carried(&w, &g, "about=child&words=a+lion&place=shed&when=2026-12-01T10:00", "send")).body, "kept");
	CHECK_INT(cases(&w, NULL).n, 0);
	v = web_get(&w, ROLE_TEACHER, "/report?about=child");
	CHECK(web_says(&v, ">\na zebra came\n\nWritten without a connection, and arrived on 14 September 2026 at 9:00am:\na lion\nWhere: shed<"));
	clock_fake(0);
}

TEST(report_late, nobody_seals_without_a_page_of_their_own_and_learners_have_none)
{
	at(14, 9);
	AUTO(web_school_done) struct web_school w = web_school();
	struct form_page f = open_form(&w);
	const char *letter = carried(&w, &f, "about=child&words=a+zebra", "send");
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		struct web_visit v = web_get(&w, r, "/report?about=child");
		CHECK(web_says(&v, "data-lock=") == (r != NOBODY && r != ROLE_LEARNER));
		CHECK(web_says(&v, "carry.js") == (r != ROLE_LEARNER));
	}
	CHECK_STR(web_post(&w, NOBODY, "/report/late", "").body, "refused");
	CHECK_STR(web_post(&w, NOBODY, "/report/late", "ticket=a&box=b").body, "refused");
	clock_step((INT64_C(1000) * CARRIED_KEEP_S) + 1000);
	CHECK_STR(web_post(&w, NOBODY, "/report/late", letter).body, "refused");
	CHECK_INT(cases(&w, NULL).n, 0);
	clock_fake(0);
}
