#include "wire/host.h"

#include <idn2.h>
#include <libpsl.h>
#include <pthread.h>
#include <sys/stat.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/mem.h"
#include "wire/addr.h"
#include "wire/registry.h"

/* Bytes of a name: what each becomes; 0 for what may not stand in one.  '.' is itself. */
static uint8_t host_byte[256];

__attribute__((constructor)) static void host_fill(void)
{
	for (const char *c = "abcdefghijklmnopqrstuvwxyz0123456789-_."; *c; c++)
		host_byte[(uint8_t)*c] = (uint8_t)*c;
	for (int c = 'A'; c <= 'Z'; c++)
		host_byte[c] = (uint8_t)(c + 32);
}

/* A name whose last label is a number would be taken for an address by a browser (WHATWG URL 3.5). */
static bool last_label_number(const char *p, size_t n)
{
	size_t at = n;
	while (at > 0 && ascii_digit(p[at - 1]))
		at--;
	return at < n && (at == 0 || p[at - 1] == '.');
}

/* Copies and folds plain bytes. */
static enum err norm_ascii(struct str in, char *out, size_t *n)
{
	size_t label = 0;
	uint8_t bad = 0;
	for (size_t i = 0; i < in.n; i++) {
		uint8_t c = host_byte[(uint8_t)in.p[i]];
		bad |= (uint8_t)(c == 0);
		out[i] = (char)c;
		if (c != '.') {
			label++;
			continue;
		}
		if (label == 0 || label > HOST_LABEL_MAX)
			return label ? ERR_LIMIT : ERR_SYNTAX;
		label = 0;
	}
	if (bad)
		return ERR_SYNTAX;
	if (label == 0 || label > HOST_LABEL_MAX)
		return label ? ERR_LIMIT : ERR_SYNTAX;
	*n = in.n;
	return OK;
}

static bool has_high(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] >= 0x80)
			return true;
	return false;
}

/* RFC 5891 with the mapping of UTS 46, as browsers do. */
static enum err norm_idn(struct str in, char *out, size_t *n)
{
	if (!str_utf8(in))
		return ERR_SYNTAX;
	char z[4 * (HOST_MAX + 2)];
	memcpy(z, in.p, in.n);
	z[in.n] = 0;
	uint8_t *ace = NULL;
	if (idn2_lookup_u8((const uint8_t *)z, &ace, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return ERR_SYNTAX;
	struct str got = str_z((const char *)ace);
	if (got.n > 0 && got.p[got.n - 1] == '.')
		got.n--;
	enum err e = got.n == 0 ? ERR_SYNTAX : got.n > HOST_MAX ? ERR_LIMIT : norm_ascii(got, out, n);
	idn2_free(ace);
	return e;
}

static enum err not_a_name(struct str in, enum err e)
{
	struct addr a;
	return addr_read(in, &a) == OK ? ERR_UNSUPPORTED : e;
}

enum err host_norm(struct str in, char out[HOST_MAX + 1], size_t *n)
{
	char name[HOST_MAX + 1];
	if (in.n > 0 && in.p[in.n - 1] == '.')
		in.n--;
	if (in.n == 0)
		return ERR_SYNTAX;
	if (in.n > 4 * HOST_MAX)
		return ERR_LIMIT;
	size_t len = 0;
	enum err e = in.n <= HOST_MAX ? norm_ascii(in, name, &len) : ERR_LIMIT;
	if (e != OK && has_high(in))             /* a label may be longer before it is encoded than after */
		e = norm_idn(in, name, &len);
	if (e != OK)
		return not_a_name(in, e);
	if (last_label_number(name, len))
		return not_a_name((struct str){ name, len }, ERR_SYNTAX);
	memcpy(out, name, len);
	out[len] = 0;
	*n = len;
	return OK;
}

/* Longer names, and machines without SSE2. */
static bool normal_bytewise(struct str host)
{
	size_t label = 0;
	for (size_t i = 0; i < host.n; i++) {
		uint8_t c = (uint8_t)host.p[i];
		if (host_byte[c] != c || c == 0)
			return false;
		if (c == '.' ? label == 0 : label == HOST_LABEL_MAX)
			return false;
		label = c == '.' ? 0 : label + 1;
	}
	return label > 0;
}

#if defined(__SSE2__)
static inline __m128i in_range(__m128i v, char from, char to)
{
	__m128i at = _mm_sub_epi8(v, _mm_set1_epi8(from)), most = _mm_set1_epi8((char)(to - from));
	return _mm_cmpeq_epi8(_mm_min_epu8(at, most), at);
}

/* A bit for each of sixteen bytes: those that are dots, and those that may not stand in a name. */
static inline uint32_t dots16(__m128i v, uint32_t *bad)
{
	__m128i good = _mm_or_si128(_mm_or_si128(in_range(v, 'a', 'z'), in_range(v, '0', '9')), _mm_or_si128(in_range(v, '-', '.'), in_range(v, '_', '_')));
	*bad |= ~(uint32_t)_mm_movemask_epi8(good) & 0xffff;
	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('.')));
}

