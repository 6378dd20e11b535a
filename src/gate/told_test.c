/* What a device at home was just told. */
#include "gate/told.h"

#include <unistd.h>

#include "base/test.h"

static struct addr at(const char *text)
{
	struct addr a;
	CHECK_OK(addr_read(str_z(text), &a));
	return a;
}

TEST(told, a_name_is_heard_of_at_that_address_for_a_moment_and_nowhere_else)
{
	char path[512];
	struct told *dns = NULL, *door = NULL;
	snprintf(path, sizeof path, "%s/told", test_dir());
	CHECK_OK(told_open(path, &dns));
	CHECK_OK(told_open(path, &door));                       /* another program, the same file */
	told_say(dns, at("192.0.2.7"), STR("kites.example"), 6000);
	CHECK(told_heard(door, at("192.0.2.7"), STR("kites.example"), 6000) && told_heard(door, at("192.0.2.7"), STR("kites.example"), 6119));
	CHECK(!told_heard(door, at("192.0.2.7"), STR("kites.example"), 6120) && !told_heard(door, at("192.0.2.7"), STR("kites.example"), 5999));
	CHECK(!told_heard(door, at("192.0.2.8"), STR("kites.example"), 6000) && !told_heard(door, at("192.0.2.7"), STR("other.example"), 6000));
	told_say(dns, at("2001:db8:1:2::5"), STR("kites.example"), 6000);
	CHECK(told_heard(door, at("2001:db8:1:2:aaaa::9"), STR("kites.example"), 6001) && !told_heard(door, at("2001:db8:1:3::5"), STR("kites.example"), 6001));
	told_close(&dns);
	CHECK(told_heard(door, at("192.0.2.7"), STR("kites.example"), 6000));
	told_close(&door);
	CHECK_OK(told_open(path, &dns));                        /* a new start: the file is as it was */
	CHECK(told_heard(dns, at("192.0.2.7"), STR("kites.example"), 6000));
	told_close(&dns);
	CHECK(truncate(path, 100) == 0);
	CHECK_OK(told_open(path, &dns));                        /* damaged: made anew */
	CHECK(!told_heard(dns, at("192.0.2.7"), STR("kites.example"), 6000));
	told_close(&dns);
	snprintf(path, sizeof path, "%s/none/told", test_dir());
	CHECK(told_open(path, &dns) != OK && !dns);
}
