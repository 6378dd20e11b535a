/* HTTPS inspection for people: the certificate on devices, what is never looked into, the authority's next step. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/people.h"
#include "house/ca/school_ca.h"
#include "house/cli/cli.h"
#include "house/page/duty.h"
#include "house/page/filter_form.h"
#include "house/page/policy_here.h"
#include "house/page/qr.h"
#include "house/page/routes.h"
#include "house/store/audit.h"
#include "io/file.h"
#include "io/settings.h"
#include "policy/read/tables.h"

enum { SOCKET_MAX = 200, WHY_MAX = 300, STEPS = 3, DAY_S = 86400 };

static enum err socket_path(const struct page_ctx *c, char out[SOCKET_MAX])
{
	return c->web->settings ? path_join(out, SOCKET_MAX, c->web->settings->prefix, "run/signer.sock") : ERR_NET;
}

static enum err authority(const struct page_ctx *c, struct school_ca *out)
{
	char path[SOCKET_MAX];
	TRY(socket_path(c, path));
	return school_ca_show(path, out);
}

/* ---- on devices: anybody may read how, and the certificate is no secret */

static const struct os { const char *name, *file; enum text_key title, get, step[STEPS]; } systems[] = {
#define OS_(name, file) { #name, file, TEXT_certificate_##name, TEXT_certificate_##name##_get, \
	{ TEXT_certificate_##name##_1, TEXT_certificate_##name##_2, TEXT_certificate_##name##_3 } }
	OS_(windows, "school.crt"), OS_(macos, "school.mobileconfig"), OS_(ipad, "school.mobileconfig"), OS_(chromeos, "school.crt"),
	OS_(android, "school.crt"), OS_(linux, "school.pem"),
#undef OS_
};

enum err certificate_show(struct page_ctx *c)
{
	AUTO(school_ca_done) struct school_ca s = school_ca_init();
	char print[SCHOOL_CA_PRINT + 1] = "";
	struct view_certificate_rows rows[ARRAY_N(systems)];
	const struct ca_one *newest = authority(c, &s) == OK ? school_ca_newest(&s.list) : NULL;
	if (newest)
		school_ca_print(newest, print);
	for (size_t i = 0; i < ARRAY_N(systems); i++)
		rows[i] = (struct view_certificate_rows){ .name = str_z(systems[i].name), .title = page_text(systems[i].title) };
	return page_show(c, certificate, "The school's certificate", .none = !newest, .many = newest && newest->state == CA_NEXT,
		.print = arena_str(c->arena, str_z(print)), .rows = rows, .n_rows = ARRAY_N(rows));
}

/* A name below the gate's that the gate answers inside TLS by itself: only with the certificate does it open without a warning. */
static struct str check_page(const struct page_ctx *c)
{
	const char *gate = c->web->settings ? c->web->settings->gate_name : "gatehouse.home.arpa";
	return arena_fmt(c->arena, "https://check.%s/", gate);
}

enum err certificate_os_show(struct page_ctx *c)
{
	const struct os *os = NULL;
	for (size_t i = 0; i < ARRAY_N(systems); i++)
		if (str_is(page_param(c, "os"), systems[i].name))
			os = &systems[i];
	if (!os)
		return ERR_ABSENT;
	struct str steps[STEPS];
	struct qr q = { 0 };
	struct str page = arena_fmt(c->arena, "%s/certificate/%s", c->web->public_url ? c->web->public_url : "", os->name);
	for (size_t i = 0; i < STEPS; i++)
		steps[i] = page_text(os->step[i]);
	if (c->web->public_url)
		TRY(qr_make(c->arena, page, &q));
	return page_show(c, certificate_os, arena_z(c->arena, page_text(os->title)), .title = page_text(os->title), .steps = steps, .n_steps = STEPS,
		.href = arena_fmt(c->arena, "/certificate/file/%s", os->file), .label = page_text(os->get), .check = check_page(c), .page = page,
		.path = q.path, .side = q.side);
}

static void put_xml(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("<>&\"'", s.p[i]))
			buf_fmt(b, "&#%d;", s.p[i]);
		else
			buf_byte(b, s.p[i]);
}

/* The same for the same certificate, so that installing twice is updating. */
static struct str uuid(struct page_ctx *c, struct str of, const char *salt)
{
	uint8_t d[SHA256_BYTES];
	char x[SHA256_BYTES * 2 + 1];
	hash_sha256v((struct str[]){ str_z(salt), of }, 2, d);
	hex_put(d, 16, x);
	return arena_fmt(c->arena, "%.8s-%.4s-4%.3s-8%.3s-%.12s", x, x + 8, x + 13, x + 17, x + 20);
}

