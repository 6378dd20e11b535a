#include "house/support/support.h"

#include "base/time.h"
#include "house/agreement/agreement_store.h"
#include "house/store/fixture.h"
#include "house/task/task.h"

enum { DAY_S = 86400 };

struct scene { struct arena a; struct registers *registers; struct store st; struct act act; int64_t child, senco, dsl; };

static int64_t person(struct scene *s, const char *name, enum person_kind kind, int year, enum role r)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	int64_t id;
	struct person_in in = { .kind = kind, .name = str_z(name), .year = year };
	CHECK_OK(person_add(s->st.db, &s->act, &in, &d, &id));
	CHECK_OK(role_give(s->st.db, &s->act, id, r, 0, 0, &d));
	return id;
}

static struct scene scene_of(struct fixture *fx)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct scene s = { .a = arena_init(), .act = { fx->school, 0, "test" } };
	clock_fake(1795251900000);
	CHECK_OK(registers_load(test_source("data/registers"), &d, &s.registers));
	s.st = (struct store){ fx->db, fx->keys, s.registers };
	s.child = person(&s, "Fern Samplewick", KIND_LEARNER, 4, ROLE_LEARNER);
	s.senco = person(&s, "Celandine Pretendry", KIND_STAFF, YEAR_NONE, ROLE_SENCO);
	s.dsl = person(&s, "Sorrel Specimen", KIND_STAFF, YEAR_NONE, ROLE_DSL);
	s.act.person = s.dsl;
	return s;
}

static void scene_end(struct scene *s)
{
	clock_fake(0);
	registers_free(&s->registers);
	arena_done(&s->a);
}

static struct support_in plain(struct scene *s)
{
	return (struct support_in){ .child = s->child, .open = STR("translation"), .block = STR("chat video-sharing"), .factors = STR("eal trauma"), .form = STR("ks1"),
		.reason = STR("A purple elephant frightened her."), .helps = STR("Short sentences."), .supported_by = s->senco, .until_utc = clock_utc() + 30 * DAY_S };
}

static int64_t open_plan(struct scene *s)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct support_in in = plain(s);
	int64_t id;
	CHECK_OK(support_open(&s->st, &s->act, &in, &d, &id));
	return id;
}

static struct str policy(struct scene *s)
{
	AUTO(buf_done) struct buf b = buf_init(100000);
	CHECK_OK(support_policy(&s->st, &s->a, s->act.school, clock_utc(), &b));
	return arena_str(&s->a, buf_str(&b));
}

TEST(support, a_plan_makes_a_group_of_its_own_and_chooses_the_agreement)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct person p;
		CHECK_OK(person_get(fx.db, &s.a, fx.school, s.child, &p));
		CHECK_STR(agreement_group(fx.db, &s.a, &p), "ks2");
		open_plan(&s);
		CHECK_STR(agreement_group(fx.db, &s.a, &p), "plan-1");
		CHECK_STR(agreement_audience_of(fx.db, &s.a, &p), "ks1");
		struct str text = policy(&s);
		CHECK(str_find(text, STR("[group plan-1]")) >= 0 && str_find(text, STR("like = ks2")) >= 0);
		CHECK(str_find(text, STR("block = video-sharing chat")) >= 0 && str_find(text, STR("open = translation")) >= 0);
		CHECK(str_find(text, STR("elephant")) < 0 && str_find(text, STR("Fern")) < 0);
	}
}

