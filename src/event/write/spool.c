#include "event/write/spool.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "event/record.h"
#include "event/write/lost.h"
#include "event/write/seg_write.h"
#include "io/file.h"

enum { LOST_EVERY_MS = 10000, ROOM_EVERY_MS = 2000, SEGMENT_AGE_MS = 3600 * 1000 };

struct spool {
	struct seg_out out;
	struct spool_options o;
	struct lost *lost;
	int lock;                           /* held while open */
	uint64_t used;                      /* bytes of segments on disk */
	bool full;                          /* the last write of an ordinary segment failed */
	int64_t batch_since_ms;             /* when the oldest waiting event came */
	int64_t synced_ms, lost_ms, looked_ms;   /* when last done */
	uint16_t waiting;                   /* events in plain */
	size_t plain_n;                     /* bytes in use, with the inner head */
	uint8_t plain[SEG_INNER_HEAD + SEG_BATCH_MAX];
};

static void defaults(struct spool_options *o)
{
	o->quota_bytes = o->quota_bytes ? o->quota_bytes : 256u << 20;
	o->segment_bytes = o->segment_bytes ? o->segment_bytes : 4u << 20;
	o->reserve_bytes = o->reserve_bytes ? o->reserve_bytes : 512u << 10;
	o->batch_ms = o->batch_ms ? o->batch_ms : 500;
	o->sync_ms = o->sync_ms ? o->sync_ms : 1000;
}

/* P/spool/gate.id: a random name, made once, the same for all workers. */
static enum err gate_id(const char *dir, uint64_t *out)
{
	char path[SEG_PATH], hex[17];
	uint8_t id[8];
	TRY(path_join(path, sizeof path, dir, "gate.id"));
	rnd_bytes(id, sizeof id);
	id[0] |= 1;                                  /* never 0 */
	hex_put(id, sizeof id, hex);
	enum err e = file_exists(path) ? ERR_EXISTS : file_create(path, str_z(hex), 0640);
	if (e != OK && e != ERR_EXISTS)
		return e;
	TRY(file_read_exact(path, hex, 16));
	TRY(hex_get((struct str){ hex, 16 }, id, sizeof id));
	struct rd r = rd_over((struct str){ (char *)id, sizeof id });
	*out = rd_u64le(&r);
	return *out ? OK : ERR_CORRUPT;
}

static void batch_empty(struct spool *s)
{
	mem_wipe(s->plain, s->plain_n);              /* the gate keeps no history that it can read */
	s->plain_n = SEG_INNER_HEAD;
	s->waiting = 0;
}

static enum err open_folder(struct spool *s, const char *dir, const char *worker, const uint8_t pub_key[SPOOL_KEY])
{
	char folder[SEG_PATH], path[SEG_PATH];
	uint64_t gate;
	TRY(path_join(folder, sizeof folder, dir, worker));
	TRY(dir_make(folder, 0770));
	TRY(dir_sync(dir));                          /* the folder outlives a power cut, as what is in it does */
	TRY(path_join(path, sizeof path, folder, "lock"));
	TRY(file_lock(path, &s->lock));
	TRY(gate_id(dir, &gate));
	TRY(seg_out_open(&s->out, dir, worker, gate, pub_key, s->o.reserve_bytes, &s->used));
	if (seg_out_make_reserve(&s->out) != OK)
		s->full = true;                      /* a disk without room for it is full; looked at again by the tick */
	TRY(path_join(path, sizeof path, folder, "lost"));
	s->lost = lost_open(path);
	return OK;
}

enum err spool_open_with(const char *dir, const char *worker, const uint8_t pub_key[SPOOL_KEY],
                         const struct spool_options *o, struct spool **out)
{
	if (!seg_worker_ok(str_z(worker)))
		return ERR_INVALID;
	if (sodium_init() < 0)
		return ERR_CRYPTO;
	AUTO(spool_close) struct spool *s = mem_new(struct spool);
	s->o = *o;
	s->lock = s->out.fd = -1;
	s->plain_n = SEG_INNER_HEAD;
	defaults(&s->o);
	TRY(open_folder(s, dir, worker, pub_key));
	*out = TAKE(s);
	return OK;
}

enum err spool_open(const char *dir, const char *worker, const uint8_t pub_key[SPOOL_KEY], struct spool **out)
{
	return spool_open_with(dir, worker, pub_key, &(struct spool_options){ 0 }, out);
}

