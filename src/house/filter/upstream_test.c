/* A supplier's filter in front: what counts as refused, and a fake supplier that is really asked. */
#include "house/filter/upstream_ask.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/test.h"
#include "io/file.h"
#include "wire/addr.h"
#include "wire/dns_msg.h"

/* ---- pure ---- */

TEST(upstream, an_address_is_a_name_or_a_page_and_its_sign_must_fit)
{
	AUTO(arena_done) struct arena a = arena_init();
	static const struct { const char *address, *sign; bool good, page; unsigned port; const char *host; } all[] = {
		{ "Filter-Test.example", "192.0.2.10", true, false, 80, "filter-test.example" }, { " filter-test.example ", "NXDOMAIN", true, false, 80, "filter-test.example" },
		{ "filter-test.example", "2001:db8::1", true, false, 80, "filter-test.example" }, { "http://filter-test.example/blocked?x=1", "Blocked by", true, true, 80, "filter-test.example" },
		{ "https://filter-test.example:8443/", "Blocked by", true, true, 8443, "filter-test.example" }, { "https://filter-test.example", "Blocked by", true, true, 443, "filter-test.example" },
		{ "filter-test.example/page", "192.0.2.10", false }, { "filter-test.example:81", "192.0.2.10", false }, { "filter-test.example", "Blocked by", false }, { "http://filter-test.example/", "short", false },
		{ "http://192.0.2.1/", "Blocked by", false }, { "ftp://filter-test.example/", "Blocked by", false }, { "", "nxdomain", false }, { "not a name", "nxdomain", false },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct upstream_name n = { .page = false };
		CHECK_INT(upstream_read(&a, str_z(all[i].address), str_z(all[i].sign), &n) == OK, all[i].good);
		if (!all[i].good)
			continue;
		CHECK_INT(n.page, all[i].page);
		CHECK_INT(n.port, all[i].port);
		CHECK_STR(n.host, all[i].host);
	}
}

/* An answer with these addresses, or with an error. */
static struct str answer_of(unsigned rcode, const char *options, size_t n_options, const char *addresses, uint8_t room[DNS_UDP_PLAIN])
{
	struct dns_msg *m = mem_new(struct dns_msg);
	struct dns_name name;
	size_t n = 0;
	CHECK_OK(dns_name_of(STR("filter-test.example"), &name));
	dns_msg_begin(m, 7, (uint16_t)(DNS_QR | DNS_RD | rcode), &name, DNS_A);
	struct str rest = str_z(addresses), one;
	while (str_next(&rest, ' ', &one) && one.n) {
		struct addr at;
		CHECK_OK(addr_read(one, &at));
		bool four = addr_is4(at);
		CHECK_OK(dns_msg_add(m, DNS_ANSWER, &name, four ? DNS_A : DNS_AAAA, 60, four ? (struct str){ (char *)at.b + 12, 4 } : (struct str){ (char *)at.b, 16 }));
	}
	m->edns = n_options > 0;
	m->udp_bytes = DNS_UDP_MAX;
	m->options = (struct str){ options, n_options };
	CHECK_OK(dns_msg_print(m, room, DNS_UDP_PLAIN, &n));
	mem_free(&m);
	return (struct str){ (char *)room, n };
}

TEST(upstream, a_name_counts_as_refused_only_by_a_positive_sign)
{
	static const struct { unsigned rcode; const char *options; size_t n; const char *addresses, *sign; enum trial_got got; } all[] = {
		{ DNS_NOERROR, "", 0, "192.0.2.10", "192.0.2.10", TRIAL_REFUSED }, { DNS_NOERROR, "", 0, "198.51.100.7", "192.0.2.10", TRIAL_OPEN },
		{ DNS_NOERROR, "", 0, "192.0.2.10 198.51.100.7", "192.0.2.10", TRIAL_OPEN }, { DNS_NOERROR, "", 0, "0.0.0.0", "192.0.2.10", TRIAL_REFUSED }, { DNS_NOERROR, "", 0, "::", "nxdomain", TRIAL_REFUSED },
		{ DNS_NOERROR, "", 0, "", "192.0.2.10", TRIAL_SILENT }, { DNS_NXDOMAIN, "", 0, "", "nxdomain", TRIAL_REFUSED }, { DNS_NXDOMAIN, "", 0, "", "192.0.2.10", TRIAL_SILENT },
		{ DNS_SERVFAIL, "", 0, "", "nxdomain", TRIAL_SILENT }, { DNS_NXDOMAIN, "\0\x0f\0\x02\0\x11", 6, "", "192.0.2.10", TRIAL_REFUSED },
		{ DNS_NOERROR, "\0\x0f\0\x02\0\x16", 6, "198.51.100.7", "192.0.2.10", TRIAL_OPEN },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		uint8_t room[DNS_UDP_PLAIN];
		struct str bytes = answer_of(all[i].rcode, all[i].options, all[i].n, all[i].addresses, room);
		CHECK_INT(upstream_answer(bytes, 7, str_z(all[i].sign)), all[i].got);
		CHECK_INT(upstream_answer(bytes, 8, str_z(all[i].sign)), TRIAL_SILENT);
	}
	CHECK_INT(upstream_answer(STR("no message"), 7, STR("nxdomain")), TRIAL_SILENT);
}

