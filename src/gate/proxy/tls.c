#define ERR_STATE OPENSSL_ERR_STATE        /* both libraries have one; ours is the enum */
#include <openssl/err.h>
#include <openssl/ssl.h>
#undef ERR_STATE

#include "base/mem.h"
#include "gate/proxy/tls.h"

struct tls_server { SSL_CTX *ctx; const char *speaks; };
struct tls { SSL *ssl; };

enum err tls_server_new(const char *cert, const char *key, struct tls_server **out)
{
	assert(cert && key && out);
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	assert(ctx);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1 || SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1
	    || SSL_CTX_check_private_key(ctx) != 1) {
		ERR_clear_error();
		SSL_CTX_free(ctx);
		return ERR_CRYPTO;
	}
	struct tls_server *s = mem_new(struct tls_server);
	s->ctx = ctx;
	*out = s;
	return OK;
}

void tls_server_free(struct tls_server **s)
{
	if (*s)
		SSL_CTX_free((*s)->ctx);
	mem_free(s);
}

static int choose(SSL *ssl, const unsigned char **out, unsigned char *n, const unsigned char *in, unsigned in_n, void *arg)
{
	const struct tls_server *s = arg;
	unsigned char *got;
	(void)ssl;
	if (SSL_select_next_proto(&got, n, (const unsigned char *)s->speaks, (unsigned)strlen(s->speaks), in, in_n) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = got;
	return SSL_TLSEXT_ERR_OK;
}

void tls_server_speaks(struct tls_server *s, const char *wire)
{
	s->speaks = wire;
	SSL_CTX_set_alpn_select_cb(s->ctx, choose, s);
}

struct tls *tls_new(struct tls_server *s, int fd)
{
	struct tls *t = mem_new(struct tls);
	t->ssl = SSL_new(s->ctx);
	assert(t->ssl);
	SSL_set_fd(t->ssl, fd);
	SSL_set_accept_state(t->ssl);
	return t;
}

void tls_free(struct tls **t)
{
	if (*t)
		SSL_free((*t)->ssl);
	mem_free(t);
}

static enum err result(struct tls *t, int got, bool *write)
{
	int e = SSL_get_error(t->ssl, got);
	ERR_clear_error();
	*write = e == SSL_ERROR_WANT_WRITE;
	if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE)
		return (enum err)-EAGAIN;
	return e == SSL_ERROR_ZERO_RETURN ? ERR_END : ERR_NET;
}

enum err tls_read(struct tls *t, void *p, size_t n, size_t *got, bool *write)
{
	int r = SSL_read(t->ssl, p, n > INT32_MAX ? INT32_MAX : (int)n);
	*got = r > 0 ? (size_t)r : 0;
	*write = false;
	return r > 0 ? OK : result(t, r, write);
}

enum err tls_write(struct tls *t, const void *p, size_t n, size_t *gone, bool *write)
{
	int r = SSL_write(t->ssl, p, n > 1 << 20 ? 1 << 20 : (int)n);
	*gone = r > 0 ? (size_t)r : 0;
	*write = false;
	return r > 0 ? OK : result(t, r, write);
}

struct str tls_name(const struct tls *t)
{
	return str_z(SSL_get_servername(t->ssl, TLSEXT_NAMETYPE_host_name));
}

struct str tls_spoken(const struct tls *t)
{
	const unsigned char *p;
	unsigned n;
	SSL_get0_alpn_selected(t->ssl, &p, &n);
	return (struct str){ (const char *)p, n };
}

bool tls_waiting(const struct tls *t)
{
	return SSL_pending(t->ssl) > 0;
}

void tls_bye(struct tls *t)
{
	(void)SSL_shutdown(t->ssl);                /* a courtesy: the close below it decides */
	ERR_clear_error();
}
