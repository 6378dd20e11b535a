#define ERR_STATE OPENSSL_ERR_STATE        /* both libraries have one; ours is the enum */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#undef ERR_STATE
#include <sys/socket.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "gate/proxy/tls.h"

enum { READ_ROOM = 4 * 17 * 1024, QUEUE_MAX = 8 * 1024 * 1024, KEEP_ROOM = 32 * 1024, KEY = 300 };

struct tls_server { SSL_CTX *ctx; const char *speaks; };
struct tls_front { SSL_CTX *ctx; EVP_PKEY *key; uint8_t point[TLS_POINT]; };
struct tls_leaf { X509 *cert; };
struct tls_remote { SSL_CTX *ctx; struct map *sessions; };    /* host and port -> SSL_SESSION, owned */

struct tls {
	SSL *ssl;
	int fd;                            /* borrowed */
	struct buf early;                  /* read before we came; early_at of it is used */
	size_t early_at;
	struct buf out;                    /* encrypted; out_at of it is gone */
	size_t out_at;
	struct tls_remote *remote;         /* borrowed; NULL: we are the server */
	char key[KEY];                     /* of the session */
	long bad;                          /* X509_V_ERR_... */
	bool broken, open, eof;
};

/* ---- between OpenSSL and the socket */

static BIO_METHOD *method;

static int bio_read(BIO *b, char *p, int n)
{
	struct tls *t = BIO_get_data(b);
	BIO_clear_retry_flags(b);
	size_t left = t->early.n - t->early_at;
	if (left) {
		size_t take = left < (size_t)n ? left : (size_t)n;
		memcpy(p, t->early.p + t->early_at, take);
		t->early_at += take;
		if (t->early_at == t->early.n) {
			buf_done(&t->early);
			t->early_at = 0;
		}
		return (int)take;
	}
	ssize_t got = recv(t->fd, p, (size_t)n, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		BIO_set_retry_read(b);
	t->eof = got == 0;
	return (int)got;
}

static int bio_write(BIO *b, const char *p, int n)
{
	struct tls *t = BIO_get_data(b);
	BIO_clear_retry_flags(b);
	buf_add(&t->out, (struct str){ p, (size_t)n });
	t->broken |= t->out.over;
	return t->broken ? -1 : n;
}

static long bio_ctrl(BIO *b, int cmd, long n, void *p)
{
	const struct tls *t = BIO_get_data(b);
	return cmd == BIO_CTRL_EOF ? t->eof : cmd == BIO_CTRL_FLUSH || cmd == BIO_CTRL_DUP;
}

static int bio_create(BIO *b)
{
	BIO_set_init(b, 1);
	return 1;
}

static BIO *bio_of(struct tls *t)
{
	if (!method) {
		method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "gate");
		BIO_meth_set_read(method, bio_read);
		BIO_meth_set_write(method, bio_write);
		BIO_meth_set_ctrl(method, bio_ctrl);
		BIO_meth_set_create(method, bio_create);
	}
	BIO *b = BIO_new(method);
	BIO_set_data(b, t);
	return b;
}

/* ---- contexts */

static SSL_CTX *context(const SSL_METHOD *m)
{
	SSL_CTX *ctx = SSL_CTX_new(m);
	assert(ctx);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_default_read_buffer_len(ctx, READ_ROOM);
	return ctx;
}

enum err tls_server_new(const char *cert, const char *key, struct tls_server **out)
{
	assert(cert && key && out);
	SSL_CTX *ctx = context(TLS_server_method());
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
	f->ctx = context(TLS_server_method());
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

void tls_leaf_free(struct tls_leaf **l)
{
	if (*l)
		X509_free((*l)->cert);
	mem_free(l);
}

/* ---- hosts' sessions */

static void session_drop(struct tls_remote *r, struct str key)
{
	uint64_t v;
	if (!map_get(r->sessions, key, &v))
		return;
	(void)map_del(r->sessions, key);
	SSL_SESSION_free((SSL_SESSION *)(uintptr_t)v);
}

static void sessions_clear(struct tls_remote *r)
{
	struct str key;
	uint64_t v;
	for (size_t at = 0; map_each(r->sessions, &at, &key, &v);)
		SSL_SESSION_free((SSL_SESSION *)(uintptr_t)v);
	map_free(&r->sessions);
	r->sessions = map_new();
}

/* When it is full, all go: a handshake more a host costs less than keeping count of their age. */
static int on_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls *t = SSL_get_app_data(ssl);
	if (!t || !t->remote || !SSL_SESSION_is_resumable(session))
		return 0;
	session_drop(t->remote, str_z(t->key));
	if (map_count(t->remote->sessions) >= TLS_SESSIONS)
		sessions_clear(t->remote);
	map_set(t->remote->sessions, str_z(t->key), (uint64_t)(uintptr_t)session);
	return 1;                                  /* ours now */
}

