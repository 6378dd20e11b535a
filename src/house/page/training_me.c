/* My own training: what is asked of me, what I have had, courses that I took elsewhere, certificates. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/attachment.h"
#include "house/page/casefile.h"
#include "house/page/curriculum.h"
#include "house/page/form.h"
#include "house/page/training.h"
#include "house/web/table.h"

enum { COURSES_SHOWN = 50, NEXT_MAX = 20, PER_PAGE = 25, LEARNED_MAX = 4000, SHORT_MAX = 200 };

static const char *course_words(struct str state) { return str_is(state, "confirmed") ? "confirmed" : str_is(state, "refused") ? "does not count" : "said by you, not confirmed yet"; }
static const char *course_colour(struct str state) { return str_is(state, "confirmed") ? "green" : str_is(state, "refused") ? "grey" : "blue"; }

static const struct multipart_file *file_of(const struct page_ctx *c)
{
	for (size_t i = 0; i < c->req->n_files; i++)
		if (str_is(c->req->files[i].field, "file") && c->req->files[i].bytes.n)
			return &c->req->files[i];
	return NULL;
}

/* The newest document of an entry that is still there. */
static enum err document_of(struct page_ctx *c, struct store *st, int64_t entry, int64_t *id)
{
	struct attachment *v;
	size_t n;
	TRY(attachment_list(st, c->arena, c->school, entry, &v, &n));
	*id = 0;
	for (size_t i = 0; i < n; i++)
		if (!v[i].withdrawn && !v[i].destroyed)
			*id = v[i].id;
	return OK;
}

static enum err document_href(struct page_ctx *c, struct store *st, int64_t course, struct str *out)
{
	int64_t doc;
	TRY(document_of(c, st, course, &doc));
	*out = doc ? arena_fmt(c->arena, "/training/courses/%lld/document", (long long)course) : STR_NONE;
	return OK;
}

static enum err courses_of(struct page_ctx *c, struct store *st, const struct training *t, struct view_training_me *v)
{
	struct course *list;
	TRY(course_list(t, c->person->id, NULL, 0, COURSES_SHOWN, &list, &v->n_courses, NULL));
	struct view_training_me_courses *rows = arena_array(c->arena, struct view_training_me_courses, v->n_courses + 1);
	for (size_t i = 0; i < v->n_courses; i++) {
		rows[i] = (struct view_training_me_courses){ .id = list[i].id, .title = list[i].title, .provider = list[i].provider, .on = training_date(c, list[i].on_utc),
			.state = str_z(course_words(list[i].state)), .colour = str_z(course_colour(list[i].state)), .note = list[i].note };
		TRY(document_href(c, st, list[i].id, &rows[i].document));
	}
	v->courses = rows;
	return OK;
}

static bool is_expected(const struct training *t, const struct workshop *s, int64_t person)
{
	struct training_person *p;
	size_t n;
	if (workshop_expected(t, s, &p, &n) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (p[i].id == person)
			return true;
	return false;
}

static enum err next_of(struct page_ctx *c, const struct training *t, struct view_training_me *v)
{
	struct workshop *list;
	size_t n;
	TRY(workshop_list(t, false, 0, NEXT_MAX, &list, &n, NULL));
	struct view_training_me_next *rows = arena_array(c->arena, struct view_training_me_next, n + 1);
	for (size_t i = 0; i < n; i++)
		if (list[i].on_utc >= time_uk_midnight(clock_utc()) && is_expected(t, &list[i], c->person->id))
			rows[v->n_next++] = (struct view_training_me_next){ list[i].title, list[i].at.n ? arena_fmt(c->arena, "%.*s, %.*s", STRF(training_date(c, list[i].on_utc)), STRF(list[i].at)) :
				training_date(c, list[i].on_utc), list[i].place };
	v->next = rows;
	return OK;
}

/* What a course may count for: what is asked of this person. */
static struct part_select counts_as(struct page_ctx *c, const struct training *t, const struct matrix *m)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, t->modules.n + 2);
	struct str chosen = page_field(c, "module");
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), page_text(TEXT_training_counts_nothing), !chosen.n };
	for (size_t i = 0; m->n && i < t->modules.n; i++)
		if (matrix_at(t, m, 0, i).state != STAND_NONE && !t->modules.v[i].reads.n && !t->modules.v[i].newcomers && !t->modules.v[i].led.n)
			items[n++] = (struct part_select_items){ t->modules.v[i].id, t->modules.v[i].title, str_eq(chosen, t->modules.v[i].id) };
	return (struct part_select){ .name = STR("module"), .label = page_text(TEXT_training_counts_as), .error = page_wrong_text(c, "module"), .items = items, .n_items = n };
}

