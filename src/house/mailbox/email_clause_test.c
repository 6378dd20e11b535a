/* 7.8, 7.10 and 11.4-06: registers of mail and of the learning platform, through their pages. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/time.h"
#include "house/agreement/agreement_store.h"
#include "house/notify/notify.h"
#include "house/record/record.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

static const char *path(struct web_school *w, struct str at, const char *verb) { return arena_fmt(w->arena, "%.*s/%s", STRF(at), verb).p; }

/* The entry's version, as the page has it, and a move of it. */
static struct web_visit move(struct web_school *w, int role, struct str at, const char *to)
{
	struct web_visit v = web_get(w, role, arena_z(w->arena, at));
	ptrdiff_t seen = str_find(v.body, STR("name=\"seen\" value=\""));
	struct str number = str_from(v.body, (size_t)(seen < 0 ? 0 : seen) + 19);
	ptrdiff_t end = str_chr(number, '"');
	return web_post(w, role, path(w, at, "move"), arena_fmt(w->arena, "seen=%.*s&to=%s&why=test", end < 0 ? 0 : (int)end, number.p, to).p);
}

/* Somebody as a form names them. */
static const char *named(struct web_school *w, int64_t person)
{
	AUTO(buf_done) struct buf b = buf_init(200);
	struct str name = person_name(w->db, w->arena, w->school, person);
	for (size_t i = 0; i < name.n; i++)
		buf_byte(&b, name.p[i] == ' ' ? '+' : name.p[i]);
	return arena_z(w->arena, buf_str(&b));
}

static const char *day(struct web_school *w, int days) { return arena_z(w->arena, time_iso_date(w->arena, clock_utc() + days * INT64_C(86400))); }

static void spam_filter(struct web_school *w)
{
	struct web_visit v = web_post(w, ROLE_TECHNICIAN, "/registers/mail-check/new", "setting=on");
	CHECK_INT(v.status, 422);                                     /* no setting without who looked and when */
	v = web_post(w, ROLE_TECHNICIAN, "/registers/mail-check/new", arena_fmt(w->arena, "setting=strict&provider=Larkmail&checked=%s&by=%s", day(w, -1),
		named(w, w->person[ROLE_TECHNICIAN])).p);
	CHECK_INT(v.status, 303);
	v = web_get(w, ROLE_TECHNICIAN, arena_z(w->arena, v.location));
	CHECK(v.status == 200 && web_says(&v, "Blocks spam and junk, and warns of forged senders") && !web_says(&v, "was not looked at for a term"));
	v = web_post(w, ROLE_TECHNICIAN, "/registers/mail-check/new", arena_fmt(w->arena, "setting=on&provider=Larkmail&checked=%s&by=%s", day(w, -200),
		named(w, w->person[ROLE_TECHNICIAN])).p);
	CHECK_INT(v.status, 303);
	v = web_get(w, ROLE_TECHNICIAN, arena_z(w->arena, v.location));
	CHECK(web_says(&v, "was not looked at for a term"));
}

TEST(clause, c7_8_04_the_setting_of_the_spam_filter_and_the_last_look_are_recorded)
{
	ON_EACH_PROFILE(w)
		spam_filter(&w);
}

TEST(clause, c11_4_06_the_anti_spam_setting_and_its_check_are_recorded)
{
	ON_EACH_PROFILE(w)
		spam_filter(&w);
}

