#include "base/mem.h"
#include "gate/proxy/h2.h"
#include "gate/proxy/away.h"
#include "gate/proxy/inside.h"
#include "gate/proxy/reap.h"

static void on_client(void *owner, struct stream *s, unsigned what);

void client_deadline(struct client *c, int64_t ms)
{
	c->since_ms = loop_ms(c->p->loop);
	c->deadline_ms = c->since_ms + ms;
}

int64_t client_wait_ms(const struct client *c)
{
	return c->p->conf.wait_ms ? c->p->conf.wait_ms : WAIT_MS;
}

bool client_rests(const struct client *c)
{
	return c->phase == PHASE_HEAD || c->phase == PHASE_LINGER || c->phase == PHASE_HELLO || c->phase == PHASE_SHAKE;
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
	c->key = buf_init(2 * HOST_MAX + 32);
	c->kept = buf_init(HEAD_OUT_MAX + 2 * TAP_HOLD_MAX);
	c->kept_up = buf_init(3 * TAP_HOLD_MAX);
	c->safe = buf_init(URL_PATH_MAX);
	c->normal = buf_init(URL_PATH_MAX);
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
	p->n_away += door_away(door);
	c->phase = door == DOOR_IN_TLS || door == DOOR_AWAY_TLS ? PHASE_HELLO : PHASE_HEAD;
	c->s = stream_new(p->loop, fd, tls, on_client, c);
}

void client_child(struct client *of, struct stream *s)
{
	struct client *c = client_make(of->p, of->from, of->door);
	c->child = c->inner = true;
	c->base = of->base;
	c->d = of->d;
	memcpy(c->token, of->token, sizeof c->token);
	c->shown = of->shown;
	c->certificate_until_utc = of->certificate_until_utc;
	c->ticket_until_utc = of->ticket_until_utc;
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
	talk_close(c);
	load_close(c);
	http1_free(&c->in);
	http1_free(&c->resp);
	buf_done(&c->early);
	buf_done(&c->form);
	buf_done(&c->head);
	buf_done(&c->key);
	buf_done(&c->kept);
	buf_done(&c->kept_up);
	buf_done(&c->safe);
	buf_done(&c->normal);
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
	origin_left(c);
	if (c->proof)
		tickets_forget(c->p->tickets, c->proof);
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
	return c->phase == PHASE_DIAL || c->phase == PHASE_GONE || c->phase == PHASE_LEAF || c->phase == PHASE_SHAKE || c->phase == PHASE_PROOF
		|| (c->phase == PHASE_EXCHANGE && (c->request_done || stream_pending(c->up) > STREAM_HIGH));
}

static void linger(struct client *c)
{
	c->phase = PHASE_LINGER;
	stream_want(c->s, !c->said_all);
	client_deadline(c, stream_pending(c->s) ? client_wait_ms(c) : LINGER_MS);
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
	talk_close(c);
	c->phase = PHASE_HEAD;
	c->request_done = c->answered = false;
	c->heading = c->early.n > 0;
	stream_want(c->s, !c->said_all);
	client_deadline(c, c->heading ? HEAD_MS : KEEP_MS);
}

static void on_step(struct client *c, enum http1_step step, struct str piece)
{
	if (step == HTTP1_BODY && c->phase == PHASE_FORM) {
		buf_add(&c->form, piece);
		if (c->form.over)
			client_text(c, 413, err_text(ERR_LIMIT));
	} else if (step == HTTP1_BODY && c->phase == PHASE_EXCHANGE) {
		exchange_body(c, piece);
	} else if (step == HTTP1_DONE) {
		c->request_done = true;
		if (c->phase == PHASE_FORM)
			client_site(c);
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
	client_text(c, e == ERR_LIMIT ? 431 : 400, http1_why(c->in));
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
		c->heading = false;
		client_deadline(c, client_wait_ms(c));
		request_serve(c);
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
	if (c->phase == PHASE_GONE)
		return;
	bool waits = !client_busy(c) && (c->phase == PHASE_HEAD || c->phase == PHASE_FORM || (c->phase == PHASE_EXCHANGE && !c->request_done));
	if (c->said_all && waits)               /* for what will never come */
		client_end(c);
	else
		stream_want(c->s, !c->said_all && (!client_busy(c) || c->early.n < SCRATCH));
}

/* Half closed, it still reads: what it asked is answered, and what was written goes out. */
static void client_ended(struct client *c, enum err e)
{
	bool asked = c->phase == PHASE_DIAL || c->phase == PHASE_EXCHANGE;
	if (e != ERR_END)
		prove_refused(c);
	if (e != ERR_END || (!asked && (c->phase != PHASE_LINGER || !stream_pending(c->s)))) {
		client_drop(c);
		return;
	}
	c->said_all = true;
	stream_want(c->s, false);
	if (asked)
		client_pump(c);
}

void client_expired(struct client *c)
{
	if (c->phase != PHASE_EXCHANGE || c->answered) {
		client_drop(c);
		return;
	}
	stream_free(&c->up);
	client_trouble(c, ERR_TIMEOUT);
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
	if (c->phase == PHASE_HEAD && !c->heading)
		client_deadline(c, HEAD_MS);
	else if (c->phase == PHASE_EXCHANGE)
		client_deadline(c, client_wait_ms(c));
	c->heading = true;
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
