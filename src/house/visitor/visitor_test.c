#include "house/visitor/visitor.h"

#include "base/time.h"
#include "house/account/password.h"
#include "house/agreement/agreement_store.h"
#include "house/store/fixture.h"

/* Tuesday 15 September 2026, nine in the morning. */
#define NINE time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 15, .hour = 9 })

struct desk_scene {
	struct arena a;
	struct registers *registers;
	struct store st;
	struct act act;
	struct diag d;
	int64_t host, elm, ash;
};

static void in_force(struct desk_scene *s, const char *audience)
{
	struct agreement_set set;
	CHECK_OK(agreement_load(&s->a, test_source("data/agreements/en.conf"), &s->d, &set));
	CHECK_OK(agreement_activate(&s->st, &s->a, &s->act, agreement_find(&set, str_z(audience), STR("en")), &s->d));
}

static struct desk_scene scene_of(struct fixture *fx)
{
	struct desk_scene s = { .a = arena_init(), .d = diag_init(20) };
	clock_fake(NINE * 1000);
	CHECK_OK(registers_load(test_source("data/registers"), &s.d, &s.registers));
	s.st = (struct store){ fx->db, fx->keys, s.registers };
	s.act = (struct act){ fx->school, 0, "test" };
	CHECK_OK(person_add(fx->db, &s.act, &(struct person_in){ .kind = KIND_STAFF, .name = STR("Ossie Officeley"), .year = YEAR_NONE }, &s.d, &s.host));
	s.act.person = s.host;
	CHECK_OK(class_add(fx->db, &s.act, STR("Elm"), 4, STR("ks2"), &s.d, &s.elm));
	CHECK_OK(class_add(fx->db, &s.act, STR("Ash"), 5, STR("ks2"), &s.d, &s.ash));
	in_force(&s, "visitor");
	in_force(&s, "supply");
	return s;
}

static void scene_end(struct desk_scene *s)
{
	clock_fake(0);
	registers_free(&s->registers);
	diag_done(&s->d);
	arena_done(&s->a);
}

static int64_t arrive(struct desk_scene *s, enum person_kind kind, const char *name)
{
	struct visit_in in = { .kind = kind, .name = str_z(name), .organisation = STR("Invented Pipes"), .purpose = STR("boiler"), .car = STR("TE57 ING"), .host = s->host };
	int64_t id = 0;
	enum err e = visit_arrive(s->st.db, &s->act, 0, &in, &s->d, &id);
	CHECK_OK(e);
	return id;
}

static struct visit got(struct desk_scene *s, int64_t id)
{
	struct visit v;
	CHECK_OK(visit_get(s->st.db, &s->a, s->act.school, id, &v));
	return v;
}

static bool here(struct desk_scene *s, int64_t person)
{
	struct person p;
	CHECK_OK(person_get(s->st.db, &s->a, s->act.school, person, &p));
	return !p.left_utc || p.left_utc > clock_utc();
}

static void sign(struct desk_scene *s, int64_t visit, const char *audience, bool declined)
{
	struct agreement_active g;
	CHECK_OK(agreement_in_force(&s->st, &s->a, s->act.school, str_z(audience), &g));
	CHECK_OK(visit_sign(&s->st, &s->a, &s->act, visit, declined, g.text.digest));
}

static size_t in_building(struct desk_scene *s)
{
	struct visit *v;
	size_t n;
	CHECK_OK(visit_list(s->st.db, &s->a, s->act.school, &(struct visit_query){ .state = VISIT_IN }, &v, &n, NULL));
	return n;
}

TEST(visit, ends_by_itself_at_closing_time_and_every_access_with_it)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		size_t n;
		int64_t id = arrive(&s, KIND_VISITOR, "Pippa Pipewell");
		struct visit v = got(&s, id);
		CHECK_INT(v.until_utc, NINE + 9 * 3600);
		CHECK(here(&s, v.person) && in_building(&s) == 1);
		CHECK_OK(visit_sweep(fx.db, fx.school, &n));
		CHECK_INT(n, 0);
		clock_fake((NINE + 9 * 3600) * 1000);
		CHECK(!here(&s, v.person));                  /* also when nobody sweeps */
		CHECK_OK(visit_sweep(fx.db, fx.school, &n));
		CHECK(n == 1 && in_building(&s) == 0 && got(&s, id).state == VISIT_OUT && got(&s, id).out_by == 0);
	}
}

