#include "io/settings.h"

#include "base/mem.h"
#include "io/file.h"

enum setting_type { T_TEXT, T_PATH, T_DATABASE, T_NUMBER, T_BYTES, T_LISTEN, T_ADDRESS, T_SANDBOX, T_CHOICE };

struct setting {
	const char *block, *key;
	enum setting_type type;
	size_t at;                    /* offset in struct settings */
	size_t also;                  /* T_LISTEN: offset of the count; T_ADDRESS: of the flag; T_NUMBER: bytes of the field */
	int64_t min, max;             /* T_NUMBER, T_BYTES; T_LISTEN: max is the port when none is given */
	const char *otherwise;        /* the default, as it would stand in the file; "" for none */
	const char *help;             /* one sentence */
};

#define AT(field) offsetof(struct settings, field)
#define TEXT(b, k, otherwise, help) { b, #k, T_TEXT, AT(k), 0, 0, 0, otherwise, help }
#define PATH(b, k, otherwise, help) { b, #k, T_PATH, AT(k), 0, 0, 0, otherwise, help }
#define NUMBER(b, k, lo, hi, otherwise, help) { b, #k, T_NUMBER, AT(k), sizeof(((struct settings *)0)->k), lo, hi, otherwise, help }
#define LISTEN(b, k, port, otherwise, help) { b, #k, T_LISTEN, AT(k), AT(k##s), 0, port, otherwise, help }

static const struct setting table[] = {
	TEXT("gate", gate_name, "gatehouse.home.arpa", "The gate's own name: block page, \"tell someone\", captive portal."),
	LISTEN("gate", dns_listen, 53, "[::]:53", "Where DNS is answered, UDP and TCP; up to 8 addresses. [::] answers IPv4 too."),
	LISTEN("gate", proxy_listen, 3128, "[::]:3128", "Where the proxy listens."),
	LISTEN("gate", page_listen, 80, "[::]:80", "Where the gate's own pages are served, plain HTTP."),
	LISTEN("gate", tls_proxy_listen, 3129, "", "Where the proxy listens with TLS, for devices with a token of their own; needs tls_cert and tls_key."),
	LISTEN("gate", intercept_http_listen, 3130, "", "Where plain HTTP arrives that the router turns to the gate (ways-in.md)."),
	LISTEN("gate", intercept_tls_listen, 3131, "", "Where TLS arrives that the router turns to the gate: judged by the name in its hello."),
	LISTEN("gate", away_listen, 80, "", "Where the school's devices at home find why a page is closed, plain HTTP: reached from the internet, shows one page and nothing else."),
	LISTEN("gate", away_tls_listen, 443, "", "The same inside HTTPS, under the school's certificate authority."),
	LISTEN("gate", dot_listen, 853, "", "Where DNS over TLS is answered; needs tls_cert and tls_key."),
	LISTEN("gate", doh_listen, 443, "", "Where DNS over HTTPS is answered; needs tls_cert and tls_key."),
	TEXT("gate", dns_name, "", "Name of the encrypted name service, such as dns.school.example; a device's own is TOKEN.dns.school.example."),
	PATH("gate", tls_cert, "", "Certificate chain for tls_proxy_listen, dot_listen and doh_listen, PEM."),
	PATH("gate", tls_key, "", "Its private key, PEM."),
	TEXT("gate", device_certificates, "proxy dot", "Doors with TLS where a device may show its own certificate, once the school has made one: proxy, dot, doh; or no. Some browsers give up a DoH server that asks."),
	LISTEN("gate", upstream, 53, "127.0.0.1:5335", "Resolvers that the gate asks, in order of preference."),
	NUMBER("gate", dns_workers, 0, WORKERS_SETTING_MAX, "0", "DNS worker processes; 0: one a processor."),
	NUMBER("gate", proxy_workers, 0, WORKERS_SETTING_MAX, "0", "Proxy worker processes; 0: one a processor."),
	{ "gate", "block_address4", T_ADDRESS, AT(block_address4), AT(has_block4), 4, 0, "",
	  "IPv4 address that a refused name points to: that of page_listen as the school sees it. Without it the answer is empty." },
	{ "gate", "block_address6", T_ADDRESS, AT(block_address6), AT(has_block6), 6, 0, "", "The same for IPv6." },
	{ "gate", "away_address4", T_ADDRESS, AT(away_address4), AT(has_away4), 4, 0, "",
	  "Public IPv4 address of away_listen: where a refused name points for a device of the school that asks from outside. Without it the answer is empty." },
	{ "gate", "away_address6", T_ADDRESS, AT(away_address6), AT(has_away6), 6, 0, "", "The same for IPv6." },
	NUMBER("gate", block_ttl, 1, 5, "5", "Seconds that a device may keep a refusal."),
	NUMBER("gate", stale_days, 0, 3660, "30", "A gate that starts with lists read longer ago than this says so; 0: never."),
	NUMBER("gate", stop_days, 0, 3660, "0", "A gate whose lists were read longer ago than this does not start; 0: it always does."),
	NUMBER("gate", cache_entries, 0, 10000000, "100000", "Answers in the DNS cache of a worker."),
	{ "gate", "spool_quota_bytes", T_BYTES, AT(spool_quota_bytes), 0, 1 << 20, INT64_C(1) << 44, "256M",
	  "Room for a worker's events while the house is away; then the least important go first. K, M and G are understood." },
	{ "gate", "sandbox", T_SANDBOX, AT(sandbox), 0, 0, 0, "required", "required, best (what the kernel refuses is logged and the program runs) or off." },
	TEXT("gate", user, "", "User that the gate becomes when it is started by root."),
	NUMBER("gate", school, 1, INT64_MAX, "1", "Number of the school whose gate this is."),
	{ "house", "database", T_DATABASE, AT(database), 0, 0, 0, "sqlite:house/house.db", "sqlite:PATH or postgres:CONNECTION." },
	PATH("house", portal_socket, "run/portal.sock", "Unix socket of the portal, behind nginx."),
	TEXT("house", public_url, "https://portal.gatehouse.home.arpa", "Address of the portal, as people type it."),
	NUMBER("house", portal_threads, 1, 256, "8", "Threads of the portal."),
	TEXT("house", mail_server, "", "smtp://HOST:PORT or smtps://HOST:PORT; without it no mail is sent."),
	TEXT("house", mail_from, "", "Sender of mail."),
	TEXT("house", mail_user, "", "Name for the mail server, if it asks for one."),
	PATH("house", mail_password_file, "", "File that holds its password."),
	PATH("house", mail_ca_file, "", "Authority of the mail servers' certificates (for sending, and of the wellbeing mailbox), PEM; without it those of the system."),
	NUMBER("house", check_links_days, 0, 366, "7", "Days between two tries of each link of the contact directory; 0: they are never tried."),
	NUMBER("house", keep_visits_days, 1, 366, "90", "Days that browsing with names is kept."),
	NUMBER("house", keep_alerts_days, 1, 3660, "365", "Days that alerts are kept."),
	TEXT("house", house_user, "", "User that the house becomes when it is started by root."),
	TEXT("school", school_name, "A school", "The school's name, as on its pages."),
	{ "school", "profile", T_CHOICE, AT(profile), 0, 0, 0, "junior", "junior or primary: whose policy runs." },
};

