/* provider.h - whom the school lets say who somebody is, from gatehouse.conf:
 *
 *   [provider school]                     the name stands in addresses: a-z, 0-9, "-"
 *   kind = entra                          entra, google, oidc, or ldap
 *   label = Sign in with your school account
 *   tenant = 00000000-0000-0000-0000-000000000000                   (entra)
 *   domain = larkmoor.example             whose mail names are the school's own; may repeat
 *   client_id = ...                       (entra, google, oidc)
 *   client_secret_file = keys/school.secret     0600; absent: a public client
 *   issuer = https://...                  (oidc; else known by kind)
 *   alg = RS256                           or ES256; may repeat
 *   ca_file = ...                         absent: the system's
 *
 *   [provider directory]
 *   kind = ldap
 *   url = ldaps://dc.larkmoor.example     or ldap:// with start_tls = yes
 *   base = ou=people,dc=larkmoor,dc=example
 *   bind_dn, bind_password_file           who searches; absent: anonymous
 *   attribute = uid   id_attribute = entryUUID   mail_attribute = mail
 *   filter = (objectClass=person)         and this must hold too
 *
 * Secrets are not here: only the program gatehouse-outside reads them (door.h). */
#pragma once
#include "base/conf.h"

enum provider_kind { PROVIDER_ENTRA = 1, PROVIDER_GOOGLE, PROVIDER_OIDC, PROVIDER_LDAP };
enum { PROVIDERS_MAX = 8, PROVIDER_DOMAINS_MAX = 8, PROVIDER_NAME_MAX = 30 };

struct provider {
	struct str name, label;
	enum provider_kind kind;
	struct str issuer, tenant, client_id;          /* OpenID Connect */
	unsigned algs;                                 /* 1 << enum key_alg */
	struct str domains[PROVIDER_DOMAINS_MAX];      /* lower case */
	size_t n_domains;
	const char *secret_file, *ca_file;             /* NULL: none; paths as written: under the prefix when relative */
	const char *url, *base, *bind_dn, *attribute, *id_attribute, *mail_attribute, *filter;      /* LDAP */
	bool start_tls;
};
struct providers { struct provider list[PROVIDERS_MAX]; size_t n; };

/* Views of the configuration, which must outlive them, and copies in the arena.  Findings to `d`: then ERR_INVALID. */
enum err providers_read(struct arena *a, const struct conf *c, struct diag *d, struct providers *out);
const struct provider *providers_find(const struct providers *p, struct str name);      /* NULL: none */
/* Whether a mail name (x@domain) is one of the school's own. */
bool provider_own_mail(const struct provider *p, struct str mail);
/* https, or http to this machine itself. */
bool provider_url_good(struct str url);
