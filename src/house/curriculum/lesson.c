#include "house/curriculum/lesson.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/curriculum/inside.h"

struct entry_may curriculum_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

int64_t curriculum_number(const struct entry *e, const char *field, int64_t otherwise)
{
	int64_t n = otherwise;
	struct str s = entry_value(e, field);
	return s.n && str_i64(s, &n) == OK ? n : otherwise;
}

int64_t curriculum_day(const struct entry *e, const char *field)
{
	int64_t at = 0;
	struct str s = entry_value(e, field);
	return s.n && time_read_date(s, &at) == OK ? at : 0;
}

struct str curriculum_date(struct arena *a, int64_t utc) { return utc ? time_iso_date(a, utc) : STR(""); }
struct str curriculum_text(struct str s) { return s.p ? s : STR(""); }

/* What is left of the ids when every known one is taken out must be nothing. */
bool curriculum_knows(const struct curriculum *c, struct str outcomes)
{
	struct str word;
	while (str_next(&outcomes, ' ', &word))
		if (word.n && !outcome_find(c, word))
			return false;
	return true;
}

static struct lesson lesson_of(const struct entry *e)
{
	struct lesson l = { .id = e->id, .version = e->version, .title = entry_value(e, "title"), .outcomes = entry_value(e, "outcomes"), .state = e->state,
		.kind = entry_value(e, "kind"), .feedback = entry_value(e, "feedback"), .class_id = curriculum_number(e, "class-id", 0),
		.year = (int)curriculum_number(e, "year", -1), .teacher = curriculum_number(e, "teacher", 0),
		.on_utc = curriculum_day(e, "on"), .taught_utc = curriculum_day(e, "taught") };
	if (subject_read(entry_value(e, "subject"), &l.subject) != OK)
		l.subject = SUBJECT_OTHER;
	return l;
}

static enum err check_lesson(const struct curriculum *c, const struct lesson *in, struct diag *d)
{
	size_t before = d->errors;
	if (!str_trim(in->title).n)
		diag_add(d, DIAG_ERROR, STR("title"), 0, "Say in a few words what the lesson is about.");
	if (!str_trim(in->outcomes).n || !curriculum_knows(c, in->outcomes))
		diag_add(d, DIAG_ERROR, STR("outcomes"), 0, "Tick what the children learn.");
	if (!in->on_utc)
		diag_add(d, DIAG_ERROR, STR("on"), 0, "Say for which day it is planned.");
	if (in->year < 0 || in->year >= CURRICULUM_YEARS)
		diag_add(d, DIAG_ERROR, STR("class"), 0, "Choose a class or a year group.");
	return d->errors > before ? ERR_INVALID : OK;
}

/* A change of whatever fields are given, on top of the newest version. */
static enum err change(struct store *st, const struct act *act, const char *reg, int64_t id, struct entry_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = curriculum_may(act->school);
	struct entry e;
	TRY(entry_get(st, &a, &may, id, 0, &e));
	if (!str_is(e.reg, reg))
		return ERR_ABSENT;
	in->reg = reg;
	return entry_update(st, act, &may, id, e.version, in, d);
}

enum err lesson_save(struct store *st, const struct act *act, const struct curriculum *c, const struct lesson *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	TRY(check_lesson(c, in, d));
	const struct entry_field f[] = { { STR("title"), in->title }, { STR("outcomes"), in->outcomes }, { STR("subject"), str_z(subject_word(in->subject)) },
		{ STR("kind"), in->kind.n ? in->kind : STR("lesson") }, { STR("year"), arena_fmt(&a, "%d", in->year) },
		{ STR("class-id"), arena_fmt(&a, "%lld", (long long)in->class_id) }, { STR("on"), curriculum_date(&a, in->on_utc) },
		{ STR("teacher"), arena_id(&a, in->teacher) } };
	struct entry_in e = { .reg = "lesson", .fields = f, .n_fields = ARRAY_N(f) };
	*id = in->id;
	return in->id ? change(st, act, "lesson", in->id, &e, d) : entry_create(st, act, &e, d, id);
}

enum err lesson_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct lesson *out)
{
	struct entry_may may = curriculum_may(school);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "lesson"))
		return ERR_ABSENT;
	*out = lesson_of(&e);
	return OK;
}

