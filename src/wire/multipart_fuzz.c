#include "wire/multipart.h"

#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(multipart, bytes)                  /* the first line is the Content-Type, the rest the body */
{
	AUTO(arena_done) struct arena a = arena_init();
	struct multipart m;
	struct str rest = bytes, type = { "", 0 };
	(void)str_next(&rest, '\n', &type);
	if (multipart_read(&a, type, rest, &m) != OK)
		return;
	FUZZ_CHECK(m.n_files <= MULTIPART_FILES_MAX && m.fields.n <= FORM_MAX_FIELDS);
	for (size_t i = 0; i < m.n_files; i++) {
		const struct multipart_file *f = &m.files[i];
		FUZZ_CHECK(f->name.n > 0 && f->name.n <= MULTIPART_NAME_MAX && str_chr(f->name, '/') < 0 && str_chr(f->name, '\\') < 0);
		FUZZ_CHECK(f->bytes.n == 0 || (f->bytes.p >= bytes.p && f->bytes.p + f->bytes.n <= bytes.p + bytes.n));
	}
}
