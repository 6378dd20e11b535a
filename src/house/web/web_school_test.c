/* The school of web_test.h. */
#include "base/clock.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/account/password.h"
#include "house/procedure/library.h"
#include "house/store/entry.h"
#include "house/store/fixture.h"
#include "house/web/web_test.h"

struct visit_session { int64_t person; char token[SESSION_TOKEN_TEXT]; };
struct web_school_inside {
	struct arena arena;
	struct web web;
	struct account_rules rules;
	struct rights *rights;
	struct flash_store *flash;
	struct keys *keys;
	struct registers *registers;
	struct library *library;
	struct visit_session sessions[128];
	size_t n_sessions;
	struct fixture fixture;        /* of PostgreSQL: its schema */
};

static enum person_kind kind_of(enum role r)
{
	switch (r) {
	case ROLE_LEARNER:  return KIND_LEARNER;
	case ROLE_PARENT:   return KIND_PARENT;
	case ROLE_VISITOR:  return KIND_VISITOR;
	case ROLE_SUPPLY:   return KIND_SUPPLY;
	case ROLE_GOVERNOR:
	case ROLE_CHAIR:    return KIND_GOVERNOR;
	default:            return KIND_STAFF;
	}
}

int64_t web_person(struct web_school *w, enum role r, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct act act = { w->school, 0, "test" };
	struct person_in in = { .kind = kind_of(r), .name = str_z(name), .year = 4, .until_utc = 0 };
	if (in.kind == KIND_VISITOR || in.kind == KIND_SUPPLY)
		in.until_utc = clock_utc() + 86400 * 30;
	CHECK_OK(person_suggest_username(w->db, w->arena, w->school, in.name, &in.username));
	int64_t id = 0;
	CHECK_OK(person_add(w->db, &act, &in, &d, &id));
	CHECK_OK(role_give(w->db, &act, id, r, 0, 0, &d));
	return id;
}

/* SQLite; on PostgreSQL when a server is named: `make check` runs these tests on both. */
static void name_databases(struct web_school *w)
{
	struct fixture *f = &w->inside->fixture;
	char name[20];
	rnd_token(name, 9);
	if (getenv("GH_TEST_PG")) {
		f->turn = 2;
		fixture_where(f);
	} else {
		snprintf(f->where, sizeof f->where, "sqlite:%s/%s.db", test_dir(), name);
		snprintf(f->activity_where, sizeof f->activity_where, "sqlite:%s/%s-activity.db", test_dir(), name);
	}
}

static void new_school(struct web_school *w, const char *profile)
{
	struct q_school_add_row school;
	CHECK_OK(template_db(w->inside->fixture.where, DB_HOUSE, &w->db));
	CHECK_OK(q_school_add_one(w->db, w->arena, &(struct q_school_add_args){ .name = STR("Testerley Primary"), .profile = str_z(profile), .at = clock_utc() }, &school));
	w->school = school.id;
	for (int r = 0; r < role_count(); r++)
		w->person[r] = web_person(w, (enum role)r, arena_fmt(w->arena, "Test %s", role_title((enum role)r)).p);
}

/* A school with one of each role, made once an hour of the clock; on PostgreSQL each time. */
static void open_school(struct web_school *w, const char *profile)
{
	static struct { int64_t school, person[ROLES_MAX]; } ids;      /* the same in every school that is made so */
	const struct fixture *f = &w->inside->fixture;
	const char *path = f->where + strlen("sqlite:"), *name = arena_fmt(w->arena, "school %s %d", profile, role_count()).p;
	CHECK_OK(template_db(f->activity_where, DB_ACTIVITY, &w->activity));
	if (f->turn == 2) {
		new_school(w, profile);
		return;
	}
	if (!template_take(name, path)) {
		new_school(w, profile);
		db_free(&w->db);
		template_keep(name, path);
		ids.school = w->school;
		for (int r = 0; r < role_count(); r++)
			ids.person[r] = w->person[r];
	}
	w->school = ids.school;
	memcpy(w->person, ids.person, sizeof ids.person);
	CHECK_OK(db_open(f->where, &w->db));
}

struct web_school web_school_of(const char *profile)
{
	struct web_school_inside *in = mem_new(struct web_school_inside);
	struct web_school w = { .inside = in, .arena = &in->arena, .web = &in->web };
	AUTO(diag_done) struct diag d = diag_init(10);
	name_databases(&w);
	CHECK_OK(rights_load(test_source("data/roles.conf"), &d, &in->rights));
	in->rules = account_rules_default();
	in->flash = flash_new();
	in->keys = keys_fake(7);
	in->registers = template_registers(&d);
	CHECK_OK(template_library(profile, &d, &in->library));
	in->rules.library = in->library;
	open_school(&w, profile);
	registers_set_profile(in->registers, &in->library->profile);
	in->web = (struct web){ .rights = in->rights, .account = &in->rules, .flash = in->flash, .keys = in->keys, .registers = in->registers, .library = in->library,
		.school_name = "Testerley Primary", .public_url = "https://portal.test", .school = w.school, .static_version = "1" };
	return w;
}

struct web_school web_school(void) { return web_school_of("primary"); }

void web_school_done(struct web_school *w)
{
	struct web_school_inside *in = w->inside;
	db_free(&w->db);
	db_free(&w->activity);
	if (in->fixture.schema[0]) {
		char sql[80];
		snprintf(sql, sizeof sql, "DROP SCHEMA %s CASCADE", in->fixture.schema);
		fixture_pg_script(sql);
	}
	rights_free(&in->rights);
	flash_free(&in->flash);
	keys_free(&in->keys);
	library_free(&in->library);
	arena_done(&in->arena);
	mem_free(&w->inside);
}

