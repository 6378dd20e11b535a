#include "house/notify/notify.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "house/store/fixture.h"

/* A small SMTP server on a loopback port: takes `letters` mails, or refuses the first `refuse` recipients. */
struct post {
	int listener, port, letters, refuse;
	pthread_t thread;
	char got[16384];
	size_t n;
};

static void say_line(int fd, const char *z)
{
	CHECK(write(fd, z, strlen(z)) == (ssize_t)strlen(z));
}

static bool read_line(FILE *f, char *line, size_t room)
{
	return fgets(line, (int)room, f) != NULL;
}

static void keep_line(struct post *p, const char *line)
{
	size_t n = strlen(line);
	if (p->n + n < sizeof p->got) {
		memcpy(p->got + p->n, line, n);
		p->n += n;
	}
}

static void talk(struct post *p, int fd)
{
	char line[2048];
	bool data = false;
	FILE *f = fdopen(fd, "r");
	say_line(fd, "220 post.example\r\n");
	while (read_line(f, line, sizeof line)) {
		keep_line(p, line);
		if (data) {
			data = strcmp(line, ".\r\n") != 0;
			if (!data)
				say_line(fd, "250 kept\r\n");
		} else if (!strncmp(line, "RCPT", 4) && p->refuse > 0) {
			p->refuse--;
			say_line(fd, "450 not just now\r\n");
		} else if (!strncmp(line, "DATA", 4)) {
			data = true;
			say_line(fd, "354 go on\r\n");
		} else if (!strncmp(line, "QUIT", 4)) {
			say_line(fd, "221 bye\r\n");
			break;
		} else {
			say_line(fd, "250 post.example\r\n");
		}
	}
	fclose(f);
}

static void *serve(void *ctx)
{
	struct post *p = ctx;
	for (int i = 0; i < p->letters; i++) {
		int fd = accept(p->listener, NULL, NULL);
		if (fd < 0)
			break;
		talk(p, fd);
	}
	return NULL;
}

static void post_open(struct post *p, int letters, int refuse)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof at;
	*p = (struct post){ .letters = letters, .refuse = refuse };
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(bind(p->listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(p->listener, 8) == 0);
	CHECK(getsockname(p->listener, (struct sockaddr *)&at, &n) == 0);
	p->port = ntohs(at.sin_port);
	CHECK(pthread_create(&p->thread, NULL, serve, p) == 0);
}

static void post_close(struct post *p)
{
	pthread_join(p->thread, NULL);
	close(p->listener);
}

static enum err no_rows(void *ctx, const struct db_val *cols, size_t n)
{
	*(int64_t *)ctx = n ? cols[0].i : 0;
	return OK;
}

static int64_t add_somebody(struct fixture *fx, const char *mail)
{
	int64_t id = 0;
	struct db_stmt st = { "t", "", "INSERT INTO person (school, kind, name, mail, active_from) VALUES ($1, 'staff', 'Ms Quillfeather', $2, 1) "
	                      "RETURNING id", 0, false };
	struct db_val v[] = { DB_I(fx->school), DB_T0(str_z(mail)) };
	CHECK_OK(db_run(fx->db, &st, v, 2, no_rows, &id, NULL));
	return id;
}

TEST(notify, a_letter_says_that_something_waits_and_where_and_no_more)
{
	ON_EACH_ENGINE(fx) {
		struct post p;
		char url[64];
		size_t sent, failed;
		struct act act = { .school = fx.school, .why = "test" };
		int64_t person = add_somebody(&fx, "q@school.example");
		CHECK_OK(notify_add(fx.db, &act, NOTICE_CONCERN_NEW, person, "/case/7", 0, 0));
		CHECK_OK(notify_add(fx.db, &act, NOTICE_CONCERN_NEW, person, "/case/7", 0, 0));     /* not twice */
		post_open(&p, 1, 0);
		snprintf(url, sizeof url, "smtp://127.0.0.1:%d", p.port);
		struct smtp_settings s = { .url = url, .from = "gatehouse@school.example", .portal = "https://portal.example" };
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
		CHECK_INT(sent, 1);
		CHECK_INT(failed, 0);
		post_close(&p);
		struct str got = { p.got, p.n };
		CHECK(str_find(got, STR("RCPT TO:<q@school.example>")) >= 0);
		CHECK(str_find(got, STR("A new report waits for you.")) >= 0);
		CHECK(str_find(got, STR("https://portal.example/case/7")) >= 0);
		CHECK(str_find(got, STR("Quillfeather")) < 0);                  /* no name of anybody */
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));    /* gone: not sent again */
		CHECK_INT(sent + failed, 0);
	}
}

static enum err own_path(struct db *db, int64_t school, int64_t person, char *out, size_t room)
{
	if (db_in_transaction(db))
		return ERR_STATE;
	snprintf(out, room, "/family/open/once-%lld", (long long)person);
	return OK;
}