/* An Apple configuration profile with one payload, the root (Apple's Configuration Profile Reference, com.apple.security.root). */
static void put_profile(struct page_ctx *c, const struct ca_one *ca, struct buf *b)
{
	AUTO(buf_done) struct buf pem = buf_init(CA_DER_MAX * 2), name = buf_init(1000);
	school_ca_pem(ca, &pem);
	struct str body = str_from(buf_str(&pem), sizeof "-----BEGIN CERTIFICATE-----");
	body.n -= sizeof "-----END CERTIFICATE-----";
	put_xml(&name, str_z(c->web->school_name));
	buf_fmt(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
		"<plist version=\"1.0\"><dict>\n<key>PayloadContent</key><array><dict>\n<key>PayloadCertificateFileName</key><string>school.crt</string>\n"
		"<key>PayloadContent</key><data>\n%.*s</data>\n<key>PayloadDisplayName</key><string>%.*s filter</string>\n"
		"<key>PayloadIdentifier</key><string>gatehouse.root.%.*s</string>\n<key>PayloadType</key><string>com.apple.security.root</string>\n"
		"<key>PayloadUUID</key><string>%.*s</string>\n<key>PayloadVersion</key><integer>1</integer>\n</dict></array>\n",
		STRF(body), STRF(buf_str(&name)), STRF(uuid(c, ca->der, "root")), STRF(uuid(c, ca->der, "root")));
	buf_fmt(b, "<key>PayloadDisplayName</key><string>%.*s: certificate of the filter</string>\n<key>PayloadIdentifier</key><string>gatehouse.profile.%.*s</string>\n"
		"<key>PayloadType</key><string>Configuration</string>\n<key>PayloadUUID</key><string>%.*s</string>\n<key>PayloadVersion</key><integer>1</integer>\n</dict></plist>\n",
		STRF(buf_str(&name)), STRF(uuid(c, ca->der, "profile")), STRF(uuid(c, ca->der, "profile")));
}

enum err certificate_file_show(struct page_ctx *c)
{
	AUTO(school_ca_done) struct school_ca s = school_ca_init();
	struct str what = page_param(c, "what");
	if (!str_is(what, "school.crt") && !str_is(what, "school.pem") && !str_is(what, "school.mobileconfig"))
		return ERR_ABSENT;
	TRY(authority(c, &s));
	const struct ca_one *ca = school_ca_newest(&s.list);
	if (!ca)
		return ERR_ABSENT;
	if (str_is(what, "school.crt")) {
		c->reply.type = STR("application/x-x509-ca-cert");
		buf_add(&c->reply.body, ca->der);
	} else if (str_is(what, "school.pem")) {
		c->reply.type = STR("application/x-pem-file");
		school_ca_pem(ca, &c->reply.body);
	} else {
		c->reply.type = STR("application/x-apple-aspen-config");
		put_profile(c, ca, &c->reply.body);
	}
	c->reply.status = 200;
	c->reply.filename = arena_str(c->arena, what);
	return OK;
}

/* ---- what is never looked into: for everybody who works here */

static struct str scope_words(struct page_ctx *c, const struct policy *p, const struct rule *r)
{
	return r->scope == SCOPE_GROUP ? arena_str(c->arena, filter_group_title(policy_group_name(p, (uint32_t)r->who))) : STR("Everybody");
}

/* Rules of one block follow each other; they are one row. */
static size_t private_rows(struct page_ctx *c, const struct policy *p, struct view_inspection_rows *rows)
{
	size_t n = 0;
	for (size_t i = 0; i < p->rules.n; i++) {
		const struct rule *r = &p->rules.v[i];
		if (r->kind != RULE_PRIVATE)
			continue;
		if (n && str_eq(rows[n - 1].name, r->name)) {
			rows[n - 1].hosts = arena_fmt(c->arena, "%.*s, %.*s", STRF(rows[n - 1].hosts), STRF(r->host));
			continue;
		}
		rows[n++] = (struct view_inspection_rows){ .name = arena_str(c->arena, r->name), .why = arena_str(c->arena, r->reason),
			.who = scope_words(c, p, r), .hosts = arena_str(c->arena, r->host) };
	}
	return n;
}