/* --- one value --- */

struct reading { struct settings *s; struct diag *d; const struct setting *row; struct str file; long line; };

static void *field(const struct reading *r)
{
	return (char *)r->s + r->row->at;
}

static void wrong(const struct reading *r, const char *why, struct str value)
{
	diag_add(r->d, DIAG_ERROR, r->file, r->line, "%s = %.*s: %s", r->row->key, STRF(value), why);
}

const char *settings_path(struct settings *s, const char *relative)
{
	return relative[0] == '/' ? arena_z(&s->arena, str_z(relative)) :
	       arena_fmt(&s->arena, "%s/%s", s->prefix, relative).p;
}

static void set_text(const struct reading *r, const char *z)
{
	memcpy(field(r), &z, sizeof z);
}

static void read_path(const struct reading *r, struct str v)
{
	set_text(r, v.n ? settings_path(r->s, arena_z(&r->s->arena, v)) : NULL);
}

static void read_database(const struct reading *r, struct str v)
{
	struct str file = str_from(v, 7);
	if (str_starts(v, STR("sqlite:")) && file.n)
		set_text(r, arena_fmt(&r->s->arena, "sqlite:%s", settings_path(r->s, arena_z(&r->s->arena, file))).p);
	else if (str_starts(v, STR("postgres:")))
		set_text(r, arena_z(&r->s->arena, v));
	else
		wrong(r, "write sqlite:PATH or postgres:CONNECTION.", v);
}

