/* What makes a password good, and when it is changed. */
#include "base/clock.h"
#include "base/time.h"
#include "house/account/password.h"
#include "house/account/session.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

static const struct addr PEER = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 9 } };
#define FIRST "velvet-otter-puddle-91"

static struct account_rules *rules(struct web_school *w) { return (struct account_rules *)(uintptr_t)w->web->account; }

static enum err renew(struct web_school *w, int role, const char *old, const char *fresh)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act own = { w->school, w->person[role], "own password" };
	enum err e = password_renew(w->db, w->web->account, &own, w->person[role], str_z(old), str_z(fresh), &d);
	CHECK(e == OK || (e == ERR_INVALID && d.n > 0 && d.items[0].text.n > 20));
	return e;
}

static void issue(struct web_school *w, int role, const char *password)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	CHECK_OK(password_set(w->db, &(struct act){ w->school, 0, "test" }, w->person[role], str_z(password), false, &d));
}

static bool accepts(struct web_school *w, int role, const char *password)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct person p;
	const struct str *words;
	size_t n;
	CHECK_OK(person_get(w->db, w->arena, w->school, w->person[role], &p));
	CHECK_OK(password_words(w->db, w->arena, w->web->account, &p, &words, &n));
	return password_check(p.kind, str_z(password), words, n, &d) == OK;
}

TEST(clause, c7_5_1_08_words_of_the_country_the_school_and_the_person_are_easy_to_guess)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t class_id;
	static const struct str own[] = { { "Sandcastle-on-Sea", 17 }, { "Seagulls", 8 } };
	CHECK_OK(class_add(w.db, &(struct act){ w.school, 0, "test" }, STR("Badgers"), 4, STR("ks2"), &d, &class_id));
	rules(&w)->words = own;
	rules(&w)->n_words = ARRAY_N(own);
	CHECK(!accepts(&w, ROLE_TEACHER, "arsenal2026"));        /* football */
	CHECK(!accepts(&w, ROLE_TEACHER, "Chocolate12"));
	CHECK(!accepts(&w, ROLE_TEACHER, "Testerley2026"));      /* the school */
	CHECK(!accepts(&w, ROLE_TEACHER, "badgers2026!"));       /* a class */
	CHECK(!accepts(&w, ROLE_TEACHER, "Sandcastle26"));       /* the town */
	CHECK(!accepts(&w, ROLE_TEACHER, "seagulls123"));
	CHECK(!accepts(&w, ROLE_TEACHER, "TestTeacher1"));       /* the person */
	CHECK(!accepts(&w, ROLE_LEARNER, "monday"));
	CHECK(accepts(&w, ROLE_TEACHER, "walnut fiddle harbour comet"));
	CHECK(accepts(&w, ROLE_TEACHER, "my goldfish paints on tuesdays"));
	CHECK(accepts(&w, ROLE_LEARNER, "purple kettle"));
}

TEST(password, other_digits_case_or_signs_are_not_a_new_password)
{
	static const char *const alike[] = { "velvet-otter-puddle-92", "velvet-otter-puddle-90", "Velvet-otter-puddle-91", "velvet-otter-puddle-91!",
		"!velvet-otter-puddle-91", "velvet-otter-puddle-911", "VELVET-otter-puddle-91" };
	AUTO(web_school_done) struct web_school w = web_school();
	issue(&w, ROLE_TEACHER, FIRST);
	for (size_t i = 0; i < ARRAY_N(alike); i++)
		CHECK_ERR(renew(&w, ROLE_TEACHER, FIRST, alike[i]), ERR_INVALID);
	CHECK_ERR(renew(&w, ROLE_TEACHER, "", "velvet-otter-puddle-92"), ERR_INVALID);      /* the old one was not typed: its digest says it */
	CHECK_ERR(renew(&w, ROLE_TEACHER, "", "velvet-otter-puddle-91!"), ERR_INVALID);
	CHECK_OK(renew(&w, ROLE_TEACHER, FIRST, "walnut fiddle harbour comet"));
}

TEST(password, the_last_few_are_not_taken_again)
{
	static const char *const next[] = { "walnut fiddle harbour comet", "amber thistle jigsaw canoe", "lantern goblet nutmeg heron", "saddle pigeon velvet maple" };
	AUTO(web_school_done) struct web_school w = web_school();
	issue(&w, ROLE_TEACHER, FIRST);
	for (size_t i = 0; i < ARRAY_N(next); i++)
		CHECK_OK(renew(&w, ROLE_TEACHER, "", next[i]));
	CHECK_ERR(renew(&w, ROLE_TEACHER, "", FIRST), ERR_INVALID);
	CHECK_ERR(renew(&w, ROLE_TEACHER, "", next[3]), ERR_INVALID);
	CHECK_ERR(renew(&w, ROLE_TEACHER, "", next[0]), ERR_INVALID);
	CHECK_OK(renew(&w, ROLE_TEACHER, "", "barley rocket teapot island"));
	CHECK_OK(renew(&w, ROLE_TEACHER, "", FIRST));            /* five changes later it is forgotten */
}

