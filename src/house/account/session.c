#include "house/account/session.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/account/glass.h"
#include "house/account/password.h"
#include "house/account/shared.h"
#include "house/store/audit.h"

enum { TOUCH_S = 30, AGENT_MAX = 200 };          /* the row is written at most this often */

static const struct { const char *word, *title; } HOWS[N_SESSION_HOW] = {
#define SESSION_HOW_ROW_(name, word, title) [name] = { word, title },
	SESSION_HOW_TABLE(SESSION_HOW_ROW_)
#undef SESSION_HOW_ROW_
};

const char *session_how_title(enum session_how how) { return how < N_SESSION_HOW ? HOWS[how].title : ""; }

static enum session_how how_of(struct str word)
{
	for (int i = 0; i < N_SESSION_HOW; i++)
		if (str_is(word, HOWS[i].word))
			return (enum session_how)i;
	return HOW_PASSWORD;                     /* of before it was kept */
}

static struct str bytes_of(const uint8_t hash[32]) { return (struct str){ (const char *)hash, 32 }; }

static void csrf_of(struct str token, char out[CSRF_TEXT])
{
	uint8_t key[32], mac[HMAC_BYTES];
	hash_sha256(token, key);
	key[0] ^= 0x5a;                          /* not the digest that the database holds */
	hash_hmac(key, STR("form token"), mac);
	hex_put(mac, (CSRF_TEXT - 1) / 2, out);
	mem_wipe(key, sizeof key);
}

static int64_t id_of(const uint8_t hash[32])
{
	int64_t id = 0;
	for (int i = 0; i < 6; i++)
		id = id << 8 | hash[i];
	return id + 1;
}

void session_form_token(struct str token, char out[CSRF_TEXT]) { csrf_of(token, out); }

enum err session_begin(struct db *db, const struct account_rules *r, const struct person *p,
                       struct addr peer, struct str agent, char token[SESSION_TOKEN_TEXT], struct session *out)
{
	return session_begin_known(db, r, p, HOW_PASSWORD, false, peer, agent, token, out);
}

static int64_t until_of(const struct account_rules *r, const struct person *p, enum session_how how, int64_t now)
{
	int64_t until = now + (how == HOW_GLASS ? GLASS_SESSION_S : p->kind == KIND_LEARNER ? r->learner_session_s : r->session_s);
	return p->left_utc && p->left_utc < until ? p->left_utc : until;
}

static void token_new(struct session *s, char token[SESSION_TOKEN_TEXT])
{
	rnd_token(token, SESSION_TOKEN_BYTES);
	hash_sha256(str_z(token), s->token_hash);
	s->id = id_of(s->token_hash);
	csrf_of(str_z(token), s->csrf);
}

enum err session_begin_known(struct db *db, const struct account_rules *r, const struct person *p, enum session_how how, bool second,
                             struct addr peer, struct str agent, char token[SESSION_TOKEN_TEXT], struct session *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t now = clock_utc();
	char address[ADDR_TEXT_MAX];
	size_t address_n = addr_text(peer, address);
	struct q_account_of_row account;
	TRY(q_account_of_one(db, &a, &(struct q_account_of_args){ .school = p->school, .person = p->id }, &account));
	if (how != HOW_GLASS && str_is(account.sign_in, GLASS_USERNAME))
		return ERR_FORBIDDEN;            /* its envelopes are the only way in, whatever was added to it */
	if (shared_refused(account.sign_in))
		return ERR_SHARED;
	struct session s = { .school = p->school, .person = p->id, .began_utc = now, .seen_utc = now, .until_utc = until_of(r, p, how, now), .peer = peer,
		.how = how, .fresh = true };
	token_new(&s, token);
	struct str cut = str_upto(agent, AGENT_MAX);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_session_sweep_do(db, &(struct q_session_sweep_args){ .school = p->school, .now = now }, NULL));
	TRY(q_session_put_do(db, &(struct q_session_put_args){ .school = p->school, .token_hash = bytes_of(s.token_hash), .account = account.id,
		.person = p->id, .csrf = STR(""), .address = { address, address_n }, .agent = str_utf8(cut) ? cut : STR(""),
		.how = str_z(HOWS[how].word), .now = now, .expires = s.until_utc }, NULL));
	if (second)
		TRY(session_full(db, &s));
	TRY(q_account_seen_do(db, &(struct q_account_seen_args){ .school = p->school, .person = p->id, .at = now }, NULL));
	TRY(audit_add(db, &(struct act){ p->school, p->id, HOWS[how].word }, "session.begun", (struct audit_about){ "person", p->id }, NULL));
	TRY(db_tx_commit(&tx));
	*out = s;
	return OK;
}

