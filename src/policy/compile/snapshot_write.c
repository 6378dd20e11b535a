#include "policy/compile/snapshot_write.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/vec.h"
#include "base/wr.h"
#include "io/file.h"
#include "policy/read/sections.h"

void snapshot_out_add(struct snapshot_out *o, enum section id, struct str bytes)
{
	assert(id > 0 && id <= SECTION_MAX && bytes.p);
	o->section[id] = bytes;
}

void snapshot_out_lists(struct snapshot_out *o, const struct snapshot *from)
{
	for (enum section id = SECTION_CATEGORIES; id <= SECTION_SEALED; id++)
		if (snapshot_has(from, id))
			snapshot_out_add(o, id, snapshot_section(from, id));
}

static size_t aligned(size_t n) { return (n + SNAPSHOT_ALIGN - 1) / SNAPSHOT_ALIGN * SNAPSHOT_ALIGN; }

enum { PIECES = 2 * SECTION_MAX + 3, FRONT_MAX = SNAPSHOT_HEADER + SECTION_MAX * SNAPSHOT_ENTRY + SNAPSHOT_ALIGN };

struct layout { struct str piece[PIECES]; size_t n, bytes; uint8_t front[FRONT_MAX]; };

static void add_piece(struct layout *l, struct str s)
{
	l->piece[l->n++] = s;
	l->bytes += s.n;
}

static const char zeros[SNAPSHOT_ALIGN];

/* The front (header and table) is the first piece; each section follows at the next boundary. */
static void lay_out(const struct snapshot_out *o, uint64_t generation, struct layout *l)
{
	uint32_t n = 0;
	for (size_t id = 1; id <= SECTION_MAX; id++)
		n += o->section[id].p != NULL;
	struct wr w = wr_over(l->front, sizeof l->front);
	size_t at = SNAPSHOT_HEADER + (size_t)n * SNAPSHOT_ENTRY;
	add_piece(l, (struct str){ (char *)l->front, at });
	wr_bytes(&w, SNAPSHOT_MAGIC);
	wr_u32le(&w, SNAPSHOT_FORMAT);
	wr_u32le(&w, n);
	wr_u64le(&w, generation);
	(void)wr_room(&w, SNAPSHOT_HEADER - wr_len(&w));
	for (uint32_t id = 1; id <= SECTION_MAX; id++) {
		struct str s = o->section[id];
		if (!s.p)
			continue;
		add_piece(l, (struct str){ zeros, aligned(at) - at });
		at = aligned(at);
		wr_u32le(&w, id);
		wr_u32le(&w, hash_crc32c(0, s));
		wr_u64le(&w, at);
		wr_u64le(&w, s.n);
		add_piece(l, s);
		at += s.n;
	}
	assert(wr_ok(&w) == OK);
}

static void seal(struct layout *l)
{
	struct wr w = wr_over(l->front + 24, 8);
	wr_u64le(&w, l->bytes);
	struct str pieces[PIECES + 1] = { { (char *)l->front, SNAPSHOT_DIGEST_AT } };
	pieces[1] = str_from(l->piece[0], SNAPSHOT_HEADER);
	memcpy(pieces + 2, l->piece + 1, (l->n - 1) * sizeof *pieces);
	hash_sha256v(pieces, l->n + 1, l->front + SNAPSHOT_DIGEST_AT);
}

static enum err sync_folder_of(const char *path)
{
	char dir[PATH_MAX];
	ptrdiff_t slash = str_rchr(str_z(path), '/');
	(void)snprintf(dir, sizeof dir, "%.*s", slash < 0 ? 1 : slash == 0 ? 1 : (int)slash, slash < 0 ? "." : path);
	AUTO(fd_close) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? err_sys() : OK;
}

