#include "house/filter/category.h"

#include "base/mem.h"
#include "base/test.h"
#include "io/file.h"
#include "policy/compile/lists.h"

static struct category_texts all(struct arena *a)
{
	struct category_texts t;
	CHECK_OK(category_texts(a, test_source("data/categories.conf"), &t));
	return t;
}

TEST(category, each_has_a_rationale_what_it_holds_and_a_test_set_and_the_test_stands_on_a_list)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct category_texts t = all(&a);
	CHECK(t.n > 50);
	for (size_t i = 0; i < t.n; i++) {
		const struct category_text *c = &t.v[i];
		AUTO(buf_done) struct buf file = buf_init(1 << 20);
		struct str line, whole;
		bool stands = false;
		CHECK(c->title.n && c->why.n > 20 && c->holds.n > 20 && str_find(c->holds, STR("http")) < 0 && str_find(c->holds, STR("www.")) < 0);
		CHECK(str_find(c->why, STR("(7.")) < 0);
		if (c->allow || c->help)
			continue;
		CHECK_STR(c->test, arena_fmt(&a, "%.*s.filter-check.test", STRF(c->name)).p);
		if (c->sealed)
			continue;                 /* stands on whatever sealed list there is (policy/compile/lists.c) */
		CHECK_OK(file_read(test_source(arena_fmt(&a, "data/lists/starter/%.*s.txt", STRF(c->name)).p), &file));
		whole = buf_str(&file);
		while (str_next(&whole, '\n', &line))
			stands |= str_eq(line, c->test);
		CHECK(stands);
	}
}

/* UK Safer Internet Centre: one code, a default, a rationale and a test set for each further illegal kind. */
TEST(category, each_illegal_kind_has_its_own_code_law_and_default_and_nothing_opens_it)
{
	static const char *const kinds[ILLEGAL_KINDS] = { "abuse of children", "coercive", "sexual violence", "Extreme pornography", "Fraud", "religiously aggravated", "Inciting violence", "smuggling",
		"suicide", "Intimate pictures", "drugs or weapons", "Sexual exploitation", "Terrorism" };
	AUTO(arena_done) struct arena a = arena_init();
	struct category_texts t = all(&a);
	for (size_t k = 0; k < ILLEGAL_KINDS; k++) {
		struct str code = arena_fmt(&a, "ILL-%02zu", k + 1);
		size_t found = 0;
		for (size_t i = 0; i < t.n; i++) {
			const struct category_text *c = &t.v[i];
			if (!str_eq(c->code, code))
				continue;
			found++;
			CHECK(str_find(c->title, str_z(kinds[k])) >= 0 && c->law.n && c->illegal && str_is(c->block, "all") && c->sensitive);
			CHECK_STR(category_default_words(&a, c), "everybody");
		}
		CHECK_INT(found, 1);
	}
}

TEST(category, one_without_rationale_content_or_test_set_is_refused)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "[category a]\ntitle = A\nholds = h\ntest = t.test\n", "needs a title, a why" }, { "[category a]\ntitle = A\nwhy = w\ntest = t.test\n", "a holds" },
		{ "[category a]\ntitle = A\nwhy = w\nholds = h\n", "needs a test" } };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(diag_done) struct diag d = diag_init(5);
		AUTO(lists_free) struct lists *l = NULL;
		char path[512];
		CHECK_OK(path_join(path, sizeof path, test_dir(), "categories.conf"));
		CHECK_OK(file_replace(path, str_z(bad[i].text), 0600));
		struct lists_opts o = { .categories = path };
		CHECK(lists_new(&o, &d, &l) != OK && d.n && str_find(d.items[0].text, str_z(bad[i].says)) >= 0);
	}
}

TEST(category, words_for_people)
{
	AUTO(arena_done) struct arena a = arena_init();
	CHECK_STR(category_default_words(&a, &(struct category_text){ .block = STR("learners guests") }), "all pupils, visitors");
	CHECK_STR(category_default_words(&a, &(struct category_text){ .block = STR("none") }), "nobody");
	CHECK_STR(category_plain(&a, STR("Stop (7.3.2-02).  More (of it) here.")), "Stop.  More (of it) here.");
}
