#include "gate/told.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "io/file.h"

struct page { uint8_t key[SIP_KEY_BYTES]; _Atomic uint64_t slot[TOLD_SLOTS]; };
static_assert(sizeof(struct page) == SIP_KEY_BYTES + TOLD_SLOTS * 8, "numbers stand close");

struct told { struct page *page; };

/* Under the lock: a new file begins with a key of its own. */
static enum err begin(int fd)
{
	uint8_t key[SIP_KEY_BYTES];
	struct stat s;
	if (fstat(fd, &s) < 0)
		return err_sys();
	if (s.st_size == (off_t)sizeof(struct page))
		return OK;
	rnd_bytes(key, sizeof key);
	if (ftruncate(fd, 0) < 0 || ftruncate(fd, sizeof(struct page)) < 0)
		return err_sys();
	return pwrite(fd, key, sizeof key, 0) == (ssize_t)sizeof key ? OK : err_sys();
}

enum err told_open(const char *path, struct told **out)
{
	AUTO(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		return err_sys();
	TRY(begin(fd));
	(void)flock(fd, LOCK_UN);               /* a mapping would hold it as long as it lasts */
	void *at = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return err_sys();
	*out = mem_new(struct told);
	(*out)->page = at;
	return OK;
}

void told_close(struct told **t)
{
	if (!*t)
		return;
	(void)munmap((*t)->page, sizeof(struct page));          /* a mapping of our own */
	mem_free(t);
}

/* Homes change the lower half of their addresses of IPv6. */
static uint64_t digest(const struct told *t, struct addr from, struct str host, int64_t minute)
{
	uint8_t who[24] = { 0 };
	memcpy(who, from.b, addr_is4(from) ? 16 : 8);
	memcpy(who + 16, &minute, 8);
	uint64_t n = hash_sip(t->page->key, (struct str){ (char *)who, sizeof who }) * 31 + hash_sip(t->page->key, host);
	return n ? n : 1;
}

void told_say(struct told *t, struct addr from, struct str host, int64_t now_utc)
{
	uint64_t n = digest(t, from, host, now_utc / TOLD_MINUTE_S);
	atomic_store_explicit(&t->page->slot[n % TOLD_SLOTS], n, memory_order_relaxed);
}

bool told_heard(const struct told *t, struct addr from, struct str host, int64_t now_utc)
{
	for (int64_t back = 0; back < 2; back++) {
		uint64_t n = digest(t, from, host, now_utc / TOLD_MINUTE_S - back);
		if (atomic_load_explicit(&t->page->slot[n % TOLD_SLOTS], memory_order_relaxed) == n)
			return true;
	}
	return false;
}
