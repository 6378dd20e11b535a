#include <stdio.h>

#include "house/duty/duty_kit.h"
#include "house/duty/feed.h"

static const char WEEKLY[] =
	"[duty logs]\ntitle = Look at the logs\nwho = technician\nevery = week\ntell = head\nfield = found | What? | required\n"
	"[duty both]\ntitle = Review\nwho = dsl head\nevery = term\nask = We have reviewed it.\n"
	"[duty own]\ntitle = Conduct\nwho = staff\neach = yes\nevery = year\nby = 30 September\namber = 21 days\nask = I keep to it.\n"
	"[duty sid]\ntitle = Safer Internet Day\nwho = dsl\non = safer internet day\n"
	"[duty new]\ntitle = Induction\nwho = staff\neach = yes\non = joining\nwithin = 10 days\n"
	"[duty inset]\ntitle = Training day\nwho = dsl\non = first inset\n";

TEST(duty, wrong_definitions_are_refused_with_line_and_mend)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "[duty a]\ntitle = A\nwho = dsl\n", "needs \"every\" or \"on\"" }, { "[duty a]\ntitle = A\nevery = week\n", "does not say who" },
		{ "[duty a]\ntitle = A\nwho = king\nevery = week\n", "There is no role \"king\"" }, { "[duty a]\ntitle = A\nwho = dsl\nevery = 5 months\n", "is not a period" },
		{ "[duty a]\ntitle = A\nwho = dsl\nevery = week\non = joining\n", "not both" }, { "[duty a]\ntitle = A\nwho = dsl\non = tuesday\n", "is not known" },
		{ "[duty a]\ntitle = A\nwho = dsl\nevery = year\nby = 31 June\n", "is not a day" }, { "[duty a]\nwho = dsl\nevery = year\n", "needs a title" },
		{ "[duty a]\ntitle = A\nwho = dsl\nevery = week\nlines = moon\n", "is not known" }, { "[duty a]\ntitle = A\nwho = dsl\nevery = week\nline = x\n", "a short word" },
		{ "[duty a]\ntitle = A\nwho = dsl\nevery = week\nfoo = x\n", "foo" }, { "[register a]\ntitle = A\n", "holds [duty ...] only" },
		{ "[duty a]\ntitle = A\nwho = dsl\nevery = week\n[duty a]\ntitle = A\nwho = dsl\nevery = week\n", "stands twice" },
		{ "[duty a]\ntitle = A\nwho = dsl head\nevery = week\neach = yes\n", "goes with one role" }, { "[duty a]\ntitle = A\nwho = dsl\nevery = week\nred = soon\n", "number of days" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		AUTO(buf_done) struct buf said = buf_init(20000);
		struct duty *v;
		size_t n;
		CHECK(duties_read(&a, STR("own.conf"), str_z(bad[i].text), &d, &v, &n) != OK);
		diag_print(&d, &said);
		CHECK(str_starts(buf_str(&said), STR("own.conf:")) && str_find(buf_str(&said), str_z(bad[i].says)) >= 0);
	}
}

TEST(duty, periods_are_written_as_people_say_them)
{
	static const struct { const char *text; enum duty_unit unit; int n; } good[] = {
		{ "week", EVERY_WEEK, 1 }, { "2 weeks", EVERY_WEEK, 2 }, { "half-term", EVERY_HALF, 1 }, { "term", EVERY_TERM, 1 }, { "3 months", EVERY_MONTH, 3 },
		{ "12 months", EVERY_YEAR, 1 }, { "year", EVERY_YEAR, 1 },
	};
	static const char *const bad[] = { "", "fortnight", "0 weeks", "5 months", "2 terms", "-1 week", "week week", "9 weeks", "13 months", "4 years" };
	struct duty_every e;
	for (size_t i = 0; i < ARRAY_N(good); i++) {
		CHECK_OK(duty_every_read(str_z(good[i].text), &e));
		CHECK(e.unit == good[i].unit && e.n == good[i].n);
	}
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(duty_every_read(str_z(bad[i]), &e) != OK);
}

