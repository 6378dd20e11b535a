#include "house/cli/cmd_device.h"

#include "base/mem.h"
#include "base/test.h"
#include "wire/doh.h"

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

TEST(device, a_secret_can_stand_in_a_hosts_name)
{
	char s[DEVICE_SECRET + 1], other[DEVICE_SECRET + 1], label[80], token[DOH_TOKEN_MAX + 1];
	device_secret(s);
	device_secret(other);
	CHECK(strlen(s) == DEVICE_SECRET && strcmp(s, other) != 0);
	snprintf(label, sizeof label, "123456-%s", s);
	CHECK_OK(doh_label(str_z(label), token));
	CHECK_STR(str_from(str_z(token), 7), s);
}
