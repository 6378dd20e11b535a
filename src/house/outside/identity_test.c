#include "house/outside/identity.h"

#include "base/test.h"
#include "gen_queries.h"
#include "house/account/session.h"
#include "house/store/audit.h"
#include "house/store/fixture.h"

static const struct provider GOOGLE = { .name = STR("g"), .kind = PROVIDER_GOOGLE };

static int64_t add(struct fixture *f, enum person_kind kind, const char *name, const char *username, const char *mail)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { f->school, 0, "test" };
	struct person_in in = { .kind = kind, .name = str_z(name), .username = str_z(username), .email = str_z(mail), .year = kind == KIND_LEARNER ? 4 : YEAR_NONE };
	int64_t id = 0;
	CHECK_OK(person_add(f->db, &act, &in, &d, &id));
	return id;
}

static struct outsider whoever(const char *subject, const char *mail)
{
	return (struct outsider){ .issuer = STR("https://accounts.example"), .subject = str_z(subject), .user = str_z(mail), .mail = str_z(mail) };
}

static void allow(struct fixture *f, enum identity_first first)
{
	struct act act = { f->school, 0, "test" };
	CHECK_OK(identity_rules_set(f->db, &act, &(struct identity_rules){ .first = first }));
}

static enum err ask(struct fixture *f, struct arena *a, const char *subject, const char *mail, int64_t *who)
{
	struct outsider o = whoever(subject, mail);
	struct person p = { 0 };
	const char *why = NULL;
	enum err e = identity_person(f->db, a, f->school, NULL, &GOOGLE, &o, &p, &why);
	CHECK(e == OK || why);
	*who = e == OK ? p.id : 0;
	return e;
}

static int64_t noted(struct fixture *f, struct arena *a, const char *what)
{
	struct audit_record *r;
	size_t n;
	int64_t found = 0;
	CHECK_OK(audit_list(f->db, a, f->school, 0, 200, &r, &n));
	for (size_t i = 0; i < n; i++)
		found += str_is(r[i].what, what);
	return found;
}

TEST(outside, by_itself_nobody_is_linked)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		int64_t who;
		add(&fx, KIND_STAFF, "Tansy Testerley", "tansy", "tansy@larkmoor.example");
		CHECK_ERR(ask(&fx, &a, "s1", "tansy@larkmoor.example", &who), ERR_ABSENT);
		struct waiting *w;
		size_t n;
		CHECK_OK(identity_waiting(fx.db, &a, fx.school, &w, &n));
		CHECK_INT(n, 1);
		CHECK_STR(w[0].shown, "tansy@larkmoor.example");
	}
}

TEST(outside, a_first_sign_in_links_exactly_one_who_fits)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		int64_t who, tansy = add(&fx, KIND_STAFF, "Tansy Testerley", "tansy", "Tansy@larkmoor.example"), child = add(&fx, KIND_LEARNER, "Bo Inventley", "bo.i", "");
		allow(&fx, FIRST_LEARNERS);
		CHECK_ERR(ask(&fx, &a, "s1", "tansy@larkmoor.example", &who), ERR_ABSENT);       /* only pupils */
		CHECK_OK(ask(&fx, &a, "s2", "BO.I@larkmoor.example", &who));
		CHECK_INT(who, child);
		allow(&fx, FIRST_EVERYBODY);
		CHECK_OK(ask(&fx, &a, "s1", "tansy@larkmoor.example", &who));
		CHECK_INT(who, tansy);
		CHECK_OK(ask(&fx, &a, "s1", "married-name@larkmoor.example", &who));             /* a new mail name changes nothing */
		CHECK_INT(who, tansy);
		CHECK_ERR(ask(&fx, &a, "s3", "tansy@larkmoor.example", &who), ERR_ABSENT);       /* her mail name, given to somebody new */
		CHECK_INT(noted(&fx, &a, "sign-in.outside-linked"), 2);
	}
}

static int64_t told(struct fixture *f, struct arena *a, int64_t person)
{
	struct q_outbox_of_row *rows;
	size_t n;
	int64_t hits = 0;
	CHECK_OK(q_outbox_of(f->db, a, &(struct q_outbox_of_args){ .school = f->school, .person = person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, "factor");
	return hits;
}

TEST(outside, a_person_is_told_when_an_outside_account_is_linked_to_theirs)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		int64_t who, tansy = add(&fx, KIND_STAFF, "Tansy Testerley", "tansy", "tansy@larkmoor.example"), tarn = add(&fx, KIND_STAFF, "Tarn Testerley", "tarn", "");
		struct act act = { fx.school, tarn, "test" };
		struct outsider o = whoever("s9", "tarn@larkmoor.example");
		allow(&fx, FIRST_EVERYBODY);
		CHECK_OK(ask(&fx, &a, "s1", "tansy@larkmoor.example", &who));
		CHECK_INT(told(&fx, &a, tansy), 1);
		CHECK_OK(ask(&fx, &a, "s1", "tansy@larkmoor.example", &who));           /* signing in again is no news */
		CHECK_INT(told(&fx, &a, tansy), 1);
		CHECK_INT(told(&fx, &a, tarn), 0);
		CHECK_OK(identity_add(fx.db, &act, STR("g"), &o, tarn));
		CHECK_INT(told(&fx, &a, tarn), 1);
	}
}

