#include "gate/identity/identity.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/test.h"
#include "gate/policy_watch.h"
#include "gate/scene.h"
#include "policy/read/tokens.h"

static const char *dir;          /* of the policy of the watch made last */

static struct policy_watch *watch_of(struct arena *a, const char *name, bool named)
{
	static char key[32];
	memset(key, 'k', sizeof key);
	dir = arena_z(a, arena_fmt(a, "%s/%s", test_dir(), name));
	scene_policy(dir, false, named);
	struct policy_watch *w;
	CHECK_OK(policy_watch_new(dir, STR_NONE, (struct str){ key, 32 }, NULL, &w));
	(void)policy_watch_tick(w, clock_utc());
	CHECK(policy_watch_policy(w));
	return w;
}

static struct who ask(struct policy_watch *w, const char *address, const char *token, int64_t later_s)
{
	struct addr a;
	struct who who;
	CHECK_OK(addr_read(str_z(address), &a));
	identity_who(policy_watch_identity(w), policy_watch_policy(w), a, str_z(token), clock_utc() + later_s, &who);
	return who;
}

static struct str group(struct policy_watch *w, struct who who)
{
	return policy_group_name(policy_watch_policy(w), who.group);
}

TEST(identity, an_address_range_gives_a_group_and_nobody)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-range", false);
	struct who who = ask(w, "127.0.0.5", NULL, 0);
	CHECK_STR(group(w, who), "ks2");
	CHECK(who.person == 0 && who.how == LIVE_HOW_RANGE && who.sure == 0 && who.standing == STANDING_UNKNOWN);
	CHECK_INT(identity_unknown_taken(policy_watch_identity(w)), 0);
	policy_watch_free(&w);
}

TEST(identity, unknown_traffic_gets_the_strictest_group_and_is_counted)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-unknown", false);
	struct who who = ask(w, "192.0.2.1", NULL, 0);
	CHECK_STR(group(w, who), "unknown");
	CHECK_INT(who.how, LIVE_HOW_NONE);
	(void)ask(w, "2001:db8::1", "9:wrong", 0);
	CHECK_INT(identity_unknown_taken(policy_watch_identity(w)), 2);
	CHECK_INT(identity_unknown_taken(policy_watch_identity(w)), 0);
	policy_watch_free(&w);
}

TEST(identity, a_sign_in_counts_at_once_and_ends_at_its_second)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-bind", false);
	scene_bind(dir, "127.0.0.6", "staff", STANDING_CURRENT);
	CHECK(policy_watch_tick(w, clock_utc()) & POLICY_LIVE);
	struct who who = ask(w, "127.0.0.6", NULL, 0);
	CHECK_STR(group(w, who), "staff");
	CHECK(who.person == 42 && who.how == LIVE_HOW_PORTAL && who.sure == 80 && who.standing == STANDING_CURRENT && who.until_utc);
	CHECK_INT(ask(w, "127.0.0.7", NULL, 0).person, 0);
	who = ask(w, "127.0.0.6", NULL, 3601);
	CHECK_STR(group(w, who), "ks2");
	CHECK_INT(who.person, 0);
	policy_watch_free(&w);
}

TEST(identity, a_device_token_fits_its_own_device_only)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-token", false);
	struct who who = ask(w, "192.0.2.1", "7:sesame", 0);
	CHECK(who.device == 7 && who.how == LIVE_HOW_TOKEN);
	CHECK_STR(group(w, who), "ks2");
	static const char *const wrong[] = { "7:sesam", "8:sesame", "7:", ":sesame", "sesame", "7:sesame ", "07:sesame", "" };
	for (size_t i = 0; i < ARRAY_N(wrong); i++)
		CHECK_INT(ask(w, "192.0.2.1", wrong[i], 0).device, 0);
	policy_watch_free(&w);
}

TEST(identity, names_are_kept_only_where_the_school_has_switched_it_on)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *off = watch_of(&a, "id-off", false), *on = watch_of(&a, "id-on", true);
	CHECK(!ask(off, "127.0.0.5", NULL, 0).named);
	CHECK(ask(on, "127.0.0.5", NULL, 0).named);
	policy_watch_free(&off);
	policy_watch_free(&on);
}

