#include "base/fuzz.h"
#include "wire/doh.h"

FUZZ(doh, bytes)                                         /* method, target, type: a line each; then a server name */
{
	static struct doh_ask a;
	struct str method = STR_NONE, target = STR_NONE, type = STR_NONE;
	char token[DOH_TOKEN_MAX + 1];
	(void)(str_next(&bytes, '\n', &method) && str_next(&bytes, '\n', &target) && str_next(&bytes, '\n', &type));
	int status = doh_read(method, target, type, &a);
	FUZZ_CHECK(status == 0 || (status >= 400 && status < 416));
	FUZZ_CHECK(a.query_n <= DOH_QUERY_MAX && strlen(a.token) <= DOH_TOKEN_MAX);
	FUZZ_CHECK(status || a.post || a.query_n);
	if (doh_name(bytes, STR("dns.school.example"), token) == OK)
		FUZZ_CHECK(strchr(token, ':') && strlen(token) + 1 + 18 == bytes.n);
}
