#include "base/fuzz.h"
#include "base/mem.h"
#include "house/outside/judge.h"

FUZZ(discovery, bytes)                 /* every address that comes out may be asked, and stands in a header as it is */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct discovery d;
	if (discovery_read(&a, bytes, &d) != OK)
		return;
	FUZZ_CHECK(provider_url_good(d.authorize) && provider_url_good(d.token) && provider_url_good(d.keys));
	FUZZ_CHECK(d.issuer.n > 0 && d.issuer.n <= JWT_TEXT_MAX && str_chr(d.authorize, '\n') < 0);
}
