/* How long entries of registers are kept, carried out: by two people, never against a hold. */
#include "house/casefile/casefile_test.h"
#include "house/casefile/keeping.h"
#include "house/casefile/retention.h"
#include "house/page/routes.h"
#include "house/register/may.h"
#include "house/store/audit.h"
#include "house/task/task.h"

#define REWARDS "/registers/reward/keeping"

static int64_t reward(struct web_school *w, const char *how)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct store st = store_of(w);
	struct entry_field f[] = { { STR("class"), STR("1") }, { STR("learner"), arena_fmt(w->arena, "%lld", LL(w->person[ROLE_LEARNER])) }, { STR("what"), STR("kind") },
		{ STR("reward"), str_z(how) }, { STR("on"), STR("2026-09-14") } };
	int64_t id = 0;
	enum err e = entry_create(&st, &(struct act){ w->school, w->person[ROLE_TEACHER], "test" }, &(struct entry_in){ .reg = "reward", .fields = f, .n_fields = ARRAY_N(f) }, &d, &id);
	for (size_t i = 0; i < d.n; i++)
		print_error("%.*s\n", STRF(d.items[i].text));
	CHECK_OK(e);
	return id;
}

static void years_later(int years)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026 + years, .month = 9, .day = 15, .hour = 9 }) * 1000);
}

static size_t findings(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct audit_verify how = { 0 };
	struct audit_verified sum;
	CHECK_OK(audit_verify(w->db, w->school, &how, &d, &sum));
	for (size_t i = 0; i < d.n; i++)
		print_error("%.*s\n", STRF(d.items[i].text));
	return d.n;
}

static bool listed(struct web_school *w, const char *what)
{
	struct web_visit v = web_get(w, ROLE_DSL, REWARDS);
	CHECK_INT(v.status, 200);
	return web_says(&v, what);
}

static void by_two(struct web_school *w)
{
	int64_t first = reward(w, "Golden sticker"), second = reward(w, "Wooden spoon");
	years_later(1);
	int64_t fresh = reward(w, "Silver star");
	CHECK(listed(w, AT(w, "entry-%lld", LL(first))) && listed(w, "14 September 2027") && !listed(w, AT(w, "entry-%lld", LL(fresh))));
	CHECK_INT(web_post(w, ROLE_DSL, REWARDS, AT(w, "entry=%lld&why=", LL(first))).status, 422);
	CHECK_INT(web_post(w, ROLE_DSL, REWARDS, "why=over").status, 422);
	CHECK_INT(web_post(w, ROLE_DSL, REWARDS, AT(w, "entry=%lld&why=over", LL(fresh))).status, 422);          /* not due */
	struct web_visit v = web_post(w, ROLE_DSL, REWARDS, AT(w, "entry=%lld&entry=%lld&why=Its+time+is+over", LL(first), LL(second)));
	CHECK_INT(v.status, 303);
	const char *at = arena_z(w->arena, v.location), *confirm = AT(w, "%s/confirm", at);
	CHECK_INT(web_post(w, ROLE_DSL, confirm, "why=").status, 403);                                            /* who proposed it */
	CHECK_INT(web_post(w, ROLE_LEARNER, confirm, "why=").status, 403);
	v = web_get(w, ROLE_TEACHER, at);                                                                          /* changes the register, and is none of those who agree */
	CHECK(v.status == 200 && web_says(&v, "To agree is for one of these") && !web_says(&v, "/confirm"));
	CHECK_INT(web_post(w, ROLE_TEACHER, confirm, "why=").status, 403);
	v = web_get(w, ROLE_HEAD, AT(w, "/registers/reward/%lld", LL(first)));
	CHECK(web_says(&v, "Golden sticker"));                                                                      /* nothing has happened yet */
	CHECK_INT(web_post(w, ROLE_HEAD, confirm, "why=").status, 303);
	v = web_get(w, ROLE_HEAD, AT(w, "/registers/reward/%lld", LL(first)));
	CHECK(v.status == 200 && !web_says(&v, "Golden sticker"));
	v = web_get(w, ROLE_HEAD, "/registers/reward");
	CHECK(web_says(&v, AT(w, "/registers/reward/%lld", LL(fresh))) && !web_says(&v, AT(w, "/registers/reward/%lld", LL(first))));
	v = web_get(w, ROLE_DEPUTY, at);
	CHECK(v.status == 200 && web_says(&v, "Certificate of disposal") && web_says(&v, "Its time is over") && !web_says(&v, "Golden"));
	CHECK_INT(web_post(w, ROLE_DEPUTY, confirm, "why=").status, 409);
	CHECK_INT(findings(w), 0);
}

TEST(keeping, what_is_over_goes_when_two_people_say_so_and_leaves_a_certificate)
{
	school_day();
	ON_EACH_PROFILE(w) {
		by_two(&w);
		school_day();
	}
	clock_fake(0);
}

