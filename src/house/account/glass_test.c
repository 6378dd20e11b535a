/* The break-glass account: two people, two envelopes, one hour, everybody told. */
#include "base/clock.h"
#include "gen_queries.h"
#include "house/account/glass.h"
#include "house/account/password.h"
#include "house/store/audit.h"
#include "house/task/task.h"
#include "house/web/jar.h"

static struct str name_with_password(struct web_school *w, int role)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct person p = { 0 };
	CHECK_OK(person_get(w->db, w->arena, w->school, w->person[role], &p));
	if (p.has_password)
		return p.username;
	CHECK_OK(password_set(w->db, &(struct act){ w->school, 0, "test" }, w->person[role], STR(JAR_PASSWORD), false, &d));
	return p.username;
}

static struct str envelope(struct web_school *w, int role, int half)
{
	(void)name_with_password(w, role);       /* setting it ends sessions */
	struct web_visit v = web_post(w, role, "/break-glass/envelopes", half == GLASS_FIRST ? "half=1" : "half=2");
	CHECK_INT(v.status, 200);
	struct str code = arena_str(w->arena, jar_between(&v, "<p class=\"gh-code\">", "</p>"));
	CHECK_INT(code.n, GLASS_TEXT - 1);
	return code;
}

struct two { int first, second; struct str first_code, second_code; const char *password; };

static struct web_visit try_open(struct web_school *w, struct jar *j, const struct two *t)
{
	struct str one = name_with_password(w, t->first), other = name_with_password(w, t->second);
	CHECK_INT(jar_get(j, "/break-glass").status, 200);
	return jar_post(j, "/break-glass", arena_fmt(w->arena, "first_name=%.*s&first_password=%s&first_code=%.*s&second_name=%.*s&second_password=" JAR_PASSWORD
		"&second_code=%.*s&why=the+administrator+is+away", STRF(one), t->password ? t->password : JAR_PASSWORD, STRF(t->first_code), STRF(other),
		STRF(t->second_code)).p);
}

static size_t told(struct web_school *w, int role)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(w->db, w->arena, &(struct q_outbox_of_args){ .school = w->school, .person = w->person[role] }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, "glass-open");
	return hits;
}

TEST(glass, two_people_with_their_envelopes_open_it_for_an_hour_and_everybody_in_leadership_is_told)
{
	static const int leaders[] = { ROLE_HEAD, ROLE_LEADERSHIP, ROLE_DSL, ROLE_DEPUTY, ROLE_CHAIR, ROLE_ADMIN };
	AUTO(web_school_done) struct web_school w = web_school();
	struct jar j = jar_new(&w, "10.0.0.5");
	struct two t = { ROLE_HEAD, ROLE_CHAIR, envelope(&w, ROLE_HEAD, 1), envelope(&w, ROLE_CHAIR, 2), NULL };
	(void)name_with_password(&w, ROLE_HEAD);
	clock_fake(clock_ms());
	struct web_visit v = try_open(&w, &j, &t);
	CHECK_INT(v.status, 303);
	for (size_t i = 0; i < ARRAY_N(leaders); i++)
		CHECK_INT(told(&w, leaders[i]), 1);
	CHECK_INT(told(&w, ROLE_TEACHER), 0);
	CHECK_INT(jar_get(&j, "/people").status, 200);
	CHECK_INT(jar_get(&j, "/today").status, 200);            /* nothing in it: a report is never its own */
	v = jar_post(&j, arena_fmt(w.arena, "/people/%lld/password", (long long)w.person[ROLE_ADMIN]).p, "x=1");
	CHECK_INT(v.status, 200);
	v = web_get(&w, ROLE_HEAD, "/break-glass/envelopes");
	CHECK(web_says(&v, "the administrator is away") && web_says(&v, "sign-in.code-made") && web_says(&v, "break-glass: "));
	struct task task;
	struct store st = { w.db, w.web->keys, w.web->registers };
	CHECK_OK(task_by_key(&st, w.arena, w.school, "break-glass-1", &task));
	CHECK_STR(task.role, "head");
	for (int i = 0; i < 7; i++) {
		clock_step(9 * 60 * 1000);
		v = jar_get(&j, "/people");
	}
	CHECK_INT(v.status, 303);
	struct person p;
	CHECK_OK(person_by_username(w.db, w.arena, w.school, STR(GLASS_USERNAME), &p));
	CHECK(!(p.roles & ROLE_BIT(ROLE_ADMIN)) && !p.has_password);
	clock_fake(0);
}

TEST(glass, a_code_serves_once_and_new_envelopes_seal_it_again)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct jar j = jar_new(&w, "10.0.0.5"), other = jar_new(&w, "10.0.0.6");
	struct two t = { ROLE_LEADERSHIP, ROLE_DSL, envelope(&w, ROLE_LEADERSHIP, 1), envelope(&w, ROLE_DSL, 2), NULL };
	CHECK_INT(try_open(&w, &j, &t).status, 303);
	struct web_visit v = try_open(&w, &other, &t);
	CHECK(v.status == 422 && web_says(&v, "envelopes have not been made, or were used"));
	v = web_get(&w, ROLE_HEAD, "/agreements/unsigned");
	CHECK(v.status == 200 && web_says(&v, "Test Teacher") && !web_says(&v, "Break-glass account"));      /* an envelope signs nothing */
	v = web_get(&w, ROLE_HEAD, "/break-glass/envelopes");
	CHECK(web_says(&v, "Not ready"));
	t.first_code = envelope(&w, ROLE_LEADERSHIP, 1);
	t.second_code = envelope(&w, ROLE_DSL, 2);
	v = web_get(&w, ROLE_HEAD, "/break-glass/envelopes");
	CHECK(web_says(&v, "Ready"));
	CHECK_INT(try_open(&w, &other, &t).status, 303);
}

