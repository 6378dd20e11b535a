#include "house/store/carried.h"

#define ERR_STATE openssl_ERR_STATE          /* a type of theirs; a name of base/err.h */
#include <openssl/evp.h>
#undef ERR_STATE
#include <sodium.h>

#include "base/mem.h"
#include "base/rd.h"
#include "base/rnd.h"
#include "base/wr.h"

enum {
	INSIDE = 3 * 8 + SEAL_KEY,                              /* school, person, opened, key */
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TICKET = INSIDE + SEAL_EXTRA,
	IV = 12, TAG = 16,
	B64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};
static_assert(CARRIED_TICKET_TEXT == sodium_base64_ENCODED_LEN(TICKET, B64), "room for a ticket");
static_assert(CARRIED_KEY_TEXT == sodium_base64_ENCODED_LEN(SEAL_KEY, B64), "room for a key");

static const unsigned char about[] = "gatehouse letter 1";

static void ticket_key(const struct keys *k, uint8_t out[SEAL_KEY]) { keys_derive(k, "gatehouse letters", out); }

void carried_ticket_new(const struct keys *k, int64_t school, int64_t person, int64_t now_utc, struct carried_ticket *out)
{
	uint8_t key[SEAL_KEY], mine[SEAL_KEY], plain[INSIDE], sealed[TICKET];
	struct wr w = wr_over(plain, sizeof plain);
	rnd_bytes(key, sizeof key);
	wr_u64(&w, (uint64_t)school);
	wr_u64(&w, (uint64_t)person);
	wr_u64(&w, (uint64_t)now_utc);
	wr_bytes(&w, (struct str){ (const char *)key, sizeof key });
	assert(wr_ok(&w) == OK);
	ticket_key(k, mine);
	rnd_bytes(sealed, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, plain, sizeof plain, about, sizeof about, NULL, sealed, mine);      /* cannot fail */
	sodium_bin2base64(out->text, sizeof out->text, sealed, sizeof sealed, B64);
	sodium_bin2base64(out->key, sizeof out->key, key, sizeof key, B64);
	mem_wipe(key, sizeof key);
	mem_wipe(mine, sizeof mine);
	mem_wipe(plain, sizeof plain);
}

/* Bytes of a text of ours; exactly `want` of them when that is not 0. */
static enum err bytes_of(struct arena *a, struct str text, size_t want, struct str *out)
{
	size_t n = 0;
	unsigned char *p = arena_alloc(a, text.n + 1);
	if (sodium_base642bin(p, text.n, text.p, text.n, NULL, &n, NULL, B64) != 0 || (want && n != want))
		return ERR_CRYPTO;
	*out = (struct str){ (const char *)p, n };
	return OK;
}

static enum err ticket_open(const struct keys *k, struct arena *a, struct str text, uint8_t plain[INSIDE])
{
	uint8_t mine[SEAL_KEY];
	struct str t;
	TRY(bytes_of(a, text, TICKET, &t));
	const unsigned char *p = (const unsigned char *)t.p;
	ticket_key(k, mine);
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, p + NONCE, t.n - NONCE, about, sizeof about, p, mine);
	mem_wipe(mine, sizeof mine);
	return bad ? ERR_CRYPTO : OK;
}

static void cipher_free(EVP_CIPHER_CTX **c) { EVP_CIPHER_CTX_free(*c); }

/* AES-256-GCM (NIST SP 800-38D): nonce, ciphertext, tag. */
static enum err box_open(struct arena *a, const uint8_t key[SEAL_KEY], struct str ticket, struct str box, struct str *plain)
{
	AUTO(cipher_free) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	if (!c || box.n < IV + TAG)
		return ERR_CRYPTO;
	const unsigned char *p = (const unsigned char *)box.p;
	int body = (int)(box.n - IV - TAG), n = 0, last = 0;
	unsigned char *out = arena_alloc(a, (size_t)body + 1), tag[TAG];
	memcpy(tag, p + box.n - TAG, TAG);
	if (EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, p) != 1 || EVP_DecryptUpdate(c, NULL, &n, (const unsigned char *)ticket.p, (int)ticket.n) != 1 ||
	    EVP_DecryptUpdate(c, out, &n, p + IV, body) != 1 || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) != 1 || EVP_DecryptFinal_ex(c, out + n, &last) != 1)
		return ERR_CRYPTO;
	*plain = (struct str){ (const char *)out, (size_t)(n + last) };
	return OK;
}

enum err carried_inside(struct str plain, struct str *form)
{
	struct rd r = rd_over(plain);
	uint32_t n = rd_u32(&r);
	struct str text = rd_bytes(&r, n);
	TRY(rd_ok(&r));
	*form = text;
	return OK;
}

enum err carried_open(const struct keys *k, struct arena *a, int64_t school, int64_t now_utc, struct str ticket, struct str box, struct carried *out)
{
	uint8_t plain[INSIDE];
	struct str sealed, inside;
	if (ticket.n != CARRIED_TICKET_TEXT - 1 || box.n == 0 || box.n > CARRIED_BOX_MAX)
		return ERR_CRYPTO;
	TRY(ticket_open(k, a, ticket, plain));
	struct rd r = rd_over((struct str){ (const char *)plain, sizeof plain });
	bool ours = (int64_t)rd_u64(&r) == school;
	*out = (struct carried){ .person = (int64_t)rd_u64(&r), .opened_utc = (int64_t)rd_u64(&r) };
	enum err e = !ours ? ERR_CRYPTO : now_utc - out->opened_utc > CARRIED_KEEP_S ? ERR_STALE : bytes_of(a, box, 0, &sealed);
	if (e == OK)
		e = box_open(a, plain + 3 * 8, ticket, sealed, &inside);
	mem_wipe(plain, sizeof plain);
	TRY(e);
	return carried_inside(inside, &out->form);
}
