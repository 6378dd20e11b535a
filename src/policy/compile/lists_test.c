#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/test.h"
#include "base/hash.h"
#include "base/wr.h"
#include "io/file.h"
#include "policy/compile/list_parse.h"
#include "policy/compile/lists.h"
#include "policy/read/addrset.h"
#include "policy/read/hostset.h"
#include "policy/read/catalog.h"
#include "policy/read/sealed.h"
#include "policy/read/sections.h"
#include "policy/read/urlset.h"

static const uint8_t sealed_key[SEALED_KEY_BYTES] = "a key of exactly 32 bytes, yes!";

static const char categories_text[] =
	"[category pornography]\ntitle = Pornography\nwhy = w\nholds = h\ntest = t.test\nblock = all\nsensitive = yes\nalias = adult porn\n"
	"[category gaming]\ntitle = Games\nwhy = w\nholds = h\ntest = t.test\nblock = learners staff\nalias = games\n"
	"[category education]\ntitle = Learning\nwhy = w\nholds = h\ntest = t.test\nallow = yes\nalias = school\n"
	"[category iwf]\ntitle = Protected list\nwhy = w\nholds = h\ntest = t.test\nblock = all\nillegal = yes\nsealed = yes\n";
static const char never_text[] = "[never help]\nall = help.example\n[never ground]\nhost = ground.example\nhost = deep.under.example\n";

struct bed {
	struct diag d;
	struct lists *l;
	struct snapshot *s;
	char path[512];
};

/* One folder for this file's tests. */
static const char *folder(void)
{
	static char dir[256];
	if (!dir[0])
		(void)snprintf(dir, sizeof dir, "%s", test_dir());
	return dir;
}

static const char *put_file(const char *name, struct str text)
{
	static char path[8][512];
	static int at;
	char *p = path[at++ & 7];
	CHECK_OK(path_join(p, 512, folder(), name));
	CHECK_OK(file_replace(p, text, 0600));
	return p;
}

static void bed_init(struct bed *b, bool with_key)
{
	*b = (struct bed){ .d = diag_init(100) };
	struct lists_opts o = { .max_bytes = 1 << 20 };
	o.categories = put_file("categories.conf", (struct str){ categories_text, sizeof categories_text - 1 });
	o.never_block = put_file("never.conf", (struct str){ never_text, sizeof never_text - 1 });
	o.sealed_key = with_key ? sealed_key : NULL;
	CHECK_OK(lists_new(&o, &b->d, &b->l));
}

static enum err feed(struct bed *b, const char *category, const char *text)
{
	return lists_read_bytes(b->l, str_z(category), str_z(category), STR("1"), STR("t"), str_z(text), FORMAT_DETECT);
}

static void finish(struct bed *b)
{
	struct snapshot_out out = snapshot_out_init();
	CHECK_OK(path_join(b->path, sizeof b->path, folder(), "lists.snap"));
	CHECK_OK(lists_build(b->l, &out));
	CHECK_OK(snapshot_out_file(&out, b->path, 7));
	CHECK_OK(lists_self_test(b->l, b->path));
	CHECK_OK(snapshot_open(b->path, &b->s));
}

static void bed_done(struct bed *b)
{
	snapshot_free(&b->s);
	lists_free(&b->l);
	diag_done(&b->d);
}

static struct hits find_host(const struct bed *b, const char *host)
{
	struct hostset h;
	struct hits hits = { 0 };
	hostset_open(b->s, &h);
	bool any = hostset_find(&h, str_z(host), &hits);
	CHECK(any == (hits.n > 0));
	struct str one = str_z(host);
	bool many = !any;
	hostset_find_many(&h, &one, 1, &many);
	CHECK(many == any);
	return hits;
}

static bool said(const struct bed *b, const char *words)
{
	for (size_t i = 0; i < b->d.n; i++)
		if (str_find(b->d.items[i].text, str_z(words)) >= 0)
			return true;
	return false;
}

TEST(lists, names_cover_what_stands_below_them)
{
	struct bed b;
	bed_init(&b, false);
	CHECK_OK(feed(&b, "gaming", "play.example\nwww.other.test\n"));
	finish(&b);
	CHECK_INT(find_host(&b, "play.example").n, 1);
	CHECK_INT(find_host(&b, "a.b.play.example").n, 1);
	CHECK_INT(find_host(&b, "a.b.play.example").v[0].length, 12);
	CHECK_INT(find_host(&b, "display.example").n, 0);
	CHECK_INT(find_host(&b, "other.test").n, 0);
	CHECK_INT(find_host(&b, "example").n, 0);
	CHECK_INT(snapshot_generation(b.s), 7);
	bed_done(&b);
}

