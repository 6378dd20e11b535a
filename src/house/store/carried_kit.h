/* carried_kit.h - for tests: what the page does on a device, in C. */
#pragma once
#define ERR_STATE openssl_ERR_STATE          /* a type of theirs; a name of base/err.h */
#include <openssl/evp.h>
#undef ERR_STATE
#include <sodium.h>

#include "base/rnd.h"
#include "base/test.h"
#include "house/store/carried.h"

enum { CARRIED_BLOCK = 4096 };

/* The box of a form, sealed with a ticket's key. */
static inline struct str carried_seal(struct arena *a, const struct carried_ticket *t, struct str form)
{
	unsigned char key[SEAL_KEY];
	size_t n_key = 0, size = (4 + form.n + CARRIED_BLOCK - 1) / CARRIED_BLOCK * CARRIED_BLOCK;
	unsigned char *plain = arena_alloc(a, size), *box = arena_alloc(a, size + 28);
	int n = 0, last = 0;
	memset(plain, 0, size);
	for (int i = 0; i < 4; i++)
		plain[i] = (unsigned char)(form.n >> (24 - 8 * i));
	memcpy(plain + 4, form.p, form.n);
	CHECK(sodium_base642bin(key, sizeof key, t->key, strlen(t->key), NULL, &n_key, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 && n_key == SEAL_KEY);
	rnd_bytes(box, 12);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	CHECK(EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, box) == 1);
	CHECK(EVP_EncryptUpdate(c, NULL, &n, (const unsigned char *)t->text, (int)strlen(t->text)) == 1);
	CHECK(EVP_EncryptUpdate(c, box + 12, &n, plain, (int)size) == 1 && EVP_EncryptFinal_ex(c, box + 12 + n, &last) == 1);
	CHECK(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, 16, box + 12 + size) == 1);
	EVP_CIPHER_CTX_free(c);
	size_t room = sodium_base64_ENCODED_LEN(size + 28, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *text = arena_alloc(a, room);
	sodium_bin2base64(text, room, box, size + 28, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_z(text);
}
