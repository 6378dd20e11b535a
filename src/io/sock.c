#include "io/sock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"

enum { BACKLOG = 1024 };

static enum err read_port(struct str text, uint16_t *out)
{
	uint64_t v;
	TRY(str_u64(text, &v));
	if (v > 65535)
		return ERR_LIMIT;
	*out = (uint16_t)v;
	return OK;
}

enum err sock_addr_unix(struct str path, struct sock_addr *out)
{
	struct sock_addr a = { 0 };
	if (path.n == 0 || path.n >= sizeof a.un.sun_path || memchr(path.p, 0, path.n))
		return ERR_LIMIT;
	a.un.sun_family = AF_UNIX;
	memcpy(a.un.sun_path, path.p, path.n);
	a.n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n + 1);
	*out = a;
	return OK;
}

/* "[::1]:53" or "::1" */
static enum err split_host(struct str text, struct str *host, struct str *port)
{
	if (str_starts(text, STR("["))) {
		ptrdiff_t close = str_chr(text, ']');
		if (close < 0)
			return ERR_SYNTAX;
		*host = str_upto(str_from(text, 1), (size_t)close - 1);
		*port = str_from(text, (size_t)close + 1);
		if (port->n && port->p[0] != ':')
			return ERR_SYNTAX;
		*port = str_from(*port, 1);
		return OK;
	}
	ptrdiff_t first = str_chr(text, ':'), last = str_rchr(text, ':');
	bool has_port = first >= 0 && first == last;
	*host = has_port ? str_upto(text, (size_t)first) : text;
	*port = has_port ? str_from(text, (size_t)first + 1) : STR("");
	return OK;
}

enum err sock_addr_read(struct str text, uint16_t port, struct sock_addr *out)
{
	struct str host, port_text;
	char z[64];
	struct sock_addr a = { 0 };
	if (str_starts(text, STR("/")))
		return sock_addr_unix(text, out);
	TRY(split_host(text, &host, &port_text));
	if (port_text.n)
		TRY(read_port(port_text, &port));
	if (host.n >= sizeof z)
		return ERR_SYNTAX;
	snprintf(z, sizeof z, "%.*s", STRF(host));
	if (inet_pton(AF_INET, z, &a.v4.sin_addr) == 1) {
		a.v4.sin_family = AF_INET;
		a.v4.sin_port = htons(port);
		a.n = sizeof a.v4;
	} else if (inet_pton(AF_INET6, z, &a.v6.sin6_addr) == 1) {
		a.v6.sin6_family = AF_INET6;
		a.v6.sin6_port = htons(port);
		a.n = sizeof a.v6;
	} else {
		return ERR_SYNTAX;
	}
	*out = a;
	return OK;
}

void sock_addr_text(const struct sock_addr *a, char out[SOCK_TEXT])
{
	char z[INET6_ADDRSTRLEN] = "";
	if (a->any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &a->v4.sin_addr, z, sizeof z);
		snprintf(out, SOCK_TEXT, "%s:%u", z, ntohs(a->v4.sin_port));
	} else if (a->any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &a->v6.sin6_addr, z, sizeof z);
		snprintf(out, SOCK_TEXT, "[%s]:%u", z, ntohs(a->v6.sin6_port));
	} else {
		snprintf(out, SOCK_TEXT, "%s", a->n > offsetof(struct sockaddr_un, sun_path) ? a->un.sun_path : "unix");
	}
}

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

void sock_addr_bytes(const struct sock_addr *a, uint8_t out[16])
{
	memset(out, 0, 16);
	if (a->any.sa_family == AF_INET6) {
		memcpy(out, &a->v6.sin6_addr, 16);
	} else if (a->any.sa_family == AF_INET) {
		memcpy(out, mapped, 12);
		memcpy(out + 12, &a->v4.sin_addr, 4);
	}
}

struct sock_addr sock_addr_of(const uint8_t addr[16], uint16_t port)
{
	struct sock_addr a = { 0 };
	if (memcmp(addr, mapped, 12) == 0) {
		a.v4.sin_family = AF_INET;
		a.v4.sin_port = htons(port);
		memcpy(&a.v4.sin_addr, addr + 12, 4);
		a.n = sizeof a.v4;
	} else {
		a.v6.sin6_family = AF_INET6;
		a.v6.sin6_port = htons(port);
		memcpy(&a.v6.sin6_addr, addr, 16);
		a.n = sizeof a.v6;
	}
	return a;
}

uint16_t sock_addr_port(const struct sock_addr *a)
{
	return a->any.sa_family == AF_INET ? ntohs(a->v4.sin_port) :
	       a->any.sa_family == AF_INET6 ? ntohs(a->v6.sin6_port) : 0;
}

static enum err option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value) < 0 ? err_sys() : OK;
}

static enum err options(int fd, const struct sock_addr *a, int type, unsigned flags)
{
	bool six = a->any.sa_family == AF_INET6;
	TRY(option(fd, SOL_SOCKET, SO_REUSEADDR, 1));
	if (type == SOCK_STREAM)
		(void)option(fd, IPPROTO_TCP, TCP_NODELAY, 1);        /* what is accepted inherits it; slower without it, not wrong */
	if (flags & SOCK_SHARE)
		TRY(option(fd, SOL_SOCKET, SO_REUSEPORT, 1));
	if (six)
		TRY(option(fd, IPPROTO_IPV6, IPV6_V6ONLY, flags & SOCK_ONLY6 ? 1 : 0));
	if (flags & SOCK_PKTINFO)
		TRY(six ? option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) : option(fd, IPPROTO_IP, IP_PKTINFO, 1));
	return OK;
}

