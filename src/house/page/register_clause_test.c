/* What the registers promise, as the policies have it.  Each name holds the clause. */
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

/* ---- resources ---- */

#define SITE "title=Number+frogs&address=frogs.example.org&years=y1&years=y2&needs=send"
#define EVALUATED SITE "&content=sums&adverts=none&contact=none&privacy=nothing&worth=practice"

TEST(clause, c7_1_05_a_class_uses_only_what_was_evaluated_whole)
{
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { w.school, 0, "test" };
		int64_t class_id;
		CHECK_OK(class_add(w.db, &act, STR("Heron"), 2, STR_NONE, &d, &class_id));
		const char *at = kit_added(&w, ROLE_TEACHER, "learning-resource", SITE);
		struct web_visit v = kit_add(&w, ROLE_TEACHER, "class-resource", "class=Heron&resource=1");
		CHECK(v.status == 422 && web_says(&v, "not evaluated yet"));
		v = kit_move(&w, ROLE_DSL, at, "approved");
		CHECK(v.status == 422 && web_says(&v, "The evaluation is not whole yet"));
		CHECK_INT(kit_edit(&w, ROLE_TEACHER, at, EVALUATED).status, 303);
		CHECK_INT(kit_move(&w, ROLE_TEACHER, at, "approved").status, 403);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "approved").status, 303);
		CHECK_INT(kit_add(&w, ROLE_TEACHER, "class-resource", "class=Heron&resource=1").status, 303);
	}
}

TEST(clause, c7_1_06_only_what_was_looked_at_for_home_is_suggested_to_families)
{
	ON_EACH_PROFILE(w) {
		const char *at = kit_added(&w, ROLE_TEACHER, "learning-resource", EVALUATED);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "approved").status, 303);
		struct web_visit v = kit_add(&w, ROLE_TEACHER, "home-suggestion", "resource=1&on=2026-11-20&message=Try+this");
		CHECK(v.status == 422 && web_says(&v, "not approved for home"));
		v = kit_edit(&w, ROLE_TEACHER, at, EVALUATED "&home=yes");
		CHECK(v.status == 422);                                  /* and not without saying how it looks there */
		CHECK_INT(kit_edit(&w, ROLE_TEACHER, at, EVALUATED "&home=yes&home-check=no+adverts+at+home+either").status, 303);
		CHECK_INT(kit_add(&w, ROLE_TEACHER, "home-suggestion", "resource=1&on=2026-11-20&message=Try+this").status, 303);
	}
}

TEST(clause, c5_3_17_staff_find_approved_resources_by_year_and_need)
{
	ON_EACH_PROFILE(w) {
		const char *at = kit_added(&w, ROLE_TEACHER, "learning-resource", EVALUATED);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "approved").status, 303);
		(void)kit_added(&w, ROLE_TEACHER, "learning-resource", "title=Big+sums&address=sums.example.org&years=y6&needs=high");
		CHECK(kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y1&needs=send&state=approved", "Number frogs"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y1&needs=send", "Big sums"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y6", "Number frogs"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y6&state=approved", "Big sums"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y2&needs=high", "Number frogs"));
	}
}

/* ---- pictures ---- */

TEST(clause, c7_7_01_a_picture_of_a_child_without_consent_is_not_entered)
{
	ON_EACH_PROFILE(w) {
		const char *form = "what=Sports+day&children=Test+Pupil&where=website&on=2026-11-20&names=no&policies=yes";
		struct web_visit v = kit_add(&w, ROLE_OFFICE, "image-publication", form);
		CHECK(v.status == 422 && web_says(&v, "no consent in force"));
		const char *at = kit_added(&w, ROLE_OFFICE, "image-consent", "child=Test+Pupil&by=Tansy+Testerley&on=2026-09-03&how=paper&for=website");
		v = kit_add(&w, ROLE_OFFICE, "image-publication", "what=Sports+day&children=Test+Pupil&where=website&on=2026-11-20&names=yes&policies=yes");
		CHECK(v.status == 422 && web_says(&v, "No full names"));
		v = kit_add(&w, ROLE_OFFICE, "image-publication", "what=Sports+day&children=Test+Pupil&where=website&on=2026-11-20&names=no&policies=no");
		CHECK_INT(v.status, 422);
		CHECK_INT(kit_add(&w, ROLE_OFFICE, "image-publication", form).status, 303);
		CHECK_INT(kit_move(&w, ROLE_OFFICE, at, "withdrawn").status, 303);
		CHECK_INT(kit_add(&w, ROLE_OFFICE, "image-publication", form).status, 422);      /* taken back: at once */
	}
}

/* ---- rewards, inclusion ---- */

static int64_t a_class(struct web_school *w, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	int64_t id;
	CHECK_OK(class_add(w->db, &act, str_z(name), 4, STR_NONE, &d, &id));
	return id;
}

