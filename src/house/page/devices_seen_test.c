/* Whoever was turned away at the gate's door with a certificate or name that does not count, read back on the page. */
#include "base/clock.h"
#include "house/service/clausekit.h"
#include "house/store/activity.h"

static void turned_away(struct web_school *w, int64_t record, const char *why)
{
	struct activity_item item = { .segment = 1, .record = record,
		.e = { .at_ms = clock_ms() - 60000, .school = w->school, .kind = EVENT_DEVICE_REFUSED, .reason = str_z(why), .count = 4, .addr = { [10] = 0xff, 0xff, 192, 0, 2, 7 } } };
	struct activity_cursor upto = { STR("test/dns-1"), 0, 1, record };
	CHECK_OK(activity_ingest(w->activity, &upto, &item, 1, NULL));
}

TEST(devices_seen, who_was_turned_away_is_read_there_and_from_where_only_by_those_who_mend_it)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/status/devices");
	CHECK(v.status == 200 && !web_says(&v, "Turned away at the door"));
	turned_away(&w, 1, "certificate withdrawn");
	turned_away(&w, 2, "certificate withdrawn");
	turned_away(&w, 3, "no such device");
	v = web_get(&w, ROLE_TECHNICIAN, "/status/devices");
	CHECK(web_says(&v, "Turned away at the door") && web_says(&v, "a certificate that was withdrawn") && web_says(&v, "192.0.2.7") && web_says(&v, "(8 times)") && web_says(&v, "name that is not known"));
	v = web_get(&w, ROLE_GOVERNOR, "/status/devices");
	CHECK(v.status == 200 && web_says(&v, "Turned away at the door") && !web_says(&v, "192.0.2.7"));
	clock_fake(clock_ms() + 20LL * 86400000);
	web_anew(&w);
	v = web_get(&w, ROLE_TECHNICIAN, "/status/devices");
	CHECK(v.status == 200 && !web_says(&v, "Turned away at the door"));
	clock_fake(0);
}
