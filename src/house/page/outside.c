/* Signing in with an account of the school's own provider or directory. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/password.h"
#include "house/outside/door_ask.h"
#include "house/page/outside.h"
#include "house/page/routes.h"
#include "house/page/sign_in.h"
#include "io/settings.h"

void outside_providers(struct page_ctx *c, struct diag *d, struct providers *out)
{
	AUTO(diag_done) struct diag own = diag_init(20);
	*out = (struct providers){ .n = 0 };
	if (c->web->settings && providers_read(c->arena, &c->web->settings->conf, d ? d : &own, out) != OK)
		out->n = 0;                      /* what is wrong stands on the page of the settings */
}

const char *outside_sock(struct page_ctx *c)
{
	return arena_fmt(c->arena, "%s/run/outside.sock", c->web->settings ? c->web->settings->prefix : "").p;
}

struct part_outside outside_buttons(struct page_ctx *c, struct str next)
{
	struct providers all;
	outside_providers(c, NULL, &all);
	struct part_outside_ways *ways = arena_array(c->arena, struct part_outside_ways, all.n + 1);
	for (size_t i = 0; i < all.n; i++)
		ways[i] = (struct part_outside_ways){ all.list[i].name, all.list[i].label };
	return (struct part_outside){ .next = page_next(c, next, ""), .ways = ways, .n_ways = all.n };
}

static enum err asked(struct page_ctx *c, struct providers *all, const struct provider **out)
{
	outside_providers(c, NULL, all);
	*out = providers_find(all, page_param(c, "provider"));
	return *out ? OK : ERR_ABSENT;
}

enum err outside_trouble(struct page_ctx *c, int status, struct str why)
{
	c->reply.status = status;
	return page_show(c, outside_no, "Not signed in", .why = why, .inside = c->session != NULL);
}

/* In the audit, and said. */
static enum err refuse(struct page_ctx *c, int64_t person, struct str why)
{
	TRY(identity_note(c->db, c->school, person, arena_z(c->arena, str_upto(why, 200))));
	return outside_trouble(c, 403, why);
}

/* What came of asking gatehouse-outside at all. */
static enum err no_door(struct page_ctx *c, enum err e)
{
	log_line(LOG_WARN, "portal: gatehouse-outside: %s", err_text(e));
	return outside_trouble(c, 503, e == ERR_BUSY ? page_text(TEXT_outside_busy) : page_text(TEXT_outside_away));
}

static struct str cookie(struct page_ctx *c, const char *token)
{
	return token ? arena_fmt(c->arena, "__Host-outside=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d", token, TRY_S)
	             : STR("__Host-outside=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

static void put_cookie(struct page_ctx *c, const char *token)
{
	if (c->reply.n_cookies < WEB_COOKIES_MAX)
		c->reply.set_cookie[c->reply.n_cookies++] = cookie(c, token);
}

static struct str back_address(struct page_ctx *c, const struct provider *p)
{
	struct str base = str_z(c->web->settings->public_url);
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	return arena_fmt(c->arena, "%.*s/sign-in/outside/%.*s/back", STRF(base), STRF(p->name));
}

/* ---- there ---- */

enum err outside_go(struct page_ctx *c, const struct provider *p, int64_t person, struct str next)
{
	struct attempt t;
	struct door_reply r;
	TRY(attempt_begin(c->db, c->school, p->name, person, next, &t));
	enum err e = door_begin(c->arena, outside_sock(c), p->name, back_address(c, p), str_z(t.state), str_z(t.nonce), str_z(t.challenge), &r);
	if (e != OK || !r.ok)
		return e != OK ? no_door(c, e) : outside_trouble(c, 503, r.why);
	if (!provider_url_good(str_upto(r.url, (size_t)(str_chr(r.url, '?') < 0 ? (ptrdiff_t)r.url.n : str_chr(r.url, '?')))))
		return ERR_NET;
	put_cookie(c, t.browser);
	c->reply.status = 303;
	c->reply.location = r.url;
	return OK;
}

static enum err password_page(struct page_ctx *c, const struct provider *p, struct str next)
{
	return page_show(c, outside_directory, "Sign in", .errors = page_errors(c), .label = p->label, .name = p->name, .next = next,
		.username = page_field(c, "username"), .username_error = page_wrong_text(c, "username"), .password_error = page_wrong_text(c, "password"));
}

enum err outside_begin(struct page_ctx *c)
{
	struct providers all;
	const struct provider *p;
	TRY(asked(c, &all, &p));
	struct str next = page_next(c, page_query(c, "next"), "");
	return p->kind == PROVIDER_LDAP ? password_page(c, p, next) : outside_go(c, p, 0, next);
}

/* ---- back ---- */

/* Whom the outside vouched for is signed in, or told why not. */
static enum err arrive(struct page_ctx *c, const struct provider *p, const struct outsider *o, struct str next)
{
	struct person who;
	struct session s;
	struct identity_rules rules;
	const char *why = NULL;
	enum err e = identity_person(c->db, c->arena, c->school, c->web->rights, p, o, &who, &why);
	if (e == ERR_ABSENT || e == ERR_FORBIDDEN)
		return refuse(c, e == ERR_FORBIDDEN ? who.id : 0, str_z(why ? why : err_text(e)));
	TRY(e);
	TRY(identity_rules_get(c->db, c->school, &rules));
	TRY(sign_in_known(c, &who, HOW_OUTSIDE, rules.second_counts && o->second, &s));
	TRY(sign_in_tell_of_others(c, &who, &s));
	return page_redirect(c, "%.*s", STRF(who.kind == KIND_LEARNER ? STR("/welcome") : page_next(c, next, "/home")));
}

/* Somebody signed in links their own account. */
static enum err link_own(struct page_ctx *c, const struct provider *p, const struct outsider *o, int64_t person)
{
	if (!c->session || c->session->person != person || c->session->half || c->session->locked)
		return refuse(c, person, page_text(TEXT_outside_link_lost));
	struct act act = page_act(c, "linked their own account");
	enum err e = identity_add(c->db, &act, p->name, o, person);
	if (e == ERR_EXISTS)
		return refuse(c, person, page_text(TEXT_outside_link_taken));
	TRY(e);
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_outside_link_done)));
	return page_redirect(c, "/me/outside");
}

