/* Requests for a site and changes of the filter, as people of every role meet them. */
#include "base/clock.h"
#include "base/time.h"
#include "house/account/password.h"
#include "house/filter/change.h"
#include "house/keeper/house_rules.h"
#include "house/keeper/keeper.h"
#include "house/web/web_test.h"
#include "policy/compile/lists.h"
#include "policy/compile/publish.h"
#include "policy/compile/snapshot_write.h"
#include "policy/decide/explain.h"

static void at_school(void)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 11 }) * 1000);
}

/* These tests move the clock by hours; nobody is locked out for it. */
static void never_locked(struct web_school *w)
{
	struct account_rules *r = (struct account_rules *)(uintptr_t)w->web->account;
	r->idle_lock_s = r->session_s = r->learner_session_s = 365 * 86400;
}

static struct entry entry_of(struct web_school *w, int64_t id)
{
	struct store st = { w->db, w->web->keys, w->web->registers };
	struct entry_may may = { .school = w->school, .person = w->person[ROLE_DSL], .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry e = { 0 };
	CHECK_OK(entry_get(&st, w->arena, &may, id, 0, &e));
	return e;
}

static int64_t id_of(struct str location)
{
	int64_t id = 0;
	CHECK_OK(str_i64(str_from(location, (size_t)str_rchr(location, '/') + 1), &id));
	return id;
}

static int64_t propose(struct web_school *w, int role, const char *form)
{
	struct web_visit v = web_post(w, role, "/changes/new", form);
	CHECK_INT(v.status, 303);
	return id_of(v.location);
}

static int step(struct web_school *w, int role, int64_t id, const char *what, const char *form)
{
	return web_post(w, role, arena_fmt(w->arena, "/changes/%lld/%s", (long long)id, what).p, form).status;
}

#define OPEN_IT "host=https://castles.test/knights&change=allow&group=ks2&purpose=history+of+castles&risk=none+seen"
#define STOP_IT "host=bad.test&change=block&group=everyone&purpose=a+chat+that+came+up"
#define TECHNICAL "side=technical&technical=one+host,+no+advertisements"
#define EDUCATIONAL "side=educational&educational=fits+year+4+history"

TEST(clause, c7_3_1_05_a_change_with_one_assessment_stays_pending)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	int64_t id = propose(&w, ROLE_DSL, OPEN_IT);
	CHECK_INT(step(&w, ROLE_TECHNICIAN, id, "assess", TECHNICAL), 303);
	CHECK_STR(entry_of(&w, id).state, "proposed");
	CHECK_INT(step(&w, ROLE_LEADERSHIP, id, "consent", ""), 422);      /* leadership cannot agree to half of it */
	CHECK_STR(entry_of(&w, id).state, "proposed");
	CHECK_INT(step(&w, ROLE_TECHNICIAN, id, "assess", EDUCATIONAL), 403);      /* the other side is not theirs */
	CHECK_INT(step(&w, ROLE_DSL, id, "assess", EDUCATIONAL), 303);
	CHECK_STR(entry_of(&w, id).state, "assessed");
	struct web_visit v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/changes/%lld", (long long)id).p);
	CHECK(web_says(&v, "Test Technician: one host") && web_says(&v, "Test Designated safeguarding lead: fits year 4"));
	clock_fake(0);
}

TEST(changes_page, nobody_assesses_both_sides_or_agrees_to_an_assessment_of_their_own)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t both = web_person(&w, ROLE_TECHNICIAN, "Mr Quillfeather"), id = propose(&w, ROLE_DSL, OPEN_IT);
	CHECK_OK(role_give(w.db, &act, both, ROLE_DEPUTY, 0, 0, &d));
	CHECK_OK(role_give(w.db, &act, both, ROLE_LEADERSHIP, 0, 0, &d));
	const char *path = arena_fmt(w.arena, "/changes/%lld/assess", (long long)id).p;
	CHECK_INT(web_post_as(&w, both, path, TECHNICAL).status, 303);
	CHECK_INT(web_post_as(&w, both, path, EDUCATIONAL).status, 422);
	CHECK_INT(step(&w, ROLE_DSL, id, "assess", EDUCATIONAL), 303);
	CHECK_INT(web_post_as(&w, both, arena_fmt(w.arena, "/changes/%lld/consent", (long long)id).p, "").status, 422);
	CHECK_STR(entry_of(&w, id).state, "assessed");
	clock_fake(0);
}

