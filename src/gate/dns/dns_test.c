/* The pieces: cache, cleaning, names answered here, the rate limit. */
#include "base/test.h"
#include "gate/dns/clean.h"
#include "gate/dns/local.h"
#include "gate/dns/rate.h"

static struct dns_msg in, made;
static struct dns_cleaned cleaned;

static struct dns_name name_of(const char *text)
{
	struct dns_name n;
	CHECK_OK(dns_name_of(str_z(text), &n));
	return n;
}

static struct str wire(const char *text)
{
	static struct dns_name n[8];
	static int turn;
	struct dns_name *x = &n[turn++ % 8];
	*x = name_of(text);
	return (struct str){ (char *)x->b, x->n };
}

static void begin(const char *host, uint16_t type)
{
	struct dns_name n = name_of(host);
	dns_msg_begin(&in, 1, DNS_QR | DNS_RA, &n, type);
}

static void add(enum dns_section s, const char *host, uint16_t type, uint32_t ttl, struct str data)
{
	struct dns_name n = name_of(host);
	CHECK_OK(dns_msg_add(&in, s, &n, type, ttl, data));
}

static enum dns_verdict clean(bool private_ok)
{
	struct dns_clean_opts o = { .allow_private = private_ok };
	struct dns_name n = in.name;
	return dns_clean(&in, &n, in.type, &o, &made, &cleaned);
}

#define PUBLIC_A HEX("c6 33 64 07")

TEST(dns_clean, keeps_the_way_and_nothing_beside_it)
{
	begin("www.school.test", DNS_A);
	add(DNS_ANSWER, "www.school.test", DNS_CNAME, 300, wire("cdn.net.test"));
	add(DNS_ANSWER, "cdn.net.test", DNS_A, 200, HEX("08 08 08 08"));
	add(DNS_ANSWER, "bank.test", DNS_A, 900, HEX("08 08 08 09"));          /* poison */
	add(DNS_AUTHORITY, "test", DNS_NS, 900, wire("ns.evil.test"));
	add(DNS_EXTRA, "ns.evil.test", DNS_A, 900, HEX("08 08 08 0a"));
	CHECK_INT(clean(false), DNS_GOOD);
	CHECK_INT(made.n[DNS_ANSWER], 2);
	CHECK_INT(made.n[DNS_AUTHORITY] + made.n[DNS_EXTRA], 0);
	CHECK_INT(cleaned.life_s, 200);
	CHECK_STR(str_z(cleaned.aliases), "cdn.net.test");
}

TEST(dns_clean, a_circle_of_names_ends)
{
	begin("a.test", DNS_A);
	add(DNS_ANSWER, "a.test", DNS_CNAME, 300, wire("b.test"));
	add(DNS_ANSWER, "b.test", DNS_CNAME, 300, wire("a.test"));
	CHECK_INT(clean(false), DNS_GOOD);
	CHECK(made.n[DNS_ANSWER] <= DNS_ALIASES_MAX);
}

TEST(dns_clean, private_addresses_of_public_names_go)
{
	static const char *const v4[] = { "0a 00 00 01", "c0 a8 01 01", "ac 10 00 01", "7f 00 00 01", "a9 fe 00 01", "00 00 00 00", "64 40 00 01" };
	for (size_t i = 0; i < ARRAY_N(v4); i++) {
		begin("rebind.test", DNS_A);
		add(DNS_ANSWER, "rebind.test", DNS_A, 1, HEX(v4[i]));
		CHECK_INT(clean(false), DNS_GOOD);
		CHECK(made.n[DNS_ANSWER] == 0 && cleaned.private_);
		CHECK_INT(clean(true), DNS_GOOD);
		CHECK_INT(made.n[DNS_ANSWER], 1);
	}
	static const char *const v6[] = { "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", "fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01",
		"fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01", "00 00 00 00 00 00 00 00 00 00 ff ff 0a 00 00 01" };
	for (size_t i = 0; i < ARRAY_N(v6); i++)
		CHECK(dns_is_private(DNS_AAAA, HEX(v6[i])));
	CHECK(!dns_is_private(DNS_A, PUBLIC_A) && !dns_is_private(DNS_AAAA, HEX("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01")));
}

