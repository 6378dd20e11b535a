#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "policy/read/snapshot.h"
#include "policy/read/tables.h"

enum { NAME_MAX_BYTES = 64 };

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
};

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
	policy_free(&s->policy);
	live_tail_free(&s->tail);
	live_free(&s->live);
	close(s->dir_fd);
	mem_free(&s->dir);
	mem_wipe(s->key, sizeof s->key);
	mem_free(sp);
}

static enum err load(struct policy_source *s)
{
	char path[4096];
	int n = snprintf(path, sizeof path, "%s/%s", s->dir, s->name);
	if (n < 0 || (size_t)n >= sizeof path)
		return ERR_LIMIT;
	struct policy *p;
	TRY(policy_open(path, s->has_key ? (struct str){ (char *)s->key, sizeof s->key } : STR_NONE, &p));
	policy_overlay(p, s->live);
	policy_free(&s->policy);
	s->policy = p;
	return OK;
}

/* A name is looked at once: a refused snapshot stays refused until `current` points elsewhere. */
static unsigned follow_snapshot(struct policy_source *s)
{
	char name[NAME_MAX_BYTES] = { 0 };
	ssize_t n = readlinkat(s->dir_fd, "current", name, sizeof name - 1);
	if (n <= 0 || (size_t)n >= sizeof name - 1 || memchr(name, '/', (size_t)n))
		return 0;
	if (!strcmp(name, s->name))
		return 0;
	memcpy(s->name, name, sizeof name);
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

enum err policy_source_error(const struct policy_source *s)
{
	return s->error;
}

const struct policy *policy_source_now(const struct policy_source *s)
{
	return s->policy;
}
