/* A thin layer between SQLite and the operating system's file: only whole pages of the main
 * database file are touched, everything else is handed through. */
#include "house/store/pagesum.h"

#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/wr.h"

enum { HEADER = 100, AT_PAGE_BYTES = 16, AT_RESERVED = 20 };
static const int64_t LOCK_PAGE = 0x40000000 / PAGESUM_PAGE;    /* SQLite never writes this one */

struct sum_file {
	sqlite3_file base;
	sqlite3_file *real;            /* stands right behind this struct */
};

static void sum_of(const void *page, int64_t number, uint8_t out[PAGESUM_BYTES])
{
	uint8_t n[8];
	struct wr w = wr_over(n, sizeof n);
	wr_u64(&w, (uint64_t)number);
	uint32_t crc = hash_crc32c(0, (struct str){ (const char *)n, sizeof n });
	crc = hash_crc32c(crc, (struct str){ page, PAGESUM_PAGE - PAGESUM_BYTES });
	w = wr_over(out, PAGESUM_BYTES);
	wr_u32(&w, crc);
	wr_u32(&w, ~crc);
}

static bool sum_fits(const uint8_t *page, int64_t number)
{
	uint8_t want[PAGESUM_BYTES];
	sum_of(page, number, want);
	return memcmp(want, page + PAGESUM_PAGE - PAGESUM_BYTES, sizeof want) == 0;
}

static bool is_page(int bytes, sqlite3_int64 at) { return bytes == PAGESUM_PAGE && at % PAGESUM_PAGE == 0; }

static sqlite3_file *real(sqlite3_file *f) { return ((struct sum_file *)f)->real; }

static int x_close(sqlite3_file *f) { return real(f)->pMethods->xClose(real(f)); }

static int x_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	int code = real(f)->pMethods->xRead(real(f), p, n, at);
	if (code != SQLITE_OK || !is_page(n, at) || sum_fits(p, at / PAGESUM_PAGE))
		return code;
	return SQLITE_IOERR_DATA;
}

/* The page's own reserved bytes are filled in place: SQLite keeps nothing there. */
static int x_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (is_page(n, at))
		sum_of(p, at / PAGESUM_PAGE, (uint8_t *)(uintptr_t)p + PAGESUM_PAGE - PAGESUM_BYTES);
	return real(f)->pMethods->xWrite(real(f), p, n, at);
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 n) { return real(f)->pMethods->xTruncate(real(f), n); }
static int x_sync(sqlite3_file *f, int flags) { return real(f)->pMethods->xSync(real(f), flags); }
static int x_size(sqlite3_file *f, sqlite3_int64 *n) { return real(f)->pMethods->xFileSize(real(f), n); }
static int x_lock(sqlite3_file *f, int how) { return real(f)->pMethods->xLock(real(f), how); }
static int x_unlock(sqlite3_file *f, int how) { return real(f)->pMethods->xUnlock(real(f), how); }
static int x_reserved(sqlite3_file *f, int *out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
static int x_control(sqlite3_file *f, int op, void *arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
static int x_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int x_traits(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int x_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
static int x_shm_lock(sqlite3_file *f, int at, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), at, n, flags); }
static void x_shm_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int x_shm_unmap(sqlite3_file *f, int drop) { return real(f)->pMethods->xShmUnmap(real(f), drop); }

/* Version 2: no memory-mapped reads, which would go past the check. */
static const sqlite3_io_methods methods = {
	2, x_close, x_read, x_write, x_truncate, x_sync, x_size, x_lock, x_unlock, x_reserved, x_control, x_sector, x_traits,
	x_shm_map, x_shm_lock, x_shm_barrier, x_shm_unmap, NULL, NULL,
};

static sqlite3_vfs *below;             /* the operating system's */
static sqlite3_vfs vfs;

/* Empty, or one of ours.  Read through SQLite's own descriptor: see raw_open. */
static bool ours(sqlite3_file *f)
{
	uint8_t h[HEADER];
	sqlite3_int64 size = 0;
	if (f->pMethods->xFileSize(f, &size) != SQLITE_OK)
		return false;
	if (size == 0)
		return true;
	return size >= HEADER && f->pMethods->xRead(f, h, HEADER, 0) == SQLITE_OK && memcmp(h, "SQLite format 3", 16) == 0 &&
		(h[AT_PAGE_BYTES] << 8 | h[AT_PAGE_BYTES + 1]) == PAGESUM_PAGE && h[AT_RESERVED] == PAGESUM_BYTES;
}

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *got)
{
	if (!(flags & SQLITE_OPEN_MAIN_DB))
		return below->xOpen(below, name, f, flags, got);
	struct sum_file *s = (struct sum_file *)f;
	s->real = (sqlite3_file *)(s + 1);
	s->base.pMethods = NULL;
	int code = below->xOpen(below, name, s->real, flags, got);
	if (s->real->pMethods)
		s->base.pMethods = &methods;
	return code == SQLITE_OK && !ours(s->real) ? SQLITE_NOTADB : code;
}

