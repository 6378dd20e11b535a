/* hostset - what a lookup costs beside hashing alone, in one run.
 * usage: hostset LISTS.snap QUERIES.txt [ROUNDS]
 *
 * "byte-wise hash" walks all endings of a name a byte at a time and looks nothing up: the bound of
 * the method in use elsewhere.  "own hash" is the hash of hostset, also without a lookup. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "policy/compile/list_lines.h"
#include "policy/read/hostset.h"
#include "policy/read/suffix.h"

enum { ROUNDS_MAX = 31, MANY = 64 };

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
		struct suffixes s __attribute__((uninitialized));
		suffix_walk(set.tags.key, queries[i], SUFFIX_MAX, &s);
		for (size_t k = 0; k < s.n; k++)
			all ^= tagset_end(set.tags.key, s.chain[k]);
	}
	return all & 1;
}

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
};

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void load(const char *path)
{
	struct lines *l = NULL;
	struct str line;
	bool cut;
	if (lines_open(path, (size_t)1 << 30, &l) != OK)
		exit(1);
	queries = calloc(4000000, sizeof *queries);
	while (lines_next(l, &line, &cut) == OK && queries_n < 4000000)
		queries[queries_n++] = (struct str){ mem_copy(line.p, line.n), line.n };
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
	printf("%-24s %10s %18s %8s %10s\n", "", "ns a name", "(min-max)", "x bound", "found");
	for (size_t i = 0; i < ARRAY_N(runs); i++) {
		qsort(ns[i], (size_t)rounds, sizeof **ns, by_time);
		double median = ns[i][rounds / 2];
		bound = i == 0 ? median : bound;
		printf("%-24s %10.1f %10.1f-%-7.1f %8.2f %10zu\n", runs[i].name, median, ns[i][0], ns[i][rounds - 1], median / bound, hits[i]);
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
	size_t bytes = snapshot_section(s, SECTION_HOSTS).n;
	printf("%llu names, %.2f bytes a name with their lists, opened and checked whole in %.0f ms, %zu queries, %d rounds\n",
	       (unsigned long long)hostset_count(&set), (double)bytes / (double)hostset_count(&set), opened_ms, queries_n, rounds);
	measure(rounds);
	snapshot_free(&s);
	return 0;
}
