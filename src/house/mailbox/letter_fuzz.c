#include "base/fuzz.h"
#include "house/mailbox/letter.h"
#include "house/mailbox/text.h"

/* A head, an empty line, a body that is read in every way. */
FUZZ(letter, bytes)
{
	static const char *const charsets[] = { "utf-8", "windows-1252", "iso-2022-jp", "utf-16", "nonsense" };
	static const char *const encodings[] = { "7bit", "base64", "quoted-printable" };
	struct arena a = arena_init();
	struct letter_head h;
	letter_head_read(&a, bytes, &h);
	FUZZ_CHECK(h.subject.n <= LETTER_WORDS_MAX && str_utf8(h.subject) && str_utf8(h.from_name) && str_utf8(h.date));
	FUZZ_CHECK(str_chr(h.subject, '\n') < 0 && (!h.from_mail.n || letter_address(h.from_mail)));
	for (size_t i = 0; i < 30; i++) {
		struct text_how how = { .charset = str_z(charsets[i % 5]), .encoding = str_z(encodings[i % 3]), .html = i & 1, .max = 500 };
		struct str t = text_of_part(&a, bytes, &how);
		FUZZ_CHECK(t.n <= 500 && str_utf8(t));
	}
	arena_done(&a);
}
