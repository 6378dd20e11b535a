/* tls_inside.h - what the three files behind tls.h share; only they include it, and OpenSSL with it. */
#pragma once
#define ERR_STATE OPENSSL_ERR_STATE        /* both libraries have one; ours is the enum */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#include "base/buf.h"
#include "gate/proxy/tls.h"

struct tls_server { SSL_CTX *ctx; const char *speaks; struct buf roots; struct tls_asks asks; };
struct tls_front { SSL_CTX *ctx; EVP_PKEY *key; uint8_t point[TLS_POINT]; };
struct tls_leaf { X509 *cert; };

enum { TLS_KEY = 300, TLS_ROOTS_MAX = 64 * 1024 };

struct tls {
	SSL *ssl;
	int fd;                            /* borrowed */
	struct buf early;                  /* read before we came; early_at of it is used */
	size_t early_at;
	struct buf out;                    /* encrypted; out_at of it is gone */
	size_t out_at;
	struct tls_remote *remote;         /* borrowed; NULL: we are the server */
	char key[TLS_KEY];                 /* of the session */
	long bad;                          /* X509_V_ERR_... */
	bool broken, open, eof;
};

void tls_asks_set(struct tls_server *s);                 /* on its ctx */
SSL_CTX *tls_context(const SSL_METHOD *m);               /* what all three kinds have in common */
struct tls *tls_make(SSL_CTX *ctx, int fd);
