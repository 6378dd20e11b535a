#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/test.h"
#include "base/wr.h"
#include "io/file.h"
#include "policy/compile/lists.h"
#include "policy/compile/snapshot_write.h"
#include "policy/read/addrset.h"
#include "policy/read/catalog.h"
#include "policy/read/hostset.h"
#include "policy/read/sealed.h"
#include "policy/read/sections.h"
#include "policy/read/urlset.h"

static const uint8_t key[SEALED_KEY_BYTES] = "another key, thirty-two bytes..";

/* A small snapshot with something in every list section; malloc'd, 64-byte aligned. */
static struct str whole;

static const char *folder(void)
{
	static char dir[256];
	if (!dir[0])
		(void)snprintf(dir, sizeof dir, "%s", test_dir());
	return dir;
}

static const char *in_folder(const char *name)
{
	static char path[4][512];
	static int at;
	char *p = path[at++ & 3];
	CHECK_OK(path_join(p, 512, folder(), name));
	return p;
}

static struct str aligned_copy(struct str s)
{
	char *p = aligned_alloc(64, (s.n + 64) / 64 * 64);
	CHECK(p != NULL);
	memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

static void make(const char *path, uint64_t generation)
{
	struct diag d = diag_init(10);
	struct lists *l = NULL;
	const char *c = in_folder("c.conf");
	CHECK_OK(file_replace(c, STR("[category a]\ntitle = A\nwhy = w\nholds = h\ntest = t.test\n[category s]\ntitle = S\nwhy = w\nholds = h\ntest = t.test\nsealed = yes\n"), 0600));
	struct lists_opts o = { .categories = c, .sealed_key = key };
	CHECK_OK(lists_new(&o, &d, &l));
	CHECK_OK(lists_read_bytes(l, STR("x"), STR("a"), STR("1"), STR("t"),
	                          STR("a.example\nb.example\nsub.c.example\nd.example/page\n192.0.2.1\n"), FORMAT_DETECT));
	CHECK_OK(lists_read_bytes(l, STR("y"), STR("s"), STR("1"), STR("t"), STR("s.example\n"), FORMAT_DETECT));
	struct snapshot_out out = snapshot_out_init();
	CHECK_OK(lists_build(l, &out));
	CHECK_OK(snapshot_out_file(&out, path, generation));
	lists_free(&l);
	diag_done(&d);
}

static struct str whole_bytes(void)
{
	if (whole.p)
		return whole;
	struct file_map m;
	make(in_folder("w.snap"), 3);
	CHECK_OK(file_map(in_folder("w.snap"), &m));
	whole = aligned_copy(m.bytes);
	file_unmap(&m);
	return whole;
}

static bool opens(struct str bytes)
{
	struct snapshot *s = NULL;
	enum err e = snapshot_over(bytes, &s);
	snapshot_free(&s);
	return e == OK;
}

TEST(snapshot, every_flipped_byte_is_refused)
{
	struct str b = whole_bytes();
	char *p = (char *)(uintptr_t)b.p;
	CHECK(opens(b));
	for (size_t i = 0; i < b.n; i++) {
		p[i] ^= (char)(1 << i % 8);
		CHECK(!opens(b));
		p[i] ^= (char)(1 << i % 8);
	}
	CHECK(opens(b));
}

TEST(snapshot, every_cut_is_refused)
{
	struct str b = whole_bytes();
	for (size_t n = 0; n < b.n; n++)
		CHECK(!opens(str_upto(b, n)));
	struct str longer = aligned_copy(b);
	longer.n++;
	CHECK(!opens(longer));
	free((void *)(uintptr_t)longer.p);
}

TEST(snapshot, swapped_blocks_are_refused)
{
	struct str b = whole_bytes();
	char *p = (char *)(uintptr_t)b.p, keep[64];
	size_t n = 0;
	for (size_t i = 0; i + 64 <= b.n; i += 64)
		for (size_t j = i + 64; j + 64 <= b.n; j += 64) {
			if (memcmp(p + i, p + j, 64) == 0)
				continue;
			memcpy(keep, p + i, 64);
			memcpy(p + i, p + j, 64);
			memcpy(p + j, keep, 64);
			CHECK(!opens(b));
			memcpy(p + j, p + i, 64);
			memcpy(p + i, keep, 64);
			n++;
		}
	CHECK(n > 10 && opens(b));
}

/* Digests made right again after a change: the checkers alone stand between it and the readers. */
static void mend(struct str b)
{
	uint8_t *p = (uint8_t *)(uintptr_t)b.p;
	uint32_t n = p[12];
	for (uint32_t i = 0; i < n && SNAPSHOT_HEADER + (i + 1) * SNAPSHOT_ENTRY <= b.n; i++) {
		uint8_t *e = p + SNAPSHOT_HEADER + i * SNAPSHOT_ENTRY;
		uint64_t at, size;
		memcpy(&at, e + 8, 8);
		memcpy(&size, e + 16, 8);
		if (at > b.n || size > b.n - at)
			continue;
		struct wr w = wr_over(e + 4, 4);
		wr_u32le(&w, hash_crc32c(0, (struct str){ b.p + at, size }));
	}
	struct str pieces[2] = { str_upto(b, SNAPSHOT_DIGEST_AT), str_from(b, SNAPSHOT_HEADER) };
	hash_sha256v(pieces, 2, p + SNAPSHOT_DIGEST_AT);
}

/* Whatever opens must also answer. */
static bool answers(struct str b)
{
	struct snapshot *s = NULL;
	if (snapshot_over(b, &s) != OK)
		return false;
	struct hostset h;
	struct urlset u;
	struct addrset a;
	struct sealed sealed;
	struct sealed_hit sealed_hit;
	struct hits hits;
	struct addr addr = addr_of4((const uint8_t[4]){ 192, 0, 2, 1 });
	struct catalog c;
	hostset_open(s, &h);
	urlset_open(s, &u);
	addrset_open(s, &a);
	catalog_open(s, &c);
	bool any = hostset_find(&h, STR("x.a.example"), &hits);
	for (size_t i = 0; i < hits.n; i++)
		any |= catalog_list(&c, hits.v[i].list).name.n > 0 && catalog_category(&c, hits.v[i].category).title.n > 0;
	any |= urlset_find(&u, STR("d.example"), STR("/page"), &hits);
	any |= addrset_find(&a, addr, &hits);
	if (sealed_open(s, key, &sealed) == OK)
		any |= sealed_find(&sealed, STR("s.example"), STR("/"), &sealed_hit);
	snapshot_free(&s);
	return any;
}

TEST(snapshot, no_byte_crashes_a_reader_even_under_right_digests)
{
	struct str b = aligned_copy(whole_bytes());
	char *p = (char *)(uintptr_t)b.p;
	CHECK(answers(b));
	for (size_t i = 12; i < b.n; i++) {
		static const uint8_t masks[] = { 0x01, 0x80, 0xff };
		if (i >= SNAPSHOT_DIGEST_AT && i < SNAPSHOT_HEADER)
			continue;
		for (size_t k = 0; k < ARRAY_N(masks); k++) {
			memcpy(p, whole.p, b.n);
			p[i] = (char)(p[i] ^ masks[k]);
			mend(b);
			(void)answers(b);                /* refused or answered; the sanitizers watch */
		}
	}
	memcpy(p, whole.p, b.n);
	CHECK(answers(b));
	free((void *)(uintptr_t)b.p);
}

TEST(snapshot, other_formats_and_sections_are_refused)
{
	struct str b = aligned_copy(whole_bytes());
	char *p = (char *)(uintptr_t)b.p;
	struct snapshot *s = NULL;
	p[8] = SNAPSHOT_FORMAT - 1;
	mend(b);
	CHECK_ERR(snapshot_over(b, &s), ERR_VERSION);
	p[8] = SNAPSHOT_FORMAT;
	p[SNAPSHOT_HEADER] = 30;
	mend(b);
	CHECK_ERR(snapshot_over(b, &s), ERR_VERSION);
	CHECK_ERR(snapshot_open("/nonexistent/x", &s), (enum err)-ENOENT);
	CHECK_ERR(snapshot_open("/", &s), ERR_CORRUPT);
	free((void *)(uintptr_t)b.p);
}

TEST(snapshot, publish_swaps_only_what_opens)
{
	char path[512];
	uint64_t g;
	AUTO(arena_done) struct arena a = arena_init();
	CHECK_ERR(snapshot_current(folder(), &g), ERR_ABSENT);
	make(in_folder("00000004.snap"), 4);
	make(in_folder("00000005.snap"), 5);
	CHECK_OK(snapshot_publish(folder(), 4));
	CHECK(snapshot_current(folder(), &g) == OK && g == 4);
	CHECK_OK(snapshot_publish(folder(), 5));
	CHECK_OK(file_replace(in_folder("00000006.snap"), STR("GHSNAP1\nnot a snapshot, but longer than a header must be, and that is all"), 0600));
	CHECK(snapshot_publish(folder(), 6) != OK);
	CHECK(snapshot_current(folder(), &g) == OK && g == 5);
	make(in_folder("00000007.snap"), 8);
	CHECK_ERR(snapshot_publish(folder(), 7), ERR_CORRUPT);
	CHECK_OK(snapshot_prune(folder(), 1));
	CHECK(!file_exists(in_folder("00000004.snap")) && file_exists(in_folder("00000005.snap")) && file_exists(in_folder("00000007.snap")));
	CHECK_OK(path_join(path, sizeof path, folder(), "current"));
	struct snapshot *s = NULL, *again = NULL;
	CHECK_OK(snapshot_open(path, &s));
	struct snapshot_out out = snapshot_out_init();
	snapshot_out_lists(&out, s);
	const char *made;
	CHECK_OK(snapshot_out_write(&out, &a, folder(), 9, &made));
	CHECK_OK(snapshot_open(made, &again));
	for (enum section id = SECTION_CATEGORIES; id <= SECTION_SEALED; id++)
		CHECK(str_eq(snapshot_section(s, id), snapshot_section(again, id)));
	snapshot_free(&s);
	snapshot_free(&again);
}
