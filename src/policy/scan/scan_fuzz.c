#include "base/fuzz.h"
#include "base/mem.h"
#include "policy/scan/events.h"
#include "policy/scan/html.h"
#include "policy/scan/typed.h"

/* The first byte says how the rest is read and in which portions; the words must not depend on the portions. */
struct sum { uint64_t v; };

static void on_word(void *to, const struct word *w)
{
	struct sum *s = to;
	FUZZ_CHECK(w->n <= WORD_FORMS);
	for (uint8_t i = 0; i < w->n; i++)
		s->v = (s->v ^ w->form[i]) * 0x100000001b3u + w->joined;
}

static void on_stop(void *to) { ((struct sum *)to)->v += 7; }

/* What is joined is said in other portions, and is the same all the same. */
static void on_run(void *to, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		((struct sum *)to)->v = (((struct sum *)to)->v ^ (uint8_t)s.p[i]) * 0x100000001b3u;
}

static uint64_t read_events(struct str bytes, bool talk, size_t step)
{
	struct sum sum = { 1 }, run = { 1 };
	struct words w;
	struct events e = { .talk = talk };
	words_begin(&w, (struct words_to){ on_word, on_stop, &sum }, charset_of(STR("utf-8")));
	struct events_to to = { { &w, NULL, NULL }, on_run, &run };
	for (; bytes.n; bytes = str_from(bytes, step))
		events_feed(&e, &to, str_upto(bytes, step));
	words_stop(&w);
	return sum.v ^ run.v;
}

static uint64_t read_in(struct str bytes, uint8_t how, size_t step)
{
	struct sum sum = { 1 };
	struct words w;
	struct html h;
	struct json j = { .all = how & 8 };
	struct form_text f = { 0 };
	struct parts p;
	static const char *const sets[] = { "utf-8", "windows-1251", "iso-8859-15", "koi8-r" };
	words_begin(&w, (struct words_to){ on_word, on_stop, &sum }, charset_of(str_z(sets[how >> 4 & 3])));
	html_begin(&h, &w);
	parts_begin(&p, STR("multipart/form-data; boundary=XX"));
	struct typed_to to = { &w, NULL, NULL };
	for (; bytes.n; bytes = str_from(bytes, step)) {
		struct str s = str_upto(bytes, step);
		switch (how & 3) {
		case 0: html_feed(&h, s); break;
		case 1: json_feed(&j, &to, s); break;
		case 2: form_feed(&f, &to, s); break;
		default: parts_feed(&p, &to, s);
		}
	}
	if ((how & 3) == 0)
		html_end(&h);
	words_stop(&w);
	return sum.v + j.assistant;
}

FUZZ(scan, bytes)
{
	if (!bytes.n)
		return;
	uint8_t how = (uint8_t)bytes.p[0];
	bytes = str_from(bytes, 1);
	FUZZ_CHECK(read_events(bytes, how & 4, bytes.n + 1) == read_events(bytes, how & 4, 1 + (how >> 6) * 3u));
	FUZZ_CHECK(read_in(bytes, how, bytes.n + 1) == read_in(bytes, how, 1 + (how >> 6) * 3u));
}
