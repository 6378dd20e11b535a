#include "wire/radius.h"

#include "base/test.h"

#define AUTH "00112233445566778899aabbccddeeff"

TEST(radius, a_start_says_who_where_and_with_which_device)
{
	struct radius_acct a;
	struct str p = HEX("04 07 0045" AUTH "01 07 74616e7379" "28 06 00000001" "08 06 0a4d010a"
		"1f 13 30322d31312d32322d33332d34342d4646" "50 12 00000000000000000000000000000000" "2c 03 78");
	((char *)(uintptr_t)p.p)[3] = (char)p.n;
	CHECK_OK(radius_read(p, &a));
	CHECK_STR(a.user, "tansy");
	CHECK(a.id == 7 && a.status == RADIUS_START && a.n_addrs == 1 && addr_is4(a.addr[0]) && a.addr[0].b[15] == 10);
	CHECK(a.mac[0] == 2 && a.mac[5] == 0xff && a.message_at > RADIUS_HEADER && a.length == p.n);
	CHECK(memcmp(a.authenticator, HEX(AUTH).p, 16) == 0);
}

TEST(radius, addresses_of_ipv6_count_and_odd_macs_do_not)
{
	struct radius_acct a;
	struct str p = HEX("04 01 0000" AUTH "a8 12 fd770001000000000000000000000010" "1f 05 6f6464" "28 06 00000002");
	((char *)(uintptr_t)p.p)[3] = (char)p.n;
	CHECK_OK(radius_read(p, &a));
	CHECK(a.n_addrs == 1 && !addr_is4(a.addr[0]) && a.status == RADIUS_STOP && !a.mac[0] && !a.user.n);
}

TEST(radius, what_is_cut_or_another_kind_is_refused)
{
	static const char *const none[] = { "", "04", "04 01 0014", "01 01 0014" AUTH, "04 01 0013" AUTH, "04 01 0016" AUTH, "04 01 0015" AUTH "01",
		"04 01 0016" AUTH "01 01", "04 01 0016" AUTH "01 03", "04 01 0017" AUTH "08 03 00", "04 01 0018" AUTH "28 04 0000", "04 01 0019" AUTH "50 05 000000" };
	for (size_t i = 0; i < ARRAY_N(none); i++) {
		struct radius_acct a;
		uint8_t room[64];
		char hex[200];
		size_t n = 0;
		for (const char *c = none[i]; *c; c++)
			if (*c != ' ')
				hex[n++] = *c;
		CHECK_OK(hex_get((struct str){ hex, n }, room, n / 2));
		CHECK_ERR(radius_read((struct str){ (char *)room, n / 2 }, &a), ERR_SYNTAX);
	}
}