TEST(outside, two_who_fit_are_nobody)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		int64_t who;
		add(&fx, KIND_STAFF, "Tansy Testerley", "tansy", "office@larkmoor.example");
		add(&fx, KIND_STAFF, "Tarn Testerley", "tarn", "office@larkmoor.example");
		add(&fx, KIND_STAFF, "Head Inventley", "head", "real.head@larkmoor.example");
		add(&fx, KIND_STAFF, "Moss Inventley", "moss", "head@larkmoor.example");
		allow(&fx, FIRST_EVERYBODY);
		CHECK_ERR(ask(&fx, &a, "s1", "office@larkmoor.example", &who), ERR_ABSENT);
		CHECK_OK(ask(&fx, &a, "s2", "head@larkmoor.example", &who));                     /* the mail name, not the sign-in name of another */
		CHECK(who != 0);
		CHECK_ERR(ask(&fx, &a, "s3", "", &who), ERR_ABSENT);
		CHECK_ERR(ask(&fx, &a, "s4", "tarn@larkmoor.example", &who), ERR_ABSENT);        /* has another mail name here */
	}
}

TEST(outside, nobody_takes_over_somebody_elses)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct act act = { fx.school, 1, "test" };
		int64_t who, one = add(&fx, KIND_STAFF, "Tansy Testerley", "tansy", ""), two = add(&fx, KIND_STAFF, "Tarn Testerley", "tarn", "");
		struct outsider o = whoever("s1", "x@larkmoor.example"), more = whoever("s2", "y@larkmoor.example");
		CHECK_OK(identity_add(fx.db, &act, STR("g"), &o, one));
		CHECK_OK(identity_add(fx.db, &act, STR("g"), &o, one));
		CHECK_ERR(identity_add(fx.db, &act, STR("g"), &o, two), ERR_EXISTS);
		CHECK_ERR(identity_add(fx.db, &act, STR("g"), &more, one), ERR_EXISTS);          /* one of each issuer */
		struct identity *list;
		size_t n;
		CHECK_OK(identity_list(fx.db, &a, fx.school, one, &list, &n));
		CHECK_INT(n, 1);
		CHECK_ERR(identity_drop(fx.db, &act, two, list[0].id), ERR_ABSENT);              /* only one's own */
		CHECK_OK(identity_drop(fx.db, &act, one, list[0].id));
		CHECK_ERR(ask(&fx, &a, "s1", "x@larkmoor.example", &who), ERR_ABSENT);
	}
}

TEST(outside, whoever_left_stays_out)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct act act = { fx.school, 1, "test" };
		int64_t who, one = add(&fx, KIND_STAFF, "Tansy Testerley", "tansy", "tansy@larkmoor.example");
		struct outsider o = whoever("s1", "tansy@larkmoor.example");
		CHECK_OK(identity_add(fx.db, &act, STR("g"), &o, one));
		CHECK_OK(ask(&fx, &a, "s1", "tansy@larkmoor.example", &who));
		CHECK_OK(person_leave(fx.db, &act, one, 0));
		CHECK_ERR(ask(&fx, &a, "s1", "tansy@larkmoor.example", &who), ERR_FORBIDDEN);
		allow(&fx, FIRST_EVERYBODY);
		CHECK_ERR(ask(&fx, &a, "s2", "tansy@larkmoor.example", &who), ERR_ABSENT);
	}
}

TEST(outside, an_attempt_comes_back_once_to_its_browser_within_ten_minutes)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct attempt t[5];
		struct attempt_back b;
		const char *why = NULL;
		clock_fake(1795219200 * 1000LL);
		for (size_t i = 0; i < ARRAY_N(t); i++)
			CHECK_OK(attempt_begin(fx.db, fx.school, STR("g"), 7, STR("/people"), &t[i]));
		CHECK_OK(attempt_take(fx.db, &a, fx.school, STR("g"), str_z(t[0].state), str_z(t[0].browser), &b, &why));
		CHECK_STR(b.next, "/people");
		CHECK_STR(b.verifier, t[0].verifier);
		CHECK_INT(b.person, 7);
		CHECK_ERR(attempt_take(fx.db, &a, fx.school, STR("g"), str_z(t[0].state), str_z(t[0].browser), &b, &why), ERR_STALE);
		CHECK_ERR(attempt_take(fx.db, &a, fx.school, STR("g"), str_z(t[1].state), str_z(t[2].browser), &b, &why), ERR_STALE);
		CHECK(strstr(why, "another browser"));
		CHECK_ERR(attempt_take(fx.db, &a, fx.school, STR("h"), str_z(t[2].state), str_z(t[2].browser), &b, &why), ERR_STALE);
		CHECK(strstr(why, "another provider"));
		CHECK_ERR(attempt_take(fx.db, &a, fx.school, STR("g"), str_z(t[3].state), STR_NONE, &b, &why), ERR_STALE);
		clock_step(TRY_S * 1000);
		CHECK_ERR(attempt_take(fx.db, &a, fx.school, STR("g"), str_z(t[4].state), str_z(t[4].browser), &b, &why), ERR_STALE);
		CHECK(strstr(why, "ten minutes"));
		clock_fake(0);
	}
}

TEST(outside, an_administrator_says_who_waits)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct act act = { fx.school, 1, "test" };
		int64_t who, one = add(&fx, KIND_STAFF, "Tansy Testerley", "tansy", "");
		CHECK_ERR(ask(&fx, &a, "s1", "t.testerley@larkmoor.example", &who), ERR_ABSENT);
		struct waiting *w;
		size_t n;
		CHECK_OK(identity_waiting(fx.db, &a, fx.school, &w, &n));
		CHECK_INT(n, 1);
		CHECK_OK(identity_settle(fx.db, &act, w[0].id, one));
		CHECK_OK(ask(&fx, &a, "s1", "t.testerley@larkmoor.example", &who));
		CHECK_INT(who, one);
		CHECK_OK(identity_waiting(fx.db, &a, fx.school, &w, &n));
		CHECK_INT(n, 0);
	}
}
