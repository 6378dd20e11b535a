#include "house/roll/values.h"

#include "base/time.h"
#include "house/account/people.h"

/* ---- dates ---- */

/* What stands behind a date that is no date: a time of day. */
static struct str without_clock(struct str s)
{
	ptrdiff_t colon = str_chr(s, ':');
	if (colon < 0)
		return s;
	struct str head = str_upto(s, (size_t)colon);
	ptrdiff_t at = str_rchr(head, 'T');
	if (at < 8)
		at = str_rchr(head, ' ');
	return at > 0 ? str_trim(str_upto(s, (size_t)at)) : s;
}

static bool weekday(struct str word)
{
	static const char days[] = "mon tue wed thu fri sat sun";
	char three[4] = { 0 };
	for (size_t i = 0; i < 3 && word.n >= 3; i++)
		three[i] = ascii_lower(word.p[i]);
	return word.n >= 3 && ascii_alpha(three[0]) && ascii_alpha(three[1]) && ascii_alpha(three[2]) && strstr(days, three) && (strstr(days, three) - days) % 4 == 0;
}

static bool ordinal(struct str s, size_t i)
{
	static const char *const ends[] = { "st", "nd", "rd", "th" };
	char two[3] = { ascii_lower(s.p[i]), i + 1 < s.n ? ascii_lower(s.p[i + 1]) : 0, 0 };
	for (size_t k = 0; i > 0 && ascii_digit(s.p[i - 1]) && k < 4; k++)
		if (strcmp(two, ends[k]) == 0 && (i + 2 == s.n || !ascii_alpha(s.p[i + 2])))
			return true;
	return false;
}

/* Words apart by one space, without the day of the week, "9th" as 9, "9-Mar-2017" as words. */
static struct str plain_date(struct str s, char out[40])
{
	size_t n = 0;
	bool words = false;
	for (size_t i = 0; i < s.n; i++)
		words |= ascii_alpha(s.p[i]);
	for (size_t i = 0; i < s.n && n < 39; i++) {
		if (ordinal(s, i))
			i++;
		else if (words && (s.p[i] == '-' || s.p[i] == '/' || s.p[i] == '.' || s.p[i] == ','))
			out[n++] = ' ';
		else
			out[n++] = s.p[i];
	}
	struct str all = str_trim((struct str){ out, n }), rest = all, first;
	return words && str_next(&rest, ' ', &first) && weekday(first) ? str_trim(rest) : all;
}

static bool digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]))
			return false;
	return s.n > 0;
}

enum err roll_day(struct str s, int64_t *out_utc)
{
	char room[40], iso[12];
	s = str_trim(s);
	if (s.n > 39)
		return ERR_SYNTAX;
	s = plain_date(without_clock(s), room);
	if (digits(s) && s.n == 8) {
		snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", s.p, s.p + 4, s.p + 6);
		s = str_z(iso);
	}
	return time_read_date(s, out_utc);
}

enum err roll_date(struct arena *a, struct str s, struct str *out)
{
	int64_t utc;
	TRY(roll_day(s, &utc));
	*out = time_iso_date(a, utc);
	return OK;
}

/* ---- years ---- */

static struct str squeezed(struct str s, char out[32])
{
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < 31; i++)
		if (ascii_alpha(s.p[i]) || ascii_digit(s.p[i]) || s.p[i] == '-')
			out[n++] = ascii_lower(s.p[i]);
	out[n] = 0;
	return (struct str){ out, n };
}

static enum err year_number(struct str s, int *out)
{
	uint64_t v;
	if (!digits(s) || s.n > 2 || str_u64(s, &v) != OK || v > 14)
		return ERR_SYNTAX;
	*out = v > YEAR_LAST ? ROLL_YEAR_ABOVE : (int)v;
	return OK;
}