static enum err nobody(struct db *db, int64_t school, int64_t person, char *out, size_t room) { return ERR_FORBIDDEN; }

TEST(notify, a_familys_link_is_made_when_its_letter_goes_and_kept_nowhere)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct post p;
		char url[64];
		size_t sent, failed, n;
		struct q_outbox_of_row *rows;
		struct act act = { .school = fx.school, .why = "test" };
		int64_t person = add_somebody(&fx, "m@families.example");
		clock_fake(1800000000000LL);
		CHECK_OK(notify_add(fx.db, &act, NOTICE_FAMILY, person, "/family/open", 0, 0));
		post_open(&p, 1, 0);
		snprintf(url, sizeof url, "smtp://127.0.0.1:%d", p.port);
		struct smtp_settings s = { .url = url, .from = "gatehouse@school.example", .portal = "https://portal.example", .family_path = nobody };
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));         /* barred since: nothing goes */
		CHECK(sent == 0 && failed == 1);
		clock_step(61000);
		s.family_path = own_path;
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
		CHECK(sent == 1 && failed == 0);
		post_close(&p);
		clock_fake(0);
		struct str got = { p.got, p.n };
		CHECK(str_find(got, arena_fmt(&a, "https://portal.example/family/open/once-%lld", (long long)person)) >= 0);
		CHECK(str_find(got, STR("opens once")) >= 0 && str_find(got, STR("Quillfeather")) < 0);
		CHECK_OK(q_outbox_of(fx.db, &a, &(struct q_outbox_of_args){ .school = fx.school, .person = person }, &rows, &n));
		CHECK(n == 1 && str_is(rows[0].link, "/family/open"));
	}
}

TEST(notify, what_was_refused_is_kept_and_tried_again)
{
	ON_EACH_ENGINE(fx) {
		struct post p;
		char url[64];
		size_t sent, failed;
		struct act act = { .school = fx.school, .why = "test" };
		clock_fake(1800000000000LL);
		int64_t person = add_somebody(&fx, "q@school.example");
		CHECK_OK(notify_add(fx.db, &act, NOTICE_ESCALATED, person, "/case/7", 0, 0));
		post_open(&p, 2, 1);
		snprintf(url, sizeof url, "smtp://127.0.0.1:%d", p.port);
		struct smtp_settings s = { .url = url, .from = "gatehouse@school.example", .portal = "https://portal.example" };
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
		CHECK_INT(sent, 0);
		CHECK_INT(failed, 1);
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));    /* not before its time */
		CHECK_INT(sent + failed, 0);
		clock_step(61000);
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
		CHECK_INT(sent, 1);
		post_close(&p);
		clock_fake(0);
	}
}

TEST(notify, in_clear_only_to_loopback)
{
	struct smtp_settings s = { .url = "smtp://127.0.0.1:25", .from = "a@b", .portal = "https://p.example" };
	CHECK_OK(smtp_check(&s));
	CHECK(smtp_demands_tls("smtp://mail.example") && smtp_demands_tls("smtp://127.0.0.1.evil.example"));
	CHECK(smtp_demands_tls("smtp://127.0.0.1@mail.example") && smtp_demands_tls("smtp://user:127.0.0.1@mail.example:25"));
	CHECK(!smtp_demands_tls("smtp://127.0.0.1:2525") && !smtp_demands_tls("smtp://[::1]:25"));
	s.url = "http://mail.example";
	CHECK_ERR(smtp_check(&s), ERR_INVALID);
	s.url = "smtps://mail.example";
	s.portal = "http://portal.example";
	CHECK_ERR(smtp_check(&s), ERR_INVALID);
	s.portal = "https://p.example\r\nBcc: x";
	CHECK_ERR(smtp_check(&s), ERR_INVALID);
}

TEST(notify, without_tls_a_far_server_is_never_given_a_letter)
{
	ON_EACH_ENGINE(fx) {
		struct post p;
		char url[64];
		size_t sent, failed;
		struct act act = { .school = fx.school, .why = "test" };
		int64_t person = add_somebody(&fx, "q@school.example");
		CHECK_OK(notify_add(fx.db, &act, NOTICE_DANGER, person, "/case/7", 0, 0));
		post_open(&p, 1, 0);
		snprintf(url, sizeof url, "smtp://127.0.0.1:%d", p.port);
		struct smtp_settings s = { .url = url, .from = "gatehouse@school.example", .portal = "https://portal.example",
			.always_tls = true };
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
		CHECK_INT(failed, 1);
		post_close(&p);
		CHECK(str_find((struct str){ p.got, p.n }, STR("MAIL FROM")) < 0);
	}
}

