#include "base/clock.h"
#include "base/mem.h"
#include "base/test.h"
#include "io/file.h"
#include "io/meter.h"

TEST(meter, what_a_worker_counts_is_read_by_name)
{
	const char *dir = test_dir();
	struct meter_read r[4];
	size_t n;
	struct meter_page *ten = meter_open(dir, "dns-10"), *two = meter_open(dir, "dns-2");
	meter_set(ten, METER_dns_asked, 41);
	meter_set(ten, METER_dns_asked, 42);
	CHECK_OK(meter_read_all(dir, r, 4, &n));
	CHECK_INT(n, 2);
	CHECK(strcmp(r[0].name, "dns-2") == 0 && strcmp(r[1].name, "dns-10") == 0);
	CHECK_INT(r[1].v[METER_dns_asked], 42);
	CHECK(r[0].pid > 0 && r[0].memory_bytes > 100000);
	CHECK_OK(meter_read_all(dir, r, 1, &n));
	CHECK_INT(n, 1);
	meter_close(&ten);
	meter_close(&two);
	CHECK_OK(meter_read_all(dir, r, 4, &n));
	CHECK_INT(n, 0);
	CHECK_OK(meter_read_all("/nowhere/at/all", r, 4, &n));
	CHECK_INT(n, 0);
}

TEST(meter, one_that_does_not_beat_is_not_alive)
{
	const char *dir = test_dir();
	struct meter_read r;
	size_t n;
	clock_fake(1000000);
	struct meter_page *p = meter_open(dir, "proxy-1");
	CHECK_OK(meter_read_all(dir, &r, 1, &n));
	CHECK(meter_alive(&r, 1000000 + METER_SILENT_MS - 1) && !meter_alive(&r, 1000000 + METER_SILENT_MS));
	meter_beat(p, 1009000);
	CHECK_OK(meter_read_all(dir, &r, 1, &n));
	CHECK(meter_alive(&r, 1010000) && r.started_ms == 1000000);
	meter_close(&p);
	clock_fake(0);
}

TEST(meter, other_files_and_other_versions_are_passed_over)
{
	const char *dir = test_dir();
	struct meter_read r[4];
	char path[600];
	size_t n;
	struct meter_page *p = meter_open(dir, "dns-1");
	CHECK_OK(path_join(path, sizeof path, dir, "stray"));
	CHECK_OK(file_create(path, STR("not a page"), 0644));
	CHECK_OK(meter_read_all(dir, r, 4, &n));
	CHECK_INT(n, 1);
	CHECK_ERR(meter_decode(STR("not a page"), &r[0]), ERR_CORRUPT);
	meter_close(&p);
}

/* Where the folder cannot be written a gate filters all the same. */
TEST(meter, without_a_file_it_still_counts)
{
	struct meter_page *p = meter_open("/nowhere/at/all", "dns-1");
	meter_set(p, METER_dns_asked, 7);
	meter_beat(p, 1);
	meter_close(&p);
	CHECK(!p);
}
