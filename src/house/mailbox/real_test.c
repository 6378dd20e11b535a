/* The mailbox with a real Dovecot, letters brought to it by a real Exim. */
#include "house/notify/real.h"

#include <curl/curl.h>
#include <signal.h>
#include <sys/wait.h>

#include "house/mailbox/answer.h"
#include "house/mailbox/intake.h"
#include "house/notify/post.h"
#include "house/notify/trouble.h"
#define send town_send                      /* the one of sockets is declared already */
#include "house/record/town.h"
#undef send

static struct smtp_settings server(struct arena *a)
{
	return (struct smtp_settings){ .url = arena_fmt(a, "smtp://127.0.0.1:%d", real_port(a, "smtp")).p, .user = REAL_USER, .password = REAL_PASSWORD,
		.ca_file = real_path(a, "ca.pem"), .from = "gatehouse@larkmoor.example", .portal = "https://portal.example" };
}

/* Somebody writes; the letter is in the mailbox when this returns. */
static void mail(struct arena *a, const char *from, const char *id, const char *rest)
{
	struct smtp_settings s = server(a);
	struct post *p = post_new(&s);
	const char *why;
	struct str text = arena_fmt(a, "From: Tansy <%s>\r\nMessage-ID: <%s>\r\n%s", from, id, rest);
	enum post_how how = post_send(p, str_z(from), STR("wellbeing@larkmoor.example"), text, &why);
	if (how != POST_SENT)
		fprintf(stderr, "%s\n", why);
	CHECK_INT(how, POST_SENT);
	post_free(&p);
	(void)real_wait(a, "mail/wellbeing/new", id);
}

static void configure(struct town *t, const char *user, const char *password)
{
	struct mailbox_config c = { .address = STR("wellbeing@larkmoor.example"), .server = arena_fmt(&t->a, "imaps://127.0.0.1:%d", real_port(&t->a, "imaps")),
		.user = str_z(user), .folder = STR("INBOX") };
	CHECK_OK(mailbox_config_set(t->fx->db, t->fx->keys, &t->act, &c, str_z(password)));
}

static struct intake_sum go(struct town *t, const char *ca)
{
	struct intake_sum sum;
	CHECK_OK(intake_run(&t->k, t->fx->school, real_path(&t->a, ca), &sum));
	return sum;
}

static struct str trouble_of(struct town *t)
{
	struct trouble *tr;
	size_t n;
	CHECK_OK(notify_trouble(t->fx->db, &t->a, t->fx->school, &tr, &n));
	return n ? tr[0].why : STR_NONE;
}

/* Everything that the server's record of the conversations holds: what was asked (.in) and what was sent (.out). */
static struct str raw_log(struct arena *a, const char *kind)
{
	AUTO(buf_done) struct buf all = buf_init(64 << 20);
	const char *path = real_path(a, "rawlog");
	DIR *d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));) {
		AUTO(buf_done) struct buf one = buf_init(64 << 20);
		if (str_ends(str_z(e->d_name), str_z(kind)) && file_read(arena_fmt(a, "%s/%s", path, e->d_name).p, &one) == OK)
			buf_add(&all, buf_str(&one));
	}
	closedir(d);
	return arena_str(a, buf_str(&all));
}

static void empty_mailbox(struct arena *a)
{
	static const char *const folders[] = { "mail/wellbeing/new", "mail/wellbeing/cur" };
	for (size_t i = 0; i < 2; i++) {
		const char *path = real_path(a, folders[i]);
		DIR *d = opendir(path);
		for (struct dirent *e; d && (e = readdir(d));)
			if (e->d_name[0] != '.')
				CHECK(unlink(arena_fmt(a, "%s/%s", path, e->d_name).p) == 0);
		if (d)
			closedir(d);
	}
}

#define WITH_PICTURE "MIME-Version: 1.0\r\nSubject: =?utf-8?Q?Caf=C3=A9?=\r\nContent-Type: multipart/mixed; boundary=qq\r\n\r\n--qq\r\n" \
	"Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>I am <b>worried</b>, caf=E9</p>\r\n--qq\r\n" \
	"Content-Type: image/png; name=a.png\r\nContent-Disposition: attachment; filename=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" \
	"UElDVFVSRS1USEFULU5FVkVSLUVOVEVSUw==\r\n--qq--\r\n"

