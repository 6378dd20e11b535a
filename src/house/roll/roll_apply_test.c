/* Files against a school: who joins, moves, leaves, comes back; what is refused. */
#include "gen_queries.h"
#include "house/account/session.h"
#include "house/agreement/agreement_store.h"
#include "house/family/family.h"
#include "house/agreement/roll.h"
#include "house/roll/roll_test.h"
#include "house/task/task.h"

#define HEAD "UPN,Name,DOB,Year,Class\n"
#define FIVE "U1,Tansy Testerley,09/03/2017,4,Oak\nU2,Otter Mockford,10/03/2017,4,Oak\nU3,Hazel Madeupton,11/03/2017,4,Oak\n" \
             "U4,Fern Pupilsson,12/03/2020,1,Wrens\nU5,Wren Samplewick,13/03/2019,2,Finches\n"

static struct person named(struct fixture *fx, struct arena *a, const char *name)
{
	struct person *list;
	size_t n;
	int64_t total;
	CHECK_OK(person_list(fx->db, a, fx->school, &(struct person_query){ .words = str_z(name), .with_left = true }, &list, &n, &total));
	CHECK_INT(n, 1);
	return list[0];
}

TEST(roll, a_first_file_makes_people_classes_and_sign_in_names_and_twice_changes_nothing)
{
	ON_EACH_ENGINE(fx) {
		AUTO(roll_try_done) struct roll_try first = roll_do(&fx, HEAD FIVE);
		CHECK_INT(first.plan.counts[ROLL_JOINS], 5);
		struct person p = named(&fx, &first.a, "tansy testerley");
		CHECK_INT(p.year, 4);
		CHECK(p.username.n && !p.has_password && p.class_id);
		CHECK_STR(str_z(person_group(&p)), "ks2");
		AUTO(roll_try_done) struct roll_try again = roll_do(&fx, HEAD FIVE);
		CHECK_INT(again.plan.counts[ROLL_SAME], 5);
		CHECK(again.plan.n == 5 && again.done.entry == 0);
	}
}

TEST(roll, september_moves_everybody_up_with_their_rules_and_the_last_year_leaves)
{
	ON_EACH_ENGINE(fx) {
		AUTO(roll_try_done) struct roll_try first = roll_do(&fx, HEAD FIVE "U6,Rowan Notreal,01/02/2016,6,Beech\n");
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { fx.school, 0, "test" };
		struct person hazel = named(&fx, &first.a, "hazel madeupton"), wren = named(&fx, &first.a, "wren samplewick");
		CHECK_OK(person_change(fx.db, &act, hazel.id, &(struct person_in){ .kind = KIND_LEARNER, .name = hazel.name, .year = 4, .class_id = hazel.class_id, .group = STR("plan-7") }, &d));
		CHECK_OK(person_change(fx.db, &act, wren.id, &(struct person_in){ .kind = KIND_LEARNER, .name = wren.name, .year = 2, .class_id = wren.class_id, .group = STR("ks1") }, &d));
		AUTO(roll_try_done) struct roll_try next = roll_do(&fx, HEAD "U1,Tansy Testerley,09/03/2017,5,Ash\nU2,Otter Mockford,10/03/2017,5,Ash\nU3,Hazel Madeupton,11/03/2017,5,Ash\n"
			"U4,Fern Pupilsson,12/03/2020,2,Finches\nU5,Wren Samplewick,13/03/2019,3,Elm\n");
		CHECK_INT(next.plan.counts[ROLL_MOVES], 5);
		CHECK_INT(next.plan.counts[ROLL_LEAVES], 1);
		hazel = named(&fx, &next.a, "hazel madeupton");
		wren = named(&fx, &next.a, "wren samplewick");
		CHECK_STR(str_z(person_group(&hazel)), "plan-7");
		CHECK_STR(str_z(person_group(&wren)), "ks2");
		CHECK_STR(agreement_group(fx.db, &next.a, &wren), "ks2");
		struct school_class *classes;
		size_t n;
		CHECK_OK(class_list(fx.db, &next.a, fx.school, &classes, &n));
		CHECK_INT(n, 3);                 /* Ash, Elm, Finches; the empty ones ended */
		CHECK(named(&fx, &next.a, "rowan notreal").left_utc > 0);
	}
}

