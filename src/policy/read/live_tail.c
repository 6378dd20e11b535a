#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "policy/read/live.h"

enum { CHUNK = 64 * 1024, WAITING_MAX = 512 * 1024 /* a record of any kind, REC_MAX, and more */ };

struct live_tail {
	int dir_fd;                     /* borrowed */
	int fd;                         /* of the file being read; -1 = none yet */
	dev_t dev;
	ino_t ino;
	off_t at;                       /* bytes read */
	struct buf waiting;             /* the part of a record that has come */
	bool bad;                       /* a record did not fit: nothing more of this file */
};

struct live_tail *live_tail_new(int dir_fd)
{
	struct live_tail *t = mem_new(struct live_tail);
	t->dir_fd = dir_fd;
	t->fd = -1;
	t->waiting = buf_init(WAITING_MAX + CHUNK);
	return t;
}

static void close_file(struct live_tail *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	t->at = 0;
	t->bad = false;
	buf_clear(&t->waiting);
}

void live_tail_free(struct live_tail **tp)
{
	if (!*tp)
		return;
	close_file(*tp);
	buf_done(&(*tp)->waiting);
	mem_free(tp);
}

/* Opens the file of the name as it is now, unless it is the one being read. */
static enum err follow(struct live_tail *t, struct live *l, off_t *size)
{
	struct stat st;
	if (fstatat(t->dir_fd, "live.log", &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? ERR_ABSENT : err_sys();
	*size = st.st_size;
	if (t->fd >= 0 && st.st_dev == t->dev && st.st_ino == t->ino && st.st_size >= t->at)
		return OK;
	close_file(t);
	live_clear(l);
	t->fd = openat(t->dir_fd, "live.log", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (t->fd < 0 || fstat(t->fd, &st))
		return err_sys();
	t->dev = st.st_dev;
	t->ino = st.st_ino;
	*size = st.st_size;
	return OK;
}

/* Folds in every whole record that waits.  A full table is no reason to stop reading. */
static enum err fold(struct live_tail *t, struct live *l, int64_t now_utc, size_t *applied)
{
	struct str rest = buf_str(&t->waiting);
	enum err e;
	for (;;) {
		struct live_record r;
		size_t used;
		e = live_decode(rest, &r, &used);
		if (e != OK)
			break;
		*applied += live_apply(l, &r, now_utc) == OK;
		rest = str_from(rest, used);
	}
	buf_cut(&t->waiting, t->waiting.n - rest.n);
	t->bad = e != ERR_END;
	return t->bad ? ERR_CORRUPT : OK;
}

static enum err read_on(struct live_tail *t, struct live *l, int64_t now_utc, size_t *applied)
{
	char chunk[CHUNK];
	for (;;) {
		ssize_t n = pread(t->fd, chunk, sizeof chunk, t->at);
		if (n < 0)
			return err_sys();
		if (!n)
			return OK;
		t->at += n;
		buf_add(&t->waiting, (struct str){ chunk, (size_t)n });
		TRY(fold(t, l, now_utc, applied));
	}
}

enum err live_tail_poll(struct live_tail *t, struct live *l, int64_t now_utc, size_t *applied)
{
	off_t size = 0;
	*applied = 0;
	enum err e = follow(t, l, &size);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	if (t->bad || size == t->at)
		return OK;
	return read_on(t, l, now_utc, applied);
}
