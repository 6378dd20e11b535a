#include "policy/compile/list_lines.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

enum packing { PACK_UNKNOWN, PACK_NONE, PACK_GZIP, PACK_ZSTD };
enum { ZSTD_WINDOW_LOG_MAX = 27 };

struct lines {
	int fd;                          /* -1: over memory */
	struct str mem;                  /* what is left of it */
	char raw[LINES_BLOCK];           /* as read */
	size_t raw_at, raw_n;
	char text[LINES_BLOCK];          /* unpacked, not yet handed out: [at, n) */
	size_t at, n;
	size_t total, max;               /* unpacked bytes so far, and the limit */
	enum packing packing;
	z_stream gz;
	ZSTD_DStream *zstd;
	bool end, skipping, started;     /* skipping: the rest of a line that was cut */
	bool whole;                      /* the packed stream ended where it should */
};

static enum err raw_fill(struct lines *l)
{
	if (l->raw_at < l->raw_n)
		return OK;
	ssize_t n;
	if (l->fd < 0) {
		n = (ssize_t)(l->mem.n < sizeof l->raw ? l->mem.n : sizeof l->raw);
		if (n > 0)
			memcpy(l->raw, l->mem.p, (size_t)n);
		l->mem = str_from(l->mem, (size_t)n);
	} else {
		do
			n = read(l->fd, l->raw, sizeof l->raw);
		while (n < 0 && errno == EINTR);
	}
	if (n < 0)
		return err_sys();
	l->raw_at = 0;
	l->raw_n = (size_t)n;
	return n == 0 ? ERR_END : OK;
}

static enum err begin(struct lines *l)
{
	enum err e = raw_fill(l);
	struct str head = { l->raw, l->raw_n };
	l->packing = PACK_NONE;
	l->whole = true;
	if (e != OK)
		return e;
	if (str_starts(head, STR("\x1f\x8b"))) {
		l->packing = PACK_GZIP;
		if (inflateInit2(&l->gz, 15 + 16) != Z_OK)
			return -ENOMEM;
	} else if (str_starts(head, STR("\x28\xb5\x2f\xfd"))) {
		l->packing = PACK_ZSTD;
		l->zstd = ZSTD_createDStream();
		(void)ZSTD_DCtx_setParameter(l->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);  /* a fixed, valid value */
	}
	return OK;
}

static enum err step_gzip(struct lines *l, char *to, size_t room, size_t *made)
{
	l->gz.next_in = (Bytef *)l->raw + l->raw_at;
	l->gz.avail_in = (uInt)(l->raw_n - l->raw_at);
	l->gz.next_out = (Bytef *)to;
	l->gz.avail_out = (uInt)room;
	int z = inflate(&l->gz, Z_NO_FLUSH);
	l->raw_at = l->raw_n - l->gz.avail_in;
	*made = room - l->gz.avail_out;
	l->whole = z == Z_STREAM_END;
	if (z == Z_STREAM_END)
		z = inflateReset(&l->gz);            /* another member may follow */
	return z == Z_OK || z == Z_BUF_ERROR ? OK : ERR_CORRUPT;
}

static enum err step_zstd(struct lines *l, char *to, size_t room, size_t *made)
{
	ZSTD_inBuffer in = { l->raw, l->raw_n, l->raw_at };
	ZSTD_outBuffer out = { to, room, 0 };
	size_t left = ZSTD_decompressStream(l->zstd, &out, &in);
	l->raw_at = in.pos;
	*made = out.pos;
	l->whole = left == 0;
	return ZSTD_isError(left) ? ERR_CORRUPT : OK;
}

static enum err step_plain(struct lines *l, char *to, size_t room, size_t *made)
{
	*made = l->raw_n - l->raw_at < room ? l->raw_n - l->raw_at : room;
	memcpy(to, l->raw + l->raw_at, *made);
	l->raw_at += *made;
	return OK;
}

