/* People, roles, passwords, sessions, the second factor. */
#include <liboath/oath.h>

#include "base/clock.h"
#include "house/account/password.h"
#include "house/account/session.h"
#include "house/store/audit.h"
#include "house/web/web_test.h"

static const struct addr PEER = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 9 } };
static const struct addr OTHER = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 8 } };
#define GOOD "velvet-otter-puddle-91"

static struct person get(struct web_school *w, int64_t id)
{
	struct person p = { 0 };
	CHECK_OK(person_get(w->db, w->arena, w->school, id, &p));
	return p;
}

static void set_password(struct web_school *w, int64_t id, const char *password)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	CHECK_OK(password_set(w->db, &(struct act){ w->school, 0, "test" }, id, str_z(password), false, &d));
}

static enum err guess(struct web_school *w, const char *username, const char *password, struct addr peer, struct guess *g)
{
	return password_guess(w->db, w->web->account, w->school, str_z(username), str_z(password), peer, g);
}

/* 7.5.1-01, 7.5-12: one login, one person. */
static enum err add(struct web_school *w, enum person_kind kind, const char *name, const char *username, struct diag *d, int64_t *id)
{
	struct person_in in = { .kind = kind, .name = str_z(name), .username = str_z(username), .year = 3, .until_utc = 0 };
	return person_add(w->db, &(struct act){ w->school, w->person[ROLE_ADMIN], "test" }, &in, d, id);
}

TEST(clause, c7_5_1_01_a_staff_account_with_a_taken_username_is_refused)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t one = 0, two = 0;
	CHECK_OK(add(&w, KIND_STAFF, "Tansy Testerley", "tansy", &d, &one));
	CHECK_ERR(add(&w, KIND_STAFF, "Tansy Otherley", "tansy", &d, &two), ERR_EXISTS);
	CHECK(two == 0 && d.n == 1);
	CHECK_STR(d.items[0].file, "username");
}

TEST(clause, c7_5_12_a_second_person_on_one_login_is_refused)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t one = 0, two = 0;
	CHECK_OK(add(&w, KIND_LEARNER, "Bramble Pupilsson", "bramble", &d, &one));
	CHECK_ERR(add(&w, KIND_STAFF, "Mr Quillfeather", "bramble", &d, &two), ERR_EXISTS);
	CHECK_INT(get(&w, one).kind, KIND_LEARNER);
}

TEST(clause, c7_5_12_generic_accounts_and_accounts_of_one_name_are_listed)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id = 0;
	CHECK_OK(add(&w, KIND_STAFF, "School Office", "office", &d, &id));
	CHECK_OK(add(&w, KIND_STAFF, "Ipad 7", "trolley.ipad7", &d, &id));
	CHECK_OK(add(&w, KIND_STAFF, "Tansy Officer", "tansy.officer", &d, &id));
	CHECK_OK(add(&w, KIND_LEARNER, "Bramble Twinley", "bramble.one", &d, &id));
	CHECK_OK(add(&w, KIND_LEARNER, "Bramble Twinley", "bramble.two", &d, &id));
	struct web_visit v = web_get(&w, ROLE_ADMIN, "/people/shared");
	CHECK(web_says(&v, "School Office") && web_says(&v, "trolley.ipad7") && web_says(&v, "The name is no person&#39;s."));
	CHECK(web_says(&v, "bramble.one") && web_says(&v, "bramble.two") && web_says(&v, "Another account has the same name."));
	CHECK(!web_says(&v, "tansy.officer"));
	v = web_get(&w, ROLE_TECHNICIAN, "/people/shared?csv=1");
	CHECK(web_says(&v, "School Office"));
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/people/shared").status, 403);
}

TEST(clause, c7_5_1_05_two_learners_never_get_one_username_and_each_has_a_secret)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person a = get(&w, web_person(&w, ROLE_LEARNER, "Tansy Testerley")), b = get(&w, web_person(&w, ROLE_LEARNER, "Tansy Testerley"));
	CHECK(a.username.n && b.username.n && !str_eq(a.username, b.username));
	struct str one = password_suggest(w.arena), two = password_suggest(w.arena);
	CHECK(!str_eq(one, two));
	set_password(&w, a.id, one.p);
	set_password(&w, b.id, two.p);
	struct guess g;
	CHECK_ERR(guess(&w, b.username.p, one.p, PEER, &g), ERR_SIGNIN);
	CHECK_OK(guess(&w, b.username.p, two.p, PEER, &g));
	CHECK_INT(g.person, b.id);
}

