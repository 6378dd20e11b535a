#include "base/fuzz.h"
#include "base/mem.h"
#include "house/outside/jwt.h"

FUZZ(jwt, bytes)                       /* views stay inside, texts keep to their limits */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct jwt j;
	struct claims c;
	if (jwt_read(&a, bytes, &j) != OK)
		return;
	FUZZ_CHECK(j.covered.p == bytes.p && j.covered.n < bytes.n && j.alg.n > 0 && j.alg.n <= 20);
	FUZZ_CHECK(j.payload.n <= bytes.n && j.signature.n <= bytes.n);
	if (claims_read(&a, j.payload, &c) == OK)
		FUZZ_CHECK(c.iss.n <= JWT_TEXT_MAX && c.n_aud <= JWT_AUD_MAX && str_utf8(c.sub));
}
