/* Any bytes as a bundle: refused with one sentence, or whole. */
#include "base/fuzz.h"
#include "base/mem.h"
#include "house/casefile/bundle.h"

FUZZ(bundle, bytes)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct bundle_file *files;
	size_t n;
	if (bundle_read(&a, bytes, "gatehouse", &d, &files, &n) != OK) {
		FUZZ_CHECK(d.errors == 1);
		return;
	}
	FUZZ_CHECK(n >= 1 && n <= BUNDLE_FILES_MAX && bundle_find(files, n, "manifest.sha256"));
	for (size_t i = 0; i < n; i++)
		FUZZ_CHECK(files[i].name.n && files[i].name.p[0] != '/' && str_find(files[i].name, STR("..")) < 0);
}
