/* What a client shows of itself, where we are the server: a certificate of a device's own. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "gate/proxy/tls_inside.h"

static void stack_done(STACK_OF(X509) **v) { sk_X509_pop_free(*v, X509_free); }

static bool print_of(const X509 *x, uint8_t out[TLS_PRINT])
{
	unsigned n = 0;
	return X509_digest(x, EVP_sha256(), out, &n) == 1 && n == TLS_PRINT;
}

/* For clients and nothing else: one that speaks for a host never counts, whoever signed it. */
static bool for_clients(X509 *x) { return X509_get_extended_key_usage(x) == XKU_SSL_CLIENT && X509_check_ca(x) == 0; }

/* The library's own checks (chain, time, purpose, strict), then ours. */
static int verify(X509_STORE_CTX *c, void *arg)
{
	const struct tls_server *s = arg;
	uint8_t print[TLS_PRINT];
	X509 *x = X509_STORE_CTX_get0_cert(c);
	X509_STORE_CTX_set_flags(c, X509_V_FLAG_X509_STRICT);
	if (X509_verify_cert(c) != 1)
		return 0;
	bool fits = x && for_clients(x), ours = fits && print_of(x, print) && s->asks.counts(s->asks.owner, print);
	if (!ours)
		X509_STORE_CTX_set_error(c, fits ? X509_V_ERR_CERT_REVOKED : X509_V_ERR_INVALID_PURPOSE);
	return ours;
}

static bool in_time(const X509 *x) { return X509_cmp_time(X509_get0_notBefore(x), NULL) < 0 && X509_cmp_time(X509_get0_notAfter(x), NULL) > 0; }

/* A session remembers the certificate it was begun with.  One that counts no more is shown again from the start, and refused. */
static SSL_TICKET_RETURN resume(SSL *ssl, SSL_SESSION *session, const unsigned char *name, size_t name_n, SSL_TICKET_STATUS status, void *arg)
{
	const struct tls_server *s = arg;
	uint8_t print[TLS_PRINT];
	(void)ssl, (void)name, (void)name_n;
	if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW)
		return SSL_TICKET_RETURN_IGNORE_RENEW;
	const X509 *x = SSL_SESSION_get0_peer(session);
	if (x && (!in_time(x) || !print_of(x, print) || !s->asks.counts(s->asks.owner, print)))
		return SSL_TICKET_RETURN_IGNORE_RENEW;
	return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

static int make_ticket(SSL *ssl, void *arg)
{
	(void)ssl, (void)arg;
	return 1;
}

static STACK_OF(X509) *roots_of(struct str pem)
{
	STACK_OF(X509) *v = sk_X509_new_null();
	BIO *in = BIO_new_mem_buf(pem.p, (int)pem.n);
	for (X509 *x; v && in && (x = PEM_read_bio_X509(in, NULL, NULL, NULL));)
		if (sk_X509_push(v, x) <= 0)
			X509_free(x);
	BIO_free(in);
	ERR_clear_error();
	return v;
}

static void believe(SSL_CTX *ctx, STACK_OF(X509) *roots)
{
	X509_STORE *store = X509_STORE_new();
	for (int i = 0; i < sk_X509_num(roots); i++) {
		bool ok = X509_STORE_add_cert(store, sk_X509_value(roots, i)) == 1 && SSL_CTX_add_client_CA(ctx, sk_X509_value(roots, i)) == 1;
		assert(ok);
	}
	SSL_CTX_set_cert_store(ctx, store);              /* takes it: the system's roots vouch for no device */
}

void tls_asks_set(struct tls_server *s)
{
	AUTO(stack_done) STACK_OF(X509) *roots = s->roots.n ? roots_of(buf_str(&s->roots)) : NULL;
	if (!roots)
		return;
	believe(s->ctx, roots);
	SSL_CTX_set_verify(s->ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_verify_depth(s->ctx, 1);
	SSL_CTX_set_cert_verify_callback(s->ctx, verify, s);
	SSL_CTX_set_session_id_context(s->ctx, (const unsigned char *)"devices", 7);
	SSL_CTX_set_session_cache_mode(s->ctx, SSL_SESS_CACHE_OFF);        /* tickets only: resume() sees every one */
	SSL_CTX_set_session_ticket_cb(s->ctx, make_ticket, resume, s);
}

enum err tls_server_asks(struct tls_server *s, struct str roots, const struct tls_asks *a)
{
	AUTO(stack_done) STACK_OF(X509) *v = roots_of(roots);
	if (roots.n > TLS_ROOTS_MAX || (roots.n && sk_X509_num(v) < 1))
		return ERR_CRYPTO;
	buf_clear(&s->roots);
	buf_add(&s->roots, roots);
	s->asks = *a;
	tls_asks_set(s);
	return OK;
}

static enum tls_shown why(long bad)
{
	if (bad == X509_V_ERR_CERT_HAS_EXPIRED || bad == X509_V_ERR_CERT_NOT_YET_VALID)
		return TLS_SHOWN_EXPIRED;
	return bad == X509_V_ERR_CERT_REVOKED ? TLS_SHOWN_WITHDRAWN : TLS_SHOWN_FOREIGN;
}

enum tls_shown tls_shown(const struct tls *t, uint8_t print[TLS_PRINT], int64_t *until_utc)
{
	struct tm tm;
	if (t->remote || (!t->open && t->bad == X509_V_OK))
		return TLS_SHOWN_NOTHING;
	if (t->bad != X509_V_OK)
		return why(t->bad);
	X509 *x = SSL_get0_peer_certificate(t->ssl);
	if (!x)
		return TLS_SHOWN_NOTHING;
	if (!print_of(x, print) || !ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm))
		return TLS_SHOWN_FOREIGN;
	*until_utc = (int64_t)timegm(&tm);
	return *until_utc > clock_utc() ? TLS_SHOWN_GOOD : TLS_SHOWN_EXPIRED;
}
