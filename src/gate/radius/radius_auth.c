#define ERR_STATE OPENSSL_ERR_STATE        /* both libraries have one; ours is the enum */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE
#include <sodium.h>

#include "gate/radius/radius_auth.h"

enum { ACCOUNTING_RESPONSE = 5, MD5 = 16 };

static void md5(struct str a, struct str b, uint8_t out[MD5])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned n = MD5;
	int good = c && EVP_DigestInit_ex(c, EVP_md5(), NULL) && EVP_DigestUpdate(c, a.p, a.n) && EVP_DigestUpdate(c, b.p, b.n) && EVP_DigestFinal_ex(c, out, &n);
	assert(good && n == MD5);
	EVP_MD_CTX_free(c);
}

bool radius_auth(struct str packet, const struct radius_acct *a, struct str secret)
{
	uint8_t copy[RADIUS_PACKET_MAX], made[MD5];
	unsigned n = MD5;
	if (!secret.n)
		return false;
	memcpy(copy, packet.p, a->length);
	memset(copy + 4, 0, MD5);
	md5((struct str){ (char *)copy, a->length }, secret, made);
	if (sodium_memcmp(made, a->authenticator, MD5) != 0)
		return false;
	if (!a->message_at)
		return true;
	memset(copy + a->message_at, 0, MD5);
	if (!HMAC(EVP_md5(), secret.p, (int)secret.n, copy, a->length, made, &n))
		return false;
	return sodium_memcmp(made, packet.p + a->message_at, MD5) == 0;
}

void radius_answer(const struct radius_acct *a, struct str secret, uint8_t out[RADIUS_HEADER])
{
	uint8_t head[RADIUS_HEADER] = { ACCOUNTING_RESPONSE, a->id, 0, RADIUS_HEADER };
	memcpy(head + 4, a->authenticator, MD5);
	md5((struct str){ (char *)head, RADIUS_HEADER }, secret, head + 4);
	memcpy(out, head, RADIUS_HEADER);
}
