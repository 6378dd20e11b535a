#include "house/web/web_test.h"

#include "base/clock.h"
#include "gen_ui.h"
#include "house/account/password.h"
#include "house/web/table.h"

/* A path that fits the pattern: ids that do not exist. */
static const char *path_of(struct web_school *w, const char *pattern)
{
	AUTO(buf_done) struct buf b = buf_init(500);
	struct str piece, rest = str_from(str_z(pattern), 1);
	while (str_next(&rest, '/', &piece)) {
		buf_byte(&b, '/');
		buf_add(&b, piece.n && piece.p[0] == ':' ? STR("999999") : piece);
	}
	return b.n ? arena_z(w->arena, buf_str(&b)) : "/";
}

/* Roles as the matrix sees them, not as person_add first gave them. */
static role_set only(const struct web_school *w, int role)
{
	role_set held = 0;
	CHECK_OK(role_held(w->db, w->school, w->person[role], clock_utc(), &held));
	return held;
}

static void check_route(struct web_school *w, const struct route *r, int role)
{
	role_set roles = role == NOBODY ? 0 : only(w, role);
	enum err allowed = web_allowed(w->web->rights, r, role != NOBODY, roles);
	struct web_visit v = r->method == METHOD_GET ? web_get(w, role, path_of(w, r->path)) : web_post(w, role, path_of(w, r->path), "x=1");
	const char *who = role == NOBODY ? "nobody" : role_word((enum role)role);
	int got = v.status;
	if (allowed == ERR_SIGNIN && got == 303 && str_starts(v.location, STR("/sign-in")))
		return;
	if (allowed == OK ? (got != 401 && got < 500 && (got != 403 || r->flags & ROUTE_CHECKED)) : got == err_status(allowed))
		return;
	fprintf(stderr, "%s %s as %s: %d, matrix says %s\n", r->method == METHOD_GET ? "GET" : "POST", r->path, who, got, allowed == OK ? "yes" : "no");
	CHECK(false);
}

TEST(routes, every_role_and_nobody_get_what_the_matrix_says)
{
	AUTO(web_school_done) struct web_school w = web_school();
	for (size_t i = 0; i < N_ROUTES; i++)
		for (int role = 0; role <= NOBODY; role = web_next(role))
			if (!str_starts(str_z(ROUTES[i].path), STR("/sign-out")) && !str_starts(str_z(ROUTES[i].path), STR("/me/sessions/end-all")))
				check_route(&w, &ROUTES[i], role);
}

TEST(routes, a_page_that_must_not_show_answers_like_one_that_is_not_there)
{
	AUTO(rights_free) struct rights *r = NULL;
	AUTO(diag_done) struct diag d = diag_init(5);
	CHECK_OK(rights_load(test_source("data/roles.conf"), &d, &r));
	struct route hidden = { METHOD_GET, "/staff-cases", NULL, MAY(STAFF_CASE, READ), ROUTE_HIDE };
	CHECK_ERR(web_allowed(r, &hidden, false, 0), ERR_ABSENT);
	CHECK_ERR(web_allowed(r, &hidden, true, ROLE_BIT(ROLE_TEACHER)), ERR_ABSENT);
	CHECK_OK(web_allowed(r, &hidden, true, ROLE_BIT(ROLE_HEAD)));
}

TEST(routes, fixed_paths_go_before_parameters)
{
	struct page_ctx c = { 0 };
	int64_t id;
	const struct route *r = web_find(ROUTES, N_ROUTES, METHOD_GET, STR("/people/new"), &c);
	CHECK(r && strcmp(r->path, "/people/new") == 0);
	r = web_find(ROUTES, N_ROUTES, METHOD_GET, STR("/people/12"), &c);
	CHECK(r && strcmp(r->path, "/people/:id") == 0);
	CHECK_OK(page_id(&c, "id", &id));
	CHECK_INT(id, 12);
	static const char *const none[] = { "/people/", "/people//", "people/12", "", "//", "/people/1/2/3", "/PEOPLE" };
	for (size_t i = 0; i < ARRAY_N(none); i++) {
		r = web_find(ROUTES, N_ROUTES, METHOD_GET, str_z(none[i]), &c);
		CHECK(r == NULL || strcmp(r->path, "/") == 0);
	}
	static const char *const bad[] = { "0", "-1", "x", "9223372036854775808", "007", "" };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		c.n_params = 1;
		c.params[0].name = "id";
		c.params[0].value = str_z(bad[i]);
		CHECK_ERR(page_id(&c, "id", &id), ERR_ABSENT);
	}
}

/* ---- forms from elsewhere ---- */

static struct request post(struct web_school *w, const char *form, const char *cookie)
{
	struct request r = { .method = METHOD_POST, .path = STR("/sign-in"), .host = STR("portal.test"), .secure = true };
	CHECK_OK(form_read(w->arena, str_z(form), &r.form));
	CHECK_OK(cookie_read(w->arena, str_z(cookie), &r.cookies));
	return r;
}