TEST(support, past_its_day_it_is_stricter_and_a_task_waits_for_the_lead)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct person p;
		struct task t;
		struct support got;
		size_t n;
		int64_t id = open_plan(&s);
		CHECK_OK(support_lapse(&s.st, fx.school, clock_utc(), &n));
		CHECK_INT(n, 0);
		clock_step(31 * DAY_S * 1000LL);
		CHECK_OK(support_lapse(&s.st, fx.school, clock_utc(), &n));
		CHECK_INT(n, 1);
		CHECK_OK(support_lapse(&s.st, fx.school, clock_utc(), &n));
		CHECK_INT(n, 0);
		CHECK_OK(person_get(fx.db, &s.a, fx.school, s.child, &p));
		CHECK_STR(agreement_group(fx.db, &s.a, &p), "plan-1");                          /* still its own */
		CHECK(str_find(policy(&s), STR("open =")) < 0 && str_find(policy(&s), STR("block = video-sharing chat")) >= 0);
		CHECK_OK(support_get(&s.st, &s.a, fx.school, s.dsl, id, &got));
		CHECK_STR(got.state, "lapsed");
		CHECK_OK(task_by_key(&s.st, &s.a, fx.school, arena_fmt(&s.a, "support-plan-1-%lld", (long long)got.until_utc).p, &t));
		CHECK(t.private && str_is(t.role, "dsl") && str_find(t.title, STR("Fern")) < 0);
		struct support_in in = plain(&s);
		in.until_utc = clock_utc() + 30 * DAY_S;
		CHECK_OK(support_change(&s.st, &s.act, id, &in, &d));
		CHECK(str_find(policy(&s), STR("open = translation")) >= 0);
		CHECK_ERR(support_end(&s.st, &s.act, id, STR(""), &d), ERR_INVALID);
		CHECK_OK(support_end(&s.st, &s.act, id, STR("No longer needed"), &d));
		CHECK_STR(agreement_group(fx.db, &s.a, &p), "ks2");
		CHECK_INT(policy(&s).n, 0);
	}
}

TEST(support, a_device_is_handed_over_only_when_the_filter_was_seen_for_this_plan)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct support p;
		struct support_device *list;
		size_t n;
		int64_t id = open_plan(&s), device;
		CHECK_OK(support_get(&s.st, &s.a, fx.school, s.dsl, id, &p));
		CHECK_OK(support_device_add(&s.st, &s.act, &p, STR("Tablet 14"), &d, &device));
		CHECK_ERR(support_device_hand(&s.st, &s.act, &p, device, &d), ERR_STATE);
		CHECK_ERR(support_device_check(&s.st, &s.act, &p, device, true, false, STR("chat.example"), &d), ERR_INVALID);
		CHECK_OK(support_device_check(&s.st, &s.act, &p, device, true, true, STR("chat.example, sums.example"), &d));
		struct support_in in = plain(&s);
		in.block = STR("chat");                                                          /* the plan changes: look again */
		CHECK_OK(support_change(&s.st, &s.act, id, &in, &d));
		CHECK_OK(support_get(&s.st, &s.a, fx.school, s.dsl, id, &p));
		CHECK_ERR(support_device_hand(&s.st, &s.act, &p, device, &d), ERR_STATE);
		CHECK_OK(support_device_check(&s.st, &s.act, &p, device, true, true, STR("chat.example, sums.example"), &d));
		CHECK_OK(support_device_hand(&s.st, &s.act, &p, device, &d));
		CHECK_OK(support_devices(&s.st, &s.a, fx.school, s.dsl, &p, &list, &n));
		CHECK(n == 1 && list[0].handed_by == s.dsl && list[0].checked_by == s.dsl && str_is(list[0].state, "handed"));
	}
}

TEST(support, what_does_not_fit_is_refused_and_the_child_never_sees_it)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(50);
		struct support_in bad = plain(&s);
		struct support got;
		int64_t id;
		bad.open = STR("pornography");
		bad.until_utc = clock_utc() + 400 * DAY_S;
		bad.reason = STR("");
		bad.supported_by = s.child;
		CHECK_ERR(support_open(&s.st, &s.act, &bad, &d, &id), ERR_INVALID);
		CHECK_INT(d.errors, 4);
		struct support_in self = plain(&s);
		self.child = s.senco;
		CHECK_ERR(support_open(&s.st, &s.act, &self, &d, &id), ERR_INVALID);
		id = open_plan(&s);
		self = plain(&s);
		CHECK_ERR(support_open(&s.st, &s.act, &self, &d, &id), ERR_EXISTS);
		CHECK_ERR(support_get(&s.st, &s.a, fx.school, s.child, id, &got), ERR_ABSENT);
	}
}
