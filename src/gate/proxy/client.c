#include <sodium.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "gate/proxy/h2.h"
#include "gate/proxy/inside.h"
#include "gate/proxy/reap.h"

static void on_client(void *owner, struct stream *s, unsigned what);

void client_deadline(struct client *c, int64_t ms)
{
	c->deadline_ms = loop_ms(c->p->loop) + ms;
}

static struct client *client_make(struct proxy *p, struct addr from, enum door door)
{
	struct client *c = mem_new(struct client);
	c->p = p;
	c->door = door;
	c->from = from;
	c->in = http1_new();
	c->early = buf_init(EARLY_MAX);
	c->form = buf_init(SITE_FORM_MAX);
	c->head = buf_init(HEAD_OUT_MAX);
	c->key = buf_init(HOST_MAX + 16);
	c->kept = buf_init(HEAD_OUT_MAX + 2 * TAP_HOLD_MAX);
	c->kept_up = buf_init(3 * TAP_HOLD_MAX);
	c->safe = buf_init(URL_PATH_MAX);
	http1_begin(c->in, HTTP1_REQUEST);
	c->next = p->clients;
	c->link = &p->clients;
	if (c->next)
		c->next->link = &c->next;
	p->clients = c;
	p->n_clients++;
	client_deadline(c, HEAD_MS);
	return c;
}

void client_new(struct proxy *p, int fd, struct addr from, enum door door, struct tls_server *tls)
{
	struct client *c = client_make(p, from, door);
	c->phase = door == DOOR_IN_TLS ? PHASE_HELLO : PHASE_HEAD;
	c->s = stream_new(p->loop, fd, tls, on_client, c);
}

void client_child(struct client *of, struct stream *s)
{
	struct client *c = client_make(of->p, of->from, of->door);
	c->child = c->inner = true;
	c->base = of->base;
	c->d = of->d;
	memcpy(c->token, of->token, sizeof c->token);
	c->s = s;
	stream_owner(s, on_client, c);
}

void client_free(struct client *c)
{
	h2_free(&c->h2);
	stream_free(&c->s);
	stream_free(&c->up);
	dial_free(&c->dial);
	tap_close(c);
	http1_free(&c->in);
	http1_free(&c->resp);
	buf_done(&c->early);
	buf_done(&c->form);
	buf_done(&c->head);
	buf_done(&c->key);
	buf_done(&c->kept);
	buf_done(&c->kept_up);
	buf_done(&c->safe);
	mem_free(&c);
}

void client_drop(struct client *c)
{
	if (c->phase == PHASE_GONE)
		return;
	c->phase = PHASE_GONE;
	stream_want(c->s, false);
	if (c->leaf)
		leaves_forget(c->p->leaves, c->leaf);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	c->p->n_clients--;
	c->next = c->p->dead;
	c->link = NULL;
	c->p->dead = c;
}

bool client_busy(const struct client *c)
{
	return c->phase == PHASE_DIAL || c->phase == PHASE_GONE || c->phase == PHASE_LEAF || c->phase == PHASE_SHAKE
		|| (c->phase == PHASE_EXCHANGE && (c->request_done || stream_pending(c->up) > STREAM_HIGH));
}

static void linger(struct client *c)
{
	c->phase = PHASE_LINGER;
	stream_want(c->s, true);
	client_deadline(c, stream_pending(c->s) ? WAIT_MS : LINGER_MS);
	stream_end(c->s);
}

void client_end(struct client *c)
{
	linger(c);
}

void client_next(struct client *c)
{
	if (c->phase == PHASE_GONE)
		return;
	if (c->close_down || !c->request_done) {
		linger(c);
		return;
	}
	http1_begin(c->in, HTTP1_REQUEST);
	buf_clear(&c->form);
	tap_close(c);
	c->phase = PHASE_HEAD;
	c->request_done = c->answered = false;
	stream_want(c->s, true);
	client_deadline(c, c->early.n ? HEAD_MS : KEEP_MS);
}

void client_reply(struct client *c, const struct site_reply *r)
{
	const struct http1_head *m = http1_head(c->in);
	c->close_down = !m->keep_alive || !c->request_done;
	AUTO(buf_done) struct buf out = buf_init(SITE_PAGE_MAX + 4096);
	buf_fmt(&out, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n"
		"Content-Security-Policy: %s\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n",
		r->status, r->status < 300 ? "OK" : r->status < 400 ? "Look there" : "Refused", r->type, r->body.n, site_csp(c->p->site));
	if (r->location.n)
		buf_fmt(&out, "Location: %.*s\r\n", STRF(buf_str(&r->location)));
	if (r->status == 407)
		buf_z(&out, "Proxy-Authenticate: Basic realm=\"Gatehouse device\"\r\n");
	buf_z(&out, c->close_down ? "Connection: close\r\n\r\n" : m->minor ? "\r\n" : "Connection: keep-alive\r\n\r\n");
	if (!str_is(m->method, "HEAD"))
		buf_add(&out, buf_str(&r->body));
	c->answered = true;
	stream_write(c->s, buf_str(&out));
	client_next(c);
}