TEST(roll, two_children_of_one_name_and_birthday_are_two_people)
{
	ON_EACH_ENGINE(fx) {
		AUTO(roll_try_done) struct roll_try t = roll_do(&fx, HEAD "U1,Tansy Testerley,09/03/2017,4,Oak\nU2,Tansy Testerley,09/03/2017,4,Oak\n");
		CHECK_INT(t.plan.counts[ROLL_JOINS], 2);
		AUTO(roll_try_done) struct roll_try up = roll_do(&fx, HEAD "U2,Tansy Testerley,09/03/2017,5,Ash\nU1,Tansy Testerley,09/03/2017,4,Oak\n");
		CHECK_INT(up.plan.counts[ROLL_MOVES], 1);
		CHECK_STR(roll_step_named(&up, "Tansy Testerley")->ref, "U2");
		AUTO(roll_try_done) struct roll_try bare = roll_try_text(&fx, "Name,DOB,Year\nTansy Testerley,09/03/2017,5\nTansy Testerley,09/03/2017,4\n", (struct roll_options){ 0 });
		CHECK_INT(bare.plan.refused, 2);
		CHECK(roll_says(&bare, "Add a column with the UPN"));
		CHECK_INT(bare.plan.counts[ROLL_LEAVES], 0);
		AUTO(roll_try_done) struct roll_try one = roll_try_text(&fx, "Name,DOB,Year\nTansy Testerley,09/03/2017,5\n", (struct roll_options){ 0 });
		CHECK(one.plan.refused == 1 && roll_says(&one, "More than one person"));
		CHECK_INT(one.plan.counts[ROLL_LEAVES], 0);
	}
}

TEST(roll, a_refused_row_shuts_nobody_out_and_the_others_go_on)
{
	ON_EACH_ENGINE(fx) {
		AUTO(roll_try_done) struct roll_try first = roll_do(&fx, HEAD FIVE);
		static const char *const bad[] = { "U1,Tansy Testerley,09/03/2017,Badger,Oak\n", "U1,Tansy Testerley,31/02/2017,4,Oak\n", "U1,=cmd(),09/03/2017,4,Oak\n", "U1,,09/03/2017,4,Oak\n", "U1,Tansy Testerley,09/03/2017,7,Oak\n",
			"U1,\"Tansy\nTesterley\",09/03/2017,4,Oak\n" };
		for (size_t i = 0; i < ARRAY_N(bad); i++) {
			struct str text = arena_fmt(&first.a, HEAD "U2,Otter Mockford,10/03/2017,4,Ash\nU3,Hazel Madeupton,11/03/2017,4,Oak\nU4,Fern Pupilsson,12/03/2020,1,Wrens\n"
				"U5,Wren Samplewick,13/03/2019,2,Finches\n%s", bad[i]);
			AUTO(roll_try_done) struct roll_try t = roll_try_text(&fx, text.p, (struct roll_options){ 0 });
			CHECK_OK(t.e);
			CHECK_INT(t.plan.refused, 1);
			CHECK_INT(t.d.items[0].line, 6);
			CHECK_INT(t.plan.counts[ROLL_LEAVES], 0);
			CHECK_INT(t.plan.counts[ROLL_MOVES], 1);
		}
	}
}

TEST(roll, one_reference_twice_refuses_both_rows)
{
	ON_EACH_ENGINE(fx) {
		AUTO(roll_try_done) struct roll_try t = roll_try_text(&fx, HEAD "U1,Tansy Testerley,,4,Oak\nU1,Otter Mockford,,4,Oak\nU2,Fern Pupilsson,,4,Oak\n", (struct roll_options){ 0 });
		CHECK_INT(t.plan.refused, 2);
		CHECK_INT(t.plan.counts[ROLL_JOINS], 1);
		CHECK(roll_says(&t, "stands on line 2 too"));
	}
}

TEST(roll, more_than_a_tenth_leaving_asks_for_the_number)
{
	ON_EACH_ENGINE(fx) {
		AUTO(roll_try_done) struct roll_try first = roll_do(&fx, HEAD FIVE);
		CHECK_OK(first.e);
		AUTO(roll_try_done) struct roll_try t = roll_try_text(&fx, HEAD "U1,Tansy Testerley,09/03/2017,4,Oak\n", (struct roll_options){ 0 });
		CHECK(t.plan.asks_again);
		CHECK_ERR(roll_try_apply(&t, (struct roll_options){ 0 }, -1), ERR_INVALID);
		CHECK_ERR(roll_try_apply(&t, (struct roll_options){ 0 }, 3), ERR_INVALID);
		CHECK_INT(named(&fx, &t.a, "otter mockford").left_utc, 0);
		AUTO(roll_try_done) struct roll_try part = roll_try_text(&fx, HEAD "U1,Tansy Testerley,09/03/2017,4,Oak\n", (struct roll_options){ .part = true });
		CHECK(!part.plan.asks_again && part.plan.counts[ROLL_LEAVES] == 0);
		CHECK_OK(roll_try_apply(&t, (struct roll_options){ 0 }, 4));
		CHECK(named(&fx, &t.a, "otter mockford").left_utc > 0);
	}
}

