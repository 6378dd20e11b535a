/* Accounts: who there is, who is new, who holds which role, who left. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/account/glass.h"
#include "house/account/password.h"
#include "house/account/second.h"
#include "house/account/username.h"
#include "house/notify/notify.h"
#include "house/page/people.h"
#include "house/page/page_store.h"
#include "house/page/roles.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "house/web/table.h"

enum { BOTH_HALVES_S = 30 * 86400 };

static struct str roles_words(struct arena *a, role_set roles)
{
	AUTO(buf_done) struct buf b = buf_init(1000);
	for (int r = 0; r < role_count(); r++)
		if (roles & ROLE_BIT(r)) {
			buf_z(&b, b.n ? ", " : "");
			buf_z(&b, role_title((enum role)r));
		}
	return arena_str(a, buf_str(&b));
}

static struct str state_of(const struct person *p)
{
	if (p->left_utc && p->left_utc <= clock_utc())
		return STR("left");
	return p->username.n && p->has_password ? STR("open") : STR("none");
}

static struct str href_of(struct arena *a, int64_t id) { return arena_fmt(a, "/people/%lld", (long long)id); }

static enum err people_csv(struct page_ctx *c, const struct person *p, size_t n)
{
	static const char *const heads[] = { "Name", "Kind", "Sign-in name", "Roles", "Year", "Account", "Joined", "Left" };
	csv_begin(c, "people.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		csv_cell(c, p[i].name);
		csv_cell(c, str_z(kind_title(p[i].kind)));
		csv_cell(c, p[i].username);
		csv_cell(c, roles_words(c->arena, p[i].roles));
		csv_cell(c, str_z(year_title(p[i].year)));
		csv_cell(c, state_of(&p[i]));
		csv_cell(c, time_iso_date(c->arena, p[i].joined_utc));
		csv_cell(c, p[i].left_utc ? time_iso_date(c->arena, p[i].left_utc) : STR(""));
		csv_row(c);
	}
	return csv_end(c);
}

/* 2-04, 2-05: how many of each kind are here now. */
static enum err kinds_here(struct page_ctx *c, struct str *out)
{
	struct q_person_kinds_row *rows;
	size_t n;
	AUTO(buf_done) struct buf b = buf_init(600);
	TRY(q_person_kinds(c->db, c->arena, &(struct q_person_kinds_args){ .school = c->school, .now = clock_utc() }, &rows, &n));
	for (int k = KIND_LEARNER; k <= KIND_PARENT; k++)
		for (size_t i = 0; i < n; i++)
			if (str_is(rows[i].kind, kind_word((enum person_kind)k)))
				buf_fmt(&b, "%s%s: %lld", b.n ? ", " : "", kind_title((enum person_kind)k), (long long)rows[i].n);
	*out = arena_str(c->arena, buf_str(&b));
	return OK;
}

enum err people_show(struct page_ctx *c)
{
	struct str kinds_now;
	struct table t = table_read(c, 50);
	struct person *p;
	size_t n;
	TRY(person_list(c->db, c->arena, c->school, &(struct person_query){ .words = t.q, .with_left = true, .offset = t.offset, .limit = t.limit }, &p, &n, &t.total));
	if (t.csv)
		return people_csv(c, p, n);
	struct view_people_rows *rows = arena_array(c->arena, struct view_people_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_people_rows){ href_of(c->arena, p[i].id), p[i].name, str_z(kind_title(p[i].kind)), p[i].username,
			roles_words(c->arena, p[i].roles), state_of(&p[i]) };
	TRY(kinds_here(c, &kinds_now));
	return page_show(c, people, "People", .counts = kinds_now, .q = t.q, .may_add = page_may(c, CAP_ACCOUNTS, ACCESS_WRITE), .csv = table_csv_href(c),
		.rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}

/* ---- a new person ---- */

static struct part_select kinds(struct page_ctx *c)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, 10);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), STR("Choose"), false };
	for (int k = KIND_LEARNER; k <= KIND_PARENT; k++)
		items[n++] = (struct part_select_items){ str_z(kind_word((enum person_kind)k)), str_z(kind_title((enum person_kind)k)),
			str_is(page_field(c, "kind"), kind_word((enum person_kind)k)) };
	return (struct part_select){ .name = STR("kind"), .label = page_text(TEXT_person_kind), .error = page_wrong_text(c, "kind"), .items = items, .n_items = n };
}

