/* tls.h - TLS on a connected socket, over OpenSSL, which only tls*.c includes.  TLS 1.2 and 1.3.  Three kinds:
 *
 *   tls_server  we are a server with a certificate of our own (devices' door)
 *   tls_front   we stand in front of a host: a certificate of that name, signed by the school's CA; one key a worker
 *   tls_remote  we are the client of a host, whose certificate is verified strictly
 *
 * What is encrypted and not yet taken by the kernel waits in the connection (tls_flush, tls_queued): writing never
 * waits for the socket, so the caller looks at tls_queued before it writes more. */
#pragma once
#include "base/str.h"

enum { TLS_POINT = 65, TLS_SESSIONS = 2048 /* of hosts, kept for resumption */, TLS_PRINT = 32 };

struct tls_server;                 /* certificate and key */
struct tls_front;
struct tls_leaf;                   /* a certificate for tls_front, counted by reference */
struct tls_remote;                 /* trusted roots, sessions */
struct tls;                        /* one connection */

/* PEM files.  ERR_CRYPTO: they do not fit each other or cannot be read. */
enum err tls_server_new(const char *cert, const char *key, struct tls_server **out);
void tls_server_free(struct tls_server **s);
/* Another certificate and key, of these bytes (PEM): for connections from now on.  ERR_CRYPTO: the old ones stay. */
enum err tls_server_again(struct tls_server *s, struct str cert, struct str key);
/* What is spoken inside (RFC 7301), the one liked best first: "\2h2\10http/1.1".  Borrowed; a client that offers none of it is refused. */
void tls_server_speaks(struct tls_server *s, const char *wire);


/* Whether clients may show a certificate of their own.  Copied; the owner outlives the server. */
struct tls_asks {
	void *owner;
	bool (*wanted)(void *owner);                                        /* whether a client is asked now */
	bool (*counts)(void *owner, const uint8_t print[TLS_PRINT]);        /* whether one that was verified is still known */
};
/* From now on a client may show one that these authorities (PEM) vouch for, for clients alone and in its time.  None is
 * as good as ever; one that does not count ends the handshake with the alert that says why, and no session that was begun
 * with it is resumed.  Without roots nobody is asked.  ERR_CRYPTO: the roots cannot be read, all stays as it was. */
enum err tls_server_asks(struct tls_server *s, struct str roots, const struct tls_asks *a);
enum tls_shown { TLS_SHOWN_NOTHING, TLS_SHOWN_GOOD, TLS_SHOWN_EXPIRED, TLS_SHOWN_WITHDRAWN, TLS_SHOWN_FOREIGN };
/* What the client showed.  GOOD: print (SHA-256 of it) and its end are filled in; it may have been withdrawn since. */
enum tls_shown tls_shown(const struct tls *t, uint8_t print[TLS_PRINT], int64_t *until_utc);

struct tls_front *tls_front_new(void);
void tls_front_free(struct tls_front **f);
const uint8_t *tls_front_point(const struct tls_front *f);        /* TLS_POINT bytes: the key that leaves are for */
/* DER.  ERR_CRYPTO: no certificate, or of another key. */
enum err tls_leaf_new(struct tls_front *f, struct str der, struct tls_leaf **out);
/* Which authority signed it: the same number for the same one. */
uint64_t tls_leaf_issuer(const struct tls_leaf *l);
void tls_leaf_free(struct tls_leaf **l);

/* Roots of the system, and those of a PEM file besides (NULL: none).  Reads files: before the sandbox. */
enum err tls_remote_new(const char *more_roots, struct tls_remote **out);
void tls_remote_free(struct tls_remote **r);

struct tls *tls_new(struct tls_server *s, int fd);       /* borrows the fd, as the next two */
/* early: bytes of the client that were read already. */
struct tls *tls_front_accept(struct tls_front *f, struct tls_leaf *l, int fd, struct str early, bool h2);
/* host: in normal form, as asked for; its certificate must be of this name.  port: sessions are kept by both. */
struct tls *tls_remote_connect(struct tls_remote *r, int fd, struct str host, uint16_t port, bool h2);
void tls_free(struct tls **t);

/* The handshake goes on: OK when done; -EAGAIN; ERR_NET; ERR_CRYPTO: the host's certificate is not believed. */
enum err tls_shake(struct tls *t);
bool tls_open(const struct tls *t);                      /* the handshake is done */
bool tls_doubted(const struct tls *t);                   /* it refused because of the certificate */
/* Why tls_shake refused, in plain words: static text. */
const char *tls_why(const struct tls *t);
bool tls_h2(const struct tls *t);                        /* both sides chose HTTP/2 */
bool tls_resumed(const struct tls *t);
/* OK with *got > 0; -EAGAIN; ERR_END; ERR_NET. */
enum err tls_read(struct tls *t, void *p, size_t n, size_t *got);
/* -EAGAIN: the handshake is not done. */
enum err tls_write(struct tls *t, const void *p, size_t n, size_t *gone);
enum err tls_flush(struct tls *t);                       /* to the kernel; OK also when some of it has to wait */
size_t tls_queued(const struct tls *t);
bool tls_waiting(const struct tls *t);                   /* bytes are here already */
struct str tls_name(const struct tls *t);                /* server name of the hello, as sent; absent: none */
struct str tls_spoken(const struct tls *t);              /* protocol agreed on; absent: none (yet) */
void tls_bye(struct tls *t);                             /* tells the other side that no more follows */
