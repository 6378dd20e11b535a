/* Lessons and occasions as teachers, leads and children's records meet them: one test for each clause of the curriculum. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/curriculum/map.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

struct room { struct web_school *w; struct store st; struct act act; struct diag d; int64_t elm, child; };

/* A school on a day of the school year 2026 to 2027, with one class of year 5 and a child in it. */
static struct web_school school_of(size_t turn)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 10, .day = 6, .hour = 10 }) * 1000);      /* before anybody is appointed */
	return web_school_of(turn ? "primary" : "junior");
}

static struct room room_of(struct web_school *w)
{
	struct room r = { .w = w, .st = { w->db, w->web->keys, w->web->registers }, .act = { w->school, w->person[ROLE_TEACHER], "test" }, .d = diag_init(20) };
	CHECK_OK(class_add(w->db, &r.act, STR("Elm"), 5, STR("ks2"), &r.d, &r.elm));
	struct person_in in = { .kind = KIND_LEARNER, .name = STR("Tansy Testerley"), .year = 5, .class_id = r.elm, .username = STR("tansy.t") };
	CHECK_OK(person_add(w->db, &r.act, &in, &r.d, &r.child));
	return r;
}

static void room_done(struct room *r)
{
	diag_done(&r->d);
	clock_fake(0);
}

#define IN_EACH_SCHOOL(r) \
	for (size_t turn_ = 0; turn_ < 2; turn_++) \
		for (struct web_school w_ = school_of(turn_); w_.inside; web_school_done(&w_)) \
			for (struct room r = room_of(&w_), *once_ = &r; once_; room_done(once_), once_ = NULL)

static const struct curriculum *taught(struct room *r) { return &r->w->web->library->curriculum; }
static int64_t day(int year, int month, int d) { return time_from_uk((struct civil){ .year = year, .month = month, .day = d }); }

static int64_t lesson(struct room *r, const char *outcomes, int year, int64_t class_id, enum subject s, int64_t on)
{
	struct lesson l = { .title = STR("A lesson"), .outcomes = str_z(outcomes), .year = year, .class_id = class_id, .subject = s, .on_utc = on, .kind = STR("lesson") };
	int64_t id;
	CHECK_OK(lesson_save(&r->st, &r->act, taught(r), &l, &r->d, &id));
	return id;
}

static int64_t occasion(struct room *r, const char *kind, uint32_t audiences, const char *outcomes, const char *tags)
{
	struct occasion o = { .title = STR("An evening"), .kind = str_z(kind), .audiences = audiences, .outcomes = str_z(outcomes), .tags = str_z(tags), .on_utc = day(2026, 11, 12) };
	int64_t id;
	CHECK_OK(occasion_save(&r->st, &r->act, taught(r), &o, &r->d, &id));
	return id;
}

static struct teaching teaching(struct room *r)
{
	struct teaching t = { .c = taught(r), .years = map_years(&r->w->web->library->profile) };
	struct lesson *l;
	struct occasion *o;
	struct school_class *k;
	CHECK_OK(lesson_list(&r->st, r->w->arena, r->w->school, day(2026, 9, 1), day(2027, 9, 1), &l, &t.n_lessons));
	CHECK_OK(occasion_list(&r->st, r->w->arena, r->w->school, day(2026, 9, 1), day(2027, 9, 1), &o, &t.n_occasions));
	CHECK_OK(class_list(r->w->db, r->w->arena, r->w->school, &k, &t.n_classes));
	t.lessons = l;
	t.occasions = o;
	t.classes = k;
	return t;
}

static bool lacks(struct room *r, const char *clause, const char *words)
{
	static struct plan_gap gaps[PLAN_GAPS_MAX];
	struct teaching t = teaching(r);
	size_t n = plan_gaps(r->w->arena, &t, &r->w->web->library->profile, library_calendar(r->w->web->library), day(2026, 10, 6), gaps);
	for (size_t i = 0; i < n; i++)
		if (strcmp(gaps[i].clause, clause) == 0 && str_find(gaps[i].what, str_z(words)) >= 0)
			return true;
	return false;
}