static enum err induction_href(struct page_ctx *c, const struct training *t, struct str *out)
{
	struct induction i;
	enum err e = induction_of(t, c->person->id, &i);
	*out = e == OK && !i.part[INDUCTION_OWN].by ? arena_fmt(c->arena, "/training/induction/%lld", (long long)i.id) : STR_NONE;
	return e == ERR_ABSENT ? OK : e;
}

static void form_of(struct page_ctx *c, const struct training *t, const struct matrix *m, struct view_training_me *v)
{
	v->errors = page_errors(c);
	v->title = page_input(c, "title", TEXT_training_course_title, STR_NONE);
	v->provider = page_input(c, "provider", TEXT_training_course_provider, STR_NONE);
	v->on = page_input(c, "on", TEXT_training_course_on, page_text(TEXT_training_day_hint));
	v->on.width = STR("20");
	v->hours = page_input(c, "hours", TEXT_training_course_hours, STR_NONE);
	v->hours.width = STR("20");
	v->module = counts_as(c, t, m);
	v->learned = page_area(c, "learned", TEXT_training_course_learned, 3);
	v->file_error = page_wrong_text(c, "file");
}

static enum err show(struct page_ctx *c, struct store *st, const struct training *t)
{
	struct view_training_me v = { 0 };
	struct matrix m;
	TRY(matrix_load(t, c->person->id, clock_utc(), &m));
	size_t reads = training_module(t, STR("procedures"));
	v.read = m.n && reads < t->modules.n && stand_open(matrix_at(t, &m, 0, reads));
	v.needs = training_needs(c, t, &m);
	TRY(training_record(c, t, c->person->id, &v.record));
	TRY(courses_of(c, st, t, &v));
	TRY(next_of(c, t, &v));
	TRY(induction_href(c, t, &v.induction));
	form_of(c, t, &m, &v);
	page_begin(c, "My training");
	view_training_me_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err training_me_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	TRY(page_training(c, &st, &t));
	return show(c, &st, &t);
}

/* The course and its certificate together, or neither. */
static enum err keep_course(struct page_ctx *c, struct store *st, const struct training *t, const struct course *in)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct act act = page_act(c, "a course taken elsewhere");
	const struct multipart_file *f = file_of(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry e;
	enum screen_why why;
	int64_t id, doc;
	TRY(db_tx_begin(c->db, &tx));
	TRY(course_add(t, &act, in, &c->errors, &id));
	if (f) {
		struct attachment_in document = { .name = f->name, .what = STR("Certificate"), .bytes = f->bytes };
		TRY(entry_get(st, c->arena, &may, id, 0, &e));
		TRY(attachment_add(st, &act, &e, &document, &c->errors, &doc, &why));
	}
	return db_tx_commit(&tx);
}

enum err training_me_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	TRY(page_training(c, &st, &t));
	struct course in = { .person = c->person->id, .title = page_need(c, "title", SHORT_MAX, "Write what the course was called."),
		.provider = page_need(c, "provider", SHORT_MAX, "Write who gave it."), .on_utc = page_day(c, "on", "Write the day of the course."),
		.hours = str_upto(page_field(c, "hours"), 40), .module = page_field(c, "module"), .learned = page_field(c, "learned") };
	if (in.learned.n > LEARNED_MAX)
		page_wrong(c, "learned", "Use fewer words: at most %d letters.", LEARNED_MAX);
	enum err e = page_is_wrong(c) ? OK : keep_course(c, &st, &t, &in);
	if (page_is_wrong(c))
		return show(c, &st, &t);
	TRY(e);
	page_flash(c, FLASH_DONE, "It stands in your record. The safeguarding lead or a deputy confirms what it counts for.");
	return page_redirect(c, "/training/me");
}

/* ---- confirming ---- */