TEST(dns_clean, ech_goes_and_service_targets_are_noted)
{
	begin("shop.test", DNS_HTTPS);
	add(DNS_ANSWER, "shop.test", DNS_HTTPS, 300, HEX("00 01 01 78 00 00 01 00 03 02 68 32 00 05 00 02 00 00"));
	CHECK_INT(clean(false), DNS_GOOD);
	CHECK(str_eq(made.rr[0].data, HEX("00 01 01 78 00 00 01 00 03 02 68 32")));
	CHECK_STR(str_z(cleaned.aliases), "x");
}

TEST(dns_clean, negative_answers_live_as_their_soa_says)
{
	begin("no.school.test", DNS_A);
	in.flags |= DNS_NXDOMAIN;
	char soa[2 + 20] = { 0 };
	soa[21] = 30;                                       /* minimum: 30 s */
	add(DNS_AUTHORITY, "school.test", DNS_SOA, 600, (struct str){ soa, sizeof soa });
	CHECK_INT(clean(false), DNS_GOOD);
	CHECK_INT(cleaned.life_s, 30);
	CHECK_INT(made.flags & DNS_RCODE, DNS_NXDOMAIN);
	begin("no.school.test", DNS_A);
	add(DNS_AUTHORITY, "other.test", DNS_SOA, 600, (struct str){ soa, sizeof soa });      /* of a zone that it is not in */
	CHECK_INT(clean(false), DNS_GOOD);
	CHECK(made.n[DNS_AUTHORITY] == 0 && cleaned.life_s == 5);
}

TEST(dns_clean, refusals_and_cuts_are_told_apart)
{
	begin("x.test", DNS_A);
	in.flags |= DNS_SERVFAIL;
	CHECK_INT(clean(false), DNS_BAD);
	begin("x.test", DNS_A);
	in.flags |= DNS_TC;
	CHECK_INT(clean(false), DNS_CUT);
}

/* ---- cache ---- */

static void put(struct dns_cache *c, const char *host, int64_t now_s, uint32_t life_s, struct str body)
{
	struct dns_name n = name_of(host);
	struct dns_entry e = { .n = { 1 }, .life_s = life_s, .body = body };
	dns_cache_put(c, (struct dns_key){ &n, DNS_A, 0 }, now_s, &e);
}

static bool get(const struct dns_cache *c, const char *host, int64_t now_s, struct dns_entry *e)
{
	struct dns_name n = name_of(host);
	return dns_cache_get(c, (struct dns_key){ &n, DNS_A, 0 }, now_s, e);
}

TEST(dns_cache, finds_what_was_put_until_long_past_its_end)
{
	AUTO(dns_cache_free) struct dns_cache *c = dns_cache_new(1 << 20);
	struct dns_entry e;
	CHECK(!get(c, "a.test", 100, &e));
	put(c, "a.test", 100, 60, STR("first"));
	CHECK(get(c, "a.test", 159, &e) && !e.stale);
	CHECK_STR(e.body, "first");
	CHECK(get(c, "a.test", 160, &e) && e.stale);
	CHECK(!get(c, "a.test", 160 + DNS_STALE_S, &e));
	put(c, "a.test", 200, 60, STR("second"));
	CHECK(get(c, "a.test", 200, &e));
	CHECK_STR(e.body, "second");
	CHECK(!get(c, "b.test", 200, &e));
}

TEST(dns_cache, type_and_dnssec_are_part_of_the_key)
{
	AUTO(dns_cache_free) struct dns_cache *c = dns_cache_new(1 << 20);
	struct dns_name n = name_of("a.test");
	struct dns_entry e = { .life_s = 9, .body = STR("x") };
	dns_cache_put(c, (struct dns_key){ &n, DNS_A, DNS_KEY_DO }, 1, &e);
	CHECK(!dns_cache_get(c, (struct dns_key){ &n, DNS_A, 0 }, 1, &e));
	CHECK(!dns_cache_get(c, (struct dns_key){ &n, DNS_AAAA, DNS_KEY_DO }, 1, &e));
	CHECK(dns_cache_get(c, (struct dns_key){ &n, DNS_A, DNS_KEY_DO }, 1, &e));
}

