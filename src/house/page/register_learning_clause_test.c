/* What the registers of resources, rewards and inclusive teaching promise, as the policies have it.  Each name holds the clause. */
#include "house/page/voice_kit.h"

/* ---- resources ---- */

#define SITE "title=Number+frogs&address=frogs.example.org&years=y1&years=y2&needs=send"
#define EVALUATED SITE "&content=sums&adverts=none&contact=none&privacy=nothing&worth=practice"

TEST(clause, c7_1_05_a_class_uses_only_what_was_evaluated_whole)
{
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { w.school, 0, "test" };
		int64_t class_id;
		CHECK_OK(class_add(w.db, &act, STR("Heron"), 2, STR_NONE, &d, &class_id));
		const char *at = kit_added(&w, ROLE_TEACHER, "learning-resource", SITE);
		struct web_visit v = kit_add(&w, ROLE_TEACHER, "class-resource", "class=Heron&resource=1");
		CHECK(v.status == 422 && web_says(&v, "not evaluated yet"));
		v = kit_move(&w, ROLE_DSL, at, "approved");
		CHECK(v.status == 422 && web_says(&v, "The evaluation is not whole yet"));
		CHECK_INT(kit_edit(&w, ROLE_TEACHER, at, EVALUATED).status, 303);
		CHECK_INT(kit_move(&w, ROLE_TEACHER, at, "approved").status, 403);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "approved").status, 303);
		CHECK_INT(kit_add(&w, ROLE_TEACHER, "class-resource", "class=Heron&resource=1").status, 303);
	}
}

TEST(clause, c7_1_06_only_what_was_looked_at_for_home_is_suggested_to_families)
{
	ON_EACH_PROFILE(w) {
		const char *at = kit_added(&w, ROLE_TEACHER, "learning-resource", EVALUATED);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "approved").status, 303);
		struct web_visit v = kit_add(&w, ROLE_TEACHER, "home-suggestion", "resource=1&on=2026-11-20&message=Try+this");
		CHECK(v.status == 422 && web_says(&v, "not approved for home"));
		v = kit_edit(&w, ROLE_TEACHER, at, EVALUATED "&home=yes");
		CHECK(v.status == 422);                                  /* and not without saying how it looks there */
		CHECK_INT(kit_edit(&w, ROLE_TEACHER, at, EVALUATED "&home=yes&home-check=no+adverts+at+home+either").status, 303);
		CHECK_INT(kit_add(&w, ROLE_TEACHER, "home-suggestion", "resource=1&on=2026-11-20&message=Try+this").status, 303);
	}
}

TEST(clause, c5_3_17_staff_find_approved_resources_by_year_and_need)
{
	ON_EACH_PROFILE(w) {
		const char *at = kit_added(&w, ROLE_TEACHER, "learning-resource", EVALUATED);
		CHECK_INT(kit_move(&w, ROLE_DSL, at, "approved").status, 303);
		(void)kit_added(&w, ROLE_TEACHER, "learning-resource", "title=Big+sums&address=sums.example.org&years=y6&needs=high");
		CHECK(kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y1&needs=send&state=approved", "Number frogs"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y1&needs=send", "Big sums"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y6", "Number frogs"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y6&state=approved", "Big sums"));
		CHECK(!kit_shows(&w, ROLE_TEACHER, "/registers/learning-resource?years=y2&needs=high", "Number frogs"));
	}
}

/* ---- pictures ---- */

TEST(clause, c7_7_01_a_picture_of_a_child_without_consent_is_not_entered)
{
	ON_EACH_PROFILE(w) {
		const char *form = "what=Sports+day&children=Test+Pupil&where=website&on=2026-11-20&names=no&policies=yes";
		struct web_visit v = kit_add(&w, ROLE_OFFICE, "image-publication", form);
		CHECK(v.status == 422 && web_says(&v, "no consent in force"));
		const char *at = kit_added(&w, ROLE_OFFICE, "image-consent", "child=Test+Pupil&by=Tansy+Testerley&on=2026-09-03&how=paper&for=website");
		v = kit_add(&w, ROLE_OFFICE, "image-publication", "what=Sports+day&children=Test+Pupil&where=website&on=2026-11-20&names=yes&policies=yes");
		CHECK(v.status == 422 && web_says(&v, "No full names"));
		v = kit_add(&w, ROLE_OFFICE, "image-publication", "what=Sports+day&children=Test+Pupil&where=website&on=2026-11-20&names=no&policies=no");
		CHECK_INT(v.status, 422);
		CHECK_INT(kit_add(&w, ROLE_OFFICE, "image-publication", form).status, 303);
		CHECK_INT(kit_move(&w, ROLE_OFFICE, at, "withdrawn").status, 303);
		CHECK_INT(kit_add(&w, ROLE_OFFICE, "image-publication", form).status, 422);      /* taken back: at once */
	}
}

/* ---- rewards, inclusion ---- */

static int64_t a_class(struct web_school *w, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	int64_t id;
	CHECK_OK(class_add(w->db, &act, str_z(name), 4, STR_NONE, &d, &id));
	return id;
}

