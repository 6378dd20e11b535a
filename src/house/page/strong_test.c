/* Strong sign-in through the pages: what opens, and what stays closed. */
#include <liboath/oath.h>
#include <time.h>

#include "base/clock.h"
#include "gen_queries.h"
#include "house/account/authenticator.h"
#include "house/account/password.h"
#include "house/account/recovery.h"
#include "house/web/jar.h"

#define RP "portal.test"
#define ORIGIN "https://portal.test"

static const char *challenge_of(struct web_school *w, const struct web_visit *v)
{
	struct str c = jar_between(v, "data-challenge=\"", "\"");
	CHECK(c.n == CHALLENGE_TEXT - 1);
	return arena_z(w->arena, c);
}

static size_t told(struct web_school *w, int role, const char *kind)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(w->db, w->arena, &(struct q_outbox_of_args){ .school = w->school, .person = w->person[role] }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, kind);
	return hits;
}

/* Somebody without a second step sets a passkey up, as the page asks. */
static void set_up(struct jar *j, struct authenticator *k, int64_t person)
{
	struct web_school *w = j->w;
	struct web_visit v = jar_sign_in(j, person);
	CHECK_INT(v.status, 303);
	v = jar_get(j, "/sign-in/set-up");
	struct authenticator_ask q = { challenge_of(w, &v), ORIGIN, RP };
	k->handle = arena_str(w->arena, jar_between(&v, "data-user=\"", "\""));
	struct passkey_answer answer = authenticator_create(w->arena, k, &q);
	v = jar_post(j, "/sign-in/set-up/passkey", arena_fmt(w->arena, "name=School+laptop&%.*s", STRF(authenticator_form(w->arena, &answer))).p);
	CHECK_INT(v.status, 303);
	CHECK_STR(v.location, "/me/factors");
}

static struct web_visit passkey_post(struct jar *j, struct authenticator *k, const char *page, const char *action, int flags)
{
	struct web_visit v = jar_get(j, page);
	struct authenticator_ask q = { challenge_of(j->w, &v), ORIGIN, RP, .flags = flags };
	struct passkey_answer answer = authenticator_get(j->w->arena, k, &q);
	return jar_post(j, action, authenticator_form(j->w->arena, &answer).p);
}

TEST(clause, c7_5_11_a_role_that_reads_safeguarding_text_sets_up_a_second_factor_before_anything_else)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar j = jar_new(&w, "10.0.0.5");
	CHECK_INT(jar_sign_in(&j, w.person[ROLE_DSL]).status, 303);
	for (size_t i = 0; i < N_ROUTES; i++) {
		if (ROUTES[i].method != METHOD_GET || ROUTES[i].may.who == MAY_ANYONE || ROUTES[i].flags & ROUTE_HALF || strchr(ROUTES[i].path, ':'))
			continue;
		struct web_visit v = jar_get(&j, ROUTES[i].path);
		CHECK(v.status == 403 || v.status == 404 || (v.status == 303 && str_starts(v.location, STR("/sign-in/set-up"))));
	}
	set_up(&j, &k, w.person[ROLE_DSL]);
	CHECK_INT(jar_get(&j, "/home").status, 200);
	CHECK_INT(jar_get(&j, "/today").status, 200);
}

TEST(strong, the_lead_signs_in_by_a_passkey_alone_and_not_when_she_was_not_verified)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar first = jar_new(&w, "10.0.0.5"), j = jar_new(&w, "203.0.113.7");
	set_up(&first, &k, w.person[ROLE_DSL]);
	struct web_visit v = passkey_post(&j, &k, "/sign-in", "/sign-in/passkey", WEBAUTHN_PRESENT);
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "The passkey did not check that it is you."));
	CHECK_INT(jar_get(&j, "/today").status, 303);
	v = passkey_post(&j, &k, "/sign-in", "/sign-in/passkey", 0);
	CHECK_INT(v.status, 303);
	CHECK_STR(v.location, "/home");
	CHECK_INT(jar_get(&j, "/today").status, 200);
	v = jar_get(&j, "/me/sessions");
	CHECK(web_says(&v, "With a passkey") && web_says(&v, "203.0.113.7") && web_says(&v, "This one"));
	CHECK_INT(told(&w, ROLE_DSL, "browser-new"), 1);
}

