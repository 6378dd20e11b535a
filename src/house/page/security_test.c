#include <unistd.h>

#include "house/account/password.h"
#include "house/page/security_kit.h"

TEST(security, each_weakness_is_found_and_says_how_it_is_mended)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct security_kit k;
	kit_well(&w, &k);
	const char *name = strrchr(k.prefix, '/') + 1;
	struct check_run *r = kit_run(&w, &k);
	CHECK_INT(r->n, N_CHECKS);
	CHECK(kit_is(r, CHECK_KEYS, STATUS_GREEN, "Only their owner") && kit_is(r, CHECK_SANDBOX, STATUS_GREEN, "does not run without") && kit_is(r, CHECK_ADDRESS, STATUS_GREEN, "https"));
	CHECK(kit_is(r, CHECK_AUDIT, STATUS_GREEN, "nothing was found") && kit_is(r, CHECK_BACKUP, STATUS_GREEN, "23 November 2026") && kit_is(r, CHECK_SESSIONS, STATUS_GREEN, "locks after"));
	CHECK(kit_is(r, CHECK_BARRIER, STATUS_RED, "same user") && kit_is(r, CHECK_LISTS, STATUS_RED, "No lists") && kit_is(r, CHECK_SIGNER, STATUS_RED, "never sealed"));
	CHECK(kit_is(r, CHECK_GLASS, STATUS_RED, "envelope is missing") && kit_is(r, CHECK_FILES, STATUS_RED, "Nobody has looked") && kit_is(r, CHECK_CERTIFICATE, STATUS_AMBER, "not told"));

	kit_file(&w, arena_fmt(w.arena, "%s/keys", name).p, "staff.key", "key", 0644);
	kit_file(&w, arena_fmt(w.arena, "%s/log", name).p, "verified", "2026-11-23T09:00:00Z 3 findings\n", 0640);
	kit_file(&w, arena_fmt(w.arena, "%s/log", name).p, "backups", "2026-11-01T09:00:00Z /safe/one\n", 0640);
	k.rules.idle_lock_s = 3600;
	k.rules.second_factor = false;
	r = kit_run(&w, &k);
	CHECK(kit_is(r, CHECK_KEYS, STATUS_RED, "staff.key") && kit_is(r, CHECK_AUDIT, STATUS_RED, "3 findings") && kit_is(r, CHECK_BACKUP, STATUS_RED, "1 November 2026"));
	CHECK(kit_is(r, CHECK_SESSIONS, STATUS_AMBER, "60 minutes") && kit_is(r, CHECK_FACTORS, STATUS_RED, "switched off"));
	kit_done(&k);
	clock_fake(0);
}

TEST(security, a_risk_is_accepted_by_leadership_until_a_day_and_is_red_again_after_it)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	struct security_kit k;
	kit_well(&w, &k);
	const char *form = "item=barrier&reason=The+new+computer+comes+in+December&meanwhile=Nobody+else+signs+in&until=4%2F12%2F2026";
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/security-risk/new", form).status, 403);
	CHECK_INT(web_post(&w, ROLE_HEAD, "/registers/security-risk/new", "item=barrier&reason=x&meanwhile=y&until=").status, 422);
	CHECK_INT(web_post(&w, ROLE_HEAD, "/registers/security-risk/new", "item=barrier&reason=x&meanwhile=y&until=1%2F11%2F2026").status, 422);
	CHECK_INT(web_post(&w, ROLE_HEAD, "/registers/security-risk/new", form).status, 303);
	struct check_run *r = kit_run(&w, &k);
	CHECK(kit_item(r, CHECK_BARRIER)->accepted_until_utc > 0);
	CHECK_INT(sk_tasks(&w, ROLE_TECHNICIAN, "The gate and the records"), 0);
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/security");
	CHECK(web_says(&v, "Accepted by leadership until 4 December 2026"));
	clock_step(20 * 86400 * 1000LL);
	r = kit_run(&w, &k);
	CHECK(kit_item(r, CHECK_BARRIER)->accepted_until_utc == 0);
	CHECK_INT(sk_tasks(&w, ROLE_TECHNICIAN, "The gate and the records"), 1);
	kit_done(&k);
	clock_fake(0);
}

TEST(security, weaknesses_are_shown_to_those_who_mend_them_or_answer_for_them)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool may = r == ROLE_ADMIN || r == ROLE_TECHNICIAN || r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD || r == ROLE_LEADERSHIP || r == ROLE_BUSINESS;
		struct web_visit v = web_get(&w, r, "/security");
		CHECK_INT(v.status == 200, may);
		CHECK(web_post(&w, r, "/security/check", "x=1").status == (may ? 303 : v.status));
	}
	clock_fake(0);
}
