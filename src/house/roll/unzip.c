#include "house/roll/unzip.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/buf.h"
#include "base/mem.h"

struct unzipping {
	struct arena *a;
	struct str name;               /* of the archive */
	struct diag *d;
	struct archive *zip;           /* owned */
	size_t packed, unpacked, entries;
	bool sheet;                    /* an office document, which is a zip too */
	struct roll_file *files;
	size_t n;
};

bool unzip_is(struct str bytes) { return str_starts(bytes, STR("PK\x03\x04")) || str_starts(bytes, STR("PK\x05\x06")); }

static void zip_free(struct archive **zip)
{
	if (*zip)
		(void)archive_read_free(*zip);           /* nothing more can be done about it */
	*zip = NULL;
}

static enum err refuse(struct unzipping *u, const char *sentence) { return diag_fail(u->d, u->name, 0, "%s", sentence); }

static bool ends_as(struct str name, const char *end)
{
	size_t n = strlen(end);
	return name.n > n && str_ieq(str_from(name, name.n - n), (struct str){ end, n });
}

static bool is_table(struct str name) { return ends_as(name, ".csv") || ends_as(name, ".txt") || ends_as(name, ".tsv"); }
static bool is_archive(struct str name) { return ends_as(name, ".zip") || ends_as(name, ".7z") || ends_as(name, ".rar") || ends_as(name, ".gz") || ends_as(name, ".tar"); }

static enum err check_name(struct unzipping *u, struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f)
			return refuse(u, "A file in the archive has a name that cannot be read. Make the archive again.");
	if (name.n == 0 || name.n > 200 || !str_utf8(name))
		return refuse(u, "A file in the archive has a name that cannot be read. Make the archive again.");
	if (str_chr(name, '/') >= 0 || str_chr(name, '\\') >= 0 || str_starts(name, STR("..")) || str_chr(name, ':') >= 0)
		return refuse(u, "The archive holds folders. Put the CSV files into it directly, without a folder around them.");
	if (is_archive(name))
		return refuse(u, "There is an archive inside the archive. Unpack the inner one, and upload that.");
	for (size_t i = 0; i < u->n; i++)
		if (str_ieq(u->files[i].name, name))
			return refuse(u, "Two files in the archive have the same name. Make the archive again.");
	return OK;
}

static enum err check_entry(struct unzipping *u, struct archive_entry *e)
{
	if (archive_entry_is_encrypted(e))
		return refuse(u, "The archive is locked with a password. Save it again without one.");
	if (archive_entry_filetype(e) != AE_IFREG || archive_entry_symlink(e) || archive_entry_hardlink(e))
		return refuse(u, "The archive holds something that is no plain file (a link or a folder). Put only the CSV files into it.");
	return OK;
}

static enum err read_bytes(struct unzipping *u, struct buf *b)
{
	const void *p;
	size_t n;
	la_int64_t at;
	for (;;) {
		int r = archive_read_data_block(u->zip, &p, &n, &at);
		if (r == ARCHIVE_EOF)
			return OK;
		if (r != ARCHIVE_OK)
			return refuse(u, "The archive is damaged. Export it again.");
		u->unpacked += n;
		if (u->unpacked > UNZIP_BYTES_MAX || u->unpacked > 1024 * 1024 + u->packed * UNZIP_RATIO_MAX || b->n + n > ROLL_BYTES_MAX) {
			diag_add(u->d, DIAG_ERROR, u->name, 0, "The archive unpacks into more than a school's lists can be. Export one school only.");
			return ERR_LIMIT;
		}
		if ((size_t)at != b->n)
			return refuse(u, "The archive is damaged. Export it again.");
		buf_add(b, (struct str){ p, n });
	}
}

static enum err one_entry(struct unzipping *u, struct archive_entry *e)
{
	const char *z = archive_entry_pathname_utf8(e);
	struct str name = str_z(z ? z : archive_entry_pathname(e));
	u->sheet |= str_is(name, "[Content_Types].xml") || str_is(name, "mimetype");
	if (str_starts(name, STR("__MACOSX/")) || u->sheet)
		return OK;
	TRY(check_entry(u, e));
	TRY(check_name(u, name));
	if (!is_table(name) || name.p[0] == '.')
		return OK;
	if (u->n == UNZIP_FILES_MAX)
		return refuse(u, "There are more than 40 tables in the archive. Put only the files of one export into it.");
	AUTO(buf_done) struct buf b = buf_init(ROLL_BYTES_MAX);
	TRY(read_bytes(u, &b));
	if (unzip_is(buf_str(&b)))
		return refuse(u, "There is an archive inside the archive. Unpack the inner one, and upload that.");
	u->files[u->n++] = (struct roll_file){ arena_str(u->a, name), arena_str(u->a, buf_str(&b)) };
	return OK;
}

static enum err walk(struct unzipping *u, struct str bytes)
{
	struct archive_entry *e;
	if (!u->zip || archive_read_support_format_zip_seekable(u->zip) != ARCHIVE_OK || archive_read_open_memory(u->zip, bytes.p, bytes.n) != ARCHIVE_OK)
		return refuse(u, "The archive cannot be opened: it is damaged, or no zip. Export it again.");
	for (;;) {
		int r = archive_read_next_header(u->zip, &e);
		if (r == ARCHIVE_EOF)
			return OK;
		if (archive_read_has_encrypted_entries(u->zip) > 0)
			return refuse(u, "The archive is locked with a password. Save it again without one.");
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return refuse(u, "The archive is damaged. Export it again.");
		if (++u->entries > UNZIP_ENTRIES_MAX)
			return refuse(u, "There are more than 200 files in the archive. Put only the files of one export into it.");
		TRY(one_entry(u, e));
	}
}

enum err unzip(struct arena *a, struct str name, struct str bytes, struct diag *d, struct roll_file **out, size_t *n)
{
	AUTO(zip_free) struct archive *zip = archive_read_new();
	struct unzipping u = { .a = a, .name = name, .d = d, .zip = zip, .packed = bytes.n, .files = arena_array(a, struct roll_file, UNZIP_FILES_MAX) };
	TRY(walk(&u, bytes));
	if (u.sheet)
		return refuse(&u, "This is a spreadsheet, no CSV file. Open it, choose Save As, and save it as CSV UTF-8.");
	if (u.n == 0)
		return refuse(&u, "There is no CSV file in the archive.");
	*out = u.files;
	*n = u.n;
	return OK;
}
