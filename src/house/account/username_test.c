/* Names for signing in. */
#include "base/clock.h"
#include "house/account/username.h"
#include "house/web/web_test.h"

static struct str suggest(struct web_school *w, enum person_kind kind, const char *name)
{
	struct str out = STR_NONE;
	CHECK_OK(username_suggest(w->db, w->arena, w->school, kind, str_z(name), &out));
	return out;
}

static int64_t learner(struct web_school *w, const char *name, struct str username)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct person_in in = { .kind = KIND_LEARNER, .name = str_z(name), .username = username, .year = 1 };
	int64_t id = 0;
	CHECK_OK(person_add(w->db, &(struct act){ w->school, 0, "test" }, &in, &d, &id));
	return id;
}

TEST(username, a_childs_name_shows_no_surname_and_is_easy_to_read)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct str u = suggest(&w, KIND_LEARNER, "Zo\xc3\xab-Mae O'Testerley");
	CHECK(str_starts(u, STR("zoe.mae.")) && str_find(u, STR("testerley")) < 0);
	CHECK(str_starts(suggest(&w, KIND_LEARNER, "Stra\xc3\x9f" "e Testerley"), STR("strasse.")));
	CHECK(str_starts(suggest(&w, KIND_LEARNER, "\xe5\xb0\x8f\xe6\x98\x8e Testerley"), STR("pupil.")));
	CHECK(str_is(suggest(&w, KIND_STAFF, "Mrs Tansy Testerley"), "mrs.tansy.testerley"));
}

TEST(username, two_hundred_children_of_one_first_name_all_differ)
{
	AUTO(web_school_done) struct web_school w = web_school();
	for (int i = 0; i < 200; i++) {
		struct str u = suggest(&w, KIND_LEARNER, "Tansy Testerley");
		CHECK(str_starts(u, STR("tansy.")));
		learner(&w, "Tansy Testerley", u);               /* refused when it were taken */
	}
}

TEST(username, unlucky_words_do_not_come_about)
{
	CHECK(!username_lucky(STR("tansy.pig"), STR("Tansy")));
	CHECK(!username_lucky(STR("as.sexton"), STR("As")));
	CHECK(!username_lucky(STR("ra.tle"), STR("Ra")));            /* across the dot */
	CHECK(username_lucky(STR("tansy.otter"), STR("Tansy")));
	CHECK(username_lucky(STR("titus.otter"), STR("Titus")));     /* a child's own name is never unlucky */
}

TEST(clause, c7_5_1_01_a_name_that_somebody_had_is_never_given_again)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t one = learner(&w, "Tansy Testerley", STR("tansy.otter")), two = learner(&w, "Tansy Otherley", STR("tansy.wren")), three = 0;
	struct person_in in = { .kind = KIND_LEARNER, .name = STR("Tansy Testerley"), .username = STR("tansy.robin"), .year = 1 };
	CHECK_OK(person_change(w.db, &act, one, &in, &d));
	in.username = STR("tansy.otter");
	CHECK_ERR(person_change(w.db, &act, two, &in, &d), ERR_EXISTS);
	CHECK_ERR(person_add(w.db, &act, &in, &d, &three), ERR_EXISTS);
	CHECK_INT((long)d.n, 2);
	CHECK_OK(person_change(w.db, &act, one, &in, &d));           /* the one whose it was */
	CHECK_OK(person_leave(w.db, &act, two, 0));
	in.username = STR("tansy.wren");
	CHECK_ERR(person_add(w.db, &act, &in, &d, &three), ERR_EXISTS);
}
