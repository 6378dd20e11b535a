#include "base/buf.h"
#include "base/arena.h"
#include "base/test.h"

#include "wire/shape.h"

struct seen { char names[2000]; size_t n; };

static void entry(void *owner, struct str name)
{
	struct seen *x = owner;
	x->n += (size_t)snprintf(x->names + x->n, sizeof x->names - x->n, "%.*s|", STRF(name));
}

/* Fed in pieces of this size. */
static uint32_t shape_of(struct str b, size_t piece, struct seen *x)
{
	struct shape s;
	struct seen own = { 0 };
	shape_begin(&s, entry, x ? x : &own);
	for (size_t at = 0; at < b.n; at += piece)
		shape_feed(&s, str_upto(str_from(b, at), piece), false);
	shape_feed(&s, STR_NONE, true);
	CHECK(s.over);
	return s.is;
}

static struct str bytes(struct arena *a, struct str head, size_t n)
{
	char *p = arena_alloc(a, n);
	memset(p, 0, n);
	memcpy(p, head.p, head.n < n ? head.n : n);
	return (struct str){ p, n };
}

static void local(struct buf *b, const char *name, struct str data)
{
	buf_add(b, HEX("504b0304 1400 0000 0000 00000000 00000000"));
	for (int k = 0; k < 2; k++)
		for (int i = 0; i < 4; i++)
			buf_byte(b, (char)(uint8_t)(data.n >> (8 * i)));
	buf_byte(b, (char)strlen(name));
	buf_add(b, HEX("00 0000"));
	buf_z(b, name);
	buf_add(b, data);
}

TEST(shape, files_are_known_by_their_first_bytes_in_pieces_of_any_size)
{
	AUTO(arena_done) struct arena a = arena_init();
	const struct { struct str head; size_t n; uint32_t is; } table[] = {
		{ HEX("4d5a9000030000000400"), 2000, SHAPE_PE }, { HEX("4d5a"), 100, SHAPE_PE }, { STR("MZ is a country code, and this is a letter about it, with no zero byte."), 70, 0 },
		{ HEX("7f454c4602"), 100, SHAPE_ELF }, { HEX("cffaedfe"), 100, SHAPE_MACHO }, { HEX("cafebabe0000"), 100, SHAPE_MACHO },
		{ STR("#!/bin/sh\necho"), 14, SHAPE_SCRIPT }, { STR("!<arch>\ndebian-binary"), 60, SHAPE_DEB }, { HEX("edabeedb"), 90, SHAPE_RPM },
		{ STR("xar!"), 80, SHAPE_PKG }, { HEX("7801730d626260"), 80, SHAPE_DMG }, { STR("MSCF"), 80, SHAPE_CAB }, { HEX("4c0000000114020000000000"), 80, SHAPE_LNK },
		{ HEX("377abcaf271c"), 80, SHAPE_SEVENZ }, { STR("Rar!\x1a\x07\x01"), 80, SHAPE_RAR }, { STR("Cr24"), 80, SHAPE_CRX },
		{ STR("<!doctype html><p>MZ"), 20, 0 }, { STR("{\"a\":1}"), 7, 0 }, { STR("data: x"), 7, 0 }, { STR("P"), 1, 0 }, { HEX("89504e470d0a1a0a"), 100, 0 }, { STR("%PDF-1.7"), 99, 0 },
	};
	static const size_t pieces[] = { 1, 3, 7, 64, 4096 };
	for (size_t i = 0; i < ARRAY_N(table); i++)
		for (size_t k = 0; k < ARRAY_N(pieces); k++)
			if (shape_of(bytes(&a, table[i].head, table[i].n), pieces[k], NULL) != table[i].is)
				fail_msg("line %zu in pieces of %zu", i, pieces[k]);
	CHECK_INT(shape_of(STR_NONE, 1, NULL), 0);
}

TEST(shape, what_a_page_is_made_of_waits_for_nothing)
{
	struct shape s;
	static const char *const pages[] = { "<", "{", "data: hello", "\xff\xd8\xff", "GIF89a", "a", " " };
	for (size_t i = 0; i < ARRAY_N(pages); i++) {
		shape_begin(&s, NULL, NULL);
		shape_feed(&s, str_z(pages[i]), false);
		CHECK(s.settled);
	}
}

TEST(shape, installers_and_discs_are_known_by_what_stands_further_on)
{
	AUTO(arena_done) struct arena a = arena_init();
	static const size_t pieces[] = { 1, 13, 4096, 100000 };
	for (size_t k = 0; k < ARRAY_N(pieces); k++) {
		struct str b = bytes(&a, HEX("d0cf11e0a1b11ae1"), 9000);
		char *p = (char *)(uintptr_t)b.p;
		p[30] = 9;
		p[48] = 3;                              /* the directory stands in the fourth sector */
		CHECK_INT(shape_of(b, pieces[k], NULL), 0);
		memcpy(p + 2048 + 0x50, "\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 16);
		CHECK_INT(shape_of(b, pieces[k], NULL), SHAPE_MSI);
		b = bytes(&a, HEX("00"), 40000);
		memcpy((char *)(uintptr_t)b.p + 32769, "CD001", 5);
		CHECK_INT(shape_of(b, pieces[k], NULL), SHAPE_ISO);
	}
}

TEST(shape, an_archive_tells_its_entries_also_when_its_lengths_lie)
{
	static const struct { const char *name; uint32_t is; } table[] = {
		{ "homework.txt", 0 }, { "AndroidManifest.xml", SHAPE_APK }, { "META-INF/MANIFEST.MF", SHAPE_JAR }, { "word/vbaProject.bin", SHAPE_MACRO },
		{ "Payload/Game.app/Info.plist", SHAPE_IPA }, { "AppxManifest.xml", SHAPE_APPX },
	};
	static const size_t pieces[] = { 1, 5, 31, 5000 };
	for (size_t i = 0; i < ARRAY_N(table); i++)
		for (size_t k = 0; k < ARRAY_N(pieces); k++) {
			AUTO(buf_done) struct buf b = buf_init(10000);
			struct seen x = { 0 };
			local(&b, "readme.txt", STR("some PK words P PK\3 that are no entry"));
			local(&b, table[i].name, STR("x"));
			CHECK_INT(shape_of(buf_str(&b), pieces[k], &x), SHAPE_ZIP | table[i].is);
			CHECK(strstr(x.names, table[i].name));
		}
	AUTO(buf_done) struct buf b = buf_init(10000);
	struct seen x = { 0 };
	local(&b, "a.txt", HEX("504b0304 1400 0000 0000 00000000 00000000 00000000 00000000 ff0f 0000"));       /* says that 4,095 bytes of name follow */
	local(&b, "setup.exe", STR("MZ"));
	(void)shape_of(buf_str(&b), 7, &x);
	CHECK(strstr(x.names, "setup.exe|"));
}

TEST(shape, words_name_bits)
{
	CHECK_INT(shape_word(STR("pe")), SHAPE_PE);
	CHECK_INT(shape_word(STR("rar")), SHAPE_RAR);
	CHECK_INT(shape_word(STR("exe")), 0);
}