static size_t kind_rows(struct page_ctx *c, const struct policy *p, struct view_inspection_kinds *kinds)
{
	size_t n = 0;
	for (uint16_t k = 0; k < p->catalog.categories_n && k < GROUP_CATEGORIES_MAX; k++) {
		struct str who = STR_NONE;
		size_t all = 0;
		for (size_t g = 0; g < p->groups.n; g++) {
			if (!group_bit(p->groups.v[g].unread, k))
				continue;
			all++;
			who = arena_fmt(c->arena, "%.*s%s%.*s", STRF(who), who.n ? ", " : "", STRF(p->groups.v[g].title));
		}
		if (all)
			kinds[n++] = (struct view_inspection_kinds){ .name = arena_str(c->arena, policy_category_name(p, k)), .groups = all == p->groups.n ? STR("everybody") : who };
	}
	return n;
}

static struct str authority_words(struct page_ctx *c)
{
	AUTO(school_ca_done) struct school_ca s = school_ca_init();
	enum err e = authority(c, &s);
	const struct ca_one *used = NULL;
	for (size_t i = 0; e == OK && i < s.list.n; i++)
		if (s.list.v[i].state == CA_USED)
			used = &s.list.v[i];
	if (e != OK)
		return STR("Whether there is a certificate authority cannot be said now: the signer does not run.");
	if (!used)
		return STR("There is no certificate authority: nobody's pages are looked into, and everything kept is a limited view (names of sites only).");
	return arena_fmt(c->arena, "Pages are looked into with a certificate authority that lasts until %.*s.", STRF(time_date_words(c->arena, used->until_utc)));
}

enum err inspection_show(struct page_ctx *c)
{
	AUTO(policy_free) struct policy *p = NULL;
	if (!duty_works_here(c))
		return ERR_FORBIDDEN;
	enum err e = page_policy(c, &p);
	if (e != OK && e != ERR_ABSENT)
		return e;
	size_t most = p ? p->rules.n : 0, n_groups = p ? p->groups.n : 0, n_kinds = p ? p->catalog.categories_n : 0;
	struct view_inspection_rows *rows = arena_array(c->arena, struct view_inspection_rows, most + 1);
	struct view_inspection_groups *groups = arena_array(c->arena, struct view_inspection_groups, n_groups + 1);
	struct view_inspection_kinds *kinds = arena_array(c->arena, struct view_inspection_kinds, n_kinds + 1);
	for (size_t i = 0; i < n_groups; i++)
		groups[i] = (struct view_inspection_groups){ arena_str(c->arena, p->groups.v[i].title), p->groups.v[i].flags & GROUP_INSPECT };
	return page_show(c, inspection, "What the filter does not look into", .none = !p, .ca = authority_words(c),
		.may = page_may(c, CAP_SCHOOL, ACCESS_READ), .groups = groups, .n_groups = n_groups, .rows = rows, .n_rows = p ? private_rows(c, p, rows) : 0,
		.kinds = kinds, .n_kinds = p ? kind_rows(c, p, kinds) : 0);
}

/* ---- the authority: leadership agrees, then a technician takes one step */

static bool leads(const struct page_ctx *c)
{
	return page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP) || page_has_role(c, ROLE_CHAIR);
}

static bool takes_steps(const struct page_ctx *c)
{
	return page_has_role(c, ROLE_TECHNICIAN) || page_has_role(c, ROLE_ADMIN);
}

static const struct audit_about CA_ABOUT = { "ca", 0 };

/* The agreement that no step has used up yet; person 0: none. */
static enum err agreement_waits(struct page_ctx *c, struct audit_record *out)
{
	struct audit_record *v;
	size_t n;
	*out = (struct audit_record){ 0 };
	TRY(audit_of(c->db, c->arena, c->school, CA_ABOUT, &v, &n));
	if (n && str_is(v[n - 1].what, "ca.agreed"))
		*out = v[n - 1];
	return OK;
}

static bool any(const struct ca_list *l, enum ca_state s)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].state == s)
			return true;
	return false;
}

static const char *next_words(const struct ca_list *l)
{
	if (!l->n)
		return "Make the certificate authority. Then install its certificate on the school's devices, and say in the rules which groups are looked into.";
	if (any(l, CA_OLD))
		return "The next one signs. When no device needs the old one any more, destroy its key.";
	if (any(l, CA_NEXT))
		return "Install the waiting certificate on every device. When all have it, sign with it.";
	return "Nothing is due. Some months before it runs out, make the next one and give it to the devices while this one still signs.";
}

