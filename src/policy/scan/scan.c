#include "policy/scan/scan.h"

#include "base/mem.h"
#include "policy/scan/events.h"
#include "policy/scan/html.h"
#include "policy/scan/match.h"
#include "policy/scan/typed.h"

enum { RING = 512, AFTER = 120, PORTION = 64, WIDE = 256, WHY_MAX = 600, SNIFF = 4 };

struct scan {
	enum scan_kind kind;
	bool typed, cut, began;
	struct match *match;            /* owned */
	struct words words;
	struct html html;
	struct json json;
	struct form_text form;
	struct parts parts;
	struct events events;
	struct scan *run;               /* owned: what is joined of an answer in pieces, or of one's messages, a text of its own; else NULL */
	bool joined;                    /* this is such a text */
	uint8_t wide_byte, mark[SNIFF], n_mark;
	bool wide_half;
	uint32_t wide_high;
	char ring[RING];                /* the last of a typed text, UTF-8 */
	size_t ring_at;                 /* bytes ever kept */
	size_t ring_stop;               /* nothing is kept from there on; 0: not yet */
};

static bool type_is(struct str type, const char *const v[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_ieq(type, str_z(v[i])))
			return true;
	return false;
}

enum scan_kind scan_kind_of(struct str type)
{
	static const char *const pages[] = { "text/html", "application/xhtml+xml", "text/xml", "application/xml", "application/rss+xml", "application/atom+xml" };
	static const char *const json[] = { "application/json", "text/json", "application/ld+json", "application/graphql+json" };
	static const char *const texts[] = { "text/plain", "text/markdown", "text/csv" };
	static const char *const pieces[] = { "text/event-stream", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json-seq",
		"application/stream+json", "application/jsonlines" };
	ptrdiff_t end = str_chr(type, ';');
	type = str_trim(end < 0 ? type : str_upto(type, (size_t)end));
	if (type_is(type, pages, ARRAY_N(pages)))
		return SCAN_HTML;
	if (type_is(type, texts, ARRAY_N(texts)))
		return SCAN_TEXT;
	if (type_is(type, pieces, ARRAY_N(pieces)))
		return SCAN_EVENTS;
	if (str_ieq(type, STR("application/x-www-form-urlencoded")))
		return SCAN_FORM;
	if (str_ieq(type, STR("multipart/form-data")))
		return SCAN_PARTS;
	bool vendor = type.n > 5 && str_ieq(str_from(type, type.n - 5), STR("+json"));
	return vendor || type_is(type, json, ARRAY_N(json)) ? SCAN_JSON : SCAN_NOTHING;
}

static struct scan *scan_of(struct match *m, enum scan_kind kind, struct str type, bool typed);

/* What is joined of an answer in pieces: a text of its own, with the same limits. */
static void run_new(struct scan *s)
{
	s->run = scan_of(match_like(s->match), SCAN_TEXT, STR_NONE, s->typed);
	s->run->joined = true;
}

static struct scan *scan_of(struct match *m, enum scan_kind kind, struct str type, bool typed)
{
	struct scan *s = mem_new(struct scan);
	struct charset set = { NULL, 0 };
	s->kind = kind;
	s->typed = typed;
	s->match = m;
	(void)charset_in(type, &set);                   /* none named: UTF-8, with windows-1252 for what is none */
	words_begin(&s->words, match_words(s->match), set);
	html_begin(&s->html, &s->words);
	if (kind == SCAN_PARTS)
		parts_begin(&s->parts, type);
	s->events.talk = kind == SCAN_TALK;
	if (kind == SCAN_EVENTS || (kind == SCAN_TALK && typed))
		run_new(s);
	s->json.all = s->began = kind == SCAN_TALK;     /* always UTF-8 (RFC 6455 8.1) */
	return s;
}

struct scan *scan_new(struct phrases *p, const int32_t limit[PHRASE_TOPICS], enum scan_kind kind, struct str type, bool typed)
{
	return scan_of(match_new(p, limit), kind, type, typed);
}

void scan_free(struct scan **ss)
{
	if (!*ss)
		return;
	match_free(&(*ss)->match);
	scan_free(&(*ss)->run);
	mem_wipe((*ss)->ring, sizeof (*ss)->ring);
	mem_free(ss);
}

/* ---- the excerpt of a typed text */

static void keep(void *to, struct str utf8)
{
	struct scan *s = to;
	for (size_t i = 0; i < utf8.n && (!s->ring_stop || s->ring_at < s->ring_stop); i++)
		s->ring[s->ring_at++ % RING] = utf8.p[i];
}

static void look_for_alert(struct scan *s)
{
	struct scan *kept = s->kind == SCAN_EVENTS ? s->run : s;
	if (s->typed && !kept->ring_stop && match_alert(s->match) != MATCH_NONE)
		kept->ring_stop = kept->ring_at + AFTER;
}

static struct typed_to typed_to(struct scan *s)
{
	return (struct typed_to){ &s->words, s->typed ? keep : NULL, s };
}

/* ---- feeding */

