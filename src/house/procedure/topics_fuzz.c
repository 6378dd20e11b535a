#include "base/fuzz.h"
#include "house/procedure/topics.h"

FUZZ(topics, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct topics t;
	if (topics_load(&a, fuzz_path(bytes), &d, &t) == OK)
		for (size_t i = 0; i < t.n; i++)
			FUZZ_CHECK(topic_find(&t, t.v[i].id) == &t.v[i]);
	diag_done(&d);
	arena_done(&a);
}
