/* Whatever another school sends: refused with one sentence, or values that can be written and read again alike. */
#include "base/buf.h"
#include "base/fuzz.h"
#include "base/mem.h"
#include "house/casefile/childfile.h"

FUZZ(childfile, bytes)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct child_file f, again;
	struct str json;
	char one[65], two[65];
	if (childfile_read(&a, bytes, &d, &f) != OK) {
		FUZZ_CHECK(d.errors == 1);
		return;
	}
	FUZZ_CHECK(childfile_json(&a, &f, &json) == OK);
	FUZZ_CHECK(childfile_read(&a, json, &d, &again) == OK);
	FUZZ_CHECK(childfile_digest(&a, &f, one) == OK && childfile_digest(&a, &again, two) == OK && strcmp(one, two) == 0);
	AUTO(buf_done) struct buf b = buf_init(1 << 24);
	childfile_html(&a, &f, true, &b);
}
