#include "gate/proxy/h2.h"

#include "base/mem.h"
#include "gate/proxy/h2_head.h"
#include "gate/proxy/h2_leg.h"
#include "gate/proxy/reap.h"

struct one {                            /* a stream; the proxy's client is at the other end of its pipe */
	struct one *next, **link;
	struct h2 *h;
	struct h2_leg leg;
	struct h2_head head;
	bool begun;                     /* a final head was sent */
};

struct h2 {
	struct client *c;               /* not owned */
	nghttp2_session *session;
	struct one *ones;
	size_t answered, resets;
	bool over;
};

static void on_pipe(void *owner, struct stream *s, unsigned what);

static void one_free(struct one *o)
{
	*o->link = o->next;
	if (o->next)
		o->next->link = o->link;
	h2_leg_done(&o->leg);
	h2_head_done(&o->head);
	mem_free(&o);
}

static struct one *one_of(nghttp2_session *s, int32_t id)
{
	return nghttp2_session_get_stream_user_data(s, id);
}

/* ---- out */

static void send_frames(struct h2 *h)
{
	const uint8_t *p;
	ssize_t n = 0;
	while (stream_pending(h->c->s) <= STREAM_HIGH && (n = nghttp2_session_mem_send(h->session, &p)) > 0)
		stream_hold(h->c->s, (struct str){ (const char *)p, (size_t)n });
	stream_flush(h->c->s);
	if (n < 0 || (!nghttp2_session_want_read(h->session) && !nghttp2_session_want_write(h->session)))
		h->over = true;
}

static void answer(struct one *o, bool body)
{
	const struct http1_head *m = http1_head(o->leg.m);
	AUTO(arena_done) struct arena a = arena_init();
	nghttp2_nv *nv = arena_array(&a, nghttp2_nv, m->n_fields + 2);
	size_t n = 0;
	nv[n++] = h2_leg_pair(&a, STR(":status"), arena_fmt(&a, "%d", m->status));
	for (size_t i = 0; i < m->n_fields; i++)
		if (!h2_head_dropped(m, m->fields[i].name))
			nv[n++] = h2_leg_pair(&a, m->fields[i].name, m->fields[i].value);
	if (m->length >= 0 && m->status / 100 != 1)
		nv[n++] = h2_leg_pair(&a, STR("content-length"), arena_fmt(&a, "%lld", (long long)m->length));
	nghttp2_data_provider give = h2_leg_provider(&o->leg);
	int bad = m->status / 100 == 1 ? nghttp2_submit_headers(o->h->session, NGHTTP2_FLAG_NONE, o->leg.id, NULL, nv, n, NULL)
		: nghttp2_submit_response(o->h->session, o->leg.id, nv, n, body ? &give : NULL);
	if (bad)
		h2_leg_reset(&o->leg, NGHTTP2_INTERNAL_ERROR);
}

/* ---- a response comes out of the pipe */

static bool has_body(const struct one *o)
{
	const struct http1_head *m = http1_head(o->leg.m);
	return !str_is(buf_str(&o->head.method), "HEAD") && m->status != 204 && m->status != 304 && m->length != 0;
}

static void expect_response(struct one *o)
{
	http1_begin(o->leg.m, HTTP1_RESPONSE);
	if (str_is(buf_str(&o->head.method), "HEAD"))
		http1_no_body(o->leg.m);
}

static void ended(struct one *o)
{
	h2_leg_ended(&o->leg);
	o->h->answered++;
}

static void take_step(struct one *o, enum http1_step step, struct str piece)
{
	bool interim = http1_head(o->leg.m)->status / 100 == 1;
	if (step == HTTP1_HEAD) {
		o->begun |= !interim;
		answer(o, has_body(o));
	} else if (step == HTTP1_BODY) {
		h2_leg_body(&o->leg, piece);
	} else if (step == HTTP1_DONE && interim) {
		expect_response(o);
	} else if (step == HTTP1_DONE) {
		ended(o);
	}
}

