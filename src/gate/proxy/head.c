#include "gate/proxy/head.h"

#include "base/mem.h"

#define VIA "1.1 gatehouse"

enum { HEAD_USUAL = 1000 };

void head_authority(const struct url *u, uint16_t otherwise, bool short_form, struct buf *out)
{
	uint16_t port = u->port ? u->port : otherwise;
	bool brackets = u->is_addr && !addr_is4(u->addr);
	if (brackets)
		buf_byte(out, '[');
	buf_add(out, url_host(u));
	if (brackets)
		buf_byte(out, ']');
	if (short_form && port == otherwise)
		return;
	buf_byte(out, ':');
	head_number(out, port);
}

void head_number(struct buf *out, uint64_t v)
{
	char room[20];
	size_t at = sizeof room;
	do
		room[--at] = (char)('0' + v % 10);
	while (v /= 10);
	buf_add(out, (struct str){ room + at, sizeof room - at });
}

static bool same_name(struct str a, struct str b)
{
	return a.n == b.n && str_ieq(a, b);
}

/* Said again by us, or not for the other side. */
static bool left_out(const struct http1_head *m, struct str name)
{
	static const struct str ours[] = { STR("content-length"), STR("host"), STR("via"), STR("alt-svc") };
	bool maybe = name.n == 3 || name.n == 4 || name.n == 7 || name.n == 14;
	for (size_t i = 0; maybe && i < ARRAY_N(ours); i++)
		if (same_name(name, ours[i]))
			return true;
	return http1_hop(m, name);
}

static void field(struct buf *out, struct str name, struct str value)
{
	if (out->cap - out->n > name.n + value.n + 4) {          /* nearly always: at once */
		char *p = out->p + out->n;
		memcpy(p, name.p, name.n);
		memcpy(p + name.n, ": ", 2);
		if (value.n)
			memcpy(p + name.n + 2, value.p, value.n);
		memcpy(p + name.n + 2 + value.n, "\r\n", 3);
		out->n += name.n + value.n + 4;
		return;
	}
	buf_add(out, name);
	buf_add(out, STR(": "));
	buf_add(out, value);
	buf_add(out, STR("\r\n"));
}

static bool replaced(const struct head_extra *x, struct str name)
{
	if (x && (x->gzip || x->plain) && same_name(name, STR("accept-encoding")))
		return true;
	if (x && x->bare && str_ieq(name, STR("sec-websocket-extensions")))
		return true;
	for (size_t i = 0; x && i < sizeof x->add / sizeof *x->add && x->add[i].name; i++)
		if (str_ieq(name, str_z(x->add[i].name)))
			return true;
	return false;
}

static void fields(const struct http1_head *m, const struct head_extra *x, struct buf *out)
{
	for (size_t i = 0; i < m->n_fields; i++)
		if (!left_out(m, m->fields[i].name) && !replaced(x, m->fields[i].name))
			field(out, m->fields[i].name, m->fields[i].value);
	struct str via = http1_field(m, "via");
	if (via.n)
		buf_fmt(out, "Via: %.*s, " VIA "\r\n", STRF(via));
	else
		buf_add(out, STR("Via: " VIA "\r\n"));
}