static void holds_win(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct store st = store_of(w);
	struct desk k = { &st, w->web->library };
	struct entry_may all = { .school = w->school, .classes = ~1u };
	struct act dsl = { w->school, w->person[ROLE_DSL], "test" };
	int64_t id = reward(w, "Golden sticker");
	years_later(1);
	const char *hold = AT(w, "/registers/reward/%lld/hold", LL(id)), *due = AT(w, "entry-%lld", LL(id));
	CHECK_INT(web_post(w, ROLE_DSL, hold, "on=yes&hold_why=").status, 422);
	CHECK_INT(web_post(w, ROLE_DSL, hold, "on=yes&hold_why=A+claim").status, 303);
	CHECK(!listed(w, due) && listed(w, "On hold"));
	struct web_visit v = web_get(w, ROLE_DSL, AT(w, "/registers/reward/%lld", LL(id)));
	CHECK(web_says(&v, "A claim"));
	CHECK_INT(web_post(w, ROLE_DSL, REWARDS, AT(w, "entry=%lld&why=over", LL(id))).status, 422);
	CHECK_INT(web_post(w, ROLE_DSL, hold, "on=no&hold_why=It+is+settled").status, 303);
	CHECK(listed(w, due));
	/* a case about the child that is on hold keeps the entry too, and says nothing of itself */
	v = web_post(w, ROLE_DSL, REWARDS, AT(w, "entry=%lld&why=over", LL(id)));
	CHECK_INT(v.status, 303);
	const char *confirm = AT(w, "%.*s/confirm", STRF(v.location));
	struct entry e;
	CHECK_OK(entry_get(&st, w->arena, &all, case_about(w, w->person[ROLE_LEARNER], "cyberbullying", "zebra"), 0, &e));
	CHECK_OK(retention_hold(&k, &dsl, &e, true, STR("an inquiry"), &d));
	v = web_post(w, ROLE_HEAD, confirm, "why=");
	CHECK(v.status == 422 && web_says(&v, "not due any more") && !web_says(&v, "inquiry") && !web_says(&v, "zebra"));
	CHECK(!listed(w, due));
	v = web_get(w, ROLE_DSL, AT(w, "/registers/reward/%lld", LL(id)));
	CHECK(web_says(&v, "Golden sticker"));
}

TEST(keeping, a_hold_wins_also_one_that_nobody_here_need_know_of)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	holds_win(&w);
	clock_fake(0);
}

TEST(keeping, those_who_keep_the_register_are_told_once_a_month)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = store_of(&w);
	size_t n;
	reward(&w, "Golden sticker");
	CHECK_OK(keeping_tick(&st, w.web->rights, w.school, clock_utc(), &n));
	CHECK_INT(n, 0);
	years_later(1);
	CHECK_OK(keeping_tick(&st, w.web->rights, w.school, clock_utc(), &n));
	CHECK_INT(n, 1);
	CHECK_OK(keeping_tick(&st, w.web->rights, w.school, clock_utc(), &n));
	CHECK_INT(n, 0);
	clock_fake(0);
}

TEST(keeping, is_for_those_who_change_the_register)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	static const int may[] = { ROLE_DSL, ROLE_DEPUTY, ROLE_HEAD, ROLE_TEACHER }, never[] = { ROLE_LEARNER, ROLE_PARENT, ROLE_VISITOR, ROLE_GOVERNOR, NOBODY };
	for (size_t i = 0; i < ARRAY_N(may); i++)
		CHECK_INT(web_get(&w, may[i], REWARDS).status, 200);
	for (size_t i = 0; i < ARRAY_N(never); i++) {
		CHECK(web_get(&w, never[i], REWARDS).status != 200);
		CHECK(web_post(&w, never[i], REWARDS, "entry=1&why=x").status != 422);
	}
	clock_fake(0);
}

/* Two different people of named roles: somebody proposes, and somebody who may agree is left. */
TEST(keeping, each_register_names_who_agrees)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const struct reg *r;
	for (size_t i = 0; (r = registers_at(w.web->registers, i)) != NULL; i++) {
		size_t propose = 0, dispose = 0;
		for (int role = 0; r->page && r->retain_months && role < role_count(); role++) {
			struct reg_may may = reg_may_of(w.web->rights, ROLE_BIT(role), r);
			propose += may.propose;
			dispose += may.dispose;
			CHECK(may.propose || !may.dispose);
			CHECK(may.see || !may.propose);
		}
		bool fits = !r->page || !r->retain_months || (dispose >= 1 && propose >= 2);
		if (!fits)
			print_error("%.*s: %zu propose, %zu agree\n", STRF(r->id), propose, dispose);
		CHECK(fits);
	}
	CHECK_INT(web_get(&w, ROLE_STAFF, "/registers/video-check/keeping").status, 403);        /* "adults" change it: that names nobody */
	CHECK_INT(web_get(&w, ROLE_HEAD, "/registers/video-check/keeping").status, 200);
}

TEST(keeping, what_is_due_stands_on_pages)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t first = reward(&w, "Number one"), last = 0;
	for (int i = 0; i < KEEPING_PAGE; i++)
		last = reward(&w, AT(&w, "Sticker %d", i));
	years_later(1);
	struct web_visit v = web_get(&w, ROLE_DSL, REWARDS);
	CHECK(web_says(&v, AT(&w, "entry-%lld\"", LL(first))) && !web_says(&v, AT(&w, "entry-%lld\"", LL(last))) && web_says(&v, "1 to 50 of 51"));
	v = web_get(&w, ROLE_DSL, REWARDS "?page=2");
	CHECK(!web_says(&v, AT(&w, "entry-%lld\"", LL(first))) && web_says(&v, AT(&w, "entry-%lld\"", LL(last))));
	CHECK_INT(web_post(&w, ROLE_DSL, REWARDS, AT(&w, "entry=%lld&why=over", LL(last))).status, 303);
	clock_fake(0);
}

/* Every way of counting runs on both engines. */
TEST(keeping, each_register_can_be_asked)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = store_of(&w);
	for (size_t i = 0; registers_at(w.web->registers, i); i++) {
		struct kept_line *v;
		size_t n;
		int64_t count;
		const struct reg *r = registers_at(w.web->registers, i);
		CHECK_OK(keeping_due(&st, w.arena, w.school, r, clock_utc(), 0, &v, &n));
		CHECK_OK(keeping_count(&st, w.school, r, clock_utc(), &count));
		CHECK_INT((int64_t)n, count);
		CHECK_OK(keeping_held(&st, w.arena, w.school, r, &v, &n));
	}
	clock_fake(0);
}
