#include "base/test.h"
#include "house/record/when.h"

static int64_t at(int day, int month, int hour, int minute)
{
	return time_from_uk((struct civil){ .year = 2026, .month = month, .day = day, .hour = hour, .minute = minute });
}

TEST(when, a_moment_as_people_write_it)
{
	int64_t now = at(14, 9, 15, 0);
	const struct { const char *text; int64_t want; } cases[] = {
		{ "10:30", at(14, 9, 10, 30) }, { "10.30", at(14, 9, 10, 30) }, { "9am", at(14, 9, 9, 0) }, { "12am", at(14, 9, 0, 0) },
		{ "12pm", at(14, 9, 12, 0) }, { "3.15 pm", at(14, 9, 15, 15) }, { "today", at(14, 9, 0, 0) }, { "today 8:05", at(14, 9, 8, 5) },
		{ "yesterday at 10:30", at(13, 9, 10, 30) }, { "14/9/2026 10:30", at(14, 9, 10, 30) }, { "1/2/26 10:30am", at(1, 2, 10, 30) },
		{ "14 September 2026, 10:30", at(14, 9, 10, 30) }, { "2 Sep 2026 at 7pm", at(2, 9, 19, 0) }, { "3/9/2026", at(3, 9, 0, 0) },
		{ "2026-09-14 10:30", at(14, 9, 10, 30) }, { "2026-09-14T10:30", at(14, 9, 10, 30) }, { "  at 11:00 ", at(14, 9, 11, 0) },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		int64_t t = 0;
		CHECK_OK(when_read(str_z(cases[i].text), now, &t));
		if (t != cases[i].want)
			fprintf(stderr, "%s\n", cases[i].text);
		CHECK_INT(t, cases[i].want);
	}
	static const char *const bad[] = { "", " ", "soon", "25:00", "10:60", "13pm", "0am", "10", "32/1/2026 10:30", "today at noon", "10:3", ":30", "am" };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		int64_t t;
		if (when_read(str_z(bad[i]), now, &t) != ERR_SYNTAX)
			fprintf(stderr, "%s\n", bad[i]);
		CHECK_ERR(when_read(str_z(bad[i]), now, &t), ERR_SYNTAX);
	}
}

TEST(when, summer_time_begins_and_ends)
{
	int64_t t;
	CHECK_OK(when_read(STR("29/3/2026 1:30"), 0, &t));        /* the skipped hour moves on */
	CHECK_INT(t, time_from_uk((struct civil){ .year = 2026, .month = 3, .day = 29, .hour = 1, .minute = 30 }));
	CHECK_OK(when_read(STR("yesterday 23:00"), at(30, 3, 0, 30), &t));
	CHECK_INT(t, at(29, 3, 23, 0));
}
