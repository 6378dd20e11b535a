/* hostset - what a lookup costs beside hashing alone, in one run.
 * usage: hostset LISTS.snap QUERIES.txt [ROUNDS [DOMAINS.txt]]
 *
 * "byte-wise hash" walks all endings of a name a byte at a time and looks nothing up: the bound of
 * the method in use elsewhere.  "own hash" is the hash of hostset, also without a lookup.  "tags alone" is the
 * table that this machine was measured by: a cache line of sixteen tags for each ending, no categories, in huge
 * pages, over the names of DOMAINS.txt. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "base/mem.h"
#include "policy/compile/list_lines.h"
#include "policy/read/hostset.h"
#include "policy/read/tagset.h"

enum { ROUNDS_MAX = 31, MANY = 64, TAGS = 16, FILL = 11, ENDINGS = 8 };

static struct hostset set;
static struct str *queries;
static size_t queries_n;

/* Of this process on the processor: what others take from it does not count, what they do to the cache does. */
static double now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* FNV-1a right to left, finished at each dot. */
static uint64_t bytewise(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u, all = 0;
	int dots = 0;
	for (size_t i = s.n; i > 0; i--) {
		if (s.p[i - 1] == '.' && dots++ > 0)
			all ^= tag_fold(h, 0xd6e8feb86659fd93u);
		h = (h ^ (uint8_t)s.p[i - 1]) * 0x100000001b3u;
	}
	return all ^ tag_fold(h, 0xd6e8feb86659fd93u);
}

static size_t run_bytewise(void)
{
	uint64_t all = 0;
	for (size_t i = 0; i < queries_n; i++)
		all ^= bytewise(queries[i]);
	return all & 1;
}

static size_t run_own_hash(void)
{
	uint64_t all = 0;
	for (size_t i = 0; i < queries_n; i++) {
		struct hostwalk w = hostwalk_of(queries[i]);
		size_t at = queries[i].n;
		do {
			at = hostwalk_longer(&w, at);
			all ^= hosthash(set.key, queries[i], at);
		} while (at > 0);
	}
	return all & 1;
}

/* ---- tags alone */

static uint32_t *lines;           /* lines_n times TAGS */
static uint64_t lines_n;

/* FNV-1a right to left; the last label alone is no ending. */
static size_t endings(struct str s, uint64_t *out)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t k = 0, dots = 0;
	for (size_t i = s.n; i > 0; i--) {
		if (s.p[i - 1] == '.' && dots++ > 0 && k < ENDINGS)
			out[k++] = tag_fold(h, 0xd6e8feb86659fd93u);
		h = (h ^ (uint8_t)s.p[i - 1]) * 0x100000001b3u;
	}
	if (k < ENDINGS)
		out[k++] = tag_fold(h, 0xd6e8feb86659fd93u);
	return k;
}

static uint32_t *line_of(uint64_t hash) { return lines + tagset_home(hash, lines_n) * TAGS; }

static bool tag_there(uint64_t hash)
{
	for (uint32_t *l = line_of(hash);; l = l + TAGS == lines + lines_n * TAGS ? lines : l + TAGS) {
		uint32_t found = 0;
		for (int i = 0; i < TAGS; i++)
			found |= l[i] == tagset_tag(hash);
		if (found || !l[TAGS - 1])
			return found;
	}
}

static void tag_put(uint64_t hash)
{
	uint32_t *l = line_of(hash);
	while (l[TAGS - 1])
		l = l + TAGS == lines + lines_n * TAGS ? lines : l + TAGS;
	while (*l)
		l++;
	*l = tagset_tag(hash);
}

static size_t run_tags(void)
{
	size_t hits = 0;
	uint64_t hash[ENDINGS];
	for (size_t i = 0; i < queries_n && lines; i++) {
		size_t k = endings(queries[i], hash), found = 0;
		for (size_t e = 0; e < k; e++)
			__builtin_prefetch(line_of(hash[e]));
		for (size_t e = 0; e < k && !found; e++)
			found = tag_there(hash[e]);
		hits += found;
		__asm__ volatile("" ::"r"(hits) : "memory");
	}
	return hits;
}

/* ---- */

static size_t run_one(void)
{
	size_t hits = 0;
	for (size_t i = 0; i < queries_n; i++) {
		hits += hostset_find(&set, queries[i], NULL);
		__asm__ volatile("" ::"r"(hits) : "memory");     /* one is decided before the next begins */
	}
	return hits;
}