static enum cover cover_of(struct room *r, const char *outcome, int year)
{
	struct teaching t = teaching(r);
	const struct outcome *o = outcome_find(t.c, str_z(outcome));
	CHECK(o != NULL);
	return map_outcome(&t, o, year).cover;
}

/* Each year that it is taught in is a gap, until a lesson is planned for that year. */
static void is_on_the_map(struct room *r, const char *clause, const char *outcome)
{
	const struct outcome *o = outcome_find(taught(r), str_z(outcome));
	uint32_t years = map_years(&r->w->web->library->profile);
	CHECK(o && words_have(o->clauses, str_z(clause)) && o->years & years);
	for (int y = 0; y < CURRICULUM_YEARS; y++) {
		if (!(o->years & years & YEAR_BIT(y)))
			continue;
		CHECK_INT(cover_of(r, outcome, y), COVER_GAP);
		lesson(r, outcome, y, 0, SUBJECT_PSHE, day(2026, 11, 3));
		CHECK_INT(cover_of(r, outcome, y), COVER_PLANNED);
	}
	struct web_visit v = web_get(r->w, ROLE_TEACHER, "/curriculum/outcomes");
	CHECK(web_says(&v, arena_z(r->w->arena, o->title)) && web_says(&v, "Planned 3 November 2026"));
}

TEST(clause, c2_03_the_map_shows_a_resilience_outcome_for_each_year_or_a_gap)
{
	IN_EACH_SCHOOL(r) {
		const struct outcome *o = outcome_find(taught(&r), STR("resilience"));
		CHECK(o && outcome_has(o, "resilience") && !(map_years(&r.w->web->library->profile) & ~o->years));
		is_on_the_map(&r, "2-03", "resilience");
	}
}

TEST(clause, c4_1_09_the_map_flags_a_year_without_a_strand_until_a_lesson_is_planned)
{
	IN_EACH_SCHOOL(r) {
		struct web_visit v = web_get(r.w, ROLE_LEADERSHIP, "/curriculum");
		CHECK(v.status == 200 && web_says(&v, ">Gap</strong>") && web_says(&v, "have no lesson yet"));
		CHECK(lacks(&r, "4.1-09", "Year 5: nothing in \"Self-image and identity\""));
		lesson(&r, "images-changed", 5, r.elm, SUBJECT_PSHE, day(2026, 11, 3));
		CHECK(!lacks(&r, "4.1-09", "Year 5: nothing in \"Self-image and identity\""));
		for (size_t i = 0; i < taught(&r)->n_outcomes; i++)
			for (int y = 0; y < CURRICULUM_YEARS; y++)
				if (taught(&r)->outcomes[i].years & map_years(&r.w->web->library->profile) & YEAR_BIT(y))
					lesson(&r, arena_z(r.w->arena, taught(&r)->outcomes[i].id), y, 0, SUBJECT_PSHE, day(2026, 11, 3));
		CHECK(!lacks(&r, "4.1-09", "nothing"));
	}
}

/* As far as a page shows it letter for letter. */
static struct str before_escapes(struct str s) { return str_upto(s, strcspn(s.p, "'\"&<\n") < s.n ? strcspn(s.p, "'\"&<\n") : s.n); }

TEST(clause, c5_1_01_the_map_says_what_children_of_every_year_can_do)
{
	IN_EACH_SCHOOL(r) {
		struct web_visit v = web_get(r.w, ROLE_LEADERSHIP, "/curriculum");
		for (size_t s = 0; s < taught(&r)->n_strands; s++)
			for (int y = 0; y < CURRICULUM_YEARS; y++)
				if (map_years(&r.w->web->library->profile) & YEAR_BIT(y))
					CHECK(web_says(&v, arena_z(r.w->arena, before_escapes(taught(&r)->strands[s].year[y]))));
	}
}

static void subject_column(struct room *r, enum subject s, const char *column)
{
	int64_t id = lesson(r, "resilience", 5, r->elm, s, day(2026, 9, 22));
	struct web_visit v = web_get(r->w, ROLE_TEACHER, "/curriculum");
	CHECK(web_says(&v, column) && web_says(&v, "Planned 22 September 2026") && !web_says(&v, "Last taught"));
	CHECK_OK(lesson_taught(&r->st, &r->act, id, day(2026, 9, 23), &r->child, 1, &r->d));
	v = web_get(r->w, ROLE_TEACHER, "/curriculum");
	CHECK(web_says(&v, "Last taught 23 September 2026"));
}

