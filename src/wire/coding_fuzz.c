#include "wire/coding.h"

#include "base/fuzz.h"
#include "base/mem.h"

enum { MOST = 256 * 1024 };
struct sum { uint64_t v; size_t n; };

static bool take(void *to, struct str s)
{
	struct sum *sum = to;
	for (size_t i = 0; i < s.n && sum->n < MOST; i++, sum->n++)
		sum->v = sum->v * 31 + (uint8_t)s.p[i];
	return sum->n < MOST;
}

static enum err read_in(const struct codings *said, struct str bytes, size_t size, struct sum *sum)
{
	AUTO(coding_free) struct coding *c = coding_new(said);
	enum err e = OK;
	for (; bytes.n && e == OK; bytes = str_from(bytes, size))
		e = coding_feed(c, str_upto(bytes, size), take, sum);
	return e;
}

/* The first bytes say which codings, ended by a zero; the plain bytes do not depend on the portions. */
FUZZ(coding, bytes)
{
	struct codings said = { 0 };
	ptrdiff_t end = str_chr(bytes, 0);
	if (end < 0 || codings_add(&said, str_upto(bytes, (size_t)end)) != OK)
		return;
	bytes = str_from(bytes, (size_t)end + 1);
	struct sum whole = { 0 }, cut = { 0 };
	enum err a = read_in(&said, bytes, bytes.n + 1, &whole), b = read_in(&said, bytes, 1, &cut);
	if (a == OK && b == OK)
		FUZZ_CHECK(whole.n == cut.n && whole.v == cut.v);
}
