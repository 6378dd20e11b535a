#include "gate/dns/udp.h"

#include <netinet/in.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"

struct udp {
	int fd;
	bool wild;                              /* bound to every address: control messages tell which was asked */
	uint32_t number;
	struct resolver *resolver;              /* borrowed */
	struct watch *watch;
	struct mmsghdr in[UDP_BATCH], out[UDP_BATCH];
	struct iovec in_room[UDP_BATCH], out_room[UDP_BATCH];
	struct sock_addr peer[UDP_BATCH];
	_Alignas(8) uint8_t control[UDP_BATCH][40];
	uint8_t query[UDP_BATCH][UDP_QUERY_MAX], answer[UDP_BATCH][DNS_UDP_MAX];
};

static_assert(CMSG_SPACE(sizeof(struct in6_pktinfo)) <= sizeof ((struct dns_from *)0)->control, "the control room holds the larger kind");

/* What the kernel wrote over last time is set again. */
static void reset(struct udp *u, int n)
{
	for (int i = 0; i < n; i++) {
		u->in[i].msg_hdr.msg_namelen = sizeof u->peer[i].un;
		u->in[i].msg_hdr.msg_controllen = u->wild ? sizeof u->control[i] : 0;
	}
}

static void from_of(const struct udp *u, int i, struct dns_from *f)
{
	const struct msghdr *m = &u->in[i].msg_hdr;
	f->peer = u->peer[i];
	f->peer.n = m->msg_namelen;
	sock_addr_bytes(&f->peer, f->addr.b);
	f->listener = u->number;
	f->tcp = false;
	f->control_n = u->wild ? (uint8_t)m->msg_controllen : 0;
	memcpy(f->control, u->control[i], f->control_n);
}

/* The answer to in[i] becomes out[k]. */
static void line_up(struct udp *u, int i, int k, size_t n)
{
	u->out[k].msg_hdr = (struct msghdr){
		.msg_name = &u->peer[i], .msg_namelen = u->in[i].msg_hdr.msg_namelen, .msg_iov = &u->out_room[k], .msg_iovlen = 1,
		.msg_control = u->wild ? u->control[i] : NULL, .msg_controllen = u->wild ? u->in[i].msg_hdr.msg_controllen : 0,
	};
	u->out_room[k].iov_len = n;
}

/* What does not go out is lost, as datagrams are: the asker asks again. */
static void send_all(struct udp *u, int n)
{
	for (int sent = 0; sent < n;) {
		int k = sendmmsg(u->fd, u->out + sent, (unsigned)(n - sent), MSG_DONTWAIT | MSG_NOSIGNAL);
		if (k < 0 && (errno == EAGAIN || errno == ENOBUFS))
			return;
		sent += k > 0 ? k : 1;              /* one that cannot be sent does not hold up the others */
	}
}

static int serve(struct udp *u)
{
	int n = recvmmsg(u->fd, u->in, UDP_BATCH, MSG_DONTWAIT, NULL), k = 0;
	struct dns_from from;
	resolver_now(u->resolver);
	for (int i = 0; i < n; i++) {
		from_of(u, i, &from);
		size_t bytes = resolver_ask(u->resolver, &from, (struct str){ (char *)u->query[i], u->in[i].msg_len }, u->answer[k], DNS_UDP_MAX);
		if (bytes)
			line_up(u, i, k++, bytes);
	}
	send_all(u, k);
	if (n > 0)
		reset(u, n);
	return n;
}

static void readable(void *owner, int fd, unsigned what)
{
	(void)fd, (void)what;
	for (int i = 0; i < UDP_TURNS && serve(owner) == UDP_BATCH; i++)
		;
}

static bool is_wild(const struct sock_addr *a)
{
	static const uint8_t none6[16], none4[16] = { [10] = 255, [11] = 255 };
	uint8_t b[16];
	sock_addr_bytes(a, b);
	return memcmp(b, none6, 16) == 0 || memcmp(b, none4, 16) == 0;
}

enum err udp_new(struct loop *l, const struct sock_addr *at, uint32_t number, struct resolver *r, struct udp **out)
{
	AUTO(fd_close) int fd = -1;
	bool wild = is_wild(at);
	int room = 4 << 20;                         /* bursts wait here, not in the wild */
	TRY(sock_listen_udp(at, SOCK_SHARE | (wild ? SOCK_PKTINFO : 0), &fd));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);   /* as much as the system allows: any will do */
	struct udp *u = mem_new(struct udp);
	u->fd = fd;
	u->wild = wild;
	u->number = number;
	u->resolver = r;
	for (int i = 0; i < UDP_BATCH; i++) {
		u->in_room[i] = (struct iovec){ u->query[i], UDP_QUERY_MAX };
		u->out_room[i] = (struct iovec){ u->answer[i], 0 };
		u->in[i].msg_hdr = (struct msghdr){ .msg_name = &u->peer[i], .msg_iov = &u->in_room[i], .msg_iovlen = 1,
		                                    .msg_control = wild ? u->control[i] : NULL };
	}
	reset(u, UDP_BATCH);
	u->watch = watch_new(l, fd, LOOP_READ, readable, u);
	fd = -1;
	*out = u;
	return OK;
}

void udp_free(struct udp **u)
{
	if (*u) {
		watch_free(&(*u)->watch);
		close((*u)->fd);
	}
	mem_free(u);
}

void udp_reply(struct udp *u, const struct dns_from *to, struct str bytes)
{
	struct sock_addr peer = to->peer;
	_Alignas(8) uint8_t control[sizeof to->control];
	struct iovec room = { (void *)(uintptr_t)bytes.p, bytes.n };
	memcpy(control, to->control, sizeof control);
	struct msghdr m = { .msg_name = &peer.any, .msg_namelen = peer.n, .msg_iov = &room, .msg_iovlen = 1,
	                    .msg_control = to->control_n ? control : NULL, .msg_controllen = to->control_n };
	(void)sendmsg(u->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);      /* lost, as datagrams are: the asker asks again */
}