TEST(clause, c5_1_03_the_map_has_a_pshe_column_with_planned_and_taught_days) { IN_EACH_SCHOOL(r) subject_column(&r, SUBJECT_PSHE, "PSHE</th>"); }
TEST(clause, c5_1_04_the_map_has_a_relationships_column_with_planned_and_taught_days) { IN_EACH_SCHOOL(r) subject_column(&r, SUBJECT_RSE, "Relationships education</th>"); }
TEST(clause, c5_1_05_the_map_has_a_computing_column_with_planned_and_taught_days) { IN_EACH_SCHOOL(r) subject_column(&r, SUBJECT_COMPUTING, "Computing</th>"); }

TEST(clause, c4_3_07_a_teacher_writes_down_a_lesson_that_was_taught_and_the_map_counts_it)
{
	IN_EACH_SCHOOL(r) {
		CHECK_INT(cover_of(&r, "checking", 5), COVER_GAP);
		const char *form = arena_fmt(r.w->arena, "title=True+or+not&class=%lld&on=22/9/2026&subject=computing&kind=lesson&teacher=%lld&outcomes=checking",
			(long long)r.elm, (long long)r.w->person[ROLE_TEACHER]).p;
		struct web_visit v = web_post(r.w, ROLE_TEACHER, "/curriculum/lessons/new", form);
		CHECK_INT(v.status, 303);
		const char *here = arena_z(r.w->arena, v.location);
		CHECK_INT(web_post(r.w, ROLE_TEACHER, arena_fmt(r.w->arena, "%s/taught", here).p, arena_fmt(r.w->arena, "day=22/9/2026&child=%lld", (long long)r.child).p).status, 303);
		CHECK_INT(cover_of(&r, "checking", 5), COVER_TAUGHT);
		v = web_get(r.w, ROLE_DSL, here);
		CHECK(web_says(&v, "True or not") && web_says(&v, "Test Teacher") && web_says(&v, "22 September 2026"));
		static const struct { const char *form, *says; } bad[] = {
			{ "title=&class=year-5&on=1/10/2026&outcomes=checking", "Say in a few words" }, { "title=X&class=year-5&on=&outcomes=checking", "Say for which day" },
			{ "title=X&class=year-5&on=31/2/2026&outcomes=checking", "Write the day as" }, { "title=X&class=year-5&on=1/10/2026", "Tick what the children learn" },
			{ "title=X&class=year-9&on=1/10/2026&outcomes=checking", "Choose a class" }, { "title=X&class=year-5&on=1/10/2026&outcomes=no-such", "Tick what" },
		};
		for (size_t i = 0; i < ARRAY_N(bad); i++) {
			v = web_post(r.w, ROLE_TEACHER, "/curriculum/lessons/new", bad[i].form);
			CHECK(v.status == 422 && web_says(&v, bad[i].says));
		}
		static const int others[] = { ROLE_GOVERNOR, ROLE_PARENT, ROLE_LEARNER };
		for (size_t i = 0; i < ARRAY_N(others); i++)
			CHECK_INT(web_post(r.w, others[i], "/curriculum/lessons/new", form).status, 403);
	}
}

