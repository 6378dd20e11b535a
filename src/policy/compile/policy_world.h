/* policy_world.h - for tests: a small policy made of conf text and listed
 * names, through the real compiler, written, opened and asked. */
#pragma once
#include "base/test.h"
#include "base/time.h"
#include "policy/compile/lists.h"
#include "policy/compile/publish.h"
#include "io/file.h"
#include "policy/decide/explain.h"
#include "policy/read/tables.h"

#define WORLD_NOON 1795435200LL         /* Monday 23 November 2026, 12:00 UTC and UK time */

struct world {
	char dir[512];
	struct policy *p;
	struct live *live;
	int64_t now_utc;
	struct diag diag;
};

static const uint8_t world_key[32] = { 7, 1, 8 };

static inline void world_list(struct lists *l, const char *category, const char *names)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str list = arena_fmt(&a, "test/%s", category);
	enum err e = lists_read_bytes(l, list, str_z(category), STR("2026-11-20"), STR("test"), str_z(names), FORMAT_DOMAINS);
	CHECK_OK(e);
}

/* Every category that tests speak of holds NAME.listed.test; some hold more. */
static inline void world_lists(const char *path)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	static const char *const categories[] = { "pornography", "racial-hatred", "extremism", "illegal", "gambling", "social-media",
		"video-sharing" };
	struct lists_opts o = { .categories = test_source("data/categories.conf"), .sealed_key = world_key };
	struct lists *l;
	CHECK_OK(lists_new(&o, &d, &l));
	for (size_t i = 0; i < ARRAY_N(categories); i++)
		world_list(l, categories[i], arena_fmt(&a, "%s.listed.test\n%s.pages.test/bad\n", categories[i], categories[i]).p);
	world_list(l, "gaming", "gaming.listed.test\nlesson.games.test\nboth.listed.test\nscratch.mit.edu\n");
	world_list(l, "gambling", "both.listed.test\n");
	world_list(l, "iwf", "sealed.listed.test\nopen.test/sealed/page\nhelpline.sealed.test\n");
	world_list(l, "police", "police.listed.test\n");
	struct snapshot_out out = snapshot_out_init();
	CHECK_OK(lists_build(l, &out));
	CHECK_OK(snapshot_out_file(&out, path, 0));
	lists_free(&l);
}

static const char world_base[] =
	"[own portal]\ntitle = Portal\nhost = portal.home.arpa\n"
	"[help line]\ntitle = Help\nhost = helpline.test helpline.sealed.test pages.test/help\n"
	"[category-default]\nblock = pornography racial-hatred extremism gaming illegal\n"
	"[safe-search finder]\nstart = https://www.finder.test/\nsafe = safe.finder.test\nhost = www.finder.test finder.test\n"
	"[safe-search wild]\nhost = www.wild.test\n"
	"[safe-search films]\nkind = site\nstrict = strict.films.test\nmoderate = moderate.films.test\nhost = www.films.test\n"
	"[group unknown]\nage = early-years\nmode = walled\nsession = required\nsearch = none\n"
	"[group ks1]\nage = ks1\nmode = walled\nsession = required\nsearch = none\nallow = listed-for-ks1.test lesson.test/week3\n"
	"[group ks2]\nage = ks2\nsearch = finder\nblock = social-media\n"
	"[group staff]\nage = staff\nsafe_search = off\nsearch = any\n"
	"[group guests]\nage = guests\nsearch = any\n";

/* The base, these blocks, and what the house adds; the diag says what was wrong when it could not be made. */
static inline enum err world_house(struct world *w, const char *conf, const char *house)
{
	AUTO(arena_done) struct arena a = arena_init();
	*w = (struct world){ .now_utc = WORLD_NOON, .diag = diag_init(50) };
	snprintf(w->dir, sizeof w->dir, "%s", test_dir());
	const char *lists = arena_fmt(&a, "%s/lists.snap", w->dir).p, *data = arena_fmt(&a, "%s/data", w->dir).p;
	world_lists(lists);
	const char *const folders[] = { "data", "data/policy", "data/policy/base", "data/policy/junior", "policy" };
	for (size_t i = 0; i < ARRAY_N(folders); i++)
		CHECK_OK(dir_make(arena_fmt(&a, "%s/%s", w->dir, folders[i]).p, 0700));
	CHECK_OK(file_replace(arena_fmt(&a, "%s/policy/base/10.conf", data).p, str_z(world_base), 0600));
	CHECK_OK(file_replace(arena_fmt(&a, "%s/policy/junior/10.conf", data).p, str_z(conf), 0600));
	struct policy_opts o = { .data = data, .profile = "junior", .lists = lists, .now_utc = w->now_utc,
		.dir = arena_fmt(&a, "%s/policy", w->dir).p, .sealed_key = { (const char *)world_key, 32 }, .extra = str_z(house) };
	struct policy_built built;
	TRY(policy_publish(&o, &w->diag, &built));
	TRY(policy_open(arena_fmt(&a, "%s/policy/current", w->dir).p, o.sealed_key, &w->p));
	w->live = live_new();
	policy_overlay(w->p, w->live);
	return OK;
}

static inline enum err world_try(struct world *w, const char *conf) { return world_house(w, conf, ""); }

static inline void world_done(struct world *w)
{
	policy_free(&w->p);
	live_free(&w->live);
	diag_done(&w->diag);
}

static inline void world_init(struct world *w, const char *conf)
{
	enum err e = world_try(w, conf);
	if (e != OK) {
		AUTO(buf_done) struct buf b = buf_init(65536);
		diag_print(&w->diag, &b);
		fprintf(stderr, "%s: %.*s\n", err_text(e), (int)b.n, b.p ? b.p : "");
	}
	CHECK_OK(e);
}

/* "allow allowed", "block category:gaming", "sign sign-unsigned" */
static inline const char *world_ask(const struct world *w, const char *url, const char *who)
{
	static char said[256];
	AUTO(arena_done) struct arena a = arena_init();
	struct explained x;
	CHECK_OK(explain(&a, w->p, str_z(url), str_z(who), w->now_utc, &x));
	struct str what = x.category.n ? x.category : x.rule;
	snprintf(said, sizeof said, "%s %s%s%.*s", x.verdict, x.word, what.n ? ":" : "", STRF(what));
	return said;
}

#define ASK(w, url, who, want) CHECK_STR(str_z(world_ask((w), (url), (who))), (want))

static inline struct decision world_decide(const struct world *w, const char *url, const char *who)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct explained x;
	CHECK_OK(explain(&a, w->p, str_z(url), str_z(who), w->now_utc, &x));
	return x.d;
}

static inline void world_live(struct world *w, struct live_record r)
{
	r.at_utc = w->now_utc;
	r.until_utc = r.until_utc ? r.until_utc : w->now_utc + 1800;
	CHECK_OK(live_valid(&r));
	CHECK_OK(live_apply(w->live, &r, w->now_utc));
}
