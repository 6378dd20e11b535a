/* Guessing: nobody gets more than ten tries, and nobody is kept out by another's. */
#include "base/clock.h"
#include "house/account/password.h"
#include "house/account/session.h"
#include "house/web/web_test.h"

#define GOOD "velvet-otter-puddle-91"

static struct addr at(const char *text)
{
	struct addr a;
	CHECK_OK(addr_read(str_z(text), &a));
	return a;
}

static struct person known(struct web_school *w, enum role r)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct person p = { 0 };
	CHECK_OK(password_set(w->db, &(struct act){ w->school, 0, "test" }, w->person[r], STR(GOOD), false, &d));
	CHECK_OK(person_get(w->db, w->arena, w->school, w->person[r], &p));
	return p;
}

static enum err guess(struct web_school *w, struct str name, const char *password, const char *address, const char *browser)
{
	struct guess g;
	struct place from = { at(address), str_z(browser) };
	return password_guess_from(w->db, w->web->account, w->school, name, str_z(password), &from, &g);
}

static void guess_wrong(struct web_school *w, struct str name, const char *address, int times)
{
	for (int i = 0; i < times; i++)
		CHECK_ERR(guess(w, name, "wrong", address, NULL), ERR_SIGNIN);
}

static void remember(struct web_school *w, int64_t person, const char *address, const char *browser)
{
	bool first;
	struct place p = { at(address), str_z(browser) };
	CHECK_OK(browser_remember(w->db, w->school, person, &p, &first));
}

TEST(throttle, ten_wrong_guesses_from_ten_places_close_the_account_to_strange_browsers)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = known(&w, ROLE_DSL);
	clock_fake(clock_ms());
	for (int i = 0; i < 10; i++)
		guess_wrong(&w, p.username, arena_fmt(w.arena, "203.0.113.%d", i + 1).p, 1);
	CHECK_ERR(guess(&w, p.username, GOOD, "203.0.113.99", NULL), ERR_BUSY);
	clock_step(200 * 1000);
	CHECK_ERR(guess(&w, p.username, GOOD, "203.0.113.99", NULL), ERR_BUSY);
	clock_step(101 * 1000);
	CHECK_OK(guess(&w, p.username, GOOD, "203.0.113.99", NULL));
	clock_fake(0);
}

TEST(throttle, nobody_keeps_the_lead_out_of_her_own_browser)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = known(&w, ROLE_DSL);
	remember(&w, p.id, "10.0.0.5", "the DSL's laptop");
	guess_wrong(&w, p.username, "10.0.0.77", 10);
	CHECK_ERR(guess(&w, p.username, GOOD, "10.0.0.77", NULL), ERR_BUSY);
	CHECK_OK(guess(&w, p.username, GOOD, "10.0.0.5", "the DSL's laptop"));
	CHECK_ERR(guess(&w, p.username, GOOD, "10.0.0.77", "another browser"), ERR_BUSY);
	for (int i = 0; i < 10; i++)
		CHECK_ERR(guess(&w, p.username, "wrong", "10.0.0.5", "the DSL's laptop"), ERR_SIGNIN);
	CHECK_ERR(guess(&w, p.username, GOOD, "10.0.0.5", "the DSL's laptop"), ERR_BUSY);      /* ten there as well */
}

TEST(throttle, a_strange_address_has_ten_guesses_whatever_the_names)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = known(&w, ROLE_TEACHER);
	for (int i = 0; i < 10; i++)
		guess_wrong(&w, arena_fmt(w.arena, "name.%d", i), "203.0.113.9", 1);
	CHECK_ERR(guess(&w, p.username, GOOD, "203.0.113.9", NULL), ERR_BUSY);
	CHECK_OK(guess(&w, p.username, GOOD, "203.0.113.10", NULL));
	remember(&w, p.id, "203.0.113.9", "a browser");
	CHECK_OK(guess(&w, p.username, GOOD, "203.0.113.9", NULL));      /* who signed in there before is not shut out with it */
}

TEST(throttle, a_school_behind_one_address_goes_on)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = known(&w, ROLE_TEACHER);
	for (int i = 0; i < 100; i++)
		guess_wrong(&w, arena_fmt(w.arena, "child.%d", i), "10.1.2.3", 1);
	CHECK_OK(guess(&w, p.username, GOOD, "10.1.2.3", NULL));
}

TEST(throttle, an_address_that_waits_cannot_shut_accounts_out)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = known(&w, ROLE_DSL);
	for (int i = 0; i < 10; i++)
		guess_wrong(&w, arena_fmt(w.arena, "name.%d", i), "203.0.113.9", 1);
	for (int i = 0; i < 20; i++)
		CHECK_ERR(guess(&w, p.username, "wrong", "203.0.113.9", NULL), ERR_BUSY);
	CHECK_OK(guess(&w, p.username, GOOD, "203.0.113.50", NULL));
}

TEST(throttle, a_right_answer_gives_its_guess_back)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct person p = known(&w, ROLE_TEACHER);
	for (int i = 0; i < 30; i++)
		CHECK_OK(guess(&w, p.username, GOOD, "203.0.113.9", NULL));
	guess_wrong(&w, p.username, "203.0.113.9", 9);
	CHECK_OK(guess(&w, p.username, GOOD, "203.0.113.9", NULL));
}

TEST(throttle, only_the_second_browser_of_a_person_is_news)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct place one = { at("10.0.0.1"), STR("one") }, two = { at("10.0.0.1"), STR("two") }, none = { at("10.0.0.1"), STR_NONE };
	bool first;
	int64_t who = w.person[ROLE_TEACHER];
	CHECK_OK(browser_remember(w.db, w.school, who, &one, &first));
	CHECK(!first);
	CHECK_OK(browser_remember(w.db, w.school, who, &two, &first));
	CHECK(first);
	CHECK_OK(browser_remember(w.db, w.school, who, &two, &first));
	CHECK(!first);
	CHECK_OK(browser_remember(w.db, w.school, who, &none, &first));
	CHECK(!first);
}