TEST(clause, c7_3_1_06_what_lets_more_through_waits_for_leadership)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	int64_t id = propose(&w, ROLE_DSL, OPEN_IT);
	CHECK_INT(step(&w, ROLE_DSL, id, "stop", ""), 403);                /* no short way for what weakens */
	CHECK_INT(step(&w, ROLE_TECHNICIAN, id, "assess", TECHNICAL), 303);
	CHECK_INT(step(&w, ROLE_DSL, id, "assess", EDUCATIONAL), 303);
	struct entry e = entry_of(&w, id);
	CHECK(!change_in_force(&e, clock_utc()));
	static const int not_theirs[] = { ROLE_TECHNICIAN, ROLE_DSL, ROLE_DEPUTY, ROLE_TEACHER, ROLE_GOVERNOR, ROLE_ADMIN };
	for (size_t i = 0; i < ARRAY_N(not_theirs); i++)
		CHECK_INT(step(&w, not_theirs[i], id, "consent", ""), 403);
	e = entry_of(&w, id);
	CHECK(!change_in_force(&e, clock_utc()));
	CHECK_INT(step(&w, ROLE_LEADERSHIP, id, "consent", ""), 303);
	e = entry_of(&w, id);
	CHECK(change_in_force(&e, clock_utc()) && entry_value(&e, "consent-by").n && entry_value(&e, "consent-on").n);
	CHECK_INT(step(&w, ROLE_HEAD, id, "consent", ""), 422);            /* once */
	clock_fake(0);
}

TEST(clause, c4_4_08_a_policy_takes_up_only_what_technical_staff_and_leadership_signed)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	struct keeper k = { .school = w.school, .store = { w.db, w.web->keys, w.web->registers } };
	struct str rules;
	int64_t id = propose(&w, ROLE_DSL, OPEN_IT);
	CHECK_INT(step(&w, ROLE_DSL, id, "assess", EDUCATIONAL), 303);
	CHECK_INT(step(&w, ROLE_LEADERSHIP, id, "consent", ""), 422);      /* leadership without technical staff */
	CHECK_OK(house_rules(&k, w.arena, &rules));
	CHECK(str_find(rules, STR("castles.test")) < 0);
	CHECK_INT(step(&w, ROLE_TECHNICIAN, id, "assess", TECHNICAL), 303);      /* technical staff without leadership */
	CHECK_OK(house_rules(&k, w.arena, &rules));
	CHECK(str_find(rules, STR("castles.test")) < 0);
	CHECK_INT(step(&w, ROLE_HEAD, id, "consent", ""), 303);
	CHECK_OK(house_rules(&k, w.arena, &rules));
	CHECK(str_find(rules, STR("allow = castles.test/knights")) >= 0);
	struct web_visit v = web_get(&w, ROLE_GOVERNOR, "/changes");
	CHECK_INT(v.status, 403);
	v = web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/changes/%lld", (long long)id).p);
	CHECK(web_says(&v, "Test Technician: one host") && web_says(&v, "Test Headteacher: 14 September 2026"));
	clock_fake(0);
}

TEST(changes_page, a_site_is_stopped_at_once_for_seven_days_and_longer_when_agreed)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	struct keeper k = { .school = w.school, .store = { w.db, w.web->keys, w.web->registers } };
	struct str rules;
	int64_t id = propose(&w, ROLE_DEPUTY, STOP_IT);
	CHECK_INT(step(&w, ROLE_DEPUTY, id, "stop", ""), 303);
	CHECK_OK(house_rules(&k, w.arena, &rules));
	CHECK(str_find(rules, STR("block = bad.test")) >= 0);
	clock_step((int64_t)(STOP_DAYS * 86400 + 1) * 1000);
	CHECK_OK(house_rules(&k, w.arena, &rules));
	CHECK(str_find(rules, STR("bad.test")) < 0);
	clock_step(-(int64_t)(STOP_DAYS * 86400) * 1000);
	CHECK_INT(step(&w, ROLE_TECHNICIAN, id, "assess", TECHNICAL), 303);
	CHECK_INT(step(&w, ROLE_DSL, id, "assess", EDUCATIONAL), 303);
	CHECK_INT(step(&w, ROLE_HEAD, id, "consent", ""), 303);
	clock_step((int64_t)(30 * 86400) * 1000);
	CHECK_OK(house_rules(&k, w.arena, &rules));
	CHECK(str_find(rules, STR("block = bad.test")) >= 0);
	CHECK(step(&w, ROLE_TECHNICIAN, id, "end", "why=no+longer+needed") != 303);      /* to end a stop lets more through */
	clock_fake(0);
}