static enum err judge(struct page_ctx *c, const struct provider *p, const struct attempt_back *t, struct str code)
{
	struct door_reply r;
	enum err e = door_code(c->arena, outside_sock(c), p->name, back_address(c, p), code, t->verifier, t->nonce, &r);
	if (e != OK)
		return no_door(c, e);
	if (!r.ok)
		return r.away ? outside_trouble(c, 503, r.why) : refuse(c, t->person, r.why);
	return t->person ? link_own(c, p, &r.who, t->person) : arrive(c, p, &r.who, t->next);
}

/* The provider sent the browser here from its own site, so our cookies, which are SameSite=Strict, did not come along.
 * A page of ours asks for itself once more, and then they do. */
static enum err once_more(struct page_ctx *c)
{
	static const char *const kept[] = { "state", "code", "iss", "error" };
	AUTO(buf_done) struct buf b = buf_init(3 * WEB_TARGET_MAX);
	buf_fmt(&b, "%.*s?on=1", STRF(c->req->path));
	for (size_t i = 0; i < ARRAY_N(kept); i++) {
		struct str v = page_query(c, kept[i]);
		if (!v.n)
			continue;
		buf_fmt(&b, "&%s=", kept[i]);
		form_encode(&b, v);
	}
	TRY(buf_ok(&b));
	c->reply.refresh = arena_str(c->arena, buf_str(&b));
	return page_show(c, outside_wait, "Signing in", .on = c->reply.refresh);
}

enum err outside_back(struct page_ctx *c)
{
	struct providers all;
	struct attempt_back t;
	const struct provider *p;
	const char *why = NULL;
	struct str state = page_query(c, "state"), code = page_query(c, "code"), issuer = page_query(c, "iss");
	TRY(asked(c, &all, &p));
	if (!page_query(c, "on").n)
		return once_more(c);
	put_cookie(c, NULL);
	enum err e = attempt_take(c->db, c->arena, c->school, p->name, state, form_get(&c->req->cookies, "__Host-outside"), &t, &why);
	if (e == ERR_STALE)
		return refuse(c, 0, str_z(why));
	TRY(e);
	if (issuer.n && !str_eq(issuer, p->issuer))          /* RFC 9207: a mix-up */
		return refuse(c, t.person, page_text(TEXT_outside_mixed));
	if (page_query(c, "error").n || !code.n)
		return refuse(c, t.person, page_text(TEXT_outside_stopped));
	return judge(c, p, &t, code);
}

/* ---- a directory ---- */

static struct str folded(struct page_ctx *c, struct str s)
{
	struct str f = arena_str(c->arena, str_upto(s, USERNAME_MAX));
	char *p = arena_alloc(c->arena, f.n + 1);
	for (size_t i = 0; i < f.n; i++)
		p[i] = ascii_lower(f.p[i]);
	return (struct str){ p, f.n };
}

static enum err wrong_password(struct page_ctx *c, const struct provider *p, struct str next, struct str why)
{
	TRY(identity_note(c->db, c->school, 0, arena_z(c->arena, why)));
	page_wrong(c, "username", "%.*s", STRF(why));
	return password_page(c, p, next);
}

