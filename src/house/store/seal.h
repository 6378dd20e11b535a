/* seal.h - case text at rest.  Each case has a data key of its own; the key is
 * kept wrapped by a key derived from school.key, which lives in a file of its own
 * and in no database and no backup of one.  Destroying the data key destroys the
 * text everywhere, backups that are restored later included only if their key table
 * is older: `restore` says so.
 *
 * Two classes of keys: what happens to children, and what is alleged against staff
 * (staff.key; a portal that never serves the headteacher need not hold it).
 * XChaCha20-Poly1305; the additional data bind school, entry, version and field, so
 * that no text can be moved to another place. */
#pragma once
#include "house/store/act.h"
#include "house/store/db.h"

enum seal_class { SEAL_CASE = 1, SEAL_STAFF = 2 };
enum { SEAL_KEY = 32, SEAL_EXTRA = 40, SEAL_TEXT_MAX = 256 * 1024 };   /* bytes added; longest text */

/* The keys of this prefix, in locked memory, wiped when freed. */
struct keys;
/* Makes the store's keys that are missing in the folder (school.key, staff.key, index.key), mode 0600.
 * Never replaces one. */
enum err keys_make(const char *dir);
/* ERR_ABSENT without school.key or index.key; ERR_CRYPTO for a wrong length or a mode that
 * others can read.  staff.key may be absent: then staff texts answer ERR_CRYPTO. */
enum err keys_load(const char *dir, struct keys **out);
/* For tests: every key from this seed. */
struct keys *keys_fake(uint8_t seed);
void keys_free(struct keys **k);
/* 32 bytes: the index key, for words.h */
const uint8_t *keys_index(const struct keys *k);
/* A key of the school's for one purpose, named by `label`; the same each time. */
void keys_derive(const struct keys *k, const char *label, uint8_t out[SEAL_KEY]);

/* A new data key, stored wrapped.  Call inside the transaction that makes the case. */
enum err seal_key_new(struct db *db, const struct keys *k, const struct act *act, enum seal_class class, int64_t *key);

/* Where a text stands. */
struct seal_place { int64_t school, key, entry, version; const char *field; };
/* Sealed bytes, in the arena: nonce, ciphertext, tag. */
enum err seal_text(struct db *db, const struct keys *k, struct arena *a, const struct seal_place *at,
                   struct str plain, struct str *out);
/* ERR_ABSENT: the key was destroyed (show a tombstone); ERR_CRYPTO: these bytes are not what was sealed here. */
enum err seal_open(struct db *db, const struct keys *k, struct arena *a, const struct seal_place *at,
                   struct str sealed, struct str *out);
/* The same for many texts in a row: the data key that was opened last is kept until seal_last_done wipes it. */
struct seal_last { int64_t key; uint8_t data[SEAL_KEY]; };      /* key 0: none yet */
enum err seal_open_next(struct db *db, const struct keys *k, struct arena *a, struct seal_last *last, const struct seal_place *at,
                        struct str sealed, struct str *out);
void seal_last_done(struct seal_last *last);
/* Destroys the key for good, removes the case's word tokens, leaves a tombstone and an audit record. */
enum err seal_destroy(struct db *db, const struct act *act, int64_t key);