TEST(strong, where_both_are_asked_for_the_passkey_stands_before_the_password)
{
	static const struct { const char *page, *passkey, *password; } all[] = { { "/unlock", "action=\"/unlock/passkey\"", "name=\"password\"" }, { "/sign-in", "action=\"/sign-in/passkey\"", "name=\"password\"" } };
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar j = jar_new(&w, "10.0.0.5");
	clock_fake(clock_ms());
	set_up(&j, &k, w.person[ROLE_DSL]);
	clock_step((w.web->account->idle_lock_s + 5) * 1000LL);
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct web_visit v = jar_get(&j, all[i].page);
		ptrdiff_t passkey = str_find(v.body, str_z(all[i].passkey)), password = str_find(v.body, str_z(all[i].password));
		CHECK_INT(v.status, 200);
		CHECK(passkey > 0 && password > passkey && web_says(&v, "Or with your password"));
	}
	clock_fake(0);
}

TEST(strong, a_key_left_in_a_locked_computer_opens_nothing_without_its_owner)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar j = jar_new(&w, "10.0.0.5");
	clock_fake(clock_ms());
	set_up(&j, &k, w.person[ROLE_DSL]);
	clock_step((w.web->account->idle_lock_s + 5) * 1000LL);
	struct web_visit v = passkey_post(&j, &k, "/unlock", "/unlock/passkey", WEBAUTHN_PRESENT);
	CHECK(v.status == 422 && web_says(&v, "did not check that it is you"));
	CHECK(str_starts(jar_get(&j, "/today").location, STR("/unlock")));
	clock_fake(0);
}

TEST(strong, children_and_whole_sessions_set_nothing_up_by_the_way)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/me/factors").status, 403);
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/me/factors/app").status, 403);
	CHECK_STR(web_get(&w, ROLE_LEARNER, "/sign-in/set-up").location, "/me/factors");
	CHECK_INT(web_post(&w, ROLE_LEARNER, "/sign-in/set-up", "code=1&secret=x").status, 409);
	CHECK_INT(web_post(&w, ROLE_LEARNER, "/sign-in/set-up/passkey", "name=x").status, 409);
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/me/factors").status, 200);
}

TEST(strong, guessing_passwords_never_keeps_a_passkey_out)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_EDDSA);
	struct jar first = jar_new(&w, "10.0.0.5"), thief = jar_new(&w, "10.0.0.66"), new_one = jar_new(&w, "10.0.0.7");
	struct person p;
	set_up(&first, &k, w.person[ROLE_DSL]);
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_DSL], &p));
	CHECK_INT(jar_get(&thief, "/sign-in").status, 200);
	for (int i = 0; i < 12; i++)
		CHECK_INT(jar_post(&thief, "/sign-in", arena_fmt(w.arena, "username=%.*s&password=wrong", STRF(p.username)).p).status, 422);
	struct web_visit v = jar_sign_in(&new_one, p.id);
	CHECK(v.status == 422 && web_says(&v, "too many wrong tries"));
	CHECK_INT(passkey_post(&new_one, &k, "/sign-in", "/sign-in/passkey", 0).status, 303);
	CHECK_INT(jar_post(&first, "/sign-out", "x=1").status, 303);
	v = jar_sign_in(&first, p.id);                   /* her own browser is not in the thief's bucket */
	CHECK_INT(v.status, 303);
}

TEST(strong, a_new_token_at_every_step_up_and_the_old_one_opens_nothing)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar j = jar_new(&w, "10.0.0.5"), thief = jar_new(&w, "10.0.0.66");
	set_up(&j, &k, w.person[ROLE_DSL]);
	CHECK_INT(jar_post(&j, "/sign-out", "x=1").status, 303);
	snprintf(j.session, sizeof j.session, "chosenchosenchosenchosenchosenchosenchosenX");      /* put there by somebody */
	CHECK_INT(jar_sign_in(&j, w.person[ROLE_DSL]).status, 303);
	CHECK(strncmp(j.session, "chosen", 6) != 0);
	memcpy(thief.session, j.session, sizeof thief.session);                                     /* knows the half one */
	CHECK_INT(passkey_post(&j, &k, "/sign-in/code", "/sign-in/second", 0).status, 303);
	CHECK(strcmp(thief.session, j.session) != 0);
	CHECK_INT(jar_get(&j, "/today").status, 200);
	struct web_visit v = jar_get(&thief, "/today");
	CHECK(v.status == 303 && str_starts(v.location, STR("/sign-in?")));
	memcpy(thief.session, j.session, sizeof thief.session);
	clock_fake(clock_ms());
	clock_step((w.web->account->idle_lock_s + 5) * 1000LL);
	CHECK(str_starts(jar_get(&j, "/today").location, STR("/unlock")));
	CHECK_INT(passkey_post(&j, &k, "/unlock", "/unlock/passkey", 0).status, 303);
	CHECK_INT(jar_get(&j, "/today").status, 200);
	CHECK_INT(jar_get(&thief, "/today").status, 303);
	clock_fake(0);
}

