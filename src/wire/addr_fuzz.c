#include "base/fuzz.h"
#include "wire/addr.h"

FUZZ(addr, bytes)                        /* what is printed is read back the same */
{
	struct addr a, b;
	struct prefix p, q;
	char out[PREFIX_TEXT_MAX];
	if (addr_read(bytes, &a) == OK) {
		addr_text(a, out);
		FUZZ_CHECK(addr_read(str_z(out), &b) == OK && addr_same(a, b));
	}
	if (prefix_read(bytes, true, &p) == OK) {
		prefix_text(p, out);
		FUZZ_CHECK(prefix_read(str_z(out), false, &q) == OK && addr_same(p.a, q.a));
		FUZZ_CHECK(prefix_has(p, p.a));
	}
	if (addr_in_text(bytes, &a)) {
		addr_text(a, out);
		FUZZ_CHECK(addr_in_text(str_z(out), &b) && addr_same(a, b));
	}
}
