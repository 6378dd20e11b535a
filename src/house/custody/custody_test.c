#include "house/custody/custody.h"

#include "house/family/family.h"
#include "house/record/town.h"
#include "house/task/task.h"

#define R(name) ROLE_BIT(ROLE_##name)
#define NOTHING_COPIED (struct custody_gone){ STR("no"), STR_NONE }

static int64_t take(struct town *t, enum custody_reason why)
{
	struct custody_in in = { .device = STR("A blue telephone"), .owner = t->person[LEARNER], .reason = why, .words = STR("found at break") };
	struct act act = as(t, TEACHER);
	int64_t id = 0;
	enum err e = custody_take(&t->k, &act, R(TEACHER), &in, &t->d, &id);
	show(&t->d);
	CHECK_OK(e);
	return id;
}

static struct custody_line line_now(struct town *t, int64_t id)
{
	struct custody_line l = { 0 };
	CHECK_OK(custody_get(&t->k, &t->a, t->fx->school, id, &l));
	return l;
}

static void put_parent(struct town *t, bool responsible)
{
	struct act act = as(t, HEAD);
	struct contact_in in = { .adult = t->person[PARENT], .child = t->person[LEARNER], .relation = RELATION_MOTHER, .responsible = responsible };
	CHECK_OK(family_put(t->fx->db, &act, &in, &t->d));
}

TEST(clause, c9_3_12_a_confiscated_device_is_in_the_offices_custody_at_once)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct custody_line *list;
		size_t n;
		int64_t total;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_RULES);
		CHECK_OK(custody_list(&t.k, &t.a, fx.school, "held", 0, &list, &n, &total));
		CHECK(n == 1 && total == 1 && list[0].id == id && str_starts(list[0].place, STR("The school office")));
		CHECK(list[0].owner == t.person[LEARNER] && list[0].taken_by == t.person[TEACHER] && !list[0].hold);
		close_town(&t);
	}
}

TEST(custody, a_policy_without_confiscation_takes_none_but_the_lead_keeps_evidence)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct custody_in in = { .device = STR("A telephone"), .owner = t.person[LEARNER], .reason = CUSTODY_RULES };
		struct act act = as(&t, TEACHER), lead = as(&t, DSL);
		int64_t id;
		CHECK_ERR(custody_take(&t.k, &act, R(TEACHER), &in, &t.d, &id), ERR_UNSUPPORTED);
		CHECK_OK(custody_take(&t.k, &lead, R(DSL), &in, &t.d, &id));
		CHECK_ERR(custody_take(&t.k, &act, R(GOVERNOR), &in, &t.d, &id), ERR_UNSUPPORTED);
		close_town(&t);
	}
}

TEST(clause, c9_3_13_each_movement_says_from_to_time_and_role_and_none_is_removed)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct custody_move_line *m;
		size_t n;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_RULES);
		struct act act = as(&t, HEAD);
		CHECK_ERR(custody_move(&t.k, &act, R(HEAD), id, STR(""), STR("the safe"), STR(""), &t.d), ERR_INVALID);
		CHECK_ERR(custody_move(&t.k, &act, R(HEAD), id, STR("the office"), STR(" "), STR(""), &t.d), ERR_INVALID);
		CHECK_ERR(custody_move(&t.k, &act, R(GOVERNOR), id, STR("a"), STR("b"), STR(""), &t.d), ERR_FORBIDDEN);
		CHECK_OK(custody_move(&t.k, &act, R(HEAD), id, STR("the office"), STR("the safe"), STR("key with the head"), &t.d));
		CHECK_OK(custody_moves(&t.k, &t.a, fx.school, id, &m, &n));
		CHECK_INT(n, 2);
		for (size_t i = 0; i < n; i++)
			CHECK(m[i].from.n && m[i].to.n && m[i].role.n && m[i].at_utc && m[i].by);
		CHECK_STR(line_now(&t, id).place, "the safe");
		/* the store has no way to remove one: the table refuses it */
		static const struct db_stmt cut = { "t_cut", "", "DELETE FROM entry_version WHERE school = $1", 0, false };
		struct db_val v[] = { DB_I(fx.school) };
		CHECK(db_run(fx.db, &cut, v, 1, NULL, NULL, NULL) != OK);
		close_town(&t);
	}
}