/* Unpacks some more behind what is there; sets end when there is no more. */
static enum err fill(struct lines *l)
{
	size_t made = 0, room;
	memmove(l->text, l->text + l->at, l->n - l->at);
	l->n -= l->at;
	l->at = 0;
	room = sizeof l->text - l->n;
	while (made == 0 && !l->end) {
		enum err e = l->packing == PACK_UNKNOWN ? begin(l) : raw_fill(l);
		l->end = e == ERR_END;
		if (l->end)
			return l->whole ? OK : ERR_CORRUPT;
		TRY(e);
		TRY(l->packing == PACK_GZIP ? step_gzip(l, l->text + l->n, room, &made) :
		    l->packing == PACK_ZSTD ? step_zstd(l, l->text + l->n, room, &made) :
		                              step_plain(l, l->text + l->n, room, &made));
		l->n += made;
		l->total += made;
		if (l->total > l->max)
			return ERR_LIMIT;
	}
	return OK;
}

/* A byte order mark (UTF-8) is no part of the first line. */
static enum err start(struct lines *l)
{
	l->started = true;
	while (l->n < sizeof l->text / 2 && !l->end)
		TRY(fill(l));
	if (str_starts((struct str){ l->text, l->n }, STR("\xef\xbb\xbf")))
		l->at = 3;
	return OK;
}

enum err lines_sample(struct lines *l, struct str *out)
{
	if (!l->started)
		TRY(start(l));
	*out = (struct str){ l->text + l->at, l->n - l->at };
	return OK;
}

/* What was behind the cut goes to the end of that line. */
static void skip_rest(struct lines *l)
{
	char *nl = memchr(l->text + l->at, '\n', l->n - l->at);
	l->at = nl ? (size_t)(nl - l->text) + 1 : l->n;
	l->skipping = nl == NULL;
}

static void hand_out(struct lines *l, size_t n, size_t used, struct str *line)
{
	const char *p = l->text + l->at;
	l->at += used;
	*line = (struct str){ p, n > 0 && p[n - 1] == '\r' ? n - 1 : n };
}

enum err lines_next(struct lines *l, struct str *line, bool *cut)
{
	*cut = false;
	if (!l->started)
		TRY(start(l));
	for (;;) {
		if (l->skipping)
			skip_rest(l);
		char *nl = l->skipping ? NULL : memchr(l->text + l->at, '\n', l->n - l->at);
		if (nl) {
			size_t n = (size_t)(nl - l->text) - l->at;
			hand_out(l, n, n + 1, line);
			return OK;
		}
		size_t left = l->n - l->at;
		if (left >= LINES_BLOCK / 2) {
			*cut = l->skipping = true;
			hand_out(l, left, left, line);
			return OK;
		}
		if (l->end && left > 0) {
			hand_out(l, left, left, line);
			return OK;
		}
		if (l->end)
			return ERR_END;
		TRY(fill(l));
	}
}

static struct lines *lines_new(size_t max_bytes)
{
	struct lines *l = mem_new(struct lines);
	l->fd = -1;
	l->max = max_bytes;
	return l;
}

enum err lines_open(const char *path, size_t max_bytes, struct lines **out)
{
	AUTO(lines_free) struct lines *l = lines_new(max_bytes);
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0)
		return err_sys();
	*out = TAKE(l);
	return OK;
}

struct lines *lines_over(struct str bytes, size_t max_bytes)
{
	struct lines *l = lines_new(max_bytes);
	l->mem = bytes;
	return l;
}

void lines_free(struct lines **l)
{
	if (!*l)
		return;
	if ((*l)->fd >= 0)
		(void)close((*l)->fd);           /* read only */
	if ((*l)->packing == PACK_GZIP)
		(void)inflateEnd(&(*l)->gz);
	(void)ZSTD_freeDStream((*l)->zstd);      /* accepts NULL */
	mem_free(l);
}
