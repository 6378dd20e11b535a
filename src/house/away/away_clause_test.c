/* The school's filter on its devices at home (2-07).  What the gate does with the name is proved by test/lab with real clients. */
#include "house/away/away.h"

#include <stdlib.h>

#include "house/agreement/agreement_store.h"
#include "house/away/awaykit.h"
#include "house/cli/cmd_device.h"
#include "house/filter/device_seen.h"
#include "house/page/page_store.h"
#include "house/procedure/library.h"
#include "house/service/clausekit.h"
#include "house/web/jar.h"
#include "io/settings.h"
#include "wire/doh.h"

static const uint8_t key[32] = { 3, 1, 4 };

/* A service, an agreement, and somebody who has signed it. */
static void begin(struct web_school *w)
{
	static struct settings s;
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_data data;
	struct store st = ck_store(w);
	struct act act = { w->school, 0, "test" };
	s.dns_name = "dns.junior.example";
	w->web->settings = &s;
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
	CHECK_OK(agreement_data_load(w->arena, test_source("data"), &w->web->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++)
		CHECK_OK(agreement_activate(&st, w->arena, &act, &data.texts.v[i], &d));
}

static void sign(struct web_school *w, int64_t person)
{
	struct store st = ck_store(w);
	struct act act = { w->school, person, "test" };
	struct agreement_shown shown;
	struct person p;
	CHECK_OK(person_get(w->db, w->arena, w->school, person, &p));
	CHECK_OK(agreement_show_of(&st, w->arena, w->school, agreement_audience_of(w->db, w->arena, &p), STR("en"), &shown));
	CHECK_OK(agreement_sign(&st, w->arena, &act, &(struct sign_in){ .person = person, .digest = shown.digest }));
}

static int64_t laptop(struct web_school *w)
{
	return ck_put(w, NULL, "device", NULL, "label", "LAP-7", "kind", "computer", "profile", "ks2", "users", "both", "place", "Office", "antivirus", "built-in",
		"lock", "yes", "encrypted", "yes", NULL);
}

static int64_t lend(struct web_school *w, int64_t device)
{
	return ck_put(w, NULL, "device-loan", "lent", "device", ck_id(w, device), "person", ck_id(w, w->person[ROLE_TEACHER]), "from", "2026-11-20", "until", "2027-01-10",
		"off-site", "yes", "purpose", "marking at home", NULL);
}

/* What the gate does with this label away from school, by the policy as it is published now: "refused", "sign", "block" or "allow". */
static const char *at_home(struct web_school *w, struct str label, const char *host)
{
	struct store st = ck_store(w);
	AUTO(buf_done) struct buf b = buf_init(65536);
	uint8_t digest[HMAC_BYTES];
	char token[DOH_TOKEN_MAX + 1];
	CHECK_OK(away_policy(&st, w->arena, w->school, key, clock_utc(), &b));
	CHECK_OK(doh_label(label, token));
	hash_hmac(key, str_z(token), digest);
	return awaykit_ask(arena_z(w->arena, buf_str(&b)), digest, host);
}

static struct str label_on_page(struct web_school *w, int64_t device)
{
	struct web_visit v = web_get(w, ROLE_TECHNICIAN, arena_fmt(w->arena, "/away/%lld", (long long)device).p);
	CHECK_INT(v.status, 200);
	return jar_between(&v, "https://dns.junior.example/dns-query/", "<");
}

static struct web_visit press(struct web_school *w, int role, int64_t device, const char *what)
{
	return web_post(w, role, arena_fmt(w->arena, "/away/%lld/%s", (long long)device, what).p, "");
}

TEST(clause, c2_07_a_laptop_at_home_browses_through_the_schools_filter_or_not_at_all)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		begin(&w);
		int64_t device = laptop(&w);
		CHECK_INT(press(&w, ROLE_TECHNICIAN, device, "make").status, 303);
		struct str label = label_on_page(&w, device);
		CHECK(label.n > 20);
		CHECK_STR(str_z(at_home(&w, label, "open.test")), "sign");           /* lent to nobody: nothing opens */
		sign(&w, w.person[ROLE_TEACHER]);
		int64_t loan = lend(&w, device);
		CHECK(loan != 0);
		CHECK_STR(str_z(at_home(&w, label, "open.test")), "allow");
		CHECK_STR(str_z(at_home(&w, label, "gambling.listed.test")), "block");
		CHECK_STR(ck_change(&w, loan, "back", NULL), "");
		CHECK_STR(str_z(at_home(&w, label, "open.test")), "sign");
		CHECK_INT(press(&w, ROLE_TECHNICIAN, device, "end").status, 303);
		CHECK_STR(str_z(at_home(&w, label, "open.test")), "refused");        /* the name taken back: nothing at all */
	}
	clock_fake(0);
}

