#include "policy/compile/policy_world.h"

#include <stdio.h>

/* One line a case: address, who, answer. */
struct question { const char *url, *who, *answer; };

static void ask_all(const struct world *w, const struct question *q, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *said = world_ask(w, q[i].url, q[i].who);
		if (strcmp(said, q[i].answer))
			fprintf(stderr, "%s as %s:\n", q[i].url, q[i].who);
		CHECK_STR(str_z(said), q[i].answer);
	}
}
#define ASK_ALL(w, cases) ask_all((w), (cases), ARRAY_N(cases))

TEST(decide, each_row_in_its_order)
{
	static const struct question cases[] = {
		{ "sealed.listed.test", "staff", "block sealed" },
		{ "www.sealed.listed.test", "ks2", "block sealed" },
		{ "helpline.sealed.test", "ks2", "block sealed" },              /* 1 above 2 */
		{ "open.test/sealed/page", "staff", "block sealed" },
		{ "open.test/sealed/page/2", "staff", "block sealed" },
		{ "open.test/other", "staff", "allow allowed" },
		{ "helpline.test", "unknown", "allow help:line" },              /* 2 above 4 */
		{ "chat.helpline.test/talk", "ks2:declined", "allow help:line" },
		{ "portal.home.arpa", "unknown", "allow own-page:portal" },     /* 3 above 4 */
		{ "illegal.listed.test", "staff:unsigned", "sign sign-unsigned" },
		{ "www.example.test", "unknown", "sign sign-unknown" },
		{ "www.example.test", "ks2:declined", "sign sign-declined" },
		{ "www.example.test", "ks2:grace", "allow allowed" },
		{ "illegal.listed.test", "staff", "block illegal:illegal" },
		{ "illegal.listed.test", "ks1", "block illegal:illegal" },      /* 5 above 6 */
		{ "www.example.test", "ks1", "block session-needed" },
		{ "listed-for-ks1.test", "ks1", "block session-needed" },       /* 6 above 11 */
		{ "allowed-rule.test", "ks1", "block session-needed" },         /* 6 above 8 */
		{ "listed-for-ks1.test", "ks1:session", "allow listed:ks1" },
		{ "lesson.test/week3/a", "ks1:session", "allow listed:ks1" },
		{ "lesson.test/week30", "ks1:session", "block walled" },
		{ "lesson.test", "ks1:session", "allow listed:ks1" },           /* the name alone */
		{ "www.example.test", "ks1:session", "block walled" },
		{ "gaming.listed.test", "ks2", "block category:gaming" },
		{ "pornography.listed.test", "staff", "block category:pornography" },
		{ "pornography.pages.test/bad/1", "ks2", "block category:pornography" },
		{ "pornography.pages.test/good", "ks2", "allow allowed" },
		{ "pornography.pages.test", "ks2", "allow allowed" },
		{ "allowed-rule.test", "ks2", "allow rule-allowed:1" },
		{ "www.example.test", "ks2", "allow allowed" },
		{ "192.0.2.7", "ks2", "allow allowed" },
	};
	struct world w;
	world_init(&w, "[rule 1]\nallow = allowed-rule.test\nreason = Needed in lessons.\n");
	ASK_ALL(&w, cases);
	world_done(&w);
}

TEST(decide, without_a_policy_or_a_name_everything_is_refused)
{
	struct decision d;
	struct facts f = { .host = STR("www.example.test"), .standing = STANDING_CURRENT, .now_utc = WORLD_NOON };
	decide(NULL, &f, &d);
	CHECK(d.verdict == VERDICT_BLOCK && d.reason == REASON_NO_POLICY);
	struct world w;
	world_init(&w, "");
	f.host = STR("");
	decide(w.p, &f, &d);
	CHECK(d.verdict == VERDICT_BLOCK && d.reason == REASON_BAD_NAME);
	f.host = STR("www.example.test");
	f.group = 900;                          /* no such group: the strictest */
	decide(w.p, &f, &d);
	CHECK(d.verdict == VERDICT_BLOCK && d.reason == REASON_SESSION_NEEDED);
	world_done(&w);
}

