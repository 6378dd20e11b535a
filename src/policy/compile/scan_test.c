/* Reading pages and typed texts: what is seen of them, how words are folded, what counts. */
#include "policy/compile/phrases_kit.h"
#include "policy/scan/html.h"

static const char small[] =
	"[topic harm]\ntitle = Harm\nalert = 50\nlimit = 100\n"
	"[topic other]\ntitle = Other\nalert = never\nlimit = 100\n"
	"[phrases harm/one]\ntopic = harm\nweight = 100\nwords = suicide; want to die; hunanladdiad; суицид; 自杀\n"
	"[phrases harm/joined]\ntopic = harm\nweight = 100\njoined = yes\nwords = kill myself\n"
	"[phrases harm/half]\ntopic = harm\nweight = 50\nwords = hurt me\n"
	"[phrases harm/near]\ntopic = harm\nweight = 100\nwords = bridge\nnear = jump\nunless = bungee; trampoline park\nwithin = 5\n"
	"[phrases other/cock]\ntopic = other\nweight = 100\nwords = sussex\n"
	"[phrases other/good]\ntopic = other\nweight = -60\nwords = county of\n";

static void on_word(void *to, const struct word *w) { buf_fmt(to, "%s%016llx", w->joined ? "+" : " ", (unsigned long long)w->form[0]); }

/* The words of a page as their hashes: two pages are seen alike when these are the same. */
static void words_seen(struct buf *b, struct str html, size_t step)
{
	struct words w;
	struct html h;
	words_begin(&w, (struct words_to){ on_word, NULL, b }, (struct charset){ NULL, 0 });
	html_begin(&h, &w);
	for (; html.n; html = str_from(html, step))
		html_feed(&h, str_upto(html, step));
	html_end(&h);
}

static bool alike(const char *a, const char *b)
{
	AUTO(buf_done) struct buf x = buf_init(1 << 20);
	AUTO(buf_done) struct buf y = buf_init(1 << 20);
	words_seen(&x, str_z(a), strlen(a) + 1);
	words_seen(&y, str_z(b), strlen(b) + 1);
	return str_eq(buf_str(&x), buf_str(&y));
}

TEST(scan, visible_text_is_what_a_reader_sees)
{
	static const struct { const char *html, *text; } same[] = {
		{ "<p>one two</p>", "one two" },
		{ "<script>hidden</script>one<style>x</style> two", "one two" },
		{ "<SCRIPT type=a>if (a<b) '</scrip>'</SCRIPT >one two", "one two" },
		{ "<!-- hidden --> one <!doctype html> two<!-->", "one two" },
		{ "o<b>n</b>e t<span class=\"x>y\">w</span>o", "one two" },
		{ "o<!-- x -->ne two", "one two" },
		{ "<img alt='one two' src=hidden>", "one two" },
		{ "<meta name=description content='one two'>", "one two" },
		{ "<meta content=\"one two\" property=\"og:description\">", "one two" },
		{ "<meta content=\"hidden\" name=generator>one two", "one two" },
		{ "<input type=hidden value=hidden><input value='one two'>", "one two" },
		{ "<title>one <b</title> two", "one b two" },
		{ "<textarea>one</textarea>two", "one two" },
		{ "caf&eacute; &#111;&#x6e;e&amp;", "cafe one" },
		{ "caf\xc3\xa9 caf\xe9", "cafe cafe" },
		{ "one<br>two", "one two" },
		{ "one<p>two", "one two" },
		{ "aa < bb &nosuch; cc<4", "aa bb nosuch cc 4" },
		{ "ONE Tw\xc2\xado", "one two" },
		{ "\xef\xbc\xaf\xef\xbd\x8e\xef\xbd\x85 \xf0\x9d\x93\xbd\xf0\x9d\x94\x80\xf0\x9d\x95\xa0", "one two" },
		{ "\xd0\xbe" "n\xd0\xb5 tw\xce\xbf", "one two" },
		{ "don\xe2\x80\x99t can't", "dont cant" },
		{ "stra\xc3\x9f" "e", "strasse" },
	};
	for (size_t i = 0; i < ARRAY_N(same); i++) {
		if (!alike(same[i].html, same[i].text))
			fprintf(stderr, "case %zu: %s\n", i, same[i].html);
		CHECK(alike(same[i].html, same[i].text));
	}
}

