#include "house/duty/year.h"

#include "base/clock.h"
#include "base/test.h"
#include "house/account/access_review.h"
#include "house/store/fixture.h"

struct scene { struct registers *registers; struct library *library; struct store st; struct act act; struct diag d; };

static int64_t uk(int year, int month, int day, int hour, int minute)
{
	return time_from_uk((struct civil){ .year = year, .month = month, .day = day, .hour = hour, .minute = minute });
}

static struct scene scene_of(struct fixture *fx)
{
	struct scene s = { .act = { fx->school, 0, "test" }, .d = diag_init(20) };
	clock_fake(uk(2026, 9, 1, 9, 0) * 1000);
	CHECK_OK(registers_load(test_source("data/registers"), &s.d, &s.registers));
	CHECK_OK(library_load(test_source("data"), "junior", &s.d, &s.library));
	s.st = (struct store){ fx->db, fx->keys, s.registers };
	return s;
}

static void scene_end(struct scene *s)
{
	clock_fake(0);
	library_free(&s->library);
	registers_free(&s->registers);
	diag_done(&s->d);
}

static enum err add(struct scene *s, const char *kind, const char *name, const char *from, const char *to)
{
	int64_t id;
	return year_add(&s->st, &s->act, &(struct year_in){ str_z(kind), str_z(name), str_z(from), str_z(to) }, &s->d, &id);
}

static const struct { const char *kind, *name, *from, *to; } YEAR[] = {
	{ "inset", "", "2/9/2026", "" }, { "term", "Autumn", "2 September 2026", "18/12/2026" }, { "holiday", "October half-term", "26 Oct 2026", "30 Oct 2026" },
	{ "term", "Spring", "4/1/2027", "2027-03-25" }, { "holiday", "February half-term", "15/2/27", "19/2/27" }, { "inset", "INSET day", "4/1/2027", "" },
	{ "term", "Summer", "12 April 2027", "21 July 2027" }, { "holiday", "May Day", "3 May 2027", "" }, { "holiday", "Whitsun", "31 May 2027", "4 June 2027" },
};

static void enter(struct scene *s)
{
	for (size_t i = 0; i < ARRAY_N(YEAR); i++)
		CHECK_OK(add(s, YEAR[i].kind, YEAR[i].name, YEAR[i].from, YEAR[i].to));
	CHECK_OK(year_load(&s->st, s->act.school, s->library));
}

TEST(year, what_the_office_enters_is_the_calendar_of_everything)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		enter(&s);
		const struct calendar *c = library_calendar(s.library);
		CHECK(!calendar_is_school_day(c, uk(2026, 9, 2, 12, 0)) && calendar_is_inset(c, uk(2026, 9, 2, 12, 0)));
		CHECK(calendar_is_school_day(c, uk(2026, 9, 3, 0, 0)) && !calendar_is_school_day(c, uk(2026, 10, 28, 12, 0)));
		CHECK(!calendar_is_school_day(c, uk(2026, 12, 28, 12, 0)));                       /* a Monday between terms */
		CHECK(!calendar_is_school_day(c, uk(2027, 8, 10, 12, 0)));                        /* after the term that ends in July */
		CHECK(calendar_is_school_day(c, uk(2027, 9, 6, 12, 0)));                          /* not entered yet: weekdays count */
		CHECK_INT(calendar_days_on(c, uk(2026, 10, 23, 10, 0), 1), uk(2026, 11, 2, 16, 0));
		CHECK_INT(calendar_next_moment(c, uk(2026, 12, 18, 20, 0)), uk(2027, 1, 5, 8, 30));        /* the 4th is an INSET day */
		CHECK_INT(calendar_next_moment(c, uk(2026, 11, 3, 10, 0)), uk(2026, 11, 3, 10, 0));
		CHECK(str_is(calendar_term_of(c, uk(2027, 5, 3, 12, 0))->name, "Summer") && !calendar_term_of(c, uk(2027, 4, 1, 0, 0)));
		scene_end(&s);
	}
}