/* Endings are hashed by words of eight bytes from the right: every way of standing across them. */
TEST(lists, a_name_is_found_at_every_length_and_place)
{
	struct bed b;
	static char text[4096], ask[256];
	size_t n = 0;
	bed_init(&b, false);
	for (int len = 1; len <= 40; len++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%.*s.test\n", len, "abcdefghijklmnopqrstuvwxyz0123456789abcd");
	CHECK_OK(feed(&b, "gaming", text));
	finish(&b);
	for (int len = 1; len <= 40; len++)
		for (int front = 0; front <= 20; front++) {
			(void)snprintf(ask, sizeof ask, "%.*s%s%.*s.test", front, "zzzzzzzzzzzzzzzzzzzzz", front ? "." : "", len,
			               "abcdefghijklmnopqrstuvwxyz0123456789abcd");
			CHECK_INT(find_host(&b, ask).n, 1);
			ask[front ? front + 1 : 0] = '_';
			CHECK_INT(find_host(&b, ask).n, 0);
		}
	bed_done(&b);
}

TEST(lists, a_name_may_be_in_several_categories)
{
	struct bed b;
	bed_init(&b, false);
	CHECK_OK(feed(&b, "gaming", "both.example\nx.both.example\n"));
	CHECK_OK(feed(&b, "adult", "both.example\n"));
	finish(&b);
	struct hits h = find_host(&b, "x.both.example");
	CHECK_INT(h.n, 3);
	CHECK_INT(h.v[0].length, 14);
	struct catalog c;
	catalog_open(b.s, &c);
	CHECK_STR(catalog_category(&c, h.v[0].category).name, "gaming");
	CHECK_STR(catalog_list(&c, h.v[2].list).name, "adult");
	CHECK_STR(catalog_category(&c, h.v[2].category).name, "pornography");
	CHECK(catalog_category(&c, h.v[2].category).flags == CATEGORY_SENSITIVE);
	CHECK_INT(catalog_find(&c, STR("iwf")), 3);
	CHECK_INT(catalog_find(&c, STR("nosuch")), CATEGORY_NONE);
	bed_done(&b);
}

TEST(lists, as_schools_have_them)
{
	struct bed b;
	bed_init(&b, false);
	CHECK_OK(feed(&b, "gaming",
	              "\xef\xbb\xbf# comment\r\n\r\nUPPER.Example.\r\nport.example:8080\r\nb\xc3\xbc" "cher.example\r\n"
	              "*.wild.example\r\n.dot.example\r\nupper.example\r\n192.0.2.7\r\n198.51.100.0/24\r\n2001:db8::1\r\n"
	              "tail.example # why\r\n1.2.3.4.5\r\n"));
	finish(&b);
	static const char *const there[] = { "upper.example", "port.example", "xn--bcher-kva.example", "a.wild.example", "dot.example", "tail.example" };
	for (size_t i = 0; i < ARRAY_N(there); i++)
		CHECK_INT(find_host(&b, there[i]).n, 1);
	struct addrset set;
	struct addr a;
	struct hits h;
	addrset_open(b.s, &set);
	CHECK(addr_read(STR("198.51.100.77"), &a) == OK && addrset_find(&set, a, &h) && h.v[0].length == 120);
	CHECK(addr_read(STR("2001:db8::1"), &a) == OK && addrset_find(&set, a, NULL));
	CHECK(addr_read(STR("192.0.2.8"), &a) == OK && !addrset_find(&set, a, NULL));
	struct list_counts c = lists_counts(b.l, 0);
	CHECK_INT(c.duplicates, 1);
	CHECK_INT(c.kept, 9);
	CHECK_INT(c.refused, 1);
	CHECK(said(&b, "'1.2.3.4.5' is not a name"));
	bed_done(&b);
}

TEST(lists, fifty_three_labels_deep)
{
	struct bed b;
	bed_init(&b, false);
	char deep[300] = "";
	for (int i = 0; i < 52; i++)
		memcpy(deep + 2 * i, "a.", 3);
	memcpy(deep + 104, "example", 8);
	CHECK_OK(feed(&b, "gaming", deep));
	finish(&b);
	CHECK_INT(find_host(&b, deep).n, 1);
	CHECK_INT(find_host(&b, deep + 2).n, 0);
	char deeper[310];
	(void)snprintf(deeper, sizeof deeper, "z.%s", deep);
	CHECK_INT(find_host(&b, deeper).n, 1);
	bed_done(&b);
}

TEST(lists, every_format_says_the_same)
{
	static const struct { enum list_format f; const char *text; } lists[] = {
		{ FORMAT_DOMAINS, "one.example\ntwo.example\n" },
		{ FORMAT_HOSTS, "127.0.0.1 localhost\n::1 localhost\nfe80::1%lo0 localhost\n0.0.0.0 one.example two.example # both\n" },
		{ FORMAT_ADBLOCK, "[Adblock Plus]\n! title\n||one.example^\n||two.example^$important\n" },
		{ FORMAT_RPZ, "$TTL 300\n@ IN SOA a. b. (\n 1 2 3 4 5 )\n@ NS a.\none.example CNAME .\n*.one.example CNAME .\ntwo.example 60 IN A 0.0.0.0\n" },
		{ FORMAT_DNSMASQ, "# x\naddress=/one.example/#\nlocal=/two.example/\n" },
		{ FORMAT_DNSMASQ, "address=/one.example/two.example/0.0.0.0\n" },
		{ FORMAT_UNBOUND, "server:\n\tlocal-zone: \"one.example.\" always_null\n\tlocal-zone: two.example refuse\n" },
		{ FORMAT_KNOT, "-- x\ndaf.add 'qname = one.example deny'\ndaf.add 'qname = two.example deny' -- y\n" },
	};
	for (size_t i = 0; i < ARRAY_N(lists); i++) {
		struct bed b;
		bed_init(&b, false);
		CHECK_INT(list_detect(str_z(lists[i].text)), lists[i].f);
		CHECK_OK(feed(&b, "gaming", lists[i].text));
		finish(&b);
		CHECK_INT(find_host(&b, "www.one.example").n, 1);
		CHECK_INT(find_host(&b, "two.example").n, 1);
		CHECK_INT(lists_counts(b.l, 0).kept, 2);
		CHECK_INT(lists_counts(b.l, 0).refused, 0);
		bed_done(&b);
	}
}

TEST(lists, what_is_no_block_is_not_taken_for_one)
{
	static const char *const texts[] = {
		"||a.example^\n||b.example^\n@@||no.example^\n||no.example^$third-party\n",
		"a.example CNAME .\nb.example CNAME .\nno.example CNAME rpz-passthru.\nno.example CNAME safe.example.\n",
		"address=/a.example/#\naddress=/b.example/#\nserver=/no.example/#\n",
		"local-zone: \"a.example\" always_null\nlocal-zone: \"no.example\" transparent\n",
		"0.0.0.0 a.example\n0.0.0.0 b.example\n192.0.2.1 no.example\n",
	};
	for (size_t i = 0; i < ARRAY_N(texts); i++) {
		struct bed b;
		bed_init(&b, false);
		CHECK_OK(feed(&b, "gaming", texts[i]));
		finish(&b);
		CHECK_INT(find_host(&b, "a.example").n, 1);
		CHECK_INT(find_host(&b, "no.example").n, 0);
		CHECK(lists_counts(b.l, 0).refused > 0);
		bed_done(&b);
	}
}

TEST(lists, public_suffixes_and_never_block_names_are_refused_and_said)
{
	struct bed b;
	bed_init(&b, false);
	CHECK_OK(feed(&b, "gaming", "good.example\nok.example\nco.uk\nsch.uk\ncom\nwww.help.example\nhelp.example\nground.example\n"
	                            "ads.ground.example\nunder.example\nfine.under.example\nhelp.example/page\n"));
	CHECK_OK(feed(&b, "education", "ac.uk\nhelp.example\n"));
	finish(&b);
	CHECK_INT(find_host(&b, "x.co.uk").n, 0);
	CHECK_INT(find_host(&b, "under.example").n, 0);
	CHECK_INT(find_host(&b, "fine.under.example").n, 1);
	CHECK_INT(find_host(&b, "ads.ground.example").n, 1);
	CHECK_INT(find_host(&b, "a.school.ac.uk").n, 1);
	CHECK_INT(find_host(&b, "help.example").n, 1);
	CHECK_INT(lists_counts(b.l, 0).suffixes, 3);
	CHECK_INT(lists_counts(b.l, 0).never, 5);
	CHECK(said(&b, "'co.uk' is a public suffix") && said(&b, "'www.help.example' is on the never-block list"));
	CHECK_INT(b.d.items[0].line, 3);
	bed_done(&b);
}

/* A line that is a name in normal form takes a shorter way than one that must be brought to it. */
TEST(lists, a_name_in_normal_form_is_read_as_one_that_is_not)
{
	static const char *const names[] = { "good.example", "co.uk", "any.sch.uk", "com", "www.help.example", "under.example", "fine.under.example", "x-1_y.example",
		"a-name-of-more-than-thirty-two-bytes-and-of-more-than-one.label.example", "1.2.example", "xn--55qx5d.cn", "a.b", "ab.cd.ef" };
	char line[160];
	for (size_t i = 0; i < ARRAY_N(names); i++) {
		struct list_counts c[2];
		size_t hits[2];
		for (int way = 0; way < 2; way++) {
			struct bed b;
			bed_init(&b, false);
			(void)snprintf(line, sizeof line, way ? "other.example\n *.%s.\n" : "other.example\n%s\n", names[i]);
			CHECK_OK(feed(&b, "gaming", line));
			finish(&b);
			c[way] = lists_counts(b.l, 0);
			hits[way] = find_host(&b, names[i]).n;
			bed_done(&b);
		}
		CHECK(c[0].read == 2 && c[1].read == 2 && c[0].refused == c[1].refused && c[0].suffixes == c[1].suffixes && c[0].never == c[1].never);
		CHECK(c[0].kept == c[1].kept && hits[0] == hits[1] && hits[0] == (c[0].refused ? 0 : 1));
	}
}

TEST(lists, pages_match_at_boundaries)
{
	struct bed b;
	bed_init(&b, false);
	CHECK_OK(feed(&b, "gaming", "site.example/art\nhttp://site.example/Play/Zone/?id=3\nhost.example/\nsite.example/~me/\n192.0.2.9/x\n"));
	finish(&b);
	static const struct { const char *host, *path; bool hit; } asks[] = {
		{ "site.example", "/art", true }, { "site.example", "/art/1", true }, { "www.site.example", "/art?x", true },
		{ "site.example", "/article", false }, { "site.example", "/", false }, { "other.example", "/art", false },
		{ "site.example", "/play/zone/?id=3&more", true }, { "site.example", "/play/zone/?id=30", false },
		{ "site.example", "/~me", true }, { "192.0.2.9", "/x/y", true }, { "site.example", "", false },
	};
	struct urlset u;
	urlset_open(b.s, &u);
	for (size_t i = 0; i < ARRAY_N(asks); i++)
		CHECK(urlset_find(&u, str_z(asks[i].host), str_z(asks[i].path), NULL) == asks[i].hit);
	CHECK_INT(find_host(&b, "host.example").n, 1);
	CHECK_INT(find_host(&b, "site.example").n, 0);
	bed_done(&b);
}

static const char secret[] = "hidden-one.example\nhidden-two.example/bad/page\n";

TEST(lists, a_feed_that_stopped_keeps_its_day_however_often_lists_are_made)
{
	struct bed b;
	struct catalog k;
	bed_init(&b, true);
	lists_as_of(b.l, 1700000000);
	CHECK_OK(feed(&b, "iwf", secret));
	lists_as_of(b.l, 0);
	CHECK_OK(feed(&b, "gaming", "open.example\n"));
	finish(&b);
	catalog_open(b.s, &k);
	for (uint16_t i = 0; i < k.lists_n; i++) {
		struct list l = catalog_list(&k, i);
		CHECK(str_is(l.name, "iwf") == (l.read_utc == 1700000000));
	}
	bed_done(&b);
}

TEST(lists, sealed_entries_are_found_and_never_in_clear)
{
	struct bed b;
	bed_init(&b, true);
	CHECK_OK(feed(&b, "iwf", secret));
	CHECK_OK(feed(&b, "gaming", "open.example\n"));
	finish(&b);
	struct sealed s;
	struct sealed_hit hit;
	CHECK_OK(sealed_open(b.s, sealed_key, &s));
	CHECK(sealed_find(&s, STR("www.hidden-one.example"), STR_NONE, &hit) && hit.ref != 0);
	CHECK(sealed_find(&s, STR("hidden-two.example"), STR("/bad/page/1"), &hit));
	CHECK(!sealed_find(&s, STR("hidden-two.example"), STR("/bad"), &hit) && !sealed_find(&s, STR("open.example"), STR("/"), &hit));
	CHECK(sealed_find(&s, STR("iwf.filter-check.test"), STR_NONE, &hit));            /* the list's own test name */
	CHECK_INT(find_host(&b, "hidden-one.example").n, 0);
	struct file_map m;
	CHECK_OK(file_map(b.path, &m));
	CHECK(str_find(m.bytes, STR("hidden")) < 0 && str_find(m.bytes, STR("bad/page")) < 0);
	file_unmap(&m);
	uint8_t other[SEALED_KEY_BYTES] = { 1 };
	CHECK_ERR(sealed_open(b.s, other, &s), ERR_CRYPTO);
	bed_done(&b);
}

TEST(lists, a_sealed_entry_is_in_no_finding)
{
	struct bed b;
	bed_init(&b, true);
	CHECK_ERR(feed(&b, "iwf", "hidden!one\nhidden two..\nhidden-three$\n"), ERR_INVALID);
	CHECK(b.d.n >= 3 && !said(&b, "hidden") && said(&b, "(sealed)"));
	bed_done(&b);
	bed_init(&b, false);
	CHECK_OK(feed(&b, "iwf", secret));
	CHECK_INT(lists_counts(b.l, 0).kept, 0);
	CHECK(said(&b, "no key") && !said(&b, "hidden"));
	bed_done(&b);
}

TEST(lists, a_damaged_release_is_refused_whole)
{
	struct bed b;
	bed_init(&b, false);
	CHECK_OK(feed(&b, "gaming", "before.example\n"));
	CHECK_ERR(feed(&b, "gaming", "once.example\n$0/\n$0/\n$0/\n"), ERR_INVALID);
	CHECK_INT(lists_files_refused(b.l), 1);
	CHECK(said(&b, "looks damaged") && said(&b, "Nothing of this file was taken"));
	finish(&b);
	CHECK_INT(find_host(&b, "once.example").n, 0);
	CHECK_INT(find_host(&b, "before.example").n, 1);
	CHECK_ERR(feed(&b, "nosuch", "x.example\n"), ERR_ABSENT);
	bed_done(&b);
}

static struct str gz(struct str text, char *out, size_t max)
{
	z_stream z = { 0 };
	CHECK(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text.p;
	z.avail_in = (uInt)text.n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)max;
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	size_t n = z.total_out;
	CHECK(deflateEnd(&z) == Z_OK);
	return (struct str){ out, n };
}

TEST(lists, packed_files_cut_files_and_bombs)
{
	static char big[3 << 20], out[1 << 16];
	struct bed b;
	bed_init(&b, false);
	memset(big, '\n', sizeof big);
	struct str bomb = gz((struct str){ big, sizeof big }, out, sizeof out);
	CHECK_ERR(lists_read_bytes(b.l, STR("g"), STR("gaming"), STR("1"), STR("bomb"), bomb, FORMAT_DETECT), ERR_LIMIT);
	struct str good = gz(STR("packed.example\nmore.example\n"), out, sizeof out);
	CHECK_OK(lists_read_bytes(b.l, STR("g"), STR("gaming"), STR("1"), STR("good"), good, FORMAT_DETECT));
	CHECK_ERR(lists_read_bytes(b.l, STR("g"), STR("gaming"), STR("1"), STR("cut"), str_upto(good, good.n - 9), FORMAT_DETECT), ERR_CORRUPT);
	char z[256];
	size_t n = ZSTD_compress(z, sizeof z, "zstd.example\n", 13, 3);
	CHECK_OK(lists_read_bytes(b.l, STR("g"), STR("gaming"), STR("1"), STR("z"), (struct str){ z, n }, FORMAT_DETECT));
	CHECK_ERR(lists_read_bytes(b.l, STR("g"), STR("gaming"), STR("1"), STR("z"), (struct str){ z, n - 2 }, FORMAT_DETECT), ERR_CORRUPT);
	finish(&b);
	CHECK_INT(lists_counts(b.l, 0).kept, 3);
	CHECK_INT(find_host(&b, "zstd.example").n, 1);
	bed_done(&b);
}

TEST(lists, a_line_too_long_is_refused_and_the_next_is_read)
{
	static char text[400000];
	struct bed b;
	bed_init(&b, false);
	memset(text, 'a', sizeof text);
	memcpy(text, "first.example\n", 14);
	text[sizeof text - 20] = '\n';
	memcpy(text + sizeof text - 19, "last.example\nx.test", 19);
	CHECK_OK(lists_read_bytes(b.l, STR("g"), STR("gaming"), STR("1"), STR("t"), (struct str){ text, sizeof text }, FORMAT_DETECT));
	finish(&b);
	CHECK_INT(find_host(&b, "last.example").n, 1);
	CHECK_INT(find_host(&b, "x.test").n, 1);
	CHECK(said(&b, "too long"));
	bed_done(&b);
}

TEST(lists, a_folder_as_ut1_lays_it_out)
{
	char dir[512];
	struct bed b;
	bed_init(&b, false);
	CHECK_OK(path_join(dir, sizeof dir, folder(), "ut1/adult"));
	CHECK_OK(dir_make(dir, 0755));
	CHECK_OK(path_join(dir, sizeof dir, folder(), "ut1/strange"));
	CHECK_OK(dir_make(dir, 0755));
	(void)put_file("ut1/adult/domains", STR("grown.example\n"));
	(void)put_file("ut1/adult/urls", STR("part.example/grown\n"));
	(void)put_file("ut1/adult/usage", STR("black\n"));
	(void)put_file("ut1/strange/domains", STR("strange.example\n"));
	(void)put_file("ut1/my-games-2026-01-02.hosts", STR("0.0.0.0 play.example\n"));
	CHECK_OK(path_join(dir, sizeof dir, folder(), "ut1"));
	CHECK_OK(lists_read_tree(b.l, dir));
	finish(&b);
	struct catalog c;
	catalog_open(b.s, &c);
	CHECK_INT(c.lists_n, 2);
	CHECK_STR(catalog_list(&c, 0).name, "ut1/adult");
	CHECK_INT(catalog_list(&c, 0).entries, 2);
	CHECK_STR(catalog_list(&c, 1).name, "ut1/my-games");
	CHECK_STR(catalog_list(&c, 1).version, "2026-01-02");
	CHECK_INT(lists_files_unknown(b.l), 1);
	CHECK(said(&b, "No category fits"));
	bed_done(&b);
}

TEST(lists, tsv_names_its_categories)
{
	struct bed b;
	bed_init(&b, false);
	CHECK_OK(lists_read_bytes(b.l, STR("m"), STR_NONE, STR("1"), STR("t"), STR("a.example\tgames,adult\nb.example\tnosuch\n"), FORMAT_TSV));
	finish(&b);
	CHECK_INT(find_host(&b, "a.example").n, 2);
	CHECK_INT(find_host(&b, "b.example").n, 0);
	bed_done(&b);
}

TEST(lists, the_shipped_categories_and_lists_are_good)
{
	struct diag d = diag_init(50);
	struct lists *l = NULL;
	char categories[512], never[512];
	(void)snprintf(categories, sizeof categories, "%s", test_source("data/categories.conf"));
	(void)snprintf(never, sizeof never, "%s", test_source("data/lists/never-block.conf"));
	struct lists_opts o = { .categories = categories, .never_block = never };
	CHECK_OK(lists_new(&o, &d, &l));
	CHECK_OK(lists_read_tree(l, test_source("data/lists/starter")));
	for (size_t i = 0; i < d.n; i++)
		CHECK_STR(d.items[i].text, "");
	static const char *const needed[] = { "pornography", "racial-hatred", "extremism", "gaming", "illegal" };
	uint16_t c;
	for (size_t i = 0; i < ARRAY_N(needed); i++)
		CHECK(lists_category(l, str_z(needed[i]), &c));
	CHECK(lists_entries(l) > 150 && lists_files_unknown(l) == 0);
	lists_free(&l);
	diag_done(&d);
}
