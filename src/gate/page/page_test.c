#include "gate/page/page.h"

#include "base/test.h"
#include "gate/page/captive.h"

static void check(const char *page, struct str value, const char *want)
{
	AUTO(buf_done) struct buf b = buf_init(4096);
	struct page_value v[] = { { "v", value }, { "v_url", value } };
	page_fill(page, v, 2, &b);
	CHECK_STR(buf_str(&b), want);
}

TEST(page, hostile_text_stays_text)
{
	check("<p title=\"{{v}}\">{{v}}</p>", STR("\"><script>alert('x')</script>&"),
		"<p title=\"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\">"
		"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</p>");
	check("<p>{{v}}</p>", STR("{{v}}{{#v}}"), "<p>{{v}}{{#v}}</p>");
	check("<p>{{v}}</p>", (struct str){ "a\0b", 3 }, "<p>ab</p>");
}

TEST(page, addresses_are_http_or_local)
{
	static const struct { const char *value, *want; } urls[] = {
		{ "https://a.test/?x=1&y=\"", "https://a.test/?x=1&amp;y=&quot;" }, { "/ask", "/ask" },
		{ "javascript:alert(1)", "#" }, { "//evil.test", "#" }, { "data:text/html,x", "#" }, { "", "#" }, { " https://a", "#" },
	};
	for (size_t i = 0; i < ARRAY_N(urls); i++)
		check("{{v_url}}", str_z(urls[i].value), urls[i].want);
}

TEST(page, sections_stand_or_fall)
{
	check("a{{#v}}[{{v}}]{{/v}}{{^v}}none{{/v}}b", STR("x"), "a[x]b");
	check("a{{#v}}[{{v}}]{{/v}}{{^v}}none{{/v}}b", STR(""), "anoneb");
	check("{{#v}}1{{#w}}2{{/w}}{{^w}}3{{/w}}{{/v}}", STR("x"), "13");
}

TEST(captive, the_systems_probes_are_known)
{
	static const struct { const char *host, *path; bool known; } asks[] = {
		{ "captive.apple.com", "/hotspot-detect.html", true }, { "connectivitycheck.gstatic.com", "/generate_204", true },
		{ "www.msftconnecttest.com", "/connecttest.txt", true }, { "www.msftconnecttest.com", "/redirect", false },
		{ "detectportal.firefox.com", "/success.txt?ipv4", true }, { "www.apple.com", "/", false }, { "example.test", "/generate_204", false },
	};
	for (size_t i = 0; i < ARRAY_N(asks); i++)
		CHECK((captive_probe(str_z(asks[i].host), str_z(asks[i].path)) != NULL) == asks[i].known);
}
