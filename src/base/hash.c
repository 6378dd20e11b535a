#define ERR_STATE OPENSSL_ERR_STATE        /* both have one; ours is the enum */
#include <openssl/evp.h>
#undef ERR_STATE
#include <sodium.h>

#include "base/hash.h"

enum { SHA256_LARGE = 64 * 1024 };

uint64_t hash_sip(const uint8_t key[SIP_KEY_BYTES], struct str s)
{
	uint64_t out;
	static_assert(crypto_shorthash_BYTES == sizeof out, "SipHash-2-4 gives 64 bits");
	(void)crypto_shorthash((unsigned char *)&out, (const unsigned char *)s.p, s.n, key);  /* cannot fail */
	return out;
}

static uint32_t crc_table[8][256];

__attribute__((constructor)) static void crc_fill(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
		crc_table[0][i] = c;
	}
	for (uint32_t i = 0; i < 256; i++)
		for (int t = 1; t < 8; t++)
			crc_table[t][i] = crc_table[t - 1][i] >> 8 ^ crc_table[0][crc_table[t - 1][i] & 255];
}

static uint32_t crc_step8(uint32_t c, const unsigned char *p)
{
	uint32_t a, b;
	memcpy(&a, p, 4);
	memcpy(&b, p + 4, 4);
	a ^= c;
	return crc_table[7][a & 255] ^ crc_table[6][a >> 8 & 255] ^ crc_table[5][a >> 16 & 255] ^
	       crc_table[4][a >> 24] ^ crc_table[3][b & 255] ^ crc_table[2][b >> 8 & 255] ^
	       crc_table[1][b >> 16 & 255] ^ crc_table[0][b >> 24];
}

static uint32_t crc_tables(uint32_t c, const unsigned char *p, size_t n)
{
	for (; n >= 8; n -= 8, p += 8)
		c = crc_step8(c, p);
	for (; n; n--, p++)
		c = crc_table[0][(c ^ *p) & 255] ^ c >> 8;
	return c;
}

/* SSE 4.2 has this very polynomial as an instruction: every page that SQLite reads is summed. */
#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_machine(uint32_t c, const unsigned char *p, size_t n)
{
	uint64_t wide = c, word;
	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&word, p, 8);
		wide = __builtin_ia32_crc32di(wide, word);
	}
	for (; n; n--, p++)
		wide = __builtin_ia32_crc32qi((uint32_t)wide, *p);
	return (uint32_t)wide;
}

static bool crc_in_machine(void) { return __builtin_cpu_supports("sse4.2"); }
#else
static uint32_t crc_machine(uint32_t c, const unsigned char *p, size_t n) { return crc_tables(c, p, n); }
static bool crc_in_machine(void) { return false; }
#endif

uint32_t hash_crc32c(uint32_t crc, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	return ~(crc_in_machine() ? crc_machine(~crc, p, s.n) : crc_tables(~crc, p, s.n));
}

uint32_t hash_crc32c_plain(uint32_t crc, struct str s)
{
	return ~crc_tables(~crc, (const unsigned char *)s.p, s.n);
}

void hash_sha256(struct str s, uint8_t out[SHA256_BYTES])
{
	hash_sha256v(&s, 1, out);
}

/* Much at once: OpenSSL takes the processor's own instructions, four times as fast as libsodium and more. */
static bool sha256_large(const struct str *pieces, size_t n, uint8_t out[SHA256_BYTES])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
	for (size_t i = 0; i < n && ok; i++)
		ok = EVP_DigestUpdate(c, pieces[i].p, pieces[i].n) == 1;
	ok = ok && EVP_DigestFinal_ex(c, out, NULL) == 1;
	EVP_MD_CTX_free(c);
	return ok;
}

void hash_ready(void)
{
	uint8_t out[SHA256_BYTES];
	(void)sha256_large(NULL, 0, out);        /* what it looks up is looked up now */
}

void hash_sha256v(const struct str *pieces, size_t n, uint8_t out[SHA256_BYTES])
{
	size_t bytes = 0;
	for (size_t i = 0; i < n; i++)
		bytes += pieces[i].n;
	if (bytes >= SHA256_LARGE && sha256_large(pieces, n, out))
		return;
	crypto_hash_sha256_state st;
	(void)crypto_hash_sha256_init(&st);               /* these cannot fail */
	for (size_t i = 0; i < n; i++)
		(void)crypto_hash_sha256_update(&st, (const unsigned char *)pieces[i].p, pieces[i].n);
	(void)crypto_hash_sha256_final(&st, out);
}

void hash_hmac(const uint8_t key[32], struct str s, uint8_t out[HMAC_BYTES])
{
	(void)crypto_auth_hmacsha256(out, (const unsigned char *)s.p, s.n, key);  /* cannot fail */
}

bool hash_same(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}
