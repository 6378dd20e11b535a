/* DNS over HTTPS by HTTP/2 (RFC 9113), over nghttp2. */
#include <nghttp2/nghttp2.h>

#include "base/mem.h"
#include "gate/dns/seat.h"

enum { HEAD_MAX = 16 * 1024, RESETS_MAX = 200 };

struct request;
struct http_two { nghttp2_session *session; unsigned resets; struct request *requests; };

struct request {
	struct request *next, **link;           /* of the connection's */
	struct buf method, path, type, body, out;
	size_t out_at;
};

static struct request *request_new(struct http_two *h)
{
	struct request *q = mem_new(struct request);
	q->next = h->requests;
	q->link = &h->requests;
	if (q->next)
		q->next->link = &q->next;
	h->requests = q;
	q->method = buf_init(16);
	q->path = buf_init(HEAD_MAX);
	q->type = buf_init(128);
	q->body = buf_init(DOH_QUERY_MAX);
	q->out = buf_init(DNS_MSG_MAX);
	return q;
}

static void request_free(struct request **q)
{
	if (*q) {
		*(*q)->link = (*q)->next;
		if ((*q)->next)
			(*q)->next->link = (*q)->link;
		buf_done(&(*q)->method);
		buf_done(&(*q)->path);
		buf_done(&(*q)->type);
		buf_done(&(*q)->body);
		buf_done(&(*q)->out);
	}
	mem_free(q);
}