TEST(clause, c7_8_05_junk_mail_is_reported_counted_by_month_and_the_provider_told)
{
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_post(&w, ROLE_TEACHER, "/registers/spam-report/new", arena_fmt(w.arena, "looks=phishing&subject=Your+parcel&came=%s", day(&w, 0)).p);
		CHECK_INT(v.status, 303);
		struct str at = v.location;
		CHECK_INT(web_post(&w, ROLE_OFFICE, "/registers/spam-report/new", arena_fmt(w.arena, "looks=spam&came=%s", day(&w, 0)).p).status, 303);
		v = web_get(&w, ROLE_TECHNICIAN, "/mail");
		CHECK(web_says(&v, arena_fmt(w.arena, "%.7s: 2 reported, 0 told to the provider", day(&w, 0)).p));
		v = web_post(&w, ROLE_TECHNICIAN, path(&w, at, "edit"), arena_fmt(w.arena, "seen=1&why=told&looks=phishing&subject=Your+parcel&came=%s&told=%s", day(&w, 0), day(&w, 0)).p);
		CHECK_INT(v.status, 303);
		v = web_get(&w, ROLE_TECHNICIAN, "/mail");
		CHECK(web_says(&v, arena_fmt(w.arena, "%.7s: 2 reported, 1 told to the provider", day(&w, 0)).p));
		v = web_get(&w, ROLE_TECHNICIAN, arena_z(w.arena, at));
		CHECK(web_says(&v, "The provider was told"));
	}
}

TEST(clause, c7_8_2_02_a_learner_has_no_email_before_a_current_agreement)
{
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(20);
		struct act act = { w.school, 0, "test" };
		struct agreement_data data;
		struct store st = { w.db, w.web->keys, w.web->registers };
		struct person_in in = { .kind = KIND_LEARNER, .name = STR("Fern Samplewick"), .year = 4 };
		int64_t child;
		CHECK_OK(person_add(w.db, &act, &in, &d, &child));
		CHECK_OK(agreement_data_load(w.arena, test_source("data"), &w.web->library->profile, &d, &data));
		const struct agreement *g = agreement_find(&data.texts, STR("ks2"), STR("en"));
		CHECK_OK(agreement_activate(&st, w.arena, &act, g, &d));
		struct web_visit v = web_post(&w, ROLE_TECHNICIAN, "/registers/mail-account/new", arena_fmt(w.arena, "address=fern%%40school.example&person=%s", named(&w, child)).p);
		CHECK_INT(v.status, 303);
		struct str at = v.location;
		v = move(&w, ROLE_TECHNICIAN, at, "active");
		CHECK(v.status == 422 && web_says(&v, "before their agreement is signed"));
		struct sign_in sign = { .person = child, .digest = g->digest };
		CHECK_OK(agreement_sign(&st, w.arena, &act, &sign));
		CHECK_INT(move(&w, ROLE_TECHNICIAN, at, "active").status, 303);
	}
}

TEST(clause, c7_8_2_04_class_addresses_are_registered_where_the_profile_allows_them)
{
	ON_EACH_PROFILE(w) {
		bool on = profile_text(&w.web->library->profile, "email.group_addresses").n && str_is(profile_text(&w.web->library->profile, "email.group_addresses"), "yes");
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/mail");
		CHECK_INT(web_says(&v, "name=\"group-address\""), on);
		v = web_post(&w, ROLE_TECHNICIAN, "/mail/group", "group-name=Elm+class&group-address=elm%40school.example");
		CHECK_INT(v.status, on ? 303 : 404);
		v = web_get(&w, ROLE_TECHNICIAN, "/mail");
		CHECK_INT(web_says(&v, "elm@school.example"), on);
	}
}

static enum err waits_for(void *ctx, const struct db_val *cols, size_t n)
{
	*(int64_t *)ctx = n ? cols[0].i : 0;
	return OK;
}

