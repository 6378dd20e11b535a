/* Video conferences, recordings, their equipment (7.9). */
#include "house/service/clausekit.h"
#include "house/service/gatekit.h"

struct call { int64_t service, session, child; };

/* A session with everything that approval asks for, but for one field, which is `value` instead. */
static struct call call_of(struct web_school *w, const char *without, const char *value)
{
	static const char *const fields[][2] = { { "purpose", "A museum shows its engines" }, { "partner", "educational" }, { "contacted", "2026-11-16" },
		{ "level", "near" }, { "account-protection", "two steps at sign-in" } };
	struct call k = { .service = ck_service(w, "Facecall", "videoconference", "facecall.test", "ks2 staff", "1 June 2027"), .child = ck_child(w, "Pip Pebbleton") };
	k.session = ck_put(w, NULL, "video-session", NULL, "title", "Engines", "service", ck_id(w, k.service), "starts", "2026-11-25T10:00:00Z", "partner", "educational", NULL);
	for (size_t i = 0; i < 5; i++)
		if (strcmp(fields[i][0], without) != 0)
			CHECK_STR(ck_change(w, k.session, NULL, fields[i][0], fields[i][1], NULL), "");
	if (strcmp(without, "supervisor") != 0)
		CHECK_STR(ck_change(w, k.session, NULL, "supervisor", ck_id(w, w->person[ROLE_TEACHER]), NULL), "");
	if (strcmp(without, "account-owner") != 0)
		CHECK_STR(ck_change(w, k.session, NULL, "account-owner", ck_id(w, w->person[ROLE_TEACHER]), NULL), "");
	if (value)
		CHECK_STR(ck_change(w, k.session, NULL, without, value, NULL), "");
	return k;
}

