/* What the registers of devices, media and data promise, as the policies have it.  Each name holds the clause. */
#include <stdlib.h>

#include "gen_queries.h"
#include "house/agreement/agreement_store.h"
#include "house/procedure/library.h"
#include "house/page/voice_kit.h"
#include "house/register/tick.h"

static const char *device_form(struct web_school *w, const char *label, const char *more)
{
	return arena_fmt(w->arena, "label=%s&profile=ks2&users=both&place=Office&antivirus=built-in&%s", label, more).p;
}
#define GOOD "kind=tablet&lock=yes&encrypted=yes&filter-seen=2026-11-03"

static const char *loan_form(struct web_school *w, int device, const char *who, const char *more)
{
	return arena_fmt(w->arena, "device=%d&person=Test+%s&from=2026-11-20&purpose=a+lesson&%s", device, who, more).p;
}

static void agreements_of(struct web_school *w, int64_t version)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct agreement_data data;
	struct store st = kit_store(w);
	struct act act = { w->school, 0, "test" };
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
	CHECK_OK(agreement_data_load(w->arena, test_source("data"), &w->web->library->profile, &d, &data));
	for (size_t i = 0; i < data.texts.n; i++) {
		struct agreement g = data.texts.v[i];
		g.version = version;
		g.title = version > 1 ? STR("A newer text") : g.title;
		if (version > 1)
			agreement_digest(&g);
		CHECK_OK(agreement_activate(&st, w->arena, &act, &g, &d));
	}
}

static void agreements(struct web_school *w) { agreements_of(w, 1); }

static void sign(struct web_school *w, int64_t person)
{
	struct store st = kit_store(w);
	struct act act = { w->school, person, "test" };
	struct agreement_shown shown;
	struct person p;
	CHECK_OK(person_get(w->db, w->arena, w->school, person, &p));
	CHECK_OK(agreement_show_of(&st, w->arena, w->school, agreement_audience_of(w->db, w->arena, &p), STR("en"), &shown));
	CHECK_OK(agreement_sign(&st, w->arena, &act, &(struct sign_in){ .person = person, .digest = shown.digest }));
}

/* ---- devices ---- */

TEST(clause, c2_02_every_kind_of_device_is_registered_with_its_filter_profile)
{
	static const char *const kinds[] = { "computer", "tablet", "phone", "console", "camera", "video", "other" };
	ON_EACH_PROFILE(w)
		for (size_t i = 0; i < ARRAY_N(kinds); i++) {
			const char *label = arena_fmt(w.arena, "D-%zu", i).p;
			struct web_visit v = kit_add(&w, ROLE_TECHNICIAN, "device", arena_fmt(w.arena, "label=%s&kind=%s&users=both&place=Office&antivirus=built-in&lock=yes&encrypted=yes", label, kinds[i]).p);
			CHECK(v.status == 422 && web_says(&v, "Filtered as: please fill this in"));       /* none without a profile */
			const char *at = kit_added(&w, ROLE_TECHNICIAN, "device", device_form(&w, label, arena_fmt(w.arena, "kind=%s&lock=yes&encrypted=yes", kinds[i]).p));
			CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "Years 3 to 6"));
			CHECK(kit_shows(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "/registers/device?kind=%s", kinds[i]).p, label));
		}
}

