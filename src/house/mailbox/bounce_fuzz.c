#include "base/fuzz.h"
#include "house/mailbox/bounce.h"
#include "house/mailbox/letter.h"

FUZZ(bounce, bytes)
{
	struct arena a = arena_init();
	struct bounce b[BOUNCE_MAX];
	size_t n;
	if (bounce_read(&a, bytes, b, &n) == OK)
		for (size_t i = 0; i < n; i++)
			FUZZ_CHECK(letter_address(b[i].mail) && b[i].status.n);
	arena_done(&a);
}