static void approval_asks(const char *without, const char *value, const char *says, const char *mended)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct call k = call_of(&w, without, value);
		CHECK(ck_has(ck_change(&w, k.session, "approved", NULL), says));
		CHECK_STR(ck_change(&w, k.session, "approved", without, mended ? mended : ck_id(&w, w.person[ROLE_TEACHER]), NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_9_01_a_session_says_its_purpose_before_approval) { approval_asks("purpose", NULL, "Say what the children will learn", "engines"); }
TEST(clause, c7_9_10_approval_asks_who_owns_the_account) { approval_asks("account-owner", NULL, "whose account", NULL); }
TEST(clause, c7_9_10_approval_asks_how_the_account_is_protected) { approval_asks("account-protection", NULL, "how the account is protected", "two steps"); }
TEST(clause, c7_9_2_03_a_session_without_a_supervisor_does_not_start) { approval_asks("supervisor", NULL, "Name who supervises", NULL); }
TEST(clause, c7_9_3_06_the_other_side_is_talked_with_before) { approval_asks("contacted", "2026-11-25", "Talk with the other side before", "2026-11-24"); }

TEST(clause, c7_9_3_07_material_of_a_partner_outside_education_is_looked_at_first)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct call k = call_of(&w, "partner", "other");
		CHECK(ck_has(ck_change(&w, k.session, "approved", NULL), "looked at first"));
		CHECK_STR(ck_change(&w, k.session, "approved", "content-checked", "yes", NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_9_09_an_outside_session_needs_a_signed_assessment_of_its_service)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct call k = call_of(&w, "purpose", "engines");
		int64_t other = ck_service(&w, "Ringround", "videoconference", "ringround.test", NULL, NULL);
		CHECK_STR(ck_change(&w, k.session, NULL, "service", ck_id(&w, other), NULL), "");
		CHECK(ck_has(ck_change(&w, k.session, "approved", NULL), "No signed risk assessment opens this service."));
		CHECK_STR(ck_change(&w, k.session, "approved", "service", ck_id(&w, k.service), NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_9_2_01_a_learner_without_consent_is_refused_by_name_and_a_withdrawal_counts_at_once)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct call k = call_of(&w, "purpose", "engines");
		struct str said;
		CHECK_STR(ck_change(&w, k.session, "approved", NULL), "");
		CHECK(!ck_put(&w, &said, "video-participant", NULL, "session", ck_id(&w, k.session), "person", ck_id(&w, k.child), NULL));
		CHECK(ck_has(said, "Pip Pebbleton has no parent's consent"));
		int64_t consent = ck_consent(&w, k.child, "videoconference", "paper");
		CHECK(ck_put(&w, NULL, "video-participant", NULL, "session", ck_id(&w, k.session), "person", ck_id(&w, k.child), NULL));
		CHECK_STR(ck_change(&w, consent, "withdrawn", NULL), "");
		CHECK(ck_has(ck_change(&w, k.session, "running", "parent-present", "yes", NULL), "Pip Pebbleton has no parent's consent"));
		CHECK(ck_consent(&w, k.child, "videoconference", "paper"));
		CHECK_STR(ck_change(&w, k.session, "running", "parent-present", "yes", NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_9_2_02_learners_call_nobody_before_a_member_of_staff_opens_it)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		ck_service(&w, "Facecall", "videoconference", "facecall.test", "ks2 staff", "1 June 2027");
		struct gatekit *g = gatekit_new("", ck_policy(&w).p);
		CHECK_STR(str_z(gatekit_ask(g, "facecall.test", "ks2:class=4")), "block rule-blocked:service-1-calls-ks2");
		CHECK_STR(str_z(gatekit_ask(g, "facecall.test", "staff")), "allow service:service-1-staff");
		gatekit_permit(g, "facecall.test", 4);
		CHECK(strncmp(gatekit_ask(g, "facecall.test", "ks2:class=4"), "allow live-allowed", 18) == 0);
		CHECK_STR(str_z(gatekit_ask(g, "facecall.test", "ks2:class=5")), "block rule-blocked:service-1-calls-ks2");
		gatekit_free(&g);
	}
	clock_fake(0);
}

TEST(clause, c7_9_2_04_a_call_home_waits_for_a_parent_where_the_policy_says_so)
{
	ck_monday();
	for (int turn = 0; turn < 2; turn++) {
		AUTO(web_school_done) struct web_school w = web_school_of(turn ? "primary" : "junior");
		struct call k = call_of(&w, "partner", "home");
		CHECK(ck_consent(&w, k.child, "videoconference", "paper"));
		CHECK_STR(ck_change(&w, k.session, "approved", NULL), "");
		CHECK(ck_put(&w, NULL, "video-participant", NULL, "session", ck_id(&w, k.session), "person", ck_id(&w, k.child), NULL));
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/registers/video-session/new");
		CHECK(v.status == 200 && web_says(&v, "A parent is in the room") == (turn == 1));
		struct str said = ck_change(&w, k.session, "running", NULL);
		CHECK(turn ? ck_has(said, "A parent is present throughout") : !said.n);
		if (turn)
			CHECK_STR(ck_change(&w, k.session, "running", "parent-present", "yes", NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_9_2_05_a_conference_service_that_is_not_approved_is_blocked_for_all_on_site)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		ck_service(&w, "Ringround", "videoconference", "ringround.test", NULL, NULL);
		struct gatekit *g = gatekit_new("[rule 1]\nallow = ringround.test\nreason = r\n", ck_policy(&w).p);
		CHECK_STR(str_z(gatekit_ask(g, "ringround.test", "staff")), "block service-held:service-1");
		CHECK_STR(str_z(gatekit_ask(g, "ringround.test", "ks2")), "block service-held:service-1");
		gatekit_free(&g);
	}
	clock_fake(0);
}

TEST(clause, c7_9_2_08_a_login_of_a_video_service_goes_to_staff_only)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t service = ck_service(&w, "Facecall", "videoconference", "facecall.test", "staff", "1 June 2027");
		struct str said;
		CHECK(!ck_put(&w, &said, "video-login", NULL, "person", ck_id(&w, ck_child(&w, "Pip Pebbleton")), "service", ck_id(&w, service), "on", "2026-11-20", NULL));
		CHECK(ck_has(said, "Pip Pebbleton is not staff"));
		CHECK(!ck_put(&w, &said, "video-login", NULL, "person", ck_id(&w, w.person[ROLE_VISITOR]), "service", ck_id(&w, service), "on", "2026-11-20", NULL));
		CHECK(ck_put(&w, NULL, "video-login", NULL, "person", ck_id(&w, w.person[ROLE_TEACHER]), "service", ck_id(&w, service), "on", "2026-11-20", NULL));
	}
	clock_fake(0);
}

/* ---- recordings ---- */

static int64_t recording_of(struct web_school *w, const char *without)
{
	struct call k = call_of(w, "purpose", "engines");
	CHECK(ck_consent(w, k.child, "videoconference", "paper"));
	CHECK(ck_put(w, NULL, "video-participant", NULL, "session", ck_id(w, k.session), "person", ck_id(w, k.child), NULL));
	static const char *const fields[][2] = { { "reason", "for a child who is ill" }, { "announced", "yes" }, { "place", "school drive" }, { "access", "the class teacher" }, { "delete-by", "2026-12-18" } };
	int64_t id = ck_put(w, NULL, "recording", NULL, "session", ck_id(w, k.session), NULL);
	for (size_t i = 0; i < 5; i++)
		if (strcmp(fields[i][0], without) != 0)
			CHECK_STR(ck_change(w, id, NULL, fields[i][0], fields[i][1], NULL), "");
	if (strcmp(without, "permission") != 0)
		CHECK(ck_consent(w, k.child, "recording", "paper"));
	else
		CHECK(ck_consent(w, k.child, "recording", "spoken"));
	return id;
}

static void recording_asks(const char *without, const char *says)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		CHECK(ck_has(ck_change(&w, recording_of(&w, without), "made", NULL), says));
		ck_monday();
		AUTO(web_school_done) struct web_school other = web_school_of("junior");
		CHECK_STR(ck_change(&other, recording_of(&other, ""), "made", NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_9_3_01_everybody_is_told_at_the_start) { recording_asks("announced", "Everybody is told at the start"); }
TEST(clause, c7_9_3_02_a_spoken_yes_of_one_participant_is_not_enough) { recording_asks("permission", "Pip Pebbleton has not agreed in writing"); }
TEST(clause, c7_9_3_03_a_recording_has_a_reason) { recording_asks("reason", "Say why it is recorded"); }
TEST(clause, c7_9_3_04_a_recording_has_a_place) { recording_asks("place", "Say where it is kept"); }
TEST(clause, c7_9_3_04_a_recording_has_a_day_of_deletion) { recording_asks("delete-by", "Say by which day it is deleted"); }

TEST(clause, c7_9_3_04_every_look_at_a_recording_is_kept)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = recording_of(&w, "");
		CHECK(!ck_put(&w, &(struct str){ 0 }, "recording-view", NULL, "recording", ck_id(&w, id), "person", ck_id(&w, w.person[ROLE_TEACHER]), "on", "2026-11-26T09:00:00Z", NULL));
		CHECK(ck_put(&w, NULL, "recording-view", NULL, "recording", ck_id(&w, id), "person", ck_id(&w, w.person[ROLE_TEACHER]), "on", "2026-11-26T09:00:00Z", "reason", "shown to Pip", NULL));
	}
	clock_fake(0);
}

