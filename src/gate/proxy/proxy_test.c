/* The proxy as a whole: pages, bodies, refusals, probes. */
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/test.h"
#include "gate/proxy/stage.h"
#include "gate/scene.h"

TEST(proxy, a_page_comes_through_without_hop_fields)
{
	stage_expect("127.0.0.1", "GET http://open.test:%P/x?y HTTP/1.1\r\nHost: open.test:%P\r\nProxy-Connection: keep-alive\r\n" C,
		"HTTP/1.1 200", "GET /x?y host=open.test:");
	stage_expect("127.0.0.1", "GET http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "via=1.1 gatehouse");
	stage_expect("127.0.0.1", "HEAD http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "X-Up: 1");
	stage_expect("127.0.0.1", "GET http://open.test:%P/ HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "body=");
}

TEST(proxy, bodies_pass_both_ways)
{
	stage_expect("127.0.0.1", "POST http://open.test:%P/e HTTP/1.1\r\nHost: open.test:%P\r\nContent-Length: 5\r\n" C "hello", "HTTP/1.1 200", "body=hello");
	stage_expect("127.0.0.1", "POST http://open.test:%P/e HTTP/1.1\r\nHost: open.test:%P\r\nTransfer-Encoding: chunked\r\n" C "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
		"HTTP/1.1 200", "body=abcde");
	stage_expect("127.0.0.1", "GET http://open.test:%P/chunked HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", " world\r\n0\r\n\r\n");
	stage_expect("127.0.0.1", "GET http://open.test:%P/close HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "until the end");
	stage_expect("127.0.0.1", "GET http://open.test:%P/close HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "until the end");
}

/* RFC 9110 6.5: those that may travel do, the others stay behind, and the connection serves the next request. */
TEST(proxy, trailers_of_a_request_travel_and_nothing_is_smuggled_in_them)
{
	stage_expect("127.0.0.1", "POST http://open.test:%P/e HTTP/1.1\r\nHost: open.test:%P\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n"
		"Content-Length: 99\r\nHost: closed.test\r\nCookie: a=b\r\nYouTube-Restrict: None\r\n\r\n"
		"GET http://open.test:%P/next HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "body=abc tail:X-Sum=7HTTP/1.1 200");
	stage_expect("127.0.0.1", "POST http://open.test:%P/e HTTP/1.1\r\nHost: open.test:%P\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: b\r\n\r\n"
		"GET http://open.test:%P/next HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "GET /next host=");
	struct buf b = stage_talk("127.0.0.1", st.proxy, "POST http://open.test:%P/e HTTP/1.1\r\nHost: open.test:%P\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"
		"GET http://open.test:%P/next HTTP/1.1\r\nHost: open.test:%P\r\n" C);
	CHECK(str_find(buf_str(&b), STR("GET /next")) < 0);       /* one that frames could be read in two ways: the connection ends */
	buf_done(&b);
}

TEST(proxy, pages_and_what_is_typed_are_read_along)
{
	static const char post[] = "POST http://open.test:%%P/e HTTP/1.1\r\nHost: open.test:%%P\r\nContent-Type: %s\r\nContent-Length: %zu\r\n" C "%s";
	static const struct { const char *type, *body, *status, *says; } typed[] = {
		{ "text/plain", "a good word", "HTTP/1.1 200", "body=a good word" }, { "text/plain", "I vanish", "HTTP/1.1 200", "body=I vanish" },
		{ "text/plain", "forbidden", "HTTP/1.1 403", "The words on this page" }, { "application/json", "{\"m\":\"f o r b i d d e n\"}", "HTTP/1.1 403", "The words on this page" },
		{ "application/x-www-form-urlencoded", "a=forbidden", "HTTP/1.1 403", "The words on this page" }, { "image/png", "forbidden", "HTTP/1.1 200", "body=forbidden" },
	};
	stage_expect("127.0.0.1", "GET http://open.test:%P/html/good HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "/html/good");
	stage_expect("127.0.0.1", "GET http://open.test:%P/html/forbidden/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 403", "The words on this page");
	stage_expect("127.0.2.1", "GET http://open.test:%P/html/forbidden/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "/html/forbidden");
	stage_expect("127.0.0.1", "GET http://help.test:%P/html/forbidden/ HTTP/1.1\r\nHost: help.test:%P\r\n" C, "HTTP/1.1 200", "/html/forbidden");
	for (size_t i = 0; i < ARRAY_N(typed); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		stage_expect("127.0.0.1", arena_fmt(&a, post, typed[i].type, strlen(typed[i].body), typed[i].body).p, typed[i].status, typed[i].says);
	}
	stage_expect("127.0.0.1", "GET http://finder.test:%P/search?safe=off&q=a HTTP/1.1\r\nHost: finder.test:%P\r\n" C, "HTTP/1.1 200", "GET /search?q=a&safe=on host=");
	stage_expect("127.0.2.1", "GET http://finder.test:%P/search?safe=off&q=a HTTP/1.1\r\nHost: finder.test:%P\r\n" C, "HTTP/1.1 200", "GET /search?safe=off&q=a host=");
}

TEST(proxy, a_page_that_is_cut_in_the_middle_says_so)
{
	stage_start();
	char request[200];
	snprintf(request, sizeof request, "GET http://open.test:%u/torn HTTP/1.1\r\nHost: open.test:%u\r\nAccept: text/html\r\n\r\n", st.origin, st.origin);
	int fd = stage_dial("127.0.0.1", st.proxy);
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	stage_send(fd, request, strlen(request));
	stage_until(fd, "the first half", 1, &out);                  /* it does not wait for the rest */
	CHECK(str_find(buf_str(&out), STR("the first half")) > 0 && str_find(buf_str(&out), STR("chunked")) > 0);
	sem_post(&st.seen);
	stage_until(fd, "no such text", 1, &out);
	CHECK(str_find(buf_str(&out), STR("This page stops here")) > 0 && str_find(buf_str(&out), STR("forbidden")) < 0);
	CHECK(str_ends(buf_str(&out), STR("\r\n0\r\n\r\n")));      /* a whole answer, no torn one */
	close(fd);
}

/* Asks for a WebSocket with this host, sends these bytes, and reads until this text comes back. */
static struct buf websocket(const char *host, struct str bytes, const char *text)
{
	stage_start();
	AUTO(buf_done) struct buf b = buf_init(4096);
	struct buf out = buf_init(1 << 20);
	buf_fmt(&b, "GET http://%s:%u/ws HTTP/1.1\r\nHost: %s:%u\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
		"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", host, st.origin, host, st.origin);
	buf_add(&b, bytes);
	int fd = stage_dial("127.0.0.1", st.proxy);
	stage_send(fd, b.p, b.n);
	stage_until(fd, text, 1, &out);
	close(fd);
	if (str_find(buf_str(&out), str_z(text)) < 0)
		fail_msg("wanted %s, got %.*s", text, STRF(buf_str(&out)));
	return out;
}

TEST(websocket, what_is_said_reaches_the_host_and_what_must_not_closes_both_sides)
{
	struct buf b = websocket("open.test", HEX("8184 01010101 666e6e65"), "heard");                     /* good */
	CHECK(str_find(buf_str(&b), STR("X-Offered: []")) > 0 && str_find(buf_str(&b), STR("\x81\x07welcome")) > 0);
	buf_done(&b);
	b = websocket("open.test", HEX("8189 00000000 666f7262696464656e"), "Closed by the school's filter");      /* forbidden */
	CHECK(str_find(buf_str(&b), STR("\x03\xf0" "Closed")) > 0 && str_find(buf_str(&b), STR("heard")) < 0);
	buf_done(&b);
	b = websocket("open.test", HEX("8104 676f6f64"), "\x88\x02\x03\xea");                           /* no mask */
	buf_done(&b);
	b = websocket("help.test", STR("anything"), "X-Offered: [permessage-deflate]");                    /* a help line is not read */
	buf_done(&b);
}

TEST(proxy, a_large_page_waits_for_a_slow_reader)
{
	stage_start();
	char request[200];
	snprintf(request, sizeof request, "GET http://open.test:%u/big HTTP/1.1\r\nHost: open.test:%u\r\nConnection: close\r\n\r\n", st.origin, st.origin);
	int fd = stage_dial("127.0.0.1", st.proxy);
	stage_send(fd, request, strlen(request));
	usleep(300000);                             /* everything between fills up meanwhile */
	AUTO(buf_done) struct buf out = buf_init(8 << 20);
	stage_until(fd, "no such text", 1, &out);
	CHECK(out.n > 3000000 && out.n < 3001000);
	close(fd);
}

TEST(proxy, requests_follow_each_other_on_one_connection)
{
	stage_start();
	char request[600];
	int n = snprintf(request, sizeof request, "GET http://open.test:%u/1 HTTP/1.1\r\nHost: open.test:%u\r\n\r\nPOST http://open.test:%u/2 HTTP/1.1\r\n"
		"Host: open.test:%u\r\nContent-Length: 2\r\n\r\nabGET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n\r\n"
		"GET http://open.test:%u/3 HTTP/1.1\r\nHost: open.test:%u\r\nConnection: close\r\n\r\n", st.origin, st.origin, st.origin, st.origin, st.origin, st.origin);
	int fd = stage_dial("127.0.0.1", st.proxy);
	stage_send(fd, request, (size_t)n);
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	stage_until(fd, "no such text", 1, &out);
	CHECK(str_find(buf_str(&out), STR("GET /1 ")) > 0 && str_find(buf_str(&out), STR("body=ab")) > 0);
	CHECK(str_find(buf_str(&out), STR("HTTP/1.1 403")) > 0 && str_find(buf_str(&out), STR("GET /3 ")) > 0);
	close(fd);
}

TEST(proxy, what_cannot_be_fetched_is_said)
{
	stage_expect("127.0.0.1", "GET http://gone.test:%P/ HTTP/1.1\r\nHost: gone.test:%P\r\n" C, "HTTP/1.1 502", "The page did not come");
	stage_expect("127.0.0.1", "GET http://inside.test:%P/ HTTP/1.1\r\nHost: inside.test:%P\r\n" C, "HTTP/1.1 403", "You may not do this");
	stage_expect("127.0.0.1", "GET http://open.test:%P/bad HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 502", "The page did not come");
	stage_expect("127.0.0.1", "GET http://open.test:25/ HTTP/1.1\r\nHost: open.test:25\r\n" C, "HTTP/1.1 403", "not open through the proxy");
	stage_expect("127.0.0.1", "GET http://127.0.0.1:%P/ HTTP/1.1\r\nHost: 127.0.0.1:%P\r\n" C, "HTTP/1.1 403", "not open through the proxy");
	stage_expect("127.0.0.1", "GET /x HTTP/1.1\r\nHost: open.test\r\n" C, "HTTP/1.1 400", "whole addresses");
	stage_expect("127.0.0.1", "GET https://open.test/ HTTP/1.1\r\nHost: open.test\r\n" C, "HTTP/1.1 501", "");
	stage_expect("127.0.0.1", "GET http://open.test/ HTTP/1.1\r\nHost: other.test\r\n" C, "HTTP/1.1 400", "Host contradicts");
}

TEST(proxy, ipv6_origins_are_reached)
{
	stage_start();
	if (!st.origin6)
		SKIP("no IPv6 on this machine");
	stage_expect("127.0.0.1", "GET http://six.test:%S/v6 HTTP/1.1\r\nHost: six.test:%S\r\n" C, "HTTP/1.1 200", "GET /v6");
}

TEST(proxy, a_refused_page_is_a_page_and_its_buttons_work_there)
{
	stage_expect("127.0.0.1", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 403", "This page is closed at school");
	stage_expect("127.0.0.1", "GET http://www.blocked.test/ HTTP/1.1\r\nHost: www.blocked.test\r\n" C, "HTTP/1.1 403", "Cache-Control: no-store");
	/* "no-referrer" would make browsers send "Origin: null" with our own forms, which are then refused */
	stage_expect("127.0.0.1", "GET http://www.blocked.test/ HTTP/1.1\r\nHost: www.blocked.test\r\n" C, "HTTP/1.1 403", "Referrer-Policy: same-origin\r\n");
	stage_expect("127.0.1.1", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 403", "This page is closed</h1>");
	stage_expect("127.0.2.1", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 403", "What decided");
	stage_expect("127.0.0.1", "GET http://part.test:%P/games/x HTTP/1.1\r\nHost: part.test:%P\r\n" C, "HTTP/1.1 403", "This page is closed");
	stage_expect("127.0.0.1", "GET http://part.test:%P/a/../g%61mes/x HTTP/1.1\r\nHost: part.test:%P\r\n" C, "HTTP/1.1 403", "This page is closed");
	stage_expect("127.0.0.1", "GET http://part.test:%P/maths HTTP/1.1\r\nHost: part.test:%P\r\n" C, "HTTP/1.1 200", "GET /maths");
	stage_expect("127.0.0.1", "GET http://blocked.test/.well-known/gatehouse/tell HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 200", "Before you write");
	stage_expect("127.0.0.1", "GET http://open.test:%P/.well-known/gatehouse/tell HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "GET /.well-known/gatehouse/tell");
}

TEST(proxy, what_is_refused_in_the_place_of_a_picture_is_a_sentence)
{
#define PART(dest) "Host: blocked.test\r\nSec-Fetch-Dest: " dest "\r\n" C
	stage_expect("127.0.0.1", "GET http://blocked.test/a.png HTTP/1.1\r\n" PART("image"), "HTTP/1.1 403", "Content-Type: text/plain");
	stage_expect("127.0.0.1", "GET http://blocked.test/a.js HTTP/1.1\r\n" PART("script"), "HTTP/1.1 403", "Content-Type: text/plain");
	stage_expect("127.0.0.1", "GET http://blocked.test/ HTTP/1.1\r\n" PART("document"), "HTTP/1.1 403", "This page is closed at school");
	stage_expect("127.0.0.1", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\nReferer: http://open.test/\r\nAccept: text/html,*/*;q=0.8\r\n" C,
		"HTTP/1.1 403", "This page is closed at school");
	stage_expect("127.0.0.1", "GET http://blocked.test/a.png HTTP/1.1\r\nHost: blocked.test\r\nAccept: image/*\r\n" C, "HTTP/1.1 403", "Content-Type: text/plain");
	stage_expect("127.0.0.77", "GET http://blocked.test/a.png HTTP/1.1\r\n" PART("image"), "HTTP/1.1 403", "Please sign in first");
#undef PART
}

TEST(clause, c7_2_03_a_learner_who_has_not_signed_gets_only_the_signing_page)
{
	stage_expect("127.0.0.77", "GET http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 403", "Read and sign the agreement");
	stage_expect("127.0.0.77", "CONNECT open.test:%P HTTP/1.1\r\nHost: open.test:%P\r\n\r\n", "HTTP/1.1 403", "sign in first");
	stage_expect("127.0.0.77", "GET http://gatehouse.home.arpa/tell HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C, "HTTP/1.1 200", "Before you write");
	stage_expect("127.0.0.77", "GET http://help.test:%P/ HTTP/1.1\r\nHost: help.test:%P\r\n" C, "HTTP/1.1 200", "host=help.test");
}

TEST(clause, c7_2_04_a_visitor_signs_first_and_the_visit_ends)
{
	stage_expect("127.0.9.9", "GET http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 403", "Read and sign the agreement");
	stage_let_on("127.0.9.9", "guests");
	stage_expect("127.0.9.9", "GET http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "GET /");
}

TEST(clause, c2_06_a_personal_device_on_the_guest_network_gets_the_same_page)
{
	stage_start();
	stage_let_on("127.0.9.8", "guests");
	stage_expect("127.0.9.8", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 403", "This page is closed at school");
}

TEST(captive, probes_and_the_api_tell_whether_one_must_sign)
{
	stage_expect("127.0.0.77", "GET http://captive.apple.com/hotspot-detect.html HTTP/1.1\r\nHost: captive.apple.com\r\n" C, "HTTP/1.1 302", "Location: http://gatehouse.home.arpa/sign");
	stage_expect("127.0.0.1", "GET http://captive.apple.com/hotspot-detect.html HTTP/1.1\r\nHost: captive.apple.com\r\n" C, "HTTP/1.1 200", "Success");
	stage_expect("127.0.0.1", "GET http://connectivitycheck.gstatic.com/generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n" C, "HTTP/1.1 204", "");
	stage_expect("127.0.0.77", "GET http://gatehouse.home.arpa/captive-portal HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C, "HTTP/1.1 200", "\"captive\":true");
	stage_expect("127.0.0.1", "GET http://gatehouse.home.arpa/captive-portal HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C, "HTTP/1.1 200", "application/captive+json");
	stage_expect("127.0.0.1", "GET http://gatehouse.home.arpa/captive-portal HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C, "HTTP/1.1 200", "\"captive\":false");
}

TEST(page_door, any_host_gets_its_refusal_and_nothing_is_fetched)
{
	stage_start();
	struct buf b = stage_talk("127.0.0.1", st.page, "GET /x HTTP/1.1\r\nHost: blocked.test\r\n" C);
	CHECK(str_starts(buf_str(&b), STR("HTTP/1.1 403")) && str_find(buf_str(&b), STR("This page is closed")) > 0);
	buf_done(&b);
	b = stage_talk("127.0.0.1", st.page, "GET /x HTTP/1.1\r\nHost: open.test:%P\r\n" C);
	CHECK(str_find(buf_str(&b), STR("Please try again")) > 0);
	buf_done(&b);
	b = stage_talk("127.0.0.1", st.page, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" C);
	CHECK(str_find(buf_str(&b), STR("This is the gate")) > 0);
	buf_done(&b);
	b = stage_talk("127.0.0.1", st.page, "CONNECT open.test:%P HTTP/1.1\r\nHost: open.test:%P\r\n\r\n");
	CHECK(str_starts(buf_str(&b), STR("HTTP/1.1 400")));
	buf_done(&b);
}
