/* Shared by the tests of the spool's two ends: a school's spool in a fresh folder. */
#pragma once
#include "base/test.h"
#include "event/read/spool_read.h"
#include "event/write/spool.h"
#include "io/file.h"

struct rig {
	const char *dir;                 /* stands for P/spool */
	uint8_t pub[32], key[32];
};

static inline struct rig rig_new(void)
{
	struct rig r = { .dir = test_dir() };
	spool_key_make(r.pub, r.key);
	return r;
}

static inline struct spool *rig_writer(const struct rig *r, struct spool_options o)
{
	struct spool *s = NULL;
	CHECK_OK(spool_open_with(r->dir, "dns-1", r->pub, &o, &s));
	return s;
}

static inline struct spool_reader *rig_reader(const struct rig *r, uint64_t segment, uint32_t record)
{
	struct spool_cursor c = { .worker = "dns-1", .segment = segment, .record = record };
	struct spool_reader *in = NULL;
	CHECK_OK(spool_reader_open(r->dir, r->pub, r->key, &c, &in));
	return in;
}

/* An event, valid until the next few are made. */
static inline const struct event *event_room(struct event e)
{
	static struct event room[8];
	static size_t turn;
	struct event *out = &room[turn++ % 8];
	*out = e;
	return out;
}

static inline const struct event *visit(uint64_t n)
{
	return event_room((struct event){ .kind = EVENT_VISIT, .at_ms = 1764000000000 + (int64_t)n, .school = 1, .person = 5,
	                       .host = STR("allowed.example"), .path = STR("/page"), .count = n });
}

static inline const struct event *tell(const char *ref)
{
	return event_room((struct event){ .kind = EVENT_TELL, .at_ms = 1764000000000, .school = 1, .person = 5,
	                       .text = STR("somebody was unkind"), .ref = str_z(ref) });
}

static inline const char *rig_path(const struct rig *r, const char *name)
{
	static char room[8][1024];
	static size_t turn;
	char *out = room[turn++ % 8];
	snprintf(out, sizeof room[0], "%s/dns-1/%s", r->dir, name);
	return out;
}
