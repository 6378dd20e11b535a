#include <sodium.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/rd.h"
#include "base/rnd.h"
#include "base/test.h"
#include "base/time.h"
#include "base/wr.h"

TEST(err, texts_and_statuses)
{
	CHECK_INT(err_status(ERR_FORBIDDEN), 403);
	CHECK_INT(err_status((enum err)-ENOENT), 404);
	CHECK_STR(str_z(err_text((enum err)-ENOENT)), "No such file or directory");
}

TEST(str, find_agrees_with_a_plain_walk_in_short_texts_and_long_ones)
{
	char text[600];
	uint32_t seed = 7;
	for (int round = 0; round < 2000; round++) {
		size_t n = round % 3 ? (size_t)round % 40 : (size_t)round % 600, m = 1 + (size_t)round % 4;
		for (size_t i = 0; i < n; i++)
			text[i] = "ab:/"[(seed = seed * 1103515245 + 12345) >> 16 & 3];
		struct str s = { text, n }, what = str_upto(STR("a:/b"), m);
		ptrdiff_t want = -1;
		for (size_t i = 0; i + m <= n && want < 0; i++)
			want = memcmp(text + i, what.p, m) ? -1 : (ptrdiff_t)i;
		CHECK_INT(str_find(s, what), want);
	}
	CHECK_INT(str_find(STR_NONE, STR("a")), -1);
	CHECK_INT(str_find(STR("a"), STR("")), 0);
}

TEST(str, pieces_numbers_and_utf8)
{
	struct str rest = STR("a,,b"), piece;
	int n = 0;
	while (str_next(&rest, ',', &piece))
		n++;
	CHECK_INT(n, 3);
	uint64_t u;
	CHECK_ERR(str_u64(STR("18446744073709551616"), &u), ERR_LIMIT);
	CHECK_ERR(str_u64(STR("1x"), &u), ERR_SYNTAX);
	CHECK_OK(str_u64(STR("18446744073709551615"), &u));
	CHECK(str_utf8(STR("caf\xc3\xa9")) && !str_utf8(STR("\xc0\x80")) && !str_utf8(STR("\xed\xa0\x80")));
	CHECK_STR(str_trim(STR(" \t x \r\n")), "x");
}

TEST(buf, stops_at_its_limit)
{
	struct buf b = buf_init(4);
	buf_z(&b, "abcd");
	CHECK_OK(buf_ok(&b));
	buf_byte(&b, 'e');
	CHECK_ERR(buf_ok(&b), ERR_LIMIT);
	CHECK_STR(buf_str(&b), "abcd");
	buf_done(&b);
}

TEST(rd, first_error_sticks)
{
	struct rd r = rd_over(HEX("01 02 03"));
	CHECK_INT(rd_u16(&r), 0x0102);
	CHECK_INT(rd_u16(&r), 0);
	CHECK_INT(rd_u8(&r), 0);
	CHECK_ERR(rd_ok(&r), ERR_SYNTAX);
}

TEST(wr, writes_and_overflows)
{
	uint8_t room[3];
	struct wr w = wr_over(room, sizeof room);
	wr_u16(&w, 0x0102);
	wr_u16(&w, 3);
	CHECK_INT(wr_len(&w), 2);
	CHECK_ERR(wr_ok(&w), ERR_LIMIT);
}

TEST(map, sets_gets_deletes)
{
	struct map *m = map_new();
	char key[16];
	for (int i = 0; i < 1000; i++)
		map_set(m, (struct str){ key, (size_t)snprintf(key, sizeof key, "k%d", i) }, (uint64_t)i);
	for (int i = 0; i < 1000; i += 2)
		CHECK(map_del(m, (struct str){ key, (size_t)snprintf(key, sizeof key, "k%d", i) }));
	CHECK_INT(map_count(m), 500);
	uint64_t v;
	CHECK(map_get(m, STR("k999"), &v) && v == 999 && !map_get(m, STR("k0"), &v));
	map_free(&m);
}

