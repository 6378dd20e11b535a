#include "sign/signer.h"

#include <sodium.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "io/file.h"
#include "sign/book.h"

enum { BURST = 60, REFILL_MS = 500, STATE_MAX = SIGNER_SCHOOLS * CHECKPOINT_BYTES + SHA256_BYTES };

struct signer {
	uint8_t key[64];
	char state_path[1024];
	VEC(struct checkpoint) last;            /* one a school */
	int64_t tokens_ms;                      /* rate: time saved up, at most BURST * REFILL_MS */
	int64_t seen_ms;
};

/* The key file and its public half; made together when there is none. */
static enum err have_key(const char *key_path, const char *pub_path, uint8_t key[64])
{
	uint8_t pub[CHECKPOINT_KEY];
	if (!file_exists(key_path)) {
		checkpoint_key_make(pub, key);
		TRY(file_create(key_path, (struct str){ (char *)key, 64 }, 0600));
	}
	TRY(file_read_exact(key_path, key, 64));
	if (crypto_sign_ed25519_sk_to_pk(pub, key))
		return ERR_CRYPTO;
	return file_exists(pub_path) ? OK : file_create(pub_path, (struct str){ (char *)pub, sizeof pub }, 0644);
}

/* Checkpoints, one after another. */
static enum err read_state(struct signer *s)
{
	AUTO(buf_done) struct buf b = buf_init(STATE_MAX);
	struct rd r;
	if (!file_exists(s->state_path))
		return OK;
	TRY(book_read(s->state_path, &b, &r));
	while (rd_left(&r)) {
		struct str one = rd_bytes(&r, CHECKPOINT_BYTES);
		TRY(!r.bad && checkpoint_read(one, (struct checkpoint *)vec_push(&s->last)) == OK ? OK : ERR_CORRUPT);
	}
	return OK;
}

static enum err write_state(const struct signer *s)
{
	AUTO(buf_done) struct buf b = buf_init(STATE_MAX);
	uint8_t one[CHECKPOINT_BYTES];
	book_begin(&b);
	for (size_t i = 0; i < s->last.n; i++) {
		checkpoint_bytes(&s->last.v[i], one);
		buf_add(&b, (struct str){ (char *)one, sizeof one });
	}
	return book_write(s->state_path, &b);
}

enum err signer_open(const char *key_path, const char *pub_path, const char *state_path, struct signer **out)
{
	if (sodium_init() < 0)
		return ERR_CRYPTO;
	AUTO(signer_free) struct signer *s = mem_new(struct signer);
	if ((size_t)snprintf(s->state_path, sizeof s->state_path, "%s", state_path) >= sizeof s->state_path)
		return ERR_LIMIT;
	TRY(have_key(key_path, pub_path, s->key));
	TRY(read_state(s));
	s->seen_ms = clock_mono_ms();
	s->tokens_ms = BURST * REFILL_MS;
	*out = TAKE(s);
	return OK;
}

void signer_free(struct signer **s)
{
	if (!*s)
		return;
	vec_done(&(*s)->last);
	mem_wipe(*s, sizeof **s);
	mem_free(s);
}

static bool too_often(struct signer *s)
{
	int64_t now = clock_mono_ms(), most = (int64_t)BURST * REFILL_MS;
	s->tokens_ms += now - s->seen_ms;
	s->seen_ms = now;
	s->tokens_ms = s->tokens_ms > most ? most : s->tokens_ms;
	if (s->tokens_ms < REFILL_MS)
		return true;
	s->tokens_ms -= REFILL_MS;
	return false;
}

static struct checkpoint *last_of(struct signer *s, int64_t school)
{
	for (size_t i = 0; i < s->last.n; i++)
		if (s->last.v[i].school == school)
			return &s->last.v[i];
	return NULL;
}

static bool goes_back(const struct checkpoint *last, const struct checkpoint *c)
{
	return c->sequence < last->sequence ||
	       (c->sequence == last->sequence && memcmp(c->head, last->head, CHECKPOINT_DIGEST) != 0);
}

/* Remembers first: a signature that left and was forgotten could be contradicted. */
static enum signer_code remember(struct signer *s, struct checkpoint *c)
{
	struct checkpoint *last = last_of(s, c->school);
	if (last && goes_back(last, c))
		return SIGNER_STALE;
	if (!last && s->last.n == SIGNER_SCHOOLS)
		return SIGNER_FAILED;
	c->at_utc = clock_utc();
	if (last && last->at_utc > c->at_utc)
		c->at_utc = last->at_utc;                /* the clock was set back: time in the chain does not */
	struct checkpoint before = last ? *last : (struct checkpoint){ 0 };
	if (last)
		*last = *c;
	else
		*(struct checkpoint *)vec_push(&s->last) = *c;
	if (write_state(s) == OK)
		return SIGNER_SIGNED;
	if (last)
		*last = before;
	else
		s->last.n--;
	return SIGNER_FAILED;
}

static enum signer_code decide(struct signer *s, struct str question, struct checkpoint *c)
{
	if (too_often(s))
		return SIGNER_BUSY;
	return checkpoint_read(question, c) == OK ? remember(s, c) : SIGNER_SYNTAX;
}

size_t signer_answer(struct signer *s, struct str question, uint8_t out[SIGNER_ANSWER])
{
	struct checkpoint c;
	enum signer_code code = decide(s, question, &c);
	out[0] = (uint8_t)code;
	if (code != SIGNER_SIGNED)
		return 1;
	checkpoint_bytes(&c, out + 1);
	crypto_sign_detached(out + 1 + CHECKPOINT_BYTES, NULL, out + 1, CHECKPOINT_BYTES, s->key);
	return SIGNER_ANSWER;
}
