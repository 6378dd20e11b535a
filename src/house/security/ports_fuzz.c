#include "base/fuzz.h"
#include "house/security/ports.h"

FUZZ(ports, bytes)                       /* any bytes: what comes out are ports, each once */
{
	struct port_set s = { 0 };
	ports_read(bytes, false, &s);
	ports_read(bytes, true, &s);
	FUZZ_CHECK(s.n <= PORTS_HELD);
	for (size_t i = 0; i < s.n; i++) {
		FUZZ_CHECK(s.v[i].port > 0 && s.v[i].port < 65536 && ports_has(&s, s.v[i].port));
		for (size_t k = 0; k < i; k++)
			FUZZ_CHECK(s.v[i].port != s.v[k].port || s.v[i].udp != s.v[k].udp);
	}
}