static void feed_run(void *to, struct str utf8)
{
	struct scan *s = to;
	s->cut |= scan_feed(s->run, utf8) == SCAN_CUT;
}

static void feed_events(struct scan *s, struct str bytes)
{
	struct events_to to = { { &s->words, NULL, NULL }, feed_run, s };
	events_feed(&s->events, &to, bytes);
}

/* Each message by itself, and what is said in it joined to what the same side said before. */
static void feed_talk(struct scan *s, struct str bytes)
{
	struct typed_to to = typed_to(s);
	struct events_to joined = { { NULL, NULL, NULL }, feed_run, s };
	json_feed(&s->json, &to, bytes);
	if (s->run)
		events_feed(&s->events, &joined, bytes);
}

static void feed_kind(struct scan *s, struct str bytes)
{
	struct typed_to to = typed_to(s);
	switch (s->kind) {
	case SCAN_HTML: html_feed(&s->html, bytes); break;
	case SCAN_TEXT: typed_say(&to, bytes); break;
	case SCAN_TALK: feed_talk(s, bytes); break;
	case SCAN_JSON: json_feed(&s->json, &to, bytes); break;
	case SCAN_FORM: form_feed(&s->form, &to, bytes); break;
	case SCAN_PARTS: parts_feed(&s->parts, &to, bytes); break;
	case SCAN_EVENTS: feed_events(s, bytes); break;
	case SCAN_NOTHING: break;
	}
}

/* A unit of UTF-16 as UTF-8; half of a pair waits for the other. */
static size_t wide_unit(struct scan *s, uint32_t u, char *b)
{
	if (u >= 0xd800 && u < 0xdc00) {
		s->wide_high = u;
		return 0;
	}
	if (u >= 0xdc00 && u < 0xe000) {
		u = s->wide_high ? 0x10000 + ((s->wide_high - 0xd800) << 10 | (u - 0xdc00)) : ' ';
	}
	s->wide_high = 0;
	return typed_utf8(u, b);
}

static void feed_wide(struct scan *s, struct str bytes)
{
	char out[WIDE];
	size_t n = 0;
	for (size_t i = 0; i < bytes.n; i++) {
		uint8_t c = (uint8_t)bytes.p[i];
		s->wide_half = !s->wide_half;
		if (s->wide_half) {
			s->wide_byte = c;
			continue;
		}
		n += wide_unit(s, s->words.set.wide == 1 ? (uint32_t)c << 8 | s->wide_byte : (uint32_t)s->wide_byte << 8 | c, out + n);
		if (n + 4 > sizeof out) {
			feed_kind(s, (struct str){ out, n });
			n = 0;
		}
	}
	feed_kind(s, (struct str){ out, n });
}

static void feed_set(struct scan *s, struct str bytes)
{
	if (s->words.set.wide)
		feed_wide(s, bytes);
	else
		feed_kind(s, bytes);
}

static enum scan_verdict verdict(struct scan *s)
{
	s->cut |= match_over(s->match) != MATCH_NONE;
	return s->cut ? SCAN_CUT : SCAN_PASS;
}

/* A typed text goes in small portions, so that an excerpt stands around what counted. */
static void feed_portions(struct scan *s, struct str bytes)
{
	while (bytes.n && verdict(s) == SCAN_PASS) {
		size_t n = s->typed ? PORTION : 4096;
		feed_set(s, str_upto(bytes, n));
		bytes = str_from(bytes, n);
		look_for_alert(s);
	}
}

/* A byte order mark says the character set, and stands above what the server says (WHATWG Encoding 6). */
static void begin(struct scan *s)
{
	s->began = true;
	uint8_t *m = s->mark, skip = 0;
	if (s->n_mark >= 2 && ((m[0] == 0xff && m[1] == 0xfe) || (m[0] == 0xfe && m[1] == 0xff))) {
		s->words.set = (struct charset){ NULL, m[0] == 0xff ? 1 : 2 };
		skip = 2;
	} else if (s->n_mark >= 3 && !memcmp(m, "\xef\xbb\xbf", 3)) {
		s->words.set = (struct charset){ NULL, 0 };
		skip = 3;
	}
	if (s->kind == SCAN_TEXT && !s->joined && events_look(m, s->n_mark)) {
		s->kind = SCAN_EVENTS;
		run_new(s);
	}
	feed_portions(s, (struct str){ (const char *)m + skip, s->n_mark - skip });
}

enum scan_verdict scan_feed(struct scan *s, struct str bytes)
{
	if (s->cut || s->kind == SCAN_NOTHING)
		return verdict(s);
	if (!s->began) {
		while (bytes.n && s->n_mark < SNIFF) {
			s->mark[s->n_mark++] = (uint8_t)bytes.p[0];
			bytes = str_from(bytes, 1);
		}
		if (s->n_mark < SNIFF)
			return SCAN_PASS;
		begin(s);
	}
	feed_portions(s, bytes);
	return verdict(s);
}

/* What waits for its surroundings is settled, and no stop is made: the next message goes on. */
static void message_joined(struct scan *s)
{
	struct events_to joined = { { NULL, NULL, NULL }, feed_run, s };
	events_feed(&s->events, &joined, STR("\n"));
	feed_run(s, STR(" "));
	match_end(s->run->match);
	look_for_alert(s->run);
	s->cut |= verdict(s->run) == SCAN_CUT;
}