static enum err put_file(const struct layout *l, const char *path)
{
	AUTO(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys();
	for (size_t i = 0; i < l->n; i++)
		TRY(fd_write_all(fd, l->piece[i]));
	return fsync(fd) < 0 ? err_sys() : OK;
}

enum err snapshot_out_file(const struct snapshot_out *o, const char *path, uint64_t generation)
{
	struct layout l = { 0 };
	char tmp[PATH_MAX];
	lay_out(o, generation, &l);
	seal(&l);
	if (l.bytes > SNAPSHOT_MAX_BYTES || (size_t)snprintf(tmp, sizeof tmp, "%s.tmp", path) >= sizeof tmp)
		return ERR_LIMIT;
	enum err e = put_file(&l, tmp);
	if (e == OK && rename(tmp, path) < 0)
		e = err_sys();
	if (e != OK) {
		(void)unlink(tmp);               /* whatever got written is of no use */
		return e;
	}
	return sync_folder_of(path);
}

static enum err generation_path(char out[PATH_MAX], const char *dir, uint64_t generation)
{
	int n = snprintf(out, PATH_MAX, "%s/%08llu.snap", dir, (unsigned long long)generation);
	return n > 0 && n < PATH_MAX ? OK : ERR_LIMIT;
}

enum err snapshot_out_write(const struct snapshot_out *o, struct arena *a, const char *dir, uint64_t generation, const char **path)
{
	char name[PATH_MAX];
	TRY(generation_path(name, dir, generation));
	TRY(snapshot_out_file(o, name, generation));
	*path = arena_z(a, str_z(name));
	return OK;
}

enum err snapshot_point(const char *dir, uint64_t generation)
{
	char path[PATH_MAX], link[PATH_MAX], tmp[PATH_MAX];
	TRY(generation_path(path, dir, generation));
	if (snprintf(link, sizeof link, "%s/current", dir) >= PATH_MAX || snprintf(tmp, sizeof tmp, "%s/current.tmp", dir) >= PATH_MAX)
		return ERR_LIMIT;
	(void)unlink(tmp);                       /* left by a crash */
	if (symlink(strrchr(path, '/') + 1, tmp) < 0 || rename(tmp, link) < 0)
		return err_sys();
	return sync_folder_of(link);
}

enum err snapshot_publish(const char *dir, uint64_t generation)
{
	char path[PATH_MAX];
	TRY(generation_path(path, dir, generation));
	AUTO(snapshot_free) struct snapshot *s = NULL;
	TRY(snapshot_open(path, &s));
	return snapshot_generation(s) == generation ? snapshot_point(dir, generation) : ERR_CORRUPT;
}

/* "00000042.snap" -> 42. */
static bool generation_of(struct str name, uint64_t *out)
{
	return str_ends(name, STR(".snap")) && str_u64(str_upto(name, name.n - 5), out) == OK;
}

enum err snapshot_current(const char *dir, uint64_t *generation)
{
	char link[PATH_MAX], to[PATH_MAX];
	if (snprintf(link, sizeof link, "%s/current", dir) >= PATH_MAX)
		return ERR_LIMIT;
	ssize_t n = readlink(link, to, sizeof to);
	if (n < 0)
		return errno == ENOENT ? ERR_ABSENT : err_sys();
	return generation_of((struct str){ to, (size_t)n }, generation) ? OK : ERR_CORRUPT;
}

static int newest_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x > y ? -1 : x < y;
}

enum err snapshot_prune(const char *dir, size_t keep)
{
	uint64_t current = 0, g;
	VEC(uint64_t) all = { 0 };
	enum err e = snapshot_current(dir, &current);
	DIR *d = e == OK || e == ERR_ABSENT ? opendir(dir) : NULL;
	if (!d)
		return e == OK || e == ERR_ABSENT ? err_sys() : e;
	for (struct dirent *f; (f = readdir(d));)
		if (generation_of(str_z(f->d_name), &g))
			*vec_push(&all) = g;
	(void)closedir(d);                       /* read only */
	vec_sort(&all, newest_first);
	e = OK;
	for (size_t i = keep; i < all.n && e == OK; i++) {
		char path[PATH_MAX];
		e = all.v[i] == current ? OK : generation_path(path, dir, all.v[i]);
		if (e == OK && all.v[i] != current && unlink(path) < 0)
			e = err_sys();
	}
	vec_done(&all);
	return e;
}
