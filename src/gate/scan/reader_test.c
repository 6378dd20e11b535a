/* Pages and typed texts as the proxy would hand them over: what is closed, what is told, what is left alone. */
#include "gate/scan/reader.h"

#include <zlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/test.h"
#include "gate/policy_watch.h"
#include "gate/scan/note.h"
#include "gate/scene.h"
#include "policy/read/engines.h"

struct stage {
	struct policy_watch *watch;
	struct who who;
	struct note_to to;
	struct buf said;                /* "KIND group person topic outcome text|" of each event */
};

static char last[400];                  /* of the last event: "list; rule; extra" */

static void take(void *to, const struct event *e)
{
	struct buf *b = to;
	snprintf(last, sizeof last, "%.*s; %.*s; %.*s", STRF(e->list), STRF(e->rule), STRF(e->extra));
	buf_fmt(b, "%s %.*s %lld %.*s %.*s %.*s|", event_name(e->kind), STRF(e->group), (long long)e->person, STRF(e->category), STRF(e->reason), STRF(e->text));
}

static void stage_of(struct stage *s, const char *address, bool named)
{
	struct addr a;
	*s = (struct stage){ .said = buf_init(65536) };
	s->to = (struct note_to){ take, &s->said };
	const char *dir = test_dir();
	scene_policy(dir, false, named);
	scene_bind(dir, "127.0.0.44", "ks2", STANDING_CURRENT);
	CHECK_OK(policy_watch_new(dir, STR_NONE, STR_NONE, NULL, &s->watch));
	(void)policy_watch_tick(s->watch, clock_utc());
	CHECK_OK(addr_read(str_z(address), &a));
	identity_who(policy_watch_identity(s->watch), policy_watch_policy(s->watch), a, STR_NONE, clock_utc(), &s->who);
}

static void stage_done(struct stage *s)
{
	policy_watch_free(&s->watch);
	buf_done(&s->said);
}

static struct tap_head head_of(struct stage *s, bool up, const char *type)
{
	return (struct tap_head){ .up = up, .method = up ? STR("POST") : STR("GET"), .host = STR("open.test"), .path = STR("/"), .status = up ? 0 : 200,
		.type = str_z(type), .length = -1, .document = true, .who = &s->who, .policy = policy_watch_policy(s->watch), .school = 1 };
}

/* The verdicts of a body, a letter each: Pass, Hold, Done, Replace, Cut; "-" where it is not read. */
static const char *verdicts(struct stage *s, const struct tap_head *h, struct str body, size_t step)
{
	static char said[64];
	static const char letters[] = "PHDRUC";
	size_t n = 0;
	const char *words;
	void *tap = reader_ops.open(&s->to, h);
	if (!tap)
		return "-";
	enum tap_verdict v = TAP_PASS;
	for (; body.n && v < TAP_DONE && n < 60; body = str_from(body, step)) {
		v = reader_ops.feed(tap, str_upto(body, step), false, &words);
		said[n++] = letters[v];
	}
	if (v < TAP_DONE) {
		v = reader_ops.feed(tap, STR_NONE, true, &words);
		said[n++] = letters[v];
	}
	CHECK(v < TAP_REPLACE || v == TAP_CUT || words);
	reader_ops.close(tap);
	said[n] = 0;
	return said;
}

#define SAID(s, want) do { CHECK_STR(buf_str(&(s).said), want); buf_clear(&(s).said); } while (0)

TEST(reader, a_page_passes_piece_by_piece_until_it_reaches_the_limit)
{
	struct stage s;
	stage_of(&s, "127.0.0.5", false);
	struct tap_head h = head_of(&s, false, "text/html; charset=utf-8");
	CHECK_STR(str_z(verdicts(&s, &h, STR("<p>this page is good</p>"), 10)), "PPPD");
	SAID(s, "");
	CHECK_STR(str_z(verdicts(&s, &h, STR("<p>this page is forbidden, all of it</p>"), 10)), "PPR");
	SAID(s, "REFUSED ks2 0 adult page-text |");
	CHECK_STR(str_z(verdicts(&s, &h, STR("<p>forbidden"), 100)), "PR");            /* the last word counts at the end */
	SAID(s, "REFUSED ks2 0 adult page-text |");
	CHECK_STR(str_z(verdicts(&s, &h, STR("<p>I vanish</p>"), 100)), "PD");         /* a page is nobody's own words */
	SAID(s, "");
	stage_done(&s);
}