TEST(clause, c7_8_06_no_personal_data_goes_by_mail_only_a_link_and_nothing_at_all_without_encryption)
{
	ON_EACH_ENGINE(fx) {
		struct post p;
		char url[64];
		size_t sent, failed;
		struct act act = { .school = fx.school, .why = "Tansy told about Mr Bramblewick" };
		int64_t person = add_somebody(&fx, "q@school.example");
		CHECK_OK(notify_add(fx.db, &act, NOTICE_DANGER, person, "/case/7", 0, 0));
		struct smtp_settings s = { .url = "smtp://mail.example", .from = "gatehouse@school.example", .portal = "https://portal.example" };
		CHECK(smtp_demands_tls(s.url));                         /* whatever is not this very computer */
		post_open(&p, 1, 0);                                    /* a server that offers no encryption: it hears nothing of the letter */
		snprintf(url, sizeof url, "smtp://127.0.0.1:%d", p.port);
		s.url = url;
		s.always_tls = true;
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
		CHECK(sent == 0 && failed == 1);
		post_close(&p);
		CHECK(str_find((struct str){ p.got, p.n }, STR("MAIL FROM")) < 0 && str_find((struct str){ p.got, p.n }, STR("q@school")) < 0);
		clock_fake((clock_utc() + 7200) * 1000);
		post_open(&p, 1, 0);
		snprintf(url, sizeof url, "smtp://127.0.0.1:%d", p.port);
		s.always_tls = false;                                   /* on this computer: what goes is a sentence and a link */
		CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
		CHECK_INT(sent, 1);
		post_close(&p);
		struct str got = { p.got, p.n };
		CHECK(str_find(got, STR("https://portal.example/case/7")) >= 0);
		CHECK(str_find(got, STR("Tansy")) < 0 && str_find(got, STR("Bramblewick")) < 0 && str_find(got, STR("Quillfeather")) < 0);
		clock_fake(0);
	}
}

TEST(notify, every_kind_has_its_sentence)
{
	for (int i = 0; i < NOTICE_N; i++) {
		enum notice back;
		CHECK(notice_of(str_z(notice_word((enum notice)i)), &back) && back == (enum notice)i);
		CHECK(strlen(notice_text((enum notice)i)) > 10);
	}
}

/* The whole letter, line by line: its head, the sentence, the address of the page, and that it says no more. */
static void check_letter(struct str got, enum notice what, const char *link)
{
	char want[600];
	ptrdiff_t at = str_find(got, STR("Subject: "));
	snprintf(want, sizeof want, "Subject: Something waits for you in Gatehouse\r\n\r\n%s\r\n\r\nhttps://portal.example%s\r\n\r\n"
	         "For your protection this message says no more.\r\n.\r\n", notice_text(what), link);
	CHECK(at >= 0 && str_starts(str_from(got, (size_t)(at < 0 ? 0 : at)), str_z(want)));
	static const char *const heads[] = { "Date: ", "Message-ID: ", "Auto-Submitted: ", "MIME-Version: ", "Content-Type: ", "Content-Transfer-Encoding: ",
		"From: ", "To: ", "Subject: " };
	ptrdiff_t head = str_find(got, STR("DATA\r\n"));
	struct str rest = str_from(got, (size_t)(head < 0 ? 0 : head) + 6), line;
	for (size_t i = 0; i < 9 && str_next(&rest, '\n', &line); i++)
		CHECK(str_starts(line, str_z(heads[i])));
	CHECK(str_starts(rest, STR("\r\n")));
}

TEST(notify, whatever_the_notice_its_letter_is_its_sentence_and_a_link)
{
	ON_EACH_ENGINE(fx) {
		struct post p;
		char url[64];
		struct act act = { .school = fx.school, .why = "Tansy told about Mr Bramblewick" };
		int64_t person = add_somebody(&fx, "q@school.example");
		for (int i = 0; i < NOTICE_N; i++) {
			size_t sent, failed;
			CHECK_OK(notify_add(fx.db, &act, (enum notice)i, person, "/today", 0, 0));
			post_open(&p, 1, 0);
			snprintf(url, sizeof url, "smtp://127.0.0.1:%d", p.port);
			struct smtp_settings s = { .url = url, .from = "gatehouse@school.example", .portal = "https://portal.example", .family_path = own_path };
			CHECK_OK(notify_send(fx.db, fx.school, &s, 10, &sent, &failed));
			CHECK(sent == 1 && failed == 0);
			post_close(&p);
			char link[64] = "/today";
			if (i == NOTICE_FAMILY)
				snprintf(link, sizeof link, "/family/open/once-%lld", (long long)person);
			check_letter((struct str){ p.got, p.n }, (enum notice)i, link);
		}
	}
}

TEST(notify, no_sentence_has_room_for_a_name_a_number_or_a_word_of_a_case)
{
	for (int i = 0; i < NOTICE_N; i++) {
		const char *text = notice_text((enum notice)i);
		CHECK(!strpbrk(text, "%{}<>@0123456789"));             /* no hole, no address, no count */
		CHECK(strlen(text) < 200 && strchr(text, '.'));
	}
}
