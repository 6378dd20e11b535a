#include "base/buf.h"
#include "base/test.h"
#include "house/casefile/bundle.h"
#include "house/casefile/childfile.h"

static const struct bundle_file files[] = { { { "index.html", 10 }, { "<p>page</p>", 11 } }, { { "documents/1.txt", 15 }, { "words", 5 } } };

TEST(bundle, what_is_written_is_read_back_with_the_passphrase_and_not_without)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct bundle_file *got;
	struct str bytes;
	char phrase[BUNDLE_PHRASE];
	size_t n;
	bundle_phrase(phrase);
	CHECK_INT(strlen(phrase), 23);
	CHECK_OK(bundle_write(&a, files, 2, phrase, &bytes));
	CHECK(str_find(bytes, STR("words")) < 0);
	CHECK_OK(bundle_read(&a, bytes, phrase, &d, &got, &n));
	CHECK_INT(n, 3);
	CHECK_STR(bundle_find(got, n, "documents/1.txt")->bytes, "words");
	CHECK(bundle_read(&a, bytes, "", &d, &got, &n) != OK && d.errors == 1 && str_is(d.items[0].file, "phrase"));
	CHECK(bundle_read(&a, bytes, "another", &d, &got, &n) != OK && str_is(d.items[1].file, "phrase"));
}

/* A bundle with its list changed: every way of lying is refused with a sentence. */
TEST(bundle, a_list_that_does_not_agree_is_refused)
{
	static const char *const names[] = { "../x", "/etc/x", "a\\b", "c:x" };
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct bundle_file *got, bad = { { "x", 1 }, { "y", 1 } };
	struct str bytes;
	size_t n;
	CHECK_OK(bundle_write(&a, &bad, 1, "", &bytes));
	CHECK_OK(bundle_read(&a, bytes, "", &d, &got, &n));
	for (size_t i = 0; i < ARRAY_N(names); i++) {
		bad.name = str_z(names[i]);
		CHECK_OK(bundle_write(&a, &bad, 1, "", &bytes));
		size_t before = d.errors;
		CHECK(bundle_read(&a, bytes, "", &d, &got, &n) != OK && d.errors == before + 1);
	}
	/* one byte of the file's content changed, or the list gone */
	bad.name = STR("x");
	CHECK_OK(bundle_write(&a, &bad, 1, "", &bytes));
	char *p = (char *)(uintptr_t)bytes.p;
	for (ptrdiff_t k; (k = str_find((struct str){ p, bytes.n }, STR("manifest.sha256"))) >= 0;)
		p[k] = 'n';
	CHECK(bundle_read(&a, bytes, "", &d, &got, &n) != OK);
	CHECK(str_find(d.items[d.n - 1].text, STR("checksums")) >= 0);
}

TEST(bundle, more_than_the_limits_is_refused)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct bundle_file *many = arena_array(&a, struct bundle_file, BUNDLE_FILES_MAX + 2);
	struct str bytes;
	for (size_t i = 0; i < BUNDLE_FILES_MAX + 2; i++)
		many[i] = (struct bundle_file){ arena_fmt(&a, "%zu", i), STR("x") };
	CHECK_ERR(bundle_write(&a, many, BUNDLE_FILES_MAX + 2, "", &bytes), ERR_LIMIT);
}

TEST(childfile, is_read_back_as_written_and_has_the_same_digest)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	struct child_entry e[] = { { .at_utc = 1789200000, .recorded_utc = 1789200060, .by = STR("Ms Quillfeather"), .kind = STR("note"), .title = STR("A note"),
		.text = STR("He said \"no\".\nThen <b>nothing</b>.") } };
	struct child_file f = { .title = STR("Safeguarding file"), .school = STR("Tansy Lane"), .name = STR("Tansy Testerley"), .made_utc = 1789200100, .entries = e, .n = 1 }, g;
	struct str json;
	char one[65], two[65];
	CHECK_OK(childfile_json(&a, &f, &json));
	CHECK_OK(childfile_read(&a, json, &d, &g));
	CHECK_STR(g.entries[0].text, "He said \"no\".\nThen <b>nothing</b>.");
	CHECK_OK(childfile_digest(&a, &f, one));
	CHECK_OK(childfile_digest(&a, &g, two));
	CHECK(strcmp(one, two) == 0);
	childfile_html(&a, &f, true, &b);
	CHECK(str_find(buf_str(&b), str_z(one)) > 0 && str_find(buf_str(&b), STR("<b>")) < 0 && str_find(buf_str(&b), STR("Entry 1 of 1")) < 0);
	CHECK(childfile_read(&a, STR("{\"format\":\"other\"}"), &d, &g) != OK && d.errors == 1);
	CHECK(childfile_read(&a, STR("{\"format\":\"gatehouse-child-file\",\"child\":{\"name\":\"x\"},\"entries\":[{}]}"), &d, &g) != OK && d.errors == 2);
}
