#include "house/account/appointment.h"

#include "base/time.h"
#include "house/account/second.h"
#include "house/notify/notify.h"
#include "house/store/fixture.h"

enum { DAY_S = 86400 };

struct scene {
	struct arena a;
	struct registers *registers;
	struct store st;
	struct act act;
	int64_t head, dsl, chair, teacher;
};

static int64_t person(struct scene *s, const char *name, enum person_kind kind, enum role r)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	int64_t id;
	struct person_in in = { .kind = kind, .name = str_z(name), .year = YEAR_NONE };
	CHECK_OK(person_add(s->st.db, &s->act, &in, &d, &id));
	CHECK_OK(role_give(s->st.db, &s->act, id, r, 0, 0, &d));
	return id;
}

static struct scene scene_of(struct fixture *fx)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct scene s = { .a = arena_init(), .act = { fx->school, 0, "test" } };
	clock_fake(1795251900000);
	CHECK_OK(roles_load(test_source("data/roles.conf"), &d));
	CHECK_OK(registers_load(test_source("data/registers"), &d, &s.registers));
	s.st = (struct store){ fx->db, fx->keys, s.registers };
	s.head = person(&s, "Hazel Testerley", KIND_STAFF, ROLE_HEAD);
	s.dsl = person(&s, "Sorrel Specimen", KIND_STAFF, ROLE_DSL);
	s.chair = person(&s, "Coral Madeupton", KIND_GOVERNOR, ROLE_CHAIR);
	s.teacher = person(&s, "Bryony Benchmark", KIND_STAFF, ROLE_TEACHER);
	return s;
}

static void scene_end(struct scene *s)
{
	clock_fake(0);
	registers_free(&s->registers);
	arena_done(&s->a);
}

static role_set held(struct scene *s, int64_t person)
{
	role_set roles;
	CHECK_OK(role_held(s->st.db, s->act.school, person, clock_utc(), &roles));
	return roles;
}

TEST(clause, c4_2_03_a_deputy_without_online_safety_duties_is_not_appointed)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct appointment_in in = { .person = s.teacher, .role = ROLE_DEPUTY };
		CHECK_ERR(appointment_make(fx.db, &s.act, &in, &d), ERR_INVALID);
		CHECK_STR(d.items[0].file, "duties");
		CHECK(!(held(&s, s.teacher) & ROLE_BIT(ROLE_DEPUTY)));
		in.duties = STR("Answers reports when the lead is teaching; looks at filter reports each week.");
		CHECK_OK(appointment_make(fx.db, &s.act, &in, &d));
		CHECK(held(&s, s.teacher) & ROLE_BIT(ROLE_DEPUTY));
		struct appointment *list;
		size_t n;
		CHECK_OK(role_history(fx.db, &s.a, fx.school, s.teacher, &list, &n));
		CHECK(n > 0 && str_find(list[0].duties, STR("filter reports")) >= 0);
	}
}

TEST(appointment, cover_has_the_rights_and_the_notices_and_ends_by_itself)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		int64_t *people;
		size_t n;
		struct appointment_in in = { .person = s.teacher, .role = ROLE_DSL, .cover_of = s.dsl, .from_utc = clock_utc() + DAY_S, .trained_utc = clock_utc() - DAY_S };
		CHECK_ERR(appointment_make(fx.db, &s.act, &in, &d), ERR_INVALID);            /* cover has an end */
		in.until_utc = clock_utc() + 3 * DAY_S;
		in.cover_of = s.head;
		CHECK_ERR(appointment_make(fx.db, &s.act, &in, &d), ERR_INVALID);            /* who does not hold the role */
		in.cover_of = s.dsl;
		CHECK_OK(appointment_make(fx.db, &s.act, &in, &d));
		CHECK(!(held(&s, s.teacher) & ROLE_BIT(ROLE_DSL)));
		clock_step(2 * DAY_S * 1000LL);
		CHECK(held(&s, s.teacher) & ROLE_BIT(ROLE_DSL) && held(&s, s.dsl) & ROLE_BIT(ROLE_DSL));
		CHECK_OK(notify_holders(fx.db, &s.a, fx.school, STR("dsl"), &people, &n));
		CHECK_INT(n, 2);
		struct person *now;
		CHECK_OK(person_of_role(fx.db, &s.a, fx.school, ROLE_DSL, &now, &n));
		CHECK(n == 2 && now[0].id == s.teacher);                                       /* who answers now comes first */
		clock_step(2 * DAY_S * 1000LL);
		CHECK(!(held(&s, s.teacher) & ROLE_BIT(ROLE_DSL)) && held(&s, s.dsl) & ROLE_BIT(ROLE_DSL));
	}
}

