#include "gate/proxy/h2_head.h"

struct h2_head h2_head_init(void)
{
	return (struct h2_head){ .method = buf_init(32), .path = buf_init(HTTP1_TARGET_MAX), .authority = buf_init(300), .scheme = buf_init(16),
		.fields = buf_init(HTTP1_HEAD_MAX), .cookie = buf_init(HTTP1_HEAD_MAX) };
}

void h2_head_done(struct h2_head *h)
{
	buf_done(&h->method);
	buf_done(&h->path);
	buf_done(&h->authority);
	buf_done(&h->scheme);
	buf_done(&h->fields);
	buf_done(&h->cookie);
}

/* nghttp2 checks these too; a line end here would be a second request there. */
static bool clean(struct str s, bool spaces)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < (spaces ? 0x20 : 0x21) && s.p[i] != '\t')
			return false;
	return true;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && !memchr("!#$%&'*+-.^_`|~", s.p[i], 15))
			return false;
	return s.n > 0;
}

static struct buf *pseudo(struct h2_head *h, struct str name)
{
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
	h->bad |= ++h->n > HTTP1_FIELDS_MAX - 6 || !is_name(name);
	if (str_is(name, "te") || (str_is(name, "host") && h->authority.n && str_ieq(value, buf_str(&h->authority))))
		return;
	if (str_is(name, "host") && h->authority.n)
		h->bad = true;
	h->length |= str_is(name, "content-length");
	if (str_is(name, "host"))
		buf_add(&h->authority, value);
	else if (str_is(name, "cookie"))                 /* crumbs are one line again (RFC 9113 8.2.3) */
		buf_fmt(&h->cookie, "%s%.*s", h->cookie.n ? "; " : "", STRF(value));
	else
		buf_fmt(&h->fields, "%.*s: %.*s\r\n", STRF(name), STRF(value));
}

enum err h2_head_request(const struct h2_head *h, bool body, struct buf *out, bool *chunk)
{
	bool over = h->method.over || h->path.over || h->authority.over || h->scheme.over || h->fields.over || h->cookie.over;
	if (h->bad || over || !h->method.n || !h->path.n || !h->authority.n || !str_is(buf_str(&h->scheme), "https") || str_is(buf_str(&h->method), "CONNECT"))
		return ERR_SYNTAX;
	*chunk = body && !h->length;
	buf_fmt(out, "%.*s %.*s HTTP/1.1\r\nHost: %.*s\r\n%.*s", STRF(buf_str(&h->method)), STRF(buf_str(&h->path)), STRF(buf_str(&h->authority)),
	        STRF(buf_str(&h->fields)));
	if (h->cookie.n)
		buf_fmt(out, "Cookie: %.*s\r\n", STRF(buf_str(&h->cookie)));
	buf_z(out, *chunk ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
	return buf_ok(out);
}

bool h2_head_dropped(const struct http1_head *m, struct str name)
{
	return http1_hop(m, name) || str_ieq(name, STR("content-length")) || name.p[0] == ':';
}
