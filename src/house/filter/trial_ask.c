#include "house/filter/trial_ask.h"

#include <poll.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rd.h"
#include "base/rnd.h"
#include "io/file.h"
#include "wire/dns_msg.h"

enum { WAIT_MS = 2000, TRIES = 2 };

/* RFC 8914: any of blocked, censored, filtered, prohibited says that it was refused on purpose. */
bool trial_says_refused(struct str options)
{
	struct rd r = rd_over(options);
	while (rd_ok(&r) == OK && rd_left(&r) >= 4) {
		uint16_t code = rd_u16(&r), n = rd_u16(&r);
		struct str body = rd_bytes(&r, n);
		if (code != DNS_OPTION_EDE || body.n < 2)
			continue;
		int ede = (uint8_t)body.p[0] << 8 | (uint8_t)body.p[1];
		if (ede >= DNS_EDE_BLOCKED && ede <= DNS_EDE_PROHIBITED)
			return true;
	}
	return false;
}

enum trial_got trial_answer(struct str bytes, uint16_t id)
{
	struct dns_msg *m = mem_new(struct dns_msg);
	enum trial_got got = TRIAL_SILENT;
	if (dns_msg_read(bytes, m) == OK && m->id == id && m->flags & DNS_QR)
		got = trial_says_refused(m->options) ? TRIAL_REFUSED : TRIAL_OPEN;
	mem_free(&m);
	return got;
}

static size_t question(uint16_t id, struct str host, uint8_t out[DNS_UDP_PLAIN])
{
	struct dns_msg *m = mem_new(struct dns_msg);
	struct dns_name name;
	size_t n = 0;
	if (dns_name_of(host, &name) == OK) {
		dns_msg_begin(m, id, DNS_RD, &name, DNS_A);
		m->edns = true;
		m->udp_bytes = DNS_UDP_MAX;
		if (dns_msg_print(m, out, DNS_UDP_PLAIN, &n) != OK)
			n = 0;
	}
	mem_free(&m);
	return n;
}

/* "Everywhere" is also here. */
static struct sock_addr near(const struct sock_addr *gate)
{
	static const uint8_t none[16], any4[16] = { [10] = 0xff, [11] = 0xff }, loop4[16] = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 };
	uint8_t at[16];
	sock_addr_bytes(gate, at);
	bool everywhere = memcmp(at, none, 16) == 0 || memcmp(at, any4, 16) == 0;
	return sock_addr_of(everywhere ? loop4 : at, sock_addr_port(gate));
}

enum err trial_dns(const struct sock_addr *to, const uint8_t *from, struct str host, uint8_t in[DNS_UDP_MAX], struct str *answer, uint16_t *id)
{
	uint8_t out[DNS_UDP_PLAIN];
	rnd_bytes(id, sizeof *id);
	size_t n = question(*id, host, out);
	AUTO(fd_close) int fd = socket(to->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (!n || fd < 0)
		return ERR_NET;
	struct sock_addr here = from ? sock_addr_of(from, 0) : (struct sock_addr){ .n = 0 };
	if ((from && bind(fd, &here.any, here.n) < 0) || connect(fd, &to->any, to->n) < 0 || send(fd, out, n, 0) != (ssize_t)n)
		return ERR_NET;
	struct pollfd p = { fd, POLLIN, 0 };
	if (poll(&p, 1, WAIT_MS) != 1)
		return ERR_NET;
	ssize_t got = recv(fd, in, DNS_UDP_MAX, 0);
	*answer = (struct str){ (char *)in, got > 0 ? (size_t)got : 0 };
	return got > 0 ? OK : ERR_NET;
}

enum trial_got trial_ask_dns(const struct sock_addr *gate, const uint8_t from[16], struct str host)
{
	struct sock_addr there = near(gate);
	uint8_t in[DNS_UDP_MAX];
	enum trial_got got = TRIAL_SILENT;
	struct str answer;
	uint16_t id;
	for (int i = 0; i < TRIES && got == TRIAL_SILENT; i++)
		if (trial_dns(&there, from, host, in, &answer, &id) == OK)
			got = trial_answer(answer, id);
	return got;
}
