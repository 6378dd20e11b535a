#include "policy/compile/live_write.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "io/file.h"

enum { LOG_MAX = 64 * 1024 * 1024, PATH_BYTES = 4096, MODE = 0640 };

struct live_log {
	char path[PATH_BYTES], dir[PATH_BYTES];
	int lock_fd;
	uint64_t bytes;
};

/* Bytes of the whole records at the front; OK when only a torn tail, or nothing, follows. */
static enum err whole_records(struct str bytes, size_t *out)
{
	struct live_record r;
	size_t used;
	enum err e;
	*out = 0;
	while ((e = live_decode(str_from(bytes, *out), &r, &used)) == OK)
		*out += used;
	return e == ERR_END ? OK : ERR_CORRUPT;
}

static enum err set_aside(const struct live_log *l, struct str bytes)
{
	char path[PATH_BYTES];
	TRY(path_join(path, sizeof path, l->dir, "live.log.bad"));
	return file_replace(path, bytes, MODE);
}

/* *damaged: a record in the middle did not fit. */
static enum err mend(struct live_log *l, bool *damaged)
{
	AUTO(buf_done) struct buf b = buf_init(LOG_MAX);
	enum err e = file_read(l->path, &b);
	if (e == (enum err)-ENOENT)
		return file_create(l->path, STR(""), MODE);
	TRY(e);
	size_t whole;
	*damaged = whole_records(buf_str(&b), &whole) != OK;
	l->bytes = whole;
	if (*damaged)
		TRY(set_aside(l, str_from(buf_str(&b), whole)));
	return whole == b.n ? OK : file_replace(l->path, str_upto(buf_str(&b), whole), MODE);
}

enum err live_log_open(const char *dir, struct live_log **out, bool *damaged)
{
	AUTO(live_log_close) struct live_log *l = mem_new(struct live_log);
	char lock[PATH_BYTES];
	*damaged = false;
	l->lock_fd = -1;
	TRY(path_join(l->path, sizeof l->path, dir, "live.log"));
	TRY(path_join(l->dir, sizeof l->dir, dir, ""));
	TRY(path_join(lock, sizeof lock, dir, "live.lock"));
	TRY(file_lock(lock, &l->lock_fd));
	TRY(mend(l, damaged));
	*out = TAKE(l);
	return OK;
}

void live_log_close(struct live_log **lp)
{
	if (!*lp)
		return;
	fd_close(&(*lp)->lock_fd);
	mem_free(lp);
}

enum err live_log_add_all(struct live_log *l, const struct live_record *v, size_t n)
{
	AUTO(buf_done) struct buf b = buf_init(LOG_MAX);
	for (size_t i = 0; i < n; i++)
		TRY(live_encode(&v[i], &b));
	if (l->bytes + b.n > LOG_MAX)
		return ERR_LIMIT;
	TRY(file_append(l->path, buf_str(&b), MODE));
	l->bytes += b.n;
	return OK;
}

enum err live_log_add(struct live_log *l, const struct live_record *r)
{
	return live_log_add_all(l, r, 1);
}

/* ---- compaction: the newest record of each thing, unless it was taken back or is over */

struct kept { struct str bytes; enum live_kind kind; uint8_t addr[16], mac[6]; bool dead; };
typedef VEC(struct kept) kept_list;

static struct str key_of(const struct live_record *r, char *room, size_t size)
{
	char hex[33], mac[13];
	int n = 0;
	hex_put(r->addr, 16, hex);
	hex_put(r->mac, 6, mac);
	switch (r->kind) {
	case LIVE_BIND:        n = snprintf(room, size, "b %s %s", hex, strspn(hex, "0") == 32 ? mac : ""); break;
	case LIVE_ALLOW:
	case LIVE_BLOCK:
	case LIVE_CANCEL:      n = snprintf(room, size, "r %lld %u", (long long)r->school, r->id); break;
	case LIVE_SESSION:
	case LIVE_SESSION_END: n = snprintf(room, size, "s %lld", (long long)r->class_id); break;
	case LIVE_WITHDRAW:    n = snprintf(room, size, "w %s", hex); break;
	default:               break;
	}
	return (struct str){ room, n > 0 ? (size_t)n : 0 };
}

static void unbind(kept_list *all, const struct live_record *r)
{
	static const uint8_t none[16];
	for (size_t i = 0; i < all->n; i++) {
		const struct kept *k = &all->v[i];
		bool addr = memcmp(r->addr, none, 16) && !memcmp(k->addr, r->addr, 16);
		bool mac = memcmp(r->mac, none, 6) && !memcmp(k->mac, r->mac, 6);
		if (k->kind == LIVE_BIND && (addr || mac))
			all->v[i].dead = true;
	}
}

static void fold(kept_list *all, struct map *newest, struct str bytes, const struct live_record *r, int64_t now_utc)
{
	char room[128];
	uint64_t older;
	struct str key = key_of(r, room, sizeof room);
	if (r->kind == LIVE_UNBIND) {
		unbind(all, r);
		return;
	}
	if (!key.n)
		return;
	if (map_get(newest, key, &older))
		all->v[older].dead = true;
	bool holds = r->kind != LIVE_CANCEL && r->kind != LIVE_SESSION_END && r->until_utc > now_utc;
	if (!holds)
		return;
	struct kept *k = vec_push(all);
	*k = (struct kept){ .bytes = bytes, .kind = r->kind };
	memcpy(k->addr, r->addr, sizeof k->addr);
	memcpy(k->mac, r->mac, sizeof k->mac);
	map_set(newest, key, all->n - 1);
}

static void fold_all(struct str bytes, kept_list *all, int64_t now_utc)
{
	AUTO(map_free) struct map *newest = map_new();
	struct live_record r;
	size_t used;
	while (live_decode(bytes, &r, &used) == OK) {
		fold(all, newest, str_upto(bytes, used), &r, now_utc);
		bytes = str_from(bytes, used);
	}
}

enum err live_log_compact(struct live_log *l, int64_t now_utc)
{
	AUTO(buf_done) struct buf in = buf_init(LOG_MAX), out = buf_init(LOG_MAX);
	kept_list all = { 0 };
	TRY(file_read(l->path, &in));
	fold_all(buf_str(&in), &all, now_utc);
	for (size_t i = 0; i < all.n; i++)
		if (!all.v[i].dead)
			buf_add(&out, all.v[i].bytes);
	vec_done(&all);
	TRY(file_replace(l->path, buf_str(&out), MODE));
	l->bytes = out.n;
	return OK;
}

uint64_t live_log_bytes(const struct live_log *l)
{
	return l->bytes;
}