TEST(web, a_form_without_its_token_or_from_elsewhere_is_refused)
{
	AUTO(web_school_done) struct web_school w = web_school();
	static const char before[] = "beforebeforebeforebeforebeforebeforebeforeX";
	char token[CSRF_TEXT];
	session_form_token(STR("beforebeforebeforebeforebeforebeforebeforeX"), token);
	const char *cookie = arena_fmt(w.arena, "__Host-before=%s", before).p, *good = arena_fmt(w.arena, "token=%s", token).p;
	struct request r = post(&w, good, cookie);
	CHECK_INT(web_visit_raw(&w, &r).status, 422);            /* taken, and found empty */
	r = post(&w, "token=0000000000000000000000000000000000000000", cookie);
	CHECK_INT(web_visit_raw(&w, &r).status, 409);
	r = post(&w, "x=1", cookie);
	CHECK_INT(web_visit_raw(&w, &r).status, 409);
	r = post(&w, good, "");
	CHECK_INT(web_visit_raw(&w, &r).status, 409);
	r = post(&w, good, cookie);
	r.origin = STR("https://elsewhere.test");
	CHECK_INT(web_visit_raw(&w, &r).status, 409);
	r.origin = STR("null");
	CHECK_INT(web_visit_raw(&w, &r).status, 409);
	r.origin = STR("https://portal.test");
	r.fetch_site = STR("cross-site");
	CHECK_INT(web_visit_raw(&w, &r).status, 409);
	r.fetch_site = STR("same-origin");
	CHECK_INT(web_visit_raw(&w, &r).status, 422);
}

TEST(web, redirects_stay_with_us)
{
	static const char *const away[] = { "https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test", "elsewhere", "", "/a b", "/sign-in", "/x\r\nSet-Cookie: a=b" };
	AUTO(arena_done) struct arena a = arena_init();
	struct page_ctx c = { .arena = &a };
	for (size_t i = 0; i < ARRAY_N(away); i++)
		CHECK_STR(page_next(&c, str_z(away[i]), "/home"), "/home");
	CHECK_STR(page_next(&c, STR("/people?q=a"), "/home"), "/people?q=a");
	CHECK_ERR(page_redirect(&c, "%s", "//elsewhere.test"), ERR_LIMIT);
	CHECK_OK(page_redirect(&c, "/people/%d", 4));
	CHECK_STR(c.reply.location, "/people/4");
}

TEST(web, hostile_names_are_only_text)
{
	static const char *const hostile[] = {
		"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "{{csrf}}", "&lt;b&gt;", "</title><b>", "a\xff\xfe<b>",
	};
	for (size_t i = 0; i < ARRAY_N(hostile); i++) {
		AUTO(buf_done) struct buf o = buf_init(1 << 16);
		struct tpl_env env = { .csrf = STR("t") };
		struct view_people_rows row = { .href = str_z(hostile[i]), .name = str_z(hostile[i]), .kind = str_z(hostile[i]), .username = str_z(hostile[i]) };
		struct view_people v = { .q = str_z(hostile[i]), .csv = str_z(hostile[i]), .rows = &row, .n_rows = 1 };
		view_people_put(&o, &env, &v);
		CHECK(str_find(buf_str(&o), STR("<script")) < 0 && str_find(buf_str(&o), STR("<img")) < 0 && str_find(buf_str(&o), STR("<b>")) < 0);
		CHECK(str_find(buf_str(&o), STR("' onmouse")) < 0 && str_utf8(buf_str(&o)));
	}
}

TEST(web, addresses_are_checked_by_their_kind)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "javascript:alert(1)", "#" }, { "JaVaScRiPt:x", "#" }, { " javascript:x", "#" }, { "java\nscript:x", "#" }, { "data:text/html,x", "#" },
		{ "//elsewhere.test", "#" }, { "/\\elsewhere", "#" }, { "vbscript:x", "#" }, { "", "#" }, { "people", "#" },
		{ "/people?q=a&b=\"", "/people?q=a&amp;b=&quot;" }, { "https://example.org/", "https://example.org/" }, { "#main", "#main" }, { "tel:999", "tel:999" },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		AUTO(buf_done) struct buf o = buf_init(1000);
		tpl_url(&o, str_z(cases[i].in));
		CHECK_STR(buf_str(&o), cases[i].out);
	}
	AUTO(buf_done) struct buf o = buf_init(1000);
	tpl_url_piece(&o, STR("a b&c=\"/\xc3\xa9"));
	CHECK_STR(buf_str(&o), "a%20b%26c%3D%22%2F%C3%A9");
}

TEST(web, a_cell_of_a_csv_is_never_a_formula)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct page_ctx c = { .arena = &a, .reply = { .body = buf_init(1000) } };
	csv_begin(&c, "x.csv");
	csv_cell(&c, STR("=1+1"));
	csv_cell(&c, STR("a \"quoted\" cell"));
	csv_row(&c);
	CHECK_STR(buf_str(&c.reply.body), "\xef\xbb\xbf\"'=1+1\",\"a \"\"quoted\"\" cell\"\r\n");
	page_ctx_done(&c);
}
