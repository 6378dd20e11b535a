/* Accounts: one person, who is new, who holds which role, who left.  The list: people_list.c. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/curriculum/joiner.h"
#include "house/account/glass.h"
#include "house/account/password.h"
#include "house/account/second.h"
#include "house/account/shared.h"
#include "house/account/username.h"
#include "house/notify/notify.h"
#include "house/page/people.h"
#include "house/page/page_store.h"
#include "house/page/roles.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "house/register/may.h"

enum { BOTH_HALVES_S = 30 * 86400 };

/* ---- a new person ---- */

static enum err new_page(struct page_ctx *c)
{
	struct part_select class;
	TRY(people_classes(c, page_field(c, "class"), page_text(TEXT_people_no_class), &class));
	return page_show(c, person_new, "Add a person", .errors = page_errors(c), .kind = people_kinds(c, page_field(c, "kind"), page_text(TEXT_people_choose)),
		.year = people_years(c, page_field(c, "year"), page_text(TEXT_people_no_pupil)), .class = class,
		.name = page_field(c, "name"), .name_error = page_wrong_text(c, "name"),
		.username = page_field(c, "username"), .username_error = page_wrong_text(c, "username"),
		.email = page_field(c, "email"), .email_error = page_wrong_text(c, "email"),
		.until = page_field(c, "until"), .until_error = page_wrong_text(c, "until"));
}

enum err person_new_show(struct page_ctx *c) { return new_page(c); }

static enum err read_person(struct page_ctx *c, struct person_in *in)
{
	int64_t year = YEAR_NONE;
	struct str until = page_field(c, "until");
	*in = (struct person_in){ .name = page_field(c, "name"), .username = page_field(c, "username"), .email = page_field(c, "email"), .year = YEAR_NONE };
	if (kind_read(page_field(c, "kind"), &in->kind) != OK)
		in->kind = 0;                    /* person_add says so */
	if (page_field(c, "year").n && str_i64(page_field(c, "year"), &year) == OK && year >= 0 && year <= YEAR_LAST)
		in->year = (int)year;
	if (page_field(c, "class").n && str_i64(page_field(c, "class"), &in->class_id) != OK)
		return ERR_SYNTAX;
	if (until.n && time_read_date(until, &in->until_utc) != OK)
		page_wrong(c, "until", "Enter a date like 21/11/2026.");
	else if (until.n)
		in->until_utc += 86400 - 1;      /* the whole of that day */
	if (in->username.n == 0 && in->name.n)
		TRY(username_suggest(c->db, c->arena, c->school, in->kind, in->name, &in->username));
	return OK;
}

void page_own_name(struct page_ctx *c, struct str username)
{
	if (shared_refused(username))
		page_wrong(c, "username", "That is no one person's name, and nobody could sign in with it. Give each person their own, such as first.last.");
}

