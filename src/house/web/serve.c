/* One request from beginning to end: who asks, may they, is the form theirs, what is answered. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_ui.h"
#include "house/account/password.h"
#include "house/web/once.h"

void page_ctx_done(struct page_ctx *c)
{
	buf_done(&c->reply.body);
	diag_done(&c->errors);
}

/* ---- who asks ---- */

/* Nobody yet: a token of its own, so that a form can be posted before signing in. */
static void before_sign_in(struct page_ctx *c)
{
	struct str token = form_get(&c->req->cookies, "__Host-before");
	char fresh[SESSION_TOKEN_TEXT];
	if (token.n != SESSION_TOKEN_TEXT - 1) {
		rnd_token(fresh, SESSION_TOKEN_BYTES);
		token = arena_str(c->arena, str_z(fresh));
		if (c->reply.n_cookies < WEB_COOKIES_MAX && c->req->method == METHOD_GET)
			c->reply.set_cookie[c->reply.n_cookies++] =
				arena_fmt(c->arena, "__Host-before=%.*s; Path=/; Secure; HttpOnly; SameSite=Strict", STRF(token));
	}
	session_form_token(token, c->csrf);
}

/* OK also when nobody is signed in: c->session stays NULL. */
static enum err who_asks(struct page_ctx *c, bool touch)
{
	struct str token = form_get(&c->req->cookies, "__Host-gatehouse");
	struct session *s = arena_new(c->arena, struct session);
	struct person *p = arena_new(c->arena, struct person);
	enum err e = token.n ? session_find(c->db, c->arena, c->web->account, c->school, token, touch, s) : ERR_SIGNIN;
	if (e == OK)
		e = person_get(c->db, c->arena, c->school, s->person, p);
	if (e == ERR_SIGNIN || e == ERR_ABSENT) {
		before_sign_in(c);
		return OK;
	}
	TRY(e);
	bool asked = c->web->account->second_factor && rights_second_factor(c->web->rights, p->roles);
	s->half = (asked || s->has_factor) && !s->second;
	c->session = s;
	c->person = p;
	c->roles = p->roles;
	memcpy(c->csrf, s->csrf, sizeof c->csrf);
	return OK;
}

/* ---- is the form theirs ---- */

/* RFC 6454: the origin is ours when it names the host that was asked. */
static bool origin_ours(const struct request *r)
{
	if (r->origin.n == 0)
		return true;
	ptrdiff_t at = str_find(r->origin, STR("://"));
	return at > 0 && r->host.n && str_ieq(str_from(r->origin, (size_t)at + 3), r->host);
}

static bool form_ours(const struct page_ctx *c)
{
	struct str token = form_get(&c->req->form, "token");
	struct str site = c->req->fetch_site;
	if (site.n && !str_is(site, "same-origin") && !str_is(site, "none"))
		return false;
	return origin_ours(c->req) && token.n == CSRF_TEXT - 1 && hash_same(token.p, c->csrf, token.n);
}

/* ---- where a session that is not whole must go first ---- */

static struct str here_encoded(struct page_ctx *c)
{
	AUTO(buf_done) struct buf b = buf_init(WEB_PATH_MAX * 4);
	form_encode(&b, c->req->path);
	if (c->req->query_text.n) {
		buf_z(&b, "%3F");
		form_encode(&b, c->req->query_text);
	}
	return b.n > WEB_PATH_MAX - 100 ? STR("%2Fhome") : arena_str(c->arena, buf_str(&b));
}

static enum err go_first(struct page_ctx *c, const char *where)
{
	if (c->req->method == METHOD_GET && !str_is(c->req->path, "/home"))
		return page_redirect(c, "%s?next=%.*s", where, STRF(here_encoded(c)));
	return page_redirect(c, "%s", where);
}

static bool open_to(const struct session *s, uint32_t flags)
{
	if (s->locked)
		return flags & ROUTE_LOCKED;
	return flags & ROUTE_HALF || (!s->half && !s->must_change);
}

/* Who works here signs before any system (7.2-02).  Open all the same: what stands before it (signing in, one's password),
 * the agreement itself and what it refers to, reporting a worry, public pages; and whoever broke the glass. */
static bool must_sign(const struct page_ctx *c)
{
	const struct route *r = c->route;
	if (!c->web->account->sign_first || !c->session || !c->person || r->may.who == MAY_ANYONE || r->flags & (ROUTE_HALF | ROUTE_LOCKED))
		return false;
	if (c->person->kind != KIND_STAFF && c->person->kind != KIND_SUPPLY && c->person->kind != KIND_GOVERNOR && c->person->kind != KIND_VOLUNTEER)
		return false;
	if (c->session->how == HOW_GLASS || str_is(c->req->path, "/agreement") || str_starts(c->req->path, STR("/agreement/")) || str_is(c->req->path, "/rules"))
		return false;
	const char *standing = page_standing(c, c->person->id);
	return strcmp(standing, "unsigned") == 0 || strcmp(standing, "declined") == 0;
}

