#include "house/outside/door_ask.h"

#include <stdatomic.h>

#include "house/outside/door.h"
#include "house/outside/json.h"
#include "io/frame.h"

static atomic_int waiting;

static enum err reply_read(struct arena *a, struct str bytes, struct door_reply *r)
{
	AUTO(json_done) json_t *o = NULL;
	struct { const char *name; struct str *to; } texts[] = {
		{ "why", &r->why }, { "says", &r->says }, { "issuer", &r->who.issuer }, { "subject", &r->who.subject },
		{ "user", &r->who.user }, { "mail", &r->who.mail },
	};
	TRY(json_read(bytes, &o));
	TRY(json_text(a, o, "url", 8000, &r->url));
	for (size_t i = 0; i < ARRAY_N(texts); i++)
		TRY(json_text(a, o, texts[i].name, JWT_TEXT_MAX, texts[i].to));
	r->ok = json_is_true(json_object_get(o, "ok"));
	r->away = json_is_true(json_object_get(o, "away"));
	r->who.second = json_is_true(json_object_get(o, "second"));
	return OK;
}

static enum err ask_now(struct arena *a, const char *sock, const json_t *q, int64_t wait_ms, struct door_reply *out)
{
	AUTO(buf_wipe) struct buf answer = buf_init(DOOR_ANSWER_MAX);
	struct door_reply r = { 0 };
	char *text = q ? json_dumps(q, JSON_COMPACT) : NULL;
	if (!text)
		return ERR_SYNTAX;
	enum err e = frame_ask(sock, str_z(text), &answer, wait_ms);
	mem_wipe(text, strlen(text));            /* a password may be in it */
	free(text);
	TRY(e);
	TRY(reply_read(a, buf_str(&answer), &r));
	*out = r;
	return OK;
}

/* Takes over q. */
static enum err ask_long(struct arena *a, const char *sock, json_t *q, int64_t wait_ms, struct door_reply *out)
{
	AUTO(json_done) json_t *held = q;
	if (atomic_fetch_add(&waiting, 1) >= DOOR_ASKS_MAX) {
		atomic_fetch_sub(&waiting, 1);
		return ERR_BUSY;
	}
	enum err e = ask_now(a, sock, held, wait_ms, out);
	atomic_fetch_sub(&waiting, 1);
	return e;
}

static enum err ask(struct arena *a, const char *sock, json_t *q, struct door_reply *out) { return ask_long(a, sock, q, DOOR_WAIT_MS, out); }

static int n(struct str s) { return (int)s.n; }
static const char *p(struct str s) { return s.p ? s.p : ""; }

enum err door_begin(struct arena *a, const char *sock, struct str provider, struct str redirect, struct str state, struct str nonce,
                    struct str challenge, struct door_reply *out)
{
	return ask(a, sock, json_pack("{s:s, s:s#, s:s#, s:s#, s:s#, s:s#}", "ask", "begin", "provider", p(provider), n(provider), "redirect", p(redirect), n(redirect),
		"state", p(state), n(state), "nonce", p(nonce), n(nonce), "challenge", p(challenge), n(challenge)), out);
}

enum err door_code(struct arena *a, const char *sock, struct str provider, struct str redirect, struct str code, struct str verifier,
                   struct str nonce, struct door_reply *out)
{
	return ask(a, sock, json_pack("{s:s, s:s#, s:s#, s:s#, s:s#, s:s#}", "ask", "code", "provider", p(provider), n(provider), "redirect", p(redirect), n(redirect),
		"code", p(code), n(code), "verifier", p(verifier), n(verifier), "nonce", p(nonce), n(nonce)), out);
}

enum err door_password(struct arena *a, const char *sock, struct str provider, struct str user, struct str password, struct door_reply *out)
{
	return ask(a, sock, json_pack("{s:s, s:s#, s:s#, s:s#}", "ask", "password", "provider", p(provider), n(provider), "user", p(user), n(user),
		"password", p(password), n(password)), out);
}

enum err door_test(struct arena *a, const char *sock, struct str provider, struct door_reply *out)
{
	return ask(a, sock, json_pack("{s:s, s:s#}", "ask", "test", "provider", p(provider), n(provider)), out);
}

enum err door_count(struct arena *a, const char *sock, struct str provider, struct door_reply *out)
{
	return ask_long(a, sock, json_pack("{s:s, s:s#}", "ask", "count", "provider", p(provider), n(provider)), DOOR_PEOPLE_WAIT_MS, out);
}

enum err door_people(const char *sock, struct str provider, struct buf *out)
{
	AUTO(json_done) json_t *q = json_pack("{s:s, s:s#}", "ask", "people", "provider", p(provider), n(provider));
	char *text = q ? json_dumps(q, JSON_COMPACT) : NULL;
	if (!text)
		return ERR_SYNTAX;
	if (atomic_fetch_add(&waiting, 1) >= DOOR_ASKS_MAX) {
		atomic_fetch_sub(&waiting, 1);
		free(text);
		return ERR_BUSY;
	}
	enum err e = frame_ask(sock, str_z(text), out, DOOR_PEOPLE_WAIT_MS);
	atomic_fetch_sub(&waiting, 1);
	free(text);
	return e;
}
