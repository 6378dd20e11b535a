/* casefile_test.h - for tests: a school with a case or two, and files to upload. */
#pragma once
#include "base/buf.h"
#include "base/clock.h"
#include "base/test.h"
#include "base/time.h"
#include "house/record/record.h"
#include "house/web/web_test.h"
#include "io/file.h"

#define CASEFILE __attribute__((unused))

CASEFILE static void school_day(void)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
}

CASEFILE static struct store store_of(struct web_school *w) { return (struct store){ .db = w->db, .keys = w->web->keys, .registers = w->web->registers }; }

/* A worry about the school's pupil (or another child), told by a teacher. */
CASEFILE static int64_t case_about(struct web_school *w, int64_t child, const char *topic, const char *words)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct store st = store_of(w);
	struct desk k = { &st, w->web->library };
	struct act act = { w->school, w->person[ROLE_TEACHER], "test" };
	struct received got;
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = child, .author = w->person[ROLE_TEACHER], .words = str_z(words), .topic_type = str_z(topic) };
	CHECK_OK(record_report(&k, &act, &r, &d, &got));
	return got.id;
}

CASEFILE static struct str corpus(struct web_school *w, const char *name)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	CHECK_OK(file_read(test_source(arena_fmt(w->arena, "test/corpus/%s", name).p), &b));
	return arena_str(w->arena, buf_str(&b));
}

/* A path with numbers in it: AT(w, "/case/%lld/file", id). */
#define AT(w, ...) (arena_fmt((w)->arena, __VA_ARGS__).p)
#define LL(id) ((long long)(id))

/* The number after some text on a page; 0. */
CASEFILE static int64_t number_after(const struct web_visit *v, const char *mark)
{
	ptrdiff_t p = str_find(v->body, str_z(mark));
	int64_t n = 0;
	for (struct str s = p < 0 ? STR_NONE : str_from(v->body, (size_t)p + strlen(mark)); s.n && ascii_digit(*s.p); s = str_from(s, 1))
		n = n * 10 + (*s.p - '0');
	return n;
}