TEST(duty, a_file_is_taken_up_while_running_and_a_wrong_one_leaves_the_last_good)
{
	AUTO(duties_free) struct duties *d = NULL;
	AUTO(diag_done) struct diag diag = diag_init(20);
	AUTO(arena_done) struct arena a = arena_init();
	const char *dir = test_dir();
	struct str file = arena_fmt(&a, "%s/a.conf", dir);
	bool changed = false;
	CHECK_OK(duties_load(dir, &diag, &d));
	CHECK_INT(duties_now(d)->n, 0);
	FILE *f = fopen(file.p, "w");
	fputs("[duty logs]\ntitle = Look at logs\nwho = dsl\nevery = week\n", f);
	fclose(f);
	duties_refresh(d, &changed);
	CHECK(changed && duties_now(d)->n == 1 && !duties_now(d)->wrong.n);
	f = fopen(file.p, "w");
	fputs("[duty logs]\ntitle = Look at logs and more\nwho = nobody-at-all\nevery = week\n", f);
	fclose(f);
	duties_refresh(d, &changed);
	CHECK(changed && duties_now(d)->n == 1 && str_is(duties_now(d)->v[0].title, "Look at logs"));
	CHECK(str_find(duties_now(d)->wrong, STR("a.conf:1: There is no role")) >= 0);
	f = fopen(file.p, "w");
	fputs("[duty logs]\ntitle = Look at the logs again\nwho = dsl\nevery = 2 weeks\n", f);
	fclose(f);
	duties_refresh(d, &changed);
	CHECK(!duties_now(d)->wrong.n && str_is(duties_now(d)->v[0].title, "Look at the logs again"));
	duties_refresh(d, &changed);
	CHECK(!changed);
	remove(file.p);
	duties_refresh(d, &changed);
	CHECK(changed && duties_now(d)->n == 0);
}

TEST(duty, falls_due_by_the_calendar_and_not_in_holidays)
{
	ON_EACH_ENGINE(fx) {
		struct duty_kit k;
		struct duty_time t;
		kit_open(&k, &fx, "junior", WEEKLY, kit_uk(2026, 9, 7, 9));
		static const struct year_in year[] = { { STR("term"), STR("Autumn"), STR("2/9/2026"), STR("18/12/2026") }, { STR("holiday"), STR("Half-term"), STR("26/10/2026"), STR("30/10/2026") },
			{ STR("inset"), STR(""), STR("2/9/2026"), STR("") }, { STR("term"), STR("Spring"), STR("4/1/2027"), STR("25/3/2027") } };
		int64_t id;
		for (size_t i = 0; i < ARRAY_N(year); i++)
			CHECK_OK(year_add(&k.st, &k.act, &year[i], &k.d, &id));
		CHECK_OK(year_load(&k.st, k.act.school, k.library));
		const struct calendar *c = library_calendar(k.library);
		const struct duty *logs = duty_find(k.desk.duties, STR("logs")), *sid = duty_find(k.desk.duties, STR("sid")), *both = duty_find(k.desk.duties, STR("both"));
		CHECK(duty_time_at(logs, logs->every, c, &k.a, kit_uk(2026, 9, 9, 9), &t) && t.due_utc == kit_uk(2026, 9, 11, 16) && str_is(t.key, "2026-09-07"));
		CHECK(!duty_time_at(logs, logs->every, c, &k.a, kit_uk(2026, 10, 28, 9), &t) && t.to_utc == kit_uk(2026, 11, 2, 0));       /* half-term; clocks went back */
		CHECK(duty_time_at(both, both->every, c, &k.a, kit_uk(2026, 11, 1, 9), &t) && t.due_utc == kit_uk(2026, 12, 18, 16));
		CHECK(duty_time_at(sid, sid->every, c, &k.a, kit_uk(2026, 11, 1, 9), &t) && t.due_utc == kit_uk(2027, 2, 9, 16));
		CHECK(duty_time_at(duty_find(k.desk.duties, STR("inset")), logs->every, c, &k.a, kit_uk(2026, 11, 1, 9), &t) && t.due_utc == kit_uk(2026, 9, 2, 16));
		kit_close(&k);
	}
}

TEST(duty, a_year_passes_and_nothing_is_opened_twice)
{
	ON_EACH_ENGINE(fx) {
		struct duty_kit k;
		struct duty_turn *v;
		size_t n;
		int64_t total;
		kit_open(&k, &fx, "junior", "[duty logs]\ntitle = Look\nwho = technician\nevery = half-term\nfield = f | What? | required\n", kit_uk(2026, 9, 7, 9));
		for (int day = 0; day < 365; day += 5) {
			kit_at(&k, kit_uk(2026, 9, 7, 9) + day * 86400LL);
			kit_at(&k, kit_uk(2026, 9, 7, 9) + day * 86400LL + 60);
		}
		CHECK_OK(duty_turns(&k.desk, &k.a, k.act.school, &(struct duty_query){ .which = DUTY_OPEN, .everyone = true }, &v, &n, &total));
		CHECK_INT(total, 6);                  /* two halves of three terms */
		kit_close(&k);
	}
}

