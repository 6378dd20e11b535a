#include "house/keeper/ingest.h"

#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"

enum { BATCH = 500 };

/* A worker's name in the activity part: its gate and its folder. */
static struct str gate_name(struct arena *a, const struct spool_cursor *c)
{
	return arena_fmt(a, "%016llx/%s", (unsigned long long)c->gate, c->worker);
}

/* Help lines are never kept against a name; nothing is while named logging is off. */
static bool must_unname(const struct ingest *in, const struct event *e)
{
	return !in->named || str_is(e->reason, "help");
}

static struct activity_event to_activity(const struct ingest *in, struct arena *a, const struct event *e)
{
	struct activity_event x = {
		.at_ms = e->at_ms, .school = e->school ? e->school : 1, .person = e->person, .class_id = e->class_id, .device = e->device,
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
	return k == EVENT_TELL || k == EVENT_ASK || k == EVENT_REFUSED || k == EVENT_DNS_REFUSED || k == EVENT_SEALED_HIT ||
	       k == EVENT_LOST || k == EVENT_SNAPSHOT_REFUSED;
}

struct batch {
	struct arena arena;
	struct activity_item items[BATCH];
	size_t n;
	struct spool_cursor upto;
};

static enum err take(struct ingest *in, struct batch *b, const struct event *e, const struct spool_cursor *at, struct ingest_result *r)
{
	r->events++;
	if (is_concern(e->kind)) {
		struct str name = arena_fmt(&b->arena, "%016llx/%s/%llu/%u", (unsigned long long)at->gate, at->worker,
		                            (unsigned long long)at->segment, (unsigned)at->record);
		TRY(in->concern(in->ctx, e, name));
		r->concerns += e->kind == EVENT_TELL;
	}
	b->items[b->n++] = (struct activity_item){ (int64_t)at->segment, at->record, to_activity(in, &b->arena, e) };
	return OK;
}

static enum err flush(struct ingest *in, struct batch *b, struct ingest_result *r)
{
	if (!b->n)
		return OK;
	struct activity_item *last = &b->items[b->n - 1];
	struct activity_cursor upto = { gate_name(&b->arena, &b->upto), 0, last->segment, last->record };
	int64_t kept = 0;
	TRY(activity_ingest(in->activity, &upto, b->items, b->n, &kept));
	r->kept += (size_t)kept;
	b->n = 0;
	arena_done(&b->arena);
	return OK;
}

static void report(const struct spool_reader *reader, struct ingest_result *r)
{
	const struct spool_finding *f = spool_reader_finding(reader);
	r->findings++;
	log_line(LOG_FAIL, "reading the spool of %s, segment %llu: %s", f->at.worker, (unsigned long long)f->at.segment, f->text);
}

static enum err read_on(struct ingest *in, struct spool_reader *reader, struct batch *b, struct ingest_result *r)
{
	for (;;) {
		struct event e;
		struct spool_cursor at;
		enum err got = spool_reader_next(reader, &e, &at);
		if (got == ERR_CORRUPT) {
			report(reader, r);
			continue;
		}
		if (got == ERR_END)
			return flush(in, b, r);
		TRY(got);
		b->upto = at;
		TRY(take(in, b, &e, &at, r));
		if (b->n == BATCH)
			TRY(flush(in, b, r));
	}
}

static void batch_free(struct batch **b)
{
	if (*b)
		arena_done(&(*b)->arena);
	mem_free(b);
}

/* Where this worker's folder was left; its gate id is learnt from the folder. */
static enum err start_of(struct ingest *in, struct str worker, struct spool_cursor *c)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(spool_reader_free) struct spool_reader *probe = NULL;
	*c = (struct spool_cursor){ 0 };
	snprintf(c->worker, sizeof c->worker, "%.*s", STRF(worker));
	TRY(spool_reader_open(in->spool_dir, in->pub, in->key, c, &probe));
	struct event e;
	struct spool_cursor at;
	enum err got = spool_reader_next(probe, &e, &at);
	if (got != OK)
		return got == ERR_END || got == ERR_CORRUPT ? OK : got;
	struct activity_cursor known;
	TRY(activity_cursor_get(in->activity, &a, gate_name(&a, &at), 0, &known));
	if (known.segment) {
		c->gate = at.gate;
		c->segment = (uint64_t)known.segment;
		c->record = (uint32_t)known.record + 1;
	}
	return OK;
}

static enum err run_worker(struct ingest *in, struct str worker, struct ingest_result *r)
{
	struct spool_cursor c;
	TRY(start_of(in, worker, &c));
	AUTO(spool_reader_free) struct spool_reader *reader = NULL;
	AUTO(batch_free) struct batch *b = mem_new(struct batch);
	TRY(spool_reader_open(in->spool_dir, in->pub, in->key, &c, &reader));
	TRY(read_on(in, reader, b, r));
	spool_reader_cursor(reader, &c);
	size_t removed;
	return spool_discard_before(in->spool_dir, &c, &removed);
}

enum err ingest_run(struct ingest *in, struct ingest_result *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str *workers;
	size_t n;
	*out = (struct ingest_result){ 0 };
	TRY(spool_workers(&a, in->spool_dir, &workers, &n));
	enum err first = OK;
	for (size_t i = 0; i < n; i++) {
		enum err e = run_worker(in, workers[i], out);
		if (e != OK && first == OK)
			first = e;                   /* one worker's trouble does not stop the others */
	}
	return first;
}
