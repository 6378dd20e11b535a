/* Pro-active monitoring: from a search at the gate to the answer of the safeguarding lead. */
#include "base/clock.h"
#include "event/event.h"
#include "gen_queries.h"
#include "house/evidence/monitoring.h"
#include "house/keeper/keeper.h"
#include "house/record/alert.h"
#include "house/store/activity.h"
#include "house/web/web_test.h"
#include "policy/compile/phrases_src.h"
#include "policy/scan/scan.h"

static void keeper_of(struct web_school *w, struct keeper *k)
{
	*k = (struct keeper){ .db = w->db, .school = w->school, .library = (struct library *)(uintptr_t)w->web->library,
		.store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers } };
	k->desk = (struct desk){ &k->store, k->library };
}

static void names_are_kept(struct web_school *w, struct keeper *k)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, w->person[ROLE_HEAD], "test" };
	struct monitoring_in in = { STR("2026-09-01"), STR("The officer"), STR("90"), STR("It is recorded."), STR("2026-09-01") };
	CHECK_OK(monitoring_record(&k->store, &act, &in, &d));
	CHECK_OK(monitoring_switch(&k->store, &act, true, &d));
}

/* A search, with what the gate's reader finds in it by the shipped phrases. */
static void said(struct web_school *w, struct keeper *k, enum event_kind kind, int64_t person, const char *words, const char *name)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct phrases *p = NULL;
	struct scan_found f;
	int32_t limit[PHRASE_TOPICS] = { 0 };
	CHECK_OK(phrases_of_data(test_source("data"), NULL, &d, &p));
	scan_text(&a, p, limit, str_z(words), &f);
	phrases_drop(&p);
	struct event e = { .kind = kind, .at_ms = clock_ms(), .school = w->school, .person = person, .host = STR("search.example"), .text = str_z(words),
		.category = f.told.topic, .extra = f.told.why, .reason = STR("allowed"), .group = STR("ks2") };
	CHECK_OK(keeper_concern(k, &e, str_z(name)));
}

static void search(struct web_school *w, struct keeper *k, int64_t person, const char *words, const char *name)
{
	said(w, k, EVENT_SEARCHED, person, words, name);
}

static int64_t open_alerts(struct web_school *w, struct keeper *k, struct alert_line *first)
{
	struct alert_line *lines;
	size_t n;
	int64_t open;
	CHECK_OK(alert_list(&k->desk, w->arena, w->school, w->person[ROLE_DSL], ROLE_BIT(ROLE_DSL), &lines, &n, &open));
	if (n && first)
		*first = lines[0];
	return open;
}

static size_t told(struct web_school *w, int role)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(w->db, w->arena, &(struct q_outbox_of_args){ .school = w->school, .person = w->person[role] }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, "alert");
	return hits;
}

TEST(clause, c7_3_4_04_a_risky_search_raises_an_alert_where_proactive_monitoring_is_on)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	ON_EACH_PROFILE(w) {
		struct keeper k;
		struct alert_line a = { 0 };
		keeper_of(&w, &k);
		names_are_kept(&w, &k);
		bool on = alert_on(&k.desk);
		CHECK(on == (turn_ == 0));                           /* junior */
		search(&w, &k, w.person[ROLE_LEARNER], "why do I want to DIE?", "g/w/1/1");
		CHECK_INT(open_alerts(&w, &k, &a), on);
		CHECK_INT(told(&w, ROLE_DSL), on);
		CHECK_INT(told(&w, ROLE_DEPUTY), on);
		if (on) {
			CHECK_STR(a.phrase, "self-harm");
			CHECK_INT(a.subject, w.person[ROLE_LEARNER]);
			CHECK_STR(a.searched, "why do I want to DIE?");
		}
		search(&w, &k, w.person[ROLE_LEARNER], "I want to die", "g/w/1/2");          /* one a child, kind and day */
		search(&w, &k, w.person[ROLE_LEARNER], "how do kites fly", "g/w/1/3");
		search(&w, &k, w.person[ROLE_LEARNER], "studies of diet", "g/w/1/4");        /* whole words, beside each other */
		search(&w, &k, w.person[ROLE_TEACHER], "I want to die", "g/w/1/5");          /* never about staff */
		CHECK_INT(open_alerts(&w, &k, NULL), on);
	}
	clock_fake(0);
}

