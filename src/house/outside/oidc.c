/* OpenID Connect, the network's side: discovery, keys, the exchange of a code. */
#include "base/clock.h"
#include "base/log.h"
#include "house/outside/door.h"
#include "house/outside/http.h"
#include "house/outside/json.h"
#include "wire/form.h"

enum { ANSWER_MAX = 64 * 1024 };

static enum err away(struct door_said *s, const char *sentence)
{
	s->away = true;
	s->why = sentence;
	return ERR_NET;
}

static enum err refused(struct door_said *s, const char *sentence)
{
	s->why = sentence;
	return ERR_FORBIDDEN;
}

/* ---- what the provider says of itself ---- */

static enum err fetch(struct door_way *w, const char *url, struct buf *body)
{
	long status = 0;
	struct http_ask q = { .url = url, .ca_file = w->ca_file };
	TRY(http_ask(&q, body, &status));
	return status == 200 ? OK : ERR_NET;
}

static enum err learn_about(struct door_way *w)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf body = buf_init(DISCOVERY_MAX_BYTES);
	struct str base = w->p->issuer;
	struct discovery about;
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	TRY(fetch(w, arena_fmt(&a, "%.*s/.well-known/openid-configuration", STRF(base)).p, &body));
	TRY(discovery_read(&w->kept, buf_str(&body), &about));
	if (!str_eq(about.issuer, w->p->issuer))
		return ERR_INVALID;              /* OpenID Connect Discovery 4.3 */
	w->about = about;
	w->about_utc = clock_utc();
	return OK;
}

static enum err learn_keys(struct door_way *w)
{
	AUTO(buf_done) struct buf body = buf_init(JWKS_MAX_BYTES);
	struct arena fresh = arena_init();
	struct outside_keys keys;
	enum err e = fetch(w, w->about.keys.p, &body);
	if (e == OK)
		e = keys_read(&fresh, buf_str(&body), &keys);
	if (e == OK) {
		w->keys = keys;
		arena_done(&w->keys_kept);
		w->keys_kept = fresh;
		w->keys_utc = clock_utc();
	} else {
		arena_done(&fresh);
	}
	return e;
}

static bool stale(int64_t at, int64_t now) { return at == 0 || now - at >= DOOR_KEEP_S || at > now; }

/* Discovery and keys, newly asked for once a day.  What is old serves on while nobody answers. */
static enum err ready(struct door_way *w, struct door_said *s)
{
	int64_t now = clock_utc();
	bool resting = now - w->away_utc < DOOR_REST_S;
	enum err e = OK;
	if (stale(w->about_utc, now) && !resting) {
		arena_done(&w->kept);
		w->about_utc = 0;
		e = learn_about(w);
	}
	if (e == OK && w->about_utc && stale(w->keys_utc, now) && !resting)
		e = learn_keys(w);
	if (e != OK) {
		w->away_utc = now;
		log_line(LOG_WARN, "provider %.*s: %s", STRF(w->p->name), err_text(e));
	}
	if (e == ERR_INVALID || e == ERR_SYNTAX)
		return away(s, "The school's provider describes itself in a way that does not fit. Tell the technician.");
	return w->about_utc && w->keys_utc ? OK : away(s, "The school's provider cannot be reached just now. Use your sign-in name and password, or try again.");
}

/* ---- beginning ---- */

static enum err member(struct arena *a, const json_t *q, const char *name, size_t max, struct str *out)
{
	*out = STR_NONE;
	TRY(json_text(a, q, name, max, out));
	return out->n ? OK : ERR_SYNTAX;
}

static void pair(struct buf *b, const char *name, struct str value)
{
	buf_z(b, b->n ? "&" : "");
	buf_z(b, name);
	buf_byte(b, '=');
	form_encode(b, value);
}

static enum err address_of(struct door_way *w, struct arena *a, const json_t *q, struct str *url)
{
	AUTO(buf_done) struct buf b = buf_init(6000);
	struct str redirect, state, nonce, challenge, to = w->about.authorize;
	TRY(member(a, q, "redirect", JWT_TEXT_MAX, &redirect));
	TRY(member(a, q, "state", 200, &state));
	TRY(member(a, q, "nonce", 200, &nonce));
	TRY(member(a, q, "challenge", 200, &challenge));
	pair(&b, "response_type", STR("code"));
	pair(&b, "client_id", w->p->client_id);
	pair(&b, "redirect_uri", redirect);
	pair(&b, "scope", STR("openid email profile"));
	pair(&b, "state", state);
	pair(&b, "nonce", nonce);
	pair(&b, "code_challenge", challenge);
	pair(&b, "code_challenge_method", STR("S256"));
	if (w->p->kind == PROVIDER_GOOGLE)
		pair(&b, "hd", w->p->domains[0]);        /* a hint; the judge decides */
	TRY(buf_ok(&b));
	*url = arena_fmt(a, "%.*s%c%.*s", STRF(to), str_chr(to, '?') < 0 ? '?' : '&', STRF(buf_str(&b)));
	return OK;
}

