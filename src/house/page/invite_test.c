/* A way back in that nobody else knows, and what is wrong with accounts. */
#include "base/clock.h"
#include "gen_queries.h"
#include "house/account/card.h"
#include "house/account/invite.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"
#include "io/settings.h"

static const struct addr PEER = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 9 } };
#define GOOD "walnut fiddle harbour comet"

static const char *reset_path(struct web_school *w, int64_t person) { return arena_fmt(w->arena, "/people/%lld/password", (long long)person).p; }

static struct str code_of(struct web_school *w, const struct web_visit *v)
{
	struct str mark = STR("class=\"gh-code\">");
	ptrdiff_t at = str_find(v->body, mark);
	return at < 0 ? STR_NONE : arena_str(w->arena, str_upto(str_from(v->body, (size_t)at + mark.n), INVITE_TEXT - 1));
}

static struct str username_of(struct web_school *w, int64_t id)
{
	struct person p;
	CHECK_OK(person_get(w->db, w->arena, w->school, id, &p));
	return p.username;
}

static struct web_visit use(struct web_school *w, struct str username, struct str code, const char *password)
{
	return web_post(w, NOBODY, "/sign-in/new-password", arena_fmt(w->arena, "username=%.*s&code=%.*s&password=%s", STRF(username), STRF(code), password).p);
}

static size_t told(struct web_school *w, int64_t person, const char *kind)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(w->db, w->arena, &(struct q_outbox_of_args){ .school = w->school, .person = person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, kind);
	return hits;
}

TEST(invite, a_grown_up_sets_a_password_that_nobody_else_knows)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t teacher = w.person[ROLE_TEACHER];
	struct guess g;
	(void)web_get(&w, ROLE_TEACHER, "/home");                /* signed in meanwhile */
	struct web_visit v = web_post(&w, ROLE_OFFICE, reset_path(&w, teacher), "x=1");
	struct str code = code_of(&w, &v), name = username_of(&w, teacher);
	CHECK(v.status == 200 && code.n == INVITE_TEXT - 1 && code.p[4] == '-' && !web_says(&v, "can sign in with this password"));
	v = web_get(&w, ROLE_TEACHER, "/home");
	CHECK(web_says(&v, "made a one-time code for your account"));
	v = use(&w, name, STR("AAAA-AAAA-AAAA"), GOOD);
	CHECK(v.status == 422 && web_says(&v, "is not right, or the code was used"));
	struct web_visit nobody = use(&w, STR("nobody.here"), code, GOOD);           /* told alike */
	CHECK(nobody.status == 422 && web_says(&nobody, "is not right, or the code was used"));
	CHECK_INT(use(&w, username_of(&w, w.person[ROLE_STAFF]), code, GOOD).status, 422);       /* another's code */
	v = use(&w, name, code, "password1");
	CHECK(v.status == 422 && web_says(&v, "too short"));
	v = use(&w, name, arena_fmt(w.arena, "%.4s%.4s%.4s", code.p, code.p + 5, code.p + 10), GOOD);      /* without dashes; it still serves */
	CHECK(v.status == 200 && web_says(&v, "Your password is set."));
	CHECK_OK(password_guess(w.db, w.web->account, w.school, name, STR(GOOD), PEER, &g));
	CHECK(g.person == teacher && !g.must_change);
	CHECK_INT(use(&w, name, code, "amber thistle jigsaw canoe").status, 422);        /* once */
}

TEST(invite, a_code_ends_after_two_days_and_with_the_next_one)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = w.person[ROLE_STAFF];
	struct web_visit v = web_post(&w, ROLE_OFFICE, reset_path(&w, id), "x=1");
	struct str first = code_of(&w, &v);
	v = web_post(&w, ROLE_OFFICE, reset_path(&w, id), "x=1");
	struct str second = code_of(&w, &v);
	CHECK_INT(use(&w, username_of(&w, id), first, GOOD).status, 422);
	clock_fake((clock_utc() + INVITE_S + 1) * 1000);
	CHECK_INT(use(&w, username_of(&w, id), second, GOOD).status, 422);
	clock_fake(0);
	CHECK_INT(use(&w, username_of(&w, id), second, GOOD).status, 200);
}

TEST(invite, codes_are_guessed_as_seldom_as_passwords)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t id = w.person[ROLE_STAFF];
	struct web_visit v = web_post(&w, ROLE_OFFICE, reset_path(&w, id), "x=1");
	struct str code = code_of(&w, &v), name = username_of(&w, id);
	for (int i = 0; i < w.web->account->guesses; i++)
		CHECK_INT(use(&w, name, STR("AAAA-AAAA-AAAA"), GOOD).status, 422);
	v = use(&w, name, code, GOOD);
	CHECK(v.status == 422 && web_says(&v, "too many wrong tries"));
}

TEST(invite, goes_by_mail_where_there_is_mail_and_is_then_shown_to_nobody)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct settings s = { .mail_server = "smtp://127.0.0.1:1", .public_url = "https://portal.test" };
	struct person_in in = { .kind = KIND_STAFF, .name = STR("Mr Quillfeather"), .username = STR("quill"), .email = STR("quill@school.example"), .year = YEAR_NONE };
	int64_t id = 0;
	CHECK_OK(person_add(w.db, &(struct act){ w.school, 0, "test" }, &in, &d, &id));
	w.web->settings = &s;
	struct web_visit v = web_post(&w, ROLE_OFFICE, reset_path(&w, id), "x=1");
	CHECK(v.status == 303 && code_of(&w, &v).n == 0 && told(&w, id, "code") == 1);
	w.web->settings = NULL;
}

