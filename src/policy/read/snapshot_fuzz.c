#include "base/fuzz.h"
#include "base/hash.h"
#include "policy/read/addrset.h"
#include "policy/read/catalog.h"
#include "policy/read/hostset.h"
#include "policy/read/sealed.h"
#include "policy/read/sections.h"
#include "policy/read/urlset.h"

/* Digests are mended first, so that the checkers see every change. */
static void mend(uint8_t *p, size_t n)
{
	struct str b = { (char *)p, n };
	uint32_t sections = p[12] < SECTION_MAX ? p[12] : SECTION_MAX;
	uint64_t size = n;
	memcpy(p, SNAPSHOT_MAGIC.p, 8);
	memcpy(p + 24, &size, 8);
	for (uint32_t i = 0; i < sections && SNAPSHOT_HEADER + (i + 1) * SNAPSHOT_ENTRY <= n; i++) {
		uint8_t *e = p + SNAPSHOT_HEADER + i * SNAPSHOT_ENTRY;
		uint64_t at, bytes;
		memcpy(&at, e + 8, 8);
		memcpy(&bytes, e + 16, 8);
		uint32_t crc = at <= n && bytes <= n - at ? hash_crc32c(0, (struct str){ b.p + at, bytes }) : 0;
		memcpy(e + 4, &crc, 4);
	}
	struct str pieces[2] = { str_upto(b, SNAPSHOT_DIGEST_AT), str_from(b, SNAPSHOT_HEADER) };
	hash_sha256v(pieces, 2, p + SNAPSHOT_DIGEST_AT);
}

static void ask(const struct snapshot *s)
{
	static const uint8_t key[SEALED_KEY_BYTES];
	struct hostset h;
	struct urlset u;
	struct addrset a;
	struct sealed sealed;
	struct sealed_hit hit;
	struct hits hits;
	struct catalog c;
	hostset_open(s, &h);
	urlset_open(s, &u);
	addrset_open(s, &a);
	catalog_open(s, &c);
	static const char *const hosts[] = { "www.a.b.example", "x.y.d.example", "www.n1.crowd.example", "crowd.example", "example",
	                                     "a.b.c.d.e.f.a-name-longer-than-sixty-four-bytes.in-labels-of-any-kind.crowd.example" };
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		struct str host = str_z(hosts[i]);
		bool many, any = hostset_find(&h, host, &hits);
		hostset_find_many(&h, &host, 1, &many);
		FUZZ_CHECK(any == many && any == hostset_find(&h, host, NULL) && hits.n <= HITS_MAX);
	}
	(void)urlset_find(&u, STR("d.example"), STR("/page/x?y=1"), &hits);
	(void)addrset_find(&a, addr_of4((const uint8_t[4]){ 192, 0, 2, 1 }), &hits);
	if (sealed_open(s, key, &sealed) == OK)
		(void)sealed_find(&sealed, STR("a.example"), STR("/b"), &hit);
	for (uint16_t i = 0; i < c.lists_n; i++)
		FUZZ_CHECK(catalog_list(&c, i).category < c.categories_n);
	for (uint16_t i = 0; i < c.categories_n; i++)
		FUZZ_CHECK(catalog_category(&c, i).name.n > 0);
}

FUZZ(snapshot, bytes)
{
	struct snapshot *s = NULL;
	if (bytes.n < SNAPSHOT_HEADER)
		return;
	uint8_t *p = aligned_alloc(64, (bytes.n + 63) / 64 * 64);
	FUZZ_CHECK(p);
	memcpy(p, bytes.p, bytes.n);
	mend(p, bytes.n);
	if (snapshot_over((struct str){ (char *)p, bytes.n }, &s) == OK)
		ask(s);
	snapshot_free(&s);
	free(p);
}
