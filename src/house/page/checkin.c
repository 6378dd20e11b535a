/* Pupils' own telephones and devices: handed in and given back by class, what was not fetched, and what goes with it. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/cover.h"
#include "house/checkin/checkin.h"
#include "house/page/desk.h"
#include "house/page/my_class.h"
#include "house/page/page_store.h"

enum { LATEST = 10, PLACE_MAX = 120 };

#define LEADS (ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP) | ROLE_BIT(ROLE_OFFICE))

static bool works_here(const struct page_ctx *c) { return page_may(c, CAP_VISITORS, ACCESS_WRITE) || page_may(c, CAP_CLASS_SESSION, ACCESS_WRITE); }

/* The office and leadership take devices of any class; where the class keeps them, its teachers too (9.3-03, 9.3-04). */
static bool may_take(struct page_ctx *c, int64_t class_id)
{
	struct store st = page_store(c);
	if (c->roles & LEADS)
		return true;
	return !checkin_by_office(c->web->library) &&
	       (class_has_staff(c->db, c->school, class_id, c->person->id) || cover_holds(&st, c->school, class_id, c->person->id));
}

static bool may_see(struct page_ctx *c, int64_t class_id)
{
	return c->roles & LEADS || class_has_staff(c->db, c->school, class_id, c->person->id) || may_take(c, class_id);
}

static enum err the_class(struct page_ctx *c, struct school_class *k)
{
	int64_t id;
	if (!works_here(c) || !c->web->library)
		return ERR_FORBIDDEN;
	TRY(page_id(c, "class", &id));
	TRY(class_get(c->db, c->arena, c->school, id, k));
	return may_see(c, id) ? OK : ERR_FORBIDDEN;
}

static const struct checkin *of_child(const struct checkin *all, size_t n, int64_t child)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].child == child)
			return &all[i];
	return NULL;
}

static enum err put_children(struct page_ctx *c, const struct school_class *k, struct view_checkin *v)
{
	struct store st = page_store(c);
	struct person *p;
	struct checkin *all;
	size_t n, found;
	TRY(page_children(c, k->id, &p, &n));
	TRY(checkin_day(&st, c->arena, c->school, k->id, clock_utc(), &all, &found));
	struct view_checkin_here *here = arena_array(c->arena, struct view_checkin_here, n + 1);
	struct view_checkin_away *away = arena_array(c->arena, struct view_checkin_away, n + 1);
	struct view_checkin_back *back = arena_array(c->arena, struct view_checkin_back, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct checkin *x = of_child(all, found, p[i].id);
		if (!x)
			away[v->n_away++] = (struct view_checkin_away){ p[i].id, p[i].name };
		else if (x->back)
			back[v->n_back++] = (struct view_checkin_back){ x->id, p[i].name, time_clock_words(c->arena, x->back_utc) };
		else
			here[v->n_here++] = (struct view_checkin_here){ x->id, p[i].name, time_clock_words(c->arena, x->kept_utc), x->place };
	}
	v->here = here;
	v->away = away;
	v->back = back;
	return OK;
}

enum err checkin_class_show(struct page_ctx *c)
{
	struct school_class k;
	TRY(the_class(c, &k));
	struct view_checkin v = { .class_id = k.id, .class_name = k.name, .office = checkin_by_office(c->web->library), .takes = may_take(c, k.id),
		.today = time_date_words(c->arena, clock_utc()), .late = checkin_late(c->web->library, clock_utc(), clock_utc()) };
	TRY(put_children(c, &k, &v));
	page_begin(c, "Devices today");
	view_checkin_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* The numbers ticked in a form, of which there may be many. */
static bool next_ticked(struct page_ctx *c, size_t *at, int64_t *id)
{
	struct str v;
	while (form_each(&c->req->form, "child", at, &v))
		if (str_i64(v, id) == OK && *id > 0)
			return true;
	return false;
}

static bool in_class(const struct person *p, size_t n, int64_t child)
{
	for (size_t i = 0; i < n; i++)
		if (p[i].id == child)
			return true;
	return false;
}

static enum err take_in(struct page_ctx *c, const struct school_class *k, size_t *done, size_t *already)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "handed in");
	struct person *p;
	size_t n, at = 0;
	struct str place = page_field(c, "place");
	TRY(page_children(c, k->id, &p, &n));
	for (int64_t child, id; next_ticked(c, &at, &child);) {
		if (!in_class(p, n, child))
			return ERR_INVALID;
		enum err e = checkin_in(&st, &act, child, k->id, str_upto(place, PLACE_MAX), &c->errors, &id);
		*already += e == ERR_EXISTS;
		*done += e == OK;
		if (e != ERR_EXISTS)
			TRY(e);
	}
	return OK;
}

