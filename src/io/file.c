#include "io/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rnd.h"

enum { PATH_ROOM = 4096 };

void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void dir_done(DIR **d)
{
	if (*d)
		closedir(*d);
}

enum err path_join(char *out, size_t n, const char *a, const char *b)
{
	int used = snprintf(out, n, "%s/%s", a, b);
	return used > 0 && (size_t)used < n ? OK : ERR_LIMIT;
}

enum err file_read(const char *path, struct buf *b)
{
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys();
	char room[16384];
	for (;;) {
		ssize_t n = read(fd, room, sizeof room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys();
		if (n == 0)
			return OK;
		buf_add(b, (struct str){ room, (size_t)n });
		TRY(buf_ok(b));
	}
}

enum err file_read_exact(const char *path, void *out, size_t n)
{
	struct buf b = buf_init(n + 1);
	enum err e = file_read(path, &b);
	if (e == ERR_LIMIT || (e == OK && b.n != n))
		e = ERR_CORRUPT;
	if (e == OK && n)
		memcpy(out, b.p, n);
	buf_wipe(&b);
	return e;
}

enum err fd_write_all(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno != EINTR)
			return err_sys();
		if (n > 0)
			bytes = str_from(bytes, (size_t)n);
	}
	return OK;
}

static enum err write_synced(int fd, struct str bytes)
{
	TRY(fd_write_all(fd, bytes));
	return fsync(fd) < 0 ? err_sys() : OK;
}

static enum err sync_folder_of(const char *path)
{
	char dir[PATH_ROOM];
	ptrdiff_t slash = str_rchr(str_z(path), '/');
	if (slash >= PATH_ROOM)
		return ERR_LIMIT;
	if (slash < 0)
		return dir_sync(".");
	snprintf(dir, sizeof dir, "%.*s", (int)(slash ? slash : 1), path);
	return dir_sync(dir);
}

/* The new file under its own name beside `path`; removed again on failure. */
static enum err write_beside(const char *tmp, struct str bytes, unsigned mode)
{
	AUTO(fd_close) int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return err_sys();
	if (fchmod(fd, mode) < 0)
		return err_sys();
	return write_synced(fd, bytes);
}

static enum err beside(const char *path, char out[PATH_ROOM])
{
	char token[16];
	rnd_token(token, 6);
	int n = snprintf(out, PATH_ROOM, "%s.new-%s", path, token);
	return n > 0 && n < PATH_ROOM ? OK : ERR_LIMIT;
}

enum err file_replace(const char *path, struct str bytes, unsigned mode)
{
	char tmp[PATH_ROOM];
	TRY(beside(path, tmp));
	enum err e = write_beside(tmp, bytes, mode);
	if (e == OK && rename(tmp, path) < 0)
		e = err_sys();
	if (e != OK) {
		unlink(tmp);
		return e;
	}
	return sync_folder_of(path);
}

enum err file_create(const char *path, struct str bytes, unsigned mode)
{
	char tmp[PATH_ROOM];
	TRY(beside(path, tmp));
	enum err e = write_beside(tmp, bytes, mode);
	if (e == OK && link(tmp, path) < 0)
		e = errno == EEXIST ? ERR_EXISTS : err_sys();
	unlink(tmp);
	return e != OK ? e : sync_folder_of(path);
}

enum err file_append(const char *path, struct str bytes, unsigned mode)
{
	AUTO(fd_close) int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode);
	return fd < 0 ? err_sys() : write_synced(fd, bytes);
}

enum err file_remove(const char *path)
{
	return unlink(path) < 0 && errno != ENOENT ? err_sys() : OK;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

enum err file_size(const char *path, uint64_t *out)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return err_sys();
	*out = (uint64_t)st.st_size;
	return OK;
}

enum err file_map(const char *path, struct file_map *out)
{
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys();
	if (!S_ISREG(st.st_mode))
		return ERR_UNSUPPORTED;
	*out = (struct file_map){ .bytes = STR("") };
	if (st.st_size == 0)
		return OK;
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys();
	out->bytes = (struct str){ p, (size_t)st.st_size };
	return OK;
}

void file_unmap(struct file_map *m)
{
	if (m->bytes.n)
		munmap((void *)(uintptr_t)m->bytes.p, m->bytes.n);
	*m = (struct file_map){ 0 };
}

static enum err make_one(const char *path, unsigned mode)
{
	struct stat st;
	if (mkdir(path, mode) == 0)
		return OK;
	if (errno != EEXIST)
		return err_sys();
	return stat(path, &st) < 0 ? err_sys() : S_ISDIR(st.st_mode) ? OK : (enum err)-ENOTDIR;
}

enum err dir_make(const char *path, unsigned mode)
{
	char part[PATH_ROOM];
	struct str whole = str_z(path);
	if (whole.n >= sizeof part)
		return ERR_LIMIT;
	for (size_t i = 1; i < whole.n; i++) {
		if (path[i] != '/')
			continue;
		snprintf(part, sizeof part, "%.*s", (int)i, path);
		TRY(make_one(part, mode));
	}
	return make_one(path, mode);
}

enum err dir_sync(const char *path)
{
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? err_sys() : OK;
}

enum err dir_each(const char *path, enum err (*fn)(void *owner, const char *name), void *owner)
{
	AUTO(dir_done) DIR *d = opendir(path);
	if (!d)
		return err_sys();
	for (struct dirent *e; (errno = 0, e = readdir(d));)
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			TRY(fn(owner, e->d_name));
	return errno ? err_sys() : OK;
}

enum err file_lock(const char *path, int *out)
{
	AUTO(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys();
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? ERR_BUSY : err_sys();
	*out = fd;
	fd = -1;
	return OK;
}