TEST(strong, cookies_are_for_this_host_over_tls_and_no_script)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct jar j = jar_new(&w, "10.0.0.5");
	struct web_visit v[] = { jar_get(&j, "/sign-in"), jar_sign_in(&j, w.person[ROLE_TEACHER]), jar_post(&j, "/sign-out", "x=1") };
	size_t seen = 0;
	for (size_t i = 0; i < ARRAY_N(v); i++)
		for (size_t k = 0; k < v[i].n_cookies; k++, seen++) {
			struct str c = v[i].cookies[k];
			CHECK(str_starts(c, STR("__Host-")) && str_find(c, STR("; Path=/; Secure; HttpOnly; SameSite=Strict")) > 0);
			CHECK(str_find(c, STR("Domain")) < 0);
		}
	CHECK(seen >= 4);
}

/* CWE-352: no route that writes does so without this session's own token. */
TEST(strong, every_post_asks_for_the_form_token)
{
	AUTO(web_school_done) struct web_school w = web_school();
	char token[SESSION_TOKEN_TEXT];
	struct person p;
	struct session s;
	for (int role = 0; role < N_ROLES; role++) {
		CHECK_OK(person_get(w.db, w.arena, w.school, w.person[role], &p));
		CHECK_OK(session_begin_known(w.db, w.web->account, &p, HOW_PASSWORD, true, (struct addr){ { 1 } }, STR("t"), token, &s));
		for (size_t i = 0; i < N_ROUTES; i++) {
			struct request req = { .method = METHOD_POST, .path = str_z(ROUTES[i].path), .query_text = STR(""), .host = STR("portal.test"), .secure = true };
			if (ROUTES[i].method != METHOD_POST || strchr(ROUTES[i].path, ':'))
				continue;
			CHECK_OK(cookie_read(w.arena, arena_fmt(w.arena, "__Host-gatehouse=%s", token), &req.cookies));
			CHECK_OK(form_read(w.arena, STR("x=1&token=0000000000000000000000000000000000000000"), &req.form));
			int status = web_visit_raw(&w, &req).status;
			CHECK(status == 409 || status == 403 || status == 404);
		}
	}
}

/* CWE-601 */
TEST(strong, nobody_is_sent_to_another_site_after_signing_in)
{
	static const char *const bad[] = { "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/%0d%0aLocation:+x",
		"evil.example", "/sign-in?next=/x", "http:evil.example", "+//evil.example" };
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p;
	struct jar j = jar_new(&w, "10.0.0.5");
	CHECK_INT(jar_sign_in(&j, w.person[ROLE_TEACHER]).status, 303);
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_TEACHER], &p));
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct web_visit v = jar_post(&j, "/sign-in", arena_fmt(w.arena, "username=%.*s&password=" JAR_PASSWORD "&next=%s", STRF(p.username), bad[i]).p);
		CHECK_INT(v.status, 303);
		CHECK_STR(v.location, "/home");
		v = jar_post(&j, "/confirm", arena_fmt(w.arena, "confirm=yes&confirm_password=" JAR_PASSWORD "&next=%s", bad[i]).p);
		CHECK_STR(v.location, "/home");
	}
	struct web_visit v = jar_post(&j, "/confirm", "confirm=yes&confirm_password=" JAR_PASSWORD "&next=/roles?x=1");
	CHECK_STR(v.location, "/roles?x=1");
}

/* Not stale by idleness, which locks, but by time since the last proof. */
static void grow_stale(struct jar *j)
{
	for (int i = 0; i < 3; i++) {
		clock_step(5 * 60 * 1000);
		CHECK_INT(jar_get(j, "/home").status, 200);
	}
}

