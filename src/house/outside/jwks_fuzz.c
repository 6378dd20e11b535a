#include "base/fuzz.h"
#include "base/mem.h"
#include "house/outside/key.h"

FUZZ(jwks, bytes)                      /* every key that is read can be given to the check, which says no */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct outside_keys k;
	struct jwt j = { .covered = STR("a.b"), .signature = STR("0123456789012345678901234567890123456789012345678901234567890123") };
	if (keys_read(&a, bytes, &k) != OK)
		return;
	FUZZ_CHECK(k.n <= JWKS_MAX_KEYS);
	for (size_t i = 0; i < k.n; i++) {
		j.alg = k.keys[i].alg == KEY_RS256 ? STR("RS256") : STR("ES256");
		FUZZ_CHECK(key_verify(&k.keys[i], &j) == ERR_CRYPTO);
	}
}
