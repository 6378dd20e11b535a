#include "gate/proxy/h2_head.h"

struct h2_head h2_head_init(bool answer)
{
	return (struct h2_head){ .answer = answer, .length = -1, .status = buf_init(4), .method = buf_init(32), .path = buf_init(HTTP1_TARGET_MAX), .authority = buf_init(300), .scheme = buf_init(16),
		.fields = buf_init(HTTP1_HEAD_MAX), .cookie = buf_init(HTTP1_HEAD_MAX) };
}

void h2_head_done(struct h2_head *h)
{
	buf_done(&h->method);
	buf_done(&h->path);
	buf_done(&h->authority);
	buf_done(&h->scheme);
	buf_done(&h->status);
	buf_done(&h->fields);
	buf_done(&h->cookie);
}

/* nghttp2 checks these too; a line end here would be a second request there. */
static bool clean(struct str s, bool spaces)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < (spaces ? 0x20 : 0x21) && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !ascii_digit(s.p[i]) && !memchr("!#$%&'*+-.^_`|~", s.p[i], 15))
			return false;
	return s.n > 0;
}

bool h2_head_clean(struct str name, struct str value)
{
	return is_name(name) && clean(value, true);
}

static struct buf *pseudo(struct h2_head *h, struct str name)
{
	if (h->answer)
		return str_is(name, ":status") ? &h->status : NULL;
	return str_is(name, ":method") ? &h->method : str_is(name, ":path") ? &h->path : str_is(name, ":authority") ? &h->authority
		: str_is(name, ":scheme") ? &h->scheme : NULL;
}

static void add_pseudo(struct h2_head *h, struct str name, struct str value)
{
	struct buf *b = pseudo(h, name);
	h->bad |= !b || b->n || h->n || !value.n || !clean(value, false) || str_chr(value, '\t') >= 0;
	if (!h->bad)
		buf_add(b, value);
}

/* What belongs to a connection of HTTP/1.1 (RFC 9113 8.2.2). */
static bool of_connection(struct str name)
{
	return str_is(name, "connection") || str_is(name, "keep-alive") || str_is(name, "proxy-connection") || str_is(name, "transfer-encoding")
		|| str_is(name, "upgrade");
}

/* Digits and nothing else, once. */
static void add_length(struct h2_head *h, struct str value)
{
	h->bad |= h->length >= 0 || !value.n || value.n > 18;
	h->length = 0;
	for (size_t i = 0; i < value.n && !h->bad; i++) {
		h->bad = !ascii_digit(value.p[i]);
		h->length = h->length * 10 + (value.p[i] - '0');
	}
}

static void add_host(struct h2_head *h, struct str value)
{
	if (!h->authority.n)
		buf_add(&h->authority, value);
	else if (!str_ieq(value, buf_str(&h->authority)))
		h->bad = true;
}

void h2_head_add(struct h2_head *h, struct str name, struct str value)
{
	h->bytes += name.n + value.n + 4;
	h->bad |= h->bytes > HTTP1_HEAD_MAX || !clean(value, true);
	if (h->bad)
		return;
	if (name.n && name.p[0] == ':') {
		add_pseudo(h, name, value);
		return;
	}
	h->bad |= ++h->n > HTTP1_FIELDS_MAX - 6 || !is_name(name) || of_connection(name) || (str_is(name, "te") && (h->answer || !str_is(value, "trailers")));
	h->trailers |= str_is(name, "trailer");
	if (str_is(name, "content-length"))
		add_length(h, value);
	else if (str_is(name, "host") && !h->answer)
		add_host(h, value);
	else if (str_is(name, "cookie") && !h->answer)   /* crumbs are one line again (RFC 9113 8.2.3) */
		buf_fmt(&h->cookie, "%s%.*s", h->cookie.n ? "; " : "", STRF(value));
	else
		buf_fmt(&h->fields, "%.*s: %.*s\r\n", STRF(name), STRF(value));
}

enum err h2_head_request(const struct h2_head *h, bool body, struct buf *out, bool *chunk)
{
	bool over = h->method.over || h->path.over || h->authority.over || h->scheme.over || h->fields.over || h->cookie.over;
	if (h->bad || over || !h->method.n || !h->path.n || !h->authority.n || !str_is(buf_str(&h->scheme), "https") || str_is(buf_str(&h->method), "CONNECT"))
		return ERR_SYNTAX;
	*chunk = body && h->length < 0;
	buf_fmt(out, "%.*s %.*s HTTP/1.1\r\nHost: %.*s\r\n%.*s", STRF(buf_str(&h->method)), STRF(buf_str(&h->path)), STRF(buf_str(&h->authority)),
	        STRF(buf_str(&h->fields)));
	if (h->cookie.n)
		buf_fmt(out, "Cookie: %.*s\r\n", STRF(buf_str(&h->cookie)));
	if (h->length >= 0)
		buf_fmt(out, "Content-Length: %lld\r\n", (long long)h->length);
	buf_z(out, *chunk ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
	return buf_ok(out);
}

static int status_of(struct str s)
{
	if (s.n != 3 || !ascii_digit(s.p[0]) || !ascii_digit(s.p[1]) || !ascii_digit(s.p[2]))
		return 0;
	int n = (s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + (s.p[2] - '0');
	return n < 100 || n == 101 ? 0 : n;              /* 101 is HTTP/1.1's (RFC 9113 8.6) */
}

enum err h2_head_answer(const struct h2_head *h, bool head, bool last, struct buf *out, bool *chunk, int *status)
{
	*chunk = false;
	*status = status_of(buf_str(&h->status));
	bool interim = *status / 100 == 1, none = head || *status == 204 || *status == 304;
	if (h->bad || h->fields.over || !*status || (interim && last) || (last && !none && h->length > 0))
		return ERR_SYNTAX;
	*chunk = !interim && !none && !last && (h->length < 0 || h->trailers);
	buf_fmt(out, "HTTP/1.1 %d \r\n%.*s", *status, STRF(buf_str(&h->fields)));
	if (h->length >= 0 && !*chunk && !interim && *status != 204)
		buf_fmt(out, "Content-Length: %lld\r\n", (long long)h->length);
	else if (last && !none)
		buf_z(out, "Content-Length: 0\r\n");
	buf_z(out, *chunk ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
	return buf_ok(out);
}

bool h2_head_dropped(const struct http1_head *m, struct str name)
{
	return http1_hop(m, name) || str_ieq(name, STR("content-length")) || name.p[0] == ':';
}