TEST(reader, pictures_and_help_lines_are_not_read)
{
	struct stage s;
	stage_of(&s, "127.0.0.5", false);
	struct tap_head picture = head_of(&s, false, "image/png"), help = head_of(&s, false, "text/html"), none = help, staff = help;
	help.unlogged = true;
	none.policy = NULL;
	CHECK_STR(str_z(verdicts(&s, &picture, STR("forbidden "), 100)), "-");
	CHECK_STR(str_z(verdicts(&s, &help, STR("forbidden "), 100)), "-");
	CHECK_STR(str_z(verdicts(&s, &none, STR("forbidden "), 100)), "-");
	stage_done(&s);
	stage_of(&s, "127.0.2.5", false);
	staff = head_of(&s, false, "text/html");
	CHECK_STR(str_z(verdicts(&s, &staff, STR("forbidden "), 100)), "-");            /* nothing closes a page for this group */
	stage_done(&s);
}

TEST(reader, what_is_typed_waits_until_it_was_read_and_is_told_once)
{
	struct stage s;
	stage_of(&s, "127.0.0.44", true);
	struct tap_head h = head_of(&s, true, "application/json");
	CHECK_STR(str_z(verdicts(&s, &h, STR("{\"m\":\"I want to vanish, and vanish\"}"), 10)), "HHHHD");
	SAID(s, "TYPED ks2 42 self-harm allowed m I want to vanish, and vanish|");
	CHECK_STR(str_z(verdicts(&s, &h, STR("{\"m\":\"what a nice day\"}"), 10)), "HHHD");
	SAID(s, "");
	CHECK_STR(str_z(verdicts(&s, &h, STR("{\"m\":\"forbidden words\"}"), 100)), "R");
	SAID(s, "REFUSED ks2 42 adult page-text |");
	h.unlogged = true;                                                              /* a help line: not read, so it cannot be told */
	CHECK_STR(str_z(verdicts(&s, &h, STR("{\"m\":\"I want to vanish\"}"), 100)), "-");
	SAID(s, "");
	stage_done(&s);
	stage_of(&s, "127.0.0.44", false);                                              /* names are not kept */
	h = head_of(&s, true, "application/x-www-form-urlencoded");
	CHECK_STR(str_z(verdicts(&s, &h, STR("a=1&m=v+a+n+i+s+h"), 100)), "HD");
	SAID(s, "TYPED ks2 0 self-harm allowed 1 v a n i s h|");
	stage_done(&s);
	stage_of(&s, "127.0.2.5", true);                                                /* staff */
	h = head_of(&s, true, "application/json");
	CHECK_STR(str_z(verdicts(&s, &h, STR("{\"m\":\"vanish\"}"), 100)), "-");
	stage_done(&s);
}

TEST(reader, a_post_that_breaks_off_is_told_too)
{
	struct stage s;
	const char *words;
	stage_of(&s, "127.0.0.5", false);
	struct tap_head h = head_of(&s, true, "text/plain");
	void *tap = reader_ops.open(&s.to, &h);
	CHECK_INT(reader_ops.feed(tap, STR("I vanish"), false, &words), TAP_HOLD);
	reader_ops.close(tap);
	SAID(s, "TYPED ks2 0 self-harm broken-off I vanish|");
	stage_done(&s);
}

static size_t squeeze(struct str s, char *out, size_t room)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)s.p, .avail_in = (uInt)s.n, .next_out = (Bytef *)out, .avail_out = (uInt)room };
	CHECK_INT(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
	CHECK_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
	CHECK_INT(deflateEnd(&z), Z_OK);
	return room - z.avail_out;
}

TEST(reader, compressed_pages_are_read_and_bombs_end)
{
	static char out[65536], zeros[8 * 1024 * 1024];
	struct stage s;
	stage_of(&s, "127.0.0.5", false);
	struct tap_head h = head_of(&s, false, "text/html");
	CHECK_OK(codings_add(&h.coding, STR("gzip")));
	size_t n = squeeze(STR("<p>a page that is forbidden to be read</p>"), out, sizeof out);
	const char *v = verdicts(&s, &h, (struct str){ out, n }, 7);
	CHECK(strchr(v, 'R') && str_starts(str_z(v), STR("PP")));
	SAID(s, "REFUSED ks2 0 adult page-text |");
	n = squeeze(STR("<p>a page that is good</p>"), out, sizeof out);
	v = verdicts(&s, &h, (struct str){ out, n }, 7);
	CHECK(v[strlen(v) - 1] == 'D');
	n = squeeze((struct str){ zeros, sizeof zeros }, out, sizeof out);
	CHECK_STR(str_z(verdicts(&s, &h, (struct str){ out, n }, sizeof out)), "C");
	stage_done(&s);
}

