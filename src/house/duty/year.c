#include "house/duty/year.h"

#include "base/clock.h"
#include "base/mem.h"

static const char *const REG = "school-day";
enum { DAY = 86400, TERM_DAYS_MAX = 140, HOLIDAY_DAYS_MAX = 70, YEARS_ON = 5 };

static struct entry_may may_of(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }
static int64_t after(int64_t midnight) { return time_uk_midnight(midnight + DAY + DAY / 2); }

static struct year_day read_day(const struct entry *e)
{
	struct year_day d = { .id = e->id, .version = e->version, .kind = entry_value(e, "kind"), .name = entry_value(e, "name") };
	(void)time_read_date(entry_value(e, "from"), &d.from_utc);        /* checked when it was written */
	(void)time_read_date(entry_value(e, "to"), &d.to_utc);
	d.to_utc = after(d.to_utc);
	return d;
}

enum err year_list(struct store *st, struct arena *a, int64_t school, int64_t since, struct year_day **out, size_t *n)
{
	struct entry_may may = may_of(school);
	struct entry_query q = { .reg = REG, .states = { "current" }, .order_by = "from", .ascending = true, .limit = YEAR_DAYS_MAX };
	struct entry_page page;
	if (since)
		q.where[q.n_where++] = (struct entry_where){ "to", ENTRY_FROM, time_uk_midnight(since), STR_NONE };
	TRY(entry_list(st, a, &may, &q, &page));
	struct year_day *v = arena_array(a, struct year_day, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		v[i] = read_day(&page.entries[i]);
	*out = v;
	*n = page.n;
	return OK;
}

/* ---- checks ---- */

static bool date(struct str typed, const char *field, struct diag *d, int64_t *out)
{
	if (!typed.n)
		diag_add(d, DIAG_ERROR, str_z(field), 0, "Write the day, such as 3 September 2026.");
	else if (time_read_date(typed, out) != OK)
		diag_add(d, DIAG_ERROR, str_z(field), 0, "\"%.*s\" is not a day of the calendar. Write it as 3 September 2026 or 3/9/2026.", STRF(str_upto(typed, 40)));
	else
		return true;
	return false;
}

static void check_length(const struct year_day *y, struct diag *d)
{
	long days = (long)((y->to_utc - y->from_utc + DAY / 2) / DAY);
	bool term = str_is(y->kind, "term"), inset = str_is(y->kind, "inset");
	if (term && days > TERM_DAYS_MAX)
		diag_add(d, DIAG_ERROR, STR("to"), 0, "This term would last %ld days. A term has at most %d: is the year right?", days, TERM_DAYS_MAX);
	if (!term && days > HOLIDAY_DAYS_MAX)
		diag_add(d, DIAG_ERROR, STR("to"), 0, "This would last %ld days; at most %d can be entered: is the year right?", days, HOLIDAY_DAYS_MAX);
	for (int64_t at = y->from_utc; inset && at < y->to_utc; at = after(at))
		if (time_uk(at).weekday > 4) {
			diag_add(d, DIAG_ERROR, STR("from"), 0, "%s is a weekend day. An INSET day is a day on which staff work.", time_uk(at).weekday == 5 ? "Saturday" : "Sunday");
			return;
		}
}

static bool meets(const struct year_day *a, const struct year_day *b) { return a->from_utc < b->to_utc && b->from_utc < a->to_utc; }

/* Terms overlap no terms; days without school overlap nothing but terms. */
static bool clash(const struct year_day *a, const struct year_day *b)
{
	bool a_term = str_is(a->kind, "term"), b_term = str_is(b->kind, "term");
	return a->id != b->id && a_term == b_term && meets(a, b);
}

static enum err check_others(struct store *st, struct arena *a, int64_t school, const struct year_day *y, struct diag *d)
{
	struct year_day *v;
	size_t n;
	TRY(year_list(st, a, school, 0, &v, &n));
	if (n >= YEAR_DAYS_MAX && !y->id)
		diag_add(d, DIAG_ERROR, STR("name"), 0, "There are %d days and terms already. Take out old ones first.", YEAR_DAYS_MAX);
	for (size_t i = 0; i < n; i++)
		if (clash(y, &v[i])) {
			diag_add(d, DIAG_ERROR, STR("from"), 0, "This overlaps %.*s, %.*s to %.*s. Change one of them.", STRF(v[i].name),
			         STRF(time_date_words(a, v[i].from_utc)), STRF(time_date_words(a, v[i].to_utc - DAY / 2)));
			return OK;
		}
	return OK;
}

static struct str name_of(const struct year_in *in)
{
	struct str name = str_trim(in->name);
	if (name.n)
		return name;
	return str_is(in->kind, "inset") ? STR("INSET day") : str_is(in->kind, "closed") ? STR("School closed") : name;
}

static enum err check(struct store *st, struct arena *a, int64_t school, int64_t id, const struct year_in *in, struct diag *d, struct year_day *y)
{
	size_t before = d->errors;
	*y = (struct year_day){ .id = id, .kind = in->kind, .name = name_of(in) };
	int64_t last = 0, far = clock_utc() + (int64_t)YEARS_ON * 366 * DAY;
	bool from = date(in->from, "from", d, &y->from_utc), to = from;
	if (in->to.n)
		to = date(in->to, "to", d, &last);
	else if (str_is(in->kind, "term") && from)
		to = date(in->to, "to", d, &last);
	else
		last = y->from_utc;
	if (!y->name.n)
		diag_add(d, DIAG_ERROR, STR("name"), 0, "Say what you call it, such as Autumn term or Half-term.");
	if (from && to) {
		y->to_utc = after(last);
		if (last < y->from_utc)
			diag_add(d, DIAG_ERROR, STR("to"), 0, "The last day is before the first day.");
		else if (last > far || y->from_utc < clock_utc() - (int64_t)YEARS_ON * 366 * DAY)
			diag_add(d, DIAG_ERROR, STR("from"), 0, "That is more than %d years away: is the year right?", YEARS_ON);
		else
			check_length(y, d);
		if (d->errors == before)
			TRY(check_others(st, a, school, y, d));
	}
	return d->errors > before ? ERR_INVALID : OK;
}

/* ---- writing ---- */

static struct entry_in entry_of(struct arena *a, const struct year_day *y, struct entry_field f[4])
{
	f[0] = (struct entry_field){ STR("kind"), y->kind };
	f[1] = (struct entry_field){ STR("name"), y->name };
	f[2] = (struct entry_field){ STR("from"), time_iso_date(a, y->from_utc) };
	f[3] = (struct entry_field){ STR("to"), time_iso_date(a, y->to_utc - DAY / 2) };
	return (struct entry_in){ .reg = REG, .fields = f, .n_fields = 4 };
}

enum err year_add(struct store *st, const struct act *act, const struct year_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_field f[4];
	struct year_day y;
	TRY(check(st, &a, act->school, 0, in, d, &y));
	struct entry_in e = entry_of(&a, &y, f);
	return entry_create(st, act, &e, d, id);
}

enum err year_change(struct store *st, const struct act *act, int64_t id, int64_t seen, const struct year_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = may_of(act->school);
	struct entry_field f[4];
	struct year_day y;
	struct entry was;
	TRY(entry_get(st, &a, &may, id, 0, &was));
	if (!str_is(was.reg, REG) || !str_is(was.state, "current"))
		return ERR_ABSENT;
	TRY(check(st, &a, act->school, id, in, d, &y));
	struct entry_in e = entry_of(&a, &y, f);
	return entry_update(st, act, &may, id, seen, &e, d);
}

enum err year_end(struct store *st, const struct act *act, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = may_of(act->school);
	struct entry was;
	TRY(entry_get(st, &a, &may, id, 0, &was));
	if (!str_is(was.reg, REG))
		return ERR_ABSENT;
	if (!str_is(was.state, "current"))
		return OK;
	struct entry_in e = { .reg = REG, .state = "ended" };
	return entry_update(st, act, &may, id, was.version, &e, NULL);
}

/* ---- the calendar ---- */

enum err year_load(struct store *st, int64_t school, const struct library *l)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct year_day *v;
	size_t n;
	TRY(year_list(st, &a, school, 0, &v, &n));
	struct school_term *terms = arena_array(&a, struct school_term, n + 1);
	struct day_range *closed = arena_array(&a, struct day_range, n + 1), *inset = arena_array(&a, struct day_range, n + 1);
	struct calendar c = { .terms = terms, .closed = closed, .inset = inset };
	for (size_t i = 0; i < n; i++) {
		struct day_range r = { v[i].from_utc, v[i].to_utc };
		if (str_is(v[i].kind, "term")) {
			terms[c.n_terms++] = (struct school_term){ r.from_utc, r.to_utc, v[i].name };
			continue;
		}
		closed[c.n_closed++] = r;
		if (str_is(v[i].kind, "inset"))
			inset[c.n_inset++] = r;
	}
	library_calendar_take(l, &c);
	return OK;
}
