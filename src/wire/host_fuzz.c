#include "base/fuzz.h"
#include "wire/addr.h"
#include "wire/host.h"

FUZZ(host, bytes)                        /* what is normal stays as it is */
{
	char once[HOST_MAX + 1], twice[HOST_MAX + 1];
	size_t n, m;
	if (host_norm(bytes, once, &n) == OK) {
		struct str h = { once, n };
		FUZZ_CHECK(host_is_normal(h));
		FUZZ_CHECK(host_norm(h, twice, &m) == OK && m == n && memcmp(once, twice, n) == 0);
		struct str r = host_registrable(h);
		FUZZ_CHECK(r.p == NULL || (host_within(h, r) && !host_is_suffix(r)));
	}
	FUZZ_CHECK(!host_is_normal(bytes) || host_norm(bytes, once, &n) == OK);
}