TEST(clause, c7_8_1_01_routine_notices_wait_for_the_morning_and_safeguarding_alerts_do_not)
{
	static const struct { enum notice what; bool held; } all[] = { { NOTICE_TASK_NEW, true }, { NOTICE_AGREEMENT, true }, { NOTICE_FAMILY_NO, true },
		{ NOTICE_CONCERN_NEW, false }, { NOTICE_DANGER, false }, { NOTICE_ESCALATED, false }, { NOTICE_CODE, false } };
	ON_EACH_PROFILE(w) {
		for (int hour = 6; hour <= 22; hour += 16)
			for (size_t i = 0; i < ARRAY_N(all); i++) {
				int64_t night = time_from_uk((struct civil){ .year = 2027, .month = 11, .day = 17, .hour = hour });
				int64_t morning = time_from_uk((struct civil){ .year = 2027, .month = 11, .day = hour == 6 ? 17 : 18, .hour = 7 });
				struct smtp_settings s = { .quiet_from_minute = 19 * 60, .quiet_until_minute = 7 * 60 };
				CHECK_INT(notify_quiet_until(&s, all[i].what, night), all[i].held ? morning : 0);
				CHECK_INT(notify_quiet_until(&s, all[i].what, morning), 0);
			}
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/mail");
		CHECK(web_says(&v, "Nobody is expected to answer mail between 19:00 and 07:00"));
		struct act act = { w.school, 0, "test" };
		int64_t sent_at = -1;
		clock_fake(time_from_uk((struct civil){ .year = 2027, .month = 11, .day = 17, .hour = 23 }) * 1000);
		CHECK_OK(notify_add(w.db, &act, NOTICE_TASK_NEW, w.person[ROLE_OFFICE], "/tasks", 0, 0));
		struct smtp_settings s = { .url = "smtp://127.0.0.1:1", .from = "g@school.example", .portal = "https://portal.example", .quiet_from_minute = 19 * 60,
			.quiet_until_minute = 7 * 60 };
		size_t sent, failed;
		CHECK_OK(notify_send(w.db, w.school, &s, 10, &sent, &failed));
		CHECK(sent == 0 && failed == 0);                            /* not even tried */
		struct db_stmt st = { "t", "", "SELECT max(due_utc) FROM outbox WHERE person = $1 AND sent_utc IS NULL AND school = $2", 1, true };
		struct db_val v2[] = { DB_I(w.person[ROLE_OFFICE]), DB_I(w.school) };
		CHECK_OK(db_run(w.db, &st, v2, 2, waits_for, &sent_at, NULL));
		CHECK_INT(sent_at, time_from_uk((struct civil){ .year = 2027, .month = 11, .day = 18, .hour = 7 }));
		clock_fake(0);
	}
}

/* ---- the learning platform ---- */

static const char *looked(struct web_school *w, int from, const char *who, int next)
{
	return arena_fmt(w->arena, "checked=%s&by=%s&messages=Year+4&publishing=Ten+posts&outcome=fine&next=%s", day(w, from), who, day(w, next)).p;
}

TEST(clause, c7_10_02_a_look_at_the_platform_covers_messages_and_publishing_and_a_missed_one_is_overdue)
{
	ON_EACH_PROFILE(w) {
		const char *who = named(&w, w.person[ROLE_TEACHER]);
		struct web_visit v = web_post(&w, ROLE_TEACHER, "/registers/platform-check/new", arena_fmt(w.arena, "checked=%s&by=%s&messages=Year+4,+20+of+this+week&outcome=fine&next=%s", day(&w, 0), who, day(&w, 7)).p);
		CHECK(v.status == 422 && web_says(&v, "Which published work did you look at?"));
		v = web_post(&w, ROLE_TEACHER, "/registers/platform-check/new", arena_fmt(w.arena, "checked=%s&by=%s&publishing=Ten+posts&outcome=fine&next=%s", day(&w, 0), who, day(&w, 7)).p);
		CHECK(v.status == 422 && web_says(&v, "Which messages did you look at?"));
		for (int late = 0; late < 2; late++) {
			v = web_post(&w, ROLE_TEACHER, "/registers/platform-check/new", looked(&w, late ? -9 : 0, who, late ? -2 : 7));
			CHECK_INT(v.status, 303);
			v = web_get(&w, ROLE_HEAD, arena_z(w.arena, v.location));
			CHECK(v.status == 200 && web_says(&v, "The next look is due") == (late == 1));
		}
	}
}