TEST(password, at_most_ten_variants_are_asked_and_none_twice)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str v[PASSWORD_VARIANTS];
	static const char *const odd[] = { "", "7", "Aa1!", "10", "velvet 10!", "!!!", "0000000000000000000000000001" };
	for (size_t i = 0; i < ARRAY_N(odd); i++) {
		size_t n = password_variants(&a, str_z(odd[i]), v, PASSWORD_VARIANTS);
		CHECK(n <= PASSWORD_VARIANTS);
		for (size_t k = 0; k < n; k++)
			CHECK(v[k].n && !str_is(v[k], odd[i]));
	}
	CHECK(!password_alike(STR(""), STR("")) && password_alike(STR("Otter 1"), STR("otter-2")) && !password_alike(STR("otter"), STR("puddle")));
}

static int64_t uk(int year, int month, int day) { return time_from_uk((struct civil){ .year = year, .month = month, .day = day, .hour = 9 }); }

static void profile_of(const char *name, struct account_rules *r, struct library **l)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	CHECK_OK(library_load(test_source("data"), name, &d, l));
	*r = account_rules_default();
	account_rules_of(&(*l)->profile, r);
}

TEST(password, terms_are_those_of_the_profile_or_the_usual_ones)
{
	AUTO(library_free) struct library *primary = NULL, *junior = NULL;
	struct account_rules r;
	profile_of("junior", &r, &junior);
	CHECK(r.rotation == ROTATION_NONE && account_term_start(&r, uk(2026, 11, 22)) == 0);
	profile_of("primary", &r, &primary);
	CHECK(r.rotation == ROTATION_TERMLY);
	CHECK_INT(account_term_start(&r, uk(2026, 11, 22)), uk(2026, 9, 1) - 9 * 3600);
	CHECK_INT(account_term_start(&r, uk(2027, 1, 3)), uk(2026, 9, 1) - 9 * 3600);
	CHECK_INT(account_term_start(&r, uk(2027, 1, 6)), uk(2027, 1, 5) - 9 * 3600);
	static const struct str own[] = { { "3 September 2026", 16 }, { "6/1/2027", 8 } };
	r.term_starts = own;
	r.n_term_starts = 2;
	CHECK_INT(account_term_start(&r, uk(2026, 9, 2)), uk(2026, 4, 15) - 9 * 3600);
	CHECK_INT(account_term_start(&r, uk(2026, 11, 22)), uk(2026, 9, 3) - 9 * 3600);
	CHECK_INT(account_term_start(&r, uk(2027, 1, 6)), uk(2027, 1, 6) - 9 * 3600);
}

static bool str_none_or_home(struct str to) { return to.n == 0 || str_is(to, "/home"); }

/* One sign-in through the page; where it leads. */
static struct str sign_in(struct web_school *w, int role, const char *password, struct request *req)
{
	char csrf[CSRF_TEXT];
	struct person p;
	const char *before = "beforebeforebeforebeforebeforebeforebeforeX";
	CHECK_OK(person_get(w->db, w->arena, w->school, w->person[role], &p));
	session_form_token(str_z(before), csrf);
	*req = (struct request){ .method = METHOD_POST, .path = STR("/sign-in"), .peer = PEER, .host = STR("portal.test"), .secure = true };
	CHECK_OK(cookie_read(w->arena, arena_fmt(w->arena, "__Host-before=%s", before), &req->cookies));
	CHECK_OK(form_read(w->arena, arena_fmt(w->arena, "username=%.*s&password=%s&token=%s", STRF(p.username), password, csrf), &req->form));
	struct web_visit v = web_visit_raw(w, req);
	CHECK_INT(v.status, 303);
	struct str cookie = v.cookie;
	ptrdiff_t end = str_chr(cookie, ';');
	req->method = METHOD_GET;
	req->path = STR("/home");
	CHECK_OK(cookie_read(w->arena, end > 0 ? str_upto(cookie, (size_t)end) : cookie, &req->cookies));
	return web_visit_raw(w, req).location;
}

TEST(clause, c7_5_1_10_with_term_rotation_a_password_of_last_term_is_changed_at_the_next_sign_in)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(library_free) struct library *l = NULL;
	struct request req;
	clock_fake(uk(2026, 7, 1) * 1000);
	issue(&w, ROLE_TEACHER, FIRST);
	clock_fake(uk(2026, 9, 7) * 1000);
	CHECK(str_none_or_home(sign_in(&w, ROLE_TEACHER, FIRST, &req)));        /* a school whose profile does not ask for it */
	profile_of("primary", rules(&w), &l);
	CHECK_STR(sign_in(&w, ROLE_TEACHER, FIRST, &req), "/me/password");
	CHECK_ERR(renew(&w, ROLE_TEACHER, FIRST, "velvet-otter-puddle-92"), ERR_INVALID);
	CHECK_OK(renew(&w, ROLE_TEACHER, FIRST, "walnut fiddle harbour comet"));
	CHECK(str_none_or_home(sign_in(&w, ROLE_TEACHER, "walnut+fiddle+harbour+comet", &req)));
	clock_fake(0);
}