TEST(clause, c7_5_1_08_short_or_common_passwords_are_refused_with_a_reason_and_phrases_taken)
{
	static const char *const bad[] = { "", "short", "password123", "qwertyuiop", "Gatehouse2026", "testerley1", "aaaaaaaaaaaaaaaa", "1234567890" };
	struct str own[] = { STR("Tansy Testerley") };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(diag_done) struct diag d = diag_init(5);
		CHECK_ERR(password_check(KIND_STAFF, str_z(bad[i]), own, 1, &d), ERR_INVALID);
		CHECK(d.n == 1 && d.items[0].text.n > 10);
	}
	AUTO(diag_done) struct diag d = diag_init(5);
	CHECK_OK(password_check(KIND_STAFF, STR("otter puddle velvet lantern"), own, 1, &d));
	CHECK_OK(password_check(KIND_LEARNER, STR("puddlewalnut"), own, 1, &d));
}

TEST(clause, c7_5_1_09_the_password_page_recommends_mixing_and_takes_a_long_phrase_of_one_case)
{
	AUTO(web_school_done) struct web_school w = web_school();
	set_password(&w, w.person[ROLE_TEACHER], GOOD);
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/me/password");
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "Mixing capital and small letters, digits and symbols"));
	v = web_post(&w, ROLE_TEACHER, "/me/password", "old=" GOOD "&password=otter+puddle+velvet+lantern");
	CHECK_INT(v.status, 303);
	CHECK_STR(v.location, "/home");
}

TEST(clause, c7_5_11_repeated_failures_lock_the_account_for_the_set_time)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = get(&w, w.person[ROLE_TEACHER]);
	struct guess g;
	set_password(&w, p.id, GOOD);
	clock_fake(clock_ms());
	for (int i = 0; i < w.web->account->guesses; i++)
		CHECK_ERR(guess(&w, p.username.p, "wrong", PEER, &g), ERR_SIGNIN);
	CHECK_ERR(guess(&w, p.username.p, GOOD, PEER, &g), ERR_BUSY);
	CHECK(g.wait_s > 0 && g.wait_s <= w.web->account->guess_window_s);
	struct person other = get(&w, w.person[ROLE_OFFICE]);
	set_password(&w, other.id, GOOD);
	CHECK_OK(guess(&w, other.username.p, GOOD, PEER, &g));          /* the school behind the address goes on */
	clock_step(1000LL * (w.web->account->guess_window_s + 1));
	CHECK_OK(guess(&w, p.username.p, GOOD, PEER, &g));
	clock_fake(0);
}

TEST(clause, c7_5_13_a_session_idle_past_the_set_time_requires_the_password_again)
{
	AUTO(web_school_done) struct web_school w = web_school();
	set_password(&w, w.person[ROLE_TEACHER], GOOD);
	clock_fake(clock_ms());
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 200);
	clock_step(1000LL * (w.web->account->idle_lock_s + 1));
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/roles?x=1");
	CHECK_INT(v.status, 303);
	CHECK(str_starts(v.location, STR("/unlock")));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/unlock", "password=wrong").status, 422);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 303);
	v = web_post(&w, ROLE_TEACHER, "/unlock", "password=" GOOD);
	CHECK_INT(v.status, 303);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 200);
	clock_fake(0);
}

TEST(clause, c0_06_two_lead_dsls_are_refused_and_several_deputies_accepted)
{
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { w.school, w.person[ROLE_ADMIN], "test" };
		int64_t other = web_person(&w, ROLE_STAFF, "Mr Quillfeather");
		CHECK_ERR(role_give(w.db, &act, other, ROLE_DSL, 0, 0, &d), ERR_EXISTS);
		CHECK_INT(d.n, 1);
		CHECK_OK(role_give(w.db, &act, other, ROLE_DEPUTY, 0, 0, &d));
		CHECK_OK(role_give(w.db, &act, w.person[ROLE_SENCO], ROLE_DEPUTY, 0, 0, &d));
		CHECK_OK(role_end(w.db, &act, w.person[ROLE_DSL], ROLE_DSL, 0));
		clock_fake(clock_ms() + 2000);
		CHECK_OK(role_give(w.db, &act, other, ROLE_DSL, 0, 0, &d));
	}
	clock_fake(0);
}

