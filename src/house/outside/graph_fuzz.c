#include "house/outside/graph.h"

#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(graph, bytes)                     /* no page leads elsewhere, every id may stand in an address, a token in a header */
{
	static const struct people_rules rules = { .reference_attribute = "employeeId", .sort_attribute = "department" };
	const struct str base = STR("https://graph.microsoft.com");
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_wipe) struct buf token = buf_init(GRAPH_TOKEN_MAX);
	struct graph_page page;
	struct graph_groups groups;
	if (graph_users_read(&a, bytes, base, &rules, &page) == OK) {
		FUZZ_CHECK(page.next.n == 0 || str_starts(page.next, STR("https://graph.microsoft.com/")));
		for (size_t i = 0; i < page.n; i++)
			FUZZ_CHECK(graph_id_good(page.users[i].id));
	}
	if (graph_groups_read(&a, bytes, base, &groups) == OK)
		for (size_t i = 0; i < groups.n; i++)
			FUZZ_CHECK(graph_id_good(groups.groups[i].id));
	if (graph_token_read(bytes, &token) == OK)
		for (size_t i = 0; i < token.n; i++)
			FUZZ_CHECK(token.p[i] > ' ' && token.p[i] < 0x7f);
}
