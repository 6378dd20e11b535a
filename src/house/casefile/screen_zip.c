/* Word and OpenDocument text: an archive of XML.  Only members that hold words are let in; a preview picture that writing
 * programs add by themselves is taken out, anything else that is no XML refuses the whole. */
#include <archive.h>
#include <archive_entry.h>

#include "base/buf.h"
#include "base/mem.h"
#include "house/casefile/screen_inner.h"

struct member { struct str name, bytes; };
struct unpacking {
	struct arena *a;
	struct archive *zip;           /* owned by the caller */
	struct member *v;
	size_t n, opened;
	size_t drawn;                  /* points, in all members together */
	bool thinned;
};

static void zip_free(struct archive **z)
{
	if (*z)
		(void)archive_read_free(*z);             /* nothing more can be done about it */
	*z = NULL;
}

static bool ends(struct str s, const char *end) { return str_ends(s, str_z(end)); }

static bool is_preview(struct str name)
{
	return str_is(name, "Thumbnails/thumbnail.png") || str_starts(name, STR("docProps/thumbnail."));
}

static enum screen_why name_why(struct str n)
{
	static const char *const odt[] = { "mimetype", "content.xml", "styles.xml", "meta.xml", "settings.xml", "manifest.rdf", "META-INF/manifest.xml", "layout-cache" };
	for (size_t i = 0; i < ARRAY_N(odt); i++)
		if (str_is(n, odt[i]))
			return SCREEN_FINE;
	if (str_find(n, STR("..")) >= 0 || str_chr(n, '\\') >= 0 || n.n > 200)
		return SCREEN_ODD;
	if (str_starts(n, STR("Pictures/")) || str_starts(n, STR("word/media/")) || str_starts(n, STR("media/")) || str_starts(n, STR("ObjectReplacements/")))
		return SCREEN_INSIDE;
	if (ends(n, ".bin") && !str_starts(n, STR("word/embeddings/")))
		return SCREEN_PROGRAM;
	if (str_starts(n, STR("Basic/")) || str_starts(n, STR("Scripts/")) || str_find(n, STR("activeX")) >= 0)
		return SCREEN_PROGRAM;
	bool xml = ends(n, ".xml") || ends(n, ".rels");
	if (xml && (str_is(n, "[Content_Types].xml") || str_starts(n, STR("_rels/")) || str_starts(n, STR("docProps/")) || str_starts(n, STR("word/")) ||
	            str_starts(n, STR("customXml/")) || str_starts(n, STR("Configurations2/")) || str_starts(n, STR("docMetadata/"))))
		return str_find(n, STR("embeddings/")) >= 0 ? SCREEN_ATTACHED : SCREEN_FINE;
	return SCREEN_ATTACHED;
}

static bool is_xml(struct str s)
{
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_from(s, 3);
	return str_starts(str_trim(s), STR("<")) && str_utf8(s) && screen_is_words(s);
}

static enum screen_why bytes_why(struct str name, struct str s)
{
	if (screen_is_picture(s) || screen_hides_picture(s))
		return SCREEN_INSIDE;
	if (str_is(name, "mimetype"))
		return str_starts(s, STR("application/vnd.oasis.opendocument.text")) && s.n < 80 ? SCREEN_FINE : SCREEN_OTHER;
	if (str_is(name, "layout-cache"))
		return s.n < 65536 ? SCREEN_FINE : SCREEN_ODD;
	if (!is_xml(s))
		return SCREEN_ODD;
	if (str_find(s, STR("binaryData")) >= 0 || str_find(s, STR("binary-data")) >= 0 || str_find(s, STR("binData")) >= 0 || screen_hides_code(s))
		return SCREEN_INSIDE;
	if (str_find(s, STR("relationships/image\"")) >= 0 || str_find(s, STR("relationships/image'")) >= 0 || str_find(s, STR("<draw:image")) >= 0)
		return SCREEN_INSIDE;
	if (str_find(s, STR("relationships/oleObject")) >= 0 || str_find(s, STR("aFChunk")) >= 0)
		return SCREEN_ATTACHED;
	if (str_find(s, STR("encryption-data")) >= 0)
		return SCREEN_LOCKED;
	return str_find(s, STR("<!DOCTYPE")) >= 0 || str_find(s, STR("<!ENTITY")) >= 0 ? SCREEN_ODD : SCREEN_FINE;
}

static enum screen_why read_member(struct unpacking *u, struct str *out)
{
	const void *p;
	size_t n;
	la_int64_t at;
	AUTO(buf_done) struct buf b = buf_init(SCREEN_OPEN_MAX);
	for (;;) {
		int r = archive_read_data_block(u->zip, &p, &n, &at);
		if (r == ARCHIVE_EOF)
			break;
		if (r != ARCHIVE_OK || (size_t)at != b.n)
			return SCREEN_DAMAGED;
		u->opened += n;
		if (u->opened > SCREEN_OPEN_MAX)
			return SCREEN_LARGE;
		buf_add(&b, (struct str){ p, n });
	}
	*out = arena_str(u->a, buf_str(&b));
	return SCREEN_FINE;
}