enum err roll_year(struct str s, int *out)
{
	static const char *const reception[] = { "r", "rec", "reception", "yr", "yearr", "ncyearr", "f2", "fs2", "eyfs2", "eyfs", "kg", "kindergarten", "receptionyear", "yearreception" };
	static const char *const below[] = { "n", "n1", "n2", "nursery", "nursery1", "nursery2", "f1", "fs1", "-1", "-2", "preschool", "pk" };
	static const char *const words[] = { "one", "two", "three", "four", "five", "six" };
	static const char *const heads[] = { "ncyear", "yeargroup", "year", "yr", "nc", "y" };
	char room[32];
	struct str t = squeezed(s, room);
	for (size_t i = 0; i < ARRAY_N(reception); i++)
		if (str_is(t, reception[i])) {
			*out = YEAR_RECEPTION;
			return OK;
		}
	for (size_t i = 0; i < ARRAY_N(below); i++)
		if (str_is(t, below[i])) {
			*out = ROLL_YEAR_BELOW;
			return OK;
		}
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		if (str_starts(t, str_z(heads[i])) && t.n > strlen(heads[i])) {
			t = str_from(t, strlen(heads[i]));
			break;
		}
	for (int i = 0; i < 6; i++)
		if (str_is(t, words[i])) {
			*out = i + 1;
			return OK;
		}
	return year_number(t, out);
}

enum err roll_year_of_class(struct str name, int *out)
{
	struct str rest = str_trim(name), word;
	char room[32];
	if (!str_next(&rest, ' ', &word))
		return ERR_ABSENT;
	if (str_ieq(word, STR("year")) || str_ieq(word, STR("yr"))) {
		struct str second;
		if (str_next(&rest, ' ', &second) && roll_year(second, out) == OK && *out >= 0)
			return OK;
		return ERR_ABSENT;
	}
	struct str t = squeezed(word, room);
	if (t.n > 1 && t.p[0] == 'y' && ascii_digit(t.p[1]))
		t = str_from(t, 1);
	if (t.n && t.n <= 3 && ascii_digit(t.p[0]) && (t.n == 1 || !ascii_digit(t.p[1])))
		return year_number(str_upto(t, 1), out) == OK && *out >= 0 ? OK : ERR_ABSENT;
	if (str_is(t, "reception") || str_is(t, "yr") || str_is(t, "r")) {
		*out = YEAR_RECEPTION;
		return OK;
	}
	return ERR_ABSENT;
}

int roll_year_of_birth(struct str born, int64_t now_utc)
{
	int64_t utc;
	if (roll_day(born, &utc) != OK)
		return YEAR_NONE;
	struct civil b = time_uk(utc), now = time_uk(now_utc);
	int school_born = b.month >= 9 ? b.year : b.year - 1, school_now = now.month >= 9 ? now.year : now.year - 1;
	int year = school_now - school_born - 5;
	return year >= YEAR_RECEPTION && year <= YEAR_LAST ? year : YEAR_NONE;
}

/* ---- the rest ---- */

enum err roll_yes(struct str s, int otherwise, int *out)
{
	static const char *const yes[] = { "y", "yes", "true", "t", "1", "x", "\xe2\x9c\x93" }, *const no[] = { "n", "no", "false", "f", "0", "-", "none" };
	if (s.n == 0) {
		*out = otherwise;
		return OK;
	}
	for (size_t i = 0; i < ARRAY_N(yes); i++)
		if (str_ieq(s, str_z(yes[i]))) {
			*out = 1;
			return OK;
		}
	for (size_t i = 0; i < ARRAY_N(no); i++)
		if (str_ieq(s, str_z(no[i]))) {
			*out = 0;
			return OK;
		}
	return ERR_SYNTAX;
}

bool roll_formula(struct str s)
{
	return s.n > 1 && memchr("=+-@", s.p[0], 4) != NULL;
}

struct str roll_folded(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (str_starts(str_from(s, i), STR("\xe2\x80\x99")) || str_starts(str_from(s, i), STR("\xe2\x80\x98"))) {
			p[n++] = '\'';
			i += 2;
		} else if (str_starts(str_from(s, i), STR("\xe2\x80\x90")) || str_starts(str_from(s, i), STR("\xe2\x80\x93"))) {
			p[n++] = '-';
			i += 2;
		} else if (!ascii_space(s.p[i])) {
			p[n++] = ascii_lower(s.p[i]);
		} else if (n && p[n - 1] != ' ') {
			p[n++] = ' ';
		}
	}
	while (n && p[n - 1] == ' ')
		n--;
	return (struct str){ p, n };
}
