#include "event/read/spool_read.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "event/read/seg_read.h"
#include "event/read/spool_dir.h"
#include "event/record.h"
#include "io/file.h"

enum { SEGMENT_MAX = 64 * 1024 * 1024, RETRIES = 3 };

struct spool_reader {
	char folder[SPOOL_PATH];             /* P/spool/worker */
	struct seg_keys keys;
	struct spool_cursor next;            /* what comes next */
	struct spool_finding finding;
	bool open;                           /* `seg` and `bytes` are of segment next.segment */
	bool newest;                         /* no later segment was there when last looked */
	bool in_batch;                       /* seg has records to give */
	bool chained;                        /* `before` is known: the next segment must name it */
	bool back_told;                      /* a spool shorter than the cursor was reported */
	unsigned retries;                    /* of apparent damage in the newest segment, which may be half a write */
	uint8_t before[SEG_DIGEST];
	struct buf bytes;                    /* of the segment, as far as read */
	struct seg_in seg;
	uint8_t plain[SEG_INNER_HEAD + SEG_BATCH_MAX];
};

static const char *const damage_text[] = {
	[SPOOL_FINE] = "",
#define ROW_(name, text) [SPOOL_BAD_##name] = text,
	SPOOL_DAMAGE_TABLE(ROW_)
#undef ROW_
};

void spool_key_make(uint8_t pub[32], uint8_t key[32])
{
	int bad = sodium_init() < 0 || crypto_box_keypair(pub, key);
	assert(!bad);
}

enum err spool_reader_open(const char *dir, const uint8_t pub[32], const uint8_t key[32],
                           const struct spool_cursor *from, struct spool_reader **out)
{
	uint8_t digest[SEG_DIGEST];
	if (!seg_worker_ok((struct str){ from->worker, strnlen(from->worker, sizeof from->worker) }))
		return ERR_INVALID;
	if (sodium_init() < 0)
		return ERR_CRYPTO;
	AUTO(spool_reader_free) struct spool_reader *r = mem_new(struct spool_reader);
	r->next = *from;
	r->bytes = buf_init(SEGMENT_MAX);
	TRY(path_join(r->folder, sizeof r->folder, dir, from->worker));
	memcpy(r->keys.pub, pub, 32);
	memcpy(r->keys.key, key, 32);
	crypto_hash_sha256(digest, pub, 32);
	memcpy(r->keys.key_id, digest, sizeof r->keys.key_id);
	*out = TAKE(r);
	return OK;
}

void spool_reader_free(struct spool_reader **r)
{
	if (!*r)
		return;
	buf_wipe(&(*r)->bytes);
	mem_wipe(*r, sizeof **r);
	mem_free(r);
}

const struct spool_finding *spool_reader_finding(const struct spool_reader *r)
{
	return &r->finding;
}

void spool_reader_cursor(const struct spool_reader *r, struct spool_cursor *out)
{
	*out = r->next;
}

static enum err found(struct spool_reader *r, enum spool_damage d, uint64_t offset, uint64_t missing)
{
	r->finding = (struct spool_finding){ .damage = d, .at = r->next, .offset = offset,
	                                     .missing = missing, .text = damage_text[d] };
	return ERR_CORRUPT;
}

/* --- bytes --- */

/* Reads what the file holds from byte `from` on. */
static enum err read_from(struct spool_reader *r, uint64_t sequence, size_t from)
{
	char path[SPOOL_PATH], room[65536];
	TRY(spool_dir_path(r->folder, sequence, path));
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys();
	r->bytes.n = r->bytes.n < from ? r->bytes.n : from;
	for (;;) {
		ssize_t n = pread(fd, room, sizeof room, (off_t)r->bytes.n);
		if (n < 0 && errno != EINTR)
			return err_sys();
		if (n == 0)
			return OK;
		buf_add(&r->bytes, (struct str){ room, n > 0 ? (size_t)n : 0 });
		TRY(buf_ok(&r->bytes));
	}
}

static enum err look(struct spool_reader *r, uint64_t *lowest)
{
	uint64_t newest;
	TRY(spool_dir_find(r->folder, r->next.segment, lowest, &newest));
	r->newest = newest <= r->next.segment;
	if (!*lowest && newest && r->next.segment > newest + 1 && !r->back_told) {
		r->back_told = true;
		enum err e = found(r, SPOOL_BAD_BACK, 0, 0);
		r->next.segment = newest + 1;
		r->next.record = 0;
		r->chained = false;
		return e;
	}
	return OK;
}

/* --- from one segment to the next --- */

static void leave(struct spool_reader *r, bool chained)
{
	r->chained = chained;
	if (chained)
		seg_in_digest(&r->seg, r->before);
	r->open = r->in_batch = false;
	r->retries = 0;
	buf_clear(&r->bytes);
	r->next.segment++;
	r->next.record = 0;
}

/* A reader that starts at the beginning of a segment learns the digest of the one before from its file. */
static void learn_before(struct spool_reader *r, uint64_t sequence)
{
	if (r->chained || sequence < 2 || read_from(r, sequence - 1, 0) != OK)
		return;
	hash_sha256(buf_str(&r->bytes), r->before);
	r->chained = true;
}

