#include "event/read/spool_dir.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/vec.h"
#include "event/read/spool_read.h"
#include "io/file.h"

struct finding { uint64_t from, lowest, newest; };

static enum err note(void *owner, const char *name)
{
	struct finding *f = owner;
	uint64_t n;
	if (seg_name_read(str_z(name), &n) != OK)
		return OK;
	if (n >= f->from && (!f->lowest || n < f->lowest))
		f->lowest = n;
	f->newest = n > f->newest ? n : f->newest;
	return OK;
}

enum err spool_dir_find(const char *folder, uint64_t from, uint64_t *lowest, uint64_t *newest)
{
	struct finding f = { .from = from };
	TRY(dir_each(folder, note, &f));
	*lowest = f.lowest;
	*newest = f.newest;
	return OK;
}

enum err spool_dir_path(const char *folder, uint64_t sequence, char out[SPOOL_PATH])
{
	char name[32];
	seg_name(sequence, name);
	return path_join(out, SPOOL_PATH, folder, name);
}

struct names { struct arena *a; const char *dir; VEC(struct str) list; };

static enum err note_folder(void *owner, const char *name)
{
	struct names *f = owner;
	char path[SPOOL_PATH];
	struct stat st;
	TRY(path_join(path, sizeof path, f->dir, name));
	if (seg_worker_ok(str_z(name)) && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		*(struct str *)vec_push(&f->list) = arena_str(f->a, str_z(name));
	return OK;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

enum err spool_workers(struct arena *a, const char *dir, struct str **names, size_t *n)
{
	struct names f = { .a = a, .dir = dir };
	enum err e = dir_each(dir, note_folder, &f);
	if (e == OK) {
		vec_sort(&f.list, by_name);
		*names = arena_array(a, struct str, f.list.n + 1);
		if (f.list.n)
			memcpy(*names, f.list.v, f.list.n * sizeof *f.list.v);
		*n = f.list.n;
	}
	vec_done(&f.list);
	return e;
}

struct discarding { const char *folder; uint64_t before, newest; size_t removed; };

static enum err discard_one(void *owner, const char *name)
{
	struct discarding *d = owner;
	char path[SPOOL_PATH];
	uint64_t n;
	if (seg_name_read(str_z(name), &n) != OK || n >= d->before || n == d->newest)
		return OK;
	TRY(spool_dir_path(d->folder, n, path));
	TRY(file_remove(path));
	d->removed++;
	return OK;
}

enum err spool_discard_before(const char *dir, const struct spool_cursor *c, size_t *removed)
{
	char folder[SPOOL_PATH];
	uint64_t lowest;
	TRY(path_join(folder, sizeof folder, dir, c->worker));
	struct discarding d = { .folder = folder, .before = c->segment };
	TRY(spool_dir_find(folder, 0, &lowest, &d.newest));
	TRY(dir_each(folder, discard_one, &d));
	*removed = d.removed;
	return OK;
}