TEST(duty, late_is_told_reminded_and_stays_late_for_ever)
{
	ON_EACH_ENGINE(fx) {
		struct duty_kit k;
		size_t n;
		kit_open(&k, &fx, "junior", WEEKLY, kit_uk(2026, 9, 7, 9));
		int64_t tech = kit_person(&k, "Tansy Testerley", KIND_STAFF, ROLE_TECHNICIAN), head = kit_person(&k, "Hazel Headingley", KIND_STAFF, ROLE_HEAD);
		kit_at(&k, kit_uk(2026, 9, 7, 10));
		struct duty_turn t = kit_turn(&k, "logs", 0, false);
		CHECK(t.id && !t.late && kit_tasks(&k, "duty", tech, ROLE_BIT(ROLE_TECHNICIAN)) >= 1);
		kit_at(&k, kit_uk(2026, 9, 11, 15));
		CHECK_INT(kit_notices(&k, head, "duty-late"), 0);
		kit_at(&k, kit_uk(2026, 9, 11, 17));
		CHECK_INT(kit_notices(&k, head, "duty-late"), 1);
		CHECK(kit_turn(&k, "logs", 0, false).late);
		CHECK_OK(task_remind(&k.st, k.act.school, kit_uk(2026, 9, 11, 18), &n));
		CHECK(n >= 1);
		CHECK_INT(kit_sign(&k, "logs", t.id, head, ROLE_BIT(ROLE_HEAD), "", ""), ERR_FORBIDDEN);
		CHECK_OK(kit_sign(&k, "logs", t.id, tech, ROLE_BIT(ROLE_TECHNICIAN), "", ""));
		CHECK_INT(kit_sign(&k, "logs", t.id, tech, ROLE_BIT(ROLE_TECHNICIAN), "", ""), ERR_STATE);
		t = kit_turn(&k, "logs", 0, true);
		CHECK(str_is(t.state, "done") && t.late && t.done_by == tech && str_find(t.evidence, STR("Looked")) >= 0);
		kit_close(&k);
	}
}

TEST(duty, two_parts_need_two_people)
{
	ON_EACH_ENGINE(fx) {
		struct duty_kit k;
		role_set two = ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_HEAD);
		kit_open(&k, &fx, "junior", WEEKLY, kit_uk(2026, 12, 14, 9));
		int64_t dsl = kit_person(&k, "Tansy Testerley", KIND_STAFF, ROLE_DSL), head = kit_person(&k, "Hazel Headingley", KIND_STAFF, ROLE_HEAD);
		kit_at(&k, kit_uk(2026, 12, 30, 10));
		struct duty_turn t = kit_turn(&k, "both", 0, false);
		CHECK_OK(kit_sign(&k, "both", t.id, dsl, two, "yes", ""));
		CHECK_INT(kit_sign(&k, "both", t.id, dsl, two, "yes", ""), ERR_FORBIDDEN);
		CHECK(kit_turn(&k, "both", 0, false).id == t.id);
		CHECK_OK(kit_sign(&k, "both", t.id, head, ROLE_BIT(ROLE_HEAD), "no", "There was no time for the second half."));
		CHECK(str_is(kit_turn(&k, "both", 0, true).state, "declined"));
		kit_close(&k);
	}
}

