/* Obligations of telling, signposting and reminding, as the people of a school meet them. */
#include "base/clock.h"
#include "base/test.h"
#include "gen_queries.h"
#include "house/contact/directory.h"
#include "house/page/desk.h"
#include "house/store/fixture.h"
#include "house/web/web_test.h"

static void at(int day, int hour)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = day, .hour = hour }) * 1000);
}

static struct desk desk_of(struct web_school *w, struct store *st)
{
	*st = (struct store){ .db = w->db, .keys = w->web->keys, .registers = w->web->registers };
	return (struct desk){ .store = st, .library = w->web->library };
}

static int64_t newest(struct web_school *w)
{
	struct store st;
	struct desk k = desk_of(w, &st);
	struct entry_may may = record_may(w->school, w->person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
	struct case_page page;
	struct case_query q = { 0 };
	int64_t best = 0;
	CHECK_OK(record_cases(&k, w->arena, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		best = page.lines[i].id > best ? page.lines[i].id : best;
	return best;
}

/* Notices of a kind to the holder of a role, and when the first was made. */
static size_t notices(struct web_school *w, int role, const char *kind, int64_t *made)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(w->db, w->arena, &(struct q_outbox_of_args){ .school = w->school, .person = w->person[role] }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].kind, kind)) {
			hits++;
			*made = rows[i].made_utc;
		}
	return hits;
}

static const char *path(struct web_school *w, const char *fmt, int64_t id) { return arena_fmt(w->arena, "/case/%lld%s", (long long)id, fmt).p; }

TEST(clause, c4_4_12_what_the_lead_asks_of_technical_staff_is_marked_and_told_at_once)
{
	at(14, 9);
	ON_EACH_PROFILE(w) {
		int64_t made = 0;
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/technical", "need=a+projector").status, 303);
		CHECK_INT(notices(&w, ROLE_TECHNICIAN, "tech-now", &made), 0);
		CHECK_INT(web_post(&w, ROLE_DSL, "/technical", "need=the+record+of+yesterday&details=room+four").status, 303);
		CHECK_INT(notices(&w, ROLE_TECHNICIAN, "tech-now", &made), 1);
		CHECK_INT(made, clock_utc());
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/technical");
		ptrdiff_t lead = str_find(v.body, STR("the record of yesterday")), other = str_find(v.body, STR("a projector"));
		CHECK(lead > 0 && other > lead);                 /* asked later, and first */
		CHECK(str_find(str_upto(str_from(v.body, (size_t)lead), (size_t)(other - lead)), STR("Safeguarding")) > 0);
		struct str id = STR_NONE, mark = STR("action=\"/technical/");
		ptrdiff_t p = str_find(v.body, mark);
		CHECK(p > 0);
		id = str_from(v.body, (size_t)p + mark.n);
		id = str_upto(id, (size_t)str_chr(id, '"'));
		const char *answer = arena_fmt(w.arena, "/technical/%.*s", STRF(id)).p;
		CHECK_INT(web_post(&w, ROLE_TEACHER, answer, "answer=no").status, 403);
		CHECK_INT(web_post(&w, ROLE_DSL, answer, "answer=no").status, 403);
		clock_step(7 * 60 * 1000);
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, answer, "answer=it+is+in+the+folder").status, 303);
		v = web_get(&w, ROLE_DSL, "/technical");
		CHECK(web_says(&v, "it is in the folder") && web_says(&v, "7 minutes"));
		v = web_get(&w, ROLE_TEACHER, "/technical");
		CHECK(!web_says(&v, "the record of yesterday") && web_says(&v, "a projector"));
		CHECK_INT(web_get(&w, ROLE_LEARNER, "/technical").status, 403);
		CHECK_INT(web_get(&w, ROLE_PARENT, "/technical").status, 403);
		at(14, 9);
	}
	clock_fake(0);
}

TEST(clause, c10_08_the_way_to_complain_is_linked_from_every_home_page)
{
	at(14, 9);
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, NOBODY, "/");
		CHECK(web_says(&v, "href=\"/complaints\""));
		for (int r = 0; r < role_count(); r++) {
			v = web_get(&w, r, r == ROLE_LEARNER ? "/welcome" : "/home");
			CHECK_INT(v.status, 200);
			CHECK(web_says(&v, "href=\"/complaints\""));
			v = web_get(&w, r, "/complaints");
			CHECK(web_says(&v, "How to complain") && web_says(&v, "chair of governors"));
		}
	}
	clock_fake(0);
}

static struct str between(struct web_visit *v, const char *from)
{
	ptrdiff_t at_ = str_find(v->body, str_z(from));
	if (at_ < 0)
		return STR_NONE;
	struct str rest = str_from(v->body, (size_t)at_ + strlen(from));
	return str_upto(rest, (size_t)str_chr(rest, '"'));
}

