#include "wire/tls_hello.h"

#include "base/buf.h"
#include "base/test.h"

/* Builds a hello of these extensions, in records of at most `piece` bytes. */
static void build(struct str extensions, size_t piece, struct buf *out)
{
	AUTO(buf_done) struct buf m = buf_init(TLS_HELLO_MAX);
	buf_add(&m, (struct str){ "\x03\x03", 2 });
	for (int i = 0; i < 32; i++)
		buf_byte(&m, (char)i);
	buf_add(&m, (struct str){ "\0\0\x02\x13\x01\x01\0", 7 });
	buf_byte(&m, (char)(extensions.n >> 8));
	buf_byte(&m, (char)extensions.n);
	buf_add(&m, extensions);
	AUTO(buf_done) struct buf h = buf_init(TLS_HELLO_MAX + 4);
	buf_byte(&h, 1);
	buf_byte(&h, 0);
	buf_byte(&h, (char)(m.n >> 8));
	buf_byte(&h, (char)m.n);
	buf_add(&h, buf_str(&m));
	for (struct str rest = buf_str(&h); rest.n; rest = str_from(rest, piece)) {
		size_t n = rest.n < piece ? rest.n : piece;
		buf_add(out, (struct str){ "\x16\x03\x01", 3 });
		buf_byte(out, (char)(n >> 8));
		buf_byte(out, (char)n);
		buf_add(out, str_upto(rest, n));
	}
}

static enum err read_of(const char *hex, size_t piece, struct tls_hello *out)
{
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	build(HEX(hex), piece, &b);
	return tls_hello_read(buf_str(&b), out);
}

#define NAME_AB "0000 0008 0006 00 0003 612e42"          /* server_name "a.B" */

TEST(tls_hello, reads_the_server_name_in_lower_case)
{
	struct tls_hello h;
	CHECK_OK(read_of(NAME_AB, 9999, &h));
	CHECK_STR(str_z(h.name), "a.b");
	CHECK(!h.ech && !h.alpn_h2);
}

TEST(tls_hello, reads_across_records_of_any_size)
{
	for (size_t piece = 1; piece < 80; piece++) {
		struct tls_hello h;
		CHECK_OK(read_of(NAME_AB, piece, &h));
		CHECK_STR(str_z(h.name), "a.b");
	}
}

TEST(tls_hello, asks_for_more_at_every_cut)
{
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	build(HEX(NAME_AB), 20, &b);
	struct tls_hello h;
	for (size_t n = 0; n < b.n; n++)
		CHECK_ERR(tls_hello_read(str_upto(buf_str(&b), n), &h), ERR_END);
	CHECK_OK(tls_hello_read(buf_str(&b), &h));
}

TEST(tls_hello, sees_ech_alpn_and_tls13)
{
	struct tls_hello h;
	CHECK_OK(read_of("fe0d 0001 00  0010 000e 000c 02 6832 08 687474702f312e31  002b 0003 02 0304", 9999, &h));
	CHECK(h.ech && h.alpn_h2 && h.alpn_h1 && h.tls13);
	CHECK_INT(h.name_n, 0);
}

TEST(tls_hello, malformed_hellos_are_refused)
{
	static const struct { const char *what, *hex; } bad[] = {
		{ "two names", "0000 000e 000c 00 0003 612e42 00 0003 612e42" },
		{ "server_name twice", NAME_AB NAME_AB },
		{ "empty name", "0000 0005 0003 00 0000" },
		{ "a NUL in the name", "0000 0008 0006 00 0003 610042" },
		{ "a slash in the name", "0000 0008 0006 00 0003 612f42" },
		{ "length past the end", "0000 0009 0006 00 0003 612e42" },
		{ "list shorter than the extension", "0000 0008 0005 00 0003 612e42" },
		{ "alpn cut", "0010 0003 0005 02" },
		{ "half an extension", "0000 00" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct tls_hello h;
		if (read_of(bad[i].hex, 9999, &h) != ERR_SYNTAX)
			fail_msg("accepted: %s", bad[i].what);
	}
}

TEST(tls_hello, other_protocols_are_told_at_the_first_byte)
{
	struct tls_hello h;
	CHECK_ERR(tls_hello_read(STR("G"), &h), ERR_SYNTAX);
	CHECK_ERR(tls_hello_read(STR("SSH-2.0-x"), &h), ERR_SYNTAX);
	CHECK_ERR(tls_hello_read(HEX("17 03 03 00 05"), &h), ERR_SYNTAX);
	CHECK_ERR(tls_hello_read(HEX("16 03 01 00 05 02"), &h), ERR_SYNTAX);        /* a ServerHello */
	CHECK_ERR(tls_hello_read(HEX("16 03 01 00 00"), &h), ERR_SYNTAX);           /* an empty fragment */
	CHECK_ERR(tls_hello_read(HEX("16 03 01 00 05 01 01 00 00 00"), &h), ERR_LIMIT);
}
