/* Sending through a real mail server, with encryption and a name and password. */
#include "house/notify/real.h"

#include "house/notify/notify.h"
#include "house/notify/trouble.h"
#include "house/store/fixture.h"

static enum err first_int(void *ctx, const struct db_val *cols, size_t n)
{
	*(int64_t *)ctx = n ? cols[0].i : 0;
	return OK;
}

static int64_t add(struct fixture *fx, const char *mail)
{
	int64_t id = 0;
	struct db_stmt st = { "t", "", "INSERT INTO person (school, kind, name, mail, active_from) VALUES ($1, 'staff', 'Ms Quillfeather', $2, 1) "
	                      "RETURNING id", 0, false };
	struct db_val v[] = { DB_I(fx->school), DB_T0(str_z(mail)) };
	CHECK_OK(db_run(fx->db, &st, v, 2, first_int, &id, NULL));
	return id;
}

static void notice(struct fixture *fx, int64_t person)
{
	struct act act = { .school = fx->school, .why = "test" };
	CHECK_OK(notify_add(fx->db, &act, NOTICE_CONCERN_NEW, person, "/today", 0, 0));
}

static struct smtp_settings server(struct arena *a, bool tls_at_once)
{
	return (struct smtp_settings){ .url = arena_fmt(a, "%s://127.0.0.1:%d", tls_at_once ? "smtps" : "smtp", real_port(a, tls_at_once ? "smtps" : "smtp")).p,
		.user = REAL_USER, .password = REAL_PASSWORD, .ca_file = real_path(a, "ca.pem"), .from = "gatehouse@larkmoor.example",
		.portal = "https://portal.example" };
}

struct sent { size_t sent, failed, troubles; struct trouble *t; };

static struct sent go(struct fixture *fx, struct arena *a, const struct smtp_settings *s)
{
	struct sent r;
	CHECK_OK(notify_send(fx->db, fx->school, s, 100, &r.sent, &r.failed));
	CHECK_OK(notify_trouble(fx->db, a, fx->school, &r.t, &r.troubles));
	return r;
}

static bool says(struct str s, const char *z) { return str_find(s, str_z(z)) >= 0; }

TEST(mail_real, a_notice_arrives_encrypted_and_says_no_more_than_that_something_waits)
{
	REAL_OR_SKIP();
	for (int at_once = 0; at_once < 2; at_once++)
		ON_EACH_ENGINE(fx) {
			AUTO(arena_done) struct arena a = arena_init();
			char who[64];
			snprintf(who, sizeof who, "arrives%d%d@larkmoor.example", at_once, fx.turn);
			notice(&fx, add(&fx, who));
			struct smtp_settings s = server(&a, at_once);
			struct sent r = go(&fx, &a, &s);
			CHECK(r.sent == 1 && !r.failed && !r.troubles);
			struct str got = real_wait(&a, "mail/sink/new", who);
			CHECK(says(got, "esmtpsa") && says(got, "TLS1."));                  /* encrypted, and let in by name */
			CHECK(says(got, "A new report waits for you.") && says(got, "https://portal.example/today"));
			CHECK(says(got, "Auto-Submitted: auto-generated") && !says(got, "Quillfeather"));
		}
}

TEST(mail_real, a_refused_address_is_told_and_tried_again_next_day_and_the_others_go)
{
	REAL_OR_SKIP();
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		clock_fake(1800000000000LL);
		int64_t gone = add(&fx, "nobody@larkmoor.example");
		notice(&fx, gone);
		notice(&fx, add(&fx, "others@larkmoor.example"));
		struct smtp_settings s = server(&a, false);
		struct sent r = go(&fx, &a, &s);
		CHECK(r.sent == 1 && r.failed == 1 && r.troubles == 1);
		CHECK(r.t[0].what == TROUBLE_ADDRESS && r.t[0].person == gone && says(r.t[0].why, "no such address (550)"));
		clock_step(3600 * 1000);
		r = go(&fx, &a, &s);
		CHECK(r.sent == 0 && r.failed == 0);
		struct db_stmt mend = { "t", "", "UPDATE person SET mail = 'mended@larkmoor.example' WHERE id = $1 AND school = $2", 1, false };
		struct db_val v[] = { DB_I(gone), DB_I(fx.school) };
		CHECK_OK(db_run(fx.db, &mend, v, 2, NULL, NULL, NULL));
		clock_step(24 * 3600 * 1000);
		r = go(&fx, &a, &s);
		CHECK(r.sent == 1 && r.troubles == 0);                             /* taken: the trouble is over */
		clock_fake(0);
	}
}

TEST(mail_real, a_server_that_asks_to_wait_is_tried_again_at_growing_distances)
{
	REAL_OR_SKIP();
	static const int minutes[] = { 1, 5, 30, 60, 60 };
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		clock_fake(1800000000000LL);
		notice(&fx, add(&fx, "waits@larkmoor.example"));
		struct smtp_settings s = server(&a, false);
		real_switch(&a, "defer", true);
		for (size_t i = 0; i < sizeof minutes / sizeof minutes[0]; i++) {
			struct sent r = go(&fx, &a, &s);
			CHECK(r.failed == 1 && r.sent == 0);
			clock_step(minutes[i] * 60000 - 2000);
			r = go(&fx, &a, &s);
			CHECK(r.failed == 0 && r.sent == 0);                          /* not before its time */
			clock_step(3000);
		}
		real_switch(&a, "defer", false);
		CHECK_INT(go(&fx, &a, &s).sent, 1);
		clock_fake(0);
	}
}

/* Whatever keeps us from the server: nothing is lost, one try a round and not one a letter, and it is said. */
static void server_trouble(struct fixture *fx, struct smtp_settings bad, const struct smtp_settings *good, const char *said)
{
	AUTO(arena_done) struct arena a = arena_init();
	clock_fake(1800000000000LL);
	for (int i = 0; i < 5; i++) {
		char mail[64];
		snprintf(mail, sizeof mail, "five%d@larkmoor.example", i);
		notice(fx, add(fx, mail));
	}
	struct sent r = go(fx, &a, &bad);
	CHECK(r.sent == 0 && r.failed == 1 && r.troubles == 1 && r.t[0].what == TROUBLE_SEND);
	if (!says(r.t[0].why, said))
		fprintf(stderr, "%.*s\n", STRF(r.t[0].why));
	CHECK(says(r.t[0].why, said));
	int64_t since = r.t[0].since_utc;
	clock_step(600 * 1000);
	r = go(fx, &a, &bad);
	CHECK(r.troubles == 1 && r.t[0].since_utc == since && r.t[0].last_utc > since);
	clock_step(3600 * 1000);
	r = go(fx, &a, good);
	CHECK(r.sent == 5 && !r.failed && !r.troubles);
	clock_fake(0);
}

TEST(mail_real, a_dead_server_a_wrong_certificate_and_a_wrong_password_are_told_and_lose_nothing)
{
	REAL_OR_SKIP();
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct smtp_settings good = server(&a, false), bad = good;
		bad.url = "smtp://127.0.0.1:1";
		server_trouble(&fx, bad, &good, "cannot be reached");
		bad = good;
		bad.ca_file = real_path(&a, "other.pem");
		server_trouble(&fx, bad, &good, "certificate is not one to trust");
		bad = good;
		bad.url = arena_fmt(&a, "smtp://localhost:%d", real_port(&a, "smtp")).p;         /* the certificate is for 127.0.0.1 */
		server_trouble(&fx, bad, &good, "certificate is not one to trust");
		bad = good;
		bad.password = "wrong";
		server_trouble(&fx, bad, &good, "name and password");
	}
}
