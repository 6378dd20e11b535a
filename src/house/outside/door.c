#include "house/outside/door.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "house/outside/json.h"
#include "io/file.h"

enum { SECRET_MAX = 1000 };

/* ---- opening ---- */

static const char *absolute(struct arena *a, const char *prefix, const char *path)
{
	if (!path || path[0] == '/')
		return path;
	return arena_fmt(a, "%s/%s", prefix, path).p;
}

static enum err secret_read(const char *path, char **out)
{
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	char room[SECRET_MAX + 1] = { 0 };
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys();
	if (!S_ISREG(st.st_mode) || st.st_mode & 077)
		return ERR_FORBIDDEN;
	ssize_t n = read(fd, room, SECRET_MAX);
	struct str s = str_trim((struct str){ room, n > 0 ? (size_t)n : 0 });
	char *kept = s.n ? sodium_malloc(s.n + 1) : NULL;
	if (kept) {
		memcpy(kept, s.p, s.n);
		kept[s.n] = '\0';
		*out = kept;
	}
	mem_wipe(room, sizeof room);
	return kept ? OK : ERR_SYNTAX;
}

static void way_open(struct door_way *w, struct arena *a, const struct provider *p, const char *prefix, struct diag *d)
{
	w->p = p;
	w->ca_file = absolute(a, prefix, p->ca_file);
	pthread_mutex_init(&w->lock, NULL);
	const char *path = absolute(a, prefix, p->secret_file);
	enum err e = path ? secret_read(path, &w->secret) : OK;
	if (e == ERR_FORBIDDEN)
		diag_add(d, DIAG_ERROR, str_z(path), 0, "others can read this secret: chmod 600.");
	else if (e != OK)
		diag_add(d, DIAG_ERROR, str_z(path), 0, "the secret cannot be read: %s", e == ERR_SYNTAX ? "the file is empty." : err_text(e));
	if (w->ca_file && !file_exists(w->ca_file))
		diag_add(d, DIAG_ERROR, str_z(w->ca_file), 0, "there is no such file of certificates.");
}

enum err door_open(const struct providers *p, const char *prefix, struct diag *d, struct door **out)
{
	AUTO(door_free) struct door *door = mem_new(struct door);
	size_t errors = d->errors;
	door->providers = p;
	door->paths = arena_init();
	for (size_t i = 0; i < p->n; i++)
		way_open(&door->ways[i], &door->paths, &p->list[i], prefix, d);
	if (d->errors > errors)
		return ERR_INVALID;
	*out = TAKE(door);
	return OK;
}

void door_free(struct door **dp)
{
	struct door *d = *dp;
	if (!d)
		return;
	for (size_t i = 0; i < PROVIDERS_MAX; i++) {
		if (d->ways[i].secret)
			sodium_free(d->ways[i].secret);  /* wiped */
		arena_done(&d->ways[i].kept);
		arena_done(&d->ways[i].keys_kept);
	}
	arena_done(&d->paths);
	mem_free(dp);
}

/* ---- answering ---- */

static json_t *text_of(struct str s) { return json_stringn(s.p ? s.p : "", s.n); }

static json_t *no(enum err e, const struct door_said *s)
{
	return json_pack("{s:b, s:b, s:s}", "ok", 0, "away", s->away, "why", s->why ? s->why : err_text(e));
}

static json_t *who_of(const struct outsider *o)
{
	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:b}", "ok", 1, "issuer", text_of(o->issuer), "subject", text_of(o->subject),
	                 "user", text_of(o->user), "mail", text_of(o->mail), "second", o->second);
}

static struct door_way *way_of(struct door *d, struct str name)
{
	for (size_t i = 0; i < d->providers->n; i++)
		if (str_eq(d->ways[i].p->name, name))
			return &d->ways[i];
	return NULL;
}

static json_t *password(struct door_way *w, struct arena *a, const json_t *q)
{
	struct door_said s = { 0 };
	struct str user = STR_NONE;
	const json_t *p = json_object_get(q, "password");
	struct str secret = { json_string_value(p), json_string_length(p) };         /* not copied: wiped with the question */
	enum err e = json_text(a, q, "user", 200, &user);
	if (e == OK)
		e = ldap_password(w, a, user, json_is_string(p) ? secret : STR_NONE, &s);
	return e == OK ? who_of(&s.who) : no(e, &s);
}

static json_t *test(struct door_way *w, struct arena *a)
{
	struct door_said s = { 0 };
	struct str says = STR_NONE;
	enum err e = w->p->kind == PROVIDER_LDAP ? ldap_test(w, &says, &s) : oidc_test(w, a, &says, &s);
	return e == OK ? json_pack("{s:b, s:o}", "ok", 1, "says", text_of(says)) : no(e, &s);
}

