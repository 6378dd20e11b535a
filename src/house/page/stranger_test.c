/* What somebody at the wrong desk, or with the wrong intentions, tries on the portal. */
#include <liboath/oath.h>

#include "base/clock.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/password.h"
#include "house/account/second.h"
#include "house/account/session.h"
#include "house/page/desk.h"
#include "house/page/routes.h"
#include "house/web/web_test.h"

static const struct addr PEER = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 9 } };

static const char *path_of(struct web_school *w, const char *what, int role)
{
	return arena_fmt(w->arena, "/people/%lld/%s", (long long)w->person[role], what).p;
}

/* The newest change of rights. */
static const char *change_of(struct web_school *w, const char *what)
{
	struct store st = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	struct second *list;
	size_t n;
	CHECK_OK(second_list(&st, w->arena, w->school, true, 0, 10, &list, &n, NULL));
	CHECK(n > 0);
	return arena_fmt(w->arena, "/rights/%lld/%s", (long long)list[0].id, what).p;
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

static void code_now(const char *secret, char code[8])
{
	char *bytes;
	size_t n;
	CHECK_INT(oath_base32_decode(secret, strlen(secret), &bytes, &n), OATH_OK);
	CHECK_INT(oath_totp_generate(bytes, n, (time_t)clock_utc(), 30, 0, 6, code), OATH_OK);
	free(bytes);
}

/* A teacher has no second step: a child at the locked desk must not set one up, which would also open the lock. */
TEST(stranger, a_locked_desk_opens_by_the_password_only)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p;
	struct session s;
	char token[SESSION_TOKEN_TEXT], csrf[CSRF_TEXT], secret[FACTOR_SECRET_TEXT], code[8];
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_TEACHER], &p));
	CHECK_OK(session_begin(w.db, w.web->account, &p, PEER, STR("t"), token, &s));
	clock_step((w.web->account->idle_lock_s + 5) * 1000LL);
	struct request req = { .method = METHOD_GET, .path = STR("/sign-in/set-up"), .peer = PEER, .host = STR("portal.test"), .secure = true };
	CHECK_OK(cookie_read(w.arena, arena_fmt(w.arena, "__Host-gatehouse=%s", token), &req.cookies));
	struct web_visit v = web_visit_raw(&w, &req);
	CHECK_INT(v.status, 303);
	CHECK(str_starts(v.location, STR("/unlock")));
	session_form_token(str_z(token), csrf);
	factor_new(secret);
	code_now(secret, code);
	req.method = METHOD_POST;
	CHECK_OK(form_read(w.arena, arena_fmt(w.arena, "code=%s&secret=%s&token=%s", code, secret, csrf), &req.form));
	CHECK(str_starts(web_visit_raw(&w, &req).location, STR("/unlock")));
	CHECK_OK(person_get(w.db, w.arena, w.school, p.id, &p));
	CHECK(!p.has_factor);
	req = (struct request){ .method = METHOD_GET, .path = STR("/home"), .peer = PEER, .host = STR("portal.test"), .cookies = req.cookies };
	CHECK(str_starts(web_visit_raw(&w, &req).location, STR("/unlock")));
	clock_fake(0);
}

/* Nobody acts as another: one administrator alone cannot become the safeguarding lead. */
TEST(stranger, an_administrator_alone_cannot_take_over_an_account_of_high_rights)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act own = { w.school, w.person[ROLE_DSL], "own second step" };
	char secret[FACTOR_SECRET_TEXT];
	factor_new(secret);
	CHECK_OK(factor_set(w.db, w.web->keys, &own, w.person[ROLE_DSL], secret));
	CHECK_INT(web_post(&w, ROLE_ADMIN, path_of(&w, "password", ROLE_DSL), "x=1").status, 200);
	CHECK_INT(web_post(&w, ROLE_ADMIN, path_of(&w, "factor", ROLE_DSL), "x=1").status, 403);
	CHECK(told(&w, ROLE_HEAD, "access") == 1 && told(&w, ROLE_DSL, "access") == 0);
	int64_t second = web_person(&w, ROLE_ADMIN, "Tess Secondly");
	CHECK_INT(web_post_as(&w, second, path_of(&w, "factor", ROLE_DSL), "x=1").status, 303);
	struct person p;
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_DSL], &p));
	CHECK(p.has_factor);                                             /* it waits for a second person */
	CHECK_INT(web_post_as(&w, second, change_of(&w, "confirm"), "x=1").status, 403);
	CHECK_INT(web_post(&w, ROLE_ADMIN, change_of(&w, "confirm"), "x=1").status, 403);
	CHECK_INT(web_post(&w, ROLE_HEAD, change_of(&w, "confirm"), "x=1").status, 303);
	CHECK_OK(person_get(w.db, w.arena, w.school, w.person[ROLE_DSL], &p));
	CHECK(!p.has_factor);
	CHECK_INT(web_post_as(&w, second, path_of(&w, "password", ROLE_DSL), "x=1").status, 403);
}