TEST(clause, c7_3_4_05_an_alert_is_the_leads_and_deputies_alone_and_open_until_a_response_is_recorded)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct keeper k;
		struct alert_line a = { 0 };
		struct act act = { w.school, 0, "test" };
		bool raised;
		keeper_of(&w, &k);
		struct alert_in in = { w.person[ROLE_LEARNER], clock_utc(), STR("self-harm"), STR("a zebra search") };
		CHECK_OK(alert_raise(&k.desk, &act, &in, &d, &raised));
		for (int r = 0; r <= NOBODY; r = web_next(r)) {
			bool theirs = r == ROLE_DSL || r == ROLE_DEPUTY;
			struct web_visit v = web_get(&w, r, "/alerts");
			CHECK((v.status == 200 && web_says(&v, "a zebra search")) == theirs);
			CHECK(theirs || !web_says(&v, "zebra"));
			v = web_get(&w, r, "/today");
			CHECK(web_says(&v, "alerts of monitoring wait") == theirs);
		}
		CHECK_INT(open_alerts(&w, &k, &a), 1);
		const char *path = arena_fmt(w.arena, "/alerts/%lld", (long long)a.id).p;
		CHECK_INT(web_post(&w, ROLE_HEAD, path, "response=seen").status, 403);
		CHECK_INT(web_post(&w, ROLE_DSL, path, "response=").status, 422);
		CHECK_INT(open_alerts(&w, &k, NULL), 1);             /* looked at by everybody, and still open */
		CHECK_INT(web_post(&w, ROLE_DEPUTY, path, "response=I+talked+with+her+mother").status, 303);
		CHECK_INT(open_alerts(&w, &k, &a), 0);
		CHECK_STR(a.response, "I talked with her mother");
		CHECK_INT(a.answered_by, w.person[ROLE_DEPUTY]);
		in.phrase = STR("abuse");
		CHECK_OK(alert_raise(&k.desk, &act, &in, &d, &raised));
		CHECK_INT(open_alerts(&w, &k, &a), 1);
		path = arena_fmt(w.arena, "/alerts/%lld", (long long)a.id).p;
		struct web_visit v = web_post(&w, ROLE_DSL, path, "concern=yes");
		CHECK(v.status == 303 && str_starts(v.location, STR("/case/")));
		v = web_get(&w, ROLE_DSL, arena_z(w.arena, v.location));
		CHECK(v.status == 200 && web_says(&v, "a zebra search"));
		CHECK_INT(open_alerts(&w, &k, NULL), 0);
	}
	clock_fake(0);
}

TEST(alert, what_was_typed_is_one_alert_with_its_outcome_and_why)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	struct web_school w = web_school_of("junior");
	struct keeper k;
	struct alert_line a = { 0 };
	keeper_of(&w, &k);
	names_are_kept(&w, &k);
	said(&w, &k, EVENT_SEARCHED, w.person[ROLE_LEARNER], "i want to kill myself", "g/w/2/3");      /* another one */
	said(&w, &k, EVENT_TYPED, 0, "send me a nude", "g/w/2/4");                                      /* nobody known: by group and day */
	said(&w, &k, EVENT_TYPED, 0, "send me nudes", "g/w/2/5");
	said(&w, &k, EVENT_TYPED, w.person[ROLE_LEARNER], "my dad hits me when he drinks", "g/w/2/1");
	said(&w, &k, EVENT_TYPED, w.person[ROLE_LEARNER], "he told me not to tell", "g/w/2/2");          /* the same topic, the same day */
	CHECK_INT(open_alerts(&w, &k, &a), 3);
	CHECK(a.typed);
	CHECK_STR(a.phrase, "abuse");
	CHECK_STR(a.outcome, "allowed");
	CHECK(str_find(a.counted, STR("my dad hits me (60)")) >= 0);
	struct web_visit v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/alerts/%lld", (long long)a.id).p);
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "my dad hits me when he drinks") && web_says(&v, "It was let through") && web_says(&v, "A minute before and after"));
	CHECK_INT(web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "/alerts/%lld", (long long)a.id).p).status, 403);
	web_school_done(&w);
	clock_fake(0);
}