/* Entries of this class of today: others are not this page's. */
static enum err give_back(struct page_ctx *c, const struct school_class *k, size_t *done)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "given back");
	struct checkin *all;
	size_t n, at = 0;
	TRY(checkin_day(&st, c->arena, c->school, k->id, clock_utc(), &all, &n));
	for (int64_t id; next_ticked(c, &at, &id);)
		for (size_t i = 0; i < n; i++)
			if (all[i].id == id && !all[i].back) {
				TRY(checkin_out(&st, &act, id, &c->errors));
				(*done)++;
			}
	return OK;
}

static enum err undo(struct page_ctx *c, const struct school_class *k)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "a wrong tap");
	struct checkin *all;
	size_t n;
	int64_t id;
	TRY(str_i64(page_field(c, "undo"), &id));
	TRY(checkin_day(&st, c->arena, c->school, k->id, clock_utc(), &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id)
			return checkin_undo(&st, &act, id, &c->errors);
	return ERR_ABSENT;
}

static enum err act_on(struct page_ctx *c, const struct school_class *k)
{
	size_t done = 0, already = 0;
	bool in = str_is(page_field(c, "do"), "in");
	if (page_field(c, "undo").n) {
		TRY(undo(c, k));
		page_flash(c, FLASH_DONE, "Taken back.");
		return OK;
	}
	TRY(in ? take_in(c, k, &done, &already) : give_back(c, k, &done));
	if (already)
		page_flash(c, FLASH_NOTE, "%zu handed in. %zu %s here already.", done, already, already == 1 ? "was" : "were");
	else
		page_flash(c, done ? FLASH_DONE : FLASH_NOTE, done ? "%zu %s." : "Nobody was ticked.", done, in ? "handed in" : "given back");
	return OK;
}

enum err checkin_class_do(struct page_ctx *c)
{
	struct school_class k;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(the_class(c, &k));
	TRY(may_take(c, k.id) ? OK : ERR_FORBIDDEN);
	TRY(db_tx_begin(c->db, &tx));
	TRY(act_on(c, &k));
	TRY(db_tx_commit(&tx));
	return page_redirect(c, "/check-in/%lld", (long long)k.id);
}

/* ---- the day: every class, what is not fetched, what else was written down ---- */

static enum err put_classes(struct page_ctx *c, struct view_checkins *v)
{
	struct school_class *k;
	size_t n;
	TRY(class_list(c->db, c->arena, c->school, &k, &n));
	struct view_checkins_classes *rows = arena_array(c->arena, struct view_checkins_classes, n + 1);
	for (size_t i = 0; i < n; i++)
		if (may_see(c, k[i].id))
			rows[v->n_classes++] = (struct view_checkins_classes){ k[i].id, k[i].name };
	v->classes = rows;
	return OK;
}

/* What the reader may see of what is still here: all for office and leadership, own classes for teachers. */
static enum err put_kept(struct page_ctx *c, struct view_checkins *v)
{
	struct store st = page_store(c);
	struct checkin *all;
	size_t n;
	int64_t now = clock_utc();
	TRY(checkin_kept(&st, c->arena, c->school, &all, &n));
	struct view_checkins_kept *rows = arena_array(c->arena, struct view_checkins_kept, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct school_class k = { .name = STR("") };
		if (!may_see(c, all[i].class_id))
			continue;
		(void)class_get(c->db, c->arena, c->school, all[i].class_id, &k);      /* a class that is gone has no name */
		v->kept_now++;
		if (checkin_late(c->web->library, all[i].day_utc, now))
			rows[v->n_kept++] = (struct view_checkins_kept){ all[i].id, page_who(c, all[i].child), k.name, all[i].place, page_when(c, all[i].kept_utc) };
	}
	v->kept = rows;
	return OK;
}

static struct str where_words(struct str where)
{
	return str_is(where, "lesson") ? STR("in a lesson") : str_is(where, "exam") ? STR("in an examination") : str_is(where, "school") ? STR("elsewhere in school") : where;
}

static enum err put_log(struct page_ctx *c, enum checkin_log which, struct str **out, size_t *n)
{
	struct store st = page_store(c);
	struct checkin_line *l;
	TRY(checkin_lines(&st, c->arena, c->school, which, LATEST, &l, n));
	*out = arena_array(c->arena, struct str, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		struct str who = l[i].child ? arena_fmt(c->arena, "%.*s: ", STRF(page_who(c, l[i].child))) : STR("");
		struct str where = l[i].where.n ? arena_fmt(c->arena, "%.*s, ", STRF(where_words(l[i].where))) : STR("");
		(*out)[i] = arena_fmt(c->arena, "%.*s%.*s (%.*s%.*s, %.*s)", STRF(who), STRF(l[i].what), STRF(where), STRF(page_when(c, l[i].at_utc)), STRF(page_who(c, l[i].by)));
	}
	return OK;
}