/* The text of one row of a map. */
static struct str map_row(struct web_school *w, const char *reg, const char *label)
{
	struct web_visit v = web_get(w, ROLE_HEAD, arena_fmt(w->arena, "/registers/%s/map", reg).p);
	CHECK_INT(v.status, 200);
	struct str row = jar_between(&v, arena_fmt(w->arena, "<th scope=\"row\" class=\"govuk-table__header\">%s</th>", label).p, "</tr>");
	CHECK(row.n > 0);
	return row;
}

static bool says(struct str text, const char *what) { return str_find(text, str_z(what)) >= 0; }
static const char *today(struct web_school *w) { return time_iso_date(w->arena, clock_utc()).p; }

TEST(clause, c5_1_13_a_reward_is_logged_and_the_terms_total_appears)
{
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	(void)a_class(&w, "Heron");
	CHECK(!says(map_row(&w, "reward", "Heron"), ">2<"));
	for (int i = 0; i < 2; i++)
		(void)kit_added(&w, ROLE_TEACHER, "reward", arena_fmt(w.arena, "class=Heron&learner=Test+Pupil&what=kind&reward=a+star&on=%s&x=%d", today(&w), i).p);
	CHECK(says(map_row(&w, "reward", "Heron"), ">2<"));
}

TEST(clause, c11_0_01_a_lesson_records_adaptations_and_classes_with_none_are_shown)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	(void)a_class(&w, "Heron");
	(void)a_class(&w, "Wren");
	const char *form = arena_fmt(w.arena, "title=Sorting&class=Heron&on=%s&place=suite&approach=paired&scaffolds=questions&scaffolds=modelling", today(&w)).p;
	struct web_visit v = kit_add(&w, ROLE_TEACHER, "ict-lesson", form);
	CHECK(v.status == 422 && web_says(&v, "How it is adapted: please fill this in"));
	(void)kit_added(&w, ROLE_TEACHER, "ict-lesson", arena_fmt(w.arena, "%s&adaptations=picture+cards", form).p);
	CHECK(says(map_row(&w, "ict-lesson", "Heron"), ">1<") && !says(map_row(&w, "ict-lesson", "Wren"), ">1<") && says(map_row(&w, "ict-lesson", "Wren"), "gap"));
}

TEST(clause, c11_0_02_each_teachers_training_in_adaptive_teaching_has_a_date_and_gaps_show)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	CHECK(!says(map_row(&w, "inclusion-statement", "Test Teacher"), ">1<"));
	const char *at = kit_added(&w, ROLE_SENCO, "inclusion-statement", arena_fmt(w.arena, "teacher=Test+Teacher&trained=%s&training=Adaptive+teaching&stated=yes", today(&w)).p);
	CHECK(says(map_row(&w, "inclusion-statement", "Test Teacher"), ">1<"));
	CHECK(kit_shows(&w, ROLE_HEAD, at, time_date_words(w.arena, clock_utc()).p));
	CHECK_INT(kit_add(&w, ROLE_SENCO, "inclusion-statement", "teacher=Test+Teacher&training=Adaptive+teaching&stated=yes").status, 422);
}

TEST(clause, c11_0_03_place_and_approach_are_asked_and_leadership_can_report_them)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	(void)a_class(&w, "Heron");
	const char *form = arena_fmt(w.arena, "title=Sorting&class=Heron&on=%s&adaptations=cards", today(&w)).p;
	struct web_visit v = kit_add(&w, ROLE_TEACHER, "ict-lesson", form);
	CHECK(v.status == 422 && web_says(&v, "Where: please fill this in") && web_says(&v, "Teaching approach: please fill this in"));
	(void)kit_added(&w, ROLE_TEACHER, "ict-lesson", arena_fmt(w.arena, "%s&place=library&approach=unplugged", form).p);
	CHECK(kit_shows(&w, ROLE_LEADERSHIP, "/registers/ict-lesson?place=library&approach=unplugged", "Sorting"));
	CHECK(!kit_shows(&w, ROLE_LEADERSHIP, "/registers/ict-lesson?place=hall", "Sorting"));
	v = web_get(&w, ROLE_LEADERSHIP, "/registers/ict-lesson?csv=1");
	CHECK(web_says(&v, "Library") && web_says(&v, "Without devices"));
}

TEST(clause, c11_0_04_each_group_of_learners_shows_its_assessment_and_stage)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	CHECK(says(map_row(&w, "graduated-response", "High ability"), "gap"));
	CHECK(says(map_row(&w, "graduated-response", "English as an additional language"), "gap"));
	const char *at = kit_added(&w, ROLE_SENCO, "graduated-response", arena_fmt(w.arena, "group=send&on=%s&barriers=reading&stage=plan&response=symbols", today(&w)).p);
	CHECK(says(map_row(&w, "graduated-response", "Special educational needs and disabilities"), ">1<"));
	CHECK(kit_shows(&w, ROLE_HEAD, at, "Plan") && kit_shows(&w, ROLE_HEAD, at, time_date_words(w.arena, clock_utc()).p));
}

