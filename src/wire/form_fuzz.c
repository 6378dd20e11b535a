#include "wire/form.h"

#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(form, bytes)                       /* what we print, we read back; the same bytes as a cookie do no harm */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct form f, again;
	if (cookie_read(&a, bytes, &f) == OK)
		FUZZ_CHECK(f.n <= FORM_MAX_FIELDS);
	if (form_read(&a, bytes, &f) != OK)
		return;
	AUTO(buf_done) struct buf o = buf_init(FORM_MAX_BYTES * 4);
	for (size_t i = 0; i < f.n; i++)
		form_add(&o, f.fields[i].name, f.fields[i].value);
	if (buf_ok(&o) != OK || o.n > FORM_MAX_BYTES)
		return;
	FUZZ_CHECK(form_read(&a, buf_str(&o), &again) == OK && again.n == f.n);
	for (size_t i = 0; i < f.n; i++)
		FUZZ_CHECK(str_eq(f.fields[i].name, again.fields[i].name) && str_eq(f.fields[i].value, again.fields[i].value));
}
