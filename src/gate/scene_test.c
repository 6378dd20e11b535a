#include "gate/scene.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/test.h"
#include "base/wr.h"
#include "io/file.h"
#include "policy/read/calendar.h"
#include "policy/read/downloads.h"
#include "policy/read/engines.h"
#include "policy/read/groups.h"
#include "policy/read/phrases.h"
#include "policy/read/ranges.h"
#include "policy/read/sections.h"
#include "policy/read/snapshot.h"
#include "policy/read/texts.h"
#include "policy/read/tokens.h"
#include "policy/scan/words.h"
#include "wire/shape.h"

enum { ROOM = 256 * 1024, SECTIONS = 10 };
enum { G_UNKNOWN, G_KS1, G_KS2, G_STAFF, G_GUESTS };

static void make_groups(struct buf *out)
{
	struct group g[] = {
		{ .name = STR("unknown"), .title = STR("Unknown"), .parent = GROUP_NONE, .flags = GROUP_WALLED, .home_tool = 255 },
		{ .name = STR("ks1"), .title = STR("Key stage 1"), .parent = GROUP_NONE, .home_tool = 255, .any_tool = true },
		{ .name = STR("ks2"), .title = STR("Key stage 2"), .parent = GROUP_NONE, .safe = SAFE_STRICT, .home_tool = 255, .any_tool = true },
		{ .name = STR("staff"), .title = STR("Staff"), .parent = GROUP_NONE, .home_tool = 255, .any_tool = true },
		{ .name = STR("guests"), .title = STR("Guests"), .parent = GROUP_NONE, .home_tool = 255, .any_tool = true },
	};
	groups_write(&(struct groups){ g, ARRAY_N(g), G_UNKNOWN }, out);
}

/* Programs from nowhere but approved.test/tools, for nobody. */
static void make_downloads(struct buf *out)
{
	struct group g[] = { { .downloads = 1 }, { .downloads = 1 }, { .downloads = 1 }, { .downloads = 1 }, { .downloads = 1 } };
	struct downloads d = { .v = { { .name = STR("programs"), .title = STR("Programs"), .names = STR(" exe bat "), .attached = STR(" com "),
		.types = STR(" application/x-msdownload "), .shapes = SHAPE_PE | SHAPE_ELF | SHAPE_APK | SHAPE_MSI, .approved = true } }, .n = 1 };
	downloads_write(&d, &(struct groups){ .v = g, .n = ARRAY_N(g) }, out);
}

static void make_ranges(struct buf *out)
{
	static const struct { const char *prefix; uint32_t group; } ranges[] = {
		{ "127.0.0.0/24", G_KS2 }, { "127.0.1.0/24", G_KS1 }, { "127.0.2.0/24", G_STAFF }, { "127.0.9.0/24", G_GUESTS }, { "::1", G_KS2 },
	};
	struct range v[ARRAY_N(ranges)];
	for (size_t i = 0; i < ARRAY_N(ranges); i++) {
		v[i] = (struct range){ .hit = { ranges[i].group, 1, 0 } };
		CHECK_OK(prefix_read(str_z(ranges[i].prefix), false, &v[i].prefix));
	}
	struct ranges r = { v, ARRAY_N(v) };
	ranges_sort(&r);
	ranges_write(&r, out);
}

static void make_rules(struct buf *out)
{
	struct rule r[] = {
		{ .id = 1, .kind = RULE_BLOCK, .host = STR("blocked.test"), .name = STR("blocked"), .reason = STR("x") },
		{ .id = 2, .kind = RULE_BLOCK, .host = STR("part.test"), .path = STR("/games"), .name = STR("part"), .reason = STR("x") },
		{ .id = 3, .kind = RULE_OWN, .host = STR("gatehouse.home.arpa"), .name = STR("gate"), .reason = STR("x") },
		{ .id = 4, .kind = RULE_HELP, .host = STR("help.test"), .name = STR("help"), .reason = STR("x") },
		{ .id = 5, .kind = RULE_SEARCH, .host = STR("finder.test"), .name = STR("finder") },
		{ .id = 6, .kind = RULE_SOURCE, .host = STR("approved.test"), .path = STR("/tools"), .name = STR("software"), .reason = STR("x") },
	};
	rules_write(r, ARRAY_N(r), out);
}

