#include "gate/page/site.h"

#include <sodium.h>

#include "base/hash.h"
#include "gate/page/captive.h"
#include "gate/page/safe.h"
#include "gate/page/site_inner.h"
#include "gate/tell/form.h"
#include "gen_block.h"

#define HTML_TYPE "text/html; charset=utf-8"

void site_new(const struct site_conf *c, struct site **out)
{
	assert(c && c->gate_name && out);
	struct site *s = mem_new(struct site);
	uint8_t digest[SHA256_BYTES];
	char b64[64];
	s->conf = *c;
	hash_sha256(str_z(block_style_css), digest);
	sodium_bin2base64(b64, sizeof b64, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
	snprintf(s->csp, sizeof s->csp, "default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", b64);
	snprintf(s->csp_probes, sizeof s->csp_probes, "%s; object-src http: https:; frame-src http: https:; img-src http: https:", s->csp);
	snprintf(s->csp_framed, sizeof s->csp_framed, "default-src 'none'; style-src 'sha256-%s'; form-action 'none'; base-uri 'none'", b64);
	if (c->page_port && c->page_port != 80)
		snprintf(s->home, sizeof s->home, "http://%s:%u/", c->gate_name, c->page_port);
	else
		snprintf(s->home, sizeof s->home, "http://%s/", c->gate_name);
	*out = s;
}

void site_free(struct site **s)
{
	if (*s)
		mem_wipe((*s)->conf.key, sizeof (*s)->conf.key);
	mem_free(s);
}

const char *site_csp(const struct site *s)
{
	return s->csp;
}

const char *site_csp_of(const struct site *s, const struct site_reply *r)
{
	return r->probes ? s->csp_probes : r->framed ? s->csp_framed : s->csp;
}

const char *site_csp_framed(const struct site *s)
{
	return s->csp_framed;
}

bool site_is_own(const struct site *s, struct str host)
{
	return str_is(host, s->conf.gate_name) || site_is_check(s, host) || safe_is_names(s->conf.gate_name, host);
}

bool site_is_check(const struct site *s, struct str host)
{
	return str_starts(host, STR("check.")) && str_is(str_from(host, 6), s->conf.gate_name);
}

struct site_reply site_reply_init(void)
{
	return (struct site_reply){ .status = 200, .type = HTML_TYPE, .location = buf_init(URL_OUT), .body = buf_init(SITE_PAGE_MAX) };
}

void site_reply_done(struct site_reply *r)
{
	buf_done(&r->location);
	if (r->untold)
		buf_done(&r->body);
	else
		buf_wipe(&r->body);
}

void making_val(struct making *m, const char *name, struct str v)
{
	assert(m->n < VALUES);
	m->v[m->n++] = (struct page_value){ name, v };
}

struct str making_text(const struct making *m, const char *key, const char *otherwise)
{
	struct str t = m->a->policy ? policy_text(m->a->policy, key) : STR_NONE;
	return t.n ? t : str_z(otherwise);
}

struct making making_init(struct site *s, const struct site_ask *a, struct site_reply *r, const char *title)
{
	struct making m = { .s = s, .a = a, .r = r, .arena = arena_init() };
	r->type = HTML_TYPE;
	making_val(&m, "title", str_z(title));
	making_val(&m, "school", making_text(&m, "school.name", s->conf.school_name ? s->conf.school_name : "Your school"));
	making_val(&m, "start_url", str_z(s->home));
	return m;
}

void making_finish(struct making *m, int status, const char *page)
{
	m->r->status = status;
	buf_clear(&m->r->body);
	buf_reserve(&m->r->body, PAGE_USUAL);
	page_fill(page, m->v, m->n, &m->r->body);
	arena_done(&m->arena);
}

struct str site_group_name(const struct site_ask *a)
{
	return a->policy ? policy_group_name(a->policy, a->who->group) : STR("unknown");
}

/* Who reads the page: six (early years, key stage 1), grown-ups, and ten for everybody else. */
enum reader { READER_SIX, READER_TEN, READER_ADULT };

static enum reader reader_of(const struct site_ask *a)
{
	static const struct { const char *group; enum reader reader; } readers[] = {
		{ "early-years", READER_SIX }, { "ks1", READER_SIX }, { "staff", READER_ADULT }, { "governors", READER_ADULT },
	};
	for (size_t i = 0; i < ARRAY_N(readers); i++)
		if (str_is(site_group_name(a), readers[i].group))
			return readers[i].reader;
	return READER_TEN;
}

/* %XX of everything but unreserved bytes (RFC 3986 2.3). */
static void put_query(struct str s, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";
	char room[3 * QUERY_MAX] __attribute__((uninitialized));
	size_t n = 0;
	for (size_t i = 0; i < s.n && i < QUERY_MAX; i++) {
		char c = s.p[i];
		bool plain = ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
		room[n++] = plain ? c : '%';
		if (!plain) {
			room[n++] = digits[(uint8_t)c >> 4];
			room[n++] = digits[(uint8_t)c & 15];
		}
	}
	buf_add(out, (struct str){ room, n });
}

/* head + the address asked for, as a query value. */
static struct str link_of(struct making *m, const char *head, bool with_page)
{
	AUTO(buf_done) struct buf b = buf_init(URL_OUT);
	buf_z(&b, head);
	if (with_page) {
		put_query(m->a->host, &b);
		put_query(m->a->path, &b);
	}
	return arena_str(&m->arena, buf_str(&b));
}

void making_token(struct making *m)
{
	char *ref = arena_alloc(&m->arena, FORM_REF), *token = arena_alloc(&m->arena, FORM_TOKEN);
	form_ref(ref);
	form_token(m->s->conf.key, m->a->from, str_z(ref), m->a->now_utc, token);
	making_val(m, "ref", str_z(ref));
	making_val(m, "token", str_z(token));
}

static struct str sign_link(struct making *m)
{
	struct str portal = m->s->conf.portal_url ? str_z(m->s->conf.portal_url) : making_text(m, "portal.url", "");
	return portal.n ? arena_fmt(&m->arena, "%.*s/sign", STRF(portal)) : STR_NONE;
}

/* No address at all: as when there is nothing to show it for. */
static bool hidden(const struct decision *d)
{
	return d && (d->sealed || d->sensitive || reason_info(d->reason)->flags & REASON_SENSITIVE);
}

static void show_sign(struct site *s, const struct site_ask *a, const struct decision *d, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "Before you go on");
	bool six = reader_of(a) == READER_SIX;
	const struct reason_info *why = reason_info(d ? d->reason : REASON_SIGN_UNKNOWN);
	making_val(&m, "heading", six ? STR("First we sign together") : STR("First, the agreement"));
	making_val(&m, "reason", str_z(six ? why->six : reader_of(a) == READER_ADULT ? why->adult : why->ten));
	making_val(&m, "sign_url", sign_link(&m));
	making_finish(&m, d ? 403 : 200, block_sign);
}

