/* A worker on real sockets of 127.0.0.1 and ::1, with a resolver played by the test. */
#include <poll.h>
#include <unistd.h>

#include "base/test.h"
#include "gate/dns/server.h"
#include "io/file.h"

static struct play {
	struct loop *loop;
	struct dns_server *server;
	int udp, tcp, conn;                     /* the resolver's sockets; 0: none */
	struct sock_addr at, at6;               /* of the server */
	unsigned asked_udp, asked_tcp;
} play;

static void who(void *arg, struct addr from, struct str token, int64_t now_utc, struct who *out)
{
	(void)arg, (void)from, (void)now_utc;
	*out = (struct who){ .school = 1, .standing = STANDING_CURRENT };
}

static bool device(void *arg, struct str token, struct token_hit *out)
{
	(void)arg;
	*out = (struct token_hit){ .school = 1, .device = 17 };
	return str_is(token, "17:abcdefghij0123456789");
}

static void decides(void *arg, const struct facts *f, struct decision *out)
{
	(void)arg;
	*out = (struct decision){ .row = ROW_REST };
	if (str_is(f->host, "listed.test"))
		*out = (struct decision){ .verdict = VERDICT_BLOCK, .reason = REASON_CATEGORY, .row = ROW_CATEGORIES };
}

static const struct policy *no_policy(void *arg) { (void)arg; return NULL; }

/* The question back with an address; over UDP truncated when the name begins with "big". */
static size_t resolve(uint8_t *p, size_t n, bool tcp)
{
	static struct dns_msg m;
	CHECK_OK(dns_msg_read((struct str){ (char *)p, n }, &m));
	bool big = ascii_lower((char)m.name.b[1]) == 'b';
	struct dns_name name = m.name;
	dns_msg_begin(&m, m.id, DNS_QR | (big && !tcp ? DNS_TC : 0), &name, m.type);
	if (!big || tcp)
		CHECK_OK(dns_msg_add(&m, DNS_ANSWER, &name, DNS_A, 300, HEX("08 08 04 04")));
	CHECK_OK(dns_msg_print(&m, p, 2000, &n));
	return n;
}

static void on_udp(void *owner, int fd, unsigned what)
{
	uint8_t room[2000];
	struct sockaddr_in6 from;
	socklen_t from_n = sizeof from;
	(void)owner, (void)what;
	ssize_t n = recvfrom(fd, room, sizeof room, MSG_DONTWAIT, (void *)&from, &from_n);
	if (n <= 0)
		return;
	play.asked_udp++;
	size_t k = resolve(room, (size_t)n, false);
	CHECK(sendto(fd, room, k, 0, (void *)&from, from_n) == (ssize_t)k);
}

static void on_tcp(void *owner, int fd, unsigned what)
{
	(void)owner, (void)what;
	if (!play.conn && sock_accept(fd, &play.conn, NULL) != OK)
		play.conn = 0;
}

/* Nothing until the question has come. */
static void serve_tcp(void)
{
	uint8_t room[2002];
	ssize_t n = play.conn ? recv(play.conn, room, sizeof room, MSG_DONTWAIT) : -1;
	if (n <= 2)
		return;
	play.asked_tcp++;
	size_t k = resolve(room + 2, (size_t)n - 2, true);
	room[0] = (uint8_t)(k >> 8);
	room[1] = (uint8_t)k;
	CHECK(send(play.conn, room, k + 2, 0) == (ssize_t)(k + 2));
	fd_close(&play.conn);
	play.conn = 0;
}

static uint16_t free_port(const char *addr, int type)
{
	struct sock_addr a, at;
	int fd;
	CHECK_OK(sock_addr_read(str_z(addr), 0, &a));
	CHECK_OK(type == SOCK_DGRAM ? sock_listen_udp(&a, 0, &fd) : sock_listen_tcp(&a, 0, &fd));
	CHECK_OK(sock_local(fd, &at));
	close(fd);
	return sock_addr_port(&at);
}

static struct sock_addr addr_at(const char *addr, uint16_t port)
{
	struct sock_addr a;
	CHECK_OK(sock_addr_read(str_z(addr), port, &a));
	return a;
}

struct cast { struct watch *udp, *tcp; };

static void stage(struct cast *cast)
{
	struct resolver_policy p = { NULL, who, device, decides, no_policy };
	struct dns_server_options o = { .resolver = { .has_block4 = true, .block_ttl_s = 5, .servers = 1, .server = { STR("it") }, .letter_case = true, .cache_bytes = 1 << 20 } };
	struct sock_addr up;
	memset(&play, 0, sizeof play);
	play.loop = loop_new();
	CHECK_OK(addr_read(STR("127.0.0.9"), &o.resolver.block4));
	for (int tries = 0; tries < 20 && !play.udp; tries++) {          /* one port for both */
		up = addr_at("127.0.0.1", free_port("127.0.0.1", SOCK_STREAM));
		if (sock_listen_udp(&up, 0, &play.udp) == OK && sock_listen_tcp(&up, 0, &play.tcp) != OK)
			fd_close(&play.udp), play.udp = 0;
	}
	cast->udp = watch_new(play.loop, play.udp, LOOP_READ, on_udp, NULL);
	cast->tcp = watch_new(play.loop, play.tcp, LOOP_READ, on_tcp, NULL);
	o.upstream[0] = up;
	o.listen[0] = play.at = addr_at("127.0.0.1", free_port("127.0.0.1", SOCK_STREAM));
	o.listen[1] = play.at6 = addr_at("::1", free_port("::1", SOCK_STREAM));
	o.listens = 2;
	CHECK_OK(dns_server_new(play.loop, &o, &p, NULL, &play.server));
}