TEST(clause, c7_1_04_a_device_without_filter_antivirus_or_lock_evidence_is_amber_and_listed)
{
	static const char *const missing[] = { "kind=tablet&lock=no&encrypted=yes&filter-seen=2026-11-03", "kind=tablet&lock=yes&encrypted=yes",
		"kind=tablet&lock=yes&encrypted=yes&filter-seen=2026-11-03&antivirus=no" };
	ON_EACH_PROFILE(w) {
		const char *good = kit_added(&w, ROLE_TECHNICIAN, "device", device_form(&w, "GOOD", GOOD));
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, good, "govuk-tag--green"));
		for (size_t i = 0; i < ARRAY_N(missing); i++) {
			const char *form = arena_fmt(w.arena, "label=BAD-%zu&profile=ks2&users=both&place=Office&%s%s", i, missing[i], i == 2 ? "" : "&antivirus=built-in").p;
			const char *at = kit_added(&w, ROLE_TECHNICIAN, "device", form);
			CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "govuk-tag--orange"));
			CHECK(kit_shows(&w, ROLE_TECHNICIAN, "/registers/device?state=unprotected", arena_fmt(w.arena, "BAD-%zu", i).p));
		}
		CHECK(!kit_shows(&w, ROLE_TECHNICIAN, "/registers/device?state=unprotected", "GOOD"));
		CHECK_INT(kit_edit(&w, ROLE_TECHNICIAN, good, device_form(&w, "GOOD", "kind=tablet&lock=no&encrypted=yes&filter-seen=2026-11-03")).status, 303);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, "/registers/device?state=unprotected", "GOOD"));     /* evidence that is taken back shows at once */
	}
}

static void loan_needs_agreement(struct web_school *w)
{
	agreements(w);
	(void)kit_added(w, ROLE_TECHNICIAN, "device", device_form(w, "TAB-1", GOOD));
	const char *at = kit_added(w, ROLE_TEACHER, "device-loan", loan_form(w, 1, "Teacher", "off-site=no"));
	struct web_visit v = kit_move(w, ROLE_TECHNICIAN, at, "lent");
	CHECK(v.status == 422 && web_says(&v, "without an agreement that is in force"));
	sign(w, w->person[ROLE_TEACHER]);
	CHECK_INT(kit_move(w, ROLE_TECHNICIAN, at, "lent").status, 303);
	CHECK(kit_shows(w, ROLE_TECHNICIAN, at, "Lent out"));
}

TEST(clause, c7_1_03_a_device_goes_to_nobody_without_a_current_agreement)
{
	ON_EACH_PROFILE(w)
		loan_needs_agreement(&w);
}

TEST(clause, c9_5_04_a_loan_is_refused_when_the_borrowers_signature_is_of_an_older_text)
{
	ON_EACH_PROFILE(w) {
		loan_needs_agreement(&w);
		(void)kit_added(&w, ROLE_TECHNICIAN, "device", device_form(&w, "TAB-2", GOOD));
		const char *at = kit_added(&w, ROLE_TEACHER, "device-loan", loan_form(&w, 2, "Teacher", "off-site=no"));
		agreements_of(&w, 2);                    /* a new text comes into force; the teacher signed the one before */
		struct web_visit v = kit_move(&w, ROLE_TECHNICIAN, at, "lent");
		CHECK(v.status == 422 && web_says(&v, "without an agreement that is in force"));
		sign(&w, w.person[ROLE_TEACHER]);
		CHECK_INT(kit_move(&w, ROLE_TECHNICIAN, at, "lent").status, 303);
	}
}

TEST(clause, c7_11_09_an_unencrypted_device_does_not_leave_the_building)
{
	ON_EACH_PROFILE(w) {
		agreements(&w);
		sign(&w, w.person[ROLE_TEACHER]);
		const char *device = kit_added(&w, ROLE_TECHNICIAN, "device", device_form(&w, "LAP-1", "kind=computer&lock=yes&encrypted=no&filter-seen=2026-11-03"));
		const char *at = kit_added(&w, ROLE_TEACHER, "device-loan", loan_form(&w, 1, "Teacher", "off-site=yes&until=2027-01-10"));
		struct web_visit v = kit_move(&w, ROLE_TECHNICIAN, at, "lent");
		CHECK(v.status == 422 && web_says(&v, "not encrypted and so does not leave the building"));
		CHECK_INT(kit_edit(&w, ROLE_TECHNICIAN, device, device_form(&w, "LAP-1", "kind=computer&lock=yes&encrypted=yes&filter-seen=2026-11-03")).status, 303);
		CHECK_INT(kit_move(&w, ROLE_TECHNICIAN, at, "lent").status, 303);
	}
}

