/* A directory: search for the person, then bind as what was found (RFC 4511, RFC 4513 5.1, RFC 4515). */
#include <ldap.h>

#include "base/log.h"
#include "base/mem.h"
#include "house/outside/ldap_filter.h"
#include "house/outside/ldap_inner.h"

enum { WAIT_S = 4, USER_MAX = 100, PASSWORD_LONGEST = 256 };

static enum err away(struct door_said *s)
{
	s->away = true;
	s->why = "The school's directory cannot be reached just now. Use your Gatehouse password, or try again.";
	return ERR_NET;
}

static enum err wrong(struct door_said *s)
{
	s->why = "The name or the password is not right.";
	return ERR_SIGNIN;
}

/* ---- the connection ---- */

static bool options(LDAP *l, const struct door_way *w)
{
	struct timeval wait = { WAIT_S, 0 };
	int version = LDAP_VERSION3, limit = 2, hard = LDAP_OPT_X_TLS_DEMAND, fresh = 0, least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
	return ldap_set_option(l, LDAP_OPT_PROTOCOL_VERSION, &version) == 0 && ldap_set_option(l, LDAP_OPT_NETWORK_TIMEOUT, &wait) == 0 &&
	       ldap_set_option(l, LDAP_OPT_TIMEOUT, &wait) == 0 && ldap_set_option(l, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == 0 &&
	       ldap_set_option(l, LDAP_OPT_SIZELIMIT, &limit) == 0 && ldap_set_option(l, LDAP_OPT_X_TLS_REQUIRE_CERT, &hard) == 0 &&
	       ldap_set_option(l, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least) == 0 &&
	       (!w->ca_file || ldap_set_option(l, LDAP_OPT_X_TLS_CACERTFILE, w->ca_file) == 0) &&
	       ldap_set_option(l, LDAP_OPT_X_TLS_NEWCTX, &fresh) == 0;
}

static int bind_as(LDAP *l, const char *dn, struct str password)
{
	struct berval cred = { .bv_len = password.n, .bv_val = mem_zero(1, password.n + 1) };
	if (password.n)
		memcpy(cred.bv_val, password.p, password.n);
	int code = ldap_sasl_bind_s(l, dn, LDAP_SASL_SIMPLE, &cred, NULL, NULL, NULL);
	mem_wipe(cred.bv_val, cred.bv_len);
	mem_free(&cred.bv_val);
	return code;
}

int ldap_open(const struct door_way *w, LDAP **out, bool *tls)
{
	AUTO(ld_done) LDAP *l = NULL;
	*tls = false;
	if (ldap_initialize(&l, w->p->url) != LDAP_SUCCESS || !options(l, w))
		return LDAP_PARAM_ERROR;
	int code = w->p->start_tls ? ldap_start_tls_s(l, NULL, NULL) : LDAP_SUCCESS;
	if (code == LDAP_SUCCESS)
		code = bind_as(l, w->p->bind_dn ? w->p->bind_dn : "", str_z(w->p->bind_dn ? w->secret : ""));
	if (code != LDAP_SUCCESS) {
		char *more = NULL;
		(void)ldap_get_option(l, LDAP_OPT_DIAGNOSTIC_MESSAGE, &more);          /* NULL when it has nothing to say */
		*tls = (code == LDAP_SERVER_DOWN || code == LDAP_CONNECT_ERROR) && more && *more;         /* nothing is said where nobody answers at all */
		ldap_memfree(more);
		log_line(LOG_WARN, "directory %.*s: %s", STRF(w->p->name), ldap_err2string(code));
		return code;
	}
	*out = TAKE(l);
	return code;
}

static enum err connect_to(const struct door_way *w, LDAP **out, struct door_said *s)
{
	bool tls;
	return ldap_open(w, out, &tls) == LDAP_SUCCESS ? OK : away(s);
}

/* ---- the person ---- */

static struct str first(struct arena *a, LDAP *l, LDAPMessage *e, const char *attribute, size_t max)
{
	struct berval **v = ldap_get_values_len(l, e, attribute);
	struct str s = STR_NONE;
	if (v && v[0] && v[0]->bv_len > 0 && v[0]->bv_len <= max)
		s = arena_str(a, (struct str){ v[0]->bv_val, v[0]->bv_len });
	if (v)
		ldap_value_free_len(v);
	return s;
}

struct str ldap_lasting(struct arena *a, struct str id)
{
	bool plain = str_utf8(id);
	for (size_t i = 0; i < id.n; i++)
		plain = plain && (unsigned char)id.p[i] > ' ';
	if (plain || id.n == 0)
		return id;
	char *hex = arena_alloc(a, 2 * id.n + 1);
	hex_put(id.p, id.n, hex);
	return str_z(hex);
}

static enum err find(const struct door_way *w, struct arena *a, LDAP *l, struct str user, const char **dn, struct door_said *s)
{
	AUTO(msg_done) LDAPMessage *m = NULL;
	struct timeval wait = { WAIT_S, 0 };
	const struct provider *p = w->p;
	const char *filter = arena_fmt(a, "(&%s(%s=%.*s))", p->filter, p->attribute, STRF(ldap_filter_escape(a, user))).p;
	char id[100], mail[100], *wanted[] = { id, mail, NULL };
	snprintf(id, sizeof id, "%s", p->id_attribute);
	snprintf(mail, sizeof mail, "%s", p->mail_attribute);
	int code = ldap_search_ext_s(l, p->base, LDAP_SCOPE_SUBTREE, filter, wanted, 0, NULL, NULL, &wait, 2, &m);
	if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED)
		return code == LDAP_NO_SUCH_OBJECT ? wrong(s) : away(s);
	LDAPMessage *e = ldap_first_entry(l, m);
	if (!e || ldap_count_entries(l, m) != 1)
		return wrong(s);                         /* nobody, or two: nobody in particular */
	char *name = ldap_get_dn(l, e);
	*dn = name ? arena_z(a, str_z(name)) : NULL;
	ldap_memfree(name);
	struct str got = first(a, l, e, p->mail_attribute, 200);
	s->who = (struct outsider){ .issuer = p->issuer, .user = user, .subject = ldap_lasting(a, first(a, l, e, p->id_attribute, 100)),
		.mail = str_utf8(got) && provider_own_mail(p, got) ? got : STR_NONE };
	return *dn && s->who.subject.n ? OK : wrong(s);
}

