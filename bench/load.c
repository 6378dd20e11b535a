/* load - what opening a snapshot costs: mapped, its digest and checksums compared, every offset in it followed.
 * usage: load SNAPSHOT [ROUNDS]
 * Clock and processor time; the file stands in the page cache, as it does when it was written just now. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/hash.h"
#include "policy/read/policy.h"

enum { ROUNDS_MAX = 99 };

static double ms_of(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	double wall[ROUNDS_MAX], cpu[ROUNDS_MAX];
	int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 9;
	if (argc < 2 || rounds < 1 || rounds > ROUNDS_MAX)
		return 2;
	hash_ready();
	for (int i = 0; i < rounds; i++) {
		struct policy *p = NULL;
		wall[i] = ms_of(CLOCK_MONOTONIC);
		cpu[i] = ms_of(CLOCK_PROCESS_CPUTIME_ID);
		if (policy_open(argv[1], STR_NONE, &p) != OK)
			return 1;
		wall[i] = ms_of(CLOCK_MONOTONIC) - wall[i];
		cpu[i] = ms_of(CLOCK_PROCESS_CPUTIME_ID) - cpu[i];
		policy_free(&p);
	}
	qsort(wall, (size_t)rounds, sizeof *wall, by_time);
	qsort(cpu, (size_t)rounds, sizeof *cpu, by_time);
	printf("result load open ms=%.1f cpu_ms=%.1f least_ms=%.1f\n", wall[rounds / 2], cpu[rounds / 2], wall[0]);
	return 0;
}
