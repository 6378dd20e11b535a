#include "gate/proxy/h2_up.h"

#include "base/mem.h"
#include "gate/proxy/h2_head.h"
#include "gate/proxy/h2_leg.h"
#include "gate/proxy/reap.h"

struct two {                            /* a request; the exchange is at the other end of its pipe */
	struct two *next, **link;
	struct h2_up *u;
	struct h2_leg leg;
	struct h2_head head;            /* of the answer that comes */
	bool head_asked;                /* HEAD */
	bool answered;                  /* its final head was given */
};

struct h2_up {
	struct h2_up *next, **link;     /* of p->ups */
	struct proxy *p;
	struct stream *s;               /* owned; NULL: given up */
	nghttp2_session *session;       /* owned; NULL with it */
	struct two *twos;
	size_t open;                    /* streams that are not closed */
	int64_t heard_ms, asked_ms;     /* when bytes came; when a PING went, 0: none is out */
	int64_t idle_ms;                /* since when nothing is open */
	h2_up_gone *gone;
	void *owner;
	bool going, over, useful, shy;  /* GOAWAY; broken; it answered something; HTTP/1.1 is wanted */
};

static void on_pipe(void *owner, struct stream *s, unsigned what);

static void up_free(struct h2_up *u)
{
	if (u->s || u->twos)
		return;
	*u->link = u->next;
	if (u->next)
		u->next->link = u->link;
	mem_free(&u);
}

static void two_free(struct two *t)
{
	struct h2_up *u = t->u;
	*t->link = t->next;
	if (t->next)
		t->next->link = t->link;
	u->idle_ms = loop_ms(u->p->loop);
	if (t->leg.session && t->leg.id) {
		(void)nghttp2_session_set_stream_user_data(t->leg.session, t->leg.id, NULL);
		u->open--;
	}
	h2_leg_done(&t->leg);
	h2_head_done(&t->head);
	mem_free(&t);
}

/* The proxy's end is gone: so is the stream. */
static void let_go(struct two *t)
{
	h2_leg_reset(&t->leg, NGHTTP2_CANCEL);
	two_free(t);
}

/* The exchange reads what is still in the pipe, and lets go. */
static void whole(struct two *t)
{
	t->leg.session = NULL;
	stream_end(t->leg.pipe);
}

void h2_up_close(struct h2_up *u)
{
	if (!u->s)
		return;
	for (struct two *t = u->twos, *next; t; t = next) {
		next = t->next;
		if (t->leg.said && t->leg.pipe)
			whole(t);
		else
			two_free(t);            /* in the middle: the exchange sees it */
	}
	nghttp2_session_del(u->session);
	u->session = NULL;
	stream_free(&u->s);
	u->gone(u->owner, u, u->shy);
	up_free(u);
}

/* Also what an exchange has not read to its end: nobody will. */
void h2_up_end(struct proxy *p)
{
	while (p->ups) {
		struct h2_up *u = p->ups;
		while (u->twos)
			two_free(u->twos);
		if (u->s)
			h2_up_close(u);
		else
			up_free(u);
	}
}

/* ---- out */

static void send_frames(struct h2_up *u)
{
	const uint8_t *p;
	ssize_t n = 0;
	while (stream_pending(u->s) <= STREAM_HIGH && (n = nghttp2_session_mem_send(u->session, &p)) > 0)
		stream_hold(u->s, (struct str){ (const char *)p, (size_t)n });
	stream_flush(u->s);
	if (n < 0 || (!nghttp2_session_want_read(u->session) && !nghttp2_session_want_write(u->session))) {
		u->over = true;
		u->shy |= !u->useful && !u->going;      /* it does not speak HTTP/2 as one should */
	}
}

static void finish_turn(struct h2_up *u)
{
	if (!u->s)
		return;
	send_frames(u);
	if (u->over || (u->going && !u->twos))
		h2_up_close(u);
}

/* Into frames: a request of ours, read as strictly as one of anybody. */
static void ask(struct two *t)
{
	const struct http1_head *m = http1_head(t->leg.m);
	AUTO(arena_done) struct arena a = arena_init();
	nghttp2_nv *nv = arena_array(&a, nghttp2_nv, m->n_fields + 6);
	size_t n = 0;
	nv[n++] = h2_leg_pair(&a, STR(":method"), m->method);
	nv[n++] = h2_leg_pair(&a, STR(":scheme"), STR("https"));
	nv[n++] = h2_leg_pair(&a, STR(":authority"), m->host);
	nv[n++] = h2_leg_pair(&a, STR(":path"), m->target);
	for (size_t i = 0; i < m->n_fields; i++)
		if (!h2_head_dropped(m, m->fields[i].name) && !str_ieq(m->fields[i].name, STR("host")))
			nv[n++] = h2_leg_pair(&a, m->fields[i].name, m->fields[i].value);
	if (http1_token(m, "te", "trailers"))
		nv[n++] = h2_leg_pair(&a, STR("te"), STR("trailers"));
	if (m->length >= 0)
		nv[n++] = h2_leg_pair(&a, STR("content-length"), arena_fmt(&a, "%lld", (long long)m->length));
	nghttp2_data_provider give = h2_leg_provider(&t->leg);
	t->head_asked = str_is(m->method, "HEAD");
	int id = nghttp2_submit_request(t->u->session, NULL, nv, n, m->has_body ? &give : NULL, t);
	if (id < 0) {
		stream_free(&t->leg.pipe);
		t->u->going = true;             /* numbers are used up */
		return;
	}
	if (!t->u->open++)
		t->u->heard_ms = loop_ms(t->u->p->loop);
	t->leg.id = id;
	t->leg.session = t->u->session;
}

