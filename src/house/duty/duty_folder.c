/* The folders of duties: read at start, and again when a file changes. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "house/duty/duty.h"
#include "io/file.h"
#include "io/folder.h"

enum { FILE_MAX_BYTES = 256 * 1024 };

struct duty_file {
	struct str path;
	struct file_stamp changed;
	bool there;                    /* seen in this round */
	struct duty *v;                /* the last good reading */
	size_t n;
	struct str wrong;              /* findings of a newer one that was refused; absent: none */
};

struct duties {
	struct arena arena;            /* every reading there was: grows only when a file changes */
	pthread_mutex_t lock;          /* of whoever reads folders */
	struct str dir, own;           /* own: absent until duties_own */
	struct duty_file files[DUTY_FILES_MAX];
	size_t n;
	_Atomic(const struct duty_list *) now;
};

static struct duty_file *file_of(struct duties *d, struct str path)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->files[i].path, path))
			return &d->files[i];
	if (d->n == DUTY_FILES_MAX)
		return NULL;
	d->files[d->n] = (struct duty_file){ .path = arena_str(&d->arena, path) };
	return &d->files[d->n++];
}

static enum err read_file(struct duties *d, struct duty_file *f, struct diag *said)
{
	AUTO(buf_done) struct buf b = buf_init(FILE_MAX_BYTES);
	struct duty *v;
	size_t n;
	struct str name = str_from(f->path, (size_t)(str_rchr(f->path, '/') + 1));
	enum err e = file_read(f->path.p, &b);
	if (e != OK) {
		diag_add(said, DIAG_ERROR, name, 0, "The file cannot be read: %s", err_text(e));
		return e;
	}
	TRY(duties_read(&d->arena, arena_str(&d->arena, name), arena_str(&d->arena, buf_str(&b)), said, &v, &n));
	f->v = v;
	f->n = n;
	return OK;
}

static enum err look(void *owner, const char *path, const struct file_stamp *stamp)
{
	AUTO(diag_done) struct diag said = diag_init(20);
	AUTO(buf_done) struct buf b = buf_init(20000);
	struct duties *d = owner;
	struct duty_file *f = file_of(d, str_z(path));
	if (!f)
		return OK;                       /* more files than anybody keeps */
	f->there = true;
	if (file_stamp_same(&f->changed, stamp))
		return OK;
	f->changed = *stamp;
	f->wrong = STR_NONE;
	if (read_file(d, f, &said) != OK) {
		diag_print(&said, &b);
		f->wrong = arena_str(&d->arena, buf_str(&b));
	}
	return OK;
}

/* A folder that is not there holds nothing. */
static void look_in(struct duties *d, struct str dir)
{
	if (dir.n)
		(void)folder_each(dir.p, look, d);
}

/* Of two duties of one name the later file's holds: a school may put its own words in place of ours. */
static void add(struct duty_list *l, struct duty *v, const struct duty *one)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(v[i].id, one->id)) {
			v[i] = *one;
			return;
		}
	if (l->n < DUTIES_MAX)
		v[l->n++] = *one;
}

static void gather(struct duties *d)
{
	AUTO(buf_done) struct buf wrong = buf_init(60000);
	struct duty_list *l = arena_new(&d->arena, struct duty_list);
	struct duty *v = arena_array(&d->arena, struct duty, DUTIES_MAX);
	for (size_t i = 0; i < d->n; i++) {
		if (!d->files[i].there)
			continue;
		for (size_t k = 0; k < d->files[i].n; k++)
			add(l, v, &d->files[i].v[k]);
		buf_add(&wrong, d->files[i].wrong);
	}
	l->v = v;
	l->wrong = wrong.n ? arena_str(&d->arena, buf_str(&wrong)) : STR_NONE;
	atomic_store(&d->now, l);
}

/* What would change what is in force. */
static uint64_t stamp(const struct duties *d)
{
	uint64_t x = d->n;
	for (size_t i = 0; i < d->n; i++)
		x = x * 1000003 + (uint64_t)d->files[i].changed.at.tv_nsec + (uint64_t)d->files[i].changed.at.tv_sec * 31 + (uint64_t)d->files[i].changed.bytes + d->files[i].there;
	return x;
}

void duties_refresh(struct duties *d, bool *changed)
{
	pthread_mutex_lock(&d->lock);
	uint64_t before = stamp(d);
	for (size_t i = 0; i < d->n; i++)
		d->files[i].there = false;
	look_in(d, d->dir);
	look_in(d, d->own);
	bool now = stamp(d) != before;
	if (now || !atomic_load(&d->now))
		gather(d);
	if (changed)
		*changed = now;
	pthread_mutex_unlock(&d->lock);
}

enum err duties_load(const char *dir, struct diag *diag, struct duties **out)
{
	struct duties *d = mem_new(struct duties);
	pthread_mutex_init(&d->lock, NULL);
	d->dir = arena_str(&d->arena, str_z(dir));
	duties_refresh(d, NULL);
	*out = d;
	struct str wrong = duties_now(d)->wrong;
	if (!wrong.n)
		return OK;
	diag_add(diag, DIAG_ERROR, STR("duties"), 0, "%.*s", STRF(str_upto(wrong, 2000)));
	duties_free(out);
	return ERR_INVALID;
}

void duties_free(struct duties **d)
{
	if (!*d)
		return;
	pthread_mutex_destroy(&(*d)->lock);
	arena_done(&(*d)->arena);
	mem_free(d);
}

void duties_own(struct duties *d, const char *dir)
{
	pthread_mutex_lock(&d->lock);
	d->own = arena_str(&d->arena, str_z(dir));
	pthread_mutex_unlock(&d->lock);
	duties_refresh(d, NULL);
}

const struct duty_list *duties_now(const struct duties *d) { return atomic_load(&d->now); }
