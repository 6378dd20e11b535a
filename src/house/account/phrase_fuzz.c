#include "base/fuzz.h"
#include "base/mem.h"
#include "house/account/phrase.h"

FUZZ(phrase, bytes)                      /* what is read is three different pictures, and reads the same when written out */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct phrase p, again;
	if (phrase_read(bytes, &p) != OK)
		return;
	for (int i = 0; i < PHRASE_LEN; i++)
		FUZZ_CHECK(p.pick[i] < PHRASE_PICTURES && p.pick[i] != p.pick[(i + 1) % PHRASE_LEN]);
	FUZZ_CHECK(phrase_read(phrase_text(&a, &p), &again) == OK && phrase_same(&p, &again));
}
