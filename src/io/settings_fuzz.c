#include "base/fuzz.h"
#include "io/settings.h"

FUZZ(settings, bytes)                        /* refused with a finding, or usable */
{
	struct diag d = diag_init(50);
	struct settings s;
	if (settings_parse("/p", STR("f"), bytes, &d, &s) == OK) {
		FUZZ_CHECK(s.upstreams >= 1 && s.upstreams <= SETTINGS_UPSTREAM && s.block_ttl <= 5 && s.gate_name != (char *)1);
		settings_done(&s);
	} else {
		FUZZ_CHECK(d.errors > 0);
	}
	diag_done(&d);
}
