#include "base/fuzz.h"
#include "wire/tls_hello.h"

FUZZ(tls_hello, bytes)                   /* what the first bytes settle, more bytes do not change */
{
	struct tls_hello whole, part;
	enum err e = tls_hello_read(bytes, &whole);
	for (size_t n = 0; n < bytes.n && n < 600; n++) {
		enum err p = tls_hello_read(str_upto(bytes, n), &part);
		FUZZ_CHECK(p == ERR_END || p == e);
		FUZZ_CHECK(p != OK || str_eq((struct str){ part.name, part.name_n }, (struct str){ whole.name, whole.name_n }));
	}
	FUZZ_CHECK(e != OK || whole.name_n == strlen(whole.name));
}
