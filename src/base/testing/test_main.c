/* The runner of every test program: `x-test [module[.name]]...` runs those.  With GH_TEST_PART=1/2 every second of them, from the first;
 * 2/2 runs the others, in another process at the same time. */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/test.h"

static struct test_entry *first;
static const struct test_entry *running;
static char *dirs[4096];
static size_t dir_count;

void test_register(struct test_entry *t)
{
	t->next = first;
	first = t;
}

/* One line of the results: a test that runs and does not pass has failed. */
static void report(const char *word, const struct test_entry *t, const char *why)
{
	const char *path = getenv("GH_TEST_RESULTS");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
	if (fd < 0)
		return;
	if (dprintf(fd, "%s %s.%s%s%s\n", word, t->module, t->name, why ? ": " : "", why ? why : "") < 0)
		abort();
	close(fd);
}

static void run_one(void **state)
{
	const struct test_entry *t = *state;
	running = t;
	clock_fake(0);                  /* whatever the one before left */
	report("run", t, NULL);
	t->run();
	report("pass", t, NULL);
}

void test_skip(const char *why)
{
	report("skip", running, why);
	print_message("skipped: %s\n", why);
	skip();
}

static int wanted(const struct test_entry *t, int argc, char **argv)
{
	char full[256];
	snprintf(full, sizeof full, "%s.%s", t->module, t->name);
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], full) == 0 || strcmp(argv[i], t->module) == 0)
			return 1;
	return argc < 2;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

/* Puts those of this part first; how many. */
static size_t part_of(struct CMUnitTest *tests, size_t n)
{
	const char *part = getenv("GH_TEST_PART");
	size_t kept = 0, mine = 1, of = 1;
	if (part && (sscanf(part, "%zu/%zu", &mine, &of) != 2 || mine < 1 || mine > of)) {
		fprintf(stderr, "GH_TEST_PART is a part and how many there are, such as 1/2, and not %s\n", part);
		exit(2);
	}
	for (size_t i = mine - 1; i < n; i += of) {
		struct CMUnitTest t = tests[i];
		tests[i] = tests[kept];
		tests[kept++] = t;
	}
	return kept;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_dirs(void)
{
	for (size_t i = 0; i < dir_count; i++) {
		nftw(dirs[i], remove_entry, 16, FTW_DEPTH | FTW_PHYS);
		free(dirs[i]);
	}
}

int main(int argc, char **argv)
{
	size_t n = 0, cap = 64;
	struct CMUnitTest *tests = mem_array(struct CMUnitTest, cap);
	for (struct test_entry *t = first; t; t = t->next) {
		if (!wanted(t, argc, argv))
			continue;
		if (n == cap)
			tests = mem_grow(tests, (cap *= 2) * sizeof *tests);
		char *name = mem_zero(1, 256);
		snprintf(name, 256, "%s.%s", t->module, t->name);
		tests[n++] = (struct CMUnitTest){ name, run_one, NULL, NULL, t };
	}
	qsort(tests, n, sizeof *tests, by_name);
	size_t mine = part_of(tests, n);
	int failed = mine ? _cmocka_run_group_tests("tests", tests, mine, NULL, NULL) : 0;
	remove_dirs();
	for (size_t i = 0; i < n; i++)
		free((void *)(uintptr_t)tests[i].name);
	free(tests);
	return failed || !n;
}

void test_check_str(struct str got, const char *want, const char *file, int line)
{
	if (str_is(got, want))
		return;
	print_error("got \"%.*s\", want \"%s\"\n", STRF(got), want);
	_fail(file, line);
}

void test_check_int(intmax_t got, intmax_t want, const char *expr, const char *file, int line)
{
	if (got == want)
		return;
	print_error("%s is %jd, want %jd\n", expr, got, want);
	_fail(file, line);
}

void test_check_ok(enum err e, const char *expr, const char *file, int line)
{
	if (e == OK)
		return;
	print_error("%s: %s\n", expr, err_text(e));
	_fail(file, line);
}

struct str test_hex(const char *text)
{
	static char room[16][4096];
	static size_t turn;
	char *out = room[turn++ % 16], digits[3] = "";
	size_t n = 0;
	for (int k = 0; *text; text++) {
		if (*text == ' ')
			continue;
		digits[k++] = *text;
		if (k == 2) {
			out[n++] = (char)strtol(digits, NULL, 16);
			k = 0;
		}
	}
	return (struct str){ out, n };
}

/* Memory where there is some: thousands of syncs to a disk are most of a test run. */
static const char *fast_place(void)
{
	struct statvfs s;
	bool room = statvfs("/dev/shm", &s) == 0 && (uint64_t)s.f_bavail * s.f_frsize > 256 << 20;
	return room && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

const char *test_dir(void)
{
	char path[64];
	snprintf(path, sizeof path, "%s/gatehouse-test-XXXXXX", fast_place());
	if (!mkdtemp(path) || dir_count == ARRAY_N(dirs))
		abort();
	return dirs[dir_count++] = mem_strdup(path);
}

const char *test_source(const char *relative)
{
	static char path[8][4096];
	static size_t turn;
	char *out = path[turn++ % 8];
	snprintf(out, sizeof path[0], "%s/%s", GH_SOURCE_ROOT, relative);
	return out;
}