static ssize_t give(nghttp2_session *session, int32_t id, uint8_t *room, size_t n, uint32_t *flags, nghttp2_data_source *source, void *arg)
{
	struct request *q = source->ptr;
	size_t left = q->out.n - q->out_at;
	(void)session, (void)id, (void)arg;
	n = n < left ? n : left;
	if (n)
		memcpy(room, q->out.p + q->out_at, n);
	q->out_at += n;
	if (n == left)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

static nghttp2_nv nv(const char *name, const char *value)
{
	return (nghttp2_nv){ (uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name), strlen(value), NGHTTP2_NV_FLAG_NONE };
}

static void respond(struct seat *c, int32_t id, struct request *q, int status, struct str body)
{
	char words[8], length[16];
	snprintf(words, sizeof words, "%d", status);
	snprintf(length, sizeof length, "%zu", body.n);
	buf_clear(&q->out);
	buf_add(&q->out, body);
	q->out_at = 0;
	nghttp2_nv head[] = { nv(":status", words), nv("content-length", length), nv("cache-control", "no-store"), nv("content-type", "application/dns-message") };
	nghttp2_data_provider from = { .source.ptr = q, .read_callback = give };
	if (nghttp2_submit_response(c->two->session, id, head, status == 200 ? 4 : 3, body.n ? &from : NULL))
		c->leaving = true;                      /* out of its own memory or ids: begin anew */
}

static void ask(struct seat *c, int32_t id, struct request *q)
{
	static struct doh_ask a;                        /* large; one thread a worker */
	struct dns_ask parsed;
	int status = doh_read(buf_str(&q->method), buf_str(&q->path), buf_str(&q->type), &a);
	struct str query = a.post ? buf_str(&q->body) : (struct str){ (char *)a.query, a.query_n };
	if (!status && q->body.over)
		status = 413;
	if (!status && dns_ask_read(query, &parsed) != OK)
		status = 400;
	if (status) {
		respond(c, id, q, status, STR_NONE);
		return;
	}
	struct str answer = seat_ask(c, a.token, (uint32_t)id, query);
	if (answer.n)
		respond(c, id, q, 200, answer);
}

/* ---- what nghttp2 tells ---- */

static int on_begin(nghttp2_session *session, const nghttp2_frame *f, void *arg)
{
	struct seat *c = arg;
	if (f->hd.type == NGHTTP2_HEADERS && f->headers.cat == NGHTTP2_HCAT_REQUEST)
		return nghttp2_session_set_stream_user_data(session, f->hd.stream_id, request_new(c->two));
	return 0;
}

static int on_field(nghttp2_session *session, const nghttp2_frame *f, const uint8_t *name, size_t name_n, const uint8_t *value, size_t value_n,
                    uint8_t flags, void *arg)
{
	struct request *q = nghttp2_session_get_stream_user_data(session, f->hd.stream_id);
	struct str key = { (const char *)name, name_n }, v = { (const char *)value, value_n };
	(void)flags, (void)arg;
	if (!q)
		return 0;
	struct buf *to = str_is(key, ":method") ? &q->method : str_is(key, ":path") ? &q->path : str_is(key, "content-type") ? &q->type : NULL;
	if (to && !to->n)
		buf_add(to, v);
	return to && to->over ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE : 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *p, size_t n, void *arg)
{
	struct request *q = nghttp2_session_get_stream_user_data(session, id);
	(void)flags, (void)arg;
	if (q)
		buf_add(&q->body, (struct str){ (const char *)p, n });
	return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *f, void *arg)
{
	struct seat *c = arg;
	bool ends = (f->hd.type == NGHTTP2_HEADERS || f->hd.type == NGHTTP2_DATA) && f->hd.flags & NGHTTP2_FLAG_END_STREAM;
	struct request *q = ends ? nghttp2_session_get_stream_user_data(session, f->hd.stream_id) : NULL;
	if (f->hd.type == NGHTTP2_RST_STREAM && ++c->two->resets > RESETS_MAX)
		return NGHTTP2_ERR_CALLBACK_FAILURE;    /* asks and takes back, for nothing but our work */
	if (q)
		ask(c, f->hd.stream_id, q);
	return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *arg)
{
	struct request *q = nghttp2_session_get_stream_user_data(session, id);
	(void)code, (void)arg;
	(void)nghttp2_session_set_stream_user_data(session, id, NULL);     /* it goes with its stream */
	request_free(&q);
	return 0;
}

/* ---- in and out ---- */

static bool flush(struct seat *c)
{
	const uint8_t *p;
	ssize_t n;
	while ((n = nghttp2_session_mem_send(c->two->session, &p)) > 0)
		stream_hold(c->stream, (struct str){ (const char *)p, (size_t)n });
	stream_flush(c->stream);
	return n == 0;
}

static nghttp2_session *session_new(struct seat *c)
{
	nghttp2_session_callbacks *calls;
	nghttp2_session *session;
	int bad = nghttp2_session_callbacks_new(&calls);
	assert(!bad);
	nghttp2_session_callbacks_set_on_begin_headers_callback(calls, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(calls, on_field);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(calls, on_close);
	bad = nghttp2_session_server_new(&session, calls, c);
	assert(!bad);
	nghttp2_session_callbacks_del(calls);
	return session;
}

struct http_two *http_two_new(struct seat *c)
{
	static const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, SECURE_STREAMS }, { NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HEAD_MAX },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, DOH_QUERY_MAX * 4 },
	};
	struct http_two *h = mem_new(struct http_two);
	h->session = session_new(c);
	int bad = nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, settings, ARRAY_N(settings));
	assert(!bad);
	return h;
}

/* Deleting a session does not call on_close. */
void http_two_free(struct http_two **h)
{
	if (*h) {
		while ((*h)->requests) {
			struct request *q = (*h)->requests;
			request_free(&q);
		}
		nghttp2_session_del((*h)->session);
	}
	mem_free(h);
}

bool http_two_take(struct seat *c, struct str bytes)
{
	ssize_t n = nghttp2_session_mem_recv(c->two->session, (const uint8_t *)bytes.p, bytes.n);
	return n >= 0 && flush(c) && (nghttp2_session_want_read(c->two->session) || nghttp2_session_want_write(c->two->session) || stream_pending(c->stream));
}

void http_two_reply(struct seat *c, uint32_t request, struct str answer)
{
	struct request *q = nghttp2_session_get_stream_user_data(c->two->session, (int32_t)request);
	if (!q)
		return;                                 /* taken back meanwhile */
	respond(c, (int32_t)request, q, 200, answer);
	(void)flush(c);                                 /* a broken session shows at the next read */
}
