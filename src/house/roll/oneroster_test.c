#include "base/test.h"
#include "house/roll/oneroster.h"
#include "house/roll/roll_test.h"
#include "io/file.h"

static const char *const NAMES[] = { "manifest.csv", "orgs.csv", "users.csv", "classes.csv", "enrollments.csv", "demographics.csv" };

static size_t load(struct arena *a, struct roll_file *files)
{
	for (size_t i = 0; i < ARRAY_N(NAMES); i++) {
		AUTO(buf_done) struct buf b = buf_init(1 << 20);
		CHECK_OK(file_read(arena_fmt(a, "%s/%s", test_source("test/school/oneroster"), NAMES[i]).p, &b));
		files[i] = (struct roll_file){ str_z(NAMES[i]), arena_str(a, buf_str(&b)) };
	}
	return ARRAY_N(NAMES);
}

static struct roll_file *file_named(struct roll_file *files, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(files[i].name, name))
			return &files[i];
	return NULL;
}

/* One piece of a file exchanged for another. */
static void exchange(struct arena *a, struct roll_file *f, const char *what, const char *by)
{
	ptrdiff_t at = str_find(f->bytes, str_z(what));
	CHECK(at >= 0);
	f->bytes = arena_fmt(a, "%.*s%s%.*s", (int)at, f->bytes.p, by, STRF(str_from(f->bytes, (size_t)at + strlen(what))));
}

static const struct roll_person *of_ref(const struct roll *r, const char *ref)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_is(r->people[i].ref, ref))
			return &r->people[i];
	return NULL;
}

TEST(oneroster, an_export_of_1_1_says_who_is_in_which_class_with_whom)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct roll_file files[ARRAY_N(NAMES)];
	struct roll r;
	size_t n = load(&a, files);
	CHECK(oneroster_is(files, n));
	CHECK_OK(oneroster_read(&a, files, n, &d, &r));
	CHECK(d.errors == 0 && strcmp(r.form, "OneRoster 1.1") == 0 && !r.delta);
	CHECK_INT(r.n, 4);
	const struct roll_person *tansy = of_ref(&r, "pu-1"), *zoe = of_ref(&r, "pu-3"), *teacher = of_ref(&r, "st-1");
	CHECK_STR(tansy->class, "Oak");          /* the class to be at home in, not mathematics */
	CHECK(tansy->year == 4 && tansy->n_contacts == 2 && str_is(tansy->contacts[0].name, "Fern Carer") && str_is(tansy->contacts[0].relation, "parent"));
	CHECK_STR(tansy->born, "2017-03-09");
	CHECK(zoe->year == 0 && str_is(zoe->class, "Robins"));
	CHECK(teacher->kind == KIND_STAFF && teacher->n_teaches == 1 && str_is(teacher->teaches[0], "Oak"));
}

TEST(oneroster, an_export_of_1_2_has_its_roles_in_a_file_of_their_own)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct roll_file files[ARRAY_N(NAMES) + 1];
	struct roll r;
	size_t n = load(&a, files);
	exchange(&a, file_named(files, n, "manifest.csv"), "oneroster.version,1.1", "oneroster.version,1.2");
	*file_named(files, n, "users.csv") = (struct roll_file){ STR("users.csv"), STR("sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,preferredFirstName,email,agentSourcedIds,grades\n"
		"st-1,,,true,x,Saffron,Inventley,,,,\npu-1,,,true,x,Tansy,Testerley,Tan,,ad-1,4\npu-9,,,true,x,Otter,Gone,,,,4\nad-1,,,true,x,Fern,Carer,,,,\n") };
	files[n++] = (struct roll_file){ STR("roles.csv"), STR("sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
		"r1,,,st-1,secondary,parent,,,org-1,\nr2,,,st-1,primary,teacher,,,org-1,\nr3,,,pu-1,primary,student,,,org-1,\nr4,,,ad-1,primary,parent,,,org-1,\nr5,,,pu-9,primary,student,,2020-07-20,org-1,\n") };
	CHECK_OK(oneroster_read(&a, files, n, &d, &r));
	CHECK_STR(str_z(r.form), "OneRoster 1.2");
	CHECK_INT(r.n, 2);                       /* whose role is over is not there */
	CHECK_STR(of_ref(&r, "pu-1")->name, "Tan Testerley");
	CHECK_INT(of_ref(&r, "pu-1")->n_contacts, 1);
	CHECK_INT(of_ref(&r, "st-1")->kind, KIND_STAFF);
}

