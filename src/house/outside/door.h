/* door.h - the program gatehouse-outside, which alone speaks to providers and directories and alone
 * holds their secrets.  It has no database and no key of ours; the portal has no network.  One JSON
 * object in a frame over P/run/outside.sock, one answer:
 *
 *   {"ask":"begin", "provider":N, "redirect":U, "state":S, "nonce":S, "challenge":S}     -> {"ok":true, "url":U}
 *   {"ask":"code", "provider":N, "redirect":U, "code":S, "verifier":S, "nonce":S}        -> who
 *   {"ask":"password", "provider":N, "user":S, "password":S}                             -> who
 *   {"ask":"test", "provider":N}                                                         -> {"ok":true, "says":sentence}
 *   {"ask":"count", "provider":N}          who is in the directory, in numbers           -> {"ok":true, "says":sentence}
 *   {"ask":"people", "provider":N}         everybody in it: at most PEOPLE_BYTES_MAX     -> house/roll/directory.h
 *   who: {"ok":true, "issuer":S, "subject":S, "user":S, "mail":S, "second":bool}
 *   no:  {"ok":false, "away":bool, "why":sentence}      away: nobody answered; else somebody was refused */
#pragma once
#include <jansson.h>
#include <pthread.h>

#include "house/outside/judge.h"
#include "house/outside/people.h"

enum { DOOR_QUESTION_MAX = 16 * 1024, DOOR_ANSWER_MAX = 16 * 1024, DOOR_WAIT_MS = 16000, DOOR_THREADS = 6 };
enum { DOOR_KEEP_S = 86400, DOOR_AGAIN_S = 60, DOOR_REST_S = 10 };
enum { DOOR_PEOPLE_WAIT_MS = 75000 };  /* a directory has 60 seconds for everybody */

/* One provider with what is kept of it. */
struct door_way {
	const struct provider *p;
	char *secret;                  /* owned, locked memory; NULL: none */
	const char *ca_file;           /* absolute; NULL: the system's */
	pthread_mutex_t lock;          /* of everything below */
	struct arena kept, keys_kept;  /* owned: discovery and keys live in them */
	struct discovery about;
	struct outside_keys keys;
	int64_t about_utc, keys_utc;   /* when fetched; 0: not yet */
	int64_t tried_utc;             /* when the keys were last asked for again because of an unknown name */
	int64_t away_utc;              /* when it last did not answer */
};
struct door { const struct providers *providers; const struct people_sources *people; /* NULL: none */ struct arena paths; struct door_way ways[PROVIDERS_MAX]; };

/* Reads the secrets (0600, at most 1000 bytes); findings to `d`. */
enum err door_open(const struct providers *p, const char *prefix, struct diag *d, struct door **out);
void door_free(struct door **d);
/* Never fails: a refusal is an answer.  May be called by several threads at once. */
void door_answer(struct door *d, struct str question, struct buf *answer);

/* ---- parts of it ---- */
struct door_said { struct outsider who; bool away; const char *why; };
enum err oidc_begin(struct door_way *w, struct arena *a, const json_t *q, struct str *url, struct door_said *s);
enum err oidc_code(struct door_way *w, struct arena *a, const json_t *q, struct door_said *s);
enum err oidc_test(struct door_way *w, struct arena *a, struct str *says, struct door_said *s);
enum err ldap_password(struct door_way *w, struct arena *a, struct str user, struct str password, struct door_said *s);
enum err ldap_test(struct door_way *w, struct str *says, struct door_said *s);
/* Where an OpenID provider gives tokens. */
enum err oidc_token_url(struct door_way *w, struct arena *a, const char **url, struct door_said *s);
/* Everybody, added to `out`; all of them, or an error and a sentence.  *groups: how many groups were looked at. */
enum err ldap_people(struct door_way *w, const struct people_rules *rules, struct people_answer *out, size_t *groups, struct door_said *s);
enum err graph_people(struct door_way *w, const struct people_rules *rules, struct people_answer *out, size_t *groups, struct door_said *s);
