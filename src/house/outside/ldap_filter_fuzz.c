#include "base/fuzz.h"
#include "base/mem.h"
#include "house/outside/ldap_filter.h"

/* What the directory would read back. */
static size_t read_back(struct str s, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		FUZZ_CHECK(s.p[i] != '(' && s.p[i] != ')' && s.p[i] != '*');
		if (s.p[i] == '\\') {
			FUZZ_CHECK(i + 2 < s.n && hex_get((struct str){ s.p + i + 1, 2 }, out + n, 1) == OK);
			i += 2;
		} else {
			out[n] = s.p[i];
		}
		n++;
	}
	return n;
}

FUZZ(ldap_filter, bytes)               /* nothing ends the value early, and it says the same bytes */
{
	AUTO(arena_done) struct arena a = arena_init();
	if (bytes.n > 4096)
		return;
	struct str s = ldap_filter_escape(&a, bytes);
	char *back = arena_alloc(&a, s.n + 1);
	size_t n = read_back(s, back);
	FUZZ_CHECK(n == bytes.n && (n == 0 || memcmp(back, bytes.p, n) == 0));
}
