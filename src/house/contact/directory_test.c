#include "house/contact/directory.h"

#include "base/clock.h"
#include "house/account/people.h"
#include "house/store/fixture.h"
#include "house/task/task.h"

struct desk_of { struct store st; struct registers *registers; struct contacts all; struct arena a; struct diag d; struct act act; };

static void open_it(struct desk_of *t, struct fixture *fx)
{
	*t = (struct desk_of){ .a = arena_init(), .d = diag_init(20), .act = { fx->school, 0, "test" } };
	clock_fake(1789000000000);
	CHECK_OK(registers_load(test_source("data/registers"), &t->d, &t->registers));
	CHECK_OK(contacts_load(&t->a, test_source("data/contacts.conf"), &t->d, &t->all));
	t->st = (struct store){ .db = fx->db, .keys = fx->keys, .registers = t->registers };
}

static void close_it(struct desk_of *t)
{
	registers_free(&t->registers);
	diag_done(&t->d);
	arena_done(&t->a);
	clock_fake(0);
}

/* A web in which one address is broken. */
static enum err broken(void *ctx, const char *url, char why[200])
{
	const char *bad = ctx;
	if (bad && str_eq(str_z(url), str_z(bad))) {
		snprintf(why, 200, "It answered 404.");
		return ERR_ABSENT;
	}
	return OK;
}

static int64_t tasks(struct desk_of *t)
{
	int64_t n = 0;
	struct task_query q = { .which = TASK_OPEN, .everyone = true, .kind = "contact-link" };
	CHECK_OK(task_count(&t->st, t->act.school, &q, &n));
	return n;
}

static bool listed(const struct contacts *c, unsigned who, const char *id)
{
	const struct contact *v[100];
	size_t n = contacts_for(c, who, v);
	for (size_t i = 0; i < n; i++)
		if (str_is(v[i]->id, id))
			return true;
	return false;
}

/* On both lists, tried, and a failed try opens one task and no more. */
static void entry_is_watched(const char *id)
{
	ON_EACH_ENGINE(fx) {
		struct desk_of t;
		struct contact_known s;
		size_t n;
		open_it(&t, &fx);
		CHECK(listed(&t.all, FOR_SETTINGS, id) && listed(&t.all, FOR_PARENTS, id));
		CHECK_OK(contacts_try(&t.st, &t.act, &t.all, 7, broken, NULL, &n));
		CHECK(n > 10 && tasks(&t) == 0);
		CHECK_OK(contact_known_of(&t.st, &t.a, t.act.school, str_z(id), &s));
		CHECK(s.opens && s.checked_utc == clock_utc());
		CHECK_OK(contacts_try(&t.st, &t.act, &t.all, 7, broken, NULL, &n));
		CHECK_INT(n, 0);                                      /* not again before its time */
		clock_step((int64_t)8 * 86400 * 1000);
		AUTO(buf_done) struct buf url = buf_init(300);
		buf_add(&url, contact_find(&t.all, str_z(id))->web);
		CHECK_OK(contacts_try(&t.st, &t.act, &t.all, 7, broken, url.p, &n));
		CHECK_INT(tasks(&t), 1);
		clock_step((int64_t)8 * 86400 * 1000);
		CHECK_OK(contacts_try(&t.st, &t.act, &t.all, 7, broken, url.p, &n));
		CHECK_INT(tasks(&t), 1);
		CHECK_OK(contact_known_of(&t.st, &t.a, t.act.school, str_z(id), &s));
		CHECK(!s.opens && str_is(s.found, "It answered 404."));
		close_it(&t);
	}
}

TEST(clause, c12_2_03_childnet_is_on_both_lists_and_a_failed_check_opens_a_task) { entry_is_watched("childnet"); }
TEST(clause, c12_2_04_internet_matters_is_on_both_lists_and_watched) { entry_is_watched("internet-matters"); }
TEST(clause, c12_2_06_lucy_faithfull_is_on_both_lists_and_watched) { entry_is_watched("lucy-faithfull"); }
TEST(clause, c12_2_07_nspcc_is_on_both_lists_and_watched) { entry_is_watched("nspcc"); }
TEST(clause, c12_2_10_marie_collins_is_on_both_lists_and_watched) { entry_is_watched("marie-collins"); }
TEST(clause, c12_2_11_safer_internet_centre_is_on_both_lists_and_watched) { entry_is_watched("safer-internet-centre"); }
TEST(clause, c12_2_01_ceop_education_is_on_both_lists_with_its_last_check) { entry_is_watched("ceop-education"); }

TEST(contact, confirmed_by_somebody_until_it_is_stale)
{
	ON_EACH_ENGINE(fx) {
		struct desk_of t;
		struct contact_known s;
		open_it(&t, &fx);
		CHECK_OK(contact_known_of(&t.st, &t.a, t.act.school, STR("nspcc"), &s));
		CHECK(contact_stale(&s, clock_utc()));
		struct person_in in = { .kind = KIND_STAFF, .name = STR("Ms Quillfeather"), .year = YEAR_NONE };
		CHECK_OK(person_add(fx.db, &t.act, &in, &t.d, &t.act.person));
		CHECK_OK(contact_confirm(&t.st, &t.act, STR("nspcc")));
		CHECK_OK(contact_confirm(&t.st, &t.act, STR("nspcc")));
		CHECK_OK(contact_known_of(&t.st, &t.a, t.act.school, STR("nspcc"), &s));
		CHECK(!contact_stale(&s, clock_utc()) && s.version == 2);
		CHECK(contact_stale(&s, clock_utc() + (int64_t)400 * 86400));
		close_it(&t);
	}
}

TEST(clause, c12_1_01_the_partnership_is_on_the_settings_list_and_its_last_check_is_kept)
{
	ON_EACH_ENGINE(fx) {
		struct desk_of t;
		struct contact_known s;
		size_t n;
		open_it(&t, &fx);
		CHECK(listed(&t.all, FOR_SETTINGS, "partnership"));
		CHECK_OK(contacts_try(&t.st, &t.act, &t.all, 7, broken, NULL, &n));
		CHECK_OK(contact_known_of(&t.st, &t.a, t.act.school, STR("partnership"), &s));
		CHECK(s.checked_utc == clock_utc() && s.opens);
		close_it(&t);
	}
}

TEST(clause, c12_1_05_the_form_of_the_designated_officer_is_checked)
{
	ON_EACH_ENGINE(fx) {
		struct desk_of t;
		struct contact_known s;
		size_t n;
		open_it(&t, &fx);
		CHECK_OK(contacts_try(&t.st, &t.act, &t.all, 7, broken, NULL, &n));
		CHECK_OK(contact_known_of(&t.st, &t.a, t.act.school, STR("lado-form"), &s));
		CHECK(s.checked_utc && contact_find(&t.all, STR("lado-form"))->web.n);
		close_it(&t);
	}
}
