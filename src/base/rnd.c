#include "base/rnd.h"

#include <assert.h>
#include <sodium.h>

void rnd_bytes(void *out, size_t n)
{
	randombytes_buf(out, n);
}

uint64_t rnd_u64(void)
{
	uint64_t v;
	rnd_bytes(&v, sizeof v);
	return v;
}

uint32_t rnd_below(uint32_t limit)
{
	assert(limit > 0);
	return randombytes_uniform(limit);
}

void rnd_token(char *out, size_t n)
{
	unsigned char bytes[64];
	assert(n <= sizeof bytes);
	rnd_bytes(bytes, n);
	(void)sodium_bin2base64(out, sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
	                        bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);   /* aborts on misuse */
	sodium_memzero(bytes, sizeof bytes);
}
