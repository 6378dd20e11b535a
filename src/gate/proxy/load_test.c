/* What may come down, head by head and body by body; a real client in test/check.d/41-inspect. */
#include "gate/proxy/load.h"

#include <sodium.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/test.h"
#include "gate/proxy/inside.h"
#include "gate/scene.h"
#include "policy/read/downloads.h"

/* A client whose answer came, without its connections. */
struct answered { struct proxy p; struct client c; struct buf asked, said; };

static void read_head(struct http1 *h, enum http1_kind kind, struct str text)
{
	enum http1_step step;
	struct str piece;
	http1_begin(h, kind);
	CHECK_OK(http1_next(h, &text, &step, &piece));
	CHECK(step == HTTP1_HEAD);
}

static void answer_open(struct answered *x, const char *address, const char *host, const char *path, const char *fields)
{
	static char dir[512];
	uint8_t pub[32], secret[32];
	*x = (struct answered){ .c = { .p = &x->p, .in = http1_new(), .resp = http1_new(), .normal = buf_init(URL_PATH_MAX) }, .asked = buf_init(8192), .said = buf_init(8192) };
	snprintf(dir, sizeof dir, "%s/policy", test_dir());
	scene_policy(dir, false, false);
	CHECK_OK(policy_watch_new(dir, STR_NONE, STR_NONE, NULL, &x->p.watch));
	(void)policy_watch_tick(x->p.watch, clock_utc());
	crypto_box_keypair(pub, secret);
	CHECK_OK(spool_open(test_dir(), "proxy-7", pub, &x->p.spool));
	buf_fmt(&x->asked, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, host);
	buf_fmt(&x->said, "HTTP/1.1 200 OK\r\n%s\r\n", fields);
	read_head(x->c.in, HTTP1_REQUEST, buf_str(&x->asked));
	read_head(x->c.resp, HTTP1_RESPONSE, buf_str(&x->said));
	CHECK_OK(url_read_authority(str_z(host), &x->c.url));
	x->c.url.path = str_z(path);
	CHECK_OK(addr_read(str_z(address), &x->c.from));
	identity_who(policy_watch_identity(x->p.watch), policy_watch_policy(x->p.watch), x->c.from, STR_NONE, clock_utc(), &x->c.who);
}

static void answer_close(struct answered *x)
{
	load_close(&x->c);
	http1_free(&x->c.in);
	http1_free(&x->c.resp);
	buf_done(&x->c.normal);
	buf_done(&x->asked);
	buf_done(&x->said);
	spool_close(&x->p.spool);
	policy_watch_free(&x->p.watch);
}

static uint64_t kept(const struct answered *x)
{
	struct spool_state s = spool_state(x->p.spool);
	return s.segment << 32 | s.record;
}

struct file { const char *path, *fields; struct str body; };

/* Whether it is refused, and then that an event is kept and the page has a reason. */
static bool refused(const char *address, const char *host, const struct file *f)
{
	struct answered x;
	answer_open(&x, address, host, f->path, f->fields);
	uint64_t before = kept(&x);
	bool no = load_refuses(&x.c);
	for (size_t at = 0; !no && at < f->body.n; at += 11)
		no = load_feed(&x.c, str_upto(str_from(f->body, at), 11), false, TAP_PASS) == TAP_REPLACE;
	no = no || load_feed(&x.c, STR_NONE, true, TAP_PASS) == TAP_REPLACE;
	CHECK(no == (kept(&x) > before));
	CHECK(no == (x.c.d.verdict == VERDICT_BLOCK && x.c.d.reason == REASON_DOWNLOAD));
	CHECK(no == (x.p.counts.refused == 1));
	answer_close(&x);
	return no;
}

static struct str program(struct arena *a)
{
	char *p = arena_alloc(a, 300);
	memset(p, 0, 300);
	memcpy(p, "MZ\x90", 3);
	return (struct str){ p, 300 };
}

static struct str gzipped(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, 4096);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)s.p, .avail_in = (uInt)s.n, .next_out = (Bytef *)p, .avail_out = 4096 };
	CHECK(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK && deflate(&z, Z_FINISH) == Z_STREAM_END);
	struct str out = { p, 4096 - z.avail_out };
	CHECK(deflateEnd(&z) == Z_OK);
	return out;
}

static const char *const everyone[] = { "127.0.0.5", "127.0.1.5", "127.0.2.5", "127.0.9.5" };         /* ks2, ks1, staff, guests */

