#include "base/conf.h"
#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(conf, bytes)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct conf c;
	if (conf_parse(&a, STR("fuzz"), bytes, &d, &c) != OK)
		FUZZ_CHECK(d.errors > 0);
}