TEST(clause, c10_09_staff_find_whistleblowing_at_home_and_read_it_with_a_receipt_when_they_begin)
{
	at(14, 9);
	static const int roles[] = { ROLE_TEACHER, ROLE_STAFF, ROLE_DSL, ROLE_HEAD, ROLE_SUPPLY, ROLE_GOVERNOR };
	ON_EACH_PROFILE(w) {
		for (size_t i = 0; i < ARRAY_N(roles); i++) {
			struct web_visit v = web_get(&w, roles[i], "/home");
			CHECK(web_says(&v, "Whistleblowing: raising a concern") && web_says(&v, "Read how to raise a concern about practice"));
			v = web_get(&w, roles[i], "/whistleblowing");
			struct str digest = between(&v, "name=\"digest\" value=\"");
			CHECK(digest.n == 64);
			const char *form = arena_fmt(w.arena, "notice=whistleblowing&digest=%.*s&next=/whistleblowing", STRF(digest)).p;
			CHECK_INT(web_post(&w, roles[i], "/rules", form).status, 303);
			v = web_get(&w, roles[i], "/home");
			CHECK(!web_says(&v, "Read how to raise a concern about practice") && web_says(&v, "href=\"/whistleblowing\""));
		}
		CHECK_INT(web_get(&w, ROLE_LEARNER, "/whistleblowing").status, 404);
		CHECK_INT(web_get(&w, ROLE_PARENT, "/whistleblowing").status, 404);
	}
	clock_fake(0);
}

TEST(clause, c11_6_03_hate_is_on_the_form_and_in_the_rules_of_each_audience)
{
	at(14, 9);
	static const struct { int role; const char *says; } all[] = { { ROLE_LEARNER, "Nobody may be mean to people" },
		{ ROLE_TEACHER, "Report it here" }, { ROLE_PARENT, "Report it here" }, { ROLE_GOVERNOR, "Report it here" }, { ROLE_VISITOR, "Report it here" },
		{ ROLE_SUPPLY, "Report it here" }, { ROLE_DSL, "Report it here" } };
	ON_EACH_PROFILE(w) {
		for (size_t i = 0; i < ARRAY_N(all); i++) {
			struct web_visit v = web_get(&w, all[i].role, "/rules");
			CHECK(web_says(&v, all[i].says));
			v = web_get(&w, all[i].role, "/report?about=child");
			CHECK(all[i].role == ROLE_LEARNER || web_says(&v, "value=\"hate\""));
		}
		int64_t older = web_person(&w, ROLE_LEARNER, "Alder Testerley");
		struct web_visit v = web_get_as(&w, older, "/report");
		CHECK(web_says(&v, "value=\"hate\""));
	}
	clock_fake(0);
}

TEST(clause, c11_3_20_the_ceop_safety_centre_is_on_the_case_and_the_childs_page_and_the_offer_is_kept)
{
	at(14, 9);
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=csae&asked=nobody&words=a+stranger+asked").status, 303);
		int64_t id = newest(&w);
		struct web_visit v = web_get(&w, ROLE_DSL, path(&w, "/step/ceop", id));
		CHECK(v.status == 200 && web_says(&v, "ceop.police.uk"));
		CHECK_INT(web_post(&w, ROLE_DSL, path(&w, "/seen", id), "").status, 303);
		CHECK_INT(web_post(&w, ROLE_DSL, path(&w, "/step/ceop", id), "answer=offered&f-what=today%2C+with+me").status, 303);
		v = web_get(&w, ROLE_DSL, path(&w, "", id));
		CHECK(web_says(&v, "today, with me"));
		v = web_get(&w, ROLE_LEARNER, "/report");
		CHECK(web_says(&v, "https://www.ceop.police.uk/Safety-Centre/"));
	}
	clock_fake(0);
}

TEST(clause, c4_3_11_from_a_concern_staff_point_somebody_to_a_contact_and_it_is_kept)
{
	at(14, 9);
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&words=a+zebra").status, 303);
		int64_t id = newest(&w);
		CHECK_INT(web_post(&w, ROLE_TEACHER, path(&w, "/signpost", id), "contact=childline&helped=the+child").status, 303);       /* who raised it */
		CHECK_INT(web_post(&w, ROLE_DSL, path(&w, "/signpost", id), "contact=nspcc&helped=the+family").status, 303);
		CHECK_INT(web_post(&w, ROLE_DSL, path(&w, "/signpost", id), "contact=nobody").status, 422);
		CHECK_INT(web_post(&w, ROLE_OFFICE, path(&w, "/signpost", id), "contact=childline").status, 404);
		struct web_visit v = web_get(&w, ROLE_DSL, path(&w, "", id));
		CHECK(web_says(&v, "Pointed to help") && web_says(&v, "0800 1111; for: the child") && web_says(&v, "for: the family"));
		v = web_get(&w, ROLE_TEACHER, path(&w, "", id));
		CHECK(v.status == 200 && !web_says(&v, "for: the family"));
	}
	clock_fake(0);
}