TEST(visit, ends_an_hour_after_the_school_day_of_the_profile)
{
	CHECK_INT(visit_closing_minute(STR("15:30")), 16 * 60 + 30);
	CHECK_INT(visit_closing_minute(STR("23:30")), 23 * 60 + 59);
	CHECK_INT(visit_closing_minute(STR_NONE), VISIT_CLOSING_M);
	CHECK_INT(visit_closing_minute(STR("when it is dark")), VISIT_CLOSING_M);
	CHECK_INT(visit_closing(NINE, 0), NINE + 9 * 3600);
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		struct visit_in in = { .kind = KIND_VISITOR, .name = STR("Pippa Pipewell"), .closing_minute = visit_closing_minute(STR("15:30")) };
		int64_t id;
		CHECK_OK(visit_arrive(fx.db, &s.act, 0, &in, &s.d, &id));
		CHECK_INT(got(&s, id).until_utc, NINE + 7 * 3600 + 1800);
		in = (struct visit_in){ .kind = KIND_VISITOR, .name = STR("Later Testerley"), .due_utc = NINE + 86400, .closing_minute = in.closing_minute };
		CHECK_OK(visit_book(fx.db, &s.act, &in, &s.d, &id));
		CHECK_INT(got(&s, id).until_utc, NINE + 86400 + 7 * 3600 + 1800);
	}
}

TEST(visit, may_begin_before_dawn_and_ends_the_same_day)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		clock_fake((NINE - 8 * 3600) * 1000);
		int64_t id = arrive(&s, KIND_CONTRACTOR, "Finn Fitterly");
		CHECK_INT(got(&s, id).until_utc, NINE + 9 * 3600);
		clock_fake((NINE + 14 * 3600) * 1000);
		id = arrive(&s, KIND_CONTRACTOR, "Nell Nightly");
		CHECK_INT(got(&s, id).until_utc, time_uk_midnight(NINE + 86400) - 1);
		struct visit_in in = { .kind = KIND_VISITOR, .name = STR("Over Nightley"), .until_utc = time_uk_midnight(NINE + 86400) };
		CHECK_ERR(visit_arrive(fx.db, &s.act, 0, &in, &s.d, &id), ERR_INVALID);
	}
}

TEST(visit, a_code_lets_on_only_who_signed_and_dies_with_the_visit)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		char code[VISIT_CODE_TEXT], again[VISIT_CODE_TEXT];
		int64_t person, until, id = arrive(&s, KIND_VISITOR, "Pippa Pipewell");
		CHECK_ERR(visit_code(fx.db, &s.act, id, code), ERR_STATE);
		sign(&s, id, "visitor", true);
		CHECK_ERR(visit_code(fx.db, &s.act, id, code), ERR_STATE);
		sign(&s, id, "visitor", false);
		CHECK_OK(visit_code(fx.db, &s.act, id, code));
		CHECK_INT(strlen(code), VISIT_CODE_TEXT - 1);
		CHECK_ERR(visit_code_use(fx.db, fx.school, STR("2222-2222"), &person, &until), ERR_SIGNIN);
		CHECK_ERR(visit_code_use(fx.db, fx.school, STR("' OR 1=1 --"), &person, &until), ERR_SIGNIN);
		CHECK_OK(visit_code_use(fx.db, fx.school, str_z(code), &person, &until));
		CHECK(person == got(&s, id).person && until == got(&s, id).until_utc);
		for (int i = 1; i < VISIT_DEVICES_MAX; i++)
			CHECK_OK(visit_code_use(fx.db, fx.school, arena_fmt(&s.a, " %c%s", code[0] >= 'a' ? code[0] - 32 : code[0], code + 1), &person, &until));
		CHECK_ERR(visit_code_use(fx.db, fx.school, str_z(code), &person, &until), ERR_SIGNIN);
		CHECK_OK(visit_code(fx.db, &s.act, id, again));
		CHECK_OK(visit_leave(fx.db, &s.act, id));
		CHECK_ERR(visit_code_use(fx.db, fx.school, str_z(again), &person, &until), ERR_SIGNIN);
		CHECK_ERR(visit_leave(fx.db, &s.act, id), ERR_STATE);
	}
}

