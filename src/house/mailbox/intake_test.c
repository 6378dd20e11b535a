#include "house/mailbox/intake.h"

#include "base/buf.h"
#include "house/account/appointment.h"
#include "house/mailbox/answer.h"
#include "house/notify/trouble.h"
#include "house/record/inside.h"
#include "house/record/town.h"

static void configured(struct town *t)
{
	struct mailbox_config c = { .address = STR("wellbeing@school.example"), .server = STR("imaps://mail.example"), .user = STR("wellbeing"), .folder = STR("INBOX") };
	CHECK_OK(mailbox_config_set(t->fx->db, t->fx->keys, &t->act, &c, STR("lantern kestrel")));
}

static struct intake_letter letter(struct arena *a, const char *from, const char *id, const char *words)
{
	return (struct intake_letter){ .head = arena_fmt(a, "From: %s\r\nMessage-ID: <%s>\r\nSubject: Please read\r\n\r\n", from, id), .words = str_z(words) };
}

static int64_t answers(struct town *t)
{
	struct q_answers_due_row *rows;
	size_t n;
	CHECK_OK(q_answers_due(t->fx->db, &t->a, &(struct q_answers_due_args){ .school = t->fx->school, .now = clock_utc(), .limit = 100 }, &rows, &n));
	return (int64_t)n;
}

static struct case_page cases(struct town *t, enum who w)
{
	struct case_page page;
	struct entry_may m = may(t, w);
	CHECK_OK(record_cases(&t->k, &t->a, &m, &(struct case_query){ .limit = 50 }, &page));
	return page;
}

static void with_town(void (*run)(struct town *t), const char *profile)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, profile);
		configured(&t);
		run(&t);
		close_town(&t);
	}
}

static void keep_once(struct town *t)
{
	struct intake_sum sum = { 0 };
	struct intake_letter l = letter(&t->a, "Tansy <p7@school.example>", "one@x", "I am worried about my friend");
	CHECK_OK(intake_keep(&t->k, t->fx->school, 5, 1, &l, &sum));
	CHECK_INT(sum.concerns, 1);
	CHECK(waiting(t, DSL, "concern-new") == 1 && waiting(t, LEARNER, NULL) == 0);
	CHECK_INT(answers(t), 1);
	CHECK_OK(intake_keep(&t->k, t->fx->school, 9, 1, &l, &sum));               /* numbered anew by the server: the same letter */
	CHECK(sum.concerns == 1 && sum.known == 1 && cases(t, DSL).total == 1);
	struct intake_letter other = letter(&t->a, "Tansy <p7@school.example>", "one@x", "It got worse");
	CHECK_OK(intake_keep(&t->k, t->fx->school, 9, 2, &other, &sum));           /* a borrowed Message-ID hides nothing */
	CHECK(sum.concerns == 2 && cases(t, DSL).total == 2);
	CHECK_INT(answers(t), 1);                                                   /* one answer a day to each */
}

TEST(mailbox, a_letter_is_a_concern_once_and_is_answered_once_a_day) { with_town(keep_once, "primary"); }

static void says_no_proof(struct town *t)
{
	struct intake_sum sum = { 0 };
	struct case_view v;
	struct entry_may m = may(t, DSL);
	struct intake_letter l = letter(&t->a, "Tansy Testerley <p7@school.example>", "two@x", "Somebody sends me zebras");
	l.parts_left = 2;
	CHECK_OK(intake_keep(&t->k, t->fx->school, 5, 1, &l, &sum));
	struct case_page p = cases(t, DSL);
	CHECK_INT(p.n, 1);
	CHECK_OK(record_view(&t->k, &t->a, &m, p.lines[0].id, &v));
	struct str words = entry_value(&v.entry, "words"), reporter = entry_value(&v.entry, "reporter");
	CHECK(str_starts(words, STR("Please read\n\nSomebody sends me zebras")));
	CHECK(str_find(words, STR("address of Tansy Testerley")) > 0 && str_find(words, STR("no proof of who wrote it")) > 0);
	CHECK(str_find(words, STR("2 files or pictures came with it and stayed")) > 0);
	CHECK_STR(reporter, "Tansy Testerley <p7@school.example>");
	CHECK_INT(entry_int(&v.entry, "subject"), 0);                              /* nobody is taken for what a letter says */
}

TEST(mailbox, the_case_says_whose_address_it_is_and_that_this_proves_nothing) { with_town(says_no_proof, "junior"); }

static void programs(struct town *t)
{
	struct intake_sum sum = { 0 };
	struct intake_letter list = letter(&t->a, "news@list.example\r\nList-Id: <news>", "l@x", "Buy now");
	struct intake_letter own = letter(&t->a, "wellbeing@school.example", "o@x", "A copy of our own");
	struct intake_letter empty = { .head = STR("Return-Path: <>\r\nFrom: mailer-daemon@x.example\r\n") };
	struct intake_letter back = { .head = STR("From: mailer-daemon@x.example\r\nReturn-Path: <>\r\n"),
		.report = STR("Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822;p1@school.example\r\nAction: failed\r\nStatus: 5.1.1\r\n") };
	struct trouble *tr;
	size_t n;
	CHECK_OK(intake_keep(&t->k, t->fx->school, 5, 1, &list, &sum));
	CHECK_OK(intake_keep(&t->k, t->fx->school, 5, 2, &own, &sum));
	CHECK_OK(intake_keep(&t->k, t->fx->school, 5, 3, &empty, &sum));
	CHECK_OK(intake_keep(&t->k, t->fx->school, 5, 4, &back, &sum));
	CHECK(sum.concerns == 2 && sum.automatic == 1 && sum.bounces == 1);
	CHECK_INT(answers(t), 0);
	CHECK_OK(notify_trouble(t->fx->db, &t->a, t->fx->school, &tr, &n));
	CHECK(n == 1 && tr[0].what == TROUBLE_ADDRESS && tr[0].person == t->person[DEPUTY]);
}