TEST(hash, known_answers)
{
	uint8_t d[32];
	char hex[65];
	hash_sha256(STR("abc"), d);
	hex_put(d, 32, hex);
	CHECK_STR(str_z(hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECK_INT(hash_crc32c(0, STR("123456789")), 0xe3069283);      /* RFC 3720 B.4 family */
	CHECK_INT(hash_crc32c(hash_crc32c(0, STR("1234")), STR("56789")), 0xe3069283);
}

TEST(hash, much_at_once_is_digested_alike)
{
	static uint8_t bytes[200000];
	uint8_t whole[32], pieces[32], plain[32];
	rnd_bytes(bytes, sizeof bytes);
	struct str s = { (const char *)bytes, sizeof bytes }, cut[3] = { str_upto(s, 1), str_upto(str_from(s, 1), 99999), str_from(s, 100000) };
	hash_ready();
	hash_sha256(s, whole);
	hash_sha256v(cut, 3, pieces);
	(void)crypto_hash_sha256(plain, bytes, sizeof bytes);
	CHECK(!memcmp(whole, plain, 32) && !memcmp(pieces, plain, 32));
}

TEST(hash, the_crc_of_the_processor_is_that_of_the_tables)
{
	uint8_t bytes[300];
	rnd_bytes(bytes, sizeof bytes);
	for (size_t n = 0; n <= sizeof bytes; n++) {
		struct str s = { (const char *)bytes + (n % 7 < sizeof bytes - n ? n % 7 : 0), n };
		CHECK_INT(hash_crc32c(n * 7, s), hash_crc32c_plain(n * 7, s));
	}
	CHECK_INT(hash_crc32c_plain(0, STR("123456789")), 0xe3069283);
}

TEST(time, civil_dates_and_summer_time)
{
	AUTO(arena_done) struct arena a = arena_init();
	CHECK_STR(time_iso(&a, 1795251900), "2026-11-21T09:05:00Z");
	CHECK_STR(time_words(&a, 1795251900), "21 November 2026 at 9:05am");
	CHECK_INT(time_uk_offset(1774745999), 0);            /* 2026-03-29T00:59:59Z */
	CHECK_INT(time_uk_offset(1774746000), 3600);
	CHECK_INT(time_uk_offset(1792889999), 3600);         /* 2026-10-25T00:59:59Z */
	CHECK_INT(time_uk_offset(1792890000), 0);
	int64_t t, u;
	CHECK_OK(time_read_date(STR("21/11/2026"), &t));
	static const char *const same[] = { "2026-11-21", "21 Nov 26", "21 november 2026", "21.11.2026", "21-11-2026" };
	for (size_t i = 0; i < 5; i++) {
		CHECK_OK(time_read_date(str_z(same[i]), &u));
		CHECK_INT(t, u);
	}
	CHECK_ERR(time_read_date(STR("31/02/2026"), &u), ERR_SYNTAX);
	CHECK_OK(time_read_iso(STR("2026-07-01T09:00"), &u));
	CHECK_STR(time_iso(&a, u), "2026-07-01T08:00:00Z");
	static const char *const nine[] = { "2026-07-01 09:00", "1 July 2026 9:00", " 01/07/2026 09:00 " };
	for (size_t i = 0; i < 3; i++) {
		CHECK_OK(time_read_iso(str_z(nine[i]), &u));
		CHECK_STR(time_iso(&a, u), "2026-07-01T08:00:00Z");
	}
	CHECK_ERR(time_read_iso(STR("2026-07-01 :"), &u), ERR_SYNTAX);
	CHECK_OK(time_read_iso(STR("2026-07-01T09:00:01Z"), &u));
	CHECK_STR(time_iso(&a, u), "2026-07-01T09:00:01Z");
}

TEST(conf, blocks_lists_continuations)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct conf c;
	CHECK_OK(conf_parse(&a, STR("x.conf"), STR("a = 1\r\n# no\n[group ks 2]\nblock = x\nblock = y\ntext = one\n  two\n"), &d, &c));
	CHECK_INT(c.n, 2);
	CHECK_STR(conf_get(&c.blocks[0], "a"), "1");
	const struct conf_block *b = conf_find(&c, "group", STR("ks 2"));
	CHECK(b != NULL);
	size_t at = 0, n = 0;
	while (conf_each(b, "block", &at))
		n++;
	CHECK_INT(n, 2);
	CHECK_STR(conf_get(b, "text"), "one\ntwo");
}

TEST(conf, says_where_and_how_to_mend)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct conf c;
	CHECK_ERR(conf_parse(&a, STR("x.conf"), STR("ok = 1\nnonsense\n"), &d, &c), ERR_SYNTAX);
	CHECK_INT(d.items[0].line, 2);
}
