#include "base/test.h"
#include "house/roll/text.h"

static enum err read(struct arena *a, struct str bytes, struct str *out, struct diag *d)
{
	enum roll_encoding how;
	return roll_text(a, STR("f.csv"), bytes, d, out, &how);
}

TEST(roll_text, utf8_with_and_without_its_mark_and_windows_1252_are_read)
{
	static const struct { const char *bytes; size_t n; const char *want; } all[] = {
		{ "Zo\xc3\xab", 4, "Zo\xc3\xab" }, { "\xef\xbb\xbfZo\xc3\xab", 7, "Zo\xc3\xab" }, { "Zo\xeb", 3, "Zo\xc3\xab" }, { "O\x92Test", 6, "O\xe2\x80\x99Test" },
		{ "\x80", 1, "\xe2\x82\xac" }, { "", 0, "" }, { "\xff\xfeZ\0\xeb\0", 6, "Z\xc3\xab" }, { "\xfe\xff\0Z\0\xeb", 6, "Z\xc3\xab" }, { "\xff\xfe\x3d\xd8\x00\xde", 6, "\xf0\x9f\x98\x80" },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(5);
		struct str out;
		CHECK_OK(read(&a, (struct str){ all[i].bytes, all[i].n }, &out, &d));
		CHECK_STR(out, all[i].want);
	}
}

TEST(roll_text, what_is_no_text_or_two_encodings_is_refused_with_its_line)
{
	static const struct { const char *bytes; size_t n; long line; } all[] = {
		{ "a\nb\0", 4, 2 }, { "a\n\x81", 3, 2 }, { "Zo\xc3\xab\nZo\xeb\n", 9, 2 }, { "\xef\xbb\xbfZo\xeb", 6, 1 }, { "\xff\xfeZ", 3, 0 }, { "\xff\xfe\0\xdc", 4, 0 }, { "\xff\xfeZ\0\0\0", 6, 1 },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(5);
		struct str out;
		CHECK_ERR(read(&a, (struct str){ all[i].bytes, all[i].n }, &out, &d), ERR_SYNTAX);
		CHECK(d.n == 1 && d.items[0].line == all[i].line && str_find(d.items[0].text, STR("again")) > 0);
	}
}
