/* Everybody in a directory, page by page (RFC 2696), with the groups and OUs that they stand in.  All of it or nothing: an
 * answer that was cut short is never taken for the whole. */
#include <ldap.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/outside/ldap_inner.h"

enum { PAGE = 400, PAGES_MAX = 40, OP_WAIT_S = 15, WHOLE_MS = 60000 };

struct reading {
	struct door_way *w;
	const struct people_rules *r;
	struct people_answer *out;
	struct door_said *s;
	struct arena a;
	LDAP *l;
	int64_t until_ms, now;
	size_t groups;
	struct people_members *members;        /* by folded DN or uid */
	bool over;
};

static void reading_done(struct reading *r)
{
	ld_done(&r->l);
	people_members_free(&r->members);
	arena_done(&r->a);
}

/* ---- trouble, in words that name the mend ---- */

static enum err trouble(struct reading *r, int code, bool tls, const char *where)
{
	static const struct { int code; const char *says; } all[] = {
		{ LDAP_INVALID_CREDENTIALS, "The directory refuses bind_dn with this password. Write the right one into bind_password_file, and start gatehouse-outside again." },
		{ LDAP_INAPPROPRIATE_AUTH, "The directory does not let this bind_dn in with a password. Give it a bind_dn that may search." },
		{ LDAP_STRONG_AUTH_REQUIRED, "The directory asks for an encrypted connection. Use ldaps:// or start_tls = yes." },
		{ LDAP_INSUFFICIENT_ACCESS, "The account in bind_dn may not read this part of the directory. Give it the right to read people and groups." },
		{ LDAP_NO_SUCH_OBJECT, "Nothing stands at the base that is configured, or bind_dn may not see it. Mend `base` or `groups_base`." },
		{ LDAP_INVALID_DN_SYNTAX, "The base, or bind_dn, is not written as a distinguished name, such as ou=people,dc=school,dc=example." },
		{ LDAP_FILTER_ERROR, "The filter cannot be understood. Look at its brackets." },
		{ LDAP_SIZELIMIT_EXCEEDED, "The directory gives only a part of its people to this account. Raise its limit; nothing is taken from a part." },
		{ LDAP_ADMINLIMIT_EXCEEDED, "The directory gives only a part of its people to this account. Raise its limit; nothing is taken from a part." },
		{ LDAP_UNAVAILABLE_CRITICAL_EXTENSION, "The directory does not give its people page by page (RFC 2696). Allow it paged results." },
		{ LDAP_TIMEOUT, "The directory took too long to answer. Nothing was taken." },
		{ LDAP_TIMELIMIT_EXCEEDED, "The directory took too long to answer. Nothing was taken." },
	};
	r->s->away = true;
	r->s->why = "The directory cannot be reached. Look at `url`, the network, and whether the directory runs.";
	if (tls)
		r->s->why = "The directory's certificate is not one that ca_file vouches for, is over, or is for another name. Put the right certificate into ca_file, or mend `url`.";
	for (size_t i = 0; !tls && i < ARRAY_N(all); i++)
		if (all[i].code == code)
			r->s->why = all[i].says;
	log_line(LOG_WARN, "directory %.*s, reading %s: %s", STRF(r->w->p->name), where, ldap_err2string(code));
	return ERR_NET;
}

static enum err too_many(struct reading *r, const char *sentence)
{
	r->s->away = true;
	r->s->why = sentence;
	return ERR_LIMIT;
}

/* ---- values ---- */

static struct str value(struct reading *r, LDAPMessage *e, const char *attribute, size_t max)
{
	struct berval **v = attribute ? ldap_get_values_len(r->l, e, attribute) : NULL;
	struct str s = STR_NONE;
	if (v && v[0] && v[0]->bv_len > 0 && v[0]->bv_len <= max)
		s = arena_str(&r->a, (struct str){ v[0]->bv_val, v[0]->bv_len });
	if (v)
		ldap_value_free_len(v);
	return s;
}

static struct str words(struct reading *r, LDAPMessage *e, const char *attribute, size_t max)
{
	struct str s = str_trim(value(r, e, attribute, max));
	return str_utf8(s) ? s : STR_NONE;
}

static void each(struct reading *r, LDAPMessage *e, const char *attribute, void (*do_one)(struct reading *, void *, struct str), void *ctx)
{
	struct berval **v = attribute ? ldap_get_values_len(r->l, e, attribute) : NULL;
	for (size_t i = 0; v && v[i]; i++)
		do_one(r, ctx, (struct str){ v[i]->bv_val, v[i]->bv_len });
	if (v)
		ldap_value_free_len(v);
}

/* A name of the directory as one text, whatever its case and blanks: for looking up. */
static struct str folded(struct arena *a, struct str dn)
{
	char *p = arena_alloc(a, dn.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < dn.n; i++)
		if (!(dn.p[i] == ' ' && (n == 0 || p[n - 1] == ',')))
			p[n++] = ascii_lower(dn.p[i]);
	return (struct str){ p, n };
}

