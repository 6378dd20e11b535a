#include "base/fuzz.h"
#include "base/mem.h"
#include "wire/host.h"
#include "wire/registry.h"

FUZZ(registry, bytes)                         /* a suffix is a rule, or stands right below one, or above a wildcard */
{
	AUTO(registry_free) struct registry *p = NULL;
	if (registry_read(bytes, &p) != OK)
		return;
	char name[HOST_MAX + 1];
	size_t n;
	struct str line, text = bytes;
	FUZZ_CHECK(registry_count(p) <= REGISTRY_RULES_MAX);
	while (str_next(&text, '\n', &line))
		if (host_norm(str_trim(line), name, &n) == OK) {
			(void)registry_suffix(p, (struct str){ name, n });
			FUZZ_CHECK(registry_count(p) > 0 || memchr(name, '.', n) == NULL || !registry_suffix(p, (struct str){ name, n }));
		}
}
