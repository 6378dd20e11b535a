/* sock.h - sockets, always non-blocking and closed on exec.  Addresses are
 * struct sock_addr; text is "127.0.0.1:53", "[::1]:53", or "/path" (unix). */
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/str.h"

struct sock_addr {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un un;
	};
	socklen_t n;
};

enum { SOCK_TEXT = 128, SOCK_BATCH = 32 };

/* Numbers only, no lookups.  `port` is used when the text has none. */
enum err sock_addr_read(struct str text, uint16_t port, struct sock_addr *out);
/* The kernel allows 107 bytes of path. */
enum err sock_addr_unix(struct str path, struct sock_addr *out);
void sock_addr_text(const struct sock_addr *a, char out[SOCK_TEXT]);
/* IPv4 mapped into 16 bytes; zero for unix. */
void sock_addr_bytes(const struct sock_addr *a, uint8_t out[16]);
struct sock_addr sock_addr_of(const uint8_t addr[16], uint16_t port);       /* the inverse */
uint16_t sock_addr_port(const struct sock_addr *a);

enum sock_flag { SOCK_SHARE = 1 /* SO_REUSEPORT: one socket a worker */, SOCK_ONLY6 = 2, SOCK_PKTINFO = 4 };

enum err sock_listen_tcp(const struct sock_addr *a, unsigned flags, int *fd);
enum err sock_listen_udp(const struct sock_addr *a, unsigned flags, int *fd);
/* Removes a dead socket file, binds, sets the mode. */
enum err sock_listen_unix(const char *path, unsigned mode, int *fd);
enum err sock_accept(int fd, int *out, struct sock_addr *from);      /* -EAGAIN: nobody; from may be NULL */
/* Connects; -EINPROGRESS is given as OK with *fd open: watch for writing, then ask sock_error. */
enum err sock_connect(const struct sock_addr *a, int type /* SOCK_STREAM, SOCK_DGRAM */, int *fd);
enum err sock_error(int fd);                    /* SO_ERROR */
enum err sock_pair(int out[2]);                 /* unix stream pair, for tests and workers */
enum err sock_local(int fd, struct sock_addr *out);
enum err sock_peer(int fd, uid_t *uid, pid_t *pid);      /* of a unix socket, as the kernel says */
enum err sock_block(int fd, bool block);

/* Datagrams, many a call.  Rooms belong to the caller. */
struct sock_gram { struct sock_addr peer; uint8_t *p; size_t n, cap; };
enum err sock_recv_many(int fd, struct sock_gram *g, size_t n, size_t *got);    /* -EAGAIN: none; n <= SOCK_BATCH */
enum err sock_send_many(int fd, const struct sock_gram *g, size_t n, size_t *sent);