static void strike(struct cast *cast)
{
	watch_free(&cast->udp);
	watch_free(&cast->tcp);
	dns_server_free(&play.server);
	fd_close(&play.udp);
	fd_close(&play.tcp);
	loop_free(&play.loop);
}

static size_t query(uint8_t *room, uint16_t id, const char *host)
{
	static struct dns_msg q;
	struct dns_name n;
	size_t bytes;
	CHECK_OK(dns_name_of(str_z(host), &n));
	dns_msg_begin(&q, id, DNS_RD, &n, DNS_A);
	CHECK_OK(dns_msg_print(&q, room, 512, &bytes));
	return bytes;
}

/* Turns the loop until something is there to read; false after a long while. */
static bool wait_for(int fd)
{
	for (int i = 0; i < 30000; i++) {
		struct pollfd p = { fd, POLLIN, 0 };
		loop_turn(play.loop);
		serve_tcp();
		if (poll(&p, 1, 1) == 1)
			return true;
	}
	return false;
}

static void ask_udp(const struct sock_addr *at, const char *host, struct dns_msg *out)
{
	uint8_t room[2000];
	int fd;
	CHECK_OK(sock_connect(at, SOCK_DGRAM, &fd));
	size_t n = query(room, 77, host);
	CHECK(send(fd, room, n, 0) == (ssize_t)n);
	CHECK(wait_for(fd));
	ssize_t k = recv(fd, room, sizeof room, 0);
	close(fd);
	CHECK(k > 0);
	CHECK_OK(dns_msg_read((struct str){ (char *)room, (size_t)k }, out));
	CHECK_INT(out->id, 77);
}

static struct dns_msg answer;

TEST(dns_server, answers_over_both_internet_protocols)
{
	AUTO(strike) struct cast cast;
	stage(&cast);
	ask_udp(&play.at, "www.school.test", &answer);
	CHECK(answer.n[0] == 1 && str_eq(answer.rr[0].data, HEX("08 08 04 04")));
	ask_udp(&play.at6, "www.school.test", &answer);
	CHECK(answer.n[0] == 1 && play.asked_udp == 1);              /* the second from the cache */
	ask_udp(&play.at6, "listed.test", &answer);
	CHECK(answer.n[0] == 1 && str_eq(answer.rr[0].data, HEX("7f 00 00 09")));
	CHECK_INT(dns_server_counts(play.server).refused, 1);
}

TEST(dns_server, asks_by_tcp_when_cut_short)
{
	AUTO(strike) struct cast cast;
	stage(&cast);
	ask_udp(&play.at, "big.school.test", &answer);
	CHECK(answer.n[0] == 1 && play.asked_tcp == 1);
}

/* RFC 7766 6.2.1: three questions at once, the second in two pieces. */
TEST(dns_server, several_questions_on_one_connection)
{
	AUTO(strike) struct cast cast;
	uint8_t room[4096], seen = 0;
	size_t n = 0, got = 0;
	int fd;
	stage(&cast);
	static const char *const hosts[] = { "www.school.test", "listed.test", "localhost" };
	for (uint16_t i = 0; i < 3; i++) {
		size_t k = query(room + n + 2, i, hosts[i]);
		room[n] = (uint8_t)(k >> 8);
		room[n + 1] = (uint8_t)k;
		n += 2 + k;
	}
	CHECK_OK(sock_connect(&play.at, SOCK_STREAM, &fd));
	CHECK(send(fd, room, 40, MSG_NOSIGNAL) == 40);
	for (int i = 0; i < 20; i++)
		loop_turn(play.loop);
	CHECK(send(fd, room + 40, n - 40, MSG_NOSIGNAL) == (ssize_t)(n - 40));
	for (int answers = 0; answers < 3;) {
		CHECK(wait_for(fd));
		ssize_t k = recv(fd, room + got, sizeof room - got, 0);
		CHECK(k > 0);
		got += (size_t)k;
		for (size_t m; got >= 2 && got >= 2 + (m = (size_t)room[0] << 8 | room[1]); answers++) {
			seen |= (uint8_t)(1 << room[3]);
			memmove(room, room + 2 + m, got -= 2 + m);
		}
	}
	CHECK_INT(seen, 7);
	close(fd);
}

TEST(dns_server, nonsense_on_a_connection_ends_it)
{
	AUTO(strike) struct cast cast;
	char byte;
	int fd;
	stage(&cast);
	CHECK_OK(sock_connect(&play.at, SOCK_STREAM, &fd));
	CHECK(send(fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL) == 18);
	CHECK(wait_for(fd));
	CHECK(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
}
