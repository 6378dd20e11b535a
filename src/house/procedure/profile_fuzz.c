/* The bytes are both files: the parameters that exist, and the profile that gives their values. */
#include "base/fuzz.h"
#include "house/procedure/profile.h"

FUZZ(profile, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct profile p;
	const char *path = fuzz_path(bytes);
	if (profile_load(&a, path, path, &d, &p) == OK)
		for (size_t i = 0; i < p.n; i++)
			FUZZ_CHECK(profile_param(&p, p.params[i].key));
	diag_done(&d);
	arena_done(&a);
}