TEST(strong, what_matters_asks_again_and_goes_on_with_the_same_form)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar j = jar_new(&w, "10.0.0.5");
	clock_fake(clock_ms());
	set_up(&j, &k, w.person[ROLE_ADMIN]);
	grow_stale(&j);
	const char *path = arena_fmt(w.arena, "/people/%lld/password", (long long)w.person[ROLE_LEARNER]).p;
	struct web_visit v = jar_post(&j, path, "carried=as+it+was");
	CHECK(v.status == 200 && web_says(&v, "Is it still you?") && web_says(&v, "value=\"as it was\"") && !web_says(&v, "can sign in with this password"));
	v = jar_post(&j, path, "confirm=yes&confirm_password=wrong");
	CHECK(v.status == 422 && web_says(&v, "Is it still you?"));
	char before[SESSION_TOKEN_TEXT];
	memcpy(before, j.session, sizeof before);
	v = jar_post(&j, path, "confirm=yes&confirm_password=" JAR_PASSWORD);
	CHECK(v.status == 200 && web_says(&v, "can sign in with this password"));
	CHECK(strcmp(before, j.session) != 0);
	CHECK_INT(jar_get(&j, "/me/factors/app").status, 200);
	grow_stale(&j);
	v = jar_get(&j, "/me/factors/app");
	CHECK_STR(v.location, "/confirm?next=%2Fme%2Ffactors%2Fapp");
	CHECK_STR(passkey_post(&j, &k, "/confirm?next=%2Fme%2Ffactors%2Fapp", "/confirm", 0).location, "/home");
	CHECK_INT(jar_get(&j, "/me/factors/app").status, 200);
	clock_fake(0);
}

TEST(strong, role_changes_exports_and_clearing_a_second_step_are_marked_dangerous)
{
	static const char *const must[] = { "/people/:id/password", "/people/:id/factor", "/people/:id/role", "/people/:id/role-end", "/case/:id/print",
		"/me/factors/passkey", "/me/factors/passkey/:id/remove", "/me/factors/app", "/me/factors/app/remove", "/me/factors/codes" };
	for (size_t i = 0; i < ARRAY_N(must); i++)
		for (size_t r = 0; r < N_ROUTES; r++)
			if (strcmp(ROUTES[r].path, must[i]) == 0)
				CHECK(ROUTES[r].flags & ROUTE_FRESH);
}

TEST(strong, codes_on_paper_serve_once_each_and_are_no_factor_of_their_own)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar j = jar_new(&w, "10.0.0.5"), later = jar_new(&w, "10.0.0.6");
	set_up(&j, &k, w.person[ROLE_DSL]);
	struct web_visit v = jar_post(&j, "/me/factors/codes", "x=1");
	CHECK_INT(v.status, 200);
	struct str code = arena_str(w.arena, jar_between(&v, "<li class=\"gh-code\">", "</li>"));
	CHECK_INT(code.n, RECOVERY_TEXT - 1);
	v = jar_get(&j, "/me/factors");
	CHECK(web_says(&v, "Codes left: <strong>10</strong>") && !web_says(&v, code.p));
	CHECK_INT(jar_sign_in(&later, w.person[ROLE_DSL]).status, 303);
	CHECK_INT(jar_post(&later, "/sign-in/paper", "code=aaaaa-aaaaa").status, 422);
	v = jar_post(&later, "/sign-in/paper", arena_fmt(w.arena, "code=+%.*s+", STRF(code)).p);
	CHECK_INT(v.status, 303);
	v = jar_get(&later, "/home");
	CHECK(web_says(&v, "you have 9 left"));
	CHECK_INT(jar_post(&later, "/sign-out", "x=1").status, 303);
	CHECK_INT(jar_sign_in(&later, w.person[ROLE_DSL]).status, 303);
	CHECK_INT(jar_post(&later, "/sign-in/paper", arena_fmt(w.arena, "code=%.*s", STRF(code)).p).status, 422);
	struct factor_state s;
	CHECK_OK(factor_state(w.db, w.school, w.person[ROLE_DSL], &s));
	CHECK(s.codes == 9 && s.passkeys == 1 && !s.app);
	int64_t id = 0;
	v = jar_get(&j, "/me/factors");
	CHECK_OK(str_i64(jar_between(&v, "/me/factors/passkey/", "/remove"), &id));
	v = jar_post(&j, arena_fmt(w.arena, "/me/factors/passkey/%lld/remove", (long long)id).p, "x=1");
	CHECK(v.status == 422 && web_says(&v, "This is your last second step"));
}