TEST(identity, without_a_policy_nobody_is_anybody)
{
	struct identity *id;
	struct who who;
	struct addr a = { 0 };
	identity_new(STR_NONE, &id);
	identity_who(id, NULL, a, STR("7:sesame"), 1, &who);
	CHECK(who.person == 0 && who.group == GROUP_NONE && who.standing == STANDING_UNKNOWN);
	identity_free(&id);
}

TEST(identity, the_network_stays_known_when_somebody_signs_in_on_it_and_a_token_stands_above_it)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-network", false);
	const struct policy *p = policy_watch_policy(w);
	uint32_t ks2 = policy_group(p, STR("ks2")) + 1;
	CHECK_INT(ask(w, "127.0.0.5", NULL, 0).network, ks2);
	scene_bind(dir, "127.0.0.6", "staff", STANDING_CURRENT);
	CHECK(policy_watch_tick(w, clock_utc()) & POLICY_LIVE);
	struct who who = ask(w, "127.0.0.6", NULL, 0);
	CHECK_STR(group(w, who), "staff");
	CHECK_INT(who.network, ks2);
	CHECK_INT(identity_facts(&who, clock_utc()).network, ks2);
	CHECK_INT(ask(w, "127.0.0.5", "7:sesame", 0).network, 0);
	CHECK_INT(ask(w, "192.0.2.1", NULL, 0).network, 0);
	policy_watch_free(&w);
}

static struct who show(struct policy_watch *w, const char *address, enum live_how how, const char *name)
{
	struct addr a;
	struct who who;
	struct shown s = { 0 };
	identity_show(policy_watch_identity(w), how, str_z(name), &s);
	CHECK_OK(addr_read(str_z(address), &a));
	identity_who_shown(policy_watch_identity(w), policy_watch_policy(w), a, STR_NONE, &s, clock_utc(), &who);
	return who;
}

TEST(identity, a_kerberos_ticket_says_who_and_how_surely)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-ticket", true);
	struct who who = show(w, "127.0.0.5", LIVE_HOW_TICKET, "tansy");
	CHECK(who.person == 43 && who.standing == STANDING_CURRENT && who.how == LIVE_HOW_TICKET && who.sure == 95 && !who.device);
	CHECK_STR(group(w, who), "staff");
	CHECK(str_find(str_z(known_how_words(identity_known(who.how))), STR("Kerberos")) > 0);
	CHECK(show(w, "127.0.0.5", LIVE_HOW_TICKET, "fern").how == LIVE_HOW_RANGE);           /* nobody's: the address, as before */
	CHECK(show(w, "127.0.0.5", LIVE_HOW_CERT, "tansy").how == LIVE_HOW_NONE);             /* a login is no device */
	CHECK(show(w, "127.0.0.5", LIVE_HOW_TICKET, "tab-9").how == LIVE_HOW_RANGE);
	policy_watch_free(&w);
}

TEST(identity, a_ticket_stands_above_the_address_but_for_a_class_session)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-ticket-bind", true);
	scene_bind(dir, "127.0.0.6", "ks1", STANDING_UNSIGNED);
	CHECK(policy_watch_tick(w, clock_utc()) & POLICY_LIVE);
	CHECK_INT(show(w, "127.0.0.6", LIVE_HOW_TICKET, "tansy").person, 43);                 /* many desktops at one address */
	CHECK_INT(show(w, "127.0.0.6", LIVE_HOW_TICKET, "fern").person, 42);
	scene_bind_how(dir, "127.0.0.6", "ks1", STANDING_CURRENT, LIVE_HOW_CLASS);
	CHECK(policy_watch_tick(w, clock_utc()) & POLICY_LIVE);
	struct who who = show(w, "127.0.0.6", LIVE_HOW_TICKET, "tansy");
	CHECK(who.how == LIVE_HOW_CLASS && who.person == 42);
	CHECK_STR(group(w, who), "ks1");
	policy_watch_free(&w);
}

