#include "house/visitor/hour.h"

#include "base/test.h"

TEST(hour, is_read_as_people_write_it)
{
	static const struct { const char *text; int minutes; } good[] = {
		{ "3pm", 900 }, { "3:30 pm", 930 }, { "15:00", 900 }, { " 15.30 ", 930 }, { "9", 540 }, { "3", 900 }, { "3:15", 195 }, { "12pm", 720 },
		{ "12am", 0 }, { "noon", 720 }, { "09:05", 545 }, { "11AM", 660 }, { "23:59", 1439 },
	};
	static const char *const bad[] = { "", "x", "24:00", "9:60", "13pm", "0am", "9:5", "9:", "123", "3pm!", "-1", "9:300", "\xff" };
	int got = -1;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		CHECK_OK(hour_read(str_z(good[i].text), &got));
		CHECK_INT(got, good[i].minutes);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_ERR(hour_read(str_z(bad[i]), &got), ERR_SYNTAX);
}