TEST(clause, c4_5_02_the_class_register_of_a_lesson_is_each_childs_record)
{
	IN_EACH_SCHOOL(r) {
		int64_t away;
		struct person_in in = { .kind = KIND_LEARNER, .name = STR("Fern Samplewick"), .year = 5, .class_id = r.elm, .username = STR("fern.s") };
		CHECK_OK(person_add(r.w->db, &r.act, &in, &r.d, &away));
		int64_t id = lesson(&r, "phones", 5, r.elm, SUBJECT_PSHE, day(2026, 9, 22));
		const char *go = arena_fmt(r.w->arena, "/curriculum/lessons/%lld/taught", (long long)id).p;
		CHECK_INT(web_post(r.w, ROLE_TEACHER, go, arena_fmt(r.w->arena, "day=22/9/2026&child=%lld&child=%lld", (long long)r.child, (long long)r.w->person[ROLE_PARENT]).p).status, 303);
		struct web_visit v = web_get(r.w, ROLE_TEACHER, arena_fmt(r.w->arena, "/people/%lld/lessons", (long long)r.child).p);
		CHECK(web_says(&v, "A lesson") && web_says(&v, "22 September 2026"));
		v = web_get(r.w, ROLE_TEACHER, arena_fmt(r.w->arena, "/people/%lld/lessons", (long long)away).p);
		CHECK(web_says(&v, "No lesson is written down"));
		CHECK_INT(web_post(r.w, ROLE_TEACHER, go, arena_fmt(r.w->arena, "day=22/9/2026&child=%lld", (long long)away).p).status, 303);      /* put right */
		int64_t *there;
		size_t n;
		CHECK_OK(lesson_children(&r.st, r.w->arena, r.w->school, id, &there, &n));
		CHECK(n == 1 && there[0] == away);
		v = web_post(r.w, ROLE_TEACHER, go, "day=1/12/2026");
		CHECK(v.status == 422 && web_says(&v, "has not come yet"));
		CHECK_INT(web_get(r.w, ROLE_LEARNER, arena_fmt(r.w->arena, "/people/%lld/lessons", (long long)away).p).status, 404);
		CHECK_INT(web_get(r.w, ROLE_LEARNER, arena_fmt(r.w->arena, "/people/%lld/lessons", (long long)r.w->person[ROLE_LEARNER]).p).status, 200);      /* one's own */
		static const char *const pages[] = { "/curriculum", "/curriculum/lessons", "/curriculum/outcomes", "/occasions" };
		for (size_t i = 0; i < ARRAY_N(pages); i++)
			CHECK_INT(web_get(r.w, ROLE_LEARNER, pages[i]).status, 403);
		CHECK_INT(web_get(r.w, ROLE_LEARNER, arena_fmt(r.w->arena, "/curriculum/lessons/%lld", (long long)id).p).status, 403);
	}
}

TEST(clause, c4_5_09_helping_a_friend_is_taught_and_the_worry_page_has_it)
{
	IN_EACH_SCHOOL(r) {
		is_on_the_map(&r, "4.5-09", "friends");
		struct web_visit v = web_get(r.w, ROLE_LEARNER, "/report");
		CHECK(v.status == 200 && web_says(&v, "friend"));
	}
}

TEST(clause, c5_1_08_three_research_outcomes_have_days)
{
	IN_EACH_SCHOOL(r) {
		static const char *const three[] = { "searching", "retrieving", "judging" };
		for (size_t i = 0; i < 3; i++)
			is_on_the_map(&r, "5.1-08", three[i]);
	}
}

TEST(clause, c5_1_09_checking_what_one_sees_is_taught_in_each_year_it_fits) { IN_EACH_SCHOOL(r) is_on_the_map(&r, "5.1-09", "checking"); }
TEST(clause, c7_1_13_naming_sources_is_taught_in_each_year_it_fits) { IN_EACH_SCHOOL(r) is_on_the_map(&r, "7.1-13", "citing"); }
TEST(clause, c8_2_01_social_media_is_taught_in_each_year_or_a_gap) { IN_EACH_SCHOOL(r) is_on_the_map(&r, "8.2-01", "social-media"); }
TEST(clause, c9_3_01_own_telephones_are_taught_in_each_year_it_fits) { IN_EACH_SCHOOL(r) is_on_the_map(&r, "9.3-01", "phones"); }

TEST(clause, c7_5_1_07_a_lesson_on_passwords_and_the_rule_in_the_childrens_agreement)
{
	IN_EACH_SCHOOL(r) {
		is_on_the_map(&r, "7.5.1-07", "passwords-private");
		FILE *f = fopen(test_source("data/agreements/en.conf"), "re");
		char line[2000];
		bool ks2 = false, rule = false;
		CHECK(f != NULL);
		while (fgets(line, sizeof line, f)) {
			ks2 = strncmp(line, "[agreement", 10) == 0 ? strstr(line, "ks2") != NULL : ks2;
			rule = rule || (ks2 && strstr(line, "password"));
		}
		fclose(f);
		CHECK(rule);
	}
}

