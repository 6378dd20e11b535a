/* The curriculum map: what is planned, taught and missing in a school year. */
#include "house/page/curriculum.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/page/voices.h"
#include "house/procedure/library.h"
#include "house/web/table.h"

enum { STAFF_MAX = 500, YEARS_BACK = 12, FEW_GAPS = 6 };

const struct curriculum *page_curriculum(const struct page_ctx *c) { return &c->web->library->curriculum; }

struct school_year page_school_year(const struct page_ctx *c)
{
	int now = calendar_school_year(clock_utc()), y = (int)page_query_int(c, "year", now, now - YEARS_BACK, now + 1);
	return (struct school_year){ y, calendar_day(y, 9, 1), calendar_day(y + 1, 9, 1) };
}

enum err page_reads_curriculum(const struct page_ctx *c)
{
	return page_reach(c, CAP_CURRICULUM, ACCESS_READ) & REACH_ALL ? OK : ERR_FORBIDDEN;
}

enum err page_teaching(struct page_ctx *c, const struct school_year *y, struct teaching *out)
{
	TRY(page_reads_curriculum(c));
	struct store st = page_store(c);
	struct lesson *l;
	struct occasion *o;
	struct school_class *k;
	*out = (struct teaching){ .c = page_curriculum(c), .years = map_years(&c->web->library->profile) };
	TRY(lesson_list(&st, c->arena, c->school, y->from_utc, y->to_utc, &l, &out->n_lessons));
	TRY(occasion_list(&st, c->arena, c->school, y->from_utc, y->to_utc, &o, &out->n_occasions));
	TRY(class_list(c->db, c->arena, c->school, &k, &out->n_classes));
	out->lessons = l;
	out->occasions = o;
	out->classes = k;
	return OK;
}

struct str page_cover_words(struct arena *a, const struct covered *v)
{
	if (v->cover == COVER_TAUGHT)
		return arena_fmt(a, "Taught %.*s", STRF(time_date_words(a, v->taught_utc)));
	return v->cover == COVER_PLANNED ? arena_fmt(a, "Planned %.*s", STRF(time_date_words(a, v->planned_utc))) : STR("Gap");
}

const char *page_cover_colour(const struct covered *v)
{
	return v->cover == COVER_TAUGHT ? "green" : v->cover == COVER_PLANNED ? "blue" : "red";
}

int64_t page_day(struct page_ctx *c, const char *field, const char *missing)
{
	struct str s = page_need(c, field, 40, missing);
	int64_t day = 0;
	if (s.n && time_read_date(s, &day) != OK)
		page_wrong(c, field, "Write the day as 27/3/2026 or 27 March 2026.");
	return day;
}

struct str page_ticks(struct page_ctx *c, const char *field)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	struct str v;
	for (size_t at = 0; form_each(&c->req->form, field, &at, &v);)
		if (v.n && b.n + v.n < 3900)
			buf_fmt(&b, "%s%.*s", b.n ? " " : "", STRF(v));
	return arena_str(c->arena, buf_str(&b));
}

struct part_checkboxes page_outcomes(struct page_ctx *c, uint32_t years, struct str ticked, enum text_key legend)
{
	const struct curriculum *all = page_curriculum(c);
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, all->n_outcomes + 1);
	size_t n = 0;
	for (size_t i = 0; i < all->n_outcomes; i++) {
		const struct outcome *o = &all->outcomes[i];
		if (!words_have(ticked, o->id) && (years ? !(o->years & years) : o->audiences == AUDIENCE_BIT(AUDIENCE_LEARNERS)))
			continue;
		items[n] = (struct part_checkboxes_items){ .value = o->id, .label = o->title, .hint = all->strands[o->strand].title,
			.checked = words_have(ticked, o->id), .id = n ? STR_NONE : STR("outcomes") };
		n++;
	}
	return (struct part_checkboxes){ .name = STR("outcomes"), .legend = page_text(legend), .error = page_wrong_text(c, "outcomes"), .items = items, .n_items = n };
}