static void reply_text(struct client *c, int status, const char *text)
{
	struct site_reply r = site_reply_init();
	r.status = status;
	r.type = "text/plain; charset=utf-8";
	buf_fmt(&r.body, "%s\n", text);
	client_reply(c, &r);
	site_reply_done(&r);
}

/* Nothing but a sentence for CONNECT: browsers show their own page (docs/block-page.md). */
void client_trouble(struct client *c, enum err why)
{
	if (c->answered) {
		client_drop(c);
		return;
	}
	int status = why == ERR_FORBIDDEN ? 403 : why == ERR_TIMEOUT ? 504 : why == ERR_BUSY ? 503 : 502;
	if (http1_head(c->in)->form == HTTP1_AUTHORITY) {
		reply_text(c, status, err_text(why));
		return;
	}
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	site_trouble(c->p->site, &a, why, &r);
	r.status = status;
	client_reply(c, &r);
	site_reply_done(&r);
}

void client_untrusted(struct client *c, const char *why)
{
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	site_untrusted(c->p->site, &a, why, &r);
	client_reply(c, &r);
	site_reply_done(&r);
}

void client_cut(struct client *c)
{
	stream_flush(c->s);
	client_drop(c);
}

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

static void reply_site(struct client *c)
{
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	site_answer(c->p->site, &a, &r);
	client_reply(c, &r);
	site_reply_done(&r);
}

/* CONNECT gets a sentence; a page gets a page. */
void client_refused(struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	if (m->form == HTTP1_AUTHORITY) {
		char text[400];
		snprintf(text, sizeof text, "Please sign in first: http://%s/", c->p->conf.site.gate_name);
		reply_text(c, 403, c->d.verdict == VERDICT_SIGN ? text : reason_info(c->d.reason)->ten);
		return;
	}
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	site_refused(c->p->site, &a, &c->d, &r);
	client_reply(c, &r);
	site_reply_done(&r);
}

static bool reply_probe(struct client *c)
{
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	bool open = c->who.standing == STANDING_CURRENT || c->who.standing == STANDING_GRACE;
	bool probe = site_probe(c->p->site, &a, open, &r);
	if (probe)
		client_reply(c, &r);
	site_reply_done(&r);
	return probe;
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
	reply_text(c, e == OK ? 421 : 400, "This connection is for another site.");
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
		reply_text(c, e == ERR_UNSUPPORTED ? 501 : 400, err_text(ERR_SYNTAX));
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
		reply_site(c);
		return;
	}
	c->phase = PHASE_FORM;
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

static void serve(struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	c->close_down = !m->keep_alive;
	if (!take_target(c, m))
		return;
	if (c->door == DOOR_TLS && !c->inner && !device_known(c, m)) {
		reply_text(c, 407, "This proxy is for the school's own devices.");
		return;
	}
	judge(c, m->form == HTTP1_AUTHORITY ? STR_NONE : c->url.path);
	if (own(c, m)) {
		serve_own(c, m);
		return;
	}
	if (c->door != DOOR_PAGE && c->door != DOOR_IN_HTTP && m->form == HTTP1_ORIGIN && !c->inner) {
		reply_text(c, 400, "This is a proxy: it takes whole addresses.");
		return;
	}
	if (m->form != HTTP1_AUTHORITY && !c->inner && reply_probe(c))
		return;
	if (inner_over(c)) {
		c->request_done = false;                /* closes */
		reply_text(c, 421, "Please load the page again.");
		return;
	}
	c->document = is_document(m);
	c->upgrade = wants_upgrade(m);
	bool connect = m->form == HTTP1_AUTHORITY, shut = !port_open(c, m) || (c->url.is_addr && !c->p->conf.literals);
	if (connect && c->door != DOOR_PAGE && !shut) {
		secure_begin(c);
		return;
	}
	judge_log(c, connect ? STR_NONE : c->url.path, connect || c->document);
	if (c->d.verdict != VERDICT_ALLOW && !connect && c->document)
		tap_refused(c);
	if (c->door == DOOR_PAGE)
		serve_page_door(c);
	else if (c->d.verdict != VERDICT_ALLOW)
		client_refused(c);
	else if (shut)
		reply_text(c, 403, "This port or address is not open through the proxy.");
	else
		exchange_begin(c);
}