enum err person_new_do(struct page_ctx *c)
{
	struct person_in in;
	struct act act = page_act(c, "added on the people page");
	int64_t id = 0;
	TRY(read_person(c, &in));
	page_own_name(c, in.username);
	enum err e = page_is_wrong(c) ? OK : person_add(c->db, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return new_page(c);
	TRY(e);
	page_flash(c, FLASH_DONE, "%.*s is added.", STRF(in.name));
	return page_redirect(c, "/people/%lld", (long long)id);
}

/* ---- one person ---- */

/* 5.1-16: the session for whoever joined or leaves, or that it is still to come. */
static void moves(struct page_ctx *c, const struct person *p, struct part_summary_rows *rows, size_t *n)
{
	struct store st = page_store(c);
	struct joiner j;
	for (int k = JOINER_JOINS; p->kind == KIND_LEARNER && k <= JOINER_LEAVES; k++)
		if (c->web->registers && joiner_of(&st, c->arena, c->school, p->id, (enum joiner_kind)k, &j) == OK && j.wanted)
			rows[(*n)++] = (struct part_summary_rows){ .key = k == JOINER_JOINS ? STR("Online safety on joining") : STR("Online safety on leaving"),
				.value = j.done ? arena_fmt(c->arena, "Session on %.*s", STRF(time_date_words(c->arena, j.on_utc))) : STR("No session yet: a task is open."),
				.href = j.done ? STR_NONE : STR("/registers/transition-session/new"), .action = j.done ? STR_NONE : STR("Enter it") };
}

static struct part_summary about(struct page_ctx *c, const struct person *p)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 11);
	struct school_class class;
	size_t n = 0;
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_people_kind), .value = str_z(kind_title(p->kind)) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_people_username), .value = p->username.n ? p->username : page_text(TEXT_people_no_account) };
	if (p->kind == KIND_LEARNER)
		rows[n++] = (struct part_summary_rows){ .key = STR("Year"), .value = str_z(year_title(p->year)) };
	if (p->class_id && class_get(c->db, c->arena, c->school, p->class_id, &class) == OK)
		rows[n++] = (struct part_summary_rows){ .key = STR("Class"), .value = class.name };
	if (p->email.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_person_email), .value = p->email };
	rows[n++] = (struct part_summary_rows){ .key = STR("Here since"), .value = time_date_words(c->arena, p->joined_utc) };
	if (p->left_utc)
		rows[n++] = (struct part_summary_rows){ .key = p->left_utc <= clock_utc() ? page_text(TEXT_people_left) : page_text(TEXT_person_until),
			.value = time_date_words(c->arena, p->left_utc) };
	moves(c, p, rows, &n);
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static struct view_person_held held_of(struct page_ctx *c, const struct appointment *p)
{
	const struct role_facts *f = role_facts(p->role);
	return (struct view_person_held){ .word = str_z(role_word(p->role)), .title = str_z(f->title), .since = time_date_words(c->arena, p->from_utc),
		.until = p->until_utc ? time_date_words(c->arena, p->until_utc) : STR(""), .cover = p->cover_of > 0, .duties = p->duties, .trains = f->trained,
		.trained = p->trained_utc ? time_date_words(c->arena, p->trained_utc) : STR(""), .may_end = page_may_appoint(c) };
}

static enum err appointments(struct page_ctx *c, const struct person *p, struct view_person *v)
{
	struct appointment *list;
	size_t n;
	TRY(role_history(c->db, c->arena, c->school, p->id, &list, &n));
	struct view_person_held *held = arena_array(c->arena, struct view_person_held, n + 1);
	struct view_person_past *past = arena_array(c->arena, struct view_person_past, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (list[i].until_utc && list[i].until_utc <= clock_utc())
			past[v->n_past++] = (struct view_person_past){ str_z(role_title(list[i].role)), time_date_words(c->arena, list[i].from_utc), time_date_words(c->arena, list[i].until_utc) };
		else
			held[v->n_held++] = held_of(c, &list[i]);
	}
	v->held = held;
	v->past = past;
	return OK;
}

/* Changes of this person's rights that wait, for those who may see them. */
static enum err waiting(struct page_ctx *c, int64_t id, struct view_person *v)
{
	struct store st = page_store(c);
	struct second *list;
	size_t n;
	if (!page_sees_rights(c))
		return OK;
	TRY(second_of(&st, c->arena, c->school, id, &list, &n));
	struct view_person_waits *rows = arena_array(c->arena, struct view_person_waits, n + 1);
	for (size_t i = 0; i < n; i++)
		if (str_is(list[i].state, "waiting"))
			rows[v->n_waits++] = (struct view_person_waits){ list[i].id, list[i].title };
	v->waits = rows;
	return OK;
}

static bool sees_breaches(const struct page_ctx *c)
{
	const struct reg *r = registers_find(c->web->registers, STR("agreement-breach"));
	return r && reg_may_of(c->web->rights, c->roles, r).see;
}

