#include "house/roll/unzip.h"

#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(roll_unzip, bytes)                      /* any bytes: refused with one sentence, or plain names and bytes within limits */
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct roll_file *files;
	size_t n, total = 0;
	if (unzip(&a, STR("f.zip"), bytes, &d, &files, &n) != OK) {
		FUZZ_CHECK(d.errors == 1);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		FUZZ_CHECK(str_chr(files[i].name, '/') < 0 && str_chr(files[i].name, '\\') < 0);
		total += files[i].bytes.n;
	}
	FUZZ_CHECK(n <= UNZIP_FILES_MAX && total <= UNZIP_BYTES_MAX);
}