static struct view_inspection_authority_rows *ca_rows(struct page_ctx *c, const struct ca_list *l)
{
	struct view_inspection_authority_rows *rows = arena_array(c->arena, struct view_inspection_authority_rows, CA_MAX + 1);
	for (size_t i = 0; i < l->n; i++) {
		char *print = arena_alloc(c->arena, SCHOOL_CA_PRINT + 1);
		school_ca_print(&l->v[i], print);
		rows[i] = (struct view_inspection_authority_rows){ .state = str_z(school_ca_words(l->v[i].state)), .made = time_date_words(c->arena, l->v[i].made_utc),
			.until = time_date_words(c->arena, l->v[i].until_utc), .soon = l->v[i].until_utc - clock_utc() < SCHOOL_CA_WARN_DAYS * DAY_S, .print = str_z(print) };
	}
	return rows;
}

enum err inspection_authority_show(struct page_ctx *c)
{
	AUTO(school_ca_done) struct school_ca s = school_ca_init();
	struct audit_record agreed;
	enum err e = authority(c, &s);
	TRY(agreement_waits(c, &agreed));
	const struct ca_list *l = &s.list;
	bool old = any(l, CA_OLD), next = any(l, CA_NEXT);
	struct str who = agreed.person ? arena_fmt(c->arena, "%.*s agreed on %.*s: %.*s", STRF(person_name(c->db, c->arena, c->school, agreed.person)),
		STRF(time_words(c->arena, agreed.at_utc)), STRF(agreed.why)) : STR_NONE;
	return page_show(c, inspection_authority, "The certificate authority", .errors = page_errors(c), .down = e != OK, .next = str_z(next_words(l)),
		.agreed = who, .agree = leads(c) && !agreed.person, .wait = takes_steps(c) && !agreed.person, .act = takes_steps(c) && agreed.person && agreed.person != c->session->person,
		.make = !l->n, .again = l->n == 1, .turn = next && !old, .retire = l->n > 0, .last = l->n == 1, .wrong = page_wrong_text(c, "why"),
		.typed = page_field(c, "why"), .rows = ca_rows(c, l), .n_rows = l->n);
}

enum err inspection_agree_do(struct page_ctx *c)
{
	struct audit_record agreed;
	if (!leads(c))
		return ERR_FORBIDDEN;
	struct str why = page_need(c, "why", WHY_MAX, "Say in a few words why you agree.");
	if (page_is_wrong(c))
		return inspection_authority_show(c);
	TRY(agreement_waits(c, &agreed));
	if (!agreed.person) {
		struct act act = page_act(c, arena_z(c->arena, why));
		TRY(audit_add(c->db, &act, "ca.agreed", CA_ABOUT, NULL));
	}
	page_flash(c, FLASH_DONE, "Your agreement is kept. A technician can take the next step now.");
	return page_redirect(c, "/inspection/authority");
}

static enum err take(struct page_ctx *c, struct str verb, const char *socket, const struct act *act, struct school_ca *s)
{
	if (str_is(verb, "switch"))
		return school_ca_switch(c->db, act, socket, s);
	if (str_is(verb, "retire"))
		return school_ca_retire(c->db, act, socket, s);
	return school_ca_make(c->db, act, socket, str_z(c->web->school_name), SCHOOL_CA_YEARS, arena_fmt(c->arena, "%s/policy/base/20-help.conf", cli_data()).p, s);
}

enum err inspection_step_do(struct page_ctx *c)
{
	AUTO(school_ca_done) struct school_ca s = school_ca_init();
	struct audit_record agreed;
	struct str verb = page_param(c, "verb");
	char path[SOCKET_MAX];
	if (!str_is(verb, "make") && !str_is(verb, "switch") && !str_is(verb, "retire"))
		return ERR_ABSENT;
	TRY(agreement_waits(c, &agreed));
	if (!takes_steps(c) || !agreed.person || agreed.person == c->session->person)
		return ERR_FORBIDDEN;
	TRY(socket_path(c, path));
	struct act act = page_act(c, arena_z(c->arena, arena_fmt(c->arena, "agreed by leadership: %.*s", STRF(agreed.why))));
	enum err e = take(c, verb, path, &act, &s);
	if (e == ERR_STATE || e == ERR_NET)
		page_flash(c, FLASH_WARNING, e == ERR_NET ? "The signer does not run: nothing was changed." : "Not at this stage: nothing was changed.");
	else
		TRY(e);
	if (e == OK)
		page_flash(c, FLASH_DONE, "Done, and kept in the audit.");
	return page_redirect(c, "/inspection/authority");
}
