/* Register files: read, refused, dropped in, changed; values as people write them. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/test.h"
#include "base/time.h"
#include "house/register/rule.h"
#include "house/store/fixture.h"
#include "io/file.h"

#define HEAD "[register thing]\ntitle = Things\npage = yes\nrights = registers-devices\n"
#define NAME "[field name]\nlabel = Name\ntype = text\n"

static bool refused(const char *text, const char *says)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	AUTO(registers_free) struct registers *r = NULL;
	AUTO(buf_done) struct buf b = buf_init(20000);
	bool bad = registers_read(STR("thing.conf"), str_z(text), &d, &r) != OK;
	diag_print(&d, &b);
	if (bad && str_find(buf_str(&b), str_z(says)) >= 0)
		return true;
	fprintf(stderr, "%s -> %s %.*s\n", text, bad ? "refused" : "taken", STRF(buf_str(&b)));
	return false;
}

TEST(register, a_mistake_is_told_with_its_line_and_the_mend)
{
	CHECK(refused(HEAD "colour = red\n" NAME, "thing.conf:5: A register has no setting called colour"));
	CHECK(refused(HEAD NAME "type = colour\n", "is not a value of type"));
	CHECK(refused(HEAD "states = a b\nmove = a -> c : change\n" NAME, "is not one of the states above"));
	CHECK(refused(HEAD "states = a b\nmove = a -> b\n" NAME, "A move is written as"));
	CHECK(refused(HEAD "rule = name is x\n" NAME, "A rule is written as"));
	CHECK(refused(HEAD "rule = place is x | No.\n" NAME, "names place, which is not a field"));
	CHECK(refused(HEAD "columns = place\n" NAME, "names place, which is not a field"));
	CHECK(refused(HEAD "due = name 3 days | Late\n" NAME, "is not a date"));
	CHECK(refused(HEAD "retain = 900 years after entry\n" NAME, "1 month to 100 years"));
	CHECK(refused(HEAD NAME "[field to]\nlabel = To\ntype = device\n", "the page uses that name itself"));
	CHECK(refused(HEAD NAME "[field at]\nlabel = At\ntype = device\n", "points into the register device, which is not there"));
	CHECK(refused(HEAD NAME NAME, "stands here twice"));
	CHECK(refused("[register thing]\ntitle = Things\npage = yes\n" NAME, "says who"));
	CHECK(refused("[register thing]\nextends = yes\n" NAME, "There is no register thing to extend"));
	CHECK(refused(HEAD NAME "required-when = somewhere\n", "is not a condition"));
}

/* ---- folders ---- */

static void put(const char *dir, const char *name, const char *text)
{
	char path[4096];
	CHECK_OK(path_join(path, sizeof path, dir, name));
	CHECK_OK(file_replace(path, str_z(text), 0644));
}

static const char *folder(const char *under)
{
	static char path[8][4096];
	static int n;
	char *p = path[n++ % 8];
	CHECK_OK(path_join(p, 4096, test_dir(), under));
	CHECK_OK(dir_make(p, 0755));
	return p;
}

TEST(register, a_file_that_is_dropped_in_is_taken_up_and_a_wrong_one_leaves_the_last_good_one)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	AUTO(registers_free) struct registers *r = NULL;
	const char *dir = folder("shipped"), *own = folder("own");
	bool changed;
	put(dir, "thing.conf", HEAD NAME);
	CHECK_OK(registers_load_own(dir, own, &d, &r));
	const struct reg *before = registers_find(r, STR("thing"));
	CHECK(before && before->n_fields == 1);
	CHECK_OK(registers_refresh(r, &changed));
	CHECK(!changed);
	put(own, "club.conf", "[register club]\ntitle = Clubs\npage = yes\nrights = registers-learning\n" NAME);
	CHECK_OK(registers_refresh(r, &changed));
	CHECK(changed && registers_find(r, STR("club")) && registers_find(r, STR("club"))->own && !registers_wrong(r, &a).n);
	put(own, "club.conf", "[register club]\ntitle = Clubs\npage = yes\nrights = registers-learning\n[field name]\nlabel = Name\ntype = colour\n");
	put(own, "extra.conf", "[register thing]\nextends = yes\n[field insured]\nlabel = Insured until\ntype = date\n");
	CHECK_OK(registers_refresh(r, &changed));
	CHECK(changed && registers_find(r, STR("club"))->n_fields == 1);           /* the last good one */
	CHECK(registers_find(r, STR("thing"))->n_fields == 2);                      /* the file beside it is right and counts */
	CHECK(str_find(registers_wrong(r, &a), STR("club.conf:7: \"colour\" is not a value of type")) >= 0);
	CHECK(before->n_fields == 1);                                               /* whoever read the old one still can */
	put(dir, "thing.conf", "[register thing]\ntitle = Things of an update\npage = yes\nrights = registers-devices\n" NAME "[field place]\nlabel = Place\ntype = text\n");
	CHECK_OK(registers_refresh(r, &changed));
	CHECK(registers_find(r, STR("thing"))->n_fields == 3);                      /* an update keeps what the school added */
	put(own, "club.conf", "[register club]\ntitle = Clubs\npage = yes\nrights = registers-learning\n" NAME "[field day]\nlabel = Day\ntype = date\n");
	CHECK_OK(registers_refresh(r, &changed));
	CHECK(registers_find(r, STR("club"))->n_fields == 2 && !registers_wrong(r, &a).n);
}