/* True: answered. */
static bool must_first(struct page_ctx *c, enum err *e)
{
	const struct session *s = c->session;
	if (!s || open_to(s, c->route->flags))
		return false;
	if (c->route->may.who == MAY_ANYONE) {          /* a public page, as for anybody */
		c->locked_person = s->locked ? s->person : 0;
		c->locked_learner = s->locked && c->person->kind == KIND_LEARNER;
		c->session = NULL;
		c->person = NULL;
		c->roles = 0;
		return false;
	}
	if (s->locked)
		*e = go_first(c, "/unlock");
	else if (s->half)
		*e = go_first(c, s->has_factor ? "/sign-in/code" : "/sign-in/set-up");
	else
		*e = page_redirect(c, "/me/password");
	return true;
}

/* ---- answering ---- */

static enum err run(struct page_ctx *c)
{
	bool touch = true;
	c->route = web_find(ROUTES, N_ROUTES, c->req->method, c->req->path, c);
	if (c->route)
		touch = !(c->route->flags & ROUTE_NO_TOUCH);
	TRY(who_asks(c, touch));
	c->env.csrf = str_z(c->csrf);
	rnd_token(c->once, ONCE_BYTES);
	c->env.once = str_z(c->once);
	if (!c->route)
		return ERR_ABSENT;
	enum err e = web_allowed(c->web->rights, c->route, c->session != NULL, c->roles);
	if (e == ERR_SIGNIN && c->route->flags & ROUTE_LEARNER)
		return page_redirect(c, "/sign-in/pupil");
	if (e == ERR_SIGNIN)
		return go_first(c, "/sign-in");
	TRY(e);
	if (must_first(c, &e))
		return e;
	if (must_sign(c))
		return page_redirect(c, "/agreement");
	if (c->req->method == METHOD_POST && !form_ours(c))
		return ERR_STALE;
	if (c->route->flags & ROUTE_FRESH && c->session && !c->session->fresh) {
		bool answered = false;
		if (c->req->method == METHOD_GET)
			return go_first(c, "/confirm");
		TRY(web_confirm(c, &answered));
		if (answered)
			return OK;
	}
	return c->req->method == METHOD_POST && c->route->flags & ROUTE_ONCE ? once_run(c) : c->route->fn(c);
}

static enum text_key heading_of(enum err e)
{
	switch (err_status(e)) {
	case 404: return TEXT_error_absent;
	case 403: return TEXT_error_forbidden;
	case 401: return TEXT_error_signin;
	case 409: return e == ERR_STALE ? TEXT_error_stale : TEXT_error_state;
	case 413: return TEXT_error_limit;
	case 503: return TEXT_error_busy;
	case 400:
	case 422: return TEXT_error_syntax;
	default:  return TEXT_error_broken;
	}
}

static void error_page(struct page_ctx *c, enum err e)
{
	int status = err_status(e);
	if (status >= 500)
		log_line(LOG_WARN, "portal: %.*s: %s (%s)", STRF(c->req->path), err_text(e), c->db ? db_says(c->db) : "");
	c->reply.status = status;
	c->reply.location = STR_NONE;
	c->reply.filename = STR_NONE;
	struct str heading = page_text(heading_of(e));
	enum err shown = page_show(c, error, heading.p, .heading = heading, .text = str_z(err_text(e)), .broken = status >= 500,
		.home = c->session ? STR("/home") : STR("/"));
	if (shown != OK)
		buf_clear(&c->reply.body);
}

void web_refuse(struct page_ctx *c, enum err e)
{
	c->reply = (struct reply){ .body = buf_init(WEB_REPLY_MAX) };
	c->errors = diag_init(WEB_ERRORS_MAX);
	error_page(c, e);
}

void web_serve(struct page_ctx *c)
{
	c->reply = (struct reply){ .body = buf_init(WEB_REPLY_MAX) };
	c->errors = diag_init(WEB_ERRORS_MAX);
	enum err e = run(c);
	if (e != OK)
		error_page(c, e);
	if (db_in_transaction(c->db)) {                 /* a handler that forgot: never carried into the next page */
		log_line(LOG_WARN, "portal: %.*s left a transaction open", STRF(c->req->path));
		while (db_in_transaction(c->db))
			db_rollback(c->db);
	}
}