static enum err bound(const struct sock_addr *a, int type, unsigned flags, int *out)
{
	AUTO(fd_close) int fd = socket(a->any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys();
	if (a->any.sa_family != AF_UNIX)
		TRY(options(fd, a, type, flags));
	if (bind(fd, &a->any, a->n) < 0 || (type == SOCK_STREAM && listen(fd, BACKLOG) < 0))
		return err_sys();
	*out = fd;
	fd = -1;
	return OK;
}

enum err sock_listen_tcp(const struct sock_addr *a, unsigned flags, int *fd)
{
	return bound(a, SOCK_STREAM, flags, fd);
}

enum err sock_listen_udp(const struct sock_addr *a, unsigned flags, int *fd)
{
	TRY(bound(a, SOCK_DGRAM, flags, fd));
	(void)option(*fd, SOL_SOCKET, SO_RCVBUF, 4 << 20);      /* as much as the system allows */
	return OK;
}

enum err sock_listen_unix(const char *path, unsigned mode, int *out)
{
	struct sock_addr a;
	int probe = -1;
	TRY(sock_addr_unix(str_z(path), &a));
	if (sock_connect(&a, SOCK_STREAM, &probe) == OK) {
		fd_close(&probe);
		return ERR_BUSY;
	}
	struct stat st;
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && unlink(path) < 0)
		return err_sys();
	mode_t old = umask(0777);               /* nobody connects before the mode is set */
	enum err e = bound(&a, SOCK_STREAM, 0, out);
	umask(old);
	TRY(e);
	if (chmod(path, mode) < 0) {
		e = err_sys();
		fd_close(out);
	}
	return e;
}

enum err sock_accept(int fd, int *out, struct sock_addr *from)
{
	struct sock_addr a = { .n = sizeof a.un };
	int got = accept4(fd, &a.any, &a.n, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (got < 0)
		return err_sys();
	if (from)
		*from = a;
	*out = got;
	return OK;
}

enum err sock_connect(const struct sock_addr *a, int type, int *out)
{
	AUTO(fd_close) int fd = socket(a->any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys();
	if (type == SOCK_STREAM && a->any.sa_family != AF_UNIX)
		(void)option(fd, IPPROTO_TCP, TCP_NODELAY, 1);        /* slower without it, not wrong */
	if (connect(fd, &a->any, a->n) < 0 && errno != EINPROGRESS)
		return err_sys();
	*out = fd;
	fd = -1;
	return OK;
}

enum err sock_error(int fd)
{
	int e = 0;
	socklen_t n = sizeof e;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n) < 0)
		return err_sys();
	return (enum err)-e;
}

enum err sock_pair(int out[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, out) < 0 ? err_sys() : OK;
}

enum err sock_local(int fd, struct sock_addr *out)
{
	struct sock_addr a = { .n = sizeof a.un };
	if (getsockname(fd, &a.any, &a.n) < 0)
		return err_sys();
	*out = a;
	return OK;
}

enum err sock_peer(int fd, uid_t *uid, pid_t *pid)
{
	struct ucred c;
	socklen_t n = sizeof c;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n) < 0)
		return err_sys();
	*uid = c.uid;
	if (pid)
		*pid = c.pid;
	return OK;
}

enum err sock_block(int fd, bool block)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, block ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0)
		return err_sys();
	return OK;
}

struct many { struct mmsghdr m[SOCK_BATCH]; struct iovec v[SOCK_BATCH]; };

static void many_set(struct many *x, size_t i, struct sock_addr *peer, void *p, size_t n)
{
	x->v[i] = (struct iovec){ p, n };
	x->m[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &peer->any, .msg_namelen = peer->n,
	                                         .msg_iov = &x->v[i], .msg_iovlen = 1 } };
}

enum err sock_recv_many(int fd, struct sock_gram *g, size_t n, size_t *got)
{
	struct many x;
	n = n < SOCK_BATCH ? n : SOCK_BATCH;
	for (size_t i = 0; i < n; i++) {
		g[i].peer.n = sizeof g[i].peer.un;
		many_set(&x, i, &g[i].peer, g[i].p, g[i].cap);
	}
	int k = recvmmsg(fd, x.m, (unsigned)n, MSG_DONTWAIT, NULL);
	if (k < 0)
		return err_sys();
	for (int i = 0; i < k; i++) {
		g[i].n = x.m[i].msg_len;
		g[i].peer.n = x.m[i].msg_hdr.msg_namelen;
	}
	*got = (size_t)k;
	return OK;
}

enum err sock_send_many(int fd, const struct sock_gram *g, size_t n, size_t *sent)
{
	struct many x;
	struct sock_addr peers[SOCK_BATCH];
	n = n < SOCK_BATCH ? n : SOCK_BATCH;
	for (size_t i = 0; i < n; i++) {
		peers[i] = g[i].peer;
		many_set(&x, i, &peers[i], g[i].p, g[i].n);
	}
	int k = sendmmsg(fd, x.m, (unsigned)n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (k < 0)
		return err_sys();
	*sent = (size_t)k;
	return OK;
}
