#include "house/filter/upstream.h"

#include "base/mem.h"
#include "house/filter/trial_ask.h"
#include "wire/addr.h"
#include "wire/dns_msg.h"
#include "wire/url.h"

enum { HTTP_PORT = 80, HTTPS_PORT = 443, SAYS_MAX = 1900, SERVER_TROUBLE = 500 };

static const char REG[] = "upstream-test";

/* ---- the names ---- */

static bool is_scheme(struct str s) { return str_ieq(s, STR("http")) || str_ieq(s, STR("https")); }

/* A name's sign is an address or "nxdomain"; a page's sign is words. */
static bool sign_fits(bool page, struct str sign)
{
	struct addr at;
	return page ? sign.n >= UPSTREAM_SIGN_LEAST : str_ieq(sign, STR("nxdomain")) || addr_read(sign, &at) == OK;
}

enum err upstream_read(struct arena *a, struct str address, struct str sign, struct upstream_name *out)
{
	struct url u;
	address = str_trim(address);
	sign = str_trim(sign);
	if (url_read(address, &u) != OK || u.is_addr || (u.scheme.n && !is_scheme(u.scheme)) || (!u.scheme.n && (u.path.n || u.port)))
		return ERR_SYNTAX;
	if (!sign_fits(u.scheme.n > 0, sign))
		return ERR_SYNTAX;
	*out = (struct upstream_name){ .address = address, .host = arena_str(a, url_host(&u)), .sign = sign, .page = u.scheme.n > 0,
		.port = u.port ? u.port : str_ieq(u.scheme, STR("https")) ? HTTPS_PORT : HTTP_PORT };
	return OK;
}

enum err upstream_names(struct store *st, struct arena *a, int64_t school, struct upstream_name **out, size_t *n)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_page page;
	*out = arena_array(a, struct upstream_name, UPSTREAM_NAMES_MAX);
	*n = 0;
	if (!registers_find(st->registers, str_z(REG)))
		return OK;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = REG, .states = { "used" }, .limit = UPSTREAM_NAMES_MAX }, &page));
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		struct upstream_name *x = &(*out)[*n];
		if (upstream_read(a, entry_value(e, "address"), entry_value(e, "sign"), x) != OK)
			continue;
		x->list = entry_value(e, "list");
		(*n)++;
	}
	return OK;
}

struct str upstream_lacks(const struct upstream_name *v, size_t n)
{
	bool images = false, terror = false;
	for (size_t i = 0; i < n; i++) {
		images |= !str_is(v[i].list, "terror");
		terror |= !str_is(v[i].list, "images");
	}
	if (!n || (images && terror))
		return STR_NONE;
	return images ? STR("the police's list of terrorist content") : STR("the list of pictures of child abuse");
}

/* ---- what came ---- */

static bool nowhere(const struct addr *at)
{
	static const uint8_t none[16], none4[16] = { [10] = 0xff, [11] = 0xff };
	return memcmp(at->b, none, 16) == 0 || memcmp(at->b, none4, 16) == 0;
}

static bool address_of(const struct dns_rr *r, struct addr *out)
{
	if (r->type == DNS_A && r->data.n == 4)
		*out = addr_of4((const uint8_t *)r->data.p);
	else if (r->type == DNS_AAAA && r->data.n == 16)
		memcpy(out->b, r->data.p, 16);
	else
		return false;
	return true;
}

/* Every address must be the agreed one: one that leads on to the site is enough to reach it. */
static enum trial_got addresses(const struct dns_msg *m, struct str sign)
{
	struct addr agreed = { { 0 } }, at;
	bool has = addr_read(sign, &agreed) == OK;
	size_t n = 0;
	for (size_t i = 0; i < m->n[DNS_ANSWER]; i++) {
		if (!address_of(&m->rr[i], &at))
			continue;
		n++;
		if (!nowhere(&at) && !(has && memcmp(at.b, agreed.b, 16) == 0))
			return TRIAL_OPEN;
	}
	return n ? TRIAL_REFUSED : TRIAL_SILENT;
}

static enum trial_got meaning(const struct dns_msg *m, struct str sign)
{
	if (trial_says_refused(m->options))
		return TRIAL_REFUSED;
	if (dns_msg_rcode(m) == DNS_NXDOMAIN)
		return str_ieq(sign, STR("nxdomain")) ? TRIAL_REFUSED : TRIAL_SILENT;
	return dns_msg_rcode(m) == DNS_NOERROR ? addresses(m, sign) : TRIAL_SILENT;
}

enum trial_got upstream_answer(struct str bytes, uint16_t id, struct str sign)
{
	struct dns_msg *m = mem_new(struct dns_msg);
	enum trial_got got = TRIAL_SILENT;
	if (dns_msg_read(bytes, m) == OK && m->id == id && m->flags & DNS_QR)
		got = meaning(m, sign);
	mem_free(&m);
	return got;
}

static bool says(struct str text, struct str sign)
{
	for (size_t i = 0; i + sign.n <= text.n; i++)
		if (ascii_lower(text.p[i]) == ascii_lower(sign.p[0]) && str_ieq(str_upto(str_from(text, i), sign.n), sign))
			return true;
	return false;
}

/* A server in trouble shows nothing; neither does a page that was not read to its end and has not said it yet. */
enum trial_got upstream_page(struct str head_and_body, long status, struct str sign)
{
	if (!status)
		return TRIAL_SILENT;
	if (sign.n >= UPSTREAM_SIGN_LEAST && says(head_and_body, sign))
		return TRIAL_REFUSED;
	return status >= SERVER_TROUBLE || head_and_body.n >= UPSTREAM_PAGE_MAX ? TRIAL_SILENT : TRIAL_OPEN;
}

void upstream_ask_all(struct arena *a, const struct upstream_name *v, size_t n, enum trial_got (*ask)(void *ctx, const struct upstream_name *name), void *ctx, struct sealed_sum *out)
{
	*out = (struct sealed_sum){ .asked = n, .says = STR_NONE };
	for (size_t i = 0; i < n; i++) {
		enum trial_got got = ask(ctx, &v[i]);
		out->refused += got == TRIAL_REFUSED;
		out->open += got == TRIAL_OPEN;
		if (got != TRIAL_REFUSED)
			out->says = arena_fmt(a, "%.*s%.*s: %s\n", STRF(str_upto(out->says, SAYS_MAX)), STRF(str_upto(v[i].address, 200)), got == TRIAL_OPEN ? "let through" : "nothing showed that it is refused");
	}
}
