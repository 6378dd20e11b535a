/* Whether anything may be attached to a case: never where there may be pictures of children. */
#include "house/record/town.h"

static bool uploads(struct town *t, int64_t id)
{
	struct entry_may m = may(t, DSL);
	bool ok = true;
	CHECK_OK(record_uploads(&t->k, &m, id, &ok));
	return ok;
}

TEST(clause, c11_2_10_nothing_is_attached_to_a_case_of_pictures)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t i = 0; i < ARRAY_N(profiles); i++) {
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[i]);
			static const char *const shut[] = { "sexting", "csae", "illegal" };
			for (size_t s = 0; s < ARRAY_N(shut); s++)
				CHECK(!uploads(&t, open_case(&t, shut[s])));
			int64_t id = open_case(&t, "hate");
			CHECK(uploads(&t, id));
			struct act act = as(&t, DSL);
			struct entry_may m = may(&t, DSL), teacher = may(&t, TEACHER);
			bool ok;
			CHECK_ERR(record_uploads(&t.k, &teacher, id, &ok), ERR_ABSENT);
			/* it was about pictures for a while: that stays */
			CHECK_OK(record_change(&t.k, &act, &m, id, STR("sexting"), STR("there is a picture"), &t.d));
			CHECK(!uploads(&t, id));
			CHECK_OK(record_change(&t.k, &act, &m, id, STR("hate"), STR("there was none"), &t.d));
			CHECK(!uploads(&t, id));
			close_town(&t);
		}
	}
}

TEST(record, an_answer_that_says_picture_shuts_the_case_for_documents)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = open_case(&t, "svsh");
		CHECK(uploads(&t, id));
		STEP(&t, id, "kind", "images", F("others", ""));
		CHECK(!uploads(&t, id));
		close_town(&t);
	}
}
