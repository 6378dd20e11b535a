#include "base/fuzz.h"
#include "wire/lease.h"

FUZZ(lease, bytes)                                     /* the first byte says whose file it is */
{
	struct lease l;
	char text[18];
	uint8_t again[6];
	if (!bytes.n)
		return;
	struct lease_reader r = lease_reader_of((enum lease_kind)((uint8_t)bytes.p[0] % N_LEASE_KIND), str_from(bytes, 1));
	for (size_t n = 0; lease_next(&r, &l); n++) {
		FUZZ_CHECK(n < bytes.n && l.until_utc >= 0);
		mac_text(l.mac, text);
		FUZZ_CHECK(mac_read(str_z(text), again) == OK && !memcmp(again, l.mac, 6));
	}
}