TEST(decide, the_nearest_scope_then_the_longest_address_then_closed)
{
	static const struct question cases[] = {
		{ "site.test", "ks2", "block rule-blocked:1" },
		{ "site.test", "ks2:class=4", "allow rule-allowed:2" },
		{ "site.test", "ks2:class=4:person=12", "block rule-blocked:3" },
		{ "site.test", "staff", "allow rule-allowed:4" },
		{ "site.test", "guests", "block rule-blocked:5" },
		{ "part.site.test", "guests", "allow rule-allowed:6" },
		{ "equal.test", "ks2", "block rule-blocked:8" },
		{ "paths.test/a/b", "ks2", "allow rule-allowed:10" },
		{ "paths.test/a", "ks2", "block rule-blocked:9" },
		{ "paths.test/ab", "ks2", "allow allowed" },
	};
	struct world w;
	world_init(&w,
		"[rule 1]\nscope = group ks2\nblock = site.test\nreason = r\n"
		"[rule 2]\nscope = class 4\nallow = site.test\nreason = r\n"
		"[rule 3]\nscope = person 12\nblock = site.test\nreason = r\n"
		"[rule 4]\nscope = group staff\nallow = site.test\nreason = r\n"
		"[rule 5]\nblock = site.test\nreason = r\n"
		"[rule 6]\nallow = part.site.test\nreason = r\n"
		"[rule 7]\nallow = equal.test\nreason = r\n"
		"[rule 8]\nblock = equal.test\nreason = r\n"
		"[rule 9]\nblock = paths.test/a\nreason = r\n"
		"[rule 10]\nallow = paths.test/a/b\nreason = r\n");
	ASK_ALL(&w, cases);
	world_done(&w);
}

TEST(decide, rules_end_by_themselves)
{
	struct world w;
	world_init(&w, "[rule 1]\nblock = site.test\nreason = r\nuntil = 2026-11-24\n");
	ASK(&w, "site.test", "staff", "block rule-blocked:1");
	CHECK_INT(world_decide(&w, "site.test", "staff").until_utc, 1795478400);
	w.now_utc += 86400;
	ASK(&w, "site.test", "staff", "allow allowed");
	world_done(&w);
}

TEST(decide, a_name_with_some_pages_is_partial)
{
	struct world w;
	world_init(&w, "[rule 1]\nblock = some.test/bad\nreason = r\n[rule 2]\nblock = shut.test\nreason = r\n"
		"[rule 3]\nallow = shut.test/lesson\nreason = r\n");
	struct decision d = world_decide(&w, "some.test", "ks2");
	CHECK(d.verdict == VERDICT_ALLOW && d.partial);
	d = world_decide(&w, "some.test/bad", "ks2");
	CHECK(d.verdict == VERDICT_BLOCK && !d.partial);
	d = world_decide(&w, "shut.test", "ks2");
	CHECK(d.verdict == VERDICT_ALLOW && d.partial);
	ASK(&w, "shut.test/other", "ks2", "block rule-blocked:2");
	d = world_decide(&w, "other.test", "ks2");
	CHECK(!d.partial);
	d = world_decide(&w, "pages.test", "unknown");           /* a help page makes no help line of its host */
	CHECK(d.verdict == VERDICT_SIGN);
	ASK(&w, "pages.test/help", "unknown", "allow help:line");
	world_done(&w);
}

TEST(decide, a_rule_for_everyone_does_not_climb_a_wall)
{
	static const struct question cases[] = {
		{ "site.test", "ks1:session", "block walled" },
		{ "named.test", "ks1:session", "allow rule-allowed:2" },
		{ "pornography.listed.test", "ks1:session", "allow listed:ks1" },
		{ "gambling.listed.test", "ks1:session", "block category:gambling" },
	};
	struct world w;
	world_init(&w, "[rule 1]\nallow = site.test pornography.listed.test\nreason = The list is wrong.\n"
		"[rule 2]\nscope = group ks1\nallow = named.test\nreason = r\n"
		"[group ks1]\nallow = pornography.listed.test gambling.listed.test\n");
	ASK_ALL(&w, cases);
	world_done(&w);
}

TEST(decide, teaching_services_stand_above_games_and_nothing_else)
{
	static const struct question cases[] = {
		{ "lesson.games.test", "ks2", "allow teaching:t" },
		{ "both.listed.test", "ks2", "block category:gambling" },
		{ "social-media.listed.test", "ks2", "block category:social-media" },
		{ "gaming.listed.test", "ks2", "block category:gaming" },
		{ "lesson.games.test", "ks1:session", "block walled" },
		{ "plain.test", "ks2", "allow allowed" },
		{ "sealed.listed.test", "ks2", "block sealed" },
	};
	struct world w;
	world_init(&w, "[rule t]\nabove = gaming\nallow = lesson.games.test both.listed.test social-media.listed.test plain.test sealed.listed.test\nreason = r\n");
	ASK_ALL(&w, cases);
	world_done(&w);
}

