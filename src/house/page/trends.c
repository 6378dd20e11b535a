/* Concerns counted: for the lead by any dates, for governors by parts of the school year and without small numbers. */
#include "base/clock.h"
#include "base/time.h"
#include "house/page/desk.h"
#include "house/page/form.h"
#include "house/record/trends.h"
#include "house/web/table.h"

enum { DAY_S = 86400, DEFAULT_DAYS = 90, BAR_MAX = 590, BACK_MAX = 40 };

struct asked { int64_t from_utc, upto_utc; struct str from, upto; bool governor; };

static struct str number(struct page_ctx *c, int64_t n)
{
	return n == TREND_HIDDEN ? STR("*") : arena_fmt(c->arena, "%lld", (long long)n);
}

static struct str date_words(struct arena *a, int64_t utc)
{
	struct str s = time_words(a, utc);
	ptrdiff_t at = str_find(s, STR(" at "));
	return at < 0 ? s : str_upto(s, (size_t)at);
}

static struct str days(struct page_ctx *c, int64_t from, int64_t upto)
{
	return arena_fmt(c->arena, "%.*s to %.*s", STRF(date_words(c->arena, from)), STRF(date_words(c->arena, upto - 1)));
}

static int64_t most(const struct trend *t)
{
	int64_t n = 1;
	for (size_t i = 0; i < t->n; i++) {
		n = t->rows[i].n > n ? t->rows[i].n : n;
		n = t->rows[i].before > n ? t->rows[i].before : n;
	}
	return n;
}

static int64_t wide(int64_t n, int64_t of) { return n == TREND_HIDDEN ? 0 : n * BAR_MAX / of; }

static void put_rows(struct page_ctx *c, const struct trend *t, struct view_trends_tables *out)
{
	struct view_trends_tables_rows *rows = arena_array(c->arena, struct view_trends_tables_rows, t->n + 1);
	int64_t of = most(t);
	for (size_t i = 0; i < t->n; i++)
		rows[i] = (struct view_trends_tables_rows){ .word = t->rows[i].word, .n = number(c, t->rows[i].n), .before = number(c, t->rows[i].before),
			.rising = t->rows[i].rising, .w = wide(t->rows[i].n, of), .w2 = wide(t->rows[i].before, of) };
	out->rows = rows;
	out->n_rows = t->n;
}

static const struct view_trends_tables *tables(struct page_ctx *c, const struct trends *t, bool governor)
{
	struct view_trends_tables *v = arena_array(c->arena, struct view_trends_tables, TREND_BY);
	for (size_t i = 0; i < TREND_BY; i++) {
		const struct trend *one = &t->by[i];
		v[i] = (struct view_trends_tables){ .title = one->title };
		put_rows(c, one, &v[i]);
		if (one->hidden)
			v[i].none = page_text(i == TREND_PLACE && governor ? TEXT_trends_places_hidden : TEXT_trends_hidden);
		else if (!one->n)
			v[i].none = page_text(TEXT_trends_none);
	}
	return v;
}

static enum err sheet(struct page_ctx *c, const struct trends *t, const struct asked *k)
{
	csv_begin(c, k->governor ? "concerns-for-governors.csv" : "trends.csv");
	csv_cell(c, days(c, k->from_utc, k->upto_utc));
	csv_cell(c, STR("All"));
	csv_cell(c, number(c, t->total));
	csv_cell(c, number(c, t->before));
	csv_row(c);
	for (size_t b = 0; b < TREND_BY; b++)
		for (size_t i = 0; !t->by[b].hidden && i < t->by[b].n; i++) {
			csv_cell(c, t->by[b].title);
			csv_cell(c, t->by[b].rows[i].word);
			csv_cell(c, number(c, t->by[b].rows[i].n));
			csv_cell(c, number(c, t->by[b].rows[i].before));
			csv_row(c);
		}
	return csv_end(c);
}

static struct part_input date(struct page_ctx *c, const char *name, enum text_key label, struct str value)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .hint = page_text(TEXT_trends_date_hint), .value = value,
		.error = page_wrong_text(c, name), .width = STR("20") };
}