TEST(clause, c11_1_07_hurtful_behaviour_is_taught_in_pshe_or_relationships_lessons)
{
	IN_EACH_SCHOOL(r) {
		const struct outcome *o = outcome_find(taught(&r), STR("harassment"));
		CHECK(o && o->subjects & (SUBJECT_BIT(SUBJECT_PSHE) | SUBJECT_BIT(SUBJECT_RSE)));
		is_on_the_map(&r, "11.1-07", "harassment");
	}
}

/* Learners, staff and parents each hear of it, or it is missing. */
static void all_three_hear(struct room *r, const char *clause, const char *outcome)
{
	const struct outcome *o = outcome_find(taught(r), str_z(outcome));
	const char *words = arena_fmt(r->w->arena, "nothing on \"%.*s\"", STRF(o->title)).p;
	static const char *const who[] = { "Children: ", "Staff: ", "Parents and carers: " };
	for (size_t i = 0; i < 3; i++)
		CHECK(lacks(r, clause, arena_fmt(r->w->arena, "%s%s", who[i], words).p));
	lesson(r, outcome, 5, r->elm, SUBJECT_PSHE, day(2026, 11, 3));
	CHECK(!lacks(r, clause, arena_fmt(r->w->arena, "%s%s", who[0], words).p) && lacks(r, clause, arena_fmt(r->w->arena, "%s%s", who[1], words).p));
	occasion(r, "session", AUDIENCE_BIT(AUDIENCE_STAFF), outcome, "");
	CHECK(!lacks(r, clause, arena_fmt(r->w->arena, "%s%s", who[1], words).p) && lacks(r, clause, arena_fmt(r->w->arena, "%s%s", who[2], words).p));
	int64_t id = occasion(r, "session", AUDIENCE_BIT(AUDIENCE_PARENTS), outcome, "");
	CHECK(!lacks(r, clause, arena_fmt(r->w->arena, "%s%s", who[2], words).p));
	CHECK_OK(occasion_cancel(&r->st, &r->act, id, &r->d));
	CHECK(lacks(r, clause, arena_fmt(r->w->arena, "%s%s", who[2], words).p));
}

TEST(clause, c11_2_04_children_staff_and_parents_hear_of_private_pictures) { IN_EACH_SCHOOL(r) all_three_hear(&r, "11.2-04", "pictures"); }
TEST(clause, c11_3_01_children_staff_and_parents_hear_of_grooming) { IN_EACH_SCHOOL(r) all_three_hear(&r, "11.3-01", "grooming"); }
TEST(clause, c11_3_02_children_staff_and_parents_hear_how_offenders_begin) { IN_EACH_SCHOOL(r) all_three_hear(&r, "11.3-02", "approaches"); }
TEST(clause, c11_3_04_the_year_lacks_whichever_of_the_three_has_no_session)
{
	IN_EACH_SCHOOL(r) {
		const struct outcome *o = outcome_find(taught(&r), STR("grooming"));
		CHECK(words_have(o->clauses, STR("11.3-04")));
		all_three_hear(&r, "11.3-01", "grooming");
	}
}

/* The points of advice, class by class. */
static void advised(struct room *r, const char *clause, const char *outcome)
{
	const struct outcome *o = outcome_find(taught(r), str_z(outcome));
	CHECK(o && outcome_has(o, "advice") && words_have(o->clauses, str_z(clause)));
	int64_t oak;
	CHECK_OK(class_add(r->w->db, &r->act, STR("Oak"), 5, STR("ks2"), &r->d, &oak));
	int64_t id = lesson(r, outcome, 5, r->elm, SUBJECT_PSHE, day(2026, 9, 22));
	CHECK_OK(lesson_taught(&r->st, &r->act, id, day(2026, 9, 22), &r->child, 1, &r->d));
	struct teaching t = teaching(r);
	for (size_t i = 0; i < t.n_classes; i++)
		CHECK_INT(map_class(&t, o, &t.classes[i]).cover, t.classes[i].id == r->elm ? COVER_TAUGHT : COVER_GAP);
	struct web_visit v = web_get(r->w, ROLE_TEACHER, "/curriculum/outcomes?by=class");
	CHECK(web_says(&v, arena_z(r->w->arena, o->title)) && web_says(&v, "Elm</th>") && web_says(&v, "Oak</th>") && web_says(&v, "Taught 22 September 2026"));
	CHECK(!outcome_has(o, "report") || web_says(&v, "href=\"/report\""));
}