TEST(scan, words_written_oddly_are_read_as_what_they_imitate)
{
	struct phrases *p = kit_phrases(small);
	static const char *const odd[] = { "suicide", "SUICIDE!", "su1c1de", "$uicide", "suiiiiicide", "s u i c i d e", "s.u.i.c.i.d.e", "sui-cide", "s*icide",
		"\xd1\x95uicid\xd0\xb5", "\xef\xbd\x93\xef\xbd\x95\xef\xbd\x89\xef\xbd\x83\xef\xbd\x89\xef\xbd\x84\xef\xbd\x85", "su\xe2\x80\x8bicide", ("su\xc3\xaf" "cide"), "sui<b>ci</b>de",
		"want to d i e", "w4nt t0 d!e", "#killmyself", "kill_myself", "k i l l  m y s e l f", "\xd0\xa1\xd0\xa3\xd0\x98\xd0\xa6\xd0\x98\xd0\x94", "\xe6\x88\x91\xe8\xa6\x81\xe8\x87\xaa\xe6\x9d\x80\xe4\xba\x86" };
	for (size_t i = 0; i < ARRAY_N(odd); i++) {
		const char *said = kit_what(p, "text/html", odd[i]);
		if (!str_starts(str_z(said), STR("harm: ")))
			fprintf(stderr, "%s: %s\n", odd[i], said);
		CHECK(str_starts(str_z(said), STR("harm: ")));
	}
	static const char *const innocent[] = { "suicidepreventionweekly", "want to diet", "wanted to die", "sui cide", "Essex and Sussexes", "killed myself laughing", "a b c d e f g", "is u i c" };
	for (size_t i = 0; i < ARRAY_N(innocent); i++)
		CHECK_STR(str_z(kit_what(p, "text/html", innocent[i])), "");
	phrases_drop(&p);
}

TEST(scan, surroundings_limits_and_phrases_against_count)
{
	struct phrases *p = kit_phrases(small);
	CHECK_STR(str_z(kit_what(p, "text/plain", "the bridge over the river")), "");
	CHECK_STR(str_z(kit_what(p, "text/plain", "jump off a bridge")), "harm: bridge (100)");
	CHECK_STR(str_z(kit_what(p, "text/plain", "off a bridge I will jump")), "harm: bridge (100)");
	CHECK_STR(str_z(kit_what(p, "text/plain", "jump one two three four five six bridge")), "");
	CHECK_STR(str_z(kit_what(p, "text/plain", "bungee jump off a bridge")), "");
	CHECK_STR(str_z(kit_what(p, "text/plain", "jump off the bridge at the trampoline park")), "");
	CHECK_STR(str_z(kit_what(p, "text/plain", "Sussex")), "other: sussex (100)");
	CHECK_STR(str_z(kit_what(p, "text/plain", "The county of Sussex")), "");
	CHECK_STR(str_z(kit_what(p, "text/plain", "hurt me")), "harm: hurt me (50)");           /* an alert where it was typed, no more */
	CHECK_STR(str_z(kit_what(p, "text/html", "<ul><li>want to</li><li>die</li></ul>")), "");   /* no phrase reaches across items */
	phrases_drop(&p);
}

TEST(scan, what_counted_fades_over_a_long_page)
{
	struct phrases *p = kit_phrases("[topic t]\ntitle = T\nlimit = 100\n[phrases t/a]\ntopic = t\nweight = 60\nwords = alpha; beta\n");
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	buf_z(&b, "alpha ");
	for (int i = 0; i < 1100; i++)
		buf_z(&b, "word ");
	buf_z(&b, "beta");
	CHECK_STR(str_z(kit_what(p, "text/plain", "alpha and beta")), "t: alpha (60), beta (60)");
	CHECK_STR(str_z(kit_what(p, "text/plain", b.p)), "");
	phrases_drop(&p);
}

