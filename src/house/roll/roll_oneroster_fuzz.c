#include "house/roll/oneroster.h"
#include "house/roll/upload.h"

#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(roll_oneroster, bytes)             /* netstrings of names and files: any export gives people within limits, or one reason */
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	AUTO(buf_done) struct buf packed = buf_init(1 << 24);
	struct roll_file *files;
	size_t n;
	struct roll r;
	if (roll_unpack(&a, bytes, &files, &n) != OK)
		return;
	FUZZ_CHECK(roll_pack(files, n, &packed) == OK);
	if (!oneroster_is(files, n))
		return;
	if (oneroster_read(&a, files, n, &d, &r) != OK) {
		FUZZ_CHECK(d.errors > 0);
		return;
	}
	for (size_t i = 0; i < r.n; i++)
		FUZZ_CHECK(r.people[i].ref.n > 0 && r.people[i].name.n > 0 && r.people[i].n_contacts <= ROLL_CONTACTS_MAX * 2);
}