static void extra(const struct http1_head *m, const struct head_extra *x, struct buf *out)
{
	if (x->upgrade)
		buf_z(out, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
	else if (http1_token(m, "te", "trailers"))
		buf_z(out, "Connection: TE\r\nTE: trailers\r\n");
	if (x->plain)
		buf_z(out, "Accept-Encoding: identity\r\n");
	else if (x->gzip && http1_token(m, "accept-encoding", "gzip"))
		buf_z(out, "Accept-Encoding: gzip\r\n");
	for (size_t i = 0; i < sizeof x->add / sizeof *x->add && x->add[i].name; i++)
		field(out, str_z(x->add[i].name), x->add[i].value);
}

static void length(const struct http1_head *m, struct buf *out)
{
	if (m->length < 0)
		return;
	buf_add(out, STR("Content-Length: "));
	head_number(out, (uint64_t)m->length);
	buf_add(out, STR("\r\n"));
}

void head_request(const struct http1_head *m, const struct url *u, const struct head_extra *x, struct buf *out)
{
	bool slash = u->path.n && u->path.p[0] == '/';
	buf_reserve(out, HEAD_USUAL);
	buf_add(out, m->method);
	buf_z(out, slash ? " " : " /");
	buf_add(out, u->path);
	buf_z(out, " HTTP/1.1\r\nHost: ");
	head_authority(u, x && x->usual ? x->usual : 80, true, out);
	buf_add(out, STR("\r\n"));
	fields(m, x, out);
	if (x)
		extra(m, x, out);
	if (m->chunked)
		buf_z(out, "Transfer-Encoding: chunked\r\n");
	else
		length(m, out);
	buf_add(out, STR("\r\n"));
}

void head_response(const struct http1_head *m, int minor, bool keep, bool no_body, struct buf *out, bool *chunk, bool *close)
{
	bool body = !no_body && m->status / 100 != 1 && m->status != 204 && m->status != 304;
	*chunk = body && minor == 1 && (m->chunked || m->until_close);
	*close = !keep || (body && minor == 0 && (m->chunked || m->until_close));
	buf_reserve(out, HEAD_USUAL);
	buf_add(out, STR("HTTP/1.1 "));
	head_number(out, (uint64_t)m->status);
	buf_byte(out, ' ');
	buf_add(out, m->reason);
	buf_add(out, STR("\r\n"));
	fields(m, NULL, out);
	if (*chunk)
		buf_add(out, STR("Transfer-Encoding: chunked\r\n"));
	else
		length(m, out);
	if (m->status / 100 != 1)
		buf_z(out, *close ? "Connection: close\r\n" : minor == 0 ? "Connection: keep-alive\r\n" : "");
	buf_add(out, STR("\r\n"));
}

enum err head_codings(const struct http1_head *m, struct codings *out)
{
	*out = (struct codings){ 0 };
	for (size_t i = 0; i < m->n_fields; i++)
		if (str_ieq(m->fields[i].name, STR("content-encoding")))
			TRY(codings_add(out, m->fields[i].value));
	return OK;
}

/* Beginnings of names that route, tell who asks, or are what a filter or a browser says (ours among them: judge.c). */
static bool of_others(struct str name)
{
	static const char *const begins[] = { "proxy-", "x-forwarded", "x-original-", "x-rewrite-", "x-http-method", "x-method", "x-host", "x-real-ip", "x-client-ip", "forwarded", "sec-", "access-control-",
		"youtube-restrict", "x-googapps-", "restrict-access-", "x-gatehouse", "content-", "accept", "if-", ":" };
	for (size_t i = 0; i < ARRAY_N(begins); i++)
		if (str_ieq(str_upto(name, strlen(begins[i])), str_z(begins[i])))
			return true;
	return false;
}

bool head_trailer(struct str name)
{
	static const char *const never[] = { "transfer-encoding", "host", "connection", "keep-alive", "upgrade", "http2-settings", "te", "trailer", "via", "cache-control", "expect", "max-forwards", "pragma",
		"range", "authorization", "www-authenticate", "authentication-info", "cookie", "cookie2", "set-cookie", "set-cookie2", "age", "expires", "date", "location", "retry-after", "vary", "warning", "alt-svc",
		"clear-site-data", "strict-transport-security", "refresh", "origin", "referer", "from", "user-agent", "prefer", "x-frame-options", "x-content-type-options", "public-key-pins" };
	for (size_t i = 0; i < ARRAY_N(never); i++)
		if (str_ieq(name, str_z(never[i])))
			return false;
	return name.n > 0 && !of_others(name);
}

size_t head_trailers(const struct http1 *m, const struct http1_field **out)
{
	const struct http1_head *head = http1_head(m);
	const struct http1_field *f;
	size_t n = http1_trailers(m, &f), used = 0;
	for (size_t i = 0; i < n && used < HEAD_TRAILERS && head->n_fields + used < HTTP1_FIELDS_MAX - HEAD_ADDED; i++)
		if (head_trailer(f[i].name) && !http1_hop(head, f[i].name))
			out[used++] = &f[i];
	return used;
}

void head_end(const struct http1 *m, struct buf *out)
{
	const struct http1_field *f[HEAD_TRAILERS];
	size_t n = head_trailers(m, f);
	buf_z(out, "0\r\n");
	for (size_t i = 0; i < n; i++)
		field(out, f[i]->name, f[i]->value);
	buf_z(out, "\r\n");
}

void head_switching(const struct http1_head *m, struct buf *out)
{
	buf_fmt(out, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %.*s\r\n", STRF(http1_field(m, "upgrade")));
	fields(m, NULL, out);
	buf_add(out, STR("\r\n"));
}