enum err tls_remote_new(const char *more_roots, struct tls_remote **out)
{
	SSL_CTX *ctx = context(TLS_client_method());
	SSL_CTX_set_security_level(ctx, 2);        /* keys of 112 bits and more, no SHA-1 in a chain */
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, on_session);
	(void)SSL_CTX_set_default_verify_paths(ctx);      /* none: then only what more_roots names is believed */
	if (more_roots && SSL_CTX_load_verify_file(ctx, more_roots) != 1) {
		ERR_clear_error();
		SSL_CTX_free(ctx);
		return ERR_CRYPTO;
	}
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx), X509_V_FLAG_TRUSTED_FIRST);
	struct tls_remote *r = mem_new(struct tls_remote);
	r->ctx = ctx;
	r->sessions = map_new();
	*out = r;
	return OK;
}

void tls_remote_free(struct tls_remote **r)
{
	if (*r) {
		sessions_clear(*r);
		map_free(&(*r)->sessions);
		SSL_CTX_free((*r)->ctx);
	}
	mem_free(r);
}

/* ---- connections */

static struct tls *make(SSL_CTX *ctx, int fd)
{
	struct tls *t = mem_new(struct tls);
	t->fd = fd;
	t->ssl = SSL_new(ctx);
	assert(t->ssl);
	t->early = buf_init(SIZE_MAX / 2);
	t->out = buf_init(QUEUE_MAX);
	BIO *b = bio_of(t);
	SSL_set_bio(t->ssl, b, b);
	return t;
}

struct tls *tls_new(struct tls_server *s, int fd)
{
	struct tls *t = make(s->ctx, fd);
	SSL_set_accept_state(t->ssl);
	return t;
}

struct tls *tls_front_accept(struct tls_front *f, struct tls_leaf *l, int fd, struct str early, bool h2)
{
	struct tls *t = make(f->ctx, fd);
	buf_add(&t->early, early);
	bool ok = SSL_use_certificate(t->ssl, l->cert) == 1 && SSL_use_PrivateKey(t->ssl, f->key) == 1;
	assert(ok);
	SSL_set_app_data(t->ssl, h2 ? t : NULL);
	SSL_set_accept_state(t->ssl);
	return t;
}

