#include "house/store/seal.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "base/wr.h"
#include "gen_queries.h"
#include "house/store/audit.h"

struct keys {
	uint8_t school[SEAL_KEY], staff[SEAL_KEY], index[SEAL_KEY];
	bool has_staff;
};

static const char *const names[] = { "school.key", "staff.key", "index.key" };

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static struct keys *keys_new(void)
{
	if (sodium_init() < 0)
		abort();
	struct keys *k = sodium_malloc(sizeof *k);     /* locked, kept out of core files, guarded, wiped when freed */
	if (!k)
		abort();
	memset(k, 0, sizeof *k);
	return k;
}

void keys_free(struct keys **k)
{
	sodium_free(*k);
	*k = NULL;
}

static enum err make_one(int dir, const char *name)
{
	AUTO(fd_close) int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? OK : err_sys();
	uint8_t key[SEAL_KEY];
	rnd_bytes(key, sizeof key);
	ssize_t n = write(fd, key, sizeof key);
	mem_wipe(key, sizeof key);
	if (n != SEAL_KEY || fsync(fd) || fsync(dir)) {
		(void)unlinkat(dir, name, 0);          /* half a key is worse than none */
		return n < 0 ? err_sys() : (enum err)-EIO;
	}
	return OK;
}

enum err keys_make(const char *path)
{
	AUTO(fd_close) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_sys();
	for (size_t i = 0; i < ARRAY_N(names); i++)
		TRY(make_one(dir, names[i]));
	return OK;
}

static enum err load_one(int dir, const char *name, uint8_t out[SEAL_KEY])
{
	AUTO(fd_close) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ERR_ABSENT : err_sys();
	struct stat st;
	if (fstat(fd, &st))
		return err_sys();
	if (st.st_size != SEAL_KEY || (st.st_mode & S_IRWXO) || (st.st_mode & S_IWGRP))
		return ERR_CRYPTO;
	return read(fd, out, SEAL_KEY) == SEAL_KEY ? OK : ERR_CRYPTO;
}

enum err keys_load(const char *path, struct keys **out)
{
	AUTO(fd_close) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? ERR_ABSENT : err_sys();
	AUTO(keys_free) struct keys *k = keys_new();
	TRY(load_one(dir, "school.key", k->school));
	TRY(load_one(dir, "index.key", k->index));
	enum err e = load_one(dir, "staff.key", k->staff);
	k->has_staff = e == OK;
	if (e != OK && e != ERR_ABSENT)
		return e;
	*out = TAKE(k);
	return OK;
}

struct keys *keys_fake(uint8_t seed)
{
	struct keys *k = keys_new();
	memset(k->school, seed, SEAL_KEY);
	memset(k->staff, seed + 1, SEAL_KEY);
	memset(k->index, seed + 2, SEAL_KEY);
	k->has_staff = true;
	return k;
}

const uint8_t *keys_index(const struct keys *k) { return k->index; }
void keys_derive(const struct keys *k, const char *label, uint8_t out[SEAL_KEY]) { hash_hmac(k->school, str_z(label), out); }

/* ---- boxes: nonce, ciphertext, tag */

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
static_assert(NONCE + TAG == SEAL_EXTRA, "what a box adds");

static void box(const uint8_t key[SEAL_KEY], struct str about, struct str plain, uint8_t *out)
{
	rnd_bytes(out, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, (const uint8_t *)plain.p, plain.n,
		(const uint8_t *)about.p, about.n, NULL, out, key);    /* cannot fail */
}

static enum err unbox(const uint8_t key[SEAL_KEY], struct str about, struct str boxed, uint8_t *out)
{
	const uint8_t *p = (const uint8_t *)boxed.p;
	if (boxed.n < SEAL_EXTRA)
		return ERR_CRYPTO;
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, p + NONCE, boxed.n - NONCE,
		(const uint8_t *)about.p, about.n, p, key);
	return bad ? ERR_CRYPTO : OK;
}

/* The key that wraps, of one school and class: the file's key never meets data itself. */
static enum err wrapping(const struct keys *k, int64_t school, int64_t class, uint8_t out[SEAL_KEY])
{
	if (class == SEAL_STAFF && !k->has_staff)
		return ERR_CRYPTO;
	char label[64];
	int n = snprintf(label, sizeof label, "gatehouse wrap %lld %lld", (long long)school, (long long)class);
	hash_hmac(class == SEAL_STAFF ? k->staff : k->school, (struct str){ label, (size_t)n }, out);
	return OK;
}

/* Wrapped keys are bound to the row that they stand in. */
static struct str key_about(char room[64], int64_t school, int64_t id)
{
	int n = snprintf(room, 64, "key %lld %lld", (long long)school, (long long)id);
	return (struct str){ room, (size_t)n };
}

