#include "house/family/link.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"

static const char *const how_words[] = { [LINK_MAIL] = "mail", [LINK_LETTER] = "letter" };

static struct str bytes_of(const uint8_t hash[SHA256_BYTES]) { return (struct str){ (const char *)hash, SHA256_BYTES }; }

/* A link and a cookie never stand for each other. */
static void digest(const char *what, struct str token, uint8_t out[SHA256_BYTES])
{
	struct str pieces[] = { str_z(what), token };
	hash_sha256v(pieces, ARRAY_N(pieces), out);
}

const char *link_refusal(struct db *db, struct arena *a, int64_t school, int64_t adult)
{
	struct person *children;
	size_t n;
	if (family_sees(db, a, school, adult, &children, &n) != OK || n == 0)
		return "This adult has no link: there is no child here that they may see.";
	return NULL;
}

enum err link_invite(struct db *db, const struct act *act, int64_t adult)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	TRY(person_get(db, &a, act->school, adult, &p));
	if (!p.email.n || link_refusal(db, &a, act->school, adult))
		return ERR_FORBIDDEN;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(notify_add(db, act, NOTICE_FAMILY, adult, "/family/open", 0, 0));
	TRY(audit_add(db, act, "family.invited", (struct audit_about){ "person", adult }, NULL));
	return db_tx_commit(&tx);
}

enum err link_make(struct db *db, const struct act *act, int64_t adult, enum link_how how, char token[LINK_TOKEN_TEXT])
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	uint8_t hash[SHA256_BYTES];
	struct q_link_put_row id;
	int64_t now = clock_utc();
	TRY(db_tx_begin(db, &tx));
	if (link_refusal(db, &a, act->school, adult))
		return ERR_FORBIDDEN;
	rnd_token(token, LINK_TOKEN_BYTES);
	digest("family link", str_z(token), hash);
	TRY(q_link_put_one(db, &a, &(struct q_link_put_args){ .school = act->school, .person = adult, .how = str_z(how_words[how]),
		.token = bytes_of(hash), .now = now, .by = act->person, .expires = now + (how == LINK_MAIL ? LINK_MAIL_S : LINK_LETTER_S) }, &id));
	TRY(q_link_end_unused_do(db, &(struct q_link_end_unused_args){ .school = act->school, .person = adult, .but = id.id, .now = now,
		.why = STR("a newer one was made") }, NULL));
	TRY(audit_add(db, act, "family.link-made", (struct audit_about){ "person", adult }, NULL));
	return db_tx_commit(&tx);
}

enum err link_mail_path(struct db *db, int64_t school, int64_t adult, char *out, size_t room)
{
	char token[LINK_TOKEN_TEXT];
	struct act act = { school, 0, "sent by mail" };
	TRY(link_make(db, &act, adult, LINK_MAIL, token));
	int n = snprintf(out, room, "/family/open/%s", token);
	mem_wipe(token, sizeof token);
	return n > 0 && (size_t)n < room ? OK : ERR_LIMIT;
}

static enum err find(struct db *db, struct arena *a, int64_t school, struct str token, struct q_link_row_row *row, enum link_state *out)
{
	uint8_t hash[SHA256_BYTES];
	*out = LINK_UNKNOWN;
	if (token.n != LINK_TOKEN_TEXT - 1)
		return OK;
	digest("family link", token, hash);
	enum err e = q_link_row_one(db, a, &(struct q_link_row_args){ .school = school, .token = bytes_of(hash) }, row);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	struct person *children;
	size_t n;
	TRY(family_sees(db, a, school, row->person, &children, &n));
	if (row->used_utc)
		*out = LINK_USED;
	else if (row->ended_utc || n == 0)
		*out = LINK_ENDED;
	else
		*out = row->expires_utc <= clock_utc() ? LINK_OVER : LINK_GOOD;
	return OK;
}

enum err link_look(struct db *db, int64_t school, struct str token, enum link_state *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_link_row_row row;
	return find(db, &a, school, token, &row, out);
}