/* --- dropping --- */

static bool may_take(const struct spool *s, enum event_weight w)
{
	if (w == EVENT_RESERVE)
		return s->full || s->used + s->plain_n < s->o.quota_bytes + s->o.reserve_bytes;
	uint64_t quota = w == EVENT_KEEP ? s->o.quota_bytes : s->o.quota_bytes / 4 * 3;
	return !s->full && s->used < quota;
}

/* After a failed write: ordinary events that wait are given up and counted, concerns stay. */
static void keep_concerns_only(struct spool *s)
{
	struct str all = { (char *)s->plain + SEG_INNER_HEAD, s->plain_n - SEG_INNER_HEAD };
	size_t at = 0, to = SEG_INNER_HEAD;
	uint16_t kept = 0;
	struct rec r;
	for (size_t from = 0; rec_next(all, &at, &r) == OK; from = at) {
		if (event_weight((enum event_kind)r.kind) != EVENT_RESERVE) {
			lost_note(s->lost, (enum event_kind)r.kind, 1);
			continue;
		}
		memmove(s->plain + to, all.p + from, at - from);
		to += at - from;
		kept++;
	}
	mem_wipe(s->plain + to, s->plain_n - to);
	s->plain_n = to;
	s->waiting = kept;
}

static enum err write_waiting(struct spool *s)
{
	uint64_t before = s->out.fd < 0 ? 0 : s->out.bytes;
	if (s->out.fd >= 0 && !s->out.in_reserve && s->out.bytes >= s->o.segment_bytes) {
		seg_out_end(&s->out);
		before = 0;
	}
	TRY(seg_out_batch(&s->out, s->plain, s->plain_n, s->waiting, clock_ms()));
	s->used += s->out.in_reserve ? 0 : s->out.bytes - before;
	batch_empty(s);
	return OK;
}

/* Writes what waits.  With the disk full only the concerns, into the reserve. */
static enum err batch_out(struct spool *s)
{
	if (s->waiting == 0)
		return OK;
	if (!s->full && write_waiting(s) == OK)
		return OK;
	s->full = true;
	keep_concerns_only(s);
	if (s->waiting == 0)
		return OK;
	enum err e = seg_out_use_reserve(&s->out, clock_ms());
	if (e == OK)
		e = write_waiting(s);
	return e == ERR_ABSENT ? (enum err)-ENOSPC : e;
}

/* --- adding --- */

static enum err append_event(struct spool *s, const struct event *e)
{
	struct event now = *e;
	struct wr w = wr_over(s->plain + s->plain_n, sizeof s->plain - s->plain_n);
	if (!now.at_ms)
		now.at_ms = clock_ms();
	TRY(event_put(&w, &now));
	if (s->waiting == 0)
		s->batch_since_ms = clock_ms();
	s->plain_n += wr_len(&w);
	s->waiting++;
	return OK;
}

/* When the waiting batch cannot take one more; what cannot be written and is no concern is gone by then. */
static void make_room(struct spool *s)
{
	if (sizeof s->plain - s->plain_n >= EVENT_BYTES_MAX && s->waiting < UINT16_MAX)
		return;
	if (batch_out(s) == OK)
		return;
	lost_note(s->lost, EVENT_SEALED_HIT, s->waiting);       /* the only concern that may wait here */
	batch_empty(s);
}

enum err spool_add(struct spool *s, const struct event *e)
{
	if (!may_take(s, event_weight(e->kind))) {
		lost_note(s->lost, e->kind, 1);
		return OK;
	}
	make_room(s);
	return append_event(s, e);
}

static enum err sync_now(struct spool *s)
{
	s->synced_ms = clock_ms();
	return seg_out_sync(&s->out);
}

/* The count of what was lost, as an event of its own; forgotten only when it is on the disk. */
static enum err write_lost(struct spool *s)
{
	char words[EVENT_EXTRA_MAX];
	struct event e = { .kind = EVENT_LOST };
	s->lost_ms = clock_ms();
	TRY(batch_out(s));
	lost_words(s->lost, words, sizeof words);
	e.count = lost_total(s->lost);
	e.extra = str_z(words);
	e.reason = s->full ? STR("disk full") : STR("no room");
	TRY(append_event(s, &e));
	enum err done = write_waiting(s);
	if (done == OK)
		done = sync_now(s);
	if (done == OK)
		lost_clear(s->lost);
	else
		batch_empty(s);
	return done;
}