TEST(decide, live_directives_stand_where_they_should)
{
	struct world w;
	world_init(&w, "[rule 1]\nblock = ruled.test\nreason = r\n");
	world_live(&w, (struct live_record){ .kind = LIVE_ALLOW, .id = 90, .scope = SCOPE_CLASS, .class_id = 4, .host = STR("gaming.listed.test") });
	world_live(&w, (struct live_record){ .kind = LIVE_ALLOW, .id = 91, .scope = SCOPE_GROUP, .group = STR("ks2"), .host = STR("ruled.test") });
	world_live(&w, (struct live_record){ .kind = LIVE_BLOCK, .id = 92, .scope = SCOPE_EVERYONE, .host = STR("loud.test") });
	world_live(&w, (struct live_record){ .kind = LIVE_ALLOW, .id = 93, .scope = SCOPE_PERSON, .person = 12, .host = STR("loud.test") });
	static const struct question cases[] = {
		{ "gaming.listed.test", "ks2:class=4", "allow live-allowed:90" },
		{ "gaming.listed.test", "ks2:class=5", "block category:gaming" },
		{ "ruled.test", "ks2", "allow live-allowed:91" },
		{ "ruled.test", "staff", "block rule-blocked:1" },
		{ "loud.test", "ks2:person=12", "block live-blocked:92" },
		{ "gaming.listed.test", "ks1:class=4", "block session-needed" },
		{ "gaming.listed.test", "ks1:class=4:session", "allow live-allowed:90" },
	};
	ASK_ALL(&w, cases);
	CHECK_INT(world_decide(&w, "loud.test", "staff").until_utc, w.now_utc + 1800);
	CHECK_OK(live_apply(w.live, &(struct live_record){ .kind = LIVE_CANCEL, .id = 92 }, w.now_utc));
	ASK(&w, "loud.test", "ks2:person=12", "allow live-allowed:93");
	w.now_utc += 1800;
	ASK(&w, "gaming.listed.test", "ks2:class=4", "block category:gaming");
	world_done(&w);
}

TEST(decide, search_tools_not_chosen_lead_to_the_chosen_one)
{
	struct world w;
	world_init(&w, "");
	struct decision d = world_decide(&w, "www.wild.test/search?q=x", "ks2");
	CHECK(d.verdict == VERDICT_BLOCK && d.reason == REASON_SEARCH_TOOL);
	d = world_decide(&w, "maps.www.wild.test", "ks2");      /* only the tool's own name */
	CHECK(d.verdict == VERDICT_ALLOW);
	ASK(&w, "www.wild.test", "staff", "allow allowed");
	world_done(&w);
}

TEST(decide, safe_names_are_given_with_what_is_allowed_only)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct explained x;
	struct world w;
	world_init(&w, "[group ks2]\nsafe_search = moderate\n[rule 1]\nscope = class 9\nblock = www.finder.test\nreason = r\n");
	CHECK_OK(explain(&a, w.p, STR("www.finder.test"), STR("ks2"), w.now_utc, &x));
	CHECK_STR(x.d.safe_host, "safe.finder.test");
	CHECK_OK(explain(&a, w.p, STR("www.films.test"), STR("ks2"), w.now_utc, &x));
	CHECK_STR(x.d.safe_host, "moderate.films.test");
	CHECK_OK(explain(&a, w.p, STR("www.films.test"), STR("guests"), w.now_utc, &x));
	CHECK_STR(x.d.safe_host, "strict.films.test");
	CHECK_OK(explain(&a, w.p, STR("www.finder.test"), STR("staff"), w.now_utc, &x));
	CHECK(!x.d.safe_host.n);
	CHECK_OK(explain(&a, w.p, STR("www.finder.test"), STR("ks2:class=9"), w.now_utc, &x));
	CHECK(x.d.verdict == VERDICT_BLOCK && !x.d.safe_host.n);
	CHECK_OK(explain(&a, w.p, STR("safe.finder.test"), STR("ks2"), w.now_utc, &x));
	CHECK(x.d.verdict == VERDICT_ALLOW && !x.d.safe_host.n);
	world_done(&w);
}