TEST(appointment, a_vacancy_says_since_when_and_cover_does_not_fill_it)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct vacancy *v;
		size_t n, i = 0;
		struct appointment_in cover = { .person = s.teacher, .role = ROLE_HEAD, .cover_of = s.head, .until_utc = clock_utc() + 30 * DAY_S };
		CHECK_OK(appointment_make(fx.db, &s.act, &cover, &d));
		CHECK_OK(person_leave(fx.db, &s.act, s.head, 0));
		CHECK_OK(appointment_vacancies(fx.db, &s.a, fx.school, NULL, &v, &n));
		while (i < n && v[i].role != ROLE_HEAD)
			i++;
		CHECK(i < n && v[i].since_utc == clock_utc());
		CHECK_STR(vacancy_words(&s.a, &v[i]), "Nobody holds the role of headteacher. It has been vacant since 21 November 2026.");
		for (i = 0; i < n; i++)
			CHECK(v[i].role != ROLE_DSL && v[i].role != ROLE_CHAIR);
	}
}

/* ---- the second person ---- */

static enum err propose(struct scene *s, int64_t by, int64_t about, const char *role, int64_t *id, bool *at_once)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct second_in in = { .what = SECOND_ROLE_GIVE, .about = about, .title = STR("becomes"), .why = STR("a new term"),
		.terms = arena_fmt(&s->a, "role = %s\nduties = Online safety", role) };
	return second_propose(&s->st, &(struct act){ s->act.school, by, "" }, &in, &d, id, at_once);
}

static enum err confirm(struct scene *s, int64_t by, int64_t id)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	return second_confirm(&s->st, &(struct act){ s->act.school, by, "" }, held(s, by), id, STR(""), &d);
}

TEST(second, neither_the_proposer_nor_the_gainer_confirms)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		int64_t id;
		bool once;
		CHECK_ERR(propose(&s, s.head, s.head, "deputy", &id, &once), ERR_FORBIDDEN);
		CHECK_OK(propose(&s, s.head, s.teacher, "deputy", &id, &once));
		CHECK(!once && !(held(&s, s.teacher) & ROLE_BIT(ROLE_DEPUTY)));
		CHECK_ERR(confirm(&s, s.head, id), ERR_FORBIDDEN);
		CHECK_ERR(confirm(&s, s.teacher, id), ERR_FORBIDDEN);
		CHECK_ERR(propose(&s, s.head, s.teacher, "deputy", &id, &once), ERR_EXISTS);
		CHECK_OK(confirm(&s, s.chair, id));
		CHECK(held(&s, s.teacher) & ROLE_BIT(ROLE_DEPUTY));
		CHECK_ERR(confirm(&s, s.dsl, id), ERR_STATE);
		struct appointment *list;
		size_t n;
		CHECK_OK(role_history(fx.db, &s.a, fx.school, s.teacher, &list, &n));
		CHECK(list[0].given_by == s.head && list[0].confirmed_by == s.chair);
	}
}

TEST(second, lapses_after_fourteen_days_and_may_be_withdrawn)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct second got;
		int64_t id, other;
		bool once;
		size_t n;
		CHECK_OK(propose(&s, s.head, s.teacher, "deputy", &id, &once));
		CHECK_ERR(second_withdraw(&s.st, &(struct act){ fx.school, s.chair, "" }, id), ERR_FORBIDDEN);
		CHECK_OK(second_withdraw(&s.st, &(struct act){ fx.school, s.head, "" }, id));
		CHECK_ERR(confirm(&s, s.chair, id), ERR_STATE);
		CHECK_OK(propose(&s, s.head, s.teacher, "deputy", &other, &once));
		clock_step(SECOND_DAYS * DAY_S * 1000LL);
		CHECK_ERR(confirm(&s, s.chair, other), ERR_STATE);
		CHECK_OK(second_lapse(&s.st, fx.school, clock_utc(), &n));
		CHECK_INT(n, 1);
		CHECK_OK(second_get(&s.st, &s.a, fx.school, other, &got));
		CHECK_STR(got.state, "expired");
		CHECK(!(held(&s, s.teacher) & ROLE_BIT(ROLE_DEPUTY)));
	}
}

TEST(second, what_cannot_be_is_told_to_the_proposer_at_once)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		int64_t id;
		bool once;
		CHECK_ERR(propose(&s, s.head, s.teacher, "dsl", &id, &once), ERR_EXISTS);      /* there is one */
		CHECK_ERR(propose(&s, s.head, s.teacher, "pirate", &id, &once), ERR_ABSENT);
	}
}

TEST(second, on_the_first_day_nobody_else_is_there_and_it_is_kept_so)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct second got;
		int64_t id;
		bool once;
		CHECK_OK(role_end(fx.db, &s.act, s.dsl, ROLE_DSL, 0));
		CHECK_OK(role_end(fx.db, &s.act, s.chair, ROLE_CHAIR, 0));
		CHECK_OK(propose(&s, s.head, s.teacher, "deputy", &id, &once));
		CHECK(once && held(&s, s.teacher) & ROLE_BIT(ROLE_DEPUTY));
		CHECK_OK(second_get(&s.st, &s.a, fx.school, id, &got));
		CHECK(str_is(got.state, "confirmed") && got.decided_by == 0);
		CHECK_OK(propose(&s, s.head, s.chair, "leadership", &id, &once));              /* the deputy could confirm now */
		CHECK(!once);
	}
}