TEST(visit, a_returning_visitor_is_found_by_a_few_letters_and_signs_anew)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		struct visit *v;
		size_t n;
		struct person p;
		struct agreement_state state;
		int64_t id = arrive(&s, KIND_VISITOR, "Pippa Pipewell"), second;
		int64_t who = got(&s, id).person;
		sign(&s, id, "visitor", false);
		CHECK_ERR(visit_arrive(fx.db, &s.act, 0, &(struct visit_in){ .person = who }, &s.d, &second), ERR_EXISTS);
		CHECK_OK(visit_leave(fx.db, &s.act, id));
		CHECK(!here(&s, who));
		clock_step(86400 * 1000LL);
		CHECK_OK(visit_known(fx.db, &s.a, fx.school, STR("pipew"), &v, &n));
		CHECK(n == 1 && v->person == who && str_is(v->organisation, "Invented Pipes"));
		CHECK_OK(visit_arrive(fx.db, &s.act, 0, &(struct visit_in){ .person = who, .organisation = v->organisation }, &s.d, &second));
		CHECK(here(&s, who) && got(&s, second).agreed == -1);
		CHECK_OK(person_get(fx.db, &s.a, fx.school, who, &p));
		CHECK(p.roles == ROLE_BIT(ROLE_VISITOR));
		CHECK_OK(agreement_state_of(&s.st, &s.a, &p, clock_utc(), &state));
		CHECK_INT(state.standing, STANDING_UNSIGNED);        /* yesterday's signature ended with yesterday's visit */
		CHECK_OK(visit_known(fx.db, &s.a, fx.school, STR("officeley"), &v, &n));
		CHECK_INT(n, 0);
		CHECK_ERR(visit_arrive(fx.db, &s.act, 0, &(struct visit_in){ .person = s.host }, &s.d, &second), ERR_INVALID);
	}
}

TEST(visit, a_booked_one_comes_or_is_put_away_the_day_after)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		int64_t one, two, came;
		size_t n;
		struct visit_in in = { .kind = KIND_VISITOR, .name = STR("Nurse Inventley"), .due_utc = NINE + 86400, .host = s.host };
		CHECK_OK(visit_book(fx.db, &s.act, &in, &s.d, &one));
		in.name = STR("Late Madeup");
		CHECK_OK(visit_book(fx.db, &s.act, &in, &s.d, &two));
		in.due_utc = NINE - 86400;
		CHECK_ERR(visit_book(fx.db, &s.act, &in, &s.d, &came), ERR_INVALID);
		CHECK_INT(in_building(&s), 0);
		clock_step(86400 * 1000LL);
		CHECK_OK(visit_arrive(fx.db, &s.act, one, &(struct visit_in){ .host = s.host, .badge = STR("7") }, &s.d, &came));
		CHECK(came == one && in_building(&s) == 1 && str_is(got(&s, one).badge, "7"));
		CHECK_ERR(visit_cancel(fx.db, &s.act, one), ERR_STATE);
		clock_step(86400 * 1000LL);
		CHECK_OK(visit_sweep(fx.db, fx.school, &n));
		CHECK(n == 2 && got(&s, two).state == VISIT_CANCELLED && str_is(got(&s, two).note, "did not come"));
	}
}