TEST(decide, timetables_run_over_midnight_and_summer_time)
{
	struct world w;
	struct { const char *at, *answer; } cases[] = {
		{ "2026-11-23T21:59", "block timetable" }, { "2026-11-23T22:00", "allow allowed" },
		{ "2026-11-24T01:59", "allow allowed" },   { "2026-11-24T02:00", "block timetable" },
		{ "2026-11-22T23:00", "block timetable" }, { "2026-11-28T01:00", "allow allowed" },       /* Friday night */
		{ "2026-11-29T01:00", "block timetable" },
		{ "2027-03-26T21:30Z", "block timetable" }, { "2027-03-29T21:30Z", "allow allowed" },     /* summer time since the 28th */
		{ "2027-10-29T21:30Z", "allow allowed" },  { "2027-11-01T21:30Z", "block timetable" },    /* and over again */
	};
	world_init(&w, "[group ks2]\nhours = mon-fri 22:00-02:00\n");
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		CHECK_OK(time_read_iso(str_z(cases[i].at), &w.now_utc));
		ASK(&w, "www.example.test", "ks2", cases[i].answer);
	}
	world_done(&w);
}

TEST(decide, says_when_the_clock_changes_the_answer)
{
	struct world w;
	world_init(&w, "[group ks2]\nhours = mon-fri 08:00-16:00\n");
	w.now_utc = WORLD_NOON + 17;
	CHECK_INT(world_decide(&w, "www.example.test", "ks2").until_utc, WORLD_NOON + 4 * 3600);
	CHECK_INT(world_decide(&w, "www.example.test", "staff").until_utc, 0);
	w.now_utc = WORLD_NOON + 5 * 3600;
	CHECK_INT(world_decide(&w, "www.example.test", "ks2").until_utc, WORLD_NOON + 20 * 3600);
	world_done(&w);
}

TEST(decide, terms_close_outside_and_past_the_calendar)
{
	struct world w;
	world_init(&w, "[group ks2]\nterm = only\n[term autumn]\nfrom = 2026-09-02\nto = 2026-12-18\n");
	ASK(&w, "www.example.test", "ks2", "allow allowed");
	CHECK_OK(time_read_iso(STR("2026-12-18T23:59"), &w.now_utc));
	ASK(&w, "www.example.test", "ks2", "allow allowed");
	w.now_utc += 60;
	ASK(&w, "www.example.test", "ks2", "block timetable");
	w.now_utc += 3 * 365 * 86400LL;
	ASK(&w, "www.example.test", "ks2", "block timetable");
	world_done(&w);
}

TEST(decide, explain_says_nothing_of_a_sealed_entry)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(65536);
	struct explained x;
	struct world w;
	world_init(&w, "");
	CHECK_OK(explain(&a, w.p, STR("www.sealed.listed.test"), STR("staff"), w.now_utc, &x));
	CHECK(!x.list.n && !x.category.n && !x.matched.n && !x.rule.n && x.d.list == LIST_NONE && !x.d.ref && !x.d.matched);
	explain_print(&x, w.now_utc, &b);
	CHECK(str_find(buf_str(&b), STR("Refused by a protected rule.")) > 0);
	CHECK(str_find(buf_str(&b), STR("iwf")) < 0 && str_find(buf_str(&b), STR("Sealed")) < 0);
	struct facts f = { .host = STR("sealed.listed.test"), .standing = STANDING_CURRENT, .group = policy_group(w.p, STR("staff")) };
	struct decision d;
	decide(w.p, &f, &d);
	CHECK(d.sealed && d.sensitive && d.ref);        /* the gate's event has the opaque reference */
	world_done(&w);
}

/* The precedence in the document is the one in the code. */
TEST(decide, the_document_and_the_table_agree)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	AUTO(arena_done) struct arena a = arena_init();
	CHECK_OK(file_read(test_source("docs/precedence.md"), &b));
	static const char *const names[N_ROW] = {
#define ROW_NAME_(name, text) [ROW_##name] = #name,
		PRECEDENCE_TABLE(ROW_NAME_)
#undef ROW_NAME_
	};
	for (int row = 1; row < N_ROW; row++) {
		struct str line = arena_fmt(&a, "\n| %d | %s | %s |\n", row, names[row], row_text((enum row)row));
		CHECK(str_find(buf_str(&b), line) > 0);
	}
	struct str thirteenth = arena_fmt(&a, "\n| %d |", N_ROW);
	CHECK(str_find(buf_str(&b), thirteenth) < 0);
}