TEST(stranger, nobody_gives_themselves_a_role_and_the_head_hears_of_new_readers)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_post(&w, ROLE_ADMIN, path_of(&w, "role", ROLE_ADMIN), "role=head").status, 403);
	CHECK_INT(web_post(&w, ROLE_ADMIN, path_of(&w, "role", ROLE_ADMIN), "role=deputy").status, 403);
	CHECK_INT(web_post(&w, ROLE_ADMIN, path_of(&w, "role", ROLE_STAFF), "role=deputy&why=a+new+term").status, 422);       /* no duties */
	CHECK_INT(web_post(&w, ROLE_ADMIN, path_of(&w, "role", ROLE_STAFF), "role=deputy&why=a+new+term&duties=Online+safety").status, 303);
	CHECK(told(&w, ROLE_HEAD, "rights") == 1 && told(&w, ROLE_CHAIR, "rights") == 1);
	CHECK_INT(web_post(&w, ROLE_CHAIR, change_of(&w, "confirm"), "x=1").status, 303);
	CHECK(told(&w, ROLE_HEAD, "access") == 1 && told(&w, ROLE_DSL, "access") == 1);
	CHECK_INT(web_post(&w, ROLE_ADMIN, path_of(&w, "role", ROLE_OFFICE), "role=teacher").status, 303);
	CHECK_INT(told(&w, ROLE_HEAD, "access"), 1);
}

static int64_t readable_by(struct web_school *w, int64_t person, role_set roles)
{
	struct store store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	struct desk k = { .store = &store, .library = w->web->library };
	struct entry_may may = record_may(w->school, person, roles);
	struct case_page page;
	CHECK_OK(record_cases(&k, w->arena, &may, &(struct case_query){ 0 }, &page));
	return page.total;
}

static int64_t newest_case(struct web_school *w)
{
	struct store store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	struct desk k = { .store = &store, .library = w->web->library };
	struct entry_may may = record_may(w->school, w->person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
	struct case_page page;
	CHECK_OK(record_cases(&k, w->arena, &may, &(struct case_query){ 0 }, &page));
	return page.n ? page.lines[0].id : 0;
}

/* A parent seldom writes a name as the school's register has it. */
TEST(stranger, a_head_named_by_surname_is_kept_from_the_allegation)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t head = web_person(&w, ROLE_HEAD, "Hetty Marchbanks");
	CHECK_INT(web_post(&w, ROLE_PARENT, "/report", "about=adult&whom=mrs+marchbanks&words=it+was+wrong").status, 303);
	CHECK_INT(readable_by(&w, head, ROLE_BIT(ROLE_HEAD)), 0);
	CHECK_INT(readable_by(&w, w.person[ROLE_CHAIR], ROLE_BIT(ROLE_CHAIR)), 1);
	CHECK_INT(web_post(&w, ROLE_PARENT, "/report", "about=adult&whom=mr+inkwell&words=it+was+wrong").status, 303);
	CHECK_INT(readable_by(&w, head, ROLE_BIT(ROLE_HEAD)), 1);
}

/* That it is about a colleague may come out only later. */
TEST(stranger, a_case_is_kept_from_a_colleague_by_name)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t colleague = web_person(&w, ROLE_DEPUTY, "Dora Inkwell");
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=other&words=a+worry").status, 303);
	CHECK_INT(readable_by(&w, colleague, ROLE_BIT(ROLE_DEPUTY)), 1);
	int64_t id = newest_case(&w);
	const char *path = arena_fmt(w.arena, "/case/%lld/keep-from", (long long)id).p;
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, "from=Dora+Inkwell").status, 404);        /* who raised it does not lead it */
	CHECK_INT(web_post(&w, ROLE_DSL, path, "from=Nobody+Here").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, path, "from=dora+inkwell").status, 303);
	CHECK_INT(readable_by(&w, colleague, ROLE_BIT(ROLE_DEPUTY)), 0);
	CHECK_INT(readable_by(&w, w.person[ROLE_DSL], ROLE_BIT(ROLE_DSL)), 1);
	CHECK_INT(web_post_as(&w, colleague, path, "from=Test+Safeguarding+lead").status, 404);
}

/* ---- names ---- */

static bool says_a_name(struct web_school *w, const char *path)
{
	static const int named[] = { ROLE_DSL, ROLE_DEPUTY, ROLE_HEAD, ROLE_CHAIR, ROLE_TEACHER, ROLE_OFFICE, ROLE_TECHNICIAN, ROLE_LEARNER };
	struct web_visit v = web_get(w, NOBODY, path);
	for (size_t i = 0; i < ARRAY_N(named); i++)
		if (web_says(&v, arena_z(w->arena, person_name(w->db, w->arena, w->school, w->person[named[i]])))) {
			print_error("%s names %s\n", path, role_word((enum role)named[i]));
			return true;
		}
	return false;
}

/* Whoever has the address does not learn who works here, from no page; a child who is signed in reads whom to find. */
TEST(stranger, no_page_tells_a_stranger_who_works_here)
{
	static const char *const more[] = { "/report?about=child", "/report?about=adult", "/report?about=head", "/report?about=child&by=child", "/report/received?reference=AAAA-AAAA&about=child" };
	ON_EACH_PROFILE(w) {
		size_t n = 0;
		for (size_t i = 0; i < N_ROUTES; i++)
			if (ROUTES[i].method == METHOD_GET && !strchr(ROUTES[i].path, ':') && web_get(&w, NOBODY, ROUTES[i].path).status == 200) {
				CHECK(!says_a_name(&w, ROUTES[i].path));
				n++;
			}
		CHECK(n > 10);
		for (size_t i = 0; i < ARRAY_N(more); i++)
			CHECK(!says_a_name(&w, more[i]));
		struct web_visit v = web_get(&w, ROLE_LEARNER, "/worry");
		CHECK(web_says(&v, "Test ") && web_says(&v, "who keeps children safe"));
	}
}