TEST(alert, false_alarms_are_counted)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	struct web_school w = web_school_of("junior");
	struct keeper k;
	struct alert_line a = { 0 };
	int64_t answered, wrong;
	keeper_of(&w, &k);
	names_are_kept(&w, &k);
	search(&w, &k, w.person[ROLE_LEARNER], "suicide", "g/w/3/1");
	search(&w, &k, w.person[ROLE_LEARNER], "how to make a bomb", "g/w/3/2");
	CHECK_INT(open_alerts(&w, &k, &a), 2);
	CHECK_INT(web_post(&w, ROLE_DSL, arena_fmt(w.arena, "/alerts/%lld", (long long)a.id).p, "false=yes").status, 303);
	CHECK_INT(open_alerts(&w, &k, &a), 1);
	CHECK_INT(web_post(&w, ROLE_DSL, arena_fmt(w.arena, "/alerts/%lld", (long long)a.id).p, "response=We+talked").status, 303);
	CHECK_OK(alert_rate(&k.desk, w.school, clock_utc(), &answered, &wrong));
	CHECK_INT(answered, 2);
	CHECK_INT(wrong, 1);
	struct web_visit v = web_get(&w, ROLE_DSL, "/alerts");
	CHECK(web_says(&v, "1 were false alarms (50%)") && web_says(&v, "It was a false alarm."));
	web_school_done(&w);
	clock_fake(0);
}

/* A page that the gate closed for its words. */
static void page_closed(struct web_school *w, struct keeper *k, int64_t person, const char *topic, const char *counted, const char *name)
{
	struct event e = { .kind = EVENT_REFUSED, .at_ms = clock_ms(), .school = w->school, .person = person, .host = STR("stoats.example"), .path = STR("/sad"),
		.category = str_z(topic), .reason = STR("page-text"), .list = STR("phrases/3fa9c2d1e0b4"), .extra = str_z(counted), .group = STR("ks2") };
	CHECK_OK(keeper_concern(k, &e, str_z(name)));
}

static int64_t cases(struct web_school *w, struct keeper *k)
{
	struct entry_may may = { .school = w->school, .classes = ~0u };
	int64_t n = 0;
	CHECK_OK(entry_count(&k->store, &may, &(struct entry_query){ .reg = "case", .bare = true }, &n));
	return n;
}

TEST(alert, one_a_child_topic_and_day_whichever_way_it_was_said)
{
	int64_t late = time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 13, .hour = 23, .minute = 50 });      /* summer: the UK day ends before that of UTC */
	clock_fake(late * 1000);
	struct web_school w = web_school_of("junior");
	struct keeper k;
	struct alert_line a = { 0 };
	int64_t child = w.person[ROLE_LEARNER];
	keeper_of(&w, &k);
	names_are_kept(&w, &k);
	page_closed(&w, &k, child, "self-harm", "want to die (60), the end (60)", "g/w/1/1");
	CHECK_INT(open_alerts(&w, &k, &a), 1);
	CHECK(a.page && !a.typed && a.subject == child);
	CHECK_STR(a.searched, "stoats.example/sad");
	CHECK_STR(a.list, "phrases/3fa9c2d1e0b4");
	search(&w, &k, child, "I want to die", "g/w/1/2");
	said(&w, &k, EVENT_TYPED, child, "I want to die", "g/w/1/3");
	page_closed(&w, &k, child, "self-harm", "want to die (60)", "g/w/1/4");
	CHECK_INT(open_alerts(&w, &k, NULL), 1);
	page_closed(&w, &k, child, "adult", "", "g/w/1/5");                           /* a topic of no concern: closed, and that is all */
	CHECK_INT(open_alerts(&w, &k, NULL), 1);
	said(&w, &k, EVENT_TYPED, child, "my dad hits me when he drinks", "g/w/1/6");    /* another topic */
	CHECK_INT(open_alerts(&w, &k, NULL), 2);
	page_closed(&w, &k, 0, "self-harm", "want to die (60)", "g/w/1/7");             /* nobody known: the group */
	CHECK_INT(open_alerts(&w, &k, NULL), 3);
	clock_fake((late + 900) * 1000);                                               /* the next day */
	search(&w, &k, child, "I want to die", "g/w/1/8");
	CHECK_INT(open_alerts(&w, &k, NULL), 4);
	CHECK_INT(cases(&w, &k), 0);
	page_closed(&w, &k, w.person[ROLE_TEACHER], "extremism", "race war (60)", "g/w/1/9");  /* an adult's is a case, as with a list (11.7-01) */
	CHECK_INT(open_alerts(&w, &k, NULL), 4);
	CHECK_INT(cases(&w, &k), 1);
	struct web_visit v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/alerts/%lld", (long long)a.id).p);
	CHECK(web_says(&v, "Words of a page") && web_says(&v, "stoats.example/sad") && web_says(&v, "The page was closed") && web_says(&v, "phrases/3fa9c2d1e0b4"));
	web_school_done(&w);
	clock_fake(0);
}