static void read_number(const struct reading *r, struct str v)
{
	int64_t n;
	if (str_i64(v, &n) != OK || n < r->row->min || n > r->row->max) {
		diag_add(r->d, DIAG_ERROR, r->file, r->line, "%s = %.*s: give a number from %lld to %lld.", r->row->key, STRF(v),
		         (long long)r->row->min, (long long)r->row->max);
		return;
	}
	memcpy(field(r), &n, r->row->also);          /* little-endian machines only: see the assertion below */
}

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers of 4 and 8 bytes are set from their low bytes");

static void read_bytes(const struct reading *r, struct str v)
{
	static const char units[] = "KMG";
	const char *unit = v.n ? strchr(units, v.p[v.n - 1]) : NULL;
	int shift = unit && *unit ? 10 * (int)(unit - units + 1) : 0;
	uint64_t n;
	struct str digits = shift ? str_upto(v, v.n - 1) : v;
	if (str_u64(digits, &n) != OK || n > (uint64_t)r->row->max >> shift || n << shift < (uint64_t)r->row->min)
		wrong(r, "give a size such as 256M, at least 1M.", v);
	else
		*(uint64_t *)field(r) = n << shift;
}

static void read_listen(const struct reading *r, struct str v)
{
	struct sock_addr *to = field(r);
	size_t *n = (void *)((char *)r->s + r->row->also);
	for (struct str rest = v, one; str_next(&rest, ' ', &one);) {
		one = str_trim(one);
		if (one.n == 0)
			continue;
		if (*n == SETTINGS_LISTEN)
			wrong(r, "there may be eight addresses at most.", v);
		else if (sock_addr_read(one, (uint16_t)r->row->max, &to[*n]) != OK || to[*n].any.sa_family == AF_UNIX)
			wrong(r, "this is not an address such as 192.0.2.1:53 or [2001:db8::1]:53.", one);
		else
			++*n;
	}
}

static void read_address(const struct reading *r, struct str v)
{
	struct sock_addr a;
	if (!v.n)
		return;
	bool fits = sock_addr_read(v, 0, &a) == OK && a.any.sa_family == (r->row->min == 4 ? AF_INET : AF_INET6);
	if (!fits || sock_addr_port(&a)) {
		wrong(r, r->row->min == 4 ? "give one IPv4 address." : "give one IPv6 address.", v);
		return;
	}
	sock_addr_bytes(&a, field(r));
	*(bool *)((char *)r->s + r->row->also) = true;
}

static void read_sandbox(const struct reading *r, struct str v)
{
	static const char *const names[] = { [SANDBOX_BEST] = "best", [SANDBOX_REQUIRED] = "required", [SANDBOX_OFF] = "off" };
	for (size_t i = 0; i < ARRAY_N(names); i++)
		if (str_is(v, names[i])) {
			*(enum sandbox_mode *)field(r) = (enum sandbox_mode)i;
			return;
		}
	wrong(r, "write required, best or off.", v);
}

static void read_profile(const struct reading *r, struct str v)
{
	if (str_is(v, "junior") || str_is(v, "primary"))
		set_text(r, arena_z(&r->s->arena, v));
	else
		wrong(r, "write junior or primary.", v);
}

static void read_value(const struct reading *r, struct str v)
{
	switch (r->row->type) {
	case T_TEXT:     set_text(r, v.n ? arena_z(&r->s->arena, v) : NULL); break;
	case T_PATH:     read_path(r, v); break;
	case T_DATABASE: read_database(r, v); break;
	case T_NUMBER:   read_number(r, v); break;
	case T_BYTES:    read_bytes(r, v); break;
	case T_LISTEN:   read_listen(r, v); break;
	case T_ADDRESS:  read_address(r, v); break;
	case T_SANDBOX:  read_sandbox(r, v); break;
	case T_CHOICE:   read_profile(r, v); break;
	}
}

/* --- the whole --- */

/* In the file the short names of [school] stand alone: "name", not "school_name". */
static const char *key_of(const struct setting *row)
{
	return strcmp(row->key, "school_name") == 0 ? "name" : row->key;
}

/* Every block of the kind counts; the default stands when none has the key. */
static void read_row(struct settings *s, const struct setting *row, struct diag *d)
{
	struct reading r = { s, d, row, s->conf.file, 0 };
	bool given = false;
	for (size_t i = 0; i < s->conf.n; i++) {
		const struct conf_block *b = &s->conf.blocks[i];
		const struct conf_pair *p;
		for (size_t at = 0; str_is(b->kind, row->block) && (p = conf_each(b, key_of(row), &at));) {
			r.line = p->line;
			if (given && row->type != T_LISTEN)
				wrong(&r, "this stands twice; keep one.", p->value);
			given = true;
			read_value(&r, p->value);
		}
	}
	if (!given)
		read_value(&r, str_z(row->otherwise));
}

