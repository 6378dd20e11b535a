/* tls.h - the server's side of TLS on a connected socket, over OpenSSL, which
 * only tls.c includes.  TLS 1.2 and 1.3. */
#pragma once
#include "base/str.h"

struct tls_server;                 /* certificate and key */
struct tls;                        /* one connection */

/* PEM files.  ERR_CRYPTO: they do not fit each other or cannot be read. */
enum err tls_server_new(const char *cert, const char *key, struct tls_server **out);
void tls_server_free(struct tls_server **s);
/* What is spoken inside (RFC 7301), the one liked best first: "\2h2\10http/1.1".  Borrowed; a client that offers none of it is refused. */
void tls_server_speaks(struct tls_server *s, const char *wire);

struct tls *tls_new(struct tls_server *s, int fd);       /* borrows the fd */
void tls_free(struct tls **t);
/* OK with *got > 0; -EAGAIN (*write: the socket must become writable first); ERR_END; ERR_NET. */
enum err tls_read(struct tls *t, void *p, size_t n, size_t *got, bool *write);
enum err tls_write(struct tls *t, const void *p, size_t n, size_t *gone, bool *write);
struct str tls_name(const struct tls *t);                /* server name of the hello, as sent; absent: none */
struct str tls_spoken(const struct tls *t);              /* protocol agreed on; absent: none (yet) */
bool tls_waiting(const struct tls *t);                   /* bytes are decrypted already */
void tls_bye(struct tls *t);                             /* tells the other side that no more follows */
