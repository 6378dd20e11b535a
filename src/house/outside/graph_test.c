/* Pages of Microsoft Graph. */
#include "base/mem.h"
#include "base/test.h"
#include "house/outside/graph.h"

static const struct people_rules RULES = { .reference_attribute = "employeeId", .sort_attribute = "department" };
#define BASE STR("https://graph.microsoft.com")

TEST(graph, a_page_of_people_is_read_and_guests_and_closed_accounts_are_told_apart)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct graph_page p;
	CHECK_OK(graph_users_read(&a, STR("{\"@odata.nextLink\":\"https://graph.microsoft.com/v1.0/users?$skiptoken=1\",\"value\":["
		"{\"id\":\"6f-1\",\"displayName\":\"T\",\"givenName\":\"Tansy\",\"surname\":\"Testerley\",\"mail\":null,\"accountEnabled\":true,\"employeeId\":\"U1\",\"department\":\"Year 4\"},"
		"{\"id\":\"6f-2\",\"displayName\":\"Otter Mockford\",\"accountEnabled\":false},{\"id\":\"6f-3\",\"displayName\":\"G\",\"userPrincipalName\":\"g#EXT#@x.example\"}]}"), BASE, &RULES, &p));
	CHECK_INT(p.n, 3);
	CHECK_STR(p.users[0].name, "Tansy Testerley");
	CHECK(str_is(p.users[0].ref, "U1") && str_is(p.users[0].sort, "Year 4") && !p.users[0].off);
	CHECK(p.users[1].off && p.users[2].guest && p.next.n > 0);
}

TEST(graph, a_page_that_leads_elsewhere_or_is_odd_is_refused)
{
	static const struct { const char *text; enum err e; } bad[] = {
		{ "{\"@odata.nextLink\":\"https://graph.microsoft.com.evil.example/x\",\"value\":[]}", ERR_FORBIDDEN }, { "{\"@odata.nextLink\":\"http://graph.microsoft.com/x\",\"value\":[]}", ERR_FORBIDDEN },
		{ "{\"value\":[{\"id\":\"../x\"}]}", ERR_SYNTAX }, { "{\"value\":[{}]}", ERR_SYNTAX }, { "{\"value\":{}}", ERR_SYNTAX }, { "[]", ERR_SYNTAX }, { "{\"value\":[7]}", ERR_SYNTAX },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct graph_page p;
		struct graph_groups g;
		CHECK_ERR(graph_users_read(&a, str_z(bad[i].text), BASE, &RULES, &p), bad[i].e);
		CHECK_ERR(graph_groups_read(&a, str_z(bad[i].text), BASE, &g), bad[i].e);
	}
}

TEST(graph, a_token_fits_a_header_or_is_none)
{
	AUTO(buf_wipe) struct buf t = buf_init(GRAPH_TOKEN_MAX);
	CHECK_OK(graph_token_read(STR("{\"token_type\":\"Bearer\",\"access_token\":\"abc.def\"}"), &t));
	CHECK_STR(buf_str(&t), "abc.def");
	CHECK_ERR(graph_token_read(STR("{\"token_type\":\"Bearer\",\"access_token\":\"a\\r\\nX: y\"}"), &t), ERR_SYNTAX);
	CHECK_ERR(graph_token_read(STR("{\"token_type\":\"mac\",\"access_token\":\"abc\"}"), &t), ERR_SYNTAX);
	CHECK_ERR(graph_token_read(STR("{\"token_type\":\"Bearer\"}"), &t), ERR_SYNTAX);
}