enum err session_find(struct db *db, struct arena *a, const struct account_rules *r, int64_t school, struct str token,
                      bool touch, struct session *out)
{
	if (token.n != SESSION_TOKEN_TEXT - 1)
		return ERR_SIGNIN;
	struct session s = { .school = school, .current = true };
	int64_t now = clock_utc();
	hash_sha256(token, s.token_hash);
	struct q_session_row_row row;
	enum err e = q_session_row_one(db, a, &(struct q_session_row_args){ .school = school, .token_hash = bytes_of(s.token_hash), .now = now }, &row);
	if (e != OK)
		return e == ERR_ABSENT ? ERR_SIGNIN : e;
	s.id = id_of(s.token_hash);
	s.person = row.person;
	s.began_utc = row.made_utc;
	s.seen_utc = row.seen_utc;
	s.until_utc = row.expires_utc;
	s.agent = row.agent;
	s.second = row.second_utc != 0;
	s.has_factor = row.has_factor;
	s.handed = row.handed;
	s.locked = s.handed != 0 || now - row.seen_utc > r->idle_lock_s;
	s.how = how_of(row.how);
	s.must_change = row.must_change && s.how != HOW_OUTSIDE && s.how != HOW_CARD;      /* whoever never gave the password is not kept by it */
	s.fresh = now - row.proved_utc <= r->fresh_s;
	(void)addr_read(row.address, &s.peer);           /* "" when unknown: stays zero */
	csrf_of(token, s.csrf);
	if (touch && !s.locked && now - s.seen_utc >= TOUCH_S)
		TRY(q_session_touch_do(db, &(struct q_session_touch_args){ .school = school, .token_hash = bytes_of(s.token_hash), .now = now }, NULL));
	*out = s;
	return OK;
}

enum err session_full(struct db *db, struct session *s)
{
	TRY(q_session_second_do(db, &(struct q_session_second_args){ .school = s->school, .token_hash = bytes_of(s->token_hash), .now = clock_utc() }, NULL));
	s->second = true;
	s->half = false;
	return OK;
}

enum err session_unlock(struct db *db, struct session *s)
{
	TRY(q_session_proved_do(db, &(struct q_session_proved_args){ .school = s->school, .token_hash = bytes_of(s->token_hash), .now = clock_utc() }, NULL));
	s->locked = false;
	s->handed = 0;
	s->fresh = true;
	return OK;
}

enum err session_hand(struct db *db, struct session *s, int64_t visit)
{
	TRY(q_session_hand_do(db, &(struct q_session_hand_args){ .school = s->school, .token_hash = bytes_of(s->token_hash), .visit = visit }, NULL));
	s->handed = visit;
	s->locked = true;
	return OK;
}

enum err session_renew(struct db *db, struct session *s, char token[SESSION_TOKEN_TEXT])
{
	struct session fresh = *s;
	int64_t changed = 0;
	token_new(&fresh, token);
	TRY(q_session_rename_do(db, &(struct q_session_rename_args){ .school = s->school, .token_hash = bytes_of(s->token_hash),
		.fresh = bytes_of(fresh.token_hash), .now = clock_utc() }, &changed));
	if (changed == 0)
		return ERR_SIGNIN;
	TRY(q_learner_in_rename_do(db, &(struct q_learner_in_rename_args){ .school = s->school, .token_hash = bytes_of(s->token_hash),
		.fresh = bytes_of(fresh.token_hash) }, NULL));
	*s = fresh;
	return OK;
}

enum err session_list(struct db *db, struct arena *a, const struct account_rules *r, int64_t school, int64_t person,
                      struct session **out, size_t *n)
{
	struct q_session_rows_row *rows;
	size_t found;
	int64_t now = clock_utc();
	TRY(q_session_rows(db, a, &(struct q_session_rows_args){ .school = school, .person = person, .now = now }, &rows, &found));
	struct session *list = arena_array(a, struct session, found + 1);
	for (size_t i = 0; i < found; i++) {
		struct session *s = &list[i];
		*s = (struct session){ .school = school, .person = person, .began_utc = rows[i].made_utc, .seen_utc = rows[i].seen_utc,
			.until_utc = rows[i].expires_utc, .agent = rows[i].agent, .second = rows[i].second_utc != 0, .how = how_of(rows[i].how),
			.locked = now - rows[i].seen_utc > r->idle_lock_s };
		memcpy(s->token_hash, rows[i].token_hash.p, rows[i].token_hash.n == 32 ? 32 : 0);
		s->id = id_of(s->token_hash);
		(void)addr_read(rows[i].address, &s->peer);      /* "" when unknown */
	}
	*out = list;
	*n = found;
	return OK;
}

enum err session_end(struct db *db, int64_t school, int64_t person, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_session_rows_row *rows;
	size_t n;
	TRY(q_session_rows(db, &a, &(struct q_session_rows_args){ .school = school, .person = person, .now = clock_utc() }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].token_hash.n == 32 && id_of((const uint8_t *)rows[i].token_hash.p) == id) {
			TRY(q_session_drop_do(db, &(struct q_session_drop_args){ .school = school, .person = person, .token_hash = rows[i].token_hash }, NULL));
			return audit_add(db, &(struct act){ school, person, "" }, "session.ended", (struct audit_about){ "person", person }, NULL);
		}
	return ERR_ABSENT;
}

enum err session_end_all(struct db *db, int64_t school, int64_t person, int64_t but)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_session_rows_row *rows;
	size_t n;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_session_rows(db, &a, &(struct q_session_rows_args){ .school = school, .person = person, .now = clock_utc() }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].token_hash.n == 32 && id_of((const uint8_t *)rows[i].token_hash.p) != but)
			TRY(q_session_drop_do(db, &(struct q_session_drop_args){ .school = school, .person = person, .token_hash = rows[i].token_hash }, NULL));
	TRY(audit_add(db, &(struct act){ school, person, "" }, "session.all-ended", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}