TEST(clause, c8_2_05_sharing_details_is_ticked_off_class_by_class) { IN_EACH_SCHOOL(r) advised(&r, "8.2-05", "details"); }
TEST(clause, c8_2_06_known_friends_is_ticked_off_class_by_class) { IN_EACH_SCHOOL(r) advised(&r, "8.2-06", "known-friends"); }
TEST(clause, c8_2_07_meeting_somebody_is_ticked_off_class_by_class) { IN_EACH_SCHOOL(r) advised(&r, "8.2-07", "meeting"); }
TEST(clause, c8_2_08_safe_passwords_is_ticked_off_class_by_class) { IN_EACH_SCHOOL(r) advised(&r, "8.2-08", "safe-passwords"); }
TEST(clause, c8_2_09_sites_for_our_age_is_ticked_off_class_by_class) { IN_EACH_SCHOOL(r) advised(&r, "8.2-09", "right-age"); }
TEST(clause, c8_2_10_blocking_and_reporting_is_ticked_off_class_by_class) { IN_EACH_SCHOOL(r) advised(&r, "8.2-10", "blocking"); }
TEST(clause, c8_2_11_telling_is_ticked_off_class_by_class_and_the_lesson_links_to_the_report_page)
{
	IN_EACH_SCHOOL(r) {
		advised(&r, "8.2-11", "reporting");
		int64_t id = lesson(&r, "reporting", 5, r.elm, SUBJECT_PSHE, day(2026, 9, 23));
		struct web_visit v = web_get(r.w, ROLE_TEACHER, arena_fmt(r.w->arena, "/curriculum/lessons/%lld", (long long)id).p);
		CHECK(web_says(&v, "href=\"/report\">The page for telling somebody"));
	}
}

/* ---- the year's plan ---- */

TEST(clause, c1_09_the_plan_has_something_for_each_audience_or_a_gap)
{
	IN_EACH_SCHOOL(r) {
		CHECK(lacks(&r, "1-09", "Children: ") && lacks(&r, "1-09", "Staff: ") && lacks(&r, "1-09", "Parents and carers: "));
		lesson(&r, "kind", 3, 0, SUBJECT_PSHE, day(2026, 11, 3));
		occasion(&r, "session", AUDIENCE_BIT(AUDIENCE_STAFF) | AUDIENCE_BIT(AUDIENCE_PARENTS), "", "");
		CHECK(!lacks(&r, "1-09", ": "));
	}
}

TEST(clause, c6_10_the_plan_has_expectations_for_learners_staff_and_parents)
{
	IN_EACH_SCHOOL(r) {
		CHECK(lacks(&r, "6-10", "Children: ") && lacks(&r, "6-10", "Staff: ") && lacks(&r, "6-10", "Parents and carers: "));
		lesson(&r, "expectations", 5, 0, SUBJECT_PSHE, day(2026, 11, 3));
		occasion(&r, "message", AUDIENCE_BIT(AUDIENCE_PARENTS), "", "expectations");
		occasion(&r, "session", AUDIENCE_BIT(AUDIENCE_STAFF), "expectations", "");
		CHECK(!lacks(&r, "6-10", "nothing about how people are expected"));
	}
}

TEST(clause, c4_2_10_the_plan_holds_the_national_day_and_something_local)
{
	IN_EACH_SCHOOL(r) {
		CHECK(lacks(&r, "4.2-10", "national") && lacks(&r, "4.2-10", "local"));
		int64_t id = occasion(&r, "national", AUDIENCE_BIT(AUDIENCE_LEARNERS), "", "");
		CHECK(!lacks(&r, "4.2-10", "national") && lacks(&r, "4.2-10", "local"));
		occasion(&r, "local", AUDIENCE_BIT(AUDIENCE_COMMUNITY), "", "");
		CHECK(!lacks(&r, "4.2-10", "local"));
		CHECK_OK(occasion_held(&r.st, &r.act, id, 212, STR("Went well"), &r.d));
		struct occasion o;
		CHECK_OK(occasion_get(&r.st, r.w->arena, r.w->school, id, &o));
		CHECK(o.attended == 212 && str_is(o.state, "held"));
	}
}

