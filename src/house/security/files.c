#include "house/security/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"
#include "io/file.h"

enum { REPORT_MAX = 20000, TASK_DAYS = 14 };

const char *files_kind_title(enum files_kind k)
{
	static const char *const titles[] = { "", "a program", "a script", "an image of a disk", "a program that pretends to be something else" };
	return titles[k];
}

static bool ends_in(struct str name, const char *const *ends)
{
	for (size_t i = 0; ends[i]; i++) {
		struct str e = str_z(ends[i]);
		if (name.n > e.n && str_ieq(str_from(name, name.n - e.n), e))
			return true;
	}
	return false;
}

/* MZ (Windows, DOS), ELF, Mach-O, a Java class. */
static bool program_bytes(struct str h)
{
	static const struct { const char *p; size_t n; } heads[] = { { "MZ", 2 }, { "\177ELF", 4 }, { "\xcf\xfa\xed\xfe", 4 }, { "\xce\xfa\xed\xfe", 4 }, { "\xca\xfe\xba\xbe", 4 } };
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		if (str_starts(h, (struct str){ heads[i].p, heads[i].n }))
			return true;
	return false;
}

enum files_kind files_judge(struct str name, struct str head)
{
	static const char *const programs[] = { ".exe", ".msi", ".scr", ".com", ".dll", ".apk", ".ipa", ".jar", ".deb", ".rpm", ".dmg", ".pkg", ".appx", ".msix", ".cpl", ".sys", ".appimage", NULL };
	static const char *const scripts[] = { ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".sh", ".reg", ".lnk", ".xlsm", ".docm", ".pptm", NULL };
	static const char *const images[] = { ".iso", ".img", ".vhd", ".vhdx", ".vmdk", ".ova", ".torrent", NULL };
	bool named = ends_in(name, programs);
	if (program_bytes(head))
		return named ? FILES_PROGRAM : FILES_DISGUISED;
	if (named)
		return FILES_PROGRAM;
	if (ends_in(name, scripts) || str_starts(head, STR("#!")))
		return FILES_SCRIPT;
	return ends_in(name, images) ? FILES_IMAGE : FILES_FINE;
}

struct walk { struct arena *a; struct files_sum *sum; };

static enum err look_folder(struct walk *w, int at, const char *path, int depth);

static void look_file(struct walk *w, int at, const char *name, const char *path)
{
	char head[FILES_HEAD];
	AUTO(fd_close) int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	ssize_t got = fd < 0 ? -1 : read(fd, head, sizeof head);
	w->sum->looked++;
	w->sum->unreadable += got < 0;
	enum files_kind k = files_judge(str_z(name), (struct str){ head, got > 0 ? (size_t)got : 0 });
	if (k == FILES_FINE)
		return;
	w->sum->found++;
	if (w->sum->n < FILES_LISTED)
		w->sum->v[w->sum->n++] = (struct files_found){ arena_fmt(w->a, "%s/%s", path, name), k };
}

static enum err look_one(struct walk *w, int at, const char *name, const char *path, int depth)
{
	struct stat s;
	if (fstatat(at, name, &s, AT_SYMLINK_NOFOLLOW) != 0) {
		w->sum->unreadable++;
		return OK;
	}
	if (S_ISREG(s.st_mode))
		look_file(w, at, name, path);
	else if (S_ISDIR(s.st_mode) && depth < FILES_DEPTH)
		return look_folder(w, at, arena_fmt(w->a, "%s/%s", path, name).p, depth + 1);
	return OK;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static enum err look_folder(struct walk *w, int at, const char *path, int depth)
{
	int fd = depth ? openat(at, base_of(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		w->sum->unreadable += depth > 0;
		return depth ? OK : errno == ENOENT ? ERR_ABSENT : err_sys();
	}
	enum err e = OK;
	for (struct dirent *x; e == OK && (x = readdir(d));)
		if (strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0)
			e = look_one(w, dirfd(d), x->d_name, path, depth);
	(void)closedir(d);                       /* only read */
	return e;
}

enum err files_look(const char *folder, struct arena *a, struct files_sum *out)
{
	struct walk w = { a, out };
	return look_folder(&w, -1, folder, 0);
}

static struct str listed(struct arena *a, const struct files_sum *s)
{
	AUTO(buf_done) struct buf b = buf_init(REPORT_MAX);
	size_t i = 0;
	for (; i < s->n && b.n + s->v[i].path.n + 200 < REPORT_MAX; i++) {
		for (size_t k = 0; k < s->v[i].path.n; k++)      /* names of files hold any bytes */
			buf_byte(&b, (unsigned char)s->v[i].path.p[k] < 0x20 || (unsigned char)s->v[i].path.p[k] > 0x7e ? '?' : s->v[i].path.p[k]);
		buf_fmt(&b, ": %s\n", files_kind_title(s->v[i].kind));
	}
	if (s->found > (int64_t)i)
		buf_fmt(&b, "and %lld more\n", (long long)(s->found - (int64_t)i));
	return arena_str(a, buf_str(&b));
}

enum err files_report(struct store *st, const struct act *act, struct str folders, const struct files_sum *s, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t task;
	struct entry_field f[] = { { STR("where"), folders }, { STR("on"), time_iso_date(&a, clock_utc()) }, { STR("how"), STR("program") }, { STR("looked"), arena_fmt(&a, "%lld", (long long)s->looked) },
		{ STR("found"), arena_fmt(&a, "%lld", (long long)s->found) }, { STR("report"), listed(&a, s) },
		{ STR("unreadable"), arena_fmt(&a, "%lld", (long long)s->unreadable) } };
	TRY(db_tx_begin(st->db, &tx));
	TRY(entry_create(st, act, &(struct entry_in){ .reg = "file-check", .fields = f, .n_fields = ARRAY_N(f) }, &d, id));
	struct task_in in = { .kind = "file-check", .title = arena_fmt(&a, "Files on the network: %lld should not be there", (long long)s->found), .for_role = "technician",
		.link = arena_fmt(&a, "/registers/file-check/%lld", (long long)*id).p, .due_utc = clock_utc() + TASK_DAYS * 86400, .key = arena_fmt(&a, "file-check/%lld", (long long)*id).p };
	if (s->found)
		TRY(task_open_once(st, act, &in, &d, &task, NULL));
	return db_tx_commit(&tx);
}
