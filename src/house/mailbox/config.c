#include "house/mailbox/config.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/store/audit.h"

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };

static enum err get(struct db *db, struct arena *a, int64_t school, const char *name, struct str *out)
{
	struct q_family_setting_row r;
	enum err e = q_family_setting_one(db, a, &(struct q_family_setting_args){ .school = school, .name = str_z(name) }, &r);
	*out = e == OK ? r.value : STR("");
	return e == ERR_ABSENT ? OK : e;
}

static enum err put(struct db *db, const struct act *act, const char *name, struct str value)
{
	return q_family_setting_put_do(db, &(struct q_family_setting_put_args){ .school = act->school, .name = str_z(name), .value = value.p ? value : STR(""),
		.by = act->person, .now = clock_utc() }, NULL);
}

enum err mailbox_config_get(struct db *db, struct arena *a, int64_t school, struct mailbox_config *out)
{
	struct str password;
	*out = (struct mailbox_config){ 0 };
	TRY(get(db, a, school, "mailbox.address", &out->address));
	TRY(get(db, a, school, "mailbox.server", &out->server));
	TRY(get(db, a, school, "mailbox.user", &out->user));
	TRY(get(db, a, school, "mailbox.folder", &out->folder));
	TRY(get(db, a, school, "mailbox.password", &password));
	if (!out->folder.n)
		out->folder = STR("INBOX");
	out->has_password = password.n > 0;
	return OK;
}

static void key_of(const struct keys *k, uint8_t key[32]) { hash_hmac(keys_index(k), STR("wellbeing mailbox"), key); }

static struct str sealed(struct arena *a, const struct keys *k, int64_t school, struct str password)
{
	uint8_t key[32], bytes[NONCE + MAILBOX_PASSWORD_MAX + TAG];
	char *hex = arena_alloc(a, 2 * sizeof bytes + 1);
	key_of(k, key);
	rnd_bytes(bytes, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + NONCE, NULL, (const uint8_t *)password.p, password.n, (const uint8_t *)&school, sizeof school, NULL,
		bytes, key);
	mem_wipe(key, sizeof key);
	hex_put(bytes, NONCE + password.n + TAG, hex);
	return str_z(hex);
}

enum err mailbox_password(struct db *db, const struct keys *k, int64_t school, struct buf *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	uint8_t key[32], bytes[NONCE + MAILBOX_PASSWORD_MAX + TAG], plain[MAILBOX_PASSWORD_MAX];
	struct str hex;
	TRY(get(db, &a, school, "mailbox.password", &hex));
	size_t n = hex.n / 2;
	if (!n)
		return ERR_ABSENT;
	if (n < NONCE + TAG || n > sizeof bytes || hex_get(hex, bytes, n) != OK)
		return ERR_CRYPTO;
	key_of(k, key);
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, bytes + NONCE, n - NONCE, (const uint8_t *)&school, sizeof school, bytes, key);
	mem_wipe(key, sizeof key);
	if (!bad)
		buf_add(out, (struct str){ (const char *)plain, n - NONCE - TAG });
	mem_wipe(plain, sizeof plain);
	return bad ? ERR_CRYPTO : buf_ok(out);
}

enum err mailbox_config_set(struct db *db, const struct keys *k, const struct act *act, const struct mailbox_config *in, struct str password)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	if (password.n > MAILBOX_PASSWORD_MAX)
		return ERR_LIMIT;
	TRY(db_tx_begin(db, &tx));
	TRY(put(db, act, "mailbox.address", in->address));
	TRY(put(db, act, "mailbox.server", in->server));
	TRY(put(db, act, "mailbox.user", in->user));
	TRY(put(db, act, "mailbox.folder", in->folder));
	if (password.n)
		TRY(put(db, act, "mailbox.password", sealed(&a, k, act->school, password)));
	TRY(audit_add(db, act, "mailbox.configured", (struct audit_about){ "school", act->school }, NULL));
	return db_tx_commit(&tx);
}
