/* What may be kept may be kept again: the screen agrees with itself. */
#include "base/fuzz.h"
#include "base/mem.h"
#include "house/casefile/screen.h"

FUZZ(screen, bytes)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct screened s = screen(&a, bytes);
	if (s.why == SCREEN_FINE) {
		struct screened again = screen(&a, s.bytes);
		FUZZ_CHECK(again.why == SCREEN_FINE && again.kind == s.kind);
	}
}
