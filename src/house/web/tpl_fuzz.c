#include "base/fuzz.h"
#include "base/mem.h"
#include "house/web/tpl.h"

static bool none_of(struct str s, const char *letters)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr(letters, s.p[i]))
			return false;
	return true;
}

FUZZ(tpl, bytes)                        /* whatever comes in, nothing that a browser acts on goes out */
{
	AUTO(buf_done) struct buf text = buf_init(1 << 22), url = buf_init(1 << 22), piece = buf_init(1 << 22);
	tpl_text(&text, bytes);
	FUZZ_CHECK(none_of(buf_str(&text), "<>\"'") && str_utf8(buf_str(&text)));
	tpl_url(&url, bytes);
	struct str u = buf_str(&url);
	FUZZ_CHECK(none_of(u, "<>\"' \t\r\n\\") && u.n > 0);
	FUZZ_CHECK(u.p[0] == '/' || u.p[0] == '?' || u.p[0] == '#' || strchr("hHmMtT", u.p[0]));
	FUZZ_CHECK(u.p[0] != '/' || u.n == 1 || u.p[1] != '/');
	tpl_url_piece(&piece, bytes);
	FUZZ_CHECK(none_of(buf_str(&piece), "<>\"' /?#&\\:"));
}