static enum err check_header(struct spool_reader *r)
{
	const struct seg_header *h = &r->seg.header;
	if (h->sequence != r->next.segment || strcmp(h->worker, r->next.worker) != 0) {
		(void)found(r, SPOOL_BAD_HEADER, 0, 0);
		leave(r, false);
		return ERR_CORRUPT;
	}
	if (memcmp(h->key_id, r->keys.key_id, sizeof h->key_id)) {
		r->open = false;
		return ERR_CRYPTO;
	}
	bool chained = r->chained;
	r->chained = false;
	if (r->next.gate && h->gate != r->next.gate) {
		r->next.gate = h->gate;
		return found(r, SPOOL_BAD_GATE, 0, 0);
	}
	r->next.gate = h->gate;
	if (chained && !hash_same(h->before, r->before, SEG_DIGEST))
		return found(r, SPOOL_BAD_CHAIN, 0, 0);
	return OK;
}

static enum err open_segment(struct spool_reader *r)
{
	uint64_t lowest;
	TRY(look(r, &lowest));
	if (!lowest)
		return ERR_END;
	if (!r->next.segment)
		r->next.segment = lowest;
	if (lowest != r->next.segment) {
		enum err e = found(r, SPOOL_BAD_GAP, 0, lowest - r->next.segment);
		r->next.segment = lowest;
		r->next.record = 0;
		r->chained = false;
		return e;
	}
	TRY(look(r, &lowest));                       /* newest, now that the number is known */
	if (r->next.record == 0)
		learn_before(r, lowest);
	TRY(read_from(r, lowest, 0));
	enum err e = seg_in_begin(&r->seg, buf_str(&r->bytes), r->plain);
	if (e == ERR_SYNTAX && r->newest)
		return ERR_END;                      /* its header is still being written */
	if (e == ERR_SYNTAX || e == ERR_CORRUPT) {
		(void)found(r, SPOOL_BAD_HEADER, 0, 0);
		leave(r, false);
		return ERR_CORRUPT;
	}
	TRY(e);
	r->open = true;
	return check_header(r);
}

/* The segment is read to its end.  It must hold at least what the cursor says was read from it. */
static enum err finish(struct spool_reader *r)
{
	bool sound = !r->seg.damaged, back = sound && r->next.record > r->seg.records;
	if (back)
		(void)found(r, SPOOL_BAD_BACK, r->seg.at, r->next.record - r->seg.records);
	leave(r, sound);
	return back ? ERR_CORRUPT : OK;
}

/* The segment has no whole frame more.  Live, or at its end? */
static enum err at_tail(struct spool_reader *r)
{
	uint64_t lowest;
	uint64_t here = r->next.segment;
	if (r->newest) {
		TRY(look(r, &lowest));
		size_t had = r->bytes.n;
		TRY(read_from(r, here, r->seg.at));
		if (r->bytes.n > had || !r->newest)
			return OK;                   /* something came: step again */
		return ERR_END;
	}
	struct rec none;
	size_t at = r->seg.at;
	if (r->seg.damaged || rec_next(buf_str(&r->bytes), &at, &none) == ERR_END)
		return finish(r);
	(void)found(r, SPOOL_BAD_CUT, r->seg.at, 0);
	leave(r, false);
	return ERR_CORRUPT;
}

/* Apparent damage at the end of a segment being written may be half a write: look again first. */
static bool look_again(struct spool_reader *r, const struct seg_in *before)
{
	if (!r->newest || r->retries >= RETRIES)
		return false;
	r->retries++;
	nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	r->seg = *before;
	return read_from(r, r->next.segment, r->seg.at) == OK;
}

static enum err next_batch(struct spool_reader *r)
{
	struct seg_damage d;
	struct seg_in before = r->seg;
	switch (seg_in_step(&r->seg, buf_str(&r->bytes), r->next.record, &r->keys, &d)) {
	case SEG_STEP_BATCH:
		r->in_batch = true;
		r->retries = 0;
		return OK;
	case SEG_STEP_TAIL:
		return at_tail(r);
	case SEG_STEP_DONE:
		return finish(r);
	case SEG_STEP_DAMAGE:
		if (d.damage == SPOOL_BAD_RECORD && look_again(r, &before))
			return OK;
		return found(r, d.damage, d.offset, d.missing);
	}
	return ERR_STATE;
}

static enum err next_record(struct spool_reader *r, struct event *out, struct spool_cursor *at)
{
	struct rec rec;
	struct event e;
	uint32_t number;
	enum err got = seg_in_record(&r->seg, &rec, &number);
	if (got != OK) {
		r->in_batch = false;
		if (got == ERR_END)
			return ERR_END;
		r->seg.damaged = true;
		return found(r, SPOOL_BAD_EVENT, r->seg.at, r->seg.inner_end - r->seg.inner_record);
	}
	if (number < r->next.record)
		return ERR_END;
	r->next.record = number;
	enum err read = event_get(&rec, &e);
	if (at)
		*at = r->next;
	if (read != OK)
		(void)found(r, SPOOL_BAD_EVENT, r->seg.at, 1);
	r->next.record = number + 1;
	if (read != OK)
		return ERR_CORRUPT;
	*out = e;
	return OK;
}

enum err spool_reader_next(struct spool_reader *r, struct event *out, struct spool_cursor *at)
{
	for (;;) {
		if (!r->open)
			TRY(open_segment(r));
		if (!r->in_batch)
			TRY(next_batch(r));
		if (!r->open || !r->in_batch)
			continue;
		enum err e = next_record(r, out, at);
		if (e != ERR_END)
			return e;
	}
}

void spool_reader_skip(struct spool_reader *r)
{
	if (r->next.segment && !r->open)
		leave(r, false);
}