static size_t run_one_with_lists(void)
{
	struct hits h;
	size_t hits = 0;
	for (size_t i = 0; i < queries_n; i++)
		hits += hostset_find(&set, queries[i], &h);
	return hits;
}

static size_t run_many(void)
{
	bool found[MANY];
	size_t hits = 0;
	for (size_t i = 0; i < queries_n; i += MANY) {
		size_t n = queries_n - i < MANY ? queries_n - i : MANY;
		hostset_find_many(&set, queries + i, n, found);
		for (size_t k = 0; k < n; k++)
			hits += found[k];
	}
	return hits;
}

static const struct { const char *name; size_t (*run)(void); } runs[] = {
	{ "byte-wise hash (bound)", run_bytewise }, { "own hash", run_own_hash }, { "lookup, one at a time", run_one },
	{ "lookup with its lists", run_one_with_lists }, { "lookup, many at a time", run_many },
	{ "tags alone, one at a time", run_tags },
};

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The queries stand one behind the other. */
static void load(const char *path)
{
	struct lines *l = NULL;
	struct str line;
	bool cut;
	char *to = malloc((size_t)1 << 28), *end = to + ((size_t)1 << 28);
	queries = calloc(4000000, sizeof *queries);
	if (!to || !queries || lines_open(path, (size_t)1 << 30, &l) != OK)
		exit(1);
	for (; lines_next(l, &line, &cut) == OK && queries_n < 4000000 && (size_t)(end - to) > line.n; to += line.n) {
		memcpy(to, line.p, line.n);
		queries[queries_n++] = (struct str){ to, line.n };
	}
	lines_free(&l);
}

static void load_tags(const char *path, uint64_t names)
{
	struct lines *l = NULL;
	struct str line;
	bool cut;
	uint64_t hash[ENDINGS];
	lines_n = names / FILL + 1;
	size_t bytes = lines_n * TAGS * sizeof *lines;
	lines = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (lines == MAP_FAILED || lines_open(path, (size_t)1 << 30, &l) != OK)
		exit(1);
	(void)madvise(lines, bytes, MADV_HUGEPAGE);      /* a hint */
	while (lines_next(l, &line, &cut) == OK)
		if (line.n)
			tag_put(hash[endings(line, hash) - 1]);
	lines_free(&l);
}

/* Rounds go through all the runs in turn, so that a busy moment of the machine hits none alone. */
static void measure(int rounds)
{
	double ns[ARRAY_N(runs)][ROUNDS_MAX], bound = 0;
	size_t hits[ARRAY_N(runs)];
	for (int r = 0; r < rounds; r++)
		for (size_t i = 0; i < ARRAY_N(runs); i++) {
			double at = now_ns();
			hits[i] = runs[i].run();
			ns[i][r] = (now_ns() - at) / (double)queries_n;
		}
	printf("%-26s %10s %18s %8s %10s\n", "", "ns a name", "(min-max)", "x bound", "found");
	for (size_t i = 0; i < ARRAY_N(runs); i++) {
		qsort(ns[i], (size_t)rounds, sizeof **ns, by_time);
		double median = ns[i][rounds / 2];
		bound = i == 0 ? median : bound;
		printf("%-26s %10.1f %10.1f-%-7.1f %8.2f %10zu\n", runs[i].name, median, ns[i][0], ns[i][rounds - 1], median / bound, hits[i]);
	}
}

int main(int argc, char **argv)
{
	struct snapshot *s = NULL;
	int rounds = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 7;
	if (argc < 3 || rounds < 1 || rounds > ROUNDS_MAX)
		return 2;
	double at = now_ns();
	if (snapshot_open(argv[1], &s) != OK)
		return 1;
	double opened_ms = (now_ns() - at) / 1e6;
	hostset_open(s, &set);
	load(argv[2]);
	if (argc > 4)
		load_tags(argv[4], hostset_count(&set));
	size_t bytes = snapshot_section(s, SECTION_HOSTS).n;
	printf("%llu names, %.2f bytes a name with their lists, opened and checked whole in %.0f ms, %zu queries, %d rounds\n",
	       (unsigned long long)hostset_count(&set), (double)bytes / (double)hostset_count(&set), opened_ms, queries_n, rounds);
	measure(rounds);
	snapshot_free(&s);
	return 0;
}