static inline uint64_t dots_at(const char *p, uint32_t *bad) { return dots16(_mm_loadu_si128((const __m128i *)(const void *)p), bad); }

/* 8 to 15 bytes: the first eight and the last eight, which overlap. */
static inline uint64_t dots_of_few(struct str host, uint32_t *bad)
{
	__m128i first = _mm_loadl_epi64((const __m128i *)(const void *)host.p), last = _mm_loadl_epi64((const __m128i *)(const void *)(host.p + host.n - 8));
	uint64_t both = dots16(_mm_unpacklo_epi64(first, last), bad);
	return (both & 0xff) | (both >> 8) << (host.n - 8);
}

/* A name of up to 63 bytes has no label that is too long; two dots in a row, or one at an end, is an empty one. */
static bool normal_short(struct str host)
{
	uint32_t bad = 0;
	uint64_t dots = 0;
	if (host.n < 8)
		return normal_bytewise(host);
	if (host.n < 16)
		dots = dots_of_few(host, &bad);
	for (size_t at = 0; at + 16 <= host.n; at += 16)
		dots |= dots_at(host.p + at, &bad) << at;
	if (host.n >= 16)
		dots |= dots_at(host.p + host.n - 16, &bad) << (host.n - 16);
	return !bad && !(dots & (dots << 1)) && !(dots & 1) && !(dots >> (host.n - 1) & 1);
}
#else
static bool normal_short(struct str host) { return normal_bytewise(host); }
#endif

bool host_is_normal(struct str host)
{
	if (host.n == 0 || host.n > HOST_MAX)
		return false;
	return (host.n <= HOST_LABEL_MAX ? normal_short(host) : normal_bytewise(host)) && !last_label_number(host.p, host.n);
}

bool host_within(struct str host, struct str zone)
{
	if (zone.n == 0 || host.n < zone.n || memcmp(host.p + host.n - zone.n, zone.p, zone.n) != 0)
		return false;
	return host.n == zone.n || host.p[host.n - zone.n - 1] == '.';
}

struct str host_parent(struct str host)
{
	ptrdiff_t dot = str_chr(host, '.');
	return dot < 0 ? STR_NONE : str_from(host, (size_t)dot + 1);
}

size_t host_labels(struct str host)
{
	size_t n = host.n > 0;
	for (size_t i = 0; i < host.n; i++)
		n += host.p[i] == '.';
	return n;
}

static pthread_once_t psl_begun = PTHREAD_ONCE_INIT;
static const psl_ctx_t *psl;

static void psl_begin(void)
{
	if (!psl)
		psl = psl_builtin();
}

static pthread_once_t psl_sought = PTHREAD_ONCE_INIT;
static struct registry *registry;        /* for the life of the program; NULL: libpsl is asked */

static enum err read_registry(void)
{
	struct stat st;
	FILE *f = fopen(HOST_SUFFIX_FILE, "re");
	if (!f)
		return err_sys();
	enum err e = fstat(fileno(f), &st) < 0 ? err_sys() : st.st_mtime < psl_builtin_file_time() || st.st_size > REGISTRY_TEXT_MAX ? ERR_ABSENT : OK;
	char *text = e == OK ? mem_array(char, (size_t)st.st_size + 1) : NULL;
	if (text)
		e = registry_read((struct str){ text, fread(text, 1, (size_t)st.st_size, f) }, &registry);
	mem_free(&text);
	(void)fclose(f);                 /* read only */
	return e;
}

/* The list as text; where there is none, or an older one than libpsl brings, what libpsl finds. */
static void psl_seek(void)
{
	psl_ctx_t *newest = read_registry() == OK ? NULL : psl_latest(NULL);
	if (newest)
		psl = newest;            /* for the life of the program */
}

void host_suffixes_load(void)
{
	(void)pthread_once(&psl_sought, psl_seek);        /* cannot fail */
}

static bool icann_suffix(const char *z)
{
	return psl_is_public_suffix2(psl, z, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

/* No registry goes deeper than four labels; a wildcard rule (*.sch.uk) makes its parent a suffix too. */
bool host_is_suffix(struct str host)
{
	if (registry)
		return registry_suffix(registry, host);
	(void)pthread_once(&psl_begun, psl_begin);        /* cannot fail */
	size_t labels = host_labels(host);
	if (labels <= 1 || labels > 5 || host.n > HOST_MAX)
		return labels == 1;
	char z[HOST_MAX + 3] = "x.";
	memcpy(z + 2, host.p, host.n);
	z[host.n + 2] = 0;
	return icann_suffix(z + 2) || icann_suffix(z);
}

struct str host_registrable(struct str host)
{
	struct str last = STR_NONE;
	for (struct str at = host; at.n > 0; at = host_parent(at)) {
		if (host_is_suffix(at))
			return last;
		last = at;
	}
	return STR_NONE;
}
