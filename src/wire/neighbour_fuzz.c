#include "base/fuzz.h"
#include "wire/neighbour.h"

FUZZ(neighbour, bytes)
{
	struct lease l;
	bool done;
	struct str rest = bytes;
	for (size_t n = 0; neighbour_next(&rest, 7, &l, &done) == OK; n++)
		FUZZ_CHECK(n * 16 < bytes.n && !(l.mac[0] & 1));
}