enum err page_staff(struct page_ctx *c, const char *field, enum text_key label, int64_t chosen, struct part_select *out)
{
	struct part_select_items *list = arena_array(c->arena, struct part_select_items, STAFF_MAX + 1);
	struct person *p;
	size_t found, n = 0;
	TRY(person_list(c->db, c->arena, c->school, &(struct person_query){ .kind = KIND_STAFF, .limit = STAFF_MAX }, &p, &found, NULL));
	list[n++] = (struct part_select_items){ STR(""), page_text(TEXT_curriculum_nobody), !chosen };
	for (size_t i = 0; i < found; i++)
		list[n++] = (struct part_select_items){ arena_fmt(c->arena, "%lld", (long long)p[i].id), p[i].name, p[i].id == chosen };
	*out = (struct part_select){ .name = str_z(field), .label = page_text(label), .error = page_wrong_text(c, field), .items = list, .n_items = n };
	return OK;
}

/* ---- the map ---- */

static struct view_curriculum_years *year_heads(struct page_ctx *c, const struct teaching *t, size_t *n)
{
	struct view_curriculum_years *v = arena_array(c->arena, struct view_curriculum_years, CURRICULUM_YEARS);
	*n = 0;
	for (int y = 0; y < CURRICULUM_YEARS; y++)
		if (t->years & YEAR_BIT(y))
			v[(*n)++] = (struct view_curriculum_years){ str_z(year_title(y)) };
	return v;
}

static struct view_curriculum_strands strand_row(struct page_ctx *c, const struct teaching *t, size_t s)
{
	struct view_curriculum_strands_cells *cells = arena_array(c->arena, struct view_curriculum_strands_cells, CURRICULUM_YEARS);
	size_t n = 0;
	for (int y = 0; y < CURRICULUM_YEARS; y++) {
		if (!(t->years & YEAR_BIT(y)))
			continue;
		struct covered v = map_strand(t, s, y);
		cells[n++] = (struct view_curriculum_strands_cells){ page_cover_words(c->arena, &v), str_z(page_cover_colour(&v)), t->c->strands[s].year[y] };
	}
	return (struct view_curriculum_strands){ .title = t->c->strands[s].title, .cells = cells, .n_cells = n };
}

static struct view_curriculum_subjects subject_row(struct page_ctx *c, const struct teaching *t, int year)
{
	struct view_curriculum_subjects_cells *cells = arena_array(c->arena, struct view_curriculum_subjects_cells, N_SUBJECTS);
	size_t n = 0;
	for (int s = 0; s < SUBJECT_OTHER; s++) {
		struct covered v = map_subject(t, (enum subject)s, year);
		struct str planned = v.planned_utc ? time_date_words(c->arena, v.planned_utc) : STR(""), taught = v.taught_utc ? time_date_words(c->arena, v.taught_utc) : STR("");
		cells[n++] = (struct view_curriculum_subjects_cells){ planned, taught };
	}
	return (struct view_curriculum_subjects){ .year = str_z(year_title(year)), .cells = cells, .n_cells = n };
}

/* The gaps of the year's plan; those of one year group in one strand are counted, the map shows them. */
static void gap_rows(struct page_ctx *c, const struct teaching *t, const struct school_year *y, struct view_curriculum *v)
{
	struct plan_gap *gaps = arena_array(c->arena, struct plan_gap, PLAN_GAPS_MAX);
	size_t n = plan_gaps(c->arena, t, &c->web->library->profile, library_calendar(c->web->library), y->from_utc, gaps);
	struct view_curriculum_gaps *rows = arena_array(c->arena, struct view_curriculum_gaps, n + 1);
	for (size_t i = 0; i < n; i++)
		if (gaps[i].fine)
			v->fine++;
		else
			rows[v->n_gaps++] = (struct view_curriculum_gaps){ gaps[i].what, str_z(gaps[i].clause) };
	v->gaps = rows;
	v->missing = (int64_t)v->n_gaps;
	v->few = v->n_gaps <= FEW_GAPS;
}

