#include "wire/doh.h"

#include "base/test.h"

#define LABEL "17-abcdefghij0123456789"

TEST(doh, the_rfcs_own_example)                          /* RFC 8484 4.1.1 */
{
	struct doh_ask a;
	CHECK_INT(doh_read(STR("GET"), STR("/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB"), STR_NONE, &a), 0);
	CHECK(!a.post && a.query_n == 33 && !a.token[0]);
	CHECK(memcmp(a.query, "\0\0\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1", 33) == 0);
	CHECK_INT(doh_read(STR("POST"), STR("/dns-query"), STR("application/dns-message"), &a), 0);
	CHECK(a.post);
}

TEST(doh, what_is_no_question_is_answered_with_its_status)
{
	static const struct { const char *method, *target, *type; int status; } cases[] = {
		{ "GET", "/", "", 404 }, { "GET", "/dns-query", "", 400 }, { "GET", "/dns-query?dns=", "", 400 }, { "GET", "/dns-query?dns=A", "", 400 },
		{ "GET", "/dns-query?dns=AA==", "", 400 }, { "GET", "/dns-query?dns=AB", "", 400 }, { "GET", "/dns-query?dns=AA&dns=AA", "", 400 },
		{ "GET", "/dns-query?other=1&dns=AA", "", 0 }, { "GET", "/dns-queryx?dns=AA", "", 404 }, { "GET", "/dns-query/?dns=AA", "", 0 },
		{ "GET", "/dns-query/" LABEL "?dns=AA", "", 0 }, { "GET", "/dns-query/17-short?dns=AA", "", 404 },
		{ "GET", "/dns-query/" LABEL "/x?dns=AA", "", 404 }, { "PUT", "/dns-query", "", 405 }, { "POST", "/dns-query", "text/plain", 415 },
		{ "POST", "/dns-query/" LABEL, "Application/DNS-Message", 0 },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct doh_ask a;
		int got = doh_read(str_z(cases[i].method), str_z(cases[i].target), str_z(cases[i].type), &a);
		if (got != cases[i].status)
			fail_msg("%s %s: %d", cases[i].method, cases[i].target, got);
	}
}

TEST(doh, a_devices_name_is_its_number_and_its_secret)
{
	char t[DOH_TOKEN_MAX + 1];
	struct str zone = STR("dns.school.example");
	CHECK_OK(doh_label(STR(LABEL), t));
	CHECK_STR(str_z(t), "17:abcdefghij0123456789");
	CHECK_OK(doh_name(STR("17-ABCDEFGHIJ0123456789.dns.SCHOOL.example"), zone, t));
	CHECK_STR(str_z(t), "17:abcdefghij0123456789");
	CHECK_ERR(doh_name(zone, zone, t), ERR_ABSENT);
	static const char *const none[] = { "dns.school.examplex", "x." LABEL ".dns.school.example", ".dns.school.example", "xdns.school.example",
		"-abcdefghij0123456789.dns.school.example", "017-abcdefghij0123456789.dns.school.example", "17-abcdefghij_123456789.dns.school.example",
		"1a-abcdefghij0123456789.dns.school.example", "17-abc-efghij0123456789.dns.school.example", "other.example", "" };
	for (size_t i = 0; i < ARRAY_N(none); i++)
		CHECK_ERR(doh_name(str_z(none[i]), zone, t), ERR_SYNTAX);
	CHECK_ERR(doh_name(STR(LABEL ".x"), STR_NONE, t), ERR_SYNTAX);
}

TEST(doh, a_question_may_be_as_long_as_the_limit_and_no_longer)
{
	static char target[DOH_QUERY_MAX * 2];
	struct doh_ask a;
	size_t n = (size_t)snprintf(target, sizeof target, "/dns-query?dns=");
	memset(target + n, 'A', sizeof target - n);
	CHECK_INT(doh_read(STR("GET"), (struct str){ target, n + 5461 }, STR_NONE, &a), 400);     /* bits left over */
	CHECK_INT(doh_read(STR("GET"), (struct str){ target, n + 5462 }, STR_NONE, &a), 0);
	CHECK_INT(a.query_n, DOH_QUERY_MAX);
	CHECK_INT(doh_read(STR("GET"), (struct str){ target, n + 5464 }, STR_NONE, &a), 400);
}
