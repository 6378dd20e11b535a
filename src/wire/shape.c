#include "wire/shape.h"

enum { ZIP_LOCAL = 0x504b0304, ZIP_CENTRAL = 0x504b0102, LOCAL_HEAD = 30, CENTRAL_HEAD = 46, ZIP_NAME_LONGEST = 4096 };

uint32_t shape_word(struct str word)
{
	static const char *const words[N_SHAPE] = {
#define SHAPE_WORD_(name, text) [SHAPE_AT_##name] = text,
		SHAPE_TABLE(SHAPE_WORD_)
#undef SHAPE_WORD_
	};
	for (int i = 0; i < N_SHAPE; i++)
		if (str_is(word, words[i]))
			return UINT32_C(1) << i;
	return 0;
}

void shape_begin(struct shape *s, shape_entry_fn *entry, void *owner)
{
	*s = (struct shape){ .entry = entry, .owner = owner };
}

/* ---- the first bytes */

static const struct { uint32_t is; size_t n; const char *bytes; } starts[] = {
	{ SHAPE_ELF, 4, "\x7f" "ELF" }, { SHAPE_MACHO, 4, "\xcf\xfa\xed\xfe" }, { SHAPE_MACHO, 4, "\xce\xfa\xed\xfe" },
	{ SHAPE_MACHO, 4, "\xfe\xed\xfa\xce" }, { SHAPE_MACHO, 4, "\xfe\xed\xfa\xcf" }, { SHAPE_MACHO, 4, "\xca\xfe\xba\xbe" },
	{ SHAPE_SCRIPT, 2, "#!" }, { SHAPE_SCRIPT, 5, "\xef\xbb\xbf#!" }, { SHAPE_DEB, 14, "!<arch>\ndebian" }, { SHAPE_RPM, 4, "\xed\xab\xee\xdb" },
	{ SHAPE_PKG, 4, "xar!" }, { SHAPE_DMG, 7, "\x78\x01\x73\x0d\x62\x62\x60" }, { SHAPE_CAB, 4, "MSCF" },
	{ SHAPE_LNK, 8, "\x4c\0\0\0\x01\x14\x02\0" }, { SHAPE_CRX, 4, "Cr24" }, { SHAPE_ZIP, 4, "PK\3\4" }, { SHAPE_ZIP, 4, "PK\5\6" },
	{ SHAPE_SEVENZ, 6, "7z\xbc\xaf\x27\x1c" }, { SHAPE_RAR, 6, "Rar!\x1a\x07" },
};
enum { N_STARTS = sizeof starts / sizeof *starts };

/* A letter that begins with MZ is no program: a program has zeros among its first bytes. */
static bool is_pe(const struct shape *s)
{
	return s->n_first > 2 && s->first[0] == 'M' && s->first[1] == 'Z' && memchr(s->first, 0, s->n_first);
}

