#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "policy/read/snapshot.h"
#include "policy/read/tables.h"

enum { NAME_MAX_BYTES = 64 };

/* One snapshot being opened beside the serving loop: it shares nothing with it but this. */
struct opening {
	pthread_t thread;
	char path[4096];
	uint8_t key[SEALED_KEY_BYTES];
	bool has_key;
	atomic_bool done;               /* policy and error are the loop's from now on */
	struct policy *policy;
	enum err error;
};

struct policy_source {
	char *dir;                      /* owned */
	int dir_fd;
	uint8_t key[SEALED_KEY_BYTES];
	bool has_key;
	char name[NAME_MAX_BYTES];      /* what `current` pointed at when last looked, fit or not */
	struct policy *policy;          /* NULL until the first good one */
	struct live *live;
	struct live_tail *tail;
	enum err error;
	bool background;
	struct opening *opening;        /* owned; NULL: none under way */
};

static struct str key_of(const uint8_t *key, bool has) { return has ? (struct str){ (const char *)key, SEALED_KEY_BYTES } : STR_NONE; }

static void opening_free(struct opening **o)
{
	if (*o) {
		pthread_join((*o)->thread, NULL);
		policy_free(&(*o)->policy);
		mem_wipe((*o)->key, sizeof (*o)->key);
	}
	mem_free(o);
}

enum err policy_source_open(const char *dir, struct str sealed_key, struct policy_source **out)
{
	if (sealed_key.n && sealed_key.n != SEALED_KEY_BYTES)
		return ERR_CRYPTO;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys();
	struct policy_source *s = mem_new(struct policy_source);
	s->dir = mem_strdup(dir);
	s->dir_fd = fd;
	s->has_key = sealed_key.n;
	if (s->has_key)
		memcpy(s->key, sealed_key.p, sizeof s->key);
	s->live = live_new();
	s->tail = live_tail_new(fd);
	*out = s;
	return OK;
}

void policy_source_free(struct policy_source **sp)
{
	struct policy_source *s = *sp;
	if (!s)
		return;
	opening_free(&s->opening);
	policy_free(&s->policy);
	live_tail_free(&s->tail);
	live_free(&s->live);
	close(s->dir_fd);
	mem_free(&s->dir);
	mem_wipe(s->key, sizeof s->key);
	mem_free(sp);
}

void policy_source_background(struct policy_source *s)
{
	s->background = true;
}

static void use(struct policy_source *s, struct policy *p)
{
	policy_overlay(p, s->live);
	policy_free(&s->policy);
	s->policy = p;
}

static enum err path_of(const struct policy_source *s, char *out, size_t room)
{
	int n = snprintf(out, room, "%s/%s", s->dir, s->name);
	return n < 0 || (size_t)n >= room ? ERR_LIMIT : OK;
}

static enum err load(struct policy_source *s)
{
	char path[4096];
	struct policy *p;
	TRY(path_of(s, path, sizeof path));
	TRY(policy_open(path, key_of(s->key, s->has_key), &p));
	use(s, p);
	return OK;
}

static void *open_beside(void *arg)
{
	struct opening *o = arg;
	o->error = policy_open(o->path, key_of(o->key, o->has_key), &o->policy);
	atomic_store_explicit(&o->done, true, memory_order_release);
	return NULL;
}

/* False: no thread could be started; open it here, then. */
static bool begin_opening(struct policy_source *s)
{
	struct opening *o = mem_new(struct opening);
	o->has_key = s->has_key;
	memcpy(o->key, s->key, sizeof o->key);
	if (path_of(s, o->path, sizeof o->path) == OK && pthread_create(&o->thread, NULL, open_beside, o) == 0) {
		s->opening = o;
		return true;
	}
	mem_wipe(o->key, sizeof o->key);
	mem_free(&o);
	return false;
}

static unsigned end_opening(struct policy_source *s)
{
	if (!atomic_load_explicit(&s->opening->done, memory_order_acquire))
		return 0;
	s->error = s->opening->error;
	if (s->error == OK)
		use(s, TAKE(s->opening->policy));
	opening_free(&s->opening);
	return s->error == OK ? POLICY_SNAPSHOT : POLICY_REFUSED;
}

/* A name is looked at once: a refused snapshot stays refused until `current` points elsewhere. */
static unsigned follow_snapshot(struct policy_source *s)
{
	char name[NAME_MAX_BYTES] = { 0 };
	if (s->opening)
		return end_opening(s);
	ssize_t n = readlinkat(s->dir_fd, "current", name, sizeof name - 1);
	if (n <= 0 || (size_t)n >= sizeof name - 1 || memchr(name, '/', (size_t)n))
		return 0;
	if (!strcmp(name, s->name))
		return 0;
	memcpy(s->name, name, sizeof name);
	if (s->background && s->policy && begin_opening(s))
		return 0;
	s->error = load(s);
	return s->error == OK ? POLICY_SNAPSHOT : POLICY_REFUSED;
}

unsigned policy_source_poll(struct policy_source *s, int64_t now_utc)
{
	unsigned change = follow_snapshot(s);
	size_t applied;
	enum err e = live_tail_poll(s->tail, s->live, now_utc, &applied);
	if (e != OK)
		s->error = e;
	return change | (applied ? POLICY_LIVE : 0) | (e != OK ? POLICY_LIVE_BAD : 0);
}

bool policy_source_opening(const struct policy_source *s) { return s->opening != NULL; }
const char *policy_source_dir(const struct policy_source *s) { return s->dir; }

enum err policy_source_error(const struct policy_source *s)
{
	return s->error;
}

const struct policy *policy_source_now(const struct policy_source *s)
{
	return s->policy;
}
