#include "house/record/trends.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/record/inside.h"
#include "house/store/words.h"

enum { ROWS_MAX = 60, DAY_S = 86400 };

struct counting {
	const struct desk *k;
	struct arena *a;
	struct trends *t;
	struct map *years;         /* person to year + 2; 1 = none */
	int64_t school;
};

static const char *const titles[TREND_BY] = { "What it is about", "Where", "Year group", "Time of day", "Time of the year", "Kind of risk", "How it stands", "Whom we turned to outside the school" };

static const struct str OTHERS = { "Other places", 12 }, UNKNOWN = { "Not known", 9 };

static struct trend_row *row_of(struct counting *c, enum trend_by by, struct str word)
{
	struct trend *t = &c->t->by[by];
	for (size_t i = 0; i < t->n; i++)
		if (str_ieq(t->rows[i].word, word))
			return &t->rows[i];
	if (t->n == ROWS_MAX)
		return &t->rows[ROWS_MAX - 1];
	t->rows[t->n].word = t->n == ROWS_MAX - 1 ? OTHERS : arena_str(c->a, word);
	return &t->rows[t->n++];
}

static void add(struct counting *c, enum trend_by by, struct str word, bool before)
{
	struct trend_row *r = row_of(c, by, word.n ? word : UNKNOWN);
	if (before)
		r->before++;
	else
		r->n++;
}

/* ---- the words of one case ---- */

static struct str type_of(const struct counting *c, const struct entry *e)
{
	const struct topic *t = topic_find(&c->k->library->topics, entry_value(e, "topic_type"));
	const struct procedure *p = library_procedure(c->k->library, entry_value(e, "kind"));
	return t ? t->label : p ? p->title : entry_value(e, "kind");
}

/* September begins a new year at school. */
static int school_year(int64_t utc)
{
	struct civil c = time_uk(utc);
	return c.month >= 9 ? c.year : c.year - 1;
}

static int year_now(struct counting *c, int64_t person)
{
	struct str key = arena_fmt(c->a, "%lld", (long long)person);
	uint64_t kept;
	struct person p;
	if (map_get(c->years, key, &kept))
		return (int)kept - 2;
	int year = person_get(c->k->store->db, c->a, c->school, person, &p) == OK && p.kind == KIND_LEARNER ? p.year : YEAR_NONE;
	map_set(c->years, key, (uint64_t)(year < 0 ? 1 : year + 2));
	return year < 0 ? -1 : year;
}

/* The year that the child was in at the time. */
static struct str year_of(struct counting *c, const struct entry *e, int64_t happened)
{
	int64_t child = entry_int(e, "subject");
	int year = child ? year_now(c, child) : -1;
	if (year < 0)
		return STR_NONE;
	year -= school_year(clock_utc()) - school_year(happened);
	return year < 0 ? STR("Before Reception") : str_z(year_title(year));
}

static struct str time_of_day(const struct counting *c, int64_t happened)
{
	const struct calendar *k = library_calendar(c->k->library);
	struct civil at = time_uk(happened);
	int minute = at.hour * 60 + at.minute;
	if (!calendar_is_school_day(k, happened))
		return at.weekday >= 5 ? STR("At the weekend") : STR("On a day without school");
	return minute < k->open_minute ? STR("Before school") : minute < 12 * 60 ? STR("School day, morning")
	     : minute < k->close_minute ? STR("School day, from noon") : minute < 21 * 60 ? STR("After school") : STR("At night");
}

static struct str season_of(const struct counting *c, int64_t happened)
{
	struct season_half h = calendar_half(library_calendar(c->k->library), happened);
	return arena_fmt(c->a, "%s term %d, %s half", season_word(h.of.season), h.of.year, h.half == 1 ? "first" : "second");
}

static struct str risk_of(const struct counting *c, const struct entry *e)
{
	const struct reg *reg = registers_find(c->k->store->registers, STR("case"));
	const struct field *f = reg ? reg_field(reg, STR("risk_area")) : NULL;
	for (size_t i = 0; f && i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, entry_value(e, "risk_area")))
			return f->choices[i].label;
	return STR_NONE;
}

static void count_one(struct counting *c, const struct entry *e, bool before)
{
	int64_t happened = entry_int(e, "happened");
	happened = happened ? happened : e->made_utc;
	*(before ? &c->t->before : &c->t->total) += 1;
	add(c, TREND_TYPE, type_of(c, e), before);
	add(c, TREND_PLACE, words_key(c->a, entry_value(e, "place")), before);
	add(c, TREND_YEAR, year_of(c, e, happened), before);
	add(c, TREND_TIME, time_of_day(c, happened), before);
	add(c, TREND_SEASON, season_of(c, happened), before);
	add(c, TREND_RISK, risk_of(c, e), before);
	add(c, TREND_STATE, str_is(e->state, "closed") ? STR("Dealt with and closed") : STR("Still open"), before);
}