enum err link_open(struct db *db, int64_t school, struct str token, char cookie[LINK_TOKEN_TEXT], enum link_state *state, int64_t *adult)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_link_row_row row;
	uint8_t hash[SHA256_BYTES];
	int64_t taken = 0, now = clock_utc();
	TRY(db_tx_begin(db, &tx));
	TRY(find(db, &a, school, token, &row, state));
	if (*state != LINK_GOOD)
		return OK;
	char fresh[LINK_TOKEN_TEXT];
	rnd_token(fresh, LINK_TOKEN_BYTES);
	digest("family browser", str_z(fresh), hash);
	TRY(q_link_take_do(db, &(struct q_link_take_args){ .school = school, .id = row.id, .now = now, .cookie = bytes_of(hash),
		.until = now + LINK_OPEN_S }, &taken));
	if (!taken) {
		*state = LINK_USED;
		return OK;
	}
	struct act act = { school, row.person, "opened their link" };
	TRY(audit_add(db, &act, "family.link-opened", (struct audit_about){ "person", row.person }, NULL));
	TRY(db_tx_commit(&tx));
	memcpy(cookie, fresh, sizeof fresh);
	mem_wipe(fresh, sizeof fresh);
	*adult = row.person;
	return OK;
}

static enum err browser(struct db *db, struct arena *a, int64_t school, struct str cookie, struct q_link_browser_row *row)
{
	uint8_t hash[SHA256_BYTES];
	if (cookie.n != LINK_TOKEN_TEXT - 1)
		return ERR_SIGNIN;
	digest("family browser", cookie, hash);
	enum err e = q_link_browser_one(db, a, &(struct q_link_browser_args){ .school = school, .cookie = bytes_of(hash), .now = clock_utc() }, row);
	return e == ERR_ABSENT ? ERR_SIGNIN : e;
}

enum err link_adult(struct db *db, int64_t school, struct str cookie, int64_t *adult, int64_t *until_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_link_browser_row row;
	TRY(browser(db, &a, school, cookie, &row));
	*adult = row.person;
	*until_utc = row.until_utc;
	return OK;
}

enum err link_close(struct db *db, int64_t school, struct str cookie)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_link_browser_row row;
	TRY(browser(db, &a, school, cookie, &row));
	return link_end_all(db, school, row.person, "closed by the family");
}

enum err link_end_all(struct db *db, int64_t school, int64_t adult, const char *why)
{
	return q_link_end_do(db, &(struct q_link_end_args){ .school = school, .person = adult, .but = 0, .now = clock_utc(), .why = str_z(why) }, NULL);
}

/* ---- a new one, asked for ---- */

static enum err ask_for(struct db *db, int64_t school, int64_t adult)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_notices_since_row r;
	struct act act = { school, 0, "asked for a new link" };
	TRY(q_notices_since_one(db, &a, &(struct q_notices_since_args){ .school = school, .person = adult,
		.kind = str_z(notice_word(NOTICE_FAMILY)), .since = clock_utc() - 86400 }, &r));
	if (r.n >= LINK_ASK_DAY_MAX)
		return OK;
	enum err e = link_invite(db, &act, adult);
	return e == ERR_FORBIDDEN ? OK : e;
}

enum err link_ask(struct db *db, int64_t school, struct str mail)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_adult_by_mail_row *rows;
	size_t n;
	struct str low = arena_str(&a, str_upto(str_trim(mail), 200));
	char *p = arena_alloc(&a, low.n + 1);
	for (size_t i = 0; i < low.n; i++)
		p[i] = ascii_lower(low.p[i]);
	TRY(q_adult_by_mail(db, &a, &(struct q_adult_by_mail_args){ .school = school, .mail = { p, low.n }, .now = clock_utc() }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(ask_for(db, school, rows[i].id));
	return OK;
}

enum err link_list(struct db *db, struct arena *a, int64_t school, int64_t adult, struct family_link **out, size_t *n)
{
	struct q_link_rows_row *rows;
	TRY(q_link_rows(db, a, &(struct q_link_rows_args){ .school = school, .person = adult }, &rows, n));
	struct family_link *list = arena_array(a, struct family_link, *n + 1);
	for (size_t i = 0; i < *n; i++)
		list[i] = (struct family_link){ rows[i].id, rows[i].made_utc, rows[i].expires_utc, rows[i].used_utc, rows[i].ended_utc,
			str_is(rows[i].how, "letter") ? LINK_LETTER : LINK_MAIL, rows[i].ended_why };
	*out = list;
	return OK;
}
