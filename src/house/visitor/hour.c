#include "house/visitor/hour.h"

static bool digits(struct str *s, int most, int *out)
{
	int n = 0;
	*out = 0;
	while (s->n && ascii_digit(s->p[0]) && n++ < most) {
		*out = *out * 10 + (s->p[0] - '0');
		*s = str_from(*s, 1);
	}
	return n > 0 && n <= most;
}

enum err hour_read(struct str s, int *minutes)
{
	int hour, minute = 0;
	s = str_trim(s);
	if (str_ieq(s, STR("noon")) || str_ieq(s, STR("midday"))) {
		*minutes = 12 * 60;
		return OK;
	}
	if (!digits(&s, 2, &hour))
		return ERR_SYNTAX;
	bool bare = true;
	if (s.n && (s.p[0] == ':' || s.p[0] == '.')) {
		s = str_from(s, 1);
		bare = false;
		if (s.n < 2 || !ascii_digit(s.p[1]) || !digits(&s, 2, &minute))
			return ERR_SYNTAX;
	}
	s = str_trim(s);
	bool am = str_ieq(s, STR("am")), pm = str_ieq(s, STR("pm"));
	if ((s.n && !am && !pm) || minute > 59 || hour > 23 || ((am || pm) && (hour < 1 || hour > 12)))
		return ERR_SYNTAX;
	if (pm || am)
		hour = hour % 12 + (pm ? 12 : 0);
	else if (bare && hour >= 1 && hour <= 7)
		hour += 12;
	*minutes = hour * 60 + minute;
	return OK;
}
