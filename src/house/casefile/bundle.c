#include "house/casefile/bundle.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"

static const char list_name[] = "manifest.sha256";

static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";       /* no i, l, o, 0, 1 */

void bundle_phrase(char out[BUNDLE_PHRASE])
{
	size_t n = 0;
	for (size_t i = 0; i < 20; i++) {
		if (i && i % 5 == 0)
			out[n++] = '-';
		out[n++] = letters[rnd_below(sizeof letters - 1)];
	}
	out[n] = 0;
}

bool bundle_phrase_is(struct str s)
{
	bool fits = s.n == 23;
	for (size_t i = 0; fits && i < s.n; i++)
		fits = i % 6 == 5 ? s.p[i] == '-' : s.p[i] && strchr(letters, s.p[i]);
	return fits;
}

static void sum_line(struct buf *b, const struct bundle_file *f)
{
	uint8_t sum[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	hash_sha256(f->bytes, sum);
	hex_put(sum, sizeof sum, hex);
	buf_fmt(b, "%s  %.*s\n", hex, STRF(f->name));
}

static struct str list_of(struct arena *a, const struct bundle_file *files, size_t n)
{
	AUTO(buf_done) struct buf b = buf_init(BUNDLE_FILES_MAX * (BUNDLE_NAME_MAX + 80));
	for (size_t i = 0; i < n; i++)
		sum_line(&b, &files[i]);
	return arena_str(a, buf_str(&b));
}

/* ---- writing ---- */

static void out_free(struct archive **z)
{
	if (*z)
		(void)archive_write_free(*z);            /* what could go wrong was heard by close */
	*z = NULL;
}

static bool put(struct arena *a, struct archive *z, const struct bundle_file *f)
{
	struct archive_entry *e = archive_entry_new();
	archive_entry_set_pathname(e, arena_z(a, f->name));
	archive_entry_set_size(e, (int64_t)f->bytes.n);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, clock_utc(), 0);
	bool ok = archive_write_header(z, e) == ARCHIVE_OK && archive_write_data(z, f->bytes.p, f->bytes.n) == (la_ssize_t)f->bytes.n;
	archive_entry_free(e);
	return ok;
}

enum err bundle_write(struct arena *a, const struct bundle_file *files, size_t n, const char *phrase, struct str *out)
{
	AUTO(out_free) struct archive *z = archive_write_new();
	struct bundle_file list = { str_z(list_name), list_of(a, files, n) };
	size_t room = 65536 + list.bytes.n + n * 1024, used = 0;
	for (size_t i = 0; i < n; i++)
		room += files[i].bytes.n + files[i].bytes.n / 512;
	if (n > BUNDLE_FILES_MAX || room > BUNDLE_OPEN_MAX)
		return ERR_LIMIT;
	char *bytes = arena_alloc(a, room);
	if (!z || archive_write_set_format_zip(z) != ARCHIVE_OK || (*phrase && archive_write_set_options(z, "zip:encryption=aes256") != ARCHIVE_OK) ||
	    (*phrase && archive_write_set_passphrase(z, phrase) != ARCHIVE_OK) || archive_write_open_memory(z, bytes, room, &used) != ARCHIVE_OK)
		return ERR_UNSUPPORTED;
	bool ok = put(a, z, &list);
	for (size_t i = 0; i < n; i++)
		ok = ok && put(a, z, &files[i]);
	if (!ok || archive_write_close(z) != ARCHIVE_OK || used > BUNDLE_BYTES_MAX)
		return ERR_LIMIT;
	*out = (struct str){ bytes, used };
	return OK;
}

/* ---- reading ---- */

struct opening {
	struct arena *a;
	struct archive *zip;           /* the caller's */
	struct diag *d;
	bool locked;                   /* a passphrase was given */
	struct bundle_file *v;
	size_t n, opened;
};

static void in_free(struct archive **z)
{
	if (*z)
		(void)archive_read_free(*z);             /* nothing more can be done about it */
	*z = NULL;
}

static enum err refuse(struct opening *o, const char *field, const char *sentence) { return diag_fail(o->d, str_z(field), 0, "%s", sentence); }

static bool good_name(struct str n)
{
	if (!n.n || n.n > BUNDLE_NAME_MAX || n.p[0] == '/' || str_find(n, STR("..")) >= 0 || str_chr(n, '\\') >= 0 || str_chr(n, ':') >= 0 || !str_utf8(n))
		return false;
	for (size_t i = 0; i < n.n; i++)
		if ((unsigned char)n.p[i] < ' ')
			return false;
	return true;
}

