/* A page of counts that somebody else may have written. */
#include "base/fuzz.h"
#include "io/meter.h"

FUZZ(meter, bytes)
{
	struct meter_read r;
	if (meter_decode(bytes, &r) == OK)
		FUZZ_CHECK(memchr(r.name, 0, sizeof r.name) != NULL);
}
