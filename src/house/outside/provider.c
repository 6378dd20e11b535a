#include "house/outside/provider.h"

#include "base/mem.h"
#include "house/outside/key.h"
#include "wire/url.h"

static const char *const KEYS[] = { "kind", "label", "tenant", "domain", "client_id", "client_secret_file", "issuer", "alg", "ca_file", "url",
	"start_tls", "base", "bind_dn", "bind_password_file", "attribute", "id_attribute", "mail_attribute", "filter", NULL };

struct reading { struct arena *a; const struct conf *c; const struct conf_block *b; struct diag *d; };

static void wrong(const struct reading *r, const char *sentence)
{
	diag_add(r->d, DIAG_ERROR, r->c->file, r->b->line, "[provider %.*s]: %s", STRF(r->b->id), sentence);
}

static const char *path(const struct reading *r, const char *key)
{
	struct str v = conf_get(r->b, key);
	return v.n ? arena_z(r->a, v) : NULL;
}

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

static bool loopback(const struct url *u)
{
	if (!u->is_addr)
		return str_is(url_host(u), "localhost");
	return addr_is4(u->addr) ? u->addr.b[12] == 127 : addr_same(u->addr, (struct addr){ { [15] = 1 } });
}

bool provider_url_good(struct str url)
{
	struct url u;
	if (url.n == 0 || url.n > JWT_TEXT_MAX || url_read(url, &u) != OK || str_chr(url, '#') >= 0)
		return false;
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] >= 0x7f)
			return false;                    /* goes into a header as it is */
	return str_ieq(u.scheme, STR("https")) || (str_ieq(u.scheme, STR("http")) && loopback(&u));
}

bool provider_own_mail(const struct provider *p, struct str mail)
{
	ptrdiff_t at = str_rchr(mail, '@');
	for (size_t i = 0; at > 0 && i < p->n_domains; i++)
		if (str_ieq(str_from(mail, (size_t)at + 1), p->domains[i]) && str_chr(mail, '@') == at)
			return true;
	return false;
}

static bool name_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= PROVIDER_NAME_MAX;
}

static bool kind_read(struct str s, enum provider_kind *out)
{
	static const char *const words[] = { [PROVIDER_ENTRA] = "entra", [PROVIDER_GOOGLE] = "google", [PROVIDER_OIDC] = "oidc", [PROVIDER_LDAP] = "ldap" };
	for (int k = PROVIDER_ENTRA; k <= PROVIDER_LDAP; k++)
		if (str_is(s, words[k])) {
			*out = (enum provider_kind)k;
			return true;
		}
	return false;
}

static void read_domains(const struct reading *r, struct provider *p)
{
	const struct conf_pair *pair;
	for (size_t at = 0; (pair = conf_each(r->b, "domain", &at));) {
		if (p->n_domains == PROVIDER_DOMAINS_MAX)
			wrong(r, "there may be eight domains at most.");
		else if (pair->value.n == 0 || str_chr(pair->value, '@') >= 0)
			wrong(r, "write the domain without @, such as larkmoor.example.");
		else
			p->domains[p->n_domains++] = lower(r->a, pair->value);
	}
}

static void read_algs(const struct reading *r, struct provider *p)
{
	const struct conf_pair *pair;
	for (size_t at = 0; (pair = conf_each(r->b, "alg", &at));) {
		enum key_alg alg = key_alg_read(pair->value);
		if (alg == KEY_NONE)
			wrong(r, "alg: only RS256 and ES256 are taken.");
		p->algs |= 1u << alg;
	}
	if (p->algs == 0)
		p->algs = 1u << KEY_RS256;
}

static void read_connect(const struct reading *r, struct provider *p)
{
	p->tenant = lower(r->a, conf_get(r->b, "tenant"));
	p->issuer = conf_get(r->b, "issuer");
	p->client_id = conf_get(r->b, "client_id");
	p->secret_file = path(r, "client_secret_file");
	read_algs(r, p);
	if (p->kind == PROVIDER_ENTRA && p->tenant.n != 36)
		wrong(r, "tenant: give the directory's own number, 36 letters with hyphens; never \"common\".");
	if (p->kind == PROVIDER_ENTRA && p->issuer.n == 0)
		p->issuer = arena_fmt(r->a, "https://login.microsoftonline.com/%.*s/v2.0", STRF(p->tenant));
	if (p->kind == PROVIDER_GOOGLE && p->issuer.n == 0)
		p->issuer = STR("https://accounts.google.com");
	if (p->kind == PROVIDER_GOOGLE && p->n_domains == 0)
		wrong(r, "domain: name the school's own Google Workspace domain, or anybody in the world could try.");
	if (!provider_url_good(p->issuer))
		wrong(r, "issuer: give an https address.");
	if (p->client_id.n == 0)
		wrong(r, "client_id is missing.");
}

