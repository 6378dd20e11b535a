#include "base/fuzz.h"
#include "house/store/audit.h"

FUZZ(audit_outside, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	static const uint8_t key[32] = "no key at all, but thirty-two by";
	struct audit_outside *o;
	size_t n;
	FUZZ_CHECK(audit_outside_read(&a, STR("fuzz"), bytes, bytes.n % 2 ? key : NULL, &d, &o, &n) == OK);
	FUZZ_CHECK(n == 0 || o[n - 1].seq >= 0);
	diag_done(&d);
	arena_done(&a);
}