TEST(reader, one_coding_inside_another_is_read_and_what_cannot_be_is_not_shown)
{
	static char once[1000], twice[1000];
	struct stage s;
	stage_of(&s, "127.0.0.5", false);
	struct tap_head h = head_of(&s, false, "text/html"), post = head_of(&s, true, "text/plain"), picture = head_of(&s, false, "image/png");
	size_t n = squeeze(STR("<p>a page that is forbidden to be read</p>"), once, sizeof once);
	n = squeeze((struct str){ once, n }, twice, sizeof twice);
	CHECK_OK(codings_add(&h.coding, STR("gzip, gzip")));
	CHECK_STR(str_z(verdicts(&s, &h, (struct str){ twice, n }, sizeof twice)), "R");
	SAID(s, "REFUSED ks2 0 adult page-text |");
	CHECK_STR(str_z(verdicts(&s, &h, STR("this is not gzip at all"), 100)), "U");
	SAID(s, "REFUSED ks2 0  page-unread |");
	h.sealed = post.sealed = picture.sealed = true;
	CHECK_STR(str_z(verdicts(&s, &h, STR("whatever this is"), 100)), "U");
	SAID(s, "REFUSED ks2 0  page-unread |");
	CHECK_STR(str_z(verdicts(&s, &post, STR("whatever this is"), 100)), "U");
	SAID(s, "REFUSED ks2 0  page-unread |");
	CHECK_STR(str_z(verdicts(&s, &picture, STR("whatever this is"), 100)), "-");
	stage_done(&s);
}

/* A message each, its end said with its last byte. */
static void said_in(void *tap, const char *text, enum tap_verdict want)
{
	const char *words;
	struct str s = str_z(text);
	enum tap_verdict v = TAP_HOLD;
	for (; s.n > 4 && v <= TAP_HOLD; s = str_from(s, 4))
		v = reader_ops.feed(tap, str_upto(s, 4), false, &words);
	CHECK_INT(v <= TAP_HOLD ? reader_ops.feed(tap, s, true, &words) : v, want);
}

TEST(reader, what_is_said_over_a_websocket_is_told_as_a_post_is)
{
	struct stage s;
	const char *words;
	stage_of(&s, "127.0.0.44", true);
	struct tap_head h = head_of(&s, true, "");
	void *tap = reader_ops.talk(&s.to, &h);
	said_in(tap, "hello everybody", TAP_PASS);
	said_in(tap, "", TAP_PASS);
	SAID(s, "");
	said_in(tap, "42[\"message\",{\"text\":\"I want to van\\u0069sh\"}]", TAP_PASS);
	CHECK(str_starts(buf_str(&s.said), STR("TYPED ks2 42 self-harm allowed ")) && str_find(buf_str(&s.said), STR("I want to vanish")) > 0);
	buf_clear(&s.said);
	said_in(tap, "nothing more", TAP_PASS);                                         /* told once, not with every message after it */
	SAID(s, "");
	CHECK_INT(reader_ops.feed(tap, STR("I still want"), false, &words), TAP_HOLD);
	CHECK_INT(reader_ops.feed(tap, STR(" to vanish"), false, &words), TAP_HOLD);
	reader_ops.close(tap);
	CHECK(str_starts(buf_str(&s.said), STR("TYPED ks2 42 self-harm broken-off ")));
	buf_clear(&s.said);
	tap = reader_ops.talk(&s.to, &h);
	said_in(tap, "forbidden", TAP_REPLACE);
	SAID(s, "REFUSED ks2 42 adult page-text |");
	reader_ops.close(tap);
	h.up = false;
	tap = reader_ops.talk(&s.to, &h);
	CHECK_INT(reader_ops.feed(tap, STR("good words "), false, &words), TAP_PASS);      /* what is shown never waits */
	said_in(tap, "{\"html\":\"<p>forbidden</p>\"}", TAP_REPLACE);
	SAID(s, "REFUSED ks2 42 adult page-text |");
	reader_ops.close(tap);
	h.unlogged = true;
	CHECK(!reader_ops.talk(&s.to, &h));
	stage_done(&s);
}