static const char *token_of(struct web_school *w, int64_t person)
{
	struct web_school_inside *in = w->inside;
	for (size_t i = 0; i < in->n_sessions; i++)
		if (in->sessions[i].person == person)
			return in->sessions[i].token;
	assert(in->n_sessions < ARRAY_N(in->sessions));
	struct visit_session *s = &in->sessions[in->n_sessions++];
	struct person p;
	struct session fresh;
	s->person = person;
	CHECK_OK(person_get(w->db, w->arena, w->school, person, &p));
	CHECK_OK(session_begin(w->db, w->web->account, &p, addr_of4((const uint8_t[]){ 127, 0, 0, 9 }), STR("test"), s->token, &fresh));
	CHECK_OK(session_full(w->db, &fresh));
	return s->token;
}

struct web_visit web_visit_raw(struct web_school *w, struct request *req)
{
	struct page_ctx c = { .web = w->web, .db = w->db, .activity = w->activity, .arena = w->arena, .req = req, .school = w->school };
	web_serve(&c);
	struct web_visit v = { .status = c.reply.status, .body = arena_str(w->arena, buf_str(&c.reply.body)), .location = c.reply.location,
		.type = c.reply.type, .filename = c.reply.filename, .cookie = c.reply.n_cookies ? c.reply.set_cookie[0] : STR_NONE };
	v.n_cookies = c.reply.n_cookies;
	memcpy(v.cookies, c.reply.set_cookie, sizeof v.cookies);
	page_ctx_done(&c);
	return v;
}

/* A browser keeps the session's cookie that it was given. */
static void keep_token(struct web_school *w, int64_t person, struct str cookie)
{
	struct web_school_inside *in = w->inside;
	struct str head = STR("__Host-gatehouse=");
	for (size_t i = 0; i < in->n_sessions && str_starts(cookie, head) && cookie.n > head.n + SESSION_TOKEN_TEXT - 1 && cookie.p[head.n] != ';'; i++)
		if (in->sessions[i].person == person)
			memcpy(in->sessions[i].token, cookie.p + head.n, SESSION_TOKEN_TEXT - 1);
}

/* A browser's request: its cookie, and for a post the form token of that cookie. */
static struct web_visit visit_with(struct web_school *w, enum method m, int64_t person, const char *target, const char *form, const struct multipart_file *file)
{
	const char *token = person ? token_of(w, person) : "beforebeforebeforebeforebeforebeforebeforeX";
	struct str t = str_z(target);
	ptrdiff_t q = str_chr(t, '?');
	struct request req = { .method = m, .path = q < 0 ? t : str_upto(t, (size_t)q), .query_text = q < 0 ? STR("") : str_from(t, (size_t)q + 1),
		.peer = addr_of4((const uint8_t[]){ 127, 0, 0, 9 }), .host = STR("portal.test"), .secure = true };
	CHECK_OK(form_read(w->arena, req.query_text, &req.query));
	CHECK_OK(cookie_read(w->arena, arena_fmt(w->arena, "%s=%s", person ? "__Host-gatehouse" : "__Host-before", token), &req.cookies));
	if (m == METHOD_POST) {
		char csrf[CSRF_TEXT];
		session_form_token(str_z(token), csrf);
		CHECK_OK(form_read(w->arena, arena_fmt(w->arena, "%s&token=%s", form, csrf), &req.form));
		req.origin = STR("https://portal.test");
		req.fetch_site = STR("same-origin");
	}
	req.files = file;
	req.n_files = file ? 1 : 0;
	struct web_visit v = web_visit_raw(w, &req);
	if (person)
		keep_token(w, person, v.cookie);
	return v;
}

static struct web_visit visit(struct web_school *w, enum method m, int64_t person, const char *target, const char *form)
{
	return visit_with(w, m, person, target, form, NULL);
}

struct web_visit web_post_file(struct web_school *w, int role, const char *path, const char *form, const char *filename, struct str bytes)
{
	return visit_with(w, METHOD_POST, role == NOBODY ? 0 : w->person[role], path, form, &(struct multipart_file){ STR("file"), str_z(filename), bytes });
}

void web_anew(struct web_school *w) { w->inside->n_sessions = 0; }

void web_unlock(struct web_school *w, int role)
{
	struct session s;
	CHECK_OK(session_find(w->db, w->arena, w->web->account, w->school, str_z(token_of(w, w->person[role])), false, &s));
	CHECK_OK(session_unlock(w->db, &s));
}

void web_fresh(struct web_school *w) { w->inside->n_sessions = 0; }

struct web_visit web_get(struct web_school *w, int role, const char *t) { return visit(w, METHOD_GET, role == NOBODY ? 0 : w->person[role], t, ""); }
struct web_visit web_post(struct web_school *w, int role, const char *t, const char *form) { return visit(w, METHOD_POST, role == NOBODY ? 0 : w->person[role], t, form); }
struct web_visit web_get_as(struct web_school *w, int64_t person, const char *t) { return visit(w, METHOD_GET, person, t, ""); }
struct web_visit web_post_as(struct web_school *w, int64_t person, const char *t, const char *form) { return visit(w, METHOD_POST, person, t, form); }
bool web_says(const struct web_visit *v, const char *text) { return str_find(v->body, str_z(text)) >= 0; }
