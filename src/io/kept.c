#include "io/kept.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "io/file.h"

/* number is odd while the bytes are written. */
struct shared { atomic_uint number; size_t n[KEPT_FILES]; char bytes[KEPT_FILES][KEPT_MAX]; };
struct kept { const char *path[KEPT_FILES]; struct stat seen[KEPT_FILES]; size_t n; struct shared *shared; };

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* All are read before one is shown: a key without its certificate is of no use. */
static enum err take(struct kept *k)
{
	AUTO(buf_wipe) struct buf one = buf_init(KEPT_MAX), two = buf_init(KEPT_MAX);
	struct buf *b[KEPT_FILES] = { &one, &two };
	for (size_t i = 0; i < k->n; i++) {
		TRY(file_read(k->path[i], b[i]));
		if (!b[i]->n)
			return ERR_ABSENT;
	}
	atomic_fetch_add(&k->shared->number, 1);
	for (size_t i = 0; i < k->n; i++) {
		memcpy(k->shared->bytes[i], b[i]->p, b[i]->n);
		k->shared->n[i] = b[i]->n;
	}
	atomic_fetch_add(&k->shared->number, 1);
	return OK;
}

static bool changed(struct kept *k)
{
	bool any = false;
	for (size_t i = 0; i < k->n; i++) {
		struct stat now;
		if (stat(k->path[i], &now) < 0)
			return false;
		any |= !same(&now, &k->seen[i]);
		k->seen[i] = now;
	}
	return any;
}

static enum err make(const char *const path[], size_t n, bool later, struct kept **out)
{
	assert(n <= KEPT_FILES);
	AUTO(kept_free) struct kept *k = mem_new(struct kept);
	k->n = n;
	for (size_t i = 0; i < n; i++)
		k->path[i] = path[i];
	k->shared = mmap(NULL, sizeof *k->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (k->shared == MAP_FAILED) {
		k->shared = NULL;
		return err_sys();
	}
	(void)changed(k);
	enum err e = take(k);
	if (e != OK && !later)
		return e;
	*out = TAKE(k);
	return OK;
}

enum err kept_new(const char *const path[], size_t n, struct kept **out) { return make(path, n, false, out); }
enum err kept_later(const char *path, struct kept **out) { return make(&path, 1, true, out); }

void kept_free(struct kept **k)
{
	if (*k && (*k)->shared)
		(void)munmap((*k)->shared, sizeof *(*k)->shared);      /* the workers' own mapping stays */
	mem_free(k);
}

bool kept_look(struct kept *k)
{
	if (!changed(k))
		return false;
	if (take(k) == OK)
		return true;
	memset(k->seen, 0, sizeof k->seen);             /* again at the next look */
	return false;
}

unsigned kept_number(const struct kept *k) { return atomic_load(&k->shared->number) & ~1u; }

enum err kept_read(const struct kept *k, size_t i, struct buf *out)
{
	unsigned before = atomic_load(&k->shared->number);
	size_t n = k->shared->n[i];
	assert(i < k->n);
	if (before & 1 || n > KEPT_MAX)
		return ERR_BUSY;
	buf_add(out, (struct str){ k->shared->bytes[i], n });
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load(&k->shared->number) == before)
		return buf_ok(out);
	buf_clear(out);
	return ERR_BUSY;
}
