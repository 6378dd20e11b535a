/* What the gate tells becomes concerns, alerts and requests. */
#include "house/keeper/home.h"

TEST(keeper, a_press_sent_twice_is_one_concern_and_another_child_on_the_same_page_is_another)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "Somebody was unkind", "");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/1")));
	CHECK(entries(&h, "case") == 1 && entries(&h, "case-note") == 0);
	e.person = h.other_child;
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/2")));
	CHECK_INT(entries(&h, "case"), 2);
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 2);
}

TEST(keeper, whom_the_child_names_does_not_see_it_and_the_lead_reads_the_wish)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "It is about my maths lesson", "not mr QUILLFEATHER please, or the headteacher");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	struct entry_may dsl = record_may(1, h.dsl, ROLE_BIT(ROLE_DSL));
	struct case_page seen = cases_of(&h, h.dsl, ROLE_DSL);
	struct case_view v;
	CHECK_INT(seen.total, 1);
	CHECK_OK(record_view(&h.k->desk, &h.a, &dsl, seen.lines[0].id, &v));
	CHECK(str_find(entry_value(&v.entry, "words"), STR("Must not see this: not mr QUILLFEATHER")) > 0);
	CHECK_INT(cases_of(&h, h.head, ROLE_HEAD).total, 0);
	struct entry_may barred = record_may(1, h.teacher, ROLE_BIT(ROLE_DSL));
	CHECK_ERR(record_view(&h.k->desk, &h.a, &barred, seen.lines[0].id, &v), ERR_ABSENT);
}

TEST(keeper, a_name_inside_another_word_bars_nobody)
{
	AUTO(home_end) struct home h = home_of();
	somebody(&h, "Ms Ash Art", KIND_STAFF, ROLE_DEPUTY, 0);
	struct event e = press(&h, "hello", "my party friends");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_INT(cases_of(&h, h.head, ROLE_HEAD).total, 1);
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 1);
}

TEST(clause, c7_3_2_11_a_refused_page_pressed_on_waits_for_the_teacher_of_the_class)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "", "");
	e.reason = STR("blocked-page");
	e.host = STR("stoats.example");
	e.path = STR("/x?y");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	struct entry_may teacher = record_may(1, h.teacher, ROLE_BIT(ROLE_TEACHER)), other = record_may(1, h.other_teacher, ROLE_BIT(ROLE_TEACHER));
	struct page_line *lines;
	size_t n;
	CHECK_OK(record_pages(&h.k->desk, &h.a, &teacher, &lines, &n));
	CHECK(n == 1 && lines[0].subject == h.child && str_is(lines[0].address, "stoats.example/x?y") && lines[0].happened_utc == e.at_ms / 1000);
	CHECK_OK(record_pages(&h.k->desk, &h.a, &other, &lines, &n));
	CHECK_INT(n, 0);
	CHECK_OK(record_pages(&h.k->desk, &h.a, &teacher, &lines, &n));
	AUTO(diag_done) struct diag d = diag_init(5);
	CHECK_OK(record_tap(&h.k->desk, &(struct act){ 1, h.teacher, "tap" }, &teacher, lines[0].id, false, STR_NONE, &d));
	struct case_page seen = cases_of(&h, h.dsl, ROLE_DSL);
	CHECK(seen.total == 1 && str_is(seen.lines[0].kind, "filtering-breach") && seen.lines[0].subject == h.child);
}

TEST(keeper, words_on_a_refused_page_go_to_the_lead_and_are_not_dropped)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "somebody sent me this", "");
	e.reason = STR("blocked-page");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 1);
}

static void check_alert(const char *category)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = { .kind = EVENT_REFUSED, .at_ms = clock_ms(), .school = 1, .person = h.child, .class_id = h.class_id,
		.host = STR("stoats.example"), .path = STR("/"), .category = str_z(category) };
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	e.host = STR("weasels.example");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/1")));
	e.kind = EVENT_DNS_REFUSED;
	CHECK_OK(keeper_concern(h.k, &e, STR("g/dns-1/1/1")));
	struct case_page seen = cases_of(&h, h.dsl, ROLE_DSL);
	CHECK(seen.total == 1 && str_is(seen.lines[0].category, category) && seen.lines[0].subject == h.child);   /* one a day */
	e.person = h.teacher;
	CHECK_OK(keeper_concern(h.k, &e, STR("g/dns-1/1/2")));
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 2);
	e.person = h.other_child;
	e.category = STR("gambling");
	CHECK_OK(keeper_concern(h.k, &e, STR("g/dns-1/1/3")));
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 2);
}

TEST(clause, c7_3_2_04_a_refused_extremist_page_alerts_the_safeguarding_lead)
{
	check_alert("extremism");
}

TEST(clause, c11_7_01_extremist_material_asked_for_by_learner_or_staff_alerts_the_safeguarding_lead)
{
	check_alert("extremism");
}

TEST(keeper, a_protected_rule_alerts_without_an_address)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = { .kind = EVENT_SEALED_HIT, .at_ms = clock_ms(), .school = 1, .person = h.child, .list = STR("iwf"), .ref = STR("a7f3") };
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	struct case_page seen = cases_of(&h, h.dsl, ROLE_DSL);
	CHECK_INT(seen.total, 1);
}

TEST(keeper, a_site_is_asked_for_once)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(buf_done) struct buf why = buf_init(4000);
	for (size_t i = 0; i < 700; i++)
		buf_z(&why, "\xc3\xa9");                      /* longer than the desk keeps, of two bytes each */
	struct event e = { .kind = EVENT_ASK, .at_ms = clock_ms(), .school = 1, .person = h.child, .host = STR("otters.example"),
		.path = STR("/river"), .group = STR("ks2"), .text = buf_str(&why), .ref = STR("r7") };
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/9")));
	CHECK_INT(entries(&h, "site-request"), 1);
}

TEST(keeper, bytes_that_cannot_be_read_and_people_who_are_gone_stop_nothing)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "ok \xff\xfe then", "\xff");
	e.person = 424242;
	CHECK_OK(keeper_concern(h.k, &e, STR("g/proxy-1/1/0")));
	CHECK_INT(cases_of(&h, h.dsl, ROLE_DSL).total, 1);
	struct event ask_for = { .kind = EVENT_ASK, .at_ms = clock_ms(), .school = 1, .ref = STR("r9") };     /* without a site */
	CHECK_OK(keeper_concern(h.k, &ask_for, STR("g/proxy-1/1/1")));
}