TEST(clause, c7_9_08_video_equipment_stays_until_the_safeguarding_lead_agrees)
{
	ON_EACH_PROFILE(w) {
		agreements(&w);
		sign(&w, w.person[ROLE_TEACHER]);
		(void)kit_added(&w, ROLE_TECHNICIAN, "device", device_form(&w, "VC-1", "kind=video&lock=yes&encrypted=yes&filter-seen=2026-11-03"));
		const char *at = kit_added(&w, ROLE_TEACHER, "device-loan", loan_form(&w, 1, "Teacher", "off-site=yes&until=2027-01-10"));
		struct web_visit v = kit_move(&w, ROLE_TECHNICIAN, at, "lent");
		CHECK(v.status == 422 && web_says(&v, "only when the safeguarding lead has agreed"));
		CHECK_INT(kit_move(&w, ROLE_TECHNICIAN, at, "agreed").status, 403);       /* the technician is not the lead */
		CHECK_INT(kit_move(&w, ROLE_HEAD, at, "agreed").status, 403);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "agreed").status, 303);
		CHECK_INT(kit_move(&w, ROLE_TECHNICIAN, at, "lent").status, 303);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "Agreed by the safeguarding lead"));
	}
}

TEST(clause, c9_5_02_a_device_without_passcode_goes_to_nobody)
{
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	agreements(&w);
	sign(&w, w.person[ROLE_TEACHER]);
	(void)kit_added(&w, ROLE_TECHNICIAN, "device", device_form(&w, "PH-1", "kind=phone&lock=no&encrypted=yes&filter-seen=2026-11-03"));
	const char *at = kit_added(&w, ROLE_TEACHER, "device-loan", loan_form(&w, 1, "Teacher", "off-site=no"));
	struct web_visit v = kit_move(&w, ROLE_TECHNICIAN, at, "lent");
	CHECK(v.status == 422 && web_says(&v, "no passcode, password or PIN"));
}

static int64_t refusals(struct web_school *w)
{
	int64_t n = 0;
	struct q_device_refusals_row row;
	CHECK_OK(q_device_refusals_one(w->db, w->arena, &(struct q_device_refusals_args){ .school = w->school }, &row));
	n = row.n;
	return n;
}

TEST(clause, c9_5_03_a_pupil_is_refused_on_a_staff_device_and_it_is_logged)
{
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	const char *at = kit_added(&w, ROLE_TECHNICIAN, "device", "label=ST-1&profile=staff&users=staff&place=Office&antivirus=built-in&" GOOD "&address=10.0.0.77");
	struct jar j = jar_new(&w, "10.0.0.77"), other = jar_new(&w, "10.0.0.78");
	CHECK_INT(jar_sign_in(&j, w.person[ROLE_LEARNER]).status, 403);
	CHECK_INT(refusals(&w), 1);
	CHECK_INT(jar_sign_in(&other, w.person[ROLE_LEARNER]).status, 303);           /* elsewhere: let on */
	struct jar staff = jar_new(&w, "10.0.0.77");
	CHECK_INT(jar_sign_in(&staff, w.person[ROLE_TEACHER]).status, 303);
	CHECK_INT(kit_edit(&w, ROLE_TECHNICIAN, at, "label=ST-1&profile=staff&users=both&place=Office&antivirus=built-in&" GOOD "&address=10.0.0.77").status, 303);
	struct jar again = jar_new(&w, "10.0.0.77");
	CHECK_INT(jar_sign_in(&again, w.person[ROLE_LEARNER]).status, 303);
	CHECK_INT(refusals(&w), 1);
}

