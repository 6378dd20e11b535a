#include "base/fuzz.h"
#include "wire/url.h"

FUZZ(url, bytes)                         /* a normal path stays as it is; a host is a name or an address */
{
	static char once[URL_PATH_MAX], twice[URL_PATH_MAX];
	struct url u;
	size_t n, m;
	if (url_read(bytes, &u) != OK)
		return;
	FUZZ_CHECK(u.is_addr || host_is_normal(url_host(&u)));
	if (url_path_norm(u.path, once, sizeof once, &n) != OK)
		return;
	FUZZ_CHECK(n > 0 && once[0] == '/');
	FUZZ_CHECK(url_path_norm((struct str){ once, n }, twice, sizeof twice, &m) == OK && m == n && memcmp(once, twice, n) == 0);
}