TEST(duty, a_new_colleague_is_asked_and_changed_words_are_asked_again)
{
	ON_EACH_ENGINE(fx) {
		struct duty_kit k;
		struct duty_statement *s;
		size_t n;
		kit_open(&k, &fx, "junior", WEEKLY, kit_uk(2026, 9, 7, 9));
		int64_t one = kit_person(&k, "Tansy Testerley", KIND_STAFF, ROLE_STAFF);
		kit_at(&k, kit_uk(2026, 9, 14, 10));
		struct duty_turn t = kit_turn(&k, "own", one, false);
		CHECK(t.id && t.due_utc == kit_uk(2026, 9, 30, 16));
		CHECK_OK(kit_sign(&k, "own", t.id, one, 0, "yes", ""));
		clock_fake(kit_uk(2026, 10, 5, 9) * 1000);
		int64_t two = kit_person(&k, "Sorrel Specimen", KIND_STAFF, ROLE_STAFF);
		kit_at(&k, kit_uk(2026, 10, 5, 10));
		CHECK_INT(kit_turn(&k, "own", two, false).due_utc, kit_uk(2026, 10, 19, 16));
		CHECK(kit_turn(&k, "new", two, false).id && !kit_turn(&k, "new", one, false).id);
		CHECK(!kit_turn(&k, "own", one, false).id);
		struct duty changed = *duty_find(k.desk.duties, STR("own"));
		changed.ask = STR("I keep to it, also at home.");
		struct duty_list l = { &changed, 1, STR_NONE };
		k.desk.duties = &l;
		kit_at(&k, kit_uk(2026, 10, 6, 10));
		struct duty_turn again = kit_turn(&k, "own", one, false);
		CHECK(again.id && again.wording == 2);
		CHECK_OK(kit_sign(&k, "own", again.id, one, 0, "yes", ""));
		CHECK_OK(duty_statements(&k.desk, &k.a, k.act.school, "own", one, 0, 10, &s, &n, NULL));
		CHECK(n == 2 && s[0].number == 2 && s[1].number == 1 && str_is(s[1].wording, "I keep to it.") && str_is(s[0].wording, "I keep to it, also at home."));
		kit_close(&k);
	}
}

TEST(duty, the_shipped_ones_apply_in_both_profiles_and_open_within_a_year)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t i = 0; i < 2; i++)
		ON_EACH_ENGINE(fx) {
			struct duty_kit k;
			struct duty_ahead *v;
			size_t n;
			kit_open(&k, &fx, profiles[i], NULL, kit_uk(2026, 9, 1, 9));
			CHECK(k.desk.duties->n > 15);
			CHECK_OK(duty_ahead(&k.desk, &k.a, k.act.school, kit_uk(2026, 8, 31, 9), kit_uk(2027, 8, 31, 0), &v, &n));
			for (size_t d = 0; d < k.desk.duties->n; d++) {
				const struct duty *one = &k.desk.duties->v[d];
				bool found = one->on == ON_JOINING || one->on == ON_ENTRY || !duty_applies(one, &k.library->profile);
				for (size_t m = 0; m < n; m++)
					found = found || v[m].duty == one;
				CHECK(found);
			}
			kit_close(&k);
		}
}

static void enter(struct duty_kit *k, const char *reg, const char *state, const struct entry_field *f, size_t n)
{
	int64_t id;
	CHECK_OK(entry_create(&k->st, &k->act, &(struct entry_in){ .reg = reg, .state = state, .fields = f, .n_fields = n }, &k->d, &id));
}

/* Two of the same duty are told apart: by the entry's name where all staff may see it, cut to what a row holds; else by its number alone. */
TEST(duty, what_an_entry_opened_says_which_entry_in_the_calendar_and_in_the_task)
{
	static const char text[] = "[duty look]\ntitle = Look at it\nwho = dsl\non = entry finding action\nwithin = 7 days\nfield = f | What? | required\n"
		"[duty talk]\ntitle = Talk\nwho = dsl\non = entry agreement-reminder sent\nwithin = 7 days\nfield = f | What? | required\n";
	ON_EACH_ENGINE(fx) {
		struct duty_kit k;
		struct task *t;
		size_t n;
		int64_t total;
		char longest[200 + 1];
		memset(longest, 'x', sizeof longest - 1);
		longest[sizeof longest - 1] = '\0';
		kit_open(&k, &fx, "junior", text, kit_uk(2026, 9, 7, 9));
		int64_t dsl = kit_person(&k, "Tansy Testerley", KIND_STAFF, ROLE_DSL);
		kit_at(&k, kit_uk(2026, 9, 7, 9));
		enter(&k, "finding", "action", (struct entry_field[]){ { STR("what"), STR("Games at noon") }, { STR("on"), STR("2026-09-07") }, { STR("source"), STR("logs") }, { STR("issue"), STR("yes") } }, 4);
		kit_at(&k, kit_uk(2026, 9, 8, 9));
		CHECK_STR(kit_turn(&k, "look", 0, false).title, "Look at it: Games at noon");
		struct task_query q = { .which = TASK_OPEN, .person = dsl, .roles = ROLE_BIT(ROLE_DSL), .limit = 10 };
		CHECK_OK(task_list(&k.st, &k.a, k.act.school, &q, &t, &n, &total));
		CHECK(n == 1 && str_is(t[0].title, "Look at it: Games at noon"));
		enter(&k, "finding", "action", (struct entry_field[]){ { STR("what"), str_z(longest) }, { STR("on"), STR("2026-09-07") }, { STR("source"), STR("logs") }, { STR("issue"), STR("yes") } }, 4);
		kit_at(&k, kit_uk(2026, 9, 9, 9));
		CHECK_OK(task_list(&k.st, &k.a, k.act.school, &q, &t, &n, &total));
		CHECK(n == 2 && str_ends(t[1].title, STR("xxx\xe2\x80\xa6")) && t[1].title.n == 200);
		enter(&k, "agreement-reminder", "sent", (struct entry_field[]){ { STR("person"), arena_fmt(&k.a, "%lld", (long long)dsl) }, { STR("audience"), STR("staff") },
			{ STR("sent"), STR("2026-09-09T09:00Z") }, { STR("told"), STR("Tansy Testerley") } }, 4);
		kit_at(&k, kit_uk(2026, 9, 10, 9));
		CHECK_STR(kit_turn(&k, "talk", 0, false).title, "Talk: No. 1");
		kit_close(&k);
	}
}

