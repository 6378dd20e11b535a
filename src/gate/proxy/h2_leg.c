#include "gate/proxy/h2_leg.h"

#include "base/mem.h"
#include "gate/proxy/h2_head.h"
#include "gate/proxy/head.h"

enum { BODY_MAX = STREAM_HIGH + 128 * 1024 };

void h2_leg_init(struct h2_leg *l, enum http1_kind kind)
{
	l->m = http1_new();
	http1_begin(l->m, kind);
	l->body = buf_init(BODY_MAX);
	l->tail = buf_init(HTTP1_TRAILER_MAX);
}

void h2_leg_done(struct h2_leg *l)
{
	stream_free(&l->pipe);
	http1_free(&l->m);
	buf_done(&l->body);
	buf_done(&l->tail);
}

void h2_leg_reset(struct h2_leg *l, uint32_t why)
{
	if (l->session && l->id)
		(void)nghttp2_submit_rst_stream(l->session, NGHTTP2_FLAG_NONE, l->id, why);     /* fails for lack of memory only */
}

nghttp2_nv h2_leg_pair(struct arena *a, struct str name, struct str value)
{
	char *low = arena_alloc(a, name.n + 1);
	for (size_t i = 0; i < name.n; i++)
		low[i] = ascii_lower(name.p[i]);
	return (nghttp2_nv){ (uint8_t *)low, (uint8_t *)(uintptr_t)value.p, name.n, value.n, NGHTTP2_NV_FLAG_NONE };
}

/* True when there are some: then they end the stream. */
static bool give_trailers(struct h2_leg *l)
{
	const struct http1_field *f[HEAD_TRAILERS];
	size_t n = head_trailers(l->m, f);
	AUTO(arena_done) struct arena a = arena_init();
	nghttp2_nv nv[HEAD_TRAILERS];
	for (size_t i = 0; i < n; i++)
		nv[i] = h2_leg_pair(&a, f[i]->name, f[i]->value);
	return n && nghttp2_submit_trailer(l->session, l->id, nv, n) == 0;
}

static ssize_t give(nghttp2_session *s, int32_t id, uint8_t *out, size_t n, uint32_t *flags, nghttp2_data_source *from, void *owner)
{
	struct h2_leg *l = from->ptr;
	size_t take = l->body.n < n ? l->body.n : n;
	if (!take && !l->eof)
		return NGHTTP2_ERR_DEFERRED;
	if (take)
		memcpy(out, l->body.p, take);
	buf_cut(&l->body, take);
	if (!l->body.n && l->eof) {
		*flags |= NGHTTP2_DATA_FLAG_EOF;
		if (give_trailers(l))
			*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
	}
	if (l->pipe && l->body.n < STREAM_HIGH)
		stream_want(l->pipe, true);
	return (ssize_t)take;
}

nghttp2_data_provider h2_leg_provider(struct h2_leg *l)
{
	return (nghttp2_data_provider){ .source.ptr = l, .read_callback = give };
}

void h2_leg_body(struct h2_leg *l, struct str piece)
{
	buf_add(&l->body, piece);
	if (l->session)
		(void)nghttp2_session_resume_data(l->session, l->id);  /* nothing to resume while some was there */
	if (l->body.n >= STREAM_HIGH)
		stream_want(l->pipe, false);
}

void h2_leg_ended(struct h2_leg *l)
{
	l->eof = true;
	if (l->session && l->id)
		(void)nghttp2_session_resume_data(l->session, l->id);  /* nothing to resume when it had no body */
}

void h2_leg_drained(struct h2_leg *l)
{
	if (l->owed && l->session)
		(void)(l->shared ? nghttp2_session_consume_stream(l->session, l->id, l->owed) : nghttp2_session_consume(l->session, l->id, l->owed));
	l->owed = 0;
}

void h2_leg_data(struct h2_leg *l, struct str bytes)
{
	char size[24];
	if (l->shared)
		(void)nghttp2_session_consume_connection(l->session, bytes.n);
	l->owed += bytes.n;
	if (!l->pipe) {
		h2_leg_drained(l);
		return;
	}
	if (l->chunk) {
		int k = snprintf(size, sizeof size, "%zx\r\n", bytes.n);
		stream_hold(l->pipe, (struct str){ size, (size_t)k });
	}
	stream_hold(l->pipe, bytes);
	if (l->chunk)
		stream_hold(l->pipe, STR("\r\n"));
	stream_flush(l->pipe);
	if (stream_pending(l->pipe) <= STREAM_HIGH)
		h2_leg_drained(l);
}

/* What may not travel as a trailer, or does not fit, is left out. */
void h2_leg_trailer(struct h2_leg *l, size_t fields, struct str name, struct str value)
{
	bool fits = l->tail.n + name.n + value.n + 4 < l->tail.max && l->n_tail < HEAD_TRAILERS && fields + l->n_tail + HEAD_ADDED < HTTP1_FIELDS_MAX;
	if (!fits || !h2_head_clean(name, value) || !head_trailer(name))
		return;
	buf_fmt(&l->tail, "%.*s: %.*s\r\n", STRF(name), STRF(value));
	l->n_tail++;
}

void h2_leg_said(struct h2_leg *l)
{
	if (l->said || !l->pipe)
		return;
	l->said = true;
	if (!l->chunk)
		return;
	stream_hold(l->pipe, STR("0\r\n"));
	stream_hold(l->pipe, buf_str(&l->tail));
	stream_hold(l->pipe, STR("\r\n"));
	stream_flush(l->pipe);
}