static void val_decision(struct making *m, const struct decision *d)
{
	const struct policy *p = m->a->policy;
	making_val(m, "detail", hidden(d) ? STR_NONE : STR("yes"));
	making_val(m, "group", site_group_name(m->a));
	making_val(m, "row", str_z(row_text(d->row)));
	if (hidden(d) || !p)
		return;
	making_val(m, "category", d->category != CATEGORY_NONE ? policy_category_name(p, d->category) : STR_NONE);
	making_val(m, "list", d->list ? policy_list_name(p, d->list) : STR_NONE);
	making_val(m, "rule", d->rule ? arena_fmt(&m->arena, "%u", d->rule) : STR_NONE);
	struct str portal = m->s->conf.portal_url ? str_z(m->s->conf.portal_url) : STR_NONE;
	if (portal.n)
		making_val(m, "why_url", link_of(m, arena_z(&m->arena, arena_fmt(&m->arena, "%.*s/why?url=", STRF(portal))), true));
}

/* In the place of a film on an open page: what it is, and whom to ask. */
static void show_poster(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	static const struct { const char *heading, *reason; } words[] = {
		[READER_SIX] = { "This film is closed", "You did nothing wrong. Ask your teacher to see it with you." },
		[READER_TEN] = { "This film is closed at school", "The rest of the page is fine. If you need the film for your work, ask your teacher to open it." },
		[READER_ADULT] = { "This film is closed for your group", "A teacher can open one film for a class (Classes, Open a site); a page can be named for its films by the change process." },
	};
	struct making m = making_init(s, a, r, "This film is closed");
	making_val(&m, "heading", str_z(words[reader_of(a)].heading));
	making_val(&m, "reason", str_z(words[reader_of(a)].reason));
	r->framed = true;
	making_finish(&m, 403, block_poster);
}