TEST(changes_page, refusing_withdrawing_and_ending_need_their_state_and_their_reason)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	int64_t id = propose(&w, ROLE_SENCO, OPEN_IT);
	CHECK_INT(step(&w, ROLE_DSL, id, "withdraw", ""), 403);
	CHECK_INT(step(&w, ROLE_DSL, id, "end", "why=x"), 422);
	CHECK_INT(step(&w, ROLE_DSL, id, "refuse", "why="), 422);
	CHECK_INT(step(&w, ROLE_SENCO, id, "withdraw", ""), 303);
	CHECK_INT(step(&w, ROLE_TECHNICIAN, id, "assess", TECHNICAL), 422);      /* it is over */
	id = propose(&w, ROLE_DSL, OPEN_IT);
	CHECK_INT(step(&w, ROLE_HEAD, id, "refuse", "why=too+many+advertisements"), 303);
	struct web_visit v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/changes/%lld", (long long)id).p);
	CHECK(web_says(&v, "Refused") && web_says(&v, "too many advertisements") && !web_says(&v, "Waits for"));
	v = web_get(&w, ROLE_DSL, "/changes");
	CHECK(web_says(&v, "No changes here."));
	v = web_get(&w, ROLE_DSL, "/changes?state=past&q=castles");
	CHECK(web_says(&v, "castles.test/knights"));
	clock_fake(0);
}

TEST(changes_page, what_is_typed_wrong_is_said_and_kept)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	static const char *const bad[] = { "", "host=co.uk", "host=http://", "host=127.0.0.1", "host=a+b", "host=castles", "host=a..test" };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		const char *form = arena_fmt(w.arena, "%s&change=allow&group=ks2&purpose=x", bad[i]).p;
		struct web_visit v = web_post(&w, ROLE_DSL, "/changes/new", form);
		CHECK_INT(v.status, 422);
		CHECK(web_says(&v, "Write the address of a site"));
	}
	struct web_visit v = web_post(&w, ROLE_DSL, "/changes/new", "host=a.test&change=open&group=nobody&purpose=");
	CHECK(v.status == 422 && web_says(&v, "Say for whom.") && web_says(&v, "Say what should change.") && web_says(&v, "value=\"a.test\""));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/changes/new", OPEN_IT).status, 403);      /* teachers ask, they do not propose */
	CHECK_INT(web_get(&w, ROLE_DSL, "/changes/new?request=999999").status, 404);
	clock_fake(0);
}

/* ---- requests ---- */

#define ASK "host=https://games.test/maths&group=ks2&why=times+tables+in+year+4"

static int64_t ask(struct web_school *w, int role)
{
	struct web_visit v = web_post(w, role, "/requests/new", ASK);
	CHECK_INT(v.status, 303);
	return id_of(v.location);
}

static const char *said(struct arena *a, const struct policy *p, const char *url, const char *who)
{
	struct explained x;
	CHECK_OK(explain(a, p, str_z(url), str_z(who), clock_utc(), &x));
	return x.verdict;
}

static void starter_lists(const char *path)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct lists_opts o = { .categories = test_source("data/categories.conf") };
	struct lists *l;
	struct snapshot_out out = snapshot_out_init();
	CHECK_OK(lists_new(&o, &d, &l));
	CHECK_OK(lists_read_tree(l, test_source("data/lists/starter")));
	CHECK_OK(lists_build(l, &out));
	CHECK_OK(snapshot_out_file(&out, path, 0));
	lists_free(&l);
}

/* The policy that the keeper would publish now, with one site stopped for everybody beside it. */
static struct policy *published(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	struct keeper k = { .school = w->school, .store = { w->db, w->web->keys, w->web->registers } };
	struct policy_built built;
	struct policy *p = NULL;
	struct str rules;
	CHECK_OK(house_rules(&k, w->arena, &rules));
	const char *dir = test_dir();
	starter_lists(arena_fmt(w->arena, "%s/lists.snap", dir).p);
	struct policy_opts o = { .data = test_source("data"), .profile = "primary", .dir = dir, .now_utc = clock_utc(),
		.lists = arena_fmt(w->arena, "%s/lists.snap", dir).p,
		.extra = arena_fmt(w->arena, "[rule stop]\nblock = games.test\nreason = advertisements\n%.*s", STRF(rules)) };
	enum err e = policy_publish(&o, &d, &built);
	for (size_t i = 0; i < d.n; i++)
		if (d.items[i].level == DIAG_ERROR)
			fprintf(stderr, "%.*s: %.*s\n", STRF(d.items[i].file), STRF(d.items[i].text));
	CHECK_OK(e);
	CHECK_OK(policy_open(arena_fmt(w->arena, "%s/current", dir).p, STR_NONE, &p));
	return p;
}