TEST(clause, c9_3_14_a_reason_is_asked_and_behaviour_is_one)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		enum custody_reason r;
		open_town(&t, &fx, "primary");
		CHECK_OK(custody_reason_read(STR("behaviour"), &r));
		CHECK_INT(r, CUSTODY_BEHAVIOUR);
		CHECK_ERR(custody_reason_read(STR(""), &r), ERR_INVALID);
		CHECK_STR(line_now(&t, take(&t, CUSTODY_BEHAVIOUR)).reason, "behaviour");
		close_town(&t);
	}
}

TEST(clause, c9_3_15_imagery_opens_its_procedure_tells_the_lead_and_keeps_the_device)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_IMAGERY);
		CHECK(line_now(&t, id).hold);
		CHECK_STR(line_now(&t, id).reason, "lead");            /* the office does not read what is suspected */
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		struct case_page page;
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_cases(&t.k, &t.a, &m, &(struct case_query){ 0 }, &page));
		CHECK(page.n == 1 && str_is(page.lines[0].kind, "sexting"));
		put_parent(&t, true);
		struct act office = as(&t, TECH);
		CHECK_ERR(custody_return(&t.k, &office, R(OFFICE), id, t.person[PARENT], NOTHING_COPIED, &t.d), ERR_STATE);
		close_town(&t);
	}
}

TEST(clause, c9_3_20_back_to_a_parent_only_and_never_on_hold)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_RULES);
		struct act office = as(&t, TECH), lead = as(&t, DSL);
		CHECK_ERR(custody_return(&t.k, &office, R(OFFICE), id, t.person[TEACHER], NOTHING_COPIED, &t.d), ERR_INVALID);
		CHECK_ERR(custody_return(&t.k, &office, R(OFFICE), id, t.person[PARENT], NOTHING_COPIED, &t.d), ERR_INVALID);    /* not on file */
		put_parent(&t, true);
		CHECK_ERR(custody_return(&t.k, &office, R(TEACHER), id, t.person[PARENT], NOTHING_COPIED, &t.d), ERR_FORBIDDEN);
		CHECK_ERR(custody_hold(&t.k, &office, R(OFFICE), id, true, STR(""), &t.d), ERR_FORBIDDEN);
		CHECK_OK(custody_hold(&t.k, &lead, R(DSL), id, true, STR(""), &t.d));
		CHECK_ERR(custody_return(&t.k, &office, R(OFFICE), id, t.person[PARENT], NOTHING_COPIED, &t.d), ERR_STATE);
		CHECK_ERR(custody_hold(&t.k, &lead, R(DSL), id, false, STR(" "), &t.d), ERR_INVALID);
		CHECK_OK(custody_hold(&t.k, &lead, R(DSL), id, false, STR("the police said so, 12/345"), &t.d));
		CHECK_OK(custody_return(&t.k, &office, R(OFFICE), id, t.person[PARENT], NOTHING_COPIED, &t.d));
		CHECK_STR(line_now(&t, id).state, "returned");
		CHECK_ERR(custody_return(&t.k, &office, R(OFFICE), id, t.person[PARENT], NOTHING_COPIED, &t.d), ERR_STATE);
		close_town(&t);
	}
}