TEST(clause, c2_04_every_account_carries_a_person_kind)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id = 0;
	CHECK_ERR(add(&w, (enum person_kind)0, "Nobody Nokind", "nokind", &d, &id), ERR_INVALID);
	CHECK_ERR(add(&w, (enum person_kind)99, "Nobody Nokind", "nokind", &d, &id), ERR_INVALID);
	CHECK_OK(add(&w, KIND_VOLUNTEER, "Vesper Volunteer", "vesper", &d, &id));
	struct web_visit v = web_get(&w, ROLE_ADMIN, "/people?q=vesper");
	CHECK(web_says(&v, "Volunteer"));
}

TEST(clause, c7_2_01_the_access_register_keeps_current_and_past_grants)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act act = { w.school, w.person[ROLE_ADMIN], "left the school" };
	struct person gone = get(&w, w.person[ROLE_OFFICE]);
	CHECK_OK(person_leave(w.db, &act, gone.id, 0));
	struct web_visit v = web_get(&w, ROLE_ADMIN, "/access-register?csv=1");
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "School office") && web_says(&v, gone.name.p) && web_says(&v, "Test Teacher"));
	struct grant *g;
	size_t n, ended = 0;
	CHECK_OK(grant_list(w.db, w.arena, w.school, gone.id, &g, &n));
	for (size_t i = 0; i < n; i++)
		ended += g[i].until_utc != 0;
	CHECK(n >= 2 && ended == n);
}

TEST(clause, c7_5_1_12_one_account_in_two_places_is_told_and_nobody_acts_as_another)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = get(&w, w.person[ROLE_TEACHER]);
	set_password(&w, p.id, GOOD);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 200);                  /* at PEER */
	char before[] = "beforebeforebeforebeforebeforebeforebeforeX", csrf[CSRF_TEXT];
	session_form_token(str_z(before), csrf);
	struct request req = { .method = METHOD_POST, .path = STR("/sign-in"), .peer = OTHER, .host = STR("portal.test"), .secure = true };
	CHECK_OK(form_read(w.arena, arena_fmt(w.arena, "username=%.*s&password=%s&token=%s", STRF(p.username), GOOD, csrf), &req.form));
	CHECK_OK(cookie_read(w.arena, arena_fmt(w.arena, "__Host-before=%s", before), &req.cookies));
	struct web_visit v = web_visit_raw(&w, &req);
	CHECK_INT(v.status, 303);
	CHECK(str_starts(v.cookie, STR("__Host-gatehouse=")));
	v = web_get(&w, ROLE_TEACHER, "/home");
	CHECK(web_says(&v, "signed in at another place"));
	CHECK(!rights_may(w.web->rights, ~(role_set)0, CAP_IMPERSONATE, ACCESS_WRITE));
}

TEST(clause, c7_10_04_leaving_ends_access_that_day)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = get(&w, w.person[ROLE_TEACHER]);
	struct guess g;
	set_password(&w, p.id, GOOD);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 200);
	CHECK_INT(web_post(&w, ROLE_ADMIN, arena_fmt(w.arena, "/people/%lld/leave", (long long)p.id).p, "x=1").status, 303);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/home").status, 303);
	CHECK_ERR(guess(&w, p.username.p, GOOD, PEER, &g), ERR_SIGNIN);
}

/* ---- beyond the clauses ---- */

TEST(account, an_unknown_name_is_told_the_same_as_a_wrong_password)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = get(&w, w.person[ROLE_TEACHER]);
	set_password(&w, p.id, GOOD);
	struct web_visit a = web_post(&w, NOBODY, "/sign-in", "username=nobody.here&password=" GOOD);
	struct web_visit b = web_post(&w, NOBODY, "/sign-in", arena_fmt(w.arena, "username=%.*s&password=wrong", STRF(p.username)).p);
	CHECK(a.status == 422 && b.status == 422);
	CHECK(web_says(&a, "The sign-in name or the password is not right.") && web_says(&b, "The sign-in name or the password is not right."));
}