enum err ldap_password(struct door_way *w, struct arena *a, struct str user, struct str password, struct door_said *s)
{
	AUTO(ld_done) LDAP *l = NULL;
	const char *dn = NULL;
	user = str_trim(user);
	/* An empty password binds as nobody and succeeds (RFC 4513 5.1.2): never asked. */
	if (user.n == 0 || user.n > USER_MAX || !str_utf8(user) || password.n == 0 || password.n > PASSWORD_LONGEST || memchr(password.p, 0, password.n))
		return wrong(s);
	TRY(connect_to(w, &l, s));
	TRY(find(w, a, l, user, &dn, s));
	int code = bind_as(l, dn, password);
	if (code == LDAP_SUCCESS)
		return OK;
	if (code == LDAP_SERVER_DOWN || code == LDAP_TIMEOUT || code == LDAP_CONNECT_ERROR || code == LDAP_BUSY || code == LDAP_UNAVAILABLE)
		return away(s);
	return wrong(s);
}

enum err ldap_test(struct door_way *w, struct str *says, struct door_said *s)
{
	AUTO(ld_done) LDAP *l = NULL;
	AUTO(msg_done) LDAPMessage *m = NULL;
	struct timeval wait = { WAIT_S, 0 };
	char none[] = LDAP_NO_ATTRS, *wanted[] = { none, NULL };
	TRY(connect_to(w, &l, s));
	int code = ldap_search_ext_s(l, w->p->base, LDAP_SCOPE_SUBTREE, w->p->filter, wanted, 0, NULL, NULL, &wait, 1, &m);
	if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED)
		return away(s);
	*says = ldap_count_entries(l, m) > 0 ? STR("It answers, and people can be found in it.")
	                                     : STR("It answers, but nobody is found under `base` with `filter`.");
	return OK;
}