TEST(roll, what_changed_between_dry_run_and_applying_is_not_applied)
{
	ON_EACH_ENGINE(fx) {
		AUTO(roll_try_done) struct roll_try first = roll_do(&fx, HEAD FIVE);
		CHECK_OK(first.e);
		AUTO(roll_try_done) struct roll_try t = roll_try_text(&fx, HEAD FIVE "U7,Linnet Fakenham,,3,Elm\n", (struct roll_options){ 0 });
		struct act act = { fx.school, 0, "test" };
		CHECK_OK(person_leave(fx.db, &act, named(&fx, &t.a, "otter mockford").id, 0));
		CHECK_ERR(roll_try_apply(&t, (struct roll_options){ 0 }, -1), ERR_STALE);
		struct person *none;
		size_t n;
		int64_t total;
		CHECK_OK(person_list(fx.db, &t.a, fx.school, &(struct person_query){ .words = STR("linnet fakenham") }, &none, &n, &total));
		CHECK_INT(total, 0);
	}
}

TEST(roll, who_left_comes_back_as_the_same_person_without_a_password)
{
	ON_EACH_ENGINE(fx) {
		AUTO(roll_try_done) struct roll_try first = roll_do(&fx, HEAD FIVE);
		struct person before = named(&fx, &first.a, "otter mockford"), after;
		AUTO(roll_try_done) struct roll_try gone = roll_do(&fx, HEAD "U1,Tansy Testerley,09/03/2017,4,Oak\n");
		after = named(&fx, &gone.a, "otter mockford");
		CHECK(after.left_utc > 0 && after.roles == 0);
		AUTO(roll_try_done) struct roll_try back = roll_do(&fx, HEAD FIVE);
		CHECK_INT(back.plan.counts[ROLL_RETURNS], 4);
		after = named(&fx, &back.a, "otter mockford");
		CHECK(after.id == before.id && after.left_utc == 0 && after.class_id && str_eq(after.username, before.username));
		CHECK_INT(after.roles, ROLE_BIT(ROLE_LEARNER));
	}
}

static void agreement_of_parents(struct roll_try *t)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct agreement_set set;
	CHECK_OK(agreement_load(&t->a, test_source("data/agreements/en.conf"), &d, &set));
	CHECK_OK(agreement_activate(&t->st, &t->a, &t->act, agreement_find(&set, STR("parent"), STR("en")), &d));
}