static void take_response(struct one *o, struct str in)
{
	enum http1_step step = HTTP1_MORE;
	struct str piece;
	while (!o->leg.eof && (in.n || step == HTTP1_HEAD || step == HTTP1_BODY)) {
		if (http1_next(o->leg.m, &in, &step, &piece) != OK || o->leg.body.over) {
			h2_leg_reset(&o->leg, NGHTTP2_INTERNAL_ERROR);
			stream_free(&o->leg.pipe);
			return;
		}
		take_step(o, step, piece);
	}
}

/* The proxy ended it: whole when the body ended with the connection, cut short otherwise. */
static void pipe_ended(struct one *o, enum err e)
{
	bool whole = e == ERR_END && o->begun && http1_eof(o->leg.m) == OK;
	stream_free(&o->leg.pipe);
	if (o->leg.eof)
		return;
	if (whole)
		ended(o);
	else
		h2_leg_reset(&o->leg, NGHTTP2_INTERNAL_ERROR);
}

static void finish_turn(struct h2 *h)
{
	send_frames(h);
	if (h->over && !stream_pending(h->c->s))
		client_drop(h->c);
}

static void on_pipe(void *owner, struct stream *s, unsigned what)
{
	struct one *o = owner;
	struct h2 *h = o->h;
	struct client *c = h->c;
	size_t got;
	if (what & STREAM_DRAINED)
		h2_leg_drained(&o->leg);
	if (what & STREAM_READABLE) {
		enum err e = stream_read(s, c->p->scratch, SCRATCH, &got);
		if (e == OK)
			take_response(o, (struct str){ c->p->scratch, got });
		else if (e != (enum err)-EAGAIN)
			pipe_ended(o, e);
	} else if (what & STREAM_FAILED) {
		pipe_ended(o, ERR_NET);
	}
	finish_turn(h);
	proxy_reap(c->p);
}

/* ---- in */