TEST(duty, the_calendar_address_is_secret_stops_and_holds_whole_lines)
{
	ON_EACH_ENGINE(fx) {
		struct duty_kit k;
		char one[FEED_TOKEN_TEXT], two[FEED_TOKEN_TEXT];
		AUTO(buf_done) struct buf out = buf_init(1 << 20);
		int64_t whose = 0;
		kit_open(&k, &fx, "junior", NULL, kit_uk(2026, 9, 7, 9));
		int64_t dsl = kit_person(&k, "Tansy Testerley", KIND_STAFF, ROLE_DSL);
		kit_at(&k, kit_uk(2026, 9, 14, 10));
		CHECK_OK(feed_make(&k.st, &k.act, dsl, one));
		CHECK_OK(feed_person(&k.st, k.act.school, str_z(one), &whose));
		CHECK(whose == dsl);
		CHECK_OK(feed_make(&k.st, &k.act, dsl, two));
		CHECK_ERR(feed_person(&k.st, k.act.school, str_z(one), &whose), ERR_ABSENT);
		CHECK_OK(feed_end(&k.st, &k.act, dsl));
		CHECK_ERR(feed_person(&k.st, k.act.school, str_z(two), &whose), ERR_ABSENT);
		CHECK_OK(feed_write(&k.desk, k.act.school, dsl, ROLE_BIT(ROLE_DSL), STR("https://portal.test"), clock_utc(), &out));
		struct str line, rest = buf_str(&out);
		while (str_next(&rest, '\n', &line))
			CHECK(line.n <= 76 && (!line.n || line.p[line.n - 1] == '\r'));
		CHECK(str_find(buf_str(&out), STR("SUMMARY:Safer Internet Day")) > 0 && str_find(buf_str(&out), STR("DTSTART;VALUE=DATE:20270209")) > 0);
		CHECK(str_find(buf_str(&out), STR("SUMMARY:Look at how the internet was used")) > 0 && str_find(buf_str(&out), STR("Testerley")) < 0);
		int n = 0;
		while (n < 100 && feed_count(k.st.db, k.act.school, STR("192.0.2.7"), false) == OK)
			n++;
		CHECK_INT(n, FEED_ADDRESS_MAX);
		for (n = 0; n < 100 && feed_count_of(k.st.db, k.act.school, dsl) == OK;)
			n++;
		CHECK_INT(n, FEED_TOKEN_MAX);
		kit_close(&k);
	}
}

TEST(duty, ical_lines_fold_between_characters_and_escape)
{
	AUTO(buf_done) struct buf out = buf_init(4000);
	ical_line(&out, "SUMMARY", STR("a, b; c\\d\ne\x01"), true);
	CHECK(str_is(buf_str(&out), "SUMMARY:a\\, b\\; c\\\\d\\ne\r\n"));
	buf_clear(&out);
	ical_line(&out, "X", STR("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), true);
	struct str first = str_upto(buf_str(&out), (size_t)str_find(buf_str(&out), STR("\r\n")));
	CHECK(first.n == 74 && str_utf8(first));
}
