#include "event/write/seg_write.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "event/write/spool.h"
#include "io/file.h"

static int fault_error;                  /* tests only (spool_fault) */
static uint64_t fault_after;

void spool_fault(int error, uint64_t bytes)
{
	fault_error = error;
	fault_after = bytes;
}

static enum err path_of(const struct seg_out *o, const char *name, char out[SEG_PATH])
{
	return path_join(out, SEG_PATH, o->dir, name);
}

/* How much of n the injected fault lets through. */
static size_t let_through(bool reserve, size_t n)
{
	if (!fault_error || reserve)
		return n;
	size_t k = n < fault_after ? n : (size_t)fault_after;
	fault_after -= k;
	return k;
}

static enum err put_at(int fd, bool reserve, const uint8_t *p, size_t n, uint64_t at)
{
	size_t may = let_through(reserve, n);
	for (size_t done = 0; done < may;) {
		ssize_t k = pwrite(fd, p + done, may - done, (off_t)(at + done));
		if (k < 0 && errno != EINTR)
			return err_sys();
		done += k > 0 ? (size_t)k : 0;
	}
	return may < n ? (enum err)-fault_error : OK;
}

static void take_bytes(struct seg_out *o, const uint8_t *p, size_t n)
{
	crypto_hash_sha256_update(&o->digest, p, n);
	o->bytes += n;
	o->dirty = true;
}

static enum err append(struct seg_out *o, const uint8_t *p, size_t n)
{
	if (o->in_reserve && o->bytes + n > o->reserve_bytes)
		return (enum err)-ENOSPC;
	enum err e = put_at(o->fd, o->in_reserve, p, n, o->bytes);
	if (e != OK) {
		if (!o->in_reserve)
			(void)!ftruncate(o->fd, (off_t)o->bytes);   /* else the next write covers it */
		return e;
	}
	take_bytes(o, p, n);
	return OK;
}

/* The open fd becomes the segment `next`; its header is written. */
static enum err begin(struct seg_out *o, int fd, bool reserve, int64_t now_ms)
{
	uint8_t head[SEG_HEADER];
	o->next.made_ms = now_ms;
	seg_header_put(head, &o->next);
	TRY(put_at(fd, reserve, head, sizeof head, 0));
	if (fdatasync(fd) < 0)
		return err_sys();
	crypto_hash_sha256_init(&o->digest);
	o->bytes = 0;
	o->records = 0;
	o->made_ms = now_ms;
	o->sequence = o->next.sequence;
	o->in_reserve = reserve;
	take_bytes(o, head, sizeof head);
	o->fd = fd;
	return OK;
}

enum err seg_out_start(struct seg_out *o, int64_t now_ms)
{
	char name[32], path[SEG_PATH];
	seg_out_end(o);
	seg_name(o->next.sequence, name);
	TRY(path_of(o, name, path));
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_sys();
	enum err e = begin(o, fd, false, now_ms);
	if (e == OK)
		e = dir_sync(o->dir);
	if (e != OK) {
		fd_close(&fd);
		o->fd = -1;
		unlink(path);
	}
	return e;
}