enum err people_page(struct page_ctx *c, int64_t id, struct str issued, struct str code)
{
	struct person p;
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	struct view_person v = {
		.errors = page_errors(c), .id = id, .name = p.name, .rows = about(c, &p), .issued = issued, .code = code, .learner = p.kind == KIND_LEARNER, .username = p.username,
		.date = page_field(c, "date"), .date_error = page_wrong_text(c, "date"), .may_write = page_may(c, CAP_ACCOUNTS, ACCESS_WRITE), .breach = sees_breaches(c) && id != c->session->person, .may_roles = page_may_appoint(c) && id != c->session->person && p.kind != KIND_LEARNER,
		.cases = p.kind == KIND_LEARNER && page_may(c, CAP_CONCERN_DECIDE, ACCESS_READ), .lessons = p.kind == KIND_LEARNER && page_may(c, CAP_CURRICULUM, ACCESS_READ),
		.family = p.kind == KIND_LEARNER && page_may(c, CAP_ACCOUNTS, ACCESS_READ),
		.has_account = p.username.n > 0, .has_factor = p.has_factor, .here = p.left_utc == 0 || p.left_utc > clock_utc(),
	};
	TRY(appointments(c, &p, &v));
	TRY(waiting(c, id, &v));
	page_begin(c, arena_z(c->arena, p.name));
	view_person_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err person_show(struct page_ctx *c)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return people_page(c, id, STR_NONE, STR_NONE);
}

/* Who makes a password for a person of high rights could act as them: only administrators may, and never for themselves here. */
enum err people_may_reset(struct page_ctx *c, int64_t id)
{
	struct person p;
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	bool high = rights_second_factor(c->web->rights, p.roles);
	if (id == c->session->person || (high && !page_has_role(c, ROLE_ADMIN)) || str_is(p.username, GLASS_USERNAME))
		return ERR_FORBIDDEN;
	return OK;
}

/* Whoever makes both a password and a new second step for a person of high rights is that person: two must do it. */
enum err people_other_half(struct page_ctx *c, int64_t id, const char *what)
{
	struct person p;
	struct q_account_acts_by_row done;
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	if (!rights_second_factor(c->web->rights, p.roles))
		return OK;
	TRY(q_account_acts_by_one(c->db, c->arena, &(struct q_account_acts_by_args){ .school = c->school, .person = id,
		.by = c->session->person, .what = str_z(what), .since = clock_utc() - BOTH_HALVES_S }, &done));
	return done.n ? ERR_FORBIDDEN : OK;
}

/* Those who must know when somebody is given a way to what is confidential. */
enum err people_tell_of_access(struct page_ctx *c, const struct act *act, int64_t about)
{
	static const char *const roles[] = { "head", "dsl", "chair" };
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		int64_t *people;
		size_t n;
		TRY(notify_holders(c->db, c->arena, c->school, str_z(roles[i]), &people, &n));
		for (size_t k = 0; k < n; k++)
			if (people[k] != about && people[k] != act->person)
				TRY(notify_add(c->db, act, NOTICE_ACCESS, people[k], "/roles", 0, 0));
	}
	return OK;
}

/* 7.10-04: access ends on that day, and where the program cannot close an account somebody is asked to. */
static enum err leave(struct page_ctx *c, int64_t id, int64_t at_utc)
{
	struct act act = page_act(c, "left");
	struct store st = page_store(c);
	struct person p;
	int64_t opened;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	TRY(person_leave(c->db, &act, id, at_utc));
	if (c->web->library)
		TRY(leaver_tasks(&st, &act, &c->web->library->platforms, &(struct leaver){ id, p.kind, p.name }, 1, at_utc, &c->errors, &opened));
	return db_tx_commit(&tx);
}

enum err person_leave_do(struct page_ctx *c)
{
	int64_t id, at = 0;
	struct str date = page_field(c, "date");
	TRY(page_id(c, "id", &id));
	if (id == c->session->person)
		return ERR_STATE;
	TRY(people_may_reset(c, id));
	if (date.n && time_read_date(date, &at) != OK)
		page_wrong(c, "date", "Enter a date like 18/07/2027, or leave it empty for today.");
	if (page_is_wrong(c))
		return people_page(c, id, STR_NONE, STR_NONE);
	TRY(leave(c, id, at > clock_utc() ? at : 0));
	page_flash(c, FLASH_DONE, at > clock_utc() ? "Their access ends on that day." : "Their access ended.");
	return page_redirect(c, "/people/%lld", (long long)id);
}
