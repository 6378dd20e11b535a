#include "gate/dns/local.h"

#include "wire/host.h"

struct zone { struct str name; enum dns_local what; };
#define Z(text, what) { { text, sizeof(text) - 1 }, DNS_LOCAL_##what }

/* Looked at only for names that end in one of `ends`. */
static const struct zone zones[] = {
	Z("localhost", HOST), Z("local", NONE), Z("onion", NONE), Z("invalid", NONE), Z("alt", NONE), Z("home.arpa", NONE),
	Z("resolver.arpa", EMPTY),
	/* Reverse zones of private networks (RFC 6303): asked in vain elsewhere, and they tell of the network. */
	Z("10.in-addr.arpa", NONE), Z("168.192.in-addr.arpa", NONE), Z("127.in-addr.arpa", NONE), Z("254.169.in-addr.arpa", NONE),
	Z("0.in-addr.arpa", NONE), Z("2.0.192.in-addr.arpa", NONE), Z("100.51.198.in-addr.arpa", NONE),
	Z("113.0.203.in-addr.arpa", NONE), Z("255.255.255.255.in-addr.arpa", NONE),
	Z("d.f.ip6.arpa", NONE), Z("c.f.ip6.arpa", NONE), Z("8.e.f.ip6.arpa", NONE), Z("9.e.f.ip6.arpa", NONE),
	Z("a.e.f.ip6.arpa", NONE), Z("b.e.f.ip6.arpa", NONE), Z("8.b.d.0.1.0.0.2.ip6.arpa", NONE),
	Z("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa", NONE),
};
static const struct str ends[] = { { "arpa", 4 }, { "local", 5 }, { "onion", 5 }, { "invalid", 7 }, { "alt", 3 }, { "localhost", 9 } };

/* By these, browsers and systems ask whether the network filters; "no such name"
 * says yes, and they then leave names and traffic to us. */
static const struct str canaries[] = {
	{ "use-application-dns.net", 23 },          /* Firefox: no DNS over HTTPS of its own */
	{ "mask.icloud.com", 15 }, { "mask-h2.icloud.com", 18 },    /* iCloud Private Relay */
};

static struct str last_label(struct str host)
{
	return str_from(host, (size_t)(str_rchr(host, '.') + 1));
}

static bool all_digits(struct str s)
{
	size_t i = 0;
	while (i < s.n && ascii_digit(s.p[i]))
		i++;
	return i == s.n;
}

static bool ends_specially(struct str end)
{
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (end.n == ends[i].n && memcmp(end.p, ends[i].p, end.n) == 0)
			return true;
	return false;
}

/* n.172.in-addr.arpa with 16 <= n <= 31, n.100.in-addr.arpa with 64 <= n <= 127. */
static bool in_reverse_run(struct str host)
{
	static const struct { struct str tail; unsigned from, to; } runs[] = {
		{ { ".172.in-addr.arpa", 17 }, 16, 31 }, { { ".100.in-addr.arpa", 17 }, 64, 127 },
	};
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		uint64_t n;
		if (str_ends(host, runs[i].tail) && str_u64(last_label(str_upto(host, host.n - runs[i].tail.n)), &n) == OK)
			return n >= runs[i].from && n <= runs[i].to;
	}
	return false;
}

static enum dns_local in_zones(struct str host)
{
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (host_within(host, zones[i].name))
			return zones[i].what;
	return in_reverse_run(host) ? DNS_LOCAL_NONE : DNS_LOCAL_NOT;
}

enum dns_local dns_local(struct str host, struct str gate_name)
{
	if (gate_name.n && host.n >= gate_name.n && host_within(host, gate_name))
		return DNS_LOCAL_GATE;
	for (size_t i = 0; i < sizeof canaries / sizeof *canaries; i++)
		if (host.n >= canaries[i].n && str_ends(host, canaries[i]) && host_within(host, canaries[i]))
			return DNS_LOCAL_NONE;
	struct str end = last_label(host);
	if (all_digits(end))                        /* an address standing as a name: there is no such name */
		return DNS_LOCAL_NONE;
	return ends_specially(end) ? in_zones(host) : DNS_LOCAL_NOT;
}