TEST(mailbox, programs_lists_and_ourselves_get_no_answer_and_a_bounce_tells_whose_address_fails) { with_town(programs, "primary"); }

TEST(mailbox, the_answer_says_received_when_it_is_read_and_where_there_is_help_now)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct str in = answer_words(&t.a, t.library, clock_utc(), "https://portal.example");
		struct str night = answer_words(&t.a, t.library, clock_utc() + 12 * 3600, "https://portal.example");
		CHECK(str_find(in, STR("reads it today")) > 0 && str_find(night, STR("when the school is next open")) > 0);
		CHECK(str_find(in, STR("999")) > 0 && str_find(in, STR("0800 1111")) > 0 && str_find(in, STR("https://portal.example/report")) > 0);
		close_town(&t);
	}
}

TEST(mailbox, its_password_is_sealed_and_an_old_one_stays_when_none_is_typed)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct mailbox_config c;
		AUTO(buf_wipe) struct buf b = buf_init(MAILBOX_PASSWORD_MAX);
		struct q_family_setting_row row;
		open_town(&t, &fx, "primary");
		CHECK_ERR(mailbox_password(fx.db, fx.keys, fx.school, &b), ERR_ABSENT);
		configured(&t);
		CHECK_OK(q_family_setting_one(fx.db, &t.a, &(struct q_family_setting_args){ .school = fx.school, .name = STR("mailbox.password") }, &row));
		CHECK(row.value.n > 60 && str_find(row.value, STR("lantern")) < 0);
		CHECK_OK(mailbox_config_get(fx.db, &t.a, fx.school, &c));
		c.user = STR("other");
		CHECK_OK(mailbox_config_set(fx.db, fx.keys, &t.act, &c, STR_NONE));
		CHECK_OK(mailbox_password(fx.db, fx.keys, fx.school, &b));
		CHECK_STR(buf_str(&b), "lantern kestrel");
		close_town(&t);
	}
}

/* 7.8-10 */
static void team_only(struct town *t)
{
	enum role team;
	struct intake_sum sum = { 0 };
	CHECK_OK(roles_load(test_source("data/roles.conf"), &t->d));
	CHECK_OK(role_read(STR("wellbeing-team"), &team));
	struct act act = as(t, HEAD);
	struct appointment_in in = { .person = t->person[TEACHER], .role = team, .trained_utc = clock_utc() - 86400 };
	CHECK_OK(appointment_make(t->fx->db, &act, &in, &t->d));
	struct intake_letter l = letter(&t->a, "somebody@elsewhere.example", "t@x", "Please help us");
	CHECK_OK(intake_keep(&t->k, t->fx->school, 5, 1, &l, &sum));
	CHECK(cases(t, TEACHER).total == 1 && waiting(t, TEACHER, "concern-new") == 1);     /* of the team now */
	CHECK(cases(t, DSL).total == 1 && cases(t, DEPUTY).total == 1);
	static const enum who others[] = { TECH, GOVERNOR, LEARNER, OTHER_LEARNER, PARENT, CHAIR };
	for (size_t i = 0; i < ARRAY_N(others); i++)
		CHECK(cases(t, others[i]).total == 0 && waiting(t, others[i], NULL) == 0);
}

TEST(clause, c7_8_10_a_letter_to_the_wellbeing_address_waits_for_its_team_and_nobody_else)
{
	with_town(team_only, "junior");
	with_town(team_only, "primary");
}

/* 7.8-11 */
static void trained_first(struct town *t)
{
	enum role team;
	CHECK_OK(roles_load(test_source("data/roles.conf"), &t->d));
	CHECK_OK(role_read(STR("wellbeing-team"), &team));
	struct act act = as(t, HEAD);
	struct appointment_in in = { .person = t->person[TEACHER], .role = team };
	CHECK_ERR(appointment_make(t->fx->db, &act, &in, &t->d), ERR_INVALID);
	CHECK(!person_holds(&t->k, t->fx->school, t->person[TEACHER], "wellbeing-team"));
	in.trained_utc = clock_utc() - TRAINED_S - 86400;                          /* long ago is not current */
	CHECK_ERR(appointment_make(t->fx->db, &act, &in, &t->d), ERR_INVALID);
	in.trained_utc = clock_utc() - 86400;
	CHECK_OK(appointment_make(t->fx->db, &act, &in, &t->d));
	CHECK(person_holds(&t->k, t->fx->school, t->person[TEACHER], "wellbeing-team"));
}

TEST(clause, c7_8_11_nobody_joins_the_wellbeing_team_without_current_training)
{
	with_town(trained_first, "junior");
	with_town(trained_first, "primary");
}