static uint32_t le(const uint8_t *p, int bytes)
{
	uint32_t v = 0;
	for (int i = bytes; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

static void probe(struct shape *s, uint64_t at, const char *bytes, size_t n, uint32_t is)
{
	s->probe.at = at;
	s->probe.bytes = bytes;
	s->probe.n = n;
	s->probe.is = is;
}

/* What stands further on: the class of a compound file's root entry, the mark of a disc. */
static void look_further(struct shape *s)
{
	static const char compound[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", msi[] = "\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
	if (s->n_first == SHAPE_FIRST && !memcmp(s->first, compound, 8)) {
		uint32_t shift = le(s->first + 30, 2), sector = le(s->first + 48, 4);
		if (shift >= 7 && shift <= 16)
			probe(s, ((uint64_t)sector + 1) * (UINT64_C(1) << shift) + 0x50, msi, 16, SHAPE_MSI);
	} else if (!s->is) {
		probe(s, 32769, "CD001", 5, SHAPE_ISO);
	}
}

static void settle(struct shape *s)
{
	s->settled = true;
	for (size_t i = 0; i < N_STARTS; i++)
		if (s->n_first >= starts[i].n && !memcmp(s->first, starts[i].bytes, starts[i].n))
			s->is |= starts[i].is;
	if (is_pe(s))
		s->is |= SHAPE_PE;
	look_further(s);
}

/* Whether more of the beginning could still make it one of those known. */
static bool may_become(const struct shape *s)
{
	if (s->n_first >= SHAPE_FIRST)
		return false;
	if (s->first[0] == 'M' || s->first[0] == 0xd0)
		return true;
	for (size_t i = 0; i < N_STARTS; i++) {
		size_t n = s->n_first < starts[i].n ? s->n_first : starts[i].n;
		if (n < starts[i].n && !memcmp(s->first, starts[i].bytes, n))
			return true;
	}
	return false;
}

/* ---- further on */

static void probe_feed(struct shape *s, struct str b)
{
	for (size_t i = 0; i < b.n && s->probe.n; i++) {
		uint64_t at = s->at + i, from = s->probe.at + s->probe.fit;
		if (at < from) {
			uint64_t skip = from - at;
			i = skip > b.n ? b.n : i + (size_t)skip - 1;
			continue;
		}
		if (at > from || (uint8_t)b.p[i] != (uint8_t)s->probe.bytes[s->probe.fit]) {
			s->probe.n = 0;
		} else if (++s->probe.fit == s->probe.n) {
			s->is |= s->probe.is;
			s->probe.n = 0;
		}
	}
}

/* ---- archives */

static void entry_done(struct shape *s)
{
	static const struct { const char *name; bool ends; uint32_t is; } marks[] = {
		{ "AndroidManifest.xml", false, SHAPE_APK }, { "classes.dex", false, SHAPE_APK }, { "AppxManifest.xml", false, SHAPE_APPX },
		{ "META-INF/MANIFEST.MF", false, SHAPE_JAR }, { "vbaProject.bin", true, SHAPE_MACRO }, { ".app/Info.plist", true, SHAPE_IPA },
	};
	struct str name = { s->zip.name, s->zip.n_name };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (marks[i].ends ? str_ends(name, str_z(marks[i].name)) : str_is(name, marks[i].name))
			s->is |= marks[i].is;
	if (s->entry && name.n)
		s->entry(s->owner, name);
}

static void head_done(struct shape *s)
{
	size_t n = le(s->zip.head + (s->zip.of == LOCAL_HEAD ? 26 : 28), 2);
	s->zip.of = s->zip.n = s->zip.n_name = 0;
	s->zip.name_left = n <= ZIP_NAME_LONGEST ? n : 0;
}

/* A signature begins a head wherever it stands, also inside what looked like another. */
static void zip_byte(struct shape *s, uint8_t c)
{
	s->zip.last = s->zip.last << 8 | c;
	if (s->zip.last == ZIP_LOCAL || s->zip.last == ZIP_CENTRAL) {
		s->zip.of = s->zip.last == ZIP_LOCAL ? LOCAL_HEAD : CENTRAL_HEAD;
		s->zip.n = 4;
		s->zip.name_left = 0;
	} else if (s->zip.of) {
		s->zip.head[s->zip.n++] = c;
		if (s->zip.n == s->zip.of)
			head_done(s);
	} else if (s->zip.name_left) {
		if (s->zip.n_name < SHAPE_NAME_MAX)
			s->zip.name[s->zip.n_name++] = (char)c;
		if (!--s->zip.name_left)
			entry_done(s);
	}
}

static void zip_feed(struct shape *s, struct str b)
{
	for (size_t i = 0; i < b.n; i++) {
		bool idle = !s->zip.of && !s->zip.name_left && (s->zip.last & 0xff) != 'P' && (s->zip.last & 0xffff) != 0x504b
			&& (s->zip.last & 0xffffff) != 0x504b03 && (s->zip.last & 0xffffff) != 0x504b01;
		if (idle) {
			const char *p = memchr(b.p + i, 'P', b.n - i);
			if (!p)
				return;
			i = (size_t)(p - b.p);
		}
		zip_byte(s, (uint8_t)b.p[i]);
	}
}

/* ---- */

static void further(struct shape *s, struct str b)
{
	if (s->probe.n)
		probe_feed(s, b);
	if (s->is & SHAPE_ZIP || s->is & SHAPE_CRX)
		zip_feed(s, b);
	s->at += b.n;
}

void shape_feed(struct shape *s, struct str b, bool last)
{
	if (!s->settled) {
		size_t n = SHAPE_FIRST - s->n_first < b.n ? SHAPE_FIRST - s->n_first : b.n;
		if (n)
			memcpy(s->first + s->n_first, b.p, n);
		s->n_first += n;
		b = str_from(b, n);
		if (!last && (!s->n_first || may_become(s)))
			return;
		settle(s);
		further(s, (struct str){ (char *)s->first, s->n_first });
	}
	further(s, b);
	s->over = s->settled && (last || (!s->probe.n && !(s->is & (SHAPE_ZIP | SHAPE_CRX))));
}
