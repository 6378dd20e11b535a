#include "base/test.h"
#include "house/site/guard.h"

static struct str names[] = { STR("Tansy Testerley"), STR("Ned Anders-Smith"), STR("Zoë O'Hara"), STR("Robin Lee Tester"), STR("Cher") };
static struct str rooms[] = { STR("+441632960123"), STR("larkmoor-hall"), STR("https://video.example/room/77"), STR("ab") };
static struct str allowed[] = { STR("1 School Lane, Larkmoor ZZ9 9ZZ"), STR("01632 960000"), STR("office@larkmoor.example"), STR("0800 1111"), STR("Robin Tester") };

static const struct guard_known known = { { names, 5 }, { rooms, 4 }, { allowed, 5 } };

static size_t scan(const char *text, struct guard_finding f[20])
{
	static struct arena a;
	size_t n = 0;
	arena_done(&a);
	a = arena_init();
	CHECK_OK(guard_scan(guard_new(&a, &known), &a, str_z(text), f, 20, &n));
	if (n)
		(void)f[0].words.n;
	return n;
}

struct row { const char *text; int what; const char *words; };

static void all_found(const struct row *v, size_t n)
{
	struct guard_finding f[20];
	for (size_t i = 0; i < n; i++) {
		size_t got = scan(v[i].text, f);
		if (got != 1 || (int)f[0].what != v[i].what)
			fprintf(stderr, "%s: %zu findings, %d\n", v[i].text, got, got ? (int)f[0].what : -1);
		CHECK_INT(got, 1);
		CHECK_INT(f[0].what, v[i].what);
		CHECK_STR(f[0].words, v[i].words ? v[i].words : v[i].text);
	}
}

TEST(guard, finds_each_kind_as_people_write_it)
{
	static const struct row v[] = {
		{ "Ask Tansy Testerley.", GUARD_NAME, "Tansy Testerley" }, { "Mrs Testerley leads", GUARD_NAME, "Mrs Testerley" },
		{ "T. Testerley", GUARD_NAME, NULL }, { "TESTERLEY, Tansy", GUARD_NAME, NULL }, { "Tansy J. Testerley", GUARD_NAME, NULL },
		{ "Ned Anders-Smith", GUARD_NAME, NULL }, { "Zoe O'Hara's class", GUARD_NAME, "Zoe O'Hara's" }, { "Ned AndersSmith", GUARD_NAME, NULL },
		{ "write to tansy.t@home.example now", GUARD_EMAIL, "tansy.t@home.example" }, { "tansy (at) home (dot) example", GUARD_EMAIL, NULL },
		{ "tansy [at] home.example", GUARD_EMAIL, NULL }, { "tansy at home dot example", GUARD_EMAIL, NULL },
		{ "ring 01632 960 999", GUARD_PHONE, "01632 960 999" }, { "+44 (0)1632 960999", GUARD_PHONE, NULL }, { "07700-900-123.", GUARD_PHONE, "07700-900-123" },
		{ "at 12 Elm Road", GUARD_HOME, "12 Elm Road" }, { "12a Old Mill Lane", GUARD_HOME, NULL }, { "ZZ99 1AB", GUARD_POSTCODE, NULL }, { "ZZ991AB", GUARD_POSTCODE, NULL },
		{ "the hall is larkmoor-hall", GUARD_CONFERENCE, "larkmoor-hall" }, { "+44 1632 960123", GUARD_CONFERENCE, "44 1632 960123" },
		{ "join https://video.example/room/77", GUARD_CONFERENCE, "https://video.example/room/77" }, { "https://example.zoom.us/j/123456", GUARD_CONFERENCE, NULL },
	};
	all_found(v, sizeof v / sizeof v[0]);
}

TEST(guard, hostile_text_does_not_hide_a_thing)
{
	static const struct row v[] = {
		{ "tAnSy   teSterLey", GUARD_NAME, NULL }, { "Tansy\nTesterley", GUARD_NAME, NULL },
		{ "Tan\xe2\x80\x8bsy Tes\xc2\xadterley", GUARD_NAME, NULL },                    /* of no width, a soft hyphen */
		{ "T\xd0\xb0nsy T\xd0\xb5sterley", GUARD_NAME, NULL },                          /* Cyrillic a and e */
		{ "\xef\xbc\xb4\xef\xbd\x81nsy Testerley", GUARD_NAME, NULL },                  /* wide letters */
		{ "tansy\xef\xbc\xa0home.example", GUARD_EMAIL, NULL },                         /* a wide @ */
		{ "T\xc3\xa1nsy Testerl\xc3\xa9y", GUARD_NAME, NULL }, { "Tansy\xc2\xa0Testerley", GUARD_NAME, NULL },
		{ "0\xe2\x80\x8b" "7700 900 123", GUARD_PHONE, NULL }, { "0 7 7 0 0 9 0 0 1 2 3", GUARD_PHONE, NULL },
		{ "l a r k moor-hall", -1, NULL },
	};
	all_found(v, sizeof v / sizeof v[0] - 1);
}

TEST(guard, what_is_allowed_and_what_is_nothing_passes)
{
	static const char *const v[] = {
		"Ring 01632 960000 or write to office@larkmoor.example.", "1 School Lane, Larkmoor, ZZ9 9ZZ", "Childline is on 0800 1111.", "Robin Tester",
		"On 21/11/2026 from 09:05 to 10:15 in 2026-2027.", "Year 6 and Year 5", "The head teacher decides at once.", "Version 1.2.3.4", "look at page 12 of the road map",
		"Cher sang.", "Tansy is a flower", "It costs \xc2\xa3 1,000,000", "0.5 per cent", "See https://www.ceop.police.uk/Safety-Centre/", "", "@", "@@@", "a@b", "0", "+", "Mrs", "at dot",
	};
	struct guard_finding f[20];
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		size_t n = scan(v[i], f);
		if (n)
			fprintf(stderr, "%s: %.*s\n", v[i], STRF(f[0].words));
		CHECK_INT(n, 0);
	}
}

TEST(guard, says_the_place_and_the_mend)
{
	struct guard_finding f[20];
	CHECK_INT(scan("One.\nTwo: tansy@home.example\nThree: Mr Anders-Smith", f), 2);
	CHECK(f[0].line == 2 && f[0].what == GUARD_EMAIL && f[1].line == 3 && f[1].what == GUARD_NAME);
	for (int w = 0; w < N_GUARD; w++)
		CHECK(strlen(guard_is((enum guard_what)w)) > 5 && strlen(guard_mend((enum guard_what)w)) > 10);
}

TEST(guard, a_text_that_is_too_long_is_refused)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct guard_finding f[2];
	size_t n;
	struct str big = { arena_alloc(&a, GUARD_TEXT_MAX + 1), GUARD_TEXT_MAX + 1 };
	CHECK_ERR(guard_scan(guard_new(&a, &known), &a, big, f, 2, &n), ERR_LIMIT);
}