TEST(clause, c7_3_1_03_a_teachers_request_is_decided_logged_and_holds_for_the_group)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	AUTO(policy_free) struct policy *before = published(&w);
	CHECK(strcmp(said(w.arena, before, "http://games.test/maths/1", "ks2"), "block") == 0);
	int64_t request = ask(&w, ROLE_TEACHER);
	struct web_visit v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/changes/new?request=%lld", (long long)request).p);
	CHECK(v.status == 200 && web_says(&v, "games.test/maths") && web_says(&v, "times tables in year 4"));
	int64_t id = propose(&w, ROLE_DSL, arena_fmt(w.arena, "request=%lld&host=games.test/maths&change=allow&group=ks2&purpose=times+tables", (long long)request).p);
	CHECK_INT(step(&w, ROLE_TECHNICIAN, id, "assess", TECHNICAL), 303);
	CHECK_INT(step(&w, ROLE_DSL, id, "assess", EDUCATIONAL), 303);
	clock_step(90 * 60 * 1000);
	CHECK_INT(step(&w, ROLE_HEAD, id, "consent", ""), 303);
	v = web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/requests/%lld", (long long)request).p);
	CHECK(web_says(&v, "Let through") && web_says(&v, "Key stage 2") && web_says(&v, "1 hour"));
	v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/changes/%lld", (long long)id).p);
	CHECK(web_says(&v, "leadership agreed") && web_says(&v, "technical assessment") && web_says(&v, "Test Headteacher"));
	AUTO(policy_free) struct policy *after = published(&w);
	CHECK(strcmp(said(w.arena, after, "http://games.test/maths/1", "ks2"), "allow") == 0);
	CHECK(strcmp(said(w.arena, after, "http://games.test/maths/1", "staff"), "block") == 0);
	CHECK(strcmp(said(w.arena, after, "http://games.test/other", "ks2"), "block") == 0);
	clock_fake(0);
}

TEST(clause, c4_4_04_the_report_shows_requests_decisions_and_the_median_time)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	struct web_visit v = web_get(&w, ROLE_LEADERSHIP, "/requests/report");
	CHECK(v.status == 200 && web_says(&v, "No request has been answered yet."));
	int64_t id[4];
	for (int i = 0; i < 4; i++)
		id[i] = ask(&w, ROLE_TEACHER);
	static const int minutes[] = { 10, 20, 150 };              /* 10, 30, 180 minutes after asking */
	for (int i = 0; i < 3; i++) {
		clock_step(minutes[i] * 60 * 1000);
		CHECK_INT(web_post(&w, ROLE_DSL, arena_fmt(w.arena, "/requests/%lld", (long long)id[i]).p, "answer=advertisements+on+each+page").status, 303);
	}
	v = web_get(&w, ROLE_LEADERSHIP, "/requests/report");
	CHECK(web_says(&v, "<dt class=\"govuk-summary-list__key\">Half were answered within</dt><dd class=\"govuk-summary-list__value\">30 minutes</dd>"));
	CHECK(web_says(&v, "games.test/maths") && web_says(&v, "advertisements on each page") && web_says(&v, "3 hours"));
	CHECK(web_says(&v, "<dt class=\"govuk-summary-list__key\">Waiting now</dt><dd class=\"govuk-summary-list__value\">1</dd>"));
	v = web_get(&w, ROLE_LEADERSHIP, "/requests/report?csv=1");
	CHECK(str_starts(v.type, STR("text/csv")) && web_says(&v, "\"30 minutes\""));
	clock_fake(0);
}

TEST(requests_page, each_sees_their_own_and_those_who_weigh_see_all)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	never_locked(&w);
	int64_t id = ask(&w, ROLE_TEACHER);
	const char *path = arena_fmt(w.arena, "/requests/%lld", (long long)id).p;
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool all = r == ROLE_TECHNICIAN || r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD || r == ROLE_LEADERSHIP, own = r == ROLE_TEACHER;
		struct web_visit v = web_get(&w, r, path), list = web_get(&w, r, "/requests");
		CHECK((v.status == 200) == (all || own));
		CHECK(web_says(&list, "games.test/maths") == (all || own));
		if (!all)
			CHECK(web_post(&w, r, path, "answer=no").status != 303 || r == NOBODY);
	}
	CHECK_STR(entry_of(&w, id).state, "asked");
	CHECK_INT(web_post(&w, ROLE_DSL, path, "answer=").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, path, "answer=no").status, 303);
	CHECK_INT(web_post(&w, ROLE_DSL, path, "answer=again").status, 409);
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/requests/new", "host=&group=&why=").status, 422);
	clock_fake(0);
}
