#include "base/test.h"
#include "wire/addr.h"
#include "wire/host.h"
#include "wire/url.h"

static struct str norm(struct str in)
{
	static char out[HOST_MAX + 1];
	size_t n;
	return host_norm(in, out, &n) == OK ? (struct str){ out, n } : STR_NONE;
}

TEST(host, normal_form)
{
	CHECK_STR(norm(STR("WWW.Example.TEST.")), "www.example.test");
	CHECK_STR(norm(STR("_srv.-odd-.example.test")), "_srv.-odd-.example.test");
	CHECK_STR(norm(STR("b\xc3\xbc" "cher.example")), "xn--bcher-kva.example");
	CHECK_STR(norm(STR("B\xc3\x9c" "CHER.example")), "xn--bcher-kva.example");
	CHECK_STR(norm(STR("stra\xc3\x9f" "e.example")), "xn--strae-oqa.example");
	CHECK_STR(norm(STR("\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81"
	                   "\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81\xe0\xb8\x81.test")), "xn--12caaaaaaaaaaaaaaaaaaaaa.test");
	CHECK_STR(norm(STR("\xef\xbd\x85xample\xe3\x80\x82test")), "example.test");
}

TEST(host, refuses_what_is_no_name)
{
	static const char *const bad[] = { "", ".", "..", "a..b", ".a", "a.b..", "a b", "a/b", "a:80", "$0", "a\tb",
	                                   "ex\xffzz.test", "1.2.3", "a.1", "\xe2\x80\x8b.test" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(norm(str_z(bad[i])).p == NULL);
	char out[HOST_MAX + 1];
	size_t n;
	CHECK_ERR(host_norm(STR("192.0.2.7"), out, &n), ERR_UNSUPPORTED);
	CHECK_ERR(host_norm(STR("2001:db8::1"), out, &n), ERR_UNSUPPORTED);
	CHECK_ERR(host_norm((struct str){ "a\0b.test", 8 }, out, &n), ERR_SYNTAX);
}

TEST(host, length_limits)
{
	char long_name[300];
	char out[HOST_MAX + 1];
	size_t n;
	for (size_t i = 0; i < sizeof long_name; i++)
		long_name[i] = i % 2 ? '.' : 'a';
	CHECK_OK(host_norm((struct str){ long_name, 253 }, out, &n));
	CHECK_INT(host_labels((struct str){ out, n }), HOST_LABELS_MAX);
	CHECK_ERR(host_norm((struct str){ long_name, 255 }, out, &n), ERR_LIMIT);
	memset(long_name, 'a', sizeof long_name);
	CHECK_OK(host_norm((struct str){ long_name, 63 }, out, &n));
	CHECK_ERR(host_norm((struct str){ long_name, 64 }, out, &n), ERR_LIMIT);
}

TEST(host, is_normal_agrees)
{
	CHECK(host_is_normal(STR("a.example.test")) && host_is_normal(STR("localhost")));
	CHECK(!host_is_normal(STR("A.test")) && !host_is_normal(STR("a.")) && !host_is_normal(STR("1.2.3.4")));
}

TEST(host, standing_below)
{
	CHECK(host_within(STR("a.b.test"), STR("b.test")) && host_within(STR("b.test"), STR("b.test")));
	CHECK(!host_within(STR("ab.test"), STR("b.test")) && !host_within(STR("test"), STR("b.test")));
	CHECK_STR(host_parent(STR("a.b.test")), "b.test");
	CHECK(host_parent(STR("test")).p == NULL);
}

TEST(host, public_suffixes)
{
	CHECK(host_is_suffix(STR("co.uk")) && host_is_suffix(STR("sch.uk")) && host_is_suffix(STR("org.uk")));
	CHECK(host_is_suffix(STR("com")) && host_is_suffix(STR("nosuchtld")) && host_is_suffix(STR("ac.uk")));
	CHECK(host_is_suffix(STR("exampleshire.sch.uk")));
	CHECK(!host_is_suffix(STR("example.co.uk")) && !host_is_suffix(STR("school.exampleshire.sch.uk")));
	CHECK(!host_is_suffix(STR("github.io")));            /* run by a company, not by a registry */
	CHECK_STR(host_registrable(STR("a.b.example.co.uk")), "example.co.uk");
	CHECK(host_registrable(STR("co.uk")).p == NULL);
}

TEST(addr, text_there_and_back)
{
	static const char *const same[] = { "192.0.2.7", "0.0.0.0", "2001:db8::1", "::", "::1", "1::", "2001:db8:0:1:1:1:1:1",
	                                    "fe80::1:0:0:1" };
	for (size_t i = 0; i < ARRAY_N(same); i++) {
		struct addr a;
		char out[ADDR_TEXT_MAX];
		CHECK_OK(addr_read(str_z(same[i]), &a));
		addr_text(a, out);
		CHECK_STR(str_z(out), same[i]);
	}
	struct addr a;
	char out[ADDR_TEXT_MAX];
	CHECK_OK(addr_read(STR("[2001:DB8:0:0:0:0:0:1]"), &a));
	addr_text(a, out);
	CHECK_STR(str_z(out), "2001:db8::1");
	CHECK_OK(addr_read(STR("::ffff:192.0.2.1"), &a));
	CHECK(addr_is4(a));
}

TEST(addr, refuses_look_alikes)
{
	static const char *const bad[] = { "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", ":", ":::", "1:2:3:4:5:6:7",
	                                   "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "[1.2.3.4]", "fe80::1%lo0", "::1.2.3",
	                                   "1:2:3:4:5:6:7::8", "1.2.3.4::" };
	struct addr a;
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR(addr_read(str_z(bad[i]), &a), ERR_SYNTAX);
}

TEST(addr, prefixes)
{
	struct prefix p;
	struct addr a;
	CHECK_OK(prefix_read(STR("192.0.2.0/24"), false, &p));
	CHECK_OK(addr_read(STR("192.0.2.255"), &a));
	CHECK(p.bits == 120 && prefix_has(p, a));
	CHECK_OK(addr_read(STR("192.0.3.0"), &a));
	CHECK(!prefix_has(p, a));
	CHECK_ERR(prefix_read(STR("192.0.2.1/24"), false, &p), ERR_SYNTAX);
	CHECK_OK(prefix_read(STR("192.0.2.1/24"), true, &p));
	CHECK_ERR(prefix_read(STR("192.0.2.1/33"), true, &p), ERR_SYNTAX);
	CHECK_ERR(prefix_read(STR("192.0.2.1/"), true, &p), ERR_SYNTAX);
	char out[PREFIX_TEXT_MAX];
	CHECK_OK(prefix_read(STR("2001:db8::/33"), false, &p));
	prefix_text(p, out);
	CHECK_STR(str_z(out), "2001:db8::/33");
}

TEST(url, taken_apart)
{
	struct url u;
	CHECK_OK(url_read(STR(" HTTPS://me:pw@WWW.Example.test:8443/a?b#c "), &u));
	CHECK_STR(url_host(&u), "www.example.test");
	CHECK_INT(u.port, 8443);
	CHECK_STR(u.path, "/a?b");
	CHECK_OK(url_read(STR("example.test?x=http://other.test/"), &u));
	CHECK_STR(url_host(&u), "example.test");
	CHECK_STR(u.path, "?x=http://other.test/");
	CHECK_OK(url_read(STR("http://[2001:DB8::1]:80"), &u));
	CHECK(u.is_addr && u.port == 80);
	CHECK_STR(url_host(&u), "2001:db8::1");
	CHECK_OK(url_read(STR("http://ex%61mple.test\\x"), &u));
	CHECK_STR(url_host(&u), "example.test");
}

TEST(url, refused)
{
	struct url u;
	static const char *const bad[] = { "", "http://", "http:///x", "http://a b/", "http://a.test:0/", "http://a.test:99999/",
	                                   "http://a.test:8x/", "http://[::1/", "a\nb.test", "http://2130706433/", "/x" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(url_read(str_z(bad[i]), &u) != OK);
	CHECK_ERR(url_read(STR("ftp://a.test/"), &u), ERR_UNSUPPORTED);
}

static struct str path(const char *in)
{
	static char out[64];
	size_t n;
	return url_path_norm(str_z(in), out, sizeof out, &n) == OK ? (struct str){ out, n } : STR_NONE;
}

TEST(url, path_normal_form)
{
	static const char *const pairs[][2] = {
		{ "", "/" }, { "/a/./b", "/a/b" }, { "/a/../b", "/b" }, { "/../../x", "/x" }, { "/a//b///c", "/a/b/c" },
		{ "/%7Euser/%2f", "/~user/%2F" }, { "?q=%41/../x", "/?q=A/../x" }, { "/a/b/..", "/a/" }, { "/%2e%2e/x", "/x" },
		{ "/100%", "/100%25" }, { "/%%32e", "/%252e" }, { "a\\b", "/a/b" }, { "/a#b", "/a" },
	};
	for (size_t i = 0; i < ARRAY_N(pairs); i++)
		CHECK_STR(path(pairs[i][0]), pairs[i][1]);
	CHECK(path("/0123456789012345678901234567890123456789012345678901234567890123456789").p == NULL);
}

TEST(addr, one_that_the_internet_reaches_is_found_in_a_text)
{
	static const struct { const char *text; bool found; } all[] = {
		{ "ring us at 192.0.2.1.", true }, { "ours: 2001:db8::5", true }, { "(203.0.113.9:443)", true }, { "the unit is 198.51.100.7, in the hall", true },
		{ "inside it is 192.168.1.4 and 10.0.0.1", false }, { "at 10:30:00 or 9:15", false }, { "fe80::1 and ::1", false }, { "dead beef cafe", false },
		{ "version 1.2.3, chapter 4.5", false }, { "a192.0.2.1", false }, { "", false }, { "::::::", false },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct addr a;
		if (addr_in_text(str_z(all[i].text), &a) != all[i].found)
			fprintf(stderr, "%s\n", all[i].text);
		CHECK(addr_in_text(str_z(all[i].text), &a) == all[i].found);
	}
}