enum err training_courses_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct course *list;
	struct table table = table_read(c, PER_PAGE);
	size_t n;
	TRY(page_training(c, &st, &t));
	if (!training_reads(c))
		return ERR_FORBIDDEN;
	bool all = str_is(page_query(c, "which"), "all");
	TRY(course_list(&t, 0, all ? NULL : "said", table.offset, table.limit, &list, &n, &table.total));
	struct view_training_courses_rows *rows = arena_array(c->arena, struct view_training_courses_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool waits = str_is(list[i].state, "said");
		rows[i] = (struct view_training_courses_rows){ .id = list[i].id, .name = person_name(c->db, c->arena, c->school, list[i].person), .title = list[i].title,
			.provider = list[i].provider, .on = training_date(c, list[i].on_utc), .hours = list[i].hours, .learned = list[i].learned, .note = list[i].note,
			.counts = list[i].module.n ? training_title(&t, list[i].module) : STR_NONE, .waits = waits && training_writes(c) && list[i].person != c->person->id,
			.state = waits ? STR("waits") : str_z(course_words(list[i].state)), .colour = str_z(course_colour(list[i].state)) };
		TRY(document_href(c, &st, list[i].id, &rows[i].document));
	}
	return page_show(c, training_courses, "Courses taken elsewhere", .all = all, .rows = rows, .n_rows = n, .pages = table_pages(c, &table));
}

enum err training_course_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct course course;
	int64_t id;
	struct act act = page_act(c, "looked at a course");
	TRY(page_training(c, &st, &t));
	TRY(page_id(c, "id", &id));
	if (!training_writes(c))
		return ERR_FORBIDDEN;
	TRY(course_get(&t, id, &course));
	bool counts = str_is(page_field(c, "answer"), "yes");
	enum err e = course_judge(&t, &act, &course, counts, str_upto(page_field(c, "note"), 500), &c->errors);
	if (e == ERR_INVALID)
		page_flash(c, FLASH_WARNING, "Write why it does not count: the person reads it. Nothing was changed.");
	else if (e == ERR_STATE)
		page_flash(c, FLASH_NOTE, "Somebody has answered this one already.");
	else
		TRY(e);
	if (e == OK)
		page_flash(c, FLASH_DONE, counts ? "Confirmed." : "It does not count. The person sees why.");
	return page_redirect(c, "/training/courses");
}

enum err training_course_document(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct course course;
	struct attachment d;
	struct str bytes;
	enum screen_kind kind;
	int64_t id, doc;
	TRY(page_training(c, &st, &t));
	TRY(page_id(c, "id", &id));
	TRY(course_get(&t, id, &course));
	if (course.person != c->person->id && !training_reads(c))
		return ERR_FORBIDDEN;
	TRY(document_of(c, &st, id, &doc));
	if (!doc)
		return ERR_ABSENT;
	TRY(attachment_get(&st, c->arena, c->school, doc, &d));
	TRY(attachment_bytes(&st, c->arena, c->school, doc, &bytes));
	const char *media = screen_kind_read(d.kind, &kind) == OK ? screen_media(kind) : "application/octet-stream";
	return casefile_send(c, bytes, media, arena_fmt(c->arena, "certificate-%lld.%.*s", (long long)id, STRF(d.kind)));
}

/* ---- a certificate to print ---- */

enum err training_certificate_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct training_row row;
	struct workshop s = { 0 };
	struct course course = { 0 };
	int64_t id;
	bool measured;
	TRY(page_training(c, &st, &t));
	TRY(page_id(c, "id", &id));
	TRY(training_row_get(&t, id, &row));
	if (row.person != c->person->id && !training_reads(c))
		return ERR_FORBIDDEN;
	if (workshop_get(&t, row.source, &s) != OK && course_get(&t, row.source, &course) == OK)
		s.external = course.provider;
	struct workshop_item *items = NULL;
	size_t n = 0, kept = 0;
	if (s.id)
		TRY(workshop_items(&t, &s, s.covered, &items, &n));
	struct view_training_certificate_items *covered = arena_array(c->arena, struct view_training_certificate_items, n + 1);
	for (size_t i = 0; i < n; i++)
		if (items[i].ticked && str_eq(items[i].module->id, row.module))
			covered[kept++] = (struct view_training_certificate_items){ items[i].item->label };
	return page_show(c, training_certificate, "Certificate", .school = str_z(c->web->school_name), .name = person_name(c->db, c->arena, c->school, row.person),
		.title = training_title(&t, row.module), .on = training_date(c, row.on_utc), .leader = s.leader ? person_name(c->db, c->arena, c->school, s.leader) : s.external,
		.how = str_z(training_how(row.how, &measured)), .number = row.id, .items = covered, .n_items = kept);
}
