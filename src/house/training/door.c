/* The code at the door: a minute's number of the session, with a keyed digest. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/store/seal.h"
#include "house/training/inside.h"

enum { MAC_HEX = 24 };

/* What a code is for is in its digest: the screen's is no code of the door. */
static void mac_of(const struct training *t, const char *what, int64_t session, int64_t slot, char out[MAC_HEX + 1])
{
	uint8_t mac[HMAC_BYTES];
	struct str words = arena_fmt(t->a, "training %s|%lld|%lld|%lld", what, (long long)t->school, (long long)session, (long long)slot);
	hash_hmac(keys_index(t->store->keys), words, mac);
	for (int i = 0; i < MAC_HEX / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", mac[i]);
}

static void write_token(const struct training *t, const char *what, int64_t session, int64_t slot, char out[DOOR_TOKEN_TEXT])
{
	char mac[MAC_HEX + 1];
	mac_of(t, what, session, slot, mac);
	snprintf(out, DOOR_TOKEN_TEXT, "%lld-%lld-%s", (long long)session, (long long)slot, mac);
}

static enum err read_token(const struct training *t, const char *what, struct str token, int64_t *slot, struct workshop *out)
{
	struct str rest = token, id, at;
	int64_t session;
	char mac[MAC_HEX + 1];
	if (token.n >= DOOR_TOKEN_TEXT || !str_next(&rest, '-', &id) || !str_next(&rest, '-', &at) || str_i64(id, &session) != OK || str_i64(at, slot) != OK ||
	    session <= 0 || *slot <= 0 || rest.n != MAC_HEX)
		return ERR_ABSENT;
	mac_of(t, what, session, *slot, mac);
	return hash_same(mac, rest.p, MAC_HEX) ? workshop_get(t, session, out) : ERR_ABSENT;
}

static bool is_on(const struct workshop *s, int64_t now)
{
	return time_uk_midnight(s->on_utc) == time_uk_midnight(now) && str_is(s->state, "planned");
}

void door_token(const struct training *t, int64_t session, int64_t now_utc, char out[DOOR_TOKEN_TEXT])
{
	write_token(t, "door", session, now_utc / DOOR_SLOT_S, out);
}

enum err door_read(const struct training *t, struct str token, int64_t now_utc, struct workshop *out)
{
	int64_t slot;
	TRY(read_token(t, "door", token, &slot, out));
	int64_t age = now_utc / DOOR_SLOT_S - slot;
	return age >= 0 && age < DOOR_SLOTS && is_on(out, now_utc) ? OK : ERR_STATE;
}

void door_screen(const struct training *t, int64_t session, char out[DOOR_TOKEN_TEXT]) { write_token(t, "screen", session, 1, out); }

enum err door_screen_read(const struct training *t, struct str token, int64_t now_utc, struct workshop *out)
{
	int64_t slot;
	TRY(read_token(t, "screen", token, &slot, out));
	return is_on(out, now_utc) ? OK : ERR_STATE;
}

enum err door_sign(const struct training *t, const struct act *act, const struct workshop *s)
{
	return q_training_here_put_do(t->store->db, &(struct q_training_here_put_args){ .school = t->school, .session = s->id, .person = act->person, .at = clock_utc() }, NULL);
}