static struct part_input input(struct page_ctx *c, const char *name, enum text_key label)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .value = page_field(c, name), .error = page_wrong_text(c, name) };
}

static struct part_select where_choice(struct page_ctx *c, bool exams)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, 3);
	items[0] = (struct part_select_items){ STR("lesson"), STR("In a lesson"), false };
	items[1] = (struct part_select_items){ STR("school"), STR("Elsewhere in school"), false };
	items[2] = (struct part_select_items){ STR("exam"), STR("In an examination"), false };
	return (struct part_select){ .name = STR("where"), .label = page_text(TEXT_checkin_where), .items = items, .n_items = exams ? 3 : 2 };
}

enum err checkins_show(struct page_ctx *c)
{
	if (!works_here(c) || !c->web->library)
		return ERR_FORBIDDEN;
	struct view_checkins v = { .errors = page_errors(c), .office = checkin_by_office(c->web->library), .exams = checkin_exams(c->web->library),
		.all = (c->roles & LEADS) != 0, .breach_child = input(c, "breach-child", TEXT_checkin_child), .what = { .name = STR("what"),
		.label = page_text(TEXT_checkin_what), .value = page_field(c, "what"), .error = page_wrong_text(c, "what"), .rows = 3 },
		.call_child = input(c, "call-child", TEXT_checkin_child), .whom = input(c, "whom", TEXT_checkin_whom), .exam = input(c, "exam", TEXT_checkin_exam),
		.room = input(c, "room", TEXT_checkin_room), .checked_error = page_wrong_text(c, "checked") };
	struct str *lines;
	v.where = where_choice(c, v.exams);
	TRY(put_classes(c, &v));
	TRY(put_kept(c, &v));
	if (v.all) {
		TRY(put_log(c, CHECKIN_BREACHES, &lines, &v.n_breaches));
		v.breaches = lines;
		TRY(put_log(c, CHECKIN_CALLS, &lines, &v.n_calls));
		v.calls = lines;
		TRY(put_log(c, CHECKIN_EXAMS, &lines, &v.n_checks));
		v.checks = lines;
	}
	page_begin(c, "Pupils' devices");
	view_checkins_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* One that was kept on an earlier day, or after hours: given back from the list. */
enum err checkin_back_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "given back");
	int64_t id;
	TRY(c->roles & LEADS ? OK : ERR_FORBIDDEN);
	TRY(page_id(c, "id", &id));
	TRY(checkin_out(&st, &act, id, &c->errors));
	page_flash(c, FLASH_DONE, "Given back.");
	return page_redirect(c, "/check-in");
}

enum err checkin_breach_do(struct page_ctx *c)
{
	struct desk_view v;
	int64_t opened;
	struct act act = page_act(c, "a device out of place");
	TRY(works_here(c) ? OK : ERR_FORBIDDEN);
	TRY(page_desk(c, &v));
	struct breach_in in = { .child = page_learner_named(c, "breach-child", page_field(c, "breach-child")), .where = page_field(c, "where"),
		.what = page_need(c, "what", 2000, "Say what happened, and what was done.") };
	if (page_is_wrong(c))
		return checkins_show(c);
	enum err e = checkin_breach(&v.desk, &act, &in, &c->errors, &opened);
	if (e == ERR_INVALID)
		return checkins_show(c);
	TRY(e);
	page_flash(c, FLASH_DONE, opened ? "Written down. The safeguarding lead leads on from here, and the examining body is told." : "Written down.");
	return page_redirect(c, "/check-in");
}

enum err checkin_call_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "a call home");
	TRY(c->roles & LEADS ? OK : ERR_FORBIDDEN);
	int64_t child = page_learner_named(c, "call-child", page_field(c, "call-child"));
	struct str whom = page_need(c, "whom", 120, "Say who was rung.");
	if (page_is_wrong(c))
		return checkins_show(c);
	TRY(checkin_call(&st, &act, child, whom, &c->errors));
	page_flash(c, FLASH_DONE, "Written down.");
	return page_redirect(c, "/check-in");
}

enum err checkin_exam_do(struct page_ctx *c)
{
	struct desk_view v;
	struct act act = page_act(c, "before an examination");
	TRY(works_here(c) ? OK : ERR_FORBIDDEN);
	TRY(page_desk(c, &v));
	struct str exam = page_need(c, "exam", 120, "Say which examination."), room = page_need(c, "room", 120, "Say which room.");
	if (page_is_wrong(c))
		return checkins_show(c);
	enum err e = checkin_exam(&v.desk, &act, exam, room, page_ticked(c, "checked"), &c->errors);
	if (e == ERR_INVALID)
		return checkins_show(c);
	TRY(e);
	page_flash(c, FLASH_DONE, "Written down. The examination may begin.");
	return page_redirect(c, "/check-in");
}
