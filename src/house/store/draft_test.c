#include "house/store/draft.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/test.h"
#include "house/store/fixture.h"

static int64_t somebody(struct fixture *fx, const char *name)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_person_put_row row;
	struct q_person_put_args args = { .school = fx->school, .kind = STR("staff"), .name = str_z(name), .sort_name = str_z(name), .group = STR(""), .from = 1 };
	CHECK_OK(q_person_put_one(fx->db, &a, &args, &row));
	return row.id;
}

TEST(draft, is_its_writers_alone_and_sealed)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct store st = { .db = fx.db, .keys = fx.keys };
		struct act mine = { fx.school, somebody(&fx, "Tansy Testerley"), "test" };
		int64_t other = somebody(&fx, "Alder Testerley"), since;
		struct str text;
		CHECK_OK(draft_save(&st, &mine, "report", STR("words=a+zebra")));
		CHECK_OK(draft_save(&st, &mine, "report", STR("words=a+zebra+came")));
		CHECK_OK(draft_get(&st, &a, fx.school, mine.person, "report", &text, &since));
		CHECK_STR(text, "words=a+zebra+came");
		CHECK_INT(draft_get(&st, &a, fx.school, other, "report", &text, &since), ERR_ABSENT);
		CHECK_INT(draft_get(&st, &a, fx.school, mine.person, "other", &text, &since), ERR_ABSENT);
		struct q_draft_row_row row;
		CHECK_OK(q_draft_row_one(fx.db, &a, &(struct q_draft_row_args){ fx.school, mine.person, STR("report") }, &row));
		CHECK(str_find(row.sealed, STR("zebra")) < 0);
		struct act nobody = { fx.school, 0, "test" };
		CHECK_INT(draft_save(&st, &nobody, "report", STR("x")), ERR_INVALID);
	}
}

TEST(draft, goes_with_its_key_when_sent_or_after_three_days)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct store st = { .db = fx.db, .keys = fx.keys };
		struct act act = { fx.school, somebody(&fx, "Tansy Testerley"), "test" };
		struct q_draft_row_row row;
		struct str text, out;
		int64_t since;
		size_t n;
		clock_fake(INT64_C(1800000000) * 1000);
		CHECK_OK(draft_save(&st, &act, "report", STR("words=a+zebra")));
		CHECK_OK(q_draft_row_one(fx.db, &a, &(struct q_draft_row_args){ fx.school, act.person, STR("report") }, &row));
		CHECK_OK(draft_drop(&st, &act, "report"));
		CHECK_OK(draft_drop(&st, &act, "report"));
		CHECK_INT(draft_get(&st, &a, fx.school, act.person, "report", &text, &since), ERR_ABSENT);
		struct seal_place at = { fx.school, row.key, act.person, 0, "report" };      /* from a backup, say */
		CHECK_INT(seal_open(fx.db, fx.keys, &a, &at, row.sealed, &out), ERR_ABSENT);
		CHECK_OK(draft_save(&st, &act, "report", STR("words=again")));
		CHECK_OK(draft_sweep(&st, fx.school, clock_utc() + DRAFT_KEEP_S - 10, &n));
		CHECK_INT(n, 0);
		clock_step((DRAFT_KEEP_S + 10) * INT64_C(1000));
		CHECK_INT(draft_get(&st, &a, fx.school, act.person, "report", &text, &since), ERR_ABSENT);
		CHECK_OK(draft_sweep(&st, fx.school, clock_utc(), &n));
		CHECK_INT(n, 1);
		clock_fake(0);
	}
}