/* The value of the first piece of a distinguished name, and of every ou above it. */
static void pieces(struct reading *r, struct people_entry *e, struct str text, bool first, bool ous)
{
	LDAPDN dn = NULL;
	const char *z = arena_z(&r->a, text);
	if (text.n > 2000 || ldap_str2dn(z, &dn, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		return;
	for (size_t i = 0; dn && dn[i]; i++)
		for (size_t k = 0; dn[i][k]; k++) {
			const LDAPAVA *ava = dn[i][k];
			bool ou = ous && i > 0 && str_ieq((struct str){ ava->la_attr.bv_val, ava->la_attr.bv_len }, STR("ou"));
			if ((first && i == 0) || ou)
				people_in(e, arena_str(&r->a, (struct str){ ava->la_value.bv_val, ava->la_value.bv_len }));
		}
	ldap_dnfree(dn);
}

/* ---- one person ---- */

static void in_group(struct reading *r, void *e, struct str dn) { pieces(r, e, dn, true, false); }
static void in_word(struct reading *r, void *e, struct str word) { people_in(e, arena_str(&r->a, word)); }

/* The marks of Active Directory (ADS_UF_ACCOUNTDISABLE), of 389 and of others that an account is closed. */
static bool is_off(struct reading *r, LDAPMessage *e)
{
	int64_t control = 0;
	struct str flags = words(r, e, "userAccountControl", 20), status = words(r, e, "accountStatus", 20), lock = words(r, e, "nsAccountLock", 10);
	if (flags.n && str_i64(flags, &control) != OK)
		control = 0;
	return (control & 2) || str_ieq(status, STR("inactive")) || str_ieq(status, STR("disabled")) || str_ieq(status, STR("closed")) || str_ieq(lock, STR("true"));
}

static struct str name_of(struct reading *r, LDAPMessage *e)
{
	struct str given = words(r, e, "givenName", 100), family = words(r, e, "sn", 100), shown = words(r, e, "displayName", PERSON_NAME_MAX);
	if (given.n && family.n)
		return arena_fmt(&r->a, "%.*s %.*s", STRF(given), STRF(family));
	return shown.n ? shown : words(r, e, "cn", PERSON_NAME_MAX);
}

static enum err person(struct reading *r, LDAPMessage *e)
{
	const struct provider *p = r->w->p;
	struct str mail = words(r, e, p->mail_attribute, 200), uid = words(r, e, p->attribute, 100);
	struct people_entry x = { .key = ldap_lasting(&r->a, value(r, e, p->id_attribute, 100)), .name = name_of(r, e), .mail = mail,
		.ref = words(r, e, r->r->reference_attribute, 64), .username = words(r, e, r->r->username_attribute, USERNAME_MAX), .off = is_off(r, e) };
	char *dn = ldap_get_dn(r->l, e);
	struct str where = arena_str(&r->a, str_z(dn ? dn : ""));
	ldap_memfree(dn);
	pieces(r, &x, where, false, true);
	each(r, e, "memberOf", in_group, &x);
	each(r, e, r->r->sort_attribute, in_word, &x);
	people_members_into(r->members, folded(&r->a, where), &x);
	people_members_into(r->members, folded(&r->a, uid), &x);
	return people_answer_add(r->out, &x, r->now) == OK ? OK : too_many(r, "There are more than 3,000 people at this base. Write a narrower `base` or `filter` into [people].");
}

/* ---- one group ---- */

static void member(struct reading *r, void *group, struct str who)
{
	if (who.n && who.n <= 2000 && people_members_add(r->members, folded(&r->a, who), *(struct str *)group) != OK)
		r->over = true;
}

static enum err group(struct reading *r, LDAPMessage *e)
{
	static const char *const lists[] = { "member", "uniqueMember", "memberUid" };
	struct str name = words(r, e, "cn", PEOPLE_TEXT_MAX);
	if (++r->groups > PEOPLE_GROUPS_MAX)
		return too_many(r, "There are more than 1,000 groups at groups_base. Write a narrower one into [people].");
	for (size_t i = 0; people_named(r->r, name) && i < ARRAY_N(lists); i++)
		each(r, e, lists[i], member, &name);
	return !r->over ? OK : too_many(r, "The groups have more than 100,000 members. Write a narrower groups_base into [people].");
}

/* ---- page by page ---- */

static enum err one_page(struct reading *r, const char *base, const char *filter, char **wanted, struct berval *cookie, LDAPMessage **out)
{
	AUTO(msg_done) LDAPMessage *m = NULL;
	struct timeval wait = { OP_WAIT_S, 0 };
	LDAPControl *page = NULL, *controls[2] = { NULL, NULL }, **back = NULL;
	ber_int_t estimate = 0;
	int said = LDAP_SUCCESS;
	if (ldap_create_page_control(r->l, PAGE, cookie, 1, &page) != LDAP_SUCCESS)
		return trouble(r, LDAP_NO_MEMORY, false, base);
	controls[0] = page;
	int code = ldap_search_ext_s(r->l, base, LDAP_SCOPE_SUBTREE, filter, wanted, 0, controls, NULL, &wait, LDAP_NO_LIMIT, &m);
	ldap_control_free(page);
	if (code == LDAP_SUCCESS)
		code = ldap_parse_result(r->l, m, &said, NULL, NULL, NULL, &back, 0);
	ber_memfree(cookie->bv_val);
	*cookie = (struct berval){ 0, NULL };
	LDAPControl *answer = back ? ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, back, NULL) : NULL;
	if (code == LDAP_SUCCESS && said == LDAP_SUCCESS && answer)
		code = ldap_parse_pageresponse_control(r->l, answer, &estimate, cookie);
	ldap_controls_free(back);
	if (code != LDAP_SUCCESS || said != LDAP_SUCCESS)
		return trouble(r, code != LDAP_SUCCESS ? code : said, false, filter);
	*out = TAKE(m);
	return OK;
}

static enum err entries(struct reading *r, LDAPMessage *m, enum err (*take)(struct reading *, LDAPMessage *))
{
	for (LDAPMessage *e = ldap_first_entry(r->l, m); e; e = ldap_next_entry(r->l, e))
		TRY(take(r, e));
	return OK;
}

static void cookie_done(struct berval *c) { ber_memfree(c->bv_val); }

static enum err walk(struct reading *r, const char *base, const char *filter, char **wanted, enum err (*take)(struct reading *, LDAPMessage *))
{
	AUTO(cookie_done) struct berval cookie = { 0, NULL };
	for (int i = 0; i < PAGES_MAX; i++) {
		AUTO(msg_done) LDAPMessage *m = NULL;
		if (clock_mono_ms() > r->until_ms)
			return trouble(r, LDAP_TIMEOUT, false, base);
		TRY(one_page(r, base, filter, wanted, &cookie, &m));
		TRY(entries(r, m, take));
		if (cookie.bv_len == 0)
			return OK;
	}
	return too_many(r, "The directory gave more pages than any school needs. Write a narrower `base` or `filter` into [people].");
}

static enum err connect_to(struct reading *r)
{
	bool tls;
	int code = ldap_open(r->w, &r->l, &tls), none = LDAP_NO_LIMIT;
	struct timeval wait = { OP_WAIT_S, 0 };
	if (code != LDAP_SUCCESS)
		return trouble(r, code, tls, "nothing yet");
	(void)ldap_set_option(r->l, LDAP_OPT_SIZELIMIT, &none);       /* what it does not take is asked for in each search too */
	(void)ldap_set_option(r->l, LDAP_OPT_TIMEOUT, &wait);
	return OK;
}

static enum err everybody(struct reading *r)
{
	const struct provider *p = r->w->p;
	char *of_groups[] = { (char[]){ "cn" }, (char[]){ "member" }, (char[]){ "uniqueMember" }, (char[]){ "memberUid" }, NULL };
	char *of_people[16] = { (char[]){ "givenName" }, (char[]){ "sn" }, (char[]){ "displayName" }, (char[]){ "cn" }, (char[]){ "userAccountControl" },
		(char[]){ "accountStatus" }, (char[]){ "nsAccountLock" }, (char[]){ "memberOf" } };
	const char *more[] = { p->id_attribute, p->mail_attribute, p->attribute, r->r->sort_attribute, r->r->reference_attribute, r->r->username_attribute };
	const char *filter = r->r->ad ? arena_fmt(&r->a, "(&%s(objectClass=user)(!(objectClass=computer)))", r->r->filter).p : r->r->filter;
	size_t n = 8;
	for (size_t i = 0; i < ARRAY_N(more); i++)
		if (more[i])
			of_people[n++] = (char *)(uintptr_t)arena_z(&r->a, str_z(more[i]));          /* libldap asks for char *, and writes nothing */
	TRY(connect_to(r));
	if (!r->r->ad)                   /* Active Directory cuts long lists of members, and says memberOf instead */
		TRY(walk(r, r->r->groups_base, "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))", of_groups, group));
	return walk(r, r->r->base, filter, of_people, person);
}

enum err ldap_people(struct door_way *w, const struct people_rules *rules, struct people_answer *out, size_t *groups, struct door_said *s)
{
	AUTO(reading_done) struct reading r = { .w = w, .r = rules, .out = out, .s = s, .a = arena_init(), .until_ms = clock_mono_ms() + WHOLE_MS, .now = clock_utc(), .members = people_members_new() };
	TRY(everybody(&r));
	*groups = r.groups;
	return OK;
}
