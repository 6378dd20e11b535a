/* Where we are the server: a door with a certificate of our own, or in front of a host. */
#include "base/mem.h"
#include "gate/proxy/tls_inside.h"

enum err tls_server_new(const char *cert, const char *key, struct tls_server **out)
{
	assert(cert && key && out);
	SSL_CTX *ctx = tls_context(TLS_server_method());
	if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1 || SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1
	    || SSL_CTX_check_private_key(ctx) != 1) {
		ERR_clear_error();
		SSL_CTX_free(ctx);
		return ERR_CRYPTO;
	}
	struct tls_server *s = mem_new(struct tls_server);
	s->ctx = ctx;
	s->roots = buf_init(TLS_ROOTS_MAX);
	*out = s;
	return OK;
}

/* The first certificate is ours, the others lead to a root. */
static bool use_chain(SSL_CTX *ctx, BIO *in)
{
	X509 *x = PEM_read_bio_X509(in, NULL, NULL, NULL);
	bool ok = x && SSL_CTX_use_certificate(ctx, x) == 1;
	X509_free(x);
	while (ok && (x = PEM_read_bio_X509(in, NULL, NULL, NULL))) {
		ok = SSL_CTX_add0_chain_cert(ctx, x) == 1;
		if (!ok)
			X509_free(x);
	}
	return ok;
}

enum err tls_server_again(struct tls_server *s, struct str cert, struct str key)
{
	SSL_CTX *ctx = tls_context(TLS_server_method());
	BIO *c = BIO_new_mem_buf(cert.p, (int)cert.n), *k = BIO_new_mem_buf(key.p, (int)key.n);
	EVP_PKEY *p = PEM_read_bio_PrivateKey(k, NULL, NULL, NULL);
	bool ok = p && use_chain(ctx, c) && SSL_CTX_use_PrivateKey(ctx, p) == 1 && SSL_CTX_check_private_key(ctx) == 1;
	EVP_PKEY_free(p);
	BIO_free(c);
	BIO_free(k);
	ERR_clear_error();
	if (!ok) {
		SSL_CTX_free(ctx);
		return ERR_CRYPTO;
	}
	SSL_CTX_free(s->ctx);                           /* connections that have it keep it */
	s->ctx = ctx;
	if (s->speaks)
		tls_server_speaks(s, s->speaks);
	tls_asks_set(s);
	return OK;
}

void tls_server_free(struct tls_server **s)
{
	if (*s) {
		SSL_CTX_free((*s)->ctx);
		buf_done(&(*s)->roots);
	}
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

/* h2 where it may be and is offered, else http/1.1, else nothing is said (RFC 7301 3.2). */
static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *n, const unsigned char *in, unsigned in_n, void *arg)
{
	static const unsigned char both[] = "\2h2\10http/1.1";
	bool h2 = SSL_get_app_data(ssl) != NULL;
	unsigned char *chosen;
	if (SSL_select_next_proto(&chosen, n, h2 ? both : both + 3, h2 ? sizeof both - 1 : sizeof both - 4, in, in_n) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

struct tls_front *tls_front_new(void)
{
	struct tls_front *f = mem_new(struct tls_front);
	size_t n = 0;
	f->ctx = tls_context(TLS_server_method());
	f->key = EVP_EC_gen("P-256");
	assert(f->key && EVP_PKEY_get_octet_string_param(f->key, "encoded-pub-key", f->point, sizeof f->point, &n) == 1 && n == TLS_POINT);
	SSL_CTX_set_alpn_select_cb(f->ctx, choose_alpn, NULL);
	SSL_CTX_set_session_id_context(f->ctx, (const unsigned char *)"gate", 4);
	SSL_CTX_set_session_cache_mode(f->ctx, SSL_SESS_CACHE_OFF);        /* tickets only: nothing is kept here */
	SSL_CTX_set_num_tickets(f->ctx, 1);
	return f;
}

void tls_front_free(struct tls_front **f)
{
	if (*f) {
		SSL_CTX_free((*f)->ctx);
		EVP_PKEY_free((*f)->key);
	}
	mem_free(f);
}

const uint8_t *tls_front_point(const struct tls_front *f)
{
	return f->point;
}

enum err tls_leaf_new(struct tls_front *f, struct str der, struct tls_leaf **out)
{
	const unsigned char *p = (const unsigned char *)der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.n);
	if (!x || X509_check_private_key(x, f->key) != 1) {
		X509_free(x);
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	struct tls_leaf *l = mem_new(struct tls_leaf);
	l->cert = x;
	*out = l;
	return OK;
}

uint64_t tls_leaf_issuer(const struct tls_leaf *l)
{
	return X509_issuer_name_hash(l->cert);
}

void tls_leaf_free(struct tls_leaf **l)
{
	if (*l)
		X509_free((*l)->cert);
	mem_free(l);
}

struct tls *tls_new(struct tls_server *s, int fd)
{
	struct tls *t = tls_make(s->ctx, fd);
	if (s->roots.n && !s->asks.wanted(s->asks.owner))
		SSL_set_verify(t->ssl, SSL_VERIFY_NONE, NULL);
	SSL_set_accept_state(t->ssl);
	return t;
}

struct tls *tls_front_accept(struct tls_front *f, struct tls_leaf *l, int fd, struct str early, bool h2)
{
	struct tls *t = tls_make(f->ctx, fd);
	buf_add(&t->early, early);
	bool ok = SSL_use_certificate(t->ssl, l->cert) == 1 && SSL_use_PrivateKey(t->ssl, f->key) == 1;
	assert(ok);
	SSL_set_app_data(t->ssl, h2 ? t : NULL);
	SSL_set_accept_state(t->ssl);
	return t;
}