TEST(decide, every_reason_reads_well_and_has_its_error)
{
	for (int i = 0; i < N_REASON; i++) {
		const struct reason_info *r = reason_info((enum reason)i);
		enum reason back;
		CHECK(reason_read(str_z(r->word), &back) == OK && (int)back == i);
		CHECK(r->ede == 0 || r->ede == 15 || r->ede == 17);
		const char *const said[] = { r->adult, r->ten, r->six };
		for (int k = 0; k < 3; k++) {
			size_t n = strlen(said[k]);
			CHECK(n > 10 && n < 140 && (said[k][n - 1] == '.' || said[k][n - 1] == '!'));
		}
		CHECK(strlen(r->six) <= strlen(r->adult) + 40);
	}
}

/* Property: whatever combination of rules, walls, allowances, sessions and times
 * tries to open them, sealed and illegal entries stay refused. */
static void try_to_open(struct world *w, unsigned bits)
{
	live_clear(w->live);
	const struct str hosts[] = { STR("illegal.listed.test"), STR("sealed.listed.test") };
	for (size_t i = 0; i < 2; i++) {
		if (bits & 1)
			world_live(w, (struct live_record){ .kind = LIVE_ALLOW, .id = 1 + (uint32_t)i, .scope = SCOPE_EVERYONE, .host = hosts[i] });
		if (bits & 2)
			world_live(w, (struct live_record){ .kind = LIVE_ALLOW, .id = 11 + (uint32_t)i, .scope = SCOPE_PERSON, .person = 12, .host = hosts[i] });
		if (bits & 4)
			world_live(w, (struct live_record){ .kind = LIVE_ALLOW, .id = 21 + (uint32_t)i, .scope = SCOPE_GROUP, .group = STR("plan-7"), .host = hosts[i] });
	}
	if (bits & 8)
		world_live(w, (struct live_record){ .kind = LIVE_SESSION, .class_id = 4, .person = 3, .walled = bits & 16,
			.hosts = { hosts[0], hosts[1] }, .n_hosts = 2 });
}

static void ask_closed(const struct world *w)
{
	static const char *const groups[] = { "unknown", "ks1", "ks2", "staff", "guests", "plan-7" };
	static const char *const how[] = { "", ":session", ":class=4", ":class=4:person=12:session", ":grace", ":unsigned" };
	static const char *const urls[] = { "illegal.listed.test", "www.illegal.listed.test/a", "illegal.pages.test/bad",
		"sealed.listed.test", "a.b.sealed.listed.test/x", "open.test/sealed/page" };
	char who[128];
	for (size_t g = 0; g < ARRAY_N(groups); g++)
		for (size_t h = 0; h < ARRAY_N(how); h++)
			for (size_t u = 0; u < ARRAY_N(urls); u++) {
				snprintf(who, sizeof who, "%s%s", groups[g], how[h]);
				CHECK(world_decide(w, urls[u], who).verdict != VERDICT_ALLOW);
			}
}

TEST(decide, nothing_opens_sealed_or_illegal)
{
	static const char *const scopes[] = { "everyone", "group ks2", "group plan-7", "class 4", "person 12" };
	static const char hosts[] = "illegal.listed.test sealed.listed.test illegal.pages.test/bad open.test/sealed/page";
	AUTO(arena_done) struct arena a = arena_init();
	struct str conf = arena_fmt(&a, "[group plan-7]\nlike = staff\nuntil = 2027-01-08\nreason = r\nsearch = any\n"
		"[group ks1]\nallow = %s\n[rule t]\nabove = gaming\nallow = %s\nreason = r\n", hosts, hosts);
	for (size_t i = 0; i < ARRAY_N(scopes); i++)
		conf = arena_fmt(&a, "%.*s[rule %zu]\nscope = %s\nallow = %s\nreason = r\n", STRF(conf), i + 1, scopes[i], hosts);
	struct world w;
	world_init(&w, conf.p);
	for (unsigned bits = 0; bits < 32; bits++) {
		try_to_open(&w, bits);
		ask_closed(&w);
	}
	world_done(&w);
}