TEST(glass, neither_one_person_nor_a_wrong_code_nor_the_wrong_role_opens_it)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct str one = envelope(&w, ROLE_HEAD, 1), two = envelope(&w, ROLE_CHAIR, 2);
	const struct two bad[] = {
		{ ROLE_HEAD, ROLE_HEAD, one, two, NULL },
		{ ROLE_HEAD, ROLE_CHAIR, two, one, NULL },
		{ ROLE_HEAD, ROLE_CHAIR, one, STR("aaaaa-aaaaa-aaaaa-aaaaa"), NULL },
		{ ROLE_HEAD, ROLE_CHAIR, one, STR(""), NULL },
		{ ROLE_TEACHER, ROLE_CHAIR, one, two, NULL },
		{ ROLE_HEAD, ROLE_ADMIN, one, two, NULL },
		{ ROLE_HEAD, ROLE_CHAIR, one, two, "wrong" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct jar j = jar_new(&w, "10.0.0.5");
		CHECK_INT(try_open(&w, &j, &bad[i]).status, 422);
		CHECK(j.session[0] == '\0');
	}
	CHECK_INT(told(&w, ROLE_DSL), 0);
	struct audit_record *list;
	struct person p;
	size_t n, refused = 0;
	CHECK_OK(person_by_username(w.db, w.arena, w.school, STR(GLASS_USERNAME), &p));
	CHECK_OK(audit_of(w.db, w.arena, w.school, (struct audit_about){ "person", p.id }, &list, &n));
	for (size_t i = 0; i < n; i++)
		refused += str_is(list[i].what, "glass.refused");
	CHECK_INT(refused, 2 * (ARRAY_N(bad) - 1));
}

TEST(glass, nobody_holds_both_envelopes_and_only_keepers_make_them)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/break-glass/envelopes", "half=1").status, 403);
	CHECK_INT(web_post(&w, ROLE_ADMIN, "/break-glass/envelopes", "half=1").status, 403);
	CHECK_INT(web_post(&w, ROLE_CHAIR, "/break-glass/envelopes", "half=1").status, 403);
	CHECK_INT(web_post(&w, ROLE_HEAD, "/break-glass/envelopes", "half=3").status, 403);
	CHECK_INT(web_get(&w, ROLE_TECHNICIAN, "/break-glass/envelopes").status, 403);
	struct act act = { w.school, w.person[ROLE_HEAD], "test" };
	char code[GLASS_TEXT];
	CHECK_OK(glass_make(w.db, w.web->keys, &act, GLASS_FIRST, code));
	CHECK_ERR(glass_make(w.db, w.web->keys, &act, GLASS_SECOND, code), ERR_STATE);
	struct glass_status s;
	CHECK_OK(glass_status(w.db, w.school, &s));
	CHECK(!s.sealed && s.half[0].person == act.person);
}

TEST(glass, both_codes_are_given_out_only_when_both_are_kept)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct act one = { w.school, w.person[ROLE_HEAD], "test" }, nobody = { w.school, 0, "test" };
	char code[2][GLASS_TEXT] = { "", "" };
	struct glass_status s;
	CHECK_ERR(glass_make_both(w.db, w.web->keys, &one, code), ERR_STATE);        /* the second is refused: the first is not kept either */
	CHECK(code[0][0] == 0 && code[1][0] == 0);
	CHECK_OK(glass_status(w.db, w.school, &s));
	CHECK(!s.half[0].made_utc && !s.half[1].made_utc);
	CHECK_OK(glass_make_both(w.db, w.web->keys, &nobody, code));
	CHECK(strlen(code[0]) == GLASS_TEXT - 1 && strlen(code[1]) == GLASS_TEXT - 1 && strcmp(code[0], code[1]) != 0);
	CHECK_OK(glass_status(w.db, w.school, &s));
	CHECK(s.sealed);
}

TEST(glass, whoever_has_it_open_cannot_leave_a_way_in_behind)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct jar j = jar_new(&w, "10.0.0.5");
	struct two t = { ROLE_HEAD, ROLE_CHAIR, envelope(&w, ROLE_HEAD, 1), envelope(&w, ROLE_CHAIR, 2), NULL };
	CHECK_INT(try_open(&w, &j, &t).status, 303);
	CHECK_INT(jar_get(&j, "/me/factors").status, 403);
	CHECK_INT(jar_get(&j, "/me/factors/passkey").status, 403);
	CHECK_INT(jar_get(&j, "/me/factors/app").status, 403);
	struct person p;
	struct session s;
	char token[SESSION_TOKEN_TEXT];
	CHECK_OK(person_by_username(w.db, w.arena, w.school, STR(GLASS_USERNAME), &p));
	for (int how = 0; how < N_SESSION_HOW; how++)
		if (how != HOW_GLASS)
			CHECK_ERR(session_begin_known(w.db, w.web->account, &p, (enum session_how)how, true, j.peer, STR("t"), token, &s), ERR_FORBIDDEN);
}

TEST(glass, its_account_has_no_way_in_but_the_envelopes)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct guess g;
	(void)envelope(&w, ROLE_HEAD, 1);
	CHECK_ERR(password_guess(w.db, w.web->account, w.school, STR(GLASS_USERNAME), STR(""), (struct addr){ { 0xfc } }, &g), ERR_SIGNIN);
	struct person p;
	CHECK_OK(person_by_username(w.db, w.arena, w.school, STR(GLASS_USERNAME), &p));
	CHECK_INT(web_post(&w, ROLE_ADMIN, arena_fmt(w.arena, "/people/%lld/password", (long long)p.id).p, "x=1").status, 403);
}