static void take_request(struct two *t, struct str in)
{
	enum http1_step step = HTTP1_MORE;
	struct str piece;
	while (t->leg.pipe && !t->leg.eof && (in.n || step == HTTP1_HEAD || step == HTTP1_BODY)) {
		if (http1_next(t->leg.m, &in, &step, &piece) != OK || t->leg.body.over) {
			stream_free(&t->leg.pipe);
			return;
		}
		if (step == HTTP1_HEAD)
			ask(t);
		else if (step == HTTP1_BODY)
			h2_leg_body(&t->leg, piece);
		else if (step == HTTP1_DONE)
			h2_leg_ended(&t->leg);
	}
}

static void on_pipe(void *owner, struct stream *s, unsigned what)
{
	struct two *t = owner;
	struct h2_up *u = t->u;
	struct proxy *p = u->p;
	size_t got;
	enum err e = what & STREAM_FAILED ? ERR_NET : OK;
	if (what & STREAM_DRAINED)
		h2_leg_drained(&t->leg);
	if (what & STREAM_READABLE && e == OK && !t->leg.eof) {
		e = stream_read(s, p->scratch, SCRATCH, &got);
		if (e == OK && u->s)
			take_request(t, (struct str){ p->scratch, got });
	}
	if ((e != OK && e != (enum err)-EAGAIN) || !t->leg.pipe)
		let_go(t);
	if (u->s)
		finish_turn(u);
	else
		up_free(u);
	proxy_reap(p);
}

/* ---- in */

static int on_begin(nghttp2_session *s, const nghttp2_frame *f, void *owner)
{
	struct two *t = nghttp2_session_get_stream_user_data(s, f->hd.stream_id);
	if (!t || f->hd.type != NGHTTP2_HEADERS || t->answered)
		return 0;
	h2_head_done(&t->head);
	t->head = h2_head_init(true);
	return 0;
}

static int on_field(nghttp2_session *s, const nghttp2_frame *f, const uint8_t *name, size_t name_n, const uint8_t *value, size_t value_n, uint8_t flags, void *owner)
{
	struct two *t = nghttp2_session_get_stream_user_data(s, f->hd.stream_id);
	struct str k = { (const char *)name, name_n }, v = { (const char *)value, value_n };
	if (t && t->answered)
		h2_leg_trailer(&t->leg, t->head.n, k, v);
	else if (t)
		h2_head_add(&t->head, k, v);
	return 0;
}

static void answer(struct two *t, bool last)
{
	AUTO(buf_done) struct buf out = buf_init(2 * HTTP1_HEAD_MAX);
	int status;
	if (h2_head_answer(&t->head, t->head_asked, last, &out, &t->leg.chunk, &status) != OK) {
		h2_leg_reset(&t->leg, NGHTTP2_PROTOCOL_ERROR);
		stream_free(&t->leg.pipe);      /* what follows goes nowhere */
		return;
	}
	t->answered = status / 100 != 1;
	t->u->useful |= t->answered;
	if (t->leg.pipe)
		stream_write(t->leg.pipe, buf_str(&out));
}

static int on_frame(nghttp2_session *s, const nghttp2_frame *f, void *owner)
{
	struct h2_up *u = owner;
	struct two *t = f->hd.stream_id ? nghttp2_session_get_stream_user_data(s, f->hd.stream_id) : NULL;
	bool last = f->hd.flags & NGHTTP2_FLAG_END_STREAM;
	if (f->hd.type == NGHTTP2_GOAWAY) {
		u->going = true;
		u->shy |= !u->useful && f->goaway.error_code != NGHTTP2_NO_ERROR;
	}
	if (f->hd.type == NGHTTP2_PING && f->hd.flags & NGHTTP2_FLAG_ACK)
		u->asked_ms = 0;
	if (!t)
		return 0;
	if (f->hd.type == NGHTTP2_HEADERS && !t->answered)
		answer(t, last);
	if (last && t->answered && (f->hd.type == NGHTTP2_HEADERS || f->hd.type == NGHTTP2_DATA))
		h2_leg_said(&t->leg);
	return 0;
}