/* The text of one row of a map. */
static struct str map_row(struct web_school *w, const char *reg, const char *label)
{
	struct web_visit v = web_get(w, ROLE_HEAD, arena_fmt(w->arena, "/registers/%s/map", reg).p);
	CHECK_INT(v.status, 200);
	struct str row = jar_between(&v, arena_fmt(w->arena, "<th scope=\"row\" class=\"govuk-table__header\">%s</th>", label).p, "</tr>");
	CHECK(row.n > 0);
	return row;
}

static bool says(struct str text, const char *what) { return str_find(text, str_z(what)) >= 0; }
static const char *today(struct web_school *w) { return time_iso_date(w->arena, clock_utc()).p; }

TEST(clause, c5_1_13_a_reward_is_logged_and_the_terms_total_appears)
{
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	(void)a_class(&w, "Heron");
	CHECK(!says(map_row(&w, "reward", "Heron"), ">2<"));
	for (int i = 0; i < 2; i++)
		(void)kit_added(&w, ROLE_TEACHER, "reward", arena_fmt(w.arena, "class=Heron&learner=Test+Pupil&what=kind&reward=a+star&on=%s&x=%d", today(&w), i).p);
	CHECK(says(map_row(&w, "reward", "Heron"), ">2<"));
}

TEST(register, a_term_that_has_not_begun_is_no_gap_in_a_map)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 10, .day = 6, .hour = 9 }) * 1000);
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	(void)a_class(&w, "Heron");
	struct str row = map_row(&w, "reward", "Heron");
	CHECK(says(row, "gap") && says(row, "to come"));
	ptrdiff_t gap = str_find(row, STR("gap</strong>"));
	CHECK(gap > 0 && !says(str_from(row, (size_t)gap + 3), "gap</strong>"));      /* the autumn alone */
	clock_fake(0);
}

TEST(clause, c11_0_01_a_lesson_records_adaptations_and_classes_with_none_are_shown)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	(void)a_class(&w, "Heron");
	(void)a_class(&w, "Wren");
	const char *form = arena_fmt(w.arena, "title=Sorting&class=Heron&on=%s&place=suite&approach=paired&scaffolds=questions&scaffolds=modelling", today(&w)).p;
	struct web_visit v = kit_add(&w, ROLE_TEACHER, "ict-lesson", form);
	CHECK(v.status == 422 && web_says(&v, "How it is adapted: please fill this in"));
	(void)kit_added(&w, ROLE_TEACHER, "ict-lesson", arena_fmt(w.arena, "%s&adaptations=picture+cards", form).p);
	CHECK(says(map_row(&w, "ict-lesson", "Heron"), ">1<") && !says(map_row(&w, "ict-lesson", "Wren"), ">1<") && says(map_row(&w, "ict-lesson", "Wren"), "gap"));
}

TEST(clause, c11_0_02_each_teachers_training_in_adaptive_teaching_has_a_date_and_gaps_show)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	CHECK(!says(map_row(&w, "inclusion-statement", "Test Teacher"), ">1<"));
	const char *at = kit_added(&w, ROLE_SENCO, "inclusion-statement", arena_fmt(w.arena, "teacher=Test+Teacher&trained=%s&training=Adaptive+teaching&stated=yes", today(&w)).p);
	CHECK(says(map_row(&w, "inclusion-statement", "Test Teacher"), ">1<"));
	CHECK(kit_shows(&w, ROLE_HEAD, at, time_date_words(w.arena, clock_utc()).p));
	CHECK_INT(kit_add(&w, ROLE_SENCO, "inclusion-statement", "teacher=Test+Teacher&training=Adaptive+teaching&stated=yes").status, 422);
}

TEST(clause, c11_0_03_place_and_approach_are_asked_and_leadership_can_report_them)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	(void)a_class(&w, "Heron");
	const char *form = arena_fmt(w.arena, "title=Sorting&class=Heron&on=%s&adaptations=cards", today(&w)).p;
	struct web_visit v = kit_add(&w, ROLE_TEACHER, "ict-lesson", form);
	CHECK(v.status == 422 && web_says(&v, "Where: please fill this in") && web_says(&v, "Teaching approach: please fill this in"));
	(void)kit_added(&w, ROLE_TEACHER, "ict-lesson", arena_fmt(w.arena, "%s&place=library&approach=unplugged", form).p);
	CHECK(kit_shows(&w, ROLE_LEADERSHIP, "/registers/ict-lesson?place=library&approach=unplugged", "Sorting"));
	CHECK(!kit_shows(&w, ROLE_LEADERSHIP, "/registers/ict-lesson?place=hall", "Sorting"));
	v = web_get(&w, ROLE_LEADERSHIP, "/registers/ict-lesson?csv=1");
	CHECK(web_says(&v, "Library") && web_says(&v, "Without devices"));
}

