#include "base/test.h"
#include "house/roll/columns.h"

static struct roll_columns guess(struct arena *a, const char *text)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct roll_table t;
	struct roll_columns c;
	CHECK_OK(roll_table(a, STR("f.csv"), str_z(text), &d, &t));
	roll_columns_guess(&t, &c);
	return c;
}

TEST(roll_columns, headers_of_school_offices_are_recognised_in_any_order)
{
	static const struct { const char *head, *want; } all[] = {
		{ "UPN,Legal Surname,Forename,DOB,Year Group,Reg Group\n", "learner: reference family given born year class" },
		{ "Class;Year;First name;Last name\n", "learner: class year given family" },
		{ "Adm No,UPN,Name,Date of Birth,NC Year\n", "learner: - reference name born year" },
		{ "UPN,Adm No,Name,Date of Birth,NC Year\n", "learner: reference - name born year" },
		{ "Pupil name,Registration group,Parent 1 Name,Parent 1 Email,Parent 2 name,Favourite colour\n", "learner: name class contact1-name contact1-email contact2-name -" },
		{ "Staff code,Title,Forename,Surname,Work email\n", "staff: reference title given family email" },
		{ "Roll of Testerley School,,\nUPN,Name,Year\n", "learner: reference name year" },
		{ "UPN,Name,Year,In care,Priority 1 contact name,Priority 1 contact relationship,Parental responsibility,Court order\n",
		  "learner: reference name year care contact1-name contact1-relation contact1-responsible contact1-barred" },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct roll_columns c = guess(&a, all[i].head), again = { 0 };
		CHECK_STR(roll_columns_text(&a, &c), all[i].want);
		CHECK(roll_columns_missing(&c) == NULL);
		CHECK_OK(roll_columns_read(str_z(all[i].want), &again));
		CHECK_STR(roll_columns_text(&a, &again), all[i].want);
	}
}

TEST(roll_columns, what_is_missing_is_said)
{
	static const struct { const char *head, *says; } all[] = {
		{ "Kolumne A,Kolumne B\n", "name" }, { "Forename,Year\n", "name" }, { "Name,Phone\n", "pupils or staff" }, { "UPN,Name\n", "year group" },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct roll_columns c = guess(&a, all[i].head);
		const char *missing = roll_columns_missing(&c);
		CHECK(missing && strstr(missing, all[i].says));
	}
}

TEST(roll_columns, a_column_named_twice_or_unknown_is_refused)
{
	struct roll_columns c = { 0 };
	CHECK_ERR(roll_columns_read(STR("learner: name name"), &c), ERR_EXISTS);
	CHECK_ERR(roll_columns_read(STR("learner: colour"), &c), ERR_SYNTAX);
	CHECK_ERR(roll_columns_read(STR("dragon: name"), &c), ERR_SYNTAX);
	CHECK_ERR(roll_columns_read(STR("learner: contact9-name"), &c), ERR_SYNTAX);
	CHECK_ERR(roll_columns_read(STR("learner: relation"), &c), ERR_SYNTAX);
	CHECK_ERR(roll_columns_read(STR("name"), &c), ERR_SYNTAX);
}
