/* A request's head is whole: what is asked for, who may, and which way it goes. */
#include <sodium.h>

#include "base/mem.h"
#include "gate/proxy/away.h"
#include "gate/proxy/inside.h"

static bool port_in(const uint16_t *ports, uint16_t otherwise, uint16_t port)
{
	if (!ports[0])
		return port == otherwise;
	for (size_t i = 0; i < PROXY_PORTS && ports[i]; i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* A page that a person opened, as far as the browser tells. */
static bool is_document(const struct http1_head *m)
{
	struct str dest = http1_field(m, "sec-fetch-dest");
	if (dest.n)
		return str_is(dest, "document");
	struct str accept = http1_field(m, "accept");
	return str_find(accept, STR("text/html")) >= 0 || (!http1_field(m, "referer").n && (!accept.n || str_is(accept, "*/*")));
}

static void read_device_token(struct client *c, const struct http1_head *m)
{
	struct str auth = http1_field(m, "proxy-authorization");
	size_t n = 0;
	c->token[0] = 0;
	if (auth.n < 6 || !str_ieq(str_upto(auth, 6), STR("Basic ")))
		return;
	struct str b = str_trim(str_from(auth, 6));
	if (sodium_base642bin((unsigned char *)c->token, IDENTITY_TOKEN_MAX, b.p, b.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		n = 0;
	c->token[n] = 0;
}

/* A TLS door lets in devices of ours only. */
static bool device_known(struct client *c, const struct http1_head *m)
{
	struct token_hit hit;
	read_device_token(c, m);
	return identity_token(policy_watch_identity(c->p->watch), policy_watch_policy(c->p->watch), str_z(c->token), &hit);
}

/* Inside TLS every request is of the host whose certificate was shown (RFC 9110 7.4); another one is another connection's. */
static bool take_inner(struct client *c, const struct http1_head *m)
{
	struct url said;
	enum err e = m->form == HTTP1_ORIGIN ? url_read_authority(m->host, &said) : m->form == HTTP1_ABSOLUTE ? url_read(m->target, &said) : ERR_SYNTAX;
	bool ours = e == OK && str_eq(url_host(&said), url_host(&c->base)) && (!said.port || said.port == c->base.port);
	c->url = c->base;
	c->url.path = m->form == HTTP1_ORIGIN ? m->target : e == OK ? said.path : STR_NONE;
	if (ours)
		return true;
	if (e == OK)
		judge_mismatch(c, "another name inside");
	client_text(c, e == OK ? 421 : 400, "This connection is for another site.");
	return false;
}

/* What is asked for; false when it is answered already. */
static bool take_target(struct client *c, const struct http1_head *m)
{
	if (c->inner)
		return take_inner(c, m);
	enum err e;
	if (m->form == HTTP1_AUTHORITY)
		e = url_read_authority(m->target, &c->url);
	else if (m->form == HTTP1_ABSOLUTE)
		e = url_read(m->target, &c->url);
	else {
		e = m->host.n ? url_read_authority(m->host, &c->url) : ERR_SYNTAX;
		c->url.path = m->target;
	}
	bool page = c->door == DOOR_PAGE;
	if (e == OK && m->form == HTTP1_AUTHORITY && (page || !c->url.port))
		e = ERR_SYNTAX;
	if (e == OK && m->form == HTTP1_ABSOLUTE && !str_ieq(c->url.scheme, STR("http")))
		e = ERR_UNSUPPORTED;
	if (e != OK) {
		client_text(c, e == ERR_UNSUPPORTED ? 501 : 400, err_text(ERR_SYNTAX));
		return false;
	}
	return true;
}

/* Our own pages: under our name; and under a refused name, so that its page's buttons work without another
 * name.  Never under a name that is open: its scripts would be at home with our forms. */
static bool own(const struct client *c, const struct http1_head *m)
{
	if (m->form == HTTP1_AUTHORITY)
		return false;
	if (site_is_own(c->p->site, url_host(&c->url)) || (c->door == DOOR_PAGE && c->url.is_addr))
		return true;
	return c->d.verdict != VERDICT_ALLOW && str_starts(c->url.path, STR("/.well-known/gatehouse/"));
}

static void serve_own(struct client *c, const struct http1_head *m)
{
	if (c->request_done) {
		client_site(c);
		return;
	}
	c->phase = PHASE_FORM;
	client_deadline(c, FORM_MS);
	if (m->expect_continue)
		stream_write(c->s, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

static bool port_open(const struct client *c, const struct http1_head *m)
{
	if (c->inner)
		return true;                            /* the connection's, judged when it was opened */
	if (m->form == HTTP1_AUTHORITY)
		return port_in(c->p->conf.connect_ports, 443, c->url.port);
	return port_in(c->p->conf.http_ports, 80, c->url.port ? c->url.port : 80);
}

/* The listener that refused names point at has nothing to fetch: what is open by now asks to be tried again. */
static void serve_page_door(struct client *c)
{
	if (c->d.verdict == VERDICT_ALLOW)
		client_trouble(c, ERR_BUSY);
	else
		client_refused(c);
}

/* The group's traffic, or this host's, is not read any more. */
static bool inner_over(const struct client *c)
{
	return c->inner && !c->d.inspect && c->d.verdict == VERDICT_ALLOW;
}

static bool wants_upgrade(const struct http1_head *m)
{
	return m->minor == 1 && http1_token(m, "connection", "upgrade") && str_ieq(http1_field(m, "upgrade"), STR("websocket"));
}

void request_serve(struct client *c)
{
	c->close_down = !http1_head(c->in)->keep_alive;
	if (door_away(c->door)) {               /* before anything else: nothing is reached from there */
		away_serve(c);
		return;
	}
	prove_certificate(c);
	if (take_target(c, http1_head(c->in)) && !prove_begin(c))
		request_proved(c);
}

void request_proved(struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	if (c->door == DOOR_TLS && !c->inner && !device_known(c, m) && !prove_known(c)) {
		client_text(c, 407, "This proxy is for the school's own devices.");
		return;
	}
	judge(c, m->form == HTTP1_AUTHORITY ? STR_NONE : c->url.path);
	judge_embed(c);
	if (own(c, m)) {
		serve_own(c, m);
		return;
	}
	if (c->door != DOOR_PAGE && c->door != DOOR_IN_HTTP && m->form == HTTP1_ORIGIN && !c->inner) {
		client_text(c, 400, "This is a proxy: it takes whole addresses.");
		return;
	}
	if (m->form != HTTP1_AUTHORITY && !c->inner && client_probe(c))
		return;
	if (inner_over(c)) {
		c->request_done = false;                /* closes */
		client_text(c, 421, "Please load the page again.");
		return;
	}
	if (prove_wanted(c)) {
		client_unproved(c);
		return;
	}
	c->document = is_document(m);
	c->upgrade = wants_upgrade(m);
	judge_program(c);
	if (embed_sent(c))
		return;
	bool connect = m->form == HTTP1_AUTHORITY, shut = !port_open(c, m) || (c->url.is_addr && !c->p->conf.literals);
	if (connect && c->door != DOOR_PAGE && !shut) {
		secure_begin(c);
		return;
	}
	judge_log(c, connect ? STR_NONE : c->url.path, connect || c->document || c->framed);
	if (c->d.verdict != VERDICT_ALLOW && !connect && c->document)
		tap_refused(c);
	if (c->door == DOOR_PAGE)
		serve_page_door(c);
	else if (c->d.verdict != VERDICT_ALLOW)
		client_refused(c);
	else if (shut)
		client_text(c, 403, "This port or address is not open through the proxy.");
	else
		exchange_begin(c);
}