enum err seg_out_use_reserve(struct seg_out *o, int64_t now_ms)
{
	char name[32], to[SEG_PATH], from[SEG_PATH];
	if (o->in_reserve && o->fd >= 0)
		return OK;
	if (!o->reserve_ready)
		return ERR_ABSENT;
	seg_out_end(o);
	seg_name(o->next.sequence, name);
	TRY(path_of(o, name, to));
	TRY(path_of(o, "reserve", from));
	int fd = open(from, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return err_sys();
	enum err e = begin(o, fd, true, now_ms);
	if (e == OK && rename(from, to) < 0)
		e = err_sys();
	if (e != OK) {
		fd_close(&fd);
		o->fd = -1;
		return e;
	}
	o->reserve_ready = false;
	return dir_sync(o->dir);
}

/* Room that is really there: fallocate, or zeros written where the file system has no such call. */
static enum err set_aside(int fd, uint64_t bytes)
{
	static const uint8_t zero[4096];
	if (fallocate(fd, 0, 0, (off_t)bytes) == 0)
		return OK;
	if (errno != EOPNOTSUPP && errno != ENOSYS)
		return err_sys();
	for (uint64_t at = 0; at < bytes; at += sizeof zero)
		TRY(put_at(fd, true, zero, sizeof zero, at));
	return OK;
}

enum err seg_out_make_reserve(struct seg_out *o)
{
	char path[SEG_PATH], tmp[SEG_PATH];
	if (o->reserve_ready)
		return OK;
	if (fault_error)
		return (enum err)-fault_error;
	TRY(path_of(o, "reserve", path));
	TRY(path_of(o, "reserve.new", tmp));
	AUTO(fd_close) int fd = open(tmp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_sys();
	enum err e = set_aside(fd, o->reserve_bytes);
	if (e == OK && (fsync(fd) < 0 || rename(tmp, path) < 0))
		e = err_sys();
	if (e != OK)
		unlink(tmp);
	o->reserve_ready = e == OK;
	return e;
}

/* seals plain behind the frame's head; gives the whole frame's size */
static size_t seal(struct seg_out *o, uint8_t *plain, size_t plain_n, uint16_t records)
{
	struct wr inner = wr_over(plain, SEG_INNER_HEAD), w = wr_over(o->frame + REC_HEAD, SEG_BATCH_HEAD);
	wr_u64le(&inner, o->next.gate);
	wr_u64le(&inner, o->sequence);
	wr_u32le(&inner, o->records);
	wr_u32le(&w, o->records);
	wr_u16le(&w, records);
	int bad = crypto_box_seal(o->frame + REC_HEAD + SEG_BATCH_HEAD, plain, plain_n, o->pub_key);
	assert(!bad);
	size_t body = SEG_BATCH_HEAD + SEG_SEAL + plain_n;
	rec_head(o->frame, SEG_BATCH, 1, (struct str){ (char *)o->frame + REC_HEAD, body });
	return REC_HEAD + body;
}

enum err seg_out_batch(struct seg_out *o, uint8_t *plain, size_t plain_n, uint16_t records, int64_t now_ms)
{
	assert(plain_n <= SEG_INNER_HEAD + SEG_BATCH_MAX);
	if (o->fd < 0)
		TRY(seg_out_start(o, now_ms));
	TRY(append(o, o->frame, seal(o, plain, plain_n, records)));
	o->records += records;
	return OK;
}

enum err seg_out_sync(struct seg_out *o)
{
	if (!o->dirty || o->fd < 0)
		return OK;
	enum err e = fdatasync(o->fd) < 0 ? err_sys() : OK;
	if (e != OK)
		seg_out_end(o);              /* a second sync of the same file would prove nothing */
	o->dirty = false;
	return e;
}

static void end_mark(struct seg_out *o)
{
	uint8_t frame[REC_HEAD + 4 + SEG_DIGEST];
	crypto_hash_sha256_state so_far = o->digest;
	struct wr w = wr_over(frame + REC_HEAD, 4);
	wr_u32le(&w, o->records);
	crypto_hash_sha256_final(&so_far, frame + REC_HEAD + 4);
	rec_head(frame, SEG_END, 1, (struct str){ (char *)frame + REC_HEAD, 4 + SEG_DIGEST });
	if (append(o, frame, sizeof frame) != OK)
		return;                              /* no room: the next segment's digest says the same */
}

void seg_out_end(struct seg_out *o)
{
	if (o->fd < 0)
		return;
	end_mark(o);
	if (o->in_reserve)
		(void)!ftruncate(o->fd, (off_t)o->bytes);    /* zeros behind the end do no harm either */
	(void)!fdatasync(o->fd);                             /* what was promised is synced already */
	crypto_hash_sha256_final(&o->digest, o->next.before);
	fd_close(&o->fd);
	o->next.sequence = o->sequence + 1;
	o->in_reserve = o->dirty = false;
}

/* --- what is there already --- */

struct found { uint64_t first, last; };

static enum err note_name(void *owner, const char *name)
{
	struct found *f = owner;
	uint64_t n;
	if (seg_name_read(str_z(name), &n) != OK)
		return OK;
	f->first = !f->first || n < f->first ? n : f->first;
	f->last = n > f->last ? n : f->last;
	return OK;
}

/* Bytes up to the end of the last whole record; all of them when something else than the tail is damaged,
 * so that the reader can report it. */
static uint64_t sound_bytes(struct str bytes)
{
	size_t at = SEG_HEADER;
	struct rec r;
	enum err e;
	while ((e = rec_next(bytes, &at, &r)) == OK)
		;
	return e == ERR_CORRUPT ? bytes.n : at;
}

/* Cuts a torn tail off the newest segment and makes its digest the start of the next. */
static enum err mend_newest(struct seg_out *o, const char *path)
{
	struct seg_header h;
	AUTO(file_unmap) struct file_map m = { 0 };
	TRY(file_map(path, &m));
	uint64_t sound = m.bytes.n;
	if (seg_header_get(m.bytes, &h) == OK)
		sound = sound_bytes(m.bytes);
	crypto_hash_sha256(o->next.before, (const unsigned char *)m.bytes.p, sound);
	if (sound == m.bytes.n)
		return OK;
	AUTO(fd_close) int fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 || ftruncate(fd, (off_t)sound) < 0 || fsync(fd) < 0 ? err_sys() : OK;
}

/* A segment so short that no record can be in it was being made when the writer died. */
static enum err drop_unborn(const char *path, bool *dropped)
{
	AUTO(file_unmap) struct file_map m = { 0 };
	TRY(file_map(path, &m));
	*dropped = m.bytes.n < SEG_HEADER;
	return *dropped ? file_remove(path) : OK;
}

static enum err resume(struct seg_out *o)
{
	struct found f = { 0 };
	char name[32], path[SEG_PATH];
	bool dropped = true;
	while (dropped) {
		f = (struct found){ 0 };
		TRY(dir_each(o->dir, note_name, &f));
		if (!f.last)
			return OK;
		seg_name(f.last, name);
		TRY(path_of(o, name, path));
		TRY(drop_unborn(path, &dropped));
	}
	o->next.sequence = f.last + 1;
	return mend_newest(o, path);
}

struct adding { const struct seg_out *o; uint64_t bytes; };

static enum err add_size(void *owner, const char *name)
{
	struct adding *a = owner;
	char path[SEG_PATH];
	uint64_t n;
	if (seg_name_read(str_z(name), &n) != OK)
		return OK;
	TRY(path_of(a->o, name, path));
	if (file_size(path, &n) == OK)               /* gone meanwhile: the house has read it */
		a->bytes += n;
	return OK;
}

enum err seg_out_used(const struct seg_out *o, uint64_t *used)
{
	struct adding a = { .o = o };
	TRY(dir_each(o->dir, add_size, &a));
	*used = a.bytes;
	return OK;
}

enum err seg_out_open(struct seg_out *o, const char *dir, const char *worker, uint64_t gate,
                      const uint8_t pub_key[32], uint64_t reserve_bytes, uint64_t *used)
{
	char path[SEG_PATH];
	uint8_t digest[32];
	TRY(path_join(o->dir, sizeof o->dir, dir, worker));
	o->fd = -1;
	o->reserve_bytes = reserve_bytes;
	o->next = (struct seg_header){ .gate = gate, .sequence = 1 };
	snprintf(o->next.worker, sizeof o->next.worker, "%s", worker);
	memcpy(o->pub_key, pub_key, 32);
	crypto_hash_sha256(digest, pub_key, 32);
	memcpy(o->next.key_id, digest, sizeof o->next.key_id);
	TRY(resume(o));
	TRY(path_of(o, "reserve", path));
	uint64_t size = 0;
	o->reserve_ready = file_size(path, &size) == OK && size == reserve_bytes;
	return seg_out_used(o, used);
}