static bool lost_due(const struct spool *s, int64_t now_ms)
{
	return lost_total(s->lost) && (now_ms < s->lost_ms || now_ms - s->lost_ms >= LOST_EVERY_MS);
}

static enum err write_durable(struct spool *s, const struct event *e)
{
	TRY(append_event(s, e));
	enum err done = batch_out(s);
	if (done != OK)
		batch_empty(s);                      /* refused: the person is told, so it must not appear later */
	return done == OK ? sync_now(s) : done;
}

enum err spool_add_durable(struct spool *s, const struct event *e)
{
	TRY(batch_out(s));
	if (!may_take(s, event_weight(e->kind)))
		return (enum err)-ENOSPC;
	uint64_t lost = lost_total(s->lost);
	TRY(write_durable(s, e));
	if (lost_total(s->lost) > lost && event_weight(e->kind) != EVENT_RESERVE)
		return (enum err)-ENOSPC;            /* given up for want of room, and counted */
	if (lost_due(s, clock_ms()))
		(void)write_lost(s);                 /* tried again by the tick */
	return OK;
}

/* --- time passes --- */

/* Room again?  Only when the reserve could be set aside anew does the disk count as not full. */
static void look_for_room(struct spool *s, int64_t now_ms)
{
	uint64_t used;
	if (now_ms >= s->looked_ms && now_ms - s->looked_ms < ROOM_EVERY_MS)
		return;
	s->looked_ms = now_ms;
	if (s->used >= s->o.quota_bytes / 2 && seg_out_used(&s->out, &used) == OK)
		s->used = used;
	enum err reserve = seg_out_make_reserve(&s->out);
	if (!s->full || reserve != OK)
		return;
	if (seg_out_start(&s->out, now_ms) != OK)
		return;
	s->full = false;
	s->used += s->out.bytes;
	s->lost_ms = 0;
}

static bool due(int64_t now_ms, int64_t since_ms, int64_t every_ms)
{
	return now_ms < since_ms || now_ms - since_ms >= every_ms;
}

enum err spool_tick(struct spool *s, int64_t now_ms)
{
	enum err e = OK;
	if (s->full || s->used >= s->o.quota_bytes / 2 || !s->out.reserve_ready)
		look_for_room(s, now_ms);
	if (s->waiting && due(now_ms, s->batch_since_ms, s->o.batch_ms))
		e = batch_out(s);
	if (e == OK && s->out.dirty && due(now_ms, s->synced_ms, s->o.sync_ms))
		e = sync_now(s);
	if (e == OK && may_take(s, EVENT_KEEP) && lost_due(s, now_ms))
		e = write_lost(s);
	if (s->out.fd >= 0 && !s->out.in_reserve && s->out.records && due(now_ms, s->out.made_ms, SEGMENT_AGE_MS))
		seg_out_end(&s->out);
	return e;
}

enum err spool_flush(struct spool *s)
{
	TRY(batch_out(s));
	return sync_now(s);
}

void spool_close(struct spool **sp)
{
	struct spool *s = *sp;
	if (!s)
		return;
	if (s->lost) {
		(void)spool_flush(s);                /* the last chance; what fails is counted */
		if (lost_total(s->lost) && may_take(s, EVENT_KEEP))
			(void)write_lost(s);         /* stays in the file "lost" otherwise */
	}
	seg_out_end(&s->out);
	lost_close(&s->lost);
	fd_close(&s->lock);
	mem_wipe(s->plain, sizeof s->plain);
	mem_free(sp);
}

struct spool_state spool_state(const struct spool *s)
{
	bool open = s->out.fd >= 0;
	return (struct spool_state){
		.lost = lost_total(s->lost), .used_bytes = s->used, .quota_bytes = s->o.quota_bytes,
		.segment = open ? s->out.sequence : s->out.next.sequence,
		.record = (open ? s->out.records : 0) + s->waiting,
		.full = s->full || s->used >= s->o.quota_bytes,
		.reserve_in_use = s->out.in_reserve, .reserve_ready = s->out.reserve_ready,
	};
}
