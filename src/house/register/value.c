/* Values of fields: read as people write them, kept in one form, checked, shown. */
#include "base/mem.h"
#include "base/time.h"
#include "house/register/register.h"

enum { MONEY_MAX_DIGITS = 12 };

bool field_is_number(const struct field *f)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LONGTEXT:
	case FIELD_CHOICE:
	case FIELD_CHOICES:
	case FIELD_URL:
	case FIELD_EMAIL:
	case FIELD_PERSONS: return false;
	default: return true;
	}
}

/* "1234.5" in pence. */
static enum err pence(struct str s, int64_t *out)
{
	ptrdiff_t dot = str_chr(s, '.');
	struct str whole = dot < 0 ? s : str_upto(s, (size_t)dot), part = dot < 0 ? STR("") : str_from(s, (size_t)dot + 1);
	uint64_t pounds, p = 0;
	if (whole.n > MONEY_MAX_DIGITS || str_u64(whole, &pounds) != OK || part.n > 2 || (dot >= 0 && !part.n) || (part.n && str_u64(part, &p) != OK))
		return ERR_SYNTAX;
	*out = (int64_t)(pounds * 100 + (part.n == 1 ? p * 10 : p));
	return OK;
}

enum err field_number(const struct field *f, struct str value, int64_t *out)
{
	switch (f->type) {
	case FIELD_DATE: return time_read_date(value, out);
	case FIELD_TIME: return time_read_iso(value, out);
	case FIELD_MONEY: return pence(value, out);
	case FIELD_BOOL:
		*out = str_is(value, "yes");
		return *out || str_is(value, "no") ? OK : ERR_SYNTAX;
	case FIELD_PERSON:
	case FIELD_CLASS:
	case FIELD_ENTRY: {
		TRY(str_i64(value, out));
		return *out > 0 || (*out == 0 && field_is_document(f)) ? OK : ERR_SYNTAX;
	}
	default: return str_i64(value, out);
	}
}

/* ---- dates that cannot be ---- */

static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" };

/* "31/6/2026" and "31 June 2026" in numbers; false: not of such a form. */
static bool day_month(struct str s, uint64_t *day, uint64_t *month, uint64_t *year)
{
	struct str p[3] = { 0 };
	char sep = str_chr(s, '/') > 0 ? '/' : str_chr(s, '.') > 0 ? '.' : str_chr(s, '-') > 0 ? '-' : ' ';
	for (size_t n = 0; n < 3; n++)
		if (!str_next(&s, sep, &p[n]))
			return false;
	bool iso = sep == '-' && p[0].n == 4;
	if (s.n || str_u64(p[iso ? 2 : 0], day) != OK || str_u64(p[iso ? 0 : 2], year) != OK)
		return false;
	*year += p[2].n == 2 && !iso ? 2000 : 0;
	*month = 0;
	for (size_t i = 0; i < ARRAY_N(months); i++)
		if (p[1].n >= 3 && p[1].n <= strlen(months[i]) && str_ieq(p[1], (struct str){ months[i], p[1].n }))
			*month = i + 1;
	return *month || str_u64(p[1], month) == OK;
}

static bool leap(uint64_t y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; }

static enum err date_wrong(const struct field *f, struct str value, struct diag *d)
{
	static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t day, month, year;
	if (!day_month(value, &day, &month, &year) || !day)
		return diag_fail(d, f->name, 0, "%.*s must be a date, such as 21 November 2026 or 21/11/2026.", STRF(f->label));
	if (month < 1 || month > 12)
		return diag_fail(d, f->name, 0, "%.*s: there is no month %u. Write the day first, then the month.", STRF(f->label), (unsigned)month);
	if (month == 2 && day == 29 && !leap(year))
		return diag_fail(d, f->name, 0, "%.*s: %u is not a leap year, so its February has 28 days.", STRF(f->label), (unsigned)year);
	if (day > days[month - 1])
		return diag_fail(d, f->name, 0, "%.*s: %s has %u days.", STRF(f->label), months[month - 1], days[month - 1]);
	return diag_fail(d, f->name, 0, "%.*s: write the year with four digits, such as 2026.", STRF(f->label));
}

/* ---- checking ---- */

static const char *how_written(const struct field *f)
{
	switch (f->type) {
	case FIELD_TIME: return "a day and time, such as 2026-11-21 09:05";
	case FIELD_BOOL: return "yes or no";
	case FIELD_PERSON: return "somebody of the school";
	case FIELD_CLASS:
	case FIELD_ENTRY: return "one of the list";
	case FIELD_MONEY: return "an amount in pounds, such as 12.50";
	default: return "a whole number";
	}
}