static enum screen_why one(struct unpacking *u, struct archive_entry *e)
{
	const char *z = archive_entry_pathname_utf8(e);
	struct str name = z ? arena_str(u->a, str_z(z)) : STR_NONE, bytes = STR("");
	if (archive_entry_is_encrypted(e))
		return SCREEN_LOCKED;
	if (archive_entry_symlink(e) || archive_entry_hardlink(e) || !name.n)
		return SCREEN_ODD;
	if (archive_entry_filetype(e) == AE_IFDIR)
		return archive_read_data_skip(u->zip) == ARCHIVE_OK ? SCREEN_FINE : SCREEN_DAMAGED;
	enum screen_why w = read_member(u, &bytes);
	if (w != SCREEN_FINE)
		return w;
	if (is_preview(name)) {
		u->thinned = true;
		return SCREEN_FINE;
	}
	w = name_why(name);
	if (w == SCREEN_FINE)
		w = bytes_why(name, bytes);
	u->drawn += w == SCREEN_FINE ? screen_drawn(bytes) : 0;
	if (u->drawn > SCREEN_STROKES_MAX)
		return SCREEN_DRAWING;
	for (size_t i = 0; i < u->n; i++)
		if (str_ieq(u->v[i].name, name))
			return SCREEN_ODD;                   /* two of one name: which one is shown is the viewer's choice */
	u->v[u->n++] = (struct member){ name, bytes };
	return w;
}

static enum screen_why walk(struct unpacking *u, struct str bytes)
{
	struct archive_entry *e;
	if (!u->zip || archive_read_support_format_zip_seekable(u->zip) != ARCHIVE_OK || archive_read_open_memory(u->zip, bytes.p, bytes.n) != ARCHIVE_OK)
		return SCREEN_DAMAGED;
	for (size_t entries = 0;; entries++) {
		int r = archive_read_next_header(u->zip, &e);
		if (r == ARCHIVE_EOF)
			return SCREEN_FINE;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return SCREEN_DAMAGED;
		if (entries == SCREEN_MEMBERS_MAX)
			return SCREEN_LARGE;
		enum screen_why w = one(u, e);
		if (w != SCREEN_FINE)
			return w;
	}
}

static bool holds(const struct unpacking *u, const char *name)
{
	for (size_t i = 0; i < u->n; i++)
		if (str_is(u->v[i].name, name))
			return true;
	return false;
}

/* ---- the archive again, without its preview ---- */

static void out_free(struct archive **z)
{
	if (*z)
		(void)archive_write_free(*z);            /* what could go wrong was heard by close */
	*z = NULL;
}

static bool put(struct archive *z, const struct member *m)
{
	struct archive_entry *e = archive_entry_new();
	archive_entry_set_pathname(e, m->name.p);
	archive_entry_set_size(e, (int64_t)m->bytes.n);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	bool ok = archive_write_header(z, e) == ARCHIVE_OK && archive_write_data(z, m->bytes.p, m->bytes.n) == (la_ssize_t)m->bytes.n;
	archive_entry_free(e);
	return ok;
}

static enum screen_why thin(const struct unpacking *u, struct str *out)
{
	AUTO(out_free) struct archive *z = archive_write_new();
	size_t room = u->opened + u->n * 600 + 65536, used = 0;
	char *bytes = arena_alloc(u->a, room);
	if (!z || archive_write_set_format_zip(z) != ARCHIVE_OK || archive_write_open_memory(z, bytes, room, &used) != ARCHIVE_OK)
		return SCREEN_DAMAGED;
	for (size_t i = 0; i < u->n; i++)
		if ((str_is(u->v[i].name, "mimetype") ? archive_write_zip_set_compression_store(z) : archive_write_zip_set_compression_deflate(z)) != ARCHIVE_OK ||
		    !put(z, &u->v[i]))
			return SCREEN_DAMAGED;
	if (archive_write_close(z) != ARCHIVE_OK)
		return SCREEN_DAMAGED;
	*out = (struct str){ bytes, used };
	return used > SCREEN_BYTES_MAX ? SCREEN_LARGE : SCREEN_FINE;
}

enum screen_why screen_zip(struct arena *a, struct str bytes, struct screened *out)
{
	AUTO(zip_free) struct archive *zip = archive_read_new();
	struct unpacking u = { .a = a, .zip = zip, .v = arena_array(a, struct member, SCREEN_MEMBERS_MAX + 1) };
	enum screen_why w = walk(&u, bytes);
	if (w != SCREEN_FINE)
		return w;
	bool word = holds(&u, "[Content_Types].xml") && holds(&u, "word/document.xml"), open = holds(&u, "mimetype") && holds(&u, "content.xml");
	if (word == open)
		return SCREEN_OTHER;
	out->kind = word ? SCREEN_DOCX : SCREEN_ODT;
	out->thinned = u.thinned;
	/* Kept is what was looked at: bytes between or after the members are not. */
	return thin(&u, &out->bytes);
}