static enum err show(struct page_ctx *c, const struct trends *t, const struct asked *k, struct str earlier, struct str later)
{
	if (page_query_int(c, "csv", 0, 0, 1))
		return sheet(c, t, k);
	return page_show(c, trends, k->governor ? "Concerns, for governors" : "Trends", .errors = page_errors(c), .governor = k->governor, .csv = table_csv_href(c),
		.from = date(c, "from", TEXT_trends_from, k->from), .upto = date(c, "upto", TEXT_trends_upto, k->upto), .span = days(c, k->from_utc, k->upto_utc),
		.before = days(c, 2 * k->from_utc - k->upto_utc, k->from_utc), .total = number(c, t->total), .total_before = number(c, t->before),
		.note = k->governor ? page_text(TEXT_trends_few) : STR_NONE, .earlier = earlier, .later = later,
		.tables = tables(c, t, k->governor), .n_tables = TREND_BY);
}

/* ---- the lead: any dates ---- */

static int64_t day_of(struct page_ctx *c, const char *name, int64_t otherwise)
{
	struct str s = page_query(c, name);
	int64_t t;
	if (!s.n)
		return otherwise;
	if (time_read_date(s, &t) == OK)
		return time_uk_midnight(t + DAY_S / 2);
	page_wrong(c, name, "Write a date, for example 1 September 2026.");
	return otherwise;
}

static struct asked asked_of(struct page_ctx *c)
{
	int64_t today = time_uk_midnight(clock_utc());
	struct asked k = { .from_utc = day_of(c, "from", today - DEFAULT_DAYS * (int64_t)DAY_S) };
	int64_t last = day_of(c, "upto", today);
	k.upto_utc = last + DAY_S;
	if (!page_is_wrong(c) && (last < k.from_utc || k.upto_utc - k.from_utc > (int64_t)TREND_DAYS_MAX * DAY_S))
		page_wrong(c, "from", "Choose at most two years, with the first day before the last.");
	if (page_is_wrong(c))
		k.from_utc = (k.upto_utc = today + DAY_S) - DEFAULT_DAYS * (int64_t)DAY_S;
	k.from = page_query(c, "from").n ? page_query(c, "from") : date_words(c->arena, k.from_utc);
	k.upto = page_query(c, "upto").n ? page_query(c, "upto") : date_words(c->arena, k.upto_utc - 1);
	return k;
}

enum err trends_show(struct page_ctx *c)
{
	struct desk_view v;
	struct trends t;
	struct asked k = asked_of(c);
	TRY(page_desk(c, &v));
	if (!(v.may.classes & ENTRY_BIT(ENTRY_CHILD)))
		return ERR_FORBIDDEN;
	TRY(record_trends(&v.desk, c->arena, &v.may, k.from_utc, k.upto_utc, &t));
	return show(c, &t, &k, STR_NONE, STR_NONE);
}

/* ---- governors: whole parts of the school year only, so that two reports cannot be taken from each other ---- */

static struct asked season_asked(const struct calendar *k, int64_t back)
{
	struct season_span s = calendar_season(k, clock_utc());
	for (; back > 0; back--)
		s = calendar_season(k, s.from_utc - 1);
	return (struct asked){ .from_utc = s.from_utc, .upto_utc = s.to_utc, .governor = true };
}

enum err governor_counts(struct page_ctx *c)
{
	struct desk_view v;
	struct trends t;
	int64_t back = page_query_int(c, "back", 0, 0, BACK_MAX);
	TRY(page_desk(c, &v));
	struct asked k = season_asked(library_calendar(v.desk.library), back);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_CHILD) };
	TRY(record_trends(&v.desk, c->arena, &may, k.from_utc, k.upto_utc, &t));
	trends_suppress(&t, TREND_SMALL);
	return show(c, &t, &k, arena_fmt(c->arena, "/governors/counts?back=%lld", (long long)back + 1),
		back ? arena_fmt(c->arena, "/governors/counts?back=%lld", (long long)back - 1) : STR_NONE);
}