TEST(clause, c9_3_21_suspected_illegal_is_held_and_opens_the_handover_to_the_police)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct task task;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_ILLEGAL);
		const char *key = arena_fmt(&t.a, "police-handover/%lld", (long long)id).p;
		CHECK(line_now(&t, id).hold);
		CHECK_OK(task_by_key(&t.store, &t.a, fx.school, key, &task));
		CHECK_STR(task.state, "open");
		struct act lead = as(&t, DSL), office = as(&t, TECH);
		put_parent(&t, true);
		CHECK_ERR(custody_return(&t.k, &office, R(OFFICE), id, t.person[PARENT], NOTHING_COPIED, &t.d), ERR_STATE);
		CHECK_ERR(custody_police(&t.k, &office, R(OFFICE), id, STR("12/345"), NOTHING_COPIED, &t.d), ERR_FORBIDDEN);
		CHECK_ERR(custody_police(&t.k, &lead, R(DSL), id, STR(""), NOTHING_COPIED, &t.d), ERR_INVALID);
		CHECK_OK(custody_police(&t.k, &lead, R(DSL), id, STR("12/345, PC Marrow"), NOTHING_COPIED, &t.d));
		CHECK_STR(line_now(&t, id).state, "police");
		CHECK_OK(task_by_key(&t.store, &t.a, fx.school, key, &task));
		CHECK_STR(task.state, "done");
		close_town(&t);
	}
}

static struct search_in search(void)
{
	return (struct search_in){ .edition = STR("2022"), .policy = STR("Behaviour, 3"), .basis = STR("consent"),
		.basis_text = STR("Mrs Testerley, at 10"), .witness = STR("Mr Bramblewick"), .found = STR("nothing"),
		.parents = STR("told"), .parents_text = STR("Mrs Testerley, by telephone, at 10:30") };
}

TEST(clause, c9_3_16_a_search_waits_for_the_edition_and_the_policy)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_BEHAVIOUR);
		struct act head = as(&t, HEAD);
		struct search_in in = search();
		in.edition = STR("");
		CHECK_ERR(custody_search(&t.k, &head, R(HEAD), id, &in, &t.d), ERR_INVALID);
		in = search();
		in.policy = STR(" ");
		CHECK_ERR(custody_search(&t.k, &head, R(HEAD), id, &in, &t.d), ERR_INVALID);
		in = search();
		CHECK_OK(custody_search(&t.k, &head, R(HEAD), id, &in, &t.d));
		close_town(&t);
	}
}

TEST(clause, c9_3_17_only_leadership_searches)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_BEHAVIOUR);
		struct search_in in = search();
		for (int r = 0; r < N_ROLES; r++) {
			struct act act = as(&t, HEAD);
			bool may_search = r == ROLE_HEAD || r == ROLE_LEADERSHIP;
			CHECK_ERR(custody_search(&t.k, &act, ROLE_BIT(r), id, &in, &t.d), may_search ? OK : ERR_FORBIDDEN);
		}
		close_town(&t);
	}
}

TEST(clause, c9_3_18_without_consent_or_a_power_no_search_is_recorded)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_BEHAVIOUR);
		struct act head = as(&t, HEAD);
		struct search_in in = search();
		in.basis = STR("");
		CHECK_ERR(custody_search(&t.k, &head, R(HEAD), id, &in, &t.d), ERR_INVALID);
		in = search();
		in.basis_text = STR("");
		CHECK_ERR(custody_search(&t.k, &head, R(HEAD), id, &in, &t.d), ERR_INVALID);
		in = search();
		in.basis = STR("power");
		CHECK_OK(custody_search(&t.k, &head, R(HEAD), id, &in, &t.d));
		close_town(&t);
	}
}

TEST(clause, c9_3_19_nothing_is_deleted_while_there_is_a_hold)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_BEHAVIOUR);
		struct act head = as(&t, HEAD);
		struct search_in in = search();
		in.deleted = STR("a mean video, against the behaviour policy");
		CHECK_OK(custody_hold(&t.k, &head, R(HEAD), id, true, STR("evidence"), &t.d));
		CHECK_ERR(custody_search(&t.k, &head, R(HEAD), id, &in, &t.d), ERR_STATE);
		CHECK_OK(custody_hold(&t.k, &head, R(HEAD), id, false, STR("police need it no more"), &t.d));
		CHECK_OK(custody_search(&t.k, &head, R(HEAD), id, &in, &t.d));
		close_town(&t);
	}
}