TEST(account, a_half_session_reaches_nothing_until_the_code_is_given)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = get(&w, w.person[ROLE_DSL]);
	struct session s;
	char token[SESSION_TOKEN_TEXT], secret[FACTOR_SECRET_TEXT], csrf[CSRF_TEXT], code[8], *bytes;
	size_t n;
	CHECK_OK(session_begin(w.db, w.web->account, &p, PEER, STR("t"), token, &s));
	struct request req = { .method = METHOD_GET, .path = STR("/roles"), .peer = PEER, .host = STR("portal.test"), .secure = true };
	CHECK_OK(cookie_read(w.arena, arena_fmt(w.arena, "__Host-gatehouse=%s", token), &req.cookies));
	struct web_visit v = web_visit_raw(&w, &req);
	CHECK_INT(v.status, 303);
	CHECK(str_starts(v.location, STR("/sign-in/set-up")));
	factor_new(secret);
	CHECK_OK(factor_set(w.db, w.web->keys, &(struct act){ w.school, p.id, "test" }, p.id, secret));
	v = web_visit_raw(&w, &req);
	CHECK(str_starts(v.location, STR("/sign-in/code")));
	session_form_token(str_z(token), csrf);
	CHECK_INT(oath_base32_decode(secret, strlen(secret), &bytes, &n), OATH_OK);
	CHECK_INT(oath_totp_generate(bytes, n, (time_t)clock_utc(), 30, 0, 6, code), OATH_OK);
	free(bytes);
	req = (struct request){ .method = METHOD_POST, .path = STR("/sign-in/set-up"), .peer = PEER, .host = STR("portal.test"), .cookies = req.cookies };
	CHECK_OK(form_read(w.arena, arena_fmt(w.arena, "code=%s&secret=%s&token=%s", code, secret, csrf), &req.form));
	CHECK_INT(web_visit_raw(&w, &req).status, 409);                  /* a second factor is not replaced by half a session */
	req.path = STR("/sign-in/code");
	v = web_visit_raw(&w, &req);
	CHECK_INT(v.status, 303);
	CHECK_STR(v.location, "/home");
	CHECK_ERR(factor_check(w.db, w.web->keys, w.web->account, w.school, p.id, str_z(code), &(struct place){ .peer = PEER }), ERR_SIGNIN);      /* serves once */
}

TEST(account, a_password_of_high_rights_is_made_by_an_administrator_only)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *dsl = arena_fmt(w.arena, "/people/%lld/password", (long long)w.person[ROLE_DSL]).p;
	const char *learner = arena_fmt(w.arena, "/people/%lld/password", (long long)w.person[ROLE_LEARNER]).p;
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, dsl, "x=1").status, 403);
	CHECK_INT(web_post(&w, ROLE_OFFICE, dsl, "x=1").status, 403);
	CHECK_INT(web_post(&w, ROLE_TEACHER, learner, "x=1").status, 403);
	CHECK_INT(web_post(&w, ROLE_OFFICE, learner, "x=1").status, 200);
	CHECK_INT(web_post(&w, ROLE_ADMIN, dsl, "x=1").status, 200);
}

TEST(account, tokens_are_not_in_the_database)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = get(&w, w.person[ROLE_TEACHER]);
	struct session s, found;
	char token[SESSION_TOKEN_TEXT];
	CHECK_OK(session_begin(w.db, w.web->account, &p, PEER, STR("t"), token, &s));
	CHECK_OK(session_find(w.db, w.arena, w.web->account, w.school, str_z(token), true, &found));
	CHECK_INT(found.id, s.id);
	CHECK(memcmp(token, s.token_hash, 32) != 0);
	token[3] ^= 1;
	CHECK_ERR(session_find(w.db, w.arena, w.web->account, w.school, str_z(token), true, &found), ERR_SIGNIN);
	CHECK_ERR(session_find(w.db, w.arena, w.web->account, w.school, STR("short"), true, &found), ERR_SIGNIN);
}

TEST(account, families_see_their_own_and_classes_their_teachers)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, w.person[ROLE_OFFICE], "test" };
	struct person *list;
	size_t n;
	int64_t class_id = 0;
	CHECK_OK(family_set(w.db, &act, w.person[ROLE_PARENT], w.person[ROLE_LEARNER], true));
	CHECK_OK(family_children(w.db, w.arena, w.school, w.person[ROLE_PARENT], &list, &n));
	CHECK(n == 1 && list[0].id == w.person[ROLE_LEARNER]);
	CHECK_ERR(family_set(w.db, &act, w.person[ROLE_LEARNER], w.person[ROLE_LEARNER], true), ERR_INVALID);
	CHECK_OK(class_add(w.db, &act, STR("Hazel"), 3, STR_NONE, &d, &class_id));
	CHECK_ERR(class_add(w.db, &act, STR("Hazel"), 3, STR_NONE, &d, &class_id), ERR_EXISTS);
	CHECK_OK(class_staff_set(w.db, &act, class_id, w.person[ROLE_TEACHER], true));
	CHECK(class_has_staff(w.db, w.school, class_id, w.person[ROLE_TEACHER]) && !class_has_staff(w.db, w.school, class_id, w.person[ROLE_STAFF]));
	CHECK_ERR(class_staff_set(w.db, &act, class_id, w.person[ROLE_LEARNER], true), ERR_FORBIDDEN);
}
