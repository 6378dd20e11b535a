/* tokens.h - devices with a token of their own.  Only the token's keyed digest
 * (HMAC-SHA-256) is here: who reads the snapshot cannot act as a device. */
#pragma once
#include "base/buf.h"
#include "policy/read/policy.h"

enum { TOKENS_MAX = 200000 };

struct token { uint8_t digest[32]; struct token_hit hit; };
struct tokens { struct token *v; size_t n; };   /* sorted by digest */

/* The digest of something else that a connection shows, with the same key: LIVE_HOW_TICKET a login, LIVE_HOW_CERT a
 * certificate's fingerprint or a name in it.  No token's: those begin with a number. */
void token_digest(const uint8_t key[32], enum live_how how, struct str name, uint8_t out[32]);
bool tokens_find(const struct tokens *t, const uint8_t digest[32], struct token_hit *out);
void tokens_sort(struct tokens *t);
enum err tokens_read(struct str bytes, struct tokens *out);
void tokens_write(const struct tokens *t, struct buf *out);
void tokens_done(struct tokens *t);
enum err tokens_check(const struct snapshot *s, struct str bytes);
