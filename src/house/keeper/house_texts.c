#include "house/keeper/house_texts.h"

#include "base/mem.h"

enum { TEXT_MAX = 200, DAY = 86400, CALENDAR_TERMS_GIVEN = 200 };

/* One line: whatever would end it becomes a space. */
static void pair(struct buf *b, const char *block, const char *key, struct str value)
{
	buf_fmt(b, "\n[text %s]\n%s = ", block, key);
	for (size_t i = 0; i < value.n && i < TEXT_MAX; i++)
		buf_byte(b, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
	buf_byte(b, '\n');
}

static void clock_words(struct buf *b, int minute)
{
	int h = minute / 60, m = minute % 60;
	buf_fmt(b, m ? "%d:%02d%s" : "%d%.0d%s", h > 12 ? h - 12 : h, m, h < 12 ? "am" : "pm");
}

static bool is_short(const struct calendar *c, size_t k) { return c->closed[k].to_utc - c->closed[k].from_utc <= 2 * DAY; }

/* Terms without the holidays inside them, and without INSET days and short closures: for groups whose internet is open in term only. */
static void term(struct buf *b, const struct calendar *c, int *n, int64_t from, int64_t to)
{
	AUTO(arena_done) struct arena a = arena_init();
	if (from >= to || *n >= CALENDAR_TERMS_GIVEN)
		return;
	buf_fmt(b, "\n[term school-%d]\nfrom = %.*s\nto = %.*s\n", ++*n, STRF(time_iso_date(&a, from)), STRF(time_iso_date(&a, to - DAY / 2)));
	int64_t last = 0;
	for (size_t k = 0; k < c->n_closed; k++)
		for (int64_t day = c->closed[k].from_utc; is_short(c, k) && day + DAY / 2 < c->closed[k].to_utc; day += DAY) {
			if (day >= from && day < to && day > last)
				buf_fmt(b, "except = %.*s\n", STRF(time_iso_date(&a, day + DAY / 2)));
			last = day > last ? day : last;
		}
}

static void terms(struct buf *b, const struct calendar *c)
{
	int n = 0;
	for (size_t i = 0; i < c->n_terms; i++) {
		int64_t at = c->terms[i].from_utc, end = c->terms[i].to_utc;
		for (size_t k = 0; k < c->n_closed; k++)           /* by day */
			if (c->closed[k].from_utc >= at && c->closed[k].to_utc < end && c->closed[k].to_utc - c->closed[k].from_utc > 2 * DAY) {
				term(b, c, &n, at, c->closed[k].from_utc);
				at = c->closed[k].to_utc;
			}
		term(b, c, &n, at, end);
	}
}

static void span(struct buf *b, const char *days, int from, int to)
{
	if (from < to)
		buf_fmt(b, "hours = %s %02d:%02d-%02d:%02d\n", days, from / 60, from % 60, to / 60, to % 60);
}

/* When pupils' own devices have a network: not on the weekdays of the school in its hours (9.3-08). */
static void own_devices(struct buf *b, const struct calendar *c)
{
	static const char *const names[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
	buf_z(b, "\n[group own-devices]\nhours = always\n");
	for (int i = 0; i < 7; i++) {
		bool school = c->weekdays >> i & 1;
		span(b, names[i], 0, school ? c->open_minute : DAY / 60);
		if (school)
			span(b, names[i], c->close_minute, DAY / 60);
	}
}

void house_texts(struct buf *out, const struct house_texts *in)
{
	AUTO(buf_done) struct buf hours = buf_init(TEXT_MAX);
	pair(out, "log", "named", in->named ? STR("yes") : STR("no"));
	if (in->school_name.n)
		pair(out, "school", "name", in->school_name);
	if (in->portal_url.n)
		pair(out, "portal", "url", in->portal_url);
	if (!in->calendar)
		return;
	terms(out, in->calendar);
	own_devices(out, in->calendar);
	buf_z(&hours, "between ");
	clock_words(&hours, in->calendar->open_minute);
	buf_z(&hours, " and ");
	clock_words(&hours, in->calendar->close_minute);
	buf_z(&hours, " on school days");
	pair(out, "tell", "hours", buf_str(&hours));
}