TEST(scan, json_forms_and_parts_are_read_for_their_text)
{
	struct phrases *p = kit_phrases(small);
	CHECK_STR(str_z(kit_what(p, "application/json", "{\"a\":1,\"message\":\"I want\\u0020to\\ndie\"}")), "harm: want to die (100)");
	CHECK_STR(str_z(kit_what(p, "application/vnd.api+json", "[\"want to\",\"die\"]")), "");
	CHECK_STR(str_z(kit_what(p, "application/json", "\"\\u0441\\u0443\\u0438\\u0446\\u0438\\u0434\"")), "harm: суицид (100)");
	CHECK_STR(str_z(kit_what(p, "application/x-www-form-urlencoded", "a=b&q=want+to%20die&c=")), "harm: want to die (100)");
	CHECK_STR(str_z(kit_what(p, "application/x-www-form-urlencoded", "want+to+die=x")), "");
	static const char parts[] = "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nsuicide\r\n--XX\r\n"
		"Content-Disposition: form-data; name=\"m\"\r\n\r\nwant to\r\n--X die\r\n--XX--\r\n";
	CHECK_STR(str_z(kit_what(p, "multipart/form-data; boundary=XX", parts)), "");            /* a file; and a line that only begins like the boundary */
	static const char said[] = "--XX\r\nContent-Disposition: form-data; name=\"m\"\r\n\r\nwant to\r\ndie\r\n--XX--\r\n";
	CHECK_STR(str_z(kit_what(p, "multipart/form-data; boundary=\"XX\"", said)), "harm: want to die (100)");
	CHECK_STR(str_z(kit_what(p, "image/png", "suicide")), "");
	phrases_drop(&p);
}

TEST(scan, character_sets_are_told_by_mark_header_and_page)
{
	struct phrases *p = kit_phrases(small);
	AUTO(arena_done) struct arena a = arena_init();
	struct scan_found f;
	static const struct { const char *type; struct str bytes; } cases[] = {
		{ "text/html", STR("\xff\xfes\0u\0i\0c\0i\0d\0e\0") },
		{ "text/html", STR("\xfe\xff\0s\0u\0i\0c\0i\0d\0e") },
		{ "text/html; charset=utf-16le", STR("s\0u\0i\0c\0i\0d\0e\0.\0") },
		{ "text/html; charset=windows-1251", STR("\xf1\xf3\xe8\xf6\xe8\xe4") },
		{ "text/html; charset=\"koi8-r\"", STR("\xd3\xd5\xc9\xc3\xc9\xc4") },
		{ "text/html", STR("<meta charset=windows-1251><p>\xf1\xf3\xe8\xf6\xe8\xe4") },
		{ "text/html", STR("<meta http-equiv=content-type content='text/html; charset=iso-8859-5'>\xe1\xe3\xd8\xe6\xd8\xd4") },
		{ "text/html", STR("\xef\xbb\xbfsuicide") },
		{ "text/html; charset=iso-8859-15", STR("su\xef" "cide") },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		kit_read(&a, p, cases[i].type, cases[i].bytes, 0, false, &f);
		CHECK(f.cut);
	}
	phrases_drop(&p);
}