/* What the gate told of it. */
static void hears(struct web_school *w, int64_t number, enum event_kind kind)
{
	struct store st = ck_store(w);
	struct act act = { w->school, 0, "test" };
	struct device_watch *watch = device_watch_new();
	CHECK_OK(device_watch_flush(watch, &st, &act));
	device_watch_event(watch, &(struct event){ .kind = kind, .school = w->school, .device = number, .at_ms = clock_ms(), .host = STR("gambling.listed.test") });
	CHECK_OK(device_watch_flush(watch, &st, &act));
	device_watch_free(&watch);
}

TEST(clause, c2_07_attempts_at_home_are_logged_and_the_page_says_when)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	begin(&w);
	int64_t device = laptop(&w);
	CHECK_INT(press(&w, ROLE_TECHNICIAN, device, "make").status, 303);
	struct web_visit v = web_get(&w, ROLE_DSL, "/away");
	CHECK(v.status == 200 && web_says(&v, "LAP-7") && web_says(&v, "Last asked for an address: never"));
	hears(&w, 1, EVENT_DEVICE_SEEN);
	v = web_get(&w, ROLE_DSL, "/away");
	CHECK(web_says(&v, "Last asked for an address: 23 November 2026 at 10:00am") && web_says(&v, "Last refused something: never"));
	clock_step(5 * 60 * 1000);
	hears(&w, 1, EVENT_DNS_REFUSED);
	v = web_get(&w, ROLE_DSL, "/away");
	CHECK(web_says(&v, "Last refused something: 23 November 2026 at 10:05am"));
	clock_fake(0);
}

TEST(away, a_new_name_ends_the_old_one_and_a_lost_device_has_none_in_the_policy)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	begin(&w);
	int64_t device = laptop(&w);
	CHECK_INT(press(&w, ROLE_TECHNICIAN, device, "make").status, 303);
	struct str old = label_on_page(&w, device);
	CHECK_INT(press(&w, ROLE_TECHNICIAN, device, "make").status, 303);
	struct str now = label_on_page(&w, device);
	CHECK(!str_eq(old, now));
	CHECK_STR(str_z(at_home(&w, old, "open.test")), "refused");
	CHECK_STR(str_z(at_home(&w, now, "open.test")), "sign");
	CHECK_STR(ck_change(&w, device, "lost", NULL), "");
	CHECK_STR(str_z(at_home(&w, now, "open.test")), "refused");
	struct web_visit v = press(&w, ROLE_TECHNICIAN, device, "make");
	CHECK(v.status == 422 && web_says(&v, "lost or no longer used"));
	clock_fake(0);
}

TEST(away, the_name_is_shown_to_whoever_sets_up_and_to_nobody_else)
{
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	begin(&w);
	int64_t device = laptop(&w);
	const char *at = arena_fmt(w.arena, "/away/%lld", (long long)device).p, *file = arena_fmt(w.arena, "%s/profile", at).p;
	CHECK_INT(press(&w, ROLE_TECHNICIAN, device, "make").status, 303);
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool sets = r == ROLE_TECHNICIAN || r == ROLE_ADMIN;
		bool sees = sets || r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD || r == ROLE_LEADERSHIP;
		struct web_visit v = web_get(&w, r, at), f = web_get(&w, r, file);
		CHECK((v.status == 200) == sees);
		CHECK(web_says(&v, "dns.junior.example") == sets);
		CHECK((f.status == 200) == sets);
		if (!sets)
			CHECK(press(&w, r, device, "make").status != 303 || r == NOBODY);
	}
}

TEST(away, the_profile_of_apple_names_the_device_and_cannot_be_switched_off)
{
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	begin(&w);
	int64_t device = laptop(&w);
	CHECK_INT(press(&w, ROLE_TECHNICIAN, device, "make").status, 303);
	struct str label = label_on_page(&w, device);
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "/away/%lld/profile", (long long)device).p);
	CHECK_STR(v.type, "application/x-apple-aspen-config");
	CHECK_STR(v.filename, "school-filter.mobileconfig");
	CHECK(web_says(&v, arena_fmt(w.arena, "<string>https://dns.junior.example/dns-query/%.*s</string>", STRF(label)).p));
	CHECK(web_says(&v, "<key>ProhibitDisablement</key><true/>") && web_says(&v, "<string>HTTPS</string>"));
	AUTO(buf_done) struct buf b = buf_init(8192);
	away_profile(&b, STR("1-x"), STR("d.example"), STR("A & B <School>"), STR("\"T\"\1"), (const char[2][37]){ "a", "b" });
	CHECK(str_find(buf_str(&b), STR("A &amp; B &lt;School&gt;: filter for \"T\" <")) > 0);
}