TEST(clause, c7_9_3_05_material_of_others_is_recorded_only_after_the_rights_check)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = recording_of(&w, "");
		CHECK(ck_has(ck_change(&w, id, "made", "third-party", "yes", NULL), "check first that it may be recorded"));
		CHECK_STR(ck_change(&w, id, "made", "third-party", "yes", "rights-check", "the museum agreed by letter", NULL), "");
	}
	clock_fake(0);
}

/* ---- equipment ---- */

static int64_t equipment(struct web_school *w, const char *networked)
{
	return ck_put(w, NULL, "video-equipment", NULL, "name", "Room camera", "place", "locked cupboard, hall", "networked", networked, NULL);
}

static void equipment_asks(const char *field, const char *says)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = equipment(&w, "no");
		const char *other = strcmp(field, "auto-answer-off") == 0 ? "hides-address" : "auto-answer-off";
		CHECK(ck_has(ck_change(&w, id, "approved", other, "yes", NULL), says));
		CHECK_STR(ck_change(&w, id, "approved", other, "yes", field, "yes", NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_9_03_equipment_that_may_answer_by_itself_is_not_approved) { equipment_asks("auto-answer-off", "Auto-answer is off"); }
TEST(clause, c7_9_06_equipment_hides_the_schools_address) { equipment_asks("hides-address", "network address is hidden"); }

TEST(clause, c7_9_04_a_conference_unit_has_a_number_of_the_national_scheme)
{
	static const char *const bad[] = { "12345678", "+44 1632 960123", "+0163296012", "+44163296012345678" };
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = equipment(&w, "yes"), plain = equipment(&w, "no");
		CHECK_STR(ck_change(&w, id, NULL, "auto-answer-off", "yes", "hides-address", "yes", "identity", "Hall", NULL), "");
		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
			CHECK(ck_change(&w, id, "approved", "number", bad[i], NULL).n > 0);
		CHECK_STR(ck_change(&w, id, "approved", "number", "+441632960123", NULL), "");
		CHECK_STR(ck_change(&w, plain, "approved", "auto-answer-off", "yes", "hides-address", "yes", NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_9_05_a_conference_unit_without_a_name_of_its_own_is_a_gap)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = equipment(&w, "yes");
		CHECK_STR(ck_change(&w, id, NULL, "auto-answer-off", "yes", "hides-address", "yes", "number", "+441632960123", NULL), "");
		CHECK(ck_has(ck_gaps(&w), "Room camera: It shows no name of its own (H.323)."));
		CHECK_STR(ck_change(&w, id, NULL, "identity", "Hall", NULL), "");
		CHECK(!ck_has(ck_gaps(&w), "H.323"));
	}
	clock_fake(0);
}

TEST(clause, c7_9_02_a_room_check_says_of_each_piece_that_it_is_off_and_when)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = equipment(&w, "no");
		CHECK(!ck_put(&w, &(struct str){ 0 }, "video-check", NULL, "equipment", ck_id(&w, id), "on", "2026-11-20", "locked", "yes", "person", ck_id(&w, w.person[ROLE_TEACHER]), NULL));
		CHECK(ck_put(&w, NULL, "video-check", NULL, "equipment", ck_id(&w, id), "on", "2026-11-20", "switched-off", "yes", "locked", "yes", "person", ck_id(&w, w.person[ROLE_TEACHER]), NULL));
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/registers/video-check");
		CHECK(v.status == 200 && web_says(&v, "Room camera") && web_says(&v, "20 November 2026"));
	}
	clock_fake(0);
}

TEST(clause, c7_9_11_equipment_has_a_place_and_an_overdue_look_is_listed)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		CHECK(!ck_put(&w, &(struct str){ 0 }, "video-equipment", NULL, "name", "Room camera", "networked", "no", NULL));
		int64_t id = equipment(&w, "no");
		CHECK_STR(ck_change(&w, id, "approved", "auto-answer-off", "yes", "hides-address", "yes", "checked", "2026-11-20", NULL), "");
		CHECK(!ck_has(ck_gaps(&w), "Room camera"));
		clock_step(40 * 86400 * 1000LL);
		CHECK(ck_has(ck_gaps(&w), "Room camera: Nobody has seen it switched off and locked away for 30 days."));
		ck_monday();
	}
	clock_fake(0);
}