static enum err count_span(struct counting *c, const struct entry_may *may, int64_t from, int64_t upto, bool before)
{
	struct entry_query q = { .reg = "case", .from_utc = from, .upto_utc = upto - 1, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	do {
		AUTO(arena_done) struct arena a = arena_init();
		TRY(entry_list(c->k->store, &a, may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			count_one(c, &page.entries[i], before);
		q.offset += (int64_t)page.n;
	} while (page.n && q.offset < page.total);
	return OK;
}

/* Each way out once for each case: what was referred and what came of it; Channel is a step of the procedure, not an agency of its own. */
static void count_asked(struct counting *c, const struct entry *x, bool before)
{
	const struct contact *agency = contact_find(&c->k->library->contacts, entry_value(x, "agency"));
	const char *how = str_is(entry_value(x, "step"), "channel") ? ", referral into Channel" : "";
	add(c, TREND_ASKED, arena_fmt(c->a, "%.*s%s", STRF(agency ? agency->title : entry_value(x, "agency")), how), before);
}

/* Referrals belong to their case: whoever may not see that sees none of them. */
static enum err asked_span(struct counting *c, const struct entry_may *may, int64_t from, int64_t upto, bool before)
{
	struct entry_query q = { .reg = "referral", .from_utc = from, .upto_utc = upto - 1, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	do {
		AUTO(arena_done) struct arena a = arena_init();
		TRY(entry_list(c->k->store, &a, may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			count_asked(c, &page.entries[i], before);
		q.offset += (int64_t)page.n;
	} while (page.n && q.offset < page.total);
	return OK;
}

/* ---- rising: clearly more than before ---- */

static int by_number(const void *a, const void *b)
{
	const struct trend_row *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return str_cmp(x->word, y->word);
}

static void mark_rising(struct trend *t)
{
	struct trend_row *most = NULL;
	for (size_t i = 0; i < t->n; i++) {
		struct trend_row *r = &t->rows[i];
		if (r->n >= 3 && 4 * r->n >= 5 * r->before && r->n > r->before && (!most || r->n - r->before > most->n - most->before))
			most = r;
	}
	if (most)
		most->rising = true;
}

static void map_done(struct map **m) { map_free(m); }

enum err record_trends(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t from_utc, int64_t upto_utc,
                       struct trends *out)
{
	struct trends t = { 0 };
	AUTO(map_done) struct map *years = map_new();
	struct counting c = { k, a, &t, years, may->school };
	struct entry_may whole = { .school = may->school, .person = may->person, .classes = may->classes & ENTRY_BIT(ENTRY_CHILD) };
	if (upto_utc <= from_utc || upto_utc - from_utc > (int64_t)TREND_DAYS_MAX * DAY_S)
		return ERR_LIMIT;
	for (size_t i = 0; i < TREND_BY; i++)
		t.by[i] = (struct trend){ .title = str_z(titles[i]), .rows = arena_array(a, struct trend_row, ROWS_MAX) };
	TRY(count_span(&c, &whole, from_utc, upto_utc, false));
	TRY(count_span(&c, &whole, from_utc - (upto_utc - from_utc), from_utc, true));
	TRY(asked_span(&c, &whole, from_utc, upto_utc, false));
	TRY(asked_span(&c, &whole, from_utc - (upto_utc - from_utc), from_utc, true));
	for (size_t i = 0; i < TREND_BY; i++) {
		if (t.by[i].n)
			qsort(t.by[i].rows, t.by[i].n, sizeof *t.by[i].rows, by_number);
		if (i != TREND_SEASON && i != TREND_STATE && i != TREND_ASKED)
			mark_rising(&t.by[i]);
	}
	*out = t;
	return OK;
}

/* ---- small numbers ---- */

static int64_t *cell(struct trend_row *r, bool before) { return before ? &r->before : &r->n; }

/* The smallest that is shown and not nothing: hidden beside the small ones, so that total minus the rest tells neither. */
static struct trend_row *beside(struct trend *t, bool before, int64_t small)
{
	struct trend_row *least = NULL;
	for (size_t i = 0; i < t->n; i++) {
		int64_t n = *cell(&t->rows[i], before);
		if (n >= small && (!least || n < *cell(least, before)))
			least = &t->rows[i];
	}
	return least;
}

/* Hides the small ones of a column; true: nothing is left to hide them behind. */
static bool hide(struct trend *t, bool before, int64_t small)
{
	bool any = false;
	for (size_t i = 0; i < t->n; i++)
		any = any || (*cell(&t->rows[i], before) > 0 && *cell(&t->rows[i], before) < small);
	if (!any)
		return false;
	struct trend_row *other = beside(t, before, small);
	for (size_t i = 0; i < t->n; i++)
		if (*cell(&t->rows[i], before) > 0 && *cell(&t->rows[i], before) < small)
			*cell(&t->rows[i], before) = TREND_HIDDEN;
	if (other)
		*cell(other, before) = TREND_HIDDEN;
	return !other;
}

static void suppress(struct trend *t, int64_t small)
{
	bool now = hide(t, false, small), before = hide(t, true, small);
	for (size_t i = 0; i < t->n; i++) {
		t->rows[i].rising = t->rows[i].rising && t->rows[i].n >= small;
		t->rows[i].n = now ? TREND_HIDDEN : t->rows[i].n;
		t->rows[i].before = before ? TREND_HIDDEN : t->rows[i].before;
	}
	t->hidden = now && before;
}

static int by_word(const void *a, const void *b)
{
	return str_cmp(((const struct trend_row *)a)->word, ((const struct trend_row *)b)->word);
}

/* Places are as somebody typed them, and may name a child; the order of size would tell what is hidden. */
void trends_suppress(struct trends *t, int64_t small)
{
	bool none = t->total > 0 && t->total < small, before = t->before > 0 && t->before < small;
	for (size_t i = 0; i < TREND_BY; i++) {
		suppress(&t->by[i], small);
		if (t->by[i].n)
			qsort(t->by[i].rows, t->by[i].n, sizeof *t->by[i].rows, by_word);
	}
	t->by[TREND_PLACE].n = 0;
	t->by[TREND_PLACE].hidden = true;
	t->total = none ? TREND_HIDDEN : t->total;
	t->before = before ? TREND_HIDDEN : t->before;
}
