#include "base/mem.h"
#include "gate/proxy/inside.h"
#include "gate/proxy/intercept.h"
#include "gate/proxy/reap.h"

static void on_up(void *owner, struct stream *s, unsigned what);

static void on_dialled(void *owner, enum err e, int fd)
{
	struct client *c = owner;
	struct proxy *p = c->p;
	c->dial = NULL;
	if (e != OK && c->door == DOOR_IN_TLS) {
		intercept_end(c, ALERT_INTERNAL);
	} else if (e != OK) {
		client_trouble(c, e);
	} else {
		c->up = stream_deaf(p->loop, fd, on_up, c);   /* not heard before the hello is checked */
		if (c->answered || c->door == DOOR_IN_TLS) {         /* its hello was judged */
			tunnel_raw(c);
			proxy_reap(p);
			return;
		}
		c->phase = PHASE_HELLO;
		c->answered = true;
		client_deadline(c, HEAD_MS);
		stream_write(c->s, STR("HTTP/1.1 200 Connected\r\n\r\n"));
		stream_want(c->s, true);
		if (c->early.n)
			secure_readable(c);
	}
	proxy_reap(p);
}

void tunnel_begin(struct client *c)
{
	struct proxy *p = c->p;
	c->phase = PHASE_DIAL;
	c->up_done = c->down_done = false;
	c->dial = dial_new(p->loop, p->resolve, &p->conf.reach, judge_dial_name(c), c->url.is_addr ? &c->url.addr : NULL,
		c->url.port, on_dialled, c);
}

void tunnel_hello(struct client *c)
{
	stream_want(c->s, false);
	tunnel_begin(c);
}

/* The hello was judged before: it goes out first. */
void tunnel_raw(struct client *c)
{
	c->phase = PHASE_TUNNEL;
	c->p->counts.tunnels++;
	client_deadline(c, TUNNEL_MS);
	stream_write(c->up, buf_str(&c->early));
	buf_clear(&c->early);
	stream_want(c->up, true);
	stream_want(c->s, true);
}

/* One side has said all: pass the end on, and go when both have. */
static void side_ended(struct client *c, bool client_side)
{
	stream_want(client_side ? c->s : c->up, false);
	stream_end(client_side ? c->up : c->s);
	c->up_done = c->up_done || client_side;
	c->down_done = c->down_done || !client_side;
	if (c->up_done && c->down_done && !stream_pending(c->s) && !stream_pending(c->up))
		client_drop(c);
}

static void pass_on(struct client *c, struct stream *to, bool client_side, size_t n)
{
	if (talk_over(c))
		return;
	client_deadline(c, TUNNEL_MS);
	c->p->counts.bytes_down += client_side ? 0 : n;
	if (c->talk)
		talk_take(c, client_side, c->p->scratch, n);
	else
		stream_write(to, (struct str){ c->p->scratch, n });
}

/* Up to a few rooms a turn, so that one tunnel does not starve the others. */
static void relay(struct client *c, struct stream *from, struct stream *to, bool client_side)
{
	for (int i = 0; i < 4; i++) {
		size_t got;
		enum err e = stream_read(from, c->p->scratch, SCRATCH, &got);
		if (e == (enum err)-EAGAIN)
			return;
		if (e == ERR_END) {
			side_ended(c, client_side);
		} else if (e != OK) {
			if (client_side)
				stream_reset(to);
			client_drop(c);
		}
		if (e != OK)
			return;
		pass_on(c, to, client_side, got);
		if (stream_pending(to) > STREAM_HIGH) {
			stream_want(from, false);
			return;
		}
		if (got < SCRATCH)
			return;
	}
}

void tunnel_readable(struct client *c)
{
	relay(c, c->s, c->up, true);
}

static void drained(struct client *c, bool client_side)
{
	bool ended = client_side ? c->down_done : c->up_done;
	if (!ended)
		stream_want(client_side ? c->up : c->s, true);
	else if (c->up_done && c->down_done && !stream_pending(c->s) && !stream_pending(c->up))
		client_drop(c);
}

void tunnel_drained(struct client *c)
{
	drained(c, true);
}

void tunnel_up(struct client *c, unsigned what)
{
	if (what & STREAM_FAILED)
		client_drop(c);
	if (what & STREAM_READABLE && c->phase == PHASE_TUNNEL)
		relay(c, c->up, c->s, false);
	if (what & STREAM_DRAINED && c->phase == PHASE_TUNNEL)
		drained(c, false);
}

static void on_up(void *owner, struct stream *s, unsigned what)
{
	struct client *c = owner;
	struct proxy *p = c->p;
	tunnel_up(c, what);
	proxy_reap(p);
}

void tunnel_switch(struct client *c, struct str in)
{
	c->up_done = c->down_done = false;
	if (!c->talk) {
		tunnel_raw(c);
		return;
	}
	AUTO(buf_done) struct buf early = c->early, said = buf_init(SCRATCH);
	c->early = buf_init(EARLY_MAX);         /* what it held is early's now */
	buf_add(&said, in);
	tunnel_raw(c);
	talk_take(c, false, said.p, said.n);
	talk_take(c, true, early.p, early.n);
}

void tunnel_judge(struct client *c)
{
	bool waits = c->phase == PHASE_HELLO || c->phase == PHASE_LEAF;
	if ((c->phase != PHASE_TUNNEL && !waits) || (!c->up && !url_host(&c->url).n))
		return;
	judge(c, STR_NONE);                    /* also for what its decision shows of the old policy */
	if (c->up && c->d.verdict != VERDICT_ALLOW)
		client_drop(c);
}