static enum err read_bytes(struct opening *o, struct str *out)
{
	const void *p;
	size_t n;
	la_int64_t at;
	AUTO(buf_done) struct buf b = buf_init(BUNDLE_OPEN_MAX);
	for (;;) {
		int r = archive_read_data_block(o->zip, &p, &n, &at);
		if (r == ARCHIVE_EOF)
			break;
		if (r != ARCHIVE_OK || (size_t)at != b.n)
			return o->locked ? refuse(o, "phrase", "The bundle does not open with this passphrase, or it is damaged. Type it again; ask the school to read it to you.")
			                 : refuse(o, "file", "The bundle is damaged. Ask the school to send it again.");
		o->opened += n;
		if (o->opened > BUNDLE_OPEN_MAX)
			return refuse(o, "file", "The bundle unpacks into more than one child's file can be. Ask the school to send it in parts.");
		buf_add(&b, (struct str){ p, n });
	}
	*out = arena_str(o->a, buf_str(&b));
	return OK;
}

static enum err one(struct opening *o, struct archive_entry *e)
{
	const char *z = archive_entry_pathname_utf8(e);
	struct bundle_file *f = &o->v[o->n];
	if (archive_entry_filetype(e) == AE_IFDIR)
		return OK;
	if (archive_entry_filetype(e) != AE_IFREG || archive_entry_symlink(e) || archive_entry_hardlink(e) || !z || !good_name(str_z(z)))
		return refuse(o, "file", "The bundle holds something that a child's file never holds (a link, or a name that leads elsewhere). It was not read. Tell the school that sent it.");
	if (archive_entry_is_encrypted(e) && !o->locked)
		return refuse(o, "phrase", "The bundle is locked. Type the passphrase that the school told you, by telephone or letter.");
	if (o->n == BUNDLE_FILES_MAX)
		return refuse(o, "file", "There are more files in the bundle than a child's file has. Ask the school to send it in parts.");
	f->name = arena_str(o->a, str_z(z));
	if (bundle_find(o->v, o->n, f->name.p))
		return refuse(o, "file", "Two files in the bundle have the same name. It was not read. Ask the school to send it again.");
	TRY(read_bytes(o, &f->bytes));
	o->n++;
	return OK;
}

static enum err walk(struct opening *o, struct str bytes, const char *phrase)
{
	struct archive_entry *e;
	if (!o->zip || archive_read_support_format_zip_seekable(o->zip) != ARCHIVE_OK || (*phrase && archive_read_add_passphrase(o->zip, phrase) != ARCHIVE_OK) ||
	    archive_read_open_memory(o->zip, bytes.p, bytes.n) != ARCHIVE_OK)
		return refuse(o, "file", "This is no bundle: it cannot be opened as a zip file.");
	for (;;) {
		int r = archive_read_next_header(o->zip, &e);
		if (r == ARCHIVE_EOF)
			return OK;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return refuse(o, "file", "The bundle is damaged. Ask the school to send it again.");
		TRY(one(o, e));
	}
}

const struct bundle_file *bundle_find(const struct bundle_file *files, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(files[i].name, name))
			return &files[i];
	return NULL;
}

/* The list must say the same as what is there, in any order of lines. */
static enum err check_list(struct opening *o)
{
	const struct bundle_file *list = bundle_find(o->v, o->n, list_name);
	size_t hits = 0, lines = 0;
	struct str rest = list ? list->bytes : STR_NONE, line;
	if (!list)
		return refuse(o, "file", "The bundle has no list of checksums (manifest.sha256), so nobody can tell whether it is whole. Ask the school to send it again.");
	while (rest.n && str_next(&rest, '\n', &line))
		lines += line.n > 0;
	for (size_t i = 0; i < o->n; i++) {
		AUTO(buf_done) struct buf b = buf_init(BUNDLE_NAME_MAX + 100);
		if (&o->v[i] == list)
			continue;
		sum_line(&b, &o->v[i]);
		hits += str_find(list->bytes, buf_str(&b)) >= 0;
	}
	if (hits + 1 != o->n || lines != hits)
		return refuse(o, "file", "The checksums do not agree: a file of the bundle was changed, is missing, or was added. It was not read. Ask the school to send it again.");
	return OK;
}

enum err bundle_read(struct arena *a, struct str bytes, const char *phrase, struct diag *d, struct bundle_file **out, size_t *n)
{
	AUTO(in_free) struct archive *zip = archive_read_new();
	struct opening o = { .a = a, .zip = zip, .d = d, .locked = *phrase != 0, .v = arena_array(a, struct bundle_file, BUNDLE_FILES_MAX + 1) };
	if (bytes.n > BUNDLE_BYTES_MAX)
		return refuse(&o, "file", "The bundle is larger than 32 MB. Ask the school to send it in parts.");
	TRY(walk(&o, bytes, phrase));
	TRY(check_list(&o));
	*out = o.v;
	*n = o.n;
	return OK;
}