TEST(reader, searches_are_kept_with_their_outcome)
{
	struct stage s;
	stage_of(&s, "127.0.0.5", false);
	struct tap_head h = head_of(&s, true, "");
	h.host = STR("finder.test");
	h.path = STR("/search?hl=en&q=how+do+kites%20fly%3F&x=1");
	CHECK(reader_ops.wants(&s.to, &h));
	SAID(s, "SEARCHED ks2 0  allowed how do kites fly?|");
	h.path = STR("/search?q=I+will+vanish");
	CHECK(reader_ops.wants(&s.to, &h));
	SAID(s, "SEARCHED ks2 0 self-harm allowed I will vanish|");
	reader_ops.refused(&s.to, &h, STR("search-tool"));
	SAID(s, "SEARCHED ks2 0 self-harm search-tool I will vanish|");
	h.document = false;                                                             /* the page's own requests */
	CHECK(reader_ops.wants(&s.to, &h));
	h.document = true;
	h.path = STR("/search?q=%20+");
	CHECK(reader_ops.wants(&s.to, &h));
	h.path = STR("/about?q=vanish");
	CHECK(reader_ops.wants(&s.to, &h));
	h.host = STR("open.test");
	h.path = STR("/search?q=vanish");
	CHECK(reader_ops.wants(&s.to, &h));
	SAID(s, "");
	stage_done(&s);
}

TEST(engines, the_safe_mode_stands_in_the_address_whatever_was_asked)
{
	struct stage s;
	stage_of(&s, "127.0.0.5", false);
	const struct policy *p = policy_watch_policy(s.watch);
	static const struct { const char *asked, *sent; } cases[] = {
		{ "/search?q=a", "/search?q=a&safe=on" }, { "/search?q=a&safe=off", "/search?q=a&safe=on" }, { "/search?SAFE=off&q=a&safe=on", "/search?q=a&safe=on" },
		{ "/search?safe=on&q=a", NULL }, { "/", NULL },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		AUTO(buf_done) struct buf b = buf_init(4096);
		bool changed = policy_search_safe(p, GROUP_NONE, STR("finder.test"), str_z(cases[i].asked), &b);
		CHECK(changed == (cases[i].sent != NULL));
		if (cases[i].sent && changed)
			CHECK_STR(buf_str(&b), cases[i].sent);
	}
	stage_done(&s);
}

TEST(reader, an_assistants_answer_is_read_as_it_comes_and_told_with_what_was_asked)
{
	struct stage s;
	struct tap_said *said = NULL;
	stage_of(&s, "127.0.0.44", true);
	struct tap_head ask = head_of(&s, true, "application/json"), answer = head_of(&s, false, "text/event-stream");
	ask.said = answer.said = &said;
	answer.method = STR("POST");
	CHECK_STR(str_z(verdicts(&s, &ask, STR("{\"p\":\"a spell, please\"}"), 100)), "HD");
	SAID(s, "");
	CHECK_STR(str_z(verdicts(&s, &answer, STR("data: {\"content\":\"make it va\"}\n\ndata: {\"content\":\"nish \"}\n\n"), 40)), "PPD");
	SAID(s, "TYPED ks2 42 self-harm answered Asked: p a spell, please\nAnswered: make it vanish|");
	CHECK_STR(str_z(verdicts(&s, &answer, STR("data: {\"content\":\"it is forbi\"}\n\ndata: {\"content\":\"dden now\"}\n\n"), 40)), "PR");
	SAID(s, "REFUSED ks2 42 adult page-text |");
	CHECK_STR(str_z(verdicts(&s, &answer, STR("data: {\"content\":\"all is well\"}\n\n"), 40)), "PD");
	SAID(s, "");                                                                    /* and of a good answer nothing is kept */
	answer.method = STR("GET");                                                     /* news that come by themselves are no answer */
	CHECK_STR(str_z(verdicts(&s, &answer, STR("data: {\"content\":\"vanish \"}\n\n"), 100)), "PD");
	SAID(s, "");
	mem_free(&said);
	stage_done(&s);
}