static void make_texts(bool screen_off, bool named, struct buf *out)
{
	struct text v[3] = { { STR("school.name"), STR("Thistledown <School>") } };
	struct texts t = { v, 1 };
	if (screen_off)
		v[t.n++] = (struct text){ STR("block.screen-off"), STR("Turn off the screen.") };
	if (named)
		v[t.n++] = (struct text){ STR("log.named"), STR("yes") };
	texts_sort(&t);
	texts_write(&t, out);
}

static void make_tokens(struct buf *out)
{
	uint8_t key[32];
	memset(key, 'k', sizeof key);
	struct token all[] = { { .hit = { .school = 1, .device = 7, .group = G_KS2 } }, { .hit = { .school = 1, .person = 43, .group = G_STAFF } },
		{ .hit = { .school = 1, .device = 9, .group = G_KS2 } } };
	hash_hmac(key, STR("7:sesame"), all[0].digest);
	token_digest(key, LIVE_HOW_TICKET, STR("tansy"), all[1].digest);
	token_digest(key, LIVE_HOW_CERT, STR("tab-9"), all[2].digest);
	tokens_sort(&(struct tokens){ all, 3 });
	tokens_write(&(struct tokens){ all, 3 }, out);
}

/* Two phrases of one word: "vanish" is told, and said five times closes a page; "forbidden" closes a page. */
static void make_phrases(struct buf *out)
{
	enum { SLOTS = 8, NODES = 3 };
	static const struct str words[] = { STR("vanish"), STR("forbidden") };
	uint64_t hash[SLOTS] = { 0 };
	uint32_t id[SLOTS] = { 0 }, root[] = { 0, 1, 2 }, first[NODES + 1] = { 0, 0, 1, 2 }, outs[] = { 0, 1 };
	struct phrase_edge edges[2] = { { 0 } };
	struct phrase_limit limits[] = { { STR_NONE, 0, 120 }, { STR_NONE, 1, 100 }, { STR("staff"), 0, 0 }, { STR("staff"), 1, 0 }, { STR("staff"), PHRASE_ALERTS, 0 } };
	struct phrase_set sets[] = { { .name = STR("told"), .topic = 0 }, { .name = STR("closed"), .topic = 1 } };
	struct phrase_text texts[] = { { words[0], 0, 60 }, { words[1], 1, 200 } };
	for (uint32_t i = 0; i < ARRAY_N(words); i++) {
		uint64_t h = word_hash(words[i].p, words[i].n);
		uint32_t at = (uint32_t)h & (SLOTS - 1);
		while (hash[at])
			at = (at + 1) & (SLOTS - 1);
		hash[at] = h;
		id[at] = i + 1;
	}
	struct phrases p = { .topics = { { STR("self-harm"), STR("Hurting oneself"), 50 }, { STR("adult"), STR("Adult"), 0 } }, .n_topics = 2,
		.limits = limits, .n_limits = ARRAY_N(limits), .sets = sets, .n_sets = 2, .texts = texts, .n_texts = 2, .hash = hash, .id = id, .n_words = 2, .slots = SLOTS,
		.root = root, .n_nodes = NODES, .edges = edges, .edge_slots = 2, .first = first, .outs = outs, .n_outs = 2 };
	phrases_write(&p, out);
}

static void make_search(struct buf *tools, struct buf *engines)
{
	struct tools t = { .v = { { .name = STR("finder"), .title = STR("Finder"), .flags = TOOL_SEARCH } }, .n = 1 };
	struct engines e = { .v = { { .queries = STR("/search q"), .strict = STR("safe=on") } }, .n = 1 };
	tools_write(&t, tools);
	engines_write(&e, engines);
}

