#include "house/keeper/ingest.h"

#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "event/read/spool_dir.h"
#include "io/file.h"

enum { BATCH = 500, CONCERNS = 10 /* in a batch: so much is done again after a crash */, SEGMENT_MOST = 64 * 1024 * 1024 };

struct ingest_worker {
	char name[SEG_WORKER_MAX + 1];
	struct spool_reader *reader;   /* NULL: to be opened at the cursor */
	struct spool_cursor saved;     /* the place that the activity part holds */
};

/* A worker's name in the activity part: its gate and its folder. */
static struct str gate_name(struct arena *a, uint64_t gate, const char *worker)
{
	return arena_fmt(a, "%016llx/%s", (unsigned long long)gate, worker);
}

/* Help lines are never kept against a name; nothing that names somebody is while named logging is off.
 * What a child told, and what a protected rule refused, stand in cases and nowhere else. */
static bool must_unname(const struct ingest *in, const struct event *e)
{
	bool names = event_fields(e->kind) & EVENT_HAS_PERSON;
	return (names && !in->named) || str_is(e->reason, "help") || e->kind == EVENT_TELL || e->kind == EVENT_SEALED_HIT || e->kind == EVENT_TYPED;
}

static struct activity_event to_activity(const struct ingest *in, struct arena *a, const struct event *e)
{
	struct activity_event x = {
		.at_ms = e->at_ms, .school = e->school > 0 ? e->school : 1, .person = e->person, .class_id = e->class_id, .device = e->device,
		.kind = (int)e->kind, .how = (int)e->how, .sure = e->sure, .unnamed = must_unname(in, e),
		.group = arena_str(a, e->group), .host = arena_str(a, e->host), .path = arena_str(a, e->path),
		.reason = arena_str(a, e->reason), .rule = arena_str(a, e->rule), .category = arena_str(a, e->category),
		.list = arena_str(a, e->list), .count = e->count,
	};
	if (e->kind == EVENT_SEARCHED)
		x.text = arena_str(a, e->text);
	memcpy(x.addr, e->addr, sizeof x.addr);
	return x;
}

static bool is_concern(enum event_kind k)
{
	return k == EVENT_TELL || k == EVENT_ASK || k == EVENT_REFUSED || k == EVENT_DNS_REFUSED || k == EVENT_SEALED_HIT || k == EVENT_SEARCHED || k == EVENT_TYPED || k == EVENT_NETWORK;
}

struct batch {
	struct arena arena;
	struct activity_item items[BATCH];
	size_t n;
	size_t concerns;               /* made since the cursor moved */
	uint64_t gate;                 /* whose items these are */
};

static void batch_free(struct batch **b)
{
	if (*b)
		arena_done(&(*b)->arena);
	mem_free(b);
}

/* Keeps the batch and moves the cursor to before `next`, in one transaction. */
static enum err flush(struct ingest *in, struct ingest_worker *w, struct batch *b, const struct spool_cursor *next, struct ingest_result *r)
{
	bool moved = next->segment != w->saved.segment || next->record != w->saved.record || next->gate != w->saved.gate;
	if (!b->n && (!moved || !next->segment || !next->gate))
		return OK;
	struct activity_cursor upto = { gate_name(&b->arena, next->gate, w->name), 0, (int64_t)next->segment, (int64_t)next->record - 1 };
	int64_t kept = 0;
	TRY(activity_ingest(in->activity, &upto, b->items, b->n, &kept));
	r->kept += (size_t)kept;
	b->n = b->concerns = 0;
	arena_done(&b->arena);
	w->saved = *next;
	return OK;
}

/* One event into the batch; concerns are made at once, before the cursor moves past them. */
static enum err take(struct ingest *in, struct ingest_worker *w, struct batch *b, const struct event *e, const struct spool_cursor *at,
                     struct ingest_result *r)
{
	if (b->n && at->gate != b->gate) {             /* another gate's numbers: a cursor of its own */
		struct spool_cursor end = { .gate = b->gate, .segment = (uint64_t)b->items[b->n - 1].segment,
			.record = (uint32_t)b->items[b->n - 1].record + 1 };
		memcpy(end.worker, w->name, sizeof end.worker);
		TRY(flush(in, w, b, &end, r));
	}
	r->events++;
	if (in->seen)
		in->seen(in->ctx, e);
	if (e->kind == EVENT_PROGRAM)                  /* counted (house/filter/app_seen.h), kept nowhere */
		return OK;
	if (is_concern(e->kind)) {
		struct str name = arena_fmt(&b->arena, "%016llx/%s/%llu/%u", (unsigned long long)at->gate, w->name,
		                            (unsigned long long)at->segment, (unsigned)at->record);
		TRY(in->concern(in->ctx, e, name));
		b->concerns++;
		r->concerns += e->kind == EVENT_TELL;
	}
	b->gate = at->gate;
	b->items[b->n++] = (struct activity_item){ (int64_t)at->segment, at->record, to_activity(in, &b->arena, e) };
	return OK;
}

