/* A client's TLS connection: its hello is read, then it is sent on unread, or read. */
#include "base/log.h"
#include "gate/proxy/away.h"
#include "gate/proxy/inside.h"
#include "gate/proxy/intercept.h"
#include "gate/proxy/reap.h"
#include "wire/tls_hello.h"

/* The name inside must be the name asked for: otherwise a listed site would be one CONNECT away. */
static bool name_fits(const struct client *c, const struct tls_hello *h)
{
	char host[HOST_MAX + 1];
	size_t n;
	if (h->ech && c->p->conf.refuse_ech)
		return false;
	if (c->url.is_addr)
		return h->name_n == 0;
	if (host_norm((struct str){ h->name, h->name_n }, host, &n) != OK)
		return false;
	return str_eq((struct str){ host, n }, url_host(&c->url));
}

static bool readable(const struct client *c)
{
	return c->p->front && c->d.inspect && !c->url.is_addr && c->d.verdict != VERDICT_SIGN;
}

/* Not read: as far as its name is open, it is sent on as it is. */
static void pass_unread(struct client *c)
{
	judge_log(c, STR_NONE, true);
	if (c->d.verdict == VERDICT_ALLOW)
		tunnel_hello(c);
	else if (c->door == DOOR_IN_TLS)
		intercept_end(c, ALERT_ACCESS_DENIED);
	else
		client_drop(c);
}

void secure_front(struct client *c, struct tls_leaf *leaf)
{
	c->phase = PHASE_SHAKE;
	c->inner = true;
	c->base = c->url;
	client_deadline(c, HEAD_MS);
	http1_begin(c->in, HTTP1_REQUEST);
	c->request_done = c->answered = false;
	stream_want(c->s, true);
	stream_front(c->s, c->p->front, leaf, buf_str(&c->early), true);
	buf_clear(&c->early);
}

/* Without a certificate there is nothing to read with: no CA was made, or it may not speak for this name.  A signer that
 * does not answer opens nothing: what its rules refuse inside must not pass unread. */
static void on_leaf(void *owner, enum err e, struct tls_leaf *leaf)
{
	struct client *c = owner;
	struct proxy *p = c->p;
	struct tls_hello h;
	c->leaf = 0;
	if (e == ERR_ABSENT || e == ERR_FORBIDDEN) {
		pass_unread(c);
	} else if (e != OK || tls_hello_read(buf_str(&c->early), &h) != OK) {
		log_line(LOG_WARN, "no certificate for a host whose traffic is to be read: %s", err_text(e));
		client_drop(c);
	} else {
		secure_front(c, leaf);
	}
	proxy_reap(p);
}

bool secure_read(struct client *c)
{
	if (!readable(c))
		return false;
	c->phase = PHASE_LEAF;
	stream_want(c->s, false);
	client_deadline(c, HEAD_MS);
	leaves_ask(c->p->leaves, url_host(&c->url), on_leaf, c, &c->leaf);
	return true;
}

static void hello_seen(struct client *c, const struct tls_hello *h)
{
	if (!name_fits(c, h)) {
		judge_mismatch(c, h->ech && c->p->conf.refuse_ech ? "encrypted hello" : h->name_n ? "another name" : "no name");
		client_drop(c);
	} else if (c->up) {
		tunnel_raw(c);
	} else if (!secure_read(c)) {
		pass_unread(c);
	}
}

static void check_hello(struct client *c)
{
	struct tls_hello h;
	enum err e = tls_hello_read(buf_str(&c->early), &h);
	if (e == ERR_END)
		return;
	if (e == OK) {
		hello_seen(c, &h);
		return;
	}
	judge_mismatch(c, "no TLS");
	client_drop(c);
}

/* The host hears of it as we did; a reset leaves no connection behind that waits for a minute to be forgotten. */
static void gone(struct client *c, enum err e)
{
	if (c->up && e != ERR_END)
		stream_reset(c->up);
	client_drop(c);
}

void secure_readable(struct client *c)
{
	size_t got;
	enum err e = stream_read(c->s, c->p->scratch, SCRATCH, &got);
	if (e == OK)
		buf_add(&c->early, (struct str){ c->p->scratch, got });
	else if (e != (enum err)-EAGAIN)
		gone(c, e);
	if (c->phase == PHASE_HELLO && c->early.n && c->door == DOOR_IN_TLS)
		intercept_hello(c);
	else if (c->phase == PHASE_HELLO && c->early.n && c->door == DOOR_AWAY_TLS)
		away_hello(c);
	else if (c->phase == PHASE_HELLO && c->early.n)
		check_hello(c);
}

static void await_hello(struct client *c)
{
	c->phase = PHASE_HELLO;
	c->answered = true;
	client_deadline(c, HEAD_MS);
	stream_want(c->s, true);
	if (c->early.n)
		check_hello(c);
}

void secure_begin(struct client *c)
{
	if (!readable(c)) {
		judge_log(c, STR_NONE, true);
		if (c->d.verdict == VERDICT_ALLOW)
			tunnel_begin(c);
		else
			client_refused(c);
		return;
	}
	stream_write(c->s, STR("HTTP/1.1 200 Connected\r\n\r\n"));
	await_hello(c);
}
