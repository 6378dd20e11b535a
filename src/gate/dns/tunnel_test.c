#include "gate/dns/tunnel.h"

#include "base/test.h"

static struct tunnel t;

/* How many of n fresh names of this length pass. */
static int pass(const char *asker, const char *domain, int n, int length, int64_t now_ms)
{
	struct addr a;
	struct str base;
	int good = 0;
	CHECK_OK(addr_read(str_z(asker), &a));
	for (int i = 0; i < n; i++) {
		char host[254];
		int k = snprintf(host, sizeof host, "%0*d.%s", length, i, domain);
		good += tunnel_take(&t, a, (struct str){ host, (size_t)k }, now_ms, &base);
	}
	return good;
}

TEST(tunnel, many_long_names_below_one_domain_are_stopped_and_others_are_not)
{
	t = (struct tunnel){ .names = TUNNEL_NAMES };
	CHECK_INT(pass("10.1.1.1", "covert.test", 400, 40, 1000), TUNNEL_NAMES);
	CHECK_INT(pass("10.1.1.1", "x.covert.test", 50, 40, 1000), 0);          /* the same registered domain */
	CHECK_INT(pass("10.1.1.1", "other.test", 50, 40, 1000), 50);
	CHECK_INT(pass("10.1.1.2", "covert.test", 50, 40, 1000), 50);
	CHECK_INT(pass("10.1.1.1", "covert.test", 400, 12, 1000), 400);         /* short names are everybody's */
}

TEST(tunnel, the_limit_comes_back_slowly)
{
	t = (struct tunnel){ .names = TUNNEL_NAMES };
	CHECK_INT(pass("10.1.1.1", "covert.test", 400, 40, 1000), TUNNEL_NAMES);
	CHECK_INT(pass("10.1.1.1", "covert.test", 400, 40, 1000 + TUNNEL_REFILL_MS), 1);
	CHECK_INT(pass("10.1.1.1", "covert.test", 400, 40, 1000 + 11 * TUNNEL_REFILL_MS), 10);
	CHECK_INT(pass("10.1.1.1", "covert.test", 400, 40, 1000 + 3600 * 1000), TUNNEL_NAMES);
	t.names = 0;
	CHECK_INT(pass("10.1.1.1", "covert.test", 400, 40, 1000), 400);
}

TEST(tunnel, an_asker_of_ipv6_is_its_network)
{
	t = (struct tunnel){ .names = TUNNEL_NAMES };
	CHECK_INT(pass("2001:db8::1", "covert.test", 400, 40, 1000), TUNNEL_NAMES);
	CHECK_INT(pass("2001:db8::2", "covert.test", 10, 40, 1000), 0);
	CHECK_INT(pass("2001:db8:0:1::1", "covert.test", 10, 40, 1000), 10);
}