TEST(mail_real, a_letter_becomes_a_concern_and_its_attachment_never_crosses_the_wire)
{
	REAL_OR_SKIP();
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		empty_mailbox(&t.a);
		configure(&t, REAL_USER, REAL_PASSWORD);
		mail(&t.a, "family@elsewhere.example", fx.turn == 1 ? "pic1@x" : "pic2@x", WITH_PICTURE);
		CHECK_INT(go(&t, "ca.pem").concerns, 1);
		CHECK_INT(go(&t, "ca.pem").concerns, 0);
		CHECK(!trouble_of(&t).n);
		struct case_page page;
		struct case_view v;
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_cases(&t.k, &t.a, &m, &(struct case_query){ .limit = 50 }, &page));
		CHECK_INT(page.total, 1);
		CHECK_OK(record_view(&t.k, &t.a, &m, page.lines[0].id, &v));
		struct str words = entry_value(&v.entry, "words");
		CHECK(str_starts(words, STR("Café\n\nI am worried, café")) && str_find(words, STR("1 file or picture came with it")) > 0);
		CHECK(str_find(raw_log(&t.a, ".out"), STR("UElDVFVS")) < 0);               /* the picture's bytes were never sent */
		CHECK(str_find(raw_log(&t.a, ".out"), STR("I am <b>worried</b>")) > 0);     /* the words were */
		struct str asked = raw_log(&t.a, ".in");
		CHECK(str_find(asked, STR("EXAMINE")) > 0 && str_find(asked, STR("BODY.PEEK[2]")) < 0 && str_find(asked, STR("BODY.PEEK[]")) < 0);
		CHECK(str_find(asked, STR("STORE")) < 0 && str_find(asked, STR("DELETE")) < 0);
		close_town(&t);
	}
}

TEST(mail_real, a_wrong_certificate_or_password_or_a_dead_server_is_told_and_tried_again)
{
	REAL_OR_SKIP();
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		empty_mailbox(&t.a);
		configure(&t, REAL_USER, REAL_PASSWORD);
		mail(&t.a, "family@elsewhere.example", fx.turn == 1 ? "cert1@x" : "cert2@x", "Subject: Hello\r\n\r\nPlease ring me.\r\n");
		CHECK_INT(go(&t, "other.pem").concerns, 0);
		CHECK(str_find(trouble_of(&t), STR("certificate is not one to trust")) >= 0);
		configure(&t, REAL_USER, "wrong");
		CHECK_INT(go(&t, "ca.pem").concerns, 0);
		CHECK(str_find(trouble_of(&t), STR("name and password")) >= 0);
		struct mailbox_config dead = { .server = STR("imaps://127.0.0.1:1"), .user = STR("x"), .folder = STR("INBOX") };
		CHECK_OK(mailbox_config_set(fx.db, fx.keys, &t.act, &dead, STR_NONE));
		CHECK_INT(go(&t, "ca.pem").concerns, 0);
		CHECK(str_find(trouble_of(&t), STR("cannot be reached")) >= 0);
		configure(&t, REAL_USER, REAL_PASSWORD);
		CHECK_INT(go(&t, "ca.pem").concerns, 1);
		CHECK(!trouble_of(&t).n);
		close_town(&t);
	}
}

TEST(mail_real, hostile_letters_harm_nothing_and_what_can_be_read_is_read)
{
	REAL_OR_SKIP();
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		empty_mailbox(&t.a);
		configure(&t, REAL_USER, REAL_PASSWORD);
		AUTO(buf_done) struct buf big = buf_init(8 << 20), deep = buf_init(1 << 20);
		buf_z(&big, "Subject: Long\r\nContent-Type: text/plain\r\n\r\n");
		for (int i = 0; i < 40000; i++)
			buf_z(&big, "All work and no play makes a very long letter indeed.\r\n");
		buf_z(&deep, "Subject: Deep\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n");
		for (int i = 0; i < 60; i++)
			buf_fmt(&deep, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i + 1);
		buf_z(&deep, "--b60\r\nContent-Type: text/plain\r\n\r\nburied\r\n");
		const char *tag = fx.turn == 1 ? "1@x" : "2@x";
		mail(&t.a, "a@elsewhere.example", arena_fmt(&t.a, "big%s", tag).p, arena_fmt(&t.a, "%.*s", STRF(buf_str(&big))).p);
		mail(&t.a, "b@elsewhere.example", arena_fmt(&t.a, "deep%s", tag).p, arena_fmt(&t.a, "%.*s", STRF(buf_str(&deep))).p);
		mail(&t.a, "c@elsewhere.example", arena_fmt(&t.a, "bad%s", tag).p, "Subject: =?utf-8?B?4paI?= =?x?q\r\nContent-Type: text/plain; charset=\"no \\\"such\"; "
		     "name=\"x\r\nContent-Transfer-Encoding: wrong\r\n\r\nplain anyway\r\n");
		struct intake_sum sum = go(&t, "ca.pem");
		CHECK_INT(sum.concerns, 3);                                                 /* even the one whose structure is past all limits */
		CHECK(!trouble_of(&t).n);
		close_town(&t);
	}
}