enum err curriculum_show(struct page_ctx *c)
{
	struct school_year y = page_school_year(c);
	struct teaching t;
	TRY(page_teaching(c, &y, &t));
	struct view_curriculum v = { .year = y.year, .next = y.year + 1, .before = y.year - 1, .plans = page_may(c, CAP_CURRICULUM, ACCESS_WRITE) };
	struct view_curriculum_strands *strands = arena_array(c->arena, struct view_curriculum_strands, t.c->n_strands + 1);
	struct view_curriculum_subjects *subjects = arena_array(c->arena, struct view_curriculum_subjects, CURRICULUM_YEARS);
	for (size_t s = 0; s < t.c->n_strands; s++)
		strands[v.n_strands++] = strand_row(c, &t, s);
	for (int k = 0; k < CURRICULUM_YEARS; k++)
		if (t.years & YEAR_BIT(k))
			subjects[v.n_subjects++] = subject_row(c, &t, k);
	v.strands = strands;
	v.subjects = subjects;
	v.years = year_heads(c, &t, &v.n_years);
	gap_rows(c, &t, &y, &v);
	TRY(page_voices(c, &(struct voices_query){ "curriculum", 0, y.from_utc }, STR("/curriculum/comment"), &v.voices));
	page_begin(c, "Lessons about being online");
	view_curriculum_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- outcomes by year, and points of advice by class ---- */

static struct view_outcomes_rows outcome_row(struct page_ctx *c, const struct teaching *t, const struct outcome *o, bool by_class)
{
	size_t n = 0;
	struct view_outcomes_rows_cells *cells = arena_array(c->arena, struct view_outcomes_rows_cells, t->n_classes + CURRICULUM_YEARS);
	for (size_t k = 0; by_class && k < t->n_classes; k++) {
		struct covered v = map_class(t, o, &t->classes[k]);
		bool asked = t->classes[k].year >= 0 && t->classes[k].year < CURRICULUM_YEARS && o->years & YEAR_BIT(t->classes[k].year);
		cells[n++] = (struct view_outcomes_rows_cells){ asked || v.cover ? page_cover_words(c->arena, &v) : STR(""), str_z(page_cover_colour(&v)) };
	}
	for (int y = 0; !by_class && y < CURRICULUM_YEARS; y++) {
		if (!(t->years & YEAR_BIT(y)))
			continue;
		struct covered v = map_outcome(t, o, y);
		cells[n++] = (struct view_outcomes_rows_cells){ o->years & YEAR_BIT(y) || v.cover ? page_cover_words(c->arena, &v) : STR(""), str_z(page_cover_colour(&v)) };
	}
	return (struct view_outcomes_rows){ .title = o->title, .clauses = o->clauses, .report = o->report, .cells = cells, .n_cells = n };
}

enum err outcomes_show(struct page_ctx *c)
{
	struct school_year y = page_school_year(c);
	struct teaching t;
	bool by_class = str_is(page_query(c, "by"), "class");
	TRY(page_teaching(c, &y, &t));
	struct view_outcomes_rows *rows = arena_array(c->arena, struct view_outcomes_rows, t.c->n_outcomes + 1);
	struct view_outcomes_heads *heads = arena_array(c->arena, struct view_outcomes_heads, t.n_classes + CURRICULUM_YEARS);
	size_t n = 0, n_heads = 0;
	for (size_t k = 0; by_class && k < t.n_classes; k++)
		heads[n_heads++] = (struct view_outcomes_heads){ t.classes[k].name };
	for (int k = 0; !by_class && k < CURRICULUM_YEARS; k++)
		if (t.years & YEAR_BIT(k))
			heads[n_heads++] = (struct view_outcomes_heads){ str_z(year_title(k)) };
	for (size_t i = 0; i < t.c->n_outcomes; i++)
		if (!by_class || outcome_has(&t.c->outcomes[i], "advice"))
			rows[n++] = outcome_row(c, &t, &t.c->outcomes[i], by_class);
	return page_show(c, outcomes, "What children learn", .by_class = by_class, .year = y.year, .next = y.year + 1, .heads = heads, .n_heads = n_heads, .rows = rows, .n_rows = n);
}
