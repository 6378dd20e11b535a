#include "base/fuzz.h"
#include "base/mem.h"
#include "house/account/password.h"
#include "house/account/username.h"

FUZZ(username, bytes)                    /* a plain name is plain, and stays as it is; passwords taken apart stay within their bounds */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str p = username_plain(&a, bytes, USERNAME_MAX), v[PASSWORD_VARIANTS];
	FUZZ_CHECK(p.n <= USERNAME_MAX && str_eq(username_plain(&a, p, USERNAME_MAX), p));
	for (size_t i = 0; i < p.n; i++)
		FUZZ_CHECK(ascii_digit(p.p[i]) || (p.p[i] >= 'a' && p.p[i] <= 'z') || (p.p[i] == '.' && i > 0 && i + 1 < p.n));
	(void)username_lucky(p, bytes);
	FUZZ_CHECK(password_variants(&a, str_upto(bytes, PASSWORD_MAX), v, PASSWORD_VARIANTS) <= PASSWORD_VARIANTS);
	FUZZ_CHECK(!password_alike(STR("ab"), bytes) || bytes.n > 0);
}