static void unknown_keys(const struct settings *s, const char *kind, struct diag *d)
{
	const char *keys[ARRAY_N(table) + 1] = { NULL };
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (strcmp(table[i].block, kind) == 0)
			keys[n++] = key_of(&table[i]);
	(void)conf_only(&s->conf, kind, keys, d);        /* what it finds stands in d */
}

static bool doors_fit(const struct settings *s)
{
	struct str rest = str_z(s->device_certificates), word;
	if (str_is(rest, "no"))
		return true;
	while (str_next(&rest, ' ', &word))
		if (word.n && !str_is(word, "proxy") && !str_is(word, "dot") && !str_is(word, "doh"))
			return false;
	return true;
}

bool settings_certificates(const struct settings *s, const char *door)
{
	struct str rest = s->device_certificates ? str_z(s->device_certificates) : STR_NONE, word;
	while (str_next(&rest, ' ', &word))
		if (str_is(word, door))
			return true;
	return false;
}

static void across(const struct settings *s, struct diag *d)
{
	if ((s->tls_proxy_listens || s->dot_listens || s->doh_listens) && (!s->tls_cert || !s->tls_key))
		diag_add(d, DIAG_ERROR, s->conf.file, 0, "tls_proxy_listen, dot_listen and doh_listen need tls_cert and tls_key.");
	if (!doors_fit(s))
		diag_add(d, DIAG_ERROR, s->conf.file, 0, "device_certificates: say some of proxy, dot and doh, with a space between, or no.");
	if (s->upstreams == 0)
		diag_add(d, DIAG_ERROR, s->conf.file, 0, "upstream: give at least one resolver that the gate may ask.");
	if (s->mail_server && !s->mail_from)
		diag_add(d, DIAG_ERROR, s->conf.file, 0, "mail_server needs mail_from.");
}

static enum err fill(struct settings *s, struct diag *d)
{
	size_t errors = d->errors;
	for (size_t i = 0; i < ARRAY_N(table); i++)
		read_row(s, &table[i], d);
	unknown_keys(s, "gate", d);
	unknown_keys(s, "house", d);
	across(s, d);
	return d->errors > errors ? ERR_INVALID : OK;
}

/* The struct is moved to *out as a whole: the arena's head points to heap blocks, not to itself. */
static enum err finish(struct settings *s, enum err parsed, struct diag *d, struct settings *out)
{
	enum err e = parsed == OK ? fill(s, d) : parsed;
	if (e != OK) {
		arena_done(&s->arena);
		return e;
	}
	*out = *s;
	return OK;
}

static struct settings begin(const char *prefix)
{
	struct settings s = { .arena = arena_init() };
	s.prefix = arena_z(&s.arena, str_z(prefix));
	return s;
}

enum err settings_parse(const char *prefix, struct str file, struct str text, struct diag *d, struct settings *out)
{
	struct settings s = begin(prefix);
	struct str kept = arena_str(&s.arena, text);
	enum err e = conf_parse(&s.arena, arena_str(&s.arena, file), kept, d, &s.conf);
	return finish(&s, e, d, out);
}

enum err settings_load(const char *prefix, struct diag *d, struct settings *out)
{
	struct settings s = begin(prefix);
	const char *path = settings_path(&s, "gatehouse.conf");
	s.conf.file = str_z(path);
	enum err e = file_exists(path) ? conf_load(&s.arena, path, d, &s.conf) : OK;    /* absent: all defaults */
	return finish(&s, e, d, out);
}

void settings_done(struct settings *s)
{
	arena_done(&s->arena);
	*s = (struct settings){ 0 };
}

void settings_manual(struct buf *out)
{
	const char *block = "";
	for (size_t i = 0; i < ARRAY_N(table); i++) {
		const struct setting *row = &table[i];
		if (strcmp(block, row->block)) {
			block = row->block;
			buf_fmt(out, "%s## [%s]\n\n| setting | default | what it is |\n|---|---|---|\n", i ? "\n" : "", block);
		}
		buf_fmt(out, "| `%s` | %s%s%s | %s |\n", key_of(row), row->otherwise[0] ? "`" : "", row->otherwise[0] ? row->otherwise : "none",
		        row->otherwise[0] ? "`" : "", row->help);
	}
}

const char *settings_prefix(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], "--prefix") == 0)
			return argv[i + 1];
	const char *named = getenv("GATEHOUSE_PREFIX");
	return named && *named ? named : "/var/lib/gatehouse";
}
