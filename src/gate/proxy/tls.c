#include "gate/proxy/tls_inside.h"

#include <sys/socket.h>

#include "base/mem.h"

enum { READ_ROOM = 4 * 17 * 1024, QUEUE_MAX = 8 * 1024 * 1024, KEEP_ROOM = 32 * 1024 };

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

/* ---- connections */

SSL_CTX *tls_context(const SSL_METHOD *m)
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

struct tls *tls_make(SSL_CTX *ctx, int fd)
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
	t->bad = SSL_get_verify_result(t->ssl);
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
