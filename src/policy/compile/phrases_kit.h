/* phrases_kit.h - for tests: phrases made of conf text through the real compiler, and texts read against them. */
#pragma once
#include "base/test.h"
#include "policy/compile/phrases_src.h"
#include "policy/scan/scan.h"

static inline void kit_say(struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	diag_print(d, &b);
	if (b.n)
		fprintf(stderr, "%.*s\n", (int)b.n, b.p);
}

static inline enum err kit_try(const char *conf, struct diag *d, struct phrases **out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(phrases_src_done) struct phrases_src s = { .a = &a, .d = d };
	AUTO(buf_done) struct buf b = buf_init(PHRASES_BYTES_MAX);
	struct conf c;
	TRY(conf_parse(&a, STR("own.conf"), str_z(conf), d, &c));
	phrases_src_add(&s, &c);
	TRY(phrases_src_build(&s, &b));
	return phrases_read(buf_str(&b), out);
}

static inline struct phrases *kit_phrases(const char *conf)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct phrases *p = NULL;
	enum err e = kit_try(conf, &d, &p);
	kit_say(&d);
	CHECK_OK(e);
	return p;
}

/* The shipped ones. */
static inline struct phrases *kit_shipped(void)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	struct phrases *p = NULL;
	enum err e = phrases_of_data(test_source("data"), NULL, &d, &p);
	kit_say(&d);
	CHECK_OK(e);
	return p;
}

static inline void kit_limits(const struct phrases *p, int32_t out[PHRASE_TOPICS])
{
	memset(out, 0, PHRASE_TOPICS * sizeof *out);
	for (uint32_t i = 0; i < p->n_limits; i++)
		if (!p->limits[i].group.n)
			out[p->limits[i].topic] = p->limits[i].limit;
}

/* What a text of this type is found to be, fed in portions of `step` bytes (0: at once). */
static inline void kit_read(struct arena *a, struct phrases *p, const char *type, struct str bytes, size_t step, bool typed, struct scan_found *out)
{
	int32_t limit[PHRASE_TOPICS];
	kit_limits(p, limit);
	AUTO(scan_free) struct scan *s = scan_new(p, limit, scan_kind_of(str_z(type)), str_z(type), typed);
	while (bytes.n && scan_feed(s, str_upto(bytes, step ? step : bytes.n)) == SCAN_PASS)
		bytes = str_from(bytes, step ? step : bytes.n);
	(void)scan_end(s);                      /* asked for below */
	scan_found(s, a, out);
}

/* What closed it, else what it tells. */
static inline const struct scan_reached *kit_main(const struct scan_found *f) { return f->cut ? &f->closed : &f->told; }

/* "self-harm: want to die (60)", or "" where nothing reached a limit. */
static inline const char *kit_what(struct phrases *p, const char *type, const char *text)
{
	static char said[800];
	AUTO(arena_done) struct arena a = arena_init();
	struct scan_found f;
	kit_read(&a, p, type, str_z(text), 0, false, &f);
	const struct scan_reached *r = kit_main(&f);
	snprintf(said, sizeof said, "%.*s%s%.*s", STRF(r->topic), r->topic.n ? ": " : "", STRF(r->why));
	return said;
}