/* Children who were ticked and are not any more leave the entry; its history keeps them. */
static enum err attendance(struct store *st, struct arena *a, const struct act *act, int64_t id, const int64_t *children, size_t n, struct entry_person *fresh, size_t *n_fresh)
{
	struct entry_may may = curriculum_may(act->school);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	for (size_t i = 0; i < e.n_people; i++) {
		bool stays = false;
		for (size_t k = 0; k < n; k++)
			stays = stays || children[k] == e.people[i].person;
		if (!stays && e.people[i].as == ENTRY_INVOLVED)
			TRY(entry_release(st, act, &may, id, e.people[i].person, ENTRY_INVOLVED));
	}
	*n_fresh = 0;
	for (size_t k = 0; k < n; k++) {
		bool there = false;
		for (size_t i = 0; i < e.n_people; i++)
			there = there || children[k] == e.people[i].person;
		if (!there)
			fresh[(*n_fresh)++] = (struct entry_person){ children[k], ENTRY_INVOLVED };
	}
	return OK;
}

enum err lesson_taught(struct store *st, const struct act *act, int64_t id, int64_t day_utc, const int64_t *children, size_t n, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct lesson was;
	struct entry_person *fresh = arena_array(&a, struct entry_person, n + 1);
	size_t n_fresh = 0;
	if (n > LESSON_CHILDREN_MAX)
		return ERR_LIMIT;
	TRY(db_tx_begin(st->db, &tx));
	TRY(lesson_get(st, &a, act->school, id, &was));
	if (str_is(was.state, "dropped"))
		return ERR_STATE;
	TRY(attendance(st, &a, act, id, children, n, fresh, &n_fresh));
	const struct entry_field f[] = { { STR("taught"), curriculum_date(&a, day_utc) }, { STR("teacher"), arena_id(&a, was.teacher ? was.teacher : act->person) } };
	struct entry_in in = { .state = "taught", .fields = f, .n_fields = ARRAY_N(f), .people = fresh, .n_people = n_fresh };
	TRY(change(st, act, "lesson", id, &in, d));
	return db_tx_commit(&tx);
}

enum err lesson_drop(struct store *st, const struct act *act, int64_t id, struct diag *d)
{
	struct entry_in in = { .state = "dropped" };
	return change(st, act, "lesson", id, &in, d);
}

enum err lesson_feedback(struct store *st, const struct act *act, int64_t id, struct str text, struct diag *d)
{
	const struct entry_field f[] = { { STR("feedback"), curriculum_text(text) } };
	struct entry_in in = { .fields = f, .n_fields = 1 };
	return change(st, act, "lesson", id, &in, d);
}

/* All entries that the question finds, page by page. */
enum err curriculum_entries(struct store *st, struct arena *a, int64_t school, struct entry_query q, struct entry **out, size_t *n)
{
	struct entry_may may = curriculum_may(school);
	struct entry *all = arena_array(a, struct entry, LESSONS_MAX);
	int64_t total = 1;
	*n = 0;
	for (q.offset = 0, q.limit = ENTRY_PAGE_MAX; q.offset < total && *n < LESSONS_MAX; q.offset += q.limit) {
		struct entry_page page;
		TRY(entry_list(st, a, &may, &q, &page));
		for (size_t i = 0; i < page.n && *n < LESSONS_MAX; i++)
			all[(*n)++] = page.entries[i];
		total = page.total;
	}
	*out = all;
	return OK;
}

enum err lesson_list(struct store *st, struct arena *a, int64_t school, int64_t from, int64_t to, struct lesson **out, size_t *n)
{
	struct entry *e;
	size_t found;
	struct entry_query q = { .reg = "lesson", .states = { "planned", "taught" }, .order_by = "on", .ascending = true,
		.where = { { "on", ENTRY_FROM, from, STR_NONE }, { "on", ENTRY_UPTO, to - 1, STR_NONE } }, .n_where = 2 };
	TRY(curriculum_entries(st, a, school, q, &e, &found));
	*out = arena_array(a, struct lesson, found + 1);
	for (size_t i = 0; i < found; i++)
		(*out)[i] = lesson_of(&e[i]);
	*n = found;
	return OK;
}

enum err lesson_of_child(struct store *st, struct arena *a, int64_t school, int64_t child, struct lesson **out, size_t *n)
{
	struct entry *e;
	size_t found;
	TRY(curriculum_entries(st, a, school, (struct entry_query){ .reg = "lesson", .states = { "taught" }, .about = child, .order_by = "on" }, &e, &found));
	*out = arena_array(a, struct lesson, found + 1);
	for (size_t i = 0; i < found; i++)
		(*out)[i] = lesson_of(&e[i]);
	*n = found;
	return OK;
}

enum err lesson_children(struct store *st, struct arena *a, int64_t school, int64_t id, int64_t **out, size_t *n)
{
	struct entry_may may = curriculum_may(school);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	*out = arena_array(a, int64_t, e.n_people + 1);
	*n = 0;
	for (size_t i = 0; i < e.n_people; i++)
		if (e.people[i].as == ENTRY_INVOLVED)
			(*out)[(*n)++] = e.people[i].person;
	return OK;
}