static int on_data(nghttp2_session *s, uint8_t flags, int32_t id, const uint8_t *p, size_t n, void *owner)
{
	struct two *t = nghttp2_session_get_stream_user_data(s, id);
	if (!t || !t->answered)
		return nghttp2_session_consume(s, id, n);
	h2_leg_data(&t->leg, (struct str){ (const char *)p, n });
	return 0;
}

/* Not whole: the exchange sees the pipe break. */
static int on_close(nghttp2_session *s, int32_t id, uint32_t why, void *owner)
{
	struct h2_up *u = owner;
	struct two *t = nghttp2_session_get_stream_user_data(s, id);
	if (!t)
		return 0;
	u->shy |= why == NGHTTP2_HTTP_1_1_REQUIRED;
	u->going |= u->shy;
	t->leg.session = NULL;
	u->open--;
	if (t->leg.said && t->leg.pipe)
		whole(t);
	else
		two_free(t);
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
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
	return cb;
}

static void on_host(void *owner, struct stream *s, unsigned what)
{
	struct h2_up *u = owner;
	struct proxy *p = u->p;
	size_t got;
	enum err e = what & STREAM_FAILED ? ERR_NET : OK;
	if (what & STREAM_READABLE && e == OK) {
		e = stream_read(s, p->scratch, SCRATCH, &got);
		if (e == OK) {
			u->heard_ms = loop_ms(p->loop);
			p->counts.bytes_down += got;
			u->over |= nghttp2_session_mem_recv(u->session, (const uint8_t *)p->scratch, got) < 0;
		}
	}
	u->over |= e != OK && e != (enum err)-EAGAIN;
	finish_turn(u);
	proxy_reap(p);
}

static void open_session(struct h2_up *u)
{
	static const nghttp2_settings_entry say[] = { { NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, H2_UP_WINDOW }, { NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HTTP1_HEAD_MAX } };
	nghttp2_option *o;
	int bad = nghttp2_option_new(&o);
	assert(!bad);
	nghttp2_option_set_no_auto_window_update(o, 1);
	bad = nghttp2_session_client_new2(&u->session, callbacks(), u, o);
	nghttp2_option_del(o);
	assert(!bad);
	bad = nghttp2_submit_settings(u->session, NGHTTP2_FLAG_NONE, say, ARRAY_N(say));
	bad |= nghttp2_session_set_local_window_size(u->session, NGHTTP2_FLAG_NONE, 0, (H2_UP_STREAMS + 1) * H2_UP_WINDOW);
	assert(!bad);
}

struct h2_up *h2_up_new(struct proxy *p, struct stream *s, h2_up_gone *gone, void *owner)
{
	assert(p && s && gone);
	struct h2_up *u = mem_new(struct h2_up);
	u->p = p;
	u->s = s;
	u->gone = gone;
	u->owner = owner;
	u->heard_ms = u->idle_ms = loop_ms(p->loop);
	u->next = p->ups;
	u->link = &p->ups;
	if (u->next)
		u->next->link = &u->next;
	p->ups = u;
	open_session(u);
	stream_owner(s, on_host, u);
	stream_want(s, true);
	return u;
}

struct stream *h2_up_open(struct h2_up *u)
{
	struct two *t = mem_new(struct two);
	struct stream *both[2];
	t->u = u;
	h2_leg_init(&t->leg, HTTP1_REQUEST);
	t->leg.shared = true;
	t->head = h2_head_init(true);
	stream_pair(u->p->loop, both);
	t->leg.pipe = both[1];
	stream_owner(t->leg.pipe, on_pipe, t);
	t->next = u->twos;
	t->link = &u->twos;
	if (t->next)
		t->next->link = &t->next;
	u->twos = t;
	return both[0];
}

bool h2_up_idle(const struct h2_up *u)
{
	return !u->twos;
}

bool h2_up_shy(const struct h2_up *u)
{
	return u->shy;
}

bool h2_up_room(const struct h2_up *u)
{
	uint32_t most = nghttp2_session_get_remote_settings(u->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
	most = most < H2_UP_STREAMS ? most : H2_UP_STREAMS;
	return !u->going && !u->over && !u->asked_ms && u->open < most && nghttp2_session_check_request_allowed(u->session);
}

void h2_up_sweep(struct h2_up *u)
{
	int64_t now = loop_ms(u->p->loop);
	if (!u->twos && now - u->idle_ms > POOL_IDLE_MS) {
		(void)nghttp2_session_terminate_session(u->session, NGHTTP2_NO_ERROR);  /* a courtesy: it is closed at once */
		u->going = u->over = true;
	} else if (u->open && u->asked_ms && now - u->asked_ms > H2_UP_PING_MS) {
		u->over = true;
	} else if (u->open && !u->asked_ms && now - u->heard_ms > H2_UP_SILENT_MS) {
		u->asked_ms = now;
		(void)nghttp2_submit_ping(u->session, NGHTTP2_FLAG_NONE, NULL);         /* fails for lack of memory only */
	}
	finish_turn(u);
}