TEST(identity, a_certificate_says_which_device_and_a_sign_in_on_it_who)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-cert", true);
	struct who who = show(w, "192.0.2.9", LIVE_HOW_CERT, "tab-9");
	CHECK(who.device == 9 && !who.person && who.standing == STANDING_UNKNOWN && who.how == LIVE_HOW_CERT && who.sure == 0);
	scene_bind(dir, "192.0.2.9", "ks1", STANDING_CURRENT);
	CHECK(policy_watch_tick(w, clock_utc()) & POLICY_LIVE);
	who = show(w, "192.0.2.9", LIVE_HOW_CERT, "tab-9");
	CHECK(who.device == 9 && who.person == 42 && who.how == LIVE_HOW_PORTAL);
	policy_watch_free(&w);
}

TEST(identity, a_certificate_that_counts_no_more_makes_a_stranger_whatever_the_address_says)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-cert-gone", true);
	scene_bind(dir, "127.0.0.5", "ks1", STANDING_CURRENT);
	CHECK(policy_watch_tick(w, clock_utc()) & POLICY_LIVE);
	struct who who = show(w, "127.0.0.5", LIVE_HOW_CERT, "tab-withdrawn");
	CHECK(who.how == LIVE_HOW_NONE && !who.person && !who.device && who.standing == STANDING_UNKNOWN);
	CHECK_INT(who.group, policy_strictest(policy_watch_policy(w)));
	CHECK_INT(identity_unknown_taken(policy_watch_identity(w)), 1);
	policy_watch_free(&w);
}

TEST(identity, a_certificate_that_is_withdrawn_counts_no_more_at_the_next_look_without_a_new_policy)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-cert-live", true);
	uint8_t key[32], digest[32];
	memset(key, 'k', sizeof key);
	token_digest(key, LIVE_HOW_CERT, STR("tab-9"), digest);
	CHECK_INT(show(w, "127.0.0.5", LIVE_HOW_CERT, "tab-9").device, 9);
	scene_withdraw(dir, digest);
	CHECK(policy_watch_tick(w, clock_utc()) & POLICY_LIVE);
	struct who who = show(w, "127.0.0.5", LIVE_HOW_CERT, "tab-9");
	CHECK(!who.device && who.how == LIVE_HOW_NONE);
	CHECK_INT(ask(w, "127.0.0.5", "7:sesame", 0).device, 7);              /* another device's token */
	policy_watch_free(&w);
}

TEST(identity, traffic_of_nobody_is_counted_and_has_the_strictest_rules)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-counts", true);
	(void)show(w, "127.0.0.5", LIVE_HOW_TICKET, "tansy");
	(void)show(w, "127.0.0.5", LIVE_HOW_TICKET, "fern");
	CHECK_STR(group(w, show(w, "192.0.2.77", LIVE_HOW_TICKET, "fern")), "unknown");
	struct identity_counts n = identity_counts(policy_watch_identity(w));
	CHECK(n.asked == 3 && n.unnamed == 1 && n.unknown == 1);
	policy_watch_free(&w);
}

TEST(identity, the_filters_own_test_stands_in_the_network_that_it_asks_as_and_nobody_else_can)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct policy_watch *w = watch_of(&a, "id-tester", false);
	static const char *const from[] = { "127.66.1.1", "192.0.2.9" };
	for (size_t i = 0; i < ARRAY_N(from); i++) {
		scene_bind_as(dir, from[i], "staff", STANDING_CURRENT, LIVE_HOW_RANGE, "127.0.0.5");
		(void)policy_watch_tick(w, clock_utc());
		struct who who = ask(w, from[i], NULL, 0);
		CHECK_STR(group(w, who), "staff");
		CHECK_INT(who.network, i ? 0 : 1 + policy_group(policy_watch_policy(w), STR("ks2")));
		CHECK_INT(ask(w, from[i], NULL, 3601).network, 0);          /* it ends */
	}
	policy_watch_free(&w);
}
