#include "base/fuzz.h"
#include "base/mem.h"
#include "house/outside/jwt.h"

FUZZ(claims, bytes)                    /* without the base64 around them, so that the fuzzer can see them */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct claims c;
	if (claims_read(&a, bytes, &c) != OK)
		return;
	FUZZ_CHECK(c.exp_utc >= 0 && c.iat_utc >= 0 && c.nbf_utc >= 0 && c.n_aud <= JWT_AUD_MAX);
	for (size_t i = 0; i < c.n_aud; i++)
		FUZZ_CHECK(c.aud[i].n <= JWT_TEXT_MAX);
	FUZZ_CHECK(str_utf8(c.email) && str_utf8(c.username) && str_utf8(c.hd));
}
