#include "base/mem.h"
#include "base/test.h"
#include "house/meters/meters.h"

static struct meter_read worker(const char *name, int64_t started_ms, int64_t beat_ms, uint64_t asked, uint64_t policy)
{
	struct meter_read r = { .started_ms = started_ms, .beat_ms = beat_ms, .memory_bytes = 30500000 };
	snprintf(r.name, sizeof r.name, "%s", name);
	r.v[METER_dns_asked] = asked;
	r.v[METER_policy_generation] = policy;
	return r;
}

static bool says(const struct buf *b, const char *what) { return str_find(buf_str(b), str_z(what)) >= 0; }

TEST(meters, top_shows_rates_since_the_look_before_and_a_new_worker_from_nought)
{
	static struct meters_look before, now;
	AUTO(buf_done) struct buf b = buf_init(1 << 16);
	before = (struct meters_look){ { worker("dns-1", 1000, 9900, 100, 3), worker("dns-2", 1000, 9900, 5000, 3) }, 2, 10000 };
	now = (struct meters_look){ { worker("dns-1", 1000, 11900, 300, 3), worker("dns-2", 11000, 11900, 40, 3) }, 2, 12000 };
	meters_top(&now, &before, &b);
	CHECK(says(&b, "Names asked for                         120.0              340\n"));     /* (200 + 40) in two seconds */
	CHECK(says(&b, "dns-1") && says(&b, "memory 30.5 MB, for 11 seconds") && !says(&b, "! "));
}

TEST(meters, top_says_what_is_wrong_in_words)
{
	static struct meters_look now;
	AUTO(buf_done) struct buf b = buf_init(1 << 16);
	meters_top(&now, NULL, &b);
	CHECK(says(&b, "No worker of the gate is here"));
	now = (struct meters_look){ { worker("dns-1", 0, 99000, 1, 3), worker("dns-2", 0, 10000, 1, 4), worker("proxy-1", 0, 99000, 1, 0) }, 3, 100000 };
	now.worker[0].v[METER_events_lost] = 12;
	buf_clear(&b);
	meters_top(&now, NULL, &b);
	CHECK(says(&b, "! dns-1 has not taken the newest policy (4)") && says(&b, "! dns-2 does not work") && says(&b, "SILENT for 90 seconds"));
	CHECK(says(&b, "! proxy-1 has no policy: it refuses everything") && says(&b, "! 12 events found no room"));
}

TEST(meters, prometheus_has_every_meter_once_with_its_kind)
{
	static struct meters_look now;
	AUTO(buf_done) struct buf b = buf_init(1 << 16);
	now = (struct meters_look){ { worker("dns-1", 0, 99000, 17, 3), worker("dns-2", 0, 10000, 1, 4) }, 2, 100000 };
	meters_prometheus(&now, &b);
	CHECK(says(&b, "# TYPE gatehouse_dns_asked_total counter\ngatehouse_dns_asked_total{worker=\"dns-1\"} 17\ngatehouse_dns_asked_total{worker=\"dns-2\"} 1\n"));
	CHECK(says(&b, "# TYPE gatehouse_policy_generation gauge\n") && says(&b, "gatehouse_worker_up{worker=\"dns-1\"} 1\n"));
	CHECK(says(&b, "gatehouse_worker_up{worker=\"dns-2\"} 0\n") && says(&b, "gatehouse_worker_memory_bytes{worker=\"dns-1\"} 30500000\n"));
}
