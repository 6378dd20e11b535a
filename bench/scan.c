/* What reading a page costs: the tokenizer and folding alone, the whole scan against 20,000 phrases, and beside them, where it
 * is installed, the bare pass of a literal matcher (vectorscan) over the same bytes with the same phrases.
 *
 *   scan DATA PAGE ROUNDS     DATA: data/ of the tree; PAGE: an HTML file
 *
 * One core, processor time, interleaved rounds, medians. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "io/file.h"
#include "policy/compile/phrases_src.h"
#include "policy/scan/html.h"
#include "policy/scan/scan.h"
#ifdef WITH_VECTORSCAN
#include <hs/hs.h>
#endif

enum { PHRASES = 20000, ROUNDS_MAX = 99, REPEAT = 20, PAGE_MAX = 16 * 1024 * 1024 };

static double now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof *v, by_value);
	return v[n / 2];
}

/* Words of the page itself, so that phrases begin where the text stands: the costly case.  They never stand together there. */
static size_t words_of(struct str page, struct arena *a, struct str *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < page.n && n < max;) {
		size_t from = i;
		while (i < page.n && ascii_alpha(page.p[i]))
			i++;
		if (i - from >= 3 && i - from <= 12)
			out[n++] = arena_str(a, (struct str){ page.p + from, i - from });
		i++;
	}
	return n;
}

static void fill(struct phrases_src *s, struct str page)
{
	static struct str words[20000];
	size_t n = words_of(page, s->a, words, 20000);
	unsigned seed = 7;
	*vec_push(&s->sets) = (struct phrase_set){ .name = STR("made"), .topic = 0, .within = 12 };
	while (s->lines.n < PHRASES && n > 2) {
		size_t pick[3];
		for (int k = 0; k < 3; k++) {
			seed = seed * 1103515245u + 12345u;
			pick[k] = (seed >> 8) % n;
		}
		struct str text = seed & 1024 ? arena_fmt(s->a, "%.*s %.*s", STRF(words[pick[0]]), STRF(words[pick[1]]))
			: arena_fmt(s->a, "%.*s %.*s %.*s", STRF(words[pick[0]]), STRF(words[pick[1]]), STRF(words[pick[2]]));
		*vec_push(&s->lines) = (struct phrase_line){ .text = text, .set = (uint16_t)(s->sets.n - 1), .weight = 1 };
	}
}

static void ignore(void *to, const struct word *w) { *(uint64_t *)to += w->form[0]; }

static double extract_us(struct str page)
{
	uint64_t sum = 0;
	double from = now_us();
	for (int i = 0; i < REPEAT; i++) {
		struct words w;
		struct html h;
		words_begin(&w, (struct words_to){ ignore, NULL, &sum }, (struct charset){ NULL, 0 });
		html_begin(&h, &w);
		html_feed(&h, page);
		html_end(&h);
	}
	return (now_us() - from) / REPEAT + (double)(sum & 1) * 1e-9;
}

static double whole_us(struct phrases *p, struct str page)
{
	int32_t limit[PHRASE_TOPICS] = { 0 };
	double from = now_us();
	for (int i = 0; i < REPEAT; i++) {
		struct scan *s = scan_new(p, limit, SCAN_HTML, STR("text/html; charset=utf-8"), false);
		for (struct str rest = page; rest.n; rest = str_from(rest, 16384))
			if (scan_feed(s, str_upto(rest, 16384)) != SCAN_PASS)
				break;
		if (scan_end(s) != SCAN_PASS)
			fprintf(stderr, "cut without a limit\n");
		scan_free(&s);
	}
	return (now_us() - from) / REPEAT;
}

#ifdef WITH_VECTORSCAN
static hs_database_t *db;
static hs_scratch_t *scratch;

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *n)
{
	(void)id, (void)from, (void)to, (void)flags;
	(*(size_t *)n)++;
	return 0;
}

static bool literal_open(const struct phrases_src *s, struct arena *a)
{
	size_t n = s->lines.n, k = 0;
	const char **text = arena_array(a, const char *, n);
	unsigned *flags = arena_array(a, unsigned, n), *ids = arena_array(a, unsigned, n);
	size_t *len = arena_array(a, size_t, n);
	for (size_t i = 0; i < n && k < PHRASES; i++) {
		text[k] = arena_z(a, s->lines.v[i].text);
		len[k] = strlen(text[k]);
		flags[k] = HS_FLAG_CASELESS;
		ids[k] = (unsigned)k;
		k++;
	}
	hs_compile_error_t *bad = NULL;
	return hs_compile_lit_multi(text, flags, ids, len, (unsigned)k, HS_MODE_BLOCK, NULL, &db, &bad) == HS_SUCCESS && hs_alloc_scratch(db, &scratch) == HS_SUCCESS;
}

static double literal_us(struct str page)
{
	size_t n = 0;
	double from = now_us();
	for (int i = 0; i < REPEAT; i++)
		if (hs_scan(db, page.p, (unsigned)page.n, 0, scratch, on_match, &n) != HS_SUCCESS)
			return -1;
	return (now_us() - from) / REPEAT;
}
#endif

int main(int argc, char **argv)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct phrases_src s = { .a = &a, .d = &d };
	struct buf page = buf_init(PAGE_MAX), section = buf_init(PHRASES_BYTES_MAX);
	struct phrases *p = NULL;
	double v[3][ROUNDS_MAX];
	uint64_t rounds = 9;
	if (argc < 3 || (argc > 3 && str_u64(str_z(argv[3]), &rounds) != OK) || rounds > ROUNDS_MAX || file_read(argv[2], &page) != OK)
		return 2;
	phrases_src_folder(&s, arena_fmt(&a, "%s/phrases", argv[1]).p, NULL);
	size_t shipped = s.lines.n;
	fill(&s, buf_str(&page));
	double from = now_us();
	if (phrases_src_build(&s, &section) != OK || phrases_read(buf_str(&section), &p) != OK)
		return 1;
	printf("%zu phrases (%zu shipped), compiled in %.0f ms, %.1f MB; a page of %zu bytes\n", s.lines.n, shipped, (now_us() - from) / 1e3, (double)section.n / 1e6, page.n);
#ifdef WITH_VECTORSCAN
	from = now_us();
	bool literal = literal_open(&s, &a);
	printf("vectorscan: compiled in %.0f ms\n", (now_us() - from) / 1e3);
#endif
	for (size_t r = 0; r < rounds; r++) {
		v[0][r] = extract_us(buf_str(&page));
		v[1][r] = whole_us(p, buf_str(&page));
#ifdef WITH_VECTORSCAN
		v[2][r] = literal ? literal_us(buf_str(&page)) : 0;
#endif
	}
	printf("result scan extract us=%.0f\n", median(v[0], rounds));
	printf("result scan whole us=%.0f\n", median(v[1], rounds));
#ifdef WITH_VECTORSCAN
	printf("result scan literal us=%.0f\n", median(v[2], rounds));
#endif
	phrases_drop(&p);
	return 0;
}
