#include "base/fuzz.h"
#include "wire/radius.h"

FUZZ(radius, bytes)
{
	struct radius_acct a;
	if (radius_read(bytes, &a) != OK)
		return;
	FUZZ_CHECK(a.length <= bytes.n && a.n_addrs <= RADIUS_ADDRS && a.user.n <= RADIUS_USER_MAX);
	FUZZ_CHECK(!a.message_at || a.message_at + 16 <= a.length);
}
