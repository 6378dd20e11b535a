#include "base/fuzz.h"
#include "base/mem.h"
#include "house/store/carried.h"

FUZZ(carried, bytes)                      /* what is inside stays inside; what nobody sealed never opens */
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(keys_free) struct keys *k = keys_fake(7);
	struct carried l;
	struct str form = STR_NONE;
	if (carried_inside(bytes, &form) == OK)
		FUZZ_CHECK(form.n + 4 <= bytes.n && (form.n == 0 || form.p == bytes.p + 4));
	size_t cut = bytes.n < CARRIED_TICKET_TEXT - 1 ? bytes.n : CARRIED_TICKET_TEXT - 1;
	FUZZ_CHECK(carried_open(k, &a, 1, 1, str_upto(bytes, cut), str_from(bytes, cut), &l) != OK);
}
