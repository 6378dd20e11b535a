/* values.h - what stands in a cell: a date of birth, a year of school, yes or no,
 * a name to compare.  As UK school offices write them.  Pure. */
#pragma once
#include "base/arena.h"

enum { ROLL_YEAR_BELOW = -2, ROLL_YEAR_ABOVE = -3 };      /* nursery; secondary.  Else YEAR_NONE or 0 to 6 */

/* 09/03/2017, 9.3.17, 9 March 2017, 9-Mar-2017, 9th Mar 17, Thu 9 March 2017, 2017-03-09, 20170309, each with a time behind it or
 * without: "2017-03-09".  A month above 12 (American order) and the bare number of a spreadsheet are refused. */
enum err roll_date(struct arena *a, struct str s, struct str *out);
/* The same as the beginning of that day in the UK. */
enum err roll_day(struct str s, int64_t *out_utc);
/* Reception, R, YR, F2, Year 4, Y4, 04, Yr 4, NC Year 4; ERR_SYNTAX: none of these. */
enum err roll_year(struct str s, int *out);
/* The year that a name of a class begins with: 4E, Y4 Elm, RB, Year 4 (Elm); ERR_ABSENT: it says none. */
enum err roll_year_of_class(struct str name, int *out);
/* The year of a child of that date of birth in the school year that holds `now_utc` (England: by 31 August). */
int roll_year_of_birth(struct str born, int64_t now_utc);
/* y yes true 1 x / n no false 0 -; "" is `otherwise`. */
enum err roll_yes(struct str s, int otherwise, int *out);
/* Begins with a sign that a spreadsheet would run: = + - @.  A dash alone is none. */
bool roll_formula(struct str s);
/* For comparing: small ASCII letters, one space between words, plain apostrophes and dashes. */
struct str roll_folded(struct arena *a, struct str s);
