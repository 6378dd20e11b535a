/* gen - a made-up list and made-up queries for the benches, the same on every
 * machine.  usage: gen FOLDER [DOMAINS]
 *
 *   domains.txt   DOMAINS different names in no order; labels 2 / 3 / 4 = 78 / 14 / 8 %, about 17 letters, as in
 *                 the public category lists
 *   queries.txt   1,000,000 names as a school asks: 80 % unlisted (Zipf over 100,000), 20 % listed, of these
 *                 30 % as a name below the listed one */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 96, UNLISTED = 100000, QUERIES = 1000000 };

static uint64_t state = 20260901;

static uint64_t next(void)                   /* xorshift64* */
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1du;
}

static unsigned below(unsigned n) { return (unsigned)((next() >> 32) * n >> 32); }

static const char *const parts[] = { "ka", "lo", "mi", "ten", "ra", "su", "ver", "do", "pin", "ta", "le", "no", "shi", "go", "bel", "ar",
                                     "on", "et", "in", "us", "qua", "fe", "zo", "win", "top", "my", "net", "shop", "play", "web" };
static const char *const ends[] = { "com", "com", "com", "com", "com", "com", "net", "org", "info", "ru", "de", "fr", "xyz", "top", "co.uk",
                                    "io", "online", "nl", "pl", "biz" };
#define PICK(a) (a)[below(sizeof(a) / sizeof *(a))]

static size_t label(char *to)
{
	size_t n = 0;
	for (unsigned k = 2 + below(4); k; k--)
		n += (size_t)snprintf(to + n, NAME - n, "%s", PICK(parts));
	if (below(3) == 0)
		n += (size_t)snprintf(to + n, NAME - n, "%u", below(1000));
	return n;
}

/* The number makes every name a different one. */
static void name(char to[NAME], uint64_t number, const char *mark)
{
	unsigned kind = below(100);
	size_t n = 0;
	for (int extra = kind < 78 ? 0 : kind < 92 ? 1 : 2; extra; extra--) {
		n += label(to + n);
		to[n++] = '.';
	}
	n += label(to + n);
	(void)snprintf(to + n, NAME - n, "%s%" PRIx64 ".%s", mark, number, PICK(ends));
}

static FILE *file(const char *folder, const char *leaf)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/%s", folder, leaf);
	FILE *f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

/* The rank of a Zipf(1) draw: exp of a uniform draw over the logarithm, near enough for a query mix. */
static unsigned zipf(void)
{
	double u = (double)(next() >> 11) / 9007199254740992.0;
	unsigned r = (unsigned)exp(u * log(UNLISTED));
	return r >= UNLISTED ? UNLISTED - 1 : r;
}

int main(int argc, char **argv)
{
	static const char *const hosts[] = { "www.", "cdn.", "api.", "static.", "img.", "m.", "", "" };
	size_t n = argc > 2 ? (size_t)strtoull(argv[2], NULL, 10) : 5000000;
	if (argc < 2 || n == 0)
		return 2;
	char (*listed)[NAME] = malloc(n * sizeof *listed), (*other)[NAME] = malloc(UNLISTED * sizeof *other);
	if (!listed || !other)
		return 1;
	FILE *f = file(argv[1], "domains.txt");
	for (size_t i = 0; i < n; i++) {
		name(listed[i], i * 2654435761u % n, "");
		fprintf(f, "%s\n", listed[i]);
	}
	fclose(f);
	for (size_t i = 0; i < UNLISTED; i++)
		name(other[i], i, "-");
	f = file(argv[1], "queries.txt");
	for (size_t i = 0; i < QUERIES; i++) {
		if (below(100) < 80)
			fprintf(f, "%s%s\n", PICK(hosts), other[zipf()]);
		else
			fprintf(f, "%s%s\n", below(100) < 30 ? "www." : "", listed[next() % n]);
	}
	return fclose(f) != 0;
}