/* Bytes that look like pages, forms and what may go wrong in them. */
static struct str jumble(struct arena *a, unsigned seed)
{
	static const char *const bits[] = { "want ", "to ", "die", "s u i c", " i d e", "<b>", "</b>", "<p class='", "'>", "&amp;", "&#x73;", "&", "<!--", "-->", "<script>", "</script>",
		"<title>", "</title>", "\xc3", "\xa9", "\xd1\x81", "jump ", "bridge ", "bungee ", "kill", "myself", "#", "-", ".", "\"", "\\u0073", "\\", "%73", "+", "=", "\r\n--XX", "--XX\r\n\r\n",
		"alt=\"", "<img ", "su1c1de", "suiiicide ", "\xe8\x87\xaa", "\xe6\x9d\x80", "<meta charset=koi8-r>", "<", ">", "  ", "hurt me " };
	struct buf b = buf_init(4096);
	for (int i = 0; i < 60; i++) {
		seed = seed * 1103515245u + 12345u;
		buf_z(&b, bits[(seed >> 16) % ARRAY_N(bits)]);
	}
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

TEST(scan, where_the_portions_part_the_bytes_never_changes_the_result)
{
	struct phrases *p = kit_phrases(small);
	static const char *const types[] = { "text/html", "text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=XX", "text/html; charset=utf-16le" };
	for (unsigned seed = 0; seed < 300; seed++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct str text = jumble(&a, seed);
		const char *type = types[seed % ARRAY_N(types)];
		struct scan_found whole, part;
		kit_read(&a, p, type, text, 0, false, &whole);
		for (size_t step = 1; step < 40; step += 1 + step / 3) {
			kit_read(&a, p, type, text, step, false, &part);
			const struct scan_reached *w = kit_main(&whole), *r = kit_main(&part);
			CHECK(whole.cut == part.cut && w->score == r->score && str_eq(w->why, r->why) && str_eq(w->topic, r->topic));
		}
	}
	phrases_drop(&p);
}

TEST(scan, a_typed_text_has_an_excerpt_around_what_counted)
{
	struct phrases *p = kit_phrases(small);
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	struct scan_found f;
	for (int i = 0; i < 300; i++)
		buf_z(&b, "once ");
	buf_z(&b, "Please do not Hurt me \xc3\xa9 any more. ");
	for (int i = 0; i < 300; i++)
		buf_z(&b, "upon ");
	kit_read(&a, p, "text/plain", buf_str(&b), 0, true, &f);
	CHECK(f.alert && !f.cut);
	CHECK(str_find(f.excerpt, STR("Please do not Hurt me \xc3\xa9 any more.")) >= 0);
	CHECK(f.excerpt.n <= SCAN_EXCERPT && str_utf8(f.excerpt));
	phrases_drop(&p);
}

TEST(scan, mistakes_in_phrases_are_found_with_their_place_and_mend)
{
	static const struct { const char *conf, *says; } bad[] = {
		{ "[topic t]\nalert = 5\n", "own.conf:1: Topic \"t\" needs a title." },
		{ "[topic t]\ntitle = T\nlimit = much\n", "own.conf:3: \"much\" is not a limit; write a number such as 120, or \"never\"." },
		{ "[phrases a]\ntopic = t\nweight = 1\nwords = b\n", "own.conf:1: A set of phrases has a name, and \"topic\" names a topic that stands before it." },
		{ "[topic t]\ntitle = T\n[phrases a]\ntopic = t\nwords = b\n", "own.conf:3: A set of phrases needs \"weight\" (other than 0) and \"words\"." },
		{ "[topic t]\ntitle = T\n[phrases a]\ntopic = t\nweight = 9\nwords = b; ...\n", "own.conf:6: \"...\" cannot be looked for" },
		{ "[topic t]\ntitle = T\n[phrases a]\ntopic = t\nweight = 9\nwords = b c\n[phrases b]\ntopic = t\nweight = 9\nwords = B, C\n", "own.conf:10: \"B, C\" stands already in line 6 of own.conf" },
		{ "[topic t]\ntitle = T\n[phrases a]\ntopic = t\nweight = 9\nwords = {b|c d\n", "own.conf:6: \"{b|c d\": each { needs its }" },
		{ "[topic t]\ntitle = T\n[limit ks1]\nx = 5\n", "own.conf:4: There is no topic \"x\" before this line." },
		{ "[phrase t]\ntitle = T\n", "own.conf:1: Phrases have no blocks of the kind [phrase]" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(diag_done) struct diag d = diag_init(20);
		AUTO(buf_done) struct buf b = buf_init(65536);
		struct phrases *p = NULL;
		CHECK_ERR(kit_try(bad[i].conf, &d, &p), ERR_INVALID);
		diag_print(&d, &b);
		CHECK(str_starts(buf_str(&b), str_z(bad[i].says)));
	}
}

TEST(scan, a_school_takes_a_phrase_out_with_one_line)
{
	struct phrases *p = kit_phrases("[topic t]\ntitle = T\nlimit = 10\n[phrases a]\ntopic = t\nweight = 10\nwords = drop dead; other\n[without]\nwords = Drop Dead\n");
	CHECK_STR(str_z(kit_what(p, "text/plain", "drop dead")), "");
	CHECK_STR(str_z(kit_what(p, "text/plain", "other")), "t: other (10)");
	phrases_drop(&p);
}

TEST(scan, every_bit_of_a_damaged_section_is_refused_or_harmless)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(phrases_src_done) struct phrases_src s = { .a = &a, .d = &d };
	AUTO(buf_done) struct buf b = buf_init(PHRASES_BYTES_MAX);
	struct conf c;
	CHECK_OK(conf_parse(&a, STR("own.conf"), str_z(small), &d, &c));
	phrases_src_add(&s, &c);
	CHECK_OK(phrases_src_build(&s, &b));
	for (size_t i = 0; i < b.n; i += 1 + i / 400) {
		struct phrases *p = NULL;
		b.p[i] ^= (char)(1 << i % 8);
		if (phrases_read(buf_str(&b), &p) == OK) {
			(void)kit_what(p, "text/plain", "jump off a bridge, want to die, s u i c i d e, county of sussex");
			phrases_drop(&p);
		}
		b.p[i] ^= (char)(1 << i % 8);
	}
	struct phrases *p = NULL;
	CHECK_ERR(phrases_read(str_upto(buf_str(&b), b.n - 1), &p), ERR_CORRUPT);
}

/* ---- answers that come piece by piece (events.h) */

static const char *pieces(struct phrases *p, const char *type, const char *text, size_t step)
{
	static char said[800];
	AUTO(arena_done) struct arena a = arena_init();
	struct scan_found f;
	kit_read(&a, p, type, str_z(text), step, true, &f);
	const struct scan_reached *r = kit_main(&f);
	snprintf(said, sizeof said, "%.*s%s%.*s", STRF(r->topic), r->topic.n ? ": " : "", STRF(r->why));
	return said;
}

TEST(scan, half_words_of_an_assistants_answer_are_joined)
{
	AUTO(phrases_drop) struct phrases *p = kit_phrases(small);
	static const struct { const char *type, *text, *what; } given[] = {
		{ "text/event-stream", "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"You \"}}],\"id\":\"a1\"}\n\n"
		  "data: {\"choices\":[{\"delta\":{\"content\":\"want to\"}}],\"id\":\"a1\"}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\" d\"}}],\"obfuscation\":\"x9k\"}\n\n"
		  "data: {\"choices\":[{\"delta\":{\"content\":\"ie\"}}]}\n\ndata: [DONE]\n\n", "harm: want to die (100)" },
		{ "text/event-stream; charset=utf-8", "event: content_block_delta\r\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"sui\"}}\r\n\r\n"
		  "event: content_block_delta\r\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"ci\\u0064e \"}}\r\n\r\n", "harm: suicide (100)" },
		{ "text/event-stream", "data: {\"p\":\"/message/content/parts/0\",\"o\":\"append\",\"v\":\"want\"}\n\ndata: {\"v\":\" to\"}\n\ndata: {\"v\":\" die\"}\n\n", "harm: want to die (100)" },
		{ "text/event-stream", "data: wa\n\ndata: nt to\n\ndata:  die\n\n", "harm: want to die (100)" },
		{ "text/event-stream", ": a comment\nid: 5\nretry: 10\ndata: {\"unheard_of\":\"want to \",\"id\":\"z\"}\ndata: {\"unheard_of\":\"di\"}\ndata: {\"unheard_of\":\"e.\"}\n", "harm: want to die (100)" },
		{ "application/x-ndjson", "{\"model\":\"m\",\"response\":\"want\",\"done\":false}\n{\"model\":\"m\",\"response\":\" to die\",\"done\":false}\n", "harm: want to die (100)" },
		{ "application/json-seq", "\x1e{\"text\":\"want to\"}\n\x1e{\"text\":\" die\"}\n", "harm: want to die (100)" },
		{ "text/plain; charset=utf-8", "f:{\"messageId\":\"m1\"}\n0:\"want\"\n0:\" to\"\n0:\" di\"\n0:\"e\"\ne:{\"finishReason\":\"stop\"}\n", "harm: want to die (100)" },
		{ "text/event-stream", "data: {\"content\":\"want \"}\ndata: {\"id\":\"to\"}\ndata: {\"title\":\"die\"}\n", "" },
		{ "text/event-stream", "data: {\"a\":{\"text\":[\"want to\",\" die\"]}}\n", "harm: want to die (100)" },
		{ "text/event-stream", "data: {\"content\":\"a \\\"want\\\" to\"}\ndata: {\"content\":\" \\u0064\\ud83d\\ude00\"}\n", "" },
		{ "text/plain", "it is 3:\"want to die\"", "harm: want to die (100)" },
	};
	for (size_t i = 0; i < ARRAY_N(given); i++)
		for (size_t step = 0; step < 9; step++)
			CHECK_STR(str_z(pieces(p, given[i].type, given[i].text, step)), given[i].what);
}

TEST(scan, an_answer_ends_at_the_piece_that_reaches_its_limit_and_an_excerpt_is_of_what_was_said)
{
	AUTO(phrases_drop) struct phrases *p = kit_phrases(small);
	AUTO(arena_done) struct arena a = arena_init();
	int32_t limit[PHRASE_TOPICS];
	struct scan_found f;
	kit_limits(p, limit);
	AUTO(scan_free) struct scan *s = scan_new(p, limit, SCAN_EVENTS, STR("text/event-stream"), true);
	CHECK_INT(scan_feed(s, STR("data: {\"model\":\"m-1\",\"content\":\"Yes, I wa\"}\n\n")), SCAN_PASS);
	CHECK_INT(scan_feed(s, STR("data: {\"model\":\"m-1\",\"content\":\"nt to die\"}\n\n")), SCAN_PASS);
	CHECK_INT(scan_feed(s, STR("data: {\"model\":\"m-1\",\"content\":\" now\"}\n\n")), SCAN_CUT);
	scan_found(s, &a, &f);
	CHECK(f.cut && f.alert);
	CHECK_STR(f.excerpt, "Yes, I want to die now");
}

/* Messages of one side, each ended; what was found when it is cut, or at the end. */
static const char *said_in(struct phrases *p, bool typed, const char *const *messages, size_t step)
{
	static char said[800];
	AUTO(arena_done) struct arena a = arena_init();
	int32_t limit[PHRASE_TOPICS];
	struct scan_found f;
	kit_limits(p, limit);
	AUTO(scan_free) struct scan *s = scan_new(p, limit, SCAN_TALK, STR_NONE, typed);
	enum scan_verdict v = SCAN_PASS;
	for (; *messages && v == SCAN_PASS; messages++) {
		for (struct str m = str_z(*messages); m.n && v == SCAN_PASS; m = str_from(m, step))
			v = scan_feed(s, str_upto(m, step));
		v = v == SCAN_PASS ? scan_end(s) : v;
	}
	scan_found(s, &a, &f);
	const struct scan_reached *r = kit_main(&f);
	snprintf(said, sizeof said, "%.*s%s%.*s", STRF(r->topic), r->topic.n ? ": " : "", STRF(r->why));
	return said;
}

TEST(scan, what_one_types_in_several_messages_is_read_as_one)
{
	AUTO(phrases_drop) struct phrases *p = kit_phrases(small);
	static const struct { const char *messages[5]; const char *what; } given[] = {
		{ { "I want to", "die" }, "harm: want to die (100)" },
		{ { "want", "to", "die" }, "harm: want to die (100)" },
		{ { "{\"type\":\"message\",\"id\":\"a1\",\"text\":\"I want to\"}", "{\"type\":\"message\",\"id\":\"a2\",\"text\":\"die\"}" }, "harm: want to die (100)" },
		{ { "42[\"chat message\",\"I want to\"]", "42[\"chat message\",\"die\"]" }, "harm: want to die (100)" },
		{ { "42[\"message\",{\"room\":7,\"content\":\"want to\"}]", "3", "42[\"message\",{\"room\":7,\"content\":\"die\"}]" }, "harm: want to die (100)" },
		{ { "42[\"message\",{\"room\":7,\"content\":\"want to\"}]", "42[\"message\",{\"room\":7,\"content\":\"die\"}]" }, "harm: want to die (100)" },
		{ { "{\"text\":\"I want to di\"}", "{\"text\":\"e\"}" }, "" },                       /* a message does not end in the middle of a word */
		{ { "I want to die" }, "harm: want to die (100)" },
		{ { "{\"text\":\"want to\"}", "{\"text\":\"go home\"}", "{\"text\":\"die\"}" }, "" },
	};
	for (size_t i = 0; i < ARRAY_N(given); i++)
		for (size_t step = 1; step < 30; step += 7) {
			CHECK_STR(str_z(said_in(p, true, given[i].messages, step)), given[i].what);
			if (given[i].messages[1])
				CHECK_STR(str_z(said_in(p, false, given[i].messages, step)), "");        /* what several others say is no sentence */
		}
}

TEST(scan, after_an_alert_of_two_messages_nothing_of_them_counts_any_more)
{
	AUTO(phrases_drop) struct phrases *p = kit_phrases(small);
	AUTO(arena_done) struct arena a = arena_init();
	int32_t limit[PHRASE_TOPICS] = { 0 };
	struct scan_found f;
	AUTO(scan_free) struct scan *s = scan_new(p, limit, SCAN_TALK, STR_NONE, true);
	CHECK_INT(scan_feed(s, STR("please do not hurt")), SCAN_PASS);
	CHECK_INT(scan_end(s), SCAN_PASS);
	scan_found(s, &a, &f);
	CHECK(!f.alert);
	CHECK_INT(scan_feed(s, STR("me any more")), SCAN_PASS);
	CHECK_INT(scan_end(s), SCAN_PASS);
	scan_found(s, &a, &f);
	CHECK(f.alert && !f.cut);
	CHECK_STR(f.told.why, "hurt me (50)");
	CHECK_STR(f.excerpt, "please do not hurt me any more");
	scan_again(s);
	CHECK_INT(scan_feed(s, STR("me")), SCAN_PASS);
	CHECK_INT(scan_end(s), SCAN_PASS);
	scan_found(s, &a, &f);
	CHECK(!f.alert && !f.excerpt.n);
}