TEST(reader, an_answer_in_one_piece_is_told_as_one_in_pieces_is)
{
	struct stage s;
	struct tap_said *said = NULL;
	stage_of(&s, "127.0.0.44", true);
	struct tap_head ask = head_of(&s, true, "application/json"), answer = head_of(&s, false, "application/json; charset=utf-8");
	ask.said = answer.said = &said;
	answer.method = STR("POST");
	static const char openai[] = "{\n \"object\": \"chat.completion\",\n \"choices\": [ { \"message\": { \"role\": \"assistant\", \"content\": \"make it vanish\" } } ]\n}";
	static const char gemini[] = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"make it vanish\"}]},\"finishReason\":\"STOP\"}]}";
	static const char ollama[] = "{\"model\":\"m\",\"response\":\"make it vanish\",\"done\":true,\"eval_count\":7}";
	static const char *const answers[] = { openai, gemini, ollama };
	CHECK_STR(str_z(verdicts(&s, &ask, STR("{\"p\":\"a spell, please\"}"), 100)), "HD");
	SAID(s, "");
	for (size_t i = 0; i < ARRAY_N(answers); i++) {
		CHECK_STR(str_z(verdicts(&s, &answer, str_z(answers[i]), 1000)), "PD");
		CHECK(str_starts(buf_str(&s.said), STR("TYPED ks2 42 self-harm answered Asked: p a spell, please\nAnswered: ")) && str_find(buf_str(&s.said), STR("make it vanish")) > 0);
		buf_clear(&s.said);
	}
	CHECK_STR(str_z(verdicts(&s, &answer, STR("{\"role\":\"assistant\",\"content\":\"vanish, it is forbidden\"}"), 100)), "R");
	CHECK(str_starts(buf_str(&s.said), STR("TYPED ks2 42 self-harm answer-cut Asked: p a spell")) && str_find(buf_str(&s.said), STR("|REFUSED ks2 42 adult page-text |")) > 0);
	buf_clear(&s.said);
	CHECK_STR(str_z(verdicts(&s, &answer, STR("{\"results\":[{\"title\":\"how rabbits vanish\"}]}"), 100)), "PD");        /* what a site found is no answer */
	SAID(s, "");
	answer.unlogged = true;                                                         /* a help line that answers by itself */
	CHECK_STR(str_z(verdicts(&s, &answer, STR("{\"role\":\"assistant\",\"content\":\"vanish\"}"), 100)), "-");
	mem_free(&said);
	stage_done(&s);
}

TEST(reader, a_page_closed_for_a_topic_of_concern_says_what_counted_and_by_which_phrases)
{
	struct stage s;
	stage_of(&s, "127.0.0.44", true);
	struct tap_head h = head_of(&s, false, "text/html"), post = head_of(&s, true, "text/plain");
	CHECK_STR(str_z(verdicts(&s, &h, STR("<p>vanish vanish vanish vanish vanish now"), 100)), "R");
	SAID(s, "REFUSED ks2 42 self-harm page-text |");
	CHECK(strlen(policy_phrases(policy_watch_policy(s.watch))->version) == PHRASES_VERSION);
	char want[400];
	snprintf(want, sizeof want, "phrases/%s; score 120, from 120 on: vanish (60), vanish (15), vanish (15), vanish (15), vanish (15); "
	         "vanish (60), vanish (15), vanish (15), vanish (15), vanish (15)", policy_phrases(policy_watch_policy(s.watch))->version);
	CHECK_STR(str_z(last), want);
	CHECK_STR(str_z(verdicts(&s, &h, STR("<p>forbidden now"), 100)), "R");         /* a topic that raises no alert */
	CHECK(str_find(str_z(last), STR("; score 200, from 100 on: forbidden (200); ")) > 0 && str_ends(str_z(last), STR("; ")));
	buf_clear(&s.said);
	CHECK_STR(str_z(verdicts(&s, &post, STR("vanish vanish vanish vanish vanish now"), 100)), "R");         /* told by its own words, so not once more */
	CHECK(str_starts(buf_str(&s.said), STR("TYPED ks2 42 self-harm cut ")) && str_ends(buf_str(&s.said), STR("|REFUSED ks2 42 self-harm page-text |")) && str_ends(str_z(last), STR("; ")));
	stage_done(&s);
}

TEST(reader, what_is_told_and_what_closes_may_be_two_topics)
{
	struct stage s;
	stage_of(&s, "127.0.0.44", true);
	struct tap_head post = head_of(&s, true, "text/plain");
	CHECK_STR(str_z(verdicts(&s, &post, STR("I vanish, forbidden or not"), 100)), "R");
	SAID(s, "TYPED ks2 42 self-harm cut I vanish, forbidden or not|REFUSED ks2 42 adult page-text |");
	stage_done(&s);
}

TEST(reader, a_text_longer_than_is_read_says_so)
{
	static char line[65536];
	struct stage s;
	const char *words;
	stage_of(&s, "127.0.0.44", true);
	struct tap_head h = head_of(&s, false, "text/plain");
	memset(line, '-', sizeof line);
	void *tap = reader_ops.open(&s.to, &h);
	enum tap_verdict v = TAP_PASS;
	for (size_t n = 0; v == TAP_PASS && n <= READER_PLAIN_MAX + sizeof line; n += sizeof line)
		v = reader_ops.feed(tap, (struct str){ line, sizeof line }, false, &words);
	CHECK_INT(v, TAP_DONE);
	SAID(s, "READ_PART ks2 42   |");
	reader_ops.close(tap);
	SAID(s, "");
	stage_done(&s);
}