TEST(visit, a_supply_teacher_has_todays_classes_and_is_out_tomorrow)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		struct account_rules rules = account_rules_default();
		static const struct addr peer = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 9 } };
		struct str phrase;
		struct guess g;
		struct person p;
		size_t n;
		int64_t id = arrive(&s, KIND_SUPPLY, "Sunny Supplyton"), who = got(&s, id).person;
		CHECK_OK(visit_classes(fx.db, &s.act, id, (int64_t[]){ s.elm }, 1));
		CHECK(class_has_staff(fx.db, fx.school, s.elm, who) && !class_has_staff(fx.db, fx.school, s.ash, who));
		CHECK_OK(visit_classes(fx.db, &s.act, id, (int64_t[]){ s.ash }, 1));
		CHECK(!class_has_staff(fx.db, fx.school, s.elm, who) && class_has_staff(fx.db, fx.school, s.ash, who));
		CHECK_OK(visit_phrase(fx.db, &s.a, &s.act, id, &phrase));
		CHECK_OK(person_get(fx.db, &s.a, fx.school, who, &p));
		CHECK_OK(password_guess(fx.db, &rules, fx.school, p.username, phrase, peer, &g));
		CHECK(g.person == who && g.must_change);
		clock_step(86400 * 1000LL);
		CHECK_ERR(password_guess(fx.db, &rules, fx.school, p.username, phrase, peer, &g), ERR_SIGNIN);
		CHECK_OK(visit_sweep(fx.db, fx.school, &n));
		CHECK(!class_has_staff(fx.db, fx.school, s.ash, who));
		int64_t second;                              /* back next week: the old phrase does not open it */
		CHECK_OK(visit_arrive(fx.db, &s.act, 0, &(struct visit_in){ .person = who }, &s.d, &second));
		CHECK_ERR(password_guess(fx.db, &rules, fx.school, p.username, phrase, peer, &g), ERR_SIGNIN);
		CHECK_OK(visit_phrase(fx.db, &s.a, &s.act, second, &phrase));
		CHECK_OK(password_guess(fx.db, &rules, fx.school, p.username, phrase, peer, &g));
		CHECK_ERR(visit_classes(fx.db, &s.act, arrive(&s, KIND_VISITOR, "Vic Visitley"), (int64_t[]){ s.elm }, 1), ERR_STATE);
	}
}

TEST(visit, access_that_was_given_for_longer_is_not_cut_by_a_visit)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		int64_t fitter, helper, id;
		struct person_in in = { .kind = KIND_CONTRACTOR, .name = STR("Finn Fitterly"), .year = YEAR_NONE, .until_utc = NINE + 30 * 86400 };
		CHECK_OK(person_add(fx.db, &s.act, &in, &s.d, &fitter));
		in = (struct person_in){ .kind = KIND_VOLUNTEER, .name = STR("Vera Volunteerly"), .year = YEAR_NONE };
		CHECK_OK(person_add(fx.db, &s.act, &in, &s.d, &helper));
		CHECK_OK(visit_arrive(fx.db, &s.act, 0, &(struct visit_in){ .person = fitter }, &s.d, &id));
		CHECK_OK(visit_leave(fx.db, &s.act, id));
		CHECK_OK(visit_arrive(fx.db, &s.act, 0, &(struct visit_in){ .person = helper }, &s.d, &id));
		CHECK_OK(visit_leave(fx.db, &s.act, id));
		CHECK(here(&s, fitter) && here(&s, helper));
	}
}

TEST(visit, what_the_desk_types_is_checked_and_nothing_is_half_written)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct desk_scene s = scene_of(&fx);
		int64_t id, total;
		struct visit *v;
		size_t n;
		struct visit_in bad[] = {
			{ .kind = KIND_VISITOR, .name = STR(" ") },
			{ .kind = KIND_PARENT, .name = STR("Wrong Kindly") },
			{ .kind = KIND_VISITOR, .name = STR("Long Stayley"), .until_utc = NINE + 2 * 86400 },
			{ .kind = KIND_VISITOR, .name = STR("Past Comingley"), .until_utc = NINE - 60 },
			{ .kind = KIND_VISITOR, .name = STR("Bad Hostley"), .host = 999999 },
			{ .kind = KIND_VISITOR, .name = STR("Two Linesley"), .purpose = STR("a\nb") },
		};
		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
			CHECK_ERR(visit_arrive(fx.db, &s.act, 0, &bad[i], &s.d, &id), ERR_INVALID);
		CHECK_OK(visit_list(fx.db, &s.a, fx.school, &(struct visit_query){ .any_state = true }, &v, &n, &total));
		CHECK(n == 0 && total == 0);
		CHECK_OK(visit_known(fx.db, &s.a, fx.school, STR("ley"), &v, &n));
		CHECK_INT(n, 0);
		CHECK_ERR(visit_get(fx.db, &s.a, fx.school, 77, v), ERR_ABSENT);
	}
}
