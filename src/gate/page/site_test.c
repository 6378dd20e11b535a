#include "gate/page/site.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/test.h"
#include "gate/scene.h"

/* A refused page as somebody of this group sees it. */
static struct buf refused(const char *group, enum reason reason, bool screen_off, bool sealed, const char *host)
{
	AUTO(arena_done) struct arena ar = arena_init();
	const char *dir = arena_z(&ar, arena_fmt(&ar, "%s/p", test_dir()));
	scene_policy(dir, screen_off, false);
	struct policy *p;
	CHECK_OK(policy_open(arena_z(&ar, arena_fmt(&ar, "%s/current", dir)), STR_NONE, &p));
	struct site *s;
	site_new(&(struct site_conf){ .gate_name = "gatehouse.home.arpa", .portal_url = "https://portal.test", .school = 1 }, &s);
	struct who who = { .group = policy_group(p, str_z(group)) };
	struct site_ask a = { .method = STR("GET"), .path = STR("/a?<b>"), .host = str_z(host), .who = &who, .policy = p, .now_utc = clock_utc() };
	struct decision d = { .verdict = reason == REASON_SIGN_UNSIGNED ? VERDICT_SIGN : VERDICT_BLOCK, .reason = reason, .rule = 77,
		.row = ROW_RULES, .sealed = sealed, .sensitive = sealed };
	struct site_reply r = site_reply_init();
	site_refused(s, &a, &d, &r);
	CHECK_INT(r.status, 403);
	struct buf out = r.body;
	buf_done(&r.location);
	site_free(&s);
	policy_free(&p);
	return out;
}

static ptrdiff_t at(const struct buf *b, const char *text)
{
	return str_find(buf_str(b), str_z(text));
}

TEST(clause, c7_3_2_10_screen_off_is_the_first_thing_on_the_page)
{
	static const char *const groups[] = { "ks1", "ks2" };
	for (size_t i = 0; i < ARRAY_N(groups); i++) {
		struct buf on = refused(groups[i], REASON_RULE_BLOCKED, true, false, "bad.test");
		struct buf off = refused(groups[i], REASON_RULE_BLOCKED, false, false, "bad.test");
		CHECK(at(&on, "Turn off the screen.") > at(&on, "<main") && at(&on, "Turn off the screen.") < at(&on, "<h1>"));
		CHECK(at(&off, "Turn off the screen.") < 0);
		buf_done(&on);
		buf_done(&off);
	}
}

TEST(clause, c7_3_2_11_the_page_has_one_tap_for_the_teacher)
{
	struct buf b = refused("ks2", REASON_CATEGORY, false, false, "bad.test");
	CHECK(at(&b, "action=\"/.well-known/gatehouse/teacher\"") > 0 && at(&b, "Tell my teacher about this page") > 0);
	CHECK(at(&b, "name=\"token\" value=\"") > 0 && at(&b, "Turn to an adult you trust") > 0);
	buf_done(&b);
}

TEST(clause, c11_3_06_every_refused_page_shows_the_ceop_button_and_childline)
{
	static const char *const groups[] = { "unknown", "ks1", "ks2", "staff", "guests" };
	for (size_t i = 0; i < ARRAY_N(groups); i++)
		for (int reason = 0; reason < N_REASON; reason++) {
			struct buf b = refused(groups[i], (enum reason)reason, false, reason == REASON_SEALED, "bad.test");
			CHECK(at(&b, "https://www.ceop.police.uk/Safety-Centre/") > 0 && at(&b, "0800 1111") > 0);
			buf_done(&b);
		}
}

TEST(site, hostile_addresses_and_names_stay_text)
{
	struct buf b = refused("staff", REASON_RULE_BLOCKED, false, false, "bad.test\"><script>");
	CHECK(at(&b, "<script") < 0 && at(&b, "<b>") < 0 && at(&b, "bad.test&quot;&gt;&lt;script&gt;") > 0);
	CHECK(at(&b, "Thistledown &lt;School&gt;") > 0);
	buf_done(&b);
}

TEST(site, a_sealed_or_sensitive_refusal_gives_no_detail)
{
	static const char *const groups[] = { "ks1", "ks2", "staff", "unknown" };
	for (size_t i = 0; i < ARRAY_N(groups); i++) {
		struct buf sealed = refused(groups[i], REASON_SEALED, true, true, "secret.test");
		struct buf illegal = refused(groups[i], REASON_ILLEGAL, true, false, "secret.test");
		CHECK(at(&sealed, "secret.test") < 0 && at(&sealed, ">77<") < 0);
		CHECK(at(&illegal, "secret.test") < 0 && at(&illegal, ">77<") < 0);
		buf_done(&sealed);
		buf_done(&illegal);
	}
}

TEST(site, staff_read_the_rule_and_where_to_ask_why)
{
	struct buf b = refused("staff", REASON_RULE_BLOCKED, false, false, "bad.test");
	CHECK(at(&b, ">77<") > 0 && at(&b, "https://portal.test/why?url=bad.test%2Fa") > 0);
	struct buf child = refused("ks2", REASON_RULE_BLOCKED, false, false, "bad.test");
	CHECK(at(&child, ">77<") < 0 && at(&child, "/why?") < 0);
	buf_done(&b);
	buf_done(&child);
}