enum err outside_password(struct page_ctx *c)
{
	struct providers all;
	const struct provider *p;
	struct door_reply r;
	struct turn turn;
	int wait_s;
	TRY(asked(c, &all, &p));
	if (p->kind != PROVIDER_LDAP)
		return ERR_ABSENT;
	struct str next = page_next(c, page_field(c, "next"), ""), user = page_need(c, "username", 100, "Enter your sign-in name."), secret = page_secret(c, "password");
	if (secret.n == 0)
		page_wrong(c, "password", "Enter your password.");
	if (page_is_wrong(c))
		return password_page(c, p, next);
	struct place from = page_place(c);
	enum err e = throttle_take(c->db, c->arena, c->web->account, c->school, "directory ", folded(c, user), &from, &turn, &wait_s);
	if (e == ERR_BUSY)
		return wrong_password(c, p, next, page_text(TEXT_sign_in_wait));
	TRY(e);
	e = door_password(c->arena, outside_sock(c), p->name, user, secret, &r);
	if (e != OK)
		return no_door(c, e);
	if (!r.ok)
		return r.away ? outside_trouble(c, 503, r.why) : wrong_password(c, p, next, r.why);
	TRY(throttle_right(c->db, &turn));
	return arrive(c, p, &r.who, next);
}

/* ---- one's own ---- */

static enum err own_page(struct page_ctx *c)
{
	struct providers all;
	struct identity *list;
	size_t n, more = 0;
	outside_providers(c, NULL, &all);
	TRY(identity_list(c->db, c->arena, c->school, c->session->person, &list, &n));
	struct view_my_outside_rows *rows = arena_array(c->arena, struct view_my_outside_rows, n + 1);
	struct view_my_outside_ways *ways = arena_array(c->arena, struct view_my_outside_ways, all.n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct provider *p = providers_find(&all, list[i].provider);
		rows[i] = (struct view_my_outside_rows){ list[i].id, p ? p->label : list[i].provider, list[i].shown, time_date_words(c->arena, list[i].made_utc),
			list[i].seen_utc ? time_words(c->arena, list[i].seen_utc) : STR("") };
	}
	for (size_t i = 0; i < all.n; i++) {
		bool there = all.list[i].kind == PROVIDER_LDAP;
		for (size_t k = 0; k < n; k++)
			there = there || str_eq(list[k].issuer, all.list[i].issuer);
		if (!there)
			ways[more++] = (struct view_my_outside_ways){ all.list[i].name, all.list[i].label };
	}
	return page_show(c, my_outside, "Your outside accounts", .errors = page_errors(c), .password_error = page_wrong_text(c, "password"),
		.rows = rows, .n_rows = n, .ways = ways, .n_ways = more);
}

enum err my_outside_show(struct page_ctx *c) { return own_page(c); }

/* The password first: whoever finds an open desk must not link an account of theirs. */
enum err my_outside_link(struct page_ctx *c)
{
	struct providers all;
	struct guess g;
	outside_providers(c, NULL, &all);
	const struct provider *p = providers_find(&all, page_field(c, "provider"));
	if (!p || p->kind == PROVIDER_LDAP)
		return ERR_ABSENT;
	struct place from = page_place(c);
	enum err e = password_guess_from(c->db, c->web->account, c->school, c->person->username, page_secret(c, "password"), &from, &g);
	if (e == ERR_SIGNIN || e == ERR_BUSY) {
		page_wrong(c, "password", "%.*s", STRF(page_text(e == ERR_BUSY ? TEXT_sign_in_wait : TEXT_unlock_bad)));
		return own_page(c);
	}
	TRY(e);
	TRY(session_unlock(c->db, c->session));
	TRY(page_renew(c));
	return page_redirect(c, "/me/outside/%.*s", STRF(p->name));
}

/* By GET, so that the browser may follow to the provider: a form of ours may lead to us only.  The cookie is
 * SameSite=Strict: nobody else's page can begin it. */
enum err my_outside_go(struct page_ctx *c)
{
	struct providers all;
	const struct provider *p;
	TRY(asked(c, &all, &p));
	if (p->kind == PROVIDER_LDAP)
		return ERR_ABSENT;
	return c->session->fresh ? outside_go(c, p, c->session->person, STR_NONE) : page_redirect(c, "/me/outside");
}

enum err my_outside_drop(struct page_ctx *c)
{
	int64_t id;
	struct act act = page_act(c, "their own account");
	TRY(str_i64(page_field(c, "id"), &id));
	TRY(identity_drop(c->db, &act, c->session->person, id));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_outside_unlinked)));
	return page_redirect(c, "/me/outside");
}