TEST(alert, where_monitoring_is_not_proactive_a_page_closed_for_self_harm_is_told_as_a_refused_site_is)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	struct web_school w = web_school_of("primary");
	struct keeper k;
	keeper_of(&w, &k);
	names_are_kept(&w, &k);
	page_closed(&w, &k, w.person[ROLE_LEARNER], "self-harm", "want to die (60)", "g/w/1/1");
	page_closed(&w, &k, w.person[ROLE_LEARNER], "self-harm", "want to die (60)", "g/w/1/2");
	page_closed(&w, &k, w.person[ROLE_LEARNER], "grooming", "our secret (60)", "g/w/1/3");
	CHECK_INT(open_alerts(&w, &k, NULL), 0);
	CHECK_INT(cases(&w, &k), 1);
	web_school_done(&w);
	clock_fake(0);
}

static void opened(struct web_school *w, int64_t record, int64_t at_ms, int64_t person, const char *host, const char *reason)
{
	struct activity_item item = { 1, record, { .at_ms = at_ms, .school = w->school, .person = person, .kind = EVENT_VISIT, .how = KNOWN_PORTAL, .sure = 90,
		.group = STR("ks2"), .host = str_z(host), .path = STR("/"), .reason = str_z(reason), .count = 1 } };
	struct activity_cursor upto = { STR("test"), 0, 1, record };
	CHECK_OK(activity_ingest(w->activity, &upto, &item, 1, NULL));
}

TEST(alert, the_minute_before_and_the_minute_after_and_no_more)
{
	int64_t nine = time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }), ms = nine * 1000;
	clock_fake(ms);
	struct web_school w = web_school_of("junior");
	struct keeper k;
	struct alert_line a = { 0 };
	int64_t child = w.person[ROLE_LEARNER];
	keeper_of(&w, &k);
	names_are_kept(&w, &k);
	search(&w, &k, child, "I want to die", "g/w/1/1");
	CHECK_INT(open_alerts(&w, &k, &a), 1);
	const char *path = arena_fmt(w.arena, "/alerts/%lld", (long long)a.id).p;
	opened(&w, 1, ms - 60001, child, "long-before.example", "allowed");
	opened(&w, 2, ms - 60000, child, "minute-before.example", "allowed");
	opened(&w, 3, ms - 1000, child, "just-before.example", "rule-allowed");
	opened(&w, 4, ms - 500, child, "help.example", "help");                        /* would never get there; and is not shown */
	opened(&w, 5, ms + 100, w.person[ROLE_TEACHER], "somebody-else.example", "allowed");
	struct web_visit v = web_get(&w, ROLE_DSL, path);
	CHECK(web_says(&v, "minute-before.example") && web_says(&v, "60 seconds before") && web_says(&v, "1 second before") && web_says(&v, "A rule of the school opens it."));
	CHECK(!web_says(&v, "long-before") && !web_says(&v, "help.example") && !web_says(&v, "somebody-else"));
	CHECK(web_says(&v, "The minute after is not over yet"));
	opened(&w, 6, ms + 59999, child, "minute-after.example", "allowed");
	opened(&w, 7, ms + 60000, child, "long-after.example", "allowed");
	clock_fake(ms + 70000);
	v = web_get(&w, ROLE_DEPUTY, path);
	CHECK(web_says(&v, "minute-after.example") && web_says(&v, "59 seconds after") && !web_says(&v, "long-after") && !web_says(&v, "is not over yet"));
	web_school_done(&w);
	clock_fake(0);
}
