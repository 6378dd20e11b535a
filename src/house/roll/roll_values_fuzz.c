#include "house/roll/values.h"

#include "base/fuzz.h"
#include "base/mem.h"
#include "house/account/people.h"

FUZZ(roll_values, bytes)                /* a date that was read is read again as itself; years stay in their range */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str date, again;
	int year, yes;
	if (roll_date(&a, bytes, &date) == OK)
		FUZZ_CHECK(roll_date(&a, date, &again) == OK && str_eq(date, again));
	if (roll_year(bytes, &year) == OK)
		FUZZ_CHECK(year >= ROLL_YEAR_ABOVE && year <= YEAR_LAST && year != YEAR_NONE);
	if (roll_year_of_class(bytes, &year) == OK)
		FUZZ_CHECK(year >= YEAR_RECEPTION && year <= YEAR_LAST);
	if (roll_yes(bytes, -1, &yes) == OK)
		FUZZ_CHECK(yes >= -1 && yes <= 1);
	FUZZ_CHECK(str_eq(roll_folded(&a, bytes), roll_folded(&a, roll_folded(&a, bytes))));
}