TEST(register, a_school_adds_and_never_loosens)
{
	static const char *const loose[] = {
		"[register thing]\nextends = yes\nrights = registers-learning\n", "[register thing]\nextends = yes\n[field name]\nrequired = no\n",
		"[register thing]\nextends = yes\n[field name]\ntype = date\n", ("[register thing]\ntitle = Another\npage = yes\nrights = registers-devices\n" NAME),
	};
	AUTO(arena_done) struct arena a = arena_init();
	const char *dir = folder("shipped2"), *own = folder("own2");
	put(dir, "thing.conf", HEAD "[field name]\nlabel = Name\ntype = choice\nchoice = a | A\nrequired = yes\n");
	for (size_t i = 0; i < ARRAY_N(loose); i++) {
		AUTO(diag_done) struct diag d = diag_init(20);
		AUTO(registers_free) struct registers *r = NULL;
		put(own, "x.conf", loose[i]);
		CHECK_OK(registers_load_own(dir, own, &d, &r));
		CHECK(registers_wrong(r, &a).n && str_is(registers_find(r, STR("thing"))->title, "Things"));
	}
	AUTO(diag_done) struct diag d = diag_init(20);
	AUTO(registers_free) struct registers *r = NULL;
	put(own, "x.conf", "[register thing]\nextends = yes\nrule = name is b | Only b.\n[field name]\nchoice = b | B\n");
	CHECK_OK(registers_load_own(dir, own, &d, &r));
	CHECK(!registers_wrong(r, &a).n && registers_find(r, STR("thing"))->fields[0].n_choices == 2 && registers_find(r, STR("thing"))->n_rules == 1);
}

TEST(register, a_field_that_leaves_its_file_keeps_its_values)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		AUTO(registers_free) struct registers *r = NULL, *later = NULL;
		struct act act = { fx.school, 0, "test" };
		struct entry_may may = { .school = fx.school, .classes = ~1u };
		const struct entry_field in[] = { { STR("name"), STR("frog") }, { STR("place"), STR("pond") }, { STR("secret"), STR("green") } };
		const struct entry_field now[] = { { STR("name"), STR("toad") } };
		int64_t id;
		struct entry e;
		CHECK_OK(registers_read(STR("x"), STR(HEAD NAME "[field place]\nlabel = Place\ntype = text\n[field secret]\nlabel = Secret\ntype = text\nsealed = yes\n"), &d, &r));
		CHECK_OK(registers_read(STR("x"), STR(HEAD NAME), &d, &later));
		struct store st = { fx.db, fx.keys, r };
		CHECK_OK(entry_create(&st, &act, &(struct entry_in){ .reg = "thing", .fields = in, .n_fields = 3 }, &d, &id));
		st.registers = later;
		CHECK_OK(entry_update(&st, &act, &may, id, 1, &(struct entry_in){ .fields = now, .n_fields = 1 }, &d));
		CHECK_OK(entry_get(&st, &a, &may, id, 0, &e));
		CHECK_INT(e.n_fields, 1);
		CHECK_INT(e.n_former, 2);
		st.registers = r;                        /* the field comes back: so does what it said */
		CHECK_OK(entry_get(&st, &a, &may, id, 0, &e));
		CHECK_STR(entry_value(&e, "name"), "toad");
		CHECK_STR(entry_value(&e, "place"), "pond");
		CHECK_STR(entry_value(&e, "secret"), "green");
	}
}

/* ---- values ---- */

static struct field field_of(enum field_type type) { return (struct field){ .name = STR("f"), .label = STR("F"), .type = type, .max_bytes = 500 }; }

