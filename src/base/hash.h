/* hash.h - checksums and digests.  Thin names over libsodium, CRC-32C, and OpenSSL's
 * SHA-256 where there is much to digest. */
#pragma once
#include "base/str.h"

enum { SHA256_BYTES = 32, HMAC_BYTES = 32, SIP_KEY_BYTES = 16 };

uint64_t hash_sip(const uint8_t key[SIP_KEY_BYTES], struct str s);     /* SipHash-2-4 */
/* CRC-32C (Castagnoli, RFC 3720 B.4).  Continue with the value returned; begin with 0. */
uint32_t hash_crc32c(uint32_t crc, struct str s);
/* The same without the processor's own instruction. */
uint32_t hash_crc32c_plain(uint32_t crc, struct str s);
void hash_sha256(struct str s, uint8_t out[SHA256_BYTES]);
/* OpenSSL reads its configuration when it is first asked: before a sandbox, then. */
void hash_ready(void);
/* Several pieces, one after the other. */
void hash_sha256v(const struct str *pieces, size_t n, uint8_t out[SHA256_BYTES]);
void hash_hmac(const uint8_t key[32], struct str s, uint8_t out[HMAC_BYTES]);   /* HMAC-SHA-256 */
bool hash_same(const void *a, const void *b, size_t n);                /* constant time */