TEST(clause, c7_5_02_a_device_whose_virus_protection_is_old_is_on_the_overdue_list)
{
	ON_EACH_PROFILE(w) {
		struct store st = kit_store(&w);
		size_t n = 0;
		int64_t now = clock_utc();
		const char *old = time_iso_date(w.arena, now - 40 * 86400).p, *fresh = time_iso_date(w.arena, now - 5 * 86400).p;
#define SEEN "label=%s&kind=computer&profile=staff&users=staff&place=Office&lock=yes&encrypted=yes&antivirus=yes&antivirus-checked=%s"
		const char *at = kit_added(&w, ROLE_TECHNICIAN, "device", arena_fmt(w.arena, SEEN, "OLD-1", old).p);
		(void)kit_added(&w, ROLE_TECHNICIAN, "device", arena_fmt(w.arena, SEEN, "NEW-1", fresh).p);
		struct web_visit v = kit_add(&w, ROLE_TECHNICIAN, "device", arena_fmt(w.arena, SEEN, "NONE-1", "").p);
		CHECK(v.status == 422 && web_says(&v, "last seen up to date: please fill this in"));
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, "/registers/device?due=1", "OLD-1") && !kit_shows(&w, ROLE_TECHNICIAN, "/registers/device?due=1", "NEW-1"));
		CHECK_OK(registers_tick(&st, w.school, now, &n));
		CHECK_INT(n, 1);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, "/tasks", "OLD-1"));        /* and somebody has to look */
		CHECK_OK(registers_tick(&st, w.school, now, &n));
		CHECK_INT(n, 0);
		CHECK_INT(kit_edit(&w, ROLE_TECHNICIAN, at, arena_fmt(w.arena, SEEN, "OLD-1", fresh).p).status, 303);
		CHECK_OK(registers_tick(&st, w.school, now, &n));
		CHECK_INT(n, 1);                                     /* mended: nobody has to look any more */
		CHECK(!kit_shows(&w, ROLE_TECHNICIAN, "/tasks", "OLD-1"));
	}
}

/* ---- media, software ---- */

#define STICK "label=STICK-1&kind=stick&personal-data=%s&encrypted=%s&scan=%s&scanned=%s"

TEST(clause, c7_5_07_media_is_not_usable_before_a_clean_scan)
{
	ON_EACH_PROFILE(w) {
		const char *at = kit_added(&w, ROLE_TECHNICIAN, "media", arena_fmt(w.arena, STICK, "no", "no", "not", "").p);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "Not usable"));
		CHECK_INT(kit_edit(&w, ROLE_TECHNICIAN, at, arena_fmt(w.arena, STICK, "no", "no", "found", "2026-11-20").p).status, 303);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "govuk-tag--red"));
		CHECK_INT(kit_edit(&w, ROLE_TECHNICIAN, at, arena_fmt(w.arena, STICK, "no", "no", "clean", "").p).status, 422);
		CHECK_INT(kit_edit(&w, ROLE_TECHNICIAN, at, arena_fmt(w.arena, STICK, "no", "no", "clean", "2026-11-21").p).status, 303);
		CHECK(kit_shows(&w, ROLE_TECHNICIAN, at, "govuk-tag--green"));
	}
}

static const char *permission(struct web_school *w, int media, const char *until, const char *off_site)
{
	return kit_added(w, ROLE_TEACHER, "media-permission", arena_fmt(w->arena, "person=Test+Teacher&media=%d&purpose=photos&off-site=%s&until=%s", media, off_site, until).p);
}

TEST(clause, c7_5_04_media_with_personal_data_leaves_the_building_only_encrypted)
{
	ON_EACH_PROFILE(w) {
		const char *until = time_iso_date(w.arena, clock_utc() + 20 * 86400).p;
		const char *stick = kit_added(&w, ROLE_TECHNICIAN, "media", arena_fmt(w.arena, STICK, "no", "no", "clean", "2026-11-20").p);
		const char *at = permission(&w, 1, until, "yes");
		struct web_visit v = kit_move(&w, ROLE_DSL, at, "permitted");
		CHECK(v.status == 422 && web_says(&v, "leaves the building only encrypted"));
		CHECK_INT(kit_edit(&w, ROLE_TECHNICIAN, stick, arena_fmt(w.arena, STICK, "yes", "yes", "clean", "2026-11-20").p).status, 303);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "permitted").status, 303);
	}
}

