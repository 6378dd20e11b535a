#include "base/test.h"
#include "wire/cbor.h"

static bool skips(const char *hex)
{
	struct rd r = rd_over(HEX(hex));
	cbor_skip(&r);
	return rd_end(&r) == OK;
}

TEST(cbor, whole_items_are_skipped)
{
	static const char *const good[] = { "00", "17", "18 18", "20", "39 01 00", "40", "42 00 01", "60", "61 61", "80", "82 01 02", "a0", "a1 01 61 62",
		"f4", "f5", "f6", "1b 00 00 00 01 00 00 00 00", "a1 63 66 6d 74 a1 61 78 81 40" };
	for (size_t i = 0; i < ARRAY_N(good); i++)
		CHECK(skips(good[i]));
}

TEST(cbor, what_is_not_canonical_is_refused)
{
	static const char *const bad[] = { "", "18 17", "19 00 ff", "1a 00 00 ff ff", "1b 00 00 00 00 ff ff ff ff",     /* not the shortest */
		"5f 40 ff", "9f ff", "bf ff",                                          /* no end given */
		"c0 00", "f9 00 00", "fb 00 00 00 00 00 00 00 00", "f7", "f8 20", "1c", "ff",
		"42 00", "62 61", "61 ff", "82 01", "a1 01", "1b ff ff ff ff ff ff ff ff",
		"81 81 81 81 81 00", "98 41", "5b ff ff ff ff ff ff ff ff 00", "00 00" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(!skips(bad[i]));
}

TEST(cbor, numbers_and_pieces)
{
	struct rd r = rd_over(HEX("26 39 01 00 43 01 02 03 63 66 6d 74 a2"));
	CHECK_INT(cbor_int(&r), -7);
	CHECK_INT(cbor_int(&r), -257);
	CHECK_INT(cbor_bytes(&r).n, 3);
	CHECK_STR(cbor_text(&r), "fmt");
	CHECK_INT(cbor_map(&r), 2);
	CHECK_OK(rd_end(&r));
}
