/* The way to a host for one exchange: a pipe on an open connection of HTTP/2, a kept connection, or a dial; and what a dial came to. */
#include "base/mem.h"
#include "gate/proxy/inside.h"
#include "gate/proxy/reap.h"

static void on_settled(void *owner);

static uint16_t port_of(const struct client *c)
{
	return c->inner ? c->base.port : c->url.port ? c->url.port : 80;
}

/* What the dial of c came to is known; whoever waits for it goes on. */
static void settle(struct client *c, bool plain)
{
	if (!c->leads)
		return;
	c->leads = false;
	hosts_settle(c->p->hosts, buf_str(&c->key), plain);
}

void origin_left(struct client *c)
{
	hosts_forget(c->p->hosts, c->wait);
	c->wait = 0;
	settle(c, false);
}

static void on_dialled(void *owner, enum err e, int fd)
{
	struct client *c = owner;
	struct proxy *p = c->p;
	c->dial = NULL;
	if (e != OK) {
		settle(c, false);
		client_trouble(c, e);
	} else if (c->inner) {                          /* goes on at STREAM_OPEN */
		c->up = stream_new(p->loop, fd, NULL, exchange_up, c);
		stream_remote(c->up, p->conf.remote, url_host(&c->base), c->base.port, !c->upgrade && hosts_may_h2(p->hosts, buf_str(&c->key)));
	} else {
		exchange_send(c, stream_new(p->loop, fd, NULL, exchange_up, c));
	}
	client_pump(c);
	proxy_reap(p);
}

static void dial_origin(struct client *c)
{
	struct proxy *p = c->p;
	c->reused = false;
	c->phase = PHASE_DIAL;
	c->dial = dial_new(p->loop, p->resolve, &p->conf.reach, judge_dial_name(c), c->url.is_addr ? &c->url.addr : NULL,
		port_of(c), on_dialled, c);
}

/* A pipe on an open connection of HTTP/2; true also while another client's dial is waited for. */
static bool go_piped(struct client *c, bool wait)
{
	struct stream *up;
	if (!c->inner || c->upgrade)
		return false;
	switch (hosts_ask(c->p->hosts, buf_str(&c->key), wait, on_settled, c, &c->wait, &up)) {
	case HOSTS_STREAM:
		c->piped = true;
		stream_owner(up, exchange_up, c);
		exchange_send(c, up);
		return true;
	case HOSTS_WAIT:
		c->phase = PHASE_DIAL;
		return true;
	case HOSTS_LEAD:
		c->leads = true;
		return false;
	default:
		return false;
	}
}

void origin_go(struct client *c, bool wait)
{
	c->reused = c->piped = false;
	if (go_piped(c, wait))
		return;
	struct stream *up = c->repeated ? NULL : pool_take(c->p->pool, buf_str(&c->key));
	if (!up) {
		dial_origin(c);
		return;
	}
	settle(c, true);
	c->reused = true;
	stream_owner(up, exchange_up, c);
	exchange_send(c, up);
}

static void on_settled(void *owner)
{
	struct client *c = owner;
	c->wait = 0;
	origin_go(c, false);
	client_pump(c);
}

/* Where it is dialled belongs to it: a search made safe for some is another host than the same name for others. */
void origin_name(struct client *c)
{
	struct str at = judge_dial_name(c);
	buf_clear(&c->key);
	buf_z(&c->key, c->inner ? "s:" : "");
	head_authority(&c->url, port_of(c), false, &c->key);
	if (!str_eq(at, url_host(&c->url)))
		buf_fmt(&c->key, "@%.*s", STRF(at));
}

/* The host's side of TLS came to nothing: not believed, or not there. */
void origin_untrusted(struct client *c)
{
	struct tls *t = stream_tls(c->up);
	const char *why = t && !tls_open(t) ? tls_why(t) : NULL;
	bool doubt = t && tls_doubted(t);
	stream_free(&c->up);
	settle(c, false);
	if (doubt)
		client_untrusted(c, why);
	else
		client_trouble(c, ERR_NET);
}

/* The host is who it should be: in which tongue, it has chosen. */
void origin_open(struct client *c)
{
	struct stream *up = TAKE(c->up);
	if (tls_h2(stream_tls(up))) {
		c->piped = true;
		c->leads = false;
		up = hosts_join(c->p->hosts, buf_str(&c->key), up);
		stream_owner(up, exchange_up, c);
	} else {
		settle(c, true);
	}
	exchange_send(c, up);
}