static int v_delete(sqlite3_vfs *v, const char *n, int sync) { return below->xDelete(below, n, sync); }
static int v_access(sqlite3_vfs *v, const char *n, int flags, int *out) { return below->xAccess(below, n, flags, out); }
static int v_full(sqlite3_vfs *v, const char *n, int room, char *out) { return below->xFullPathname(below, n, room, out); }
static int v_random(sqlite3_vfs *v, int n, char *out) { return below->xRandomness(below, n, out); }
static int v_sleep(sqlite3_vfs *v, int us) { return below->xSleep(below, us); }
static int v_time(sqlite3_vfs *v, double *out) { return below->xCurrentTime(below, out); }
static int v_last(sqlite3_vfs *v, int n, char *out) { return below->xGetLastError(below, n, out); }
static int v_time64(sqlite3_vfs *v, sqlite3_int64 *out) { return below->xCurrentTimeInt64(below, out); }

static void do_register(void)
{
	below = sqlite3_vfs_find(NULL);
	assert(below && below->iVersion >= 2);
	vfs = (sqlite3_vfs){
		.iVersion = 2, .szOsFile = (int)sizeof(struct sum_file) + below->szOsFile, .mxPathname = below->mxPathname,
		.zName = PAGESUM_VFS, .xOpen = v_open, .xDelete = v_delete, .xAccess = v_access, .xFullPathname = v_full,
		.xRandomness = v_random, .xSleep = v_sleep, .xCurrentTime = v_time, .xGetLastError = v_last,
		.xCurrentTimeInt64 = v_time64,
	};
	sqlite3_vfs_register(&vfs, 0);
}

void pagesum_register(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, do_register);
}

/* ---- the file by itself */

/* A process that closes a descriptor of a file loses all its locks on that file (fcntl(2)), also those of its SQLite connections.
 * So a house never opens its own database but through SQLite, which keeps such descriptors until no lock needs them. */
struct raw { char path[PATH_MAX + 2]; sqlite3_file *f; };           /* path: SQLite goes on pointing at it */

static void raw_close(struct raw **r)
{
	if (*r && (*r)->f && (*r)->f->pMethods)
		(void)(*r)->f->pMethods->xClose((*r)->f);       /* it was only read */
	if (*r)
		mem_free(&(*r)->f);
	mem_free(r);
}

static enum err raw_open(const char *path, struct raw **out)
{
	int got;
	pagesum_register();
	AUTO(raw_close) struct raw *r = mem_new(struct raw);
	r->f = mem_zero(1, (size_t)below->szOsFile);
	if (access(path, R_OK) != 0)
		return err_sys();
	if (below->xFullPathname(below, path, PATH_MAX, r->path) != SQLITE_OK)
		return ERR_LIMIT;
	if (below->xOpen(below, r->path, r->f, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, &got) != SQLITE_OK)
		return ERR_CORRUPT;
	*out = TAKE(r);
	return OK;
}

static bool page_good(sqlite3_file *f, int64_t number)
{
	uint8_t page[PAGESUM_PAGE];
	return f->pMethods->xRead(f, page, sizeof page, number * PAGESUM_PAGE) == SQLITE_OK && sum_fits(page, number);
}

/* From this page on, those whose sums do not fit: how many, at most `max`; *at goes on behind the last one. */
static size_t bad_pages(sqlite3_file *f, int64_t pages, int64_t *at, int64_t *bad, size_t max)
{
	size_t n = 0;
	for (; *at < pages && n < max; ++*at)
		if (*at != LOCK_PAGE && !page_good(f, *at))
			bad[n++] = *at;
	return n;
}

enum { TURNS = 2, TURN_US = 20000, BAD_MAX = 500 };

/* A page may be in the middle of being written by somebody: looked at again, later, before it is called bad. */
static size_t still_bad(sqlite3_file *f, int64_t *bad, size_t n)
{
	for (int turn = 0; turn < TURNS && n; turn++) {
		size_t kept = 0;
		usleep(TURN_US);
		for (size_t i = 0; i < n; i++)
			if (!page_good(f, bad[i]))
				bad[kept++] = bad[i];
		n = kept;
	}
	return n;
}

enum err pagesum_walk(const char *path, struct diag *d, int64_t *pages)
{
	AUTO(raw_close) struct raw *r = NULL;
	sqlite3_int64 size;
	TRY(raw_open(path, &r));
	sqlite3_file *f = r->f;
	if (!ours(f) || f->pMethods->xFileSize(f, &size) != SQLITE_OK)
		return ERR_CORRUPT;
	*pages = size / PAGESUM_PAGE;
	if (size % PAGESUM_PAGE)
		diag_add(d, DIAG_ERROR, str_z(path), 0, "The file ends in the middle of a page: it has been cut, or something was added.");
	int64_t bad[BAD_MAX], at = 0;
	while (at < *pages) {
		size_t n = still_bad(f, bad, bad_pages(f, *pages, &at, bad, BAD_MAX));
		for (size_t i = 0; i < n; i++)
			diag_add(d, DIAG_ERROR, str_z(path), 0, "Page %lld of the file does not match its checksum.", (long long)bad[i] + 1);
	}
	return OK;
}