static bool is_choice(const struct field *f, struct str value)
{
	for (size_t i = 0; i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, value))
			return true;
	return false;
}

static bool all_fit(const struct field *f, struct str several)
{
	int64_t id;
	for (struct str w; str_next(&several, ' ', &w);)
		if (w.n && !(f->type == FIELD_CHOICES ? is_choice(f, w) : str_i64(w, &id) == OK && id > 0))
			return false;
	return true;
}

static bool is_url(struct str s)
{
	struct str host = str_from(s, str_starts(s, STR("https://")) ? 8 : 7);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || strchr("\"<>\\^`{|}", s.p[i]))
			return false;
	return (str_starts(s, STR("https://")) || str_starts(s, STR("http://"))) && str_chr(host, '.') > 0;
}

static bool is_email(struct str s)
{
	ptrdiff_t at = str_chr(s, '@');
	struct str host = at > 0 ? str_from(s, (size_t)at + 1) : STR_NONE;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || strchr(",;<>()[]\\\"", s.p[i]))
			return false;
	return at > 0 && str_chr(host, '@') < 0 && str_chr(host, '.') > 0 && !str_ends(host, STR("."));
}

enum err field_check(const struct field *f, struct str value, struct diag *d)
{
	int64_t n;
	if (value.n > f->max_bytes)
		return diag_fail(d, f->name, 0, "%.*s must be %zu characters or fewer.", STRF(f->label), f->max_bytes);
	if (!str_utf8(value))
		return diag_fail(d, f->name, 0, "%.*s holds characters that cannot be kept.", STRF(f->label));
	if (f->type == FIELD_CHOICE ? !is_choice(f, value) : f->type == FIELD_CHOICES && !all_fit(f, value))
		return diag_fail(d, f->name, 0, "%.*s: choose one of the answers.", STRF(f->label));
	if (f->type == FIELD_PERSONS && !all_fit(f, value))
		return diag_fail(d, f->name, 0, "%.*s must be people of the school, one a line.", STRF(f->label));
	if (f->type == FIELD_URL && !is_url(value))
		return diag_fail(d, f->name, 0, "%.*s must be an address, such as https://www.example.org.", STRF(f->label));
	if (f->type == FIELD_EMAIL && !is_email(value))
		return diag_fail(d, f->name, 0, "%.*s must be an email address, such as office@school.example.", STRF(f->label));
	if (field_is_number(f) && field_number(f, value, &n) != OK)
		return f->type == FIELD_DATE ? date_wrong(f, value, d) : diag_fail(d, f->name, 0, "%.*s must be %s.", STRF(f->label), how_written(f));
	return OK;
}

/* ---- as it is kept ---- */

/* Without a weekday in front ("Sat", "Tuesday,"), "of", and the letters after a day ("3rd"). */
static struct str plain_date(struct arena *a, struct str s)
{
	AUTO(buf_done) struct buf b = buf_init(100);
	for (struct str w; str_next(&s, ' ', &w);) {
		while (w.n && w.p[w.n - 1] == ',')
			w.n--;
		bool day_name = w.n >= 3 && !b.n && ascii_alpha(w.p[0]), filler = str_ieq(w, STR("of")) || str_ieq(w, STR("the"));
		if (!w.n || day_name || filler)
			continue;
		if (w.n >= 3 && w.n <= 4 && ascii_digit(w.p[0]) && ascii_digit(w.p[w.n - 3]) && ascii_alpha(w.p[w.n - 1]) && ascii_alpha(w.p[w.n - 2]))
			w.n -= 2;
		buf_fmt(&b, "%s%.*s", b.n ? " " : "", STRF(w));
	}
	return arena_str(a, buf_str(&b));
}

static struct str clean_date(struct arena *a, struct str s)
{
	int64_t at;
	struct str p = plain_date(a, s);
	return time_read_date(s, &at) == OK || time_read_date(p, &at) == OK ? time_iso_date(a, at) : p.n ? p : s;
}

/* Without what people put between and before digits. */
static struct str digits(struct arena *a, struct str s, bool money)
{
	AUTO(buf_done) struct buf b = buf_init(200);
	int64_t n;
	for (size_t i = 0; i < s.n; i++)
		if (money && (unsigned char)s.p[i] == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] == 0xa3)
			i++;                   /* the pound sign */
		else if (s.p[i] != ',' && s.p[i] != ' ')
			buf_byte(&b, s.p[i]);
	struct str plain = buf_str(&b);
	if (money && pence(plain, &n) == OK)
		return arena_fmt(a, "%lld.%02lld", (long long)(n / 100), (long long)(n % 100));
	return !money && str_i64(plain, &n) == OK ? arena_fmt(a, "%lld", (long long)n) : s;
}

