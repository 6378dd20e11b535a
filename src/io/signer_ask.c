#include "io/signer_ask.h"

#include <sodium.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rd.h"
#include "base/wr.h"
#include "io/frame.h"

enum { ANSWER = 1 + CHECKPOINT_BYTES + CHECKPOINT_SIGNATURE, ASK_WAIT_MS = 5000 };

static const char magic[8] = { 'G', 'H', 'C', 'H', 'E', 'C', 'K', '1' };

void checkpoint_bytes(const struct checkpoint *c, uint8_t out[CHECKPOINT_BYTES])
{
	struct wr w = wr_over(out, CHECKPOINT_BYTES);
	wr_bytes(&w, (struct str){ magic, sizeof magic });
	wr_u64(&w, (uint64_t)c->school);
	wr_u64(&w, c->sequence);
	wr_u64(&w, (uint64_t)c->at_utc);
	wr_bytes(&w, (struct str){ (const char *)c->head, CHECKPOINT_DIGEST });
	assert(wr_ok(&w) == OK && wr_len(&w) == CHECKPOINT_BYTES);
}

enum err checkpoint_read(struct str bytes, struct checkpoint *out)
{
	struct checkpoint c = { 0 };
	struct rd r = rd_over(bytes);
	struct str m = rd_bytes(&r, sizeof magic);
	c.school = (int64_t)rd_u64(&r);
	c.sequence = rd_u64(&r);
	c.at_utc = (int64_t)rd_u64(&r);
	struct str head = rd_bytes(&r, CHECKPOINT_DIGEST);
	TRY(rd_end(&r));
	if (memcmp(m.p, magic, sizeof magic) || c.school <= 0)
		return ERR_SYNTAX;
	memcpy(c.head, head.p, CHECKPOINT_DIGEST);
	*out = c;
	return OK;
}

/* The signer says one byte, then what it signed. */
static enum err verdict(uint8_t code)
{
	static const enum err said[] = { OK, ERR_STALE, ERR_BUSY, ERR_SYNTAX, ERR_FORBIDDEN };
	return code < ARRAY_N(said) ? said[code] : ERR_SYNTAX;
}

enum err signer_ask(const char *socket_path, struct checkpoint *c, uint8_t signature[CHECKPOINT_SIGNATURE])
{
	uint8_t question[CHECKPOINT_BYTES];
	struct checkpoint signed_one;
	AUTO(buf_done) struct buf answer = buf_init(ANSWER);
	checkpoint_bytes(c, question);
	TRY(frame_ask(socket_path, (struct str){ (char *)question, sizeof question }, &answer, ASK_WAIT_MS));
	struct rd r = rd_over(buf_str(&answer));
	uint8_t code = rd_u8(&r);
	TRY(rd_ok(&r));
	TRY(verdict(code));
	struct str bytes = rd_bytes(&r, CHECKPOINT_BYTES), sig = rd_bytes(&r, CHECKPOINT_SIGNATURE);
	TRY(rd_end(&r));
	TRY(checkpoint_read(bytes, &signed_one));
	if (signed_one.school != c->school || signed_one.sequence != c->sequence || memcmp(signed_one.head, c->head, CHECKPOINT_DIGEST))
		return ERR_CRYPTO;
	memcpy(signature, sig.p, CHECKPOINT_SIGNATURE);
	*c = signed_one;
	return OK;
}

enum err checkpoint_verify(const struct checkpoint *c, const uint8_t signature[CHECKPOINT_SIGNATURE],
                           const uint8_t pub[CHECKPOINT_KEY])
{
	uint8_t bytes[CHECKPOINT_BYTES];
	if (sodium_init() < 0)
		return ERR_CRYPTO;
	checkpoint_bytes(c, bytes);
	return crypto_sign_verify_detached(signature, bytes, sizeof bytes, pub) ? ERR_CRYPTO : OK;
}

void checkpoint_key_make(uint8_t pub[CHECKPOINT_KEY], uint8_t key[64])
{
	int bad = sodium_init() < 0 || crypto_sign_keypair(pub, key);
	assert(!bad);
}
