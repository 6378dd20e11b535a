#include "gate/radius/radius.h"

#include "base/test.h"
#include "gate/radius/radius_auth.h"

/* Accounting-Request of "tansy" at 10.77.1.10, the secret "testing123"; the second with a Message-Authenticator. */
#define PLAIN "0421002bc191a5acec34080f7af97fb46cb2294f010774616e737928060000000108060a4d010a2c046162"
#define WITH_MESSAGE "0422003d3c0287e5ca9520ec9730bcc07df00beb010774616e737928060000000108060a4d010a2c0461625012a1b5f95f9195878041d8b233679b1b14"

static bool fits(struct str p, const char *secret)
{
	struct radius_acct a;
	CHECK_OK(radius_read(p, &a));
	return radius_auth(p, &a, str_z(secret));
}

TEST(radius, a_packet_counts_with_the_right_secret_only)             /* RFC 2866 3 */
{
	uint8_t answer[RADIUS_HEADER];
	struct radius_acct a;
	struct str p = HEX(PLAIN);
	CHECK(fits(p, "testing123") && !fits(p, "testing124") && !fits(p, ""));
	CHECK_OK(radius_read(p, &a));
	radius_answer(&a, STR("testing123"), answer);
	CHECK(memcmp(answer, HEX("052100146f14ff639c17320f8c1ffdc6003a74ff").p, RADIUS_HEADER) == 0);
	((char *)(uintptr_t)p.p)[p.n - 1] ^= 1;
	CHECK(!fits(p, "testing123"));
}

TEST(radius, a_message_authenticator_is_compared_when_there_is_one)   /* RFC 5997 */
{
	CHECK(fits(HEX(WITH_MESSAGE), "testing123") && !fits(HEX(WITH_MESSAGE), "testing12"));
}

TEST(radius, an_event_says_who_where_and_whether_they_came_or_went)
{
	char words[64];
	struct radius_acct a;
	CHECK_OK(radius_read(HEX(PLAIN), &a));
	struct event e = radius_event(&a, a.addr[0], 1, words);
	CHECK_STR(e.text, "tansy");
	CHECK_STR(e.reason, "start");
	CHECK(e.addr[15] == 10 && e.addr[12] == 10);
	a.status = RADIUS_STOP;
	CHECK_STR(radius_event(&a, a.addr[0], 1, words).reason, "stop");
}
