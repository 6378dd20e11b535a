#include "policy/read/snapshot.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rd.h"
#include "policy/read/sections.h"

struct snapshot {
	struct str bytes;                        /* the whole file */
	struct str section[SECTION_MAX + 1];     /* views; absent when the file has none */
	uint64_t generation;
	bool mapped;                             /* ours to unmap */
};

typedef enum err (*section_checker)(const struct snapshot *, struct str);

static const struct { uint32_t id; const char *name; section_checker check; } kinds[] = {
#define SECTION_ROW_(name, id, check) { (id), #name, check },
	SECTION_TABLE(SECTION_ROW_)
#undef SECTION_ROW_
};

enum err section_any_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	(void)bytes;
	return OK;
}

const char *snapshot_section_name(uint32_t id)
{
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		if (kinds[i].id == id)
			return kinds[i].name;
	return NULL;
}

/* magic, format, sections, generation, bytes of the file, digest of what follows the digest and of what precedes it */
static enum err check_header(struct snapshot *s, struct rd *r, uint32_t *sections)
{
	if (!str_eq(rd_bytes(r, 8), SNAPSHOT_MAGIC))
		return ERR_CORRUPT;
	if (rd_u32le(r) != SNAPSHOT_FORMAT)
		return ERR_VERSION;
	*sections = rd_u32le(r);
	s->generation = rd_u64le(r);
	uint64_t bytes = rd_u64le(r);
	struct str digest = rd_bytes(r, SHA256_BYTES);
	if (rd_ok(r) != OK || bytes != s->bytes.n)
		return ERR_CORRUPT;
	uint8_t got[SHA256_BYTES];
	struct str pieces[2] = { str_upto(s->bytes, SNAPSHOT_DIGEST_AT), str_from(s->bytes, SNAPSHOT_DIGEST_AT + SHA256_BYTES) };
	hash_sha256v(pieces, 2, got);
	return memcmp(got, digest.p, SHA256_BYTES) == 0 ? OK : ERR_CORRUPT;
}

static enum err check_entry(struct snapshot *s, struct rd *r, size_t *end)
{
	uint32_t id = rd_u32le(r), crc = rd_u32le(r);
	uint64_t at = rd_u64le(r), n = rd_u64le(r);
	if (rd_ok(r) != OK || id == 0 || id > SECTION_MAX || s->section[id].p)
		return ERR_CORRUPT;
	if (!snapshot_section_name(id))
		return ERR_VERSION;
	if (at % SNAPSHOT_ALIGN || at < *end || at > s->bytes.n || n > s->bytes.n - at)
		return ERR_CORRUPT;
	s->section[id] = (struct str){ s->bytes.p + at, (size_t)n };
	*end = (size_t)(at + n);
	return hash_crc32c(0, s->section[id]) == crc ? OK : ERR_CORRUPT;
}

static enum err check_whole(struct snapshot *s)
{
	struct rd r = rd_over(s->bytes);
	uint32_t sections = 0;
	TRY(check_header(s, &r, &sections));
	if (sections > SECTION_MAX)
		return ERR_CORRUPT;
	size_t end = SNAPSHOT_HEADER + (size_t)sections * SNAPSHOT_ENTRY;
	for (uint32_t i = 0; i < sections; i++)
		TRY(check_entry(s, &r, &end));
	if (end != s->bytes.n)
		return ERR_CORRUPT;
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		if (s->section[kinds[i].id].p)
			TRY(kinds[i].check(s, s->section[kinds[i].id]));
	return OK;
}

enum err snapshot_over(struct str bytes, struct snapshot **out)
{
	AUTO(snapshot_free) struct snapshot *s = mem_new(struct snapshot);
	assert((uintptr_t)bytes.p % SNAPSHOT_ALIGN == 0);
	s->bytes = bytes;
	TRY(check_whole(s));
	*out = TAKE(s);
	return OK;
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);                /* read only: nothing to lose */
}

static enum err map_whole(const char *path, struct snapshot *s)
{
	AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys();
	if (!S_ISREG(st.st_mode) || st.st_size < SNAPSHOT_HEADER)
		return ERR_CORRUPT;
	if ((size_t)st.st_size > SNAPSHOT_MAX_BYTES)
		return ERR_LIMIT;
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys();
	s->bytes = (struct str){ p, (size_t)st.st_size };
	s->mapped = true;
	return OK;
}

enum err snapshot_open(const char *path, struct snapshot **out)
{
	AUTO(snapshot_free) struct snapshot *s = mem_new(struct snapshot);
	TRY(map_whole(path, s));
	TRY(check_whole(s));
	*out = TAKE(s);
	return OK;
}

void snapshot_free(struct snapshot **s)
{
	if (!*s)
		return;
	if ((*s)->mapped)
		(void)munmap((void *)(uintptr_t)(*s)->bytes.p, (*s)->bytes.n);     /* our own mapping */
	mem_free(s);
}

uint64_t snapshot_generation(const struct snapshot *s) { return s->generation; }
size_t snapshot_bytes(const struct snapshot *s) { return s->bytes.n; }
bool snapshot_has(const struct snapshot *s, enum section id) { return s->section[id].p != NULL; }
struct str snapshot_section(const struct snapshot *s, enum section id) { return s->section[id]; }

const uint8_t *snapshot_digest(const struct snapshot *s)
{
	return (const uint8_t *)s->bytes.p + SNAPSHOT_DIGEST_AT;
}
