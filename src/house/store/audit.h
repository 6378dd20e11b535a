/* audit.h - what was done, by whom, why: one chain of digests per school, in the
 * database, append-only.  Each record's digest covers the record and the digest
 * before it; what it is about enters as a digest of stored bytes (ciphertext), so
 * that a destroyed key leaves the chain valid.  Checkpoints are signed by the
 * signer; copies of them outside the database show a chain cut short. */
#pragma once
#include "house/store/act.h"
#include "base/diag.h"
#include "house/store/db.h"
#include "io/signer_ask.h"

enum { AUDIT_DIGEST = 32, AUDIT_SIGNATURE = 64, AUDIT_TEXT_MAX = 500 };

/* What a record is about: a kind of row ("entry", "person", "setting", "snapshot") and its id (0 = none). */
struct audit_about { const char *kind; int64_t id; };

/* Appends one record in the transaction that is open (or one of its own).  `what` is
 * a short verb phrase known to the program ("case.opened", "filter.changed"), never
 * somebody's words.  `digest`: AUDIT_DIGEST bytes over what was stored, or NULL.
 * Holds the lock on the school's head until the transaction ends: add it last. */
enum err audit_add(struct db *db, const struct act *act, const char *what, struct audit_about about,
                   const uint8_t *digest);

/* Many records in one transaction (an import): the head is locked once, kept in memory, and written once at the end.  On
 * PostgreSQL each write of one row leaves a version of it behind that every later write in the transaction walks past.
 *     AUTO(audit_batch_done) struct audit_batch b = { 0 };
 *     TRY(audit_batch_begin(db, school, &b));      in the transaction that is open
 *     ...
 *     TRY(audit_batch_end(&b));                    before it is committed
 * One at a time in a thread.  Records that were rolled back inside it make the end answer ERR_STATE: roll back the whole. */
struct audit_batch { struct db *db; int64_t school, before, seq; uint8_t digest[AUDIT_DIGEST]; };
enum err audit_batch_begin(struct db *db, int64_t school, struct audit_batch *b);
enum err audit_batch_end(struct audit_batch *b);
void audit_batch_done(struct audit_batch *b);

/* The head: how many records, and the digest of the last one.  Zeroes for none. */
struct audit_head { int64_t seq; uint8_t digest[AUDIT_DIGEST]; };
enum err audit_head(struct db *db, int64_t school, struct audit_head *out);

/* A checkpoint as a line of text, to be printed, mailed and kept:
 *   gatehouse-checkpoint 1 SCHOOL SEQ UTC DIGEST(hex) SIGNATURE(hex)
 * The signature is over checkpoint_bytes (io/signer_ask.h).  Signs with whatever is given: signer_ask in
 * service, a key in tests; it fills in the time. */
typedef enum err audit_sign_fn(void *ctx, struct checkpoint *c, uint8_t signature[AUDIT_SIGNATURE]);
/* Signs the head and stores the checkpoint; does nothing when the head has one.  `out`: the
 * whole line with its signature, for the copies outside; absent when nothing was done. */
enum err audit_checkpoint(struct db *db, int64_t school, audit_sign_fn *sign, void *ctx,
                          struct arena *a, struct str *out);

/* A page of the chain, newest first, records with seq < before (0 = from the head). */
struct audit_record {
	int64_t seq, at_utc, person, about;
	struct str what, why, about_kind;
};
enum err audit_list(struct db *db, struct arena *a, int64_t school, int64_t before, int64_t limit,
                    struct audit_record **out, size_t *n);
/* Of one thing, oldest first. */
enum err audit_of(struct db *db, struct arena *a, int64_t school, struct audit_about about,
                  struct audit_record **out, size_t *n);

/* Verification.  Walks everything, streaming; each fault is reported once, in words. */
struct audit_outside { int64_t school, seq; uint8_t digest[AUDIT_DIGEST]; int64_t at_utc; struct str file; };
/* Reads the lines of a kept copy and checks their signatures (public_key may be NULL: then only the form). */
enum err audit_outside_read(struct arena *a, struct str file, struct str text, const uint8_t *public_key,
                            struct diag *d, struct audit_outside **out, size_t *n);
struct audit_verify {
	const uint8_t *public_key;            /* 32 bytes, or NULL: signatures are then not checked, and it is said */
	const struct audit_outside *outside;  /* kept copies */
	size_t n_outside;
	void (*progress)(void *ctx, const char *part, int64_t done, int64_t total);   /* may be NULL */
	void *ctx;
};
struct audit_verified { int64_t records, versions, texts, checkpoints, tombstones, erased; };        /* erased: entries whose words are gone, by certificate */
/* Findings go to `d` (errors = damage); OK even when there are some: only a database
 * that cannot be walked at all is an error. */
enum err audit_verify(struct db *db, int64_t school, const struct audit_verify *how, struct diag *d,
                      struct audit_verified *out);