/* Ten times round the ring: what is found is whole and right, the newest is always there. */
TEST(dns_cache, the_ring_runs_over_the_oldest)
{
	AUTO(dns_cache_free) struct dns_cache *c = dns_cache_new(1 << 16);
	char host[32], body[300];
	size_t found = 0;
	for (unsigned i = 0; i < 3000; i++) {
		struct dns_entry e;
		snprintf(host, sizeof host, "h%u.test", i);
		memset(body, (int)(i & 0xff), sizeof body);
		put(c, host, 10, 60, (struct str){ body, 1 + i % sizeof body });
		CHECK(get(c, host, 10, &e) && e.body.n == 1 + i % sizeof body && memcmp(e.body.p, body, e.body.n) == 0);
		snprintf(host, sizeof host, "h%u.test", i / 2);
		if (get(c, host, 10, &e)) {
			found++;
			CHECK(e.body.n == 1 + i / 2 % sizeof body && (uint8_t)e.body.p[0] == (uint8_t)(i / 2));
		}
	}
	CHECK(found > 50);
}

/* ---- local names ---- */

TEST(dns_local, names_that_never_leave)
{
	static const struct { const char *host; enum dns_local want; } cases[] = {
		{ "gatehouse.home.arpa", DNS_LOCAL_GATE }, { "portal.gatehouse.home.arpa", DNS_LOCAL_GATE },
		{ "printer.home.arpa", DNS_LOCAL_NONE }, { "use-application-dns.net", DNS_LOCAL_NONE },
		{ "mask.icloud.com", DNS_LOCAL_NONE }, { "mask-h2.icloud.com", DNS_LOCAL_NONE }, { "www.icloud.com", DNS_LOCAL_NOT },
		{ "unmask.icloud.com", DNS_LOCAL_NOT }, { "localhost", DNS_LOCAL_HOST }, { "a.localhost", DNS_LOCAL_HOST },
		{ "1.0.168.192.in-addr.arpa", DNS_LOCAL_NONE }, { "4.3.16.172.in-addr.arpa", DNS_LOCAL_NONE },
		{ "4.3.15.172.in-addr.arpa", DNS_LOCAL_NOT }, { "4.3.32.172.in-addr.arpa", DNS_LOCAL_NOT },
		{ "1.64.100.in-addr.arpa", DNS_LOCAL_NONE }, { "8.8.8.8.in-addr.arpa", DNS_LOCAL_NOT }, { "b.a.d.f.ip6.arpa", DNS_LOCAL_NONE },
		{ "_dns.resolver.arpa", DNS_LOCAL_EMPTY }, { "printer.local", DNS_LOCAL_NONE }, { "secret.onion", DNS_LOCAL_NONE },
		{ "192.0.2.1", DNS_LOCAL_NONE }, { "www.school.test", DNS_LOCAL_NOT }, { "xlocal", DNS_LOCAL_NOT },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++)
		CHECK_INT(dns_local(str_z(cases[i].host), STR("gatehouse.home.arpa")), cases[i].want);
}

/* ---- rate ---- */

TEST(dns_rate, generous_and_it_grows_back)
{
	static struct rate r = { .per_s = 100, .burst = 50 };
	struct addr a, b;
	CHECK_OK(addr_read(STR("10.0.0.1"), &a));
	CHECK_OK(addr_read(STR("10.0.0.2"), &b));
	for (int i = 0; i < 50; i++)
		CHECK(rate_take(&r, a, 1000));
	CHECK(!rate_take(&r, a, 1000));
	CHECK(rate_take(&r, b, 1000));                      /* others do not suffer */
	CHECK(!rate_take(&r, a, 1005));
	CHECK(rate_take(&r, a, 1010));                      /* ten a tenth of a second, asked at any pace */
	CHECK(!rate_take(&r, a, 1010));
	static struct rate off = { .burst = 0 };
	CHECK(rate_take(&off, a, 0));
}

/* A school of 500 behind one address, each page 40 names, twenty of them a second. */
TEST(dns_rate, a_school_behind_one_address_is_not_stalled)
{
	static struct rate r = { .per_s = RATE_PER_S, .burst = RATE_BURST };
	struct addr nat;
	CHECK_OK(addr_read(STR("10.9.9.9"), &nat));
	for (int64_t ms = 0; ms < 60000; ms += 10)
		for (int i = 0; i < 8; i++)
			CHECK(rate_take(&r, nat, ms));
	for (int i = 0; i < 500 * 30; i++)                  /* and all at nine o'clock */
		CHECK(rate_take(&r, nat, 60000));
}