static int on_begin(nghttp2_session *s, const nghttp2_frame *f, void *owner)
{
	struct h2 *h = owner;
	if (f->hd.type != NGHTTP2_HEADERS || f->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	struct one *o = mem_new(struct one);
	client_deadline(h->c, client_wait_ms(h->c));
	o->h = h;
	o->leg.session = s;
	o->leg.id = f->hd.stream_id;
	h2_leg_init(&o->leg, HTTP1_RESPONSE);
	o->head = h2_head_init(false);
	o->next = h->ones;
	o->link = &h->ones;
	if (o->next)
		o->next->link = &o->next;
	h->ones = o;
	return nghttp2_session_set_stream_user_data(s, o->leg.id, o);
}

static int on_field(nghttp2_session *s, const nghttp2_frame *f, const uint8_t *name, size_t name_n, const uint8_t *value, size_t value_n, uint8_t flags, void *owner)
{
	struct one *o = one_of(s, f->hd.stream_id);
	struct str k = { (const char *)name, name_n }, v = { (const char *)value, value_n };
	if (o && f->headers.cat == NGHTTP2_HCAT_REQUEST)
		h2_head_add(&o->head, k, v);
	else if (o)
		h2_leg_trailer(&o->leg, o->head.n, k, v);
	return 0;
}

static void ask(struct one *o, bool body)
{
	struct stream *both[2];
	AUTO(buf_done) struct buf out = buf_init(2 * HTTP1_HEAD_MAX + HTTP1_TARGET_MAX);
	if (h2_head_request(&o->head, body, &out, &o->leg.chunk) != OK) {
		h2_leg_reset(&o->leg, o->head.bytes > HTTP1_HEAD_MAX ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
		return;
	}
	expect_response(o);
	stream_pair(o->h->c->p->loop, both);
	o->leg.pipe = both[1];
	stream_owner(o->leg.pipe, on_pipe, o);
	client_child(o->h->c, both[0]);
	stream_write(o->leg.pipe, buf_str(&out));
}

static int on_frame(nghttp2_session *s, const nghttp2_frame *f, void *owner)
{
	struct h2 *h = owner;
	struct one *o = f->hd.stream_id ? one_of(s, f->hd.stream_id) : NULL;
	bool last = f->hd.flags & NGHTTP2_FLAG_END_STREAM;
	if (f->hd.type == NGHTTP2_RST_STREAM && ++h->resets > H2_RESETS + h->answered)
		(void)nghttp2_session_terminate_session(s, NGHTTP2_ENHANCE_YOUR_CALM);
	if (!o)
		return 0;
	if (f->hd.type == NGHTTP2_HEADERS && f->headers.cat == NGHTTP2_HCAT_REQUEST)
		ask(o, !last);
	if (last && (f->hd.type == NGHTTP2_HEADERS || f->hd.type == NGHTTP2_DATA))
		h2_leg_said(&o->leg);
	return 0;
}

static int on_data(nghttp2_session *s, uint8_t flags, int32_t id, const uint8_t *p, size_t n, void *owner)
{
	struct h2 *h = owner;
	struct one *o = one_of(s, id);
	client_deadline(h->c, client_wait_ms(h->c));
	if (!o || !o->leg.pipe)
		return nghttp2_session_consume(s, id, n);
	h2_leg_data(&o->leg, (struct str){ (const char *)p, n });
	return 0;
}

/* Only what moves a stream counts as life: whoever takes nothing is not kept by pings. */
static int on_sent(nghttp2_session *s, const nghttp2_frame *f, void *owner)
{
	struct h2 *h = owner;
	if (f->hd.type == NGHTTP2_DATA && f->hd.length)
		client_deadline(h->c, client_wait_ms(h->c));
	return 0;
}

static int on_close(nghttp2_session *s, int32_t id, uint32_t why, void *owner)
{
	struct h2 *h = owner;
	struct one *o = one_of(s, id);
	if (o)
		one_free(o);
	client_deadline(h->c, h->ones ? client_wait_ms(h->c) : KEEP_MS);
	return 0;
}

static nghttp2_session_callbacks *callbacks(void)
{
	static nghttp2_session_callbacks *cb;
	if (cb)
		return cb;
	int bad = nghttp2_session_callbacks_new(&cb);
	assert(!bad);
	nghttp2_session_callbacks_set_on_begin_headers_callback(cb, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_field);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
	nghttp2_session_callbacks_set_on_frame_send_callback(cb, on_sent);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
	return cb;
}

void h2_begin(struct client *c)
{
	static const nghttp2_settings_entry say[] = { { NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, H2_STREAMS },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, H2_WINDOW }, { NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HTTP1_HEAD_MAX } };
	struct h2 *h = mem_new(struct h2);
	nghttp2_option *o;
	h->c = c;
	c->h2 = h;
	c->phase = PHASE_H2;
	client_deadline(c, KEEP_MS);
	int bad = nghttp2_option_new(&o);
	assert(!bad);
	nghttp2_option_set_no_auto_window_update(o, 1);
	bad = nghttp2_session_server_new2(&h->session, callbacks(), h, o);
	nghttp2_option_del(o);
	assert(!bad);
	bad = nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, say, ARRAY_N(say));
	bad |= nghttp2_session_set_local_window_size(h->session, NGHTTP2_FLAG_NONE, 0, 4 * H2_WINDOW);
	assert(!bad);
	send_frames(h);
}

void h2_free(struct h2 **hp)
{
	struct h2 *h = *hp;
	if (!h)
		return;
	while (h->ones)
		one_free(h->ones);
	nghttp2_session_del(h->session);
	mem_free(hp);
}

static void readable(struct h2 *h)
{
	struct client *c = h->c;
	size_t got;
	enum err e = stream_read(c->s, c->p->scratch, SCRATCH, &got);
	if (e == (enum err)-EAGAIN)
		return;
	if (e != OK || nghttp2_session_mem_recv(h->session, (const uint8_t *)c->p->scratch, got) < 0)
		client_drop(c);
}

void h2_event(struct client *c, unsigned what)
{
	if (what & STREAM_FAILED)
		client_drop(c);
	if (what & STREAM_READABLE && c->phase != PHASE_GONE)
		readable(c->h2);
	if (c->phase != PHASE_GONE)
		finish_turn(c->h2);
}
