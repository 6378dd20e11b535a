/* What a supplier answers, and what somebody enters as its test address. */
#include "base/fuzz.h"
#include "base/mem.h"
#include "house/filter/upstream.h"

FUZZ(upstream, bytes)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct upstream_name n;
	struct str rest = bytes, first = STR_NONE;
	(void)str_next(&rest, '\n', &first);
	if (upstream_read(&a, first, rest, &n) == OK)
		FUZZ_CHECK(n.host.n && n.port && n.sign.n);
	(void)upstream_answer(bytes, 7, STR("192.0.2.10"));
	(void)upstream_answer(bytes, 7, STR("nxdomain"));
	enum trial_got page = upstream_page(rest, 200, first);
	FUZZ_CHECK(page != TRIAL_UNTRIED && upstream_page(rest, 0, first) == TRIAL_SILENT);
}
