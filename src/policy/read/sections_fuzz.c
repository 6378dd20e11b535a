#include "base/fuzz.h"
#include "policy/read/sections.h"

/* The first byte says which small section the rest is. */
FUZZ(sections, bytes)
{
	static enum err (*const check[])(const struct snapshot *, struct str) = {
		groups_check, rules_check, calendar_check, safesearch_check, ranges_check, tokens_check, texts_check,
		phrases_check, engines_check, downloads_check, times_check,
	};
	if (!bytes.n)
		return;
	enum err e = check[(uint8_t)bytes.p[0] % (sizeof check / sizeof *check)](NULL, str_from(bytes, 1));
	FUZZ_CHECK(e == OK || e == ERR_CORRUPT);
}