TEST(upstream, a_page_counts_as_refused_only_with_the_suppliers_words)
{
	CHECK_INT(upstream_page(STR("HTTP/1.1 403\r\n\r\n<h1>This was BLOCKED by your provider</h1>"), 403, STR("blocked by your")), TRIAL_REFUSED);
	CHECK_INT(upstream_page(STR("HTTP/1.1 302\r\nLocation: http://stop.supplier.example/why\r\n\r\n"), 302, STR("stop.supplier.example")), TRIAL_REFUSED);
	CHECK_INT(upstream_page(STR("HTTP/1.1 200\r\n\r\nThe test page"), 200, STR("blocked by your")), TRIAL_OPEN);
	CHECK_INT(upstream_page(STR("HTTP/1.1 403\r\n\r\nForbidden"), 403, STR("blocked by your")), TRIAL_OPEN);
	CHECK_INT(upstream_page(STR("HTTP/1.1 502\r\n\r\nBad gateway"), 502, STR("blocked by your")), TRIAL_SILENT);
	CHECK_INT(upstream_page(STR(""), 0, STR("blocked by your")), TRIAL_SILENT);
	CHECK_INT(upstream_page(STR("blocked"), 200, STR("")), TRIAL_OPEN);
}

TEST(upstream, each_list_needs_a_name)
{
	struct upstream_name v[] = { { .list = STR("images") }, { .list = STR("terror") } };
	CHECK(!upstream_lacks(v, 0).n && !upstream_lacks(v, 2).n);
	CHECK(str_find(upstream_lacks(v, 1), STR("police")) >= 0);
	v[0].list = STR("terror");
	CHECK(str_find(upstream_lacks(v, 1), STR("child abuse")) >= 0);
	v[0].list = STR("both");
	CHECK(!upstream_lacks(v, 1).n);
}

/* ---- a supplier that is really asked ---- */

struct supplier { int dns, web, stop[2]; struct sock_addr dns_at; uint16_t web_port; const char *addresses, *page; pthread_t thread; };

static void answer_name(const struct supplier *s)
{
	uint8_t in[DNS_UDP_MAX], room[DNS_UDP_PLAIN];
	struct sock_addr from = { .n = sizeof from.v6 };
	ssize_t n = recvfrom(s->dns, in, sizeof in, 0, &from.any, &from.n);
	if (n < 2)
		return;
	struct str out = answer_of(DNS_NOERROR, "", 0, s->addresses, room);
	memcpy(room, in, 2);
	(void)!sendto(s->dns, out.p, out.n, 0, &from.any, from.n);
}

static void answer_page(const struct supplier *s)
{
	char in[4096];
	AUTO(fd_close) int fd = accept(s->web, NULL, NULL);
	if (fd < 0 || read(fd, in, sizeof in) <= 0)
		return;
	(void)!write(fd, s->page, strlen(s->page));
}

static void *serve(void *arg)
{
	const struct supplier *s = arg;
	struct pollfd p[] = { { s->dns, POLLIN, 0 }, { s->web, POLLIN, 0 }, { s->stop[0], POLLIN, 0 } };
	while (poll(p, 3, -1) > 0 && !p[2].revents) {
		if (p[0].revents)
			answer_name(s);
		if (p[1].revents)
			answer_page(s);
	}
	return NULL;
}

static int bound(int type, struct sock_addr *at)
{
	CHECK_OK(sock_addr_read(STR("127.0.0.1:0"), 0, at));
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0 && bind(fd, &at->any, at->n) == 0 && (type == SOCK_DGRAM || listen(fd, 4) == 0));
	CHECK_OK(sock_local(fd, at));
	return fd;
}

static void supplier_open(struct supplier *s, const char *addresses, const char *page)
{
	struct sock_addr web;
	*s = (struct supplier){ .addresses = addresses, .page = page };
	s->dns = bound(SOCK_DGRAM, &s->dns_at);
	s->web = bound(SOCK_STREAM, &web);
	s->web_port = sock_addr_port(&web);
	CHECK_OK(sock_pair(s->stop));
	CHECK_INT(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void supplier_close(struct supplier *s)
{
	CHECK(write(s->stop[1], "x", 1) == 1);
	CHECK_INT(pthread_join(s->thread, NULL), 0);
	int *const all[] = { &s->dns, &s->web, &s->stop[0], &s->stop[1] };
	for (size_t i = 0; i < ARRAY_N(all); i++)
		fd_close(all[i]);
}

static enum trial_got asked(struct arena *a, const struct upstream_way *w, struct str address, const char *sign)
{
	struct upstream_name n;
	CHECK_OK(upstream_read(a, address, str_z(sign), &n));
	return upstream_ask(w, &n);
}

TEST(upstream, a_fake_supplier_is_asked_by_name_and_for_a_page)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct supplier s, open;
	supplier_open(&s, "127.0.0.1", "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nBlocked by the supplier");
	supplier_open(&open, "198.51.100.7", "");
	struct sock_addr both[] = { s.dns_at, open.dns_at };
	struct upstream_way way = { both, 1 };
	struct str page = arena_fmt(&a, "http://Filter-Test.example:%u/blocked", s.web_port);
	CHECK_INT(asked(&a, &way, STR("filter-test.example"), "127.0.0.1"), TRIAL_REFUSED);
	CHECK_INT(asked(&a, &way, STR("filter-test.example"), "192.0.2.10"), TRIAL_OPEN);
	CHECK_INT(asked(&a, &way, page, "blocked by the supplier"), TRIAL_REFUSED);
	CHECK_INT(asked(&a, &way, page, "some other words"), TRIAL_OPEN);
	way.n = 2;                             /* the second resolver does not filter: the gate would turn to it */
	CHECK_INT(asked(&a, &way, STR("filter-test.example"), "127.0.0.1"), TRIAL_OPEN);
	way.n = 0;                             /* no way out is known */
	CHECK_INT(asked(&a, &way, STR("filter-test.example"), "127.0.0.1"), TRIAL_SILENT);
	CHECK_INT(asked(&a, &way, page, "blocked by the supplier"), TRIAL_SILENT);
	supplier_close(&open);
	supplier_close(&s);
}
