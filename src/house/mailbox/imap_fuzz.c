#include "base/fuzz.h"
#include "house/mailbox/imap.h"
#include "house/mailbox/structure.h"

FUZZ(imap, bytes)
{
	struct arena a = arena_init();
	struct str rest = bytes;
	for (size_t n, i = 0; i < 50 && imap_whole(rest, 1 << 16, &n) == OK && n; i++) {
		struct imap_reply r;
		struct mail_part parts[MAIL_PARTS_MAX];
		size_t found = 0;
		FUZZ_CHECK(n <= rest.n);
		if (imap_read(&a, str_upto(rest, n), &r) == OK && r.kind == IMAP_FETCH)
			if (mail_structure(imap_item(&r, "BODYSTRUCTURE"), parts, &found) == OK)
				FUZZ_CHECK(found <= MAIL_PARTS_MAX && (!mail_words_part(parts, found) || !mail_words_part(parts, found)->attached));
		rest = str_from(rest, n);
	}
	arena_done(&a);
}