static void on_step(struct client *c, enum http1_step step, struct str piece)
{
	if (step == HTTP1_BODY && c->phase == PHASE_FORM) {
		buf_add(&c->form, piece);
		if (c->form.over)
			reply_text(c, 413, err_text(ERR_LIMIT));
	} else if (step == HTTP1_BODY && c->phase == PHASE_EXCHANGE) {
		exchange_body(c, piece);
	} else if (step == HTTP1_DONE) {
		c->request_done = true;
		if (c->phase == PHASE_FORM)
			reply_site(c);
		else if (c->phase == PHASE_EXCHANGE)
			exchange_request_done(c);
	}
}

static void bad_request(struct client *c, enum err e)
{
	if (c->phase != PHASE_HEAD) {
		client_drop(c);
		return;
	}
	c->request_done = false;
	reply_text(c, e == ERR_LIMIT ? 431 : 400, http1_why(c->in));
}

/* Takes from *in what can be taken now. */
static void consume(struct client *c, struct str *in)
{
	/* The end of a body shows at the step after its last byte, with or without more input. */
	bool more = (c->phase == PHASE_EXCHANGE || c->phase == PHASE_FORM) && !c->request_done;
	while ((in->n || more) && !client_busy(c)) {
		more = false;
		if (c->phase == PHASE_LINGER) {
			*in = STR_NONE;
			return;
		}
		if (c->phase == PHASE_HELLO || c->phase == PHASE_TUNNEL)
			return;
		enum http1_step step;
		struct str piece;
		enum err e = http1_next(c->in, in, &step, &piece);
		if (e != OK) {
			bad_request(c, e);
			continue;
		}
		if (step != HTTP1_HEAD) {
			more = step == HTTP1_BODY;
			on_step(c, step, piece);
			continue;
		}
		if (!http1_head(c->in)->has_body) {     /* its end is known already */
			e = http1_next(c->in, in, &step, &piece);
			c->request_done = e == OK && step == HTTP1_DONE;
		}
		client_deadline(c, WAIT_MS);
		serve(c);
	}
}

void client_pump(struct client *c)
{
	struct str in = buf_str(&c->early);
	size_t was = in.n;
	if (c->phase == PHASE_HELLO || c->phase == PHASE_TUNNEL)
		return;
	consume(c, &in);
	buf_cut(&c->early, was - in.n);
	if (c->phase != PHASE_GONE)
		stream_want(c->s, !client_busy(c) || c->early.n < SCRATCH);
}

static void client_ended(struct client *c, enum err e)
{
	bool finishing = e == ERR_END && c->phase == PHASE_EXCHANGE && c->request_done;
	if (finishing) {                        /* half-closed: it still reads (RFC 9112 9.6) */
		c->close_down = true;
		stream_want(c->s, false);
	} else {
		client_drop(c);
	}
}

static void client_readable(struct client *c)
{
	size_t got;
	enum err e = stream_read(c->s, c->p->scratch, SCRATCH, &got);
	if (e == (enum err)-EAGAIN)
		return;
	if (e != OK) {
		client_ended(c, e);
		return;
	}
	if (c->phase == PHASE_HEAD && !c->early.n)
		client_deadline(c, HEAD_MS);
	else if (c->phase == PHASE_EXCHANGE)
		client_deadline(c, WAIT_MS);
	struct str in = { c->p->scratch, got };
	if (!c->early.n)
		consume(c, &in);
	buf_add(&c->early, in);
	if (c->early.over)
		client_drop(c);
	else if (in.n)
		client_pump(c);
	if (c->phase != PHASE_GONE && client_busy(c) && c->early.n >= SCRATCH)
		stream_want(c->s, false);
}

static void on_client(void *owner, struct stream *s, unsigned what)
{
	struct client *c = owner;
	struct proxy *p = c->p;
	if (what & STREAM_OPEN && c->phase == PHASE_SHAKE) {
		c->phase = PHASE_HEAD;
		client_deadline(c, HEAD_MS);
		if (tls_h2(stream_tls(s)))
			h2_begin(c);
	}
	if (c->phase == PHASE_H2) {
		h2_event(c, what);
		proxy_reap(p);
		return;
	}
	if (what & STREAM_FAILED)
		client_drop(c);
	if (what & STREAM_READABLE && c->phase != PHASE_GONE) {
		if (c->phase == PHASE_HELLO)
			secure_readable(c);
		else if (c->phase == PHASE_TUNNEL)
			tunnel_readable(c);
		else if (c->phase != PHASE_SHAKE && c->phase != PHASE_LEAF)
			client_readable(c);
	}
	if (what & STREAM_DRAINED && c->phase != PHASE_GONE) {
		if (c->phase == PHASE_TUNNEL)
			tunnel_drained(c);
		else
			exchange_drained(c);
	}
	proxy_reap(p);
}
