/* What handlers call. */
#include <stdarg.h>

#include "base/mem.h"
#include "base/rnd.h"
#include "gen_ui.h"
#include "house/page/leans.h"
#include "house/web/flash.h"
#include "house/web/nav.h"
#include "house/web/web.h"

struct str page_param(const struct page_ctx *c, const char *name)
{
	size_t n = strlen(name);
	for (size_t i = 0; i < c->n_params; i++)
		if (strncmp(c->params[i].name, name, n) == 0 && (c->params[i].name[n] == '\0' || c->params[i].name[n] == '/'))
			return c->params[i].value;
	return STR_NONE;
}

enum err page_id(const struct page_ctx *c, const char *name, int64_t *out)
{
	int64_t id;
	struct str s = page_param(c, name);
	if (str_i64(s, &id) != OK || id <= 0 || s.p[0] == '0')
		return ERR_ABSENT;
	*out = id;
	return OK;
}

struct str page_query(const struct page_ctx *c, const char *name)
{
	struct str s = form_get(&c->req->query, name);
	return s.p ? str_trim(s) : s;
}

/* CRLF of a form becomes LF. */
static struct str lines(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' || (i + 1 < s.n && s.p[i + 1] != '\n'))
			p[n++] = s.p[i];
	return (struct str){ p, n };
}

struct str page_field(const struct page_ctx *c, const char *name)
{
	struct str s = form_get(&c->req->form, name);
	return s.p ? lines(c->arena, str_trim(s)) : s;
}

struct str page_secret(const struct page_ctx *c, const char *name) { return form_get(&c->req->form, name); }
bool page_ticked(const struct page_ctx *c, const char *name) { return form_get(&c->req->form, name).n > 0; }

bool page_ticked_id(const struct page_ctx *c, const char *name, int64_t id)
{
	size_t at = 0;
	struct str v;
	int64_t n;
	while (form_each(&c->req->form, name, &at, &v))
		if (str_i64(v, &n) == OK && n == id)
			return true;
	return false;
}

int64_t page_query_int(const struct page_ctx *c, const char *name, int64_t otherwise, int64_t min, int64_t max)
{
	int64_t v;
	return str_i64(page_query(c, name), &v) == OK && v >= min && v <= max ? v : otherwise;
}

bool page_may(const struct page_ctx *c, enum cap cap, enum access access) { return page_reach(c, cap, access) != 0; }

uint32_t page_reach(const struct page_ctx *c, enum cap cap, enum access access)
{
	return c->session ? rights_reach(c->web->rights, c->roles, cap, access) : 0;
}

bool page_has_role(const struct page_ctx *c, enum role r) { return (c->roles & ROLE_BIT(r)) != 0; }

struct act page_act(const struct page_ctx *c, const char *why)
{
	if (c->session && c->session->how == HOW_GLASS)
		why = arena_fmt(c->arena, "break-glass: %s", why).p;
	return (struct act){ c->school, c->session ? c->session->person : 0, why };
}

const char *page_standing(const struct page_ctx *c, int64_t person)
{
	return c->web->standing ? c->web->standing(c, person) : "unknown";
}

/* ---- forms ---- */

void page_wrong(struct page_ctx *c, const char *field, const char *fmt, ...)
{
	char text[500];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	diag_add(&c->errors, DIAG_ERROR, str_z(field), 0, "%s", text);
}

bool page_is_wrong(const struct page_ctx *c) { return c->errors.errors > 0; }

struct str page_wrong_text(const struct page_ctx *c, const char *field)
{
	for (size_t i = 0; i < c->errors.n; i++)
		if (str_is(c->errors.items[i].file, field))
			return c->errors.items[i].text;
	return STR_NONE;
}

struct str page_need(struct page_ctx *c, const char *field, size_t max, const char *missing)
{
	struct str s = page_field(c, field);
	if (s.n == 0)
		page_wrong(c, field, "%s", missing);
	else if (s.n > max)
		page_wrong(c, field, "This is too long: at most %zu letters.", max);
	return s;
}

struct part_error_summary page_errors(struct page_ctx *c)
{
	struct part_error_summary_errors *list = arena_array(c->arena, struct part_error_summary_errors, c->errors.n + 1);
	for (size_t i = 0; i < c->errors.n; i++) {
		struct str at = c->errors.items[i].file;
		bool page = str_starts(at, STR("/"));
		list[i] = (struct part_error_summary_errors){ .field = page || str_is(at, "gate") ? STR_NONE : at, .href = page ? at : STR_NONE, .text = c->errors.items[i].text };
	}
	return (struct part_error_summary){ .errors = list, .n_errors = c->errors.n };
}

