#include "base/fuzz.h"
#include "house/procedure/contacts.h"

FUZZ(contacts, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct contacts c;
	if (contacts_load(&a, fuzz_path(bytes), &d, &c) == OK)
		for (size_t i = 0; i < c.n; i++)
			FUZZ_CHECK(contact_find(&c, c.v[i].id) && contact_now(&c, &c.v[i]));
	(void)contact_phone(bytes);
	diag_done(&d);
	arena_done(&a);
}