enum err oidc_begin(struct door_way *w, struct arena *a, const json_t *q, struct str *url, struct door_said *s)
{
	pthread_mutex_lock(&w->lock);
	enum err e = ready(w, s);
	if (e == OK)
		e = address_of(w, a, q, url);
	pthread_mutex_unlock(&w->lock);
	return e;
}

/* ---- the exchange ---- */

static enum err exchange_form(struct door_way *w, struct arena *a, const json_t *q, struct buf *b)
{
	struct str code, redirect, verifier;
	TRY(member(a, q, "code", 4000, &code));
	TRY(member(a, q, "redirect", JWT_TEXT_MAX, &redirect));
	TRY(member(a, q, "verifier", 200, &verifier));
	pair(b, "grant_type", STR("authorization_code"));
	pair(b, "code", code);
	pair(b, "redirect_uri", redirect);
	pair(b, "code_verifier", verifier);
	if (!w->secret)
		pair(b, "client_id", w->p->client_id);
	return buf_ok(b);
}

static const char *encoded(struct arena *a, struct str s)
{
	AUTO(buf_wipe) struct buf b = buf_init(4000);
	form_encode(&b, s);
	return arena_z(a, buf_str(&b));
}

static enum err exchange(struct door_way *w, struct arena *a, const char *url, const json_t *q, struct buf *answer, struct door_said *s)
{
	AUTO(buf_wipe) struct buf form = buf_init(16 * 1024);
	long status = 0;
	TRY(exchange_form(w, a, q, &form));
	struct http_ask ask = { .url = url, .post = form.p, .ca_file = w->ca_file };
	if (w->secret) {
		ask.user = encoded(a, w->p->client_id);
		ask.secret = encoded(a, str_z(w->secret));
	}
	enum err e = http_ask(&ask, answer, &status);
	if (e == ERR_NET || e == ERR_TIMEOUT)
		return away(s, "The school's provider cannot be reached just now. Use your sign-in name and password, or try again.");
	if (e == OK && (status == 400 || status == 401 || status == 403)) {
		log_line(LOG_WARN, "provider %.*s refused a code with status %ld", STRF(w->p->name), status);
		return refused(s, "The school's provider did not take the sign-in. Start again; if it stays so, tell the technician.");
	}
	return e == OK && status == 200 ? OK : away(s, "The school's provider gave an answer that cannot be used. Try again.");
}

static enum err id_token(struct arena *a, struct str body, struct str *token)
{
	AUTO(json_done) json_t *o = NULL;
	TRY(json_read(body, &o));
	return member(a, o, "id_token", JWT_MAX, token);
}

/* A key's name that we do not know: the provider may have turned its keys.  Asked once, and not more often than each minute. */
static enum err judge(struct door_way *w, struct arena *a, struct str token, struct str nonce, struct door_said *s)
{
	int64_t now = clock_utc();
	pthread_mutex_lock(&w->lock);
	enum err e = judge_token(a, w->p, &w->keys, token, nonce, now, &s->who, &s->why);
	if (e == ERR_ABSENT && (now - w->tried_utc >= DOOR_AGAIN_S || w->tried_utc > now)) {
		w->tried_utc = now;
		if (learn_keys(w) == OK)
			e = judge_token(a, w->p, &w->keys, token, nonce, now, &s->who, &s->why);
	}
	pthread_mutex_unlock(&w->lock);
	return e;
}

/* Where it gives tokens. */
enum err oidc_token_url(struct door_way *w, struct arena *a, const char **url, struct door_said *s)
{
	pthread_mutex_lock(&w->lock);
	enum err e = ready(w, s);
	if (e == OK)
		*url = arena_z(a, w->about.token);
	pthread_mutex_unlock(&w->lock);
	return e;
}

enum err oidc_code(struct door_way *w, struct arena *a, const json_t *q, struct door_said *s)
{
	AUTO(buf_wipe) struct buf answer = buf_init(ANSWER_MAX);
	struct str token, nonce;
	const char *url = NULL;
	TRY(member(a, q, "nonce", 200, &nonce));
	TRY(oidc_token_url(w, a, &url, s));
	TRY(exchange(w, a, url, q, &answer, s));
	if (id_token(a, buf_str(&answer), &token) != OK)
		return refused(s, "The provider's answer cannot be read.");
	return judge(w, a, token, nonce, s);
}

enum err oidc_test(struct door_way *w, struct arena *a, struct str *says, struct door_said *s)
{
	pthread_mutex_lock(&w->lock);
	w->about_utc = w->keys_utc = w->away_utc = 0;                /* ask anew */
	arena_done(&w->kept);
	enum err e = ready(w, s);
	if (e == OK)
		*says = arena_fmt(a, "It answers. Keys that can be used: %zu.", w->keys.n);
	pthread_mutex_unlock(&w->lock);
	return e;
}