TEST(invite, a_childs_new_password_is_changed_and_the_child_is_told)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post(&w, ROLE_OFFICE, reset_path(&w, w.person[ROLE_LEARNER]), "x=1");
	CHECK(v.status == 200 && web_says(&v, "can sign in with this password"));
	struct person p;
	struct q_account_changes_row *rows;
	size_t n;
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_LEARNER], &p));
	CHECK_OK(q_account_changes(w.db, w.arena, &(struct q_account_changes_args){ .school = w.school, .person = p.id, .since = 0 }, &rows, &n));
	CHECK(n == 1 && str_is(rows[0].what, "password.set") && rows[0].by == w.person[ROLE_OFFICE]);
}

/* Enumeration: a name that nobody has and a wrong password are told alike, in the same words, and cost the same hash. */
TEST(sign_in_page, unknown_names_and_wrong_passwords_are_one_answer)
{
	static const char *const doors[] = { "/sign-in", "/sign-in/pupil" };
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	CHECK_OK(password_set(w.db, &(struct act){ w.school, 0, "test" }, w.person[ROLE_TEACHER], STR("velvet-otter-puddle-91"), false, &d));
	struct str name = username_of(&w, w.person[ROLE_TEACHER]);
	for (size_t i = 0; i < ARRAY_N(doors); i++) {
		struct web_visit known = web_post(&w, NOBODY, doors[i], arena_fmt(w.arena, "username=%.*s&password=wrong", STRF(name)).p);
		struct web_visit unknown = web_post(&w, NOBODY, doors[i], arena_fmt(w.arena, "username=%.*s&password=wrong", (int)name.n, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx").p);
		CHECK(known.status == unknown.status && known.body.n == unknown.body.n);
	}
}

static struct person_in learner_in(const char *name, const char *username, int year)
{
	return (struct person_in){ .kind = KIND_LEARNER, .name = str_z(name), .username = str_z(username), .year = year };
}

static struct web_visit check_page(struct web_school *w) { return web_get(w, ROLE_OFFICE, "/people/check"); }

TEST(clause, c7_5_1_06_a_reception_pupil_without_an_account_is_on_the_gap_list)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	struct person_in in = learner_in("Sorrel Receptionson", "", 0);
	int64_t id = 0;
	CHECK_OK(person_add(w.db, &act, &in, &d, &id));
	struct web_visit v = check_page(&w);
	CHECK(v.status == 200 && web_says(&v, "Sorrel Receptionson") && web_says(&v, "No account yet") && web_says(&v, "from Reception"));
	CHECK_INT(web_get(&w, ROLE_TEACHER, "/people/check").status, 403);
	struct card c;
	char code[CARD_CODE_TEXT];
	in.username = STR("sorrel.otter");
	CHECK_OK(person_change(w.db, &act, id, &in, &d));
	v = check_page(&w);
	CHECK(web_says(&v, "Sorrel Receptionson") && web_says(&v, "no password and no card"));
	CHECK_OK(card_print(w.db, w.web->keys, &act, id, 0, false, code, &c));
	v = check_page(&w);
	CHECK(!web_says(&v, "Sorrel Receptionson"));
}

TEST(clause, c7_5_12_names_that_several_people_seem_to_share_are_listed)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	static const char *const shared[] = { "class.3", "supply1", "ipad.07", "office" };
	int64_t id = 0;
	for (size_t i = 0; i < ARRAY_N(shared); i++) {
		struct person_in in = { .kind = KIND_STAFF, .name = arena_fmt(w.arena, "Somebody Nr%zu", i), .username = str_z(shared[i]), .year = YEAR_NONE };
		CHECK_OK(person_add(w.db, &act, &in, &d, &id));
	}
	struct person_in real = { .kind = KIND_STAFF, .name = STR("Tansy Hall"), .username = STR("tansy.hall"), .year = YEAR_NONE };
	CHECK_OK(person_add(w.db, &act, &real, &d, &id));
	struct web_visit v = check_page(&w);
	for (size_t i = 0; i < ARRAY_N(shared); i++)
		CHECK(web_says(&v, arena_fmt(w.arena, "Somebody Nr%zu", i).p));
	CHECK(web_says(&v, "give each their own") && !web_says(&v, "Tansy Hall"));
}

TEST(clause, c7_5_1_10_passwords_of_last_term_are_listed)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct account_rules *r = (struct account_rules *)(uintptr_t)w.web->account;
	CHECK_OK(password_set(w.db, &(struct act){ w.school, 0, "test" }, w.person[ROLE_HEAD], STR("velvet-otter-puddle-91"), false, &d));
	r->rotation = ROTATION_TERMLY;
	r->term_start_utc = clock_utc() + 10;
	struct web_visit v = check_page(&w);
	CHECK(web_says(&v, "The password is from last term"));
	r->rotation = ROTATION_NONE;
	v = check_page(&w);
	CHECK(!web_says(&v, "The password is from last term"));
}
