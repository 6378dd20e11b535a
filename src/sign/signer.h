/* signer.h - what gatehouse-signer does with a question: sign it, or say why not.
 * It holds the key and, for each school, the last checkpoint that it signed, so
 * that nobody can have an older or a second history signed.  The memory is one
 * small file, replaced before each signature leaves. */
#pragma once
#include "io/signer_ask.h"

enum { SIGNER_ANSWER = 1 + CHECKPOINT_BYTES + CHECKPOINT_SIGNATURE, SIGNER_SCHOOLS = 4096 };

/* The first byte of an answer. */
enum signer_code { SIGNER_SIGNED, SIGNER_STALE, SIGNER_BUSY, SIGNER_SYNTAX, SIGNER_FAILED };

struct signer;

/* key_path: 64 bytes, made with pub_path beside it when absent.  state_path: the memory, absent at first;
 * ERR_CORRUPT when it cannot be believed: the signer does not start then, since it could be led back. */
enum err signer_open(const char *key_path, const char *pub_path, const char *state_path, struct signer **out);
void signer_free(struct signer **s);         /* wipes the key */
/* Writes the answer, gives its length: 1 or SIGNER_ANSWER. */
size_t signer_answer(struct signer *s, struct str question, uint8_t out[SIGNER_ANSWER]);
