/* Entries of a directory as people of the school. */
#include "base/time.h"
#include "house/outside/people_kit.h"

static int64_t day(int year, int month) { return time_of((struct civil){ .year = year, .month = month, .day = 15 }); }

static struct people_row sorted(struct arena *a, const char *conf, const char *line, int64_t now)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct people_sources s;
	struct people_row row;
	CHECK_OK(kit_rules(a, conf, &d, &s));
	struct people_entry *e = arena_new(a, struct people_entry);
	*e = kit_entry(line);
	people_sort(a, &s.list[0], e, now, &row);
	return row;
}

TEST(people, groups_and_units_say_who_somebody_is)
{
	AUTO(arena_done) struct arena a = arena_init();
	const char *conf = KIT_PROVIDER "[people school]\n";
	struct people_row r = sorted(&a, conf, "1|Tansy Testerley|Pupils|Year 4|Class Oak", day(2026, 11));
	CHECK(r.kind == KIND_LEARNER && r.year == 4 && !r.gone && r.wrong.n == 0 && r.n_teaches == 0);
	CHECK_STR(r.class, "Oak");
	r = sorted(&a, conf, "1|Tansy Testerley|year reception", day(2026, 11));
	CHECK(r.kind == KIND_LEARNER && r.year == 0);
	r = sorted(&a, conf, "1|Otter Mockford|STAFF|Class Oak|Class Elm|class  oak", day(2026, 11));
	CHECK(r.kind == KIND_STAFF && r.n_teaches == 2 && r.class.n == 0 && r.year == YEAR_NONE);
	r = sorted(&a, conf, "1|Printer Two|Printers", day(2026, 11));
	CHECK(r.kind == 0 && !r.gone);
	r = sorted(&a, conf, "!1|Otter Mockford|Staff", day(2026, 11));
	CHECK(r.kind == KIND_STAFF && r.gone);
	CHECK(sorted(&a, conf, "1|Otter Mockford|Leavers", day(2026, 11)).gone);
	CHECK(sorted(&a, conf, "1|Otter Mockford|Pupils|Staff|Year 4", day(2026, 11)).wrong.n > 0);
	CHECK(sorted(&a, conf, "1|Otter Mockford|Pupils|Year 3|Year 4", day(2026, 11)).wrong.n > 0);
	CHECK(sorted(&a, conf, "1|Otter Mockford|Year 4|Class Oak|Class Elm", day(2026, 11)).wrong.n > 0);
	CHECK(sorted(&a, conf, "1|Otter Mockford|Staff|Governors", day(2026, 11)).kind == KIND_STAFF);
}

TEST(people, an_intake_moves_up_in_september_by_itself)
{
	AUTO(arena_done) struct arena a = arena_init();
	const char *conf = KIT_PROVIDER "[people school]\nintake = {intake} Intake\n";
	CHECK_INT(sorted(&a, conf, "1|Tansy Testerley|2022 Intake", day(2026, 7)).year, 3);
	CHECK_INT(sorted(&a, conf, "1|Tansy Testerley|2022 Intake", day(2026, 9)).year, 4);
	CHECK_INT(sorted(&a, conf, "1|Tansy Testerley|2026 Intake", day(2026, 9)).year, 0);
	CHECK(sorted(&a, conf, "1|Tansy Testerley|2027 Intake", day(2026, 9)).wrong.n > 0);
	struct people_row last = sorted(&a, conf, "1|Tansy Testerley|Pupils|2020 Intake", day(2027, 7)), left = sorted(&a, conf, "1|Tansy Testerley|Pupils|2020 Intake", day(2027, 9));
	CHECK(last.year == 6 && !last.gone);
	CHECK(left.gone && left.wrong.n == 0);
	CHECK_INT(sorted(&a, conf, "1|Tansy Testerley|20x2 Intake|Pupils", day(2026, 9)).year, YEAR_NONE);
}

TEST(people, careless_rules_are_refused_with_the_mend)
{
	static const char *const bad[] = {
		"[people other]\n", KIT_PROVIDER "[people school]\nyear = Year 4\n", KIT_PROVIDER "[people school]\nlayout = novell\n", KIT_PROVIDER "[people school]\nfilter = uid=*\n",
		KIT_PROVIDER "[people school]\nsort_attribute = a)(b\n", KIT_PROVIDER "[people school]\n[people school]\n", KIT_PROVIDER "[people school]\npassword = hush\n",
		"[provider g]\nkind = google\nclient_id = us\ndomain = larkmoor.example\n[people g]\n",
		"[provider m]\nkind = entra\ntenant = 11111111-2222-3333-4444-555555555555\nclient_id = us\n[people m]\n",
		"[provider m]\nkind = entra\ntenant = 11111111-2222-3333-4444-555555555555\nclient_id = us\nclient_secret_file = x\n[people m]\ngraph = http://graph.example\n",
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		struct people_sources s;
		CHECK_ERR(kit_rules(&a, bad[i], &d, &s), ERR_INVALID);
		CHECK(d.n > 0 && d.items[0].line > 0 && d.items[0].text.n > 10);
	}
}

TEST(people, another_shape_when_any_setting_changes)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct people_sources one, same, two;
	CHECK_OK(kit_rules(&a, KIT_PROVIDER "[people school]\npupils = Pupils\n", &d, &one));
	CHECK_OK(kit_rules(&a, KIT_PROVIDER "[people school]\npupils = Pupils\n", &d, &same));
	CHECK_OK(kit_rules(&a, KIT_PROVIDER "[people school]\npupils = Children\n", &d, &two));
	CHECK_STR(str_z(one.list[0].shape), same.list[0].shape);
	CHECK(strcmp(one.list[0].shape, two.list[0].shape) != 0);
	CHECK(one.list[0].ad);
}

TEST(people, the_test_button_says_numbers_and_no_names)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct people_sources s;
	CHECK_OK(kit_rules(&a, KIT_PROVIDER "[people school]\n", &d, &s));
	AUTO(people_answer_free) struct people_answer *p = people_answer_new(&s.list[0]);
	static const char *const lines[] = { "1|Tansy Testerley|Year 4", "2|Otter Mockford|Staff", "!3|Fern Pupilsson|Year 2", "4|Printer Two|Printers", "|Nobody Numberless|Staff",
		"5|Wren Samplewick|Year 2|Year 3" };
	CHECK(str_find(people_answer_says(&a, p, 0), STR("Write the names of your groups there")) > 0);
	for (size_t i = 0; i < ARRAY_N(lines); i++) {
		struct people_entry e = kit_entry(lines[i]);
		CHECK_OK(people_answer_add(p, &e, day(2026, 11)));
	}
	CHECK_STR(people_answer_says(&a, p, 7), "It answers: 2 pupils, 1 member of staff, 1 who has left or whose account is off, in 7 groups. 1 entry is in none of the named groups and is left alone, "
		"1 cannot be taken as it stands: look at what would change, 1 has no name or no lasting number.");
}