TEST(clause, c5_1_14_children_teaching_children_is_missing_only_where_the_school_does_it)
{
	IN_EACH_SCHOOL(r) {
		bool on = profile_yes(&r.w->web->library->profile, "edu.peer_education");
		CHECK_INT(on, turn_ == 1);
		CHECK_INT(lacks(&r, "5.1-14", "Children teach children"), on);
		struct lesson l = { .title = STR("Digital leaders"), .outcomes = STR("kind"), .kind = STR("peer"), .year = 3, .on_utc = day(2026, 11, 3) };
		int64_t id;
		CHECK_OK(lesson_save(&r.st, &r.act, taught(&r), &l, &r.d, &id));
		CHECK(!lacks(&r, "5.1-14", ""));
	}
}

TEST(clause, c5_1_15_each_cohort_that_changes_key_stage_has_a_lesson_before)
{
	IN_EACH_SCHOOL(r) {
		static const int last[] = { 0, 2, 6 };
		for (size_t i = 0; i < 3; i++) {
			bool here = map_years(&r.w->web->library->profile) & YEAR_BIT(last[i]);
			CHECK_INT(lacks(&r, "5.1-15", year_title(last[i])), here);
			struct lesson l = { .title = STR("Moving up"), .outcomes = STR("resilience"), .kind = STR("transition"), .year = last[i], .on_utc = day(2027, 6, 3) };
			int64_t id;
			CHECK_OK(lesson_save(&r.st, &r.act, taught(&r), &l, &r.d, &id));
			CHECK(!lacks(&r, "5.1-15", year_title(last[i])));
		}
	}
}

TEST(clause, c7_3_1_12_the_map_flags_a_term_in_which_a_class_has_no_lesson)
{
	IN_EACH_SCHOOL(r) {
		CHECK(lacks(&r, "7.3.1-12", "Elm: no lesson in the autumn term") && lacks(&r, "7.3.1-12", "Elm: no lesson in the summer term"));
		lesson(&r, "kind", 5, r.elm, SUBJECT_PSHE, day(2026, 10, 13));
		CHECK(!lacks(&r, "7.3.1-12", "Elm: no lesson in the autumn term") && lacks(&r, "7.3.1-12", "Elm: no lesson in the spring term"));
		lesson(&r, "kind", 5, 0, SUBJECT_PSHE, day(2027, 2, 9));
		lesson(&r, "kind", 5, 0, SUBJECT_PSHE, day(2027, 6, 9));
		CHECK(!lacks(&r, "7.3.1-12", "Elm"));
	}
}

TEST(clause, c5_4_03_a_year_without_a_parents_session_has_a_gap)
{
	IN_EACH_SCHOOL(r) {
		occasion(&r, "message", AUDIENCE_BIT(AUDIENCE_PARENTS), "", "");
		CHECK(lacks(&r, "5.4-03", "no session"));
		occasion(&r, "session", AUDIENCE_BIT(AUDIENCE_PARENTS), "", "");
		CHECK(!lacks(&r, "5.4-03", "no session"));
	}
}

TEST(clause, c5_4_04_an_event_with_online_safety_in_it_is_marked_and_counted)
{
	IN_EACH_SCHOOL(r) {
		const char *form = "title=Summer+fair&kind=school&on=12/6/2027&audiences=parents&featured=yes";
		CHECK_INT(web_post(r.w, ROLE_LEADERSHIP, "/occasions/new", form).status, 303);
		occasion(&r, "school", AUDIENCE_BIT(AUDIENCE_PARENTS), "", "");
		struct web_visit v = web_get(r.w, ROLE_GOVERNOR, "/occasions");
		CHECK(web_says(&v, "this year: 2") && web_says(&v, "in them: 1") && web_says(&v, "Summer fair"));
		for (int role = 0; role <= NOBODY; role = web_next(role)) {
			bool may = web_get(r.w, role, "/occasions/new").status == 200;
			bool did = web_post(r.w, role, "/occasions/new", arena_fmt(r.w->arena, "title=Fair+%d&kind=school&on=12/6/2027&audiences=parents", role).p).status == 303 && role != NOBODY;
			CHECK_INT(did, may);
			if (role == ROLE_GOVERNOR || role == ROLE_CHAIR || role == ROLE_PARENT || role == ROLE_LEARNER || role == ROLE_VISITOR || role == NOBODY)
				CHECK(!may);
		}
		CHECK_INT(web_get(r.w, ROLE_DSL, "/occasions/new").status, 200);
	}
}

