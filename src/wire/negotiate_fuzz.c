#include "base/fuzz.h"
#include "base/mem.h"
#include "wire/negotiate.h"

FUZZ(negotiate, bytes)
{
	AUTO(buf_done) struct buf token = buf_init(NEGOTIATE_TOKEN_MAX);
	char login[NEGOTIATE_LOGIN_MAX + 1];
	if (negotiate_token(bytes) == OK)
		FUZZ_CHECK(bytes.n <= NEGOTIATE_TOKEN_MAX && bytes.p[0] == 0x60);
	if (negotiate_read(bytes, &token) == OK)
		FUZZ_CHECK(token.n && negotiate_token(buf_str(&token)) == OK);
	if (negotiate_login(bytes, STR("SCHOOL.EXAMPLE"), login) == OK)
		FUZZ_CHECK(strlen(login) && strlen(login) < bytes.n && !strchr(login, '/') && !strchr(login, '@'));
}
