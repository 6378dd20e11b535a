/* Lessons: planned, taught, who was there. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/page/curriculum.h"
#include "house/page/desk.h"
#include "house/page/form.h"
#include "house/page/my_class.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"

enum { CLASSES_MAX = 200, FEEDBACK_MAX = 4000 };

static struct str class_words(struct page_ctx *c, const struct lesson *l)
{
	struct school_class k;
	if (l->class_id && class_get(c->db, c->arena, c->school, l->class_id, &k) == OK)
		return k.name;
	return arena_fmt(c->arena, "All of %s", year_title(l->year));
}

static struct str day_words(struct page_ctx *c, int64_t utc) { return utc ? time_date_words(c->arena, utc) : STR(""); }

enum err lessons_show(struct page_ctx *c)
{
	struct school_year y = page_school_year(c);
	struct teaching t;
	TRY(page_teaching(c, &y, &t));
	struct view_lessons_rows *rows = arena_array(c->arena, struct view_lessons_rows, t.n_lessons + 1);
	for (size_t i = 0; i < t.n_lessons; i++) {
		const struct lesson *l = &t.lessons[t.n_lessons - 1 - i];      /* the newest first */
		bool taught = l->taught_utc != 0;
		rows[i] = (struct view_lessons_rows){ l->id, l->title, class_words(c, l), str_z(subject_title(l->subject)),
			day_words(c, taught ? l->taught_utc : l->on_utc), taught, taught && !l->feedback.n, l->teacher ? page_who(c, l->teacher) : STR("") };
	}
	return page_show(c, lessons, "Lessons", .year = y.year, .next = y.year + 1, .plans = page_may(c, CAP_CURRICULUM, ACCESS_WRITE), .rows = rows, .n_rows = t.n_lessons);
}

/* ---- the form ---- */

static enum err targets(struct page_ctx *c, struct str chosen, struct part_select *out)
{
	struct part_select_items *list = arena_array(c->arena, struct part_select_items, CLASSES_MAX + CURRICULUM_YEARS + 1);
	uint32_t years = map_years(&c->web->library->profile);
	struct school_class *k;
	size_t n_classes, n = 0;
	TRY(class_list(c->db, c->arena, c->school, &k, &n_classes));
	for (size_t i = 0; i < n_classes && n < CLASSES_MAX; i++) {
		struct str v = arena_fmt(c->arena, "%lld", (long long)k[i].id);
		list[n++] = (struct part_select_items){ v, k[i].name, str_eq(v, chosen) };
	}
	for (int y = 0; y < CURRICULUM_YEARS; y++)
		if (years & YEAR_BIT(y)) {
			struct str v = arena_fmt(c->arena, "year-%d", y);
			list[n++] = (struct part_select_items){ v, arena_fmt(c->arena, "All of %s", year_title(y)), str_eq(v, chosen) };
		}
	*out = (struct part_select){ .name = STR("class"), .label = page_text(TEXT_curriculum_lesson_for), .error = page_wrong_text(c, "class"), .items = list, .n_items = n };
	return OK;
}

static struct part_select subjects(struct page_ctx *c, struct str chosen)
{
	struct part_select_items *list = arena_array(c->arena, struct part_select_items, N_SUBJECTS);
	for (int i = 0; i < N_SUBJECTS; i++)
		list[i] = (struct part_select_items){ str_z(subject_word((enum subject)i)), str_z(subject_title((enum subject)i)), str_is(chosen, subject_word((enum subject)i)) };
	return (struct part_select){ .name = STR("subject"), .label = page_text(TEXT_curriculum_lesson_subject), .error = page_wrong_text(c, "subject"), .items = list, .n_items = N_SUBJECTS };
}

