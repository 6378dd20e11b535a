/* decide - what a whole decision costs: who, when, host -> verdict, by the shipped policy over a large list.
 * usage: decide SNAPSHOT QUERIES.txt [ROUNDS]
 * A learner in ks2, signed, at school, names only (as the DNS asks), one at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy/compile/list_lines.h"
#include "policy/decide/decide.h"

enum { ROUNDS_MAX = 31, QUERIES_MAX = 4000000 };

static struct str queries[QUERIES_MAX];
static size_t queries_n;

static double now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

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
	char *to = malloc((size_t)1 << 28), *end = to + ((size_t)1 << 28);
	if (!to || lines_open(path, (size_t)1 << 30, &l) != OK)
		exit(1);
	for (; lines_next(l, &line, &cut) == OK && queries_n < QUERIES_MAX && (size_t)(end - to) > line.n; to += line.n) {
		memcpy(to, line.p, line.n);
		queries[queries_n++] = (struct str){ to, line.n };
	}
	lines_free(&l);
}

static size_t run(const struct policy *p, const char *group)
{
	struct facts f = { .school = 1, .person = 7, .group = policy_group(p, str_z(group)), .standing = STANDING_CURRENT,
		.session_open = true, .now_utc = 1795428000 };           /* a Monday at ten */
	struct decision d;
	size_t closed = 0;
	for (size_t i = 0; i < queries_n; i++) {
		f.host = queries[i];
		decide(p, &f, &d);
		closed += d.verdict != VERDICT_ALLOW;
		__asm__ volatile("" ::"r"(closed) : "memory");
	}
	return closed;
}

int main(int argc, char **argv)
{
	struct policy *p = NULL;
	double ns[ROUNDS_MAX];
	int rounds = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 7;
	size_t closed = 0;
	if (argc < 3 || rounds < 1 || rounds > ROUNDS_MAX || policy_open(argv[1], STR_NONE, &p) != OK)
		return 2;
	load(argv[2]);
	for (int r = 0; r < rounds; r++) {
		double at = now_ns();
		closed = run(p, "ks2");
		ns[r] = (now_ns() - at) / (double)queries_n;
	}
	qsort(ns, (size_t)rounds, sizeof *ns, by_time);
	printf("whole decision             %9.1f ns %10.1f-%-7.1f closed %zu of %zu\n", ns[rounds / 2], ns[0], ns[rounds - 1], closed, queries_n);
	policy_free(&p);
	return 0;
}
