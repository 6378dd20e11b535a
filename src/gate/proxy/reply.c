/* What the proxy itself says to a client: our pages, and sentences where no page can be shown. */
#include "base/mem.h"
#include "gate/page/captive.h"
#include "gate/proxy/inside.h"

void client_reply(struct client *c, const struct site_reply *r)
{
	const struct http1_head *m = http1_head(c->in);
	c->close_down = !m->keep_alive || !c->request_done;
	struct buf *out = &c->p->head;
	buf_clear(out);
	buf_add(out, STR("HTTP/1.1 "));
	head_number(out, (uint64_t)r->status);
	buf_z(out, r->status < 300 ? " OK" : r->status < 400 ? " Look there" : " Refused");
	buf_add(out, STR("\r\nContent-Length: "));
	head_number(out, r->body.n);
	buf_add(out, STR("\r\nContent-Type: "));
	buf_z(out, r->type);
	buf_add(out, STR("\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\nContent-Security-Policy: "));
	buf_z(out, site_csp_of(c->p->site, r));
	buf_add(out, STR("\r\n"));
	if (r->location.n)
		buf_fmt(out, "Location: %.*s\r\n", STRF(buf_str(&r->location)));
	if (r->status == 407 && c->p->tickets && !c->proof_failed)
		buf_z(out, "Proxy-Authenticate: Negotiate\r\n");
	if (r->status == 407 && c->door == DOOR_TLS)
		buf_z(out, "Proxy-Authenticate: Basic realm=\"Gatehouse device\"\r\n");
	buf_z(out, c->close_down ? "Connection: close\r\n\r\n" : m->minor ? "\r\n" : "Connection: keep-alive\r\n\r\n");
	c->answered = true;
	stream_hold(c->s, buf_str(out));
	if (!str_is(m->method, "HEAD"))
		stream_write(c->s, buf_str(&r->body));
	stream_flush(c->s);
	client_next(c);
}

void client_text(struct client *c, int status, const char *text)
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
		client_text(c, status, err_text(why));
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

void client_site(struct client *c)
{
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	site_answer(c->p->site, &a, &r);
	client_reply(c, &r);
	site_reply_done(&r);
}

/* A page only where somebody can see it: not for CONNECT, nor in the place of a picture or a script, of which an open page may have dozens. */
void client_refused(struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	if (m->form == HTTP1_AUTHORITY || !(c->document || c->framed)) {
		char text[400];
		snprintf(text, sizeof text, "Please sign in first: http://%s/", c->p->conf.site.gate_name);
		client_text(c, 403, c->d.verdict == VERDICT_SIGN ? text : reason_info(c->d.reason)->ten);
		return;
	}
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	site_refused(c->p->site, &a, &c->d, &r);
	client_reply(c, &r);
	site_reply_done(&r);
}

void client_unproved(struct client *c)
{
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	site_refused(c->p->site, &a, &c->d, &r);
	r.status = 407;
	client_reply(c, &r);
	site_reply_done(&r);
}

bool client_probe(struct client *c)
{
	if (!captive_probe(url_host(&c->url), c->url.path))
		return false;
	struct site_reply r = site_reply_init();
	struct site_ask a = client_ask(c);
	bool open = c->who.standing == STANDING_CURRENT || c->who.standing == STANDING_GRACE;
	bool probe = site_probe(c->p->site, &a, open, &r);
	if (probe)
		client_reply(c, &r);
	site_reply_done(&r);
	return probe;
}