void site_refused(struct site *s, const struct site_ask *a, const struct decision *d, struct site_reply *r)
{
	assert(s && a && d && r);
	if (d->verdict == VERDICT_SIGN) {
		show_sign(s, a, d, r);
		return;
	}
	if (a->framed && !hidden(d)) {
		show_poster(s, a, r);
		return;
	}
	static const char *const pages[] = { block_refused_six, block_refused_ten, block_refused_adult };
	enum reader reader = reader_of(a);
	const struct reason_info *why = reason_info(d->reason);
	struct making m = making_init(s, a, r, "This page is closed");
	making_val(&m, "reason", str_z(reader == READER_SIX ? why->six : reader == READER_ADULT ? why->adult : why->ten));
	making_val(&m, "screen_off", making_text(&m, "block.screen-off", ""));
	making_val(&m, "host", hidden(d) ? STR_NONE : a->host);
	making_val(&m, "page", d->sealed ? STR_NONE : str_upto(a->path, 300));
	making_val(&m, "ask_url", link_of(&m, SITE_PREFIX "/ask?site=", !hidden(d)));
	val_decision(&m, d);
	making_token(&m);
	r->untold = true;
	making_finish(&m, 403, pages[reader]);
}

void site_trouble(struct site *s, const struct site_ask *a, enum err why, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "The page did not come");
	bool again = why == ERR_BUSY;
	making_val(&m, "heading", again ? STR("Please try again") : STR("The page did not come"));
	making_val(&m, "reason", again ? STR("This page should open now.") : str_z(err_text(why)));
	making_val(&m, "again_url", a->path.n && a->path.p[0] == '/' ? a->path : STR("/"));
	making_finish(&m, err_status(why), block_trouble);
}

void site_untrusted(struct site *s, const struct site_ask *a, const char *why, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "This site cannot be trusted just now");
	bool six = reader_of(a) == READER_SIX;
	making_val(&m, "heading", six ? STR("We cannot open this page") : STR("This site cannot be trusted just now"));
	making_val(&m, "reason", six ? STR("You did nothing wrong. Please tell your teacher.") : arena_fmt(&m.arena, "%s It stays closed, so that nobody can read along or pretend to be it. You did nothing wrong; please tell your teacher.", why));
	making_val(&m, "again_url", a->path.n && a->path.p[0] == '/' ? a->path : STR("/"));
	making_finish(&m, 502, block_trouble);
}

void site_away(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "Closed by the school's filter");
	making_finish(&m, 403, block_away);
}

bool site_probe(struct site *s, const struct site_ask *a, bool open, struct site_reply *r)
{
	const struct captive *c = captive_probe(a->host, a->path);
	if (!c)
		return false;
	r->status = open ? c->status : 302;
	r->type = open ? c->type : HTML_TYPE;
	if (open)
		buf_z(&r->body, c->body);
	else
		buf_fmt(&r->location, "%ssign", s->home);
	return true;
}

/* ---- our own pages ---- */