static enum err wrap(const struct keys *k, int64_t school, int64_t class, int64_t id, uint8_t out[SEAL_KEY + SEAL_EXTRA])
{
	uint8_t over[SEAL_KEY], data[SEAL_KEY];
	char room[64];
	TRY(wrapping(k, school, class, over));
	rnd_bytes(data, sizeof data);
	box(over, key_about(room, school, id), (struct str){ (const char *)data, sizeof data }, out);
	mem_wipe(over, sizeof over);
	mem_wipe(data, sizeof data);
	return OK;
}

enum err seal_key_new(struct db *db, const struct keys *k, const struct act *act, enum seal_class class, int64_t *key)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	struct q_case_key_put_row row;
	TRY(q_case_key_put_one(db, &a, &(struct q_case_key_put_args){ .school = act->school, .class = class, .wrapped = STR(""), .at = clock_utc() }, &row));
	uint8_t wrapped[SEAL_KEY + SEAL_EXTRA];
	TRY(wrap(k, act->school, class, row.id, wrapped));
	struct q_case_key_wrap_args set = { .school = act->school, .id = row.id, .wrapped = { (const char *)wrapped, sizeof wrapped } };
	TRY(q_case_key_wrap_do(db, &set, NULL));
	TRY(db_tx_commit(&tx));
	*key = row.id;
	return OK;
}

static enum err data_key(struct db *db, const struct keys *k, int64_t school, int64_t id, uint8_t out[SEAL_KEY])
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_case_key_get_row row;
	TRY(q_case_key_get_one(db, &a, &(struct q_case_key_get_args){ .school = school, .id = id }, &row));
	if (row.destroyed_utc || !row.wrapped.n)
		return ERR_ABSENT;
	if (row.wrapped.n != SEAL_KEY + SEAL_EXTRA)
		return ERR_CRYPTO;
	uint8_t over[SEAL_KEY];
	char room[64];
	TRY(wrapping(k, school, row.class, over));
	enum err e = unbox(over, key_about(room, school, id), row.wrapped, out);
	mem_wipe(over, sizeof over);
	return e;
}

static struct str place_about(struct arena *a, const struct seal_place *at)
{
	return arena_fmt(a, "text %lld %lld %lld %lld %s", (long long)at->school, (long long)at->key, (long long)at->entry,
	                 (long long)at->version, at->field);
}

enum err seal_text(struct db *db, const struct keys *k, struct arena *a, const struct seal_place *at,
                   struct str plain, struct str *out)
{
	if (plain.n > SEAL_TEXT_MAX)
		return ERR_LIMIT;
	uint8_t key[SEAL_KEY];
	TRY(data_key(db, k, at->school, at->key, key));
	uint8_t *room = arena_alloc(a, plain.n + SEAL_EXTRA);
	box(key, place_about(a, at), plain, room);
	mem_wipe(key, sizeof key);
	*out = (struct str){ (const char *)room, plain.n + SEAL_EXTRA };
	return OK;
}

void seal_last_done(struct seal_last *last) { mem_wipe(last, sizeof *last); }

static enum err open_key(struct db *db, const struct keys *k, struct seal_last *last, const struct seal_place *at)
{
	if (last->key == at->key && at->key)
		return OK;
	last->key = 0;
	TRY(data_key(db, k, at->school, at->key, last->data));
	last->key = at->key;
	return OK;
}

enum err seal_open_next(struct db *db, const struct keys *k, struct arena *a, struct seal_last *last, const struct seal_place *at,
                        struct str sealed, struct str *out)
{
	if (sealed.n < SEAL_EXTRA)
		return ERR_CRYPTO;
	TRY(open_key(db, k, last, at));
	uint8_t *room = arena_alloc(a, sealed.n - SEAL_EXTRA + 1);
	TRY(unbox(last->data, place_about(a, at), sealed, room));
	*out = (struct str){ (const char *)room, sealed.n - SEAL_EXTRA };
	return OK;
}

enum err seal_open(struct db *db, const struct keys *k, struct arena *a, const struct seal_place *at,
                   struct str sealed, struct str *out)
{
	AUTO(seal_last_done) struct seal_last last = { 0 };
	return seal_open_next(db, k, a, &last, at, sealed, out);
}

enum err seal_destroy(struct db *db, const struct act *act, int64_t key)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	int64_t hit = 0, now = clock_utc();
	struct str why = str_z(act->why ? act->why : "");
	struct q_case_key_destroy_args gone = { .school = act->school, .id = key, .empty = STR(""), .at = now, .person = act->person, .why = why };
	TRY(q_case_key_destroy_do(db, &gone, &hit));
	if (!hit)
		return ERR_ABSENT;
	TRY(q_words_forget_do(db, &(struct q_words_forget_args){ .school = act->school, .key = key }, NULL));
	TRY(q_tombstone_put_do(db, &(struct q_tombstone_put_args){ .school = act->school, .kind = STR("key"), .about = key, .person = act->person, .at = now, .why = why }, NULL));
	TRY(audit_add(db, act, "key.destroyed", (struct audit_about){ "key", key }, NULL));
	return db_tx_commit(&tx);
}
