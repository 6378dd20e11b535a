/* Bodies as servers pack them, made here by the libraries' other halves where they are at hand, else by bytes of the real tools. */
#include "wire/coding.h"

#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/test.h"

static bool take(void *to, struct str s)
{
	buf_add(to, s);
	return true;
}

static bool first_only(void *to, struct str s)
{
	buf_add(to, s);
	return false;
}

/* The plain bytes of `packed`, fed `size` at a time. */
static enum err plain(const char *names, struct str packed, size_t size, struct buf *out)
{
	struct codings said = { 0 };
	CHECK_OK(codings_add(&said, str_z(names)));
	AUTO(coding_free) struct coding *c = coding_new(&said);
	enum err e = OK;
	buf_clear(out);
	for (; packed.n && e == OK; packed = str_from(packed, size))
		e = coding_feed(c, str_upto(packed, size), take, out);
	return e;
}

static struct buf deflated(struct str s, int bits)
{
	struct buf b = buf_init(1 << 20);
	buf_reserve(&b, s.n + 1000);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)s.p, .avail_in = (uInt)s.n, .next_out = (Bytef *)b.p, .avail_out = (uInt)(s.n + 1000) };
	CHECK_INT(deflateInit2(&z, 9, Z_DEFLATED, bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
	CHECK_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
	b.n = z.total_out;
	CHECK_INT(deflateEnd(&z), Z_OK);
	return b;
}

static struct buf zstded(struct str s)
{
	struct buf b = buf_init(1 << 20);
	buf_reserve(&b, ZSTD_compressBound(s.n));
	b.n = ZSTD_compress(b.p, ZSTD_compressBound(s.n), s.p, s.n, 3);
	CHECK(!ZSTD_isError(b.n));
	return b;
}

static void expect(const char *names, struct str packed, const char *want)
{
	static const size_t sizes[] = { 1, 2, 7, 1000000 };
	for (size_t i = 0; i < ARRAY_N(sizes); i++) {
		AUTO(buf_done) struct buf out = buf_init(1 << 20);
		CHECK_OK(plain(names, packed, sizes[i], &out));
		CHECK_STR(buf_str(&out), want);
	}
}

#define WORDS "a page of plain words, a page of plain words, a page of plain words\n"
/* WORDS, as `brotli -q 11` writes it. */
#define BROTLI "1b4300f8a5154058c2f4208a48e28d3661096d0ad29e4f2b5e3902"

TEST(coding, each_of_them_and_nothing_lost_where_the_bytes_are_parted)
{
	AUTO(buf_done) struct buf gz = deflated(STR(WORDS), 16 + MAX_WBITS), zl = deflated(STR(WORDS), MAX_WBITS), raw = deflated(STR(WORDS), -MAX_WBITS), zs = zstded(STR(WORDS));
	expect("", STR(WORDS), WORDS);
	expect("gzip", buf_str(&gz), WORDS);
	expect("X-GZIP", buf_str(&gz), WORDS);
	expect("deflate", buf_str(&zl), WORDS);
	expect("deflate", buf_str(&raw), WORDS);
	expect("zstd", buf_str(&zs), WORDS);
	expect("br", HEX(BROTLI), WORDS);
}

TEST(coding, one_inside_another)
{
	AUTO(buf_done) struct buf gz = deflated(STR(WORDS), 16 + MAX_WBITS), twice = deflated(buf_str(&gz), 16 + MAX_WBITS), three = zstded(buf_str(&twice)),
		br = deflated(HEX(BROTLI), 16 + MAX_WBITS);
	expect("gzip, gzip", buf_str(&twice), WORDS);
	expect("gzip,gzip , zstd", buf_str(&three), WORDS);
	expect("br, gzip", buf_str(&br), WORDS);
	expect("utf-8, gzip, identity", buf_str(&gz), WORDS);
}

TEST(coding, members_follow_and_what_stands_behind_the_end_does_not_count)
{
	AUTO(buf_done) struct buf gz = deflated(STR(WORDS), 16 + MAX_WBITS), two = buf_init(10000), zs = zstded(STR(WORDS)), br = buf_init(10000);
	buf_add(&two, buf_str(&gz));
	buf_add(&two, buf_str(&gz));
	expect("gzip", buf_str(&two), WORDS WORDS);
	buf_z(&two, "and rubbish");
	expect("gzip", buf_str(&two), WORDS WORDS);
	buf_clear(&two);
	buf_add(&two, buf_str(&zs));
	buf_add(&two, buf_str(&zs));
	expect("zstd", buf_str(&two), WORDS WORDS);
	buf_add(&br, HEX(BROTLI));
	buf_z(&br, "rubbish");
	expect("br", buf_str(&br), WORDS);
}

TEST(coding, what_is_not_of_its_coding_is_refused)
{
	AUTO(buf_done) struct buf out = buf_init(1 << 20), gz = deflated(STR(WORDS), 16 + MAX_WBITS);
	static const char *const names[] = { "gzip", "deflate", "br", "zstd" };
	for (size_t i = 0; i < ARRAY_N(names); i++)
		CHECK_ERR(plain(names[i], STR("\xff\xff\xff this is none of them at all, nor anything near it"), 10, &out), ERR_SYNTAX);
	CHECK_OK(plain("gzip", str_upto(buf_str(&gz), gz.n - 12), 10, &out));           /* broken off: what came was read */
	CHECK_ERR(plain("zstd", HEX("28b52ffd 00 a0 00000000"), 100, &out), ERR_SYNTAX);   /* a window beyond 8 MB */
}

TEST(coding, a_bomb_ends_and_so_does_who_has_enough)
{
	static char zeros[CODING_BURST_MAX + 100000];
	AUTO(buf_done) struct buf zs = zstded((struct str){ zeros, sizeof zeros }), out = buf_init(16 << 20), two = zstded(buf_str(&zs));
	CHECK_ERR(plain("zstd", buf_str(&zs), 60000, &out), ERR_LIMIT);
	CHECK_ERR(plain("zstd, zstd", buf_str(&two), 60000, &out), ERR_LIMIT);
	struct codings said = { .n = 1, .v = { CODING_ZSTD } };
	AUTO(coding_free) struct coding *c = coding_new(&said);
	buf_clear(&out);
	CHECK_ERR(coding_feed(c, buf_str(&zs), first_only, &out), ERR_END);
}

TEST(coding, names_as_servers_say_them)
{
	struct codings c = { 0 };
	CHECK_OK(codings_add(&c, STR(" , identity, NONE,UTF-8, aws-chunked")));
	CHECK_INT(c.n, 0);
	CHECK_OK(codings_add(&c, STR("gzip")));
	CHECK_OK(codings_add(&c, STR("br, deflate")));
	CHECK_INT(c.n, 3);
	CHECK_ERR(codings_add(&c, STR("zstd")), ERR_LIMIT);
	c = (struct codings){ 0 };
	CHECK_ERR(codings_add(&c, STR("compress")), ERR_UNSUPPORTED);
	CHECK_ERR(codings_add(&c, STR("dcb")), ERR_UNSUPPORTED);
	CHECK_ERR(codings_add(&c, STR("gzip, exi")), ERR_UNSUPPORTED);
}