/* A word of letters, digits and hyphens: an attribute's name. */
static const char *attribute(const struct reading *r, const char *key, const char *otherwise)
{
	struct str v = conf_get(r->b, key);
	for (size_t i = 0; i < v.n; i++)
		if (!ascii_alpha(v.p[i]) && !ascii_digit(v.p[i]) && v.p[i] != '-')
			wrong(r, "the name of an attribute has letters, digits and hyphens only.");
	return v.n ? arena_z(r->a, v) : otherwise;
}

/* Plain LDAP to this machine itself, by number: no name that somebody could answer for. */
static bool ldap_here(struct str url)
{
	struct addr a;
	struct str host = str_from(url, 7);
	ptrdiff_t end = str_chr(host, '/');
	if (end >= 0)
		host = str_upto(host, (size_t)end);
	end = str_chr(host, ':');
	if (end >= 0)
		host = str_upto(host, (size_t)end);
	return str_starts(url, STR("ldap://")) && addr_read(host, &a) == OK && addr_is4(a) && a.b[12] == 127;
}

static void read_directory(const struct reading *r, struct provider *p)
{
	struct str url = conf_get(r->b, "url");
	p->url = arena_z(r->a, url);
	p->base = path(r, "base");
	p->bind_dn = path(r, "bind_dn");
	p->secret_file = path(r, "bind_password_file");
	p->attribute = attribute(r, "attribute", "uid");
	p->id_attribute = attribute(r, "id_attribute", "entryUUID");
	p->mail_attribute = attribute(r, "mail_attribute", "mail");
	p->filter = conf_has(r->b, "filter") ? path(r, "filter") : "(objectClass=person)";
	(void)conf_bool(r->c, r->b, "start_tls", false, r->d, &p->start_tls);      /* what it finds stands in d */
	p->issuer = url;
	if (!p->base)
		wrong(r, "base is missing: where the people stand in the directory.");
	if (!p->filter || p->filter[0] != '(')
		wrong(r, "filter: write it in round brackets.");
	if (p->bind_dn && !p->secret_file)
		wrong(r, "bind_dn needs bind_password_file.");
	if (!str_starts(url, STR("ldaps://")) && !(str_starts(url, STR("ldap://")) && (p->start_tls || ldap_here(url))))
		wrong(r, "url: use ldaps://, or ldap:// with start_tls = yes: passwords do not travel in clear.");
}

static void read_one(const struct reading *r, struct provider *p)
{
	struct str label = conf_get(r->b, "label");
	*p = (struct provider){ .name = r->b->id, .label = label.n ? label : STR("Sign in with your school account"), .ca_file = path(r, "ca_file") };
	if (!name_good(p->name))
		wrong(r, "the name has small letters, digits and hyphens only, at most 30.");
	if (!kind_read(conf_get(r->b, "kind"), &p->kind)) {
		wrong(r, "kind: write entra, google, oidc or ldap.");
		return;
	}
	read_domains(r, p);
	if (p->kind == PROVIDER_LDAP)
		read_directory(r, p);
	else
		read_connect(r, p);
}

enum err providers_read(struct arena *a, const struct conf *c, struct diag *d, struct providers *out)
{
	struct providers all = { .n = 0 };
	size_t errors = d->errors;
	(void)conf_only(c, "provider", KEYS, d);         /* what it finds stands in d */
	for (size_t i = 0; i < c->n; i++) {
		struct reading r = { a, c, &c->blocks[i], d };
		if (!str_is(r.b->kind, "provider"))
			continue;
		if (all.n == PROVIDERS_MAX)
			wrong(&r, "there may be eight at most.");
		else if (providers_find(&all, r.b->id))
			wrong(&r, "there is one of this name already.");
		else
			read_one(&r, &all.list[all.n++]);
	}
	if (d->errors > errors)
		return ERR_INVALID;
	*out = all;
	return OK;
}

const struct provider *providers_find(const struct providers *p, struct str name)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->list[i].name, name))
			return &p->list[i];
	return NULL;
}