static void report(const struct spool_reader *reader, struct ingest_result *r)
{
	const struct spool_finding *f = spool_reader_finding(reader);
	r->findings++;
	log_line(LOG_FAIL, "reading the spool of %s, segment %llu: %s", f->at.worker, (unsigned long long)f->at.segment, f->text);
}

static enum err flush_here(struct ingest *in, struct ingest_worker *w, struct batch *b, struct ingest_result *r)
{
	struct spool_cursor next;
	spool_reader_cursor(w->reader, &next);
	return flush(in, w, b, &next, r);
}

static enum err read_on(struct ingest *in, struct ingest_worker *w, struct batch *b, struct ingest_result *r)
{
	for (;;) {
		struct event e;
		struct spool_cursor at;
		enum err got = spool_reader_next(w->reader, &e, &at);
		if (got == ERR_CORRUPT) {
			report(w->reader, r);
			continue;
		}
		if (got == ERR_END)
			return flush_here(in, w, b, r);
		if (got != OK) {
			TRY(flush_here(in, w, b, r));   /* what was read before the trouble is kept */
			return got;
		}
		TRY(take(in, w, b, &e, &at, r));
		if (b->n == BATCH || b->concerns >= CONCERNS)
			TRY(flush_here(in, w, b, r));
	}
}

/* The gate that wrote the oldest segment whose header can be read; 0: nothing is there. */
static enum err gate_of(const struct ingest *in, const char *worker, uint64_t *gate)
{
	AUTO(buf_done) struct buf b = buf_init(SEGMENT_MOST);
	char folder[SPOOL_PATH], path[SPOOL_PATH];
	struct seg_header h;
	*gate = 0;
	TRY(path_join(folder, sizeof folder, in->spool_dir, worker));
	for (uint64_t lowest = 0, newest = 0, from = 0;; from = lowest + 1) {
		TRY(spool_dir_find(folder, from, &lowest, &newest));
		if (!lowest)
			return OK;
		TRY(spool_dir_path(folder, lowest, path));
		buf_clear(&b);
		TRY(file_read(path, &b));
		if (seg_header_get(buf_str(&b), &h) == OK) {
			*gate = h.gate;
			return OK;
		}
	}
}

/* Opens the folder where the activity part says that it was left. */
static enum err open_at_cursor(struct ingest *in, struct ingest_worker *w)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct activity_cursor known = { 0 };
	struct spool_cursor c = { 0 };
	memcpy(c.worker, w->name, sizeof c.worker);
	TRY(gate_of(in, w->name, &c.gate));
	if (c.gate)
		TRY(activity_cursor_get(in->activity, &a, gate_name(&a, c.gate, w->name), 0, &known));
	if (known.segment > 0) {
		c.segment = (uint64_t)known.segment;
		c.record = (uint32_t)(known.record + 1);
	} else {
		c.gate = 0;
	}
	w->saved = c;
	return spool_reader_open(in->spool_dir, in->pub, in->key, &c, &w->reader);
}

static enum err run_worker(struct ingest *in, struct ingest_worker *w, struct ingest_result *r)
{
	AUTO(batch_free) struct batch *b = mem_new(struct batch);
	size_t removed;
	if (!w->reader)
		TRY(open_at_cursor(in, w));
	uint64_t segment = w->saved.segment;
	TRY(read_on(in, w, b, r));
	return w->saved.segment == segment ? OK : spool_discard_before(in->spool_dir, &w->saved, &removed);
}

static size_t worker_of(struct ingest *in, struct str name)
{
	for (size_t i = 0; i < in->n_workers; i++)
		if (str_is(name, in->workers[i].name))
			return i;
	in->workers = vec_room(in->workers, in->n_workers, &in->cap_workers, sizeof *in->workers);
	snprintf(in->workers[in->n_workers].name, sizeof in->workers->name, "%.*s", STRF(name));
	return in->n_workers++;
}

enum err ingest_run(struct ingest *in, struct ingest_result *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str *names;
	size_t n;
	*out = (struct ingest_result){ 0 };
	TRY(spool_workers(&a, in->spool_dir, &names, &n));
	enum err first = OK;
	for (size_t i = 0; i < n; i++) {
		size_t at = worker_of(in, names[i]);   /* may move the array */
		struct ingest_worker *w = &in->workers[at];
		enum err e = run_worker(in, w, out);
		if (e == OK)
			continue;
		spool_reader_free(&w->reader);
		if (first == OK)
			first = e;                   /* one worker's trouble does not stop the others */
	}
	return first;
}

void ingest_done(struct ingest *in)
{
	for (size_t i = 0; i < in->n_workers; i++)
		spool_reader_free(&in->workers[i].reader);
	mem_free(&in->workers);
	in->n_workers = in->cap_workers = 0;
	mem_wipe(in->key, sizeof in->key);
}