TEST(clause, c7_10_08_a_concern_about_platform_content_has_number_reporter_item_user_and_time)
{
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct store st = { w.db, w.web->keys, w.web->registers };
		struct desk k = { &st, w.web->library };
		struct act act = { w.school, w.person[ROLE_TEACHER], "test" };
		int64_t now = clock_utc();
		struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .procedure = STR("platform-content"), .author = w.person[ROLE_TEACHER],
			.subject = w.person[ROLE_LEARNER], .words = STR("A rude picture stands in the class gallery"), .address = STR("platform.example/gallery/7") };
		struct received got;
		CHECK_OK(record_report(&k, &act, &r, &d, &got));
		struct entry_may dsl = record_may(w.school, w.person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
		struct case_view v;
		CHECK_OK(record_view(&k, w.arena, &dsl, got.id, &v));
		CHECK(v.entry.number > 0 && strlen(got.reference) == 9 && str_is(v.line.kind, "platform-content"));
		CHECK_INT(v.entry.made_by, w.person[ROLE_TEACHER]);
		CHECK_STR(entry_value(&v.entry, "address"), "platform.example/gallery/7");
		CHECK_INT(v.line.subject, w.person[ROLE_LEARNER]);
		CHECK(v.line.opened_utc >= now);
	}
}

static void give_leave(struct web_school *w, int64_t child, const char *until)
{
	struct web_visit v = web_post(w, ROLE_TEACHER, "/registers/editorial-grant/new", arena_fmt(w->arena, "learner=%s&aim=School+newspaper&until=%s", named(w, child), until).p);
	CHECK_INT(v.status, 303);
}

static struct str piece(struct web_school *w, int leave)
{
	struct web_visit v = web_post(w, ROLE_TEACHER, "/registers/publish-request/new", arena_fmt(w->arena, "item=Poem+about+kites&leave=%d", leave).p);
	CHECK_INT(v.status, 303);
	return v.location;
}

TEST(clause, c7_10_15_a_learners_piece_waits_for_a_member_of_staff)
{
	ON_EACH_PROFILE(w) {
		give_leave(&w, w.person[ROLE_LEARNER], day(&w, 30));
		struct str at = piece(&w, 1);
		struct web_visit v = web_get(&w, ROLE_TEACHER, arena_z(w.arena, at));
		CHECK(web_says(&v, "Waits for a decision"));
		CHECK(move(&w, ROLE_LEARNER, at, "published").status >= 400);
		CHECK(move(&w, ROLE_PARENT, at, "published").status >= 400);
		CHECK_INT(move(&w, ROLE_TEACHER, at, "published").status, 303);
		v = web_get(&w, ROLE_TEACHER, arena_z(w.arena, at));
		CHECK(web_says(&v, "May be published"));
	}
}

TEST(clause, c7_10_16_a_leave_past_its_day_permits_nothing_more)
{
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/registers/editorial-grant/new", arena_fmt(w.arena, "learner=%s&until=%s", named(&w, w.person[ROLE_LEARNER]), day(&w, 3)).p).status, 422);
		give_leave(&w, w.person[ROLE_LEARNER], day(&w, 3));
		struct str at = piece(&w, 1), early = piece(&w, 1);
		CHECK_INT(move(&w, ROLE_TEACHER, early, "published").status, 303);
		clock_fake((clock_utc() + 5 * INT64_C(86400)) * 1000);
		int64_t other = web_person(&w, ROLE_TEACHER, "Mr Bramblewick");         /* a session of that day */
		struct web_visit v = web_get_as(&w, other, arena_z(w.arena, at));
		CHECK_INT(v.status, 200);
		v = web_post_as(&w, other, path(&w, at, "move"), "seen=1&to=published&why=test");
		CHECK(v.status == 422 && web_says(&v, "Give a new one first"));
		v = web_get_as(&w, other, arena_z(w.arena, at));
		CHECK(web_says(&v, "Waits for a decision") && !web_says(&v, "May be published"));
		clock_fake(0);
	}
}
