#include "base/fuzz.h"
#include "policy/compile/list_lines.h"
#include "policy/compile/list_parse.h"

/* The first byte chooses the format; every line of the rest is read, and what is a target is a good one. */
FUZZ(lists, bytes)
{
	if (bytes.n == 0)
		return;
	enum list_format f = (enum list_format)((uint8_t)bytes.p[0] % FORMAT_N);
	struct str text = str_from(bytes, 1), line;
	struct lines *l = lines_over(text, 1 << 20);
	bool cut;
	if (lines_sample(l, &line) == OK && f == FORMAT_DETECT)
		f = list_detect(line);
	while (lines_next(l, &line, &cut) == OK) {
		struct list_cursor c = { line, 0 };
		struct list_entry e;
		struct target t;
		for (int i = 0; i < 100000 && list_next(f, &c, &e); i++) {
			FUZZ_CHECK(e.kind != ENTRY_BAD || e.reason);
			if (e.kind != ENTRY_TARGET || list_target(e.text, &t))
				continue;
			FUZZ_CHECK(t.kind != TARGET_HOST || host_is_normal((struct str){ t.host, t.host_n }));
		}
	}
	lines_free(&l);
}
