/* The pure parts of the proxy. */
#include "base/arena.h"
#include "base/test.h"
#include "gate/proxy/answer.h"
#include "gate/proxy/head.h"
#include "gate/proxy/reach.h"

TEST(reach, inside_addresses_are_closed_unless_opened)
{
	static const struct { const char *a; bool may; } table[] = {
		{ "127.0.0.1", false }, { "10.1.2.3", false }, { "172.16.0.1", false }, { "172.32.0.1", true }, { "192.168.1.1", false },
		{ "100.64.0.1", false }, { "169.254.169.254", false }, { "0.0.0.0", false }, { "224.0.0.1", false }, { "255.255.255.255", false },
		{ "8.8.8.8", true }, { "::1", false }, { "::", false }, { "fe80::1", false }, { "fd00::1", false }, { "ff02::1", false },
		{ "2001:db8::1", false }, { "2002:7f00:1::", false }, { "64:ff9b::7f00:1", false }, { "2a00:1450::1", true }, { "::ffff:10.0.0.1", false },
	};
	for (size_t i = 0; i < ARRAY_N(table); i++) {
		struct addr a;
		CHECK_OK(addr_read(str_z(table[i].a), &a));
		if (reach_may(NULL, a) != table[i].may)
			fail_msg("%s", table[i].a);
	}
	struct reach r = { .n = 1 };
	struct addr a;
	CHECK_OK(prefix_read(STR("127.0.0.0/8"), false, &r.allow[0]));
	CHECK_OK(addr_read(STR("127.9.9.9"), &a));
	CHECK(reach_may(&r, a));
}

TEST(answer, only_the_answer_to_the_question_counts)
{
	uint8_t q[ANSWER_QUERY_MAX];
	size_t n = answer_query(STR("a.test"), false, 0x1234, q);
	struct str query = { (char *)q, n };
	struct answer a = { 0 };
	struct str good = HEX("1234 8180 0001 0001 0000 0000 0161 04 74657374 00 0001 0001 c00c 0001 0001 0000003c 0004 c6336401");
	CHECK_OK(answer_read(good, query, &a));
	CHECK(a.n == 1 && a.ttl == 60 && a.a[0].b[12] == 0xc6);
	CHECK_ERR(answer_read(HEX("1235 8180 0001 0001 0000 0000 0161 04 74657374 00 0001 0001"), query, &a), ERR_SYNTAX);
	CHECK_ERR(answer_read(HEX("1234 8180 0001 0000 0000 0000 0162 04 74657374 00 0001 0001"), query, &a), ERR_SYNTAX);
	CHECK_ERR(answer_read(HEX("1234 8183 0001 0000 0000 0000 0161 04 74657374 00 0001 0001"), query, &a), ERR_ABSENT);
	CHECK_ERR(answer_read(HEX("1234 8182 0001 0000 0000 0000 0161 04 74657374 00 0001 0001"), query, &a), ERR_NET);
	for (size_t cut = 0; cut < good.n; cut++) {
		struct answer b = { 0 };
		(void)(answer_read(str_upto(good, cut), query, &b) == OK);      /* must not read past the end */
		CHECK_INT(b.n, 0);
	}
}

TEST(head, hop_fields_stay_behind_and_lengths_are_our_own)
{
	struct http1 *h = http1_new();
	http1_begin(h, HTTP1_REQUEST);
	struct str in = STR("POST http://a.test/x HTTP/1.1\r\nHost: a.test\r\nProxy-Authorization: Basic x\r\nConnection: X-Secret, Content-Length\r\n"
		"X-Secret: 1\r\nContent-Length: 3\r\nX-Kept: 2\r\n\r\n"), piece;
	enum http1_step step;
	CHECK_OK(http1_next(h, &in, &step, &piece));
	struct url u;
	CHECK_OK(url_read(http1_head(h)->target, &u));
	AUTO(buf_done) struct buf out = buf_init(4096);
	head_request(http1_head(h), &u, NULL, &out);
	CHECK_STR(buf_str(&out), "POST /x HTTP/1.1\r\nHost: a.test\r\nX-Kept: 2\r\nVia: 1.1 gatehouse\r\nContent-Length: 3\r\n\r\n");
	http1_free(&h);
}

TEST(head, trailers_that_frame_route_or_sign_stay_behind)
{
	struct http1 *h = http1_new();
	struct str in = STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nDigest: x\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n"
		"Host: b.test\r\nGrpc-Status: 0\r\n\r\n"), piece;
	enum http1_step step;
	http1_begin(h, HTTP1_RESPONSE);
	do
		CHECK_OK(http1_next(h, &in, &step, &piece));
	while (step != HTTP1_DONE);
	AUTO(buf_done) struct buf out = buf_init(4096);
	head_end(h, &out);
	CHECK_STR(buf_str(&out), "0\r\nDigest: x\r\nGrpc-Status: 0\r\n\r\n");
	http1_free(&h);
}

/* The end of a request, as it would be sent on. */
static struct str end_of(const char *request, struct buf *out)
{
	struct http1 *h = http1_new();
	struct str in = str_z(request), piece;
	enum http1_step step;
	http1_begin(h, HTTP1_REQUEST);
	do
		CHECK_OK(http1_next(h, &in, &step, &piece));
	while (step != HTTP1_DONE);
	buf_clear(out);
	head_end(h, out);
	http1_free(&h);
	return buf_str(out);
}

TEST(head, trailers_of_a_request_carry_nothing_that_the_gate_says_or_the_connection_names)
{
	AUTO(buf_done) struct buf out = buf_init(65536), many = buf_init(65536);
#define POST "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n"
	CHECK_STR(end_of(POST "Connection: X-Hop\r\n\r\n3\r\nabc\r\n0\r\nX-Hop: 1\r\nx-sum: ok\r\n\r\n", &out), "0\r\nx-sum: ok\r\n\r\n");
	CHECK_STR(end_of(POST "\r\n0\r\nYouTube-Restrict: None\r\nX-GoogApps-Allowed-Domains: *\r\nRestrict-Access-To-Tenants: x\r\nX-Forwarded-For: 10.0.0.1\r\nX-Original-URL: /x\r\n"
		"X-HTTP-Method-Override: PUT\r\nForwarded: for=x\r\nProxy-Authorization: x\r\nAuthorization: x\r\nCookie: x\r\nContent-Length: 9\r\nSec-Fetch-Site: none\r\nIf-Match: x\r\n\r\n", &out), "0\r\n\r\n");
	CHECK_STR(end_of(POST "\r\n0\r\n\r\n", &out), "0\r\n\r\n");
	buf_z(&many, POST "\r\n0\r\n");
	for (int i = 0; i < 90; i++)
		buf_fmt(&many, "x%d: y\r\n", i);
	buf_z(&many, "\r\n");
	buf_byte(&many, 0);
	(void)end_of(many.p, &out);
	size_t lines = 0;
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	CHECK_INT(lines, HEAD_TRAILERS + 2);
#undef POST
}