static struct part_select kinds(struct page_ctx *c, struct str chosen)
{
	static const struct choice all[] = { { "lesson", TEXT_curriculum_kind_lesson }, { "transition", TEXT_curriculum_kind_transition },
		{ "joiner", TEXT_curriculum_kind_joiner }, { "peer", TEXT_curriculum_kind_peer } };
	struct part_select_items *list = arena_array(c->arena, struct part_select_items, ARRAY_N(all));
	for (size_t i = 0; i < ARRAY_N(all); i++)
		list[i] = (struct part_select_items){ str_z(all[i].value), page_text(all[i].label), str_is(chosen, all[i].value) };
	return (struct part_select){ .name = STR("kind"), .label = page_text(TEXT_curriculum_lesson_kind), .error = page_wrong_text(c, "kind"), .items = list, .n_items = ARRAY_N(all) };
}

/* What stands in the form: what was typed, else the lesson as it is. */
static struct str typed(struct page_ctx *c, const char *field, struct str known)
{
	return c->req->method == METHOD_POST ? page_field(c, field) : known;
}

static enum err form(struct page_ctx *c, const struct lesson *l)
{
	struct str target = l->class_id ? arena_fmt(c->arena, "%lld", (long long)l->class_id) : l->id ? arena_fmt(c->arena, "year-%d", l->year) : page_query(c, "class");
	struct str teacher = l->teacher ? arena_fmt(c->arena, "%lld", (long long)l->teacher) : STR("");
	struct view_lesson_edit v = { .errors = page_errors(c),
		.action = l->id ? arena_fmt(c->arena, "/curriculum/lessons/%lld/edit", (long long)l->id) : STR("/curriculum/lessons/new"),
		.title = { .name = STR("title"), .label = page_text(TEXT_curriculum_lesson_title), .value = typed(c, "title", l->title), .error = page_wrong_text(c, "title") },
		.on = { .name = STR("on"), .label = page_text(TEXT_curriculum_lesson_day), .hint = page_text(TEXT_curriculum_lesson_day_hint), .error = page_wrong_text(c, "on"),
			.value = typed(c, "on", day_words(c, l->on_utc)), .width = STR("20") },
		.subject = subjects(c, typed(c, "subject", str_z(subject_word(l->subject)))), .kind = kinds(c, typed(c, "kind", l->kind)) };
	int64_t who = 0;
	struct str chosen = typed(c, "teacher", teacher);
	if (chosen.n && str_i64(chosen, &who) != OK)
		who = 0;
	v.outcomes = page_outcomes(c, map_years(&c->web->library->profile), c->req->method == METHOD_POST ? page_ticks(c, "outcomes") : l->outcomes, TEXT_curriculum_lesson_learn);
	TRY(targets(c, typed(c, "class", target), &v.target));
	TRY(page_staff(c, "teacher", TEXT_curriculum_lesson_teacher, who, &v.teacher));
	page_begin(c, "A lesson");
	view_lesson_edit_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err lesson_new_show(struct page_ctx *c) { return form(c, &(struct lesson){ .teacher = c->session->person, .kind = STR("lesson"), .subject = SUBJECT_PSHE }); }

static enum err target_of(struct page_ctx *c, struct lesson *l)
{
	struct str s = page_field(c, "class");
	struct school_class k;
	int64_t n;
	l->year = -1;
	l->class_id = 0;
	if (str_starts(s, STR("year-"))) {
		if (str_i64(str_from(s, 5), &n) == OK && n >= 0 && n < CURRICULUM_YEARS)
			l->year = (int)n;
		return OK;
	}
	if (str_i64(s, &n) != OK)
		return OK;                       /* lesson_save says so */
	TRY(class_get(c->db, c->arena, c->school, n, &k));
	l->class_id = k.id;
	l->year = k.year;
	return OK;
}

static enum err read_form(struct page_ctx *c, struct lesson *l)
{
	struct person p;
	int64_t who;
	l->title = page_field(c, "title");
	l->outcomes = page_ticks(c, "outcomes");
	l->kind = page_field(c, "kind");
	l->on_utc = page_field(c, "on").n ? page_day(c, "on", "") : 0;
	if (subject_read(page_field(c, "subject"), &l->subject) != OK)
		l->subject = SUBJECT_OTHER;
	l->teacher = 0;
	if (page_field(c, "teacher").n) {
		TRY(str_i64(page_field(c, "teacher"), &who));
		TRY(person_get(c->db, c->arena, c->school, who, &p));
		l->teacher = p.kind == KIND_STAFF ? p.id : 0;
	}
	return target_of(c, l);
}

static enum err save(struct page_ctx *c, struct lesson *l, const char *why)
{
	struct store st = page_store(c);
	struct act act = page_act(c, why);
	int64_t id = 0;
	TRY(read_form(c, l));
	enum err e = page_is_wrong(c) ? OK : lesson_save(&st, &act, page_curriculum(c), l, &c->errors, &id);
	if (page_is_wrong(c))
		return form(c, l);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved. The map counts it.");
	return page_redirect(c, "/curriculum/lessons/%lld", (long long)id);
}

enum err lesson_new_do(struct page_ctx *c)
{
	struct lesson l = { 0 };
	return save(c, &l, "lesson planned");
}

static enum err lesson_at(struct page_ctx *c, struct lesson *l)
{
	struct store st = page_store(c);
	int64_t id;
	TRY(page_reads_curriculum(c));
	TRY(page_id(c, "id", &id));
	return lesson_get(&st, c->arena, c->school, id, l);
}

enum err lesson_edit_show(struct page_ctx *c)
{
	struct lesson l;
	TRY(lesson_at(c, &l));
	return form(c, &l);
}

enum err lesson_edit_do(struct page_ctx *c)
{
	struct lesson l;
	TRY(lesson_at(c, &l));
	return save(c, &l, "lesson changed");
}

/* ---- one lesson ---- */

/* The children who may have been there: of the class, or of the whole year. */
static enum err children(struct page_ctx *c, const struct lesson *l, struct person **out, size_t *n)
{
	if (l->class_id)
		return page_children(c, l->class_id, out, n);
	return person_list(c->db, c->arena, c->school, &(struct person_query){ .kind = KIND_LEARNER, .by_year = true, .year = l->year, .limit = LESSON_CHILDREN_MAX }, out, n, NULL);
}

static bool is_in(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static enum err register_rows(struct page_ctx *c, const struct lesson *l, struct view_lesson *v)
{
	struct store st = page_store(c);
	struct person *kids;
	int64_t *there;
	size_t n, n_there;
	TRY(children(c, l, &kids, &n));
	TRY(lesson_children(&st, c->arena, c->school, l->id, &there, &n_there));
	struct view_lesson_children *rows = arena_array(c->arena, struct view_lesson_children, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_lesson_children){ kids[i].id, kids[i].name, l->taught_utc ? is_in(there, n_there, kids[i].id) : true };
	v->children = rows;
	v->n_children = n;
	v->came = (int64_t)n_there;
	return OK;
}

static enum err show(struct page_ctx *c, const struct lesson *l)
{
	const struct curriculum *all = page_curriculum(c);
	struct view_lesson v = { .errors = page_errors(c), .id = l->id, .title = l->title, .who = class_words(c, l), .subject = str_z(subject_title(l->subject)),
		.planned = day_words(c, l->on_utc), .taught = day_words(c, l->taught_utc), .teacher = l->teacher ? page_who(c, l->teacher) : STR(""),
		.dropped = str_is(l->state, "dropped"), .may = page_may(c, CAP_CURRICULUM, ACCESS_WRITE),
		.feedback = { .name = STR("feedback"), .label = page_text(TEXT_curriculum_feedback), .hint = page_text(TEXT_curriculum_feedback_hint), .rows = 3,
			.value = typed(c, "feedback", l->feedback), .error = page_wrong_text(c, "feedback") },
		.day = { .name = STR("day"), .label = page_text(TEXT_curriculum_taught_day), .value = typed(c, "day", day_words(c, l->taught_utc ? l->taught_utc : l->on_utc)),
			.error = page_wrong_text(c, "day"), .width = STR("20") } };
	struct view_lesson_outcomes *learned = arena_array(c->arena, struct view_lesson_outcomes, all->n_outcomes + 1);
	for (size_t i = 0; i < all->n_outcomes; i++)
		if (words_have(l->outcomes, all->outcomes[i].id))
			learned[v.n_outcomes++] = (struct view_lesson_outcomes){ all->outcomes[i].title, all->outcomes[i].report };
	v.outcomes = learned;
	TRY(register_rows(c, l, &v));
	page_begin(c, arena_z(c->arena, l->title));
	view_lesson_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err lesson_show(struct page_ctx *c)
{
	struct lesson l;
	TRY(lesson_at(c, &l));
	return show(c, &l);
}

/* The children that were ticked, of those who belong to the lesson. */
static enum err ticked(struct page_ctx *c, const struct lesson *l, int64_t **out, size_t *n)
{
	struct person *kids;
	size_t n_kids;
	struct str v;
	int64_t id;
	TRY(children(c, l, &kids, &n_kids));
	*out = arena_array(c->arena, int64_t, n_kids + 1);
	*n = 0;
	for (size_t at = 0; form_each(&c->req->form, "child", &at, &v);)
		for (size_t i = 0; i < n_kids; i++)
			if (str_i64(v, &id) == OK && kids[i].id == id && !is_in(*out, *n, id))
				(*out)[(*n)++] = id;
	return OK;
}

enum err lesson_taught_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "lesson taught");
	struct lesson l;
	int64_t *there;
	size_t n;
	TRY(lesson_at(c, &l));
	TRY(ticked(c, &l, &there, &n));
	int64_t day = page_day(c, "day", "Say on which day it was taught.");
	if (day > clock_utc())
		page_wrong(c, "day", "That day has not come yet.");
	enum err e = page_is_wrong(c) ? OK : lesson_taught(&st, &act, l.id, day, there, n, &c->errors);
	if (page_is_wrong(c))
		return show(c, &l);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved: %zu children were there.", n);
	return page_redirect(c, "/curriculum/lessons/%lld", (long long)l.id);
}

enum err lesson_feedback_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "what children said of a lesson");
	struct lesson l;
	TRY(lesson_at(c, &l));
	struct str text = page_need(c, "feedback", FEEDBACK_MAX, "Write what children said.");
	enum err e = page_is_wrong(c) ? OK : lesson_feedback(&st, &act, l.id, text, &c->errors);
	if (page_is_wrong(c))
		return show(c, &l);
	TRY(e);
	page_flash(c, FLASH_DONE, "Kept.");
	return page_redirect(c, "/curriculum/lessons/%lld", (long long)l.id);
}

enum err lesson_drop_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "lesson does not take place");
	struct lesson l;
	TRY(lesson_at(c, &l));
	TRY(lesson_drop(&st, &act, l.id, &c->errors));
	page_flash(c, FLASH_DONE, "It is kept as not taking place.");
	return page_redirect(c, "/curriculum/lessons");
}

/* ---- one child's record (4.5-02) ---- */

enum err child_lessons_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct person p;
	struct lesson *l;
	size_t n;
	int64_t id;
	TRY(page_id(c, "id", &id));
	if (id != c->session->person && page_reads_curriculum(c) != OK)
		return ERR_ABSENT;
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	if (p.kind != KIND_LEARNER)
		return ERR_ABSENT;
	TRY(lesson_of_child(&st, c->arena, c->school, id, &l, &n));
	struct view_child_lessons_rows *rows = arena_array(c->arena, struct view_child_lessons_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_child_lessons_rows){ l[i].id, l[i].title, day_words(c, l[i].taught_utc), str_z(subject_title(l[i].subject)) };
	return page_show(c, child_lessons, "Lessons about being online", .name = p.name, .rows = rows, .n_rows = n);
}