static struct part_select years(struct page_ctx *c)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, YEAR_LAST + 2);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), STR("Not a pupil"), false };
	for (int y = YEAR_RECEPTION; y <= YEAR_LAST; y++) {
		struct str v = arena_fmt(c->arena, "%d", y);
		items[n++] = (struct part_select_items){ v, str_z(year_title(y)), str_eq(page_field(c, "year"), v) };
	}
	return (struct part_select){ .name = STR("year"), .label = page_text(TEXT_person_year), .error = page_wrong_text(c, "year"), .items = items, .n_items = n };
}

static enum err class_choice(struct page_ctx *c, struct part_select *out)
{
	struct school_class *list;
	size_t n_list, n = 0;
	TRY(class_list(c->db, c->arena, c->school, &list, &n_list));
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n_list + 1);
	items[n++] = (struct part_select_items){ STR(""), STR("No class"), false };
	for (size_t i = 0; i < n_list; i++) {
		struct str v = arena_fmt(c->arena, "%lld", (long long)list[i].id);
		items[n++] = (struct part_select_items){ v, list[i].name, str_eq(page_field(c, "class"), v) };
	}
	*out = (struct part_select){ .name = STR("class"), .label = page_text(TEXT_person_class), .error = page_wrong_text(c, "class"), .items = items, .n_items = n };
	return OK;
}

static enum err new_page(struct page_ctx *c)
{
	struct part_select class;
	TRY(class_choice(c, &class));
	return page_show(c, person_new, "Add a person", .errors = page_errors(c), .kind = kinds(c), .year = years(c), .class = class,
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

enum err person_new_do(struct page_ctx *c)
{
	struct person_in in;
	struct act act = page_act(c, "added on the people page");
	int64_t id = 0;
	TRY(read_person(c, &in));
	enum err e = page_is_wrong(c) ? OK : person_add(c->db, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return new_page(c);
	TRY(e);
	page_flash(c, FLASH_DONE, "%.*s is added.", STRF(in.name));
	return page_redirect(c, "/people/%lld", (long long)id);
}

/* ---- one person ---- */

static struct part_summary about(struct page_ctx *c, const struct person *p)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 8);
	size_t n = 0;
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_people_kind), .value = str_z(kind_title(p->kind)) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_people_username), .value = p->username.n ? p->username : page_text(TEXT_people_no_account) };
	if (p->kind == KIND_LEARNER)
		rows[n++] = (struct part_summary_rows){ .key = STR("Year"), .value = str_z(year_title(p->year)) };
	if (p->email.n)
		rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_person_email), .value = p->email };
	rows[n++] = (struct part_summary_rows){ .key = STR("Here since"), .value = time_date_words(c->arena, p->joined_utc) };
	if (p->left_utc)
		rows[n++] = (struct part_summary_rows){ .key = p->left_utc <= clock_utc() ? page_text(TEXT_people_left) : page_text(TEXT_person_until),
			.value = time_date_words(c->arena, p->left_utc) };
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

enum err people_page(struct page_ctx *c, int64_t id, struct str issued, struct str code)
{
	struct person p;
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	struct view_person v = {
		.errors = page_errors(c), .id = id, .name = p.name, .rows = about(c, &p), .issued = issued, .code = code, .learner = p.kind == KIND_LEARNER, .username = p.username,
		.date = page_field(c, "date"), .date_error = page_wrong_text(c, "date"), .may_write = page_may(c, CAP_ACCOUNTS, ACCESS_WRITE), .may_roles = page_may_appoint(c) && id != c->session->person,
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

/* ---- registers ---- */

static struct str date_or_none(struct arena *a, int64_t utc) { return utc ? time_iso_date(a, utc) : STR(""); }

enum err grants_show(struct page_ctx *c)
{
	struct table t = table_read(c, 0);
	struct grant *g;
	size_t n;
	TRY(grant_list(c->db, c->arena, c->school, 0, &g, &n));
	struct view_grants_rows *rows = arena_array(c->arena, struct view_grants_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_grants_rows){ g[i].name, g[i].what, date_or_none(c->arena, g[i].from_utc), date_or_none(c->arena, g[i].until_utc),
			person_name(c->db, c->arena, c->school, g[i].given_by), g[i].why };
	if (!t.csv)
		return page_show(c, grants, "Who was given access", .csv = table_csv_href(c), .rows = rows, .n_rows = n);
	csv_begin(c, "access-register.csv");
	static const char *const heads[] = { "Name", "Access to", "Since", "Until", "Given by", "Reason" };
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		const struct str cells[] = { rows[i].name, rows[i].what, rows[i].since, rows[i].until, rows[i].by, rows[i].why };
		for (size_t k = 0; k < ARRAY_N(cells); k++)
			csv_cell(c, cells[k]);
		csv_row(c);
	}
	return csv_end(c);
}
