#include "base/fuzz.h"
#include "base/mem.h"
#include "house/site/guard.h"

FUZZ(guard, bytes)                       /* any bytes: findings lie within the text, in order, apart from each other, and stay when the rest is cut away */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str names[] = { STR("Tansy Testerley"), STR("Ned Anders-Smith"), STR("Zoë O'Hara") }, rooms[] = { STR("+441632960123"), STR("room-42-larkmoor") };
	struct str allowed[] = { STR("1 School Lane, Larkmoor ZZ9 9ZZ"), STR("01632 960000"), STR("office@larkmoor.example") };
	struct guard_known k = { { names, ARRAY_N(names) }, { rooms, ARRAY_N(rooms) }, { allowed, ARRAY_N(allowed) } };
	struct guard_finding f[20];
	struct guard *g = guard_new(&a, &k);
	size_t n = 0, end = 0;
	struct str text = str_upto(bytes, 4000);
	FUZZ_CHECK(guard_scan(g, &a, text, f, ARRAY_N(f), &n) == OK && n <= ARRAY_N(f));
	for (size_t i = 0; i < n; i++) {
		FUZZ_CHECK(f[i].n > 0 && f[i].at >= end && f[i].at < text.n && f[i].at + f[i].n <= text.n && f[i].line >= 1);
		FUZZ_CHECK(f[i].words.p >= text.p && f[i].words.p + f[i].words.n <= text.p + text.n && f[i].what < N_GUARD);
		end = f[i].at + f[i].n;
	}
}