TEST(clause, c11_0_05_a_lesson_offers_the_scaffolds_and_their_use_is_found)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	(void)a_class(&w, "Heron");
	static const char *const scaffolds[] = { "support", "resources", "modelling", "questions" };
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/registers/ict-lesson/new");
	for (size_t i = 0; i < ARRAY_N(scaffolds); i++)
		CHECK(web_says(&v, arena_fmt(w.arena, "name=\"scaffolds\" type=\"checkbox\" value=\"%s\"", scaffolds[i]).p));
	(void)kit_added(&w, ROLE_TEACHER, "ict-lesson", arena_fmt(w.arena, "title=Sorting&class=Heron&on=%s&place=hall&approach=paired&adaptations=cards&scaffolds=modelling&scaffolds=questions", today(&w)).p);
	CHECK(kit_shows(&w, ROLE_HEAD, "/registers/ict-lesson?scaffolds=questions", "Sorting"));
	CHECK(!kit_shows(&w, ROLE_HEAD, "/registers/ict-lesson?scaffolds=support", "Sorting"));
}

#define UNIT "title=%s&year=y4&tags=%s&tags=%s"

TEST(clause, c11_0_06_the_map_shows_units_about_a_diverse_world_by_year_and_the_gaps)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	(void)kit_added(&w, ROLE_TEACHER, "ict-unit", arena_fmt(w.arena, UNIT, "Maps+of+home", "community", "world").p);
	CHECK(says(map_row(&w, "ict-unit", "Year 4"), ">1<") && says(map_row(&w, "ict-unit", "Year 4"), "gap"));
	CHECK(!says(map_row(&w, "ict-unit", "Year 5"), ">1<") && says(map_row(&w, "ict-unit", "Year 5"), "gap"));
}

TEST(clause, c11_0_07_units_list_role_models_and_no_pupil_is_named)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	struct web_visit v = kit_add(&w, ROLE_TEACHER, "ict-unit", arena_fmt(w.arena, UNIT, "People", "models", "values").p);
	CHECK(v.status == 422 && web_says(&v, "Role models in it: please fill this in"));
	(void)kit_added(&w, ROLE_TEACHER, "ict-unit", arena_fmt(w.arena, UNIT "&role-models=An+engineer%%0D%%0AA+painter", "People", "models", "values").p);
	v = web_get(&w, ROLE_HEAD, "/registers/ict-unit?csv=1");
	CHECK(web_says(&v, "A painter"));
	for (size_t i = 0; i < registers_find(w.web->registers, STR("ict-unit"))->n_fields; i++) {
		const struct field *f = &registers_find(w.web->registers, STR("ict-unit"))->fields[i];
		CHECK(!str_is(f->who, "learner"));                        /* there is no place for a pupil's name */
	}
	CHECK(says(map_row(&w, "ict-unit", "Year 4"), ">1<"));
}

TEST(clause, c11_0_08_the_map_shows_cultural_and_gender_diversity_or_a_gap)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	struct web_visit v = web_get(&w, ROLE_HEAD, "/registers/ict-unit/map");
	CHECK(web_says(&v, "Cultural diversity") && web_says(&v, "Gender diversity") && web_says(&v, "Gaps: 49"));
	(void)kit_added(&w, ROLE_TEACHER, "ict-unit", arena_fmt(w.arena, UNIT, "Who+makes+games", "cultural", "gender").p);
	v = web_get(&w, ROLE_HEAD, "/registers/ict-unit/map");
	CHECK(!web_says(&v, "Gaps: 49") && says(v.body, "47"));
}

TEST(clause, c11_0_09_a_unit_about_pioneers_is_ready_only_when_its_facts_were_checked)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	const char *form = "title=Who+made+the+web&year=y6&tags=pioneers";
	const char *at = kit_added(&w, ROLE_TEACHER, "ict-unit", form);
	struct web_visit v = kit_move(&w, ROLE_TEACHER, at, "ready");
	CHECK(v.status == 422 && web_says(&v, "when they were checked and by whom"));
	CHECK_INT(kit_edit(&w, ROLE_TEACHER, at, arena_fmt(w.arena, "%s&pioneers=three+people&checked=%s&checked-by=Test+Teacher", form, today(&w)).p).status, 303);
	CHECK_INT(kit_move(&w, ROLE_TEACHER, at, "ready").status, 303);
	CHECK(kit_shows(&w, ROLE_TEACHER, at, "Ready to teach"));
}
