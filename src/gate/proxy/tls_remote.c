/* Where we are the client of a host: it is believed only when its certificate holds; its sessions are kept. */
#include "base/map.h"
#include "base/mem.h"
#include "gate/proxy/tls_inside.h"

struct tls_remote { SSL_CTX *ctx; struct map *sessions; };    /* host and port -> SSL_SESSION, owned */

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
	SSL_CTX *ctx = tls_context(TLS_client_method());
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

struct tls *tls_remote_connect(struct tls_remote *r, int fd, struct str host, uint16_t port, bool h2)
{
	static const unsigned char both[] = "\2h2\10http/1.1";
	struct tls *t = tls_make(r->ctx, fd);
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