/* ---- answers ---- */

static struct str lead_dsl(struct page_ctx *c)
{
	struct person *p;
	size_t n;
	return person_of_role(c->db, c->arena, c->school, ROLE_DSL, &p, &n) == OK && n > 0 ? p[0].name : STR_NONE;
}

void page_begin(struct page_ctx *c, const char *title)
{
	bool learner = (c->route && c->route->flags & ROUTE_LEARNER) || (c->person && c->person->kind == KIND_LEARNER);
	struct part_layout *l = arena_new(c->arena, struct part_layout);
	enum flash_kind kind = FLASH_NOTE;
	*l = (struct part_layout){ .title = arena_str(c->arena, str_z(title)), .wrong = page_is_wrong(c), .school = str_z(c->web->school_name),
		.version = str_z(c->web->static_version), .learner = learner };
	if (c->session && c->person) {
		l->person = c->person->name;
		if (!c->session->half && !c->session->locked) {
			if (!c->route || !(c->route->flags & ROUTE_BARE))
				nav_menu(c, l);
			l->dsl = lead_dsl(c);
		}
		if (flash_take(c->web->flash, c->session->id, c->arena, &kind, &l->flash)) {
			l->flash_done = kind == FLASH_DONE;
			l->flash_warn = kind == FLASH_WARNING;
		}
	}
	page_leans(c, l);
	c->layout = l;
	c->reply.type = STR("text/html; charset=utf-8");
	buf_clear(&c->reply.body);
	part_layout_head(&c->reply.body, &c->env, l);
}

enum err page_end(struct page_ctx *c)
{
	part_layout_tail(&c->reply.body, &c->env, c->layout);
	if (c->reply.status == 0)
		c->reply.status = page_is_wrong(c) ? 422 : 200;
	return buf_ok(&c->reply.body);
}

static bool own_path(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f || s.p[i] == '\\')
			return false;
	return s.n > 0 && s.n <= WEB_PATH_MAX && s.p[0] == '/' && (s.n == 1 || s.p[1] != '/');
}

struct str page_next(struct page_ctx *c, struct str asked, const char *otherwise)
{
	return own_path(asked) && !str_starts(asked, STR("/sign-in")) && !str_starts(asked, STR("/unlock")) ? arena_str(c->arena, asked) : str_z(otherwise);
}

enum err page_redirect(struct page_ctx *c, const char *fmt, ...)
{
	char text[WEB_PATH_MAX + 1];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct str to = str_z(text);
	if (n < 0 || (size_t)n >= sizeof text || !own_path(to))
		return ERR_LIMIT;
	c->reply.status = 303;
	c->reply.location = arena_str(c->arena, to);
	return OK;
}

void page_flash(struct page_ctx *c, enum flash_kind kind, const char *fmt, ...)
{
	char text[FLASH_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (c->session)
		flash_put(c->web->flash, c->session->id, kind, text);
}

static void set_cookie(struct page_ctx *c, struct str value)
{
	if (c->reply.n_cookies < WEB_COOKIES_MAX)
		c->reply.set_cookie[c->reply.n_cookies++] = value;
}

void page_cookie(struct page_ctx *c, const char *token)
{
	set_cookie(c, token ? arena_fmt(c->arena, "__Host-gatehouse=%s; Path=/; Secure; HttpOnly; SameSite=Strict", token)
	                    : STR("__Host-gatehouse=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"));
}

enum err page_renew(struct page_ctx *c)
{
	char token[SESSION_TOKEN_TEXT];
	int64_t before = c->session->id;
	TRY(session_renew(c->db, c->session, token));
	flash_move(c->web->flash, before, c->session->id);
	page_cookie(c, arena_z(c->arena, str_z(token)));
	mem_wipe(token, sizeof token);
	memcpy(c->csrf, c->session->csrf, sizeof c->csrf);
	c->env.csrf = str_z(c->csrf);
	return OK;
}

struct place page_place(const struct page_ctx *c)
{
	struct str browser = form_get(&c->req->cookies, "__Host-browser");
	return (struct place){ c->req->peer, browser.n == SESSION_TOKEN_TEXT - 1 ? browser : STR_NONE };
}

struct str page_browser(struct page_ctx *c)
{
	struct str known = page_place(c).browser;
	char token[SESSION_TOKEN_TEXT];
	if (!known.n) {
		rnd_token(token, SESSION_TOKEN_BYTES);
		known = arena_str(c->arena, str_z(token));
	}
	set_cookie(c, arena_fmt(c->arena, "__Host-browser=%.*s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d", STRF(known), BROWSER_KEEP_DAYS * 86400));
	return known;
}