TEST(site, every_page_has_language_one_heading_and_no_script)
{
	static const char *const groups[] = { "ks1", "ks2", "staff" };
	for (size_t i = 0; i < ARRAY_N(groups); i++)
		for (int sign = 0; sign < 2; sign++) {
			struct buf b = refused(groups[i], sign ? REASON_SIGN_UNSIGNED : REASON_CATEGORY, true, false, "bad.test");
			CHECK(at(&b, "<html lang=\"en-GB\">") > 0 && at(&b, "<script") < 0 && at(&b, " style=") < 0);
			ptrdiff_t h1 = at(&b, "<h1>");
			CHECK(h1 > 0 && str_find(str_from(buf_str(&b), (size_t)h1 + 4), STR("<h1>")) < 0);
			CHECK(at(&b, "{{") < 0);
			buf_done(&b);
		}
}

TEST(clause, c4_5_04_an_unsigned_learner_gets_the_signing_page)
{
	struct buf b = refused("ks2", REASON_SIGN_UNSIGNED, false, false, "open.test");
	CHECK(at(&b, "https://portal.test/sign") > 0 && at(&b, "you are not in trouble") > 0);
	buf_done(&b);
}

/* "Is this device safe?" as somebody sees it who is known in this way. */
static struct buf safe(const char *group, enum live_how how, const char *path, const char *host, bool refused_name)
{
	AUTO(arena_done) struct arena ar = arena_init();
	const char *dir = arena_z(&ar, arena_fmt(&ar, "%s/p", test_dir()));
	scene_policy(dir, false, false);
	struct policy *p;
	CHECK_OK(policy_open(arena_z(&ar, arena_fmt(&ar, "%s/current", dir)), STR_NONE, &p));
	struct site *s;
	site_new(&(struct site_conf){ .gate_name = "gatehouse.home.arpa", .school = 1 }, &s);
	struct who who = { .group = policy_group(p, str_z(group)), .how = how, .person = 420042004200, .network = how ? 1 + policy_group(p, STR("ks2")) : 0, .standing = STANDING_CURRENT, .sure = 80 };
	struct decision d = { .verdict = VERDICT_BLOCK, .reason = REASON_CATEGORY, .row = ROW_CATEGORIES };
	struct site_ask a = { .method = STR("GET"), .path = str_z(path), .host = str_z(host), .who = &who, .policy = p, .now_utc = clock_utc(), .refused = refused_name ? &d : NULL };
	struct site_reply r = site_reply_init();
	site_answer(s, &a, &r);
	CHECK_INT(r.status, 200);
	CHECK(!r.probes || strstr(site_csp_of(s, &r), "object-src http:"));
	CHECK(!r.framed || !strstr(site_csp_of(s, &r), "frame-ancestors"));
	struct buf out = r.body;
	buf_done(&r.location);
	site_free(&s);
	policy_free(&p);
	return out;
}

TEST(safe, any_device_shows_what_works_and_a_technician_reads_by_what)
{
	AUTO(buf_done) struct buf b = safe("ks2", LIVE_HOW_PORTAL, "/safe", "gatehouse.home.arpa", false);
	CHECK(at(&b, "<h1>Is this device safe?</h1>") >= 0 && at(&b, "somebody signed in on it") >= 0 && at(&b, "sure to 80 in 100") >= 0 && at(&b, ">ks2<") >= 0);
	CHECK(at(&b, "http://names.gatehouse.home.arpa/.well-known/gatehouse/seen.svg") >= 0 && at(&b, "https://check.gatehouse.home.arpa/.well-known/gatehouse/seen.svg?w=") >= 0);
	CHECK(at(&b, "<script") < 0 && at(&b, "420042004200") < 0);   /* the person's number; long, so that nothing drawn by lot holds it */
}

TEST(safe, whoever_is_not_known_learns_only_that)
{
	AUTO(buf_done) struct buf b = safe("unknown", LIVE_HOW_NONE, "/safe", "gatehouse.home.arpa", false);
	CHECK(at(&b, "Only the pages for signing and for help open") >= 0);
	CHECK(at(&b, "Rules of") < 0 && at(&b, "ks2") < 0 && at(&b, "Known by") < 0 && at(&b, "Network</th>") < 0);
}

TEST(safe, the_picture_says_by_its_words_what_came)
{
	static const struct { const char *host; bool refused; const char *words; } cases[] = { { "names.gatehouse.home.arpa", false, ">Yes</title>" },
		{ "gaming.filter-check.test", true, ">Yes</title>" }, { "check.gatehouse.home.arpa", false, "Yes, it is installed" } };
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		AUTO(buf_done) struct buf b = safe("ks2", LIVE_HOW_PORTAL, "/.well-known/gatehouse/seen.svg", cases[i].host, cases[i].refused);
		CHECK(at(&b, "<svg") == 0 && at(&b, cases[i].words) > 0);
	}
}