static int64_t asked(struct fixture *fx, struct arena *a, const char *name)
{
	struct q_outbox_of_row *rows;
	size_t n;
	int64_t hits = 0;
	CHECK_OK(q_outbox_of(fx->db, a, &(struct q_outbox_of_args){ .school = fx->school, .person = named(fx, a, name).id }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, "family");
	return hits;
}

TEST(roll, adults_who_are_new_are_asked_to_read_once)
{
	ON_EACH_ENGINE(fx) {
#define FAMILIES "UPN,Name,Year,Contact 1 name,Contact 1 relationship,Contact 1 email,Contact 1 court order\n"
		AUTO(roll_try_done) struct roll_try early = roll_do(&fx, FAMILIES "U0,Hazel Madeupton,4,Ms Early Carer,Mother,early@families.example,\n");
		CHECK_INT(early.done.invited, 0);                    /* nothing to read is in force yet */
		agreement_of_parents(&early);
		const char *all = FAMILIES "U0,Hazel Madeupton,4,Ms Early Carer,Mother,early@families.example,\n"
			"U1,Tansy Testerley,4,Ms Fern Carer,Mother,fern@families.example,\nU2,Otter Testerley,2,Ms Fern Carer,Mother,fern@families.example,\n"
			"U3,Wren Samplewick,3,Mrs Gran Samplewick,Grandparent,gran@families.example,\nU4,Linnet Fakenham,3,Mr Flint Keptaway,Father,flint@families.example,yes\n"
			"U5,Rowan Notreal,3,Ms Post Notreal,Mother,,\n";
		AUTO(roll_try_done) struct roll_try t = roll_do(&fx, all);
		CHECK_INT(t.done.adults, 4);
		CHECK_INT(t.done.invited, 1);
		CHECK_INT(asked(&fx, &t.a, "fern carer"), 1);        /* for two children one mail */
		CHECK_INT(asked(&fx, &t.a, "gran samplewick"), 0);   /* no parental responsibility */
		CHECK_INT(asked(&fx, &t.a, "flint keptaway"), 0);    /* barred */
		CHECK_INT(asked(&fx, &t.a, "early carer"), 0);
		CHECK_OK(db_script(fx.db, "UPDATE outbox SET sent_utc = made_utc"));
		AUTO(roll_try_done) struct roll_try again = roll_do(&fx, all);
		CHECK(again.done.invited == 0 && asked(&fx, &t.a, "fern carer") == 1);
		AUTO(roll_try_done) struct roll_try more = roll_do(&fx, arena_fmt(&t.a, "%sU6,Ivy Testerley,1,Ms Fern Carer,Mother,fern@families.example,\n", all).p);
		CHECK(more.done.invited == 0 && asked(&fx, &t.a, "fern carer") == 1);        /* on file already */
		size_t n;
		CHECK_OK(agreement_remind(&t.st, fx.school, clock_utc() + 86400, &n));
		CHECK(asked(&fx, &t.a, "fern carer") == 1 && asked(&fx, &t.a, "early carer") == 1);      /* a second link would end the first */
		CHECK_OK(agreement_remind(&t.st, fx.school, clock_utc() + 8 * 86400, &n));
		CHECK_INT(asked(&fx, &t.a, "fern carer"), 2);
	}
}

TEST(roll, contacts_come_with_their_child_and_the_barred_stay_barred)
{
	ON_EACH_ENGINE(fx) {
#define CONTACTS "UPN,Name,Year,Contact 1 name,Contact 1 relationship,Contact 1 email,Contact 2 name,Contact 2 court order\n"
		clock_fake(clock_ms());
		AUTO(roll_try_done) struct roll_try t = roll_do(&fx, CONTACTS "U1,Tansy Testerley,4,Ms Fern Carer,Mother,fern@families.example,Mr Flint Keptaway,yes\n"
			"U2,Otter Testerley,2,Ms Fern Carer,Mother,fern@families.example,,\n");
		CHECK_INT(t.done.adults, 2);
		CHECK_INT(t.done.barred, 1);
		struct task lead;
		CHECK_OK(task_by_key(&t.st, &t.a, fx.school, arena_fmt(&t.a, "roll-bar:%lld", (long long)clock_utc()).p, &lead));
		CHECK_STR(lead.role, "dsl");
		struct person *parents;
		size_t n;
		CHECK_OK(family_parents(fx.db, &t.a, fx.school, named(&fx, &t.a, "tansy testerley").id, &parents, &n));
		CHECK_INT(n, 2);
		struct q_roll_guardians_row *g;
		CHECK_OK(q_roll_guardians(fx.db, &t.a, &(struct q_roll_guardians_args){ .school = fx.school }, &g, &n));
		CHECK_INT(n, 3);
		CHECK_INT(g[0].barred + g[1].barred, 1);
		AUTO(roll_try_done) struct roll_try again = roll_do(&fx, CONTACTS "U1,Tansy Testerley,4,Ms Fern Carer,Mother,fern@families.example,Mr Flint Keptaway,yes\n"
			"U2,Otter Testerley,2,Ms Fern Carer,Mother,fern@families.example,,\n");
		CHECK_INT(again.plan.counts[ROLL_SAME], 2);
		AUTO(roll_try_done) struct roll_try lifted = roll_do(&fx, CONTACTS "U1,Tansy Testerley,4,Ms Fern Newname,Mother,fern@families.example,,\nU2,Otter Testerley,2,Ms Fern Carer,Mother,fern@families.example,,\n");
		CHECK_OK(lifted.e);
		CHECK_OK(q_roll_guardians(fx.db, &t.a, &(struct q_roll_guardians_args){ .school = fx.school }, &g, &n));
		size_t barred = 0;
		for (size_t i = 0; i < n; i++)
			barred += g[i].barred;
		CHECK_INT(barred, 1);
		clock_fake(0);
	}
}

static struct person carer(struct fixture *fx, struct arena *a, struct str *phone)
{
	struct person *parents = NULL;
	struct contact_details d = { 0 };
	size_t n = 0;
	CHECK_OK(family_parents(fx->db, a, fx->school, named(fx, a, "tansy testerley").id, &parents, &n));
	CHECK_INT(n, 1);
	CHECK_OK(family_details(fx->db, a, fx->school, parents[0].id, &d));
	*phone = d.phone;
	return parents[0];
}

TEST(roll, what_a_whole_file_empties_of_a_contact_goes_only_where_it_has_the_column)
{
	ON_EACH_ENGINE(fx) {
#define ONE_CARER "UPN,Name,Year,Contact 1 name,Contact 1 relationship"
		struct roll_options part = { .part = true };
		struct str phone;
		AUTO(roll_try_done) struct roll_try t = roll_do(&fx, ONE_CARER ",Contact 1 email,Contact 1 phone\nU1,Tansy Testerley,4,Ms Fern Carer,Mother,fern@families.example,01632 960001\n"
			"U2,Otter Testerley,2,Ms Fern Carer,Mother,fern@families.example,01632 960001\n");
		AUTO(roll_try_done) struct roll_try without = roll_do(&fx, ONE_CARER "\nU1,Tansy Testerley,4,Ms Fern Carer,Mother\nU2,Otter Testerley,2,Ms Fern Carer,Mother\n");
		CHECK_INT(without.plan.counts[ROLL_SAME], 2);                    /* no column: nothing is said of it */
		AUTO(roll_try_done) struct roll_try half = roll_do(&fx, ONE_CARER ",Contact 1 email,Contact 1 phone\nU1,Tansy Testerley,4,Ms Fern Carer,Mother,,\n"
			"U2,Otter Testerley,2,Ms Fern Carer,Mother,fern@families.example,01632 960001\n");
		CHECK_INT(half.plan.counts[ROLL_SAME], 2);                       /* beside another child it has them */
		const char *empty = ONE_CARER ",Contact 1 email,Contact 1 phone\nU1,Tansy Testerley,4,Ms Fern Carer,Mother,,01632 960001\nU2,Otter Testerley,2,Ms Fern Carer,Mother,,\n";
		AUTO(roll_try_done) struct roll_try some = roll_try_text(&fx, empty, part);
		CHECK_INT(some.plan.counts[ROLL_SAME], 2);                       /* a part of the school */
		AUTO(roll_try_done) struct roll_try all = roll_try_text(&fx, empty, (struct roll_options){ 0 });
		CHECK(str_find(roll_step_named(&all, "Tansy Testerley")->text, STR("mail of Ms Fern Carer is taken out")) >= 0);
		CHECK(str_find(roll_step_named(&all, "Tansy Testerley")->text, STR("telephone")) < 0);
		CHECK_OK(roll_try_apply(&all, (struct roll_options){ 0 }, 0));
		CHECK_INT(carer(&fx, &t.a, &phone).email.n, 0);
		CHECK_STR(phone, "01632 960001");
		AUTO(roll_try_done) struct roll_try again = roll_do(&fx, empty);
		CHECK_INT(again.plan.counts[ROLL_SAME], 2);
		AUTO(roll_try_done) struct roll_try both = roll_do(&fx, ONE_CARER ",Contact 1 phone\nU1,Tansy Testerley,4,Ms Fern Carer,Mother,\nU2,Otter Testerley,2,Ms Fern Carer,Mother,\n");
		CHECK_INT(both.plan.counts[ROLL_CHANGES], 2);
		(void)carer(&fx, &t.a, &phone);
		CHECK_INT(phone.n, 0);
	}
}

TEST(roll, adults_that_no_roll_brought_and_whoever_applies_it_stay)
{
	ON_EACH_ENGINE(fx) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { fx.school, 0, "test" };
		int64_t by_hand;
		CHECK_OK(person_add(fx.db, &act, &(struct person_in){ .kind = KIND_STAFF, .name = STR("Mr Cobalt Dummerby"), .year = YEAR_NONE }, &d, &by_hand));
		AUTO(roll_try_done) struct roll_try t = roll_do(&fx, "Staff code,Title,Forename,Surname\nS1,Ms,Saffron,Inventley\nS2,Mr,Bramble,Quillfeather\n");
		struct person bramble = named(&fx, &t.a, "bramble quillfeather");
		AUTO(roll_try_done) struct roll_try mine = roll_try_text(&fx, "Staff code,Title,Forename,Surname\nS1,Ms,Saffron,Inventley\n", (struct roll_options){ .by = bramble.id });
		CHECK_INT(mine.plan.counts[ROLL_LEAVES], 0);
		CHECK(roll_says(&mine, "nobody ends their own access"));
		AUTO(roll_try_done) struct roll_try next = roll_do(&fx, "Staff code,Title,Forename,Surname\nS1,Ms,Saffron,Inventley\n");
		CHECK_INT(next.plan.counts[ROLL_LEAVES], 1);
		CHECK_INT(named(&fx, &next.a, "cobalt dummerby").left_utc, 0);
	}
}
