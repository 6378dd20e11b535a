#include "house/cli/cmd_device.h"

#include "base/mem.h"
#include "base/test.h"

TEST(device, the_digest_is_what_the_gate_computes_of_number_and_secret)
{
	AUTO(arena_done) struct arena a = arena_init();
	uint8_t key[32] = { 7 }, want[HMAC_BYTES];
	char hex[2 * HMAC_BYTES + 1];
	struct device_token t = device_token_of(&a, key, 12, STR("a secret"));
	hash_hmac(key, STR("12:a secret"), want);            /* gate/identity: HMAC over "DEVICE:SECRET" */
	hex_put(want, sizeof want, hex);
	CHECK_STR(str_z(t.digest), hex);
	CHECK(strcmp(t.digest, device_token_of(&a, key, 13, STR("a secret")).digest) != 0);
}