static struct str clean_bool(struct str s)
{
	static const char *const yes[] = { "yes", "y", "true", "1", "on" }, *const no[] = { "no", "n", "false", "0", "off" };
	for (size_t i = 0; i < ARRAY_N(yes); i++) {
		if (str_ieq(s, str_z(yes[i])))
			return STR("yes");
		if (str_ieq(s, str_z(no[i])))
			return STR("no");
	}
	return s;
}

static struct str clean_choice(const struct field *f, struct str s)
{
	for (size_t i = 0; i < f->n_choices; i++)
		if (str_ieq(s, f->choices[i].value) || str_ieq(s, f->choices[i].label))
			return f->choices[i].value;
	return s;
}

static bool among(const struct field *f, struct str typed, const struct field_choice *c)
{
	struct str lines = typed, words = typed;
	for (struct str l; str_next(&lines, ';', &l);)
		if (str_eq(clean_choice(f, str_trim(l)), c->value))
			return true;
	for (struct str w; str_next(&words, ' ', &w);)
		if (str_eq(w, c->value))
			return true;
	return false;
}

/* In the file's order; anything that is no choice of it leaves the text as it was, to be refused. */
static struct str clean_choices(struct arena *a, const struct field *f, struct str typed)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	for (struct str rest = typed, l; str_next(&rest, ';', &l);)
		if (str_trim(l).n && !is_choice(f, clean_choice(f, str_trim(l))) && !all_fit(f, str_trim(l)))
			return typed;
	for (size_t i = 0; i < f->n_choices; i++)
		if (among(f, typed, &f->choices[i]))
			buf_fmt(&b, "%s%.*s", b.n ? " " : "", STRF(f->choices[i].value));
	return arena_str(a, buf_str(&b));
}

static struct str clean_url(struct arena *a, struct str s)
{
	return str_find(s, STR("://")) < 0 && str_chr(s, '.') > 0 ? arena_fmt(a, "https://%.*s", STRF(s)) : s;
}

static struct str clean_time(struct arena *a, struct str s)
{
	int64_t at;
	return time_read_iso(s, &at) == OK ? time_iso(a, at) : s;
}

struct str field_clean(struct arena *a, const struct field *f, struct str typed)
{
	struct str s = str_trim(typed);
	if (!s.n || !str_utf8(s) || s.n > f->max_bytes)
		return s.n ? s : STR_NONE;
	switch (f->type) {
	case FIELD_DATE: return clean_date(a, s);
	case FIELD_TIME: return clean_time(a, s);
	case FIELD_INT: return digits(a, s, false);
	case FIELD_MONEY: return digits(a, s, true);
	case FIELD_BOOL: return clean_bool(s);
	case FIELD_CHOICE: return clean_choice(f, s);
	case FIELD_CHOICES: return clean_choices(a, f, s);
	case FIELD_URL: return clean_url(a, s);
	default: return s;
	}
}

/* ---- as people read it ---- */

static struct str label_of(const struct field *f, struct str value)
{
	for (size_t i = 0; i < f->n_choices; i++)
		if (str_eq(value, f->choices[i].value))
			return f->choices[i].label;
	return value;
}

static struct str labels_of(struct arena *a, const struct field *f, struct str several)
{
	AUTO(buf_done) struct buf b = buf_init(20000);
	for (struct str w; str_next(&several, ' ', &w);)
		buf_fmt(&b, "%s%.*s", b.n ? "; " : "", STRF(label_of(f, w)));
	return arena_str(a, buf_str(&b));
}

struct str field_show(struct arena *a, const struct field *f, struct str value)
{
	int64_t n;
	if (!value.n || (field_is_number(f) && field_number(f, value, &n) != OK))
		return value;
	switch (f->type) {
	case FIELD_DATE: return time_date_words(a, n);
	case FIELD_TIME: return time_words(a, n);
	case FIELD_BOOL: return n ? STR("Yes") : STR("No");
	case FIELD_MONEY: return arena_fmt(a, "\xc2\xa3%lld.%02lld", (long long)(n / 100), (long long)(n % 100));
	case FIELD_CHOICE: return label_of(f, value);
	case FIELD_CHOICES: return labels_of(a, f, value);
	default: return f->unit.n ? arena_fmt(a, "%.*s %.*s", STRF(value), STRF(f->unit)) : value;
	}
}