TEST(strong, several_passkeys_have_names_and_go_one_by_one_but_not_somebody_elses)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator one = authenticator_new(COSE_ES256);
	AUTO(authenticator_done) struct authenticator two = authenticator_new(COSE_RS256);
	struct jar j = jar_new(&w, "10.0.0.5");
	set_up(&j, &one, w.person[ROLE_DSL]);
	struct web_visit v = jar_get(&j, "/me/factors/passkey");
	struct authenticator_ask q = { challenge_of(&w, &v), ORIGIN, RP };
	struct passkey_answer answer = authenticator_create(w.arena, &two, &q);
	v = jar_post(&j, "/me/factors/passkey", arena_fmt(w.arena, "name=Blue+key+%%3Cb%%3E&%.*s", STRF(authenticator_form(w.arena, &answer))).p);
	CHECK_INT(v.status, 303);
	v = jar_get(&j, "/me/factors");
	CHECK(web_says(&v, "School laptop") && web_says(&v, "Blue key &lt;b&gt;"));
	struct passkey *list;
	size_t n;
	CHECK_OK(passkey_list(w.db, w.arena, w.school, w.person[ROLE_DSL], &list, &n));
	CHECK_INT(n, 2);
	const char *path = arena_fmt(w.arena, "/me/factors/passkey/%lld/remove", (long long)list[0].id).p;
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, "x=1").status, 404);
	CHECK_INT(jar_post(&j, path, "x=1").status, 303);
	struct jar again = jar_new(&w, "10.0.0.5");
	v = passkey_post(&again, &one, "/sign-in", "/sign-in/passkey", 0);
	CHECK(v.status == 422 && web_says(&v, "This passkey is not known here."));
}

TEST(strong, clearing_takes_passkeys_and_codes_and_tells_whose_they_were)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar j = jar_new(&w, "10.0.0.5");
	set_up(&j, &k, w.person[ROLE_DSL]);
	CHECK_INT(jar_post(&j, "/me/factors/codes", "x=1").status, 200);
	size_t before = told(&w, ROLE_DSL, "factor");
	CHECK_INT(web_post(&w, ROLE_ADMIN, arena_fmt(w.arena, "/people/%lld/factor", (long long)w.person[ROLE_ADMIN]).p, "x=1").status, 403);
	CHECK_OK(factor_clear(w.db, &(struct act){ w.school, w.person[ROLE_ADMIN], "lost" }, w.person[ROLE_DSL]));
	struct factor_state s;
	CHECK_OK(factor_state(w.db, w.school, w.person[ROLE_DSL], &s));
	CHECK(!s.app && s.passkeys == 0 && s.codes == 0);
	CHECK(told(&w, ROLE_DSL, "factor") >= before);
}

TEST(strong, no_page_lets_anybody_act_as_another)
{
	AUTO(web_school_done) struct web_school w = web_school();
	for (size_t i = 0; i < N_ROUTES; i++)
		CHECK(ROUTES[i].may.who != MAY_CAP || ROUTES[i].may.cap != CAP_IMPERSONATE);
	for (int r = 0; r < N_ROLES; r++)
		CHECK(rights_refused(w.web->rights, (enum role)r, CAP_IMPERSONATE));
}

static int64_t took_ns(struct web_school *w, struct str name)
{
	struct timespec a, b;
	struct guess g;
	struct addr from = { { 0xfc, (uint8_t)clock_ms() } };
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
	CHECK_ERR(password_guess(w->db, w->web->account, w->school, name, STR("wrong password"), from, &g), ERR_SIGNIN);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
	return (b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec;
}

TEST(strong, a_name_that_is_known_takes_as_long_as_one_that_is_not)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct person p;
	CHECK_OK(password_set(w.db, &(struct act){ w.school, 0, "test" }, w.person[ROLE_DSL], STR(JAR_PASSWORD), false, &d));
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_DSL], &p));
	int64_t known = INT64_MAX, unknown = INT64_MAX, none = INT64_MAX;
	for (int i = 0; i < 5; i++) {
		int64_t t = took_ns(&w, p.username), u = took_ns(&w, STR("nobody.by.that.name")), n = took_ns(&w, STR("test.teacher"));
		known = t < known ? t : known;
		unknown = u < unknown ? u : unknown;
		none = n < none ? n : none;
	}
	CHECK(known < unknown * 2 && unknown < known * 2 && none < known * 2 && known < none * 2);
}

TEST(strong, the_status_page_says_who_lacks_a_second_step_and_an_envelope)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(authenticator_done) struct authenticator k = authenticator_new(COSE_ES256);
	struct jar j = jar_new(&w, "10.0.0.5");
	struct web_visit v = web_get(&w, ROLE_HEAD, "/status");
	CHECK(web_says(&v, "people whose role needs one have not set it up") && web_says(&v, "An envelope is missing"));
	struct str before = arena_str(w.arena, jar_between(&v, "people whose role needs one", "set it up"));
	CHECK(before.n > 0);
	set_up(&j, &k, w.person[ROLE_DSL]);
	CHECK_INT(web_post(&w, ROLE_HEAD, "/break-glass/envelopes", "half=1").status, 200);
	CHECK_INT(web_post(&w, ROLE_CHAIR, "/break-glass/envelopes", "half=2").status, 200);
	v = web_get(&w, ROLE_HEAD, "/status");
	CHECK(web_says(&v, "Both envelopes are made."));
}
