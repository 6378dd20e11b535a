#include "wire/http1.h"

#include "base/buf.h"
#include "base/test.h"

/* Feeds one message `size` bytes at a time; body and the rest are handed back. */
static enum err feed(struct http1 *h, enum http1_kind kind, struct str text, size_t size, struct buf *body, struct str *rest)
{
	http1_begin(h, kind);
	enum http1_step step = HTTP1_MORE;
	while (text.n) {
		struct str in = str_upto(text, size), piece;
		size_t was = in.n;
		do {
			TRY(http1_next(h, &in, &step, &piece));
			if (step == HTTP1_BODY)
				buf_add(body, piece);
			if (step == HTTP1_DONE) {
				*rest = str_from(text, was - in.n);
				return OK;
			}
		} while (in.n || step == HTTP1_HEAD || step == HTTP1_BODY);
		text = str_from(text, was);
	}
	return ERR_END;
}

static enum err one(enum http1_kind kind, const char *text, size_t n, size_t size)
{
	struct http1 *h = http1_new();
	AUTO(buf_done) struct buf body = buf_init(4096);
	struct str rest;
	enum err e = feed(h, kind, (struct str){ text, n }, size, &body, &rest);
	http1_free(&h);
	return e;
}

#define H "Host: a\r\n"

/* Request smuggling and what else a strict reader refuses (RFC 9112 5, 6, 7, 11.2). */
static const struct { const char *what, *text; } refused[] = {
	{ "length and chunked", "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
	{ "chunked and length", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n" },
	{ "two lengths", "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd" },
	{ "the same length twice", "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc" },
	{ "a list of lengths", "POST / HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\nabc" },
	{ "a signed length", "POST / HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\nabc" },
	{ "a negative length", "POST / HTTP/1.1\r\n" H "Content-Length: -3\r\n\r\nabc" },
	{ "a hex length", "POST / HTTP/1.1\r\n" H "Content-Length: 0x3\r\n\r\nabc" },
	{ "a length that is negative to others", "POST / HTTP/1.1\r\n" H "Content-Length: 10248191152060862006\r\n\r\nGET /x HTTP/1.1\r\n" H "\r\n" },
	{ "a length past 64 bits", "POST / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n\r\n" },
	{ "space before the colon", "POST / HTTP/1.1\r\n" H "Content-Length : 3\r\n\r\nabc" },
	{ "a folded line", "GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n" },
	{ "a line folded with a tab", "GET / HTTP/1.1\r\n" H "X: a\r\n\tb\r\n\r\n" },
	{ "a folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n" },
	{ "an empty name", "GET / HTTP/1.1\r\n" H ": x\r\n\r\n" },
	{ "bare LF", "GET / HTTP/1.1\n" H "\r\n" },
	{ "bare LF after a field", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n" },
	{ "bare CR in a value", "GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n" },
	{ "CR without LF at the end", "GET / HTTP/1.1\r\n" H "\r\rX" },
	{ "no Host", "GET / HTTP/1.1\r\nX: y\r\n\r\n" },
	{ "two Hosts", "GET / HTTP/1.1\r\n" H "Host: b\r\n\r\n" },
	{ "the same Host twice", "GET / HTTP/1.1\r\n" H H "\r\n" },
	{ "two Hosts in 1.0", "GET / HTTP/1.0\r\n" H "Host: b\r\n\r\n" },
	{ "Host against target", "GET http://b/ HTTP/1.1\r\n" H "\r\n" },
	{ "user in the target", "GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n" },
	{ "target without a host", "GET http:///x HTTP/1.1\r\n" H "\r\n" },
	{ "gzip then chunked", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
	{ "chunked twice", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
	{ "chunked, identity", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" },
	{ "xchunked", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
	{ "chunked in 1.0", "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
	{ "a chunk size with 0x", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n" },
	{ "a negative chunk size", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n" },
	{ "a chunk size past 64 bits", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1ffffffffffffffff\r\nabc" },
	{ "a chunk longer than it says", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n" },
	{ "chunk lines with bare LF", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n" },
	{ "an unknown method", "HACK / HTTP/1.1\r\n" H "\r\n" },
	{ "a method in lower case", "get / HTTP/1.1\r\n" H "\r\n" },
	{ "TRACE", "TRACE / HTTP/1.1\r\n" H "\r\n" },
	{ "the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
	{ "version 2.0", "GET / HTTP/2.0\r\n" H "\r\n" },
	{ "version 0.9", "GET / HTTP/0.9\r\n" H "\r\n" },
	{ "no version", "GET /\r\n\r\n" },
	{ "a space in the target", "GET /a b HTTP/1.1\r\n" H "\r\n" },
	{ "TLS on a plain port", "\x16\x03\x01\x02" },
};

TEST(http1, what_could_be_read_in_two_ways_is_refused)
{
	for (size_t i = 0; i < ARRAY_N(refused); i++)
		for (size_t size = 1; size < 2000; size += 1999 / 2) {
			enum err e = one(HTTP1_REQUEST, refused[i].text, strlen(refused[i].text), size);
			if (e != ERR_SYNTAX)
				fail_msg("%s (cut to %zu): %d", refused[i].what, size, e);
		}
}

TEST(http1, a_nul_in_a_head_is_refused)
{
	CHECK_ERR(one(HTTP1_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 36, 99), ERR_SYNTAX);
	CHECK_ERR(one(HTTP1_REQUEST, "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 30, 99), ERR_SYNTAX);
}

TEST(http1, a_request_is_the_same_however_it_is_cut)
{
	static const char text[] = "POST http://A.example:80/x?y HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: Chunked\r\n"
		"X-Long:   v w \r\n\r\n3;q=1\r\nabc\r\n2\r\nde\r\n0\r\nTrail: er\r\n\r\nGET";
	for (size_t size = 1; size < sizeof text; size++) {
		struct http1 *h = http1_new();
		AUTO(buf_done) struct buf body = buf_init(100);
		struct str rest;
		CHECK_OK(feed(h, HTTP1_REQUEST, (struct str){ text, sizeof text - 1 }, size, &body, &rest));
		const struct http1_head *m = http1_head(h);
		CHECK_STR(m->method, "POST");
		CHECK_STR(m->target, "http://A.example:80/x?y");
		CHECK_INT(m->form, HTTP1_ABSOLUTE);
		CHECK_STR(http1_field(m, "x-long"), "v w");
		CHECK_INT(m->n_fields, 3);
		CHECK(m->chunked && m->has_body && m->keep_alive && m->length == -1);
		CHECK_STR(buf_str(&body), "abcde");
		CHECK_STR(rest, "GET");
		http1_free(&h);
	}
}

TEST(http1, connect_leaves_the_tunnel_bytes)
{
	struct http1 *h = http1_new();
	AUTO(buf_done) struct buf body = buf_init(100);
	struct str rest;
	CHECK_OK(feed(h, HTTP1_REQUEST, STR("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n\x16\x03"), 999, &body, &rest));
	CHECK_INT(http1_head(h)->form, HTTP1_AUTHORITY);
	CHECK_INT(rest.n, 2);
	http1_free(&h);
}

TEST(http1, replies_know_where_they_end)
{
	static const struct { const char *text, *body, *rest; bool until_close; } good[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokX", "ok", "X", false },
		{ "HTTP/1.1 204 No Content\r\n\r\nX", "", "X", false },
		{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nX", "", "X", false },
		{ "HTTP/1.1 100 Continue\r\n\r\nX", "", "X", false },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nX", "a", "X", false },
	};
	for (size_t i = 0; i < ARRAY_N(good); i++) {
		struct http1 *h = http1_new();
		AUTO(buf_done) struct buf body = buf_init(100);
		struct str rest;
		CHECK_OK(feed(h, HTTP1_RESPONSE, str_z(good[i].text), 999, &body, &rest));
		CHECK_STR(buf_str(&body), good[i].body);
		CHECK_STR(rest, good[i].rest);
		CHECK_INT(http1_head(h)->until_close, good[i].until_close);
		http1_free(&h);
	}
}

TEST(http1, a_reply_without_length_ends_with_the_connection)
{
	struct http1 *h = http1_new();
	AUTO(buf_done) struct buf body = buf_init(100);
	struct str rest;
	CHECK_ERR(feed(h, HTTP1_RESPONSE, STR("HTTP/1.1 200 OK\r\n\r\nall of it"), 4, &body, &rest), ERR_END);
	CHECK(http1_head(h)->until_close && !http1_head(h)->keep_alive);
	CHECK_STR(buf_str(&body), "all of it");
	CHECK_OK(http1_eof(h));
	CHECK_ERR(feed(h, HTTP1_RESPONSE, STR("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nall"), 999, &body, &rest), ERR_END);
	CHECK_ERR(http1_eof(h), ERR_SYNTAX);
	http1_free(&h);
}

TEST(http1, a_reply_to_head_has_no_body)
{
	struct http1 *h = http1_new();
	http1_begin(h, HTTP1_RESPONSE);
	http1_no_body(h);
	struct str in = STR("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"), piece;
	enum http1_step step;
	CHECK_OK(http1_next(h, &in, &step, &piece));
	CHECK_INT(step, HTTP1_HEAD);
	CHECK_INT(http1_head(h)->length, 500);
	CHECK_OK(http1_next(h, &in, &step, &piece));
	CHECK_INT(step, HTTP1_DONE);
	http1_free(&h);
}

TEST(http1, heads_are_limited)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	buf_z(&b, "GET / HTTP/1.1\r\nHost: a\r\n");
	for (int i = 0; i < HTTP1_FIELDS_MAX; i++)
		buf_fmt(&b, "x%d: y\r\n", i);
	buf_z(&b, "\r\n");
	CHECK_ERR(one(HTTP1_REQUEST, b.p, b.n, 999), ERR_SYNTAX);
	buf_clear(&b);
	buf_z(&b, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	for (int i = 0; i < HTTP1_HEAD_MAX; i++)
		buf_byte(&b, 'x');
	CHECK_ERR(one(HTTP1_REQUEST, b.p, b.n, 999), ERR_LIMIT);
	buf_clear(&b);
	buf_z(&b, "GET /");
	for (int i = 0; i < HTTP1_TARGET_MAX; i++)
		buf_byte(&b, 'x');
	CHECK_ERR(one(HTTP1_REQUEST, b.p, b.n, 999), ERR_SYNTAX);
}

TEST(http1, hop_by_hop_fields_are_told)
{
	struct http1_field f[] = { { STR("Connection"), STR("close, X-Own") }, { STR("X-Own"), STR("1") } };
	struct http1_head m = { .fields = f, .n_fields = 2 };
	CHECK(http1_hop(&m, STR("Proxy-Authorization")) && http1_hop(&m, STR("x-own")) && http1_hop(&m, STR("TE")));
	CHECK(!http1_hop(&m, STR("Accept")));
	CHECK(http1_token(&m, "connection", "CLOSE") && !http1_token(&m, "connection", "own"));
}

TEST(http1, trailers_are_there_when_the_message_is_done)
{
	static const char whole[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n3\r\nabc\r\n0\r\nDigest:  of it \r\nX-Two: \r\n\r\n";
	struct http1 *h = http1_new();
	for (size_t cut = 1; cut < sizeof whole - 1; cut++) {
		struct str both[] = { { whole, cut }, { whole + cut, sizeof whole - 1 - cut } }, piece;
		enum http1_step step = HTTP1_MORE;
		http1_begin(h, HTTP1_RESPONSE);
		for (size_t i = 0; i < 2; i++)
			do
				CHECK_OK(http1_next(h, &both[i], &step, &piece));
			while (both[i].n || step == HTTP1_HEAD || step == HTTP1_BODY);
		CHECK(step == HTTP1_DONE);
		const struct http1_field *f;
		CHECK_INT(http1_trailers(h, &f), 2);
		CHECK_STR(f[0].name, "Digest");
		CHECK_STR(f[0].value, "of it");
		CHECK_STR(f[1].value, "");
		CHECK_STR(http1_field(http1_head(h), "x-a"), "b");
		CHECK(!http1_field(http1_head(h), "digest").n);
	}
	http1_free(&h);
}

TEST(http1, trailers_have_limits_and_no_control_characters)
{
	struct http1 *h = http1_new();
	AUTO(buf_done) struct buf big = buf_init(1 << 20);
	for (int kind = 0; kind < 3; kind++) {
		buf_clear(&big);
		buf_z(&big, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
		for (int i = 0; kind == 0 && i < 200; i++)
			buf_fmt(&big, "X%d: y\r\n", i);
		for (int i = 0; kind == 1 && i < 20; i++)
			buf_fmt(&big, "X%d: %01000d\r\n", i, 0);
		buf_z(&big, kind == 2 ? "X: a\001b\r\n\r\n" : "\r\n");
		struct str in = buf_str(&big), piece;
		enum http1_step step;
		http1_begin(h, HTTP1_RESPONSE);
		CHECK_OK(http1_next(h, &in, &step, &piece));
		CHECK(http1_next(h, &in, &step, &piece) != OK);
	}
	http1_free(&h);
}
