#include "event/write/lost.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"

static const uint64_t lost_magic = 0x31747365746c7367;

struct page { uint64_t magic; uint64_t by_kind[EVENT_CODES]; };
struct lost { struct page *page; bool mapped; };

/* A count is believed while it could be one: the file is written by nobody else, but may be damaged. */
static bool plausible(const struct page *p)
{
	for (size_t i = 0; i < EVENT_CODES; i++)
		if (p->by_kind[i] >> 48)
			return false;
	return p->magic == lost_magic;
}

static struct page *map_file(const char *path)
{
	AUTO(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	struct page p = { 0 };
	if (fd < 0)
		return NULL;
	bool fine = pread(fd, &p, sizeof p, 0) == (ssize_t)sizeof p && plausible(&p);
	if (!fine)
		p = (struct page){ .magic = lost_magic };
	if (pwrite(fd, &p, sizeof p, 0) != (ssize_t)sizeof p || fdatasync(fd) < 0)
		return NULL;
	void *at = mmap(NULL, sizeof p, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

struct lost *lost_open(const char *path)
{
	struct lost *l = mem_new(struct lost);
	l->page = map_file(path);
	l->mapped = l->page != NULL;
	if (!l->mapped)
		l->page = mem_new(struct page);
	return l;
}

void lost_close(struct lost **l)
{
	if (!*l)
		return;
	if ((*l)->mapped)
		munmap((*l)->page, sizeof *(*l)->page);
	else
		mem_free(&(*l)->page);
	mem_free(l);
}

void lost_note(struct lost *l, enum event_kind k, uint64_t n)
{
	l->page->by_kind[(unsigned)k < EVENT_CODES ? k : 0] += n;
}

uint64_t lost_total(const struct lost *l)
{
	uint64_t n = 0;
	for (size_t i = 0; i < EVENT_CODES; i++)
		n += l->page->by_kind[i];
	return n;
}

void lost_words(const struct lost *l, char *out, size_t n)
{
	size_t at = 0;
	out[0] = '\0';
	for (size_t i = 0; i < EVENT_CODES && at + 48 < n; i++)
		if (l->page->by_kind[i])
			at += (size_t)snprintf(out + at, n - at, "%s%s=%llu", at ? " " : "", event_name((enum event_kind)i),
			                       (unsigned long long)l->page->by_kind[i]);
}

void lost_clear(struct lost *l)
{
	memset(l->page->by_kind, 0, sizeof l->page->by_kind);
}