TEST(clause, c11_0_04_each_group_of_learners_shows_its_assessment_and_stage)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	CHECK(says(map_row(&w, "graduated-response", "High ability"), "gap"));
	CHECK(says(map_row(&w, "graduated-response", "English as an additional language"), "gap"));
	const char *at = kit_added(&w, ROLE_SENCO, "graduated-response", arena_fmt(w.arena, "group=send&on=%s&barriers=reading&stage=plan&response=symbols", today(&w)).p);
	CHECK(says(map_row(&w, "graduated-response", "Special educational needs and disabilities"), ">1<"));
	CHECK(kit_shows(&w, ROLE_HEAD, at, "Plan") && kit_shows(&w, ROLE_HEAD, at, time_date_words(w.arena, clock_utc()).p));
}

TEST(clause, c11_0_05_a_lesson_offers_the_scaffolds_and_their_use_is_found)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	(void)a_class(&w, "Heron");
	static const char *const scaffolds[] = { "support", "resources", "modelling", "questions" };
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/registers/ict-lesson/new");
	for (size_t i = 0; i < ARRAY_N(scaffolds); i++)
		CHECK(web_says(&v, arena_fmt(w.arena, "name=\"scaffolds\" type=\"checkbox\" value=\"%s\"", scaffolds[i]).p));
	(void)kit_added(&w, ROLE_TEACHER, "ict-lesson", arena_fmt(w.arena, "title=Sorting&class=Heron&on=%s&place=hall&approach=paired&adaptations=cards&scaffolds=modelling&scaffolds=questions", today(&w)).p);
	CHECK(kit_shows(&w, ROLE_HEAD, "/registers/ict-lesson?scaffolds=questions", "Sorting"));
	CHECK(!kit_shows(&w, ROLE_HEAD, "/registers/ict-lesson?scaffolds=support", "Sorting"));
}

#define UNIT "title=%s&year=y4&tags=%s&tags=%s"

TEST(clause, c11_0_06_the_map_shows_units_about_a_diverse_world_by_year_and_the_gaps)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	(void)kit_added(&w, ROLE_TEACHER, "ict-unit", arena_fmt(w.arena, UNIT, "Maps+of+home", "community", "world").p);
	CHECK(says(map_row(&w, "ict-unit", "Year 4"), ">1<") && says(map_row(&w, "ict-unit", "Year 4"), "gap"));
	CHECK(!says(map_row(&w, "ict-unit", "Year 5"), ">1<") && says(map_row(&w, "ict-unit", "Year 5"), "gap"));
}

TEST(clause, c11_0_07_units_list_role_models_and_no_pupil_is_named)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	struct web_visit v = kit_add(&w, ROLE_TEACHER, "ict-unit", arena_fmt(w.arena, UNIT, "People", "models", "values").p);
	CHECK(v.status == 422 && web_says(&v, "Role models in it: please fill this in"));
	(void)kit_added(&w, ROLE_TEACHER, "ict-unit", arena_fmt(w.arena, UNIT "&role-models=An+engineer%%0D%%0AA+painter", "People", "models", "values").p);
	v = web_get(&w, ROLE_HEAD, "/registers/ict-unit?csv=1");
	CHECK(web_says(&v, "A painter"));
	for (size_t i = 0; i < registers_find(w.web->registers, STR("ict-unit"))->n_fields; i++) {
		const struct field *f = &registers_find(w.web->registers, STR("ict-unit"))->fields[i];
		CHECK(!str_is(f->who, "learner"));                        /* there is no place for a pupil's name */
	}
	CHECK(says(map_row(&w, "ict-unit", "Year 4"), ">1<"));
}

TEST(clause, c11_0_08_the_map_shows_cultural_and_gender_diversity_or_a_gap)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	struct web_visit v = web_get(&w, ROLE_HEAD, "/registers/ict-unit/map");
	CHECK(web_says(&v, "Cultural diversity") && web_says(&v, "Gender diversity") && web_says(&v, "Gaps: 49"));
	(void)kit_added(&w, ROLE_TEACHER, "ict-unit", arena_fmt(w.arena, UNIT, "Who+makes+games", "cultural", "gender").p);
	v = web_get(&w, ROLE_HEAD, "/registers/ict-unit/map");
	CHECK(!web_says(&v, "Gaps: 49") && says(v.body, "47"));
}

TEST(clause, c11_0_09_a_unit_about_pioneers_is_ready_only_when_its_facts_were_checked)
{
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	const char *form = "title=Who+made+the+web&year=y6&tags=pioneers";
	const char *at = kit_added(&w, ROLE_TEACHER, "ict-unit", form);
	struct web_visit v = kit_move(&w, ROLE_TEACHER, at, "ready");
	CHECK(v.status == 422 && web_says(&v, "when they were checked and by whom"));
	CHECK_INT(kit_edit(&w, ROLE_TEACHER, at, arena_fmt(w.arena, "%s&pioneers=three+people&checked=%s&checked-by=Test+Teacher", form, today(&w)).p).status, 303);
	CHECK_INT(kit_move(&w, ROLE_TEACHER, at, "ready").status, 303);
	CHECK(kit_shows(&w, ROLE_TEACHER, at, "Ready to teach"));
}
