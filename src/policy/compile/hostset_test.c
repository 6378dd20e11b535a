#include "base/map.h"
#include "base/test.h"
#include "io/file.h"
#include "policy/compile/lists.h"
#include "policy/compile/snapshot_write.h"
#include "policy/read/hostset.h"
#include "wire/host.h"

enum { LISTS = 3, NAMES = 6000, ASKED = 40000 };

static uint64_t state = 88172645463325252u;

static uint32_t below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 32) * n >> 32);
}

/* Names that crowd under a few others, at every length; a few of one label. */
static struct str some_name(char out[HOST_MAX + 1])
{
	static const char *const tops[] = { "uk", "com", "x", "a-top-label-of-more-than-eight-bytes" };
	static const char *const seconds[] = { "co", "blog", "b", "0123456", "01234567", "a-label-of-sixty-three-bytes-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	static const char *const more[] = { "www", "m", "a", "12345678", "123456789abcdef0123", "a-label-of-sixty-three-bytes-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" };
	char labels[8][72];
	size_t n = 0, k = 1 + below(5 + (below(40) == 0)), at = 0;
	k = k == 1 && below(20) ? 3 : k;
	(void)snprintf(labels[n++], 72, "%s", tops[below(ARRAY_N(tops))]);
	if (k > 1)
		(void)snprintf(labels[n++], 72, below(3) ? "%s" : "%ss%u", seconds[below(5 + (below(9) == 0))], below(700));
	while (n < k)
		(void)snprintf(labels[n++], 72, below(3) ? "%.40s%u" : "%s", more[below(5 + (below(9) == 0))], below(300));
	for (size_t i = n; i > 0; i--) {
		size_t len = strlen(labels[i - 1]);
		len = len > HOST_LABEL_MAX ? HOST_LABEL_MAX : len;
		if (at + len + 1 > HOST_MAX)
			continue;
		memcpy(out + at, labels[i - 1], len);
		at += len;
		out[at++] = '.';
	}
	out[at - 1] = 0;
	return (struct str){ out, at - 1 };
}

static struct map *listed;        /* name -> a bit for each list */

static struct snapshot *make(size_t names)
{
	static const char *const categories[LISTS] = { "a", "b", "c" };
	char path[512], conf[512], name[HOST_MAX + 1];
	struct buf text[LISTS];
	struct diag d = diag_init(10);
	struct lists *l = NULL;
	struct snapshot *s = NULL;
	listed = map_new();
	CHECK_OK(path_join(conf, sizeof conf, test_dir(), "c.conf"));
	CHECK_OK(path_join(path, sizeof path, test_dir(), "h.snap"));
	CHECK_OK(file_replace(conf, STR("[category a]\ntitle = A\nwhy = w\nholds = h\ntest = t.test\nallow = yes\n[category b]\ntitle = B\nwhy = w\nholds = h\ntest = t.test\nallow = yes\n"
	                                "[category c]\ntitle = C\nwhy = w\nholds = h\ntest = t.test\nallow = yes\n"), 0600));
	CHECK_OK(lists_new(&(struct lists_opts){ .categories = conf, .max_bytes = 1 << 26 }, &d, &l));
	for (int i = 0; i < LISTS; i++)
		text[i] = buf_init(1 << 24);
	for (size_t i = 0; i < names; i++) {
		struct str n = some_name(name);
		uint64_t bits = 0;
		uint32_t list = below(LISTS);
		(void)map_get(listed, n, &bits);
		map_set(listed, n, bits | 1u << list);
		buf_fmt(&text[list], "%.*s\n", STRF(n));
	}
	for (int i = 0; i < LISTS; i++) {
		CHECK_OK(lists_read_bytes(l, str_z(categories[i]), str_z(categories[i]), STR("1"), STR("t"), buf_str(&text[i]), FORMAT_DOMAINS));
		buf_done(&text[i]);
	}
	struct snapshot_out out = snapshot_out_init();
	CHECK_OK(lists_build(l, &out));
	CHECK_OK(snapshot_out_file(&out, path, 1));
	CHECK_OK(snapshot_open(path, &s));
	lists_free(&l);
	diag_done(&d);
	return s;
}

/* Longest first, each with all its lists in order: as the map says. */
static bool as_the_map_says(const struct hits *hits, struct str host)
{
	size_t at = 0;
	for (struct str end = host; end.n > 0; end = host_parent(end)) {
		uint64_t bits = 0;
		(void)map_get(listed, end, &bits);
		for (uint16_t i = 0; i < LISTS; i++) {
			if (!(bits >> i & 1))
				continue;
			if (at == HITS_MAX)
				return true;
			if (at >= hits->n || hits->v[at].category != i || hits->v[at].length != end.n)
				return false;
			at++;
		}
	}
	return at == hits->n;
}

static void ask(const struct hostset *h, struct str host)
{
	struct hits hits;
	char *copy = memcpy(mem_zero(1, host.n), host.p, host.n);      /* of its own size: the sanitizers watch both ends */
	struct str own = { copy, host.n };
	bool many, any = hostset_find(h, own, &hits);
	hostset_find_many(h, &own, 1, &many);
	CHECK(as_the_map_says(&hits, host));
	CHECK(any == (hits.n > 0) && many == any && hostset_find(h, own, NULL) == any);
	free(copy);
}

static void ask_all(size_t names)
{
	struct snapshot *s = make(names);
	struct hostset h;
	char name[HOST_MAX + 1];
	struct str key;
	uint64_t bits;
	size_t at = 0;
	hostset_open(s, &h);
	CHECK_INT(hostset_count(&h), map_count(listed));
	while (map_each(listed, &at, &key, &bits))
		ask(&h, key);
	for (int i = 0; i < ASKED; i++)
		ask(&h, some_name(name));
	snapshot_free(&s);
	map_free(&listed);
}

TEST(hostset, every_name_is_found_with_its_lists_and_no_other) { ask_all(NAMES); }

TEST(hostset, few_names_and_none)
{
	for (size_t n = 0; n < 40; n++) {
		struct snapshot *s = make(n);
		struct hostset h;
		struct str key;
		uint64_t bits;
		size_t at = 0;
		hostset_open(s, &h);
		while (map_each(listed, &at, &key, &bits))
			ask(&h, key);
		ask(&h, STR("not.there.example"));
		ask(&h, STR("x"));
		snapshot_free(&s);
		map_free(&listed);
	}
}

/* A reader's promise is for names in normal form; bytes of any kind must still end and stay inside. */
TEST(hostset, any_bytes_are_survived)
{
	struct snapshot *s = make(500);
	struct hostset h;
	struct hits hits;
	hostset_open(s, &h);
	for (size_t n = 0; n <= 300; n++) {
		char *p = mem_zero(1, n + 1);
		for (int fill = 0; fill < 4; fill++) {
			for (size_t i = 0; i < n; i++)
				p[i] = fill == 0 ? '.' : fill == 1 ? 'a' : fill == 2 ? (char)(i % 2 ? 'a' : '.') : (char)below(256);
			char *own = memcpy(mem_zero(1, n + (n == 0)), p, n);
			struct str host = { own, n };
			bool many, any = hostset_find(&h, host, &hits);
			hostset_find_many(&h, &host, 1, &many);
			CHECK(any == many && (n <= HOST_MAX || !any));
			free(own);
		}
		free(p);
	}
	snapshot_free(&s);
	map_free(&listed);
}

/* 20,000 names under one: they are spread, and no chain of blocks gets long. */
TEST(hostset, a_crowd_under_one_name_is_spread)
{
	struct buf text = buf_init(1 << 22);
	char conf[512], path[512];
	struct diag d = diag_init(10);
	struct lists *l = NULL;
	struct snapshot *s = NULL;
	struct hostset h;
	struct hits hits;
	for (int i = 0; i < 20000; i++)
		buf_fmt(&text, "n%d.blog.example\n", i);
	buf_add(&text, STR("blog.example\nn7.n8.blog.example\n"));
	CHECK_OK(path_join(conf, sizeof conf, test_dir(), "c.conf"));
	CHECK_OK(path_join(path, sizeof path, test_dir(), "crowd.snap"));
	CHECK_OK(file_replace(conf, STR("[category a]\ntitle = A\nwhy = w\nholds = h\ntest = t.test\n"), 0600));
	CHECK_OK(lists_new(&(struct lists_opts){ .categories = conf }, &d, &l));
	CHECK_OK(lists_read_bytes(l, STR("a"), STR("a"), STR("1"), STR("t"), buf_str(&text), FORMAT_DOMAINS));
	struct snapshot_out out = snapshot_out_init();
	CHECK_OK(lists_build(l, &out));
	CHECK_OK(snapshot_out_file(&out, path, 1));
	CHECK_OK(snapshot_open(path, &s));
	hostset_open(s, &h);
	CHECK_INT(hostset_count(&h), 20002);
	CHECK(h.blocks_n < 20002 / 5 && h.specials_n == 2);        /* an unlucky key asks for a quarter more, now and then twice */
	CHECK(hostset_find(&h, STR("x.n19999.blog.example"), &hits) && hits.n == 2 && hits.v[0].length == 19 && hits.v[1].length == 12);
	CHECK(hostset_find(&h, STR("n7.n8.blog.example"), &hits) && hits.n == 3);
	CHECK(!hostset_find(&h, STR("example"), &hits) && !hostset_find(&h, STR("n1.other.example"), NULL));
	snapshot_free(&s);
	lists_free(&l);
	diag_done(&d);
	buf_done(&text);
}