TEST(custody, a_search_has_a_second_adult_and_parents_and_the_headteacher_signs_it_off)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct search_line *s;
		struct task task;
		size_t n;
		open_town(&t, &fx, "primary");
		int64_t id = take(&t, CUSTODY_BEHAVIOUR), other = take(&t, CUSTODY_BEHAVIOUR);
		struct act head = as(&t, HEAD), leader = as(&t, TEACHER), dsl = as(&t, DSL);
		struct search_in in = search();
		in.witness = STR("");
		CHECK_ERR(custody_search(&t.k, &leader, R(LEADERSHIP), id, &in, &t.d), ERR_INVALID);
		in.witness = person_name(fx.db, &t.a, fx.school, t.person[TEACHER]);
		CHECK_ERR(custody_search(&t.k, &leader, R(LEADERSHIP), id, &in, &t.d), ERR_INVALID);      /* nobody is their own second adult */
		in = search();
		in.parents = STR("");
		CHECK_ERR(custody_search(&t.k, &leader, R(LEADERSHIP), id, &in, &t.d), ERR_INVALID);
		in = search();
		in.parents_text = STR(" ");
		CHECK_ERR(custody_search(&t.k, &leader, R(LEADERSHIP), id, &in, &t.d), ERR_INVALID);
		in = search();
		in.parents = STR("later");
		CHECK_OK(custody_search(&t.k, &leader, R(LEADERSHIP), id, &in, &t.d));
		CHECK_OK(custody_searches(&t.k, &t.a, fx.school, R(OFFICE), id, &s, &n));
		CHECK_INT(n, 0);                     /* the office reads none */
		CHECK_OK(custody_searches(&t.k, &t.a, fx.school, R(HEAD), id, &s, &n));
		CHECK(n == 1 && !s[0].signed_off && str_is(s[0].witness, "Mr Bramblewick") && s[0].by == t.person[TEACHER]);
		CHECK_OK(task_by_key(&t.store, &t.a, fx.school, arena_fmt(&t.a, "device-search/%lld", (long long)s[0].id).p, &task));
		CHECK(str_is(task.role, "head") && str_is(task.state, "open") && task.private);
		CHECK_ERR(custody_sign(&t.k, &leader, R(LEADERSHIP), id, s[0].id, STR("told"), STR(""), &t.d), ERR_FORBIDDEN);
		CHECK_ERR(custody_sign(&t.k, &dsl, R(DSL), id, s[0].id, STR("told"), STR(""), &t.d), ERR_FORBIDDEN);
		CHECK_ERR(custody_sign(&t.k, &head, R(HEAD), other, s[0].id, STR("told"), STR(""), &t.d), ERR_ABSENT);
		CHECK_ERR(custody_sign(&t.k, &head, R(HEAD), id, s[0].id, STR(" "), STR(""), &t.d), ERR_INVALID);      /* the parents first */
		CHECK_OK(custody_sign(&t.k, &head, R(HEAD), id, s[0].id, STR("Mrs Testerley, at the gate"), STR("in order"), &t.d));
		CHECK_ERR(custody_sign(&t.k, &head, R(HEAD), id, s[0].id, STR(""), STR(""), &t.d), ERR_STATE);
		CHECK_OK(custody_searches(&t.k, &t.a, fx.school, R(HEAD), id, &s, &n));
		CHECK(s[0].signed_off && s[0].signed_by == t.person[HEAD] && str_is(s[0].note, "in order") && str_is(s[0].parents, "told") && str_find(s[0].parents_text, STR("at the gate")) > 0);
		CHECK_OK(task_get(&t.store, &t.a, fx.school, task.id, &task));
		CHECK_STR(task.state, "done");
		close_town(&t);
	}
}