/* docs/snapshot.md: header, table, sections at 64-byte boundaries. */
static void put_file(const char *path, const uint32_t *ids, const struct buf *sections)
{
	static uint8_t room[ROOM];
	memset(room, 0, sizeof room);
	struct wr w = wr_over(room, sizeof room);
	wr_bytes(&w, SNAPSHOT_MAGIC);
	wr_u32le(&w, SNAPSHOT_FORMAT);
	wr_u32le(&w, SECTIONS);
	wr_u64le(&w, 1);
	size_t at = SNAPSHOT_HEADER + SECTIONS * SNAPSHOT_ENTRY;
	(void)wr_room(&w, SNAPSHOT_HEADER - wr_len(&w));
	for (size_t i = 0; i < SECTIONS; i++) {
		at = (at + 63) / 64 * 64;
		wr_u32le(&w, ids[i]);
		wr_u32le(&w, hash_crc32c(0, buf_str(&sections[i])));
		wr_u64le(&w, at);
		wr_u64le(&w, sections[i].n);
		assert(at + sections[i].n < ROOM);
		if (sections[i].n)
			memcpy(room + at, sections[i].p, sections[i].n);
		at += sections[i].n;
	}
	struct wr length = wr_over(room + 24, 8);
	wr_u64le(&length, at);
	struct str pieces[2] = { { (char *)room, SNAPSHOT_DIGEST_AT }, { (char *)room + SNAPSHOT_HEADER, at - SNAPSHOT_HEADER } };
	hash_sha256v(pieces, 2, room + SNAPSHOT_DIGEST_AT);
	CHECK_OK(file_replace(path, (struct str){ (char *)room, at }, 0644));
}

void scene_policy(const char *dir, bool screen_off, bool named)
{
	static const uint32_t ids[SECTIONS] = { SECTION_GROUPS, SECTION_RULES, SECTION_TEXTS, SECTION_CALENDAR, SECTION_RANGES, SECTION_TOKENS,
		SECTION_SAFESEARCH, SECTION_PHRASES, SECTION_ENGINES, SECTION_DOWNLOADS };
	struct buf b[SECTIONS];
	char path[512], link[512];
	for (size_t i = 0; i < SECTIONS; i++)
		b[i] = buf_init(ROOM);
	struct calendar c = { 0 };
	calendar_fill(&c, clock_utc() - 86400);
	make_groups(&b[0]);
	make_rules(&b[1]);
	make_texts(screen_off, named, &b[2]);
	calendar_write(&c, &b[3]);
	make_ranges(&b[4]);
	make_tokens(&b[5]);
	make_search(&b[6], &b[8]);
	make_phrases(&b[7]);
	make_downloads(&b[9]);
	CHECK_OK(dir_make(dir, 0755));
	CHECK_OK(path_join(path, sizeof path, dir, "00000001.snap"));
	CHECK_OK(path_join(link, sizeof link, dir, "current"));
	put_file(path, ids, b);
	(void)unlink(link);                      /* of an earlier scene */
	CHECK_INT(symlink("00000001.snap", link), 0);
	for (size_t i = 0; i < SECTIONS; i++)
		buf_done(&b[i]);
}

void scene_bind(const char *dir, const char *address, const char *group, enum standing standing)
{
	scene_bind_how(dir, address, group, standing, LIVE_HOW_PORTAL);
}

static void live_say(const char *dir, const struct live_record *r)
{
	char path[512];
	AUTO(buf_done) struct buf out = buf_init(64 * 1024);
	struct live_record first = { .kind = LIVE_GENERATION, .id = 1, .at_utc = clock_utc(), .until_utc = clock_utc() + 86400, .school = 1 };
	CHECK_OK(path_join(path, sizeof path, dir, "live.log"));
	if (!file_exists(path))
		CHECK_OK(live_encode(&first, &out));
	CHECK_OK(live_encode(r, &out));
	CHECK_OK(file_append(path, buf_str(&out), 0644));
}

void scene_withdraw(const char *dir, const uint8_t digest[32])
{
	struct live_record r = { .kind = LIVE_WITHDRAW, .at_utc = clock_utc(), .until_utc = clock_utc() + 3600, .school = 1 };
	memcpy(r.addr, digest, sizeof r.addr);
	live_say(dir, &r);
}

void scene_bind_how(const char *dir, const char *address, const char *group, enum standing standing, enum live_how how)
{
	scene_bind_as(dir, address, group, standing, how, "");
}

void scene_bind_as(const char *dir, const char *address, const char *group, enum standing standing, enum live_how how, const char *as)
{
	struct live_record r = { .kind = LIVE_BIND, .at_utc = clock_utc(), .until_utc = clock_utc() + 3600, .school = 1, .person = 42,
		.group = str_z(group), .standing = standing, .how = how, .sure = 80, .host = str_z(as) };
	struct addr a;
	CHECK_OK(addr_read(str_z(address), &a));
	memcpy(r.addr, a.b, sizeof r.addr);
	live_say(dir, &r);
}
