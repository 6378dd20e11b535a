#include "base/test.h"
#include "house/outside/key.h"
#include "house/outside/ldap_filter.h"
#include "house/outside/provider.h"

static enum err read_text(struct arena *a, const char *text, struct diag *d, struct providers *out)
{
	struct conf *c = arena_new(a, struct conf);
	CHECK_OK(conf_parse(a, STR("gatehouse.conf"), str_z(text), d, c));
	return providers_read(a, c, d, out);
}

TEST(outside, providers_of_three_kinds_are_read)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct providers p;
	CHECK_OK(read_text(&a, "[provider m]\nkind = entra\ntenant = 11111111-2222-3333-4444-555555555555\nclient_id = us\ndomain = Larkmoor.example\n"
		"[provider g]\nkind = google\nclient_id = us\ndomain = larkmoor.example\n"
		"[provider d]\nkind = ldap\nurl = ldaps://dc.larkmoor.example\nbase = dc=larkmoor,dc=example\nattribute = sAMAccountName\n", &d, &p));
	CHECK_INT(p.n, 3);
	CHECK_STR(providers_find(&p, STR("m"))->issuer, "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0");
	CHECK(provider_own_mail(&p.list[0], STR("a@LARKMOOR.example")) && !provider_own_mail(&p.list[0], STR("a@b@larkmoor.example")));
	CHECK(!provider_own_mail(&p.list[0], STR("@larkmoor.example")) && !provider_own_mail(&p.list[0], STR("larkmoor.example")));
	CHECK_INT(p.list[1].algs, 1u << KEY_RS256);
	CHECK(providers_find(&p, STR("x")) == NULL);
}

TEST(outside, a_careless_provider_is_refused_with_its_line)
{
	static const char *const bad[] = {
		"[provider m]\nkind = entra\ntenant = common\nclient_id = us\n", "[provider g]\nkind = google\nclient_id = us\n",
		"[provider o]\nkind = oidc\nclient_id = us\nissuer = http://i.example\n", "[provider o]\nkind = oidc\nissuer = https://i.example\n",
		"[provider o]\nkind = oidc\nclient_id = us\nissuer = https://i.example\nalg = HS256\n", "[provider o]\nkind = oidc\nclient_id = us\nissuer = https://i.example\nalg = none\n",
		"[provider d]\nkind = ldap\nurl = ldap://dc.larkmoor.example\nbase = dc=x\n", "[provider d]\nkind = ldap\nurl = ldap://127.0.0.1.evil.example:389\nbase = dc=x\n",
		"[provider d]\nkind = ldap\nurl = ldaps://x\n", "[provider d]\nkind = ldap\nurl = ldaps://x\nbase = dc=x\nattribute = uid)(x\n",
		"[provider d]\nkind = ldap\nurl = ldaps://x\nbase = dc=x\nbind_dn = cn=x\n", "[provider A]\nkind = oidc\nclient_id = us\nissuer = https://i.example\n",
		"[provider o]\nkind = saml\n", "[provider o]\nkind = oidc\nclient_id = us\nissuer = https://i.example\nsecret = hush\n",
		"[provider o]\nkind = oidc\nclient_id = us\nissuer = https://i.example\n[provider o]\nkind = oidc\nclient_id = us\nissuer = https://i.example\n",
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(20);
		struct providers p;
		CHECK_ERR(read_text(&a, bad[i], &d, &p), ERR_INVALID);
		CHECK(d.n > 0 && d.items[0].line > 0 && d.items[0].text.n > 10);
	}
}

TEST(outside, a_name_in_a_directory_stands_for_itself)          /* RFC 4515 4 */
{
	AUTO(arena_done) struct arena a = arena_init();
	CHECK_STR(ldap_filter_escape(&a, STR("*)(uid=*")), "\\2a\\29\\28uid=\\2a");
	CHECK_STR(ldap_filter_escape(&a, STR("a\\b")), "a\\5cb");
	CHECK_STR(ldap_filter_escape(&a, (struct str){ "a\0b", 3 }), "a\\00b");
	CHECK_STR(ldap_filter_escape(&a, STR("Zo\xc3\xab")), "Zo\\c3\\ab");
}