static void show_start(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "Start");
	struct str sign = sign_link(&m);
	making_val(&m, "sign_url", sign);
	making_val(&m, "cert_url", sign.n ? arena_fmt(&m.arena, "%.*scertificate", STRF(str_upto(sign, sign.n - 4))) : STR_NONE);
	making_finish(&m, 200, block_start);
}

static void show_not_found(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "Not here");
	making_val(&m, "heading", STR("There is no page here"));
	making_val(&m, "reason", STR("Try the start page."));
	making_val(&m, "again_url", str_z(s->home));
	making_finish(&m, 404, block_trouble);
}

/* RFC 8908 5. */
static void show_captive(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	bool open = a->who->standing == STANDING_CURRENT || a->who->standing == STANDING_GRACE;
	r->type = "application/captive+json";
	buf_fmt(&r->body, "{\"captive\":%s,\"user-portal-url\":\"%ssign\",\"venue-info-url\":\"%s\"", open ? "false" : "true", s->home, s->home);
	if (open && a->who->until_utc > a->now_utc)
		buf_fmt(&r->body, ",\"seconds-remaining\":%lld", (long long)(a->who->until_utc - a->now_utc));
	buf_z(&r->body, "}\n");
}

static void show_installed(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	struct making m = making_init(s, a, r, "The certificate is installed");
	making_val(&m, "heading", STR("The certificate is installed"));
	making_val(&m, "reason", STR("This device trusts the school\xe2\x80\x99s certificate. There is nothing more to do."));
	making_finish(&m, 200, block_installed);
}

/* Browsers that read it send everything here, but for our own pages and the portal. */
static void show_pac(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	struct str portal = s->conf.portal_url ? str_z(s->conf.portal_url) : STR_NONE;
	ptrdiff_t at = str_find(portal, STR("://"));
	struct str host = at < 0 ? STR_NONE : str_from(portal, (size_t)at + 3);
	struct str name;
	if (!str_next(&host, ':', &name))
		name = STR_NONE;
	r->type = "application/x-ns-proxy-autoconfig";
	buf_fmt(&r->body, "function FindProxyForURL(url, host) {\n\tif (isPlainHostName(host) || host == \"%.*s\")\n\t\treturn \"DIRECT\";\n"
		"\treturn \"PROXY %s:%u\";\n}\n", STRF(name), s->conf.gate_name, s->conf.proxy_port ? s->conf.proxy_port : 3128);
}

static struct str route_of(const struct site_ask *a)
{
	ptrdiff_t q = str_chr(a->path, '?');
	struct str p = q < 0 ? a->path : str_upto(a->path, (size_t)q);
	return str_starts(p, STR(SITE_PREFIX "/")) ? str_from(p, sizeof SITE_PREFIX - 1) : p;
}

static void post(struct site *s, const struct site_ask *a, struct str route, struct site_reply *r)
{
	if (!site_form_post(s, a, route, r))
		show_not_found(s, a, r);
}

void site_answer(struct site *s, const struct site_ask *a, struct site_reply *r)
{
	assert(s && a && a->who && r);
	struct str route = route_of(a);
	if (str_is(a->path, SAFE_SEEN) || str_starts(a->path, STR(SAFE_SEEN "?")))
		safe_seen(&s->conf, a, r);
	else if (site_is_check(s, a->host))
		show_installed(s, a, r);
	else if (str_is(a->method, "POST"))
		post(s, a, route, r);
	else if (str_is(route, "/tell") || str_is(route, "/teacher"))
		site_show_tell(s, a, r);
	else if (str_is(route, "/ask"))
		site_show_ask(s, a, r);
	else if (str_is(route, "/safe"))
		safe_show(&s->conf, a, r);
	else if (str_is(route, "/sign"))
		show_sign(s, a, NULL, r);
	else if (str_is(route, "/captive-portal"))
		show_captive(s, a, r);
	else if (str_is(route, "/proxy.pac") || str_is(route, "/wpad.dat"))
		show_pac(s, a, r);
	else if (str_is(route, "/") || !route.n)
		show_start(s, a, r);
	else
		show_not_found(s, a, r);
}