TEST(mail_real, a_letter_that_comes_back_tells_whose_address_fails)
{
	REAL_OR_SKIP();
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		empty_mailbox(&t.a);
		configure(&t, REAL_USER, REAL_PASSWORD);
		struct db_stmt move = { "t", "", "UPDATE person SET mail = 'gone@larkmoor.example' WHERE id = $1 AND school = $2", 1, false };
		struct db_val v[] = { DB_I(t.person[TEACHER]), DB_I(fx.school) };
		CHECK_OK(db_run(fx.db, &move, v, 2, NULL, NULL, NULL));
		CHECK_OK(notify_add(fx.db, &t.act, NOTICE_TASK_NEW, t.person[TEACHER], "/tasks", 0, 0));
		struct smtp_settings s = server(&t.a);
		size_t sent, failed;
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
		CHECK(sent == 1 && !trouble_of(&t).n);                                     /* taken: only later is it known */
		(void)real_wait(&t.a, "mail/wellbeing/new", "Final-Recipient");
		struct intake_sum sum = go(&t, "ca.pem");
		CHECK(sum.bounces == 1 && sum.concerns == 0);
		CHECK(str_find(trouble_of(&t), STR("came back (5.")) >= 0);
		close_town(&t);
	}
}

TEST(mail_real, the_sender_gets_one_answer_without_an_envelope_sender)
{
	REAL_OR_SKIP();
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		empty_mailbox(&t.a);
		configure(&t, REAL_USER, REAL_PASSWORD);
		const char *who = fx.turn == 1 ? "parent1@larkmoor.example" : "parent2@larkmoor.example";
		mail(&t.a, who, arena_fmt(&t.a, "ask%d@x", fx.turn).p, "Subject: Hello\r\n\r\nMy child is sad.\r\n");
		CHECK_INT(go(&t, "ca.pem").concerns, 1);
		struct smtp_settings s = server(&t.a);
		CHECK_OK(answer_send(&t.k, fx.school, &s, STR("wellbeing@larkmoor.example"), 10));
		struct str got = real_wait(&t.a, "mail/sink/new", who);
		CHECK(str_find(got, STR("Auto-Submitted: auto-replied")) > 0 && str_find(got, STR("ring 999")) > 0);
		CHECK(str_find(got, arena_fmt(&t.a, "In-Reply-To: <ask%d@x>", fx.turn)) > 0 && str_find(got, STR("My child is sad")) < 0);
		CHECK(str_find(got, STR("Return-path: <>")) >= 0);
		struct q_answers_due_row *rows;
		size_t n;
		CHECK_OK(q_answers_due(fx.db, &t.a, &(struct q_answers_due_args){ .school = fx.school, .now = clock_utc() + 100000, .limit = 10 }, &rows, &n));
		CHECK_INT(n, 0);
		close_town(&t);
	}
}

/* In a process of its own, killed after so long; it may have come to its end before. */
static void killed_run(struct town *t, useconds_t after)
{
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		struct db *db = NULL;
		struct intake_sum sum;
		if (db_open(t->fx->where, &db) != OK)
			_exit(1);
		struct store st = t->store;
		st.db = db;
		struct desk k = { &st, t->library };
		_exit(intake_run(&k, t->fx->school, real_path(&t->a, "ca.pem"), &sum) == OK ? 0 : 2);
	}
	usleep(after);
	(void)kill(child, SIGKILL);              /* it may be done already */
	int status;
	CHECK(waitpid(child, &status, 0) == child);
}

TEST(mail_real, killed_at_any_moment_no_letter_is_lost_and_none_is_doubled)
{
	REAL_OR_SKIP();
	enum { LETTERS = 12, KILLS = 40 };
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		clock_fake(0);
		empty_mailbox(&t.a);
		configure(&t, REAL_USER, REAL_PASSWORD);
		for (int i = 0; i < LETTERS; i++)
			mail(&t.a, "many@elsewhere.example", arena_fmt(&t.a, "kill%d.%d@x", fx.turn, i).p, arena_fmt(&t.a, "Subject: Letter %d\r\n\r\nwords %d\r\n", i, i).p);
		for (useconds_t i = 0; i < KILLS; i++)
			killed_run(&t, 5000 + i * 9000);
		(void)go(&t, "ca.pem");                                                     /* whatever is left */
		struct case_page page;
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_cases(&t.k, &t.a, &m, &(struct case_query){ .limit = 100 }, &page));
		CHECK_INT(page.total, LETTERS);
		CHECK_INT(waiting(&t, DSL, "concern-new"), LETTERS);
		struct q_answers_due_row *rows;
		size_t n;
		CHECK_OK(q_answers_due(fx.db, &t.a, &(struct q_answers_due_args){ .school = fx.school, .now = clock_utc() + 10, .limit = 10 }, &rows, &n));
		CHECK_INT(n, 1);
		close_town(&t);
	}
}