TEST(clause, c7_5_08_a_program_from_no_approved_source_is_blocked_and_logged_for_all_roles)
{
	AUTO(arena_done) struct arena a = arena_init();
	const struct file files[] = {
		{ "/setup.exe", "Content-Type: application/octet-stream\r\n", STR("x") }, { "/a/setup%2EEXE?x=1", "", STR("x") }, { "/file", "Content-Type: application/x-msdownload\r\n", STR("x") },
		{ "/get", "Content-Disposition: attachment; filename=\"setup.exe\"\r\n", STR("x") }, { "/get", "Content-Disposition: inline; filename=a.txt; filename*=utf-8''b%2eexe\r\n", STR("x") },
		{ "/photo.png", "Content-Type: image/png\r\n", program(&a) }, { "/", "", program(&a) }, { "/photo.png", "Content-Type: image/png\r\nContent-Encoding: gzip\r\n", gzipped(&a, program(&a)) },
		{ "/run.bat", "Content-Type: text/html\r\n", STR("@echo off") }, { "/x", "Content-Disposition: attachment; filename=play.com\r\n", STR("x") },
		{ "/setup.exe. ", "Content-Type: application/octet-stream\r\n", STR("x") }, { "/x", "Content-Type: application/octet-stream\r\nContent-Encoding: compress\r\n", STR("x") },
		{ "/x", "Content-Type: application/octet-stream\r\nContent-Encoding: br\r\n", STR("not of it, and nothing that it could be") },
		{ "/photo.png", "Content-Type: image/png\r\nContent-Encoding: br\r\n", HEX("1b2b01f8a7019ab420c5688180d806") },
		{ "/photo.png", "Content-Type: image/png\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n", gzipped(&a, gzipped(&a, program(&a))) },
	};
	for (size_t i = 0; i < ARRAY_N(files); i++)
		for (size_t g = 0; g < ARRAY_N(everyone); g++) {
			if (!refused(everyone[g], "open.test", &files[i]))
				fail_msg("file %zu came down at %s", i, everyone[g]);
			if (!refused(everyone[g], "approved.test", &files[i]))
				fail_msg("file %zu came down from beside the approved place", i);
		}
	const struct file tool = { "/tools/setup.exe", "Content-Type: application/octet-stream\r\n", program(&a) };
	for (size_t g = 0; g < ARRAY_N(everyone); g++)
		CHECK(!refused(everyone[g], "approved.test", &tool));
}

TEST(load, what_is_no_program_comes_down)
{
	AUTO(arena_done) struct arena a = arena_init();
	static const struct file files[] = {
		{ "/", "Content-Type: text/html\r\n", STR("<!doctype html>") }, { "/wiki/setup.exe", "Content-Type: text/html; charset=utf-8\r\n", STR("\n <p>About setup.exe") },
		{ "/icons/bbc.com", "Content-Type: image/png\r\n", STR("\x89PNG") }, { "/a.txt", "Content-Type: text/plain\r\n", STR("MZ is a pair of letters") },
		{ "/api/x.exe", "Content-Type: application/json\r\n", STR("{\"a\":1}") }, { "/x", "Content-Disposition: attachment; filename=\"letter.docx\"\r\n", STR("PK\3\4") },
		{ "/x?name=setup.exe", "", STR("text") }, { "/s/player.com", "", STR("var a") },
	};
	for (size_t i = 0; i < ARRAY_N(files); i++)
		if (refused("127.0.0.5", "open.test", &files[i]))
			fail_msg("file %zu was refused", i);
	struct file help = { "/setup.exe", "", program(&a) };
	struct answered x;
	answer_open(&x, "127.0.0.5", "help.test", help.path, help.fields);
	x.c.d.unlogged = true;                          /* a help line: nothing is kept, nothing refused */
	CHECK(!load_refuses(&x.c) && !x.c.load);
	answer_close(&x);
}

TEST(load, a_beginning_waits_until_it_tells_and_a_page_never_does)
{
	struct answered x;
	answer_open(&x, "127.0.0.5", "open.test", "/x", "");
	CHECK(!load_refuses(&x.c));
	CHECK(load_feed(&x.c, STR("M"), false, TAP_PASS) == TAP_HOLD);
	CHECK(load_feed(&x.c, STR("Z"), false, TAP_PASS) == TAP_HOLD);
	CHECK(load_feed(&x.c, STR(" is a pair of letters, and this is a text that goes on for more than sixty-four bytes"), false, TAP_PASS) == TAP_PASS);
	answer_close(&x);
	answer_open(&x, "127.0.0.5", "open.test", "/x", "");
	CHECK(!load_refuses(&x.c));
	CHECK(load_feed(&x.c, STR("<"), false, TAP_PASS) == TAP_PASS);
	CHECK(load_feed(&x.c, STR("x"), false, TAP_CUT) == TAP_CUT);
	answer_close(&x);
}

TEST(load, the_filter_of_words_hides_none_that_a_list_has)
{
	struct answered x;
	answer_open(&x, "127.0.0.5", "open.test", "/x", "");
	const struct downloads *with = policy_downloads(policy_watch_policy(x.p.watch));
	struct downloads without = *with;
	without.filtered = false;
	CHECK(with->filtered && with->n > 0);
	for (size_t i = 0; i < with->n; i++) {
		const struct str lists[] = { with->v[i].names, with->v[i].attached, with->v[i].types };
		for (size_t k = 0; k < ARRAY_N(lists); k++) {
			struct str rest = lists[k], word;
			while (str_next(&rest, ' ', &word)) {
				char name[200];
				snprintf(name, sizeof name, "a.%.*s", STRF(word));
				CHECK(downloads_by_name(with, str_z(name), true) == downloads_by_name(&without, str_z(name), true));
				CHECK(downloads_by_type(with, word) == downloads_by_type(&without, word));
				CHECK(!word.n || k == 2 || downloads_by_name(with, str_z(name), true) >> i & 1);
				CHECK(!word.n || k != 2 || downloads_by_type(with, word) >> i & 1);
			}
		}
	}
	CHECK(!downloads_by_name(with, STR("a.nosuchending"), true) && !downloads_by_type(with, STR("image/png")));
	answer_close(&x);
}
