#include "base/fuzz.h"
#include "base/mem.h"
#include "house/duty/duty.h"

/* Any text: refused with sentences, or read; what was read has times that end. */
FUZZ(duty, bytes)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct calendar c = calendar_plain();
	struct duty *v;
	size_t n;
	if (duties_read(&a, STR("f.conf"), bytes, &d, &v, &n) != OK)
		return;
	for (size_t i = 0; i < n; i++) {
		struct duty_time t;
		if (duty_time_at(&v[i], v[i].every, &c, &a, 1790000000, &t))
			FUZZ_CHECK(t.to_utc > t.from_utc && t.opens_utc <= t.due_utc);
	}
}
