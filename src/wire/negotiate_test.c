#include "wire/negotiate.h"

#include <sodium.h>

#include "base/mem.h"
#include "base/test.h"

static struct str message;
static enum err read_token(struct str t) { return negotiate_token(t, &message); }

#define KRB "06092a864886f712010202"

TEST(negotiate, a_plain_kerberos_token_passes)
{
	struct str t = HEX("6013" KRB "0100" "6e8001020304");
	CHECK_OK(read_token(t));
	for (size_t n = 0; n < t.n; n++)
		CHECK(read_token(str_upto(t, n)) != OK);
	CHECK_ERR(read_token(HEX("6013" KRB "0200" "6e8001020304")), ERR_UNSUPPORTED);      /* an answer, no first message */
	CHECK_ERR(read_token(HEX("600d" KRB "0100")), ERR_UNSUPPORTED);
	CHECK_ERR(read_token(HEX("6014" KRB "0100" "6e8001020304" "00" "00")), ERR_SYNTAX);   /* something behind it */
}

/* RFC 4178 4.2.1: mechTypes, mechToken. */
TEST(negotiate, spnego_passes_when_kerberos_is_liked_best_and_comes_along)
{
	struct str good = HEX("6035" "06062b0601050502" "a02b3029" "a00d300b" KRB "a218" "0416" "6014" KRB "0100" "6e800102030405");
	CHECK_OK(read_token(good));
	CHECK(message.n == 22 && message.p[0] == 0x60 && message.p + message.n == good.p + good.n);
	struct str without = HEX("601b" "06062b0601050502" "a011300f" "a00d300b" KRB);
	CHECK_ERR(read_token(without), ERR_UNSUPPORTED);                     /* it would have to be asked for */
	struct str ntlm = HEX("601c" "06062b0601050502" "a0123010" "a00e300c" "060a2b06010401823702020a");
	CHECK_ERR(read_token(ntlm), ERR_UNSUPPORTED);
	CHECK_ERR(read_token(STR("NTLMSSP\0\1")), ERR_UNSUPPORTED);
}

TEST(negotiate, lengths_that_lie_are_refused)
{
	CHECK_ERR(read_token(HEX("60840000001306")), ERR_SYNTAX);
	CHECK_ERR(read_token(HEX("6080" KRB)), ERR_SYNTAX);
	CHECK_ERR(read_token(HEX("60ff")), ERR_SYNTAX);
	CHECK_ERR(read_token(STR_NONE), ERR_SYNTAX);
	static char big[NEGOTIATE_TOKEN_MAX + 1];
	CHECK_ERR(read_token((struct str){ big, sizeof big }), ERR_LIMIT);
}

TEST(negotiate, the_header_is_base64_and_no_longer_than_it_may_be)
{
	AUTO(buf_done) struct buf token = buf_init(NEGOTIATE_TOKEN_MAX), field = buf_init(1 << 16);
	struct str t = HEX("6013" KRB "0100" "6e8001020304");
	char b64[100];
	sodium_bin2base64(b64, sizeof b64, (const unsigned char *)t.p, t.n, sodium_base64_VARIANT_ORIGINAL);
	buf_fmt(&field, "negotiate %s", b64);
	CHECK_OK(negotiate_read(buf_str(&field), &token));
	CHECK(str_eq(buf_str(&token), t));
	CHECK_ERR(negotiate_read(STR("Basic Nzpz"), &token), ERR_ABSENT);
	CHECK_ERR(negotiate_read(STR("Negotiate"), &token), ERR_ABSENT);
	CHECK_ERR(negotiate_read(STR("Negotiate *"), &token), ERR_SYNTAX);
	CHECK_ERR(negotiate_read(STR("Negotiate "), &token), ERR_SYNTAX);
	buf_clear(&field);
	buf_z(&field, "Negotiate ");
	for (int i = 0; i < 22000; i++)
		buf_byte(&field, 'A');
	CHECK_ERR(negotiate_read(buf_str(&field), &token), ERR_LIMIT);
}

TEST(negotiate, a_login_is_of_the_schools_realm_and_of_a_person)
{
	static const struct { const char *principal; enum err e; } table[] = {
		{ "Tansy.T@SCHOOL.EXAMPLE", OK }, { "tansy.t@OTHER.EXAMPLE", ERR_FORBIDDEN }, { "tansy.t@school.example", ERR_FORBIDDEN },
		{ "host/pc1.school.example@SCHOOL.EXAMPLE", ERR_UNSUPPORTED }, { "PC1$@SCHOOL.EXAMPLE", ERR_UNSUPPORTED }, { "@SCHOOL.EXAMPLE", ERR_FORBIDDEN },
		{ "tansy", ERR_FORBIDDEN }, { "a\\@b@SCHOOL.EXAMPLE", ERR_UNSUPPORTED }, { "tansy@OTHER@SCHOOL.EXAMPLE", ERR_UNSUPPORTED },
	};
	char login[NEGOTIATE_LOGIN_MAX + 1];
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (negotiate_login(str_z(table[i].principal), STR("SCHOOL.EXAMPLE"), login) != table[i].e)
			fail_msg("%s", table[i].principal);
	CHECK_OK(negotiate_login(STR("Tansy.T@SCHOOL.EXAMPLE"), STR("SCHOOL.EXAMPLE"), login));
	CHECK_STR(str_z(login), "tansy.t");
}