TEST(register, values_are_read_as_people_write_them)
{
	static const struct { enum field_type type; const char *typed, *kept; } cases[] = {
		{ FIELD_DATE, "3/11/26", "2026-11-03" }, { FIELD_DATE, "03.11.2026", "2026-11-03" }, { FIELD_DATE, "3 November 2026", "2026-11-03" },
		{ FIELD_DATE, "3rd Nov 2026", "2026-11-03" }, { FIELD_DATE, "Tuesday, 3rd of November 2026", "2026-11-03" }, { FIELD_DATE, "2026-11-03", "2026-11-03" },
		{ FIELD_DATE, "29/02/2028", "2028-02-29" }, { FIELD_INT, "1,200", "1200" }, { FIELD_MONEY, "\xc2\xa3" "1,200", "1200.00" }, { FIELD_MONEY, "4.5", "4.50" },
		{ FIELD_BOOL, "Y", "yes" }, { FIELD_BOOL, "No", "no" }, { FIELD_URL, "www.example.org", "https://www.example.org" },
	};
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct field f = field_of(cases[i].type);
		CHECK_STR(field_clean(&a, &f, str_z(cases[i].typed)), cases[i].kept);
		CHECK_STR(field_clean(&a, &f, str_z(cases[i].kept)), cases[i].kept);
	}
}

TEST(register, what_cannot_be_is_refused_with_the_reason)
{
	static const struct { enum field_type type; const char *typed, *says; } cases[] = {
		{ FIELD_DATE, "29/02/2026", "2026 is not a leap year" }, { FIELD_DATE, "31 June 2026", "June has 30 days" }, { FIELD_DATE, "12/13/2026", "there is no month 13" },
		{ FIELD_DATE, "next week", "must be a date" }, { FIELD_DATE, "29/02/1900", "1900 is not a leap year" }, { FIELD_MONEY, "12.345", "an amount in pounds" }, { FIELD_MONEY, "-4", "an amount" },
		{ FIELD_URL, "not an address", "must be an address" }, { FIELD_URL, "javascript:alert(1)", "must be an address" }, { FIELD_EMAIL, "a@b", "must be an email" },
		{ FIELD_EMAIL, "two words@school.example", "must be an email" }, { FIELD_BOOL, "maybe", "yes or no" }, { FIELD_INT, "many", "a whole number" },
	};
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct field f = field_of(cases[i].type);
		bool bad = field_check(&f, field_clean(&a, &f, str_z(cases[i].typed)), &d) != OK;
		if (!bad || str_find(d.items[0].text, str_z(cases[i].says)) < 0)
			fprintf(stderr, "%s: %.*s\n", cases[i].typed, STRF(bad ? d.items[0].text : STR("taken")));
		CHECK(bad && str_find(d.items[0].text, str_z(cases[i].says)) >= 0);
	}
}

TEST(register, states_stand_once_and_in_one_line)
{
	CHECK(refused(HEAD "due = on 0 days | Late\ndue = on 3 days | Very late\n" NAME, "a line of what is due already"));
	CHECK(refused(HEAD "states = new old\nstates = lost found\n" NAME, "The states stand here twice"));
	CHECK(refused(HEAD "states = new old new\n" NAME, "The state new stands here twice"));
	CHECK(refused(HEAD "states = new undone undone\n" NAME, "stands here twice"));
}

TEST(register, the_schools_last_good_file_holds_over_a_restart)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	const char *dir = folder("shipped3"), *own = folder("own3");
	static const char good[] = "[register club]\ntitle = Clubs\npage = yes\nrights = registers-learning\n" NAME;
	put(dir, "thing.conf", HEAD NAME);
	for (int turn = 0; turn < 3; turn++) {
		AUTO(registers_free) struct registers *r = NULL;
		bool changed;
		if (turn == 0)
			put(own, "club.conf", good);
		CHECK_OK(registers_load_own(dir, own, &d, &r));
		CHECK(registers_find(r, STR("club")) && (registers_wrong(r, &a).n > 0) == (turn > 0));
		put(own, "club.conf", turn ? "[register club]\ncolour = red\n" : "[register club]\ntitle = Clubs\n[field name]\ntype = colour\n");
		CHECK_OK(registers_refresh(r, &changed));
		CHECK(registers_find(r, STR("club")) && registers_wrong(r, &a).n);
	}
	/* a file that is wrong and never was right is nothing */
	AUTO(registers_free) struct registers *r = NULL;
	put(own, "other.conf", "[register other]\ncolour = red\n");
	CHECK_OK(registers_load_own(dir, own, &d, &r));
	CHECK(registers_find(r, STR("club")) && !registers_find(r, STR("other")));
}
