#include "base/buf.h"
#include "base/test.h"
#include "house/casefile/screen.h"
#include "io/file.h"

static struct screened of(struct arena *a, const char *name)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	CHECK_OK(file_read(test_source(arena_fmt(a, "test/corpus/screen/%s", name).p), &b));
	return screen(a, arena_str(a, buf_str(&b)));
}

TEST(screen, documents_of_words_pass)
{
	static const struct { const char *file; enum screen_kind kind; } fine[] = {
		{ "letter.pdf", SCREEN_PDF }, { "letter-plain.pdf", SCREEN_PDF }, { "letter.docx", SCREEN_DOCX }, { "letter.rtf", SCREEN_RTF }, { "note.txt", SCREEN_TEXT },
	};
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(fine); i++) {
		struct screened s = of(&a, fine[i].file);
		CHECK_STR(str_z(screen_word(s.why)), "fine");
		CHECK_INT(s.kind, fine[i].kind);
		CHECK(!s.thinned && s.bytes.n);
	}
}

TEST(screen, pictures_are_refused_wherever_they_hide)
{
	static const struct { const char *file, *word; } bad[] = {
		{ "picture.jpg.txt", "picture" }, { "picture-inside.docx", "inside" }, { "picture-disguised.docx", "inside" }, { "encoded.docx", "inside" },
		{ "picture.odt", "inside" }, { "picture.pdf", "inside" }, { "picture-escaped.pdf", "inside" }, { "picture-inline.pdf", "inside" },
		{ "picture-object-stream.pdf", "inside" }, { "glued.pdf", "inside" }, { "encoded.txt", "inside" }, { "picture.rtf", "inside" },
		{ "packed-twice.pdf", "odd" }, { "attached.pdf", "attached" }, { "attached.docx", "attached" }, { "locked.pdf", "locked" },
		{ "program.pdf", "program" }, { "macro.docx", "program" }, { "old.doc", "odd" }, { "other.zip", "attached" },
	};
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct screened s = of(&a, bad[i].file);
		if (!str_is(str_z(screen_word(s.why)), bad[i].word))
			fprintf(stderr, "%s\n", bad[i].file);
		CHECK_STR(str_z(screen_word(s.why)), bad[i].word);
		CHECK(strlen(screen_sentence(s.why)) > 20);
	}
	CHECK(screen(&a, STR("  \n")).why == SCREEN_EMPTY);
	char *large = arena_alloc(&a, SCREEN_BYTES_MAX + 1);
	memset(large, 'a', SCREEN_BYTES_MAX + 1);
	CHECK(screen(&a, (struct str){ large, SCREEN_BYTES_MAX + 1 }).why == SCREEN_LARGE);
}

TEST(screen, the_preview_that_a_writing_program_adds_is_taken_out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct screened s = of(&a, "preview.odt");
	CHECK(s.why == SCREEN_FINE && s.kind == SCREEN_ODT && s.thinned);
	CHECK(str_find(s.bytes, STR("thumbnail")) < 0);
	CHECK(str_starts(str_from(s.bytes, 30), STR("mimetype")));
	struct screened again = screen(&a, s.bytes);
	CHECK(again.why == SCREEN_FINE && !again.thinned);
}

TEST(screen, a_picture_of_any_kind_is_known_by_its_first_bytes)
{
	static const struct str heads[] = {
		{ "\xff\xd8\xff\xe1 then more", 14 }, { "\x89PNG\r\n\x1a\n", 8 }, { "GIF89a....", 10 }, { "RIFF....WEBPVP8 ", 16 }, { "\0\0\0\x18" "ftypheic....", 16 },
		{ "\0\0\0\x18" "ftypmp42....", 16 }, { "II*\0........", 12 }, { "<svg xmlns='x'/>", 16 },
	};
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		CHECK(screen(&a, heads[i]).why == SCREEN_PICTURE);
}

TEST(screen, a_drawing_is_refused_and_said_plainly)
{
	static const struct str drawings[] = {
		{ "<?xml version='1.0'?>\n<!-- words -->\n<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", 89 },
		{ "\xef\xbb\xbf <SVG width='4'/>", 20 }, { "<d:svg xmlns:d='http://www.w3.org/2000/svg'/>", 45 }, { "\xff\xfe<\0s\0v\0g\0 \0/\0>\0", 16 },
	};
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf pdf = buf_init(1 << 20);
	for (size_t i = 0; i < ARRAY_N(drawings); i++)
		CHECK_STR(str_z(screen_word(screen(&a, drawings[i]).why)), "picture");
	CHECK(str_find(str_z(screen_sentence(SCREEN_PICTURE)), STR("Pictures are never kept here")) >= 0);
	buf_z(&pdf, "%PDF-1.7\n1 0 obj\n<< /Length 90000 >>\nstream\n");
	for (int i = 0; i < 6000; i++)
		buf_fmt(&pdf, "%d %d l\n", i % 500, i * 7 % 500);
	buf_z(&pdf, "S\nendstream\nendobj\n%%EOF\n");
	CHECK_STR(str_z(screen_word(screen(&a, buf_str(&pdf)).why)), "drawing");
	CHECK(str_find(str_z(screen_sentence(SCREEN_DRAWING)), STR("copy them into a note")) >= 0);
}