static void next_message(struct scan *s)
{
	s->json = (struct json){ .all = true };
	if (s->run)
		message_joined(s);
	if (s->typed)
		keep(s, STR("\n"));
}

enum scan_verdict scan_end(struct scan *s)
{
	if (s->cut)
		return SCAN_CUT;
	if (!s->began)
		begin(s);
	if (s->kind == SCAN_HTML)
		html_end(&s->html);
	if (s->run && s->kind != SCAN_TALK)
		s->cut |= scan_end(s->run) == SCAN_CUT;
	words_stop(&s->words);
	match_end(s->match);
	look_for_alert(s);
	if (s->kind == SCAN_TALK)
		next_message(s);
	return verdict(s);
}

void scan_again(struct scan *s)
{
	struct match *was = s->match;
	s->match = match_like(was);
	match_free(&was);
	words_begin(&s->words, match_words(s->match), s->words.set);
	mem_wipe(s->ring, sizeof s->ring);
	s->ring_at = s->ring_stop = 0;
	if (s->run)
		scan_again(s->run);
}

/* ---- what was found */

static struct str why_of(const struct scan *s, struct arena *a, uint8_t topic)
{
	AUTO(buf_done) struct buf b = buf_init(WHY_MAX);
	const struct phrases *p = match_phrases(s->match);
	const struct match_hit *hits;
	size_t n = match_hits(s->match, &hits);
	for (size_t i = 0; i < n; i++) {
		const struct phrase_text *t = &p->texts[hits[i].text];
		if (p->sets[t->set].topic == topic && b.n + t->text.n + 16 < WHY_MAX)
			buf_fmt(&b, "%s%.*s (%d)", b.n ? ", " : "", STRF(t->text), (int)hits[i].weight);
	}
	return arena_str(a, buf_str(&b));
}

static struct str excerpt_of(const struct scan *s, struct arena *a)
{
	size_t n = s->ring_at < SCAN_EXCERPT ? s->ring_at : SCAN_EXCERPT;
	char *p = arena_alloc(a, n + 1);
	size_t m = 0;
	for (size_t i = s->ring_at - n; i < s->ring_at; i++) {
		char c = s->ring[i % RING];
		p[m++] = (uint8_t)c < ' ' ? ' ' : c;
	}
	struct str out = { p, m };
	while (out.n && ((uint8_t)out.p[0] & 0xc0) == 0x80)      /* begun inside a character */
		out = str_from(out, 1);
	while (out.n && !str_utf8(out)) {                       /* ended inside one, or bytes of another set */
		size_t bad = out.n;
		while (bad > 0 && (uint8_t)out.p[bad - 1] < 0x80)
			bad--;
		if (!bad)
			break;
		p[(size_t)(out.p - p) + bad - 1] = '?';
	}
	return str_trim(out);
}

bool scan_assistant(const struct scan *s) { return s->kind == SCAN_EVENTS || s->json.assistant; }

/* Which of the two readings says more. */
static const struct scan *sayer(const struct scan *s)
{
	if (!s->run || match_over(s->match) != MATCH_NONE)
		return s;
	return match_over(s->run->match) != MATCH_NONE || match_alert(s->match) == MATCH_NONE ? s->run : s;
}

struct str scan_last(const struct scan *s, struct arena *a)
{
	return s->typed ? excerpt_of(s->kind == SCAN_EVENTS ? s->run : sayer(s), a) : STR_NONE;
}

static struct scan_reached reached_of(const struct scan *s, struct arena *a, uint8_t topic, int32_t from)
{
	const struct phrase_topic *t = &match_phrases(s->match)->topics[topic];
	return (struct scan_reached){ .topic = arena_str(a, t->name), .title = arena_str(a, t->title), .score = match_most(s->match, topic), .from = from, .why = why_of(s, a, topic) };
}

void scan_found(const struct scan *s, struct arena *a, struct scan_found *out)
{
	const struct scan *by = sayer(s);
	uint8_t over = match_over(by->match), alert = match_alert(by->match);
	const struct phrases *p = match_phrases(by->match);
	*out = (struct scan_found){ .cut = over != MATCH_NONE, .alert = alert != MATCH_NONE };
	if (out->cut)
		out->closed = reached_of(by, a, over, match_limit(by->match, over));
	if (out->alert)
		out->told = reached_of(by, a, alert, p->topics[alert].alert);
	if (!out->cut && !out->alert)
		return;
	out->version = arena_str(a, str_z(p->version));
	out->excerpt = scan_last(s, a);
}

void scan_text(struct arena *a, struct phrases *p, const int32_t limit[PHRASE_TOPICS], struct str utf8, struct scan_found *out)
{
	AUTO(scan_free) struct scan *s = scan_new(p, limit, SCAN_TEXT, STR_NONE, false);
	(void)scan_feed(s, utf8);
	(void)scan_end(s);                              /* what it says stands in *out */
	scan_found(s, a, out);
}