TEST(year, impossible_dates_and_overlaps_are_refused_with_sentences)
{
	static const struct { const char *kind, *name, *from, *to, *says; } bad[] = {
		{ "term", "X", "31 June 2027", "1/7/2027", "not a day of the calendar" }, { "holiday", "X", "29 February 2027", "", "not a day of the calendar" },
		{ "term", "X", "1/11/2026", "2/12/2026", "overlaps Autumn" }, { "holiday", "X", "29/10/2026", "2/11/2026", "overlaps October half-term" },
		{ "term", "X", "1/9/2027", "18/6/2027", "before the first day" }, { "term", "X", "1/9/2027", "", "Write the day" },
		{ "term", "X", "1/9/2027", "20/7/2028", "is the year right" }, { "inset", "", "5 September 2026", "", "Saturday" },
		{ "inset", "", "28 October 2026", "", "overlaps October half-term" }, { "holiday", "", "1/7/2027", "", "Say what you call it" },
		{ "term", "X", "1/9/2062", "1/12/2062", "years away" },
	};
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		enter(&s);
		for (size_t i = 0; i < ARRAY_N(bad); i++) {
			AUTO(buf_done) struct buf said = buf_init(20000);
			diag_done(&s.d);
			s.d = diag_init(20);
			CHECK_INT(add(&s, bad[i].kind, bad[i].name, bad[i].from, bad[i].to), ERR_INVALID);
			diag_print(&s.d, &said);
			CHECK(str_find(buf_str(&said), str_z(bad[i].says)) >= 0);
		}
		CHECK_OK(add(&s, "holiday", "Leap day", "29/2/2028", ""));
		scene_end(&s);
	}
}

TEST(year, a_change_counts_at_once_and_one_of_two_editors_is_told)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		AUTO(arena_done) struct arena a = arena_init();
		struct year_day *v;
		size_t n;
		enter(&s);
		CHECK_OK(year_list(&s.st, &a, s.act.school, 0, &v, &n));
		CHECK_INT(n, ARRAY_N(YEAR));
		const struct calendar *before = library_calendar(s.library);
		struct year_in in = { STR("holiday"), STR("October half-term"), STR("19 October 2026"), STR("23 October 2026") };
		CHECK_OK(year_change(&s.st, &s.act, v[2].id, v[2].version, &in, &s.d));
		CHECK_INT(year_change(&s.st, &s.act, v[2].id, v[2].version, &in, &s.d), ERR_STALE);
		CHECK_OK(year_load(&s.st, s.act.school, s.library));
		CHECK(calendar_is_school_day(library_calendar(s.library), uk(2026, 10, 28, 12, 0)) && !calendar_is_school_day(before, uk(2026, 10, 28, 12, 0)));
		CHECK_OK(year_end(&s.st, &s.act, v[2].id));
		CHECK_OK(year_load(&s.st, s.act.school, s.library));
		CHECK(calendar_is_school_day(library_calendar(s.library), uk(2026, 10, 20, 12, 0)));
		scene_end(&s);
	}
}

TEST(year, parts_of_the_year_follow_the_terms)
{
	ON_EACH_ENGINE(fx) {
		struct scene s = scene_of(&fx);
		AUTO(arena_done) struct arena a = arena_init();
		struct calendar plain = calendar_plain();
		CHECK_INT(calendar_season(&plain, uk(2026, 12, 30, 0, 0)).season, SEASON_AUTUMN);
		CHECK_INT(calendar_season(&plain, uk(2027, 1, 5, 0, 0)).season, SEASON_SPRING);
		enter(&s);
		const struct calendar *c = library_calendar(s.library);
		struct season_span autumn = calendar_season(c, uk(2026, 11, 3, 0, 0));
		CHECK(autumn.season == SEASON_AUTUMN && autumn.year == 2026);
		CHECK_INT(autumn.from_utc, uk(2026, 9, 2, 0, 0));
		CHECK_INT(autumn.to_utc, uk(2027, 1, 4, 0, 0));
		CHECK_INT(calendar_half(c, uk(2026, 11, 3, 0, 0)).half, 2);
		CHECK_INT(calendar_half(c, uk(2026, 10, 3, 0, 0)).to_utc, uk(2026, 10, 31, 0, 0));
		CHECK_INT(calendar_last_school_day(c, autumn.from_utc, autumn.to_utc), uk(2026, 12, 18, 0, 0));
		CHECK_INT(calendar_first_inset(c, autumn.from_utc, autumn.to_utc), uk(2026, 9, 2, 0, 0));
		CHECK(str_is(access_review_key(&a, c, uk(2026, 9, 2, 0, 0)), "access-review-2026-autumn"));
		scene_end(&s);
	}
}

TEST(year, safer_internet_day_is_the_tuesday_of_the_second_week_of_february)
{
	static const struct { int year, day; } known[] = { { 2017, 7 }, { 2018, 6 }, { 2019, 5 }, { 2020, 11 }, { 2021, 9 }, { 2022, 8 }, { 2023, 7 }, { 2024, 6 },
		{ 2025, 11 }, { 2026, 10 }, { 2027, 9 } };
	for (size_t i = 0; i < ARRAY_N(known); i++)
		CHECK_INT(calendar_safer_internet_day(known[i].year), uk(known[i].year, 2, known[i].day, 0, 0));
}