/* ---- everybody in a directory ---- */

static pthread_mutex_t reading = PTHREAD_MUTEX_INITIALIZER;     /* one at a time: signing in goes on beside it */
enum { TURN_S = 12 };

/* Waits for its turn: somebody may press the button while the keeper reads. */
static bool my_turn(void)
{
	struct timespec until = { .tv_sec = clock_utc() + TURN_S };
	return pthread_mutex_timedlock(&reading, &until) == 0;
}

static enum err read_people(struct door *d, struct door_way *w, struct people_answer **out, size_t *groups, struct door_said *s)
{
	const struct people_rules *rules = d->people ? people_rules_find(d->people, w->p->name) : NULL;
	if (!rules) {
		s->why = "There is no [people] block of this name in gatehouse.conf, or gatehouse-outside was not started again since.";
		return ERR_ABSENT;
	}
	if (!my_turn()) {
		s->away = true;
		s->why = "The directory is being read just now. Try again in a minute.";
		return ERR_BUSY;
	}
	*out = people_answer_new(rules);
	enum err e = (w->p->kind == PROVIDER_LDAP ? ldap_people : graph_people)(w, rules, *out, groups, s);
	pthread_mutex_unlock(&reading);
	return e;
}

/* The people as text, or as one sentence of numbers. */
static char *people(struct door *d, struct door_way *w, struct arena *a, bool count)
{
	AUTO(people_answer_free) struct people_answer *all = NULL;
	AUTO(json_done) json_t *o = NULL;
	struct door_said s = { 0 };
	size_t groups = 0;
	enum err e = read_people(d, w, &all, &groups, &s);
	char *text = e == OK && !count ? people_answer_text(all, groups) : NULL;
	if (text)
		return text;
	if (e == OK && !count) {
		e = ERR_LIMIT;
		s.why = "The people of this directory are too many for one school. Write a narrower `base` or `filter` into [people].";
	}
	o = e == OK ? json_pack("{s:b, s:o}", "ok", 1, "says", text_of(people_answer_says(a, all, groups))) : no(e, &s);
	return o ? json_dumps(o, JSON_COMPACT) : NULL;
}

static json_t *answer_of(struct door *d, struct arena *a, const json_t *q)
{
	struct door_said s = { 0 };
	struct str ask = STR_NONE, name = STR_NONE, url = STR_NONE;
	if (json_text(a, q, "ask", 20, &ask) != OK || json_text(a, q, "provider", PROVIDER_NAME_MAX, &name) != OK)
		return no(ERR_SYNTAX, &s);
	struct door_way *w = way_of(d, name);
	bool ldap = w && w->p->kind == PROVIDER_LDAP;
	if (w && str_is(ask, "test"))
		return test(w, a);
	if (ldap && str_is(ask, "password"))
		return password(w, a, q);
	if (!w || ldap)
		return no(ERR_ABSENT, &s);
	if (str_is(ask, "begin")) {
		enum err e = oidc_begin(w, a, q, &url, &s);
		return e == OK ? json_pack("{s:b, s:o}", "ok", 1, "url", text_of(url)) : no(e, &s);
	}
	enum err e = str_is(ask, "code") ? oidc_code(w, a, q, &s) : ERR_UNSUPPORTED;
	return e == OK ? who_of(&s.who) : no(e, &s);
}

/* NULL: something else is asked. */
static char *about_people(struct door *d, struct arena *a, const json_t *q)
{
	struct str ask = STR_NONE, name = STR_NONE;
	if (json_text(a, q, "ask", 20, &ask) != OK || json_text(a, q, "provider", PROVIDER_NAME_MAX, &name) != OK)
		return NULL;
	struct door_way *w = way_of(d, name);
	bool count = str_is(ask, "count");
	return w && (count || str_is(ask, "people")) ? people(d, w, a, count) : NULL;
}

void door_answer(struct door *d, struct str question, struct buf *answer)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(json_done) json_t *q = NULL, *out = NULL;
	struct door_said s = { 0 };
	enum err e = json_read(question, &q);
	char *text = e == OK ? about_people(d, &a, q) : NULL;
	if (!text) {
		out = e == OK ? answer_of(d, &a, q) : no(e, &s);
		text = out ? json_dumps(out, JSON_COMPACT) : NULL;
	}
	buf_clear(answer);
	buf_z(answer, text ? text : "{\"ok\":false,\"away\":true,\"why\":\"The answer could not be written.\"}");
	if (text)
		mem_wipe(text, strlen(text));
	free(text);
}