struct tls *tls_remote_connect(struct tls_remote *r, int fd, struct str host, uint16_t port, bool h2)
{
	static const unsigned char both[] = "\2h2\10http/1.1";
	struct tls *t = make(r->ctx, fd);
	char name[256];
	uint64_t session;
	snprintf(name, sizeof name, "%.*s", STRF(host));
	snprintf(t->key, sizeof t->key, "%s:%u", name, port);
	t->remote = r;
	SSL_set_app_data(t->ssl, t);
	SSL_set_connect_state(t->ssl);
	SSL_set_hostflags(t->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	bool ok = SSL_set_tlsext_host_name(t->ssl, name) == 1 && SSL_set1_host(t->ssl, name) == 1
		&& SSL_set_alpn_protos(t->ssl, h2 ? both : both + 3, h2 ? sizeof both - 1 : sizeof both - 4) == 0;
	assert(ok);
	if (map_get(r->sessions, str_z(t->key), &session))
		(void)SSL_set_session(t->ssl, (SSL_SESSION *)(uintptr_t)session);      /* refused: a whole handshake */
	return t;
}

void tls_free(struct tls **t)
{
	if (*t) {
		SSL_free((*t)->ssl);
		buf_done(&(*t)->early);
		buf_done(&(*t)->out);
	}
	mem_free(t);
}

static enum err result(struct tls *t, int got)
{
	int e = SSL_get_error(t->ssl, got);
	ERR_clear_error();
	if (e == SSL_ERROR_WANT_READ && !t->broken)
		return (enum err)-EAGAIN;
	t->broken |= e != SSL_ERROR_ZERO_RETURN;
	return e == SSL_ERROR_ZERO_RETURN ? ERR_END : ERR_NET;
}

enum err tls_shake(struct tls *t)
{
	if (t->open)
		return OK;
	if (t->broken)
		return ERR_NET;
	int r = SSL_do_handshake(t->ssl);
	t->open = r == 1;
	if (r == 1)
		return OK;
	enum err e = result(t, r);
	t->bad = t->remote ? SSL_get_verify_result(t->ssl) : X509_V_OK;
	return e == (enum err)-EAGAIN ? e : t->bad != X509_V_OK ? ERR_CRYPTO : ERR_NET;
}

bool tls_doubted(const struct tls *t)
{
	return t->bad != X509_V_OK;
}

bool tls_open(const struct tls *t)
{
	return t->open;
}

const char *tls_why(const struct tls *t)
{
	static const struct { long code; const char *words; } why[] = {
		{ X509_V_ERR_CERT_HAS_EXPIRED, "The proof of who this site is has run out, and its owner has not renewed it." },
		{ X509_V_ERR_CERT_NOT_YET_VALID, "The proof of who this site is begins only later; a clock may be wrong." },
		{ X509_V_ERR_HOSTNAME_MISMATCH, "The site proves to be another one than the one asked for." },
		{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "The site vouches for itself only: nobody else says who it is." },
		{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "Whoever vouches for this site is not known or trusted here." },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "Whoever vouches for this site is not known or trusted here." },
		{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "The site does not say completely who vouches for it." },
		{ X509_V_ERR_EE_KEY_TOO_SMALL, "The site's key is too weak to be trusted." },
		{ X509_V_ERR_CA_KEY_TOO_SMALL, "Whoever vouches for this site has a key that is too weak to be trusted." },
		{ X509_V_ERR_CA_MD_TOO_WEAK, "The signature under the site's proof is of a kind that can be forged." },
		{ X509_V_ERR_CERT_REVOKED, "The proof of who this site is was withdrawn." },
		{ X509_V_ERR_INVALID_PURPOSE, "The site shows a proof that is meant for something else." },
	};
	for (size_t i = 0; i < ARRAY_N(why); i++)
		if (why[i].code == t->bad)
			return why[i].words;
	return t->bad != X509_V_OK ? "The proof of who this site is does not hold." : "The site broke off before it had said who it is.";
}

bool tls_h2(const struct tls *t)
{
	const unsigned char *p;
	unsigned n;
	SSL_get0_alpn_selected(t->ssl, &p, &n);
	return n == 2 && !memcmp(p, "h2", 2);
}

bool tls_resumed(const struct tls *t)
{
	return SSL_session_reused(t->ssl) == 1;
}

enum err tls_read(struct tls *t, void *p, size_t n, size_t *got)
{
	*got = 0;
	TRY(tls_shake(t));
	while (*got < n) {
		size_t one = 0;
		int r = SSL_read_ex(t->ssl, (char *)p + *got, n - *got, &one);
		if (r != 1 && *got) {
			ERR_clear_error();         /* shows again at the next call */
			return OK;
		}
		if (r != 1)
			return result(t, r);
		*got += one;
	}
	return OK;
}

enum err tls_write(struct tls *t, const void *p, size_t n, size_t *gone)
{
	*gone = 0;
	TRY(tls_shake(t));
	while (*gone < n) {
		size_t one = 0;
		int r = SSL_write_ex(t->ssl, (const char *)p + *gone, n - *gone, &one);
		if (r != 1)
			return result(t, r);
		*gone += one;
	}
	return OK;
}

enum err tls_flush(struct tls *t)
{
	while (tls_queued(t)) {
		ssize_t n = send(t->fd, t->out.p + t->out_at, tls_queued(t), MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			if (t->out_at > KEEP_ROOM) {
				buf_cut(&t->out, t->out_at);
				t->out_at = 0;
			}
			return OK;
		}
		if (n < 0) {
			t->broken = true;
			return ERR_NET;
		}
		t->out_at += (size_t)n;
	}
	t->out_at = 0;
	if (t->out.cap > KEEP_ROOM)
		buf_done(&t->out);
	else
		buf_clear(&t->out);
	return OK;
}

size_t tls_queued(const struct tls *t)
{
	return t->out.n - t->out_at;
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
	return SSL_has_pending(t->ssl) > 0 || t->early.n > t->early_at;
}

void tls_bye(struct tls *t)
{
	if (t->open && !t->broken)
		(void)SSL_shutdown(t->ssl);        /* a courtesy: the close below it decides */
	ERR_clear_error();
}
