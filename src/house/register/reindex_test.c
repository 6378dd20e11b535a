/* A register that gets pages later: what stood there before is found. */
#include "house/register/reindex.h"
#include "house/store/fixture.h"

#define FIELDS "states = new old\n[field name]\nlabel = Name\ntype = text\n[field colour]\nlabel = Colour\ntype = choice\nchoice = red | Red\nchoice = blue | Blue\n[field day]\nlabel = Day\ntype = date\n"
#define BEFORE "[register thing]\ntitle = Things\n" FIELDS
#define SHAPE "[register register-shape]\ntitle = Shapes\nstates = making made\n[field register]\nlabel = R\ntype = text\nindex = yes\n[field shape]\nlabel = S\ntype = text\n" \
              "[field upto]\nlabel = U\ntype = int\n[field done]\nlabel = D\ntype = int\n[field total]\nlabel = T\ntype = int\n"
#define AFTER "[register thing]\ntitle = Things\npage = yes\nrights = registers-devices\n" FIELDS SHAPE

enum { MANY = 450 };

static void read_text(const char *text, struct registers **out)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	CHECK_OK(registers_read(STR("t.conf"), str_z(text), &d, out));
}

static int64_t reds(struct store *st, int64_t school)
{
	struct entry_may may = { .school = school, .classes = ~1u };
	int64_t n;
	CHECK_OK(entry_count(st, &may, &(struct entry_query){ .reg = "thing", .where = { { "colour", ENTRY_IS, 0, STR("red") } }, .n_where = 1 }, &n));
	return n;
}

static void fill(struct store *st, int64_t school)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "test" };
	int64_t id;
	for (int i = 0; i < MANY; i++) {
		struct entry_field f[] = { { STR("name"), arena_fmt(&a, "Thing %d", i) }, { STR("colour"), i % 3 ? STR("blue") : STR("red") }, { STR("day"), STR("2026-09-14") } };
		CHECK_OK(entry_create(st, &act, &(struct entry_in){ .reg = "thing", .fields = f, .n_fields = 3 }, NULL, &id));
	}
}

TEST(reindex, what_stood_there_before_is_found_once_its_register_has_pages)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(registers_free) struct registers *before = NULL, *after = NULL;
		struct reindex_state s;
		size_t n;
		read_text(BEFORE, &before);
		read_text(AFTER, &after);
		struct store st = { fx.db, fx.keys, before };
		fill(&st, fx.school);
		st.registers = after;
		CHECK_INT(reds(&st, fx.school), 0);
		CHECK_OK(registers_reindex(&st, fx.school, 0, &n));
		CHECK_INT(n, 200);
		CHECK_OK(reindex_state_of(&st, &a, fx.school, registers_find(after, STR("thing")), &s));
		CHECK(s.making && s.done == 200 && s.total == MANY);
		for (int i = 0; i < 3; i++)
			CHECK_OK(registers_reindex(&st, fx.school, 0, &n));
		CHECK_OK(reindex_state_of(&st, &a, fx.school, registers_find(after, STR("thing")), &s));
		CHECK(!s.making);
		CHECK_INT(reds(&st, fx.school), MANY / 3);
		CHECK_OK(registers_reindex(&st, fx.school, 0, &n));
		CHECK_INT(n, 0);
	}
}
