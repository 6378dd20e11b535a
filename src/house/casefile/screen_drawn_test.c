#include <archive.h>
#include <archive_entry.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/test.h"
#include "house/casefile/screen_inner.h"

static void member(struct archive *z, const char *name, struct str bytes)
{
	struct archive_entry *e = archive_entry_new();
	archive_entry_set_pathname(e, name);
	archive_entry_set_size(e, (int64_t)bytes.n);
	archive_entry_set_filetype(e, AE_IFREG);
	CHECK(archive_write_header(z, e) == ARCHIVE_OK && archive_write_data(z, bytes.p, bytes.n) == (la_ssize_t)bytes.n);
	archive_entry_free(e);
}

/* A Word file whose body holds `times` of a piece, in two of its members. */
static const char *word_of(struct arena *a, const char *piece, int times)
{
	AUTO(buf_done) struct buf b = buf_init(4 << 20);
	size_t room = 8 << 20, used = 0;
	char *bytes = arena_alloc(a, room);
	struct archive *z = archive_write_new();
	CHECK(archive_write_set_format_zip(z) == ARCHIVE_OK && archive_write_open_memory(z, bytes, room, &used) == ARCHIVE_OK);
	buf_z(&b, "<w:document>");
	for (int i = 0; i < times / 2; i++)
		buf_z(&b, piece);
	buf_z(&b, "</w:document>");
	member(z, "[Content_Types].xml", STR("<Types/>"));
	member(z, "word/document.xml", buf_str(&b));
	member(z, "word/footnotes.xml", buf_str(&b));
	CHECK(archive_write_close(z) == ARCHIVE_OK);
	archive_write_free(z);
	return screen_word(screen(a, (struct str){ bytes, used }).why);
}

TEST(screen, a_drawing_of_shapes_in_word_is_refused_and_a_letter_with_some_is_not)
{
	static const struct { const char *piece; int few, many; } kinds[] = {
		{ "<a:lnTo><a:pt x='12' y='12'/></a:lnTo>", 600, 6000 }, { "<q:lnTo><q:pt x=\"12\" y=\"12\"/></q:lnTo>", 600, 6000 },
		{ "<wps:wsp><a:off x='12' y='12'/><a:prstGeom prst='rect'/></wps:wsp>", 200, 2000 },
		{ "<v:shape path=\"m12,12 l 3,4 5,6 7,8 9,10 xe\"/>", 100, 3000 }, { "<v:rect style='left:12;top:12'/>", 200, 3000 },
		{ "<inkml:trace>12 12, 3 4, 5 6, 7 8, 9 10</inkml:trace>", 100, 2000 }, { "<draw:path svg:d='M 12 12 L 3 4 5 6 7 8'/>", 100, 2000 },
		{ "<w:t>12 12 words</w:t><w:tab w:val='3'/>", 600, 0 },
	};
	for (size_t i = 0; i < ARRAY_N(kinds); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		CHECK_STR(str_z(word_of(&a, kinds[i].piece, kinds[i].few)), "fine");
		if (kinds[i].many)
			CHECK_STR(str_z(word_of(&a, kinds[i].piece, kinds[i].many)), "drawing");
	}
}

TEST(screen, points_cannot_be_hidden_behind_comments_quotes_or_prefixes)
{
	static const struct { const char *xml; size_t points; } all[] = {
		{ "<a:pt/><pt x='1'/><zz:pt\n/>", 3 }, { "<!-- <x a=\" --><a:pt/><a:pt/>", 2 }, { "<![CDATA[ <x a=' ]]><a:pt/>", 1 }, { "<a b='>'/><a:pt/>", 1 },
		{ "<a b=\"'\"/><a:pt/>", 1 }, { "</a:pt><?pt pt?>", 0 }, { "<g d = '1 2 3 4'/>", 2 }, { "<g d='1.5-2.5'", 1 }, { "<g d='1 2", 1 }, { "<", 0 }, { "<pt", 1 },
		{ "<ptx/><apt/>", 0 }, { "<w:t>pt pt</w:t>", 0 },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++)
		CHECK_INT(screen_drawn(str_z(all[i].xml)), all[i].points);
}