TEST(clause, c7_5_06_a_permission_has_another_approver_and_an_end_and_is_withdrawn_by_itself)
{
	ON_EACH_MONDAY(w) {
		struct store st = kit_store(&w);
		size_t n = 0;
		int64_t now = clock_utc();
		(void)kit_added(&w, ROLE_TECHNICIAN, "media", arena_fmt(w.arena, STICK, "no", "yes", "clean", "2026-09-10").p);
		const char *endless = permission(&w, 1, "", "no"), *at = permission(&w, 1, time_iso_date(w.arena, now + 3 * 86400).p, "no");
		CHECK_INT(kit_move(&w, ROLE_TEACHER, at, "permitted").status, 403);
		struct web_visit v = kit_move(&w, ROLE_DSL, endless, "permitted");
		CHECK(v.status == 422 && web_says(&v, "A permission ends on a day"));
		const char *own = kit_added(&w, ROLE_DSL, "media-permission", arena_fmt(w.arena, "person=Test+Teacher&media=1&purpose=mine&off-site=no&until=%s", time_iso_date(w.arena, now + 3 * 86400).p).p);
		CHECK_INT(kit_move(&w, ROLE_DSL, own, "permitted").status, 403);        /* never one's own */
		CHECK_INT(kit_move(&w, ROLE_HEAD, own, "permitted").status, 303);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "permitted").status, 303);
		CHECK(kit_shows(&w, ROLE_DSL, at, "Permitted by"));
		CHECK_OK(registers_tick(&st, w.school, now, &n));
		CHECK_INT(n, 0);
		clock_fake((now + 6 * 86400) * 1000);
		web_fresh(&w);
		CHECK_OK(registers_tick(&st, w.school, clock_utc(), &n));
		CHECK_INT(n, 2);
		CHECK(kit_shows(&w, ROLE_DSL, at, "Withdrawn") && kit_shows(&w, ROLE_DSL, at, "its day is past"));
	}
}

/* ---- data protection ---- */

#define SYSTEM "name=Progress+tracker&kind=progress&owner=Test+Teacher&holds=marks&basis=task&where=uk&transit=yes&kept=seven+years&attested-by=Test+Headteacher&attested=%s"

TEST(clause, c7_11_06_each_tracking_system_has_a_yearly_statement_and_an_overdue_one_shows)
{
	ON_EACH_PROFILE(w) {
		struct store st = kit_store(&w);
		size_t n = 0;
		int64_t now = clock_utc();
		struct web_visit v = kit_add(&w, ROLE_ADMIN, "data-system", arena_fmt(w.arena, SYSTEM, "").p);
		CHECK_INT(v.status, 422);
		const char *at = kit_added(&w, ROLE_ADMIN, "data-system", arena_fmt(w.arena, SYSTEM, time_iso_date(w.arena, now - 400 * (int64_t)86400).p).p);
		CHECK(kit_shows(&w, ROLE_HEAD, at, "The yearly statement is overdue"));
		CHECK_OK(registers_tick(&st, w.school, now, &n));
		CHECK_INT(n, 1);
		CHECK(kit_shows(&w, ROLE_HEAD, "/tasks", "The yearly statement is overdue"));
		CHECK_INT(kit_edit(&w, ROLE_HEAD, at, arena_fmt(w.arena, SYSTEM, time_iso_date(w.arena, now).p).p).status, 303);
		CHECK(!kit_shows(&w, ROLE_HEAD, at, "The yearly statement is overdue"));
		CHECK(!kit_shows(&w, ROLE_HEAD, "/registers/data-system?due=1", "Progress tracker"));
	}
}
