/* Messages between a post and the page after it.  Kept in memory for a while, by
 * session; a restart loses them, which harms nothing. */
#include <pthread.h>
#include <stdarg.h>

#include "base/clock.h"
#include "base/mem.h"
#include "house/web/flash.h"

enum { SLOTS = 512, KEEP_MS = 120000 };

struct slot { int64_t session, at_ms; enum flash_kind kind; char text[FLASH_MAX]; };
struct flash_store { pthread_mutex_t lock; struct slot slots[SLOTS]; };

struct flash_store *flash_new(void)
{
	struct flash_store *f = mem_new(struct flash_store);
	pthread_mutex_init(&f->lock, NULL);
	return f;
}

void flash_free(struct flash_store **f)
{
	if (*f)
		pthread_mutex_destroy(&(*f)->lock);
	mem_free(f);
}

/* The session's own slot, else the oldest. */
static struct slot *slot_for(struct flash_store *f, int64_t session)
{
	struct slot *oldest = &f->slots[0];
	for (size_t i = 0; i < SLOTS; i++) {
		if (f->slots[i].session == session)
			return &f->slots[i];
		if (f->slots[i].at_ms < oldest->at_ms)
			oldest = &f->slots[i];
	}
	return oldest;
}

void flash_put(struct flash_store *f, int64_t session, enum flash_kind kind, const char *text)
{
	pthread_mutex_lock(&f->lock);
	struct slot *s = slot_for(f, session);
	*s = (struct slot){ .session = session, .at_ms = clock_ms(), .kind = kind };
	snprintf(s->text, sizeof s->text, "%s", text);
	pthread_mutex_unlock(&f->lock);
}

bool flash_take(struct flash_store *f, int64_t session, struct arena *a, enum flash_kind *kind, struct str *text)
{
	bool found = false;
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < SLOTS && !found; i++) {
		struct slot *s = &f->slots[i];
		if (s->session != session)
			continue;
		found = clock_ms() - s->at_ms < KEEP_MS;
		*kind = s->kind;
		*text = arena_str(a, str_z(s->text));
		*s = (struct slot){ 0 };
	}
	pthread_mutex_unlock(&f->lock);
	return found;
}

void flash_move(struct flash_store *f, int64_t from, int64_t to)
{
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < SLOTS; i++)
		if (f->slots[i].session == from)
			f->slots[i].session = to;
	pthread_mutex_unlock(&f->lock);
}
