#include "house/roll/directory.h"

#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(roll_directory, bytes)             /* everybody has a lasting number of their own, a name and a kind; or there is a sentence */
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct roll_directory r;
	if (roll_directory_read(&a, STR("school"), bytes, &d, &r) != OK) {
		FUZZ_CHECK(d.errors > 0);
		return;
	}
	for (size_t i = 0; i < r.roll.n; i++) {
		const struct roll_person *p = &r.roll.people[i];
		FUZZ_CHECK(p->key.n > 0 && p->name.n > 0 && p->name.n <= PERSON_NAME_MAX && p->kind && p->kind != KIND_PARENT && p->year <= YEAR_LAST);
	}
}
