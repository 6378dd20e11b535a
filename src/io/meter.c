#include "io/meter.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"

#define MAGIC 0x3172657465476847u       /* "GhGeter1" */

/* As it stands in the file: one machine writes and reads it, so its own byte order will do. */
struct page {
	uint64_t magic, meters;
	char name[METER_NAME];
	int64_t started_ms, pid;
	_Atomic int64_t beat_ms;
	_Atomic uint64_t v[N_METERS];
};

struct meter_page { struct page *page; bool mapped; char path[512]; };

const struct meter_info METERS[N_METERS] = {
#define METER_INFO_(name, counts, help) { #name, help, counts },
	METER_TABLE(METER_INFO_)
#undef METER_INFO_
};

/* A new file under its name, mapped; NULL with errno. */
static struct page *map_new(const char *path)
{
	(void)unlink(path);                     /* a page of before goes on to belong to whoever still maps it */
	AUTO(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0 || ftruncate(fd, sizeof(struct page)) != 0)
		return NULL;
	void *at = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

struct meter_page *meter_open(const char *dir, const char *name)
{
	struct meter_page *p = mem_new(struct meter_page);
	(void)dir_make(dir, 0755);              /* where that fails the file cannot be made either, and that is said */
	p->page = path_join(p->path, sizeof p->path, dir, name) == OK ? map_new(p->path) : NULL;
	p->mapped = p->page;
	if (!p->mapped) {
		log_line(LOG_WARN, "what this worker counts cannot be seen: %s/%s cannot be made", dir, name);
		p->page = mem_new(struct page);
	}
	p->page->meters = N_METERS;
	p->page->started_ms = clock_ms();
	p->page->pid = getpid();
	snprintf(p->page->name, sizeof p->page->name, "%s", name);
	meter_beat(p, p->page->started_ms);
	p->page->magic = MAGIC;
	return p;
}

void meter_close(struct meter_page **pp)
{
	struct meter_page *p = *pp;
	if (!p)
		return;
	if (p->mapped) {
		(void)unlink(p->path);          /* in a sandbox the file stays, and falls silent */
		(void)munmap(p->page, sizeof *p->page);
	} else {
		mem_free(&p->page);
	}
	mem_free(pp);
}

void meter_set(struct meter_page *p, enum meter m, uint64_t value)
{
	assert(p && (unsigned)m < N_METERS);
	atomic_store_explicit(&p->page->v[m], value, memory_order_relaxed);
}

void meter_beat(struct meter_page *p, int64_t now_ms)
{
	assert(p);
	atomic_store_explicit(&p->page->beat_ms, now_ms, memory_order_relaxed);
}

enum err meter_decode(struct str bytes, struct meter_read *out)
{
	struct page page;
	if (bytes.n != sizeof page)
		return bytes.n >= 16 && memcmp(bytes.p, &(uint64_t){ MAGIC }, 8) == 0 ? ERR_VERSION : ERR_CORRUPT;
	memcpy(&page, bytes.p, sizeof page);
	if (page.magic != MAGIC || !memchr(page.name, 0, sizeof page.name))
		return ERR_CORRUPT;
	if (page.meters != N_METERS)
		return ERR_VERSION;
	*out = (struct meter_read){ .started_ms = page.started_ms, .beat_ms = page.beat_ms, .pid = page.pid };
	memcpy(out->name, page.name, sizeof out->name);
	for (size_t i = 0; i < N_METERS; i++)
		out->v[i] = page.v[i];
	return OK;
}

/* The second number of statm is the pages in memory (proc_pid_statm(5)). */
static uint64_t resident(int64_t pid)
{
	char path[64], text[128];
	unsigned long long all, here = 0;
	snprintf(path, sizeof path, "/proc/%lld/statm", (long long)pid);
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	text[n > 0 ? n : 0] = 0;
	return sscanf(text, "%llu %llu", &all, &here) == 2 ? here * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

struct reading { const char *dir; struct meter_read *out; size_t max, n; };

static enum err read_one(void *owner, const char *name)
{
	struct reading *r = owner;
	char path[512];
	AUTO(file_unmap) struct file_map m = { 0 };
	if (r->n < r->max && path_join(path, sizeof path, r->dir, name) == OK && file_map(path, &m) == OK && meter_decode(m.bytes, &r->out[r->n]) == OK) {
		r->out[r->n].memory_bytes = resident(r->out[r->n].pid);
		r->n++;
	}
	return OK;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct meter_read *)a)->name, ((const struct meter_read *)b)->name);
}

enum err meter_read_all(const char *dir, struct meter_read *out, size_t max, size_t *n)
{
	struct reading r = { dir, out, max, 0 };
	enum err e = file_exists(dir) ? dir_each(dir, read_one, &r) : OK;
	qsort(out, r.n, sizeof *out, by_name);
	*n = r.n;
	return e;
}

bool meter_alive(const struct meter_read *r, int64_t now_ms)
{
	return now_ms - r->beat_ms < METER_SILENT_MS;
}
