/* What is scrubbed reads again, holds nothing of what was cut, and stays as it is when scrubbed again. */
#include "base/fuzz.h"
#include "wire/dns_svcb.h"

FUZZ(dns_svcb, bytes)
{
	static uint8_t once[DNS_MSG_MAX], twice[DNS_MSG_MAX];
	size_t n = 0, k = 0;
	bool cut;
	if (bytes.n > sizeof once || dns_svcb_scrub(bytes, DNS_SVCB_ECH | DNS_SVCB_HINTS, once, &n, &cut) != OK)
		return;
	struct dns_svcb s;
	struct str clean = { (char *)once, n };
	FUZZ_CHECK(n <= bytes.n && dns_svcb_read(clean, &s) == OK);
	FUZZ_CHECK(dns_svcb_scrub(clean, DNS_SVCB_ECH | DNS_SVCB_HINTS, twice, &k, &cut) == OK && !cut && k == n && !memcmp(once, twice, n));
}
