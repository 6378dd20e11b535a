#include "base/test.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/roll/values.h"

TEST(roll_values, dates_are_read_as_uk_offices_write_them)
{
	static const char *const good[] = { "09/03/2017", "9/3/17", "9.3.2017", "09-03-2017", "9-3-17", "2017-03-09", "20170309", "9 March 2017", "9 Mar 17", "9th March 2017", "9-Mar-2017", "09-MAR-17",
		"Thu 9 March 2017", "Thursday, 9 March 2017", "09/03/2017 00:00", "09/03/2017 00:00:00", "2017-03-09T00:00:00", "2017-03-09T00:00:00.000Z", " 09/03/2017 ", "9/Mar/2017" };
	static const char *const bad[] = { "03/13/2017", "31/02/2017", "42803", "9 March", "yesterday", "", "2017", "00/00/0000", "9//2017", "=1+1", "99999999" };
	AUTO(arena_done) struct arena a = arena_init();
	struct str out;
	for (size_t i = 0; i < ARRAY_N(good); i++) {
		CHECK_OK(roll_date(&a, str_z(good[i]), &out));
		CHECK_STR(out, "2017-03-09");
	}
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR(roll_date(&a, str_z(bad[i]), &out), ERR_SYNTAX);
}

TEST(roll_values, years_of_school_are_read)
{
	static const struct { const char *text; int want; } all[] = {
		{ "R", 0 }, { "Reception", 0 }, { "YR", 0 }, { "Year R", 0 }, { "0", 0 }, { "00", 0 }, { "F2", 0 }, { "KG", 0 }, { "kg", 0 }, { "4", 4 }, { "04", 4 }, { "Y4", 4 }, { "Year 4", 4 }, { "Yr 4", 4 },
		{ "NC Year 4", 4 }, { "Year Four", 4 }, { "6", 6 }, { "7", ROLL_YEAR_ABOVE }, { "Year 11", ROLL_YEAR_ABOVE }, { "N1", ROLL_YEAR_BELOW }, { "Nursery", ROLL_YEAR_BELOW },
	};
	int y;
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		CHECK_OK(roll_year(str_z(all[i].text), &y));
		CHECK_INT(y, all[i].want);
	}
	CHECK_ERR(roll_year(STR("Elm"), &y), ERR_SYNTAX);
	CHECK_ERR(roll_year(STR("15"), &y), ERR_SYNTAX);
	static const struct { const char *text; int want; } classes[] = { { "4E", 4 }, { "Y4 Elm", 4 }, { "Year 4 (Elm)", 4 }, { "Reception", 0 }, { "4", 4 }, { "Elm", -9 }, { "12B", -9 }, { "Rowan", -9 }, { "Year 9", -9 } };
	for (size_t i = 0; i < ARRAY_N(classes); i++) {
		CHECK(roll_year_of_class(str_z(classes[i].text), &y) == (classes[i].want == -9 ? ERR_ABSENT : OK));
		CHECK(classes[i].want == -9 || y == classes[i].want);
	}
}

TEST(roll_values, the_year_follows_from_the_birthday_by_the_end_of_august)
{
	int64_t nov, aug;
	CHECK_OK(time_read_date(STR("22/11/2026"), &nov));
	CHECK_OK(time_read_date(STR("31/08/2027"), &aug));
	CHECK_INT(roll_year_of_birth(STR("2022-08-31"), nov), 0);
	CHECK_INT(roll_year_of_birth(STR("2021-09-01"), nov), 0);
	CHECK_INT(roll_year_of_birth(STR("2021-08-31"), nov), 1);
	CHECK_INT(roll_year_of_birth(STR("2021-09-01"), aug), 0);
	CHECK_INT(roll_year_of_birth(STR("2022-09-01"), nov), YEAR_NONE);
	CHECK_INT(roll_year_of_birth(STR("2010-01-01"), nov), YEAR_NONE);
	CHECK_INT(roll_year_of_birth(STR(""), nov), YEAR_NONE);
}
