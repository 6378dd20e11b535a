#include "base/fuzz.h"
#include "base/mem.h"
#include "wire/negotiate.h"

FUZZ(negotiate, bytes)
{
	AUTO(buf_done) struct buf token = buf_init(NEGOTIATE_TOKEN_MAX);
	struct str message;
	char login[NEGOTIATE_LOGIN_MAX + 1];
	if (negotiate_token(bytes, &message) == OK)
		FUZZ_CHECK(bytes.n <= NEGOTIATE_TOKEN_MAX && message.n > 13 && message.p >= bytes.p && message.p + message.n <= bytes.p + bytes.n && message.p[0] == 0x60);
	if (negotiate_read(bytes, &token) == OK)
		FUZZ_CHECK(token.n && negotiate_token(buf_str(&token), &message) == OK);
	if (negotiate_login(bytes, STR("SCHOOL.EXAMPLE"), login) == OK)
		FUZZ_CHECK(strlen(login) && strlen(login) < bytes.n && !strchr(login, '/') && !strchr(login, '@'));
}