TEST(clause, c11_8_06_a_cybercrime_case_and_the_staff_page_show_the_local_link_and_its_last_check)
{
	at(14, 9);
	ON_EACH_PROFILE(w) {
		struct store st;
		desk_of(&w, &st);
		const struct contact *x = contact_find(&w.web->library->contacts, STR("community-safety"));
		struct act act = { w.school, 0, "test" };
		CHECK(x && x->web.n);
		CHECK_OK(contact_tried(&st, &act, x, true, STR("200")));
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/report", "about=child&topic=cybercrime&words=a+zebra").status, 303);
		struct web_visit v = web_get(&w, ROLE_DSL, path(&w, "/step/local-help", newest(&w)));
		CHECK(web_says(&v, arena_z(w.arena, x->web)) && web_says(&v, "The link opened on 14 September 2026"));
		v = web_get(&w, ROLE_TEACHER, "/contacts");
		CHECK(web_says(&v, arena_z(w.arena, x->web)) && web_says(&v, "The link opened on 14 September 2026"));
		CHECK_OK(contact_tried(&st, &act, x, false, STR("404")));
		v = web_get(&w, ROLE_TEACHER, "/contacts");
		CHECK(web_says(&v, "The link did not open on 14 September 2026"));
	}
	clock_fake(0);
}

/* ---- messages at the start of a session ---- */

static size_t shown(struct web_school *w, const char *kind, struct str *last)
{
	struct q_message_log_row *rows;
	size_t n;
	CHECK_OK(q_message_log(w->db, w->arena, &(struct q_message_log_args){ .school = w->school, .kind = str_z(kind), .from = 0, .limit = 100 }, &rows, &n));
	*last = n ? rows[0].message : STR_NONE;
	return n;
}

/* Signs in anew: a session of its own. */
static struct web_visit fresh(struct web_school *w, int64_t person, const char *target)
{
	char token[SESSION_TOKEN_TEXT];
	struct person p;
	struct session s;
	struct request req = { .method = METHOD_GET, .path = str_z(target), .query_text = STR(""), .peer = addr_of4((const uint8_t[]){ 127, 0, 0, 9 }),
		.host = STR("portal.test"), .secure = true };
	CHECK_OK(person_get(w->db, w->arena, w->school, person, &p));
	CHECK_OK(session_begin(w->db, w->web->account, &p, req.peer, STR("test"), token, &s));
	CHECK_OK(session_full(w->db, &s));
	CHECK_OK(cookie_read(w->arena, arena_fmt(w->arena, "__Host-gatehouse=%s", token), &req.cookies));
	return web_visit_raw(w, &req);
}

TEST(clause, c5_1_07_each_session_of_a_pupil_begins_with_another_message_of_their_age_and_it_is_kept)
{
	at(14, 9);
	ON_EACH_PROFILE(w) {
		struct str first, second;
		int64_t child = web_person(&w, ROLE_LEARNER, "Tansy Testerley");
		struct web_visit v = fresh(&w, child, "/welcome");
		CHECK_INT(v.status, 200);
		CHECK_INT(shown(&w, "learner", &first), 1);
		CHECK(str_starts(first, STR("junior-")) && web_says(&v, "you are not in trouble"));
		v = fresh(&w, child, "/welcome");
		CHECK_INT(shown(&w, "learner", &second), 2);
		CHECK(!str_eq(first, second) && str_starts(second, STR("junior-")));
		v = web_get(&w, ROLE_HEAD, "/messages");
		CHECK(web_says(&v, "Tansy Testerley") && web_says(&v, "you are not in trouble"));
		web_get_as(&w, child, "/welcome");
		web_get_as(&w, child, "/welcome");              /* the same session: the same message */
		CHECK_INT(shown(&w, "learner", &first), 3);
	}
	clock_fake(0);
}

TEST(clause, c5_3_15_staff_are_reminded_at_sign_in_after_the_interval_and_it_is_kept)
{
	at(1, 9);
	ON_EACH_PROFILE(w) {
		struct str what;
		int64_t who = web_person(&w, ROLE_TEACHER, "Tansy Testerley");
		struct web_visit v = fresh(&w, who, "/home");
		CHECK(web_says(&v, "we behave as professionals"));
		CHECK_INT(shown(&w, "staff", &what), 1);
		clock_step(13 * 86400 * INT64_C(1000));
		v = fresh(&w, who, "/home");
		CHECK(!web_says(&v, "we behave as professionals") && !web_says(&v, "Keep private and professional accounts apart"));
		CHECK_INT(shown(&w, "staff", &what), 1);
		clock_step(2 * 86400 * INT64_C(1000));
		v = fresh(&w, who, "/home");
		CHECK(web_says(&v, "Keep private and professional accounts apart"));
		CHECK_INT(shown(&w, "staff", &what), 2);
		at(1, 9);
	}
	clock_fake(0);
}