TEST(custody, each_device_has_a_number_and_nothing_leaves_without_a_word_on_copies)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct custody_move_line *m;
		size_t n;
		open_town(&t, &fx, "primary");
		struct act office = as(&t, HEAD), dsl = as(&t, DSL);
		struct custody_in in = { .device = STR("A red tablet"), .owner = t.person[LEARNER], .reason = CUSTODY_RULES, .serial = STR(" SN-4471 "), .seal = STR("B 0012") };
		int64_t first = take(&t, CUSTODY_RULES), id;
		CHECK_OK(custody_take(&t.k, &dsl, R(DSL), &in, &t.d, &id));
		CHECK_INT(line_now(&t, id).number, line_now(&t, first).number + 1);
		CHECK_STR(line_now(&t, id).serial, "SN-4471");
		CHECK_STR(line_now(&t, id).seal, "B 0012");
		put_parent(&t, true);
		CHECK_ERR(custody_return(&t.k, &office, R(OFFICE), id, t.person[PARENT], (struct custody_gone){ STR(""), STR("") }, &t.d), ERR_INVALID);
		CHECK_ERR(custody_police(&t.k, &dsl, R(DSL), id, STR("12/345"), (struct custody_gone){ STR("yes"), STR(" ") }, &t.d), ERR_INVALID);
		CHECK_STR(line_now(&t, id).state, "held");
		CHECK_OK(custody_police(&t.k, &dsl, R(DSL), id, STR("12/345"), (struct custody_gone){ STR("yes"), STR("a list of calls, by the head, in the safe") }, &t.d));
		CHECK_OK(custody_moves(&t.k, &t.a, fx.school, id, &m, &n));
		size_t last = str_is(m[0].copied, "yes") ? 0 : n - 1;
		CHECK(n == 2 && str_is(m[last].copied, "yes") && str_find(m[last].note, STR("12/345. a list of calls")) == 0);
		close_town(&t);
	}
}

TEST(clause, c11_1_13_content_on_a_device_is_custody_with_the_edition_of_the_advice)
{
	ON_EACH_ENGINE(fx)
		for (int p = 0; p < 2; p++) {
			struct town t;
			open_town(&t, &fx, p ? "primary" : "junior");
			struct custody_in in = { .device = STR("A tablet"), .owner = t.person[LEARNER], .reason = CUSTODY_BEHAVIOUR, .edition = STR("July 2022") };
			struct act lead = as(&t, DSL);
			int64_t id;
			CHECK_OK(custody_take(&t.k, &lead, R(DSL), &in, &t.d, &id));
			CHECK_STR(line_now(&t, id).edition, "July 2022");
			const struct procedure *svsh = library_procedure(t.library, STR("svsh"));
			const struct proc_step *s = procedure_step(svsh, STR("custody"));
			CHECK(s && str_is(s->fields[0].id, "edition") && s->fields[0].required);
			close_town(&t);
		}
}

TEST(clause, c11_2_14_custody_shows_who_when_where_and_no_viewing)
{
	ON_EACH_ENGINE(fx)
		for (int p = 0; p < 2; p++) {
			struct town t;
			struct custody_move_line *m;
			size_t n;
			open_town(&t, &fx, p ? "primary" : "junior");
			struct custody_in in = { .device = STR("A tablet"), .owner = t.person[LEARNER], .reason = CUSTODY_IMAGERY };
			struct act lead = as(&t, DSL);
			int64_t id;
			CHECK_OK(custody_take(&t.k, &lead, R(DSL), &in, &t.d, &id));
			struct custody_line l = line_now(&t, id);
			CHECK(l.taken_by == t.person[DSL] && l.taken_utc && l.place.n && l.hold);
			CHECK_OK(custody_moves(&t.k, &t.a, fx.school, id, &m, &n));
			CHECK_INT(n, 1);                                   /* nobody has had it in hand since */
			const struct proc_step *s = procedure_step(library_procedure(t.library, STR("sexting")), STR("device"));
			CHECK(s && str_find(s->fields[0].label, STR("nobody has looked")) >= 0);
			close_town(&t);
		}
}