TEST(oneroster, what_is_missing_or_too_much_is_refused_with_the_mend)
{
	static const struct { const char *file, *what, *by, *says; } bad[] = {
		{ "users.csv", "sourcedId,", "userId,", "sourcedId is missing" }, { "users.csv", ",role,", ",rolle,", "role" }, { "classes.csv", "title", "name", "title is missing" },
		{ "orgs.csv", "org-1,,,Testerley Primary School,school,999001,\r\n", "org-1,,,A,school,1,\r\norg-2,,,B,school,2,\r\n", NULL },
		{ "users.csv", "pu-1,", "\"pu-1,", "quotation mark" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		struct roll_file files[ARRAY_N(NAMES)];
		struct roll r;
		size_t n = load(&a, files);
		exchange(&a, file_named(files, n, bad[i].file), bad[i].what, bad[i].by);
		if (!bad[i].says) {
			exchange(&a, file_named(files, n, "users.csv"), "pu-3,,,true,org-1", "pu-3,,,true,org-2");
			CHECK(oneroster_read(&a, files, n, &d, &r) != OK && str_find(d.items[0].text, STR("several schools")) >= 0);
			continue;
		}
		CHECK(oneroster_read(&a, files, n, &d, &r) != OK);
		CHECK(d.n >= 1 && str_find(d.items[0].text, str_z(bad[i].says)) >= 0);
	}
}

TEST(oneroster, a_file_that_is_there_twice_is_refused)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct roll_file files[ARRAY_N(NAMES) + 1];
	struct roll r;
	size_t n = load(&a, files);
	files[n] = *file_named(files, n, "users.csv");
	files[n].name = STR("Users.CSV");
	CHECK_ERR(oneroster_read(&a, files, n + 1, &d, &r), ERR_SYNTAX);
	CHECK(d.n == 1 && str_find(d.items[0].text, STR("twice")) >= 0);
}

TEST(oneroster, kindergarten_is_reception)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct roll_file files[ARRAY_N(NAMES)];
	struct roll r;
	size_t n = load(&a, files), found = 0;
	exchange(&a, file_named(files, n, "users.csv"), ",,R,", ",,KG,");
	CHECK_OK(oneroster_read(&a, files, n, &d, &r));
	CHECK_INT(r.n_refused, 0);
	for (size_t i = 0; i < r.n; i++)
		found += r.people[i].kind == KIND_LEARNER && r.people[i].year == YEAR_RECEPTION;
	CHECK_INT(found, 1);
}

TEST(oneroster, a_user_with_a_wrong_date_or_year_is_refused_alone)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct roll_file files[ARRAY_N(NAMES)];
	struct roll r;
	size_t n = load(&a, files);
	exchange(&a, file_named(files, n, "demographics.csv"), "pu-1,,,2017-03-09", "pu-1,,,2017-13-09");
	exchange(&a, file_named(files, n, "users.csv"), ",,R,", ",,ZZ,");
	CHECK_OK(oneroster_read(&a, files, n, &d, &r));
	CHECK_INT(r.n, 2);
	CHECK_INT(r.n_refused, 2);
	CHECK(d.items[0].line == 3 && d.items[1].line == 5);
}

TEST(oneroster, applied_it_makes_families_and_classes_with_their_teacher_and_a_delta_ends_whom_it_names)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct roll_file files[ARRAY_N(NAMES)];
		size_t n = load(&a, files);
		AUTO(roll_try_done) struct roll_try t = roll_try_files(fx.db, fx.keys, fx.school, files, n, (struct roll_options){ 0 });
		CHECK_OK(t.e);
		CHECK_INT(t.plan.counts[ROLL_JOINS], 4);
		CHECK_OK(roll_try_apply(&t, (struct roll_options){ 0 }, -1));
		CHECK_INT(t.done.adults, 2);     /* one mother of two Tansys */
		struct school_class *classes;
		size_t n_classes;
		CHECK_OK(class_list(fx.db, &a, fx.school, &classes, &n_classes));
		CHECK_INT(n_classes, 2);
		CHECK(class_has_staff(fx.db, fx.school, classes[0].id, roll_step_named(&t, "Saffron Inventley")->person));
		AUTO(roll_try_done) struct roll_try again = roll_try_files(fx.db, fx.keys, fx.school, files, n, (struct roll_options){ 0 });
		CHECK_INT(again.plan.counts[ROLL_SAME], 4);
		exchange(&a, file_named(files, n, "manifest.csv"), "file.users,bulk", "file.users,delta");
		*file_named(files, n, "users.csv") = (struct roll_file){ STR("users.csv"), STR("sourcedId,status,enabledUser,orgSourcedIds,role,givenName,familyName,grades\npu-2,tobedeleted,true,org-1,student,Tansy,Testerley,4\n") };
		AUTO(roll_try_done) struct roll_try delta = roll_try_files(fx.db, fx.keys, fx.school, files, n, (struct roll_options){ 0 });
		CHECK_OK(delta.e);
		CHECK_INT(delta.plan.counts[ROLL_LEAVES], 1);
		CHECK_INT(delta.plan.n, 1);
	}
}