TEST(clause, c5_1_19_somebody_from_outside_needs_a_content_check_before_and_an_evaluation_after)
{
	IN_EACH_SCHOOL(r) {
		struct web_visit v = web_post(r.w, ROLE_TEACHER, "/occasions/new", "title=A+talk&kind=session&on=12/11/2026&audiences=parents&visitor=An+invented+speaker");
		CHECK(v.status == 422 && web_says(&v, "a member of staff looks at what they will show"));
		const char *form = arena_fmt(r.w->arena, "title=A+talk&kind=session&on=12/11/2026&audiences=parents&visitor=An+invented+speaker&content-by=%lld&content-checked=Slides,+1+November",
			(long long)r.w->person[ROLE_DSL]).p;
		v = web_post(r.w, ROLE_TEACHER, "/occasions/new", form);
		CHECK_INT(v.status, 303);
		const char *held = arena_fmt(r.w->arena, "%.*s/held", STRF(v.location)).p;
		v = web_post(r.w, ROLE_TEACHER, held, "attended=31&evaluation=");
		CHECK(v.status == 422 && web_says(&v, "Somebody from outside took part") && web_says(&v, "An invented speaker"));
		CHECK_INT(web_post(r.w, ROLE_TEACHER, held, "attended=31&evaluation=Clear,+ask+again").status, 303);
		CHECK_INT(web_post(r.w, ROLE_GOVERNOR, held, "attended=31&evaluation=x").status, 403);
	}
}

TEST(clause, c5_1_18_a_lesson_holds_what_children_said_and_the_list_shows_those_without)
{
	IN_EACH_SCHOOL(r) {
		int64_t id = lesson(&r, "kind", 5, r.elm, SUBJECT_PSHE, day(2026, 9, 22));
		CHECK_OK(lesson_taught(&r.st, &r.act, id, day(2026, 9, 22), &r.child, 1, &r.d));
		struct web_visit v = web_get(r.w, ROLE_TEACHER, "/curriculum/lessons");
		CHECK(web_says(&v, "Nobody asked the children yet"));
		CHECK_INT(web_post(r.w, ROLE_TEACHER, arena_fmt(r.w->arena, "/curriculum/lessons/%lld/feedback", (long long)id).p, "feedback=More+games").status, 303);
		v = web_get(r.w, ROLE_TEACHER, "/curriculum/lessons");
		CHECK(!web_says(&v, "Nobody asked the children yet"));
		v = web_get(r.w, ROLE_SENCO, arena_fmt(r.w->arena, "/curriculum/lessons/%lld", (long long)id).p);
		CHECK(web_says(&v, "More games"));
	}
}

TEST(curriculum, a_file_with_an_error_says_where)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "[strand x]\ntitle = X\n", "does not say what children" }, { "[outcome x]\ntitle = X\nyears = 1\nsubjects = pshe\n", "no strand called" },
		{ "[outcome x]\ntitle = X\nyears = 9\nsubjects = pshe\n", "does not fit years" }, { "[lesson x]\ntitle = X\n", "nothing else" },
		{ "[strand x]\nshoe = X\n", "shoe" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		AUTO(buf_done) struct buf out = buf_init(8000);
		struct curriculum c;
		struct str path = arena_fmt(&a, "%s/c.conf", test_dir());
		FILE *f = fopen(path.p, "we");
		fputs(bad[i].text, f);
		fclose(f);
		CHECK_ERR(curriculum_load(&a, path.p, &d, &c), ERR_SYNTAX);
		diag_print(&d, &out);
		CHECK(str_find(buf_str(&out), str_z(bad[i].says)) >= 0);
	}
}
