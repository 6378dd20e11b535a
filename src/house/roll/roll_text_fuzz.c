#include "house/roll/text.h"

#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(roll_text, bytes)                  /* whatever comes out is good text, and read again stays as it is */
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct str out, again;
	enum roll_encoding how;
	if (roll_text(&a, STR("f"), bytes, &d, &out, &how) != OK) {
		FUZZ_CHECK(d.errors == 1);
		return;
	}
	FUZZ_CHECK(str_utf8(out));
	if (!str_starts(out, STR("\xef\xbb\xbf")))
		FUZZ_CHECK(roll_text(&a, STR("f"), out, &d, &again, &how) == OK && str_eq(out, again) && how == ROLL_UTF8);
}
